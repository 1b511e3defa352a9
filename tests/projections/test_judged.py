"""What was judged is kept beside the facts for the next process, belongs to the views, and is proved with them."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Incomplete
from ledger.home.directory import Home
from projections.facts.kept_form import JudgedRow, read, written
from projections.facts.values import Citation, Instance, OpenLead, Period, Reason, Signal
from projections.follower import Follower
from projections.questions import judged
from projections.questions.desk import Desk
from projections.questions.judged import BEHIND, ahead, keep
from projections.questions.obligations import ObligationFilter, owed
from projections.questions.signals import SignalFilter, raised
from projections.signals import CATALOGUE
from projections.views import judged_rows
from projections.views.catch_up import digest, rebuild, views_of
from projections.views.view_store import Decoded, Views
from projections.whole_proof import ViewsDiffer, prove
from tests.support.command import zeren
from tests.support.facts_maker import JUDGED_ON, Organ
from tests.support.kept_answers import grown, nothing_judged, of_plan, restart, scenario, write
from tests.support.organs import plan_of
from tests.support.organs_wide import wide_of
from tests.support.replayed import YUNXI, replayed
from tests.tools.formulaic import formulaic_views, talks


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario, of which signals and obligations were asked at the command line."""
    directory = Path(shutil.copytree(replayed(YUNXI).directory, tmp_path_factory.mktemp("asked") / "ledgers"))
    rebuild(Home(directory)).close()
    for question in (("obligations", "--owner", "p-he"), ("agenda",), ("signals",), ("obligations",)):
        assert zeren(directory, *question).code == 0
    return directory


@pytest.fixture(scope="module")
def answers(asked: Path) -> list[str]:
    """What the scenario answers about both."""
    return [zeren(asked, question, "--json").out for question in ("signals", "obligations")]


@pytest.fixture
def home(asked: Path, tmp_path: Path) -> Home:
    """A copy of it that a test may change."""
    return Home(Path(shutil.copytree(asked, tmp_path / "ledgers")))


def rows(home: Home) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home.views)) as connection:
        return connection.execute("SELECT * FROM judged ORDER BY kind, question").fetchall()


def changed(home: Home, statement: str) -> None:
    with closing(sqlite3.connect(home.views)) as connection, connection:
        assert connection.execute(statement).rowcount > 0


def both(views: Views) -> tuple[object, object]:
    """Every signal, and everything owed, to a process that starts."""
    views.kept, views.decoded = {}, Decoded()
    found = Desk(views).ask(raised, SignalFilter(judged_on=JUDGED_ON))
    return found, Desk(views).ask(owed, ObligationFilter(judged_on=JUDGED_ON))


def test_a_command_goes_on_from_what_the_one_before_judged(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says the same and runs no rule; what it found there it does not write again."""
    before = rows(home)
    assert [row[0] for row in before] == ["dockets", "signals"]
    first = [zeren(home.directory, question, "--json").out for question in ("signals", "obligations")]
    for entry in CATALOGUE.values():
        if entry.rule is not None:
            name = f"{entry.rule.__module__}.{entry.rule.__name__}"
            monkeypatch.setattr(f"{name}.__code__", forbidden.__code__)
    assert first == [zeren(home.directory, question, "--json").out for question in ("signals", "obligations")]
    assert rows(home) == before


def test_a_trace_is_the_same_whatever_was_judged_before(home: Home, tmp_path: Path) -> None:
    """What is kept of signals and obligations changes no line of a trace, nor of a dossier."""
    alone = Path(shutil.copytree(replayed(YUNXI).directory, tmp_path / "alone"))
    for question in (("trace", "K1"), ("dossier", "p-he"), ("dossier", "p-luo")):
        rebuild(Home(alone)).close()
        assert zeren(alone, *question, "--json").out == zeren(home.directory, *question, "--json").out


def forbidden(q: object) -> Iterator[Signal]:
    """A rule that must not be asked."""
    raise AssertionError(q)


@pytest.mark.long
@pytest.mark.parametrize(("plan", "seed"), [(plan_of, 5), (wide_of, 8)])
def test_answers_go_from_one_process_to_the_next(plan: Any, seed: int) -> None:
    """Whatever came meanwhile, whoever asked what: as by a process that finds nothing kept."""
    assert list(grown(of_plan(plan(seed)), Random(seed), 15, restarts=True)) == []  # noqa: S311 - a test


@pytest.mark.long
def test_the_scenario_goes_from_one_process_to_the_next() -> None:
    """The same while the organ of the scenario and its inspectors record."""
    assert list(grown(scenario(), Random(9), 50, restarts=True)) == []  # noqa: S311


def test_it_is_written_again_once_much_came() -> None:
    """After a few entries what stands there serves on; after many the next process would look at too much."""
    views = formulaic_views(120)
    further = list(talks(Organ().staffed(), 120 + BEHIND + 5))[120:]
    both(views)
    restart(views)
    (stood,) = {row["entries"] for row in views.select("SELECT entries FROM judged")}
    for batch, moved in ((further[:4], 0), (further[4:], BEHIND + 5)):
        views.apply(batch)
        given = both(views)
        restart(views)
        assert {row["entries"] for row in views.select("SELECT entries FROM judged")} == {stood + moved}
        with nothing_judged(views):
            assert given == both(views)


def test_of_each_kind_only_the_latest_questions_are_kept() -> None:
    """So that views do not grow with the days as on which was judged."""
    views = formulaic_views(30)
    for day in range(1, judged_rows.MOST_ROWS + 4):
        on = date(2025, 12, day)
        Desk(views).ask(raised, SignalFilter(judged_on=on))
        Desk(views).ask(owed, ObligationFilter(judged_on=on))
        restart(views)
    kept = views.select("SELECT kind, question FROM judged ORDER BY number")
    assert len(kept) == 2 * judged_rows.MOST_ROWS
    assert f"2025-12-{judged_rows.MOST_ROWS + 3:02}" in kept[-1]["question"]


def test_another_program_judges_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a program with other rules kept is not taken over, and goes when this one keeps what it judged."""
    views = formulaic_views(60)
    given = both(views)
    for module in (judged_rows, judged):
        monkeypatch.setattr(module, "this_program", lambda: "another")
    restart(views)
    monkeypatch.undo()
    forge(views, lambda row: replace(row, body="false"))
    assert both(views) == given
    restart(views)
    assert {row["by"] for row in views.select("SELECT by FROM judged")} == {judged_rows.this_program()}


def forge(views: Views, change: Callable[[JudgedRow], JudgedRow]) -> None:
    """Changes what is kept, as somebody does who knows how a row is sealed."""
    for row in judged_rows.every_judged(views):
        assert row is not None
        made = change(row)
        write(
            views,
            "UPDATE judged SET body = ?, seal = ? WHERE question = ? AND kind = ?",
            [(made.body, made.seal(), row.question, row.kind)],
        )


def test_a_row_that_cannot_be_read_says_what_to_do() -> None:
    """Views that are damaged are made anew; no answer is guessed."""
    for body in ("", "[", "[[],[]]", "[1,[],[]]", '[[["late"]],[],[]]', '[[["a",[{"cite":-1}],[]]],["o"],[[0,1,"r"]]]'):
        views = formulaic_views(30)
        both(views)
        restart(views)
        forge(views, lambda row, body=body: replace(row, body=body))  # type: ignore[misc]
        with pytest.raises(Incomplete, match="zeren views rebuild"):
            both(views)


def test_what_was_judged_is_proved_again(home: Home) -> None:
    """Each row is judged again from the entries."""
    with closing(views_of(home)) as views:
        facts = sum(1 for _ in views.select("SELECT 1 FROM judged"))
    *_, last = prove(home)
    assert (facts, last.percent) == (2, 100)
    assert zeren(home.directory, "verify", "--views").code == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace("LATE_RECORD", "OTHER").replace("unmet", "met"),
        lambda body: body.replace("p-", "q-"),
        lambda _: "",
        lambda _: "[[],[],[]]",
        lambda _: "[[1,[],[]],[],[]]",
    ],
)
@pytest.mark.parametrize("kind", ["signals", "dockets"])
def test_a_forged_judgement_is_found(home: Home, kind: str, change: Callable[[str], str]) -> None:
    """Whoever changed it, and sealed it as the program does: the views are found wrong, and are made anew."""
    with closing(views_of(home)) as views:
        forge(views, lambda row: replace(row, body=change(row.body)) if row.kind == kind else row)
    said = "what the views keep of what was judged is not what follows from the entries"
    with pytest.raises(ViewsDiffer, match=said):
        list(prove(home))
    told = zeren(home.directory, "verify", "--views")
    assert (told.code, said in told.out) == (3, True)
    rebuild(home).close()
    assert list(prove(home))[-1].percent == 100


@pytest.mark.parametrize("value", ["1", "'x'", "x'00'", "kind || ' '"])
@pytest.mark.parametrize("column", ["kind", "question", "entries", "last", "rests_on", "by", "body", "seal"])
def test_a_changed_cell_is_found_and_nobody_is_answered_from_it(
    home: Home, answers: list[str], column: str, value: str
) -> None:
    """Any cell of any row, a value of another kind too: the proof names it, and each question is judged anew."""
    changed(home, f"UPDATE judged SET {column} = {value} WHERE kind = 'signals'")
    with pytest.raises(ViewsDiffer, match="was judged was changed"):
        list(prove(home))
    assert answers == [zeren(home.directory, question, "--json").out for question in ("signals", "obligations")]


def test_what_was_judged_is_in_the_digest(home: Home) -> None:
    """A rebuild that is compared judges again what was judged: equal, or told."""
    with closing(views_of(home)) as views:
        before = digest(views)
    compared = zeren(home.directory, "views", "rebuild", "--compare")
    assert (compared.code, before in compared.out) == (0, True)
    assert [row[0] for row in rows(home)] == ["dockets", "signals"]
    changed(home, "UPDATE judged SET body = '[[],[],[]]' WHERE kind = 'signals'")
    assert zeren(home.directory, "views", "rebuild", "--compare").code == 3
    assert zeren(home.directory, "signals").code == 0
    with closing(views_of(home)) as views:
        forge(views, lambda row: replace(row, body="[[],[],[]]"))
    assert zeren(home.directory, "views", "rebuild", "--compare").code == 3


def test_an_erased_text_is_in_nothing_that_is_kept(home: Home) -> None:
    """Who erases makes the views anew, and what was judged with the text is gone with them."""
    directory = home.directory
    assert zeren(directory, "keys", "roles", "p-he", "--role", "inspector").code == 0
    assert zeren(directory, "record", "talk", *TALK, "--ref", "TX", "--text", "凭空而来").code == 0
    assert zeren(directory, "signals").code == 0
    assert len(rows(home)) == 2
    assert zeren(directory, "erase", "TX", "--ground", "law", "--yes").code == 0
    assert rows(home) == []


TALK = ("--talker", "贺立新", "--counterpart", "罗佩珊", "--as", "p-bai", "--occurred-at", "2024-11-03")


def test_the_process_that_keeps_views_judges_ahead(home: Home) -> None:
    """Once for a day and as long as little comes; for who sees all, and for who sees the duty ledger alone."""
    rebuild(home).close()
    follower = Follower(home)
    assert follower.look(patient=False, once=False) == 0
    follower.judge_ahead()
    first = rows(home)
    assert {row[0] for row in first} == {"dockets", "signals"}
    assert len(first) == 4
    follower.judge_ahead()
    with closing(views_of(home)) as views:
        ahead(views)
    assert rows(home) == first


def test_views_that_cannot_be_written_keep_nothing() -> None:
    """Views in memory last as long as their process, and nothing is written into them."""
    views = formulaic_views(30)
    both(views)
    keep(views)
    assert views.select("SELECT * FROM judged") == []


CITES = st.builds(
    Citation,
    st.sampled_from(["a/duty", "b/case"]),
    st.integers(-5, 99),
    st.text(max_size=4),
    st.none() | st.tuples(st.just("c/duty"), st.integers(0, 9)),
)
DAYS = st.dates()
PLAIN = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.text(max_size=6), DAYS, CITES),
    st.datetimes(timezones=st.just(UTC), allow_imaginary=False).map(lambda moment: moment.replace(fold=0)),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.frozensets(st.text(max_size=3), max_size=3),
)
VALUES = st.recursive(PLAIN, lambda each: st.lists(each, max_size=4).map(tuple), max_leaves=12)
SIGNALS = st.builds(
    Signal,
    st.sampled_from(sorted(CATALOGUE)),
    st.sampled_from(["high", "low"]),
    st.lists(CITES, max_size=3).map(tuple),
    st.lists(CITES, max_size=3).map(tuple),
    st.lists(st.tuples(st.text(max_size=4), VALUES), max_size=3).map(tuple),
)


@given(st.one_of(VALUES, SIGNALS, st.lists(SIGNALS, max_size=4).map(tuple)))
def test_a_value_is_read_as_it_was_written(value: object) -> None:
    """The same value, of the same types; equal values have equal text."""
    again = read(written(value))
    assert again == value
    assert written(again) == written(value)
    assert exact(again) == exact(value)


def exact(value: Any) -> Any:
    """A value with the type of each part, and with what a comparison leaves out."""
    if isinstance(value, tuple):
        return tuple(map(exact, value))
    if isinstance(value, Signal | Citation):
        return type(value), [exact(getattr(value, each)) for each in type(value).__dataclass_fields__]
    return type(value), value


def test_instances_are_read_as_they_were_written() -> None:
    """With pairs, reasons, days and what may be left out."""
    cite = Citation("a/duty", 3, "T-1", ("old/duty", 3))
    pair = Instance("A2a", "p-1", "secretary", "2024H1", None, "p-2", date(2024, 6, 30), "met", met_by=(cite,))
    row = Instance(
        *("A2a", "p-1", None, None, "K1", None, None, "unmet"),
        reasons=(Reason(cite, "rejected", ("NO_QUORUM",)),),
        pairs=(pair,),
        claimed_later=((cite, date(2024, 7, 1)),),
    )
    lead = OpenLead(cite, datetime(2024, 1, 2, tzinfo=UTC), frozenset({"p-1"}))
    value = (row, lead, Period(date(2024, 1, 1), date(2024, 2, 1)), Decimal("1.50"))
    assert read(written(value)) == value
    assert read(written(value))[0].met_by == ()
    assert read(written(value))[0].pairs[0].met_by[0].place == ("old/duty", 3)


def test_what_has_no_form_is_not_written() -> None:
    """Nothing is turned into something like it."""
    for value in (1.5, b"x", {"a": 1}, object(), judged):
        with pytest.raises(TypeError, match="has no form as text"):
            written(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "[]", "[1,[],[]", "[[],[]]", '[{"a":1},[],[]]', '[{"day":"x"},[],[]]', '[{"number":"x"},[],[]]'),
        *(
            '[{"cite":0},[],[]]',
            '[{"cite":-1},["o"],[[0,1,"r"]]]',
            '[{"Signal":["A"]},[],[]]',
            "[{},[],[]]",
            "[1.5,[],[]]",
        ),
        *(
            '[{"day":"2024-01-01","at":"x"},[],[]]',
            '[{"cite":0},["o"],[[1,1,"r"]]]',
            '[{"cite":0},["o"],[[0,1,"r",0]]]',
        ),
    ],
)
def test_any_other_text_is_refused(text: str) -> None:
    """Read strictly: no text gives a value that `written` would not have written so."""
    with pytest.raises(ValueError, match="not the form"):
        read(text)
