"""Revocation filters and lists as files: what is read, and that damage is refused with its place."""

from __future__ import annotations

import base64
import json
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_revocations import completed, filter_content, hash_of, write_filter, write_list

from signer.errors import TrustUnreadable
from signer.revoking.filter import filter_text
from signer.verifying import Revocations, revocation_list
from signer.verifying.revocation import MAX_FILE_BYTES
from signer.verifying.revocation_filter import read_filter
from signer.verifying.revocation_list import read_list
from signer.verifying.revoked_hashes import HASH_TYPES, packed

HASHES = [bytes([at]) * 16 for at in range(5)]


def refusal(*paths: Path) -> str:
    with pytest.raises(TrustUnreadable) as refused:
        Revocations.load(paths)
    return str(refused.value)


@pytest.mark.parametrize("n", [0, 1, 2, 3000])
@pytest.mark.parametrize("n_positions", [0, 1, 64])
def test_a_filter_hits_all_that_it_was_made_of_and_what_the_plain_rule_hits(n: int, n_positions: int) -> None:
    draw = random.Random(7)
    members, others = ([draw.randbytes(16) for _ in range(each)] for each in (n, 3000))
    content = filter_content(members, rate=0.05, n_positions=n_positions)
    content["false_positive_rate"] = 0.9999  # with one position or 64 it hits many
    found = read_filter("f", json.dumps(content).encode())
    assert found.has(packed(members)).all()
    octets, m = base64.b64decode(content["filter"]), content["bits"]

    def plain(of: bytes) -> bool:
        a, b = int.from_bytes(of[:8]), int.from_bytes(of[8:]) | 1
        places = ((a + i * b) % 2**64 % m for i in range(content["hashes"]))
        return all(octets[place >> 3] >> (place & 7) & 1 for place in places)

    assert found.has(packed(others)).tolist() == [plain(each) for each in others]


def test_a_filter_of_hundreds_of_millions_of_bits_is_read(tmp_path: Path) -> None:
    """Positions beyond 2^32 / 16 and a file of 16 MB."""
    path = write_filter(tmp_path / "large.filter", HASHES, n_bits=400_000_000)
    (found,) = Revocations.load([path]).filters
    assert found.n_bits == 400_000_000
    assert found.has(packed(HASHES)).all()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": "another"}, "it is no revocation filter"),
        ({"version": 2}, "another version"),
        ({"version": True}, "version is missing or of another type"),
        ({"country": None}, "country is missing"),
        ({"country": "vn"}, "country is no code"),
        ({"made_at": "2022-05-31"}, "made_at is no time"),
        ({"made_at": "2022-13-31T00:00:00Z"}, "made_at is no time"),
        ({"made_at": "2022-05-31T12:00:00+07:00"}, "made_at is no time"),
        ({"hash_type": "UCI"}, "hash_type is 'UCI', which cannot be"),
        ({"entries": -1}, "entries is -1, which cannot be"),
        ({"entries": 5.0}, "entries is missing or of another type"),
        ({"entries": 0}, "bits of filter are set, which 0 entries cannot set"),
        ({"false_positive_rate": 1}, "false_positive_rate is 1, which cannot be"),
        ({"false_positive_rate": float("nan")}, "false_positive_rate is nan, which cannot be"),
        ({"bits": 12}, "bits is 12, which cannot be"),
        ({"bits": 0}, "bits is 0, which cannot be"),
        ({"bits": 8}, "bits instead of 8"),
        ({"bits": 8 * 10**12}, "bits instead of 8000000000000"),
        ({"hashes": 0}, "hashes is 0, which cannot be"),
        ({"hashes": 65}, "hashes is 65, which cannot be"),
        ({"hashes": True}, "hashes is missing or of another type"),
        ({"filter": "!!!!"}, "filter is no base64"),
        ({"filter": "AAAA"}, "filter has 24 bits instead of"),
        ({"filter": 7}, "filter is missing or of another type"),
        ({"more": 1}, "it has 1 members that no filter has"),
    ],
)
def test_a_filter_that_is_damaged_is_refused_with_its_member(
    tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    path = tmp_path / "revoked.filter"
    path.write_text(json.dumps(filter_content(HASHES) | changes))
    assert f"{path}: " in refusal(path)
    assert told in refusal(path)


def test_a_filter_whose_bits_are_all_set_or_none_is_no_filter_of_its_entries(tmp_path: Path) -> None:
    """It would revoke everybody, or nobody."""
    path, content = tmp_path / "revoked.filter", filter_content(HASHES)
    for octet in (b"\xff", b"\x00"):
        path.write_text(
            json.dumps(content | {"filter": base64.b64encode(octet * (content["bits"] // 8)).decode()})
        )
        assert "which 5 entries cannot set" in refusal(path)


@pytest.mark.parametrize(
    ("n_bits", "share"), [(8, 1), (8000, 1), (800_000, 1), (8000, 0.75), (800_000, 0.52)]
)
def test_a_filter_that_cannot_keep_its_promise_is_refused_however_many_entries_it_claims(
    tmp_path: Path, n_bits: int, share: float
) -> None:
    """All ones with 10^30 entries were taken, and revoked everybody at a promised rate of 1e-7."""
    path, content = tmp_path / "revoked.filter", filter_content(HASHES, n_bits=n_bits, n_positions=24)
    octets = np.packbits(np.arange(n_bits) < share * n_bits).tobytes()
    edited = {"entries": 10**30, "filter": base64.b64encode(octets).decode()}
    path.write_text(json.dumps(content | edited))
    assert "too many for its false_positive_rate of 1e-07" in refusal(path)


@pytest.mark.parametrize("rate", [1e-7, 1e-5, 0.01, 0.03125, 0.0625, 0.1])
def test_every_filter_that_is_handed_out_is_taken(rate: float) -> None:
    """Of few entries more bits may be set by chance than the rate asks for."""
    draw = np.random.default_rng(11)
    for n in [*range(60), *range(60, 3000, 300)] * 5:
        hashes = np.frombuffer(draw.bytes(16 * n), np.uint8).reshape(n, 16)
        text = filter_text(hashes, "VN", datetime(2023, 3, 1, tzinfo=UTC), rate)
        assert read_filter("f", text.encode()).n_entries == n


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text[:-9], "it is no JSON from character"),
        (lambda text: text.replace('"entries": 5', '"entries": 5, "entries": 5'), "it has a member twice"),
        (lambda text: text + "{}", "it is no JSON from character"),
        (lambda text: text.replace("VN", "ế"), "is not ASCII"),
        (lambda text: "{" + '"a":[' * 100_000, "it is no JSON"),
        (lambda text: text.replace('"entries": 5', '"entries": ' + "9" * 5000), "revoked.filter: "),
    ],
)
def test_a_filter_that_is_cut_or_edited_is_refused(
    tmp_path: Path, change: Callable[[str], str], told: str
) -> None:
    path = tmp_path / "revoked.filter"
    path.write_text(change(json.dumps(filter_content(HASHES))), "utf-8")
    assert told in refusal(path)


def test_a_list_names_what_is_in_it_by_its_type_alone() -> None:
    rows = [(b"k" * 8, "SIGNATURE", HASHES[0]), (b"", "UCI", HASHES[1]), (b"", "COUNTRYCODEUCI", HASHES[2])]
    rows += [(b"", "UCI", HASHES[1])]  # twice
    found = read_list("l", csv_of(rows))
    named = {kind: found.by_type[kind].has(packed(HASHES)).tolist() for kind in HASH_TYPES}
    assert named == {
        "SIGNATURE": [True, False, False, False, False],
        "UCI": [False, True, False, False, False],
        "COUNTRYCODEUCI": [False, False, True, False, False],
    }
    assert len(found.by_type["UCI"]) == 1


def test_looking_up_is_that_of_a_set_of_bytes() -> None:
    """Hashes that share their first bytes, and those that end in zeros, too."""
    draw = random.Random(3)
    members = [draw.randbytes(16) for _ in range(2000)]
    near = [each[:8] + draw.randbytes(8) for each in members] + [each[:15] + b"\0" for each in members]
    members += [each[:12] + bytes(4) for each in members[:500]] + [bytes(16), b"\xff" * 16]
    found = read_list("l", csv_of([(b"", "UCI", each) for each in members])).by_type["UCI"]
    asked = [*members, *near, bytes(15) + b"\1", b"\xff" * 15 + b"\0"]
    assert found.has(packed(asked)).tolist() == [each in set(members) for each in asked]


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of thousands of rows takes many reads, as one of millions does."""
    monkeypatch.setattr(revocation_list, "BLOCK_BYTES", 1000)


@pytest.mark.parametrize("n_rows", [0, 1, 2, 5000])
@pytest.mark.usefixtures("small_blocks")
def test_a_list_of_any_number_of_rows_is_read(tmp_path: Path, n_rows: int) -> None:
    octets = np.random.default_rng(5).bytes(16 * n_rows)
    hashes = [octets[at : at + 16] for at in range(0, len(octets), 16)]
    path = write_list(tmp_path / "revoked.csv", [(b"", "UCI", each) for each in hashes])
    (found,) = Revocations.load([path]).lists
    assert len(found.by_type["UCI"]) == n_rows
    assert found.by_type["UCI"].has(packed(hashes)).all()


def csv_of(rows: list[tuple[bytes, str, bytes]]) -> bytes:
    lines = [
        f"{base64.b64encode(kid).decode()},{kind},{base64.b64encode(of).decode()}\n"
        for kid, kind, of in completed(rows)
    ]
    return b"kid,hash_type,hash\n" + "".join([*lines, f",ENTRIES,{len(lines)}\n"]).encode()


GOOD = ",UCI," + base64.b64encode(HASHES[3]).decode()

ELSE = "".join(f"{GOOD}\n".replace("UCI", kind) for kind in ("COUNTRYCODEUCI", "SIGNATURE"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "row 3: has not 3 fields"),
        (",UCI", "row 3: has not 3 fields"),
        (GOOD + ",", "row 3: has not 3 fields"),
        (f'"",UCI,{GOOD[5:]}', "row 3: kid is neither base64 nor empty"),
        ("?" + GOOD, "row 3: kid is neither base64 nor empty"),
        ("A" * 100 + GOOD, "row 3: kid is neither base64 nor empty"),
        (GOOD.replace("UCI", "uci"), "row 3: hash_type is none of"),
        (GOOD.replace("UCI", ""), "row 3: hash_type is none of"),
        (GOOD[:-1], "row 3: hash is not 16 bytes"),
        (",UCI,", "row 3: hash is not 16 bytes"),
        (",UCI," + base64.b64encode(bytes(17)).decode(), "row 3: hash is no base64"),
        (",UCI," + base64.b64encode(bytes(15)).decode(), "row 3: hash is not 16 bytes"),
        (GOOD[:-3] + "B==", "row 3: hash is no base64"),
        (GOOD[:-4] + "-A==", "row 3: hash is no base64"),
        (GOOD[:-4] + "\u00e9==", "row 3: hash is no base64"),
    ],
)
def test_a_list_that_is_damaged_is_refused_with_row_and_field(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "revoked.csv"
    path.write_text(f"kid,hash_type,hash\n{GOOD}\n{GOOD}\n{line}\n{GOOD}\n", "utf-8")
    assert f"{path}: {told}" in refusal(path)


@pytest.mark.usefixtures("small_blocks")
def test_a_damaged_row_is_counted_through_all_blocks(tmp_path: Path) -> None:
    path, n = tmp_path / "revoked.csv", 5000
    for wrong, told in (("x" + GOOD, "kid is neither"), (",UCI", "has not 3 fields")):
        path.write_text("kid,hash_type,hash\n" + f"{GOOD}\n" * n + f"{wrong}\n")
        assert f"row {n + 1}" in refusal(path)
        assert told in refusal(path)


def test_a_list_that_is_cut_short_is_refused_where_its_last_row_does_not_end(tmp_path: Path) -> None:
    path = tmp_path / "revoked.csv"
    path.write_text(f"kid,hash_type,hash\n{GOOD}")
    assert "cut short" in refusal(path)


def test_a_list_that_is_cut_between_rows_is_refused_wherever_that_is(tmp_path: Path) -> None:
    """It was taken as whole, and who was listed behind the cut was valid. Signed anew has two signatures."""
    rows = [(b"", kind, hash_of(f"{kind} {n}".encode())) for kind in HASH_TYPES for n in range(4)]
    path = write_list(tmp_path / "revoked.csv", [*rows, (b"k" * 8, "SIGNATURE", HASHES[0])])
    (found,) = Revocations.load([path]).lists
    assert [len(found.by_type[kind]) for kind in HASH_TYPES] == [4, 5, 4]
    lines = path.read_text("ascii").splitlines(keepends=True)
    assert lines[-1] == ",ENTRIES,13\n"
    for n_lines in range(1, len(lines)):  # the heading alone, too: it was taken for nothing revoked
        path.write_text("".join(lines[:n_lines]), "ascii")
        assert "does not tell the number of entries, so that rows are missing" in refusal(path)
        path.write_text("".join([*lines[: n_lines - 1], lines[-1]]) if n_lines > 1 else lines[0], "ascii")
        assert "so that rows are missing" in refusal(path)
    for kind in HASH_TYPES:
        rest = [line for line in lines[:-1] if f",{kind}," not in line]
        path.write_text("".join([*rest, f",ENTRIES,{len(rest) - 1}\n"]), "ascii")
        assert "so that rows are missing" in refusal(path)


def test_a_list_of_nothing_says_so_itself(tmp_path: Path) -> None:
    path = tmp_path / "revoked.csv"
    path.write_text("kid,hash_type,hash\n,ENTRIES,0\n")
    (found,) = Revocations.load([path]).lists
    assert [len(found.by_type[kind]) for kind in HASH_TYPES] == [0, 0, 0]
    path.write_text("kid,hash_type,hash\n")
    assert "does not tell the number of entries" in refusal(path)


@pytest.mark.parametrize(
    "last", [",ENTRIES,2", ",ENTRIES,4", ",ENTRIES,03", ",ENTRIES,-3", ",entries,3", ",ENTRIES,"]
)
def test_a_wrong_number_of_entries_is_refused(tmp_path: Path, last: str) -> None:
    path = tmp_path / "revoked.csv"
    path.write_text(f"kid,hash_type,hash\n{GOOD}\n{ELSE}{last}\n")
    assert f"{path}: " in refusal(path)
    path.write_text(f"kid,hash_type,hash\n{GOOD}\n{ELSE},ENTRIES,3\n")
    assert len(Revocations.load([path]).lists[0].by_type["UCI"]) == 1
    path.write_text(f"kid,hash_type,hash\n,ENTRIES,3\n{GOOD}\n{ELSE}")
    assert "row 1: " in refusal(path)


@pytest.mark.parametrize(
    "content", [b"", b"hash\n", b"PK\3\4", b"[]", b"-----BEGIN CERTIFICATE-----", b"\xff" * 99]
)
def test_what_is_neither_filter_nor_list_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert f"{path} is neither a revocation filter nor a list" in refusal(path)


@pytest.mark.parametrize("more", [",more\n", "\r\n", " \n", ""])
def test_a_heading_with_more_in_it_is_refused(tmp_path: Path, more: str) -> None:
    path = tmp_path / "revoked.csv"
    path.write_bytes(f"kid,hash_type,hash{more}{GOOD}\n".encode())
    assert "its heading is not kid,hash_type,hash" in refusal(path)


@pytest.mark.usefixtures("small_blocks")
def test_a_row_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "revoked.csv"
    path.write_text("kid,hash_type,hash\n" + "A" * 3000 + "\n")
    assert "a row is longer than 1000 bytes" in refusal(path)


@pytest.mark.parametrize(("kid", "is_kid"), [
    ("", True), ("AQI=", True), ("AQ==", True), ("AQID", True), ("A" * 88, True), ("A" * 92, False),
    ("AQ=", False), ("A===", False), ("A=ID", False), ("AQ=D", False), ("====", False), ("AQI-", False),
])  # fmt: skip
def test_a_kid_is_base64_of_any_length(tmp_path: Path, kid: str, is_kid: bool) -> None:
    path = tmp_path / "revoked.csv"
    path.write_text(f"kid,hash_type,hash\nAQIDBAUGBwg={GOOD}\n{kid}{GOOD}\n{GOOD}\n{ELSE},ENTRIES,5\n")
    if is_kid:
        assert len(Revocations.load([path]).lists[0].by_type["UCI"]) == 1
    else:
        assert "row 2: kid is neither base64 nor empty" in refusal(path)


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    assert "cannot read" in refusal(tmp_path / "missing")
    assert "cannot read" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in refusal(tmp_path / "pipe")


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "endless"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert f"is larger than {MAX_FILE_BYTES} bytes" in refusal(path)
