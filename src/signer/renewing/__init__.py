"""Renewing: which certificates are to be signed anew tonight, and how the load of nights is levelled."""

from signer.renewing.levelling import forecast, nights_work
from signer.renewing.selecting import Selected, count_lapsed, due_by_night, read_selected, select_due

__all__ = [
    "Selected",
    "count_lapsed",
    "due_by_night",
    "forecast",
    "nights_work",
    "read_selected",
    "select_due",
]
