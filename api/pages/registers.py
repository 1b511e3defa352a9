"""The registers of the office, a page each, what stands in them at a glance, and the line of a unit without a case."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import request

from api.answering.listing import answered
from api.asking.current import explainer, facts, reader, reading
from api.asking.filters import ask
from api.asking.language import language
from api.pages.columns import MOST_NAMED, By, Facet, among, narrowed
from api.pages.duties import chart_of, lanes_of
from api.pages.frame import LOOKED_THROUGH, Shown, page
from api.pages.order import in_order, sort_by
from api.routes import DUTIES, JUDGED, Route, Values
from api.v1.duties import state_of
from api.v1.registers import ROUTES as API
from ledger.messages import N_
from projections.facts.holdings import LEVELS, governed_units
from projections.facts.protocol import day
from projections.facts.values import Citation
from projections.language.duty_words import OWNERS
from projections.language.record_words import HELD
from projections.language.register_words import CAPACITIES, COLUMNS, REGISTERS, SHORT, STATUSES, RegisterColumn
from projections.language.titles import fixed_word
from projections.language.trace_words import LEVELS as LEVEL_WORDS
from projections.obligations.table import table
from projections.questions.line import Line, LineFilter
from projections.questions.line import line as line_of
from projections.questions.obligations import ObligationFilter, evidence, owed
from projections.questions.over import Judged
from projections.questions.registers import INSPECTORS, RegisterAnswer, RegisterFilter, register

GOOD = ("done", "closed", "countered", "disposed", "followed_up", "answered", "signed", "used", "voted", "held")
BAD = ("overdue", "unanswered", "bare", "one_sided")
DOUBT = ("divided", "rectified", "disposed_late", "answered_late")
TONES: Mapping[str, str] = {
    **dict.fromkeys(GOOD, "met"),
    **dict.fromkeys(BAD, "unmet"),
    **dict.fromkeys(DOUBT, "doubtful"),
}
"""How a status is coloured; its words stand beside the colour."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A register at a glance: its lines by status."""

    name: str
    lines: int
    statuses: tuple[Facet, ...]


def _rank(column: RegisterColumn) -> int:
    """On a page the entry stands first, then its status: on a narrow screen both are in sight."""
    return 1 if column.form == "status" else 0 if column.member == "entry" else 2


def readable() -> tuple[str, ...]:
    """The registers that this reader may open here."""
    kinds = reading().ledgers
    organ = reader().may("organ", "duties")
    cases = reader().may("cases") and "case" in kinds
    return tuple(name for name in REGISTERS if (cases if name in INSPECTORS else organ))


def _asked(name: str, asked: Values, *without: str) -> Any:
    return ask(register(name), RegisterFilter, {**asked, **dict.fromkeys(without)})


def _statuses(name: str, found: RegisterAnswer[Any]) -> tuple[Facet, ...]:
    explain, counted = explainer(), Counter(str(row.status) for row in found.items)
    return tuple(Facet(word, explain.text(said), counted[word]) for word, said in STATUSES[name].items())


def _parties(found: RegisterAnswer[Any]) -> tuple[tuple[Facet, ...], tuple[Facet, ...]]:
    """The units and the persons that the lines name, by name."""
    cut, counted = facts(found.known_at), Counter(id_ for row in found.items for id_ in row.names)
    names = {id_: said for row in found.items for id_, said in row.names.items()}
    listed = [Facet(id_, names[id_], n) for id_, n in sorted(counted.items(), key=lambda pair: names[pair[0]])]
    return tuple(f for f in listed if f.value in cut.units), tuple(f for f in listed if f.value in cut.persons)


def register_page(name: str, asked: Values) -> Shown:
    """The lines of a register within limits, and how many there are of each kind."""
    found, every = _asked(name, asked), _asked(name, asked, "unit", "person", "status")
    units, persons = _parties(every)
    explain = explainer(asked["known_at"])
    plan, words = table().obligations, language()
    done = _done(asked)
    lines, groups = narrowed(
        found.items,
        asked,
        By(
            "obligation",
            N_("part of the plan"),
            lambda row: sorted({id_ for entry in _entries(row) for id_ in done.get(entry, ())}),
            lambda id_: f"{id_} {plan[id_].title.of(words)}",
            links=True,
        ),
    )
    rows = in_order(lines, asked["sort"], explain.name)
    return page(
        "register.html",
        answered(replace(found, items=rows), state_of(name, asked)),
        name=name,
        columns=sorted(COLUMNS[name], key=_rank),
        tones=TONES,
        statuses=_statuses(name, _asked(name, asked, "status")),
        words=STATUSES[name],
        fixed_word=fixed_word,
        units=units,
        persons=persons,
        most=MOST_NAMED,
        groups=groups,
        total=len(lines),
        every=len(every.items),
        judged=found.judged_on,
        others=[(each, SHORT[each]) for each in readable()],
    )


def _entries(row: Any) -> tuple[Citation, ...]:
    return (row.entry, *row.corrected_by)


def _done(asked: Values) -> Mapping[Citation, set[str]]:
    """By what each entry is to be or is counted: the obligations that it meets, fails to meet, or claims."""
    if not reader().may("organ", "duties"):
        return {}
    found: dict[Citation, set[str]] = {}
    limits = {name: asked[name] for name in ("judged_on", "known_at", "entries")}
    for row in ask(owed, ObligationFilter, limits).items:
        for entry in (*row.met_by, *row.rejected, *row.doubtful):
            found.setdefault(entry, set()).add(row.obligation)
    return found


def register_index(asked: Values) -> Shown:
    """Every register with its lines by status; the standing duties with their evidence; the lines of units."""
    cut = facts(asked["known_at"], asked["entries"])
    glances = []
    for name in readable():
        found = _asked(name, asked)
        glances.append(Glance(name, len(found.items), tuple(f for f in _statuses(name, found) if f.lines)))
    whole = cut.cut <= LOOKED_THROUGH
    standing = ask(evidence, Judged, asked) if whole else None
    return page(
        "registers.html",
        glances=glances,
        titles=REGISTERS,
        tones=TONES,
        standing=standing,
        owners=OWNERS,
        kept={name: text for name, text in request.args.items() if name in ("judged_on", "known_at", "lang")},
        units=[cut.units[unit] for unit in governed_units(cut)],
    )


def line_page(asked: Values) -> Shown:
    """The line of a unit over some days: what is on record, no verdict."""
    cut, explain = facts(asked["known_at"], asked["entries"]), explainer(asked["known_at"])
    first, last = _days(asked)
    found: Line = ask(line_of, LineFilter, {**asked, "from": first, "to": last})
    name = explain.name(found.unit)
    drawn = chart_of(
        lanes_of(cut, found.unit, LEVELS, found.period),
        found.period,
        title=explain.text("Line of {unit}").format(unit=name),
        description=explain.text("A lane per duty; hatched where nobody held it. The table below has the same."),
        key="line",
        called=explain.part_of_axis,
        width=1200,
        labels=220,
    )
    functions = sorted({each for tenure in cut.tenures() for each in tenure.functions})
    return page(
        "line.html",
        found=found,
        name=name,
        chart=drawn,
        capacities=CAPACITIES,
        levels=LEVEL_WORDS,
        functions=functions,
        held_word=lambda word: explain.text(HELD.get(word, word)),
        units=[cut.units[unit] for unit in governed_units(cut)],
    )


def _days(asked: Values) -> tuple[date, date]:
    """As asked; else from the first of January to the day as on which it is judged."""
    cut = facts(asked["known_at"], asked["entries"])
    last: date = asked["to"] or asked["judged_on"] or cut.rules.judged_on or day(cut, cut.last_recorded_at)
    return asked["from"] or date(last.year, 1, 1), last


def _page_of(name: str) -> Callable[[Values], Shown]:
    def ask_register(asked: Values) -> Shown:
        return register_page(name, asked)

    ask_register.__name__, ask_register.__doc__ = f"{name}_page", f"The register of {name}."
    return ask_register


def _route(name: str) -> Route:
    like = next(route for route in API if route.name == name)
    sort = sort_by(*(column.member for column in COLUMNS[name]))
    return Route(
        f"/registers/{name}",
        _page_of(name),
        REGISTERS[name],
        like.scopes,
        like.answer,
        (*like.parameters, *among("obligation"), sort),
        title=REGISTERS[name],
    )


_LINE = next(route for route in API if route.name == "line")
ROUTES = (
    Route(
        "/registers", register_index, N_("The registers of the office"), DUTIES, parameters=JUDGED, title="Registers"
    ),
    *(_route(name) for name in REGISTERS),
    Route(
        "/lines/{unit}",
        line_page,
        _LINE.meaning,
        DUTIES,
        None,
        tuple(replace(each, required=False) for each in _LINE.parameters),
    ),
)
