"""Stored certificates signed anew: the bytes of issuing anew, or a refusal, and nothing between the two."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from made_renewers import LATER, NEW, OLD, TIMES, TIMESTAMP, as_stored, changed, open_issuer, shots, stored
from made_shots import make_profile, shots_batch

from signer import _core
from signer.errors import QrTextUnfit
from signer.issuing.terms import open_scalar, settle_terms
from signer.profile import load_profile
from signer.verifying import TrustStore, verify

KEYS_MADE_AT = datetime(2023, 1, 1, tzinfo=UTC)
CHUNK = 512
PICTURES = [None, "png", "svg", "bits"]


def painter(picture: str | None) -> _core.QrPainter | None:
    return None if picture is None else _core.QrPainter(picture=picture, lower_level=True)


def anew(issued: pa.RecordBatch) -> pa.RecordBatch:
    """The columns of issuing that renewing has, too."""
    return issued.select(
        [name for name in issued.schema.names if name not in {"uvci", "person_key", "vaccine"}]
    )


@pytest.fixture(scope="module")
def certificates() -> pa.RecordBatch:
    """Good rows of the certificates table, over two chunks long."""
    return as_stored(open_issuer(OLD, TIMES).issue(shots(1100, 1))[0], OLD["kid"], TIMES)


@pytest.fixture
def renewer() -> _core.Renewer:
    return _core.Renewer(**NEW, **LATER)


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("checksum", [False, True])
@pytest.mark.parametrize("key", [OLD, NEW], ids=["same key", "other key"])
def test_a_renewed_certificate_is_the_one_that_issuing_anew_gives(
    cpu_level: str, picture: str | None, checksum: bool, key: Mapping[str, Any]
) -> None:
    given = shots(1100 if picture is None else 200, seed=2 * PICTURES.index(picture) + checksum)
    before, refused = open_issuer(OLD, TIMES, uvci_checksum=checksum).issue(given)
    assert (before.num_rows, refused.num_rows) == (given.num_rows, 0)
    after, _ = open_issuer(key, LATER, uvci_checksum=checksum, painter=painter(picture)).issue(given)
    assert after.column("uvci") == before.column("uvci")
    renewer = _core.Renewer(**key, **LATER, painter=painter(picture))
    renewed, refused = renewer.renew(as_stored(before, OLD["kid"], TIMES))
    assert refused.num_rows == 0
    assert renewed.equals(anew(after))


def test_the_longest_certificates_are_renewed_too() -> None:
    changes = {
        "issuer": "".join(map(chr, random.Random(1).sample(range(0x20000, 0x2A000), 80))),
        "uvci_checksum": True,
    }
    given = shots_batch(
        3, {row: {"full_name": " ".join(["ĐẶNGỒẾỮỰẦẨẪỌỄ" * 5] * 2), "vaccine": "Longest"} for row in range(3)}
    )
    before, _ = open_issuer(OLD, TIMES, **changes).issue(given)
    after, _ = open_issuer(NEW, LATER, **changes).issue(given)
    assert max(map(len, before.column("hc1").to_pylist())) > 1500
    renewed, _ = _core.Renewer(**NEW, **LATER).renew(as_stored(before, OLD["kid"], TIMES))
    assert renewed.equals(anew(after))


@pytest.mark.parametrize("old", [0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, (2**63 - 1) // 10**6])
def test_times_of_every_head_size_are_read_and_written(old: int) -> None:
    given = shots(3, 7)
    new_times = (2**32 + 1, 2**64 - 1, 0, 23, 24, 256, 65536, 2**32 - 1)
    before = as_stored(
        open_issuer(OLD, {"issued_at": old, "expires_at": old}).issue(given)[0],
        OLD["kid"],
        {"issued_at": old, "expires_at": old},
    )
    for new in new_times:
        times = {"issued_at": new, "expires_at": max(new - 1, 0)}
        renewed, _ = _core.Renewer(**NEW, **times).renew(before)
        assert renewed.equals(anew(open_issuer(NEW, times).issue(given)[0])), (old, new)


def test_the_verifier_finds_a_renewed_certificate_valid_with_its_new_times_and_key(tmp_path: Path) -> None:
    given = shots(20, 3)
    before, _ = open_issuer(OLD, TIMES).issue(given)
    terms = settle_terms(load_profile(make_profile(tmp_path, made_at=KEYS_MADE_AT)), LATER["issued_at"])
    scalar = open_scalar(terms)
    times = {"issued_at": terms.issued_at, "expires_at": terms.expires_at}
    renewer = _core.Renewer(scalar=scalar, kid=terms.kid, country="VN", **times)
    renewed, _ = renewer.renew(as_stored(before, OLD["kid"], TIMES))
    trust = TrustStore.load(terms.profile.dsc)
    at = datetime.fromtimestamp(LATER["issued_at"] + 5, UTC)
    for row in range(20):
        found = verify(renewed.column("hc1")[row].as_py(), trust, at)
        assert (found.kid, found.issued_at.timestamp()) == (terms.kid, terms.issued_at)
        assert found.expires_at.timestamp() == terms.expires_at
        assert found.dcc["v"][0]["ci"] == before.column("uvci")[row].as_py()


def test_a_renewed_certificate_can_be_renewed(certificates: pa.RecordBatch, renewer: _core.Renewer) -> None:
    once, _ = renewer.renew(certificates)
    back, refused = _core.Renewer(**OLD, **TIMES).renew(
        stored(once.column("hc1"), certificates.column("uvci"), NEW["kid"], LATER)
    )
    assert refused.num_rows == 0
    assert back.column("hc1") == certificates.column("hc1")


@pytest.mark.parametrize("n_rows", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 1050])
def test_batches_may_be_slices_with_columns_in_any_order(
    certificates: pa.RecordBatch, renewer: _core.Renewer, n_rows: int
) -> None:
    whole, _ = renewer.renew(certificates)
    part = certificates.append_column("part", pa.repeat(7, 1100)).slice(13, n_rows)
    renewed, refused = renewer.renew(part.select(["exp", "part", "hc1", "iat", "uvci", "kid"]))
    assert (renewed.num_rows, refused.num_rows) == (n_rows, 0)
    assert renewed.column("row").to_pylist() == list(range(n_rows))
    for name in ("hc1", "signature_hash"):
        assert renewed.column(name).to_pylist() == whole.column(name).slice(13, n_rows).to_pylist()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("hc1", pa.binary()),
        ("kid", pa.binary(8)),
        ("uvci", pa.large_string()),
        ("iat", pa.timestamp("us")),
        ("exp", pa.timestamp("s", "UTC")),
    ],
)
def test_columns_of_other_types_are_no_certificates(
    certificates: pa.RecordBatch, renewer: _core.Renewer, name: str, wrong: pa.DataType
) -> None:
    column = certificates.column(name).cast(wrong)
    at = certificates.schema.get_field_index(name)
    with pytest.raises(ValueError, match=f"column {name} is"):
        renewer.renew(certificates.set_column(at, name, column))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scalar": bytearray(31)}, "a scalar has 32 bytes"),
        ({"scalar": bytearray(32)}, "lies in 1..n-1"),
        ({"kid": bytes(7)}, "a kid 8"),
        ({"country": "vn"}, "two capital letters"),
    ],
)
def test_a_renewer_is_made_of_a_key_a_kid_and_a_country(changes: Mapping[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _core.Renewer(**{**NEW, **LATER, **changes})


def test_a_closed_renewer_signs_nothing(certificates: pa.RecordBatch, renewer: _core.Renewer) -> None:
    renewer.close()
    renewer.close()
    with pytest.raises(ValueError, match="the renewer is closed"):
        renewer.renew(certificates)


def test_a_second_thread_is_turned_away_from_a_renewer(
    certificates: pa.RecordBatch, renewer: _core.Renewer
) -> None:
    whole, _ = renewer.renew(certificates)
    turned_away, done = 0, False

    def interfere() -> None:
        nonlocal turned_away
        while not done:
            try:
                renewer.renew(certificates.slice(0, 5))
            except ValueError:
                turned_away += 1

    other = threading.Thread(target=interfere)
    other.start()
    try:
        kept = []
        while turned_away < 5:
            with contextlib.suppress(ValueError):
                kept.append(renewer.renew(certificates)[0])
    finally:
        done = True
        other.join()
    assert all(renewed.equals(whole) for renewed in kept)


def test_a_renewed_certificate_that_no_symbol_holds_is_named_by_its_row() -> None:
    issuer = "".join(map(chr, random.Random(1).sample(range(0x20000, 0x2A000), 80)))
    changes = {2: {"full_name": " ".join(["ĐẶNGỒẾỮỰẦẨẪỌỄ" * 5] * 2), "vaccine": "Longest"}}
    issued, _ = open_issuer(OLD, TIMES, issuer=issuer).issue(shots_batch(4, changes))
    rows = changed(as_stored(issued, OLD["kid"], TIMES), 0, "uvci", None)
    renewer = _core.Renewer(**NEW, **LATER, painter=_core.QrPainter(picture="png", level="H"))
    with pytest.raises(QrTextUnfit, match=r"row 2: .* too many"):
        renewer.renew(rows)
    renewed, _ = renewer.renew(rows.slice(0, 2))  # neither of the two is held back by the failure
    assert renewed.column("row").to_pylist() == [1]


def test_a_batch_of_too_many_rows_is_turned_away(renewer: _core.Renewer) -> None:
    n_rows = 500_001
    columns = {name: pa.nulls(n_rows, pa.string()) for name in ("hc1", "uvci")}
    columns |= {name: pa.nulls(n_rows, TIMESTAMP) for name in ("iat", "exp")}
    with pytest.raises(ValueError, match="500000 rows at most"):
        renewer.renew(pa.record_batch({**columns, "kid": pa.nulls(n_rows, pa.binary())}))
