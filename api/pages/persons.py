"""Persons, and the dossier of one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import url_for

from api.answering.listing import Listing, answered, listed
from api.asking.current import explainer, facts, reader, reading
from api.asking.filters import ask, over
from api.pages.columns import By, among, narrowed
from api.pages.dossier_parts import PART, part_rows, parts
from api.pages.duties import chart_of, during_of
from api.pages.frame import LOOKED_THROUGH, Shown, page
from api.pages.links import cite_row
from api.pages.office import TONES as OFFICE_TONES
from api.pages.office import told_parts
from api.pages.order import in_order, sort_by
from api.pages.registers import TONES
from api.routes import CURSOR, FORMAT, JUDGED_ON, KNOWN_AT, LIMIT, PERSONS, VALID_AT, Route, Values
from api.v1.duties import state_of
from api.v1.parties import PERSON, dossier
from ledger.messages import N_
from ledger.recording.moments import read_period
from projections.charts.tenure_chart import Bar, Kind, Lane
from projections.facts.protocol import day
from projections.facts.values import Period
from projections.language.register_words import STATUSES
from projections.language.trace_words import CATEGORIES
from projections.questions.dossier import Dossier
from projections.questions.entries import EntryFilter, entry_rows
from projections.questions.heat import PeriodCount, by_period, heat
from projections.questions.obligations import ObligationFilter
from projections.questions.over import Judged
from projections.questions.person_talks import talks_of
from projections.questions.persons import Persons, PersonsFilter, persons
from projections.questions.registers import RegisterFilter, register
from projections.questions.tenures import TenureRow, Tenures
from projections.questions.tenures import rows as tenures_of

ENTRIES = 25
TALKS = 40
"""Lines of the matrix of talks; the table of talks has all."""


def person_list(asked: Values) -> Shown:
    """Persons with their posts on a day, and over which units."""
    explain, found = explainer(asked["known_at"]), ask(persons, PersonsFilter, asked)
    units: dict[str, list[str]] = {}
    for row in tenures_of(facts(asked["known_at"]), on=found.valid_at):
        units.setdefault(row.person, []).extend((*row.scope, *row.supervises))
    rows, groups = narrowed(
        found.items,
        asked,
        By("post", N_("post"), lambda row: row.posts, lambda post: explain.text(post).replace("_", " "), links=True),
        By("unit", N_("unit"), lambda row: units.get(row.id, ()), explain.name),
    )
    rows = in_order(rows, asked["sort"], explain.text)
    return page("persons.html", answered(replace(found, items=rows), state_of("persons", asked)), groups=groups)


def person_page(asked: Values) -> Shown:
    """Everything about a person."""
    cut, explain = facts(asked["known_at"]), explainer(asked["known_at"])
    id_ = asked["person"]
    found = dossier(asked) if cut.cut <= LOOKED_THROUGH else None
    part = asked.get("part") if found is not None else None
    held = found.tenures if found is not None else tenures_of(cut, person=id_)
    during = during_of(cut, asked)
    first = min((row.valid_from for row in held), default=during.first)
    during = Period(min(during.first, max(first, during.first - timedelta(days=3660))), during.last)
    lanes: dict[str, list[Bar]] = {}
    for row in held:
        units = ", ".join(cut.units[unit].name for unit in (*row.scope, *row.supervises) if unit in cut.units)
        titular: Kind = "cover" if row.acting == "cover" else "acting" if row.acting else "holder"
        last = row.valid_to or during.last
        counts_from = day(cut, row.recorded_at) if row.disputed else row.valid_from
        stretches: tuple[tuple[Kind, date, date], ...] = (
            ("disputed", row.valid_from, min(last, counts_from - timedelta(days=1))),
            (titular, max(row.valid_from, counts_from), last),
        )
        note = f"{explain.text(row.post)} {units} {row.valid_from}–{row.valid_to or ''}"
        for kind, first, until in stretches:
            if first <= until:
                bar = Bar(units or explain.text(row.post), Period(first, until), kind, note)
                lanes.setdefault(row.post, []).append(bar)
    drawn = chart_of(
        [Lane(explain.text(post), tuple(bars)) for post, bars in lanes.items()],
        during,
        title=explain.text("Posts of {name}").format(name=cut.persons[id_].name),
        description=explain.text("A lane per post; the table below has the same."),
        key="posts",
        called=explain.part_of_axis,
        width=1200,
    )
    about = []
    for ledger in cut.ledgers:
        if ledger.kind in reading().ledgers and ledger.kind != "access":
            about += entry_rows(cut, ledger, EntryFilter(person=id_), count=ENTRIES)
    return page(
        "person.html",
        _listing(found, held, asked),
        person=cut.persons[id_],
        found=found,
        parts=parts(found) if found is not None else [],
        part=part,
        periods=_periods(id_, asked) if found is not None else (),
        **({"exports": False} if part else {}),  # the files of this address are of the tenures
        chart=drawn,
        about=about,
        cite_of=cite_row,
        categories=CATEGORIES,
        warning_words=STATUSES["warnings"],
        tones=TONES,
        warnings=_warnings(id_, asked),
        **_talks(id_, asked, found),
        all_entries=url_for("pages.entry_list", kind="duty", person=id_) if reader().may("organ", "verify") else None,
    )


def _talks(person: str, asked: Values, found: Dossier | None) -> dict[str, Any]:
    """The talks that the person owes or is owed, by half-year, as the table of talks shows them; a few lines."""
    if found is None:
        return {"talks": None}
    explain = explainer(asked["known_at"])
    matrix = talks_of(over(Judged(known_at=asked["known_at"])), person, found.judged_on)
    ((part, lines),) = told_parts(matrix, explain)
    return {
        "talks": (part, lines[:TALKS]),
        "talk_more": len(lines[TALKS:]),
        "talk_notes": matrix.notes,
        "talk_year": str(read_period(matrix.period.rpartition("/")[2]).first.year),
        "talk_tones": OFFICE_TONES,
    }


def _warnings(person: str, asked: Values) -> tuple[Any, ...] | None:
    """The warnings that a person gave or received, each with its answer; None for who may not read the registers."""
    if not reader().may("organ", "duties") or facts(asked["known_at"]).cut > LOOKED_THROUGH:
        return None
    limits = {"person": person, "known_at": asked["known_at"], "judged_on": asked.get("judged_on")}
    found: tuple[Any, ...] = ask(register("warnings"), RegisterFilter, limits).items
    return found


def _periods(person: str, asked: Values) -> tuple[PeriodCount, ...]:
    """How what a person owes stood in each year and half-year, as the list behind each number has it."""
    of = {"owner": person, "known_at": asked["known_at"], "judged_on": asked.get("judged_on")}
    return by_period(ask(heat, ObligationFilter, of).items)


def _listing(found: Dossier | None, held: Sequence[TenureRow], asked: Values) -> Listing[Any]:
    """The list that the page turns over: the one asked for, else the tenures, which alone are exported."""
    part = asked.get("part")
    if found is None or part is None or asked.get("format") is not None:
        return listed(held, state_of("person", asked))
    return part_rows(found, part, state_of(f"person {part}", asked))


ROUTES = (
    Route(
        "/persons", person_list, N_("Persons and their posts"), PERSONS, Persons,
        (VALID_AT, KNOWN_AT, *among("post", "unit"), CURSOR, LIMIT, FORMAT, sort_by("name", "id", "posts")),
        title="Persons",
    ),
    Route(
        "/persons/{person}", person_page, N_("Dossier of a person"), PERSONS, Tenures,
        (PERSON, JUDGED_ON, KNOWN_AT, PART, CURSOR, LIMIT, FORMAT),
    ),
)  # fmt: skip
