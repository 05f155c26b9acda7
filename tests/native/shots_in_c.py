"""The C files that check shots and write payloads, compiled into a shared object, and their structs."""

import ctypes
import re
import subprocess
import sysconfig
from ctypes import POINTER, c_char_p, c_int, c_int32, c_size_t, c_uint8, c_uint16, c_uint32, c_uint64
from pathlib import Path

NATIVE = Path(__file__).parents[2] / "src" / "signer" / "native"
FOLDERS = ("cbor", "names", "shots")
COMPILED: dict[tuple[str, ...], ctypes.CDLL] = {}
UNREADABLE = -(2**31)
NULL = UNREADABLE + 1


class Text(ctypes.Structure):
    _fields_ = (("bytes", c_char_p), ("length", c_uint32))


class Issuer(ctypes.Structure):
    _fields_ = (
        ("country", Text),
        ("issuer", Text),
        ("issued_at", c_uint64),
        ("expires_at", c_uint64),
        ("kid", c_uint8 * 8),
    )


class Name(ctypes.Structure):
    _fields_ = (
        ("fn_length", c_uint16),
        ("gn_length", c_uint16),
        ("fnt_length", c_uint16),
        ("gnt_length", c_uint16),
        ("fn", c_uint8 * 320),
        ("gn", c_uint8 * 320),
        ("fnt", c_uint8 * 80),
        ("gnt", c_uint8 * 80),
    )


class Record(ctypes.Structure):
    _fields_ = (
        ("name", POINTER(Name)),
        ("date_of_birth", Text),
        ("uvci", Text),
        ("mp", Text),
        ("ma", Text),
        ("vp", Text),
        ("dose_number", c_uint8),
        ("doses_in_series", c_uint8),
        ("vaccinated_on", c_uint8 * 10),
    )


class Product(ctypes.Structure):
    _fields_ = (("name", Text), ("mp", Text), ("ma", Text), ("vp", Text))


class Products(ctypes.Structure):
    _fields_ = (("products", POINTER(Product)), ("n_products", c_uint32), ("slots", c_uint8 * 512))


class Rules(ctypes.Structure):
    _fields_ = (("products", POINTER(Products)), ("today", c_int32))


class Row(ctypes.Structure):
    _fields_ = (
        ("shot_id", Text),
        ("person_id", Text),
        ("full_name", Text),
        ("date_of_birth", Text),
        ("vaccine", Text),
        ("province", Text),
        ("district", Text),
        ("facility", Text),
        ("supersedes", Text),
        ("dose_number", c_int32),
        ("doses_in_series", c_int32),
        ("vaccinated_on", c_int32),
    )


class Verdict(ctypes.Structure):
    _fields_ = (("reason", c_int), ("field", c_int))


def text(value: str | bytes | None) -> Text:
    encoded = value.encode() if isinstance(value, str) else value
    return Text(encoded, len(encoded or b""))


def header_number(header: str, name: str) -> int:
    """The number that `header` defines as `name`."""
    found = re.search(rf"#define {name} (\d+)", (NATIVE / header).read_text("utf-8"))
    assert found is not None, name
    return int(found[1])


def compile_library(folder: Path, *more: str) -> ctypes.CDLL:
    """Compiles with the compiler that Python itself would use for extensions; `more` are further files.

    Once a process: those who ask again are given what was compiled into another folder.
    """
    if more not in COMPILED:
        COMPILED[more] = _compile(folder / "shots_in_c.so", more)
    return COMPILED[more]


def _compile(library: Path, more: tuple[str, ...]) -> ctypes.CDLL:
    sources = [str(source) for name in FOLDERS for source in sorted((NATIVE / name).glob("*.c"))]
    sources += [str(source) for pattern in more for source in sorted(NATIVE.glob(pattern))]
    compiler = (sysconfig.get_config_var("CC") or "cc").split()
    flags = ["-std=c11", "-O2", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror", f"-I{NATIVE}"]
    subprocess.run([*compiler, *flags, *sources, "-o", str(library)], check=True)
    functions = ctypes.CDLL(str(library))
    functions.dcc_signed_bytes.restype = functions.dcc_cose.restype = c_size_t
    functions.shot_key_message.restype = functions.uvci_write.restype = c_size_t
    functions.uvci_check_character.restype = c_uint8
    functions.uvci_check_character.argtypes = [c_char_p, c_size_t]
    functions.shot_check.restype = Verdict
    functions.shot_products_find.restype = POINTER(Product)
    functions.shot_products_find.argtypes = [POINTER(Products), Text]
    functions.date_days.restype = functions.date_earliest.restype = c_int32
    functions.date_earliest.argtypes = [c_char_p, c_size_t]
    functions.date_month_length.restype = c_uint32
    functions.text_check.argtypes = [c_char_p, c_size_t]
    return functions
