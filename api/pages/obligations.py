"""Obligations: a map of units and half-years, and below it the rows of what is chosen in it."""

from api.answering.listing import answered
from api.asking.current import explainer, facts
from api.asking.filters import ask
from api.pages.frame import Shown, page
from api.pages.links import this_page
from api.routes import DUTIES, LIST, Route, Values
from api.v1.duties import OBLIGATIONS, state_of
from ledger.messages import N_
from projections.charts.heatmap import HeatCell, State, heat_chart
from projections.obligations.table import table
from projections.questions.heat import Count, heat
from projections.questions.obligations import STATUSES, ObligationFilter, Obligations, owed

MAX_COLUMNS, MAX_ROWS = 12, 60


def obligation_map(asked: Values) -> Shown:
    """What was owed and how it stands."""
    cut, explain = facts(asked["known_at"], asked["entries"]), explainer(asked["known_at"])
    everywhere = {**asked, "of_unit": None, "half": None}
    found, cells = ask(owed, ObligationFilter, asked), ask(heat, ObligationFilter, everywhere).items
    columns = sorted({cell.half for cell in cells if cell.half})[-MAX_COLUMNS:]
    named = [unit for unit in cut.units if any(cell.unit == unit for cell in cells)][:MAX_ROWS]
    drawn = heat_chart(
        [(unit, cut.units[unit].name) for unit in named],
        columns,
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
        ids=[row.id for row in table().obligations.values() if not row.standing],
    )


def _cell(cell: Count, name: str) -> HeatCell:
    explain = explainer()
    state: State = "bad" if cell.unmet else "doubtful" if cell.doubtful else "good" if cell.met else "none"
    numbers = (
        ("✓", N_("{n} met"), cell.met),
        ("✗", N_("{n} not met"), cell.unmet),
        ("?", N_("{n} doubtful"), cell.doubtful),
        ("○", N_("{n} open"), cell.open),
    )
    label = " ".join(f"{mark}{number}" for mark, _, number in numbers if number)
    words = ", ".join(explain.text(text).format(n=number) for _, text, number in numbers if number)
    return HeatCell(
        cell.unit, cell.half, label, state, f"{name} {cell.half}: {words}", this_page(of_unit=cell.unit, half=cell.half)
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
