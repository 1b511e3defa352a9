"""Lists over the views: search by substring, entries by filter, the heat map's numbers, views kept up to date."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event, Thread
from time import sleep
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.home.directory import Home
from projections import follow
from projections.charts.heatmap import HeatCell, heat_chart
from projections.questions.entries import EntryFilter, entry_rows, latest
from projections.questions.heat import BAD, DOUBTFUL, GOOD, heat
from projections.questions.obligations import STATUSES, ObligationFilter, half_of, owed
from projections.questions.over import Over
from projections.questions.persons import PersonsFilter, persons
from projections.questions.reads import ReadFilter, reads
from projections.questions.search import FoundRow, SearchFilter, found_from
from projections.questions.tenures import rows as tenures
from projections.questions.units import UnitsFilter, units
from projections.questions.vacancies import EVER, breaks
from projections.views.facts import ViewFacts
from projections.views.full_text import STATEMENT, phrase, words_of
from tests.support import replayed as support

HAN = st.text(st.sampled_from("廉政谈话记录会议"), min_size=1, max_size=12)


def search(facts: ViewFacts, words: str) -> list[tuple[int, FoundRow]]:
    """Every entry found, with its key."""
    return found_from(Over(facts), SearchFilter(words=words), 0, None)


@given(st.lists(HAN, min_size=1, max_size=6), HAN)
def test_chinese_is_found_exactly_where_it_is_a_substring(texts: list[str], wanted: str) -> None:
    """Whatever the texts: those that contain the words asked for are found, and no other."""
    connection = sqlite3.connect(":memory:")
    connection.execute(STATEMENT)
    for number, text in enumerate(texts):
        connection.execute("INSERT INTO search (rowid, words) VALUES (?, ?)", (number, words_of(text)))
    rows = connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (phrase(wanted),)).fetchall()
    connection.close()

    assert {number for number, text in enumerate(texts) if wanted in text} == {row[0] for row in rows}


@given(st.text(max_size=60))
def test_no_words_break_the_search(asked: str) -> None:
    """Quotes, operators and control characters are words or nothing, never a fault of the query language."""
    wanted = phrase(asked)
    connection = sqlite3.connect(":memory:")
    connection.execute(STATEMENT)
    if wanted is not None:
        connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (wanted,)).fetchall()
    connection.close()


def test_full_width_is_found_as_plain() -> None:
    """A number typed in full width finds the plain one, and the other way round."""
    wide = "".join(chr(ord(char) + 0xFEE0) for char in "E060")
    assert words_of(wide) == words_of("E060") == "E060"


def test_entries_by_each_filter_are_those_of_the_ledger() -> None:
    """Type, party, number and moments give what a walk through the whole ledger gives, from any position on."""
    facts = support.scenario_facts()
    whole = entry_rows(facts, facts.duty, EntryFilter())
    assert [row.position for row in whole] == list(range(facts.cut))

    def asked(wanted: EntryFilter, start: int = 0) -> list[int]:
        return [row.position for row in entry_rows(facts, facts.duty, wanted, start)]

    talks = [row.position for row in whole if row.type == "talk.held/1"]
    assert asked(EntryFilter(type="talk.held/1")) == talks
    assert asked(EntryFilter(type="talk.held/1"), talks[3]) == talks[3:]
    assert asked(EntryFilter(ref="E060")) == [row.position for row in whole if row.ref == "E060"]
    named = {event.position for event in facts.records(person="p-luo")}
    assert set(asked(EntryFilter(person="p-luo"))) >= named
    middle = facts.at(facts.duty, 100)
    assert middle is not None
    before = asked(EntryFilter(last=middle.recorded_at))
    after = asked(EntryFilter(first=middle.recorded_at))
    assert set(before) | set(after) == set(range(facts.cut))
    assert 100 in set(before) & set(after)
    assert [row.position for row in latest(facts, facts.duty, 3)] == [facts.cut - 1, facts.cut - 2, facts.cut - 3]


def test_the_cut_holds_for_every_list() -> None:
    """As known at a moment nothing is listed that was recorded later."""
    later = support.scenario_facts()
    event = later.at(later.duty, 120)
    assert event is not None
    cut = support.scenario_facts(known_at=event.recorded_at)

    assert max(row.position for row in entry_rows(cut, cut.duty, EntryFilter())) < cut.cut
    assert all(row.entry.position < cut.cut for row in tenures(cut))
    assert all(row.position < cut.cut for _, row in search(cut, "廉政") if row.kind == "duty")
    assert len(tenures(cut)) < len(tenures(later))
    day = PersonsFilter(valid_at=date(2024, 7, 9))
    assert len(persons(Over(cut), day).items) <= len(persons(Over(later), day).items)
    assert reads(Over(later), ReadFilter()).items == ()


def test_what_may_not_be_seen_is_not_there() -> None:
    """Facts without case ledgers name no party, search result or lead of a case."""
    facts = support.scenario_facts()
    alone = replace(facts, kinds=frozenset({"duty"}))

    assert alone.case_ledgers == ()
    assert not alone.cases()
    assert alone.circles == ()
    assert alone.open_leads == ()
    assert set(alone.persons) < set(facts.persons)
    assert {row.kind for _, row in search(facts, "K1")} <= {"case"}
    assert not search(alone, "K1")


def test_vacancies_and_overlaps_are_listed_with_their_days() -> None:
    """The scenario's gap is there with its 14 days; of a unit asked for only its own; an overlap names both."""
    facts = support.scenario_facts()
    gap = [row for row in breaks(facts, EVER, "c-aid") if row.kind == "gap" and row.last.year == 2024]

    assert [(row.duty, row.first, row.last, row.days) for row in gap] == [
        ("supervisor", date(2024, 7, 1), date(2024, 7, 14), 14)
    ]
    assert {row.unit for row in breaks(facts, EVER)} > {"c-aid"}
    aid = next(row for row in units(Over(facts), UnitsFilter(valid_at=date(2024, 7, 9))).items if row.id == "c-aid")
    assert aid.head == ("p-gao",)


def test_every_instance_is_counted_once_in_the_heat_map() -> None:
    """The numbers of all cells are those of the instances that apply; every status is on one side."""
    facts = support.scenario_facts()
    over, wanted = Over(facts), ObligationFilter(judged_on=date(2025, 12, 31))
    rows, cells = owed(over, wanted).items, heat(over, wanted).items

    assert sum(cell.met + cell.unmet + cell.doubtful + cell.open for cell in cells) == sum(
        row.status != "not_applicable" for row in rows
    )
    assert all(row.of_unit in facts.units for row in rows)
    assert set(STATUSES) == GOOD | BAD | DOUBTFUL | {"not_due", "not_applicable"}
    assert [half_of(day) for day in (date(2024, 6, 30), date(2024, 7, 1), None)] == ["2024H1", "2024H2", ""]


def test_the_heat_chart_says_its_numbers() -> None:
    """Each cell carries its words, its link and a bar by shares; a place without a cell is empty."""
    cells = [
        HeatCell("a", "2024H1", "✓1 ✗3", (("good", 1), ("bad", 3)), "a 2024H1: 1 met, 3 not met", "/x"),
        HeatCell("b", "2024H2", "✓1", (("good", 1),)),
    ]
    columns = [("2024H1", "first half of 2024"), ("2024H2", "second half of 2024")]
    text = heat_chart([("a", "<A>"), ("b", "B")], columns, cells, title="t", description="d", key="k")
    root = ET.fromstring(text)  # noqa: S314 - our own text, that it parses is the claim
    boxes = [each for each in root.iter("{http://www.w3.org/2000/svg}rect") if each.get("class")]
    parts = [(each.get("class"), float(each.get("width", ""))) for each in boxes if each.get("class") != "cell"]

    assert len(boxes) - len(parts) == 4
    assert parts == [("part good", 21.0), ("part bad", 63.0), ("part good", 84.0)]
    assert "a 2024H1: 1 met, 3 not met" in text
    assert "<A>" not in text


def test_views_are_kept_up_to_date_until_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Following makes the views where there are none, takes over what ledgers grow by, and ends when it is told to."""
    monkeypatch.setattr(follow, "PAUSE", 0.05)
    shutil.copytree(support.replayed(support.YUNXI).directory, tmp_path / "x")
    home = Home(tmp_path / "x")
    home.views.unlink(missing_ok=True)
    ended = Event()
    thread = Thread(target=follow.follow, args=(home.directory, ended))
    thread.start()
    try:
        for _ in range(400):
            if home.views.exists() and _known(home) == 222:
                break
            sleep(0.05)
        assert _known(home) == 222
    finally:
        ended.set()
        thread.join(20)
    assert not thread.is_alive()
    assert follow.main([str(home.directory), "--once"]) == 0
    assert follow.main([str(tmp_path / "nothing"), "--once"]) == 6


def _known(home: Home) -> int:
    connection = sqlite3.connect(f"file:{home.views}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM records WHERE ledger = 1").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()
