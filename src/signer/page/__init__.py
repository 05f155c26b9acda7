"""Makes the offline verifier: one HTML file with trust and revocation lists inside, for any browser."""

from signer.page.making import make_page
from signer.page.revoked_filter import RevokedFilter
from signer.page.trusted_keys import TrustedKey, TrustedKeys

__all__ = ["RevokedFilter", "TrustedKey", "TrustedKeys", "make_page"]
