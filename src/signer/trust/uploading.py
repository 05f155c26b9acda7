"""What the gateway takes: a DSC signed by the country's upload certificate, to publish it or take it back."""

from __future__ import annotations

import base64
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signer.cms import Signatory, check_usable, country_of, is_authority, sign_attached
from signer.errors import KeyUnusable
from signer.trust.chain import check_country
from signer.trust.left_out import EntryRefused

__all__ = ["upload_message"]


def upload_message(dsc: x509.Certificate, signatory: Signatory, now: datetime) -> str:
    """CMS SignedData over the DER of the DSC, which it holds, in base64 on one line without its end.

    Upload and deletion take the same message. Raises KeyUnusable where the gateway would refuse it: for an
    upload certificate of another country or not in force, or a CA's instead of a DSC.
    """
    check_usable(signatory, now)
    if is_authority(dsc):
        raise KeyUnusable("that is a CA's certificate; name the DSC, such as dsc.pem")
    if dsc == signatory.certificate:
        raise KeyUnusable("the DSC and the upload certificate are the same; name the two of them")
    country = country_of(signatory.certificate)
    try:
        check_country(dsc, country or "none")
    except EntryRefused as refused:
        raise KeyUnusable(
            f"the upload certificate is of {country or 'no country'}, the DSC of {country_of(dsc) or 'none'};"
            " the gateway takes a country's own only"
        ) from refused
    return base64.b64encode(sign_attached(dsc.public_bytes(Encoding.DER), signatory, now)).decode("ascii")
