"""The key and certificate that sign files: a pair of a kind that can sign, read with the care of keys."""

from pathlib import Path

import pytest
from attesting.made_certificates_of_places import RSA_KEY, make_ca, make_signer
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding
from cryptography.hazmat.primitives.serialization import Encoding

from signer.errors import KeyUnusable
from signer.keys import load_signatory
from signer.keys.private import encode_private_key

CA = make_ca()
SIGNER = make_signer(CA)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return SIGNER.write(tmp_path, "facility")


def test_a_pair_signs_by_its_own_key(pair):
    signatory = load_signatory(*pair, None, None)
    signature = signatory.sign(b"message")
    SIGNER.key.public_key().verify(signature, b"message", ec.ECDSA(hashes.SHA256()))
    assert (signatory.certificate, signatory.chain) == (SIGNER.certificate, ())


def test_so_does_an_rsa_key(tmp_path):
    signatory = load_signatory(*make_signer(CA, key=RSA_KEY).write(tmp_path, "rsa"), None, None)
    RSA_KEY.public_key().verify(signatory.sign(b"m"), b"m", padding.PKCS1v15(), hashes.SHA256())


def test_the_key_is_shown_nowhere(pair):
    assert "key" not in repr(load_signatory(*pair, None, None)).lower()


def test_an_encrypted_key_wants_its_passphrase(pair):
    certificate, key = pair
    key.write_bytes(encode_private_key(SIGNER.key, b"secret"))
    assert load_signatory(certificate, key, None, b"secret").certificate == SIGNER.certificate
    for passphrase, message in ((None, "passphrase is missing"), (b"wrong", "wrong passphrase")):
        with pytest.raises(KeyUnusable, match=message):
            load_signatory(certificate, key, None, passphrase)


def test_a_key_that_others_may_read_is_refused(pair):
    pair[1].chmod(0o640)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        load_signatory(*pair, None, None)


def test_the_key_of_another_is_refused(pair, tmp_path):
    _, other = make_signer(CA, key=RSA_KEY).write(tmp_path, "other")
    with pytest.raises(KeyUnusable, match="is not the key of"):
        load_signatory(pair[0], other, None, None)


def test_a_key_of_another_kind_is_refused(pair):
    pair[1].write_bytes(encode_private_key(ed25519.Ed25519PrivateKey.generate(), None))
    with pytest.raises(KeyUnusable, match="neither an RSA nor an elliptic curve key"):
        load_signatory(*pair, None, None)


def test_a_chain_is_read_in_its_order(pair, tmp_path):
    authorities = (make_ca("1"), make_ca("2"))
    chain = tmp_path / "chain.pem"
    chain.write_bytes(b"".join(ca.certificate.public_bytes(Encoding.PEM) for ca in authorities))
    loaded = load_signatory(*pair, chain, None)
    assert loaded.chain == tuple(ca.certificate for ca in authorities)
    for damaged in (b"", b"hello", chain.read_bytes()[:-200]):
        chain.write_bytes(damaged)
        with pytest.raises(KeyUnusable, match=r"chain\.pem: holds no certificates"):
            load_signatory(*pair, chain, None)
