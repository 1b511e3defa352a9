"""The tables that an office files, a page each, with the files to be printed."""

from collections.abc import Callable
from dataclasses import replace

from api.answering.listing import answered
from api.asking.current import explainer
from api.asking.language import language
from api.pages.columns import By, among, narrowed
from api.pages.frame import Shown, page
from api.routes import DUTIES, JUDGED, Route, Values
from api.v1.duties import state_of
from api.v1.office import filled, office_name, parameters
from ledger.messages import N_
from projections.language.office_words import TABLES
from projections.language.trace import Explainer
from projections.obligations.table import table
from projections.questions.office_lines import OfficeLine
from projections.questions.office_tables import KINDS, OfficeColumn, OfficePart, OfficeTable
from projections.questions.office_talks import STATES
from projections.questions.office_talks import TONES as TALK_TONES
from projections.reports.office_sheet import cell_text, heading, lines_of, stand_of

AGAIN = ("missing_talks",)
"""Parts that tell again, one by one, what stands in a part before them: counted once."""
STATE_OF = {tone: state for state, tone in TALK_TONES.items()}
TONES = {"done": "met", "doubtful": "doubtful", "overdue": "unmet"}
ToldPart = tuple[OfficePart, list[tuple[OfficeLine, list[tuple[OfficeColumn, str]]]]]


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
            return page("office.html", name=name, found=None, lacking=lacking, tables=_links(), groups=())
        explain, plan, words = explainer(asked["known_at"]), table().obligations, language()
        whole = filled(name, asked)
        bys = (
            By(
                "obligation",
                N_("part of the plan"),
                lambda line: (line.obligation,) if line.obligation else (),
                lambda id_: f"{id_} {plan[id_].title.of(words)}",
                links=True,
            ),
            By(
                "state", N_("state"), _states, lambda state: explain.text(STATES.get(state, state)),
                links=True, order=tuple(STATES),
            ),
        )  # fmt: skip
        lines, _ = narrowed(whole.items, asked, *bys)
        _, groups = narrowed([line for line in whole.items if line.part not in AGAIN], asked, *bys)
        found = replace(whole, items=lines)
        return page(
            "office.html",
            answered(found, state_of(name, asked)),
            name=name,
            found=found,
            lacking=None,
            shown=told_parts(found, explain),
            title=heading(found, explain),
            stand=stand_of(found, explain),
            tables=_links(),
            groups=groups,
            tones=TONES,
        )

    table_page.__name__, table_page.__doc__ = f"{office_name(name)}_page", f"The {name} to be filed."
    return table_page


def told_parts(found: OfficeTable, explain: Explainer) -> list[ToldPart]:
    """Each part of a table with its lines, and each line with the words of its columns."""
    return [
        (part, [(line, [(column, cell_text(line, column, explain)) for column in part.columns]) for line in lines])
        for part in found.parts
        for lines in [lines_of(found, part)]
    ]


def _states(line: OfficeLine) -> tuple[str, ...]:
    """How a line stands, in the words that it is told in; of talks how those of each half-year do."""
    if line.part in AGAIN:
        return ("missing",)
    if line.cells:
        return tuple(
            dict.fromkeys(state for cell in line.cells for state, tone in TALK_TONES.items() if tone == cell.tone)
        )
    return (line.state_words,) if line.state_words else ()


def _links() -> list[tuple[str, str, str]]:
    return [(name, office_name(name), title) for name, title in TABLES.items()]


def _route(name: str) -> Route:
    asked = tuple(
        each if not each.required else type(each)(each.name, each.kind, each.meaning) for each in parameters(name)
    )
    shown = (*asked, *among("obligation", "state"))
    return Route(f"/office/{name}", _page_of(name), TABLES[name], DUTIES, OfficeTable, shown, title=TABLES[name])


ROUTES = (
    Route("/office", office_index, N_("The tables that an office files"), DUTIES, parameters=JUDGED, title="Tables"),
    *map(_route, TABLES),
)
