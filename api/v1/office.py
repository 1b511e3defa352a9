"""The tables that an office files, each a question of its own; and each as a file."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response

from api.answering.listing import Listing, answered
from api.asking.current import explainer
from api.asking.filters import ask
from api.routes import DUTIES, EXPORT, JUDGED, LIST, Parameter, Route, Values
from api.v1.downloads import DOCX, sent
from api.v1.duties import state_of
from ledger.messages import N_
from projections.language.office_words import TABLES
from projections.questions.office_lines import OfficeLine
from projections.questions.office_tables import KINDS, OfficeFilter, OfficeTable, office_table
from projections.reports.exports import MEDIA
from projections.reports.office_sheet import office_docx, office_xlsx


def filled(name: str, asked: Values) -> OfficeTable:
    """A table with its lines. Raises BadInput where it is of somebody who is not named."""
    return ask(office_table(name), OfficeFilter, asked)


def office_name(name: str) -> str:
    """What the routes of a table are called."""
    return name.replace("-", "_")


def table_xlsx(asked: Values) -> Response:
    """A table as a workbook to be printed and filed."""
    return _file(asked, "xlsx", MEDIA["xlsx"])


def table_docx(asked: Values) -> Response:
    """A table as a Word file, with places for the author's own words."""
    return _file(asked, "docx", DOCX)


def _file(asked: Values, suffix: str, media_type: str) -> Response:
    name = asked["table"]
    found, make = filled(name, asked), office_xlsx if suffix == "xlsx" else office_docx
    return sent(make(found, explainer(asked["known_at"])), media_type, f"{name}.{suffix}")


def _lines(name: str, asked: Values) -> Listing[OfficeLine]:
    return answered(filled(name, asked), state_of(name, asked))


def _ask_of(name: str) -> Callable[[Values], Any]:
    def lines(asked: Values) -> Listing[OfficeLine]:
        return _lines(name, asked)

    lines.__name__, lines.__doc__ = office_name(name), f"The lines of the {name} with their entries."
    return lines


def parameters(name: str) -> tuple[Parameter, ...]:
    """What a table is asked with."""
    of = KINDS[name].of
    return (
        Parameter("unit", "unit", "Only what concerns this unit.", required=of == "unit"),
        Parameter(
            "person",
            "person",
            "Only what concerns this person; recorded as a reading of the person.",
            required=of == "person",
        ),
        Parameter("period", "text", "The year, half-year or quarter: 2024, 2024H1, 2024Q3; this year by default."),
        *JUDGED,
    )


def _route(name: str) -> Route:
    return Route(
        f"/office/{name}", _ask_of(name), TABLES[name], DUTIES, OfficeTable, (*parameters(name), *LIST), lists=True
    )


_FILE = partial(
    Route,
    scopes=DUTIES,
    parameters=(
        Parameter("table", "choice", "Which table.", tuple(TABLES)),
        Parameter("unit", "unit", "Only what concerns this unit."),
        Parameter("person", "person", "Only what concerns this person; recorded as a reading of the person."),
        Parameter("period", "text", "The year, half-year or quarter: 2024, 2024H1, 2024Q3; this year by default."),
        *JUDGED,
    ),
    also=EXPORT,
    medium="binary",
)
ROUTES = (
    *map(_route, TABLES),
    _FILE(
        path="/office/{table}/sheet.xlsx",
        ask=table_xlsx,
        meaning=N_("A table of the office as a workbook"),
        media_type=MEDIA["xlsx"],
    ),
    _FILE(
        path="/office/{table}/sheet.docx",
        ask=table_docx,
        meaning=N_("A table of the office as a Word file"),
        media_type=DOCX,
    ),
)
