"""The words that people read for the codes of a vaccination.

Source: EU value sets 2.12.0 (disease-agent-targeted, vaccine-prophylaxis, vaccine-medicinal-product,
vaccine-mah-manf). The Vietnamese words are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from signer.records.products import ANY_COVID_19, INACTIVATED, MRNA, PRODUCTS, SPIKE_PROTEIN, VECTOR

__all__ = ["DISEASES", "MANUFACTURERS", "PRODUCT_NAMES", "VACCINES", "VACCINES_IN_VIETNAMESE"]

DISEASES: Final[Mapping[str, str]] = {"840539006": "COVID-19"}
"""By the code `tg`."""

ANTIGEN: Final = "1119305005"
VIRUS_LIKE: Final = "30141000087107"
DNA: Final = "1187593009"
ANY_BY_ATC: Final = "J07BX03"
"""Kinds of vaccine of which no product of `records.products` is."""

VACCINES: Final[Mapping[str, str]] = {
    ANTIGEN: "SARS-CoV-2 antigen vaccine",
    MRNA: "SARS-CoV-2 mRNA vaccine",
    SPIKE_PROTEIN: "SARS-CoV-2 recombinant spike protein antigen vaccine",
    INACTIVATED: "Inactivated whole SARS-CoV-2 antigen vaccine",
    VECTOR: "COVID-19 non-replicating viral vector vaccine",
    ANY_COVID_19: "COVID-19 vaccine",
    VIRUS_LIKE: "SARS-CoV-2 virus-like particle antigen vaccine",
    DNA: "SARS-CoV-2 DNA plasmid encoding spike protein vaccine",
    ANY_BY_ATC: "COVID-19 vaccines",
}
"""By the code `vp`."""

VACCINES_IN_VIETNAMESE: Final[Mapping[str, str]] = {
    ANTIGEN: "Vắc xin kháng nguyên",
    MRNA: "Vắc xin mRNA",
    SPIKE_PROTEIN: "Vắc xin protein gai tái tổ hợp",
    INACTIVATED: "Vắc xin bất hoạt",
    VECTOR: "Vắc xin véc tơ vi rút không nhân lên",
    ANY_COVID_19: "Vắc xin phòng COVID-19",
    VIRUS_LIKE: "Vắc xin hạt giống vi rút",
    DNA: "Vắc xin DNA",
    ANY_BY_ATC: "Vắc xin phòng COVID-19",
}

PRODUCT_NAMES: Final[Mapping[str, str]] = {product.mp: product.name for product in PRODUCTS}
"""By the code `mp`."""

MANUFACTURERS: Final[Mapping[str, str]] = {
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
"""By the code `ma`: holders of the marketing authorisation, or manufacturers."""
