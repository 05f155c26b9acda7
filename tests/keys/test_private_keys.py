"""Private keys: formats and passphrases taken and refused, and the scalar that comes out."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signer.errors import KeyUnusable
from signer.keys import load_private_key, load_scalar, public_key, wipe
from signer.keys.private import encode_private_key

RFC_6979_A_2_5 = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721


def written(folder: Path, pem: bytes) -> Path:
    path = folder / "some.key"
    path.write_bytes(pem)
    path.chmod(0o600)
    return path


def key_of(scalar: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(scalar, ec.SECP256R1())


@pytest.mark.parametrize("passphrase", [None, b"long and random", "mật khẩu".encode()])
@pytest.mark.parametrize("scalar", [1, 255, RFC_6979_A_2_5, 1 << 248])
def test_the_scalar_comes_back_padded_to_32_bytes(tmp_path, scalar, passphrase):
    path = written(tmp_path, encode_private_key(key_of(scalar), passphrase))
    loaded = load_scalar(path, passphrase)
    assert isinstance(loaded, bytearray)
    assert loaded == scalar.to_bytes(32, "big")
    assert public_key(loaded) == key_of(scalar).public_key()


def test_an_encrypted_key_says_so_and_uses_aes_256(tmp_path):
    pem = encode_private_key(key_of(1), b"x")
    assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")


def test_a_wrong_passphrase_is_refused(tmp_path):
    path = written(tmp_path, encode_private_key(key_of(1), b"right"))
    with pytest.raises(KeyUnusable, match="wrong passphrase, or damaged"):
        load_scalar(path, b"wrong")


def test_a_missing_passphrase_is_refused_with_the_names_to_set(tmp_path):
    path = written(tmp_path, encode_private_key(key_of(1), b"right"))
    with pytest.raises(KeyUnusable, match="is encrypted and its passphrase is missing") as caught:
        load_scalar(path, None)
    for name in ("passphrase_file in the profile", "--passphrase-file", "--csca-passphrase-file"):
        assert name in str(caught.value)


def test_a_passphrase_for_a_key_without_one_is_refused(tmp_path):
    path = written(tmp_path, encode_private_key(key_of(1), None))
    with pytest.raises(KeyUnusable, match="is not encrypted, but a passphrase was named"):
        load_scalar(path, b"x")


def test_a_key_file_that_others_may_read_is_refused(tmp_path):
    path = written(tmp_path, encode_private_key(key_of(1), None))
    path.chmod(0o640)
    with pytest.raises(KeyUnusable, match="mode 0640 lets other users at it; `chmod 600` it; if"):
        load_scalar(path, None)


def test_a_key_cut_short_is_refused(tmp_path):
    pem = encode_private_key(key_of(1), None)
    with pytest.raises(KeyUnusable, match="is damaged"):
        load_scalar(written(tmp_path, pem[: len(pem) // 2]), None)


@pytest.mark.parametrize("content", [b"", b"hello", bytes(range(256))])
def test_what_is_no_pem_is_refused(tmp_path, content):
    with pytest.raises(KeyUnusable, match="is no PKCS#8 private key in PEM"):
        load_private_key(written(tmp_path, content), None)


def test_the_older_format_of_openssl_is_refused_with_the_command_that_turns_it(tmp_path):
    pem = key_of(1).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    with pytest.raises(KeyUnusable, match="openssl pkcs8 -topk8"):
        load_scalar(written(tmp_path, pem), None)


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP256K1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["P-384", "secp256k1", "Ed25519", "RSA"],
)
def test_another_kind_of_key_has_no_scalar_for_us(tmp_path, key):
    path = written(tmp_path, encode_private_key(key, None))
    with pytest.raises(KeyUnusable, match="is no P-256 key"):
        load_scalar(path, None)


def test_messages_hold_nothing_of_key_or_passphrase(tmp_path):
    path = written(tmp_path, encode_private_key(key_of(RFC_6979_A_2_5), b"right"))
    with pytest.raises(KeyUnusable) as caught:
        load_scalar(path, b"hunter2")
    assert "hunter2" not in str(caught.value)


def test_wiping_overwrites_in_place():
    secret = bytearray(b"0123")
    view = memoryview(secret)
    wipe(secret)
    assert bytes(view) == bytes(4)
