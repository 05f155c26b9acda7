"""One row of the certificates against its HC1: what is sound, and each way in which it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from made_registry import issued, terms_of
from made_shots import GOOD_ROW, ISSUED_AT, make_profile, shots_batch

from signer import keys
from signer.campaign.audit_certificate import Expected, look_at
from signer.verifying import Dsc, TrustStore

Row = dict[str, Any]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="module")
def rows(profile: Path) -> list[Row]:
    """Two certificates as the worker reads them."""
    return rows_of(profile)


def rows_of(profile: Path) -> list[Row]:
    certificates, _ = issued(terms_of(profile), 0, shots_batch(2))
    plain = [
        column.cast(pa.binary() if pa.types.is_string(column.type) else pa.int64())
        if pa.types.is_string(column.type) or pa.types.is_timestamp(column.type)
        else column
        for column in certificates.columns
    ]
    return pa.Table.from_arrays(plain, names=certificates.column_names).to_pylist()


@pytest.fixture(scope="module")
def expected(profile: Path) -> Expected:
    terms = terms_of(profile)
    dsc = Dsc.from_certificate(keys.load_certificate(terms.profile.dsc))
    constants = {
        "kid": dsc.kid,
        "iat": ISSUED_AT * 1_000_000,
        "exp": terms.expires_at * 1_000_000,
        "campaign": terms.campaign.encode(),
        "part": 0,
    }
    return Expected(TrustStore.of([dsc]), constants)


def wrong_with(row: Row, expected: Expected) -> str | None:
    return look_at(row, expected).told


def loose(expected: Expected) -> Expected:
    """The same without the columns that the plan tells: so that only the HC1 can contradict them."""
    return replace(expected, constants={})


def test_a_certificate_as_issued_is_sound_though_it_has_expired(rows: list[Row], expected: Expected) -> None:
    assert datetime.fromtimestamp(rows[0]["exp"] / 1e6, UTC) < datetime(2024, 1, 1, tzinfo=UTC)
    assert [wrong_with(row, expected) for row in rows] == [None, None]


@pytest.mark.parametrize("column", ["kid", "iat", "exp", "campaign", "part"])
def test_a_column_that_is_not_as_the_plan_has_it_is_named(
    rows: list[Row], expected: Expected, column: str
) -> None:
    found = rows[0][column]
    other = found + 1 if isinstance(found, int) else found[:-1] + b"?"
    assert wrong_with({**rows[0], column: other}, expected) == f"is not as its plan has it in {column}"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("uvci", b"URN:UVCI:01:VN:OTHER"),
        ("uvci", b"URN:UVCI:\xff"),
        ("vaccine", b"EU/1/20/1507"),
        ("vaccine", None),
        ("dose_number", 1),
        ("dose_number", None),
        ("doses_in_series", 3),
        ("kid", b"k" * 8),
        ("exp", 1),
        ("exp", None),
        ("iat", (ISSUED_AT + 1) * 1_000_000),
        ("signature_hash", b"h" * 16),
        ("signature_hash", None),
    ],
)
def test_a_column_that_the_certificate_contradicts_is_named(
    rows: list[Row], expected: Expected, column: str, value: object
) -> None:
    assert wrong_with({**rows[0], column: value}, loose(expected)) == f"differs from its HC1 in {column}"


def test_every_column_that_differs_is_named(rows: list[Row], expected: Expected) -> None:
    changed = {**rows[0], "dose_number": 1, "uvci": b"x"}
    assert wrong_with(changed, expected) == "differs from its HC1 in uvci, dose_number"


@pytest.mark.parametrize("column", ["uvci", "shot_id", "hc1", "iat"])
def test_what_nothing_can_be_said_without_must_be_there(
    rows: list[Row], expected: Expected, column: str
) -> None:
    assert wrong_with({**rows[0], column: None}, expected) == f"is empty in {column}"


def test_the_certificate_of_another_row_is_not_taken(rows: list[Row], expected: Expected) -> None:
    told = wrong_with({**rows[0], "hc1": rows[1]["hc1"]}, expected)
    assert told == "differs from its HC1 in signature_hash, uvci"


def test_another_key_is_not_taken(tmp_path: Path, rows: list[Row], expected: Expected) -> None:
    (foreign, _) = rows_of(make_profile(tmp_path))
    told = wrong_with({**foreign, "kid": rows[0]["kid"]}, expected)
    assert told is not None
    assert told.startswith("does not verify (kid_unknown: ")


def test_a_signature_that_does_not_fit_is_told(rows: list[Row], expected: Expected, tmp_path: Path) -> None:
    """The certificate of a DSC under whose kid another key lies."""
    other = Dsc.from_certificate(keys.load_certificate(terms_of(make_profile(tmp_path)).profile.dsc))
    trust = TrustStore.of([replace(other, kid=rows[0]["kid"])])
    told = wrong_with(rows[0], replace(expected, trust=trust))
    assert told is not None
    assert told.startswith("does not verify (signature: ")


@pytest.mark.parametrize(
    ("text", "reason"),
    [(b"", "context"), (b"HC1:\xff", "base45"), (b"HC1:ABC", "zlib"), (b"HC1:" + b"A" * 100_000, "size")],
)
def test_what_is_no_certificate_is_told_by_its_class(
    rows: list[Row], expected: Expected, text: bytes, reason: str
) -> None:
    told = wrong_with({**rows[0], "hc1": text}, expected)
    assert told is not None
    assert told.startswith(f"does not verify ({reason}: ")


def test_a_check_that_breaks_down_is_told_and_does_not_end_the_audit(
    rows: list[Row], expected: Expected, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise RecursionError(str(GOOD_ROW["full_name"]))

    monkeypatch.setattr("signer.campaign.audit_certificate.verify_message", break_down)
    assert wrong_with(rows[0], expected) == "cannot be verified (RecursionError)"


def test_nothing_that_is_told_holds_personal_data(rows: list[Row], expected: Expected) -> None:
    names = [part.casefold() for part in str(GOOD_ROW["full_name"]).split()]
    for column in rows[0]:
        for value in (None, b"x", 7):
            try:
                told = wrong_with({**rows[0], column: value}, loose(expected)) or ""
            except (TypeError, AttributeError):
                continue  # no file has a value of such a type in that column
            assert not any(name in told.casefold() for name in [*names, "nguyen", "1980"])
