"""What all certificates of a run have in common, settled and checked before the first of them is signed."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from signer import keys
from signer.errors import KeyUnusable, ProfileInvalid
from signer.issuing.preflight import preflight
from signer.issuing.secret_marks import FILES_MARK, keyed_mark
from signer.profile import Profile
from signer.records.pictures import PictureOptions
from signer.records.products import resolve_products

__all__ = ["IssueTerms", "campaign_name", "open_scalar", "scalar_of_run", "settle_terms"]


@dataclass(frozen=True)
class IssueTerms:
    """The profile, iat and exp in seconds since 1970, the DSC's kid, and the product rows (name, mp, ma, vp).

    `pictures` is how the QR codes are drawn, or None for texts alone; `plan_id` is that of the plan by which
    a registry is issued into, or None outside of registries.

    Terms go to the workers by pickle. The passphrase goes with them, since a pipe gives it only once, and so
    do the two secrets, lest a file exchanged during the run gives half of it other UVCIs. Of the private key
    there is nothing in here.
    """

    profile: Profile
    issued_at: int
    expires_at: int
    kid: bytes
    products: tuple[tuple[str, str, str, str], ...]
    pictures: PictureOptions | None
    passphrase: bytes | None = field(repr=False)
    uvci_secret: bytes = field(repr=False)
    person_secret: bytes = field(repr=False)
    plan_id: str | None = None
    kind: str = "issue"

    @property
    def campaign(self) -> str:
        """The name of the run in the tables."""
        return campaign_name(self.issued_at, self.plan_id, self.kind)

    @property
    def file_key(self) -> bytes:
        """The 32 bytes by which the issuer's own files of certificates are known from others'."""
        return keyed_mark(self.uvci_secret, FILES_MARK)


def campaign_name(issued_at: int, plan_id: str | None, kind: str = "issue") -> str:
    """The name of a run in the tables: issue-20220414T031500Z, and -0123abcd of its plan, if any."""
    moment = f"{kind}-{datetime.fromtimestamp(issued_at, UTC):%Y%m%dT%H%M%SZ}"
    return moment if plan_id is None else f"{moment}-{plan_id[:8]}"


def settle_terms(profile: Profile, issued_at: int, pictures: PictureOptions | None = None) -> IssueTerms:
    """Opens everything that the profile names, and runs the preflight.

    Raises KeyUnusable, PreflightFailed, or ProfileInvalid where a product is unknown.
    """
    terms = IssueTerms(
        profile=replace(profile, products=dict(profile.products)),
        issued_at=issued_at,
        expires_at=profile.expires_at(issued_at),
        kid=keys.kid(keys.load_certificate(profile.dsc)),
        products=tuple(resolve_products(profile.products)),
        pictures=pictures,
        passphrase=keys.read_passphrase(profile.passphrase_file, profile.passphrase_env),
        uvci_secret=keys.load_secret(profile.uvci_secret),
        person_secret=keys.load_secret(profile.person_secret),
    )
    if terms.uvci_secret == terms.person_secret:
        raise ProfileInvalid(f"{profile.path}: [secrets] uvci and person are one secret; name two files")
    keys.wipe(open_scalar(terms))
    return terms


def open_scalar(terms: IssueTerms) -> bytearray:
    """The private scalar, 32 bytes and the caller's to wipe, after a preflight. Raises as `settle_terms`."""
    profile = terms.profile
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no core dump shall hold the key
    scalar = keys.load_scalar(profile.key, terms.passphrase)
    try:
        preflight(
            profile,
            dsc=keys.load_certificate(profile.dsc),
            csca=keys.load_certificate(profile.csca),
            public_key=keys.public_key(scalar),
            issued_at=terms.issued_at,
            expires_at=terms.expires_at,
        )
    except BaseException:
        keys.wipe(scalar)
        raise
    return scalar


@contextmanager
def scalar_of_run(terms: IssueTerms) -> Iterator[bytearray]:
    """The private scalar, which is wiped at the end of the block.

    Raises as `settle_terms`, and KeyUnusable where the key was exchanged since the terms were settled.
    """
    scalar = open_scalar(terms)
    try:
        if keys.kid(keys.load_certificate(terms.profile.dsc)) != terms.kid:
            raise KeyUnusable(f"{terms.profile.dsc}: was exchanged during the run; start again")
        yield scalar
    finally:
        keys.wipe(scalar)
