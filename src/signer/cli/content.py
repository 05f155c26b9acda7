"""What a certificate says, in sections of fields for people to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from signer.cli.json_values import as_json
from signer.records.value_sets import DISEASES, MANUFACTURERS, PRODUCT_NAMES, VACCINES
from signer.verifying.cose import SignedMessage
from signer.verifying.signature import ALGORITHM_NAMES

__all__ = ["Field", "Section", "claims_sections", "header_section", "table"]


class Field(NamedTuple):
    """A field by its short name in the certificate, or none; `value` is fit for a terminal."""

    key: str
    label: str
    value: str


class Section(NamedTuple):
    """Fields that belong together."""

    title: str
    fields: list[Field]


_NAMES: Final = {
    "fn": "family name",
    "gn": "given name",
    "fnt": "family name, transliterated",
    "gnt": "given name, transliterated",
}
_PERSON: Final = {"nam": "name", "dob": "date of birth", "ver": "version of the schema"}
_KINDS: Final = {"v": "vaccination", "t": "test", "r": "recovery"}
_ENTRY: Final = {
    "tg": "disease",
    "vp": "prophylaxis",
    "mp": "product",
    "ma": "holder or manufacturer",
    "dn": "dose",
    "sd": "doses in series",
    "dt": "date of vaccination",
    "tt": "type of test",
    "nm": "name of test",
    "sc": "sample collected",
    "tr": "result",
    "tc": "testing centre",
    "fr": "first positive result",
    "df": "valid from",
    "du": "valid until",
    "co": "country",
    "is": "issuer",
    "ci": "identifier",
}
"""Fields of the three kinds (schema 1.3.3), in the order in which they are shown."""

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "tg": DISEASES,
    "vp": VACCINES,
    "mp": PRODUCT_NAMES,
    "ma": MANUFACTURERS,
}


def header_section(message: SignedMessage) -> Section:
    """The header of a message: with what, and by which DSC it claims to be signed."""
    algorithm = ALGORITHM_NAMES.get(message.algorithm) if isinstance(message.algorithm, int) else None
    fields = [
        Field("alg", "algorithm", algorithm or shown(message.algorithm)),
        Field("kid", "key identifier", shown(message.kid)),
    ]
    return Section("header", fields)


def claims_sections(claims: Mapping[str, Any]) -> list[Section]:
    """The claims iss, iat, exp and dcc, the last field by field and entry by entry."""
    times = [Field("iat", "issued", _time(claims["iat"])), Field("exp", "expires", _time(claims["exp"]))]
    sections = [Section("claims", [Field("iss", "issuer", shown(claims["iss"])), *times])]
    dcc = claims["dcc"] or {}
    person = [
        field for key in _ordered(dcc, _PERSON) if key not in _KINDS for field in _of_person(key, dcc[key])
    ]
    if person:
        sections.append(Section("certificate", person))
    return sections + [section for kind in _KINDS for section in _entries(kind, dcc.get(kind))]


def table(sections: list[Section]) -> str:
    """The sections below each other, keys, labels and values in columns."""
    fields = [field for section in sections for field in section.fields]
    key_width = max((len(field.key) for field in fields), default=0)
    label_width = max((len(field.label) for field in fields), default=0)
    lines = []
    for section in sections:
        lines.append(section.title)
        lines += [
            f"  {key:<{key_width}}  {label:<{label_width}}  {value}" for key, label, value in section.fields
        ]
    return "\n".join(lines)


def shown(value: Any) -> str:
    """A value of a stranger's CBOR, harmless to a terminal; in quotes where one would not see what it is."""
    if isinstance(value, str):
        is_plain = value.isprintable() and value == value.strip() != ""
        return value if is_plain else repr(value)
    if isinstance(value, bytes):
        return value.hex()
    return "none" if value is None else json.dumps(as_json(value))


def _of_person(key: Any, value: Any) -> list[Field]:
    if key == "nam" and isinstance(value, Mapping):
        return [Field(shown(key), _NAMES.get(key, ""), shown(value[key])) for key in _ordered(value, _NAMES)]
    return [Field(shown(key), _PERSON.get(key, ""), shown(value))]


def _entries(kind: str, group: Any) -> list[Section]:
    if group is None:
        return []
    if not isinstance(group, list):
        return [Section(_KINDS[kind], [Field(kind, "", shown(group))])]
    titles = (f"{_KINDS[kind]} {number} of {len(group)}" for number in range(1, len(group) + 1))
    return [Section(title, _of_entry(entry)) for title, entry in zip(titles, group, strict=True)]


def _of_entry(entry: Any) -> list[Field]:
    if not isinstance(entry, Mapping):
        return [Field("", "", shown(entry))]
    keys = _ordered(entry, _ENTRY)
    return [Field(shown(key), _ENTRY.get(key, ""), _in_words(key, entry[key])) for key in keys]


def _ordered(values: Mapping[Any, Any], known: Mapping[str, str]) -> list[Any]:
    """The keys of a map: those known in their order, then the others as they stand there."""
    return [key for key in known if key in values] + [key for key in values if key not in known]


def _in_words(key: Any, value: Any) -> str:
    words = _WORDS.get(key, {}).get(value.strip()) if isinstance(value, str) else None
    return f"{shown(value)} ({words})" if words else shown(value)


def _time(seconds: Any) -> str:
    """A NumericDate (RFC 8392, section 2) in UTC, or what stands in its place."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return shown(seconds)
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(" ").replace("+00:00", " UTC")
    except (OverflowError, OSError, ValueError):
        return f"{shown(seconds)}, no time"
