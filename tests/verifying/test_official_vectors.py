"""Every question that the official vectors ask, answered; the exceptions are those of the docs."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from verifying.official_vectors import LAYERS, clock_of, documented, dsc_of, message_of, succeeds, vectors

from signer.errors import CertificateInvalid
from signer.verifying import TrustStore, verify
from signer.verifying.claims import read_claims

N_VECTORS = 185
ASKED = {
    "EXPECTEDPICTUREDECODE": 132,
    "EXPECTEDUNPREFIX": 155,
    "EXPECTEDB45DECODE": 148,
    "EXPECTEDCOMPRESSION": 135,
    "EXPECTEDVERIFY": 159,
    "EXPECTEDDECODE": 152,
    "EXPECTEDVALIDJSON": 147,
    "EXPECTEDSCHEMAVALIDATION": 140,
    "EXPECTEDEXPIRATIONCHECK": 120,
    "EXPECTEDKEYUSAGE": 92,
    "EXPECTEDVALIDOBJECT": 95,
    "EXPECTEDENCODE": 29,
}
"""How many vectors ask each, so that no question is passed over."""

TESTS_OF_QUESTIONS = {
    "EXPECTEDSCHEMAVALIDATION": "test_cose_schema",
    "EXPECTEDVERIFY": "test_verification_check",
    "EXPECTEDEXPIRATIONCHECK": "test_expiration_check",
    "EXPECTEDKEYUSAGE": "test_expected_key_usage",
    "EXPECTEDVALIDJSON": "test_cose_json",
    "EXPECTEDDECODE": "test_cbor_json",
}
"""As `known_issues.csv` calls them."""


def questions(corpora: Path) -> Iterator[tuple[str, str, dict[str, Any], bool]]:
    for name, vector in vectors(corpora):
        for question, expected in vector["EXPECTEDRESULTS"].items():
            if question in LAYERS:
                yield question, name, vector, expected


@pytest.fixture(scope="module")
def disagreements(corpora: Path) -> dict[tuple[str, str], bool]:
    """(vector, question) → what was expected, wherever our answer is the other one."""
    answers: Counter[tuple[str, bool, bool]] = Counter()
    found = {}
    for question, name, vector, expected in questions(corpora):
        answer = succeeds(LAYERS[question], vector)
        answers[question, expected, answer] += 1
        if answer != expected:
            found[name, question] = expected
    for question, n_asked in ASKED.items():
        n = {key[1:]: count for key, count in answers.items() if key[0] == question}
        print(question, n)
        assert sum(n.values()) == n_asked
    return found


def test_no_vector_and_no_question_is_passed_over(corpora: Path) -> None:
    found = list(vectors(corpora))
    assert len(found) == N_VECTORS
    asked = Counter(question for _, vector in found for question in vector["EXPECTEDRESULTS"])
    # A slip of the pen in four Bulgarian vectors, which no verifier looks at.
    assert asked.pop("EXPTECTEDEXPIRED") == 4
    assert asked == ASKED


def test_every_answer_is_the_expected_one_but_for_the_documented_exceptions(
    disagreements: dict[tuple[str, str], bool],
) -> None:
    rows = {(name, question): expected for name, question, expected, _ in documented("vector | asked")}
    assert rows == {key: str(expected).lower() for key, expected in disagreements.items()}


def test_every_exception_is_a_known_issue_or_a_question_without_its_picture(
    corpora: Path, disagreements: dict[tuple[str, str], bool]
) -> None:
    of_name = dict(vectors(corpora))
    with (corpora / "dgc-testdata" / "known_issues.csv").open(encoding="utf-8") as file:
        known = {(row["test_name"], row["country"], row["test_set"]) for row in csv.DictReader(file)}
    for name, question in disagreements:
        if question == "EXPECTEDPICTUREDECODE":
            assert "2DCODE" not in of_name[name]
            continue
        country, _, number = name.partition("/")
        test = TESTS_OF_QUESTIONS[question]
        assert (test, country, number) in known or (test, country, "") in known, (name, question)


def test_the_schema_itself_answers_the_exceptions_as_we_do(
    corpora: Path, disagreements: dict[tuple[str, str], bool]
) -> None:
    """So the vectors are wrong: they were made for another version of the schema, or by hand."""
    schema = Draft202012Validator(
        json.loads((corpora / "dcc-schema/DCC.combined-schema.json").read_text("utf-8"))
    )
    of_name = dict(vectors(corpora))
    n_asked = 0
    for (name, question), expected in disagreements.items():
        if question == "EXPECTEDSCHEMAVALIDATION":
            n_asked += 1
            assert schema.is_valid(read_claims(message_of(of_name[name]).payload).dcc) != expected, name
    assert n_asked == 22


def test_whole_certificates_verify_where_everything_is_expected_to_hold(corpora: Path) -> None:
    """But for the few that the docs name, with what is wrong with them, which no vector asks about."""
    verdicts: Counter[str] = Counter()
    refused = {}
    for name, vector in vectors(corpora):
        expected = vector["EXPECTEDRESULTS"]
        if not expected.get("EXPECTEDEXPIRATIONCHECK") or not all(expected.values()):
            continue
        try:
            verify(vector["PREFIX"], TrustStore.of([dsc_of(vector)]), clock_of(vector))
            verdicts["valid"] += 1
        except CertificateInvalid as failure:
            refused[name] = failure.reason
    print(dict(verdicts), refused)
    assert verdicts["valid"] == 77
    assert refused == {name: reason for name, reason, _ in documented("vector | reason")}
