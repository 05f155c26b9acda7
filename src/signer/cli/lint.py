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
from signer.cli.trust_options import optional_trust_options, read_trust
from signer.cli.words import counted
from signer.errors import CertificateInvalid, InputUnreadable
from signer.linting import RULES, Finding, Rule
from signer.verifying import TrustStore
from signer.verifying.code import Code
from signer.verifying.codes import read_codes

__all__ = ["lint"]


@click.command()
@click.argument("codes", nargs=-1, metavar="[TEXT_OR_FILE]...")
@optional_trust_options
@click.option("--explain", metavar="RULE", help="Say what a rule asks, why, and where it comes from; or all.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, one object a line for all.")
@click.option("--verbose", is_flag=True, help="Show remarks, too.")
@click.pass_context
def lint(
    ctx: click.Context,
    *,
    codes: tuple[str, ...],
    trust_path: Path | None,
    trust_signer: Path | None,
    max_age_days: int,
    explain: str | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """Say what an issuer should do better in certificates: faults that verifiers stumble over.

    Takes what `signer verify` takes: HC1 texts, tables, pictures, PDFs, or - for standard input. Of a picture
    the QR code is looked at, too, and with --trust the DSC. Ends with 1 where there is an error or a warning;
    remarks alone do not count. Whether a certificate is genuine and in force is for `signer verify` to say.
    """
    if (explain is None) == (not codes):
        raise click.UsageError("give either certificates, or --explain RULE")
    if trust_signer is not None and trust_path is None:
        raise click.UsageError("--trust-signer goes with --trust")
    if explain is not None:
        _explain(explain, as_json)
        return
    trust = None if trust_path is None else read_trust(trust_path, trust_signer, max_age_days)
    counts = _lint_all(codes, trust, as_json=as_json, verbose=verbose)
    if not counts.n_certificates:
        raise InputUnreadable("there is no certificate to lint in what was given")
    if as_json:
        ui.json_result({"summary": counts.as_dict()})
    else:
        ui.result(counts.in_words())
    ctx.exit(CertificateInvalid.exit_code if counts.n_faulty else 0)


class _Counts:
    """How many certificates there were, and how many break which rule, the most broken rule first."""

    def __init__(self) -> None:
        self.n_certificates = self.n_faulty = 0
        self._by_rule: Counter[str] = Counter()

    def add(self, findings: list[Finding]) -> None:
        self.n_certificates += 1
        self.n_faulty += any(finding.rule.severity.is_fault for finding in findings)
        self._by_rule.update({finding.rule.name for finding in findings})

    def as_dict(self) -> dict[str, Any]:
        return {
            "certificates": self.n_certificates,
            "faulty": self.n_faulty,
            "faults": self._broken(are_faults=True),
            "remarks": self._broken(are_faults=False),
        }

    def in_words(self) -> str:
        told = f"{counted(self.n_certificates, 'certificate')}, {self.n_faulty:,} with errors or warnings"
        if faults := self._broken(are_faults=True):
            told += f": {_listed(faults)}"
        if remarks := self._broken(are_faults=False):
            told += f"; remarks: {_listed(remarks)}"
        return told

    def _broken(self, *, are_faults: bool) -> dict[str, int]:
        ordered = sorted(self._by_rule.items(), key=lambda item: (-item[1], item[0]))
        return {name: count for name, count in ordered if RULES[name].severity.is_fault is are_faults}


def _listed(rules: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in rules.items())


def _lint_all(
    arguments: tuple[str, ...], trust: TrustStore | None, *, as_json: bool, verbose: bool
) -> _Counts:
    """Shows the findings of one certificate after the other."""
    counts, at = _Counts(), datetime.now(UTC)
    for argument in arguments:
        for code in read_codes(argument):
            findings = lint_code(code, trust, at)
            counts.add(findings)
            if as_json:
                objects = [_finding_object(finding) for finding in findings]
                ui.json_result({"source": source_of(code), "findings": objects})
            else:
                _show(code, [each for each in findings if verbose or each.rule.severity.is_fault])
    return counts


def _show(code: Code, findings: list[Finding]) -> None:
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
