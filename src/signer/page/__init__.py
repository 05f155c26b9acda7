"""Makes the offline verifier: one HTML file with the trust list inside, for any browser."""

from signer.page.making import make_page
from signer.page.trusted_keys import TrustedKeys, read_snapshot

__all__ = ["TrustedKeys", "make_page", "read_snapshot"]
