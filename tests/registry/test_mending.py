"""Logs that a power cut has torn are mended before the next commit; damage beyond that is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_parts import PLAN, once, rows_in, write_part

from signer.errors import OutputExists, RegistryUnreadable
from signer.registry import Registry, open_or_create, table_log
from signer.registry.whole_log import torn_files

CUTS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda text: b"",
    "zeros": lambda text: bytes(len(text)),
    "in the first line": lambda text: text[:50],
    "behind the first line": lambda text: text[: text.index(b"\n") + 1],
    "in the second line": lambda text: text[: text.index(b"\n") + 50],
    "before the last line": lambda text: text[: text.rindex(b"\n")],
    "a byte short": lambda text: text[:-1],
}


@pytest.fixture
def with_two_parts(registry: Registry) -> Registry:
    commit(registry, 0)
    commit(registry, 1)
    return registry


def commit(registry: Registry, part: int) -> None:
    with registry.lease() as lease:
        registry.commit(lease, [write_part(registry, part)])


def log_of(registry: Registry, table: str) -> Path:
    return registry.path / table / "_delta_log"


@pytest.mark.parametrize("table", ["certificates", "refused"])
@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_a_last_commit_that_was_cut_short_is_done_again(
    with_two_parts: Registry, table: str, cut: Callable[[bytes], bytes]
) -> None:
    last = log_of(with_two_parts, table) / f"{2:020d}.json"
    last.write_bytes(cut(last.read_bytes()))
    with with_two_parts.lease():
        assert list(with_two_parts.committed_parts(PLAN)) == [0]
    commit(with_two_parts, 1)
    assert rows_in(with_two_parts) == once([0, 1])
    assert list(with_two_parts.committed_parts(PLAN)) == [0, 1]
    assert with_two_parts.orphans() == [last.with_name(f".{last.name}.torn")]


def test_a_commit_is_not_taken_for_torn_by_its_last_byte(with_two_parts: Registry) -> None:
    assert torn_files(with_two_parts.path) == []
    last = log_of(with_two_parts, "certificates") / f"{2:020d}.json"
    last.write_bytes(last.read_bytes() + b"\n")  # as other writers end it
    assert torn_files(with_two_parts.path) == []


def test_nobody_mends_while_another_plan_is_being_issued(with_two_parts: Registry) -> None:
    last = log_of(with_two_parts, "certificates") / f"{2:020d}.json"
    with with_two_parts.lease():
        last.write_bytes(b"{")
        with pytest.raises(OutputExists, match="a log was cut short"), with_two_parts.lease():
            pass
    assert last.read_bytes() == b"{"


def test_an_earlier_commit_that_is_damaged_is_no_work_of_a_power_cut(with_two_parts: Registry) -> None:
    log = log_of(with_two_parts, "refused")
    (log / f"{1:020d}.json").write_bytes(b'{"cut')
    with (
        pytest.raises(RegistryUnreadable, match=r"0001\.json: is missing or damaged"),
        with_two_parts.lease(),
    ):
        pass
    assert torn_files(with_two_parts.path) == []


@pytest.mark.parametrize("content", [b"", b"PAR1", bytes(5000)])
@pytest.mark.parametrize("name", ["00000000000000000003.checkpoint.parquet", "_last_checkpoint"])
def test_a_torn_checkpoint_costs_nothing(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes
) -> None:
    monkeypatch.setattr(table_log, "VERSIONS_PER_CHECKPOINT", 3)
    for part in range(4):
        commit(registry, part)
    torn = log_of(registry, "certificates") / name
    torn.write_bytes(content)
    with registry.lease():
        assert list(registry.committed_parts(PLAN)) == [0, 1, 2, 3]
    commit(registry, 4)
    assert rows_in(registry) == once(range(5))


@pytest.mark.parametrize(
    "hint", ['{"version":40,"size":3}', '{"version":3,"size":3}', "{}", "5", '{"version":"3"}']
)
def test_a_hint_to_a_checkpoint_that_is_not_there_is_set_aside(registry: Registry, hint: str) -> None:
    """A power cut can keep the hint and lose the checkpoint."""
    commit(registry, 0)
    path = log_of(registry, "certificates") / "_last_checkpoint"
    path.write_text(hint)
    with pytest.raises(RegistryUnreadable, match="_last_checkpoint: was cut short"):
        registry.orphans()
    assert open_or_create(registry.path) == registry  # looks at the format of the pictures
    commit(registry, 1)
    assert rows_in(registry) == once(range(2))
    assert registry.orphans() == [path.with_name("._last_checkpoint.torn")]


def test_a_torn_commit_is_mended_before_a_registry_is_opened_to_issue(with_two_parts: Registry) -> None:
    (log_of(with_two_parts, "certificates") / f"{2:020d}.json").write_bytes(b"{")
    assert open_or_create(with_two_parts.path) == with_two_parts
    assert list(with_two_parts.committed_parts(PLAN)) == [0]
