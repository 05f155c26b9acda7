"""`signer explain` in a registry of many certificates: the whole command, by number and by shot.

    python benchmarks/look_up.py FOLDER [CERTIFICATES]

FOLDER/registry is made where it is not there (10 M certificates: 5 GB, two minutes). Its texts say nothing,
but keys, ids and places are as spread as real ones. Processor time counts, too: by that a busy machine is
seen.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from signer.campaign.plan import Encoder, InputFile, Plan, PlannedPart, Subject
from signer.campaign.plan_store import keep_plan
from signer.campaign.tables import REFUSED_TABLE, certificates_table, open_table_file
from signer.issuing.identity import PersonSecret, open_person_secret, registry_owner
from signer.profile import load_profile
from signer.registry import FileKey, open_or_create

PER_PART, ROWS_PER_GROUP = 100_000, 65_536
HC1_LENGTH = 440
TABLE = certificates_table(None, registered=True)
ISSUED_AT = 1_649_906_100
RUNS = 5


def main() -> None:
    folder = Path(sys.argv[1])
    n_parts = max(1, int(sys.argv[2] if len(sys.argv) > 2 else 10_000_000) // PER_PART)
    profile = folder / "issuer" / "profile.toml"
    if not profile.exists():
        signer("init", folder / "issuer", "--dev-keys")
    if not (folder / "registry").exists():
        make_registry(folder / "registry", profile, n_parts)
    for asked in (["--person", known_person(n_parts // 2)], ["--shot", shot_id(n_parts * PER_PART // 2)]):
        for _ in range(RUNS):
            begun, used = time.perf_counter(), os.times()
            signer("explain", folder / "registry", "--profile", profile, *asked)
            now, seconds = os.times(), time.perf_counter() - begun
            spent = now.children_user + now.children_system - used.children_user - used.children_system
            print(f"{asked[0]} {seconds:.2f} s, {spent:.2f} s of processor time")


def signer(*arguments: object) -> None:
    command = [sys.executable, "-m", "signer", *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def known_person(part: int) -> str:
    """The number of one person of each part."""
    return f"{part:012d}"


def shot_id(row: int) -> str:
    """Scattered, so that no range tells where one stands."""
    return f"S{row * 7_919_007 % 999_999_999_989:012d}"


def make_registry(path: Path, profile_path: Path, n_parts: int) -> None:
    profile = load_profile(profile_path)
    secret = open_person_secret(profile)
    registry = open_or_create(path)
    plan = keep_plan(registry.plans, made_plan(n_parts, registry_owner(profile)))
    random = np.random.default_rng(1)
    with registry.lease() as lease:
        for part in range(n_parts):
            with registry.new_part(plan.plan_id, part, FileKey(bytes(32))) as working:
                with open_table_file(TABLE, working.certificates) as file:
                    for batch in certificates(part, secret, random).to_batches(ROWS_PER_GROUP):
                        file.write(batch)
                with open_table_file(REFUSED_TABLE, working.refused):
                    pass
            registry.commit(lease, [working.files])


def made_plan(n_parts: int, owner: str) -> Plan:
    rows = n_parts * PER_PART
    return Plan(
        subject=Subject((InputFile("/shots.parquet", "0f" * 32, 9, (1, 2, 9, 4)),), "0c" * 32, None, "shot"),
        attempt=0,
        input_rows=(rows,),
        issued_at=ISSUED_AT,
        expires_at=ISSUED_AT + 31_536_000,
        encoder=Encoder("0.1.0", "0d" * 32),
        dsc=b"certificate",
        registry_owner=owner,
        parts=tuple(PlannedPart(n, 0, n * PER_PART, PER_PART, (n,), 0, "0e" * 8) for n in range(n_parts)),
        n_duplicates=0,
        instead_of=(),
        after_version=0,
    )


def certificates(part: int, secret: PersonSecret, random: np.random.Generator) -> pa.Table:
    """The rows of a part; its 78th is the known person's."""
    keys = random.integers(0, 256, (PER_PART, 16), np.uint8)
    keys[77] = np.frombuffer(secret.person_key(known_person(part)), np.uint8)
    uvcis = np.array([*"URN:UVCI:01:VN:"], "S1").view(np.uint8)
    tails = random.integers(ord("A"), ord("Z") + 1, (PER_PART, 20), np.uint8)
    places = random.integers(0, 63 * 180, PER_PART)
    first = part * PER_PART
    columns = {
        "uvci": fixed(np.hstack([np.tile(uvcis, (PER_PART, 1)), tails]), pa.string()),
        "shot_id": pa.array([shot_id(row) for row in range(first, first + PER_PART)]),
        "person_key": fixed(keys, pa.binary()),
        "province": pa.array([f"Tỉnh {place // 180:02d}" for place in places]),
        "district": pa.array([f"Quận {place // 16}" for place in places]),
        "facility": pa.array([f"{place // 180:02d}-{place % 180:04d}" for place in places]),
        "dose_number": pa.array(random.integers(1, 3, PER_PART, np.int32)),
        "hc1": fixed(random.integers(ord("A"), ord("Z") + 1, (PER_PART, HC1_LENGTH), np.uint8), pa.string()),
        "signature_hash": fixed(random.integers(0, 256, (PER_PART, 16), np.uint8), pa.binary()),
        "supersedes": pa.nulls(PER_PART, pa.string()),
    }
    same = {"vaccine": "EU/1/20/1528", "doses_in_series": 2, "kid": b"k" * 8, "part": part}
    same |= {"iat": ISSUED_AT * 1_000_000, "exp": (ISSUED_AT + 31_536_000) * 1_000_000}
    same |= {"campaign": "issue-20220414T031500Z-01234567"}
    columns |= {
        name: pa.repeat(pa.scalar(value, TABLE.schema.field(name).type), PER_PART)
        for name, value in same.items()
    }
    return pa.table([columns[name] for name in TABLE.schema.names], schema=TABLE.schema)


def fixed(content: np.ndarray, kind: pa.DataType) -> pa.Array:
    """Values of one length each, a row of bytes a value."""
    n_rows, width = content.shape
    ends = np.arange(0, (n_rows + 1) * width, width, np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(content))]
    return pa.Array.from_buffers(kind, n_rows, buffers)


if __name__ == "__main__":
    main()
