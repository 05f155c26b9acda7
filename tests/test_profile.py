"""The profile file: what it gives, what it refuses and how the refusal reads."""

import calendar
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from signer.cli.init import profile_text
from signer.errors import ProfileInvalid
from signer.profile import Profile, expires_at, load_profile

GOOD = profile_text("VN")


def loaded(folder: Path, text: str | bytes = GOOD) -> Profile:
    path = folder / "profile.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return load_profile(path)


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def test_the_profile_that_init_writes_is_read_back_whole(tmp_path):
    profile = loaded(tmp_path)
    assert (profile.country, profile.issuer) == ("VN", "Ministry of Health")
    assert (profile.validity_months, profile.uvci_checksum, profile.utc_offset_minutes) == (12, False, 420)
    assert (profile.passphrase_file, profile.passphrase_env) == (None, None)
    assert profile.refused_limit == 0.25
    assert profile.products["Vero Cell"] == "BBIBP-CorV"
    assert len(profile.products) == 8


def test_relative_paths_are_relative_to_the_profile_and_absolute_ones_stay(tmp_path):
    profile = loaded(tmp_path, changed('"keys/dsc.key"', '"/somewhere/dsc.key"'))
    assert profile.dsc == tmp_path / "keys" / "dsc.pem"
    assert profile.key == Path("/somewhere/dsc.key")
    assert profile.uvci_secret == tmp_path / "uvci.secret"


def test_limits_and_products_may_be_left_out(tmp_path):
    profile = loaded(tmp_path, GOOD[: GOOD.index("[limits]")])
    assert profile.refused_limit == 0.25
    assert dict(profile.products) == {}


def test_a_passphrase_may_come_from_a_file_or_a_variable(tmp_path):
    assert (
        loaded(tmp_path, changed("# passphrase_env", "passphrase_env")).passphrase_env == "SIGNER_PASSPHRASE"
    )
    by_file = loaded(tmp_path, changed("# passphrase_file", "passphrase_file"))
    assert by_file.passphrase_file == tmp_path / "keys" / "dsc.passphrase"


def test_both_ways_to_a_passphrase_at_once_are_refused(tmp_path):
    both = GOOD.replace("# passphrase", "passphrase")
    with pytest.raises(ProfileInvalid, match=r"\[keys\] passphrase_env is wrong: write only one of"):
        loaded(tmp_path, both)


WRONG = [
    ('country = "VN"', 'country = "vn"', r"\[issuer\] country is wrong: write two capital letters"),
    ('country = "VN"', 'country = "VNM"', r"\[issuer\] country"),
    ('country = "VN"', "country = 84", r"\[issuer\] country"),
    ('country = "VN"', "", r"\[issuer\] country is missing"),
    ('"Ministry of Health"', '""', r"\[issuer\] name"),
    ('"Ministry of Health"', '" Ministry"', r"\[issuer\] name"),
    ('"Ministry of Health"', '"' + 81 * "x" + '"', r"\[issuer\] name is wrong: write a text of 1 to 80"),
    ('"Ministry of Health"', '"Bo\u0323\u0302 Y te\u0301"', r"\[issuer\] name .*NFC"),
    ('"Ministry of Health"', '"Ministry\\u0007"', r"\[issuer\] name"),
    ('"+07:00"', '"7"', r"\[issuer\] utc_offset"),
    ('"+07:00"', '"+15:00"', r"\[issuer\] utc_offset"),
    ('"+07:00"', '"+07:60"', r"\[issuer\] utc_offset"),
    ('"+07:00"', "07:00:00", r"\[issuer\] utc_offset"),
    ("validity_months = 12", "validity_months = 0", r"\[certificate\] validity_months"),
    ("validity_months = 12", "validity_months = 25", r"\[certificate\] validity_months .* from 1 to 24"),
    ("validity_months = 12", "validity_months = 12.0", r"\[certificate\] validity_months"),
    ("validity_months = 12", "validity_months = true", r"\[certificate\] validity_months"),
    (
        "uvci_checksum = false",
        "uvci_checksum = 0",
        r"\[certificate\] uvci_checksum is wrong: write true or false",
    ),
    ('dsc = "keys/dsc.pem"', "", r"\[keys\] dsc is missing"),
    ('dsc = "keys/dsc.pem"', 'dsc = ""', r"\[keys\] dsc is wrong: write a file name"),
    ('dsc = "keys/dsc.pem"', 'dsc = "a\\u0000b"', r"\[keys\] dsc"),
    ('uvci = "uvci.secret"', "uvci = []", r"\[secrets\] uvci"),
    ("# passphrase_env = ", "passphrase_env = 3 #", r"\[keys\] passphrase_env"),
    ('# passphrase_env = "SIGNER_PASSPHRASE"', 'passphrase_env = "A B"', r"\[keys\] passphrase_env"),
    ("refused_share = 0.25", "refused_share = 1.5", r"\[limits\] refused_share"),
    ("refused_share = 0.25", "refused_share = -0.1", r"\[limits\] refused_share"),
    ("refused_share = 0.25", "refused_share = nan", r"\[limits\] refused_share"),
    ("refused_share = 0.25", "refused_share = true", r"\[limits\] refused_share"),
    ('"EU/1/21/1529"', "1529", r"\[products\] AstraZeneca"),
    ('"EU/1/21/1529"', '""', r"\[products\] AstraZeneca"),
    ('"AstraZeneca" =', '" AstraZeneca" =', r"\[products\]  AstraZeneca is wrong: write a vaccine's name"),
    ("[limits]", "[limit]", r"\[limit\] is unknown: delete it, or write one of certificate, issuer"),
    ("uvci_checksum = false", "uvci_checksum = false\nexp = 1", r"\[certificate\] exp is unknown"),
    ("[secrets]", "[[secrets]]", r"\[secrets\] is wrong: write a section \[secrets\]"),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
def test_a_wrong_entry_is_named_with_its_file_and_what_to_write(tmp_path, old, new, message):
    with pytest.raises(ProfileInvalid, match=message) as caught:
        loaded(tmp_path, changed(old, new))
    assert str(caught.value).startswith(f"{tmp_path / 'profile.toml'}: ")


@pytest.mark.parametrize("section", ["issuer", "certificate", "keys", "secrets"])
def test_a_missing_section_is_named(tmp_path, section):
    without, n_removed = re.subn(rf"(?ms)^\[{section}\].*?(?=^\[)", "", GOOD)
    assert n_removed == 1
    with pytest.raises(ProfileInvalid, match=rf"\[{section}\] is missing"):
        loaded(tmp_path, without)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[issuer\n", "is not TOML.*line 1"),
        (b'[issuer]\nname = "B\xf4"\n', "is not UTF-8 at byte 18"),
        (b"a = " + 100_000 * b"[", "is not TOML|nested too deeply"),
        (b"#" * ((1 << 20) + 1), "larger than 1048576 bytes"),
        (b"", r"\[issuer\] is missing"),
    ],
)
def test_what_is_no_profile_is_refused(tmp_path, content, message):
    with pytest.raises(ProfileInvalid, match=message):
        loaded(tmp_path, content)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ProfileInvalid, match=r"No such file.*signer init"):
        load_profile(tmp_path / "none.toml")
    with pytest.raises(ProfileInvalid, match="cannot be read"):
        load_profile(tmp_path)


def test_the_local_date_is_the_issuers_not_that_of_utc(tmp_path):
    profile = loaded(tmp_path)
    assert profile.local_date(seconds("2022-04-14T16:59:59")) == date(2022, 4, 14)
    assert profile.local_date(seconds("2022-04-14T17:00:00")) == date(2022, 4, 15)
    assert profile.local_day(seconds("1970-01-01T17:00:00")) == 1
    west = loaded(tmp_path, changed('"+07:00"', '"-03:30"'))
    assert west.utc_offset_minutes == -210
    assert west.local_date(seconds("2022-04-14T03:29:59")) == date(2022, 4, 13)


@pytest.mark.parametrize(
    ("issued", "months", "expires"),
    [
        ("2022-04-14T01:02:03", 12, "2023-04-14T01:02:03"),
        ("2024-02-29T12:00:00", 12, "2025-02-28T12:00:00"),
        ("2024-02-29T12:00:00", 24, "2026-02-28T12:00:00"),
        ("2023-02-28T23:59:59", 12, "2024-02-28T23:59:59"),
        ("2022-01-31T00:00:00", 1, "2022-02-28T00:00:00"),
        ("2022-12-31T00:00:00", 1, "2023-01-31T00:00:00"),
        ("2022-08-31T00:00:00", 6, "2023-02-28T00:00:00"),
        ("2022-12-01T00:00:00", 12, "2023-12-01T00:00:00"),
    ],
)
def test_validity_counts_calendar_months(issued, months, expires):
    assert expires_at(seconds(issued), months) == seconds(expires)


def test_every_day_of_a_leap_year_ends_on_the_same_day_a_year_later_or_on_28_february():
    for day in range(366):
        issued = seconds("2024-01-01T00:00:00") + day * 86_400
        one, two = datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(expires_at(issued, 12), UTC)
        assert (two.year, two.month) == (one.year + 1, one.month)
        assert two.day == min(one.day, calendar.monthrange(two.year, two.month)[1])


def test_a_profiles_own_validity_is_used(tmp_path):
    profile = loaded(tmp_path, changed("validity_months = 12", "validity_months = 6"))
    assert profile.expires_at(seconds("2022-01-01T00:00:00")) == seconds("2022-07-01T00:00:00")


def test_products_cannot_be_changed_afterwards(tmp_path):
    with pytest.raises(TypeError):
        loaded(tmp_path).products["x"] = "y"
