"""People, numbers, names and doses are such as the country has."""

from __future__ import annotations

import datetime
import itertools
import unicodedata
from collections import Counter, defaultdict

import numpy as np
import pyarrow.parquet as pq
import pytest
from synthetic.reference_matcher import comparable

from signer.synthetic import dates, places
from signer.synthetic.draws import slots
from signer.synthetic.names import FAMILIES, FOREIGN, GIVEN, MIDDLE
from signer.synthetic.vaccines import VACCINES
from signer.synthetic.writings import Writing, write


@pytest.mark.long
def test_numbers_are_given_out_once(nation):
    assert len(nation.register) == nation.summary.population


def test_citizen_numbers_tell_province_century_sex_and_year(nation):
    """But those planted in the register as contradicting it; the province is that of the birth."""
    codes = {name: f"{code:03}" for code, name, _ in places.PROVINCES}
    contradict = {
        shot["person_id"]
        for detail in ("register_sex", "register_year")
        for shot in nation.rows("number_of_other", detail)
    }
    kinds, at_home = Counter(), 0
    for number, person in nation.register.items():
        kinds[len(number)] += 1
        assert number.isdigit()
        if len(number) == 12:
            year = int(person["date_of_birth"][:4])
            century_and_sex = 2 * (year // 100 - 19) + (person["sex"] == "F")
            tells_right = number[3:6] == f"{century_and_sex}{year % 100:02}"
            assert tells_right == (number not in contradict)
            assert number[:3] in codes.values()
            at_home += number[:3] == codes[person["province"]]
    assert set(kinds) == {9, 12}
    assert 0.005 < kinds[9] / len(nation.register) < 0.05
    assert 0.8 < at_home / kinds[12] < 0.9


def test_no_mistyped_digit_makes_the_number_of_another(nation):
    """Any digit of the last six, not only those that were planted."""
    some = [number for number in nation.register if len(number) == 12][:2_000]
    typed = (
        number[:place] + digit + number[place + 1 :]
        for number in some
        for place in range(6, 12)
        for digit in "0123456789"
        if digit != number[place]
    )
    assert not set(typed) & set(nation.register)


def test_provinces_have_their_shares(nation):
    """Within half a percent of the people: households move as one."""
    found = Counter(person["province"] for person in nation.register.values())
    total = sum(thousands for _, _, thousands in places.PROVINCES)
    for _, name, thousands in places.PROVINCES:
        assert found[name] / len(nation.register) == pytest.approx(thousands / total, abs=0.005)


def test_the_register_knows_people_without_shots(nation):
    vaccinated = {truth["person_id"] for truth in nation.truth}
    others = [person for number, person in nation.register.items() if number not in vaccinated]
    assert len(others) / nation.summary.people == pytest.approx(0.20, abs=0.002)
    children = sum(person["date_of_birth"] >= "2010" for person in others)
    assert children / len(others) == pytest.approx(0.75, abs=0.02)


def test_households_share_telephones_and_a_place(nation):
    """A telephone of several people: of one province, and often with one family name."""
    sharing = defaultdict(set)
    for shot, truth in nation.with_truth(None):
        if shot["phone"] and truth["person_id"]:
            sharing[shot["phone"]].add(truth["person_id"])
    households = [
        [nation.register[number] for number in numbers] for numbers in sharing.values() if len(numbers) > 1
    ]
    assert len(households) > 0.05 * len(sharing)
    assert sum(len({p["province"] for p in people}) > 1 for people in households) < 0.001 * len(households)
    one_name = sum(len({p["full_name"].split()[0] for p in people}) == 1 for people in households)
    assert one_name > 0.4 * len(households)


def test_some_are_twins(nation):
    born = Counter(
        (person["date_of_birth"], person["province"], *person["full_name"].split()[:2])
        for person in nation.register.values()
        if len(person["full_name"].split()) > 2 and len(person["date_of_birth"]) == 10
    )
    assert sum(count > 1 for count in born.values()) > 0.002 * len(nation.register)


def test_facilities_are_large_and_small(nation):
    sizes = sorted(Counter(shot["facility"] for shot in nation.shots).values())
    assert sizes[0] < 5
    assert sizes[-1] > 20 * sizes[len(sizes) // 2]


def test_there_are_63_provinces_with_a_code_each():
    assert (
        len({code for code, _, _ in places.PROVINCES}) == len({name for _, name, _ in places.PROVINCES}) == 63
    )


def test_every_district_and_facility_belongs_to_the_province_of_the_shot(nation):
    codes = {name: f"{code:03}" for code, name, _ in places.PROVINCES}
    for shot in nation.shots[:20_000]:
        assert shot["district"].startswith(codes[shot["province"]] + "-")
        assert shot["facility"].startswith(shot["district"] + "-")


def test_foreigners_have_passports_and_stand_in_no_register(nation):
    foreigners = [shot for shot in nation.shots if shot["nationality"] != "VN"]
    assert {shot["nationality"] for shot in foreigners} == set(FOREIGN)
    for shot in foreigners:
        assert shot["person_id"] not in nation.register
        assert shot["person_id"][0] == FOREIGN[shot["nationality"]][0]
        assert len(shot["person_id"]) == 9


@pytest.mark.parametrize("family", ["Nguyễn", "Trần", "Lê", "Phạm"])
def test_common_family_names_have_their_share(nation, family):
    """Within 1 % of the people."""
    found = sum(person["full_name"].split()[0] == family for person in nation.register.values())
    share = FAMILIES[family] / sum(FAMILIES.values())
    assert found / len(nation.register) == pytest.approx(share, abs=0.01)


def test_the_register_is_in_nfc_and_some_shots_are_not(nation):
    assert all(unicodedata.is_normalized("NFC", person["full_name"]) for person in nation.register.values())
    assert any(not unicodedata.is_normalized("NFC", shot["full_name"]) for shot in nation.shots)


def test_no_two_parts_of_a_table_are_one_name_differently_written():
    """Otherwise a replaced part would be no error."""
    for parts in (FAMILIES, *MIDDLE.values(), *GIVEN.values()):
        written = {comparable(part) for part in parts}
        assert len(written) == len(parts)


@pytest.mark.parametrize(
    ("writing", "name"),
    [
        (Writing.PLAIN, "Hòa Đỗ"),
        (Writing.UPPER_CASE, "HÒA ĐỖ"),
        (Writing.LOWER_CASE, "hòa đỗ"),
        (Writing.ICELANDIC_D, "Hòa \u00d0ỗ"),
        (Writing.AFRICAN_D, "Hòa \u0189ỗ"),
        (Writing.PLAIN_D, "Hòa Dỗ"),
        (Writing.SPACING, "Hòa  Đỗ "),
        (Writing.TELEX, "Hoaf Ddoox"),
        (Writing.LETTER_LOST, "Hòa Đ"),
        (Writing.DECOMPOSED, unicodedata.normalize("NFD", "Hòa Đỗ")),
        (Writing.OTHER_TONE_PLACE, "Hoà Đỗ"),
        (Writing.BARE, "Hoa Do"),
        (Writing.TONE_CONFUSED, "Hòa Đổ"),
    ],
)
def test_writings_of_a_name(writing, name):
    assert write("Hòa Đỗ", writing) == name


def test_doses_follow_each_other(nation):
    """By person and without planted errors: numbers rise from 1, dates rise, at least two weeks apart."""
    of_person = defaultdict(list)
    wrong = set()
    for shot, planted in zip(nation.shots, nation.planted, strict=True):
        if planted is None:
            of_person[shot["person_id"]].append(shot)
        else:
            wrong.add(shot["person_id"])
    whole = [
        sorted(of_person[p], key=lambda s: s["dose_number"]) for p in of_person.keys() - wrong - {None, ""}
    ]
    shown_malformed = 0
    for shots in whole:
        numbers = [shot["dose_number"] for shot in shots]
        if numbers != list(range(1, len(shots) + 1)):
            shown_malformed += 1  # a shot of theirs was planted with no or a malformed number
            continue
        days = [shot["vaccinated_on"] for shot in shots]
        assert all((later - earlier).days >= 14 for earlier, later in itertools.pairwise(days))
    assert shown_malformed < 0.03 * len(whole)


def test_dose_numbers_are_those_of_the_convention(nation):
    right = [
        s for s, planted in zip(nation.shots, nation.planted, strict=True) if planted != "dose_impossible"
    ]
    found = {(shot["dose_number"], shot["doses_in_series"]) for shot in right}
    assert found <= {(1, 2), (2, 2), (3, 3), (4, 4), (1, 3), (2, 3), (1, 1), (2, 1), (3, 1), (4, 1)}
    assert {(1, 2), (2, 2), (3, 3), (4, 4), (1, 1)} <= found
    assert len(nation.shots) / nation.summary.people == pytest.approx(2.01, abs=0.02)


def test_dates_lie_in_the_campaign(nation):
    days = [
        shot["vaccinated_on"]
        for shot, planted in zip(nation.shots, nation.planted, strict=True)
        if not planted
    ]
    assert datetime.date(2021, 3, 8) <= min(days)
    assert max(days) <= datetime.date(2022, 3, 30)


def test_vaccines_have_their_shares(nation):
    """Of first doses, within 1 %."""
    first = Counter(shot["vaccine"] for shot in nation.shots if shot["dose_number"] == 1)
    for vaccine in VACCINES:
        assert first[vaccine.name] / first.total() == pytest.approx(vaccine.share, abs=0.01)


def test_a_lot_holds_one_vaccine(nation):
    vaccines = defaultdict(set)
    for shot, planted in zip(nation.shots, nation.planted, strict=True):
        if planted != "vaccine_unknown":
            vaccines[shot["lot"]].add(shot["vaccine"])
    assert all(len(found) == 1 for found in vaccines.values())


def test_phones_have_ten_digits_or_are_null(nation):
    phones = pq.read_table(nation.directory / "shots.parquet", columns=["phone"])["phone"]
    assert 0.07 < phones.null_count / len(phones) < 0.09
    assert all(len(phone) == 10 and phone.startswith("0") for phone in phones.drop_null().to_pylist())


def test_slots_hold_weights_in_proportion():
    table = slots([1, 0, 3])
    assert np.bincount(table).tolist() == [16_384, 0, 49_152]


def test_dates_of_birth_swap_shift_and_shorten():
    def shown(index):
        return dates.TEXTS[int(index)].as_py()

    second_of_may = dates.days(np.array([1984]), np.array([5]), np.array([2]))
    leap_day = dates.days(np.array([1984]), np.array([2]), np.array([29]))
    assert shown(dates.swapped(second_of_may)[0]) == "1984-02-05"
    assert shown(dates.swapped(leap_day)[0]) == "1984-02-29"
    assert shown(dates.with_year(leap_day, np.array([7]))[0]) == "1981-02-28"
    assert shown(dates.year_only(leap_day)[0]) == "1984"
    assert shown(dates.impossible(leap_day)[0]) == "1984-02-30"
    assert shown(dates.N_DAYS - 1) == "2021-12-31"
