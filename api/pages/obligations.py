"""Obligations: a map of units and half-years, and below it the rows of what is chosen in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.answering.listing import answered
from api.asking.current import explainer, facts
from api.asking.filters import ask
from api.asking.language import language
from api.pages.columns import By, ColumnFacets, Facet, asked_for
from api.pages.frame import Shown, page
from api.pages.links import this_page
from api.pages.order import in_order, sort_by
from api.routes import DUTIES, LIST, Route, Values
from api.v1.duties import OBLIGATIONS, state_of
from ledger.messages import N_
from projections.charts.heatmap import HeatCell, Kind, heat_chart
from projections.obligations.table import table
from projections.questions.heat import Count, heat
from projections.questions.obligations import (
    STATUSES,
    ObligationFilter,
    ObligationRow,
    Obligations,
    owed,
    units_of,
    year_of,
)

MAX_COLUMNS, MAX_ROWS = 12, 60


@dataclass(frozen=True, slots=True)
class Facets:
    """What the list of obligations may be limited to: parts of the plan, owners, years, statuses."""

    parts: tuple[Facet, ...]
    owners: tuple[Facet, ...]
    years: tuple[Facet, ...]
    statuses: tuple[Facet, ...]


def obligation_map(asked: Values) -> Shown:
    """What was owed and how it stands."""
    cut, explain = facts(asked["known_at"], asked["entries"]), explainer(asked["known_at"])
    everywhere = {**asked, "of_unit": None, "half": None}
    found, cells = ask(owed, ObligationFilter, asked), ask(heat, ObligationFilter, everywhere).items
    columns = sorted({cell.half for cell in cells if cell.half})[-MAX_COLUMNS:]
    named = [unit for unit in cut.units if any(cell.unit == unit for cell in cells)][:MAX_ROWS]
    drawn = heat_chart(
        [(unit, cut.units[unit].name) for unit in named],
        [(half, explain.span(half)) for half in columns],
        [_cell(cell, cut.units[cell.unit].name) for cell in cells if cell.half in columns and cell.unit in named],
        title=explain.text("Obligations by unit and half-year"),
        description=explain.text("Each cell: met, not met, doubtful. The table below has the same numbers."),
        key="heat",
    )
    return page(
        "obligations.html",
        answered(
            replace(found, items=in_order(found.items, asked["sort"], explain.name, {"status": STATUSES})),
            state_of("obligations", asked),
        ),
        groups=_groups(asked, found.items),
        chart=drawn,
        cells=[cell for cell in cells if cell.half in columns],
        total=len(found.items),
        judged=found.judged_on,
        facets=_facets(asked),
        chosen_ids=",".join(asked["obligation"] or ()),
    )


def _groups(asked: Values, rows: Sequence[ObligationRow]) -> tuple[ColumnFacets, ...]:
    """What is chosen in the form: obligation, unit and status, each with its rows."""
    explain, plan, words = explainer(asked["known_at"]), table().obligations, language()
    cut = facts(asked["known_at"], asked["entries"])

    def without(name: str) -> tuple[ObligationRow, ...]:
        return ask(owed, ObligationFilter, {**asked, name: None if name == "unit" else ()}).items

    def units(row: ObligationRow) -> set[str]:
        return {id_ for id_ in units_of(row) if id_ in cut.units}

    return asked_for(
        rows,
        without,
        asked,
        By(
            "obligation",
            N_("obligation"),
            lambda row: (row.obligation,),
            lambda id_: f"{id_} {plan[id_].title.of(words)}",
        ),
        By("unit", N_("unit"), units, explain.name),
        By("status", N_("status"), lambda row: (row.status,), explain.status, order=STATUSES),
    )


def _cell(cell: Count, name: str) -> HeatCell:
    explain = explainer()
    numbers: tuple[tuple[Kind, str, str, int], ...] = (
        ("good", "✓", N_("{n} met"), cell.met),
        ("doubtful", "?", N_("{n} doubtful"), cell.doubtful),
        ("bad", "✗", N_("{n} not met"), cell.unmet),
        ("open", "○", N_("{n} open"), cell.open),
    )
    label = " ".join(f"{mark}{number}" for _, mark, _, number in numbers if number)
    words = explain.text(", ").join(explain.text(text).format(n=number) for _, _, text, number in numbers if number)
    return HeatCell(
        cell.unit,
        cell.half,
        label,
        tuple((kind, number) for kind, _, _, number in numbers if number),
        explain.labelled(f"{name} {explain.span(cell.half)}", words),
        this_page(of_unit=cell.unit, half=cell.half),
    )


def _parts(rows: Sequence[ObligationRow]) -> tuple[Facet, ...]:
    """The parts of the plan, each with its obligations as they stand in an address."""
    plan, words = table(), language()
    ids: dict[str, list[str]] = {}
    for row in plan.obligations.values():
        ids.setdefault(row.clause.partition("/")[0], []).append(row.id)
    counted = Counter(plan.obligations[row.obligation].clause.partition("/")[0] for row in rows)
    return tuple(
        Facet(",".join(ids[part]), title.of(words), counted[part])
        for part, title in plan.parts.items()
        if counted[part]
    )


def _facets(asked: Values) -> Facets:
    """What the list may be limited to, each with the number of rows that it would have."""
    explain = explainer(asked["known_at"])

    def rows(without: str) -> tuple[ObligationRow, ...]:
        empty: tuple[str, ...] | None = () if without in ("obligation", "status") else None
        return ask(owed, ObligationFilter, {**asked, without: empty}).items

    owners = Counter(id_ for row in rows("owner") for id_ in {row.owner, row.subject} if id_ is not None)
    years = Counter(year for row in rows("period") if (year := year_of(row)) is not None)
    statuses = Counter(row.status for row in rows("status"))
    return Facets(
        _parts(rows("obligation")),
        tuple(Facet(id_, explain.name(id_), number) for id_, number in owners.most_common() if id_ in explain.known),
        tuple(Facet(year, explain.span(year), years[year]) for year in sorted(years)),
        tuple(Facet(word, explain.status(word), statuses[word]) for word in STATUSES if statuses[word]),
    )


ROUTES = (
    Route(
        "/obligations",
        obligation_map,
        N_("Obligations and their status"),
        DUTIES,
        Obligations,
        (*OBLIGATIONS, *LIST, sort_by("obligation", "status", "owner", "due")),
        title="Obligations",
    ),
)
