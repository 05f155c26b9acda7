"""`signer explain`: what is planted in an invented nation is told of each, and nothing of anybody else."""

from __future__ import annotations

import hmac
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from made_histories import History, certificate
from made_shots import make_profile

from signer.cli import main

PEOPLE, SEED = 250, 7
ISSUED_AT = "2022-04-14T10:15:00+07:00"
NOW = "2022-05-01T00:00:00+07:00"
MISMATCHES = {
    "number_missing", "number_malformed", "person_not_found", "both_differ", "name_differs", "birth_differs",
    "number_of_other",
}  # fmt: skip

Rows = list[dict[str, Any]]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


def done(*arguments: object) -> None:
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr


@dataclass(frozen=True)
class Nation:
    """What was invented, cleaned and issued; `shots` as they were handed in."""

    folder: Path
    shots: Rows
    truth: Mapping[str, dict[str, Any]]
    verified: Rows
    refused: Rows
    uvcis: Mapping[str, str]

    @property
    def registry(self) -> Path:
        return self.folder / "registry"

    def ask(self, *arguments: object, at: str = NOW, cleaned: bool = True) -> Result:
        options = ["--profile", self.folder / "issuer/profile.toml", "--at", at]
        rounds = ["--cleaned", self.folder / "round"] if cleaned else []
        return run("explain", self.registry, *options, *rounds, *arguments)

    def answer(self, *arguments: object, **how: Any) -> dict[str, Any]:
        result = self.ask(*arguments, "--json", **how)
        assert result.exit_code == 0, result.stderr
        self._check_others(arguments, result.stdout)
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def classes(self, *arguments: object, **how: Any) -> list[str]:
        return [finding["class"] for finding in self.answer(*arguments, **how)["findings"]]

    def _check_others(self, arguments: tuple[object, ...], told: str) -> None:
        """Neither ids nor certificates of anybody but the one asked for, and nobody's name or phone."""
        shown = json.dumps(json.loads(told), ensure_ascii=False)
        own = [shot for shot in self.shots if {shot["person_id"], shot["shot_id"]} & set(arguments)]
        theirs = {shot["shot_id"] for shot in own}
        for shot in self.shots:
            assert not shot["phone"] or shot["phone"] not in shown
            assert shot["full_name"] not in shown
            if shot["shot_id"] not in theirs and "--name" not in arguments:
                assert shot["shot_id"] not in shown
                assert self.uvcis.get(shot["shot_id"], "no certificate at all") not in shown


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    folder = tmp_path_factory.mktemp("nation")
    done("synth", folder / "nation", "--people", PEOPLE, "--seed", SEED)
    shots = folder / "nation/shots.parquet"
    done(
        "clean", shots, "--population", folder / "nation/population.parquet", "--allow-unattested",
        "--out", folder / "round", "--today", "2022-04-14",
    )  # fmt: skip
    (folder / "issuer").mkdir()
    make_profile(folder / "issuer")
    done(
        "issue", folder / "round/verified.parquet", "--profile", folder / "issuer/profile.toml",
        "--registry", folder / "registry", "--workers", 1, "--issued-at", ISSUED_AT,
    )  # fmt: skip
    truth = pq.read_table(folder / "nation/truth.parquet").to_pylist()
    issued = pq.read_table(next((folder / "registry/certificates").glob("*.parquet"))).to_pylist()
    return Nation(
        folder,
        pq.read_table(shots).to_pylist(),
        {row["shot_id"]: row for row in truth},
        pq.read_table(folder / "round/verified.parquet").to_pylist(),
        pq.read_table(folder / "round/refused.parquet").to_pylist(),
        {row["shot_id"]: row["uvci"] for row in issued},
    )


@pytest.fixture
def history(nation: Nation) -> History:
    return History(nation.registry)


def planted(nation: Nation) -> dict[str, dict[str, Any]]:
    """A refused shot of each kind of fault that was planted alone, by the truth."""
    found = {}
    for shot in nation.refused:
        kind = nation.truth[shot["shot_id"]]["planted"]
        if kind is not None and len(shot["reasons"]) == 1:
            found[kind] = shot
    return found


def signed(nation: Nation, shot: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a shot's certificate."""
    for path in (nation.registry / "certificates").glob("*.parquet"):
        for row in pq.read_table(path).to_pylist():
            if row["uvci"] == nation.uvcis[shot["shot_id"]]:
                times = {name: int(row[name].timestamp()) * 1_000_000 for name in ("iat", "exp")}
                return dict(row) | times
    raise AssertionError("the shot has no certificate")


def of_one_shot(nation: Nation, skip: int) -> dict[str, Any]:
    """A verified last dose of somebody with no other shot; another one for each `skip`."""
    counts: dict[str, int] = {}
    for shot in nation.shots:
        counts[shot["person_id"]] = counts.get(shot["person_id"], 0) + 1
    alone = [shot for shot in nation.verified[1:] if counts[shot["person_id"]] == 1]
    return alone[skip]


def test_each_planted_fault_is_told_with_the_field_to_look_at(nation: Nation) -> None:
    kinds = planted(nation)
    assert len(kinds) >= 5, sorted(kinds)
    for kind, shot in kinds.items():
        (finding,) = nation.answer("--shot", shot["shot_id"])["findings"]
        expected = "mismatch" if shot["reason"] in MISMATCHES else "faulty"
        assert (finding["class"], finding["field"]) == (expected, shot["field"]), kind
        assert finding["reasons"] == [shot["reason"]], kind
        assert finding["who_acts"] in ("facility", "profile"), kind


def test_whoever_has_certificates_is_told_which(nation: Nation) -> None:
    person = nation.verified[0]["person_id"]
    answer = nation.answer("--person", person)
    shown = {finding["uvci"] for finding in answer["findings"] if finding["class"] == "issued"}
    theirs = {nation.uvcis[shot["shot_id"]] for shot in nation.verified if shot["person_id"] == person}
    assert shown == theirs
    assert answer["certificate_in_force"]


def test_the_registry_alone_tells_of_certificates_too(nation: Nation) -> None:
    shot = nation.verified[0]
    assert "issued" in nation.classes("--person", shot["person_id"], cleaned=False)
    assert nation.classes("--shot", shot["shot_id"], cleaned=False)[0] == "issued"


def test_the_id_of_a_shot_is_compared_as_it_stands(nation: Nation) -> None:
    """Blanks around it make another id for `issue`, and the answer must not be that of somebody else's."""
    shot = nation.verified[0]["shot_id"]
    assert "issued" in nation.classes("--shot", shot)
    result = nation.ask("--shot", f" {shot} ", "--json")
    assert [finding["class"] for finding in json.loads(result.stdout)["findings"]] == ["never_entered"]
    assert "has blanks around it, which count" in result.stderr


def test_who_is_unknown_was_never_entered(nation: Nation) -> None:
    answer = nation.answer("--person", "001099999999")
    assert [finding["class"] for finding in answer["findings"]] == ["never_entered"]
    assert not answer["certificate_in_force"]
    assert nation.classes("--shot", "no such shot") == ["never_entered"]
    assert nation.classes("--person", "001099999999", cleaned=False) == ["no_certificate"]


def test_a_certificate_that_has_expired_is_overdue(nation: Nation) -> None:
    shot = nation.verified[0]
    (finding, *_) = nation.answer("--shot", shot["shot_id"], at="2024-01-01T00:00:00Z")["findings"]
    assert (finding["class"], finding["who_acts"]) == ("expired", "issuer")
    assert finding["expires_at"] == "2023-04-14T03:15:00Z"


def test_a_revocation_and_its_undoing_are_told(nation: Nation, history: History) -> None:
    shot = of_one_shot(nation, 0)
    row = signed(nation, shot)
    history.order("revoked", [row], reason="pharmacy cheated", ordered_by="Sở Y tế")
    (finding, *_) = nation.answer("--person", shot["person_id"])["findings"]
    assert (finding["class"], finding["order_reason"], finding["ordered_by"]) == (
        "revoked", "pharmacy cheated", "Sở Y tế",
    )  # fmt: skip
    told = nation.ask("--person", shot["person_id"], "--lang", "vi").stdout
    assert "đã bị thu hồi ngày 14/04/2022 theo lệnh của Sở Y tế. Lý do: pharmacy cheated." in told
    history.order("restored", [row])
    assert nation.classes("--person", shot["person_id"])[0] == "restored"


def test_a_renewal_is_told(nation: Nation, history: History) -> None:
    shot = of_one_shot(nation, 1)
    row = signed(nation, shot)
    history.renew([row | {"iat": row["iat"] + 1_000_000, "exp": row["exp"] + 86_400_000_000}])
    (finding, *_) = nation.answer("--person", shot["person_id"])["findings"]
    assert (finding["class"], finding["expires_at"]) == ("renewed", "2023-04-15T03:15:00Z")


def test_a_correction_is_told_to_its_person_and_to_nobody_else(nation: Nation, history: History) -> None:
    shot, other = of_one_shot(nation, 2), of_one_shot(nation, 3)
    row, others = signed(nation, shot), signed(nation, other)
    same = {"shot_id": row["shot_id"], "person_key": row["person_key"], "supersedes": row["uvci"]}
    moved = {"shot_id": others["shot_id"], "person_key": b"x" * 16, "supersedes": others["uvci"]}
    history.issue([certificate("URN:UVCI:01:VN:NEW", **same), certificate("URN:UVCI:01:VN:MOVED", **moved)])
    old, new = nation.answer("--person", shot["person_id"])["findings"][:2]
    assert (old["class"], old["superseded_by"], new["class"]) == (
        "superseded",
        "URN:UVCI:01:VN:NEW",
        "issued",
    )
    told = nation.ask("--person", other["person_id"], "--lang", "both").stdout
    assert "another number" in told
    assert "MOVED" not in told


def test_a_refusal_at_issuing_is_told_with_its_rule(nation: Nation, history: History) -> None:
    refused = {"shot_id": "S-REFUSED", "stage": "core", "reason": "foreign_character", "field": "full_name"}
    refused |= {"facility": "01\x1b[2J", "campaign": "issue-20220414T031500Z-01234567"}
    history.issue([], [refused])
    (finding,) = nation.answer("--shot", "S-REFUSED", cleaned=False)["findings"]
    assert (finding["class"], finding["reasons"], finding["field"], finding["refused_at"]) == (
        "refused", ["foreign_character"], "full_name", "2022-04-14T03:15:00Z",
    )  # fmt: skip
    assert "01\\x1b[2J" in nation.ask("--shot", "S-REFUSED", cleaned=False).stdout


def test_a_number_may_be_typed_in_groups(nation: Nation) -> None:
    number = next(shot["person_id"] for shot in nation.verified if len(shot["person_id"]) == 12)
    grouped = " ".join(number[at : at + 3] for at in range(0, 12, 3))
    told = nation.ask("--person", grouped).stdout
    assert (told, "expires on" in told) == (nation.ask("--person", number).stdout, True)


def test_a_number_that_cannot_be_one_is_told_how_it_is_written_and_not_shown(nation: Nation) -> None:
    result = nation.ask("--person", "0011800")
    assert (result.exit_code, "12 digits" in result.stderr) == (2, True)
    assert "0011800" not in result.stderr


def test_a_deadline_says_by_when_whoever_must_act_is_to_do_so(nation: Nation) -> None:
    shot = next(iter(planted(nation).values()))
    asked = ["--shot", shot["shot_id"], "--deadline", "2022-06-01T00:00:00+07:00"]
    (finding,) = nation.answer(*asked)["findings"]
    assert finding["act_by"] == "2022-05-31T17:00:00Z"
    assert ", before 2022-06-01 00:00 (UTC+07:00)" in nation.ask(*asked).stdout
    assert ", trước 00:00 ngày 01/06/2022 (UTC+07:00)" in nation.ask(*asked, "--lang", "vi").stdout


def test_a_name_and_date_of_birth_find_the_one_person_who_has_them(nation: Nation) -> None:
    shot = nation.verified[0]
    asked = ["--name", shot["full_name"].lower(), "--dob"]
    by_number = nation.classes("--person", shot["person_id"])
    assert nation.classes(*asked, shot["date_of_birth"]) == by_number
    assert nation.classes(*asked, shot["date_of_birth"][:7]) == by_number
    assert nation.classes(*asked, "1901-01-01") == ["never_entered"]


def test_without_rounds_of_cleaning_no_name_can_be_looked_up(nation: Nation) -> None:
    result = nation.ask("--name", "Nguyễn Văn An", "--dob", "1980", cleaned=False)
    assert result.exit_code == 2
    assert "--cleaned" in result.stderr


def now_in_iso() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def log_of(nation: Nation) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (nation.registry / "access.log").read_text("ascii").splitlines()]


def test_every_look_up_is_logged_without_the_persons_data(nation: Nation) -> None:
    shot = nation.verified[0]
    n_before, before = len(log_of(nation)), now_in_iso()
    nation.answer("--person", shot["person_id"], "--who", "hotline 7")
    nation.answer("--shot", shot["shot_id"])
    nation.answer("--name", shot["full_name"], "--dob", shot["date_of_birth"])
    entries = log_of(nation)[n_before:]
    assert [entry["by"] for entry in entries] == ["person", "shot", "name"]
    assert entries[0]["who"] == "hotline 7"
    assert all(before <= entry["at"] <= now_in_iso() for entry in entries), "not the time of --at"
    assert "issued" in entries[1]["classes"]
    assert entries[1]["who"] is None
    log = (nation.registry / "access.log").read_text("ascii")
    for personal in (shot["person_id"], shot["shot_id"], shot["full_name"], nation.uvcis[shot["shot_id"]]):
        assert personal not in log
    assert stat.S_IMODE((nation.registry / "access.log").stat().st_mode) == 0o600


def test_whoever_has_the_secret_can_tell_what_was_asked_for(nation: Nation) -> None:
    person = nation.verified[0]["person_id"]
    nation.answer("--person", person)
    secret = bytes.fromhex((nation.folder / "issuer/person.secret").read_text("ascii").strip())
    message = f"signer: what was asked for, in a log of look-ups\0person\0{person}"
    assert log_of(nation)[-1]["asked"] == hmac.digest(secret, message.encode(), "sha256").hex()


@pytest.mark.parametrize("kind", ["folder", "pipe", "null", "nowhere"])
def test_a_look_up_that_cannot_be_logged_is_refused_and_shows_nothing(
    nation: Nation, tmp_path: Path, kind: str
) -> None:
    log = {"null": Path(os.devnull), "nowhere": tmp_path / "no" / "log"}.get(kind, tmp_path / "log")
    if kind == "folder":
        log.mkdir()
    elif kind == "pipe":
        os.mkfifo(log)
    result = nation.ask("--person", nation.verified[0]["person_id"], "--access-log", log)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "cannot be logged" in result.stderr


def test_under_the_secrets_of_another_issuer_nobody_is_said_to_be_unknown(nation: Nation) -> None:
    (nation.folder / "other").mkdir()
    other = make_profile(nation.folder / "other")
    result = run("explain", nation.registry, "--profile", other, "--person", "001099999999")
    assert result.exit_code == 3
    assert "[secrets]" in result.stderr


@pytest.mark.parametrize(
    "asked",
    [
        [],
        ["--person", "1", "--shot", "2"],
        ["--name", "An"],
        ["--dob", "1980"],
        ["--name", "An", "--dob", "4.5.1980"],
        ["--name", "An", "--dob", "1980-02-31"],
        ["--name", "An", "--dob", "1980-13"],
        ["--name", "An", "--dob", "0000"],
        ["--name", "An", "--dob", "\udcff"],
        ["--person", " "],
        ["--person", "123"],
        ["--person", "0011800123456"],
        ["--person", "001-180-012-345"],
        ["--person", "\udcff"],
        ["--shot", "\udcff"],
        ["--name", "\udcff", "--dob", "1980"],
        ["--shot", "S1", "--who", "\udcff"],
    ],
    ids=str,
)
def test_what_is_no_question_is_wrong_usage(nation: Nation, asked: list[str]) -> None:
    assert nation.ask(*asked).exit_code == 2
