"""The short form for the meeting: on two pages who answers, on what ground, what speaks for him, what is open.

What a `Room` has no place for is told by how much of it there is: it stands in the full report.
"""

from collections.abc import Iterator, Sequence

from ledger.events.acts import MeetingHeld
from ledger.events.record import Recorded
from projections.facts.meeting_validity import meeting_standing
from projections.language.narrator import Brief
from projections.language.trace_words import EFFECTS, MARKS, RED
from projections.questions.heads import LedgerHead
from projections.reports.document import Block, Box, Bullets, Paragraph, Section, Table
from projections.reports.inquiry.brief_room import Room
from projections.reports.inquiry.people import advice, called
from projections.reports.inquiry.telling import Telling
from projections.trace.model import Gap, Ground, PersonTrace, Side
from projections.trace.rulebooks import GRAVITY


def cover(told: Telling, room: Room) -> tuple[tuple[str, str], ...]:
    """Case, unit, days, amount and cut-off, each in a line."""
    return tuple(_cover(told, room))


def sections(told: Telling, heads: Sequence[LedgerHead], room: Room) -> tuple[Section, ...]:
    """What is to be settled first, who answers and why, what else is to be known."""
    text = told.text
    return (
        Section("", (points(told, heads, room),)),
        Section(told.chapter(1, text("Who answers, and why")), tuple(people(told, room))),
        Section(told.chapter(2, text("What else is to be known")), tuple(beside(told, room))),
    )


def _quoted(told: Telling, words: str, room: Room) -> str:
    """Words as a record has them, as far as there is room: dots say that they go on."""
    return told.say.quoted(words if len(words) <= room.words else f"{words[: int(room.words)]}…")


def _cover(told: Telling, room: Room) -> Iterator[tuple[str, str]]:
    found, say, text = told.found, told.say, told.text
    matter = _quoted(told, told.file.matter, room) if told.file.matter else text("not stated in the case")
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


def points(told: Telling, heads: Sequence[LedgerHead], room: Room) -> Box:
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
    if len(items) > room.points:
        more = text("further points, in the full report: {number}").format(number=len(items) - int(room.points))
        items = [*items[: int(room.points)], more]
    return Box(
        text("Points of procedure to settle first"), tuple(items) or (text("Nothing of procedure is open on record."),)
    )


def people(told: Telling, room: Room) -> Iterator[Block]:
    """A row per person: category, the gravest ground, the first thing for and against, advice; then the bodies.

    Who has no responsibility stands in a line where there is no room for rows of them, and so do those who answer
    least where there are too many.
    """
    text, short, say = told.text, Brief.of(told.say), told.say
    rows = [row for row in told.found.persons if room.cleared or _answers(row)]
    kept = sorted(range(len(rows)), key=lambda at: (-_weight(rows[at]), rows[at].suggestion is None, at))
    kept = sorted(kept[: int(min(room.persons, len(rows)))])
    yield Table(
        "",
        (
            *(text("person"), text("Category"), text("main ground"), text("speaks for")),
            *(text("speaks against"), text("advice")),
        ),
        tuple(person(told, short, rows[at]) for at in kept),
        (15, 32, 35, 28, 26, 20),
    )
    others: dict[tuple[str, str], list[str]] = {}
    for row in (row for at, row in enumerate(rows) if at not in kept):
        others.setdefault((_categories(told, row), advice(told, row)), []).append(say.name(row.person))
    if others:
        those = (told.line(text("; ").join(what), say.listed(names)) for what, names in others.items())
        yield Paragraph(
            text("Answering too, with the grounds in the full report: {names}").format(names=text("; ").join(those))
        )
    cleared = [say.name(row.person) for row in told.found.persons if row not in rows]
    if cleared:
        yield Paragraph(told.line(text("no responsibility found"), say.listed(cleared)))
    for body in told.found.bodies:
        said = dict.fromkeys(say.category(c) for _, c in body.categories if c != "not_applicable")
        grounds = [short.ground(ground) for ground in body.grounds]
        parts = (say.listed(said) if said else text("not applicable"), *grounds)
        yield Paragraph(told.line(say.name(body.body), text("; ").join(parts)))


def _answers(row: PersonTrace) -> bool:
    """Whether a ground of any weight stands against a person, or a record speaks against him."""
    return _weight(row) > 0 or bool(row.side("aggravating"))


def _weight(row: PersonTrace) -> int:
    """The gravest category that a person has under any rulebook."""
    return max((GRAVITY.index(category) for _, category in row.categories if category in GRAVITY), default=0)


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


def beside(told: Telling, room: Room) -> Iterator[Block]:
    """Decisions with their votes and objections, gaps, later records: a sentence each."""
    say, text, found = told.say, told.text, told.found
    meetings = [(meeting, meeting.payload) for meeting in told.file.meetings]
    decisions = [_meeting(told, meeting, held, room) for meeting, held in meetings if isinstance(held, MeetingHeld)]
    lines = decisions[: int(min(room.meetings, len(decisions)))]
    if len(decisions) > len(lines):
        lines.append(text("further meetings, in the full report: {number}").format(number=len(decisions) - len(lines)))
    gaps = [_gap(told, gap) for gap in found.gaps]
    lines += gaps[: int(min(room.gaps, len(gaps)))]
    if len(gaps) > room.gaps:
        lines.append(text("further vacancies, in the full report: {number}").format(number=len(gaps) - int(room.gaps)))
    if found.effects and room.later:
        lines.append(
            text("Recorded later and not counted: {records}").format(
                records=text("; ").join(
                    told.line(say.entry(row.entry), text(EFFECTS[row.effect])) for row in found.effects[: room.later]
                )
            )
        )
    if len(found.effects) > room.later:
        lines.append(text("and {number} later records more").format(number=len(found.effects) - room.later))
    lines.append(text("Every entry with its text, the rules and how to check stand in the full report."))
    yield Bullets(tuple(lines))


def _gap(told: Telling, gap: Gap) -> str:
    """A level that nobody held, its days and acts, and to whom the duty falls."""
    say, text = told.say, told.text
    falls = (
        text("the duty falls to {name}, whose category does not change by it").format(name=say.name(gap.falls_to))
        if gap.falls_to is not None
        else text("nobody above is on record either")
    )
    return text("{level} vacant {period}, {acts}; {falls}").format(
        level=say.level(gap.level), period=say.period(gap.period), acts=say.acts(gap.acts), falls=falls
    )


def _meeting(told: Telling, meeting: Recorded, held: MeetingHeld, room: Room) -> str:
    say, text = told.say, told.text
    standing = meeting_standing(told.facts, meeting)
    objections = [
        text("{name} objected, as the minutes have it: {words}").format(
            name=say.name(row.person), words=_quoted(told, row.text, room) if row.text else text("no words on record")
        )
        for row in held.dissent or ()
    ]
    votes = text("in favour {agree}, against {oppose}, abstaining {abstain}").format(
        agree=say.names(standing.agree) if standing.agree else text("none"),
        oppose=say.names(standing.oppose) if standing.oppose else text("none"),
        abstain=say.names(standing.abstain) if standing.abstain else text("none"),
    )
    decided = [_quoted(told, held.decision, room)] if held.decision else []
    return told.line(say.entry(told.facts.cite(meeting)), text("; ").join((*decided, votes, *objections)))
