"""The house rules that no single test can see: who may import whom, who may print, sync or name a machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "src" / "signer"
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if PACKAGE / "native" not in path.parents
)  # native/: generators of C tables, run by hand
MAX_LINES = 400

GROUND = {
    "cms",
    "durable",
    "durations",
    "failpoints",
    "errors",
    "log",
    "profile",
    "records",
    "regular",
    "suppression",
    "tables",
}
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": {"cli"},
    "durable": {"errors", "failpoints"},
    "durations": set(),
    "errors": set(),
    "failpoints": set(),
    "log": set(),
    "records": {"errors"},
    "regular": set(),
    "profile": {"errors", "records"},
    "suppression": set(),
    "tables": {"durable", "errors"},
    "cms": {"errors"},
    "sources": {*GROUND, "_core"},
    "cleaning": {*GROUND, "_core", "suppression"},
    "corrections": {*GROUND, "_core"},
    "synthetic": {*GROUND, "_core"},
    "keys": {*GROUND},
    "attesting": {*GROUND},
    "trust": {*GROUND},
    "issuing": {*GROUND, "_core", "keys"},
    "packing": {*GROUND, "_core"},
    "page": {*GROUND},
    "reporting": {*GROUND},
    "registry": {*GROUND, "_core"},
    "renewing": {*GROUND, "_core"},
    "revoking": {*GROUND, "_core"},
    "verifying": {"cms", "errors", "records", "regular"},
    "linting": {*GROUND, "_core"},
    "engines": {"errors", "log"},
    "campaign": {
        *GROUND,
        "_core",
        "attesting",
        "cleaning",
        "corrections",
        "engines",
        "issuing",
        "linting",
        "packing",
        "registry",
        "renewing",
        "reporting",
        "revoking",
        "sources",
        "suppression",
        "verifying",
    },
}
"""Which rooms each room may use beside itself (design: layout); cli may use all."""

PRINTS = {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write", "pprint.pprint"}
PRINTER = PACKAGE / "cli" / "ui.py"
SYNCS = {"os.fsync", "os.fdatasync", "os.rename", "os.replace", "os.link", "shutil.move"}
SYNCER = PACKAGE / "durable.py"
INVENTED_FILES = PACKAGE / "synthetic" / "writing.py"
"""Renames, too: an invented nation may be lost in a power cut."""

CLOCKS = {"time.time", "time.monotonic", "time.perf_counter", "datetime.now", "datetime.utcnow", "date.today"}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def named(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def imported_modules(path: Path) -> Iterator[str]:
    """Full names of all modules, wherever they are imported; `from signer import x` gives signer.x."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}: a relative import, which this test does not follow"
            module = str(node.module)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def imported_rooms(path: Path) -> set[str]:
    parts = (module.split(".") for module in imported_modules(path))
    rooms = {names[1] for names in parts if names[0] == "signer" and len(names) > 1}
    return rooms - {room_of(path), "__version__"}


@cache
def called_names(path: Path) -> set[str]:
    """Dotted names of what a file calls, `os.fsync`; of a method on something nameless only `.rename`."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            names.add(ast.unparse(node.func))
            if isinstance(node.func, ast.Attribute):
                names.add(f".{node.func.attr}")
    return names


def test_the_rules_speak_of_every_room() -> None:
    rooms = {room_of(path) for path in MODULES}
    assert rooms - set(MAY_IMPORT) == {"cli"}


def test_imports_run_one_way() -> None:
    too_many = {
        named(path): imported_rooms(path) - MAY_IMPORT[room_of(path)]
        for path in MODULES
        if room_of(path) != "cli"
    }
    assert {name: rooms for name, rooms in too_many.items() if rooms} == {}


def test_the_core_imports_nothing_of_the_package_but_its_own_declarations_and_errors() -> None:
    written = [*PACKAGE.glob("_*.py[xi]"), *PACKAGE.glob("_*.px[di]")]
    assert PACKAGE / "_core.pyx" in written
    sources = "\n".join(path.read_text("utf-8") for path in written)
    assert set(re.findall(r"(?:from|c?import)\s+signer\.(\w+)", sources)) <= {"_native", "errors"}


def test_only_the_printer_prints() -> None:
    printing = {named(path): called_names(path) & PRINTS for path in MODULES if path != PRINTER}
    assert {name: calls for name, calls in printing.items() if calls} == {}


def test_only_one_file_syncs_and_renames() -> None:
    syncing = {named(path): called_names(path) & {*SYNCS, ".rename"} for path in MODULES if path != SYNCER}
    assert syncing.pop(named(INVENTED_FILES)) <= {"os.replace"}
    assert {name: calls for name, calls in syncing.items() if calls} == {}


def test_only_commands_read_the_clock() -> None:
    # A worker process gives its parent time to end; that is waiting, not telling the time.
    allowed = {"engines": {"time.monotonic"}}
    reading = {
        named(path): called_names(path) & CLOCKS - allowed.get(room_of(path), set())
        for path in MODULES
        if room_of(path) != "cli"
    }
    assert {name: calls for name, calls in reading.items() if calls} == {}


@pytest.mark.parametrize("room", ["src", "tests", "benchmarks", "ci"])
def test_no_file_is_longer_than_one_can_overlook(room: str) -> None:
    ours = (
        path
        for ending in ("py", "pyx", "pxi", "pxd", "c", "h", "sh")
        for path in (PROJECT / room).rglob(f"*.{ending}")
    )
    written = (path for path in ours if path.name != "_core.c")  # what Cython makes of _core.pyx
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in written}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


def test_no_source_names_a_path_of_a_machine() -> None:
    machine = re.compile(
        r"(?<![\w.])/(home|root|work|mnt|Users)/"
    )  # the group keeps this line from finding itself
    sources = (
        path
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".pyx", ".pyi", ".pxd", ".pxi", ".c", ".h"}
    )
    found = [
        named(path) for path in sources if path.name != "_core.c" and machine.search(path.read_text("utf-8"))
    ]
    assert found == []
