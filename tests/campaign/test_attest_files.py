"""Files of shots with their signatures: the places of their rows, and that no bad file stops the others."""

from __future__ import annotations

import gzip
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from attesting.made_certificates_of_places import NOW, Holder, make_ca, make_signer, reason
from made_shots import shots_batch, write_shots

from signer.attesting import (
    Attestation,
    Authorities,
    check_attestation,
    sign_file,
    signature_path,
)
from signer.campaign.attest_files import (
    check_files,
    check_unchanged,
    rows_by_facility,
    rows_by_place,
    rows_of_batches,
)
from signer.errors import InputUnreadable
from signer.records.places import RowsOfPlace

CA = make_ca()
FACILITY = make_signer(CA)
PLACES = {3: {"facility": "01-0008"}, 4: {"province": None}, 7: {"facility": "01-0008"}}


def write_csv(path: Path, n_rows: int, changes: dict[int, dict[str, str | None]] | None = None) -> Path:
    pa_csv.write_csv(pa.Table.from_batches([shots_batch(n_rows, changes)]), path)
    return path


def counts(file: Path) -> Counter[tuple[str | None, str | None, str | None]]:
    found: Counter[tuple[str | None, str | None, str | None]] = Counter()
    for rows in rows_by_place(file):
        found[rows.province or None, rows.district, rows.facility] += rows.n_rows
    return found


EXPECTED = Counter(
    {
        ("Hà Nội", "Ba Đình", "01-0007"): 7,
        ("Hà Nội", "Ba Đình", "01-0008"): 2,
        (None, "Ba Đình", "01-0007"): 1,
    }
)


def test_places_are_counted_in_parquet_and_csv(tmp_path: Path) -> None:
    one = write_shots(tmp_path / "one.parquet", 10, PLACES)
    cut = write_shots(tmp_path / "cut.parquet", 10, PLACES, rows_per_group=3)
    text = write_csv(tmp_path / "shots.csv", 10, PLACES)
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(text.read_bytes()))
    for file in (one, cut, text, packed):
        assert counts(file) == EXPECTED, file
        first = {rows.facility: rows.first_row for rows in reversed(list(rows_by_place(file)))}
        assert first["01-0008"] == 3


def test_places_are_found_in_all_types_of_text(tmp_path: Path) -> None:
    table = pa.Table.from_batches([shots_batch(10, PLACES)])
    for kind in (pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())):
        place = table.schema.get_field_index("facility")
        changed = table.set_column(place, "facility", table["facility"].cast(kind))
        pq.write_table(changed, tmp_path / "shots.parquet")
        assert counts(tmp_path / "shots.parquet") == EXPECTED, kind
    nothing = table.set_column(place, "facility", pa.nulls(10))
    pq.write_table(nothing, tmp_path / "shots.parquet")
    assert {facility for _, _, facility in counts(tmp_path / "shots.parquet")} == {None}


def test_a_table_without_rows_has_no_places(tmp_path: Path) -> None:
    assert counts(write_shots(tmp_path / "shots.parquet", 0)) == Counter()
    assert counts(write_csv(tmp_path / "shots.csv", 0)) == Counter()


def test_what_is_not_utf_8_is_no_place_of_anybody(tmp_path: Path) -> None:
    text = write_csv(tmp_path / "shots.csv", 3)
    text.write_bytes(text.read_bytes().replace("Ba Đình".encode(), b"Ba \xd0\xecnh", 1))
    assert len(counts(text)) == 2


def test_a_damaged_table_is_unreadable(tmp_path: Path) -> None:
    file = write_shots(tmp_path / "shots.parquet", 10_000)
    octets = bytearray(file.read_bytes())
    footer = len(octets) - 8 - int.from_bytes(octets[-8:-4], "little")
    octets[4:footer] = bytes(footer - 4)
    file.write_bytes(octets)
    with pytest.raises(InputUnreadable, match="damaged"):
        list(rows_by_place(file))


def signed(file: Path, signer: Holder = FACILITY) -> Path:
    signature_path(file).write_bytes(sign_file(file, signer, NOW))
    return file


def test_every_file_has_its_verdict_in_order_whatever_the_others_are(tmp_path: Path) -> None:
    central = make_signer(CA, {"ST": "Hà Nội", "OU": "central signer"})
    foreign = shots_batch(5, {2: {"facility": "01-0008"}})
    pq.write_table(pa.Table.from_batches([foreign]), tmp_path / "mixed.parquet")
    pq.write_table(pa.Table.from_batches([foreign]), tmp_path / "central.parquet")
    no_table = tmp_path / "note.parquet"
    no_table.write_bytes(b"no table")
    changed = signed(write_csv(tmp_path / "changed.csv", 5))
    changed.write_bytes(changed.read_bytes().replace(b"Pfizer", b"Moderna", 1))
    files = {
        signed(write_shots(tmp_path / "good.parquet", 5)): None,
        write_shots(tmp_path / "bare.parquet", 5): "not_signed",
        signed(tmp_path / "mixed.parquet"): "other_facility",
        changed: "content_changed",
        signed(tmp_path / "central.parquet", central): None,
        tmp_path / "none.csv": "file_unreadable",
        signed(no_table): "file_unreadable",
        tmp_path: "file_unreadable",
        signed(write_csv(tmp_path / "good.csv", 5)): None,
    }
    verdicts = list(check_files(files, Authorities((CA.certificate,)), NOW))
    assert [verdict.file for verdict in verdicts] == list(files)
    assert [reason(verdict) for verdict in verdicts] == list(files.values())
    assert [verdict.n_rows for verdict in verdicts if isinstance(verdict, Attestation)] == [5, 5, 5]


def test_a_fault_of_the_table_says_what_to_do_once(tmp_path: Path) -> None:
    no_table = tmp_path / "note.parquet"
    no_table.write_bytes(b"no table")
    verdict = next(iter(check_files([signed(no_table)], Authorities((CA.certificate,)), NOW)))
    assert verdict.message == f"{no_table}: not a Parquet file; shots come as .parquet, .csv or .csv.gz"


def test_rows_of_a_file_set_aside_are_told_by_facility(tmp_path: Path) -> None:
    file = write_shots(tmp_path / "shots.parquet", 10, PLACES, rows_per_group=3)
    assert rows_by_facility(file) == [
        RowsOfPlace("Hà Nội", "Ba Đình", "01-0007", 7, 0),
        RowsOfPlace("Hà Nội", "Ba Đình", "01-0008", 2, 3),
        RowsOfPlace(None, "Ba Đình", "01-0007", 1, 4),
    ]


def test_a_file_set_aside_that_cannot_be_read_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "note.csv").write_bytes(b"no table")
    (tmp_path / "note.parquet").write_bytes(b"no table")
    (tmp_path / "packed.csv.gz").write_bytes(b"\x1f\x8bno table")
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("note.csv", "note.parquet", "packed.csv.gz", "pipe.csv", "none.csv", "."):
        assert rows_by_facility(tmp_path / name) == [], name


def test_what_is_no_place_is_not_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns that were mixed up, or filled by who wants them shown: names of persons, or whole texts."""
    nameless = [RowsOfPlace(None, None, None, 10, 0)]
    long = write_shots(tmp_path / "long.parquet", 10, {3: {"district": "x" * 301}})
    assert rows_by_facility(long) == nameless
    persons = write_shots(tmp_path / "p.parquet", 10, {row: {"facility": f"Lan {row}"} for row in range(10)})
    assert len(rows_by_facility(persons)) == 10
    monkeypatch.setattr("signer.campaign.attest_files.MOST_PLACES", 9)
    assert rows_by_facility(persons) == nameless


@pytest.mark.parametrize("kind", [pa.string(), pa.binary(), pa.large_string()], ids=str)
def test_a_sheet_of_corrections_is_checked_by_rows_that_were_read_elsewhere(
    tmp_path: Path, kind: pa.DataType
) -> None:
    def rows(*facilities: str | None) -> Iterator[RowsOfPlace]:
        for facility in facilities:
            texts = {
                "shot_id": ["1"],
                "province": ["Hà Nội"],
                "district": ["Ba Đình"],
                "facility": [facility],
            }
            yield from rows_of_batches([pa.RecordBatch.from_pydict(texts).cast(schema)])

    schema = pa.schema([(name, kind) for name in ("shot_id", "province", "district", "facility")])
    sheet = tmp_path / "01-0007.xlsx"
    sheet.write_bytes(b"any octets")
    authorities = Authorities((CA.certificate,))
    assert reason(check_attestation(sheet, authorities, rows("01-0007"), now=NOW)) == "not_signed"
    signed(sheet)
    good = check_attestation(sheet, authorities, rows("01-0007", "01-0007"), now=NOW)
    assert isinstance(good, Attestation), good
    assert good.n_rows == 2
    for facilities in (("01-0008",), ("01-0007", None)):
        verdict = check_attestation(sheet, authorities, rows(*facilities), now=NOW)
        assert reason(verdict) == "other_facility"


def test_rows_read_elsewhere_are_numbered_through_all_batches() -> None:
    batches = [shots_batch(3, {2: {"facility": "01-0008"}}), shots_batch(3)]
    found = [(rows.facility, rows.n_rows, rows.first_row) for rows in rows_of_batches(batches)]
    assert found == [("01-0007", 2, 0), ("01-0008", 1, 2), ("01-0007", 3, 3)]


def test_a_file_changed_after_its_check_is_found(tmp_path: Path) -> None:
    file = signed(write_shots(tmp_path / "shots.parquet", 5))
    (verdict,) = check_files([file], Authorities((CA.certificate,)), NOW)
    assert isinstance(verdict, Attestation)
    check_unchanged([verdict])
    octets = file.read_bytes()
    file.unlink()
    with pytest.raises(
        InputUnreadable, match=r"shots\.parquet: was changed or exchanged since its signature"
    ):
        check_unchanged([verdict])
    file.write_bytes(octets)
    with pytest.raises(InputUnreadable, match="start again"):
        check_unchanged([verdict])
