"""Each stage of the core by itself and all of them in memory, against the Python twin, OpenSSL and crypto_mb.

Kernels are called through lists of Python objects here, which the real pipeline never makes: nothing is
subtracted for that, so that short stages look slower than they are. Times are microseconds a record on one
core.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

import base45
import naive
import openssl_speed
import pytest
from crypto_mb import CryptoMb, NoCryptoMbError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from duel import one_by_one, timed_us
from levels import Level
from workload import N_BATCHES, SCALAR, SECRET, Workload, batch_after_batch, open_core_renewer

from signer import _core

N_SIGNATURES = 32_768  # tens of milliseconds: fewer, and fresh memory and cold caches would be timed
N_SLOW = 256  # records of a baseline that takes tens of microseconds each


@pytest.fixture(scope="session")
def digests(workload: Workload) -> bytes:
    return b"".join(hashlib.sha256(b"%d" % i).digest() for i in range(N_SIGNATURES))


@pytest.fixture(scope="session")
def nonces(digests: bytes) -> bytes:
    return _core.rfc6979_nonces(SCALAR, digests)


@pytest.fixture(scope="session")
def crypto_mb() -> CryptoMb:
    try:
        return CryptoMb()
    except NoCryptoMbError as reason:
        pytest.skip(f"crypto_mb: {reason}")


def test_split_name(duel: Callable[..., None], workload: Workload) -> None:
    names, encoded = workload.names, [name.encode() for name in workload.names]
    duel(
        stage="name: split, NFC, ICAO letters",
        ours=lambda: [_core.split_name(name) for name in encoded],
        n_records=len(names),
        baseline="Python (unicodedata)",
        baseline_us=one_by_one(naive.split_name, names),
    )


def test_sha256(duel: Callable[..., None], workload: Workload) -> None:
    messages = workload.messages
    duel(
        stage="SHA-256",
        ours=lambda: _core.sha256_many(messages),
        n_records=len(messages),
        baseline="hashlib",
        baseline_us=one_by_one(lambda message: hashlib.sha256(message).digest(), messages),
    )


def test_hmac_sha256(duel: Callable[..., None], workload: Workload) -> None:
    messages = [message[:100] for message in workload.messages]
    duel(
        stage="HMAC-SHA-256 of 100 bytes",
        ours=lambda: _core.hmac_sha256_many(SECRET, messages),
        n_records=len(messages),
        baseline="hmac.digest",
        baseline_us=one_by_one(lambda message: hmac.digest(SECRET, message, "sha256"), messages),
    )


def test_rfc6979_nonces(duel: Callable[..., None], digests: bytes) -> None:
    some = [digests[32 * i : 32 * i + 32] for i in range(N_SLOW)]
    duel(
        stage="RFC 6979 nonce",
        ours=lambda: _core.rfc6979_nonces(SCALAR, digests),
        n_records=N_SIGNATURES,
        baseline="Python (hmac)",
        baseline_us=one_by_one(lambda digest: naive.nonce(SCALAR, digest), some),
    )


def test_sign_against_openssl(
    duel: Callable[..., None], openssl_us: Callable[[], float], level: Level, digests: bytes, nonces: bytes
) -> None:
    duel(
        stage="signature, nonce given",
        ours=lambda: _core.p256_sign(SCALAR, digests, nonces),
        n_records=N_SIGNATURES,
        baseline="openssl speed",
        baseline_us=openssl_us,
        goal=20.0 if level.name == "ifma" else 1.5,
        rounds=openssl_speed.ROUNDS,
    )


def test_sign_against_crypto_mb(
    duel: Callable[..., None], level: Level, digests: bytes, nonces: bytes, crypto_mb: CryptoMb
) -> None:
    assert crypto_mb.sign(SCALAR, digests, nonces) == _core.p256_sign(SCALAR, digests, nonces)
    duel(
        stage="signature, nonce given",
        ours=lambda: _core.p256_sign(SCALAR, digests, nonces),
        n_records=N_SIGNATURES,
        baseline="crypto_mb",
        baseline_us=lambda: timed_us(lambda: crypto_mb.sign(SCALAR, digests, nonces), N_SIGNATURES),
        goal=4.0 if level.name == "ifma" else None,
    )


def test_nonce_and_sign_against_cryptography(
    duel: Callable[..., None], digests: bytes, workload: Workload
) -> None:
    some, key = [digests[32 * i : 32 * i + 32] for i in range(N_SLOW)], workload.naive.key
    prehashed = ec.ECDSA(Prehashed(hashes.SHA256()), deterministic_signing=True)
    duel(
        stage="nonce and signature",
        ours=lambda: _core.p256_sign(SCALAR, digests),
        n_records=N_SIGNATURES,
        baseline="cryptography, deterministic",
        baseline_us=one_by_one(lambda digest: key.sign(digest, prehashed), some),
    )


def test_zlib(duel: Callable[..., None], workload: Workload) -> None:
    messages = workload.messages
    duel(
        stage="zlib",
        ours=lambda: _core.zlib_compress(messages),
        n_records=len(messages),
        baseline="zlib, level 6",
        baseline_us=one_by_one(naive.compress, messages[:N_SLOW]),
        goal=20.0,
    )


def test_base45(duel: Callable[..., None], workload: Workload) -> None:
    messages = workload.compressed
    duel(
        stage="base45",
        ours=lambda: _core.base45_encode(messages),
        n_records=len(messages),
        baseline="base45 (PyPI)",
        baseline_us=one_by_one(base45.b45encode, messages[:N_SLOW]),
    )


def test_text_in_memory_against_the_twin(duel: Callable[..., None], workload: Workload) -> None:
    duel(
        stage="text in memory",
        ours=lambda: workload.core.issue(workload.shots),
        n_records=workload.n_records,
        baseline="Python twin",
        baseline_us=one_by_one(workload.naive.text, workload.rows),
    )


def test_text_in_memory_against_openssl(
    duel: Callable[..., None], openssl_us: Callable[[], float], level: Level, workload: Workload
) -> None:
    duel(
        stage="text in memory",
        ours=batch_after_batch(lambda: workload.core.issue(workload.shots)),
        n_records=N_BATCHES * workload.n_records,
        baseline="openssl speed",
        baseline_us=openssl_us,
        goal=8.0 if level.name == "ifma" else None,
        rounds=openssl_speed.ROUNDS,
    )


def test_renewal_against_issuing(duel: Callable[..., None], workload: Workload) -> None:
    renewer, stored, n_records = open_core_renewer(), workload.stored, N_BATCHES * workload.n_records
    assert renewer.renew(stored)[0].num_rows == workload.n_records
    issue = batch_after_batch(lambda: workload.core.issue(workload.shots))
    duel(
        stage="renewal in memory",
        ours=batch_after_batch(lambda: renewer.renew(stored)),
        n_records=n_records,
        baseline="issuing the same rows",
        baseline_us=lambda: timed_us(issue, n_records),
        goal=1.0,
    )
