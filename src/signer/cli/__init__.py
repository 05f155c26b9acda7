"""The command `signer`: finds the subcommand, and turns errors into one line and an exit code."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import traceback
from collections.abc import Mapping
from typing import Any

import click

from signer import __version__
from signer.cli import ui
from signer.errors import SignerError, StoppedHalfWay

__all__ = ["main"]

SUBCOMMANDS: Mapping[str, str] = {
    "init": "Write a profile for an issuer, and its secrets.",
    "keys": "Make, check and show issuer certificates and keys.",
    "synth": "Make up shots and a population to try things with.",
    "attest": "Sign files of shots, and check who signed them.",
    "clean": "Hold shots against the population register.",
    "issue": "Turn shots into signed certificates.",
    "renew": "Sign certificates anew before they expire.",
    "revoke": "Withdraw certificates by rule, or restore them.",
    "revocations": "Write what verifiers and the gateway are told of revoked certificates.",
    "status": "Show the campaigns of a registry, and whether they end in time.",
    "explain": "Say why a person has no certificate, or which ones.",
    "changes": "Write what has changed in a registry since a version.",
    "report": "Make a page of where a registry stands.",
    "registry": "Look after the folder of a registry.",
    "audit": "Check all that a registry holds.",
    "pack": "Deliver certificates as texts, pictures or sheets.",
    "verify": "Check certificates offline.",
    "trust": "Take in lists of others' keys, and publish one's own.",
    "lint": "Say what an issuer should do better in certificates.",
    "vectors": "Write certificates as test vectors for other countries.",
    "show": "Draw a certificate's QR code, and show what it says.",
    "demo": "Show all of it at work on made-up shots.",
}
"""Name and help of each; the command is the object of that name in the module of that name in this folder."""


class LazyGroup(click.Group):
    """Imports a subcommand only when it is called, so that `signer --help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        gc.disable()  # what is imported stays: to look for garbage in it is a tenth of a short command
        command: click.Command = getattr(importlib.import_module(f"signer.cli.{cmd_name}"), cmd_name)
        gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the subcommand; what it raises becomes a line on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except SignerError as error:
            ui.error(str(error))
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            ui.error("interrupted; the same command resumes or starts again")
            ctx.exit(StoppedHalfWay.exit_code)
        except BrokenPipeError:
            _discard_output()
            ctx.exit(StoppedHalfWay.exit_code)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception:  # a bug: 1, Python's code for it, would read as "done, with many refusals"
            ui.note(traceback.format_exc())
            ui.error("this is a mistake in signer, not in its input; please report the lines above")
            ctx.exit(StoppedHalfWay.exit_code)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="signer", message="%(prog)s %(version)s")
def main() -> None:
    """Turn vaccination records into verifiable QR certificates, in bulk.

    Results go to stdout, all else to stderr. Exit codes: 0 done, 1 done with too many refusals,
    2 wrong usage, 3 refused before starting, 4 stopped half way.
    """


def _discard_output() -> None:
    """Points stdout at nothing, so that the flush at exit does not complain of the closed pipe."""
    descriptor = os.open(os.devnull, os.O_WRONLY)
    os.dup2(descriptor, sys.stdout.fileno())
    os.close(descriptor)
