"""`signer show`: one certificate as a QR code in the terminal, what it says, and how large it is."""

from __future__ import annotations

import shutil
import sys
from itertools import islice
from typing import Any

import click

from signer._core import QrSymbol, qr_symbol
from signer.cli import ui
from signer.cli.content import Field, Section, claims_sections, header_section, table
from signer.cli.half_blocks import BLOCKS, QUIET_ZONE, half_blocks
from signer.cli.json_values import as_json
from signer.cli.picture_options import symbol_options
from signer.cli.words import counted
from signer.errors import CertificateInvalid, InputUnreadable, QrTextUnfit
from signer.verifying.codes import read_codes
from signer.verifying.layers import Layers, take_apart

__all__ = ["show"]


@click.command()
@click.argument("code", metavar="TEXT_OR_FILE")
@symbol_options
@click.option("--json", "as_object", is_flag=True, help="Answer in JSON, without the drawing.")
@click.pass_context
def show(ctx: click.Context, *, code: str, qr_level: str, qr_raise_level: bool, as_object: bool) -> None:
    """Draw a certificate's QR code, and show what it says; nothing is verified.

    Takes an HC1 text, a file with one (.txt, .csv, .parquet, .png, .jpg, .pdf), or - for a line of standard
    input. A text on the command line can be seen by others on this machine: prefer a file or -. Ends with 1
    if the text cannot be decoded, or is none that a QR code can hold.
    """
    text = _only_text(code)
    layers = take_apart(text)
    symbol = _symbol(text, qr_level, qr_raise_level)
    if as_object:
        ui.json_result(_object(text, layers, symbol))
    else:
        _print(text, layers, symbol)
    failures = [failure for failure in (layers.failure, symbol) if isinstance(failure, Exception)]
    for failure in failures:
        ui.error(str(failure))
    ctx.exit(CertificateInvalid.exit_code if failures else 0)


def _only_text(argument: str) -> str:
    """The one text of an argument. Raises InputUnreadable for none or several, and why it cannot be read."""
    codes = list(islice(read_codes(argument), 2))
    if len(codes) != 1:
        place = "standard input" if argument == "-" else argument
        raise InputUnreadable(f"{place} holds {'several codes' if codes else 'no code'}; give just one")
    (code,) = codes
    if code.failure is not None:
        raise code.failure
    return code.text


def _symbol(text: str, level: str, raise_level: bool) -> QrSymbol | QrTextUnfit:
    try:
        return qr_symbol(text, level=level, raise_level=raise_level)
    except QrTextUnfit as failure:
        return failure


def _print(text: str, layers: Layers, symbol: QrSymbol | QrTextUnfit) -> None:
    if isinstance(symbol, QrSymbol):
        _draw(symbol)
    ui.result("not verified: anyone can write what follows; signer verify checks it\n")
    sections = [] if layers.message is None else [header_section(layers.message)]
    sections += claims_sections(layers.claims) if layers.claims is not None else []
    ui.result(table([*sections, _size_section(text, layers), *_symbol_section(symbol)]))


def _draw(symbol: QrSymbol) -> None:
    obstacle = _obstacle(symbol.side + 2 * QUIET_ZONE)
    if obstacle is not None:
        ui.note(f"{obstacle} to see the QR code")
    else:
        ui.result(half_blocks(symbol, coloured=sys.stdout.isatty()) + "\n")


def _obstacle(n_columns: int) -> str | None:
    """What keeps a drawing of so many columns from being shown unbroken, and what to do about it."""
    encoding = sys.stdout.encoding or "utf-8"
    if BLOCKS.encode(encoding, "replace").decode(encoding) != BLOCKS:
        return f"{encoding} has no blocks to draw with: write UTF-8"
    n_there = shutil.get_terminal_size().columns
    if sys.stdout.isatty() and n_there < n_columns:
        return f"the terminal has {n_there} columns: widen it to {n_columns}"
    return None


def _size_section(text: str, layers: Layers) -> Section:
    sizes = {"compressed": layers.n_compressed_bytes, "CBOR": layers.n_cbor_bytes}
    fields = [Field("", name, counted(size, "byte")) for name, size in sizes.items() if size is not None]
    return Section("size", [Field("", "text", counted(len(text), "character")), *fields])


def _symbol_section(symbol: QrSymbol | QrTextUnfit) -> list[Section]:
    if isinstance(symbol, QrTextUnfit):
        return []
    side = f"{symbol.side} modules"
    values = {"version": symbol.version, "side": side, "level": symbol.level, "mask": symbol.mask}
    return [
        Section("QR code, as drawn here", [Field("", name, str(value)) for name, value in values.items()])
    ]


def _object(text: str, layers: Layers, symbol: QrSymbol | QrTextUnfit) -> dict[str, Any]:
    message = layers.message
    header = None if message is None else {"alg": as_json(message.algorithm), "kid": as_json(message.kid)}
    return {
        "verified": False,
        "failures": [str(failure) for failure in (layers.failure, symbol) if isinstance(failure, Exception)],
        "text": text,
        "header": header,
        "claims": as_json(layers.claims),
        "characters": len(text),
        "compressed_bytes": layers.n_compressed_bytes,
        "cbor_bytes": layers.n_cbor_bytes,
        "qr": _symbol_object(symbol),
    }


def _symbol_object(symbol: QrSymbol | QrTextUnfit) -> dict[str, Any] | None:
    if isinstance(symbol, QrTextUnfit):
        return None
    return {name: getattr(symbol, name) for name in ("version", "side", "level", "mask")}
