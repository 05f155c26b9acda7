"""Batches through the core: certificates and refusals line up with their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from made_shots import ISSUED_AT, make_profile, shots_batch

from signer.errors import KeyUnusable, PreflightFailed, ProfileInvalid
from signer.issuing.issuer import BatchIssuer, open_issuer
from signer.issuing.terms import IssueTerms, settle_terms
from signer.profile import load_profile
from signer.records.schemas import CERTIFICATES, REFUSED
from signer.verifying import TrustStore, verify


@pytest.fixture(scope="module")
def profile_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="module")
def terms(profile_path: Path) -> IssueTerms:
    return settle_terms(load_profile(profile_path), ISSUED_AT)


@pytest.fixture
def issuer(terms: IssueTerms) -> Iterator[BatchIssuer]:
    with closing(open_issuer(terms)) as issuer:
        yield issuer


def rows_from(first: int) -> npt.NDArray[np.int64]:
    """Numbers for as many rows as any batch here has."""
    return np.arange(first, first + 10_000)


def test_every_row_becomes_a_certificate_that_verifies_and_says_what_the_row_says(
    issuer: BatchIssuer, terms: IssueTerms
) -> None:
    shots = shots_batch(100)
    certificates, refused = issuer.issue(shots, rows=rows_from(5000), part=7)
    assert certificates.schema == CERTIFICATES
    assert refused.schema == REFUSED
    assert refused.num_rows == 0
    trust = TrustStore.load(terms.profile.dsc)
    at = datetime.fromtimestamp(ISSUED_AT, UTC)
    for row, certificate in enumerate(certificates.to_pylist()):
        vaccination = verify(certificate["hc1"], trust, at).dcc["v"][0]
        assert vaccination["ci"] == certificate["uvci"]
        assert vaccination["mp"] == certificate["vaccine"] == "EU/1/20/1528"
        assert certificate["shot_id"] == f"S{row}"
        assert (certificate["province"], certificate["facility"]) == ("Hà Nội", "01-0007")
        assert (certificate["dose_number"], certificate["doses_in_series"]) == (2, 2)
        assert certificate["kid"] == terms.kid
        assert certificate["iat"].timestamp() == ISSUED_AT
        assert certificate["exp"] == datetime(2023, 4, 14, 3, 15, tzinfo=UTC)
        assert certificate["campaign"] == "issue-20220414T031500Z"
        assert certificate["part"] == 7
        assert len(certificate["person_key"]) == len(certificate["signature_hash"]) == 16
    assert len(set(certificates.column("uvci").to_pylist())) == 100


def test_refused_rows_carry_their_number_in_the_run_their_reason_and_field(issuer: BatchIssuer) -> None:
    changes = {3: {"vaccine": "Unheard-of"}, 4: {"full_name": None, "province": None}, 9: {"shot_id": None}}
    certificates, refused = issuer.issue(
        shots_batch(10, changes), rows=rows_from(1000), part=0, duplicates=[6]
    )
    assert certificates.column("shot_id").to_pylist() == ["S0", "S1", "S2", "S5", "S7", "S8"]
    assert [(row["row"], row["shot_id"], row["reason"], row["field"]) for row in refused.to_pylist()] == [
        (1003, "S3", "vaccine_unknown", "vaccine"),
        (1004, "S4", "missing_value", "full_name"),
        (1006, "S6", "duplicate", "shot_id"),
        (1009, None, "missing_value", "shot_id"),
    ]
    assert refused.column("province").to_pylist() == ["Hà Nội", None, "Hà Nội", "Hà Nội"]
    assert set(refused.column("stage").to_pylist()) == {"issuing"}
    assert set(refused.column("campaign").to_pylist()) == {"issue-20220414T031500Z"}


def test_certificates_do_not_depend_on_how_rows_are_batched(issuer: BatchIssuer) -> None:
    shots = shots_batch(700, {5: {"vaccine": None}})
    whole, _ = issuer.issue(shots, rows=rows_from(0), part=0)
    first, _ = issuer.issue(pa.concat_batches([shots.slice(0, 513)]), rows=rows_from(0), part=0)
    second, _ = issuer.issue(pa.concat_batches([shots.slice(513)]), rows=rows_from(513), part=0)
    assert pa.concat_batches([first, second]).equals(whole)


@pytest.mark.parametrize("n_rows", [0, 1, 2])
def test_batches_of_no_and_few_rows_are_right(issuer: BatchIssuer, n_rows: int) -> None:
    certificates, refused = issuer.issue(shots_batch(n_rows), rows=rows_from(0), part=0)
    assert (certificates.num_rows, refused.num_rows) == (n_rows, 0)


def test_a_batch_of_refusals_only_is_right(issuer: BatchIssuer) -> None:
    changes = {row: {"dose_number": 0} for row in range(5)}
    certificates, refused = issuer.issue(shots_batch(5, changes), rows=rows_from(0), part=0)
    assert (certificates.num_rows, refused.num_rows) == (0, 5)
    assert certificates.schema == CERTIFICATES


def test_terms_show_neither_passphrase_nor_secrets(terms: IssueTerms) -> None:
    shown = repr(terms).replace("passphrase_file=", "").replace("passphrase_env=", "")
    assert "passphrase=" not in shown
    for secret in (terms.uvci_secret, terms.person_secret):
        assert len(secret) == 32
        assert repr(secret) not in shown


def test_a_key_exchanged_after_the_terms_were_settled_is_noticed(tmp_path: Path) -> None:
    terms = settle_terms(load_profile(make_profile(tmp_path / "one")), ISSUED_AT)
    make_profile(tmp_path / "other")
    for name in ("csca.pem", "dsc.pem", "dsc.key"):
        (tmp_path / "other" / "keys" / name).replace(tmp_path / "one" / "keys" / name)
    with pytest.raises(KeyUnusable, match="exchanged during the run"):
        open_issuer(terms)


def test_secrets_exchanged_after_the_terms_were_settled_change_nothing(tmp_path: Path) -> None:
    """Workers start one after the other: each must make the same UVCIs, whatever became of the files."""
    terms = settle_terms(load_profile(make_profile(tmp_path / "one")), ISSUED_AT)
    with closing(open_issuer(terms)) as issuer:
        before, _ = issuer.issue(shots_batch(3), rows=rows_from(0), part=0)
    make_profile(tmp_path / "other")
    for name in ("uvci.secret", "person.secret"):
        (tmp_path / "other" / name).replace(tmp_path / "one" / name)
    with closing(open_issuer(terms)) as issuer:
        after, _ = issuer.issue(shots_batch(3), rows=rows_from(0), part=0)
    assert before.select(["uvci", "person_key", "hc1"]) == after.select(["uvci", "person_key", "hc1"])


def test_a_key_that_is_not_the_certificates_is_refused_before_anything_is_signed(tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "one")
    make_profile(tmp_path / "other")
    (tmp_path / "other" / "keys" / "dsc.key").replace(tmp_path / "one" / "keys" / "dsc.key")
    with pytest.raises(PreflightFailed, match="not the key of"):
        settle_terms(load_profile(profile), ISSUED_AT)


@pytest.mark.parametrize("name", ["uvci.secret", "person.secret"])
def test_a_missing_secret_is_refused_before_anything_is_signed(tmp_path: Path, name: str) -> None:
    profile = make_profile(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(KeyUnusable, match=re.escape(name)):
        settle_terms(load_profile(profile), ISSUED_AT)


def test_a_product_that_does_not_exist_is_refused_before_anything_is_signed(tmp_path: Path) -> None:
    profile = make_profile(tmp_path)
    profile.write_text(profile.read_text().replace('"EU/1/20/1528"', '"EU/9/99/9999"'))
    with pytest.raises(ProfileInvalid, match="EU/9/99/9999"):
        settle_terms(load_profile(profile), ISSUED_AT)
