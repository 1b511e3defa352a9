"""Questions over the views, against a bare decode of all bodies: judged for the first time, by a process that starts
when all was judged before, and after one more entry.

What was judged is kept beside the facts (`projections.questions.judged`), so the first row of each is paid once by
whoever asks first, or by `zeren views follow`. What judging for the first time takes where that misses its aim, at
10,000 formulaic entries (CPU time of a profile, in parts of a hundred):

- All signals: entries read from the views 23, whom signals concern 10, who was in two places 8, copies 5; the other
  thirty rules up to 5 each, about three microseconds an entry and rule. One reading of all entries is 1.5 to 2 of the
  decode by itself; for 3 the rules that judge each record alone would have to go over it once, together, or only over
  entries of which the views say, since they were projected, that a rule can hold against them.
- Overview: the signals, and a fifth of that for what is owed.
- One owner, and what is due within 90 days: judging the talks of the pair that fit and do not claim the duty, 48 and
  46, of which half is reading the other acts of both persons in those months (two places at once); claims read and
  judged a quarter. For 0.3 the views would have to hold who was where when, and which of a pair's talks count.
- Trace: what the persons named had owed by the opening 76 (by two thirds the same talks), diligence 20.

Above 20,000 entries what was read is not kept: at 100,000 judging all signals for the first time is half again as dear
an entry, and peaks at 319 MB (a process that starts then takes 168); for 250 the rules would have to go over the record
in stretches, each with what lies near it.

A dossier misses its aim also where everything was judged before: who is asked about takes part in half of all talks
here, and its lines are half of all entries, read and told. For 0.3 of a decode of all its lines would have to be pages.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from ledger.events.record import Recorded
from projections.questions.desk import Desk
from projections.questions.dossier import DossierFilter, dossier
from projections.questions.entries import EntryFilter, entry_rows
from projections.questions.holders import HolderFilter, who_held
from projections.questions.judged import keep
from projections.questions.obligations import ObligationFilter, owed
from projections.questions.over import Over
from projections.questions.search import SearchFilter
from projections.questions.search import found_from as search
from projections.questions.signals import SignalFilter, raised
from projections.views.view_store import Decoded, Views
from tests.bench.data import bodies_of, distinct
from tests.bench.limits import decode
from tests.bench.table import Row, at_most
from tests.bench.timing import growth, run, timed
from tests.support.facts_maker import JUDGED_ON, Organ
from tests.support.kept_answers import write
from tests.tools.formulaic import formulaic_views, talks

GROUP = "Questions"
FLAT = 200
Question = Callable[[Views], object]


def _overview(views: Views) -> object:
    """Signals, then what is owed: the order in which the first page asks for them."""
    from projections.obligations import obligations

    facts = Desk(views).facts()
    return raised(Over(facts), SignalFilter(judged_on=JUDGED_ON)), obligations(facts, judged_on=JUDGED_ON)


QUESTIONS: dict[str, tuple[Question, float, float | None]] = {
    "all obligations": (lambda views: Desk(views).ask(owed, ObligationFilter(judged_on=JUDGED_ON)), 3, 0.2),
    "all signals": (lambda views: Desk(views).ask(raised, SignalFilter(judged_on=JUDGED_ON)), 3, 0.2),
    "obligations of one owner": (
        lambda views: Desk(views).ask(owed, ObligationFilter(owner="mem", judged_on=JUDGED_ON)),
        0.3,
        None,
    ),
    "agenda (what is due within 90 days)": (
        lambda views: Desk(views).ask(owed, ObligationFilter(upcoming=90, judged_on=JUDGED_ON)),
        0.3,
        None,
    ),
    "dossier": (lambda views: Desk(views).ask(dossier, DossierFilter(party="mem", judged_on=JUDGED_ON)), 0.3, None),
    "trace": (lambda views: Desk(views).trace("K1"), 2, None),
    "overview": (_overview, 3, 0.2),
}
"""By name: the question, its aim against the decode at first ask, and after one more entry."""


def measure(sizes: Sequence[int]) -> Iterator[Row]:
    """Rows at each size; formulaic texts against distinct ones at the smallest."""
    first: dict[str, list[float]] = {name: [] for name in QUESTIONS}
    flat: dict[str, list[float]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="zeren-bench-views-") as scratch:
            file = Path(scratch) / "views.db"
            views = formulaic_views(size, Views(file))
            further = iter(list(talks(Organ().staffed(), size + 3 * len(QUESTIONS)))[size:])
            bodies = bodies_of(list(talks(Organ().staffed(), size)))
            bare = min(timed(partial(decode, bodies)).cpu for _ in range(3))
            for name in QUESTIONS:
                judged, rows = _question(views, name, f"{size:,} entries", bare, list(islice(further, 3)))
                first[name].append(judged)
                yield from rows
            for name, figure in _flat(views, size):
                flat.setdefault(name, []).append(figure)
                if size == sizes[-1] and len(sizes) > 1:
                    ratio = flat[name][-1] / flat[name][0]
                    detail = f"wall p50 {1e3 * flat[name][-1]:.2f} ms of {FLAT} varied questions"
                    yield at_most(GROUP, f"{name}: {size:,} / {sizes[0]:,} entries", ratio, 1.5, detail)
            views.close()
            _, _, peak = run([sys.executable, "-m", "tests.bench.child", "ask", str(file)])
            name = f"memory of a process that asks all of these, {size:,} entries"
            yield at_most(GROUP, name, peak, 250, "", " MB")
    times = sizes[-1] / sizes[0]
    for asked_for, costs in first.items():
        name = f"growth of {asked_for}, judged for the first time (exponent)"
        yield at_most(GROUP, name, growth(costs[0], costs[-1], times), 1.08)
    plain = formulaic_views(sizes[0], text=distinct)
    for name, (question, _, _) in QUESTIONS.items():
        took = timed(partial(question, plain)).cpu
        plain.decoded, plain.kept = Decoded(), {}
        yield at_most(GROUP, f"{name}, formulaic / distinct texts, {sizes[0]:,} entries", first[name][0] / took, 2)


def _question(views: Views, name: str, what: str, bare: float, entries: Sequence[Recorded]) -> tuple[float, list[Row]]:
    """CPU seconds of judging for the first time; rows of that, of a process that starts once it was judged, and of
    both after one more entry."""
    question, aim, after = QUESTIONS[name]
    write(views, "DELETE FROM judged", [()])
    ask = partial(question, views)
    first = _starting(views, ask)
    keeping = timed(partial(keep, views)).cpu
    asked = _starting(views, ask)
    views.apply([entries[0]])
    starting = _starting(views, ask)
    for entry in entries[1:]:  # the first after a start reads what the next ones find
        views.apply([entry])
        again = timed(ask).cpu
    detail = f"{first:.3f} s CPU, and {keeping:.3f} s to keep it"
    rows = [
        at_most(GROUP, f"{name}, {what}, judged for the first time / decode of all bodies", first / bare, aim, detail),
        at_most(GROUP, f"{name}, {what}, by a process that starts / decode", asked / bare, aim, f"{asked:.3f} s CPU"),
    ]
    detail = f"{again:.3f} s CPU; to a process that starts then {starting:.3f} s"
    one_more = f"{name}, {what}, after one more entry / decode"
    if after is None:
        rows.append(Row(GROUP, one_more, f"{again / bare:.2f}", detail=detail))
    else:
        rows.append(at_most(GROUP, one_more, again / bare, after, detail))
    return first, rows


def _starting(views: Views, ask: Callable[[], object]) -> float:
    """CPU seconds of a question to a process that starts."""
    views.decoded, views.kept = Decoded(), {}
    return timed(ask).cpu


def asked(file: str) -> None:
    """Asks every question of the views in a file; what a process of its own does."""
    views = Views(Path(file))
    for question, _, _ in QUESTIONS.values():
        question(views)
    views.close()


def _searched(desk: Desk, words: str) -> tuple[Over, SearchFilter]:
    wanted = SearchFilter(words=words)
    return desk.over(wanted), wanted


def _flat(views: Views, size: int) -> Iterator[tuple[str, float]]:
    """Seconds of questions whose cost should not grow, each asked with other words every time."""
    desk = Desk(views)
    days = [JUDGED_ON.replace(month=1 + number % 12, day=1 + number % 28) for number in range(FLAT)]
    asked: dict[str, Callable[[int], Any]] = {
        "holders": lambda number: desk.ask(who_held, HolderFilter(subject="aid", valid_at=days[number])),
        "entries, a page": lambda number: entry_rows(
            desk.facts(), desk.facts().duty, EntryFilter(), number * size // FLAT, 25
        ),
        "search": lambda number: search(
            *_searched(desk, ("合同审批", "双人双锁", "请示报告")[number % 3] + " " + "王李张刘陈"[number % 5]), 0, 25
        ),
    }
    for name, question in asked.items():
        work = iter(range(FLAT))
        yield name, timed(lambda question=question, work=work: question(next(work)), FLAT).quantile(0.5)  # type: ignore[misc]
