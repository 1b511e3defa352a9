"""Whose seat somebody acts in who acts in charge of a post that several hold, each in a seat of his own.

Acting in charge is holding (R5). Who acts in what a titular holder supervises too, in his absence, stands in for him:
the seat is one, and what it owes is owed once. Who acts in what no titular holder has, holds a seat of his own.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from ledger.events.tenure import LeaveTaken
from projections.facts.holdings import Holding, counted_tenures
from projections.facts.values import Period, Tenure, without
from projections.obligations.docket import Docket


def own_days(docket: Docket, tenure: Tenure, during: Period) -> tuple[Period, ...]:
    """The days of a period on which a tenure is a seat of its holder's own; cover is none."""
    held = tenure.period(during.last)
    met = held.meet(during) if held is not None else None
    if met is None or tenure.acting == "cover":
        return ()
    if tenure.acting is None:
        return (met,)
    titular = _titular_beside(docket, tenure, met)
    return tuple(
        part
        for item in _remit(tenure)
        for part in without(met, [period for each in titular for period in _days_with(docket, each, item, met)])
    )


def standing_in(docket: Docket, person: str, acting: Iterable[Tenure], during: Period) -> Iterator[Holding]:
    """Who acted in charge beside a titular holder, on which days of a period: not where he had a seat of his own."""
    for tenure in acting:
        held = tenure.period(during.last)
        met = held.meet(during) if held is not None else None
        if met is None or tenure.acting != "in_charge" or tenure.person == person:
            continue
        beside = [
            period
            for titular in _titular_beside(docket, tenure, met)
            if titular.person == person
            for item in _remit(tenure)
            for period in _days_with(docket, titular, item, met)
        ]
        own = counted_tenures(docket.facts, person=tenure.person, role=tenure.role, during=met)
        seated = [period for each in own if each.acting is None and (period := each.period(met.last)) is not None]
        for part in dict.fromkeys(beside):
            for period in without(part, seated):
                yield Holding(tenure.person, period, True, (tenure,))  # noqa: FBT003 - acting


def leaves_of(docket: Docket, person: str) -> tuple[Period, ...]:
    """The days on which a person was away."""
    key = ("leaves", person)
    if key not in docket.kept:
        taken = [event.payload for event in docket.facts.records(LeaveTaken, person=person)]
        docket.kept[key] = tuple(
            Period(leave.valid_from, leave.valid_to)
            for leave in taken
            if isinstance(leave, LeaveTaken) and leave.person == person and leave.valid_from <= leave.valid_to
        )
    found: tuple[Period, ...] = docket.kept[key]
    return found


def _titular_beside(docket: Docket, acting: Tenure, during: Period) -> list[Tenure]:
    """Others who hold such a post themselves in a period."""
    found = counted_tenures(docket.facts, role=acting.role, during=during)
    return [each for each in found if each.acting is None and each.person != acting.person]


def _remit(tenure: Tenure) -> tuple[str | None, ...]:
    """What somebody acts in: the units, else the functions that are named; where none is, whatever he acts in."""
    return tenure.supervises or tenure.functions or (None,)


def _days_with(docket: Docket, titular: Tenure, item: str | None, during: Period) -> Iterator[Period]:
    """The days on which a titular holder has a unit or function; where none is named, those on which he is away."""
    held = titular.period(during.last)
    met = held.meet(during) if held is not None else None
    if met is None:
        return
    if item is None:
        yield from (away for leave in leaves_of(docket, titular.person) if (away := leave.meet(met)) is not None)
    elif item in (*titular.supervises, *titular.functions):
        yield met


def is_away(docket: Docket, person: str, on: date) -> bool:
    """Whether a person was away on a day."""
    return any(on in period for period in leaves_of(docket, person))
