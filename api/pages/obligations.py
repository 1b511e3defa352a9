"""Obligations: a map of units and half-years, and below it the rows of what is chosen in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from api.answering.listing import answered
from api.asking.current import explainer, facts
from api.asking.filters import ask
from api.asking.language import language
from api.pages.frame import Shown, page
from api.pages.links import this_page
from api.pages.registers import Facet
from api.routes import DUTIES, LIST, Route, Values
from api.v1.duties import OBLIGATIONS, state_of
from ledger.messages import N_
from projections.charts.heatmap import HeatCell, Kind, heat_chart
from projections.obligations.table import table
from projections.questions.heat import Count, heat
from projections.questions.obligations import STATUSES, ObligationFilter, ObligationRow, Obligations, owed

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
        answered(found, state_of("obligations", asked)),
        chart=drawn,
        cells=[cell for cell in cells if cell.half in columns],
        statuses=STATUSES,
        total=len(found.items),
        judged=found.judged_on,
        units=[cut.units[unit] for unit in named],
        halves=columns,
        ids=[
            (row.id, f"{row.id} {row.title.of(language())}") for row in table().obligations.values() if not row.standing
        ],
        facets=_facets(asked),
        chosen_ids=",".join(asked["obligation"] or ()),
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

    owners = Counter(row.owner for row in rows("owner"))
    years = Counter(str(row.due.year) for row in rows("period") if row.due is not None)
    statuses = Counter(row.status for row in rows("status"))
    return Facets(
        _parts(rows("obligation")),
        tuple(Facet(id_, explain.name(id_), number) for id_, number in owners.most_common()),
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
        (*OBLIGATIONS, *LIST),
        title="Obligations",
    ),
)
