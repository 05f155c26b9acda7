"""The words that a printed certificate has for the codes of a certificate.

Source: EU value sets 2.12.0 (disease-agent-targeted, vaccine-prophylaxis, vaccine-mah-manf); products have
their names in `records.products`. The Vietnamese words are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from signer.records.products import PRODUCTS

__all__ = ["disease_words", "manufacturer_words", "product_words", "vaccine_words"]

_DISEASES: Final[Mapping[str, str]] = {"840539006": "COVID-19"}

_VACCINES: Final[Mapping[str, tuple[str, str]]] = {
    "1119305005": ("Vắc xin kháng nguyên", "SARS-CoV-2 antigen vaccine"),
    "1119349007": ("Vắc xin mRNA", "SARS-CoV-2 mRNA vaccine"),
    "1162643001": (
        "Vắc xin protein gai tái tổ hợp",
        "SARS-CoV-2 recombinant spike protein antigen vaccine",
    ),
    "1157024006": ("Vắc xin bất hoạt", "Inactivated whole SARS-CoV-2 antigen vaccine"),
    "29061000087103": (
        "Vắc xin véc tơ vi rút không nhân lên",
        "COVID-19 non-replicating viral vector vaccine",
    ),
    "28531000087107": ("Vắc xin phòng COVID-19", "COVID-19 vaccine"),
    "30141000087107": ("Vắc xin hạt giống vi rút", "SARS-CoV-2 virus-like particle antigen vaccine"),
    "1187593009": ("Vắc xin DNA", "SARS-CoV-2 DNA plasmid encoding spike protein vaccine"),
    "J07BX03": ("Vắc xin phòng COVID-19", "COVID-19 vaccines"),
}

_MANUFACTURERS: Final[Mapping[str, str]] = {
    "ORG-100001699": "AstraZeneca AB",
    "ORG-100030215": "Biontech Manufacturing GmbH",
    "ORG-100001417": "Janssen-Cilag International",
    "ORG-100031184": "Moderna Biotech Spain S.L.",
    "ORG-100006270": "Curevac AG",
    "ORG-100013793": "CanSino Biologics",
    "ORG-100020693": "China Sinopharm International Corp. - Beijing location",
    "ORG-100010771": "Sinopharm Weiqida Europe Pharmaceutical s.r.o. - Prague location",
    "ORG-100024420": "Sinopharm Zhijun (Shenzhen) Pharmaceutical Co. Ltd. - Shenzhen location",
    "ORG-100032020": "Novavax CZ a.s.",
    "Gamaleya-Research-Institute": "Gamaleya Research Institute",
    "Vector-Institute": "Vector Institute",
    "Sinovac-Biotech": "Sinovac Biotech",
    "Bharat-Biotech": "Bharat Biotech",
    "ORG-100001981": "Serum Institute Of India Private Limited",
    "Fiocruz": "Fiocruz",
    "ORG-100007893": "R-Pharm CJSC",
    "Chumakov-Federal-Scientific-Center": "Chumakov Federal Scientific Center for Research and Development "
    "of Immune-and-Biological Products",
    "ORG-100023050": "Gulf Pharmaceutical Industries",
    "CIGB": "Center for Genetic Engineering and Biotechnology",
    "Sinopharm-WIBP": "Sinopharm - Wuhan Institute of Biological Products",
    "ORG-100033914": "Medigen Vaccine Biologics Corporation",
    "ORG-100000788": "Sanofi Pasteur",
    "ORG-100036422": "Valneva France",
    "Instituto-Butantan": "Instituto Butantan",
    "NVSI": "National Vaccine and Serum Institute, China",
    "Yisheng-Biopharma": "Yisheng Biopharma",
    "ORG-100026614": "Sinocelltech Ltd.",
    "ORG-100008549": "Medicago Inc.",
    "Finlay-Institute": "Finlay Institute of Vaccines",
    "ORG-100036914": "Hipra Human Health S.L.",
}

_PRODUCTS: Final[Mapping[str, str]] = {product.mp: product.name for product in PRODUCTS}


def disease_words(code: str) -> str:
    """The disease of a code `tg`; a code that is not known stands for itself, here and below."""
    return _DISEASES.get(code, code)


def vaccine_words(code: str) -> str:
    """The kind of vaccine of a code `vp`, in Vietnamese and English."""
    return " / ".join(_VACCINES.get(code, (code,)))


def product_words(code: str) -> str:
    """The name of a medicinal product `mp`."""
    return _PRODUCTS.get(code, code)


def manufacturer_words(code: str) -> str:
    """The marketing authorisation holder or manufacturer of a code `ma`."""
    return _MANUFACTURERS.get(code, code)
