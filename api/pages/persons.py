"""Persons, and the dossier of one."""

from datetime import date, datetime, timedelta

from flask import url_for

from api.answering.answer import valid_at
from api.answering.listing import listed
from api.asking.current import explainer, facts, reader, reading
from api.pages.duties import during_of
from api.pages.frame import Shown, page
from api.routes import CURSOR, FORMAT, KNOWN_AT, LIMIT, PERSONS, VALID_AT, Parameter, Route, Values
from api.v1.duties import state_of
from api.v1.parties import Dossier, dossier, whole_dossier
from ledger.messages import N_
from projections.charts.tenure import Bar, Kind, Lane, tenure_chart
from projections.facts.protocol import day
from projections.facts.values import Citation, Period
from projections.language.trace import CATEGORIES
from projections.questions.browse import EntryFilter, entries, persons
from projections.questions.rows import PersonRow, TenureRow

ENTRIES = 25


def person_list(asked: Values) -> Shown:
    """Persons with their posts on a day."""
    rows: list[PersonRow] = persons(facts(asked["known_at"]), valid_at(asked))
    return page("persons.html", listed(rows, state_of("persons", asked)))


def person_page(asked: Values) -> Shown:
    """Everything about a person."""
    found: Dossier = dossier(asked)
    cut, explain = facts(asked["known_at"]), explainer(asked["known_at"])
    during = during_of(cut, asked)
    first = min((row.valid_from for row in found.tenures), default=during.first)
    during = Period(min(during.first, max(first, during.first - timedelta(days=3660))), during.last)
    lanes: dict[str, list[Bar]] = {}
    for row in found.tenures:
        over = ", ".join(cut.units[unit].name for unit in (*row.scope, *row.supervises) if unit in cut.units)
        titular: Kind = "cover" if row.acting == "cover" else "acting" if row.acting else "holder"
        last = row.valid_to or during.last
        counts_from = day(cut, datetime.fromisoformat(row.recorded_at)) if row.disputed else row.valid_from
        parts: tuple[tuple[Kind, date, date], ...] = (
            ("disputed", row.valid_from, min(last, counts_from - timedelta(days=1))),
            (titular, max(row.valid_from, counts_from), last),
        )
        note = f"{explain.text(row.post)} {over} {row.valid_from}–{row.valid_to or ''}"
        for kind, first, until in parts:
            if first <= until:
                bar = Bar(over or explain.text(row.post), Period(first, until), kind, note)
                lanes.setdefault(row.post, []).append(bar)
    drawn = tenure_chart(
        [Lane(explain.text(post), tuple(bars)) for post, bars in lanes.items()],
        during,
        title=explain.text("Posts of {name}").format(name=found.person.name),
        description=explain.text("A lane per post; the table below has the same."),
        key="posts",
        width=1200,
    )
    about = []
    for ledger in cut.ledgers:
        if ledger.kind in reading().ledgers and ledger.kind != "access":
            about += entries(cut, ledger, EntryFilter(party=found.person.id), 0, ENTRIES)
    return page(
        "person.html",
        listed(found.tenures, state_of("person", asked)),
        found=found,
        chart=drawn,
        about=[row for _, row in about],
        cite_of=lambda row: Citation(row.ledger, row.position, row.ref or f"#{row.position}"),
        whole=whole_dossier(cut, found.person.id, asked),
        categories=CATEGORIES,
        all_entries=url_for("pages.entry_list", kind="duty", person=found.person.id)
        if reader().may("organ", "verify")
        else None,
    )


ROUTES = (
    Route(
        "/persons", person_list, N_("Persons and their posts"), PERSONS, PersonRow,
        (VALID_AT, KNOWN_AT, CURSOR, LIMIT, FORMAT), title="Persons",
    ),
    Route(
        "/persons/{person}", person_page, N_("Dossier of a person"), PERSONS, TenureRow,
        (Parameter("person", "text", "Id of a person."), KNOWN_AT, CURSOR, LIMIT, FORMAT),
        records="person",
    ),
)  # fmt: skip
