"""`signer explain`: why a person has no certificate, or which ones, and who must act."""

from __future__ import annotations

import getpass
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from signer.campaign.explain_facts import AskedFor, Name, Person, Shot
from signer.campaign.explain_log import Asker
from signer.campaign.explain_run import ExplainOrder, Explanation
from signer.campaign.explain_run import explain as run_explain
from signer.cli import ui
from signer.cli.cores import usable_cores
from signer.cli.moment import MomentType
from signer.cli.unicode_texts import unicode_text
from signer.reporting.explain_findings import Finding
from signer.reporting.explain_words import LANGUAGES, FindingWords
from signer.revoking.identifiers import fault_of, id_of

__all__ = ["explain"]

BIRTH = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", re.ASCII)
MOST_THREADS = 8


@click.command()
@click.argument("registry", metavar="REGISTRY", type=click.Path(path_type=Path))
@click.option("--person", metavar="ID", callback=unicode_text, help="Ask by the person's number.")
@click.option("--shot", metavar="ID", callback=unicode_text, help="Ask by the id of a shot; blanks count.")
@click.option(
    "--name", metavar="NAME", callback=unicode_text, help="Ask by full name, with --dob and --cleaned."
)
@click.option("--dob", metavar="DATE", help="Date of birth: YYYY-MM-DD, YYYY-MM or YYYY.")
@click.option(
    "--profile", metavar="FILE", required=True, type=click.Path(path_type=Path),
    help="The issuer's, for the secret that numbers are kept under.",
)  # fmt: skip
@click.option(
    "--cleaned", metavar="DIR", multiple=True, type=click.Path(path_type=Path),
    help="Folder of `signer clean`; repeatable, the oldest first.",
)  # fmt: skip
@click.option(
    "--lang", type=click.Choice([*LANGUAGES, "both"]), default="en", show_default=True, help="Language."
)
@click.option(
    "--access-log", metavar="FILE", type=click.Path(path_type=Path),
    help="Where the look-up is logged; REGISTRY/access.log, by default.",
)  # fmt: skip
@click.option(
    "--who",
    metavar="NAME",
    callback=unicode_text,
    help="Who asks, for the log, beside the user of the system.",
)
@click.option("--at", metavar="TIME", type=MomentType(), help="Answer as of this time; now, by default.")
@click.option("--deadline", metavar="TIME", type=MomentType(), help="By when whoever must act is to do so.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def explain(
    *,
    registry: Path,
    person: str | None,
    shot: str | None,
    name: str | None,
    dob: str | None,
    profile: Path,
    cleaned: tuple[Path, ...],
    lang: str,
    access_log: Path | None,
    who: str | None,
    at: int | None,
    deadline: int | None,
    as_json: bool,
) -> None:
    """Say why a person has no certificate in REGISTRY, or which ones, who must act, and by when.

    Ask by --person, by --shot, or by --name and --dob. Without --cleaned only certificates and refusals at
    issuing are known, and no names. Nothing is told of anybody else. Every look-up is logged, without the
    person's data; one that cannot be logged is refused.
    """
    asked_for = _asked_for(person, shot, name, dob)
    if isinstance(asked_for, Name) and not cleaned:
        raise click.UsageError(
            "a registry holds no names: --name needs --cleaned DIR, as `signer clean` made it"
        )
    asked_at = int(time.time())
    found = run_explain(
        ExplainOrder(
            registry=registry,
            asked_for=asked_for,
            profile=profile,
            rounds=cleaned,
            log=access_log,
            asker=Asker(_user(), who),
            asked_at=asked_at,
            now=asked_at if at is None else at,
            deadline=deadline,
            n_threads=min(usable_cores(), MOST_THREADS),
        )
    )
    words = [FindingWords(LANGUAGES[each], found.utc_offset_minutes) for each in _languages(lang)]
    if as_json:
        ui.json_result(_as_json(found, dict(zip(_languages(lang), words, strict=True))))
    else:
        told = ("\n".join(map(_printable, _in_words(found, each))) for each in words)
        ui.result("\n\n".join(told))


def _asked_for(person: str | None, shot: str | None, name: str | None, dob: str | None) -> AskedFor:
    given = [each for each in (person, shot, name) if each is not None]
    if len(given) != 1 or (name is None) != (dob is None):
        raise click.UsageError("ask by one of --person ID, --shot ID, and --name NAME with --dob DATE")
    if not given[0].strip():
        raise click.UsageError("what is asked for is empty")
    if person is not None:
        return Person(_number(person))
    if shot is not None:
        if shot != shot.strip():
            ui.note("the id of the shot has blanks around it, which count, as they do in `signer issue`")
        return Shot(shot)
    if dob is None or not _is_date(dob):
        raise click.BadParameter("is no date: write YYYY-MM-DD, YYYY-MM or YYYY", param_hint="--dob")
    return Name(given[0], dob)


def _number(text: str) -> str:
    """A person's number as records have it; people read it out in groups."""
    number = id_of("person_id", text.replace(" ", ""))
    if told := fault_of("person_id", number):
        wanted = "write a CCCD of 12 digits, a CMND of 9, or a passport number, letters and digits only"
        raise click.BadParameter(f"{told}; {wanted}", param_hint="--person")
    return number


def _is_date(text: str) -> bool:
    if not BIRTH.fullmatch(text):
        return False
    try:
        date(*map(int, [*text.split("-"), "1", "1"][:3]))
    except ValueError:
        return False
    return True


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have a number without a name
        return "unknown"


def _languages(lang: str) -> list[str]:
    return list(LANGUAGES) if lang == "both" else [lang]


def _as_json(found: Explanation, words: dict[str, FindingWords]) -> dict[str, Any]:
    return {
        "by": found.by,
        "certificate_in_force": found.is_in_force,
        "findings": [
            finding.as_dict()
            | {"text": {name: " ".join(_lines(finding, each)) for name, each in words.items()}}
            for finding in found.findings
        ],
    }


def _in_words(found: Explanation, words: FindingWords) -> Iterator[str]:
    if verdict := words.verdict(found.findings):
        yield verdict
    heading = ""
    for finding in found.findings:
        if (new := words.heading(finding)) and new != heading:
            yield f"{new}:"
            heading = new
        yield from (f"  {line}" for line in _lines(finding, words))


def _lines(finding: Finding, words: FindingWords) -> list[str]:
    return [line for line in (words.sentences(finding), words.who(finding)) if line]


def _printable(line: str) -> str:
    """Names of places are as somebody typed them; a terminal is not to obey them."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in line)
