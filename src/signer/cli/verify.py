"""`signer verify`: checks certificates offline and says for each whether it is valid, and if not, why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from signer.campaign.verify_run import VerifyOrder, verify_in_bulk
from signer.cli import ui
from signer.cli.code_place import place_of, source_of
from signer.cli.json_values import as_json
from signer.cli.revoked_options import read_revocations, revoked_option
from signer.cli.run import run_logged, usable_cores
from signer.cli.trust_options import read_trust, trust_options
from signer.cli.verify_text import in_words
from signer.errors import CertificateInvalid, InputUnreadable
from signer.verifying import Revocations, TrustStore, Verified, peek
from signer.verifying import verify as verify_text
from signer.verifying.codes import Code, read_codes

__all__ = ["verify"]


def time_of(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime:
    """The callback of `--at`: the time asked for, in UTC where it names no zone, or now."""
    if value is None:
        return datetime.now(UTC)
    try:
        time = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no time such as 2022-04-14T09:30:00Z") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


@click.command()
@click.argument("codes", nargs=-1, required=True, metavar="TEXT_OR_FILE...")
@trust_options
@revoked_option
@click.option("--at", callback=time_of, metavar="TIME", help="Check as of this time instead of now.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, one object a line for all.")
@click.option("--verbose", is_flag=True, help="Show the valid ones too.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write all verdicts to this Parquet file, and show a summary.",
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, 1024),
    help="Processes, with --out; one a usable core, by default.",
)
@click.pass_context
def verify(
    ctx: click.Context,
    *,
    codes: tuple[str, ...],
    trust_path: Path,
    trust_signer: Path | None,
    max_age_days: int,
    revoked_paths: tuple[Path, ...],
    at: datetime,
    as_json: bool,
    verbose: bool,
    out: Path | None,
    workers: int | None,
) -> None:
    """Check certificates offline; show those that are invalid, and how many are valid.

    Takes HC1 texts, and files of them: .txt with one a line, .csv, .ndjson and .parquet with a column hc1,
    pictures (.png, .jpg) and .pdf with QR codes, a folder, .zip or .tar of pictures, or - for lines of
    standard input. Ends with 0 only if all are valid. A text on the command line can be seen by others on
    this machine.
    """
    _check_usage(out, workers, verbose=verbose)
    trust = read_trust(trust_path, trust_signer, max_age_days)
    revocations = read_revocations(revoked_paths, trust_signer, max_age_days)
    if out is None:
        judge = partial(_verdict, trust=trust, at=at, revocations=revocations)
        ctx.exit(_one_by_one(codes, judge, as_json=as_json, verbose=verbose))
    order = VerifyOrder(codes, trust, at, out, workers or usable_cores(), revocations)
    ctx.exit(_in_bulk(order, as_json=as_json))


def _check_usage(out: Path | None, workers: int | None, *, verbose: bool) -> None:
    if out is None:
        if workers is not None:
            raise click.UsageError("--workers goes with --out")
        return
    if verbose:
        raise click.UsageError("--verbose shows all verdicts, and --out writes them to a file: leave one out")
    if out.suffix.lower() != ".parquet":
        raise click.UsageError("--out writes Parquet: name a file that ends in .parquet")


def _one_by_one(
    arguments: tuple[str, ...], judge: Callable[[Code], Verdict], *, as_json: bool, verbose: bool
) -> int:
    """Shows a verdict after the other, and gives the exit code."""
    verdicts: Counter[str | None] = Counter()
    for argument in arguments:
        for code in read_codes(argument):
            verdict = judge(code)
            verdicts[verdict.reason if isinstance(verdict, CertificateInvalid) else None] += 1
            if as_json:
                ui.json_result(_object(code, verdict))
            elif verbose or isinstance(verdict, CertificateInvalid):
                ui.result(_line(code, verdict))
    if not verdicts:
        raise InputUnreadable("there is no certificate to check in what was given")
    if not as_json:
        ui.result(_summary(verdicts))
    return 0 if set(verdicts) == {None} else CertificateInvalid.exit_code


def _in_bulk(order: VerifyOrder, *, as_json: bool) -> int:
    """Verifies by workers, shows the summary, and gives the exit code."""
    summary = run_logged(verify_in_bulk, order, "verifying")
    if as_json:
        ui.json_result(summary.as_dict())
    else:
        ui.result("\n".join(in_words(summary)))
    return CertificateInvalid.exit_code if summary.invalid else 0


Verdict = Verified | CertificateInvalid


def _verdict(code: Code, trust: TrustStore, at: datetime, revocations: Revocations) -> Verdict:
    if code.failure is not None:
        return code.failure
    try:
        return verify_text(code.text, trust, at, revocations)
    except CertificateInvalid as failure:
        return failure


def _object(code: Code, verdict: Verdict) -> dict[str, Any]:
    if isinstance(verdict, CertificateInvalid):
        return _invalid_object(code, verdict)
    return _valid_object(code, verdict)


def _line(code: Code, verdict: Verdict) -> str:
    if isinstance(verdict, CertificateInvalid):
        return f"invalid  {place_of(code)}  {verdict.reason}: {verdict}"
    return f"valid    {place_of(code)}  {_description(verdict)}"


def _valid_object(code: Code, verified: Verified) -> dict[str, Any]:
    return {
        "verdict": "valid",
        "reason": None,
        "layer": None,
        "message": None,
        "source": source_of(code),
        "kid": verified.kid.hex(),
        "algorithm": verified.algorithm,
        "country": verified.country,
        "marks": list(verified.marks),
        "claims": {
            "iss": verified.issuer,
            "iat": _seconds(verified.issued_at),
            "exp": _seconds(verified.expires_at),
            "dcc": as_json(verified.dcc),
        },
    }


def _invalid_object(code: Code, failure: CertificateInvalid) -> dict[str, Any]:
    return {
        "verdict": "invalid",
        "reason": failure.reason,
        "layer": failure.layer,
        "message": str(failure),
        "source": source_of(code),
        "claims": as_json(peek(code.text)),
    }


def _seconds(time: datetime) -> int | float:
    """Seconds since 1970, whole ones as an integer whatever the issuer wrote."""
    seconds = time.timestamp()
    return int(seconds) if seconds.is_integer() else seconds


def _description(verified: Verified) -> str:
    issuer = verified.issuer if verified.issuer and verified.issuer.isprintable() else "unnamed"
    marks = f", {', '.join(verified.marks)}" if verified.marks else ""
    until = verified.expires_at.isoformat()
    return f"issuer {issuer}, {verified.algorithm}, kid {verified.kid.hex()}, until {until}{marks}"


def _summary(verdicts: Counter[str | None]) -> str:
    n_valid = verdicts[None]
    reasons = [f"{count} {reason}" for reason, count in verdicts.most_common() if reason is not None]
    return f"{n_valid} valid, {verdicts.total() - n_valid} invalid" + (
        f": {', '.join(reasons)}" if reasons else ""
    )
