"""Passphrases from files and the environment."""

from pathlib import Path

import pytest

from signer.errors import KeyUnusable
from signer.keys import read_passphrase


def file_with(folder: Path, content: bytes) -> Path:
    path = folder / "passphrase"
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_one_line_end_is_cut_off(tmp_path, end):
    assert read_passphrase(file_with(tmp_path, b" two words " + end), None) == b" two words "


def test_more_than_one_line_end_belongs_to_the_passphrase(tmp_path):
    assert read_passphrase(file_with(tmp_path, b"a\n\n"), None) == b"a\n"


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_an_empty_file_is_refused(tmp_path, content):
    with pytest.raises(KeyUnusable, match="is empty; put the key's passphrase there"):
        read_passphrase(file_with(tmp_path, content), None)


def test_a_file_that_others_may_read_is_refused(tmp_path):
    path = file_with(tmp_path, b"x")
    path.chmod(0o644)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        read_passphrase(path, None)


def test_a_variable_is_read_as_bytes():
    assert read_passphrase(None, "P", {"P": "mật khẩu"}) == "mật khẩu".encode()


@pytest.mark.parametrize("environment", [{}, {"P": ""}])
def test_an_unset_or_empty_variable_is_refused(environment):
    with pytest.raises(KeyUnusable, match="environment variable P: is empty or not set"):
        read_passphrase(None, "P", environment)


def test_without_either_there_is_none():
    assert read_passphrase(None, None) is None
