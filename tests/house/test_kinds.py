"""A new kind of record is a class, its row in the latest list, its row in FORMAT.md and its Chinese words: no more.

The test does what the recipe in CONTRIBUTING.md says, for a kind that exists only here, and asks every face for it.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest
from flask import Flask
from flask.testing import FlaskClient

from cli.main import build
from cli.showing.exits import run
from ledger.access.log import create_access_ledger
from ledger.bundle.checking import check_bundle
from ledger.events.acts import Act
from ledger.events.fields import erasable, structural
from ledger.events.flat import flatten
from ledger.events.record import Recorded
from ledger.home.directory import Home
from ledger.scenario.load import load_scenario
from ledger.scenario.replay import replay
from projections.language.catalogue import use_language
from projections.language.narrator import Narrator
from projections.questions.desk import Desk
from projections.reports import signing_page as sign_page
from projections.views.catch_up import views_of
from tests.docs.test_format import type_table
from tests.docs.test_published import PLACES, lines, stated
from tests.support import web
from tests.support.kinds import invented


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPaid(Act):
    """A visit to a family at home (家访): what `events/acts.py` would hold."""

    TYPE: ClassVar[str] = "visit.paid/1"
    TITLE: ClassVar[str] = "home visit"
    WORD: ClassVar[str | None] = "visit"
    TOLERANCE: ClassVar[tuple[str, ...] | None] = ("report",)
    PRESENT: ClassVar[tuple[str, ...]] = ("visitor", "host")
    MUST_SIGN: ClassVar[tuple[str, ...]] = ("visitor", "host")
    COUNTERSIGNED: ClassVar[bool] = True
    WORKDAY: ClassVar[bool] = True
    DOER: ClassVar[str | None] = "visitor"
    IN_POST: ClassVar[bool] = True
    LISTED: ClassVar[str | None] = "talk"
    CALLED: ClassVar[tuple[str, ...]] = ("visit of {visitor} to {host} on {day}", "visit of {visitor} on {day}")
    visitor: str = structural(about="person", signs="holder", title="visitor")
    host: str | None = structural(about="person", signs="counterpart", default=None, title="who was visited")
    upshot: str = structural(choices=("helped", "passed_on"), title="upshot")
    impression: str | None = erasable(title="impression")


CHINESE = {
    "home visit": "家访",
    "visitor": "家访人",
    "who was visited": "受访人",
    "upshot": "家访结果",
    "visit of {visitor} to {host} on {day}": "{day}{visitor}走访{host}",
    "visit of {visitor} on {day}": "{day}{visitor}走访",
    "helped": "已帮扶",
    "passed_on": "已转办",
    "impression": "家访印象",
}
TITLES = ("home visit", "visitor", "who was visited", "upshot", "impression")
SCENARIO = """\
schema_version: 1
meta:
  title: 某街道情景
  timezone: "+05:30"
  period: {from: 2024-01-01, to: 2024年12月31日}
  organ: 某街道
units:
  - {id: group, name: 街道党组, kind: party_group}
  - {id: aid, name: 帮扶科, kind: department}
persons:
  - {id: sec, name: 甲书记}
  - {id: mem, name: 乙成员}
  - {id: head, name: 丙科长}
  - {id: clerk, name: 丁文书}
config:
  tolerance_days: {visit: 20, default: 30}
events:
  - {id: a, type: assignment, ledger: duty, occurred_at: 2024-01-02, recorded_at: 2024-01-02T09:00:00, recorder: clerk,
     person: head, post: head, scope: [aid], valid_from: 2024-01-02}
  - {id: m, type: assignment, ledger: duty, occurred_at: 2024-01-02, recorded_at: 2024-01-02T09:30:00, recorder: clerk,
     person: mem, post: head, scope: [aid], valid_from: 2024-03-15}
  - {id: t, type: talk, ledger: duty, occurred_at: 2024-03-02T09:30:00, recorded_at: 2024-03-02T11:00:00,
     recorder: clerk, talker: sec, counterpart: mem, ends_at: 2024-03-02T10:30:00, place: 办公室,
     signatures: [sec, mem]}
  - {id: V1, type: visit, ledger: duty, occurred_at: 2024年3月2日上午10时, recorded_at: 2024-04-15T10:00:00,
     recorder: clerk, visitor: mem, host: head, upshot: helped, unit: aid, title: 走访, impression: 家中有困难老人,
     subject: 入户, refers: [t], claims: [A1a]}
  - {id: k, type: correction, ledger: duty, occurred_at: 2024-04-16, recorded_at: 2024-04-16T10:00:00, recorder: clerk,
     corrects: V1, field: upshot, new_value: passed_on}
expected: {}
"""
BY = ("--as", "clerk", "--no-input")


@pytest.fixture(scope="module", autouse=True)
def kind() -> Iterator[None]:
    """The kind exists while this module is tested."""
    with invented(VisitPaid, CHINESE):
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, kind: None) -> Home:
    """The scenario replayed, with an access ledger."""
    directory = tmp_path_factory.mktemp("kinds")
    (directory / "visit.yaml").write_text(SCENARIO, encoding="utf-8")
    replay(load_scenario(directory / "visit.yaml"), directory / "ledgers")
    home = Home(directory / "ledgers")
    create_access_ledger(home, web.PASSPHRASE)
    return home


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    """A copy to write in."""
    shutil.copytree(made.directory, tmp_path / "ledgers")
    return Home(tmp_path / "ledgers")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


def zeren(home: Home, *words: str) -> int:
    return run(build(), ["--dir", str(home.directory), *words])


def entries(home: Home) -> list[Recorded]:
    ledger = home.open("duty")
    try:
        return [event for event in ledger.history() if isinstance(event.payload, VisitPaid)]
    finally:
        ledger.close()


def shown(capsys: pytest.CaptureFixture[str], home: Home, *words: str) -> Any:
    """The JSON that a command prints."""
    capsys.readouterr()
    assert zeren(home, *words, "--json") in (0, 1, 3)
    return json.loads(capsys.readouterr().out)


def test_the_format_has_its_row() -> None:
    """The table of types in FORMAT.md is written from the classes."""
    assert "`visit.paid/1`" in type_table()


def test_no_readme_publishes_what_it_changes() -> None:
    """The digests in the READMEs stay as they are with one kind more: that of the signing page is in FORMAT.md."""
    readmes = [place for place, of_kinds in PLACES.items() if not of_kinds]
    assert [stated(place) for place in readmes] == [lines(of_kinds=False)] * len(readmes)
    assert stated("ledger/FORMAT.md") != lines(of_kinds=True)


def test_the_signing_page_shows_it() -> None:
    """Kind, fields and fixed words under their titles, for whoever signs it without zeren."""
    shown = sign_page.page.__wrapped__().decode()
    assert [word for word in CHINESE.values() if word not in shown and "{" not in word] == []


def test_a_scenario_file_takes_it(made: Home) -> None:
    """The word is the type of an event, each field a key, common keys and corrections as everywhere."""
    (visit,) = entries(made)
    fields = dict(flatten(visit.payload))
    assert fields["occurred_at"] == "2024-03-02T10:00:00+05:30"
    assert [fields[name] for name in ("ref", "upshot", "matter", "impression")] == [
        *("V1", "helped", "入户", "家中有困难老人"),
    ]


def test_it_is_recorded_by_its_options_in_both_languages(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """Each field is an option under its title; names stand for ids, Chinese words for fixed ones; who signs is said."""
    assert zeren(home, "record", "--help") == 0
    assert "home visit" in capsys.readouterr().out
    use_language("zh_CN")
    assert zeren(home, "record", "visit", "--help") == 0
    said = capsys.readouterr().out
    assert [CHINESE[word] for word in TITLES if CHINESE[word] not in said] == []
    words = ("--visitor", "乙成员", "--host", "丙科长", "--upshot", "已帮扶", "--impression", "好", "--ref", "V2")
    assert zeren(home, "record", "visit", *words, "--occurred-at", "2024年4月16日下午3时", *BY) == 0
    assert dict(flatten(entries(home)[-1].payload))["upshot"] == "helped"
    assert "zeren sign" in capsys.readouterr().out  # those whom it names are still to sign


def test_what_its_class_does_not_allow_is_refused(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """A word that is none of the fixed ones names them, in the letters it is written in; a required field is missed."""
    assert zeren(home, "record", "visit", "--visitor", "mem", "--upshot", "好", *BY) == 2
    assert "已转办" in capsys.readouterr().err
    assert zeren(home, "record", "visit", "--visitor", "mem", "--upshot", "good", *BY) == 2
    assert "passed_on" in capsys.readouterr().err
    assert zeren(home, "record", "visit", "--visitor", "mem", *BY) == 2
    assert "--upshot" in capsys.readouterr().err


def test_a_workbook_of_it_is_written_and_taken_in(home: Home, tmp_path: Path) -> None:
    """The template has its titles in the reader's language, and a sheet under them is imported."""
    use_language("zh_CN")
    file = tmp_path / "t.xlsx"
    assert zeren(home, "import", "template", "visit", "--out", str(file)) == 0
    book = openpyxl.load_workbook(file)
    page = book.worksheets[0]
    heads = [cell.value for cell in page[1]]
    assert {"家访人*", "受访人", "家访结果*", "家访印象"} <= set(heads)
    page.cell(row=1, column=heads.index("发生时间") + 1).value = "家访时间"  # as an office's own form has it
    values = {"编号": "V3", "家访人*": "乙成员", "家访结果*": "已转办", "家访印象": "平静", "发生时间": "2024/4/16"}
    for place, head in enumerate(heads, start=1):
        page.cell(row=3, column=place).value = values.get(str(head))
    book.save(file)
    assert zeren(home, "import", str(file), "--kind", "visit", *BY) == 0
    visit = entries(home)[-1]
    assert (visit.payload.ref, dict(flatten(visit.payload))["upshot"]) == ("V3", "passed_on")


def test_the_signals_ask_its_class(made: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own tolerance, presence, working days and signatures count as those of any other kind."""
    found = shown(capsys, made, "signals")["items"]
    blamed = {row["code"]: row for row in found if any(entry["ref"] == "V1" for entry in row["events"])}
    ours = {"LATE_RECORD", "TWO_PLACES_AT_ONCE", "NON_WORKING_DAY", "ONE_SIDED_TALK", "SELF_ATTESTED", "NOT_IN_POST"}
    assert blamed.keys() >= ours
    late = json.dumps(blamed["LATE_RECORD"])
    assert '"tolerance", 20' in late or '"tolerance": 20' in late


def test_a_trace_calls_it_by_its_fields(made: Home) -> None:
    """In both languages, by the first sentence of which it has all fields."""
    with closing(views_of(made)) as views:
        facts = Desk(views).facts()
        (visit,) = facts.records(VisitPaid)
        said = {lang: Narrator(facts, lang).event(visit) for lang in ("en", "zh_CN")}
    assert said["en"].startswith("visit of 乙成员 to 丙科长 on ")
    assert said["zh_CN"] == "2024年3月2日乙成员走访丙科长"


def test_an_explanation_of_its_signal_stands_beside_it(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever is asked explains; the visit itself can be corrected, signed and refused like any other entry."""
    words = ("--signal", "LATE_RECORD", "--explanation", "当日停电")
    assert zeren(home, "explain", "V1", *words, *BY) == 0
    assert (
        zeren(home, "sign", "V1", "--for", "head", "--no-input") == 0 or zeren(home, "sign", "V1", "--as", "head") == 0
    )
    assert "当日停电" in json.dumps(shown(capsys, home, "signals", "--code", "LATE_RECORD"), ensure_ascii=False)


def test_lists_dossier_and_bundle_hold_it(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list of entries, the dossier of who took part, and a bundle that a stranger checks."""
    items = shown(capsys, home, "entries", "--limit", "500")["items"]
    assert [item["fields"]["upshot"] for item in items if item["type"] == "visit.paid/1"] == ["helped"]
    capsys.readouterr()
    assert zeren(home, "dossier", "乙成员") == 0
    assert "home visit" in capsys.readouterr().out
    assert "visit.paid/1" in [row["type"] for row in shown(capsys, home, "dossier", "乙成员")["talks"]]
    assert zeren(home, "verify") in (0, 1)
    assert zeren(home, "checkpoint", "--no-input") == 0
    out = tmp_path / "v.zip"
    assert zeren(home, "bundle", "V1", "--out", str(out)) == 0
    ledger = home.open("duty")
    try:
        assert check_bundle(out.read_bytes(), [ledger.fingerprint]).findings == []
    finally:
        ledger.close()


@pytest.fixture(scope="module")
def app(made: Home) -> Iterator[Flask]:
    app = web.application(made)
    yield app
    web.close(app)


def client(made: Home, app: Flask) -> tuple[FlaskClient, dict[str, str]]:
    return app.test_client(), web.bearer(web.token(made, "organ", "duties", "persons", "evidence"))


def test_the_api_lists_finds_and_judges_it(made: Home, app: Flask) -> None:
    """By type, by a word of its text, and by its signal."""
    asks, given = client(made, app)
    listed = asks.get("/api/v1/ledgers/duty/entries?type=visit.paid/1", headers=given).json
    assert listed is not None
    assert [row["ref"] for row in listed["items"]] == ["V1"]
    found = asks.get("/api/v1/search?words=困难老人", headers=given).json
    assert found is not None
    assert [row["ref"] for row in found["items"]] == ["V1"]
    late = asks.get("/api/v1/signals?code=LATE_RECORD", headers=given).json
    assert late is not None
    assert any(entry["ref"] == "V1" for row in late["items"] for entry in row["events"])


@pytest.mark.parametrize(("lang", "titles"), [("en", list(TITLES)), ("zh_CN", [CHINESE[word] for word in TITLES])])
def test_the_page_of_the_entry_says_it_in_both_languages(made: Home, app: Flask, lang: str, titles: list[str]) -> None:
    """Kind and fields under their titles."""
    asks, given = client(made, app)
    position = entries(made)[0].position
    text = asks.get(f"/ledgers/duty/entries/{position}?lang={lang}", headers=given).get_data(as_text=True)
    assert [title for title in titles if title not in text] == []


def test_the_views_hold_it_like_any_other(made: Home) -> None:
    """It is indexed by person, unit, day and claim."""
    views = views_of(made)
    views.close()
    connection = sqlite3.connect(made.directory / "views.db")
    try:
        found = connection.execute("SELECT count(*) FROM records WHERE type = 'visit.paid/1'").fetchone()
    finally:
        connection.close()
    assert found == (1,)
