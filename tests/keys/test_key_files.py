"""Files of keys: their modes, that none is overwritten, and that nothing half-written stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from signer.errors import KeyUnusable, OutputExists, OutputUnwritable
from signer.keys.files import MAX_FILE_BYTES, create_file, read_private_file, read_public_file


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_private_file_is_for_its_owner_only_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        create_file(tmp_path / "private", b"x", private=True)
        create_file(tmp_path / "public", b"x", private=False)
    finally:
        os.umask(before)
    assert (mode(tmp_path / "private"), mode(tmp_path / "public")) == (0o600, 0o644)


def test_the_folder_is_made(tmp_path):
    create_file(tmp_path / "a" / "b" / "c", b"x", private=True)
    assert read_private_file(tmp_path / "a" / "b" / "c") == b"x"


@pytest.mark.parametrize("private", [True, False])
def test_an_existing_file_stays_as_it_is(tmp_path, private):
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(OutputExists, match="is there already"):
        create_file(tmp_path / "file", b"new", private=private)
    assert (tmp_path / "file").read_bytes() == b"old"


def test_a_folder_that_cannot_be_made_is_an_error():
    with pytest.raises(OutputUnwritable, match="cannot be made"):
        create_file(Path("/dev/null/folder/key"), b"x", private=True)


def test_a_dangling_link_is_not_followed(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(OutputExists):
        create_file(tmp_path / "link", b"new", private=True)
    assert not (tmp_path / "target").exists()


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputExists, match="file: is there already"):
        create_file(tmp_path / "file" / "key", b"x", private=True)


WRITE_WITH_10_BYTES_LEFT = """
import pathlib, resource, signal, sys
from signer.errors import OutputUnwritable
from signer.keys.files import create_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    create_file(pathlib.Path(sys.argv[1]), bytes(100), private=True)
except OutputUnwritable as error:
    print(error)
"""


def test_a_file_that_does_not_fit_is_not_left_half(tmp_path):
    command = [sys.executable, "-c", WRITE_WITH_10_BYTES_LEFT, str(tmp_path / "key")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "cannot be written: File too large" in done.stdout
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("open_mode", [0o640, 0o604, 0o660, 0o601, 0o644])
def test_a_private_file_that_others_may_use_is_refused(tmp_path, open_mode):
    path = tmp_path / "key"
    path.write_bytes(b"x")
    path.chmod(open_mode)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        read_private_file(path)
    assert read_public_file(path) == b"x"


@pytest.mark.parametrize("closed_mode", [0o600, 0o400])
def test_a_private_file_of_its_owner_is_read(tmp_path, closed_mode):
    path = tmp_path / "key"
    path.write_bytes(b"x")
    path.chmod(closed_mode)
    assert read_private_file(path) == b"x"


def test_a_pipe_is_read_whatever_its_mode(tmp_path):
    reading, writing = os.pipe()
    os.write(writing, b"secret\n")
    os.close(writing)
    try:
        assert read_private_file(Path(f"/dev/fd/{reading}")) == b"secret\n"
    finally:
        os.close(reading)


def test_a_missing_file_a_folder_and_a_huge_file_are_refused(tmp_path):
    with pytest.raises(KeyUnusable, match=r"No such file or directory; check the path; `signer keys` makes"):
        read_public_file(tmp_path / "none")
    with pytest.raises(KeyUnusable, match="cannot be read: Is a directory; name the file in it"):
        read_private_file(tmp_path)
    (tmp_path / "huge").write_bytes(bytes(MAX_FILE_BYTES + 1))
    with pytest.raises(KeyUnusable, match="larger than 65536 bytes"):
        read_public_file(tmp_path / "huge")
    (tmp_path / "just").write_bytes(bytes(MAX_FILE_BYTES))
    assert len(read_public_file(tmp_path / "just")) == MAX_FILE_BYTES
