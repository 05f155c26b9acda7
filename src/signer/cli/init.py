"""`signer init`: a folder with a commented profile, secrets, and development keys if wanted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from signer.cli import ui
from signer.cli.keys import checked_country
from signer.errors import OutputExists
from signer.keys import create_csca, create_dsc, create_secret, write_key_pair
from signer.keys.files import create_file
from signer.records.products import NATIONAL_NAMES

__all__ = ["init", "profile_text"]

TEMPLATE = """\
# The profile of one issuer: in whose name, for how long and with which keys `signer issue` signs.
# Paths are relative to this file's folder. docs/profile.md explains every entry.

[issuer]
country = "{country}"          # two capital letters; the DSC must be of the same country
name = "Ministry of Health"    # `is` in every certificate: who issued it, at most 80 characters
utc_offset = "+07:00"          # the issuer's clock: a shot dated after its today is refused

[certificate]
validity_months = 12           # from the time of issue, 1 to 24; the DSC must outlive it
uvci_checksum = false          # true appends # and a check character to every UVCI

[keys]
dsc = "keys/dsc.pem"           # certificate of the document signer
key = "keys/dsc.key"           # its private key: PKCS#8, P-256, mode 0600
csca = "keys/csca.pem"         # the national root that signed the DSC
# passphrase_file = "keys/dsc.passphrase"   # only if the key is encrypted, and only one of the two
# passphrase_env = "SIGNER_PASSPHRASE"

[secrets]                      # never change them: the same shot would get another UVCI
uvci = "uvci.secret"
person = "person.secret"

[limits]
refused_share = 0.25           # a run that refuses a greater share of its rows ends with exit code 1

[products]                     # how the vaccine is called in your shots = its product code (mp)
{products}
"""

KEY_STEPS = """\
next, best on a machine that does not issue, with a passphrase in FILE:
  signer keys csca --country {country} --out root --passphrase-file FILE
  signer keys dsc --csca root --csca-passphrase-file FILE --out {keys}
  cp root/csca.pem {keys}
csca.key stays in root and is never copied (docs/keys.md)"""

DEV_KEY_FILES = ("keys/csca.pem", "keys/csca.key", "keys/dsc.pem", "keys/dsc.key")


def profile_text(country: str) -> str:
    """The profile that a new issuer starts with, in TOML."""
    products = "\n".join(f'"{name}" = "{mp}"' for name, mp in NATIONAL_NAMES.items())
    return TEMPLATE.format(country=country, products=products)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--country",
    callback=checked_country,
    default="VN",
    show_default=True,
    metavar="CC",
    help="Two capital letters.",
)
@click.option("--dev-keys", is_flag=True, help="Also make a CSCA and a DSC to try things with.")
@click.option("--json", "as_json", is_flag=True, help="Say in JSON what was written.")
def init(folder: Path, country: str, dev_keys: bool, as_json: bool) -> None:
    """Write DIR/profile.toml and the secrets that it names."""
    names = ["profile.toml", "uvci.secret", "person.secret", *(DEV_KEY_FILES if dev_keys else ())]
    written = [folder / name for name in names]
    _refuse_existing(written)
    create_secret(folder / "uvci.secret")
    create_secret(folder / "person.secret")
    if dev_keys:
        _write_dev_keys(folder / "keys", country)
    profile = folder / "profile.toml"  # last, so that a profile is there only if all it names is
    create_file(profile, profile_text(country).encode("utf-8"), private=False)
    _report(written, profile, folder, country, dev_keys=dev_keys, as_json=as_json)


def _refuse_existing(paths: list[Path]) -> None:
    for path in paths:
        if path.exists() or path.is_symlink():
            raise OutputExists(f"{path}: is there already; name another folder, or move it away")


def _write_dev_keys(folder: Path, country: str) -> None:
    now = datetime.now(UTC)
    csca = create_csca(country, now=now)
    write_key_pair(csca, folder, "csca", None)
    write_key_pair(create_dsc(csca, now=now), folder, "dsc", None)


def _report(
    written: list[Path], profile: Path, folder: Path, country: str, *, dev_keys: bool, as_json: bool
) -> None:
    if as_json:
        ui.json_result({"profile": str(profile), "written": [str(path) for path in written]})
        return
    ui.result("\n".join(f"wrote {path}" for path in written))
    if dev_keys:
        ui.note("the keys are for development: they are not encrypted and nobody trusts them")
        ui.note(f"next: signer issue SHOTS --profile {profile} --out DIR")
    else:
        ui.note(KEY_STEPS.format(country=country, keys=folder / "keys"))
    if country != "VN":
        ui.note(f"edit name, utc_offset and [products] in {profile}: they are those of Vietnam")
