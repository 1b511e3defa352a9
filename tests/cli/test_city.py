"""zeren city: what is asked across organs is what each organ answers, put together."""

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.events.acts import TalkHeld
from projections.questions.desk import Desk
from projections.views.catch_up import views_of
from projections.views.city_index import CityIndex
from projections.views.city_rows import OrganFacts, SamePerson, SignalHeld
from tests.support.city import city, organ
from tests.support.command import zeren
from tests.support.samples import DUTY_RECORDER
from tests.tools.city import MOVED, make_city

NAMES = ("yunxi", "solo")
ROOT = Path(__file__).parents[2]


def asked(directory: Path, *words: str, code: int = 0) -> Any:
    found = zeren(directory, *words, "--json")
    assert found.code == code, found.err
    return json.loads(found.out)


@pytest.fixture(scope="module")
def looked() -> Path:
    """Two organs, looked at."""
    directory = city()
    assert zeren(directory, "city", "refresh", "--jobs", "1").code == 0
    return directory


def test_the_overview_counts_what_each_organ_answers(looked: Path) -> None:
    """Cases, their open points, and signals by weight are those of the organ asked alone; sums are of all."""
    found = asked(looked, "city", "overview")
    assert [row["organ"]["name"] for row in found["items"]] == sorted(NAMES)
    for row in found["items"]:
        name = row["organ"]["name"]
        signals = asked(looked, "signals", "--organ", name, "--judged-on", found["day"])["items"]
        assert row["signals"] == {w: n for w in row["signals"] if (n := sum(s["weight"] == w for s in signals))}
        cases = asked(looked, "cases", "--organ", name)["items"]
        assert (row["cases"], row["points"]) == (len(cases), sum(case["points"] for case in cases))
    assert found["signals"]["high"] == sum(row["signals"].get("high", 0) for row in found["items"])
    assert (found["behind"], found["faults"]) == (0, 0)


def test_signals_are_shown_up_to_a_limit_and_what_is_not_shown_is_counted(looked: Path) -> None:
    """The first of all, in the order of the whole list; another limit shows more, and a file has them all."""
    every = asked(looked, "city", "signals", "--weight", "high")["items"]
    shown = zeren(looked, "city", "signals", "--weight", "high", "--limit", "2")
    assert len(shown.out.splitlines()) == 2 + len(("heads", "rule"))
    assert f"{len(every) - 2} more are not shown" in shown.err
    for row, line in zip(every, shown.out.splitlines()[2:], strict=False):
        assert row["entry"] in line
    for limits in (("--code", every[0]["code"]), ("--in", every[0]["organ"]["name"]), ("--weight", "low")):
        count = len(asked(looked, "city", "signals", *limits)["items"])
        said = zeren(looked, "city", "signals", *limits, "--limit", "1").err
        assert (f"{count - 1} more are not shown" in said) == (count > 1)
    assert "not shown" not in zeren(looked, "city", "signals", "--weight", "high", "--limit", "10000").err


def test_cases_and_signals_of_every_organ_are_listed(looked: Path) -> None:
    """Each as its organ lists it, limited by days, code, weight and organ; what there is not is refused by name."""
    cases = asked(looked, "city", "cases")["items"]
    assert {(row["organ"]["name"], row["case"]) for row in cases} == {
        (name, row["case"]) for name in NAMES for row in asked(looked, "cases", "--organ", name)["items"]
    }
    assert asked(looked, "city", "cases", "--from", "2999-01-01")["items"] == []
    only = asked(looked, "city", "signals", "--in", "yunxi", "--weight", "high")["items"]
    assert {(row["organ"]["name"], row["weight"]) for row in only} == {("yunxi", "high")}
    refused = zeren(looked, "city", "signals", "--code", "NO_SUCH")
    assert (refused.code, "LATE_RECORD" in refused.err) == (2, True)
    assert zeren(looked, "city", "signals", "--in", "nobody").code == 2


def test_an_organ_that_grew_is_told_and_looked_at_again(tmp_path: Path) -> None:
    """Answers say how many organs have grown; refresh looks at those alone, and forgets organs that left the list."""
    directory = city()
    assert asked(directory, "city", "refresh")["looked_at"] == 2
    assert asked(directory, "city", "refresh")["looked_at"] == 0
    words = ("record", "person", "--person", "p-new", "--name", "新来", "--as", DUTY_RECORDER)
    made = zeren(directory, "--organ", "yunxi", *words)
    assert made.code == 0, made.err
    grown = zeren(directory, "city", "overview")
    assert "1 organ has grown since, or is not in the index yet" in grown.err
    assert asked(directory, "city", "refresh")["looked_at"] == 1
    assert asked(directory, "city", "overview")["behind"] == 0


def test_what_cannot_be_asked_is_named(tmp_path: Path) -> None:
    """An organ whose ledger is gone stands in the overview with its fault, exit 3; a damaged or missing index says
    what makes it anew; without a list of organs there is none."""
    directory = tmp_path / "city"
    make_city(directory, 2, 120, workers=1)
    early = zeren(directory, "city", "overview")
    assert (early.code, "zeren city refresh" in early.err) == (4, True)
    home = organ(directory, "bureau-0001").home
    whole = home.directory.rename(tmp_path / "alone")
    shutil.copytree(whole, home.directory)
    home.database("duty").unlink()
    found = asked(directory, "city", "refresh", code=3)
    assert [each["organ"] for each in found["faults"]] == ["bureau-0001"]
    assert "gone" in zeren(directory, "city", "overview").out
    (directory / "views" / "city.db").write_bytes(b"no database" * 100)
    assert zeren(directory, "city", "cases").code == 4
    assert zeren(directory, "city", "refresh").code == 3
    with closing(sqlite3.connect(directory / "views" / "city.db")) as connection:
        assert connection.execute("SELECT count(*) FROM organs").fetchone() == (2,)
    assert zeren(whole, "city", "refresh").code == 2


def test_who_countersigned_whom_is_what_the_acts_say(looked: Path) -> None:
    """As often as a talk of one bears the other's signature, his own or given later; of a pair either may be named, and
    the way back is told; a recorder's signature is none."""
    desk = Desk(views_of(organ(looked, "yunxi").home))
    expected: dict[tuple[str, str], int] = {}
    for talk in desk.facts().records(TalkHeld, ledger="duty"):
        said = talk.payload
        if isinstance(said, TalkHeld) and said.counterpart in talk.signed:
            pair = (said.counterpart, said.talker)
            expected[pair] = expected.get(pair, 0) + 1
    rows = asked(looked, "city", "countersigned", "--in", "yunxi")["items"]
    ids = {(each["signer"], each["other"]): row for row in rows for each in row["there"]}
    assert expected
    assert all(ids[pair]["times"] >= times for pair, times in expected.items())
    assert all(row["times"] == sum(each["times"] for each in row["there"]) for row in rows)
    for row in asked(looked, "city", "countersigned", "--mutual")["items"]:
        assert row["back"] > 0
    name = rows[0]["signer"][0]
    named = asked(looked, "city", "countersigned", "--for", name)["items"]
    assert named
    assert all(name in (*row["signer"], *row["other"]) for row in named)


def test_a_link_on_record_in_an_organ_that_is_not_seen_joins_nobody(tmp_path: Path) -> None:
    """Which persons are one is known of the organs that whoever asks may see, of their case ledgers alone."""
    index = CityIndex(tmp_path, make=True)
    link = (SamePerson("C", 0, "A", "p"), SamePerson("C", 0, "B", "q"))
    index.put(OrganFacts("C", "c", "", "", date(2026, 1, 1), links=link))
    assert index.joined({"A", "B"}) == {}
    both = frozenset({("A", "p"), ("B", "q")})
    assert index.joined({"A", "B", "C"}) == {("A", "p"): both, ("B", "q"): both}


def test_the_index_is_not_read_through_for_one_organ_or_for_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An organ is put in its own former place, and counts of signals are given, without a pass over the rows of all:
    SQLite scans no table with a row for each signal, post, link or pair."""
    index = CityIndex(tmp_path, make=True)
    raised = [SignalHeld("A", "LATE_RECORD", weight, "T1", ("n",), "duty", 1) for weight in ("high", "high", "low")]
    facts = OrganFacts("A", "a", "", "", date(2026, 1, 1), signals=tuple(raised))
    for each in (facts, replace(facts, organ="B", signals=()), facts):
        index.put(each)
    plans: list[str] = []

    @contextmanager
    def explained() -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(index.path)) as connection, connection:
            connection.row_factory = sqlite3.Row
            said: list[str] = []
            connection.set_trace_callback(said.append)
            yield connection
            connection.set_trace_callback(None)
            for statement in said:
                if statement.startswith(("SELECT", "DELETE", "INSERT")):
                    plans.extend(row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}"))

    monkeypatch.setattr(index, "_connection", explained)
    index.put(facts)
    assert {each.organ: each.signals for each in index.organs()} == {"A": {"high": 2, "low": 1}, "B": {}}
    assert any(plan.startswith("SEARCH signals ") for plan in plans)
    large = tuple(f"SCAN {table}" for table in ("signals", "posts", "links", "countersigned"))
    assert [plan for plan in plans if plan.startswith(large)] == []


def test_an_answer_from_the_index_loads_nothing_that_judges(looked: Path) -> None:
    """What weighs most in a command over a thousand organs is its start: overview and person need no rules."""
    run = "import sys; from cli.main import build; build().main(sys.argv[1:], standalone_mode=False)"
    script = f"{run}; print(); print(*sys.modules)"
    for words in (("overview",), ("person", "罗佩珊")):
        told = subprocess.run(
            [sys.executable, "-c", script, "--dir", str(looked), "city", *words],
            env={**os.environ, "PYTHONPATH": str(ROOT), "ZEREN_LANG": "en"},
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = told.stdout.splitlines()[-1].split()
        assert "projections.views.city_index" in loaded
        heavy = ("projections.signals", "projections.obligations", "projections.trace", "projections.questions.desk")
        assert [name for name in loaded if name.startswith(heavy)] == []


def test_who_moved_is_one_person_by_the_link_on_record(tmp_path: Path) -> None:
    """Ids that a case ledger links are one person with the posts of both organs; a name alone joins nobody."""
    make_city(tmp_path / "city", 3, 120, case_every=2, workers=1)
    assert zeren(tmp_path / "city", "city", "refresh", "--jobs", "1").code == 0
    people = asked(tmp_path / "city", "city", "person", MOVED)["items"]
    both = [each for each in people if each["moved"]]
    assert [len(each["ids"]) for each in both] == [2]
    assert [post["first"] for post in both[0]["posts"]] == ["2023-01-03", "2024-07-01"]
    assert len(people) == 3
    unknown = zeren(tmp_path / "city", "city", "person", f"{people[0]['names'][0]}x")
    assert (unknown.code, people[0]["names"][0] in unknown.err) == (2, True)


def test_lists_across_organs_are_written_to_files(looked: Path, tmp_path: Path) -> None:
    """A row for each post, pair and ledger, in a file that a program reads; another ending is refused."""
    out = tmp_path / "rows.csv"

    def rows(*words: str) -> list[dict[str, str]]:
        found = zeren(looked, *words, "--out", str(out))
        assert (found.code, found.out) == (0, "")
        return list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))

    posts = [post for each in asked(looked, "city", "person", "罗佩珊")["items"] for post in each["posts"]]
    assert [(row["organ"], row["post"], row["first"]) for row in rows("city", "person", "罗佩珊")] == [
        (post["organ"]["name"], post["post"], post["first"]) for post in posts
    ]
    pairs = asked(looked, "city", "countersigned")["items"]
    assert [int(row["times"]) for row in rows("city", "countersigned")] == [row["times"] for row in pairs]
    ledgers = asked(looked, "ledgers", "list")["ledgers"]
    assert [(row["origin"], row["entries"]) for row in rows("ledgers", "list")] == [
        (row["origin"], str(row["entries"])) for row in ledgers
    ]
    refused = zeren(looked, "city", "cases", "--out", str(tmp_path / "rows.doc"))
    assert (refused.code, (tmp_path / "rows.doc").exists()) == (2, False)
    assert ".csv, .ndjson, .xlsx" in refused.err
