"""Makes the offline verifier: one HTML file with the trust list inside, for any browser."""

from signer.page.making import make_page
from signer.page.trusted_keys import TrustedKey, TrustedKeys

__all__ = ["TrustedKey", "TrustedKeys", "make_page"]
