"""The compiled core: batches in, batches out, the interpreter lock released (docs/kernels.md)."""

from collections.abc import Sequence

import pyarrow as pa

def cpu_level() -> str:
    """The level in use: "ifma", "avx512", "avx2" or "portable"."""

def select_cpu(disabled: str) -> str:
    """Turns the levels named in `disabled` off, and all others on; gives the level now in use.

    Raises CpuLevelUnknown.
    """

class Issuer:
    """One DSC's encoder and signer for one run. `close`, or collection, wipes the private scalar.

    Serves one thread at a time: `issue` and `close` raise ValueError while another call is under way.
    """

    def __init__(
        self,
        *,
        scalar: bytearray,
        kid: bytes,
        country: str,
        issuer: str,
        issued_at: int,
        expires_at: int,
        today: int,
        uvci_secret: bytes,
        person_secret: bytes,
        uvci_checksum: bool,
        products: Sequence[tuple[str, str, str, str]],
    ) -> None:
        """`scalar` is 32 bytes, big endian; times are seconds and `today` is days since 1970.

        `products` are (name, mp, ma, vp).
        """

    def issue(
        self, shots: pa.RecordBatch, duplicates: Sequence[int] = ()
    ) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Signs a batch of the shots schema, of at most 500,000 rows.

        Gives (issued, refused). issued: row int32, uvci string, person_key binary, vaccine string (mp),
        hc1 string, signature_hash binary. refused: row int32, reason uint8, field uint8, as in
        `records.reasons`. Rows count within the batch; `duplicates` are the rows to be refused as repeated
        shot_ids, ascending.
        """

    def close(self) -> None: ...

# Single kernels, for tests and benchmarks.
def sha256_many(messages: Sequence[bytes]) -> list[bytes]: ...
def hmac_sha256_many(secret: bytes, messages: Sequence[bytes]) -> list[bytes]: ...
def rfc6979_nonces(scalar: bytes, digests: bytes, order: bytes | None = None) -> bytes: ...
def p256_sign(scalar: bytes, digests: bytes, nonces: bytes | None = None) -> bytes: ...
def zlib_compress(messages: Sequence[bytes]) -> list[bytes]: ...
def base45_encode(messages: Sequence[bytes]) -> list[str]: ...
def split_name(full_name: bytes) -> tuple[str, str, str, str]: ...
