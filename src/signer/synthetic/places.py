"""The 63 provinces of 2022 with their codes and people; districts and facilities of each, by number."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from signer.synthetic.draws import Ints, slots

__all__ = [
    "DISTRICT_OF_FACILITY",
    "FACILITY_COUNT",
    "FACILITY_START",
    "MIGRANT_SHARES",
    "NO_PROVINCE_CODES",
    "PROVINCE_CODES",
    "PROVINCE_SLOTS",
    "district_texts",
    "draw_facilities",
    "facility_texts",
    "province_texts",
]

# The first three digits of a citizen number, the name, people in thousands (census of 2019, rounded).
PROVINCES: tuple[tuple[int, str, int], ...] = (
    (1, "Hà Nội", 8054), (2, "Hà Giang", 855), (4, "Cao Bằng", 530), (6, "Bắc Kạn", 314),
    (8, "Tuyên Quang", 785), (10, "Lào Cai", 731), (11, "Điện Biên", 599), (12, "Lai Châu", 460),
    (14, "Sơn La", 1248), (15, "Yên Bái", 821), (17, "Hòa Bình", 854), (19, "Thái Nguyên", 1287),
    (20, "Lạng Sơn", 782), (22, "Quảng Ninh", 1320), (24, "Bắc Giang", 1804), (25, "Phú Thọ", 1464),
    (26, "Vĩnh Phúc", 1151), (27, "Bắc Ninh", 1369), (30, "Hải Dương", 1892), (31, "Hải Phòng", 2029),
    (33, "Hưng Yên", 1253), (34, "Thái Bình", 1860), (35, "Hà Nam", 853), (36, "Nam Định", 1780),
    (37, "Ninh Bình", 983), (38, "Thanh Hóa", 3640), (40, "Nghệ An", 3327), (42, "Hà Tĩnh", 1289),
    (44, "Quảng Bình", 895), (45, "Quảng Trị", 632), (46, "Thừa Thiên Huế", 1129), (48, "Đà Nẵng", 1134),
    (49, "Quảng Nam", 1496), (51, "Quảng Ngãi", 1232), (52, "Bình Định", 1487), (54, "Phú Yên", 961),
    (56, "Khánh Hòa", 1231), (58, "Ninh Thuận", 591), (60, "Bình Thuận", 1231), (62, "Kon Tum", 540),
    (64, "Gia Lai", 1514), (66, "Đắk Lắk", 1869), (67, "Đắk Nông", 622), (68, "Lâm Đồng", 1297),
    (70, "Bình Phước", 995), (72, "Tây Ninh", 1169), (74, "Bình Dương", 2426), (75, "Đồng Nai", 3097),
    (77, "Bà Rịa - Vũng Tàu", 1149), (79, "TP. Hồ Chí Minh", 8993), (80, "Long An", 1689),
    (82, "Tiền Giang", 1764), (83, "Bến Tre", 1288), (84, "Trà Vinh", 1009), (86, "Vĩnh Long", 1023),
    (87, "Đồng Tháp", 1599), (89, "An Giang", 1908), (91, "Kiên Giang", 1723), (92, "Cần Thơ", 1235),
    (93, "Hậu Giang", 733), (94, "Sóc Trăng", 1200), (95, "Bạc Liêu", 907), (96, "Cà Mau", 1194),
)  # fmt: skip

PEOPLE_PER_DISTRICT_THOUSANDS = 135
FACILITIES_PER_DISTRICT = 18

PROVINCE_CODES: Ints = np.array([code for code, _, _ in PROVINCES], dtype=np.int64)
PROVINCE_SLOTS: Ints = slots([people for _, _, people in PROVINCES])
NO_PROVINCE_CODES: Ints = np.setdiff1d(np.arange(1000), PROVINCE_CODES)

# Who lives in another province than the one whose code the citizen number has, that of the birth (assumed).
MANY_MIGRANTS = {1: 0.20, 48: 0.25, 74: 0.50, 75: 0.35, 79: 0.35, 92: 0.15}
MIGRANT_SHARES = np.array([MANY_MIGRANTS.get(code, 0.06) for code, _, _ in PROVINCES])

DISTRICT_COUNT: Ints = np.clip(
    np.array([people for _, _, people in PROVINCES], dtype=np.int64) // PEOPLE_PER_DISTRICT_THOUSANDS, 6, 30
)
FACILITY_COUNT: Ints = DISTRICT_COUNT * FACILITIES_PER_DISTRICT
"""Facilities of each province; facility i of province p has the number FACILITY_START[p] + i."""
FACILITY_START: Ints = np.concatenate([np.zeros(1, np.int64), np.cumsum(FACILITY_COUNT)[:-1]])
DISTRICT_OF_FACILITY: Ints = np.repeat(np.arange(DISTRICT_COUNT.sum()), FACILITIES_PER_DISTRICT)


def draw_facilities(rng: np.random.Generator, provinces: Ints) -> Ints:
    """A facility of each of the provinces; the first districts and facilities are the larger ones.

    By squares, which come out the same on every processor, as other powers need not.
    """
    in_province, in_district = np.square(rng.random(len(provinces))), np.square(rng.random(len(provinces)))
    district = (in_province * DISTRICT_COUNT[provinces]).astype(np.int64)
    facility = (in_district * FACILITIES_PER_DISTRICT).astype(np.int64)
    return np.asarray(
        FACILITY_START[provinces] + district * FACILITIES_PER_DISTRICT + facility, dtype=np.int64
    )


def province_texts() -> pa.StringArray:
    """Names of the provinces."""
    return pa.array([name for _, name, _ in PROVINCES], pa.string())


def _district_codes() -> list[str]:
    return [
        f"{code:03}-{district + 1:02}"
        for (code, _, _), count in zip(PROVINCES, DISTRICT_COUNT, strict=True)
        for district in range(int(count))
    ]


def district_texts() -> pa.StringArray:
    """Codes of all districts: province code and running number, `079-05`."""
    return pa.array(_district_codes(), pa.string())


def facility_texts() -> pa.StringArray:
    """Codes of all facilities: the district's code and running number, `079-05-012`."""
    return pa.array(
        [
            f"{code}-{facility + 1:03}"
            for code in _district_codes()
            for facility in range(FACILITIES_PER_DISTRICT)
        ],
        pa.string(),
    )
