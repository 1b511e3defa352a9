"""Decisions against the trace: who was traced and not decided on, decided on and not traced, and where they differ."""

from collections.abc import Iterable, Sequence

from ledger.events.case_work import AppealDecided, AppealMade, DecisionMade
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from projections.facts.protocol import Facts
from projections.trace.model import BodyTrace, Compared, Decided, PersonTrace
from projections.trace.regimes import Category

WITHOUT = ("none", "not_applicable")


def decisions_against_trace(
    uncut: Facts, case: str, persons: Iterable[PersonTrace], bodies: Iterable[BodyTrace]
) -> tuple[Compared, ...]:
    """One row per person and body that the trace or a decision names, in the trace's order, then the decisions'.

    agrees: decided by a category that the trace has under one of the rulebooks, or decided not to be held to account
    where the trace has none. differs: decided by another. not_decided: traced with a category, no decision yet.
    not_traced: decided on, and the trace does not name him. none: traced without a category and not decided on.
    A later decision of a track on the same party takes the place of the earlier one.
    """
    events = uncut.followers(uncut.case(case))
    decided = _decided(uncut, events)
    appeals = _appeals(uncut, events)
    traced: dict[str, tuple[tuple[str, Category], ...]] = {row.person: row.categories for row in persons}
    traced |= {row.body: row.categories for row in bodies}
    return tuple(
        Compared(
            party,
            traced.get(party, ()),
            tuple(decided.get(party, ())),
            _verdict(traced.get(party), decided.get(party, ())),
            appeals.get(party),
        )
        for party in dict.fromkeys((*traced, *decided))
    )


def _verdict(traced: Sequence[tuple[str, Category]] | None, decided: Sequence[Decided]) -> str:
    if traced is None:
        return "not_traced"
    categories = {category for _, category in traced} - set(WITHOUT)
    if not decided:
        return "not_decided" if categories else "none"
    said = {item.category for item in decided}
    if said <= categories or (not categories and said <= set(WITHOUT)):
        return "agrees"
    return "differs"


def _decided(uncut: Facts, events: Sequence[Recorded]) -> dict[str, list[Decided]]:
    latest: dict[tuple[str, str], Decided] = {}
    for event in events:
        made = event.payload
        if isinstance(made, DecisionMade):
            for item in made.decisions:
                party = item.person or item.body or ""
                latest[party, made.track] = Decided(uncut.cite(event), made.track, item.category, item.form)
    found: dict[str, list[Decided]] = {}
    for (party, _), row in latest.items():
        found.setdefault(party, []).append(row)
    return found


def _appeals(uncut: Facts, events: Sequence[Recorded]) -> dict[str, str]:
    """pending, or the result, of each person's last appeal."""
    results = {
        _place(uncut, event.payload.appeal, event): event.payload.result
        for event in events
        if isinstance(event.payload, AppealDecided)
    }
    return {
        event.payload.person: results.get(event.position, "pending")
        for event in events
        if isinstance(event.payload, AppealMade)
    }


def _place(uncut: Facts, reference: EntryReference, within: Recorded) -> int:
    found = uncut.entry(reference, within=within)
    return found.position if found is not None else -1
