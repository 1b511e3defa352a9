"""Who answers, by which rule, and why: an overview, then person by person, then the bodies."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from ledger.events.case_work import StatementHeard
from projections.facts.values import Citation, Instance
from projections.language.record_words import REGULATIONS
from projections.language.trace_words import CULPABILITY, KNOWLEDGE, LEVELS, ROUTES, SIDES, STATUS, SUGGESTIONS
from projections.reports.document import Block, Chart, FactSheet, Heading, Paragraph, SheetRow, Table
from projections.reports.drawings import trace_graph_parts
from projections.reports.inquiry.telling import Telling
from projections.trace.model import BodyTrace, Ground, PersonTrace
from projections.trace.regimes import Categories, RulebookUse
from projections.trace.status import standing


def overview(told: Telling, *, charts: bool) -> Iterator[Block]:
    """A row per person: categories by rulebook, acts, advice; beside it the drawing of who answers through what."""
    found, say, text = told.found, told.say, told.text
    yield Paragraph(
        text(
            "What follows is advice drawn from the record; the category of each person is found and decided by people."
        )
    )
    yield Table(
        text("Categories, by rulebook"),
        (
            text("person"),
            *(called(told, book) for book in found.rulebooks),
            text("acts"),
            text("amount"),
            text("advice"),
        ),
        tuple(
            (
                say.name(row.person),
                *(say.category(category) for _, category in row.categories),
                say.acts(row.acts),
                say.amount(row.amount, found.unit_of_money) if row.acts else text("none"),
                advice(told, row),
            )
            for row in found.persons
        ),
        (16, *(25 for _ in found.rulebooks), 22, 18, 50),
    )
    if found.bodies:
        yield Table(
            text("Bodies, by rulebook"),
            (text("body"), *(called(told, book) for book in found.rulebooks)),
            tuple(
                (say.name(row.body), *(say.category(category) for _, category in row.categories))
                for row in found.bodies
            ),
        )
    if charts:
        drawn, *below = trace_graph_parts(found, say)
        yield Chart(drawn, text("Who answers through what"), tuple(below))


def called(told: Telling, book: RulebookUse) -> str:
    """A rulebook in few words: the regulation where one rulebook is of it, else its full name."""
    alone = sum(other.regime == book.regime for other in told.found.rulebooks) == 1
    return told.text(REGULATIONS[book.regime]) if alone else told.book(book)


def advice(told: Telling, row: PersonTrace) -> str:
    """What the engine suggests of a person."""
    if row.suggestion is not None:
        return told.text(SUGGESTIONS[row.suggestion])
    if row.conduct is not None:
        return told.text("direct party: as the first investigation decides")
    if all(category in ("none", "not_applicable") for _, category in row.categories):
        return told.text("no responsibility found")
    return told.text("no ground to lighten on record")


def persons(told: Telling) -> Iterator[Block]:
    """Each person under a heading of his own."""
    for number, row in enumerate(told.found.persons, 1):
        yield Heading(told.part(number, told.say.name(row.person)))
        yield from person(told, row)


def person(told: Telling, row: PersonTrace) -> Iterator[Block]:
    """One person's sheet."""
    yield FactSheet(tuple(parts(told, row)))


def parts(told: Telling, row: PersonTrace) -> Iterator[SheetRow]:
    """One person: posts, acts, category, grounds by side, duties, statement, advice."""
    text = told.text
    yield SheetRow("posts", text("Posts held"), (_posts(told, row),))
    happened = tuple(_facts(told, row))
    if happened:
        yield SheetRow("facts", text("Facts"), happened)
    yield SheetRow("category", text("Category"), _by_book(told, row.categories))
    yield from sides(told, row.grounds)
    yield from _duties(told, "unmet", text("Duties not done"), row.unmet)
    yield from _duties(told, "sham", text("Done only on paper (a question)"), row.sham)
    yield SheetRow("statement", text("Statement of the person"), (_statement(told, row),))
    yield SheetRow("advice", text("Assessment and advice"), tuple(_closing(told, row)))


def stood(told: Telling, row: PersonTrace) -> tuple[str, ...]:
    """Where a person stood and when, in few words: levels held in the days of the offence, own conduct, else posts."""
    say, text = told.say, told.text
    said = [text("own conduct {period}").format(period=say.period(row.conduct))] if row.conduct is not None else []
    for share in row.shares:
        acting = text(" (acting)") if share.acting else ""
        said.append(f"{text(LEVELS[share.level])}{acting} {say.period(share.period)}")
    return tuple(said) or (_posts(told, row),)


def _posts(told: Telling, row: PersonTrace) -> str:
    """The posts and what became of the person, both as known at the cut-off; what came later stands with that."""
    say, text = told.say, told.text
    held = [
        say.tenure(tenure)
        for tenure in told.known.tenures(person=row.person)
        if tenure.recorded_at <= told.found.known_at
    ]
    said = text("; ").join(held) if held else text("none on record")
    stands = standing(told.facts, row.person, told.found.known_at)
    if stands is None or not stands.status:
        return said
    return text("; ").join((said, told.line(text("at the cut-off"), became(told, stands.status))))


def became(told: Telling, status: str) -> str:
    """What became of a person, in a word."""
    return told.text(STATUS[status]) if status in STATUS else told.say.word(status)


def _facts(told: Telling, row: PersonTrace) -> Iterator[str]:
    say, text = told.say, told.text
    if row.conduct is not None:
        for direct in told.file.direct:
            if direct.person == row.person:
                yield text("Own conduct {period}: {conduct}; {acts}").format(
                    period=say.period(direct.period),
                    conduct=say.quoted(direct.conduct) if direct.conduct else text("conduct not stated"),
                    acts=_acts(told, row.acts, row.amount),
                )
    for share in row.shares:
        level = text(LEVELS[share.level]) + (text(" (acting)") if share.acting else "")
        yield text("As {level} {period} ({days} days): {acts}").format(
            level=level,
            period=say.period(share.period),
            days=share.period.days,
            acts=_acts(told, share.acts, share.amount),
        )


def _acts(told: Telling, acts: tuple[str, ...], amount: Decimal) -> str:
    if not acts:
        return told.text("no act falls into it")
    return told.text("acts {acts}, {amount}").format(
        acts=told.say.acts(acts), amount=told.say.amount(amount, told.found.unit_of_money)
    )


def categories(told: Telling, said: tuple[tuple[str, str], ...]) -> str:
    """The category under each rulebook by its full name."""
    names = {book.id: told.book(book) for book in told.found.rulebooks}
    return told.text("; ").join(
        told.text("under {book}: {category}").format(book=names[id_], category=told.say.category(category))
        for id_, category in said
    )


def _by_book(told: Telling, said: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The category under each rulebook by its full name, a line each."""
    names = {book.id: told.book(book) for book in told.found.rulebooks}
    return tuple(told.line(names[id_], told.say.category(category)) for id_, category in said)


def sides(told: Telling, grounds: tuple[Ground, ...]) -> Iterator[SheetRow]:
    """What grounds it, what speaks for and against, what is not counted; each ground with what it leads to."""
    for side, title in SIDES.items():
        rows = [ground for ground in grounds if ground.side == side]
        if rows:
            yield SheetRow(side, told.text(title), tuple(_merged(told, rows)))


def _merged(told: Telling, rows: list[Ground]) -> Iterator[str]:
    """What is said of several entries in the same words is said once."""
    joined: dict[Ground, list[Citation]] = {}
    for ground in rows:
        joined.setdefault(replace(ground, cites=()), []).extend(ground.cites)
    for ground, cites in joined.items():
        sentence = told.say.ground(replace(ground, cites=tuple(dict.fromkeys(cites))))
        leads = _leads(told, ground.categories) if ground.side == "basis" else ""
        yield (
            told.text("{sentence}; hence {categories}").format(sentence=sentence, categories=leads)
            if leads
            else sentence
        )


def _leads(told: Telling, said: Categories) -> str:
    """A category that several rulebooks have alike is said once, of all of them."""
    found = dict(said)
    books: dict[str, list[str]] = {}
    for book in told.found.rulebooks:
        category = found.get(book.regime, "none")
        if category not in ("none", "not_applicable"):
            books.setdefault(category, []).append(called(told, book))
    return told.text(", ").join(
        told.text("{category} under {books}").format(
            books=told.text(" and ").join(names), category=told.say.category(category)
        )
        for category, names in books.items()
    )


def _duties(told: Telling, kind: str, title: str, rows: tuple[Instance, ...]) -> Iterator[SheetRow]:
    if rows:
        yield SheetRow(kind, title, tuple(told.say.duties(rows)))


def _statement(told: Telling, row: PersonTrace) -> str:
    say, text = told.say, told.text
    said = []
    for event in told.file.works:
        heard = event.payload
        if not isinstance(heard, StatementHeard) or heard.person != row.person:
            continue
        parts = [say.quoted(heard.text) if heard.text else text("no words on record"), say.word(heard.accepted)]
        if heard.answer:
            parts.append(told.line(text("answer"), say.quoted(heard.answer)))
        said.append(told.line(say.entry(told.facts.cite(event)), text("; ").join(parts)))
    if said:
        return text("; ").join(said)
    if all(category == "none" for _, category in row.categories):
        return text("No statement of this person is on record.")
    return text("No statement of this person is on record; he is to be heard.")


def _closing(told: Telling, row: PersonTrace) -> Iterator[str]:
    say, text = told.say, told.text
    if row.knowledge is not None:
        yield say.ruled(told.line(text("What the person knew"), text(KNOWLEDGE[row.knowledge])), "R20")
    if row.culpability is not None:
        yield say.ruled(told.line(text("How duty was done"), text(CULPABILITY[row.culpability])), "R19")
    way = text(", ").join(text(ROUTES[code]) for code in row.route)
    if way:
        yield say.ruled(told.line(text("Way of a consequence"), way), "R17")
    if row.lifelong:
        yield say.ruled(text("stays answerable for life"), "R17")
    for other in row.elsewhere:
        yield say.other_post(other)
    yield from _versions(told, row)
    yield told.line(text("Advice"), advice(told, row))


def _versions(told: Telling, row: PersonTrace) -> Iterator[str]:
    """R23: where more than one version, or another than the rulebook names, was in force."""
    say, text = told.say, told.text
    names = {book.id: told.book(book) for book in told.found.rulebooks}
    for book in dict.fromkeys(use.rulebook for use in row.versions):
        uses = [use for use in row.versions if use.rulebook == book]
        if len(uses) == 1 and uses[0].named:
            continue
        parts = [
            (
                text("{version}: acts {acts}").format(version=say.version(use), acts=say.acts(use.acts))
                if use.acts
                else text("{version}: no act").format(version=say.version(use))
            )
            + (text(", in force at the end") if use.governing else "")
            for use in uses
        ]
        said = text("{book}: a person checks old rule or lighter rule ({versions})")
        filled = said.format(book=names.get(book, book), versions=text("; ").join(parts))
        yield say.ruled(say.tidy(filled), "R23")


def bodies(told: Telling) -> Iterator[Block]:
    """Collective responsibility, body by body."""
    if not told.found.bodies:
        yield Paragraph(told.text("No body is named."))
    for number, row in enumerate(told.found.bodies, 1):
        yield Heading(told.part(number, told.say.name(row.body)))
        yield from body(told, row)


def body(told: Telling, row: BodyTrace) -> Iterator[Block]:
    """One body's sheet."""
    yield FactSheet(tuple(body_parts(told, row)))


def body_parts(told: Telling, row: BodyTrace) -> Iterator[SheetRow]:
    """One body: category, grounds, duties."""
    yield SheetRow("category", told.text("Category"), _by_book(told, row.categories))
    yield from sides(told, row.grounds)
    yield from _duties(told, "unmet", told.text("Duties not done"), row.unmet)
