"""The gateway's trustList: who must have signed what, and that one bad entry is told and stops nothing."""

from __future__ import annotations

import base64
import hashlib
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from attesting.made_certificates_of_places import Holder, key_usage, make_certificate, openssl
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from trust.made_trust_lists import (
    DAY,
    NOW,
    RSA_KEY,
    VACCINATION,
    VALIDITY,
    Gateway,
    der_of,
    gateway_entry,
    make_anchor,
    make_csca,
    make_dsc,
    make_upload,
    write_json,
)

from signer.cms import signing
from signer.errors import TrustUnreadable
from signer.trust import Imported, import_sources

GATEWAY = Gateway()


def imported(
    folder: Path, entries: list[Any], anchors: tuple[x509.Certificate, ...] | None = GATEWAY.anchors
) -> Imported:
    path = write_json(folder / "trustlist.json", entries)
    return import_sources([path], anchors, made_at=NOW, unsigned=anchors is None)


def trusted(found: Imported) -> set[bytes | None]:
    return {key.certificate for key in found.snapshot.keys}


def reasons(found: Imported) -> list[str]:
    return [f"{entry.entry}: {entry.reason}" for entry in found.left_out]


def test_every_dsc_of_a_sound_list_is_taken_with_what_it_says(tmp_path: Path) -> None:
    found = imported(tmp_path, GATEWAY.entries())
    assert reasons(found) == []
    german, french = found.snapshot.keys
    assert (german.country, french.country) == ("DE", "FR")
    assert german.kid == hashlib.sha256(der_of(GATEWAY.dscs["DE"])).digest()[:8]
    assert (german.eku, french.eku) == ((VACCINATION,), ())
    assert (german.not_before, german.not_after) == (VALIDITY["begin"], VALIDITY["end"])
    (source,) = found.snapshot.sources
    content = (tmp_path / "trustlist.json").read_bytes()
    assert (source.kind, source.name, source.n_keys) == ("gateway", "trustlist.json", 2)
    assert source.sha256 == hashlib.sha256(content).hexdigest()


def other_dsc(country: str = "DE", **validity: Any) -> Holder:
    return make_dsc(GATEWAY.cscas[country], country, key=ec.generate_private_key(ec.SECP256R1()), **validity)


STRANGER = make_upload("DE")
ORPHAN = make_dsc(make_csca("DE"), "DE")
OF_FRANCE = make_dsc(GATEWAY.cscas["FR"], "DE")
STATELESS = make_dsc(GATEWAY.cscas["DE"], "AT")

BAD: dict[str, tuple[Any, str]] = {
    "no object": (7, "entry 9: is no object"),
    "another kind": (GATEWAY.dsc_entry("DE", certificateType="DCS"), "its certificateType is none of"),
    "no country": (GATEWAY.dsc_entry("DE", country=None), "its country is not two letters"),
    "no base64": (GATEWAY.dsc_entry("DE", rawData="%%%"), "its rawData is no base64"),
    "cut short": (GATEWAY.dsc_entry("DE", rawData="MIIB"), "its certificate is damaged"),
    "another kid": (GATEWAY.dsc_entry("DE", kid="AAAAAAAAAAA="), "its kid is not that of its certificate"),
    "another thumbprint": (GATEWAY.dsc_entry("DE", thumbprint="00" * 32), "its thumbprint is not that"),
    "another country": (GATEWAY.dsc_entry("DE", STATELESS), "under DE, its certificate says AT"),
    "no signature": (GATEWAY.dsc_entry("DE", signature=None), "is not signed by an UPLOAD certificate of DE"),
    "of a stranger": (
        gateway_entry("DSC", "DE", other_dsc(), STRANGER),
        "of another certificate than those that count",
    ),
    "of another country's": (
        gateway_entry("DSC", "DE", other_dsc(), GATEWAY.uploads["FR"]),
        "is not signed by an UPLOAD certificate of DE",
    ),
    "of the anchor": (gateway_entry("DSC", "DE", other_dsc(), GATEWAY.anchor), "not signed by an UPLOAD"),
    "of other content": (
        GATEWAY.dsc_entry("DE", other_dsc(), signature=GATEWAY.dsc_entry("DE")["signature"]),
        "the content is not the one that was signed",
    ),
    "no CSCA": (GATEWAY.dsc_entry("DE", ORPHAN), "no CSCA of its country in the list signed it"),
    "another country's CSCA": (GATEWAY.dsc_entry("DE", OF_FRANCE), "no CSCA of its country"),
    "a CSCA": (GATEWAY.dsc_entry("DE", GATEWAY.cscas["DE"]), "it is a CSCA's certificate"),
}


@pytest.mark.parametrize(("entry", "reason"), BAD.values(), ids=BAD)
def test_a_bad_entry_is_left_out_and_told_and_the_others_are_taken(
    tmp_path: Path, entry: Any, reason: str
) -> None:
    found = imported(tmp_path, [*GATEWAY.entries(), entry])
    assert trusted(found) == {der_of(holder) for holder in GATEWAY.dscs.values()}
    (told,) = found.left_out
    assert told.entry.startswith("entry 9")
    assert reason in f"{told.entry}: {told.reason}"
    assert told.message.startswith(f"{tmp_path}/trustlist.json: entry 9")
    assert told.advice


def test_one_of_many_bad_entries_is_found_by_its_number_and_kid(tmp_path: Path) -> None:
    entry = GATEWAY.dsc_entry("DE", ORPHAN)
    found = imported(tmp_path, [*GATEWAY.entries(), entry, *GATEWAY.entries()])
    assert [left.entry for left in found.left_out] == [f"entry 9 (DSC DE {entry['kid']})"]


def test_an_upload_certificate_that_no_anchor_signed_vouches_for_nothing(tmp_path: Path) -> None:
    """Whoever has the list on its way could put one of their own there."""
    own = make_upload("DE")
    entries = [*GATEWAY.entries(), gateway_entry("UPLOAD", "DE", own, own)]
    entries.append(gateway_entry("DSC", "DE", other_dsc(), own))
    found = imported(tmp_path, entries)
    assert len(found.snapshot.keys) == 2
    first, second = reasons(found)
    assert "entry 9" in first
    assert "is not signed by a trust anchor" in first
    assert "is not signed by an UPLOAD certificate of DE that an anchor signed" in second


def test_an_upload_certificate_put_under_another_country_vouches_for_nothing(tmp_path: Path) -> None:
    """Its country is not in what the anchor signed but in the certificate."""
    moved = gateway_entry("UPLOAD", "DE", GATEWAY.uploads["FR"], GATEWAY.anchor)
    entries = [*GATEWAY.entries(), moved, gateway_entry("DSC", "DE", other_dsc(), GATEWAY.uploads["FR"])]
    found = imported(tmp_path, entries)
    assert len(found.snapshot.keys) == 2
    assert "under DE, its certificate says FR" in reasons(found)[0]


def test_a_csca_that_no_anchor_signed_certifies_nothing(tmp_path: Path) -> None:
    own = make_csca("DE")
    entries = [*GATEWAY.entries(), gateway_entry("CSCA", "DE", own, own)]
    entries.append(GATEWAY.dsc_entry("DE", make_dsc(own, "DE")))
    found = imported(tmp_path, entries)
    assert [reason.partition(": ")[2] for reason in reasons(found)] == [
        "is not signed by a trust anchor: the signature is of another certificate than those that count",
        "no CSCA of its country in the list signed it",
    ]


def test_a_csca_that_is_no_ca_certifies_nothing(tmp_path: Path) -> None:
    """An UPLOAD certificate called a CSCA: the anchor signed it, and not what the list calls it."""
    upload = GATEWAY.uploads["DE"]
    entries = [*GATEWAY.entries(), gateway_entry("CSCA", "DE", upload, GATEWAY.anchor)]
    entries.append(GATEWAY.dsc_entry("DE", make_dsc(upload, "DE")))
    assert "it is a CSCA and no CA" in reasons(imported(tmp_path, entries))[0]
    assert len(imported(tmp_path, entries).left_out) == 2


def test_another_anchor_takes_nothing_and_is_doubted(tmp_path: Path) -> None:
    """Before, the entries were blamed, each for itself."""
    with pytest.raises(TrustUnreadable) as caught:
        imported(tmp_path, GATEWAY.entries(), (make_anchor().certificate,))
    assert str(caught.value) == (
        f"{tmp_path}/trustlist.json: of its 4 entries UPLOAD and CSCA none is signed by --anchor"
        " CN=CSCA EU,C=EU: is it the right anchor?"
    )


def test_what_is_left_out_is_told_in_the_order_of_the_list(tmp_path: Path) -> None:
    """It was told by kind: DSCs after all others."""
    own = make_upload("DE")
    bad = [GATEWAY.dsc_entry("DE", ORPHAN), 7, gateway_entry("UPLOAD", "DE", own, own)]
    found = imported(tmp_path, [*bad, *GATEWAY.entries(), *bad])
    places = [int(entry.entry.split()[1]) for entry in found.left_out]
    assert places == [1, 2, 3, 12, 13, 14]


def entry_without_a_time(holder: Holder, signer: Holder, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    def timeless(*given: Any) -> cms.CMSAttributes:
        told = attributes(*given)
        return cms.CMSAttributes([each for each in told if each["type"].native != "signing_time"])

    attributes = signing.attributes_of
    with monkeypatch.context() as patched:
        patched.setattr(signing, "attributes_of", timeless)
        return gateway_entry("DSC", "DE", holder, signer)


def test_a_dsc_signed_before_it_was_in_force_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, only the UPLOAD certificate had to be; a signature that tells no time is taken as ever."""
    young, timeless = (other_dsc(begin=NOW + DAY, end=NOW + 2 * DAY) for _ in range(2))
    unsaid = entry_without_a_time(timeless, GATEWAY.uploads["DE"], monkeypatch)
    found = imported(tmp_path, [*GATEWAY.entries(), GATEWAY.dsc_entry("DE", young), unsaid])
    assert [reason.partition(": ")[2] for reason in reasons(found)] == [
        "it was signed at 2022-04-14 03:15:00+00:00, before it was in force"
    ]
    assert "entry 9 " in reasons(found)[0]
    assert trusted(found) >= {der_of(timeless)}
    just = other_dsc(begin=NOW)
    assert der_of(just) in trusted(imported(tmp_path, [*GATEWAY.entries(), GATEWAY.dsc_entry("DE", just)]))


def test_a_signature_made_after_the_upload_certificate_expired_is_refused(tmp_path: Path) -> None:
    old = make_upload("DE", end=NOW - DAY)
    entries = [*GATEWAY.entries(), gateway_entry("UPLOAD", "DE", old, GATEWAY.anchor)]
    (reason,) = reasons(imported(tmp_path, [*entries, gateway_entry("DSC", "DE", other_dsc(), old)]))
    assert "when its signer was not in force" in reason


CLIENT, SERVER, MAIL = (x509.ObjectIdentifier(f"1.3.6.1.5.5.7.3.{number}") for number in (2, 1, 4))
SIGNS = (key_usage("digital_signature"), True)
UPLOADS: dict[str, tuple[list[tuple[x509.ExtensionType, bool]], bool]] = {
    "for TLS clients": ([SIGNS, (x509.ExtendedKeyUsage([CLIENT]), False)], False),
    "for TLS": ([SIGNS, (x509.ExtendedKeyUsage([CLIENT, SERVER]), True)], False),
    "for TLS and mail": ([SIGNS, (x509.ExtendedKeyUsage([CLIENT, MAIL]), False)], True),
    "for certificates": ([(key_usage("key_cert_sign"), True)], False),
    "for content": ([(key_usage("content_commitment"), True)], True),
    "telling nothing": ([], True),
    "with an empty usage": (
        [(x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.37"), b"\x30\x00"), False)], True,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("extensions", "counts"), UPLOADS.values(), ids=UPLOADS)
def test_an_authentication_certificate_called_upload_vouches_for_nothing_if_it_tells(
    tmp_path: Path, extensions: list[tuple[x509.ExtensionType, bool]], counts: bool
) -> None:
    """The anchor signed it, and not what the list calls it."""
    key = ec.generate_private_key(ec.SECP256R1())
    upload = make_certificate({"C": "DE"}, None, key, extensions=extensions, **VALIDITY)
    dsc = other_dsc()
    entries = [*GATEWAY.entries(), gateway_entry("UPLOAD", "DE", upload, GATEWAY.anchor)]
    found = imported(tmp_path, [*entries, gateway_entry("DSC", "DE", dsc, upload)])
    assert (der_of(dsc) in trusted(found)) == counts
    told = ["it is an UPLOAD certificate, and says of itself to sign no messages"] if not counts else []
    assert [entry.reason for entry in found.left_out][:1] == told


def test_any_of_several_anchors_will_do(tmp_path: Path) -> None:
    found = imported(tmp_path, GATEWAY.entries(), (make_anchor().certificate, *GATEWAY.anchors))
    assert len(found.snapshot.keys) == 2


def test_a_signature_made_before_the_upload_certificate_was_in_force_is_refused(tmp_path: Path) -> None:
    late = make_upload("DE", begin=NOW + DAY)
    entries = [*GATEWAY.entries(), gateway_entry("UPLOAD", "DE", late, GATEWAY.anchor)]
    entries.append(gateway_entry("DSC", "DE", other_dsc(), late))
    (reason,) = reasons(imported(tmp_path, entries))
    assert "it was signed at 2022-04-14 03:15:00+00:00, when its signer was not in force" in reason


def test_expired_dscs_are_kept_with_their_validity(tmp_path: Path) -> None:
    """A verifier says then that the DSC expired, which tells more than an unknown kid."""
    old = other_dsc(begin=NOW - 800 * DAY, end=NOW - DAY)
    found = imported(tmp_path, [*GATEWAY.entries(), GATEWAY.dsc_entry("DE", old)])
    assert NOW - DAY in {key.not_after for key in found.snapshot.keys}


def test_a_dsc_that_says_to_be_a_ca_is_taken_for_what_the_list_says(tmp_path: Path) -> None:
    """One of Latvia's test vectors is such a one; as CSCA it counts for nothing, though."""
    extension = (x509.BasicConstraints(ca=True, path_length=None), True)
    odd = make_certificate({"C": "DE"}, GATEWAY.cscas["DE"], RSA_KEY, extensions=(extension,), **VALIDITY)
    below = make_dsc(odd, "DE")
    entries = [*GATEWAY.entries(), GATEWAY.dsc_entry("DE", odd), GATEWAY.dsc_entry("DE", below)]
    found = imported(tmp_path, entries)
    assert der_of(odd) in trusted(found)
    assert [reason.partition(": ")[2] for reason in reasons(found)] == [
        "no CSCA of its country in the list signed it"
    ]


def test_greece_and_the_united_kingdom_go_by_both_of_their_codes(tmp_path: Path) -> None:
    for listed, own in (("EL", "GR"), ("UK", "GB"), ("GR", "GR")):
        csca, upload = make_csca(own), make_upload(own)
        entries = [
            gateway_entry("CSCA", listed, csca, GATEWAY.anchor),
            gateway_entry("UPLOAD", listed, upload, GATEWAY.anchor),
            gateway_entry("DSC", listed, make_dsc(csca, own), upload),
        ]
        (key,) = imported(tmp_path, entries).snapshot.keys
        assert key.country == own


def test_without_an_anchor_a_list_is_refused_unless_that_is_wanted(tmp_path: Path) -> None:
    path = write_json(tmp_path / "trustlist.json", GATEWAY.entries())
    with pytest.raises(TrustUnreadable, match="name who signs it by --anchor"):
        import_sources([path], None, made_at=NOW)
    unsigned = [{**entry, "signature": ""} for entry in GATEWAY.entries()]
    found = imported(tmp_path, [*unsigned, GATEWAY.dsc_entry("DE", ORPHAN)], None)
    assert len(found.snapshot.keys) == 2
    assert "no CSCA of its country" in reasons(found)[0]


def test_rsa_cscas_certify_by_pkcs1_and_pss_and_sha_1_certifies_nothing(tmp_path: Path) -> None:
    csca = make_csca("DE", RSA_KEY)
    entries = [*GATEWAY.entries(), gateway_entry("CSCA", "DE", csca, GATEWAY.anchor)]
    entries.append(GATEWAY.dsc_entry("DE", make_dsc(csca, "DE")))
    assert len(imported(tmp_path, entries).snapshot.keys) == 3


@pytest.mark.parametrize("options", [(), ("-keyid",), ("-nocerts",), ("-stream",)], ids=" ".join)
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_a_list_that_openssl_signed_is_taken(tmp_path: Path, digest: str, options: tuple[str, ...]) -> None:
    """Signatures in BER, too: the gateway's own library writes these."""
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")
    gateway = Gateway()
    today = {"begin": NOW - DAY, "end": NOW + timedelta(days=36500)}
    gateway.anchor, gateway.uploads["DE"] = make_upload("EU", **today), make_upload("DE", **today)
    entries = [
        gateway_entry("CSCA", "DE", gateway.cscas["DE"], gateway.anchor),
        gateway_entry("UPLOAD", "DE", gateway.uploads["DE"], gateway.anchor),
        gateway.dsc_entry("DE"),
    ]
    for entry, signer in zip(entries, (gateway.anchor, gateway.anchor, gateway.uploads["DE"]), strict=True):
        signer.write(tmp_path, "signer")
        (tmp_path / "der").write_bytes(base64.b64decode(entry["rawData"]))
        made = openssl(
            "cms", "-sign", "-binary", "-outform", "DER", "-md", digest, "-signer", "signer.pem",
            "-inkey", "signer.key", "-in", "der", "-out", "p7s", *options, cwd=tmp_path,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        entry["signature"] = base64.encodebytes((tmp_path / "p7s").read_bytes()).decode()
    found = imported(tmp_path, entries, gateway.anchors)
    assert reasons(found) == []
    assert trusted(found) == {der_of(gateway.dscs["DE"])}
