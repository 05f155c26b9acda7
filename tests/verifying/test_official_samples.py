"""The official sample pictures: each is read and decoded, and those that are not sound are listed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from verifying.official_vectors import documented

from signer.errors import CertificateInvalid
from signer.verifying.claims import Claims, read_claims
from signer.verifying.dates import check_dates
from signer.verifying.dcc import check_structure
from signer.verifying.pictures import codes_of_picture
from signer.verifying.values import check_values
from signer.verifying.verifier import message_of

N_SAMPLES = 264


def check_content(claims: Claims) -> None:
    """All checks that need no key, at the last moment at which the certificate is in force."""
    check_structure(claims.dcc)
    check_values(claims.dcc)
    check_dates(claims.dcc, claims.expires_at)


@pytest.mark.long
def test_every_official_sample_decodes_and_the_unsound_ones_are_documented(corpora: Path) -> None:
    folder = corpora / "dcc-quality-assurance"
    refused, kinds = {}, Counter[str]()
    pictures = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".png")
    for path in pictures:
        (code,) = codes_of_picture(path)
        claims = read_claims(message_of(code.text).payload)
        kinds.update(kind for kind in "vtr" if claims.dcc.get(kind))
        try:
            check_content(claims)
        except CertificateInvalid as failure:
            refused[path.relative_to(folder).as_posix()] = failure.reason
    print(dict(kinds), refused)
    assert len(pictures) == N_SAMPLES
    assert kinds.total() > N_SAMPLES  # one has two kinds
    assert refused == {name: reason for name, reason, _ in documented("sample")}
