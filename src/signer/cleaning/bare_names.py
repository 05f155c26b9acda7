"""Keys of names without what most often goes wrong in them: the marks of vowels and the tones."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

__all__ = ["bare_names"]

IS_MARK = np.zeros(256, np.bool_)
IS_MARK[list(b"12345^(+")] = True  # native/names/name_key.h


def bare_names(keys: pa.StringArray) -> pa.StringArray:
    """Whole arrays as `_core.name_keys` gives them, without tones and marks; null where they are null."""
    is_valid, ends, text = keys.buffers()
    if len(keys) == 0 or text is None:
        return keys
    letters = np.frombuffer(text, np.uint8)
    kept = ~IS_MARK[letters]
    n_kept = np.zeros(len(letters) + 1, np.int32)
    np.cumsum(kept, dtype=np.int32, out=n_kept[1:])
    new_ends = n_kept[np.frombuffer(ends, np.int32, len(keys) + 1)]
    buffers = [is_valid, pa.py_buffer(new_ends), pa.py_buffer(letters[kept])]
    return pa.Array.from_buffers(pa.string(), len(keys), buffers)
