"""Independent readings of the standards, which tests hold the product against."""
