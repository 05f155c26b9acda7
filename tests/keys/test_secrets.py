"""Secrets of an issuer: random, private, never replaced."""

import pytest

from signer.errors import KeyUnusable, OutputExists
from signer.keys import create_secret, load_secret


def test_a_secret_is_32_random_bytes_as_hex_in_a_private_file(tmp_path):
    create_secret(tmp_path / "a")
    create_secret(tmp_path / "b")
    assert len(load_secret(tmp_path / "a")) == 32
    assert load_secret(tmp_path / "a") != load_secret(tmp_path / "b")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "a").read_text() == load_secret(tmp_path / "a").hex() + "\n"


def test_an_existing_secret_is_never_replaced(tmp_path):
    create_secret(tmp_path / "a")
    before = load_secret(tmp_path / "a")
    with pytest.raises(OutputExists):
        create_secret(tmp_path / "a")
    assert load_secret(tmp_path / "a") == before


@pytest.mark.parametrize("content", ["", "00" * 31, "00" * 33, "zz" * 32, "00" * 31 + "0", "\u0660" * 64])
def test_what_is_no_secret_is_refused(tmp_path, content):
    (tmp_path / "a").write_text(content, encoding="utf-8")
    (tmp_path / "a").chmod(0o600)
    with pytest.raises(KeyUnusable, match="is no secret; it holds 64 hex digits"):
        load_secret(tmp_path / "a")


def test_a_secret_that_others_may_read_is_refused(tmp_path):
    create_secret(tmp_path / "a")
    (tmp_path / "a").chmod(0o644)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        load_secret(tmp_path / "a")
