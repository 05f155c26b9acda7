"""The checks of a row, the product table and the UVCI's key message, in C, without the core around them."""

import ctypes
import datetime
from dataclasses import dataclass, replace

import pytest
from shots_in_c import (
    NULL,
    UNREADABLE,
    Name,
    Product,
    Products,
    Record,
    Row,
    Rules,
    compile_library,
    header_number,
    text,
)

from signer.records.products import NATIONAL_NAMES, resolve_products
from signer.records.reasons import FIELDS, Reason

EPOCH = datetime.date(1970, 1, 1)
TODAY = (datetime.date(2022, 4, 15) - EPOCH).days


def day(iso: str) -> int:
    return (datetime.date.fromisoformat(iso) - EPOCH).days


@dataclass(frozen=True)
class Shot:
    """A row without fault."""

    shot_id: str | bytes | None = "79-001-000001"
    person_id: str | bytes | None = "079090000001"
    full_name: str | bytes | None = "Nguyễn Bảo Duy"
    date_of_birth: str | bytes | None = "1990-02-28"
    vaccine: str | bytes | None = "Pfizer"
    dose_number: int = 1
    doses_in_series: int = 2
    vaccinated_on: int = day("2021-08-15")
    province: str | bytes | None = "Hà Nội"
    district: str | bytes | None = ""
    facility: str | bytes | None = None
    supersedes: str | None = None

    def row(self) -> Row:
        who = (self.shot_id, self.person_id, self.full_name, self.date_of_birth)
        texts = (*who, self.vaccine, self.province, self.district, self.facility, self.supersedes)
        return Row(*map(text, texts), self.dose_number, self.doses_in_series, self.vaccinated_on)


class Checker:
    """The C functions with a product table and a day to check against."""

    def __init__(self, library: ctypes.CDLL, rows: list[tuple[str, str, str, str]]) -> None:
        self.library = library
        self.rows = (Product * len(rows))(*(Product(*map(text, row)) for row in rows))
        self.products = Products()
        self.status = library.shot_products_init(ctypes.byref(self.products), self.rows, len(rows))
        self.rules = Rules(ctypes.pointer(self.products), TODAY)

    def check(self, shot: Shot) -> tuple[Reason, str]:
        name, record, row = Name(), Record(), shot.row()
        return self.verdict(name, record, row)

    def verdict(self, name: Name, record: Record, row: Row) -> tuple[Reason, str]:
        """`record` points into `name` and `row` afterwards: the caller keeps them."""
        verdict = self.library.shot_check(*map(ctypes.byref, (self.rules, row, name, record)))
        return Reason(verdict.reason), FIELDS[verdict.field]

    def key_message(self, shot: Shot) -> bytes:
        name, record, row = Name(), Record(), shot.row()
        assert self.verdict(name, record, row)[0] is Reason.OK
        out = ctypes.create_string_buffer(header_number("shots/shots.h", "SHOT_KEY_MAX"))
        length = self.library.shot_key_message(ctypes.byref(row), ctypes.byref(record), out)
        return out.raw[:length]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    return compile_library(tmp_path_factory.mktemp("shots"))


@pytest.fixture(scope="module")
def checker(library: ctypes.CDLL) -> Checker:
    return Checker(library, resolve_products(NATIONAL_NAMES))


# Products


def test_every_product_is_found_by_its_names_and_nothing_else_is(checker: Checker) -> None:
    rows = resolve_products(NATIONAL_NAMES)
    assert checker.status == 0
    for row in rows:
        found = checker.library.shot_products_find(ctypes.byref(checker.products), text(row[0])).contents
        assert (found.name.bytes, found.mp.bytes, found.ma.bytes, found.vp.bytes) == tuple(
            c.encode() for c in row
        )
    names = {name for name, *_ in rows}
    for stranger in {
        "",
        "pfizer",
        "Pfizer ",
        "x" * 81,
        "EU/1/20/152",
        *(name[:-1] for name in names),
    } - names:
        assert not checker.library.shot_products_find(ctypes.byref(checker.products), text(stranger)), (
            stranger
        )


def test_two_hundred_names_fit_and_are_all_found(library: ctypes.CDLL) -> None:
    full = Checker(library, [(f"vaccine {i}", f"mp {i}", "ma", "vp") for i in range(200)])
    assert full.status == 0
    for i in range(200):
        found = library.shot_products_find(ctypes.byref(full.products), text(f"vaccine {i}"))
        assert found.contents.mp.bytes == f"mp {i}".encode()
    assert not library.shot_products_find(ctypes.byref(full.products), text("vaccine 200"))


@pytest.mark.parametrize(
    "rows",
    [
        [(f"vaccine {i}", "mp", "ma", "vp") for i in range(201)],
        [("Pfizer", "mp 1", "ma", "vp"), ("Pfizer", "mp 2", "ma", "vp")],
        [("", "mp", "ma", "vp")],
        [("name", "", "ma", "vp")],
        [("x" * 81, "mp", "ma", "vp")],
        [("name", "x" * 81, "ma", "vp")],
        [("name", "mp", "x" * 81, "vp")],
        [("name", "mp", "ma", "x" * 81)],
    ],
)
def test_a_table_that_cannot_be_held_is_refused(
    library: ctypes.CDLL, rows: list[tuple[str, str, str, str]]
) -> None:
    assert Checker(library, rows).status == -1


# Rows


def test_a_right_row_gives_the_record_of_the_payload(checker: Checker) -> None:
    name, record, row = Name(), Record(), Shot().row()
    assert checker.verdict(name, record, row)[0] is Reason.OK
    assert bytes(name.fn[: name.fn_length]).decode() == "Nguyễn"
    assert bytes(name.gn[: name.gn_length]).decode() == "Bảo Duy"
    assert bytes(name.fnt[: name.fnt_length]) == b"NGUYEN"
    assert bytes(name.gnt[: name.gnt_length]) == b"BAO<DUY"
    assert (record.date_of_birth.bytes, record.date_of_birth.length) == (b"1990-02-28", 10)
    assert (record.mp.bytes, record.ma.bytes, record.vp.bytes) == (
        b"EU/1/20/1528",
        b"ORG-100030215",
        b"1119349007",
    )
    assert (record.dose_number, record.doses_in_series, bytes(record.vaccinated_on)) == (1, 2, b"2021-08-15")


@pytest.mark.parametrize(
    "change",
    [
        {"shot_id": "x" * 64},
        {"shot_id": "mũi-1"},
        {"person_id": "123456789"},
        {"person_id": "A12345"},
        {"person_id": "1234567890123456789Z"},
        {"date_of_birth": ""},
        {"date_of_birth": "1900"},
        {"date_of_birth": "2022"},
        {"date_of_birth": "2021-08"},
        {"date_of_birth": "2021-08-15"},
        {"vaccine": "BBIBP-CorV"},
        {"vaccinated_on": day("2020-12-01"), "date_of_birth": "2020"},
        {"vaccinated_on": TODAY},
        *({"dose_number": n, "doses_in_series": 1} for n in range(1, 10)),
        *({"dose_number": n, "doses_in_series": 9} for n in range(1, 10)),
    ],
)  # fmt: skip
def test_a_row_at_the_edge_of_what_is_allowed_passes(checker: Checker, change: dict[str, str | int]) -> None:
    shot = replace(Shot(), **change)
    if change.get("date_of_birth") == "2022":
        shot = replace(shot, vaccinated_on=day("2022-01-01"))
    assert checker.check(shot)[0] is Reason.OK


TOO_SHORT_OR_LONG = ("12345678", "1234567890", "12345678901", "1234567890123", "A1234", "A" * 21, "1" * 500)
WITH_OTHER_CHARACTERS = (
    "a1234567",
    " 123456789",
    "123456789 ",
    "A123 567",
    "A123-567",
    "Đ1234567",
    "12345678\x00",
)

FAULTS = [
    ("shot_id", None, Reason.MISSING_VALUE),
    ("shot_id", "", Reason.MISSING_VALUE),
    ("shot_id", "x" * 65, Reason.VALUE_TOO_LONG),
    ("shot_id", b"\xc0\x80", Reason.NOT_UTF8),
    ("shot_id", b"a\xed\xa0\x80", Reason.NOT_UTF8),
    ("shot_id", b"a\xf4\x90\x80\x80", Reason.NOT_UTF8),
    ("shot_id", b"a\xe1\xbb", Reason.NOT_UTF8),
    ("shot_id", "a\x00b", Reason.CONTROL_CHARACTER),
    ("shot_id", "a\x7f", Reason.CONTROL_CHARACTER),
    ("shot_id", "a\x85", Reason.CONTROL_CHARACTER),
    ("shot_id", "a\u200b", Reason.CONTROL_CHARACTER),
    ("shot_id", "\ufeffa", Reason.CONTROL_CHARACTER),
    ("person_id", None, Reason.MISSING_VALUE),
    ("person_id", "", Reason.MISSING_VALUE),
    *(
        ("person_id", wrong, Reason.PERSON_ID_MALFORMED)
        for wrong in (*TOO_SHORT_OR_LONG, *WITH_OTHER_CHARACTERS)
    ),
    ("full_name", None, Reason.MISSING_VALUE),
    ("full_name", "", Reason.MISSING_VALUE),
    ("full_name", "   ", Reason.MISSING_VALUE),
    ("full_name", "A" * 81, Reason.VALUE_TOO_LONG),
    ("full_name", b"Nguy\xffn", Reason.NOT_UTF8),
    ("full_name", "Nguyễn\x01An", Reason.CONTROL_CHARACTER),
    ("full_name", "阮 An", Reason.FOREIGN_CHARACTER),
    ("full_name", "'", Reason.NAME_NOTHING_LEFT),
    ("date_of_birth", None, Reason.MISSING_VALUE),
    ("date_of_birth", "1990-02-30", Reason.DATE_IMPOSSIBLE),
    ("date_of_birth", "28/02/1990", Reason.DATE_IMPOSSIBLE),
    ("date_of_birth", " 1990", Reason.DATE_IMPOSSIBLE),
    ("date_of_birth", "1899", Reason.DATE_IMPOSSIBLE),
    ("date_of_birth", "2022-04-16", Reason.DATE_IN_FUTURE),
    ("date_of_birth", "2022-05", Reason.DATE_IN_FUTURE),
    ("date_of_birth", "2023", Reason.DATE_IN_FUTURE),
    ("province", b"H\xff\xfe", Reason.NOT_UTF8),
    ("district", "Ba\0Dinh", Reason.CONTROL_CHARACTER),
    ("facility", "\u202eBV", Reason.CONTROL_CHARACTER),
    ("facility", "x" * 201, Reason.VALUE_TOO_LONG),
    ("vaccine", None, Reason.MISSING_VALUE),
    ("vaccine", "", Reason.MISSING_VALUE),
    ("vaccine", "Pfizer ", Reason.VACCINE_UNKNOWN),
    ("vaccine", "Nanocovax", Reason.VACCINE_UNKNOWN),
    ("vaccine", "x" * 100_000, Reason.VACCINE_UNKNOWN),
    ("dose_number", NULL, Reason.MISSING_VALUE),
    *(("dose_number", n, Reason.DOSE_IMPOSSIBLE) for n in (UNREADABLE, -1, 0, 3, 10, 257, 2**31 - 1)),
    ("doses_in_series", NULL, Reason.MISSING_VALUE),
    *(("doses_in_series", n, Reason.DOSE_IMPOSSIBLE) for n in (UNREADABLE, -1, 0, 10, 257, 2**31 - 1)),
    ("vaccinated_on", NULL, Reason.MISSING_VALUE),
    ("vaccinated_on", UNREADABLE, Reason.DATE_IMPOSSIBLE),
    ("vaccinated_on", day("2020-11-30"), Reason.DATE_IMPOSSIBLE),
    ("vaccinated_on", TODAY + 1, Reason.DATE_IN_FUTURE),
    ("vaccinated_on", 2**31 - 1, Reason.DATE_IN_FUTURE),
]


@pytest.mark.parametrize(("field", "value", "reason"), FAULTS)
def test_a_fault_is_refused_with_its_reason_and_field(
    checker: Checker, field: str, value: str | bytes | int | None, reason: Reason
) -> None:
    assert checker.check(replace(Shot(), **{field: value})) == (reason, field)


@pytest.mark.parametrize("birth", ["2021-08-16", "2021-09", "2022"])
def test_a_vaccination_before_the_first_possible_day_of_birth_is_refused(
    checker: Checker, birth: str
) -> None:
    told = checker.check(replace(Shot(), date_of_birth=birth))
    assert told == (Reason.VACCINATED_BEFORE_BIRTH, "vaccinated_on")


def test_the_first_fault_in_the_order_of_the_schema_decides(checker: Checker) -> None:
    ordered = [fault for fault in FAULTS if fault[1] is None or fault[1] == NULL]
    for first in range(len(ordered)):
        changes = {field: value for field, value, _ in ordered[first:]}
        told = checker.check(replace(Shot(), **changes))
        assert told == (Reason.MISSING_VALUE, ordered[first][0])


def test_a_dose_beyond_a_series_that_is_missing_is_a_missing_series(checker: Checker) -> None:
    told = checker.check(replace(Shot(), dose_number=9, doses_in_series=NULL))
    assert told == (Reason.MISSING_VALUE, "doses_in_series")


# Key messages


def test_a_key_message_names_every_part_with_its_length(checker: Checker) -> None:
    parts = ["79-001-000001", Shot().person_id, "Nguyễn", "Bảo Duy", "1990-02-28", "EU/1/20/1528"]
    fields = b"".join(len(part.encode()).to_bytes(2, "big") + part.encode() for part in parts)
    assert checker.key_message(Shot()) == fields + b"\x01\x02" + b"2021-08-15"
    corrected = checker.key_message(Shot(supersedes="URN:UVCI:01:VN:A"))
    assert corrected == fields + b"\x01\x02" + b"2021-08-15" + b"\x00\x10URN:UVCI:01:VN:A"
    assert len(checker.key_message(Shot(supersedes="x" * 1000))) == len(fields) + 12 + 2 + 48


def test_a_key_message_differs_when_any_part_differs_and_not_with_the_normal_form(checker: Checker) -> None:
    changes: list[dict[str, str | int]] = [
        {}, {"shot_id": "79-001-00000"}, {"person_id": "079123456788"},
        {"full_name": "Nguyễn Bảo"}, {"full_name": "Nguyễn BảoDuy"},
        {"date_of_birth": "1990-02"}, {"vaccine": "Moderna"}, {"dose_number": 2}, {"doses_in_series": 3},
        {"vaccinated_on": day("2021-08-16")},
    ]  # fmt: skip
    messages = [checker.key_message(replace(Shot(), **change)) for change in changes]
    assert len(set(messages)) == len(changes)
    decomposed = "Nguye\u0302\u0303n  Ba\u0309o Duy "
    assert checker.key_message(replace(Shot(), full_name=decomposed)) == messages[0]


def test_the_longest_key_message_fits(checker: Checker) -> None:
    name = "Ễ" * 80
    texts = {"shot_id": "x" * 64, "full_name": f"{name} {name}", "vaccine": "Covid-19-adsorvida-inativada"}
    longest = Shot(**texts, supersedes="x" * 100)
    assert len(checker.key_message(longest)) <= header_number("shots/shots.h", "SHOT_KEY_MAX")
