"""The short form for the meeting: on two pages who answers, on what ground, what speaks for him, what is open."""

from collections.abc import Iterator, Sequence

from ledger.events.acts import MeetingHeld
from ledger.events.record import Recorded
from projections.facts.meeting_validity import meeting_standing
from projections.language.narrator import Brief
from projections.language.trace_words import EFFECTS, MARKS, RED
from projections.questions.heads import LedgerHead
from projections.reports.document import Block, Box, Bullets, Paragraph, Table
from projections.reports.inquiry.people import advice, called
from projections.reports.inquiry.telling import Telling
from projections.trace.model import Ground, PersonTrace, Side
from projections.trace.rulebooks import GRAVITY


def cover(told: Telling) -> Iterator[tuple[str, str]]:
    """Case, unit, days, amount and cut-off, each in a line."""
    found, say, text = told.found, told.say, told.text
    matter = say.quoted(told.file.matter) if told.file.matter else text("not stated in the case")
    yield text("Case"), text("{first}, {rest}").format(first=found.case, rest=matter)
    amount = say.amount(found.total, found.unit_of_money)
    yield (
        text("Unit concerned"),
        text("; ").join(
            (
                say.name(found.unit),
                say.period(found.period),
                text("{amount} in {number} acts").format(amount=amount, number=len(found.acts)),
            )
        ),
    )
    yield text("Cut-off"), text("as known at {moment}").format(moment=say.moment(found.known_at))


def points(told: Telling, heads: Sequence[LedgerHead]) -> Box:
    """What is to be settled first, by numbers of entries."""
    text, found = told.text, told.found
    items = [text(RED[why]) for why in found.red]
    codes: dict[str, dict[str, None]] = {}
    for mark in found.marks:
        numbers = codes.setdefault(mark.code, {})
        numbers |= dict.fromkeys(map(told.say.number, mark.cites))
    items += [f"{text(MARKS[code])}{told.say.aside(told.say.listed(n))}" for code, n in codes.items()]
    items += [told.line(head.origin, text("; ").join(map(text, head.marks))) for head in heads if head.marks]
    if not found.pinned:
        items.append(text("unpinned: no checkpoint of the duty ledger was held at the opening"))
    return Box(
        text("Points of procedure to settle first"), tuple(items) or (text("Nothing of procedure is open on record."),)
    )


def people(told: Telling) -> Iterator[Block]:
    """A row per person: category, the gravest ground, the first thing for and against, advice."""
    text, short = told.text, Brief.of(told.say)
    yield Table(
        "",
        (
            *(text("person"), text("Category"), text("main ground"), text("speaks for")),
            *(text("speaks against"), text("advice")),
        ),
        tuple(person(told, short, row) for row in told.found.persons),
        (15, 32, 35, 28, 26, 20),
    )
    for body in told.found.bodies:
        said = dict.fromkeys(told.say.category(c) for _, c in body.categories if c != "not_applicable")
        grounds = [short.ground(ground) for ground in body.grounds]
        parts = (told.say.listed(said) if said else text("not applicable"), *grounds)
        yield Paragraph(told.line(told.say.name(body.body), text("; ").join(parts)))


def person(told: Telling, short: Brief, row: PersonTrace) -> tuple[str, ...]:
    """One person's row: name, category, the gravest ground, the first thing for and against, advice."""
    basis = sorted(row.side("basis"), key=_gravity, reverse=True)
    return (
        told.say.name(row.person),
        _categories(told, row),
        _first(told, short, basis),
        *(_first(told, short, sorted(row.side(side), key=_rank)) for side in _SIDES),
        advice(told, row),
    )


def _categories(told: Telling, row: PersonTrace) -> str:
    """The category; by which regulation, where they differ."""
    said = dict(row.categories)
    if len(set(said.values())) == 1:
        return told.say.category(next(iter(said.values())))
    return told.text("; ").join(
        told.line(called(told, book), told.say.category(said[book.id])) for book in told.found.rulebooks
    )


_SIDES: tuple[Side, ...] = ("mitigating", "aggravating")


_FOREMOST = (
    *("found_concealed", "warning_unanswered", "warning_left_alone", "individual_decision_on_collective_matter"),
    *("handover_omits_known_risk", "dissented_in_time", "refused_in_time", "warned_in_time"),
    *("found_and_reported", "corrected_or_reported_in_time", "reported_upward"),
)
"""What is named first of what speaks for or against a person; the rest in the order of the trace."""


def _gravity(ground: Ground) -> int:
    return sum(GRAVITY.index(c) for _, c in ground.categories if c in GRAVITY)


def _rank(ground: Ground) -> int:
    return _FOREMOST.index(ground.code) if ground.code in _FOREMOST else len(_FOREMOST)


def _first(told: Telling, short: Brief, grounds: Sequence[Ground]) -> str:
    if not grounds:
        return told.text("none")
    said = short.ground(grounds[0])
    rest = len(grounds) - 1
    return said + told.text("; and {number} more").format(number=rest) if rest else said


def beside(told: Telling) -> Iterator[Block]:
    """Decisions with their votes and objections, gaps, later records: a sentence each."""
    say, text, found = told.say, told.text, told.found
    meetings = [(meeting, meeting.payload) for meeting in told.file.meetings]
    lines = [_meeting(told, meeting, held) for meeting, held in meetings if isinstance(held, MeetingHeld)]
    for gap in found.gaps:
        falls = (
            text("the duty falls to {name}, whose category does not change by it").format(name=say.name(gap.falls_to))
            if gap.falls_to is not None
            else text("nobody above is on record either")
        )
        lines.append(
            text("{level} vacant {period}, {acts}; {falls}").format(
                level=say.level(gap.level), period=say.period(gap.period), acts=say.acts(gap.acts), falls=falls
            )
        )
    if found.effects:
        lines.append(
            text("Recorded later and not counted: {records}").format(
                records=text("; ").join(
                    told.line(say.entry(row.entry), text(EFFECTS[row.effect])) for row in found.effects[:_LATER]
                )
            )
        )
        if len(found.effects) > _LATER:
            lines.append(text("and {number} later records more").format(number=len(found.effects) - _LATER))
    lines.append(text("Every entry with its text, the rules and how to check stand in the full report."))
    yield Bullets(tuple(lines))


_LATER = 5


def _meeting(told: Telling, meeting: Recorded, held: MeetingHeld) -> str:
    say, text = told.say, told.text
    standing = meeting_standing(told.facts, meeting)
    objections = [
        text("{name} objected, as the minutes have it: {words}").format(
            name=say.name(row.person), words=say.quoted(row.text) if row.text else text("no words on record")
        )
        for row in held.dissent or ()
    ]
    votes = text("in favour {agree}, against {oppose}, abstaining {abstain}").format(
        agree=say.names(standing.agree) if standing.agree else text("none"),
        oppose=say.names(standing.oppose) if standing.oppose else text("none"),
        abstain=say.names(standing.abstain) if standing.abstain else text("none"),
    )
    decided = [say.quoted(held.decision)] if held.decision else []
    return told.line(say.entry(told.facts.cite(meeting)), text("; ").join((*decided, votes, *objections)))
