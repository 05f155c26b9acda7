"""What a certificate's names let it sign for, held against the rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import (
    FACILITY,
    NOW,
    PROVINCE,
    checked,
    make_ca,
    make_signer,
    reason,
    signed_file,
)
from hypothesis import given
from hypothesis import strategies as st

from signer.attesting import Attestation, Place, check_signatory
from signer.attesting.faults import NotAttestedError
from signer.attesting.places import check_rows
from signer.errors import KeyUnusable
from signer.records.places import RowsOfPlace

CA = make_ca()


def rows(*places: tuple[str | None, str | None, str | None]) -> list[RowsOfPlace]:
    """Two rows of each place."""
    return [RowsOfPlace(*place, 2, 2 * number) for number, place in enumerate(places)]


HERE = ("Hà Nội", "Ba Đình", "01-0007")
NEXT_DOOR = ("Hà Nội", "Ba Đình", "01-0008")
SAME_NAME = ("Hà Nội", "Đống Đa", "01-0007")
ABROAD = ("Hải Phòng", "Ba Đình", "01-0007")
NOWHERE = (None, None, None)


@pytest.mark.parametrize(
    ("subject", "places", "expected"),
    [
        (FACILITY, [HERE], None),
        (FACILITY, [], None),
        (FACILITY, [HERE, NEXT_DOOR], "other_facility"),
        (FACILITY, [SAME_NAME], "other_facility"),
        (FACILITY, [ABROAD], "other_province"),
        (FACILITY, [NEXT_DOOR, ABROAD], "other_province"),
        (FACILITY, [HERE, NOWHERE], "other_province"),
        (FACILITY, [("Hà Nội", "Ba Đình", None)], "other_facility"),
        (FACILITY, [("Hà Nội", None, "01-0007")], "other_facility"),
        (FACILITY, [("hà nội", "Ba Đình", "01-0007")], "other_province"),
        ({"ST": "Hà Nội", "O": "01-0007"}, [HERE, SAME_NAME], None),
        ({"ST": "Hà Nội", "O": "01-0007"}, [NEXT_DOOR], "other_facility"),
        (PROVINCE, [HERE, NEXT_DOOR, SAME_NAME, ("Hà Nội", None, None)], None),
        (PROVINCE, [HERE, ABROAD], "other_province"),
        (PROVINCE, [("", "Ba Đình", "01-0007")], "other_province"),
        (FACILITY | {"OU": "Phòng tiêm"}, [HERE], None),
        (FACILITY | {"OU": "Phòng tiêm"}, [NEXT_DOOR], "other_facility"),
    ],
)
def test_a_facility_signs_its_own_rows_and_a_central_signer_those_of_its_province(
    tmp_path: Path,
    subject: Mapping[str, str],
    places: Sequence[tuple[str | None, str | None, str | None]],
    expected: str | None,
) -> None:
    file = signed_file(tmp_path, make_signer(CA, subject))
    verdict = checked(file, CA, rows=rows(*places))
    assert reason(verdict) == expected
    if isinstance(verdict, Attestation):
        assert verdict.n_rows == 2 * len(places)


@pytest.mark.parametrize(
    "subject",
    [
        {"C": "VN", "CN": "x"},
        {"O": "01-0007"},
        {"OU": "central signer"},
        {"ST": "Hà Nội"},
        {"ST": "Hà Nội", "OU": "Central Signer"},
        {"ST": "Hà Nội", "L": "Ba Đình"},
        {"ST": " ", "O": "01-0007"},
        [("ST", "Hà Nội"), ("ST", "Hải Phòng"), ("O", "01-0007")],
        [("ST", "Hà Nội"), ("ST", "Hải Phòng"), ("OU", "central signer")],
        [("ST", "Hà Nội"), ("O", "01-0007"), ("O", "01-0008")],
        [("ST", "Hà Nội"), ("L", "Ba Đình"), ("L", "Đống Đa"), ("O", "01-0007")],
    ],
)
def test_a_certificate_that_names_no_one_place_is_refused_at_check_and_at_sign(
    tmp_path: Path, subject: Mapping[str, str] | Sequence[tuple[str, str]]
) -> None:
    signer = make_signer(CA, subject)
    assert reason(checked(signed_file(tmp_path, signer), CA, rows=[])) == "names_no_place"
    with pytest.raises(KeyUnusable, match="the signer's certificate names"):
        check_signatory(signer, NOW)


def test_normal_form_and_blanks_make_no_difference(tmp_path: Path) -> None:
    for form in ("NFC", "NFD"):
        subject = {kind: unicodedata.normalize(form, text) for kind, text in FACILITY.items()}
        file = signed_file(tmp_path, make_signer(CA, subject | {"O": " Trạm 1"}))
        for found in ("NFC", "NFD"):
            place = tuple(unicodedata.normalize(found, text) for text in ("Hà Nội", " Ba Đình", "Trạm 1 "))
            assert isinstance(checked(file, CA, rows=rows(place)), Attestation)


def test_a_fault_counts_the_rows_and_tells_nothing_that_stands_in_them(tmp_path: Path) -> None:
    file = signed_file(tmp_path, make_signer(CA))
    strays = [
        RowsOfPlace(*HERE, 10, 0),
        RowsOfPlace("Hà Nội", "Ba Đình", "Nguyễn Văn Bí", 3, 7),
        RowsOfPlace("Hà Nội", "Ba Đình", "Trần Thị Mật", 2, 4),
    ]
    verdict = checked(file, CA, rows=strays)
    expected = "5 rows (the first is row 4) are of another facility than 01-0007, Ba Đình, Hà Nội"
    assert f"{file}: {expected}; hand in" in verdict.message
    assert (
        "row 7 is of another province"
        in checked(file, CA, rows=[RowsOfPlace("Bí", None, None, 1, 7)]).message
    )


names = st.sampled_from(["Hà Nội", "Huế", "A", "", None])


@given(st.lists(st.tuples(names, names, names, st.integers(1, 5))), names.filter(bool), names, names)
def test_rows_pass_only_if_each_is_of_the_place(
    found: list[tuple[str | None, str | None, str | None, int]],
    province: str,
    district: str | None,
    facility: str | None,
) -> None:
    place = Place(province, (district or None) if facility else None, facility or None)
    given_rows = [RowsOfPlace(one, two, three, n, first_row=0) for one, two, three, n in found]
    passes = all(
        one.province == province
        and place.facility in (None, one.facility)
        and place.district in (None, one.district)
        for one in given_rows
    )
    if passes:
        assert check_rows(place, given_rows) == sum(one.n_rows for one in given_rows)
    else:
        with pytest.raises(NotAttestedError):
            check_rows(place, given_rows)
