"""An order that a power cut has torn out of the log is told by who mends it, as nobody else repeats it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_parts import write_part

from signer.records.schemas import REVOCATIONS
from signer.registry import Registry
from signer.registry.mending import mend

ORDER = "fedcba9876543210" * 2
AT_US = 1_650_000_000_000_001
CAMPAIGN = "revoke-20220415T052000Z-fedcba98"
CUTS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda text: b"",
    "zeros": lambda text: bytes(len(text)),
    "in the first line": lambda text: text[:50],
    "behind the first line": lambda text: text[: text.index(b"\n") + 1],
    "before the last line": lambda text: text[: text.rindex(b"\n")],
}


def give_order(
    registry: Registry, order: str = ORDER, *, commits: bool = True, action: str = "revoked"
) -> None:
    campaign = CAMPAIGN if order == ORDER else "revoke-other"
    row = {"uvci": "URN", "action": action, "ordered_at": AT_US, "campaign": campaign}
    with registry.lease() as lease:
        with registry.new_file("revocations", order, 0) as working:
            pq.write_table(pa.Table.from_pylist([row], REVOCATIONS), working.path)
        if commits:
            about = {"action": action, "campaign": campaign, "ordered_at": "2022-04-15T05:20:00.000001Z"}
            registry.commit_files(lease, "revocations", [working.new_file], {"order": about})


def tear_last(registry: Registry, table: str, cut: Callable[[bytes], bytes]) -> Path:
    last = max((registry.path / table / "_delta_log").glob("*.json"))
    last.write_bytes(cut(last.read_bytes()))
    return last


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_a_lost_order_is_told_with_its_time_and_id_and_what_to_do(
    registry: Registry, cut: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """Before, the log was set aside, and nobody heard that nothing is revoked."""
    give_order(registry, "0" * 32, commits=False)  # of a process that was killed before
    give_order(registry, "1" * 32)
    give_order(registry)
    tear_last(registry, "revocations", cut)
    with registry.lease():
        pass
    assert (
        f"an order was lost with it, {CAMPAIGN}, of 2022-04-15T05:20:00Z, to revoke: nothing" in caplog.text
    )
    assert "nothing of it holds; give the same order to `signer revoke` again" in caplog.text
    caplog.clear()
    with registry.lease():
        pass
    assert caplog.text == ""


def test_an_order_to_restore_is_told_as_one(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    give_order(registry, action="restored")
    tear_last(registry, "revocations", CUTS["empty"])
    mend(registry.path)
    assert "to restore: nothing of it holds" in caplog.text


def test_a_commit_that_was_no_order_loses_none(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    """A fence of who took over, and a part: that is done again by itself."""
    give_order(registry)
    with registry.lease(take_over=True) as lease:
        registry.commit(lease, [write_part(registry, 0)])
    tear_last(registry, "revocations", CUTS["empty"])
    tear_last(registry, "certificates", CUTS["empty"])
    mend(registry.path)
    assert caplog.text.count("set aside") == 2
    assert "order" not in caplog.text


def test_a_lost_order_whose_file_is_damaged_is_told_by_its_name(
    registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    give_order(registry)
    tear_last(registry, "revocations", CUTS["empty"])
    (file,) = (registry.path / "revocations").glob("*.parquet")
    file.write_bytes(file.read_bytes()[:100])
    mend(registry.path)
    assert f"an order was lost with it, one whose files begin with {ORDER[:16]}" in caplog.text
