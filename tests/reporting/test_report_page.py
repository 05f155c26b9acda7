"""The page of a report: what it says is so, is safe to show, and needs nothing from anywhere."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from made_campaigns import made_plan, stored
from made_reports import add_events
from reporting.made_small import DAY_S, NAME, NOW, START, Day, add_day, order_of, registry_of
from reporting.read_pages import number, tables_of, tags_of

from signer.campaign import report_run
from signer.campaign.dscs import Dsc
from signer.campaign.report_run import content_of, report
from signer.errors import OutputUnwritable, ReportUnready
from signer.records.schemas import REVOCATIONS
from signer.registry import Registry, open_or_create, open_registry
from signer.reporting.charts import drawing
from signer.reporting.report_english import ENGLISH
from signer.reporting.report_markup import Html
from signer.reporting.report_vietnamese import VIETNAMESE

FIRST = Day(
    {"Huế": 40, "Hà Nội": 100, "Đà Nẵng": 30}, {("Huế", "missing_value"): 12, ("Hà Nội", "duplicate"): 20}
)
SECOND = Day({"Huế": 20, "Hà Nội": 60, "Đà Nẵng": 25}, {("Đà Nẵng", "missing_value"): 9})
HOSTILE = "<script>alert(1)</script>\"'&<b>"


@pytest.fixture(autouse=True)
def _undrawn(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts take a second a page: only those tests have them drawn that ask for it."""
    if "drawn" not in request.fixturenames:
        monkeypatch.setattr(drawing, "_drawn", lambda *_: Html(""))


@pytest.fixture
def drawn() -> None:
    """For tests that need charts."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry of which tests have copies."""
    return registry_of(tmp_path_factory.mktemp("original") / "registry", [FIRST, SECOND]).path


@pytest.fixture
def registry(tmp_path: Path, original: Path) -> Registry:
    return open_registry(shutil.copytree(original, tmp_path / "registry"))


def page_of(registry: Registry, **others: object) -> str:
    out = registry.path.parent / "report.html"
    report(order_of(registry, out, **others))
    return out.read_text("utf-8")


def test_each_province_has_its_shots_and_those_left(registry: Registry) -> None:
    rows = tables_of(page_of(registry))["By province"]
    assert [[row[0], *row[2:6]] for row in rows] == [
        ["Whole country", "316", "275", "41", "13.0 %"],
        ["Đà Nẵng", "64", "55", "9", "14.1 %"],
        ["Hà Nội", "180", "160", "20", "11.1 %"],
        ["Huế", "72", "60", "12", "16.7 %"],
    ]


def test_reasons_days_and_runs_are_told(registry: Registry) -> None:
    tables = tables_of(page_of(registry))
    assert [row[:3] for row in tables["Why shots have no certificate"]] == [
        ["required field empty", "missing_value", "21"],
        ["shot_id comes twice", "duplicate", "20"],
    ]
    assert tables["Certificates an hour, by the time they came into the registry"] == [
        ["2022-04-02 19:00", "105", "0"],
        ["2022-04-01 19:00", "170", "0"],
    ]
    (runs,) = (rows for caption, rows in tables.items() if caption.startswith("The last 2 of 2 runs"))
    assert [row[2] for row in runs] == ["finished", "finished"]
    (expiring,) = (rows for caption, rows in tables.items() if "by the day on which they expire" in caption)
    assert ["Apr 2023", "275", "170"] in expiring


def test_what_is_needed_until_the_deadline_and_what_the_last_days_brought(registry: Registry) -> None:
    now = int(START.timestamp()) + 5 * DAY_S
    page = page_of(registry, now=now, deadline=now + 4 * DAY_S)
    assert "41 shots have no certificate and 4.0 days are left: 11 a day would be needed." in page
    assert "The last seven days brought 39 a day." in page
    assert "The deadline is over" in page_of(registry, now=now, deadline=now - 1)


def test_revocations_are_told_by_reason_and_day(registry: Registry) -> None:
    about = {"action": "revoked", "reason": "recalled lot", "ordered_at": START, "campaign": "revoke-1"}
    events = [about | {"uvci": f"URN:UVCI:01:VN:0-{row}"} for row in range(7)]
    add_events(registry, pa.Table.from_pylist(events, schema=REVOCATIONS), 1)
    restored = [events[0] | {"action": "restored", "campaign": "revoke-2"}]
    add_events(registry, pa.Table.from_pylist(restored, schema=REVOCATIONS), 2)
    tables = tables_of(page_of(registry))
    assert tables["Revoked now, by reason"] == [["recalled lot", "6", "100.0 %"]]
    assert tables["Certificates named in orders, by the day of the order"] == [["2022-04-01", "2", "7", "1"]]
    assert content_of(order_of(registry, Path("none"))).expiry.in_force == 269


def test_certificates_that_outlive_their_dsc_are_told(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the second day: the DSC ends between the last seconds of both."""
    ends = int(START.timestamp()) + 365 * DAY_S + 60
    monkeypatch.setattr(report_run, "dscs_of", lambda _: {"0a" * 8: Dsc(0, ends), "0b" * 8: Dsc(0, ends)})
    page = page_of(registry)
    assert "Certificates that expire later than the DSC that verifies them: 105." in page
    (keys,) = (rows for caption, rows in tables_of(page).items() if caption.startswith("Keys"))
    assert [[row[0], row[3], row[6]] for row in keys] == [["0a" * 8, "275", "105"], ["0b" * 8, "0", "0"]]


def test_an_order_again_counts_a_certificate_once(registry: Registry) -> None:
    """It has a row for every signature ever given out."""
    event = {
        "action": "revoked",
        "reason": "x",
        "ordered_at": START,
        "campaign": "r",
        "uvci": "URN:UVCI:01:VN:0-1",
    }
    add_events(registry, pa.Table.from_pylist([event, event], schema=REVOCATIONS), 1)
    (day,) = content_of(order_of(registry, Path("none"))).revocations.days
    assert (day.orders, day.revoked) == (1, 1)


def test_a_run_that_was_stopped_is_marked(registry: Registry) -> None:
    stored(registry, made_plan(name="other", rows=10))
    page = page_of(registry)
    assert '<td class="wrong">stopped</td>' in page
    assert "Runs that were stopped half way: 1." in page
    assert "Plans that are not finished have 30 more rows" in page


def test_nothing_that_anybody_wrote_becomes_markup(tmp_path: Path) -> None:
    hostile = Day({HOSTILE: 50, "Huế": 40}, {(HOSTILE, HOSTILE): 30, ("Huế", "x\u202ey\x00"): 10})
    registry = registry_of(tmp_path / "registry <b>", [hostile])
    event = {"uvci": "URN:UVCI:01:VN:0-1", "action": "revoked", "reason": HOSTILE, "ordered_at": START}
    add_events(registry, pa.Table.from_pylist([event], schema=REVOCATIONS), 1)
    page = page_of(registry)
    assert "script" not in tags_of(page)
    assert "b" not in tags_of(page.partition('<ul class="tiles">')[2].partition("</ul>")[2])
    assert [row[0] for row in tables_of(page)["By province"]][1:] == [HOSTILE, "Huế"]
    assert not re.search("[\u202e\x00]", page)


def test_no_personal_data_is_in_it(registry: Registry) -> None:
    page = page_of(registry)
    assert NAME not in page
    for batch in registry.read("certificates", ["uvci", "shot_id", "hc1"]):
        for row in batch.to_pylist():
            assert not [value for value in row.values() if value in page]


def test_an_empty_registry_has_a_page(tmp_path: Path) -> None:
    page = page_of(open_or_create(tmp_path / "registry", test=True))
    for text in ("Nothing has been issued yet.", "There was no run yet.", "Nothing was ever revoked."):
        assert text in page


def test_a_single_province_is_not_told_apart_from_the_country(tmp_path: Path) -> None:
    registry = registry_of(tmp_path / "registry", [Day({"Huế": 40}, {("Huế", "missing_value"): 2})])
    page = page_of(registry)
    assert "Nothing is shown by province" in page
    assert "Huế" not in page


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("language", ["en", pytest.param("vi", marks=pytest.mark.long)])
def test_the_same_registry_gives_the_same_bytes(registry: Registry, language: str) -> None:
    assert page_of(registry, language=language) == page_of(registry, language=language)


def test_both_languages_have_all_texts_with_the_same_places_in_them() -> None:
    places = {name: set(re.findall(r"\{(\w+)\}", text)) for name, text in ENGLISH.items()}
    assert {name: set(re.findall(r"\{(\w+)\}", text)) for name, text in VIETNAMESE.items()} == places


def test_numbers_are_written_as_in_the_country_of_the_language(tmp_path: Path) -> None:
    registry = registry_of(
        tmp_path / "registry", [Day({"Huế": 1400, "Hà Nội": 40}, {("Huế", "duplicate"): 20})]
    )
    assert "1,440" in page_of(registry)
    assert "1.440" in page_of(registry, language="vi")


def test_without_matplotlib_it_is_told_before_anything_is_counted(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(ReportUnready, match=r"pip install 'signer\[report\]'"):
        drawing.require_matplotlib()
    with pytest.raises(ReportUnready):
        report(order_of(registry, tmp_path / "report.html"))


def test_a_folder_that_is_missing_is_named(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(OutputUnwritable, match="no such folder"):
        report(order_of(registry, tmp_path / "none" / "report.html"))


def test_shots_refused_again_and_again_count_once_and_issued_ones_not(tmp_path: Path) -> None:
    registry = registry_of(tmp_path / "registry", [FIRST])
    add_day(registry, 1, Day({}, FIRST.refused), first_id="0")  # the same shots, refused once more
    assert content_of(order_of(registry, Path("none"))).progress.without_certificate == 32
    add_day(registry, 2, Day({"Huế": 12}, {}), first_id="0", prefix="R")  # of them twelve were put right
    assert content_of(order_of(registry, Path("none"))).progress.without_certificate == 20


def test_every_number_of_the_page_by_province_is_none_that_is_small(tmp_path: Path) -> None:
    days = [Day({"Huế": n, "Hà Nội": 60, "Đà Nẵng": 2}, {("Huế", "duplicate"): n % 3}) for n in (3, 9, 21)]
    page = page_of(registry_of(tmp_path / "registry", days))
    tables = tables_of(page)
    rows = tables["By province"][1:] + tables.get("The commonest reasons by province", [])
    shown = [value for row in rows for cell in row[1:] if (value := number(cell)) is not None]
    assert shown
    assert not [value for value in shown if 0 < value < 5]


def test_no_day_after_the_reports_own_is_named(registry: Registry) -> None:
    """The last certificates came in on the day of the report itself."""
    same_day = int(START.timestamp()) + DAY_S + 3_600
    page = page_of(registry, now=same_day)
    assert "fell from <time>2022-04-01</time> to <time>2022-04-02</time>" in page


def test_now_is_the_time_that_was_given(registry: Registry) -> None:
    assert START.timestamp() < NOW
    assert "as of <time>2022-04-20 00:00</time> UTC; deadline <time>2022-04-30 00:00</time>" in page_of(
        registry
    )
