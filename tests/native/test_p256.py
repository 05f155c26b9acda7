"""Signatures equal those of an independent library, bit for bit, at every CPU level and batch size."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Iterable

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from signer import _core

N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
PAIRS = int(os.environ.get("SIGNER_TEST_PAIRS", "6000"))  # ci/test.sh asks for up to 100,000

RFC_KEY = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
RFC_6979_A_2_5 = {
    b"sample": "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    b"test": "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
    "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
}


def bytes32(value: int) -> bytes:
    return value.to_bytes(32, "big")


def oracle(key: ec.EllipticCurvePrivateKey, digest: bytes) -> bytes:
    algorithm = ec.ECDSA(utils.Prehashed(hashes.SHA256()), deterministic_signing=True)
    r, s = utils.decode_dss_signature(key.sign(digest, algorithm))
    return bytes32(r) + bytes32(s)


def textbook(scalar: int, digest: bytes, nonce: int) -> bytes:
    """FIPS 186-5 section 6.4.1, with the library's point multiplication."""
    x = ec.derive_private_key(nonce, ec.SECP256R1()).public_key().public_numbers().x
    r = x % N
    s = pow(nonce, -1, N) * (int.from_bytes(digest, "big") + r * scalar) % N
    return bytes32(r) + bytes32(s)


def signatures(together: bytes) -> list[bytes]:
    return [together[at : at + 64] for at in range(0, len(together), 64)]


@pytest.mark.parametrize(("message", "signature"), RFC_6979_A_2_5.items())
def test_signs_the_vectors_of_rfc_6979(cpu_level: str, message: bytes, signature: str) -> None:
    digest = hashlib.sha256(message).digest()
    batch = _core.p256_sign(bytes32(RFC_KEY), digest * 20)
    assert signatures(batch) == [bytes.fromhex(signature)] * 20


def test_equals_the_library_for_random_keys_and_digests(cpu_level: str) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    left = PAIRS
    while left > 0:
        size = min(left, draw.choice([1, 2, 7, 8, 9, 64, 255, 256, 257, 512, 513]))
        scalar = draw.randrange(1, N)
        key = ec.derive_private_key(scalar, ec.SECP256R1())
        digests = [draw.randbytes(32) for _ in range(size)]
        assert signatures(_core.p256_sign(bytes32(scalar), b"".join(digests))) == [
            oracle(key, d) for d in digests
        ]
        left -= size


ENDS = (64, 128, 192, 256, 320, 512, 576)
SIZES_AT_ENDS = [size for size in range(1, 600) if size < 34 or any(abs(size - end) < 4 for end in ENDS)]


@pytest.mark.parametrize(
    "sizes",
    [SIZES_AT_ENDS, pytest.param(range(1, 600), marks=pytest.mark.long)],
    ids=["at the ends of chunks", "all"],
)
def test_every_batch_size_gives_the_same_signatures(cpu_level: str, sizes: Iterable[int]) -> None:
    """Groups of 8 lanes, chunks of 64 and 256 and batches of 512 all end somewhere in 1..600."""
    draw = random.Random(600)
    scalar = bytes32(draw.randrange(1, N))
    digests = draw.randbytes(600 * 32)
    whole = _core.p256_sign(scalar, digests)
    assert len(set(signatures(whole))) == 600
    for size in sizes:
        assert _core.p256_sign(scalar, digests[: 32 * size]) == whole[: 64 * size], size


@pytest.mark.parametrize("value", [0, 1, N - 1, N, N + 1, 2**256 - 1])
def test_digests_at_the_edges_are_reduced(cpu_level: str, value: int) -> None:
    scalar, digest = 12345, bytes32(value)
    key = ec.derive_private_key(scalar, ec.SECP256R1())
    batch = signatures(_core.p256_sign(bytes32(scalar), (digest + hashlib.sha256(b"other").digest()) * 9))
    assert batch[::2] == [oracle(key, digest)] * 9


LAST_WINDOWS_MEET = N - 2 * (N % 2**128)  # the nonce whose two halves are one point in the accelerated tree
SMALL = [1, 2, 3, 4, 255, 256, 257, 2**128 - 1, 2**128, 2**128 + 1]
NONCES = [
    *SMALL,
    *(N - k for k in SMALL),
    LAST_WINDOWS_MEET,
    N - LAST_WINDOWS_MEET,
    *(1 << bit for bit in range(0, 256, 5)),
]


def test_nonces_at_the_edges_give_textbook_signatures(cpu_level: str) -> None:
    scalar = 2**255 + 977
    digest = hashlib.sha256(b"edge").digest()
    batch = _core.p256_sign(bytes32(scalar), digest * len(NONCES), b"".join(map(bytes32, NONCES)))
    assert signatures(batch) == [textbook(scalar, digest, k) for k in NONCES]


@pytest.mark.parametrize("scalar", [1, 2, N - 1, N - 2, 2**255])
def test_keys_at_the_edges(cpu_level: str, scalar: int) -> None:
    key = ec.derive_private_key(scalar, ec.SECP256R1())
    digests = [hashlib.sha256(bytes([i])).digest() for i in range(17)]
    assert signatures(_core.p256_sign(bytes32(scalar), b"".join(digests))) == [
        oracle(key, d) for d in digests
    ]


@pytest.mark.parametrize("nonce", [0, N, N + 1, 2**256 - 1])
def test_an_impossible_nonce_blanks_its_own_signature_only(cpu_level: str, nonce: int) -> None:
    scalar, digest = 77, hashlib.sha256(b"blank").digest()
    nonces = [5, nonce, *range(6, 30)]
    batch = signatures(_core.p256_sign(bytes32(scalar), digest * len(nonces), b"".join(map(bytes32, nonces))))
    assert batch[1] == bytes(64)
    assert batch[:1] + batch[2:] == [textbook(scalar, digest, k) for k in nonces if k != nonce]


def test_r_and_s_keep_their_leading_zeros(cpu_level: str) -> None:
    scalar = 99
    key = ec.derive_private_key(scalar, ec.SECP256R1())
    digests = [hashlib.sha256(i.to_bytes(4, "big")).digest() for i in range(2048)]
    batch = signatures(_core.p256_sign(bytes32(scalar), b"".join(digests)))
    with_zeros = [i for i, signature in enumerate(batch) if signature[0] == 0 or signature[32] == 0]
    assert len(with_zeros) > 5
    assert [batch[i] for i in with_zeros] == [oracle(key, digests[i]) for i in with_zeros]


def test_a_signature_whose_s_would_be_zero_is_blanked(cpu_level: str) -> None:
    """h = -r d makes s = 0, which FIPS 186-5 forbids; RFC 6979 would then take the next nonce."""
    nonce, scalar = 1234567, 7654321
    r = ec.derive_private_key(nonce, ec.SECP256R1()).public_key().public_numbers().x % N
    digest = bytes32(-r * scalar % N)
    assert signatures(_core.p256_sign(bytes32(scalar), digest * 9, bytes32(nonce) * 9)) == [bytes(64)] * 9
