"""The private key is gone from the memory of the process once what signs is closed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
ISSUE = """
import sys
from pathlib import Path

import pyarrow as pa

from signer import _core, keys
from signer.records.schemas import SHOTS

scalar = bytearray(32)
Path("/dev/stdin").open("rb", buffering=0).readinto(scalar)
terms = dict(kid=bytes(8), country="VN", issuer="x", issued_at=1660000000, expires_at=1691536000, today=19212)
issuer = _core.Issuer(scalar=scalar, uvci_secret=bytes(16), person_secret=bytes(16), uvci_checksum=False,
                      products=[("a", "b", "c", "d")], **terms)
keys.wipe(scalar)
row = dict.fromkeys(SHOTS.names) | dict(
    shot_id="s", person_id="001099012345", full_name="A B", date_of_birth="", vaccine="a",
    dose_number=1, doses_in_series=1,
)
batch = pa.RecordBatch.from_pylist([row] * 40, SHOTS)
days = pa.array([19000] * 40, pa.int32()).cast(pa.date32())
batch = batch.set_column(14, "vaccinated_on", days)
assert issuer.issue(batch)[0].num_rows == 40
"""
RENEW = """
import sys
from pathlib import Path

import pyarrow as pa
from made_renewers import LATER, NEW, OLD, TIMES, as_stored, open_issuer, shots

from signer import _core, keys

stored = as_stored(open_issuer(OLD, TIMES).issue(shots(40, 1))[0], OLD["kid"], TIMES)
scalar = bytearray(32)
Path("/dev/stdin").open("rb", buffering=0).readinto(scalar)
issuer = _core.Renewer(**{**NEW, "scalar": scalar}, **LATER)
keys.wipe(scalar)
assert issuer.renew(stored)[0].num_rows == 40
"""
CLOSE = """
for state in ("open", "closed"):
    print(state, flush=True)
    sys.stdin.readline()
    issuer.close()
"""


def occurrences(pid: int, *needles: bytes) -> list[int]:
    """How often each of the texts stands in the writable memory of a process."""
    found = [0] * len(needles)
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for begin, end in written_memory(pid):
            memory.seek(begin)
            content = memory.read(end - begin)
            found = [n + content.count(needle) for n, needle in zip(found, needles, strict=True)]
    return found


def written_memory(pid: int) -> Iterator[tuple[int, int]]:
    """Where its writable pages are that lie in memory or were swapped out: in all others is nothing yet."""
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/pagemap").open("rb") as pages:
        for line in maps:
            begin, end, mode = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            if not mode.startswith("rw") or "[v" in line:
                continue
            first, last = int(begin, 16) // PAGE_BYTES, int(end, 16) // PAGE_BYTES
            pages.seek(8 * first)
            entries = np.frombuffer(pages.read(8 * (last - first)), np.uint64)
            is_there = np.concatenate([[False], entries >> np.uint64(62) != 0, [False]])
            edges = np.flatnonzero(is_there[1:] != is_there[:-1]) + first
            yield from ((int(a) * PAGE_BYTES, int(b) * PAGE_BYTES) for a, b in edges.reshape(-1, 2))


@pytest.mark.parametrize("work", [ISSUE, RENEW], ids=["issuing", "renewing"])
def test_no_copy_of_the_scalar_is_left_after_closing(work: str) -> None:
    scalar = b"\x01" + os.urandom(31)
    child = subprocess.Popen(
        [sys.executable, "-c", work + CLOSE],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(scalar)
        assert child.stdout.readline() == b"open\n"
        assert occurrences(child.pid, scalar)[0] >= 1, "the scan cannot see the key where it must be"
        child.stdin.write(b"\n")
        assert child.stdout.readline() == b"closed\n"
        as_it_was, as_a_little_endian_number = occurrences(child.pid, scalar, scalar[::-1])
        assert (as_it_was, as_a_little_endian_number) == (0, 0)
        child.stdin.write(b"\n")
        assert child.wait(10) == 0
    finally:
        child.kill()
