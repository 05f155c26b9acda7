"""The page as it is written: what lies in it, what its policy allows, and what it cannot be made of."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from page.made_pages import MADE_AT, entry_of, write_page, write_snapshot
from reference.little_issuer import NOW, VACCINATION_USAGE, LittleIssuer

from signer.cli import main
from signer.page import TrustedKey, TrustedKeys, make_page
from signer.page.scripts import FOLDER, joined_scripts
from signer.records.value_sets import DISEASES
from signer.verifying.cbor import MAX_DEPTH
from signer.verifying.inflate import MAX_BYTES
from signer.verifying.signature import SOUND_RSA_BITS
from signer.verifying.text import MAX_CHARACTERS


class Parts(HTMLParser):
    """The elements of a page with their attributes; the text of scripts and styles, by its id or name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.elements.append((f"/{tag}", {}))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.elements[-1] if self.elements else ("", {})
        if tag in {"script", "style"}:
            name = attributes.get("id") or tag
            self.texts[name] = self.texts.get(name, "") + data


@pytest.fixture(scope="module")
def issuer() -> LittleIssuer:
    return LittleIssuer(usages=(VACCINATION_USAGE,))


def page_of(folder: Path, *entries: dict[str, Any]) -> str:
    return write_page(folder, entries).read_text("utf-8")


def keys_in(html: str) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = json.loads(Parts(html).texts["trust-list"])["keys"]
    return keys


def test_equal_snapshots_give_equal_pages(tmp_path: Path, issuer: LittleIssuer) -> None:
    assert page_of(tmp_path, entry_of(issuer.certificate)) == page_of(tmp_path, entry_of(issuer.certificate))


def test_the_policy_allows_the_page_itself_and_nothing_else(tmp_path: Path, issuer: LittleIssuer) -> None:
    parts = Parts(page_of(tmp_path, entry_of(issuer.certificate)))
    (policy,) = (
        e["content"] for tag, e in parts.elements if e.get("http-equiv") == "Content-Security-Policy"
    )
    directives = dict(entry.split(" ", 1) for entry in str(policy).split("; "))

    def hash_of(name: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(parts.texts[name].encode()).digest()).decode()}'"

    assert directives == {
        "default-src": "'none'",
        "script-src": hash_of("script"),
        "style-src": hash_of("style"),
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_nothing_is_loaded_from_elsewhere(tmp_path: Path, issuer: LittleIssuer) -> None:
    html = page_of(tmp_path, entry_of(issuer.certificate))
    assert not [
        name for _, attributes in Parts(html).elements for name in attributes if name in {"src", "href"}
    ]
    assert not re.search(
        r"https?://|\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|localStorage|innerHTML|eval\(", html
    )
    assert "import " not in joined_scripts("showing/main.js")


def test_every_script_beside_is_in_the_page_once() -> None:
    joined = joined_scripts("showing/main.js")
    for file in FOLDER.rglob("*.js"):
        first_line = file.read_text("utf-8").splitlines()[0]
        assert first_line.startswith("// ")
        assert joined.count(first_line) == 1, file.name


def test_no_two_scripts_give_a_name_to_different_things() -> None:
    declared = r"^(?:async )?(?:function\*?|const|let|class) (\w+)"
    names = re.findall(declared, joined_scripts("showing/main.js"), re.MULTILINE)
    assert len(names) > 100
    assert sorted(names) == sorted(set(names))


def test_no_script_is_longer_than_one_can_overlook() -> None:
    assert max(len(file.read_text("utf-8").splitlines()) for file in FOLDER.rglob("*.js")) <= 200


def test_a_key_cannot_break_out_of_its_element() -> None:
    hostile = "</script><script>alert(1)</script><!--<script>&{script}\u2028"
    always = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    key = TrustedKey(b"kid", hostile, None, None, *always, frozenset("v"))
    html = make_page(TrustedKeys((key,), NOW, "00" * 32))
    parts = Parts(html)
    assert [tag for tag, _ in parts.elements].count("script") == 4
    assert json.loads(parts.texts["trust-list"])["keys"][0]["country"] == hostile
    assert html.count("alert(1)") == 1


def test_a_key_lies_in_the_page_without_its_certificate(tmp_path: Path, issuer: LittleIssuer) -> None:
    parts = Parts(page_of(tmp_path, entry_of(issuer.certificate)))
    trust = json.loads(parts.texts["trust-list"])
    spki = issuer.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert trust["made_at"] == MADE_AT.replace("Z", "+00:00")
    assert trust["sha256"] == hashlib.sha256((tmp_path / "trust.json").read_bytes()).hexdigest()
    assert trust["keys"] == [
        {
            "kid": base64.b64encode(issuer.kid).decode(),
            "country": "VN",
            "algorithm": "ES256",
            "bits": 256,
            "spki": base64.b64encode(spki).decode(),
            "not_before": 1640995200,
            "not_after": 1704067200,
            "kinds": "v",
        }
    ]


@pytest.mark.parametrize("kind", ["p384", "ed25519"])
def test_a_key_that_certificates_do_not_use_stays_known_by_its_kid(tmp_path: Path, kind: str) -> None:
    entry = entry_of(LittleIssuer(kind).certificate)
    (key,) = keys_in(page_of(tmp_path, entry))
    assert (key["kid"], key["algorithm"], key["spki"]) == (entry["kid"], None, None)


def jwk_of(issuer: LittleIssuer) -> dict[str, str]:
    numbers = issuer.key.public_key().public_numbers()

    def written(number: int) -> str:
        return base64.urlsafe_b64encode(number.to_bytes(-(-number.bit_length() // 8))).decode().rstrip("=")

    if issuer.algorithm == -37:
        return {"kty": "RSA", "n": written(numbers.n), "e": written(numbers.e)}
    return {"kty": "EC", "crv": "P-256", "x": written(numbers.x), "y": written(numbers.y)}


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_a_bare_key_is_the_same_as_that_of_a_certificate_and_without_end(tmp_path: Path, kind: str) -> None:
    issuer = LittleIssuer(kind)
    entry = entry_of(issuer.certificate)
    bare = entry | {"certificate": None, "jwk": jwk_of(issuer), "not_before": None, "not_after": None}
    of_certificate, of_jwk = keys_in(page_of(tmp_path, entry, bare))
    assert of_jwk["spki"] == of_certificate["spki"]
    assert of_jwk["algorithm"] == of_certificate["algorithm"]
    assert of_jwk["not_before"] < 0
    assert of_jwk["not_after"] > 2**37


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["trust", "page", *map(str, arguments)])


def test_the_command_writes_the_page_and_replaces_an_older_one(tmp_path: Path, issuer: LittleIssuer) -> None:
    snapshot = write_snapshot(tmp_path / "trust.json", [entry_of(issuer.certificate)])
    out = tmp_path / "verify.html"
    out.write_text("older")
    result = run(snapshot, "--out", out)
    html = out.read_text("utf-8")
    assert html == page_of(tmp_path, entry_of(issuer.certificate))
    made_at = MADE_AT.replace("Z", "+00:00")
    assert result.stdout == f"wrote {out}: 1 key as of {made_at}, {len(html.encode()):,} bytes\n"
    told = json.loads(run(snapshot, "--out", out, "--json").stdout)
    assert (told["keys"], told["bytes"]) == (1, len(html.encode()))


def test_what_is_no_snapshot_is_refused_before_anything_is_written(
    tmp_path: Path, issuer: LittleIssuer
) -> None:
    (tmp_path / "dsc.pem").write_bytes(issuer.pem())
    (tmp_path / "other.json").write_text('{"format": "other"}')
    for name in ("dsc.pem", "other.json", "missing.json"):
        result = run(tmp_path / name, "--out", tmp_path / "verify.html")
        assert result.exit_code == 3, name
        assert name in result.stderr
    assert not (tmp_path / "verify.html").exists()


def test_an_unwritable_place_is_named(tmp_path: Path, issuer: LittleIssuer) -> None:
    out = tmp_path / "missing" / "verify.html"
    result = run(write_snapshot(tmp_path / "trust.json", [entry_of(issuer.certificate)]), "--out", out)
    assert result.exit_code == 3
    assert f"{out.parent}: no such folder; make it first" in result.stderr


def test_the_limits_and_what_is_understood_are_those_of_the_command_line() -> None:
    joined = joined_scripts("showing/main.js")
    assert f"MAX_CHARACTERS = {MAX_CHARACTERS:_};" in joined
    assert f"MAX_BYTES = {MAX_BYTES // 1024} * 1024;" in joined
    assert f"MAX_DEPTH = {MAX_DEPTH};" in joined
    assert f"DISEASES = {json.dumps(sorted(DISEASES))};" in joined
    assert f"SOUND_RSA_BITS = {SOUND_RSA_BITS};" in joined


def test_a_snapshot_that_must_be_signed_and_is_not_makes_no_page(
    tmp_path: Path, issuer: LittleIssuer
) -> None:
    (tmp_path / "signer.pem").write_bytes(issuer.pem())
    snapshot = write_snapshot(tmp_path / "trust.json", [entry_of(issuer.certificate)])
    out = tmp_path / "verify.html"
    result = run(snapshot, "--out", out, "--trust-signer", tmp_path / "signer.pem")
    assert result.exit_code == 3
    assert "is not signed" in result.stderr
    assert not out.exists()
