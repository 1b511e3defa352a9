"""What was done: the acts one by one with who held each level on the day, and the collective decisions behind them."""

from collections.abc import Iterator

from ledger.events.acts import MeetingHeld
from ledger.events.record import Recorded
from ledger.messages import N_
from projections.facts.meeting_validity import meeting_standing
from projections.language.register_words import STATUSES
from projections.language.trace_words import LEAVES, LEVELS
from projections.registers.warnings import Warned
from projections.reports.document import Block, Bullets, Chart, Heading, Paragraph, Table
from projections.reports.drawings import trace_tenures
from projections.reports.inquiry.telling import Telling
from projections.signals.knowing import received_on
from projections.trace.case_facts import case_facts
from projections.trace.decisions import dissents
from projections.trace.model import ActRow, Gap, Share

PRINTED = 640
"""Width of a drawing: on the text block of a page its words are of the size of a table's."""


def acts(told: Telling, *, charts: bool) -> Iterator[Block]:
    """A row per act, then who held which level for how long, and why nobody held it."""
    found, say, text = told.found, told.say, told.text
    yield Paragraph(
        text(
            "{number} acts are found, {amount} in all. Who stood at which level is told as of the day of each act."
        ).format(number=len(found.acts), amount=say.amount(found.total, found.unit_of_money))
    )
    yield Table(
        text("Acts, and who stood where on the day"),
        (
            *(text("no."), text("day"), text("amount"), text("what was done")),
            *(text(title) for title in LEVELS.values()),
        ),
        tuple(_act(told, number, row) for number, row in enumerate(found.acts, 1)),
        (14, 61, 31, 103, 42, 33, 28),
    )
    if charts:
        labels = 84 if say.speech == "zh_CN" else 158
        drawn = trace_tenures(found, say, told.facts, width=PRINTED, labels=labels)
        yield Chart(drawn, text("Holders of the line, vacancies, and acts"))
    yield Table(
        text("Who held which level while it happened, and what fell into it"),
        (text("duty"), text("holder"), text("period"), text("number of days"), text("acts"), text("amount")),
        tuple(_share(told, row) for row in found.shares),
        (22, 24, 60, 12, 20, 18),
    )
    if found.gaps:
        yield Heading(text("Vacancies"))
        yield from (Paragraph(gap_reason(told, gap)) for gap in found.gaps)


def _act(told: Telling, number: int, row: ActRow) -> tuple[str, ...]:
    say, text = told.say, told.text
    stated = dict(told.file.done).get(row.act)
    by = [d for d in told.file.direct if row.day in d.period]
    doers = text("; ").join(
        told.line(say.name(d.person), say.quoted(d.conduct)) if d.conduct else say.name(d.person) for d in by
    )
    said = say.quoted(stated) if stated else doers or text("not stated in the case")
    return (
        str(number),
        say.day(row.day),
        say.amount(row.amount, told.found.unit_of_money),
        said,
        *(say.names(persons) if persons else text("vacant") for _, persons in row.holders),
    )


def _share(told: Telling, row: Share) -> tuple[str, ...]:
    say, text = told.say, told.text
    if row.person is None:
        who = text("vacant")
        if row.falls_to is not None:
            who += text(", falls to {name}").format(name=say.name(row.falls_to))
    else:
        who = say.name(row.person) + (text(" (acting)") if row.acting else "")
    amount = say.amount(row.amount, told.found.unit_of_money) if row.acts else text("none")
    return text(LEVELS[row.level]), who, say.period(row.period), str(row.period.days), say.acts(row.acts), amount


def gap_reason(told: Telling, gap: Gap) -> str:
    """Why nobody is here: who was there before and after, to whom it falls, whose claim is not believed."""
    say, text = told.say, told.text
    parts = [
        text("nobody held the post of {level} {period} ({days} days; acts {acts}, {amount})").format(
            level=text(LEVELS[gap.level]),
            period=say.period(gap.period),
            days=gap.period.days,
            acts=say.acts(gap.acts),
            amount=say.amount(gap.amount, told.found.unit_of_money),
        )
    ]
    if gap.before is None:
        parts.append(text("no earlier holder is on record"))
    else:
        parts.append(
            text("{name} held it to {day} ({leaves}; {cites})").format(
                name=say.name(gap.before.person),
                day=say.day(gap.before.day),
                leaves=text(LEAVES.get(gap.before.leaves or "", LEAVES[""])),
                cites=say.number(gap.before.entry),
            )
        )
    if gap.after is None:
        parts.append(text("nobody followed on record"))
    else:
        parts.append(
            text("{name} holds it from {day} ({cites})").format(
                name=say.name(gap.after.person), day=say.day(gap.after.day), cites=say.number(gap.after.entry)
            )
        )
    if gap.falls_to is not None:
        parts.append(
            text("the duty falls to {name}, whose category does not change by it").format(name=say.name(gap.falls_to))
        )
    else:
        parts.append(text("nobody above is on record either"))
    if gap.disputed:
        parts.append(
            text("{cites} claims these days and was recorded after the lead: not believed").format(
                cites=say.entries(gap.disputed)
            )
        )
    return say.ruled(say.tidy(text("; ").join(parts)), "R6")


def warned(told: Telling) -> Iterator[Block]:
    """Each warning about the unit: when, by whom, to whom, what it said, when it was received, what was done."""
    if not told.warnings:
        yield Paragraph(told.text("No warning about the unit was on record at the cut-off."))
        return
    yield Table(
        told.text("Warnings about the unit, and what became of them"),
        tuple(map(told.text, (N_("warning"), N_("what it said"), N_("received by"), N_("how it was dealt with")))),
        tuple(_warned(told, row) for row in told.warnings),
        (40, 50, 34, 32),
    )


def _warned(told: Telling, row: Warned) -> tuple[str, ...]:
    say, text, record = told.say, told.text, told.facts.cited(row.entry)
    words = getattr(record.payload, "matter", None) or getattr(record.payload, "text", None) if record else None
    received = []
    for party in row.addressees:
        on = received_on(told.facts, record, party) if record is not None else None
        when = say.day(on) if on is not None else text("no receipt on record")
        received.append(told.line(say.name(party), when))
    done = text(STATUSES["warnings"][row.status])
    if row.answered_by is not None:
        done = told.line(done, say.entry(row.answered_by))
    return (
        say.entry(row.entry),
        say.quoted(words) if words else text("no words on record"),
        text("; ").join(received),
        done,
    )


def decisions(told: Telling) -> Iterator[Block]:
    """Each decision that made the offence possible: what was decided, who took part, how he voted, who objected."""
    say, text = told.say, told.text
    if not told.file.meetings:
        yield Paragraph(text("The case names no decision that made the offence possible."))
    for number, meeting in enumerate(told.file.meetings, 1):
        cite = told.facts.cite(meeting)
        yield Heading(told.part(number, say.entry(cite)))
        if isinstance(meeting.payload, MeetingHeld):
            yield from _meeting(told, meeting, meeting.payload)
        else:
            yield Paragraph(text("It is no meeting of a body: what it holds is in the annex."))


def _meeting(told: Telling, meeting: Recorded, held: MeetingHeld) -> Iterator[Block]:
    say, text = told.say, told.text
    standing = meeting_standing(told.facts, meeting)
    if held.decision or held.outcome:
        yield Paragraph(
            text("Decided: {words}").format(
                words=say.quoted(text("; ").join(filter(None, (held.decision, held.outcome))))
            )
        )
    people = (
        (text("Chair"), (held.chair,) if held.chair else ()),
        (text("Proposed by"), (held.proposer,) if held.proposer else ()),
        (text("Present"), standing.present),
        (text("Absent"), standing.absent),
        (text("Recused"), held.recused or ()),
        (text("Without a vote"), standing.non_voting),
        (text("In favour"), standing.agree),
        (text("Against"), standing.oppose),
        (text("Abstaining"), standing.abstain),
    )
    yield Table(
        text("Who took part, and the votes"),
        (text("part"), text("number of persons"), text("names")),
        tuple((name, str(len(who)), say.names(who) if who else text("none")) for name, who in people),
        (3, 2, 12),
    )
    verdict = text("adopted") if standing.valid and standing.adopted else text("not adopted as a body")
    yield Paragraph(
        text("Of {members} members {present} were present and {agree} in favour: {verdict}.").format(
            members=len(standing.members), present=len(standing.present), agree=len(standing.agree), verdict=verdict
        )
    )
    said = [
        text("{name} objected, as the minutes have it: {words}").format(
            name=say.name(row.person), words=say.quoted(row.text) if row.text else text("no words on record")
        )
        for row in held.dissent or ()
    ]
    said += [
        text("{name}, absent, sent a written opinion ({opinion}), which is no vote").format(
            name=say.name(row.person), opinion=say.word(row.opinion)
        )
        for row in held.written_opinions_of_absent or ()
    ]
    spoken = dissents(told.facts, meeting, case_facts(told.facts, told.found.case))
    said += [
        text("objection of {name} added to the minutes after the first lead, shown and not counted: {entry}").format(
            name=say.name(person), entry=say.entry(told.facts.cite(correction))
        )
        for person, correction in spoken.late
    ]
    said += [
        text(
            "objection of {name} proposed for the minutes, not agreed to before the first lead by all who signed them,"
            " shown and not counted: {entry}"
        ).format(name=say.name(person), entry=say.entry(told.facts.cite(correction)))
        for person, correction in spoken.unagreed
    ]
    if said:
        yield Bullets(tuple(said))
