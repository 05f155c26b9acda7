"""What verifiers and the gateway are told of revoked certificates: hashes, lists, a filter, batches."""
