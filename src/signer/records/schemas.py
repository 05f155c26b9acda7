"""Arrow schemas of the tables that the stages hand to each other (docs/formats.md)."""

from __future__ import annotations

import pyarrow as pa

from signer.records.pictures import PictureOptions

__all__ = [
    "CERTIFICATES",
    "POPULATION",
    "REFUSED",
    "REQUIRED_OF_SHOTS",
    "RESTORED",
    "REVOCATIONS",
    "REVOKED",
    "SHOTS",
    "TRUTH",
    "certificates_schema",
    "registered_schema",
]

SHOTS = pa.schema(
    [
        ("shot_id", pa.string()),
        ("person_id", pa.string()),
        ("nationality", pa.string()),
        ("full_name", pa.string()),
        ("date_of_birth", pa.string()),
        ("sex", pa.string()),
        ("phone", pa.string()),
        ("province", pa.string()),
        ("district", pa.string()),
        ("facility", pa.string()),
        ("vaccine", pa.string()),
        ("lot", pa.string()),
        ("dose_number", pa.int32()),
        ("doses_in_series", pa.int32()),
        ("vaccinated_on", pa.date32()),
    ]
)

REQUIRED_OF_SHOTS = frozenset(
    {"shot_id", "person_id", "full_name", "vaccine", "dose_number", "doses_in_series", "vaccinated_on"}
)
"""Fields without which a shot is refused; date_of_birth may be empty or partial, but not null."""

POPULATION = pa.schema(
    [
        ("person_id", pa.string()),
        ("full_name", pa.string()),
        ("date_of_birth", pa.string()),
        ("sex", pa.string()),
        ("province", pa.string()),
    ]
)

TRUTH = pa.schema(
    [
        ("shot_id", pa.string()),
        ("planted", pa.string()),
        ("detail", pa.string()),
        ("stage", pa.string()),
        ("person_id", pa.string()),
        ("right_full_name", pa.string()),
        ("right_date_of_birth", pa.string()),
        ("right_sex", pa.string()),
        ("right_vaccine", pa.string()),
        ("right_dose_number", pa.int32()),
        ("right_doses_in_series", pa.int32()),
        ("right_vaccinated_on", pa.date32()),
    ]
)
"""`planted` is null for a right shot; `person_id` is the number under which the shot's person stands in the
register, null where none does; `right_…` is null where the shot says it right (docs/synthetic.md)."""

CERTIFICATES = pa.schema(
    [
        ("uvci", pa.string()),
        ("shot_id", pa.string()),
        ("person_key", pa.binary()),
        ("province", pa.string()),
        ("district", pa.string()),
        ("facility", pa.string()),
        ("vaccine", pa.string()),
        ("dose_number", pa.int32()),
        ("doses_in_series", pa.int32()),
        ("kid", pa.binary()),
        ("iat", pa.timestamp("us", tz="UTC")),
        ("exp", pa.timestamp("us", tz="UTC")),
        ("hc1", pa.string()),
        ("signature_hash", pa.binary()),
        ("campaign", pa.string()),
        ("part", pa.int32()),
    ]
)
"""`person_key`: 16 bytes of a keyed hash of person_id; `kid`: 8 bytes; `signature_hash`: 16 bytes of
SHA-256(r), as the EU gateway lists revoked ES256 signatures."""


def certificates_schema(pictures: PictureOptions | None) -> pa.Schema:
    """CERTIFICATES, and behind them the column of pictures where there are any."""
    return CERTIFICATES if pictures is None else CERTIFICATES.append(pictures.schema_field)


def registered_schema(pictures: PictureOptions | None) -> pa.Schema:
    """The same as a registry keeps it: `supersedes`, the uvci of the certificate that a corrected shot's
    replaces, stands behind CERTIFICATES, and is null for all others."""
    schema = CERTIFICATES.append(pa.field("supersedes", pa.string()))
    return schema if pictures is None else schema.append(pictures.schema_field)


REFUSED = pa.schema(
    [
        ("shot_id", pa.string()),
        ("row", pa.int64()),
        ("stage", pa.string()),
        ("reason", pa.string()),
        ("field", pa.string()),
        ("province", pa.string()),
        ("district", pa.string()),
        ("facility", pa.string()),
        ("campaign", pa.string()),
    ]
)
"""`row` counts from 0 over all inputs of the run in their order: a row without shot_id can be found by it."""

REVOCATIONS = pa.schema(
    [
        ("uvci", pa.string()),
        ("signature_hash", pa.binary()),
        ("kid", pa.binary()),
        ("exp", pa.timestamp("us", tz="UTC")),
        ("action", pa.string()),
        ("reason", pa.string()),
        ("ordered_by", pa.string()),
        ("ordered_at", pa.timestamp("us", tz="UTC")),
        ("campaign", pa.string()),
    ]
)
"""`uvci` to `exp` are the certificate's; one row for every signature ever given out under a uvci, and order.
Rows are events: the last one of a uvci, by commit and by `ordered_at`, says whether it is revoked."""

REVOKED, RESTORED = "revoked", "restored"
"""The values of `action`."""
