"""Changes since a version: whoever applies them in turn has what is in force, and misses nothing."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from made_histories import History, certificate
from made_withdrawals import make_registry, uvci

from signer.campaign.changes_cursor import BEGINNING, Cursor, cursor_of_text, newest_cursor, refuse_foreign
from signer.campaign.changes_reading import CHANGES, read_changes
from signer.campaign.registry_views import files_of_registry, open_views
from signer.errors import RegistryUnreadable
from signer.registry import Registry
from signer.tables.out_of_core import Room

TAKEN_OUT = ("superseded", "revoked")


def changes(registry: Registry, since: Cursor, until: Cursor, tmp_path: Path) -> list[dict[str, Any]]:
    files = files_of_registry(registry)
    found = []
    for batch in read_changes(files, since, until, Room("500MB", tmp_path, 1)):
        assert batch.schema == CHANGES
        found += batch.to_pylist()
    return found


def in_force(registry: Registry, at: Cursor, tmp_path: Path) -> dict[str, str]:
    """By the views, which are another way to the same."""
    files = at.files(files_of_registry(registry))
    with open_views("testing", files, Room("500MB", tmp_path, 1)) as database:
        return dict(database.execute("SELECT uvci, hc1 FROM in_force").fetchall())


def apply(known: dict[str, str], rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row["change"] in TAKEN_OUT:
            known.pop(row["uvci"], None)
        else:
            known[row["uvci"]] = row["hc1"]


class RandomHistory:
    """Steps of a registry as they come, also those that only two runs side by side can make."""

    def __init__(self, path: Path, seed: int) -> None:
        self.history = History(path)
        self._random = random.Random(seed)
        self._rows: list[dict[str, Any]] = []
        self._n_uvcis = 0

    def step(self) -> None:
        steps = [self._issue, self._correct, self._renew, self._order] if self._rows else [self._issue]
        self._random.choice(steps)()

    def _new(self, **columns: Any) -> dict[str, Any]:
        self._n_uvcis += 1
        row = certificate(f"U{self._n_uvcis}", **columns)
        self._rows.append(row)
        return row

    def _some(self) -> list[dict[str, Any]]:
        return self._random.sample(self._rows, min(len(self._rows), self._random.randint(1, 4)))

    def _issue(self) -> None:
        self.history.issue([self._new() for _ in range(self._random.randint(0, 5))])

    def _correct(self) -> None:
        """Also what is superseded or revoked already, and twice in one file."""
        some = {row["uvci"]: row for row in self._some()}.values()
        first = [self._new(supersedes=row["uvci"], shot_id=row["shot_id"]) for row in some]
        again = [self._new(supersedes=row["uvci"], shot_id=row["shot_id"]) for row in first[:1]]
        self.history.issue([*first, *again])

    def _renew(self) -> None:
        """Also what was withdrawn after the night's selection."""
        some = {row["uvci"]: row for row in self._some()}.values()
        renewed = [row | {"iat": row["iat"] + 1_000_000, "hc1": f"{row['hc1']}+"} for row in some]
        self.history.renew(renewed)
        self._rows += renewed

    def _order(self) -> None:
        action = self._random.choice(["revoked", "revoked", "restored"])
        some = {row["uvci"] for row in self._some()}
        self.history.order(action, [row for row in self._rows if row["uvci"] in some])


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 5))])
def test_the_changes_of_consecutive_versions_make_what_is_in_force(tmp_path: Path, seed: int) -> None:
    made = RandomHistory(tmp_path / "registry", seed)
    registry = made.history.registry
    known: dict[str, str] = {}
    since = BEGINNING
    for step in range(18):
        made.step()
        if step % 3 == seed % 3:
            until = newest_cursor(registry)
            apply(known, changes(registry, since, until, tmp_path))
            assert known == in_force(registry, until, tmp_path), f"seed {seed}, step {step}"
            since = until
    at_once: dict[str, str] = {}
    apply(at_once, changes(registry, BEGINNING, since, tmp_path))
    assert at_once == known


def test_each_kind_of_change_is_told_with_what_it_needs(tmp_path: Path) -> None:
    history = History(tmp_path / "registry")
    first, second = certificate("U1"), certificate("U2", person_key=b"p" * 16)
    corrected = certificate("U3", supersedes="U1", shot_id=first["shot_id"])
    renewed = second | {"iat": second["iat"] + 1, "hc1": "HC1:again"}
    history.issue([first, second])
    history.issue([corrected])
    history.renew([renewed])
    history.order("revoked", [second, renewed], reason="died")
    history.order("restored", [second, renewed])
    found = changes(history.registry, BEGINNING, newest_cursor(history.registry), tmp_path)
    told = [
        (row["change"], row["uvci"], row["hc1"], row["by"], row["reason"], row["version"]) for row in found
    ]
    assert told == [
        ("issued", "U1", first["hc1"], None, None, 1),
        ("issued", "U2", second["hc1"], None, None, 1),
        ("superseded", "U1", None, "U3", None, 2),
        ("issued", "U3", corrected["hc1"], None, None, 2),
        ("renewed", "U2", "HC1:again", None, None, 3),
        ("revoked", "U2", None, None, "died", 1),
        ("restored", "U2", "HC1:again", None, None, 2),
    ]
    gone = found[2]
    assert (gone["shot_id"], gone["person_key"], gone["kid"]) == (first["shot_id"], b"k" * 16, b"k" * 8)
    assert {row["person_key"] for row in found if row["uvci"] == "U2"} == {b"p" * 16}


def test_a_renewal_supersedes_nothing_a_second_time(tmp_path: Path) -> None:
    history = History(tmp_path / "registry")
    corrected = certificate("U2", supersedes="U1")
    history.issue([certificate("U1")])
    history.issue([corrected])
    before = newest_cursor(history.registry)
    history.renew([corrected | {"hc1": "HC1:again"}])
    after = newest_cursor(history.registry)
    found = changes(history.registry, before, after, tmp_path)
    assert [(row["change"], row["uvci"]) for row in found] == [("renewed", "U2")]


def test_what_was_not_committed_is_no_change(tmp_path: Path) -> None:
    registry = make_registry(tmp_path / "registry")
    found = changes(registry, BEGINNING, newest_cursor(registry), tmp_path)
    assert uvci(900) not in {row["uvci"] for row in found}


def test_nothing_has_changed_since_now(tmp_path: Path) -> None:
    registry = make_registry(tmp_path / "registry")
    now = newest_cursor(registry)
    assert changes(registry, now, now, tmp_path) == []


def test_a_cursor_is_known_again_by_its_text(tmp_path: Path) -> None:
    now = newest_cursor(make_registry(tmp_path / "registry"))
    assert cursor_of_text(str(now)) == now
    assert cursor_of_text("0") == BEGINNING


@pytest.mark.parametrize("text", ["", "1", "3-1", "3-1-zz", "-1-0-00000000", "3-1-00000000 ", "3-1-0000000g"])
def test_a_text_that_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="signer changes"):
        cursor_of_text(text)


def test_a_registry_that_was_put_back_and_has_grown_otherwise_is_noticed(tmp_path: Path) -> None:
    one, other = History(tmp_path / "one"), History(tmp_path / "other")
    one.issue([certificate("U1")])
    other.issue([certificate("U1"), certificate("U2")])
    with pytest.raises(RegistryUnreadable, match="--since 0"):
        refuse_foreign(other.registry, newest_cursor(one.registry))


def test_a_cursor_of_more_commits_than_there_are_is_refused(tmp_path: Path) -> None:
    history = History(tmp_path / "registry")
    with pytest.raises(RegistryUnreadable, match="never stood"):
        refuse_foreign(history.registry, Cursor(7, 0, "01234567"))


def test_a_commit_that_a_power_cut_has_torn_is_not_relied_on(tmp_path: Path) -> None:
    history = History(tmp_path / "registry")
    history.issue([certificate("U1")])
    torn = sorted((history.registry.path / "certificates" / "_delta_log").glob("*.json"))[-1]
    torn.write_bytes(b"")
    with pytest.raises(RegistryUnreadable, match="cut short"):
        newest_cursor(history.registry)
