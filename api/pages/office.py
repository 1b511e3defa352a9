"""The tables that an office files, a page each, with the files to be printed."""

from collections.abc import Callable

from api.answering.listing import answered
from api.asking.current import explainer
from api.pages.frame import Shown, page
from api.routes import DUTIES, JUDGED, Route, Values
from api.v1.duties import state_of
from api.v1.office import filled, office_name, parameters
from ledger.messages import N_
from projections.language.office_words import TABLES
from projections.questions.office_tables import KINDS, OfficeTable
from projections.reports.office_sheet import cell_text, heading, lines_of, stand_of


def office_index(_asked: Values) -> Shown:
    """Which tables there are, and whose each is."""
    return page(
        "office_index.html", tables=[(name, office_name(name), TABLES[name], KINDS[name].of) for name in TABLES]
    )


def _page_of(name: str) -> Callable[[Values], Shown]:
    def table_page(asked: Values) -> Shown:
        kind = KINDS[name]
        lacking = kind.of if kind.of != "organ" and not asked.get(kind.of) else None
        if lacking is not None:
            return page("office.html", name=name, found=None, lacking=lacking, tables=_links())
        found, explain = filled(name, asked), explainer(asked["known_at"])
        shown = [
            (part, [(line, [(column, cell_text(line, column, explain)) for column in part.columns]) for line in lines])
            for part in found.parts
            for lines in [lines_of(found, part)]
        ]
        return page(
            "office.html",
            answered(found, state_of(name, asked)),
            name=name,
            found=found,
            lacking=None,
            shown=shown,
            title=heading(found, explain),
            stand=stand_of(found, explain),
            tables=_links(),
            tones={"done": "met", "doubtful": "doubtful", "overdue": "unmet"},
        )

    table_page.__name__, table_page.__doc__ = f"{office_name(name)}_page", f"The {name} to be filed."
    return table_page


def _links() -> list[tuple[str, str, str]]:
    return [(name, office_name(name), title) for name, title in TABLES.items()]


def _route(name: str) -> Route:
    asked = tuple(
        each if not each.required else type(each)(each.name, each.kind, each.meaning) for each in parameters(name)
    )
    return Route(f"/office/{name}", _page_of(name), TABLES[name], DUTIES, OfficeTable, asked, title=TABLES[name])


ROUTES = (
    Route("/office", office_index, N_("The tables that an office files"), DUTIES, parameters=JUDGED, title="Tables"),
    *map(_route, TABLES),
)
