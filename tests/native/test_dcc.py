"""Payload, signed bytes and COSE message, byte for byte what cbor2 writes in canonical form."""

import ctypes
import random
from dataclasses import dataclass, replace
from typing import Any

import cbor2
import pytest
from shots_in_c import Issuer, Name, Record, compile_library, header_number, text

CANARY = b"\xa5" * 64
KID = bytes(range(8))
PROTECTED = cbor2.dumps({1: -7, 4: KID}, canonical=True)
LENGTHS = (0, 1, 22, 23, 24, 25, 79, 80)  # of strings: a head of one byte ends at 23
SIGNED_MAX = header_number("cbor/dcc.h", "DCC_PAYLOAD_MAX") + 32


@dataclass(frozen=True)
class Shot:
    """What a payload is made of; the field names are those of the DCC."""

    fn: str = "Nguyễn"
    gn: str = "Bảo Duy"
    fnt: str = "NGUYEN"
    gnt: str = "BAO<DUY"
    dob: str = "1990-02-28"
    ci: str = "URN:UVCI:01:VN:ABCDEFGHIJKLMNOPQRST#3"
    ma: str = "ORG-100030215"
    mp: str = "EU/1/20/1528"
    vp: str = "1119349007"
    issuer: str = "Bộ Y tế"
    dn: int = 1
    sd: int = 2
    dt: str = "2021-08-15"
    iat: int = 1_650_000_000
    exp: int = 1_681_536_000


SHORTEST = Shot(
    fn="A", gn="", fnt="A", gnt="", dob="", ci="C", ma="M", mp="P", vp="V", issuer="I", iat=0, exp=0
)
LONGEST = Shot(
    fn="𠀀" * 80, gn="𠀀" * 80, fnt="A" * 80, gnt="B" * 80, issuer="𠀀" * 80,
    ci="C" * 48, ma="M" * 80, mp="P" * 80, vp="V" * 80,
    dn=255, sd=255, iat=2**64 - 1, exp=2**64 - 1,
)  # fmt: skip


def expected_payload(shot: Shot) -> bytes:
    vaccination = {
        "ci": shot.ci, "co": "VN", "dn": shot.dn, "dt": shot.dt, "is": shot.issuer,
        "ma": shot.ma, "mp": shot.mp, "sd": shot.sd, "tg": "840539006", "vp": shot.vp,
    }  # fmt: skip
    names = {"fn": shot.fn, "gn": shot.gn, "fnt": shot.fnt, "gnt": shot.gnt}
    nam = {key: value for key, value in names.items() if value or key in {"fn", "fnt"}}
    dcc = {"v": [vaccination], "dob": shot.dob, "nam": nam, "ver": "1.3.0"}
    claims: dict[int, Any] = {1: "VN", 4: shot.exp, 6: shot.iat, -260: {1: dcc}}
    return cbor2.dumps(claims, canonical=True)


def struct_name(shot: Shot) -> Name:
    name = Name()
    for key in ("fn", "gn", "fnt", "gnt"):
        encoded = getattr(shot, key).encode()
        ctypes.memmove(getattr(name, key), encoded, len(encoded))
        setattr(name, f"{key}_length", len(encoded))
    return name


def struct_issuer(shot: Shot) -> Issuer:
    return Issuer(text("VN"), text(shot.issuer), shot.iat, shot.exp, (ctypes.c_uint8 * 8)(*KID))


def struct_record(shot: Shot, name: Name) -> Record:
    codes = [text(value) for value in (shot.dob, shot.ci, shot.mp, shot.ma, shot.vp)]
    day = (ctypes.c_uint8 * 10)(*shot.dt.encode())
    return Record(ctypes.pointer(name), *codes, shot.dn, shot.sd, day)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    return compile_library(tmp_path_factory.mktemp("dcc"))


def signed_bytes(library: ctypes.CDLL, shot: Shot) -> tuple[bytes, bytes]:
    """The signed bytes and the payload in them; nothing behind the promised size is touched."""
    name = struct_name(shot)
    out = ctypes.create_string_buffer(b"\0" * SIGNED_MAX + CANARY)
    at = ctypes.c_uint32()
    issuer, record = struct_issuer(shot), struct_record(shot, name)
    length = library.dcc_signed_bytes(ctypes.byref(issuer), ctypes.byref(record), out, ctypes.byref(at))
    assert out.raw[SIGNED_MAX : SIGNED_MAX + len(CANARY)] == CANARY
    return out.raw[:length], out.raw[at.value : length]


def assert_equal_to_cbor2(library: ctypes.CDLL, shot: Shot) -> None:
    whole, payload = signed_bytes(library, shot)
    assert payload == expected_payload(shot), shot
    assert whole == cbor2.dumps(["Signature1", PROTECTED, b"", payload]), shot


@pytest.mark.parametrize("shot", [Shot(), SHORTEST, LONGEST, replace(Shot(), gn="", gnt="")])
def test_the_shortest_the_longest_and_a_single_name_equal_cbor2(library: ctypes.CDLL, shot: Shot) -> None:
    assert_equal_to_cbor2(library, shot)


def test_the_longest_payload_of_lawful_values_fits_its_limit(library: ctypes.CDLL) -> None:
    assert len(signed_bytes(library, LONGEST)[1]) <= header_number("cbor/dcc.h", "DCC_PAYLOAD_MAX")


def test_payloads_around_256_bytes_get_the_shortest_head(library: ctypes.CDLL) -> None:
    shots = [replace(SHORTEST, fn="A" * n, issuer="I" * 70) for n in range(1, 80)]
    assert {255, 256} <= {len(signed_bytes(library, shot)[1]) for shot in shots}
    for shot in shots:
        assert_equal_to_cbor2(library, shot)


@pytest.mark.parametrize("time", [0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1])
def test_times_of_every_head_size_equal_cbor2(library: ctypes.CDLL, time: int) -> None:
    assert_equal_to_cbor2(library, replace(Shot(), iat=time, exp=2**64 - 1 - time))


def random_text(chance: random.Random, alphabet: str, most_characters: int) -> str:
    n = min(chance.choice((chance.randint(0, most_characters), *LENGTHS)), most_characters)
    return "".join(chance.choices(alphabet, k=n))


def random_shot(chance: random.Random) -> Shot:
    letters, codes = "aZ ễƯđ-'𠀀", "ABC019/:-"
    return Shot(
        fn=random_text(chance, letters, 80),
        gn=random_text(chance, letters, 80),
        fnt=random_text(chance, "ABZ<", 80),
        gnt=random_text(chance, "ABZ<", 80),
        dob=chance.choice(("", "1950", "1901-08", "1979-04-14")),
        ci=random_text(chance, codes, 48),
        ma=random_text(chance, codes, 80),
        mp=random_text(chance, codes, 80),
        vp=random_text(chance, codes, 80),
        issuer=random_text(chance, letters, 80),
        dn=chance.randint(1, 9),
        sd=chance.randint(1, 9),
        iat=chance.getrandbits(chance.choice((4, 8, 16, 31, 33))),
        exp=chance.getrandbits(chance.choice((4, 8, 16, 31, 33))),
    )


@pytest.mark.parametrize("seed", range(4))
def test_random_records_equal_cbor2(library: ctypes.CDLL, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(1000):
        assert_equal_to_cbor2(library, random_shot(chance))


@pytest.mark.parametrize("n", [0, 1, 23, 24, 255, 256, 300, 1600])
def test_the_cose_message_equals_cbor2(library: ctypes.CDLL, n: int) -> None:
    payload, signature = bytes(i % 251 for i in range(n)), bytes(range(64))
    cose_max = header_number("cbor/dcc.h", "DCC_PAYLOAD_MAX") + 96
    out = ctypes.create_string_buffer(b"\0" * cose_max + CANARY)
    issuer = struct_issuer(Shot())
    length = library.dcc_cose(ctypes.byref(issuer), payload, ctypes.c_size_t(n), signature, out)
    assert out.raw[:length] == cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, {}, payload, signature]))
    assert out.raw[cose_max : cose_max + len(CANARY)] == CANARY
