"""`signer lint` as it is typed: what it says of files, pictures and texts, its exit codes, and --explain."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from made_pictures import write_pdf
from made_shots import ISSUED_AT_TEXT, make_profile
from page.made_pages import entry_of, write_snapshot
from reference.little_issuer import LittleIssuer, vaccination

from signer._core import QrPainter
from signer.cli import main
from signer.linting import RULES


@pytest.fixture(scope="module")
def issuer() -> LittleIssuer:
    return LittleIssuer()


def signer(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)), input=stdin)


def lint(*arguments: object, stdin: str | None = None) -> Result:
    return signer("lint", *arguments, stdin=stdin)


def test_a_sound_certificate_ends_with_0(issuer: LittleIssuer) -> None:
    done = lint(issuer.text())
    assert (done.exit_code, done.stdout) == (0, "1 certificate, 0 with errors or warnings\n")


def test_faults_are_told_line_by_line_and_end_with_1(issuer: LittleIssuer, tmp_path: Path) -> None:
    faulty = issuer.text(issuer.payload(vaccination(vp="J07BX03", ma="ORG-100031184")))
    codes = tmp_path / "codes.txt"
    codes.write_text(f"{issuer.text()}\n{faulty}\nHC1:no\n")
    done = lint(codes)
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        f"error    {codes}:2  product_holder  v/ma: ORG-100031184 does not go with mp EU/1/20/1528;"
        " write ORG-100030215",
        f"warning  {codes}:2  prophylaxis_current  v/vp: J07BX03 is deprecated; write 1119349007",
        f"error    {codes}:3  decodes  base45: the text after HC1: is not base45",
        "3 certificates, 2 with errors or warnings: 1 decodes, 1 product_holder, 1 prophylaxis_current",
    ]


def test_the_most_broken_rule_is_told_first_and_equals_by_their_names(issuer: LittleIssuer) -> None:
    # Equals stood in the order of a set, that is by chance.
    texts = [issuer.text(issuer.payload(vaccination(**change))) for change in ({"vp": "J07BX03"}, {"dn": 3})]
    done = lint("-", stdin="\n".join(["HC1:no", *texts, texts[0]]))
    assert done.stdout.splitlines()[-1] == (
        "4 certificates, 4 with errors or warnings: 2 prophylaxis_current, 1 decodes, 1 dose_in_series"
    )


def test_remarks_are_counted_and_shown_where_asked_for_and_end_with_0(issuer: LittleIssuer) -> None:
    text = issuer.text(issuer.payload(vaccination(ci="URN:UVCI:01:VN:A1B2C3")))
    done = lint(text)
    summary = "1 certificate, 0 with errors or warnings; remarks: 1 uvci_has_checksum\n"
    assert (done.exit_code, done.stdout) == (0, summary)
    done = lint(text, "--verbose")
    assert done.exit_code == 0
    assert done.stdout.startswith("remark   argument  uvci_has_checksum  v/ci: ")
    assert done.stdout.endswith("\n" + summary)


def test_the_qr_code_of_a_picture_is_looked_at_too(issuer: LittleIssuer, tmp_path: Path) -> None:
    picture = QrPainter(picture="png", level="L").draw(pa.array([issuer.text()]))[0].as_py()
    (tmp_path / "code.png").write_bytes(picture)
    done = lint(tmp_path / "code.png")
    assert done.exit_code == 1
    place = f"warning  {tmp_path / 'code.png'}:1  qr_level  QR code: error correction level L"
    assert done.stdout.startswith(place)


def test_a_code_on_paper_is_looked_at_too(issuer: LittleIssuer, tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "sheet.pdf", [[issuer.text()]], side_mm=60)
    assert lint(path).exit_code == 0  # drawn at level Q


def test_a_dsc_is_held_against_only_where_it_is_given(issuer: LittleIssuer, tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_bytes(LittleIssuer().pem())
    (tmp_path / "own.pem").write_bytes(issuer.pem())
    assert lint(issuer.text(), "--trust", tmp_path / "own.pem").exit_code == 0
    assert lint(issuer.text(), "--trust-signer", tmp_path / "own.pem").exit_code == 2
    done = lint(issuer.text(), "--trust", tmp_path / "other.pem")
    assert (done.exit_code, "dsc_published" in done.stdout) == (1, True)


def test_an_old_snapshot_is_told_and_its_signature_can_be_demanded(
    issuer: LittleIssuer, tmp_path: Path
) -> None:
    snapshot = write_snapshot(tmp_path / "old.json", [entry_of(issuer.certificate)])
    done = lint(issuer.text(), "--trust", snapshot)
    assert done.exit_code == 0
    assert f"{snapshot}: was made" in done.stderr
    assert lint(issuer.text(), "--trust", snapshot, "--max-age", "100000").stderr == ""
    (tmp_path / "signer.pem").write_bytes(issuer.pem())
    unsigned = lint(issuer.text(), "--trust", snapshot, "--trust-signer", tmp_path / "signer.pem")
    assert (unsigned.exit_code, "is not signed" in unsigned.stderr) == (3, True)


def test_json_has_an_object_for_each_certificate_and_a_summary(issuer: LittleIssuer) -> None:
    faulty = issuer.text(issuer.payload(vaccination(dn=3)))
    done = lint("-", "--json", stdin=f"{issuer.text()}\n{faulty}\n")
    assert done.exit_code == 1
    good, bad, summary = map(json.loads, done.stdout.splitlines())
    assert good == {"source": {"file": "-", "row": 1}, "findings": []}
    finding = {"rule": "dose_in_series", "severity": "error", "field": "v/dn", "message": "dose 3 of 2"}
    assert bad == {"source": {"file": "-", "row": 2}, "findings": [finding]}
    counts = {"certificates": 2, "faulty": 1, "faults": {"dose_in_series": 1}, "remarks": {}}
    assert summary == {"summary": counts}


def test_what_we_issue_is_without_fault(tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "issuer")
    made = signer("synth", tmp_path / "nation", "--people", 300, "--seed", 6)
    assert made.exit_code == 0, made.output
    shots, out = tmp_path / "nation" / "shots.parquet", tmp_path / "issued"
    issued = signer(
        "issue", shots, "--profile", profile, "--out", out, "--issued-at", ISSUED_AT_TEXT, "--workers", 1
    )
    assert issued.exit_code == 0, issued.output
    part, dsc = out / "certificates" / "part-00000.parquet", profile.parent / "keys" / "dsc.pem"
    done = lint(part, "--trust", dsc)
    lines = done.stdout.splitlines()  # the summary: a remark that all share is no line for each
    assert (done.exit_code, len(lines)) == (0, 1), lines[:5]


# --- explaining


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_explained(name: str) -> None:
    done = lint("--explain", name)
    assert done.exit_code == 0
    first, asks, *_, source = done.stdout.splitlines()
    assert first == f"{name} ({RULES[name].severity})"
    assert asks == f"  {RULES[name].asks}"
    assert source == f"  Source: {RULES[name].source}"


def test_all_rules_are_explained_at_once() -> None:
    done = lint("--explain", "all", "--json")
    assert [json.loads(line)["rule"] for line in done.stdout.splitlines()] == list(RULES)


def test_an_unknown_rule_and_nothing_at_all_are_wrong_usage() -> None:
    unknown = lint("--explain", "no_such_rule")
    assert (unknown.exit_code, "qr_level" in unknown.stderr) == (2, True)
    assert lint().exit_code == 2


def test_explaining_takes_no_certificates(issuer: LittleIssuer) -> None:
    done = lint("--explain", "qr_level", issuer.text())
    assert (done.exit_code, done.stdout) == (2, "")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "codes.txt").touch()
    assert lint(tmp_path / "codes.txt").exit_code == 3
