"""Turns a country's vaccination records into verifiable QR certificates, in bulk."""

__version__ = "0.1.0"
