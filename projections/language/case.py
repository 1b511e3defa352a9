"""Sentences about a case as a whole: why nobody is here, what came later, decisions against the trace, the chain."""

from projections.language.trace import Explainer
from projections.language.trace_words import CATEGORIES, CHAIN, EFFECTS, LEAVES, LEVELS, MARKS, TRACKS, VERDICTS
from projections.trace.model import ChainLevel, Compared, CoUnit, Gap, LaterEffect, Mark, Trace


def gap_reason(explain: Explainer, gap: Gap, unit: str) -> str:
    """Why nobody is here: who was there before and after, to whom it falls, whose claim is not believed."""
    parts = [
        explain.text("nobody held the post of {level} {period} ({days} days; acts {acts}, {amount})").format(
            level=explain.text(LEVELS[gap.level]),
            period=explain.period(gap.period),
            days=gap.period.days,
            acts=", ".join(gap.acts) or explain.text("none"),
            amount=explain.amount(gap.amount, unit),
        )
    ]
    if gap.before is None:
        parts.append(explain.text("no earlier holder is on record"))
    else:
        left = explain.text(LEAVES.get(gap.before.leaves or "", LEAVES[""]))
        parts.append(
            explain.text("{name} held it to {day} ({leaves}; {cites})").format(
                name=explain.name(gap.before.person),
                day=gap.before.day.isoformat(),
                leaves=left,
                cites=explain.cites([gap.before.entry]),
            )
        )
    if gap.after is None:
        parts.append(explain.text("nobody followed on record"))
    else:
        parts.append(
            explain.text("{name} holds it from {day} ({cites})").format(
                name=explain.name(gap.after.person),
                day=gap.after.day.isoformat(),
                cites=explain.cites([gap.after.entry]),
            )
        )
    if gap.falls_to is not None:
        parts.append(
            explain.text("the duty falls to {name}, whose category does not change by it").format(
                name=explain.name(gap.falls_to)
            )
        )
    else:
        parts.append(explain.text("nobody above is on record either"))
    if gap.disputed:
        parts.append(
            explain.text("{cites} claims these days and was recorded after the lead: not believed").format(
                cites=explain.cites(gap.disputed)
            )
        )
    return explain.text("; ").join(parts) + " [R6]"


def later_effect(explain: Explainer, row: LaterEffect) -> str:
    """A record made after the cut and what it would change."""
    who = ", ".join(explain.name(person) for person in row.persons) or explain.text("nobody named")
    why = explain.text(" ({signals})").format(signals=", ".join(row.signals)) if row.signals else ""
    what = explain.text(", ").join((who, explain.text(EFFECTS[row.effect])))
    return f"{explain.cites([row.entry])}{why}{explain.text(': ')}{what} [R16]"


def compared_line(explain: Explainer, row: Compared, trace: Trace) -> str:
    """One person or body in trace and decisions."""
    parts = [f"{explain.name(row.party)}{explain.text(': ')}{explain.text(VERDICTS[row.verdict])}"]
    for item in row.decided:
        form = f"{explain.text(', ')}{item.form}" if item.form else ""
        track = explain.text(TRACKS.get(item.track, item.track))
        said = decided_category(explain, item.category) + form
        parts.append(f"{track}{explain.text(': ')}{said} ({explain.cites([item.entry])})")
    if row.verdict in ("differs", "not_decided"):
        parts.append(f"{explain.text('traced')}{explain.text(': ')}{explain.category_line(row.traced, trace)}")
    if row.appeal == "pending":
        parts.append(explain.text("APPEAL PENDING"))
    elif row.appeal is not None:
        parts.append(f"{explain.text('appeal')}{explain.text(': ')}{row.appeal}")
    return explain.text("; ").join(parts)


def decided_category(explain: Explainer, category: str) -> str:
    """A category as a decision states it, in its own words where it is none of ours."""
    return explain.text(CATEGORIES[category]) if category in CATEGORIES else category


def chain_lines(explain: Explainer, row: ChainLevel) -> list[str]:
    """A level of the vertical chain: who stands there, and what was found of it."""
    who = ", ".join(explain.name(party) for party in row.parties) or explain.text("nobody on record")
    return [f"{explain.text(CHAIN[row.level])}{explain.text(': ')}{who}", *explain.grounds(row.grounds)]


def shared_line(explain: Explainer, unit: CoUnit) -> str:
    """A unit that shared a task with the case's unit: whose part is whose."""
    said = explain.text("{unit} shared the task ({cites}) and answers for its own part only; head: {names}").format(
        unit=explain.name(unit.unit),
        cites=explain.cites(unit.entries),
        names=", ".join(map(explain.name, unit.heads)) or explain.text("nobody on record"),
    )
    return f"{said} [R11]"


def mark_line(explain: Explainer, mark: Mark) -> str:
    """What is missing or out of order, of whom, with the entries."""
    who = f"{explain.name(mark.party)}{explain.text(': ')}" if mark.party is not None else ""
    return f"{who}{explain.text(MARKS[mark.code])} ({explain.cites(mark.cites)})"
