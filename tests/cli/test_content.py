"""The content of certificates as people read it: every field, in words where known, harmless to terminals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from reference.little_issuer import LittleIssuer, vaccination

from signer.cli.content import claims_sections, header_section, shown, table
from signer.cli.json_values import as_json
from signer.verifying.codes import read_codes
from signer.verifying.layers import take_apart


def claims_of(dcc: Any, **claims: Any) -> dict[str, Any]:
    return {"iss": "VN", "iat": 1649901600, "exp": 1681437600, "dcc": dcc} | claims


def lines_of(dcc: Any, **claims: Any) -> list[str]:
    return [" ".join(line.split()) for line in table(claims_sections(claims_of(dcc, **claims))).splitlines()]


def test_every_field_of_a_vaccination_is_shown() -> None:
    assert lines_of(vaccination()) == [
        "claims",
        "iss issuer VN",
        "iat issued 2022-04-14 02:00:00 UTC",
        "exp expires 2023-04-14 02:00:00 UTC",
        "certificate",
        "fn family name Nguyễn",
        "gn given name Bảo Duy",
        "fnt family name, transliterated NGUYEN",
        "gnt given name, transliterated BAO<DUY",
        "dob date of birth 1988-02-29",
        "ver version of the schema 1.3.0",
        "vaccination 1 of 1",
        "tg disease 840539006 (COVID-19)",
        "vp prophylaxis 1119349007 (SARS-CoV-2 mRNA vaccine)",
        "mp product EU/1/20/1528 (Comirnaty)",
        "ma holder or manufacturer ORG-100030215 (Biontech Manufacturing GmbH)",
        "dn dose 2",
        "sd doses in series 2",
        "dt date of vaccination 2021-11-20",
        "co country VN",
        "is issuer Ministry of Health",
        "ci identifier URN:UVCI:01:VN:A1B2C3#3",
    ]


def test_the_columns_are_aligned() -> None:
    lines = table(claims_sections(claims_of(vaccination()))).splitlines()
    starts = {line.index(value) for line, value in zip(lines[1:3], ("VN", "2022-04-14"), strict=True)}
    assert len(starts) == 1


def test_all_entries_of_all_kinds_are_shown() -> None:
    entry = vaccination()["v"][0]
    lines = lines_of({"v": [entry, entry], "t": [{"sc": "2021-06-01"}], "r": None})
    assert [line for line in lines if " of " in line and line[0] in "vtr"][:2] == [
        "vaccination 1 of 2",
        "vaccination 2 of 2",
    ]
    assert lines[-2:] == ["test 1 of 1", "sc sample collected 2021-06-01"]


def test_what_no_schema_knows_is_shown_behind_what_it_knows() -> None:
    lines = lines_of({1: b"\xff", "nam": "Nguyễn", "dob": None, "v": [7, {"x": 1.5, "tg": "1"}], "r": "no"})
    assert lines[4:] == [
        "certificate",
        "nam name Nguyễn",
        "dob date of birth none",
        "1 ff",
        "vaccination 1 of 2",
        "7",
        "vaccination 2 of 2",
        "tg disease 1",
        "x 1.5",
        "recovery",
        "r no",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1649901600.5, "2022-04-14 02:00:00.500000 UTC"),
        (-1, "1969-12-31 23:59:59 UTC"),
        (10**20, "100000000000000000000, no time"),
        (float("nan"), '"nan", no time'),
        ("2022", "2022"),
        (True, "true"),
        (None, "none"),
    ],
)
def test_a_time_that_is_none_is_shown_as_it_stands_there(seconds: Any, text: str) -> None:
    assert f"iat issued {text}" in lines_of({}, iat=seconds)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Nguyễn", "Nguyễn"),
        (" BG ", "' BG '"),
        ("", "''"),
        ("\x1b[2Jfine", "'\\x1b[2Jfine'"),
        ("abc\u202efdp", "'abc\\u202efdp'"),
        ("a\nb", "'a\\nb'"),
        (["\x1b", b"\x01", float("inf")], '["\\u001b", "01", "inf"]'),
        ({1: {"a": None}}, '{"1": {"a": null}}'),
    ],
)
def test_what_a_stranger_wrote_cannot_reach_the_terminal(value: Any, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("protected", "values"),
    [
        ({1: -7, 4: b"\x01\x02"}, ["ES256", "0102"]),
        ({1: -37}, ["PS256", "none"]),
        ({1: -8, 4: b""}, ["-8", ""]),
        ({1: "\x1b", 4: b"\xff"}, ["'\\x1b'", "ff"]),
        ({}, ["none", "none"]),
    ],
)
def test_the_header_names_algorithm_and_key(protected: dict[int, Any], values: list[str]) -> None:
    message = take_apart(LittleIssuer().text(protected=protected)).message
    assert message is not None
    fields = header_section(message).fields
    assert [field.key for field in fields] == ["alg", "kid"]
    assert [field.value for field in fields] == values


def test_every_official_sample_is_shown_whole(corpora: Path) -> None:
    pictures = sorted((corpora / "dcc-quality-assurance").rglob("*.png"))
    assert len(pictures) >= 256
    for path in pictures:
        (code,) = read_codes(str(path))
        layers = take_apart(code.text)
        assert layers.failure is None, path
        assert layers.message is not None
        assert layers.claims is not None
        shown_text = table([header_section(layers.message), *claims_sections(layers.claims)])
        assert all(line.isprintable() for line in shown_text.splitlines()), path
        as_json(layers.claims)
