"""Obligations: a map of units and half-years, and below it the rows of what is chosen in it."""

from api.answering.listing import listed
from api.asking.current import explainer, facts
from api.pages.frame import Shown, page, this_page
from api.routes import DUTIES, Route, Values
from api.v1.duties import ROUTES as API
from api.v1.duties import judged_on, placed_obligations, state_of
from ledger.messages import N_
from projections.charts.heatmap import Cell, State, heat_chart
from projections.questions.browse import obligation_row
from projections.questions.heat import Count, counts
from projections.questions.obligations import STATUSES
from projections.questions.rows import ObligationRow

MAX_COLUMNS, MAX_ROWS = 12, 60


def obligation_map(asked: Values) -> Shown:
    """What was owed and how it stands."""
    cut, explain = facts(asked["known_at"]), explainer(asked["known_at"])
    everywhere = placed_obligations(cut, {**asked, "unit": None, "half": None})
    found = [row for row in everywhere if asked["unit"] in (None, row[0]) and asked["half"] in (None, row[1])]
    cells = counts(everywhere)
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
    rows = [obligation_row(cut, row, unit) for unit, _, row in found]
    return page(
        "obligations.html",
        listed(rows, state_of("obligations", asked)),
        chart=drawn,
        cells=[cell for cell in cells if cell.half in columns],
        statuses=STATUSES,
        total=len(rows),
        judged=judged_on(cut, asked),
        units=[cut.units[unit] for unit in named],
        halves=columns,
        ids=sorted({row.obligation for _, _, row in everywhere}),
    )


def _cell(cell: Count, name: str) -> Cell:
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
    return Cell(
        cell.unit, cell.half, label, state, f"{name} {cell.half}: {words}", this_page(unit=cell.unit, half=cell.half)
    )


ROUTES = (
    Route(
        "/obligations",
        obligation_map,
        N_("Obligations and their status"),
        DUTIES,
        ObligationRow,
        API[0].parameters,
        title="Obligations",
        records="search",
    ),
)
