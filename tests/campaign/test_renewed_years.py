"""Years of nightly renewals: nobody is without a certificate, and no night has far more to do than another.

SIGNER_TEST_CERTIFICATES and SIGNER_TEST_VALIDITY make it as large as a country: see docs/renewal.md.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest
from cryptography import x509
from deltalake import DeltaTable
from made_shots import ISSUED_AT, make_profile, write_shots
from renewed_registries import DAY_S, change_key, issue, renew_once

from signer.campaign.plan_store import load_plans
from signer.profile import load_profile
from signer.registry import open_registry

N_CERTIFICATES = int(os.environ.get("SIGNER_TEST_CERTIFICATES", "1000"))
VALIDITY_MONTHS = int(os.environ.get("SIGNER_TEST_VALIDITY", "1"))
N_BATCHES = 5
WINDOW_DAYS = 1 + 2 * VALIDITY_MONTHS
NIGHTS_A_YEAR = 365 * VALIDITY_MONTHS // 12
N_NIGHTS = 2 * NIGHTS_A_YEAR + 2
KEY_CHANGES = (NIGHTS_A_YEAR // 2, 3 * NIGHTS_A_YEAR // 2)


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry after two years, in which one holds as long as certificates do.

    All certificates are issued within the first days, as before a deadline; the key is changed twice. In the
    last night somebody renews nearly all at once, and starts a second time by other options: of what is left
    then nearly all was signed minutes before.
    """
    folder = tmp_path_factory.mktemp("years")
    profile = make_profile(folder / "issuer", made_at=datetime.fromtimestamp(ISSUED_AT, UTC))
    text = profile.read_text("utf-8")
    profile.write_text(text.replace("validity_months = 12", f"validity_months = {VALIDITY_MONTHS}"), "utf-8")
    assert load_profile(profile).validity_months == VALIDITY_MONTHS
    for batch in range(N_BATCHES):
        n_rows = N_CERTIFICATES // N_BATCHES
        changes = {row: {"shot_id": f"{batch}-{row}"} for row in range(n_rows)}
        shots = write_shots(folder / f"{batch}.parquet", n_rows, changes)
        issue(folder / "registry", profile, shots, at=ISSUED_AT + batch * 3600, rows_per_part=100_000)
    for night in range(1, N_NIGHTS):
        now = ISSUED_AT + night * DAY_S + 12 * 3600
        if night in KEY_CHANGES:
            change_key(profile, datetime.fromtimestamp(now - 3600, UTC))
        began_s = time.monotonic()
        summary = renew_once(
            folder / "registry",
            profile,
            now,
            window_days=WINDOW_DAYS,
            spread_days=NIGHTS_A_YEAR - WINDOW_DAYS,
            rows_per_part=25_000,
        )
        print(f"night {night}: {summary.renewed} renewed in {time.monotonic() - began_s:.2f} s")
    for limit in (None, 10 * N_CERTIFICATES):
        renew_once(
            folder / "registry",
            profile,
            now + (600 if limit is None else 1200),
            window_days=NIGHTS_A_YEAR - 3,
            spread_days=10,
            limit=limit,
            rows_per_part=25_000,
        )
    return folder / "registry"


@pytest.fixture(scope="module")
def database(years: Path) -> duckdb.DuckDBPyConnection:
    """The certificates as another program reads them: `uvci`, `kid`, and iat and exp in seconds."""
    connection = duckdb.connect()
    files = DeltaTable(str(years / "certificates")).file_uris()
    connection.execute(
        "CREATE TABLE signed AS SELECT uvci, kid, epoch(iat)::BIGINT AS iat, epoch(exp)::BIGINT AS exp,"
        " campaign FROM read_parquet(?)",
        [files],
    )
    return connection


@pytest.mark.long
def test_everybody_has_a_valid_certificate_on_every_day(database: duckdb.DuckDBPyConnection) -> None:
    gaps = database.execute(
        "SELECT count(*) FROM"
        " (SELECT exp, lead(iat) OVER (PARTITION BY uvci ORDER BY iat) AS next FROM signed)"
        " WHERE coalesce(next, ?) >= exp",
        [ISSUED_AT + N_NIGHTS * DAY_S],
    ).fetchall()
    everybody = database.execute("SELECT count(DISTINCT uvci) FROM signed").fetchall()
    assert (everybody, gaps) == ([(N_CERTIFICATES,)], [(0,)])


@pytest.mark.long
def test_no_certificate_is_renewed_twice_in_a_night(database: duckdb.DuckDBPyConnection) -> None:
    twice = database.execute(
        "SELECT count(*) FROM (SELECT 1 FROM signed GROUP BY uvci, iat // ? HAVING count(*) > 1)", [DAY_S]
    ).fetchall()
    assert twice == [(0,)]
    plans = database.execute(
        "SELECT count(*) FROM signed WHERE iat >= ? GROUP BY campaign ORDER BY min(iat)",
        [ISSUED_AT + (N_NIGHTS - 1) * DAY_S],
    ).fetchall()
    assert len(plans) == 3, "the last night was started three times, each time with something to do"
    assert plans[1][0] > N_CERTIFICATES // 2


@pytest.mark.long
def test_no_certificate_outlives_its_key(years: Path, database: duckdb.DuckDBPyConnection) -> None:
    ends = {}
    for plan in load_plans(open_registry(years).plans):
        ends[bytes.fromhex(plan.parts[0].kid)] = x509.load_der_x509_certificate(plan.dsc).not_valid_after_utc
    last = database.execute("SELECT kid, max(exp) FROM signed GROUP BY kid").fetchall()
    assert len(last) == 1 + len(KEY_CHANGES)
    assert all(exp <= ends[kid].timestamp() for kid, exp in last)


@pytest.mark.long
def test_in_the_second_year_no_night_has_far_more_to_do_than_another(
    database: duckdb.DuckDBPyConnection,
) -> None:
    found = database.execute(
        "SELECT (iat - ?) // ? AS night, count(*) AS n FROM signed WHERE starts_with(campaign, 'renew-')"
        " GROUP BY night",
        [ISSUED_AT, DAY_S],
    ).fetchnumpy()
    nights = np.zeros(N_NIGHTS, np.int64)
    nights[np.asarray(found["night"])] = found["n"]
    second = nights[NIGHTS_A_YEAR : 2 * NIGHTS_A_YEAR]
    print(f"second year: {second.mean():.1f} a night, busiest {second.max()}, all nights {nights.tolist()}")
    assert second.max() <= 1.3 * second.mean()
