"""Parquet files that hold one row a shot or certificate: looked at, read in batches, compared by a key."""
