"""The compiled core: batches in, batches out, the interpreter lock released (docs/kernels.md)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import pyarrow as pa

def cpu_level() -> str:
    """The level in use: "ifma", "avx512", "avx2" or "portable"."""

def select_cpu(disabled: str) -> str:
    """Turns the levels named in `disabled` off, and all others on; gives the level now in use.

    Raises CpuLevelUnknown.
    """

class Issuer:
    """One DSC's encoder and signer for one run. `close`, or collection, wipes the private scalar.

    Serves one thread at a time: all methods raise ValueError while another call is under way.
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
        painter: QrPainter | None = None,
    ) -> None:
        """`scalar` is 32 bytes, big endian; times are seconds and `today` is days since 1970.

        `products` are (name, mp, ma, vp). With a `painter`, certificates come with their pictures.
        """

    def issue(
        self, shots: pa.RecordBatch, duplicates: Sequence[int] = ()
    ) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Signs a batch of the shots schema, of at most 500,000 rows.

        A column `supersedes` more, string, has the UVCIs of the certificates that those of corrected shots
        replace; the new UVCIs depend on them.

        Gives (issued, refused). issued: row int32, uvci string, person_key binary, vaccine string (mp),
        hc1 string, signature_hash binary, and with a painter picture binary. refused: row int32, reason
        uint8, field uint8, as in `records.reasons`. Rows count within the batch; `duplicates` are the rows to
        be refused as repeated shot_ids, ascending. Raises QrTextUnfit, naming the row, where the painter has
        no symbol for a certificate.
        """

    def uvcis(self, shots: pa.RecordBatch) -> pa.StringArray:
        """The UVCI that `issue` would give each row, null where it would refuse it; nothing is signed.

        Takes batches as `issue` does; a repeated shot_id is not looked for.
        """

    def close(self) -> None: ...

class Renewer:
    """One DSC's signer of certificates that a registry has already; secrets and threads as of `Issuer`."""

    def __init__(
        self,
        *,
        scalar: bytearray,
        kid: bytes,
        country: str,
        issued_at: int,
        expires_at: int,
        painter: QrPainter | None = None,
    ) -> None:
        """`scalar` is 32 bytes, big endian; `country` is that of all certificates; times are in seconds.

        With a `painter`, certificates come with their pictures.
        """

    def renew(self, certificates: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Signs anew what the certificates of a batch say, of at most 500,000 rows, with other times and kid.

        Takes the columns hc1 string, kid binary, iat and exp timestamp[us, UTC] and uvci string, in any order
        among others, as the certificates schema has them. Gives (renewed, refused). renewed: row int32, hc1
        string, signature_hash binary, and with a painter picture binary; the bytes are those that `Issuer`
        would make of the shot. refused: as of `Issuer.issue`, with the reason CERTIFICATE_DAMAGED where the
        text cannot be read, or its message is not laid out as `Issuer` writes it, up to UVCI and country,
        with the kid, times and UVCI of its row. What the DCC says behind that is not looked at, and the old
        signature is not verified: give only what is known to be the issuer's own. Raises as `Issuer.issue`.
        """

    def close(self) -> None: ...

class QrPainter:
    """Draws QR symbols of one format; serves one thread at a time, as `Issuer` does.

    `picture` is "png", "svg" or "bits" (docs/pictures.md); `level` is "L", "M", "Q" or "H", the weakest error
    correction allowed, and `raise_level` takes a higher one where the version stays the same; with
    `lower_level` a text too long for version 40 gets the highest level that holds it. `scale` is 1 to 16
    pixels a module, `quiet_zone` 0 to 32 modules.
    """

    def __init__(
        self,
        *,
        picture: str,
        level: str = "Q",
        raise_level: bool = False,
        lower_level: bool = False,
        scale: int = 4,
        quiet_zone: int = 4,
    ) -> None: ...
    def draw(self, texts: pa.StringArray) -> pa.BinaryArray:
        """One picture for each text, null for null.

        Raises QrTextUnfit, naming the row, where a text is empty, has a character that is not alphanumeric
        (ISO 18004 table 5) or is too long for version 40.
        """

class QrSymbol(NamedTuple):
    """A symbol; `bits` is its raster, rows from the top, padded to bytes, high bit first, 1 for dark."""

    version: int
    level: str
    mask: int
    side: int
    bits: bytes

def qr_symbol(text: str, *, level: str = "Q", raise_level: bool = False) -> QrSymbol:
    """The symbol of one text. Raises QrTextUnfit."""

class Verifier:
    """Finds the HC1 texts that are valid beyond doubt; of all others nothing is said.

    `signers` are DSCs in force, each the only one of its kid: kid of 8 bytes, public key x || y of 64 bytes,
    country of two capital letters, kinds out of "vtr", and its life in seconds since 1970. `at_us` is the
    time of the check in microseconds since 1970, `latest_day` the last one that has come anywhere.
    `value_sets` are the codes that are not marked, as native/verify/dcc_marks.h has them. Raises ValueError
    where one is not so.
    """

    def __init__(
        self,
        signers: Iterable[tuple[bytes, bytes, str, Iterable[str], int, int]],
        *,
        at_us: int,
        latest_day: date,
        value_sets: Iterable[bytes],
    ) -> None: ...
    def verify(self, texts: pa.StringArray, *, hashes: bool = False) -> pa.RecordBatch:
        """For each text the signer that signed it, int32, counted in the order of the kids; -1 where nothing
        is said. iat and exp, int64, in seconds since 1970, mean nothing then. With `hashes` also
        COUNTRYCODEUCI, UCI and SIGNATURE, the 16 bytes of each that the EU gateway's revocation lists have.

        What is found valid here, `verifying.verify` finds valid, too, without marks, and names the same
        issuer, kid and times. Tables of 256 KiB are made for the first 256 signers that are met. Raises
        ValueError for a signer whose key is no point of P-256.
        """

def name_keys(full_names: pa.StringArray) -> pa.StringArray:
    """The key by which each full name is compared, equal where two writings are one name (docs/names.md).

    Null for null and where a name is unreadable: no letter in it, a character without transliteration, a
    control character, or not UTF-8. Raises ValueError at more than 700 MB of names.
    """

# Single kernels, for tests and benchmarks.
def sha256_many(messages: Sequence[bytes]) -> list[bytes]: ...
def hmac_sha256_many(secret: bytes, messages: Sequence[bytes]) -> list[bytes]: ...
def rfc6979_nonces(scalar: bytes, digests: bytes, order: bytes | None = None) -> bytes: ...
def p256_sign(scalar: bytes, digests: bytes, nonces: bytes | None = None) -> bytes: ...
def zlib_compress(messages: Sequence[bytes]) -> list[bytes]: ...
def zlib_compress_again(stream: bytes, message: bytes) -> bytes: ...
def base45_encode(messages: Sequence[bytes]) -> list[str]: ...
def split_name(full_name: bytes) -> tuple[str, str, str, str]: ...
def p256_verify(points: Sequence[bytes], digests: bytes, signatures: bytes) -> list[bool]: ...
def base45_decode(texts: Sequence[bytes]) -> list[bytes | None]: ...
def zlib_inflate(streams: Sequence[bytes], room: int) -> list[bytes | None]: ...
def zlib_inflate_many(streams: Sequence[bytes], room: int) -> list[bytes | None]: ...
