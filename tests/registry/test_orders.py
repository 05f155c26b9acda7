"""Orders in the table of revocations: all or nothing, once, and counted from the log."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signer.errors import RegistryUnreadable, StoppedHalfWay
from signer.records.schemas import REVOCATIONS
from signer.registry import Lease, NewFile, Registry, open_or_create, open_registry, opening
from signer.registry.orders import count_revoked, recorded_orders, upgrade_revocations
from signer.registry.table_log import read_table

ORDER = "0123456789abcdef" * 2
OLD = pa.schema(
    [
        *(REVOCATIONS.field(name) for name in ("uvci", "signature_hash", "kid", "exp", "reason")),
        ("revoked_at", pa.timestamp("us", tz="UTC")),
        ("campaign", pa.string()),
    ]
)
"""As the version before had it, which wrote none."""


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return open_or_create(tmp_path / "registry", test=True)


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    with monkeypatch.context() as patch:
        patch.setattr(opening, "REVOCATIONS", OLD)
        return open_or_create(tmp_path / "registry", test=True)


def written(registry: Registry, part: int, uvci: str = "URN", schema: pa.Schema = REVOCATIONS) -> NewFile:
    with registry.new_file("revocations", ORDER, part) as working:
        pq.write_table(pa.Table.from_pylist([{"uvci": uvci}], schema), working.path)
    return working.new_file


def about(action: str, certificates: int) -> dict[str, Any]:
    return {"order": {"action": action, "counts": {"certificates": certificates}}}


def uvcis(registry: Registry) -> list[str]:
    return [uvci for batch in registry.read("revocations", ["uvci"]) for uvci in batch.column(0).to_pylist()]


def commit(registry: Registry, lease: Lease, files: list[NewFile], told: dict[str, Any]) -> None:
    registry.commit_files(lease, "revocations", files, told)


def test_the_files_of_an_order_come_in_together_and_once(registry: Registry) -> None:
    files = [written(registry, part, f"U{part}") for part in range(3)]
    with registry.lease() as lease:
        for _ in range(2):
            commit(registry, lease, files, about("revoked", 3))
    assert sorted(uvcis(registry)) == ["U0", "U1", "U2"]
    assert {file.version for file in registry.files("revocations")} == {1}
    assert read_table(registry.path / "revocations").version == 1


def test_files_are_private_and_orphans_until_they_are_committed(registry: Registry) -> None:
    new = written(registry, 0)
    path = registry.path / "revocations" / new.file.name
    assert path.stat().st_mode & 0o777 == 0o600
    assert registry.orphans() == [path]
    with registry.lease() as lease:
        commit(registry, lease, [new], about("revoked", 1))
    assert registry.orphans() == []


def test_nothing_of_an_order_is_in_where_one_of_its_files_is_gone(registry: Registry) -> None:
    files = [written(registry, part, f"U{part}") for part in range(2)]
    (registry.path / "revocations" / files[1].file.name).unlink()
    with (
        registry.lease() as lease,
        pytest.raises(StoppedHalfWay, match="is gone before it could be committed"),
    ):
        commit(registry, lease, files, about("revoked", 2))
    assert uvcis(registry) == []


def test_who_has_lost_the_lease_records_nothing(registry: Registry) -> None:
    new = written(registry, 0)
    with (
        registry.lease() as lost,
        registry.lease(take_over=True),
        pytest.raises(StoppedHalfWay, match="another coordinator has taken over"),
    ):
        commit(registry, lost, [new], about("revoked", 1))
    assert uvcis(registry) == []


def test_a_take_over_fences_off_orders_too(registry: Registry) -> None:
    """An order whose process was stopped behind its last look at the lease must not come in later."""
    with registry.lease():
        pass
    before = read_table(registry.path / "revocations").version
    with registry.lease(take_over=True):
        assert read_table(registry.path / "revocations").version == before + 1


def test_what_is_revoked_now_is_counted_from_the_log(registry: Registry) -> None:
    assert count_revoked(registry.path) == 0
    with registry.lease() as lease:
        for part, (action, number) in enumerate([("revoked", 5), ("restored", 2), ("revoked", 1)]):
            commit(registry, lease, [written(registry, part)], about(action, number))
    assert count_revoked(registry.path) == 4
    assert [(order.version, order.action) for order in recorded_orders(registry.path)] == [
        (1, "revoked"),
        (2, "restored"),
        (3, "revoked"),
    ]


@pytest.mark.parametrize("order", [{}, {"action": "revoked"}, {"action": "revoked", "counts": {}}, "x"])
def test_an_order_that_does_not_tell_leaves_the_number_open(registry: Registry, order: Any) -> None:
    with registry.lease() as lease:
        commit(registry, lease, [written(registry, 0)], {"order": order})
    assert count_revoked(registry.path) is None


def test_a_registry_of_the_version_before_gets_the_columns_of_orders(old: Registry) -> None:
    with old.lease() as lease:
        upgrade_revocations(old.path, lease)
        upgrade_revocations(old.path, lease)
        assert set(REVOCATIONS.names) < set(read_table(old.path / "revocations").columns)
        assert read_table(old.path / "revocations").version == 1
        commit(old, lease, [written(old, 0, "U")], about("revoked", 1))
    assert uvcis(open_registry(old.path)) == ["U"]
    assert old.orphans() == []


def test_an_order_can_be_read_by_others_after_an_upgrade(old: Registry) -> None:
    from deltalake import DeltaTable  # noqa: PLC0415 (as another program)

    with old.lease() as lease:
        upgrade_revocations(old.path, lease)
        commit(old, lease, [written(old, 0, "U")], about("revoked", 1))
    rows = DeltaTable(str(old.path / "revocations")).to_pyarrow_table().to_pylist()
    assert [(row["uvci"], row["action"], row["revoked_at"]) for row in rows] == [("U", None, None)]


def test_rows_of_another_make_are_not_taken_for_orders(old: Registry) -> None:
    with old.lease() as lease:
        commit(old, lease, [written(old, 0, schema=OLD)], {})
        with pytest.raises(RegistryUnreadable, match="has rows without action, ordered_by, ordered_at"):
            upgrade_revocations(old.path, lease)


def test_a_power_cut_amid_an_order_is_mended(registry: Registry, tmp_path: Path) -> None:
    with registry.lease() as lease:
        commit(registry, lease, [written(registry, 0, "U0"), written(registry, 1, "U1")], about("revoked", 2))
    log = registry.path / "revocations" / "_delta_log" / f"{1:020d}.json"
    whole = log.read_bytes()
    for length in (0, 10, whole.rindex(b'{"txn"')):
        copy = Registry(Path(shutil.copytree(registry.path, tmp_path / f"copy-{length}")), True)
        (copy.path / "revocations" / "_delta_log" / log.name).write_bytes(whole[:length])
        with copy.lease() as lease:
            assert uvcis(copy) == []
            commit(copy, lease, [written(copy, 0, "U0"), written(copy, 1, "U1")], about("revoked", 2))
        assert sorted(uvcis(copy)) == ["U0", "U1"]
