"""What `signer revoke` withdraws, `signer verify` refuses, by the files that `signer revocations` writes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli.command_runs import signer
from made_shots import make_profile, write_shots
from renewed_registries import DUE, issue, renew_once, rows_of

N_SHOTS = 40
CLOSED = "01-0666"
"""The facility whose certificates are revoked."""

AT = datetime.fromtimestamp(DUE, UTC).isoformat()


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a registry of renewed certificates, one in four of CLOSED, and the lists of an order."""
    folder = tmp_path_factory.mktemp("revoked")
    profile = make_profile(folder / "issuer", made_at=datetime(2022, 4, 14, tzinfo=UTC))
    changes = {row: {"facility": CLOSED} for row in range(0, N_SHOTS, 4)}
    issue(folder / "registry", profile, write_shots(folder / "shots.parquet", N_SHOTS, changes))
    renew_once(folder / "registry", profile)
    order = ["--facility", CLOSED, "--reason", "never gave the doses", "--ordered-by", "Cục Quản lý Khám"]
    assert answer("revoke", folder / "registry", *order)["certificates"] == N_SHOTS // 4
    answer("revocations", folder / "registry", "--out", folder / "told")
    return folder


def answer(*arguments: object) -> dict[str, object]:
    done = signer(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def refused(folder: Path, tmp_path: Path, lists: Sequence[str]) -> set[str]:
    """The shots of which any certificate ever given out is refused, each for being revoked."""
    rows = rows_of(folder / "registry")
    options = [option for name in lists for option in ("--revoked", folder / "told" / name)]
    revoked = set()
    for shot_id, text in zip(*(rows.column(name).to_pylist() for name in ("shot_id", "hc1")), strict=True):
        file = tmp_path / "one.txt"
        file.write_text(text + "\n", "utf-8")
        trust = folder / "issuer" / "keys" / "dsc.pem"
        done = signer("verify", file, "--trust", trust, "--at", AT, *options, "--json")
        if done.returncode:
            assert '"revoked"' in done.stdout, done.stderr
            revoked.add(shot_id)
    return revoked


@pytest.mark.parametrize(
    "lists", [["revoked.filter"], ["revoked.csv"], ["revoked.filter", "revoked.csv"]], ids="+".join
)
def test_verify_refuses_every_signature_of_the_revoked_and_accepts_the_rest(
    issued: Path, tmp_path: Path, lists: Sequence[str]
) -> None:
    assert refused(issued, tmp_path, lists) == {f"S{row}" for row in range(0, N_SHOTS, 4)}


def test_without_a_list_nothing_is_called_revoked(issued: Path, tmp_path: Path) -> None:
    assert refused(issued, tmp_path, []) == set()
