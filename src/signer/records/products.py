"""The vaccine products that may stand in a certificate, and the names by which a country calls them.

Source: EU value sets 2.12.0 (vaccine-medicinal-product, vaccine-mah-manf, vaccine-prophylaxis) and their
encoding instructions. Products withdrawn from use in new certificates are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from signer.errors import ProfileInvalid

__all__ = ["NATIONAL_NAMES", "PRODUCTS", "Product", "resolve_products"]

MRNA: Final = "1119349007"
VECTOR: Final = "29061000087103"
SPIKE_PROTEIN: Final = "1162643001"
INACTIVATED: Final = "1157024006"
ANY_COVID_19: Final = "28531000087107"

MAX_CODE_BYTES: Final = 80
MAX_PRODUCTS: Final = 200
"""Limits of the core's product table (SHOT_CODE_MAX and shot_products_init in native/shots)."""


@dataclass(frozen=True, slots=True)
class Product:
    """A medicinal product `mp` of the holder `ma`; `vp` is what we write, `other_vps` are allowed besides."""

    name: str
    mp: str
    ma: str
    vp: str
    other_vps: tuple[str, ...] = ()


def _specific(name: str, mp: str, ma: str, vp: str) -> Product:
    """A product with a prophylaxis code of its kind; the general code is allowed besides."""
    return Product(name, mp, ma, vp, (ANY_COVID_19,))


def _general(name: str, mp: str, ma: str) -> Product:
    """A product for which the general prophylaxis code is the only one."""
    return Product(name, mp, ma, ANY_COVID_19)


PRODUCTS: Final[tuple[Product, ...]] = (
    _specific("Comirnaty", "EU/1/20/1528", "ORG-100030215", MRNA),
    _specific("Spikevax", "EU/1/20/1507", "ORG-100031184", MRNA),
    _specific("CVnCoV", "CVnCoV", "ORG-100006270", MRNA),
    _specific("Vaxzevria", "EU/1/21/1529", "ORG-100001699", VECTOR),
    _specific("AZD2816", "AZD2816", "ORG-100001699", VECTOR),
    _specific("Covishield", "Covishield", "ORG-100001981", VECTOR),
    _specific("Covid-19 (recombinant)", "Covid-19-recombinant", "Fiocruz", VECTOR),
    _specific("R-COVI", "R-COVI", "ORG-100007893", VECTOR),
    _specific("Jcovden", "EU/1/20/1525", "ORG-100001417", VECTOR),
    _specific("Convidecia", "Convidecia", "ORG-100013793", VECTOR),
    _specific("Sputnik V", "Sputnik-V", "Gamaleya-Research-Institute", VECTOR),
    _specific("Sputnik Light", "Sputnik-Light", "Gamaleya-Research-Institute", VECTOR),
    _specific("Sputnik M", "Sputnik-M", "Gamaleya-Research-Institute", VECTOR),
    _specific("Nuvaxovid", "EU/1/21/1618", "ORG-100032020", SPIKE_PROTEIN),
    _specific("Covovax", "Covovax", "ORG-100001981", SPIKE_PROTEIN),
    _specific("EpiVacCorona", "EpiVacCorona", "Vector-Institute", SPIKE_PROTEIN),
    _specific("EpiVacCorona-N", "EpiVacCorona-N", "Vector-Institute", SPIKE_PROTEIN),
    _specific("MVC COVID-19 vaccine", "MVC-COV1901", "ORG-100033914", SPIKE_PROTEIN),
    _specific("BBIBP-CorV", "BBIBP-CorV", "ORG-100020693", INACTIVATED),
    _specific("WIBP-CorV", "WIBP-CorV", "Sinopharm-WIBP", INACTIVATED),
    _specific("CoronaVac", "CoronaVac", "Sinovac-Biotech", INACTIVATED),
    _specific(
        "Vacina adsorvida covid-19 (inativada)",
        "Covid-19-adsorvida-inativada",
        "Instituto-Butantan",
        INACTIVATED,
    ),
    _specific("Covaxin", "Covaxin", "Bharat-Biotech", INACTIVATED),
    _specific("CoviVac", "CoviVac", "Chumakov-Federal-Scientific-Center", INACTIVATED),
    _specific("Hayat-Vax", "Hayat-Vax", "ORG-100023050", INACTIVATED),
    _general("Abdala", "Abdala", "CIGB"),
    _general("Soberana 02", "Soberana-02", "Finlay-Institute"),
    _general("Soberana Plus", "Soberana-Plus", "Finlay-Institute"),
    _general("NVSI-06-08", "NVSI-06-08", "NVSI"),
    _general("YS-SC2-010", "YS-SC2-010", "Yisheng-Biopharma"),
    _general("SCTV01C", "SCTV01C", "ORG-100026614"),
    _general("Covifenz", "Covifenz", "ORG-100008549"),
    _general("COVID-19 Vaccine Valneva", "EU/1/21/1624", "ORG-100036422"),
    _general("VidPrevtyn Beta", "EU/1/21/1580", "ORG-100000788"),
    _general("Bimervax", "EU/1/22/1709", "ORG-100036914"),
)

NATIONAL_NAMES: Final[Mapping[str, str]] = {
    "AstraZeneca": "EU/1/21/1529",
    "Pfizer": "EU/1/20/1528",
    "Moderna": "EU/1/20/1507",
    "Janssen": "EU/1/20/1525",
    "Vero Cell": "BBIBP-CorV",
    "Sputnik V": "Sputnik-V",
    "Hayat-Vax": "Hayat-Vax",
    "Abdala": "Abdala",
}
"""Names in use in Vietnam to the mp: what a new profile starts with."""

_BY_MP: Final = {product.mp: product for product in PRODUCTS}


def _check_name(name: str, mp: str) -> None:
    if mp not in _BY_MP:
        raise ProfileInvalid(
            f'[products] "{name}": {mp!r} is no current medicinal product; use a code of the EU value set'
        )
    if name != name.strip() or not 1 <= len(name.encode()) <= MAX_CODE_BYTES:
        raise ProfileInvalid(
            f'[products] "{name}": the name must have 1 to {MAX_CODE_BYTES} bytes and no blanks around it'
        )
    if name in _BY_MP and name != mp:
        raise ProfileInvalid(
            f'[products] "{name}": the name is a medicinal product itself and cannot stand for {mp!r}'
        )


def resolve_products(names: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """The core's product table: (name, mp, ma, vp) for each national name, then for each mp by its own name.

    `names` maps national names to mp; a name that is its own mp gives one row only. Raises ProfileInvalid for
    an unknown mp, a name that the core cannot hold or that is another product's mp, and more than 200 rows.
    """
    for name, mp in names.items():
        _check_name(name, mp)
    by_name = dict(names) | {mp: mp for mp in _BY_MP}
    if len(by_name) > MAX_PRODUCTS:
        raise ProfileInvalid(
            f"[products]: {len(by_name)} names and codes; the core holds {MAX_PRODUCTS} at most"
        )
    return [(name, mp, _BY_MP[mp].ma, _BY_MP[mp].vp) for name, mp in by_name.items()]
