"""Reading trusted DSCs: files and folders of them, and what cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import make_certificate
from reference.little_issuer import LittleIssuer
from trust.made_trust_lists import KEY

from signer.errors import TrustUnreadable
from signer.keys import create_csca, create_dsc, write_key_pair
from signer.verifying import Dsc, TrustStore


def kids(store: TrustStore) -> set[bytes]:
    return set(store.by_kid)


def test_a_pem_or_der_file_holds_a_dsc(tmp_path: Path, issuer: LittleIssuer) -> None:
    for name, data in (("dsc.pem", issuer.pem()), ("dsc.der", issuer.der()), ("no_suffix", issuer.pem())):
        (tmp_path / name).write_bytes(data)
        (dsc,) = TrustStore.load(tmp_path / name).find(issuer.kid)
        assert (dsc.kid, dsc.algorithm, dsc.country) == (issuer.kid, "ES256", "VN")


def test_one_file_may_hold_several(tmp_path: Path, issuer: LittleIssuer) -> None:
    other = LittleIssuer(country="FR")
    (tmp_path / "all.pem").write_bytes(b"a remark\n" + issuer.pem() + b"\n" + other.pem())
    assert kids(TrustStore.load(tmp_path / "all.pem")) == {issuer.kid, other.kid}


def test_a_folder_is_read_with_its_subfolders(tmp_path: Path, issuer: LittleIssuer) -> None:
    other = LittleIssuer("rsa2048")
    (tmp_path / "DSC" / "VN").mkdir(parents=True)
    (tmp_path / "DSC" / "VN" / "a.CRT").write_bytes(issuer.pem())
    (tmp_path / "b.cer").write_bytes(other.der())
    assert kids(TrustStore.load(tmp_path)) == {issuer.kid, other.kid}


def test_private_keys_and_other_files_in_a_folder_are_passed_over(
    tmp_path: Path, issuer: LittleIssuer
) -> None:
    (tmp_path / "dsc.pem").write_bytes(issuer.pem())
    (tmp_path / "dsc.key").write_bytes(issuer.private_pem())
    (tmp_path / "key.pem").write_bytes(issuer.private_pem())
    (tmp_path / "both.pem").write_bytes(issuer.private_pem() + issuer.pem())
    (tmp_path / "profile.toml").write_text("country = 'VN'")
    assert kids(TrustStore.load(tmp_path)) == {issuer.kid}


def test_a_certificate_found_twice_counts_once(tmp_path: Path, issuer: LittleIssuer) -> None:
    (tmp_path / "a.pem").write_bytes(issuer.pem())
    (tmp_path / "b.der").write_bytes(issuer.der())
    assert len(TrustStore.load(tmp_path).find(issuer.kid)) == 1


def test_the_store_keeps_every_dsc_of_a_kid(issuer: LittleIssuer) -> None:
    dsc = Dsc.from_certificate(issuer.certificate)
    clash = Dsc(dsc.kid, None, None, None, dsc.not_before, dsc.not_after, dsc.kinds)
    assert TrustStore.of([dsc, clash, dsc]).find(dsc.kid) == (dsc, clash)


@pytest.mark.parametrize(("subject", "country"), [("vn", "VN"), ("(b", None), ("1 ", None), (None, None)])
def test_the_country_of_a_certificate_is_two_letters_or_none(
    subject: str | None, country: str | None
) -> None:
    """Whatever stood there was shown and compared before."""
    held = make_certificate({"C": subject} if subject else {"CN": "x"}, None, KEY, extensions=())
    assert Dsc.from_certificate(held.certificate).country == country


def test_an_unknown_kid_finds_nothing(trust: TrustStore) -> None:
    assert trust.find(b"") == ()


@pytest.mark.parametrize("name", ["broken.pem", "broken.der", "broken.txt"])
@pytest.mark.parametrize(
    "data", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_file_that_is_no_certificate_is_named(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(TrustUnreadable) as caught:
        TrustStore.load(tmp_path / name)
    assert str(caught.value) == (
        f"{tmp_path / name} is no certificate in PEM or DER, or is damaged; name a DSC such as dsc.pem"
    )


def test_a_ca_alone_is_refused_and_beside_a_dsc_is_taken(tmp_path: Path) -> None:
    csca = create_csca("VN", now=datetime.now(UTC))
    write_key_pair(csca, tmp_path, "csca", None)
    for path in (tmp_path, tmp_path / "csca.pem"):
        with pytest.raises(TrustUnreadable, match="that is a CA; name the DSC"):
            TrustStore.load(path)
    write_key_pair(create_dsc(csca, now=datetime.now(UTC)), tmp_path, "dsc", None)
    assert len(kids(TrustStore.load(tmp_path))) == 2


def test_one_damaged_file_in_a_folder_is_named(tmp_path: Path, issuer: LittleIssuer) -> None:
    (tmp_path / "good.pem").write_bytes(issuer.pem())
    (tmp_path / "cut.der").write_bytes(issuer.der()[:-5])
    with pytest.raises(TrustUnreadable, match=r"cut\.der"):
        TrustStore.load(tmp_path)


def test_no_certificate_at_all_is_an_error(tmp_path: Path, issuer: LittleIssuer) -> None:
    (tmp_path / "key.pem").write_bytes(issuer.private_pem())
    for path in (tmp_path, tmp_path / "key.pem"):
        with pytest.raises(TrustUnreadable, match=r"no certificate to trust.*of a published list `signer"):
            TrustStore.load(path)


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TrustUnreadable, match="nowhere"):
        TrustStore.load(tmp_path / "nowhere")
