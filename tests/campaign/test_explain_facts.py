"""Who is meant by a name, a number or a shot, and that several persons are told apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from made_histories import History, certificate
from made_rounds import NAME_DIFFERS, make_round, shot

from signer.campaign.explain_facts import Gathering, Name, Person, Shot
from signer.campaign.explain_registry import open_look_up
from signer.campaign.registry_views import files_of_registry
from signer.issuing.identity import PersonSecret
from signer.reporting.explain_classes import classify
from signer.reporting.explain_known import Facts

SECRET = PersonSecret(bytes(32))
MINE, THEIRS = "001180012345", "001180054321"
NAME = Name("Nguyễn Thị Hoà", "1980-02-29")
NOW = 1_649_906_100


def facts(history: History, rounds: list[Path], asked_for: Any, tmp_path: Path) -> Facts:
    with open_look_up(files_of_registry(history.registry), tmp_path, 1) as look_up:
        return Gathering(rounds, look_up, SECRET).facts(asked_for)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "registry")


def test_two_persons_of_one_name_and_birth_are_only_counted(history: History, tmp_path: Path) -> None:
    folder = make_round(tmp_path / "1", [shot(), shot(shot_id="S2", person_id=THEIRS)])
    found = facts(history, [folder], NAME, tmp_path)
    assert found == Facts(n_persons=2)


def test_rows_without_a_number_may_be_of_one_person_each(history: History, tmp_path: Path) -> None:
    nameless = [shot(shot_id=f"S{n}", person_id=None, **NAME_DIFFERS) for n in range(3)]
    assert facts(history, [make_round(tmp_path / "1", refused=nameless)], NAME, tmp_path).n_persons == 3
    one = facts(history, [make_round(tmp_path / "2", refused=nameless[:1])], NAME, tmp_path)
    assert [each.shot_id for each in one.cleaned or ()] == ["S0"]


def test_a_name_leads_to_all_shots_of_its_number(history: History, tmp_path: Path) -> None:
    misspelt = shot(shot_id="S2", full_name="Nguyễn Thị Hoa", **NAME_DIFFERS)
    folder = make_round(tmp_path / "1", [shot()], [misspelt])
    found = facts(history, [folder], NAME, tmp_path)
    assert [each.shot_id for each in found.cleaned or ()] == ["S1", "S2"]


def test_a_certificate_is_found_by_number_and_by_shot(history: History, tmp_path: Path) -> None:
    row = certificate("U1", person_key=SECRET.person_key(MINE))
    history.issue([row, certificate("U2", person_key=SECRET.person_key(THEIRS))])
    for asked_for in (Person(MINE), Shot(row["shot_id"])):
        found = facts(history, [], asked_for, tmp_path)
        assert [each.uvci for each in found.certificates] == ["U1"]
        assert not found.certificates[0].is_other_person


def test_what_supersedes_under_another_number_is_marked(history: History, tmp_path: Path) -> None:
    row = certificate("U1", person_key=SECRET.person_key(MINE))
    history.issue([row])
    moved = {"supersedes": "U1", "shot_id": row["shot_id"], "person_key": SECRET.person_key(THEIRS)}
    history.issue([certificate("U2", **moved)])
    mine = facts(history, [], Person(MINE), tmp_path)
    assert {each.uvci: each.is_other_person for each in mine.certificates} == {"U1": False, "U2": True}
    by_shot = facts(history, [], Shot(row["shot_id"]), tmp_path)
    assert {each.uvci: each.is_other_person for each in by_shot.certificates} == {"U1": True, "U2": False}


@pytest.mark.parametrize("nasty", ["'; DROP VIEW certificates; --", "\\x00", "Ω'\"", "\udc80"])
def test_whatever_is_asked_for_is_only_looked_for(history: History, tmp_path: Path, nasty: str) -> None:
    history.issue([certificate("U1", shot_id=nasty if nasty != "\udc80" else "S1")])
    found = facts(history, [], Shot(nasty), tmp_path)
    assert len(found.certificates) == (0 if nasty == "\udc80" else 1)


def test_in_a_round_of_latest_doses_an_earlier_one_is_found_by_its_shot(
    history: History, tmp_path: Path
) -> None:
    key = SECRET.person_key(MINE)
    history.issue([certificate("U2", shot_id="S2", person_key=key)], per="person")
    folder = make_round(tmp_path / "1", [shot(), shot(shot_id="S2", dose_number=2)])
    found = facts(history, [folder], Shot("S1"), tmp_path)
    told = classify(Facts(**vars(found) | {"per_person": True}), NOW, None)
    assert [finding.kind.value for finding in told] == ["earlier_dose"]
