"""The trace report (责任倒查报告), built once for every form: what the command line, pages, Word and PDF show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from importlib.metadata import version

from projections.facts.protocol import Facts
from projections.language.case import chain_lines, compared_line, gap_reason, later_effect, mark_line, shared_line
from projections.language.trace import Explainer
from projections.language.trace_words import LEVELS, RED, SUGGESTIONS
from projections.questions.desk import Head
from projections.reports.drawings import trace_graph, trace_tenures
from projections.reports.model import Block, Chart, Listing, Paragraph, Report, Section, Table
from projections.trace.model import Trace


@dataclass(frozen=True, slots=True)
class HeadLine:
    """A ledger as a report names it: how much of it was read, and the root hash that commits to it."""

    head: Head
    root: str | None = None


def trace_report(
    found: Trace, explain: Explainer, facts: Facts, heads: Sequence[HeadLine], *, charts: bool = True
) -> Report:
    """The report of a trace in the explainer's language. `charts` False leaves out the drawings (text needs none)."""
    text = explain.text
    sections = [
        _section(text("Case"), _case(found, explain, charts=charts, facts=facts)),
        _section(text("Attribution"), _attribution(found, explain)),
        _section(text("Why nobody is here"), _gaps(found, explain)),
        _section(text("Overview"), _overview(found, explain, charts=charts)),
        _section(text("Persons"), _persons(found, explain)),
        _section(text("Bodies"), [Listing(tuple(_flat(explain.body(body, found)))) for body in found.bodies]),
        _section(text("Vertical chain, each level for itself"), _chain(found, explain)),
        _section(text("Decisions against the trace"), _compared(found, explain)),
        _section(text("Disputed variants (not the answer)"), _variants(found, explain)),
        _section(text("Open points"), _open(found, explain)),
    ]
    return Report(
        title=text("Reverse trace of responsibility"),
        subtitle=text("Reverse trace of case {case}: {unit}, {period}, {total}").format(
            case=found.case,
            unit=explain.name(found.unit),
            period=explain.period(found.period),
            total=explain.amount(found.total, found.unit_of_money),
        ),
        as_of=tuple(_as_of(found, explain, facts.zone, heads)),
        sections=tuple(section for section in sections if section.blocks),
        language=explain.language or "zh_CN",
        page_of=text("Page {page} of {pages}"),
    )


def _section(title: str, blocks: "Sequence[Block] | Iterator[Block]") -> Section:
    return Section(title, tuple(blocks))


def moment(at: datetime, zone: tzinfo) -> str:
    """A moment in the organ's zone, to the second."""
    return at.astimezone(zone).isoformat(timespec="seconds")


def _as_of(found: Trace, explain: Explainer, zone: tzinfo, heads: Sequence[HeadLine]) -> Iterator[str]:
    text = explain.text
    yield text("as known at {moment}; the engine advises, people decide").format(moment=moment(found.known_at, zone))
    for line in heads:
        head = line.head
        said = text("ledger {origin}: {entries} entries").format(origin=head.origin, entries=head.entries)
        if line.root is not None:
            said += text(", root {root}").format(root=line.root)
        said += text(" (simulated)") if head.simulated else ""
        yield text("; ").join([said, *map(text, head.marks)])
    if not found.pinned:
        yield text("unpinned: no checkpoint of the duty ledger was held at the opening")
    yield text("made by zeren {version}").format(version=version("zeren"))


def _case(found: Trace, explain: Explainer, *, charts: bool, facts: Facts) -> Iterator[Block]:
    text = explain.text
    for why in found.red:
        yield Paragraph(text("RED: {why}").format(why=text(RED[why])), strong=True)
    rows = [
        (text("case opened"), f"{moment(found.opened_at, facts.zone)} ({explain.cites([found.case_entry])})"),
        (text("unit"), explain.name(found.unit)),
        (text("offence"), explain.period(found.period)),
    ]
    if found.first_lead_at is not None:
        rows.insert(0, (text("first lead"), moment(found.first_lead_at, facts.zone)))
    rows += [(text("rulebook {id}").format(id=book.id), _book(book.name, book.note)) for book in found.rulebooks]
    yield Table("", (text("item"), text("value")), tuple(rows), (1, 3))
    if charts:
        yield Chart(trace_tenures(found, explain, facts), text("Holders of the line, vacancies, and acts"))
    books = [book.id for book in found.rulebooks]
    yield Table(
        text("Acts, and who stood where on the day"),
        (text("act"), text("day"), text("amount"), *(text(title) for title in LEVELS.values()), *books),
        tuple(
            (
                row.act,
                row.day.isoformat(),
                explain.amount(row.amount, found.unit_of_money),
                *(", ".join(map(explain.name, persons)) or text("vacant") for _, persons in row.holders),
                *(str(year) if year is not None else "–" for _, year in row.versions),
            )
            for row in found.acts
        ),
        (2, 3, 3, 3, 3, 3, *(3 for _ in books)),
    )


def _book(name: str, note: str | None) -> str:
    return f"{name} — {note}" if note else name


def _attribution(found: Trace, explain: Explainer) -> Iterator[Block]:
    for level, title in LEVELS.items():
        rows = [explain.share(row, found.unit_of_money) for row in found.shares if row.level == level]
        yield Listing(tuple(f"{explain.text(title)}{explain.text(': ')}{row}" for row in rows))


def _gaps(found: Trace, explain: Explainer) -> Iterator[Block]:
    if found.gaps:
        yield Listing(tuple(gap_reason(explain, gap, found.unit_of_money) for gap in found.gaps))


def _overview(found: Trace, explain: Explainer, *, charts: bool) -> Iterator[Block]:
    text = explain.text
    if charts:
        yield Chart(trace_graph(found, explain), text("Who answers through what"))
    rows = []
    for person in found.persons:
        said = text(SUGGESTIONS[person.suggestion]) if person.suggestion is not None else "–"
        rows.append(
            (
                explain.name(person.person),
                *(explain.category(category) for _, category in person.categories),
                explain.period(person.interval) or "–",
                str(len(person.acts)),
                said,
            )
        )
    heads = (text("person"), *(book.id for book in found.rulebooks), text("own interval"), text("number of acts"))
    yield Table(text("Categories, by rulebook"), (*heads, text("suggestion")), tuple(rows))


def _persons(found: Trace, explain: Explainer) -> Iterator[Block]:
    for person in found.persons:
        lines = explain.person(person, found)
        yield Paragraph(lines[0])
        yield Listing(tuple(line.strip() for line in lines[1:]))


def _flat(lines: Sequence[str]) -> Iterator[str]:
    yield from (line.strip() for line in lines)


def _chain(found: Trace, explain: Explainer) -> Iterator[Block]:
    for row in found.chain:
        yield Listing((" — ".join(_flat(chain_lines(explain, row))),))
    for unit in found.co_responsible:
        yield Paragraph(shared_line(explain, unit))


def _compared(found: Trace, explain: Explainer) -> Iterator[Block]:
    open_ones = ("not_decided", "not_traced")
    striking = [row for row in found.compared if row.verdict in open_ones or row.appeal == "pending"]
    for row in striking:
        yield Paragraph(compared_line(explain, row, found), strong=True)
    rest = [row for row in found.compared if row not in striking and row.verdict != "none"]
    if rest:
        yield Listing(tuple(compared_line(explain, row, found) for row in rest))


def _variants(found: Trace, explain: Explainer) -> Iterator[Block]:
    if found.variants:
        yield Listing(tuple(explain.variant(variant, found.unit_of_money) for variant in found.variants))
    if found.effects:
        yield Paragraph(explain.text("Records made after the cut, and what each would change had it counted"))
        yield Listing(tuple(later_effect(explain, row) for row in found.effects))


def _open(found: Trace, explain: Explainer) -> Iterator[Block]:
    text = explain.text
    items: list[str] = []
    items += [mark_line(explain, mark) for mark in found.marks]
    if found.not_pinned:
        items.append(text("not pinned at opening: {cites}").format(cites=explain.cites(found.not_pinned)))
    if found.candidates:
        names = ", ".join(explain.name(person) for person in found.candidates)
        items.append(text("persons to question (not direct parties): {names}").format(names=names))
    items += [
        text("{book}: the rule changed inside the period; a person checks which is lighter").format(book=book.id)
        for book in found.rulebooks
        if book.old_or_lighter
    ]
    if items:
        yield Listing(tuple(items))
