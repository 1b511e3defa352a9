"""Answers from views that were asked before against those of a process that never was: they may differ nowhere."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from ledger.events.record import Recorded
from projections.facts.protocol import day
from projections.obligations import obligations, standing, uncounted
from projections.questions.desk import Desk
from projections.questions.dossier import DossierFilter, dossier
from projections.questions.judged import judged_anew, keep
from projections.questions.obligations import ObligationFilter, owed
from projections.questions.over import Over
from projections.questions.registers import RegisterFilter, register
from projections.questions.signals import SignalFilter, raised
from projections.questions.signatures import SignatureFilter, owed_signatures
from projections.views.facts import ViewFacts
from projections.views.judged_rows import every_judged
from projections.views.view_store import Decoded, Views
from tests.support.replayed import YUNXI, replayed

Answer = Callable[[], object]


def questions(
    views: Views, organ: str, known_at: datetime | None, on: date, rng: Random
) -> Iterator[tuple[str, Answer]]:
    """What is asked of a cut, by name: all that is judged, in an order of its own each time."""
    desk = Desk(views, organ=organ)
    facts = desk.facts(known_at)
    parties = rng.sample(sorted({*facts.persons, *facts.units}), k=min(3, len(facts.persons) + len(facts.units)))
    cases = [getattr(event.payload, "case", None) for event in facts.cases()]

    def over() -> Over:
        return Over(desk.facts(known_at))

    def overview() -> object:
        shared = desk.facts(known_at)
        return (
            obligations(shared, judged_on=on),
            raised(Over(shared), SignalFilter(known_at=known_at, judged_on=on)),
            standing(shared, judged_on=on),
            uncounted(shared, judged_on=on),
        )

    found: list[tuple[str, Answer]] = [
        ("obligations", lambda: owed(over(), ObligationFilter(known_at=known_at, judged_on=on))),
        ("signals", lambda: raised(over(), SignalFilter(known_at=known_at, judged_on=on))),
        ("agenda", lambda: owed(over(), ObligationFilter(known_at=known_at, judged_on=on, upcoming=90))),
        ("overview", overview),
        ("talks", lambda: register("talks")(over(), RegisterFilter(known_at=known_at, judged_on=on))),
        ("signatures", lambda: owed_signatures(over(), SignatureFilter(known_at=known_at, judged_on=on))),
        ("signatures by now", lambda: owed_signatures(over(), SignatureFilter(known_at=known_at))),
    ]
    for party in parties:
        limits = ObligationFilter(known_at=known_at, judged_on=on, owner=party)
        found.append((f"owner {party}", lambda limits=limits: owed(over(), limits)))  # type: ignore[misc]
        whose = DossierFilter(party=party, known_at=known_at, judged_on=on)
        found.append((f"dossier {party}", lambda whose=whose: dossier(over(), whose)))  # type: ignore[misc]
    found += [
        (f"trace {case}", lambda case=case: desk.trace(case, known_at=known_at))  # type: ignore[misc]
        for case in cases
        if case is not None
    ]
    rng.shuffle(found)
    return iter(found[: rng.randint(1, len(found))])


def differences(views: Views, organ: str, moments: Sequence[datetime | None], on: date, rng: Random) -> Iterator[str]:
    """The questions that the views answer otherwise than they would had nobody asked them before."""
    for known_at in moments:
        for name, answer in questions(views, organ, known_at, on, rng):
            given = outcome(answer)
            kept, decoded = views.kept, views.decoded
            with nothing_judged(views):
                views.kept, views.decoded = {}, Decoded()
                fresh = outcome(answer)
            views.kept, views.decoded = kept, decoded
            if given != fresh:
                yield f"{name} as known at {known_at}, judged on {on}: {given!r:.3000} instead of {fresh!r:.3000}"


@contextmanager
def nothing_judged(views: Views) -> Iterator[None]:
    """The views as they are where nobody kept what was judged."""
    rows = [tuple(row) for row in views.select("SELECT * FROM judged")]
    write(views, "DELETE FROM judged", [()])
    yield
    write(views, f"INSERT INTO judged VALUES ({','.join('?' * 9)})", rows)


def write(views: Views, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    """Writes into the views, as nobody but this project's own rooms does."""
    with views.datastore.transaction(commit=True) as c:
        for row in rows:
            c.execute(statement, row)


def restart(views: Views) -> None:
    """What was judged is kept beside the facts, and the process ends: the next one remembers nothing."""
    views.place = views.place or Path()  # as if in a file
    keep(views)
    views.kept, views.decoded = {}, Decoded()


def wrongly_judged(views: Views) -> list[str]:
    """The kinds of what is kept that does not follow from the facts."""
    rows = [row for row in every_judged(views) if row is not None]
    with nothing_judged(views):
        again = judged_anew(views, rows)
    return [row.kind for row, anew in zip(rows, again, strict=True) if row != anew]


def outcome(answer: Answer) -> object:
    """The answer, or the refusal in its place."""
    try:
        return answer()
    except Exception as error:  # noqa: BLE001 - which it is is compared
        return type(error), str(error)


def grown(entries: Iterable[Recorded], rng: Random, most: int = 4, *, restarts: bool = False) -> Iterator[str]:
    """Differences found while an organ grows: asked after every few entries, always as on one of two days.

    With `restarts` what was judged goes from one process to the next, now and then.
    """
    ordered = sorted(entries, key=lambda e: (e.position > 0, e.recorded_at, e.position))
    views, organ = Views(), next(e.ledger for e in ordered if e.position == 0)
    last = day(ViewFacts(_joined(ordered[:1])), ordered[-1].recorded_at)
    days = (last + timedelta(days=30), last - timedelta(days=200))
    wait = 12
    for number, entry in enumerate(ordered):
        views.apply([entry])
        wait -= 1
        if wait > 0 and number < len(ordered) - 1:
            continue
        wait = rng.randint(1, most)
        moments: list[datetime | None] = [None]
        if not rng.randint(0, 3):
            moments.append(rng.choice(ordered[: number + 1]).recorded_at)
        for found in differences(views, organ, moments, rng.choice(days), rng):
            yield f"after entry {number} ({entry.type}): {found}"
        if restarts and rng.randint(0, 2):
            restart(views)
            yield from (f"after entry {number} ({entry.type}): kept of {kind}" for kind in wrongly_judged(views))


def _joined(entries: Sequence[Recorded]) -> Views:
    views = Views()
    views.apply(entries)
    return views


def scenario() -> list[Recorded]:
    """The entries of the scenario's organ and its inspectors."""
    entries: list[Recorded] = []
    for kind in ("duty", "case"):
        with closing(replayed(YUNXI).open(kind)) as ledger:
            entries += ledger.page(0, ledger.size())
    return entries


def of_plan(plan: Any) -> list[Recorded]:
    """The entries of a random organ."""
    return [entry for rows in plan.organ().entries.values() for entry in rows]
