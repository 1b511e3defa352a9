"""Duties over time: all lines of the organ in one chart, and one unit or post by itself."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from flask import url_for

from api.answering.envelope import valid_at
from api.answering.listing import listed
from api.asking.current import explainer, facts, reader
from api.asking.filters import ask
from api.pages.columns import By, among, asked_for, narrowed
from api.pages.frame import LOOKED_THROUGH, Shown, page
from api.pages.links import entry_address, kind_of
from api.pages.order import in_order, sort_by
from api.routes import CURSOR, DUTIES, FORMAT, KNOWN_AT, LIMIT, VALID_AT, Parameter, Route, Values
from api.v1.duties import state_of
from api.v1.parties import FROM, holders, party_dossier
from ledger.clock import today
from ledger.errors import BadInput
from ledger.messages import N_
from projections.charts.tenure_chart import Bar, Kind, Lane, Point, tenure_chart
from projections.facts.holdings import Holding, Level, disputed_days, gaps, governed_units
from projections.facts.protocol import day
from projections.facts.values import Period, without
from projections.language.holder_words import holder_mark
from projections.language.trace_words import CATEGORIES, LEVELS
from projections.questions.heat import PeriodCount, by_period, heat
from projections.questions.holders import subject_of
from projections.questions.holders import timeline as holdings_of
from projections.questions.obligations import ObligationFilter
from projections.questions.tenures import Tenures
from projections.questions.tenures import rows as tenures_of
from projections.questions.vacancies import EVER, BreakRow, Vacancies, breaks
from projections.views.facts import ViewFacts
from projections.views.view_reads import acts_about, first_day_of_tenures

MARGIN = timedelta(days=31)
MAX_UNITS = 40
"""Lanes in one chart at most; a page with more is cut into pages of units."""


def during_of(cut: ViewFacts, asked: Values) -> Period:
    """The days that a chart shows: as asked, else from the first assignment on record to its last entry."""
    first = asked.get("from") or _first_day(cut)
    last = asked.get("to") or _last_day(cut)
    if first > last:
        raise BadInput("the days run from {} to {}: the first is after the last", first, last)
    return Period(first, last)


def _first_day(cut: ViewFacts) -> date:
    first = first_day_of_tenures(cut.views, cut.duty) or today(cut.zone)
    opened = cut.at(cut.duty, 0)
    return max(first, day(cut, opened.recorded_at) - timedelta(days=366)) if opened is not None else first


def _last_day(cut: ViewFacts) -> date:
    last = cut.at(cut.duty, cut.cut - 1)
    return (day(cut, last.recorded_at) if last is not None else today(cut.zone)) + MARGIN


def chart_of(lanes: Sequence[Lane], during: Period, **how: Any) -> str:
    """The chart of the lanes; none where nothing stands in any of them."""
    return tenure_chart(lanes, during, **how) if any(lane.bars or lane.points for lane in lanes) else ""


def lanes_of(
    cut: ViewFacts, unit: str | None, levels: tuple[Level, ...], during: Period, label: str = ""
) -> list[Lane]:
    """A lane per level of a unit's line: holders, acting, cover, disputed claims, and hatched vacancies."""
    explain = explainer(cut.known_at)
    lanes = []
    for level in levels:
        bars = [bar for holding in holdings_of(cut, level, unit, during) for bar in _bars(cut, holding)]
        for gap in gaps(cut, level, unit, during):
            vacant = explain.text("vacant")
            bars.append(Bar(vacant, gap, "gap", f"{vacant} {explain.period(gap)}"))
        name = explain.text(LEVELS[level])
        lanes.append(Lane(f"{label} {name}".strip(), tuple(bars)))
    return lanes


def _bars(cut: ViewFacts, holding: Holding) -> Iterator[Bar]:
    """The days that count, and those that rest on an assignment made up after a lead."""
    explain = explainer(cut.known_at)
    name = explain.name(holding.person)
    disputed = disputed_days(cut, holding)
    cover = all(tenure.acting == "cover" for tenure in holding.tenures)
    kind: Kind = "cover" if cover else "acting" if holding.acting else "holder"
    href = url_for("pages.person_page", person=holding.person) if reader().may("organ", "persons") else None
    for days in sorted((*without(holding.period, list(disputed)), *disputed)):
        shown: Kind = "disputed" if days in disputed else kind
        yield Bar(name, days, shown, f"{name} {explain.period(days)}", href)


def case_marks(cut: ViewFacts) -> list[Point]:
    """The openings of cases, for readers who may know of them."""
    marks = []
    for event in cut.cases():
        text = explainer().text("case {case} opened").format(case=getattr(event.payload, "case", ""))
        href = url_for("pages.case_page", case=getattr(event.payload, "case", ""))
        marks.append(Point(text, day(cut, event.recorded_at), href=href))
    return marks


def timeline(asked: Values) -> Shown:
    """Who held which duty when, over the whole organ."""
    cut = facts(asked["known_at"])
    during = during_of(cut, asked)
    explain = explainer(asked["known_at"])
    governed = governed_units(cut)
    if asked["unit"] is not None:
        governed = tuple(unit for unit in governed if unit == asked["unit"])
    lanes = lanes_of(cut, None, ("secretary",), during, "") if asked["unit"] is None else []
    for unit in governed[:MAX_UNITS]:
        lanes += lanes_of(cut, unit, ("head", "supervisor"), during, cut.units[unit].name)
    drawn = chart_of(
        lanes,
        during,
        title=explain.text("Who held which duty when"),
        description=explain.text("A lane per duty; hatched where nobody held it. The table below has the same."),
        key="timeline",
        called=explain.part_of_axis,
        markers=case_marks(cut),
        width=1200,
        labels=300,
    )
    own = (
        By("kind", N_("kind"), lambda row: (row.kind,), explain.text, links=True),
        By("duty", N_("duty"), lambda row: (row.duty,), lambda duty: explain.text(LEVELS[duty]), links=True),
    )

    def without(_: str) -> Sequence[BreakRow]:
        return narrowed(breaks(cut, during, None), asked, *own)[0]

    rows, groups = narrowed(breaks(cut, during, asked["unit"]), asked, *own)
    units = governed_units(cut)
    of_unit = By("unit", N_("unit"), lambda row: (row.unit,) if row.unit else (), explain.name, also=units)
    return page(
        "timeline.html",
        listed(in_order(rows, asked["sort"], explain.name), state_of("timeline", asked)),
        groups=(*groups, *asked_for(rows, without, asked, of_unit)),
        chart=drawn,
        during=during,
        more=len(governed) > MAX_UNITS,
    )


def holders_page(asked: Values) -> Shown:
    """Who held the duties of a unit or post on a day, and over time."""
    cut = facts(asked["known_at"])
    on, moment = valid_at(asked), asked["known_at"]
    held = holders(asked)
    found = subject_of(cut, asked["subject"])
    during = during_of(cut, {**asked, "to": asked.get("to") or max(_last_day(cut), on)})
    explain = explainer(moment)
    name = cut.units[found.unit].name if found.unit is not None and found.unit in cut.units else asked["subject"]
    acts = _acts(cut, found.unit, during) if found.unit is not None else ()
    lanes = lanes_of(cut, found.unit, found.levels, during)
    if acts:
        lanes.append(Lane(explain.text("what happened"), points=acts))
    drawn = chart_of(
        lanes,
        during,
        title=explain.text("Who held the duties of {unit}").format(unit=name),
        description=explain.text("A lane per duty; hatched where nobody held it. The table below has the same."),
        key="holders",
        called=explain.part_of_axis,
        markers=[*case_marks(cut), Point(on.isoformat(), on)],
        width=1200,
        labels=300,
    )
    known = tenures_of(cut, unit=found.unit) if found.unit is not None else tenures_of(cut, role="secretary")
    rows, groups = narrowed(
        known,
        asked,
        By("post", N_("post"), lambda row: (row.post,), lambda post: explain.text(post).replace("_", " "), links=True),
        By("person", N_("holder"), lambda row: (row.person,), explain.name),
    )
    return page(
        "holders.html",
        listed(in_order(rows, asked["sort"], explain.name), state_of("holders", asked)),
        groups=groups,
        subject=name,
        unit=found.unit,
        day_=on.isoformat(),
        held=held,
        mark=lambda holder: holder_mark(holder.flag, explain, disputed=holder.disputed),
        levels=LEVELS,
        breaks=breaks(cut, Period(EVER.first, during.last), found.unit) if found.unit is not None else [],
        chart=drawn,
        during=during,
        whole=party_dossier({**asked, "party": found.unit})
        if found.unit is not None and reader().may("organ", "evidence") and cut.cut <= LOOKED_THROUGH
        else None,
        categories=CATEGORIES,
        periods=_periods(asked, found.unit) if found.unit is not None and cut.cut <= LOOKED_THROUGH else (),
    )


def _periods(asked: Values, unit: str) -> tuple[PeriodCount, ...]:
    """How the duties of a unit stood in each year and half-year."""
    return by_period(ask(heat, ObligationFilter, {"of_unit": unit, "known_at": asked["known_at"]}).items)


MAX_ACTS = 60


def _acts(cut: ViewFacts, unit: str, during: Period) -> tuple[Point, ...]:
    """What happened about the unit, as points; left out where there is too much to be seen."""
    lines = acts_about(cut.views, cut.duty, unit, during, cut.cut, MAX_ACTS + 1)
    if len(lines) > MAX_ACTS:
        return ()
    may = reader().may("organ", "evidence")
    return tuple(
        Point(
            cut.duty.cite(line.position, line.ref).ref,
            line.occurred_on,
            f"{kind_of(line.type)} {line.ref or ''} {line.occurred_on}",
            entry_address(*cut.duty.stands(line.position)) if may else None,
        )
        for line in lines
        if line.occurred_on is not None
    )


TO = Parameter("to", "day", "Until this day.")
ROUTES = (
    Route(
        "/duties",
        timeline,
        N_("Who held which duty when"),
        DUTIES,
        Vacancies,
        (
            *(Parameter("unit", "unit", "Only this unit."), FROM, TO, KNOWN_AT, CURSOR, LIMIT, FORMAT),
            *among("kind", "duty"),
            sort_by("kind", "unit", "duty", "first", "last", "days", "persons"),
        ),
        title="Duties",
    ),
    Route(
        "/holders/{subject}",
        holders_page,
        N_("Who held the duties of a unit, or a post, on a day"),
        DUTIES,
        Tenures,
        (
            Parameter("subject", "text", "A unit's id or name, or secretary."),
            VALID_AT,
            FROM,
            TO,
            KNOWN_AT,
            CURSOR,
            LIMIT,
            FORMAT,
            *among("post", "person"),
            sort_by("name", "post", "scope", "valid_from", "valid_to", "recorded_at", "entry"),
        ),
    ),
)
