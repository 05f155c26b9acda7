"""Orders to revoke: what each criterion covers, that it is recorded once, and that it can be undone."""

from __future__ import annotations

import hmac
import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from campaign.made_orders import (
    NOW_US,
    carried_out,
    certificates_of,
    events_of,
    renew,
    revoked_in,
    times_of_each,
)
from campaign.made_registry import MadeRegistry, make_registry, uvcis_of
from made_shots import make_profile, shots_batch
from made_withdrawals import make_registry as make_withdrawals
from made_withdrawals import uvci

from signer.campaign.status import read_status
from signer.errors import InputUnreadable, OutputExists, ProfileInvalid
from signer.registry.orders import recorded_orders

PERSON = "001080012345"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> MadeRegistry:
    return make_registry(tmp_path_factory.mktemp("original"))


@pytest.fixture
def made(original: MadeRegistry, tmp_path: Path) -> MadeRegistry:
    return original.copy(tmp_path / "registry")


def test_each_signature_of_a_certificate_gets_a_row(made: MadeRegistry) -> None:
    renew(made, ["S1", "S2"])
    one = uvcis_of(made.registry)["S1"]
    summary = carried_out(made.registry, {"uvci": [one]})
    issued = {row["signature_hash"]: row for row in certificates_of(made.registry) if row["uvci"] == one}
    assert len(issued) == 2
    events = events_of(made.registry)
    assert {row["signature_hash"] for row in events} == set(issued)
    for row in events:
        signed = issued[row["signature_hash"]]
        assert (row["uvci"], row["kid"], row["exp"]) == (one, signed["kid"], signed["exp"])
        assert (row["action"], row["reason"], row["ordered_by"]) == ("revoked", "sold for money", "Sở Y tế")
        assert row["ordered_at"].timestamp() * 1_000_000 == NOW_US
        assert row["campaign"] == summary.campaign
    assert summary.campaign == f"revoke-20220415T033140Z-{str(summary.order)[:8]}"
    assert (summary.counts.certificates, summary.counts.signatures, summary.counts.persons) == (1, 2, 1)


@pytest.mark.parametrize(
    ("named", "changes", "shots"),
    [
        ({"shot_id": ["S1", "S2", "S13"]}, {}, {"S1", "S2", "S13", "S13 before"}),
        ({"facility": ["01-0007"]}, {}, None),
        ({"facility": ["01-0008"]}, {}, set()),
        ({"province": ["Hà Nội"], "district": ["Ba Đình"]}, {}, None),
        ({"province": ["Ha\u0300 No\u0323\u0302i "]}, {}, None),
        ({"province": ["Hà Nội"], "shot_id": ["S4"]}, {}, {"S4"}),
        ({"province": ["Huế"], "shot_id": ["S4"]}, {}, set()),
        ({}, {"issued_from": date(2022, 4, 15)}, {"S0", "S13"}),
        ({"shot_id": ["S0"]}, {"issued_until": date(2022, 4, 14)}, {"S0 before"}),
        ({"shot_id": ["S0"]}, {"issued_from": date(2022, 4, 14)}, {"S0", "S0 before"}),
        ({}, {"issued_until": date(2022, 4, 13)}, set()),
    ],
)
def test_kinds_of_criteria_combine_and_values_of_one_are_alternatives(
    made: MadeRegistry, named: dict[str, list[str]], changes: dict[str, date], shots: set[str] | None
) -> None:
    latest = uvcis_of(made.registry)
    of_uvci = {
        row["uvci"]: row["shot_id"] if latest[row["shot_id"]] == row["uvci"] else f"{row['shot_id']} before"
        for row in certificates_of(made.registry)
    }
    carried_out(made.registry, named, **changes)
    expected = set(of_uvci.values()) if shots is None else shots
    assert {of_uvci[uvci] for uvci in revoked_in(made.registry)} == expected


def test_a_kid_stands_for_all_it_has_ever_signed(made: MadeRegistry) -> None:
    """Also where a certificate was signed anew under another one since."""
    renew(made, ["S1", "S2"])
    summary = carried_out(made.registry, {"kid": [(b"c" * 8).hex()]})
    assert revoked_in(made.registry) == {uvcis_of(made.registry)[shot] for shot in ("S1", "S2")}
    assert summary.counts.signatures == 4


def test_a_campaign_stands_for_what_was_signed_in_it(made: MadeRegistry) -> None:
    campaigns = {row["campaign"] for row in certificates_of(made.registry)}
    corrections = max(campaigns)
    carried_out(made.registry, {"campaign": [corrections]})
    assert revoked_in(made.registry) == {uvcis_of(made.registry)[shot] for shot in ("S0", "S13")}


def test_a_person_is_found_by_the_keyed_hash_and_only_counted_in_what_is_kept(made: MadeRegistry) -> None:
    summary = carried_out(made.registry, {"person_id": [f" {PERSON} "]}, profile=made.profile)
    secret = bytes.fromhex((made.profile.parent / "person.secret").read_text())
    key = hmac.digest(secret, PERSON.encode(), "sha256")[:16]
    assert revoked_in(made.registry) == {
        row["uvci"] for row in certificates_of(made.registry) if row["person_key"] == key
    }
    assert summary.counts.persons == 1
    assert summary.criteria == {"person_key": {"count": 1}}
    log = (made.registry.path / "revocations" / "_delta_log" / f"{1:020d}.json").read_text()
    assert PERSON not in log
    assert key.hex() not in log


def test_a_person_who_is_not_there_is_told_without_the_number(made: MadeRegistry) -> None:
    summary = carried_out(made.registry, {"person_id": ["012345678901", "x"]}, profile=made.profile)
    assert summary.not_found == ["--person, number 1: not found"]
    assert summary.faults == ["--person: is neither 9 or 12 digits nor a passport number"]
    assert not summary.is_complete


def test_persons_are_not_looked_for_with_the_secret_of_another_registry(
    made: MadeRegistry, tmp_path: Path
) -> None:
    """All would seem not to be there."""
    with pytest.raises(ProfileInvalid, match=r"its country or \[secrets\] are not those of"):
        carried_out(made.registry, {"person_id": [PERSON]}, profile=make_profile(tmp_path / "other"))


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_lot_is_looked_up_among_the_shots(made: MadeRegistry, tmp_path: Path, ending: str) -> None:
    lots = {row: {"lot": "fk-1 " if row in (1, 5) else "FK-2"} for row in range(9)}
    shots = tmp_path / f"shots.{ending}"
    if ending == "parquet":
        pq.write_table(pa.Table.from_batches([shots_batch(9, lots)]), shots)
    else:
        pa.csv.write_csv(pa.Table.from_batches([shots_batch(9, lots)]), shots)
    summary = carried_out(made.registry, {"lot": ["FK-1", "FK-3"]}, shots=[shots])
    assert revoked_in(made.registry) == {uvcis_of(made.registry)[shot] for shot in ("S1", "S5")}
    assert (summary.faults, summary.is_complete) == (["--lot FK-3: not found"], False)
    assert summary.criteria == {"lot": ["FK-1", "FK-3"]}


def test_a_file_names_many_and_its_bad_rows_cost_no_other(made: MadeRegistry, tmp_path: Path) -> None:
    order = tmp_path / "order.csv"
    order.write_text("shot_id\nS1\n\n\x07\nS77\nS2\n", "utf-8")
    summary = carried_out(made.registry, {"shot_id": ["S4"]}, file=order)
    assert revoked_in(made.registry) == {uvcis_of(made.registry)[shot] for shot in ("S1", "S2", "S4")}
    assert summary.not_found == [f"{order}, row 2: not found"]
    assert summary.faults == [
        f"{order}, row 1, field shot_id: holds a control character, or bytes that are not UTF-8"
    ]


def test_a_file_without_a_good_row_names_nothing_whatever_else_is_named(
    made: MadeRegistry, tmp_path: Path
) -> None:
    """And not all that the other criteria name."""
    order = tmp_path / "order.csv"
    order.write_text("uvci\nnone\n", "utf-8")
    summary = carried_out(made.registry, {"facility": ["01-0007"]}, file=order)
    assert (summary.counts.selected, events_of(made.registry)) == (0, [])
    assert not summary.is_complete


def test_a_file_of_persons_asks_for_the_profile(made: MadeRegistry, tmp_path: Path) -> None:
    order = tmp_path / "order.csv"
    order.write_text(f"person_id\n{PERSON}\n", "utf-8")
    with pytest.raises(InputUnreadable, match="--profile"):
        carried_out(made.registry, file=order)
    assert carried_out(made.registry, file=order, profile=made.profile).is_complete


def test_what_is_revoked_already_is_not_revoked_again(made: MadeRegistry) -> None:
    carried_out(made.registry, {"shot_id": ["S1", "S2"]})
    before = (made.registry.path / "revocations" / "_delta_log" / f"{1:020d}.json").read_bytes()
    again = carried_out(made.registry, {"shot_id": ["S1", "S2"]})
    assert (again.order, again.counts.revoked_before, again.counts.certificates) == (None, 2, 0)
    assert again.is_complete
    more = carried_out(made.registry, {"shot_id": ["S1", "S2", "S4"]})
    assert (more.counts.revoked_before, more.counts.certificates) == (2, 1)
    assert set(times_of_each(made.registry).values()) == {1}
    assert (made.registry.path / "revocations" / "_delta_log" / f"{1:020d}.json").read_bytes() == before


def test_a_signature_made_since_is_covered_by_the_same_order_once_more(made: MadeRegistry) -> None:
    """A renewal that was planned before and carried out after the order."""
    carried_out(made.registry, {"shot_id": ["S1", "S2"]})
    renew(made, ["S1"])
    again = carried_out(made.registry, {"shot_id": ["S1", "S2"]})
    assert (again.counts.certificates, again.counts.completed, again.counts.signatures) == (0, 1, 2)
    assert read_status(made.registry, 0.0).revoked == 2
    assert carried_out(made.registry, {"shot_id": ["S1", "S2"]}).order is None


def test_undo_is_a_new_record_and_the_certificate_is_in_force_again(made: MadeRegistry) -> None:
    carried_out(made.registry, {"facility": ["01-0007"]})
    n_before, n_revoked = len(events_of(made.registry)), len(revoked_in(made.registry))
    summary = carried_out(made.registry, {"shot_id": ["S1", "S2"]}, undo=True, reason="a mistake")
    assert (summary.action, summary.counts.certificates) == ("restored", 2)
    assert len(events_of(made.registry)) == n_before + 2
    assert len(revoked_in(made.registry)) == n_revoked - 2
    assert read_status(made.registry, 0.0).revoked == n_revoked - 2
    nothing = carried_out(made.registry, {"shot_id": ["S1"]}, undo=True)
    assert (nothing.order, nothing.counts.selected) == (None, 1)
    carried_out(made.registry, {"shot_id": ["S1"]})
    assert len(revoked_in(made.registry)) == n_revoked - 1
    assert [order.action for order in recorded_orders(made.registry.path)] == [
        "revoked",
        "restored",
        "revoked",
    ]


def test_orders_of_one_moment_or_by_a_clock_that_is_behind_come_after_each_other(made: MadeRegistry) -> None:
    """Readers go by `ordered_at`: by it the last order is the last."""
    one = {"shot_id": ["S1"]}
    for undo, now in ((False, NOW_US), (True, NOW_US), (False, NOW_US - 10**9), (True, NOW_US + 5)):
        assert carried_out(made.registry, one, undo=undo, now=now).order
    times = [int(row["ordered_at"].timestamp() * 1_000_000 + 0.5) for row in events_of(made.registry)]
    assert sorted(times) == [NOW_US, NOW_US + 1, NOW_US + 2, NOW_US + 5]
    assert revoked_in(made.registry) == set()


def test_a_dry_run_counts_and_changes_nothing_even_while_another_run_holds_the_lease(
    made: MadeRegistry,
) -> None:
    with made.registry.lease():
        summary = carried_out(made.registry, {"facility": ["01-0007"]}, dry_run=True)
        with pytest.raises(OutputExists, match="to this registry"):
            carried_out(made.registry, {"facility": ["01-0007"]})
    assert summary.order is None
    n_certificates = len(certificates_of(made.registry))
    assert summary.counts.certificates == summary.counts.selected == n_certificates
    assert summary.by_province == [("Hà Nội", n_certificates)]
    assert (summary.counts.superseded, summary.counts.expired) == (2, 0)
    assert events_of(made.registry) == []
    assert made.registry.orphans() == []


def test_a_key_is_cheaper_to_withdraw_where_an_order_covers_all_under_it(made: MadeRegistry) -> None:
    """One that nobody meant is one too many."""
    summary = carried_out(made.registry, {"facility": ["01-0007"]}, dry_run=True)
    (cost,) = summary.keys
    n_certificates = len({row["uvci"] for row in certificates_of(made.registry)})
    assert (cost.unexpired, cost.covered, cost.batches) == (n_certificates, n_certificates, 3)
    assert (cost.not_meant, cost.under_others, cost.is_cheaper) == (0, 0, True)
    all_but_one = {"uvci": sorted({row["uvci"] for row in certificates_of(made.registry)})[1:]}
    (cost,) = carried_out(made.registry, all_but_one, dry_run=True).keys
    assert (cost.not_meant, cost.under_others, cost.is_cheaper) == (1, 0, False)


def test_a_key_is_not_to_be_withdrawn_instead_where_what_it_signed_is_valid_under_another(
    made: MadeRegistry,
) -> None:
    """Without it the old signatures are refused, and the new ones are not: the order would not be met."""
    renew(made, ["S1", "S2"])
    summary = carried_out(made.registry, {"facility": ["01-0007"]}, dry_run=True)
    costs = {key.kid: key for key in summary.keys}
    anew = costs.pop(b"c" * 8)
    assert (anew.unexpired, anew.covered, anew.batches, anew.under_others) == (2, 2, 3, 2)
    (first,) = costs.values()
    n_certificates = len({row["uvci"] for row in certificates_of(made.registry)})
    assert (first.covered, first.not_meant, first.under_others) == (n_certificates, 0, 2)
    assert not anew.is_cheaper
    assert not first.is_cheaper


def test_a_signature_that_has_expired_does_not_keep_a_certificate_valid(made: MadeRegistry) -> None:
    renew(made, ["S1", "S2"])
    long_after = NOW_US + 400 * 86_400_000_000
    summary = carried_out(made.registry, {"shot_id": ["S1", "S2"]}, dry_run=True, now=long_after)
    assert [(key.kid, key.under_others, key.is_cheaper) for key in summary.keys] == [(b"c" * 8, 0, True)]


def test_what_has_expired_or_is_revoked_does_not_count_for_a_key(made: MadeRegistry) -> None:
    carried_out(made.registry, {"shot_id": ["S4"]})
    renew(made, ["S1"])
    long_after = NOW_US + 400 * 86_400_000_000
    summary = carried_out(made.registry, {"shot_id": ["S1"]}, dry_run=True, now=long_after)
    assert [(key.kid, key.unexpired, key.covered) for key in summary.keys] == [(b"c" * 8, 1, 1)]
    assert summary.counts.expired == 0


def test_the_commit_tells_of_the_order(made: MadeRegistry) -> None:
    summary = carried_out(made.registry, {"shot_id": ["S1", "S2"], "province": ["Hà Nội"]})
    commit = json.loads(
        (made.registry.path / "revocations" / "_delta_log" / f"{1:020d}.json").read_text().splitlines()[0]
    )
    order = commit["commitInfo"]["signer"]["order"]
    assert order["id"] == summary.order
    assert order["criteria"] == {"province": ["Hà Nội"], "shot_id": {"count": 2}}
    assert (order["reason"], order["ordered_by"], order["action"]) == ("sold for money", "Sở Y tế", "revoked")
    assert order["counts"]["certificates"] == order["counts"]["signatures"] == 2


def test_a_value_that_stands_in_no_certificate_is_told(tmp_path: Path) -> None:
    registry = make_withdrawals(tmp_path / "registry")
    named = {
        "uvci": [uvci(2), uvci(777)],
        "province": ["Huế", "Hà Nội", "Nowhere"],
        "kid": [(b"k" * 8).hex()],
    }
    summary = carried_out(registry, {**named, "district": ["Ba Đình"], "facility": ["01-0007", "x"]})
    assert summary.not_found == [
        "--facility x: not found",
        "--province Nowhere: not found",
        f"--uvci {uvci(777)}: not found",
    ]
    assert summary.counts.certificates == 1


def test_blanks_around_the_id_of_a_shot_make_another_shot(made: MadeRegistry) -> None:
    """The certificates of the one without blanks were revoked."""
    summary = carried_out(made.registry, {"shot_id": [" S1 "]})
    assert summary.not_found == [
        "--shot  S1 : not found; blanks around an id count, as they do in `signer issue`"
    ]
    assert revoked_in(made.registry) == set()


def test_a_superseded_certificate_is_covered_with_its_shot(tmp_path: Path) -> None:
    """Codes of all three of its certificates may be around."""
    registry = make_withdrawals(tmp_path / "registry")
    summary = carried_out(registry, {"shot_id": ["S8"]})
    assert {uvci(8), uvci(108), uvci(208)} <= revoked_in(registry)
    assert (summary.counts.certificates, summary.counts.superseded) == (3, 2)
    only = carried_out(registry, {"uvci": [uvci(107)]})
    assert only.counts.certificates == 1
    assert uvci(7) not in revoked_in(registry)
