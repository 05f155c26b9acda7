"""Renewing: which certificates are to be signed anew tonight, and how the load of nights is levelled."""

from signer.renewing.levelling import forecast, nights_work
from signer.renewing.selecting import DueCertificates, Selected, read_selected

__all__ = ["DueCertificates", "Selected", "forecast", "nights_work", "read_selected"]
