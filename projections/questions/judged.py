"""What was judged, kept beside the facts for whoever asks next, and proved again from the entries.

`keep` writes it once a question is answered, where nothing is there that the next process could go on from; so a
command that asks what was asked before does not judge again, and `ahead` judges before anybody asks. What is written
belongs to the views: it is in their digest, and `again` gives what a row has to say, rule by rule, from views that were
computed from the entries.

Not here: what is kept, and what an entry that comes concerns (`projections.signals.judged_before`, `since`,
`projections.obligations.kept_before`).
"""

from collections.abc import Hashable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any, cast

from projections.facts.kept_form import JudgedRow, KnownThen, read, written
from projections.facts.noted import Notes
from projections.facts.values import Citation
from projections.obligations import computed_again
from projections.obligations.docket import docket_of
from projections.obligations.kept_before import DOCKETS, InstancesKey, KeptDocket, docket_in
from projections.questions.desk import Desk
from projections.questions.obligations import instances
from projections.questions.over import Judged, Over
from projections.questions.signals import found
from projections.signals import CATALOGUE, signals
from projections.signals.inquiry import Inquiry
from projections.signals.judged_before import SIGNALS, Judgement, name_of
from projections.signals.since import came_since, known_now
from projections.views.facts import ViewFacts
from projections.views.judged_rows import this_program, write_judged
from projections.views.view_store import KnownViews, Views

BEHIND = 50
"""Entries that came since from which on it is written anew: the next process then looks at as few again."""
GROWN = 1.2
"""How many times as much has to be known."""


def keep(views: Views) -> None:
    """Writes what was judged over these views, where the next process could not go on from what stands there."""
    if views.place is None:
        return
    rows = []
    for key, value in list(views.kept.items()):
        if (isinstance(value, Judgement) and _is_wanted(value)) or (isinstance(value, KeptDocket) and _is_more(value)):
            kind, question = cast("tuple[str, Hashable]", key)
            rows.append(JudgedRow(kind, written(question), value.known, this_program(), value.text()))
    if rows:
        write_judged(views, rows)


def _is_wanted(judged: Judgement) -> bool:
    """Whether a judgement is whole, and new or far from what is kept."""
    whole = judged.ordered.keys() == _rules() and judged.concerns.keys() >= {
        id(signal) for rows in judged.ordered.values() for signal in rows
    }
    return whole and _is_far(judged.known, judged.stands)


def _is_more(docket: KeptDocket) -> bool:
    return _is_far(docket.known, docket.stands) or docket.much() > GROWN * docket.had + 1


def _is_far(known: KnownThen, stands: int | None) -> bool:
    return stands is None or abs(known.cut - stands) > BEHIND


def _rules() -> set[str]:
    return {name_of(entry.rule) for entry in CATALOGUE.values() if entry.rule is not None}


AHEAD = (frozenset({"duty", "case"}), frozenset({"duty"}))
"""For whom is judged ahead, by the kinds of ledger that they see. Not for who sees the access ledger, too: each reading
of an inspector makes it grow, and whether a record came after one is a question of its own."""


def ahead(views: Views) -> None:
    """Judges signals and obligations as they stand today for whoever may ask, where that is not kept, and keeps it."""
    for kinds in AHEAD:
        over = Desk(views, kinds).over(Judged())
        day = over.judging_day(Judged())
        if over.facts.cut > over.facts.duty.first and not _is_kept(over.facts, day):
            found(over, day)
            instances(over, day)
            keep(views)


def _is_kept(facts: ViewFacts, day: date) -> bool:
    """Whether the next process can go on from what is kept, of both kinds."""
    q, question = Inquiry(facts, day, ()), written((facts.of_which, day))
    rows = [facts.judged(kind, question) for kind in (SIGNALS, DOCKETS)]
    return all(
        row is not None and not _is_far(row.known, facts.cut) and came_since(q, row.known, known_now(q)) is not None
        for row in rows
    )


def again(views: Views, row: JudgedRow) -> Iterator[str | None]:
    """What a row has to say, from these views: None for each part that is judged, then all of it as text.

    Nothing where nobody goes on from it: what else it rests on is known otherwise now. `views` end where the row was
    judged. Raises ValueError where the row cannot be read.
    """
    try:
        of_which, day = read(row.question)
        facts = _facts_of(views, of_which)
    except TypeError as error:
        raise ValueError("this is no question") from error
    if row.by != this_program() or facts.of_which != of_which or known_now(Inquiry(facts, day, ())) != row.known:
        return
    if row.kind == SIGNALS:
        yield from _signals_again(facts, day)
    elif row.kind == DOCKETS:
        yield from _docket_again(facts, day, row)


def judged_anew(views: Views, rows: Sequence[JudgedRow]) -> list[JudgedRow]:
    """Rows with what views that were built anew have to say; as they are those that nobody goes on from, and none for
    one that cannot be read."""
    kinds = {each.origin: each.kind for each in views.ledgers()}
    found = []
    for row in rows:

        def position(origin: str, cut: int = row.known.cut) -> int:
            known = views.position(origin)
            return min(known, cut) if kinds.get(origin) == "duty" else known

        with suppress(ValueError):
            *_, text = (None, *again(KnownViews(views.select, position), row))
            found.append(row if text is None else replace(row, body=text))
    return found


def _facts_of(views: Views, of_which: Any) -> ViewFacts:
    number, _fingerprint, known_at, entries, kinds, (as_recorded, duty_as_recorded, of_case) = of_which
    organ = next((row.origin for row in views.ledgers() if row.id == number), None)
    return ViewFacts(views, known_at, organ, entries, kinds, as_recorded, duty_as_recorded, of_case)


def _signals_again(facts: ViewFacts, day: date) -> Iterator[str | None]:
    for entry in CATALOGUE.values():
        if entry.rule is not None:
            signals(facts, day, codes={entry.code})
            yield None
    found(Over(facts), day)
    judged = next((each for each in facts.kept.values() if isinstance(each, Judgement)), None)
    yield judged.text() if judged is not None else None


def _docket_again(facts: ViewFacts, day: date, row: JudgedRow) -> Iterator[str | None]:
    kept, docket = docket_in(row), docket_of(facts, day)
    places = {**kept.verdicts, **kept.rejects}
    acts = {at: entry for at in places if (entry := facts.cited(Citation(*at, ""))) is not None}
    verdicts = docket.verdicts_of([acts[at] for at in kept.verdicts if at in acts])
    yield None
    rejects = docket.rejects_of([acts[at] for at in kept.rejects if at in acts])
    yield None
    made: dict[Hashable, tuple[Any, Notes]] = {}
    whole_last = sorted(kept.instances(), key=lambda key: key == InstancesKey(key.obligation))  # they answer the others
    for key in whole_last:
        made[key] = computed_again(docket, key), Notes()
        yield None
    yield KeptDocket(row.known, dict(verdicts), dict(rejects), made).text()
