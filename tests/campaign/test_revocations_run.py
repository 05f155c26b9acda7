"""Lists, filter and batches of a registry, against what others make of the certificates themselves."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import shutil
import time
import zlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import base45
import cbor2
import pytest
from attesting.made_certificates_of_places import Holder, openssl
from campaign.made_orders import NOW_US, carried_out, certificates_of, renew, revoked_in
from campaign.made_registry import MadeRegistry, make_registry, uvcis_of
from revoking.filter_reader import ReadFilter
from trust.made_trust_lists import make_upload

from signer.campaign.revocations_cursor import RevocationsCursor, cursor_of_text
from signer.campaign.revocations_run import RevocationsOrder, write_revocations
from signer.campaign.revocations_summary import BatchCounts, RevocationsSummary
from signer.errors import KeyUnusable, OutputExists, RegistryUnreadable, TrustUnreadable
from signer.registry import Registry, open_or_create
from signer.verifying import Revocations

NOW = datetime.fromtimestamp(NOW_US // 1_000_000, UTC)
SHOTS = ["S1", "S2", "S4", "S13"]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> MadeRegistry:
    made = make_registry(tmp_path_factory.mktemp("original"))
    carried_out(made.registry, {"shot_id": SHOTS})
    return made


@pytest.fixture
def made(original: MadeRegistry, tmp_path: Path) -> MadeRegistry:
    return original.copy(tmp_path / "registry")


@pytest.fixture(scope="module")
def upload() -> Holder:
    return make_upload("VN", begin=NOW - timedelta(days=1), end=NOW + timedelta(days=3650))


def written(registry: Registry, out: Path, **changes: Any) -> RevocationsSummary:
    """Writes the folder; `signer verify` takes its lists as whole, and of one export."""
    order = RevocationsOrder(registry.path, out, None, 0, None, 1e-7, NOW, 2)
    summary = write_revocations(replace(order, **changes), lambda done, total: None, time.monotonic)
    read = Revocations.load([out / "revoked.csv", out / "revoked.filter"])
    assert [len(read.lists[0].by_type["SIGNATURE"]), read.deciding] == [summary.signatures, ()]
    return summary


def rows_of(path: Path) -> set[tuple[str, str, str]]:
    named = "restored_hash" if path.name == "restored.csv" else "hash"
    with path.open(encoding="ascii", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    assert header == ["kid", "hash_type", named]
    last = rows.pop()
    assert last == ["", "ENTRIES", str(len(rows))]
    assert len(rows) == len({tuple(row) for row in rows})
    assert [row[1:] for row in rows] == sorted(row[1:] for row in rows)
    return {(row[0], row[1], row[2]) for row in rows}


def cut(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()[:16]).decode()


def named_by(hc1: str) -> set[tuple[str, str, str]]:
    """The rows of a certificate, from its text alone."""
    protected, _, payload, signature = cbor2.loads(zlib.decompress(base45.b45decode(hc1[4:]))).value
    kid = base64.b64encode(cbor2.loads(protected)[4]).decode()
    claims = cbor2.loads(payload)
    ci = claims[-260][1]["v"][0]["ci"]
    return {
        ("", "UCI", cut(ci.encode())),
        ("", "COUNTRYCODEUCI", cut((claims[1] + ci).encode())),
        (kid, "SIGNATURE", cut(signature[:32])),
    }


def batches_in(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("ascii")) for path in sorted(folder.glob("*.json"))]


def in_batches(batches: list[dict[str, Any]]) -> Counter[tuple[str, str, str]]:
    return Counter(
        (batch["kid"], batch["hashType"], entry["hash"]) for batch in batches for entry in batch["entries"]
    )


def test_the_plain_list_names_what_the_texts_of_the_certificates_say(
    made: MadeRegistry, tmp_path: Path
) -> None:
    summary = written(made.registry, tmp_path / "out")
    revoked = revoked_in(made.registry)
    expected = {
        row
        for each in certificates_of(made.registry)
        if each["uvci"] in revoked
        for row in named_by(each["hc1"])
    }
    assert rows_of(tmp_path / "out" / "revoked.csv") == expected
    assert (summary.certificates, summary.signatures) == (len(revoked), len(revoked)) == (5, 5)
    assert rows_of(tmp_path / "out" / "restored.csv") == set()


def test_the_batches_hold_the_same_hashes_a_kid_each(made: MadeRegistry, tmp_path: Path) -> None:
    renew(made, ["S1"])
    written(made.registry, tmp_path / "out")
    expected = {(kid or "UNKNOWN_KID", *rest) for kid, *rest in rows_of(tmp_path / "out" / "revoked.csv")}
    batches = batches_in(tmp_path / "out" / "batches")
    assert in_batches(batches) == dict.fromkeys(expected, 1)
    assert all(batch["country"] == "VN" for batch in batches)
    assert Counter(batch["hashType"] for batch in batches) == {"UCI": 1, "COUNTRYCODEUCI": 1, "SIGNATURE": 2}


def test_a_signature_made_anew_is_covered_although_the_order_could_not_tell_of_it(
    made: MadeRegistry, tmp_path: Path
) -> None:
    renew(made, ["S1"])
    summary = written(made.registry, tmp_path / "out")
    kid = base64.b64encode(b"c" * 8).decode()
    anew = [row for row in rows_of(tmp_path / "out" / "revoked.csv") if row[0] == kid]
    assert anew == [(kid, "SIGNATURE", base64.b64encode(b"c" * 8 + b"\0" * 8).decode())]
    assert (summary.certificates, summary.signatures) == (5, 6)


def test_the_filter_has_each_revoked_certificate_and_none_of_the_others(
    made: MadeRegistry, tmp_path: Path
) -> None:
    written(made.registry, tmp_path / "out")
    text = (tmp_path / "out" / "revoked.filter").read_text("ascii")
    found, revoked = ReadFilter.of(text), revoked_in(made.registry)
    for row in certificates_of(made.registry):
        has = found.has(hashlib.sha256(("VN" + row["uvci"]).encode()).digest()[:16])
        assert has == (row["uvci"] in revoked)
    assert json.loads(text)["entries"] == len(revoked)
    assert json.loads(text)["made_at"] == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_batch_expires_with_the_last_certificate_in_it(made: MadeRegistry, tmp_path: Path) -> None:
    renew(made, ["S1"], days=300)
    written(made.registry, tmp_path / "out")
    batches = batches_in(tmp_path / "out" / "batches")
    last = {
        row["kid"]: row["exp"] for row in sorted(certificates_of(made.registry), key=lambda row: row["exp"])
    }
    for batch in batches:
        of_kid = [base64.b64decode(batch["kid"])] if batch["hashType"] == "SIGNATURE" else list(last)
        revoked = revoked_in(made.registry)
        expected = max(
            row["exp"]
            for row in certificates_of(made.registry)
            if row["uvci"] in revoked and row["kid"] in of_kid
        )
        assert batch["expires"] == expected.strftime("%Y-%m-%dT%H:%M:%SZ")
    later = written(made.registry, tmp_path / "later", expires_days=3000)
    assert {batch["expires"] for batch in batches_in(tmp_path / "later" / "batches")} == {
        (NOW + timedelta(days=3000)).strftime("%Y-%m-%dT%H:%M:%SZ")
    }
    assert later.expired == 0


def test_what_has_expired_is_in_the_lists_and_in_no_batch(made: MadeRegistry, tmp_path: Path) -> None:
    renew(made, ["S1"], days=300)
    summary = written(made.registry, tmp_path / "out", now=NOW + timedelta(days=400))
    assert summary.expired == 4
    batches = in_batches(batches_in(tmp_path / "out" / "batches"))
    assert Counter(hash_type for _, hash_type, _ in batches) == {
        "UCI": 1,
        "COUNTRYCODEUCI": 1,
        "SIGNATURE": 1,
    }
    assert len(rows_of(tmp_path / "out" / "revoked.csv")) == 5 + 5 + 6


def test_what_was_restored_is_in_none_and_told_to_be_deleted(made: MadeRegistry, tmp_path: Path) -> None:
    before = written(made.registry, tmp_path / "before")
    carried_out(made.registry, {"shot_id": ["S2"]}, undo=True)
    summary = written(made.registry, tmp_path / "out")
    gone = rows_of(tmp_path / "before" / "revoked.csv") - rows_of(tmp_path / "out" / "revoked.csv")
    assert gone == rows_of(tmp_path / "out" / "restored.csv")
    assert len(gone) == 3
    assert (before.version, summary.version, summary.restored) == (1, 2, 1)
    assert json.loads((tmp_path / "out" / "revoked.filter").read_text())["entries"] == 4
    later = written(made.registry, tmp_path / "later", since=RevocationsCursor(2))
    assert (later.restored, rows_of(tmp_path / "later" / "restored.csv")) == (0, set())


def test_nobody_verifies_with_the_list_of_what_was_restored(made: MadeRegistry, tmp_path: Path) -> None:
    """It was taken for a list of what is revoked, beside which it lies, and refused all who were restored."""
    carried_out(made.registry, {"shot_id": ["S2"]}, undo=True)
    for since in (None, RevocationsCursor(2)):  # with rows, and without
        out = tmp_path / str(since)
        written(made.registry, out, since=since)
        with pytest.raises(TrustUnreadable, match=r"no longer revoked; name revoked\.csv, which is beside"):
            Revocations.load([out / "restored.csv"])


def test_since_a_version_the_batches_hold_the_new_and_the_lists_all(
    made: MadeRegistry, tmp_path: Path
) -> None:
    first = written(made.registry, tmp_path / "first")
    carried_out(made.registry, {"shot_id": ["S5", "S1"]})
    written(made.registry, tmp_path / "all")
    second = written(made.registry, tmp_path / "second", since=cursor_of_text(first.until))
    new = {
        (kid or "UNKNOWN_KID", *rest)
        for kid, *rest in rows_of(tmp_path / "all" / "revoked.csv")
        - rows_of(tmp_path / "first" / "revoked.csv")
    }
    assert in_batches(batches_in(tmp_path / "second" / "batches")) == dict.fromkeys(new, 1)
    assert second.certificates == 6
    for name in ("revoked.csv", "revoked.filter"):
        assert (tmp_path / "second" / name).read_bytes() == (tmp_path / "all" / name).read_bytes()


def test_a_version_that_the_table_never_had_is_refused(made: MadeRegistry, tmp_path: Path) -> None:
    """Empty batches were written without a word: the gateway would have got nothing."""
    newest = written(made.registry, tmp_path / "out").version
    written(made.registry, tmp_path / "same", since=RevocationsCursor(newest))
    for since in (newest + 1, 9999):
        with pytest.raises(RegistryUnreadable, match=f"at version {newest}, --since says {since}"):
            written(made.registry, tmp_path / "later", since=RevocationsCursor(since))
    assert RegistryUnreadable.exit_code == 3
    assert not list(tmp_path.glob("*later*"))


def test_a_registry_that_was_put_back_from_a_copy_is_noticed_by_the_digest(
    made: MadeRegistry, tmp_path: Path
) -> None:
    """Its table has come to the same version by another order: that one's batches would never be sent."""
    copy = made.copy(tmp_path / "copy")
    carried_out(made.registry, {"shot_id": ["S5"]})
    told = written(made.registry, tmp_path / "told")
    assert written(made.registry, tmp_path / "same", since=cursor_of_text(told.until)).since == told.until
    carried_out(copy.registry, {"shot_id": ["S6"]})
    assert written(copy.registry, tmp_path / "plain", since=RevocationsCursor(told.version)).batches == {
        kind: BatchCounts(0, 0) for kind in ("COUNTRYCODEUCI", "UCI", "SIGNATURE")
    }
    with pytest.raises(RegistryUnreadable, match=f"never stood at {told.until}: it is another registry"):
        written(copy.registry, tmp_path / "later", since=cursor_of_text(told.until))


def test_a_commit_that_a_power_cut_has_torn_is_not_taken_for_one_of_nothing(
    made: MadeRegistry, tmp_path: Path
) -> None:
    """Lists were written without the order, and without a word."""
    torn = max((made.registry.path / "revocations" / "_delta_log").glob("*.json"))
    torn.write_bytes(b"")
    with pytest.raises(RegistryUnreadable, match="cut short"):
        written(made.registry, tmp_path / "out")


def test_openssl_verifies_each_signed_batch_and_finds_the_plain_one_inside(
    made: MadeRegistry, tmp_path: Path, upload: Holder
) -> None:
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")
    written(made.registry, tmp_path / "plain")
    summary = written(made.registry, tmp_path / "out", signatory=upload)
    assert summary.is_signed
    upload.write(tmp_path, "upload")
    signed = sorted((tmp_path / "out" / "batches").iterdir())
    plain = sorted((tmp_path / "plain" / "batches").iterdir())
    assert [path.stem for path in signed] == [path.stem for path in plain]
    at = str(NOW_US // 1_000_000)
    for path, expected in zip(signed, plain, strict=True):
        assert path.suffix == ".cms"
        assert b"\n" not in path.read_bytes()
        (tmp_path / "cms").write_bytes(base64.b64decode(path.read_bytes(), validate=True))
        verify = (
            f"cms -verify -binary -inform DER -in cms -CAfile upload.pem -purpose any -attime {at} -out json"
        )
        done = openssl(*verify.split(), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "json").read_bytes() == expected.read_bytes()


def test_the_gateway_takes_no_batches_from_the_upload_certificate_of_another_country(
    made: MadeRegistry, tmp_path: Path
) -> None:
    other = make_upload("LA", begin=NOW - timedelta(days=1), end=NOW + timedelta(days=10))
    with pytest.raises(KeyUnusable, match="is of LA, the certificates are of VN"):
        written(made.registry, tmp_path / "out", signatory=other)
    assert not list(tmp_path.glob("out*"))


def test_nothing_revoked_gives_empty_lists(tmp_path: Path, original: MadeRegistry) -> None:
    fresh = make_registry(tmp_path / "fresh")
    summary = written(fresh.registry, tmp_path / "out")
    assert rows_of(tmp_path / "out" / "revoked.csv") == set()
    assert not list((tmp_path / "out" / "batches").iterdir())
    assert (summary.certificates, summary.version, summary.filter_bits) == (0, 0, 8)


def test_the_folder_is_whole_or_not_there_and_none_is_written_over(
    made: MadeRegistry, tmp_path: Path
) -> None:
    summary = written(made.registry, tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["batches", "restored.csv", "revoked.csv", "revoked.filter", "summary.json"]
    told = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert told == json.loads(json.dumps(summary.as_dict()))
    with pytest.raises(OutputExists):
        written(made.registry, tmp_path / "out")


def test_a_registry_that_does_not_say_its_country_is_refused(tmp_path: Path) -> None:
    empty = open_or_create(tmp_path / "registry", test=True)
    with pytest.raises(RegistryUnreadable, match="no plan says which country issued here"):
        written(empty, tmp_path / "out")


def test_every_signature_ever_made_of_a_shot_is_covered(made: MadeRegistry, tmp_path: Path) -> None:
    """Those of S13, which was corrected, under both its identifiers."""
    latest = uvcis_of(made.registry)["S13"]
    both = {row["uvci"] for row in certificates_of(made.registry) if row["shot_id"] == "S13"}
    assert latest in both
    assert len(both) == 2
    written(made.registry, tmp_path / "out")
    named = {row[2] for row in rows_of(tmp_path / "out" / "revoked.csv") if row[1] == "UCI"}
    assert {cut(uvci.encode()) for uvci in both} <= named
