"""Keys of names without their marks and tones."""

from __future__ import annotations

import pyarrow as pa

from signer._core import name_keys
from signer.cleaning.bare_names import bare_names


def test_marks_of_vowels_and_tones_are_taken_away() -> None:
    names = ["Nguyễn Thị Hường", None, "Lê Ân", "Rơ Châm H'Đăng", "??", "Müller", "", "Ý"]
    found = bare_names(name_keys(pa.array(names)))
    found.validate(full=True)
    bare = ["nguyenthihuong", None, "lean", "rochamhdang", None, "mu\u0308ller", None, "y"]
    assert found.to_pylist() == bare


def test_arrays_without_letters_are_taken() -> None:
    for names in ([], [None, None], ["", "?"]):
        keys = name_keys(pa.array(names, pa.string()))
        assert bare_names(keys).to_pylist() == keys.to_pylist()
