"""Which machine letters can stand for a name."""

from __future__ import annotations

import pytest

from signer.linting.transliteration import is_transliteration


@pytest.mark.parametrize(
    ("name", "standard"),
    [
        ("Nguyễn", "NGUYEN"),
        ("Đặng", "DANG"),
        ("Ðặng", "DANG"),  # U+00D0
        ("Ɖặng", "DANG"),  # U+0189
        ("Phạm Đức Mạnh", "PHAM<DUC<MANH"),
        ("Trần Thị Hồng", "TRAN<THI<HONG"),
        ("Lương", "LUONG"),
        ("Đỗ Thị Hường", "DO<THI<HUONG"),
        ("Nguye\u0302\u0303n", "NGUYEN"),
        ("Musterfrau-Gößinger", "MUSTERFRAU<GOESSINGER"),
        ("Gößinger", "GOSSINGER"),
        ("d'Červenková Panklová", "DCERVENKOVA<PANKLOVA"),
        ("d’Arsøns - van Halen", "DARSOENS<VAN<HALEN"),
        ("François-Joan", "FRANCOIS<JOAN"),
        ("Þórðardóttir", "THORDARDOTTIR"),
        ("Ñandú, Jr.", "NANDU<JR"),
        ("A" * 100, "A" * 80),
    ],
)
def test_the_right_letters_are_taken(name: str, standard: str) -> None:
    assert is_transliteration(standard, name) is True


@pytest.mark.parametrize(
    ("name", "standard"),
    [
        ("Nguyễn", "NGUYN"),
        ("Đặng", "ANG"),
        ("Đức", "UC"),
        ("Trần", "TRAN<THI"),
        ("Trần Thị", "TRAN"),
        ("Lương", "LONG"),
        ("A" * 100, "A" * 40),
    ],
)
def test_lost_letters_are_found(name: str, standard: str) -> None:
    assert is_transliteration(standard, name) is False


def test_other_scripts_are_not_judged() -> None:
    assert is_transliteration("PAPADOPOULOS", "Παπαδόπουλος") is None
    assert is_transliteration("IVANOV", "Иванов") is None


def test_many_letters_with_two_forms_take_no_time() -> None:
    assert is_transliteration("A" * 79 + "B", "Å" * 60) is False
