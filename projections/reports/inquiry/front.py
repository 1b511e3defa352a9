"""Cover, the points of procedure that are to be settled first, and the basic facts with the source of the lead."""

from collections.abc import Iterator, Sequence
from importlib.metadata import version

from projections.language.record_words import PROVISIONS
from projections.language.trace_words import MARKS, RED
from projections.questions.heads import LedgerHead
from projections.reports.document import Block, Box, Bullets, Paragraph
from projections.reports.inquiry.people import called
from projections.reports.inquiry.telling import Telling
from projections.trace.regimes import RulebookUse
from projections.trace.rulebooks import named_year


def cover(told: Telling) -> Iterator[tuple[str, str]]:
    """Whose case it is, which days and amounts, as of when, made by whom from what."""
    found, say, text = told.found, told.say, told.text
    yield text("Case"), found.case
    if told.file.matter:
        yield text("Matter"), say.quoted(told.file.matter)
    yield text("Unit concerned"), say.name(found.unit)
    yield text("Offence period"), say.period(found.period)
    yield (
        text("Amount involved"),
        text("{amount} in {number} acts").format(
            amount=say.amount(found.total, found.unit_of_money), number=len(found.acts)
        ),
    )
    yield text("Cut-off"), text("as known at {moment}").format(moment=say.moment(found.known_at))
    teams = {person: None for _, team, _ in told.file.teams() for person in team}
    yield text("Investigators"), say.names(teams) if teams else text("none on record")
    yield (
        text("Made from"),
        text("the entries of the ledgers named in annex 3, by zeren {version}").format(version=version("zeren")),
    )
    yield text("Nature"), text("The program gathers grounds and advises; responsibility is found by people.")


def points(told: Telling, heads: Sequence[LedgerHead] = ()) -> Box:
    """What is to be settled before the report can be decided on; where there is nothing, it says so.

    What was found of the heads of a ledger belongs to it: whether its entries can be relied on comes before all else.
    """
    say, text, found = told.say, told.text, told.found
    items = [text(RED[why]) for why in found.red]
    codes: dict[tuple[str, str | None], list[str]] = {}
    for mark in found.marks:
        codes.setdefault((mark.code, mark.party), []).append(say.entries(mark.cites))
    for (code, party), entries in codes.items():
        what = text(MARKS[code]) if party is None else told.line(say.name(party), text(MARKS[code]))
        items.append(told.line(what, text("; ").join(dict.fromkeys(entries))))
    items += [
        told.line(text("ledger {origin}").format(origin=head.origin), text("; ").join(map(text, head.marks)))
        for head in heads
        if head.marks
    ]
    if not found.pinned:
        items.append(text("unpinned: no checkpoint of the duty ledger was held at the opening"))
    if found.not_pinned:
        items.append(
            told.line(text("not covered by the checkpoint held at the opening"), say.entries(found.not_pinned))
        )
    items += [
        text("{book}: the rule changed inside the period; a person checks which is lighter").format(
            book=told.book(book)
        )
        for book in found.rulebooks
        if book.old_or_lighter
    ]
    if found.candidates:
        items.append(
            text("persons to question (not direct parties): {names}").format(names=say.names(found.candidates))
        )
    return Box(
        text("Points of procedure to settle first"), tuple(items) or (text("Nothing of procedure is open on record."),)
    )


def basics(told: Telling) -> Iterator[Block]:
    """Source of the lead, opening, teams and approvals, direct parties, rulebooks with the sentence relied on."""
    found, say, text, file = told.found, told.say, told.text, told.file
    yield Paragraph(_source(told))
    lines = []
    for event, team, approved in file.teams():
        entry = say.entry(told.facts.cite(event))
        said = text("investigators: {names}").format(names=say.names(team) if team else text("none on record"))
        by = text("approved by: {name}").format(
            name=say.name(approved) if approved is not None else text("no approval on record")
        )
        lines.append(told.line(entry, text("; ").join((said, by))))
    yield Bullets(tuple(lines))
    for row in file.direct:
        yield Paragraph(
            text("Found by the first investigation: {name}, {period}: {conduct}.").format(
                name=say.name(row.person),
                period=say.period(row.period),
                conduct=say.quoted(row.conduct) if row.conduct else text("conduct not stated"),
            )
        )
    yield Paragraph(text("The case is examined under these rules:"))
    yield Bullets(tuple(_book(told, book) for book in found.rulebooks))


def _source(told: Telling) -> str:
    found, say, text, file = told.found, told.say, told.text, told.file
    parts = []
    for lead in file.leads:
        cite = told.facts.cite(lead)
        kind = getattr(lead.payload, "kind", "")
        said = text("lead received: {entry}").format(entry=say.entry(cite))
        parts.append(f"{said}{say.aside(say.word(kind))}" if kind else said)
        matter = getattr(lead.payload, "matter", None)
        if matter:
            parts.append(say.quoted(matter))
    if not parts:
        parts.append(text("no lead is named in the opening"))
    if found.first_lead_at is not None:
        parts.append(text("first known on {moment}").format(moment=say.moment(found.first_lead_at)))
    parts.append(
        text("case opened on {moment} ({number})").format(
            moment=say.moment(found.opened_at), number=say.number(found.case_entry)
        )
    )
    return text("{parts}.").format(parts=text("; ").join(parts))


def _book(told: Telling, book: RulebookUse) -> str:
    said = told.book(book)
    if called(told, book) != said:
        said += told.say.aside(told.text("below: {short}").format(short=called(told, book)))
    sentence = provision(book)
    if sentence is not None:
        said = told.line(said, told.say.quoted(sentence))
    if book.note:
        said += told.text(" (note in the case: {note})").format(note=told.say.quoted(book.note))
    return said


def provision(book: RulebookUse) -> str | None:
    """The sentence of the article that a rulebook names, where it is known here."""
    year = named_year(book)
    return next(
        (
            sentence
            for (regime, in_year, article), sentence in PROVISIONS.items()
            if regime == book.regime and in_year == year and article in book.name
        ),
        None,
    )
