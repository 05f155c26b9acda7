"""Files and plans that somebody else has written or damaged: a renewal signs nothing of them."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from damaged_files import flip_a_bit
from renewed_registries import DAY_S, N_ISSUED, renewed_in, stop_after

from signer.campaign.plan_store import keep_plan, load_plans
from signer.campaign.renew_summary import RenewalSummary
from signer.errors import PlanChanged, RegistryUnreadable, StoppedHalfWay
from signer.keys import load_secret
from signer.registry import FileKey, open_registry
from signer.registry.checking import damaged_files, open_authentic

Renew = Callable[..., RenewalSummary]


def assert_not_signed(registry: Path, path: Path) -> None:
    """None of the certificates in a file."""
    uvcis = set(pq.read_table(path, columns=["uvci"]).column("uvci").to_pylist())
    assert len(uvcis) > 10
    assert uvcis.isdisjoint(renewed_in(registry).column("uvci").to_pylist())


@pytest.mark.parametrize("number", [0, 1, -1])
def test_of_a_damaged_file_nothing_is_signed(registry: Path, renew: Renew, number: int) -> None:
    file = [*open_registry(registry).files("certificates")][number]
    whole = file.path.read_bytes()
    flip_a_bit(file.path, random.Random(1))
    with pytest.raises(StoppedHalfWay, match=f"{file.file.name}: was changed"):
        renew()
    file.path.write_bytes(whole)
    assert_not_signed(registry, file.path)
    assert renew().renewed == N_ISSUED


def forge(registry: Path, number: int, gmac: object = "") -> Path:
    """What somebody does who can write to the disk, and has no secret: another place in a certificate's row,
    and the log as if that had been issued, perhaps with another code."""
    file = open_registry(registry).files("certificates")[number]
    table = pq.read_table(file.path)
    places = pa.array(["Nowhere"] * table.num_rows, table.schema.field("district").type)
    pq.write_table(table.set_column(table.schema.get_field_index("district"), "district", places), file.path)
    content = file.path.read_bytes()
    entry = file.path.parent / "_delta_log" / f"{file.version:020d}.json"
    actions = [json.loads(line) for line in entry.read_text("utf-8").splitlines()]
    for action in actions:
        if "add" in action:
            action["add"]["size"] = len(content)
        for about in action.get("commitInfo", {}).get("signer", {}).get("files", ()):
            assert about["gmac"] == file.file.gmac is not None
            about |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            about["gmac"] = about["gmac"] if gmac == "" else gmac
    entry.write_text("\n".join(map(json.dumps, actions)), "utf-8")
    assert damaged_files(open_registry(registry).files("certificates"), 1, lambda _done, _of: None) == []
    return file.path


@pytest.mark.parametrize("number", [0, 1, -1])
def test_what_was_forged_with_its_commit_is_not_signed(registry: Path, renew: Renew, number: int) -> None:
    """By digests alone it is what was committed."""
    forged = forge(registry, number)
    with pytest.raises(StoppedHalfWay, match=f"{forged.name}: is what its commit says, and was not written"):
        renew()
    assert_not_signed(registry, forged)


def test_what_was_never_authenticated_is_not_signed(registry: Path, renew: Renew) -> None:
    forged = forge(registry, 0, gmac=None)
    with pytest.raises(StoppedHalfWay, match=f"{forged.name}: has no GMAC in its commit"):
        renew()
    assert_not_signed(registry, forged)


def test_what_was_forged_while_a_night_was_stopped_is_not_signed(registry: Path, renew: Renew) -> None:
    with pytest.raises(StoppedHalfWay, match="interrupted"):
        renew(on_progress=stop_after(100), n_workers=1)
    issued = load_plans(registry / "plans")[0].plan_id
    assert renewed_in(registry).num_rows < N_ISSUED
    files = [file for file in open_registry(registry).files("certificates") if file.plan_id == issued]
    forged = forge(registry, len(files) - 1)
    with pytest.raises(StoppedHalfWay, match=f"{forged.name}: is what its commit says"):
        renew()
    assert_not_signed(registry, forged)


@pytest.mark.parametrize("later_s", [19 * DAY_S, -300 * DAY_S])
def test_a_plan_whose_times_were_edited_is_refused(registry: Path, renew: Renew, later_s: int) -> None:
    """It has no secret in it, but its night is in its id."""
    with pytest.raises(StoppedHalfWay, match="interrupted"):
        renew(on_progress=stop_after(0), n_workers=1)
    (plan,) = (plan for plan in load_plans(registry / "plans") if plan.kind == "renew")
    edited = replace(plan, issued_at=plan.issued_at + later_s, expires_at=plan.expires_at + later_s)
    (path,) = (registry / "plans").glob(f"{plan.plan_id}*")
    path.unlink()
    assert keep_plan(registry / "plans", edited).plan_id == plan.plan_id
    before = renewed_in(registry).num_rows
    with pytest.raises(PlanChanged, match="its iat and exp are none of tonight's"):
        renew()
    assert renewed_in(registry).num_rows == before


def test_the_secret_for_look_ups_makes_no_file_of_certificates(
    registry: Path, renew: Renew, profile: Path
) -> None:
    """A hotline has it. What is issued and what is renewed is authenticated by the other one."""
    renew()
    files = open_registry(registry).files("certificates")
    assert {file.plan_id for file in files} == {plan.plan_id for plan in load_plans(registry / "plans")}
    mark = b"signer: the key of files of certificates"
    issuing, looking_up = (
        FileKey(hmac.digest(load_secret(profile.with_name(name)), mark, "sha256"))
        for name in ("uvci.secret", "person.secret")
    )
    assert len(files) > 1
    for file in files:
        with open_authentic(file, issuing):
            pass
        with pytest.raises(RegistryUnreadable), open_authentic(file, looking_up):
            pass
