"""COSE_Sign1 messages of made-up Vietnamese certificates, to train and to try the deflate table on.

Shape: `cbor/dcc.h`. Frequencies of names are rough shares of the Vietnamese population. Nobody real is meant.
"""

import random
import unicodedata
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

import cbor2

T = TypeVar("T")


class Person(NamedTuple):
    """The four name fields and the date of birth of a DCC."""

    fn: str
    gn: str
    fnt: str
    gnt: str
    dob: str


FAMILY_NAMES = {
    "Nguyễn": 380, "Trần": 110, "Lê": 95, "Phạm": 70, "Huỳnh": 26, "Hoàng": 25, "Phan": 45, "Vũ": 20,
    "Võ": 19, "Đặng": 21, "Bùi": 20, "Đỗ": 14, "Hồ": 13, "Ngô": 13, "Dương": 10, "Lý": 5, "Đinh": 10,
    "Trương": 12, "Đoàn": 8, "Mai": 7, "Lương": 8, "Trịnh": 8, "Đào": 7, "Hà": 6, "Cao": 6, "Tạ": 4,
    "Thái": 4, "Quách": 2, "Vương": 4, "Lâm": 6, "Phùng": 5, "Tô": 4, "Châu": 3, "Nông": 2, "Triệu": 2,
    "Kiều": 2, "La": 2, "Chu": 3,
}  # fmt: skip
WOMENS_MIDDLE_NAMES = {
    "Thị": 55, "Ngọc": 10, "Thị Thu": 5, "Thị Thanh": 5, "Thị Kim": 4, "Thùy": 4, "Thanh": 4, "Kim": 3,
    "Bảo": 3, "Thị Ngọc": 4, "Như": 2, "Quỳnh": 2,
}  # fmt: skip
MENS_MIDDLE_NAMES = {
    "Văn": 40, "Đức": 8, "Hữu": 7, "Quốc": 6, "Minh": 8, "Thanh": 6, "Đình": 6, "Xuân": 5, "Công": 4,
    "Ngọc": 5, "Trọng": 3, "Quang": 5, "Gia": 3, "Bá": 2, "Thế": 3,
}  # fmt: skip
WOMENS_GIVEN_NAMES = (
    "Hương", "Lan", "Hoa", "Hồng", "Mai", "Linh", "Trang", "Thảo", "Thu", "Hà", "Phương", "Nga", "Yến",
    "Oanh", "Hằng", "Hạnh", "Nhung", "Dung", "Thúy", "Thủy", "Loan", "Tuyết", "Ngọc", "Vân", "Anh", "Chi",
    "Huyền", "Quỳnh", "Ngân", "My", "Nhi", "Trinh", "Diễm", "Liên", "Lê", "Xuân", "Bích", "Tâm", "Hiền",
    "Hòa", "Nguyệt", "Cúc", "Đào", "Ánh", "Giang",
)  # fmt: skip
MENS_GIVEN_NAMES = (
    "Hùng", "Dũng", "Tuấn", "Anh", "Minh", "Hải", "Nam", "Long", "Sơn", "Thành", "Hiếu", "Đức", "Mạnh",
    "Cường", "Trung", "Kiên", "Quân", "Khoa", "Phúc", "Lộc", "Thọ", "Bình", "An", "Toàn", "Thắng", "Phong",
    "Việt", "Duy", "Khánh", "Hưng", "Quang", "Vinh", "Tài", "Đạt", "Huy", "Tùng", "Lâm", "Hoàng", "Tiến",
    "Hậu", "Nghĩa", "Tín", "Bảo", "Khang", "Nhân",
)  # fmt: skip

# (mp, ma, specific vp), weight: rough shares of the doses given.
PRODUCTS = {
    ("EU/1/21/1529", "ORG-100001699", "29061000087103"): 32,
    ("EU/1/20/1528", "ORG-100030215", "1119349007"): 32,
    ("EU/1/20/1507", "ORG-100031184", "1119349007"): 7,
    ("EU/1/20/1525", "ORG-100001417", "29061000087103"): 1,
    ("BBIBP-CorV", "ORG-100020693", "1157024006"): 22,
    ("Sputnik-V", "Gamaleya-Research-Institute", "29061000087103"): 2,
    ("Hayat-Vax", "ORG-100023050", "1157024006"): 1,
    ("Abdala", "CIGB", "28531000087107"): 3,
}
UNSPECIFIC_VP = "28531000087107"
DOSES = {(1, 2): 25, (2, 2): 50, (3, 3): 17, (4, 4): 3, (1, 1): 2, (2, 1): 2, (3, 1): 1}
ISSUER_NAMES = {"Bộ Y tế": 50, "Ministry of Health": 50}
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def pick(source: random.Random, weights: dict[T, int]) -> T:
    return source.choices(list(weights), list(weights.values()))[0]


def transliterate(name: str) -> str:
    """ICAO 9303 form of a Vietnamese name: marks dropped, Đ to D, blank to `<`."""
    plain = unicodedata.normalize("NFD", name.upper()).replace("Đ", "D").replace(" ", "<")
    return "".join(c for c in plain if not unicodedata.combining(c))


def make_person(source: random.Random) -> Person:
    family = pick(source, FAMILY_NAMES)
    if source.random() < 0.5:
        given = f"{pick(source, WOMENS_MIDDLE_NAMES)} {source.choice(WOMENS_GIVEN_NAMES)}"
    else:
        given = f"{pick(source, MENS_MIDDLE_NAMES)} {source.choice(MENS_GIVEN_NAMES)}"
    born = date(1930, 1, 1) + timedelta(days=round(source.triangular(0, 31000, 21000)))
    dob = born.isoformat() if source.random() < 0.97 else str(born.year)
    return Person(family, given, transliterate(family), transliterate(given), dob)


def make_entry(source: random.Random) -> dict[str, str | int]:
    """One vaccination entry, keys in canonical order."""
    (mp, ma, vp), (dose, doses) = pick(source, PRODUCTS), pick(source, DOSES)
    return {
        "ci": "URN:UVCI:01:VN:" + "".join(source.choices(BASE32, k=20)),
        "co": "VN",
        "dn": dose,
        "dt": (date(2021, 3, 8) + timedelta(days=round(source.triangular(0, 650, 230)))).isoformat(),
        "is": pick(source, ISSUER_NAMES),
        "ma": ma,
        "mp": mp,
        "sd": doses,
        "tg": "840539006",
        "vp": vp if source.random() < 0.8 else UNSPECIFIC_VP,
    }


def make_message(source: random.Random) -> bytes:
    """The bytes of one COSE_Sign1 message with a random kid and random bytes for a signature."""
    person, entry = make_person(source), make_entry(source)
    issued_at = source.randrange(1_640_000_000, 1_900_000_000)
    names = {"fn": person.fn, "gn": person.gn, "fnt": person.fnt, "gnt": person.gnt}
    certificate = {"v": [entry], "dob": person.dob, "nam": names, "ver": "1.3.0"}
    claims = {1: "VN", 4: issued_at + 31_536_000, 6: issued_at, -260: {1: certificate}}
    protected = cbor2.dumps({1: -7, 4: source.randbytes(8)})
    parts = [protected, {}, cbor2.dumps(claims), source.randbytes(64)]
    return cbor2.dumps(cbor2.CBORTag(18, parts))


def make_messages(count: int, seed: int) -> list[bytes]:
    """`count` messages; the same seed gives the same messages."""
    source = random.Random(seed)  # noqa: S311 - made-up people, not secrets
    return [make_message(source) for _ in range(count)]
