"""Sentences about a case as a whole: what came later, decisions against the trace, units that shared a task."""

from collections.abc import Mapping

from ledger.messages import N_
from projections.language.trace import Explainer
from projections.language.trace_words import CATEGORIES, EFFECTS, TRACKS, VERDICTS
from projections.trace.model import Compared, CoUnit, LaterEffect, Trace

CLOCKS: Mapping[str, str] = {
    "lead": N_("{entry} is to be disposed of by {day}"),
    "service": N_("{entry} is to be served on {names} by {day}"),
    "appeal": N_("{names} can appeal against {entry} until {day}"),
    "appeal_decision": N_("{entry} by {names} is to be decided by {day}"),
}
"""What runs, by the kind of clock."""


def later_effect(explain: Explainer, row: LaterEffect) -> str:
    """A record made after the cut and what it would change."""
    who = ", ".join(explain.name(person) for person in row.persons) or explain.text("nobody named")
    why = explain.text(" ({signals})").format(signals=explain.signals(row.signals)) if row.signals else ""
    what = explain.text(", ").join((who, explain.text(EFFECTS[row.effect])))
    return f"{explain.cites([row.entry])}{why}{explain.text(': ')}{what} [R16]"


def compared_line(explain: Explainer, row: Compared, trace: Trace) -> str:
    """One person or body in trace and decisions."""
    parts = [f"{explain.name(row.party)}{explain.text(': ')}{explain.text(VERDICTS[row.verdict])}"]
    for item in row.decided:
        form = f"{explain.text(', ')}{_quoted(explain, item.form)}" if item.form else ""
        track = explain.text(TRACKS.get(item.track, item.track))
        said = decided_category(explain, item.category) + form
        parts.append(f"{track}{explain.text(': ')}{said} ({explain.cites([item.entry])})")
    if row.verdict in ("differs", "not_decided"):
        parts.append(explain.labelled(explain.text("traced"), explain.category_line(row.traced, trace)))
    if row.appeal == "pending":
        parts.append(explain.text("APPEAL PENDING"))
    elif row.appeal is not None:
        parts.append(explain.labelled(explain.text("appeal"), _quoted(explain, row.appeal)))
    return explain.text("; ").join(parts)


def decided_category(explain: Explainer, category: str) -> str:
    """A category as a decision states it, in its own words where it is none of ours."""
    return explain.text(CATEGORIES[category]) if category in CATEGORIES else _quoted(explain, category)


def _quoted(explain: Explainer, words: str) -> str:
    """Words as a record has them."""
    return explain.text("“{words}”").format(words=words)


def shared_line(explain: Explainer, unit: CoUnit) -> str:
    """A unit that shared a task with the case's unit: whose part is whose."""
    said = explain.text("{unit} shared the task ({cites}) and answers for its own part only; head: {names}").format(
        unit=explain.name(unit.unit),
        cites=explain.cites(unit.entries),
        names=", ".join(map(explain.name, unit.heads)) or explain.text("nobody on record"),
    )
    return f"{said} [R11]"
