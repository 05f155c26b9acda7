"""Nonces of the core at every CPU level, against RFC 6979's vectors, a plain reference and `cryptography`."""

import hashlib
import hmac
import random

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from signer import _core

pytestmark = pytest.mark.usefixtures("cpu_level")

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HALF_REJECTED = 2**255 + 1  # the smallest odd order of 256 bits: about half of the candidates exceed it

# RFC 6979 appendix A.2.5: private key, and message and k for SHA-256.
RFC_SCALAR = bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")
RFC_NONCES = {
    b"sample": "A6E3C57DD01ABE90086538398355DD4C3B17AA873382B0F24D6129493D8AAD60",
    b"test": "D16B6AE827F17175E040871A1C7EC3500192C4C92677336EC2537ACAEE0008E0",
}


def reference(scalar: bytes, digest: bytes, order: int) -> tuple[bytes, int]:
    """RFC 6979 section 3.2 for 256 bits, step by step: the nonce and the number of rejected candidates."""
    h1 = (int.from_bytes(digest, "big") % order).to_bytes(32, "big")
    v, k = b"\x01" * 32, b"\x00" * 32
    for octet in (b"\x00", b"\x01"):
        k = hmac.digest(k, v + octet + scalar + h1, "sha256")
        v = hmac.digest(k, v, "sha256")
    rejected = 0
    while True:
        v = hmac.digest(k, v, "sha256")
        if 0 < int.from_bytes(v, "big") < order:
            return v, rejected
        rejected += 1
        k = hmac.digest(k, v + b"\x00", "sha256")
        v = hmac.digest(k, v, "sha256")


def nonces(scalar: bytes, digests: list[bytes], order: int) -> list[bytes]:
    joined = _core.rfc6979_nonces(scalar, b"".join(digests), order.to_bytes(32, "big"))
    assert len(joined) == 32 * len(digests)
    return [joined[i : i + 32] for i in range(0, len(joined), 32)]


@pytest.mark.parametrize("message", RFC_NONCES)
def test_nonce_is_that_of_the_standard_in_any_place_of_a_batch(message: bytes) -> None:
    digest = hashlib.sha256(message).digest()
    expected = bytes.fromhex(RFC_NONCES[message])
    assert _core.rfc6979_nonces(RFC_SCALAR, digest) == expected
    batch = [bytes([i]) * 32 for i in range(20)]
    for place in range(20):
        digests = [*batch[:place], digest, *batch[place + 1 :]]
        assert nonces(RFC_SCALAR, digests, P256_ORDER)[place] == expected


@pytest.mark.parametrize("n", range(41))
def test_batches_of_any_size_equal_the_reference(n: int) -> None:
    generator = random.Random(n)
    scalar = generator.randrange(1, P256_ORDER).to_bytes(32, "big")
    digests = [generator.randbytes(32) for _ in range(n)]
    expected = [reference(scalar, digest, P256_ORDER)[0] for digest in digests]
    assert nonces(scalar, digests, P256_ORDER) == expected


@pytest.mark.parametrize("n", [1, 2, 3, 16, 17, 40])
def test_rejected_candidates_are_followed_by_the_next_in_their_lane_alone(n: int) -> None:
    generator = random.Random(n)
    scalar = generator.randrange(1, HALF_REJECTED).to_bytes(32, "big")
    digests = [generator.randbytes(32) for _ in range(n)]
    assert nonces(scalar, digests, HALF_REJECTED) == [reference(scalar, d, HALF_REJECTED)[0] for d in digests]


def test_many_rejections_in_a_row_are_survived() -> None:
    scalar = (7).to_bytes(32, "big")
    digests = [hashlib.sha256(i.to_bytes(2, "big")).digest() for i in range(500)]
    expected = [reference(scalar, digest, HALF_REJECTED) for digest in digests]
    assert max(rejected for _, rejected in expected) >= 5
    assert min(rejected for _, rejected in expected) == 0
    assert nonces(scalar, digests, HALF_REJECTED) == [nonce for nonce, _ in expected]


@pytest.mark.parametrize("order", [P256_ORDER, HALF_REJECTED])
@pytest.mark.parametrize("scalar", [1, 2**248 - 1, HALF_REJECTED - 1])
def test_digests_at_and_over_the_order_are_reduced(scalar: int, order: int) -> None:
    numbers = [0, 1, order - 1, order, order + 1, 2**255 - 1, 2**255, 2**256 - 1]
    digests = [number.to_bytes(32, "big") for number in numbers]
    key = scalar.to_bytes(32, "big")
    assert nonces(key, digests, order) == [reference(key, digest, order)[0] for digest in digests]


def test_nonces_are_those_by_which_cryptography_signs() -> None:
    generator = random.Random(1)
    key = ec.derive_private_key(generator.randrange(1, P256_ORDER), ec.SECP256R1())
    scalar = key.private_numbers().private_value.to_bytes(32, "big")
    digests = [generator.randbytes(32) for _ in range(40)]
    algorithm = ec.ECDSA(utils.Prehashed(hashes.SHA256()), deterministic_signing=True)
    for digest, nonce in zip(digests, nonces(scalar, digests, P256_ORDER), strict=True):
        r, _ = utils.decode_dss_signature(key.sign(digest, algorithm))
        point = ec.derive_private_key(int.from_bytes(nonce, "big"), ec.SECP256R1()).public_key()
        assert point.public_numbers().x % P256_ORDER == r
