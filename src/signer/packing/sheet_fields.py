"""The eleven fields that Vietnam displays on a certificate, with their labels in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from signer.packing.sheet_content import IssuedContent
from signer.records.value_sets import (
    DISEASES,
    MANUFACTURERS,
    PRODUCT_NAMES,
    VACCINES,
    VACCINES_IN_VIETNAMESE,
)

__all__ = ["LABELS", "TITLE", "UNKNOWN", "PrintedText", "printed_text"]

TITLE: Final = ("CHỨNG NHẬN TIÊM CHỦNG", "Vaccination certificate")

LABELS: Final = (
    ("Họ và tên", "Full name"),
    ("Ngày tháng năm sinh", "Date of birth"),
    ("Quốc tịch", "Nationality"),
    ("Bệnh dịch mà chứng nhận nhắm tới", "Disease targeted"),
    ("Số mũi tiêm đã nhận", "Number of doses received"),
    ("Ngày tiêm", "Date of vaccination"),
    ("Liều số · số lô", "Dose · lot"),
    ("Vắc xin", "Vaccine"),
    ("Sản phẩm vắc xin", "Vaccine product"),
    ("Nhà cung cấp hoặc sản xuất vắc xin", "Supplier or manufacturer"),
    ("Mã số của chứng nhận", "Certificate code"),
)
"""Decision 5772/QD-BYT, section 1.1, in its order; the lot beside the number of the dose."""

UNKNOWN: Final = "—"
"""Stands where a field is not known; a certificate does not hold nationality and lot."""


@dataclass(frozen=True, slots=True)
class PrintedText:
    """Texts of one certificate: `values` in the order of `LABELS`, and a line at the foot."""

    values: tuple[str, ...]
    foot: str


def printed_text(content: IssuedContent, nationality: str | None, lot: str | None) -> PrintedText:
    """The texts to print; a code that is not known stands for itself.

    Dates stay as the certificate has them, YYYY-MM-DD or a part of that.
    """
    values = (
        content.full_name,
        content.date_of_birth,
        _country(nationality),
        DISEASES.get(content.disease, content.disease),
        str(content.dose_number),
        content.vaccinated_on,
        f"{content.dose_number}/{content.doses_in_series} · {lot or UNKNOWN}",
        _vaccine(content.vaccine),
        PRODUCT_NAMES.get(content.product, content.product),
        MANUFACTURERS.get(content.manufacturer, content.manufacturer),
        content.uvci,
    )
    expiry = f"{content.expires_at:%Y-%m-%d %H:%M} UTC"
    foot = f"Nơi cấp / Issuer: {content.issuer} · Mã QR hết hạn / QR code expires: {expiry}"
    return PrintedText(tuple(value or UNKNOWN for value in values), foot)


def _country(nationality: str | None) -> str:
    return "Việt Nam (VN)" if nationality == "VN" else nationality or UNKNOWN


def _vaccine(code: str) -> str:
    """The kind of vaccine in both languages."""
    return f"{VACCINES_IN_VIETNAMESE[code]} / {VACCINES[code]}" if code in VACCINES else code
