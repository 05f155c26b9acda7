"""Orders to revoke, what they name and cover, and what others are told: hashes, lists, a filter, batches."""
