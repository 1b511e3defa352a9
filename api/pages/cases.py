"""Cases, their chronology, and the trace page. Long because a case page has a part for every kind of its records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import request, url_for

from api.answering.listing import Listing, answered, listed
from api.asking.current import explainer, facts, reader, reading
from api.asking.filters import ask
from api.asking.language import language
from api.pages.columns import By, among, narrowed
from api.pages.frame import Shown, page
from api.pages.links import cite_row, kind_of, local, this_page
from api.pages.order import in_order, sort_by
from api.routes import CASES, CURSOR, FORMAT, LIMIT, LIST, Route, Values
from api.v1.cases import CASE, case, case_of, trace_of
from api.v1.cases import ROUTES as API
from api.v1.downloads import Beside, beside_bundle
from api.v1.duties import state_of
from ledger.clock import now
from ledger.core.entry import format_time
from ledger.messages import N_
from projections.charts.tenure_chart import Lane, Point, tenure_chart
from projections.facts.protocol import day
from projections.facts.values import Period
from projections.language.case_words import CLOCKS, compared_line, later_effect, shared_line
from projections.language.narrator import Brief, Narrator
from projections.language.register_words import STATUSES
from projections.language.titles import fixed_word
from projections.language.trace_words import CATEGORIES, LEVELS, MARKS, RED, TRACKS
from projections.questions.case_folder import CaseFolder
from projections.questions.cases import CaseFile, CaseRow, Cases, CasesFilter, cases
from projections.questions.entries import EntryRow
from projections.reports.document import SheetRow
from projections.reports.drawings import trace_graph, trace_tenures
from projections.reports.inquiry import beside, brief, front, offence, people
from projections.reports.inquiry.telling import Telling
from projections.trace.case_facts import case_facts
from projections.trace.model import CaseFacts

MARGIN = timedelta(days=31)
STRIKING = ("not_decided", "not_traced", "differs")
SAID: Mapping[str, str] = {
    **RED,
    "points": N_("points of procedure are open"),
    "settled": N_("both tracks have an outcome"),
}
"""By what the list of cases may be limited."""
STATES = {
    "not_opened": N_("not opened"),
    "open": N_("under way"),
    "declined": N_("closed with a reasoned none"),
    "decided": N_("outcome on record"),
}


def case_list(asked: Values) -> Shown:
    """The opened cases."""
    explain, found = explainer(), ask(cases, CasesFilter, asked)
    rows, groups = narrowed(
        found.items,
        asked,
        By(
            "state",
            N_("state"),
            _states,
            lambda word: explain.text(SAID[word]),
            links=True,
            order=(*SAID,),
        ),
        By("year", N_("year of opening"), lambda row: (row.opened_at[:4],), explain.span, links=True),
        By("unit", N_("unit"), lambda row: (row.unit,), explain.name),
    )
    rows = in_order(rows, asked["sort"], explain.name)
    listing = answered(replace(found, items=rows), state_of("cases", asked))
    return page("cases.html", listing, groups=groups, red=RED, say=Narrator(facts(), language()))


def _states(row: CaseRow) -> tuple[str, ...]:
    """Why it is red, whether points are open; settled where neither."""
    return (*row.red, *(("points",) if row.points else ())) or ("settled",)


def case_page(asked: Values) -> Shown:
    """A case and its chronology."""
    found: CaseFile = case(asked)
    said = case_facts(facts(), found.case.case)
    say = Narrator(facts(), language(), [act.act for act in found.file.acts], places=True)
    return page(
        "case.html",
        listed(found.entries, state_of("case", asked)),
        case=found.case,
        file=found.file,
        say=say,
        fixed_word=fixed_word,
        points=tuple(points_of(say, found.file)),
        clocks=tuple(clocks_of(say, found.file)),
        states=STATES,
        tracks=TRACKS,
        categories=CATEGORIES,
        lead_states=STATUSES["leads"],
        red=RED,
        unit_of_money=facts().rules.unit_of_money,
        said=said,
        lead=local(said.first_lead_at),
        chart=chronology(found, said),
        cite_of=cite_row,
        beside=_beside(found.case.case),
    )


def points_of(say: Narrator, file: CaseFolder) -> Iterator[str]:
    """What is missing or out of order in the work on the case, a sentence for each kind."""
    said: dict[tuple[str, str | None], list[str]] = {}
    for mark in file.marks:
        said.setdefault((mark.code, mark.party), []).append(say.entries(mark.cites))
    for (code, party), entries in said.items():
        words = say.text(MARKS[code]) if party is None else say.labelled(say.name(party), say.text(MARKS[code]))
        yield say.labelled(words, say.text("; ").join(dict.fromkeys(entries)))


def clocks_of(say: Narrator, file: CaseFolder) -> Iterator[tuple[str, bool]]:
    """(what runs until when, whether it has run out), the nearest first."""
    for clock in sorted(file.clocks, key=lambda clock: clock.due):
        said = say.text(CLOCKS[clock.what]).format(
            day=say.day(clock.due), entry=say.entry(clock.entry), names=say.names(clock.parties)
        )
        yield said, clock.overdue


def chronology(found: CaseFile, said: CaseFacts) -> str:
    """The offence with its acts, and below it the work on the case, a lane for each kind of step."""
    cut, explain, opened = facts(), explainer(), found.case.opened_at
    acts = [
        Point(id_, on, f"{id_} {on} {explain.amount(amount, cut.rules.unit_of_money)}") for id_, on, amount in said.acts
    ]
    lanes = [Lane(explain.text("acts"), points=tuple(acts))]
    steps: dict[str, list[Point]] = {}
    for row in found.entries:
        on = row.occurred_on or day(cut, datetime.fromisoformat(row.recorded_at))
        name, words = row.ref or f"#{row.position}", kind_of(row.type)
        href = url_for("pages.entry_page", kind="case", position=row.position) if reader().may("evidence") else None
        steps.setdefault(words, []).append(Point(name, on, f"{words} {name} {on}", href))
    lanes += [Lane(words, points=tuple(points)) for words, points in steps.items()]
    days = [said.period.first, said.period.last, *(point.day for lane in lanes for point in lane.points)]
    return tenure_chart(
        lanes,
        Period(min(days) - MARGIN, max(days) + MARGIN),
        title=explain.text("Chronology"),
        description=explain.text(
            "The acts in the days of the offence, and the work on the case. The table has the same."
        ),
        key="chronology",
        called=explain.part_of_axis,
        markers=[Point(explain.text("case opened"), day(cut, datetime.fromisoformat(opened)))],
        shaded=said.period,
        width=1200,
        labels=300,
    )


def drawings_of(told: Telling) -> tuple[str, ...]:
    """The responsibility graph, and the line of the unit over the days of the offence."""
    return trace_graph(told.found, told.say), trace_tenures(told.found, told.say, told.facts)


@dataclass(frozen=True, slots=True)
class PersonInShort:
    """A person in the table that the page begins with; what is said is the report's."""

    person: str
    stood: tuple[str, ...]
    acts: str
    amount: str
    said: tuple[str, ...]
    """Category, gravest ground, first thing for, first thing against, advice."""


def person_rows(told: Telling) -> Iterator[PersonInShort]:
    """A row per person: where he stood, what fell to him, category, ground and counter-ground, advice."""
    say, short = told.say, Brief.of(told.say)
    for row in told.found.persons:
        yield PersonInShort(
            row.person,
            people.stood(told, row),
            say.act_list(row.acts) if row.acts else told.text("none"),
            say.amount(row.amount, told.found.unit_of_money) if row.acts else "",
            brief.person(told, short, row)[1:],
        )


def presets(told: Telling) -> Iterator[tuple[str, str, bool]]:
    """(words, address, whether it is the one shown) of the moments that a trace is most often asked for,
    and of each later record that would change it had it counted."""
    found, text = told.found, told.text
    asked = request.args.get("known_at") or None
    moments = [(text("at the opening of the case"), None), (text("today"), format_time(now()))]
    if found.first_lead_at is not None:
        moments.insert(0, (text("at the first lead"), format_time(found.first_lead_at)))
    changing = {each.recorded_at: each.entry for each in found.effects if each.effect not in ("none", "reading")}
    said = text("once recorded: {entry}")
    moments += [(said.format(entry=told.say.called(by)), format_time(at)) for at, by in sorted(changing.items())]
    for words, moment in moments:
        yield words, this_page(known_at=moment), asked == moment


@dataclass(frozen=True, slots=True)
class Sentences:
    """What the report says of the case, sentence by sentence."""

    points: tuple[str, ...]
    """What of procedure is to be settled first."""
    gaps: tuple[str, ...]
    people: Mapping[str, tuple[SheetRow, ...]]
    """What is said of each person and body, under its titles."""
    chain: tuple[tuple[str, str, str], ...]
    striking: tuple[str, ...]
    """Decisions that leave out someone traced, reach someone not traced, or wait for an appeal."""
    compared: tuple[str, ...]
    shared: tuple[str, ...]
    """Units that shared the task (R11)."""


def sentences(told: Telling) -> Sentences:
    """The sentences of the report, for the page."""
    found, say = told.found, told.say
    striking = [row for row in found.compared if row.verdict in STRIKING or row.appeal == "pending"]
    said = {row.person: tuple(people.parts(told, row)) for row in found.persons}
    said |= {row.body: tuple(people.body_parts(told, row)) for row in found.bodies}
    return Sentences(
        front.points(told).items,
        tuple(offence.gap_reason(told, gap) for gap in found.gaps),
        said,
        tuple(beside.level(told, row) for row in found.chain),
        tuple(compared_line(say, row, found) for row in striking),
        tuple(compared_line(say, row, found) for row in found.compared if row not in striking),
        tuple(shared_line(say, unit) for unit in found.co_responsible),
    )


def trace_page(asked: Values) -> Shown:
    """The reverse trace of a case."""
    row = case_of(asked["case"])
    found = trace_of(asked)
    books = trace_of({**asked, "rulebook": None}).rulebooks
    told = Telling(found, facts(), language(), places=True, cut=facts(found.known_at).for_case(found.case))

    def effects(start: int, count: int | None) -> list[tuple[int, str]]:
        rows = found.effects[start:] if count is None else found.effects[start : start + count]
        return [(place, later_effect(told.say, row)) for place, row in enumerate(rows, start)]

    return page(
        "trace.html",
        Listing(effects, state_of("trace", asked)),
        exports=False,
        trace=found,
        case=row,
        books=books,
        levels=LEVELS,
        drawings=drawings_of(told),
        rows=tuple(person_rows(told)),
        presets=tuple(presets(told)),
        red=RED,
        explain=told.say,
        called={book.id: people.called(told, book) for book in found.rulebooks},
        titles={book.id: told.book(book) for book in books},
        sentences=sentences(told),
        known=found.known_at,
        duty_entries={head.kind: head.entries for head in reading().heads}.get("duty"),
        beside=_beside(found.case),
    )


def _beside(case: str) -> Beside:
    """What is handed out beside the case's bundle, for who may have that."""
    return beside_bundle(case) if reader().may("export") else Beside()


ROUTES = (
    Route(
        "/cases",
        case_list,
        N_("Cases, and why they are red"),
        CASES,
        Cases,
        (
            *LIST,
            *among("state", "year", "unit"),
            sort_by("case", "unit", "period_from", "opened_at", "acts", "amount", "points"),
        ),
        title="Cases",
    ),
    Route(
        "/cases/{case}",
        case_page,
        N_("A case and its chronology"),
        CASES,
        EntryRow,
        (CASE, CURSOR, LIMIT, FORMAT),
    ),
    Route(
        "/traces/{case}",
        trace_page,
        N_("Reverse trace of a case: who answers for it"),
        CASES,
        None,
        (*API[2].parameters, CURSOR, LIMIT),
    ),
)
