"""SHA-256 and HMAC-SHA-256 of the core at every CPU level, against vectors and other implementations."""

import hashlib
import random

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from signer import _core

pytestmark = pytest.mark.usefixtures("cpu_level")

# FIPS 180-4 examples (csrc.nist.gov), and the empty message.
FIPS_VECTORS = [
    (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ),
    (
        b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
    ),
    (b"a" * 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
]

# RFC 4231 section 4, but for the truncated case 5: key, data, MAC.
RFC_4231_VECTORS = [
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (
        bytes(range(1, 26)),
        b"\xcd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
    (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        b"\xaa" * 131,
        b"This is a test using a larger than block-size key and a larger than block-size data. "
        b"The key needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
]


def hmac_by_cryptography(secret: bytes, message: bytes) -> bytes:
    mac = HMAC(secret, hashes.SHA256())
    mac.update(message)
    return mac.finalize()


@pytest.mark.parametrize(("message", "digest"), FIPS_VECTORS, ids=lambda value: str(len(value)))
def test_digest_is_that_of_the_standard_in_any_place_of_a_batch(message: bytes, digest: str) -> None:
    assert _core.sha256_many([message]) == [bytes.fromhex(digest)]
    batch = [b"x" * n for n in range(20)]
    batch[13] = message
    assert _core.sha256_many(batch)[13] == bytes.fromhex(digest)


def test_every_length_up_to_five_blocks_is_padded_right() -> None:
    messages = [bytes(range(256)) * 2 for _ in range(321)]
    messages = [message[:length] for length, message in enumerate(messages)]
    assert _core.sha256_many(messages) == [hashlib.sha256(message).digest() for message in messages]


@pytest.mark.parametrize("n", range(41))
def test_batches_of_any_size_and_mixed_lengths_equal_hashlib(n: int) -> None:
    generator = random.Random(n)
    messages = [generator.randbytes(generator.randrange(301)) for _ in range(n)]
    assert _core.sha256_many(messages) == [hashlib.sha256(message).digest() for message in messages]


def test_one_long_message_among_short_ones_keeps_its_lane() -> None:
    messages = [b"s" * (i % 64) for i in range(100)]
    messages[3] = random.Random(3).randbytes(10_000)
    assert _core.sha256_many(messages) == [hashlib.sha256(message).digest() for message in messages]


@pytest.mark.parametrize(("secret", "message", "mac"), RFC_4231_VECTORS)
def test_mac_is_that_of_rfc_4231(secret: bytes, message: bytes, mac: str) -> None:
    assert _core.hmac_sha256_many(secret, [message]) == [bytes.fromhex(mac)]
    assert _core.hmac_sha256_many(secret, [message] * 20) == [bytes.fromhex(mac)] * 20


@pytest.mark.parametrize("n", [*range(1, 41), 63, 64, 65, 130])  # macs are made 64 at a time
def test_macs_equal_cryptography_for_any_batch_and_secret(n: int) -> None:
    generator = random.Random(n)
    secret = generator.randbytes(generator.randrange(1, 140))
    messages = [generator.randbytes(generator.randrange(301)) for _ in range(n)]
    expected = [hmac_by_cryptography(secret, message) for message in messages]
    assert _core.hmac_sha256_many(secret, messages) == expected


@pytest.mark.parametrize("length", [1, 63, 64, 65, 128])  # longer than a block: the secret is hashed first
def test_secrets_around_a_block_are_taken_as_rfc_2104_says(length: int) -> None:
    secret = bytes(range(length))
    assert _core.hmac_sha256_many(secret, [b"message"]) == [hmac_by_cryptography(secret, b"message")]
