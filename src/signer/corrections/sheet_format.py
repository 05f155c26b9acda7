"""What a format of correction files has to be able to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa

from signer.corrections.refused_rows import Facility

__all__ = ["Format"]


@dataclass(frozen=True)
class Format:
    """`written` makes rows of SHOWN, of many facilities, into what `write` puts into the file of one."""

    written: Callable[[pa.RecordBatch], pa.RecordBatch]
    write: Callable[[BinaryIO, Facility, Iterator[pa.RecordBatch]], None]
