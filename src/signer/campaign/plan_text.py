"""A plan as the text of its file, and back: canonical JSON with its own digest in it."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import asdict
from typing import Any

from signer.campaign.plan import (
    FORMAT,
    Encoder,
    InputFile,
    Plan,
    PlannedPart,
    RenewalSubject,
    Selection,
    Subject,
    has_all_rows,
)
from signer.records.canonical import canonical_json, digest_of
from signer.records.pictures import PictureOptions

__all__ = ["plan_of_text", "text_of_plan"]

OTHER_FORMAT = "is of a format that this version does not know; use the version that wrote it"
DAMAGED = "is damaged, or was edited; put it back from a copy"


def text_of_plan(plan: Plan) -> str:
    """The one text of a plan."""
    content = _content(plan)
    return canonical_json(content | {"sha256": digest_of(content)}) + "\n"


def plan_of_text(text: str) -> Plan:
    """The plan of a text, every character of which must be as `text_of_plan` has it.

    Raises ValueError with what is wrong and what to do.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(DAMAGED) from error
    if isinstance(content, dict) and type(content.get("format")) is int and content["format"] != FORMAT:
        raise ValueError(OTHER_FORMAT)
    try:
        plan = _plan(content)
        is_whole = text_of_plan(plan) == text and has_all_rows(plan)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(DAMAGED) from error
    if not is_whole:
        raise ValueError(DAMAGED)
    return plan


def _content(plan: Plan) -> dict[str, Any]:
    subject = plan.subject
    own = _of_issuing(plan, subject) if isinstance(subject, Subject) else _of_renewing(plan, subject)
    return own | {
        "format": FORMAT,
        "id": plan.plan_id,
        "attempt": plan.attempt,
        "profile_sha256": subject.profile_digest,
        "pictures": None if subject.pictures is None else asdict(subject.pictures),
        "iat": plan.issued_at,
        "exp": plan.expires_at,
        "encoder": {"version": plan.encoder.version, "core_sha256": plan.encoder.core_sha256},
        "dsc": b64encode(plan.dsc).decode("ascii"),
        "registry_owner": plan.registry_owner,
        "parts": [
            {
                "number": part.number,
                "input": part.input,
                "first_row": part.first_row,
                "rows": part.n_rows,
                "row_groups": part.row_groups,
                "skip": part.skip,
                "kid": part.kid,
            }
            for part in plan.parts
        ],
        "counts": {"rows": plan.n_rows, "duplicates": plan.n_duplicates, "parts": len(plan.parts)},
        "instead_of": plan.instead_of,
        "after_version": plan.after_version,
    }


def _of_issuing(plan: Plan, subject: Subject) -> dict[str, Any]:
    inputs = zip(subject.inputs, plan.input_rows, strict=True)
    return {
        "inputs": [_file(file) | {"rows": n_rows} for file, n_rows in inputs],
        "per": subject.per,
    }


def _of_renewing(plan: Plan, subject: RenewalSubject) -> dict[str, Any]:
    selection = plan.selection
    return {
        "renewal": {
            "night": subject.night,
            "window_days": subject.window_days,
            "spread_days": subject.spread_days,
            "limit": subject.limit,
            "population": [_file(file) for file in subject.population],
            "selection": None if selection is None else asdict(selection) | {"rows": plan.n_rows},
        }
    }


def _file(file: InputFile) -> dict[str, Any]:
    return {"path": file.path, "sha256": file.sha256, "bytes": file.n_bytes, "identity": file.identity}


def _plan(content: dict[str, Any]) -> Plan:
    if "renewal" in content:
        selected = dict(content["renewal"]["selection"])
        rows, selection = (selected.pop("rows"),), Selection(**selected)
    else:
        rows, selection = tuple(entry["rows"] for entry in content["inputs"]), None
    return Plan(
        subject=_subject(content),
        attempt=content["attempt"],
        input_rows=rows,
        issued_at=content["iat"],
        expires_at=content["exp"],
        encoder=Encoder(**content["encoder"]),
        dsc=b64decode(content["dsc"]),
        registry_owner=content["registry_owner"],
        parts=tuple(_part(entry) for entry in content["parts"]),
        n_duplicates=content["counts"]["duplicates"],
        instead_of=tuple(content["instead_of"]),
        after_version=content["after_version"],
        selection=selection,
    )


def _subject(content: dict[str, Any]) -> Subject | RenewalSubject:
    pictures = None if content["pictures"] is None else PictureOptions(**content["pictures"])
    profile_digest = content["profile_sha256"]
    if "renewal" not in content:
        inputs = tuple(_input(entry) for entry in content["inputs"])
        return Subject(inputs, profile_digest, pictures, content["per"])
    own = {name: value for name, value in content["renewal"].items() if name != "selection"}
    own["population"] = tuple(_input(entry) for entry in own["population"])
    return RenewalSubject(**own, profile_digest=profile_digest, pictures=pictures)


def _input(entry: dict[str, Any]) -> InputFile:
    return InputFile(entry["path"], entry["sha256"], entry["bytes"], tuple(entry["identity"]))


def _part(entry: dict[str, Any]) -> PlannedPart:
    return PlannedPart(
        number=entry["number"],
        input=entry["input"],
        first_row=entry["first_row"],
        n_rows=entry["rows"],
        row_groups=tuple(entry["row_groups"]),
        skip=entry["skip"],
        kid=entry["kid"],
    )
