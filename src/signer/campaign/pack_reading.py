"""Reads certificates for paper by the path that verifies them: what one of the two takes, the other does."""

from __future__ import annotations

from signer.packing.sheet_content import IssuedContent, Unprintable, issued_content
from signer.verifying.layers import take_apart

__all__ = ["read_issued"]


def read_issued(hc1: str) -> IssuedContent:
    """Takes an HC1 text apart, whoever signed it. Raises Unprintable."""
    layers = take_apart(hc1)
    if layers.failure is not None or layers.claims is None:
        raise Unprintable(f"{layers.failure}; issue it anew")
    return issued_content(layers.claims)
