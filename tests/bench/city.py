"""Measures a city and writes CITY.md: `python -m tests.bench.city [--organs N] [--entries N] [--into DIR]`."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from ledger.core.head_list import format_heads
from ledger.events.trust import ListPublished
from ledger.home.listed_heads import published_lists
from ledger.home.organs_at_hand import organs_of
from ledger.home.publishing import gather_heads
from tests.bench.province import Figures, on_paper
from tests.bench.table import Row, at_least, at_most, write_city
from tests.bench.timing import cpu_seconds, run
from tests.support.builders import START, found, tampering
from tests.tools.city import CASE_EVERY, make_city, name_of

REPEATS = 7
QUESTIONS = {
    "holders": ("holders", "u-1", "--valid-at", "2024-06-01"),
    "search": ("search", "采购"),
    "trace": ("trace", "K1"),
}
"""Questions to one organ, and how much dearer they may be where it is one of many."""
DEARER = 1.5
_CORES = os.cpu_count() or 1
_ZEREN = [sys.executable, "-c", "import sys; from cli.main import main; sys.exit(main())"]


def measure(city: Path, organs: int, entries: int, figures: Figures) -> Iterator[Row]:
    """The rows, one after the other; what a province is reckoned from goes into `figures`."""
    yield from _organ_among_many(city, organs)
    yield from _across(city, organs, entries, figures)
    yield from _lists(city, organs)
    yield from _verified(city, organs, entries, figures)


def _organ_among_many(city: Path, organs: int) -> Iterator[Row]:
    group = "A question to one organ"
    name = name_of(CASE_EVERY if organs > CASE_EVERY else 0)
    alone = city.with_name("alone")
    shutil.copytree(city / "organs" / name, alone, dirs_exist_ok=True)
    for what, words in QUESTIONS.items():
        if what == "trace" and organs <= CASE_EVERY:
            continue
        ours: list[float] = []
        theirs: list[float] = []
        for number in range(REPEATS + 1):
            one, _, _ = _zeren(alone, *words)
            many, _, peak = _zeren(city, "--organ", name, *words)
            if number:  # the first of each makes the views
                theirs.append(one)
                ours.append(many)
        detail = f"{1000 * median(ours):.0f} ms CPU against {1000 * median(theirs):.0f}; {peak:.0f} MB"
        yield at_most(group, f"{what}: one of {organs:,} organs / alone", median(ours) / median(theirs), DEARER, detail)


def _across(city: Path, organs: int, entries: int, figures: Figures) -> Iterator[Row]:
    group = "Questions across organs"
    each, detail = _looked_at(city, organs)
    figures.looked_at = each / entries
    yield Row(group, "every organ looked at", f"{each:.2f} s CPU an organ", detail=detail)
    asked = {"overview": (), "person": ("p-moved",), "signals": ("--weight", "high"), "countersigned": ("--mutual",)}
    for what, words in asked.items():
        cpu, wall, peak = _zeren(city, "city", what, *words)
        yield at_most(group, f"{what} of {organs:,} organs", wall, 1.0, f"{cpu:.2f} s CPU; {peak:.0f} MB", " s")


def _looked_at(city: Path, organs: int) -> tuple[float, str]:
    """CPU seconds an organ; where all were looked at today, what that took then: it lies beside the city."""
    told, said = city.with_name("looked_at.json"), city.with_name("refreshed")
    cpu, wall, peak = _zeren(city, "city", "refresh", "--json", out=said)
    count = json.loads(said.read_text(encoding="utf-8"))["looked_at"]
    if count == organs or not told.exists():
        detail = f"{count:,} in {wall:.0f} s, {peak:.0f} MB at most in one process"
        told.write_text(json.dumps([cpu / max(count, 1), detail]), encoding="utf-8")
    each, detail = json.loads(told.read_text(encoding="utf-8"))
    return each, detail if count == organs else f"{detail}; measured before, in the same city"


def _lists(city: Path, organs: int) -> Iterator[Row]:
    group = "The published list"
    for left in city.glob("list.db*"):  # of a city that was measured before
        left.unlink()
    desk = found("list", city / "list.db")
    for day in (1, 2):
        before = published_lists(desk.ledger)[-1:]
        started, used = perf_counter(), cpu_seconds()
        heads, _ = gather_heads((each.home for each in organs_of(city)), before[0].heads if before else {})
        wall, cpu = perf_counter() - started, cpu_seconds() - used
        desk.record(ListPublished(day=START.date().replace(day=1 + day), list_=format_heads(heads)), "svc")
        yield Row(
            group,
            f"heads of {organs:,} organs gathered, {'the first time' if day == 1 else 'each proved to continue'}",
            f"{1000 * cpu / organs:.1f} ms CPU an organ",
            detail=f"{wall:.1f} s in all",
        )
    desk.close()


def _verified(city: Path, organs: int, entries: int, figures: Figures) -> Iterator[Row]:
    """Every ledger checked, of which one had a row changed: that one is named, and no other."""
    group = "verify --all"
    name = name_of(organs * 617 // 1000)
    found, before = _checked(city, name)
    busy = found.cpu / found.wall / _CORES
    detail = f"{found.wall:.0f} s wall, {found.cpu:.0f} s CPU{before}"
    yield at_least(group, f"cores busy, of {_CORES}", busy, 0.85, detail)
    figures.verified = found.cpu / (organs * entries)
    each = f"{1e6 * figures.verified:.0f} µs CPU"
    yield Row(group, "an entry", each, detail=f"{found.peak:.0f} MB at most in one process{before}")
    alone = found.wrong == [name]
    figure = "it is named, and no other" if alone else f"{len(found.wrong)} of {found.ledgers:,} ledgers named"
    yield Row(group, f"one row changed in {name}", figure, "named", alone, f"{found.ledgers:,} ledgers{before}")


@dataclass(frozen=True, slots=True)
class _Checked:
    """What a check of every ledger took, in seconds and MB, which ledgers it found wrong, and of how many."""

    cpu: float
    wall: float
    peak: float
    wrong: list[str]
    ledgers: int


def _checked(city: Path, changed: str) -> tuple[_Checked, str]:
    """The check, and whether it was made before: what it found lies beside the city, for it takes the longest."""
    told, said = city.with_name("verified.json"), city.with_name("verified")
    if told.exists():
        return _Checked(**json.loads(told.read_text(encoding="utf-8"))), "; measured before, in the same city"
    with tampering(city / "organs" / changed / "duty.db") as connection:
        connection.execute("UPDATE stored_events SET entry = CAST(entry || x'0a' AS BLOB) WHERE rowid = 18")
    cpu, wall, peak = _zeren(city, "verify", "--all", "--json", out=said, exits=3)
    reports = [json.loads(line) for line in said.read_text(encoding="utf-8").splitlines()]
    wrong = [report["name"] for report in reports if report["verdict"] == "invalid"]
    found = _Checked(cpu, wall, peak, wrong, len(reports))
    told.write_text(json.dumps(asdict(found)), encoding="utf-8")
    return found, ""


def _zeren(directory: Path, *words: str, out: Path | None = None, exits: int = 0) -> tuple[float, float, float]:
    environment = {**os.environ, "ZEREN_LANG": "en", "PYTHONPATH": os.pathsep.join(sys.path)}
    return run([*_ZEREN, "--dir", str(directory), *words], environment, out, exits)


def _made(city: Path, organs: int, entries: int) -> Row:
    """Makes the city where there is none."""
    group, what = "Making it", f"{organs * entries:,} entries, signed"
    if city.exists():
        return Row(group, what, "made before", detail=f"{_size(city) / (organs * entries):.0f} bytes an entry on disk")
    used, begun = cpu_seconds(), perf_counter()
    make_city(city, organs, entries, workers=_CORES)
    figure = f"{1e6 * (cpu_seconds() - used) / (organs * entries):.0f} µs CPU an entry"
    size = f"{_size(city) / (organs * entries):.0f} bytes an entry on disk"
    return Row(group, what, figure, detail=f"{perf_counter() - begun:.0f} s; {size}")


def _size(city: Path) -> int:
    return sum(path.stat().st_size for path in (*city.rglob("duty.db"), *city.rglob("case.db")))


def main(arguments: Sequence[str] | None = None) -> None:
    """Makes the city where there is none, measures it, and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organs", type=int, default=100)
    parser.add_argument("--entries", type=int, default=2_000)
    parser.add_argument("--into", type=Path, help="Where the city is made, or was, and stays.")
    asked = parser.parse_args(arguments)
    started = perf_counter()
    with tempfile.TemporaryDirectory(prefix="zeren-city-") as scratch:
        city = (asked.into or Path(scratch)) / "city"
        figures, rows = Figures(), [_made(city, asked.organs, asked.entries)]
        figures.stored = _size(city) / (asked.organs * asked.entries)
        for row in measure(city, asked.organs, asked.entries, figures):
            rows.append(row)
            sys.stderr.write(f"{perf_counter() - started:5.0f} s  {row.name}: {row.figure} (aim {row.aim or 'none'})\n")
    sys.stdout.write(write_city(rows, asked.organs, asked.entries, perf_counter() - started, on_paper(figures)))


if __name__ == "__main__":
    main()
