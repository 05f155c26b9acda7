"""Names of countries in trust lists: two letters in certificates, three in WHO's documents (ISO 3166-1)."""

from __future__ import annotations

from typing import Final

from signer.records.countries import COUNTRIES

__all__ = ["is_same_country", "two_letters"]

_ALIASES: Final = {"EL": "GR", "UK": "GB"}
"""How the EU writes Greece and the United Kingdom, and how ISO does."""

_IRREGULAR: Final = {
    "ABW": "AW", "AGO": "AO", "ALA": "AX", "AND": "AD", "ARE": "AE", "ARM": "AM", "ATA": "AQ", "ATF": "TF",
    "ATG": "AG", "AUT": "AT", "BDI": "BI", "BEN": "BJ", "BES": "BQ", "BGD": "BD", "BHS": "BS", "BIH": "BA",
    "BLR": "BY", "BLZ": "BZ", "BRB": "BB", "BRN": "BN", "CAF": "CF", "CHL": "CL", "CHN": "CN", "COD": "CD",
    "COG": "CG", "COK": "CK", "COM": "KM", "CPV": "CV", "CUW": "CW", "CYM": "KY", "DNK": "DK", "ESH": "EH",
    "EST": "EE", "FLK": "FK", "FRO": "FO", "FSM": "FM", "GIN": "GN", "GLP": "GP", "GNB": "GW", "GNQ": "GQ",
    "GRD": "GD", "GRL": "GL", "GUF": "GF", "GUY": "GY", "IRL": "IE", "IRQ": "IQ", "ISR": "IL", "JAM": "JM",
    "KAZ": "KZ", "KOR": "KR", "LBR": "LR", "LBY": "LY", "MAC": "MO", "MAF": "MF", "MDG": "MG", "MDV": "MV",
    "MEX": "MX", "MLT": "MT", "MNE": "ME", "MNP": "MP", "MOZ": "MZ", "MTQ": "MQ", "MYT": "YT", "NIU": "NU",
    "PAK": "PK", "PCN": "PN", "PLW": "PW", "PNG": "PG", "POL": "PL", "PRK": "KP", "PRT": "PT", "PRY": "PY",
    "PYF": "PF", "SEN": "SN", "SGS": "GS", "SLB": "SB", "SLV": "SV", "SPM": "PM", "SRB": "RS", "SUR": "SR",
    "SVK": "SK", "SVN": "SI", "SWE": "SE", "SWZ": "SZ", "SYC": "SC", "TCD": "TD", "TKM": "TM", "TUN": "TN",
    "TUR": "TR", "TUV": "TV", "UKR": "UA", "URY": "UY", "WLF": "WF",
}  # fmt: skip
"""Three letters and the two of the same country, where these are not just the first of those."""


def two_letters(code: str) -> str | None:
    """The two letters of a country given by two or by three; None for what is no country."""
    upper = code.upper()
    short = upper if len(upper) == 2 else _IRREGULAR.get(upper, upper[:2]) if len(upper) == 3 else ""
    return short if _ALIASES.get(short, short) in COUNTRIES else None


def is_same_country(one: str, other: str) -> bool:
    """Whether two codes of two letters mean the same country."""
    return _ALIASES.get(one.upper(), one.upper()) == _ALIASES.get(other.upper(), other.upper())
