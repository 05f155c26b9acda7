"""`signer lint`: what an issuer should do better in certificates, rule by rule."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from signer.campaign.lint_certificate import lint_code
from signer.cli import ui
from signer.cli.code_place import place_of, source_of
from signer.cli.words import counted
from signer.errors import CertificateInvalid, InputUnreadable
from signer.linting import RULES, Finding, Rule
from signer.verifying import TrustStore
from signer.verifying.code import Code
from signer.verifying.codes import read_codes

__all__ = ["lint"]


@click.command()
@click.argument("codes", nargs=-1, metavar="[TEXT_OR_FILE]...")
@click.option(
    "--trust", "trust_path", type=click.Path(path_type=Path), metavar="DIR_OR_PEM",
    help="DSCs to hold the certificates against, too.",
)  # fmt: skip
@click.option("--explain", metavar="RULE", help="Say what a rule asks, why, and where it comes from; or all.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, one object a line for all.")
@click.pass_context
def lint(
    ctx: click.Context, *, codes: tuple[str, ...], trust_path: Path | None, explain: str | None, as_json: bool
) -> None:
    """Say what an issuer should do better in certificates: faults that verifiers stumble over.

    Takes what `signer verify` takes: HC1 texts, tables, pictures, PDFs, or - for standard input. Of a picture
    the QR code is looked at, too. Ends with 1 where there is an error or a warning; remarks alone do not
    count. Whether a certificate is genuine and in force is for `signer verify` to say.
    """
    if explain is not None:
        _explain(explain, as_json)
        return
    if not codes:
        raise click.UsageError("give certificates, or --explain RULE")
    trust = None if trust_path is None else TrustStore.load(trust_path)
    counts = _Counts()
    at = datetime.now(UTC)
    for argument in codes:
        for code in read_codes(argument):
            findings = lint_code(code, trust, at)
            counts.add(findings)
            _show(code, findings, as_json)
    if not counts.n_certificates:
        raise InputUnreadable("there is no certificate to lint in what was given")
    if not as_json:
        ui.result(counts.in_words())
    ctx.exit(CertificateInvalid.exit_code if counts.n_faulty else 0)


class _Counts:
    """How many certificates there were, and how many break which rule."""

    def __init__(self) -> None:
        self.n_certificates = self.n_faulty = 0
        self.by_rule: Counter[str] = Counter()

    def add(self, findings: list[Finding]) -> None:
        self.n_certificates += 1
        self.n_faulty += any(finding.rule.severity.is_fault for finding in findings)
        self.by_rule.update({finding.rule.name for finding in findings})

    def in_words(self) -> str:
        rules = ", ".join(f"{count:,} {name}" for name, count in self.by_rule.most_common())
        told = f"{counted(self.n_certificates, 'certificate')}, {self.n_faulty:,} with errors or warnings"
        return f"{told}: {rules}" if rules else told


def _show(code: Code, findings: list[Finding], as_json: bool) -> None:
    if as_json:
        ui.json_result({"source": source_of(code), "findings": [_finding_object(each) for each in findings]})
        return
    for finding in findings:
        rule = finding.rule
        ui.result(f"{rule.severity:<7}  {place_of(code)}  {rule.name}  {finding.field}: {finding.message}")


def _explain(name: str, as_json: bool) -> None:
    if name != "all" and name not in RULES:
        raise click.BadParameter(f"{name!r} is no rule; the rules are {', '.join(RULES)}, or all")
    rules = list(RULES.values()) if name == "all" else [RULES[name]]
    if as_json:
        for rule in rules:
            ui.json_result(_rule_object(rule))
    else:
        ui.result("\n\n".join(map(_rule_text, rules)))


def _rule_text(rule: Rule) -> str:
    why = f"\n  {rule.why}" if rule.why else ""
    return f"{rule.name} ({rule.severity})\n  {rule.asks}{why}\n  Source: {rule.source}"


def _rule_object(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.name,
        "severity": str(rule.severity),
        "source": rule.source,
        "asks": rule.asks,
        "why": rule.why,
    }


def _finding_object(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule.name,
        "severity": str(finding.rule.severity),
        "field": finding.field,
        "message": finding.message,
    }
