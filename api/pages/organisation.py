"""The organisation chart with its lines of supervision on a day, its table, and what changed against another day."""

from flask import url_for

from api.answering.envelope import valid_at
from api.asking.current import explainer, facts, reader
from api.asking.filters import ask
from api.pages.frame import Shown, page
from api.routes import DUTIES, Route, Values
from api.v1.organisation import PARAMETERS
from ledger.messages import N_
from projections.charts.organisation_chart import ChartBox, ChartColumn, organisation_chart
from projections.questions.organisation import (
    Organisation,
    OrganisationFilter,
    PostHolder,
    UnitOfOrgan,
    organisation,
)
from projections.reports.organisation_words import change_words, seat_names


def organisation_page(asked: Values) -> Shown:
    """The organ on a day as a chart and as a table, and what is otherwise than on the day to compare with."""
    found = ask(organisation, OrganisationFilter, {**asked, "valid_at": valid_at(asked)})
    say = explainer(asked["known_at"])
    return page(
        "organisation.html",
        found=found,
        chart=_drawn(found),
        changes=tuple((row, change_words(row, say)) for row in found.changes),
        names=lambda seats: seat_names(seats, say),
        has_body=bool(found.secretary or found.members or found.units),
        cut=facts(asked["known_at"]),
    )


def _drawn(found: Organisation) -> str:
    say = explainer(found.known_at)
    changed = {(row.duty, row.unit, row.person) for row in found.changes if row.change == "came"}
    moved = {(row.duty, row.unit) for row in found.changes}
    group = say.name(found.group) if found.group is not None else ""
    by_supervisor: dict[str | None, list[UnitOfOrgan]] = {}
    for unit in found.units:
        by_supervisor.setdefault(unit.supervisors[0].person if unit.supervisors else None, []).append(unit)
    heads = {seat.person: seat for seat in (*found.members, *(s for u in found.units for s in u.supervisors))}
    came = {person for _, _, person in changed}
    columns = []
    for person, seat in heads.items():
        units = by_supervisor.get(person, [])
        below = say.text("supervises {n} units").format(n=len(units)) if units else say.text("member")
        columns.append(ChartColumn(_person(seat, below, person in came), tuple(_unit(unit, moved) for unit in units)))
    if None in by_supervisor:
        vacant = ChartBox(say.text("vacant"), say.text("no supervising member"), "person", vacant=True)
        columns.append(ChartColumn(vacant, tuple(_unit(unit, moved) for unit in by_supervisor[None])))
    top = ChartBox(
        seat_names(found.secretary, say) or say.text("vacant"),
        f"{group} {say.text('secretary')}".strip(),
        "person",
        vacant=not found.secretary,
        changed=("secretary", None) in moved,
        href=url_for("pages.holders_page", subject="secretary"),
    )
    return organisation_chart(
        top,
        columns,
        title=say.text("How the organ is made up on {day}").format(day=found.valid_at),
        description=say.text("A column for each who supervises, the units beneath. The table below has the same."),
        key="organisation",
    )


def _person(seat: PostHolder, below: str, changed: bool) -> ChartBox:
    href = url_for("pages.person_page", person=seat.person) if reader().may("organ", "persons") else None
    return ChartBox(seat_names((seat,), explainer()), below, "person", changed=changed, href=href)


def _unit(unit: UnitOfOrgan, moved: set[tuple[str | None, str | None]]) -> ChartBox:
    say = explainer()
    heads = seat_names(unit.heads, say) or say.text("vacant")
    also = say.text("; also supervised by {names}").format(names=seat_names(unit.supervisors[1:], say))
    return ChartBox(
        unit.name,
        say.labelled(say.text("head"), heads) + (also if len(unit.supervisors) > 1 else ""),
        vacant=not unit.heads,
        changed=any(at in moved for at in ((None, unit.unit), ("head", unit.unit), ("supervisor", unit.unit))),
        href=url_for("pages.holders_page", subject=unit.unit),
    )


ROUTES = (
    Route(
        "/organisation",
        organisation_page,
        N_("How the organ is made up on a day"),
        DUTIES,
        None,
        PARAMETERS,
        title="Organisation",
    ),
)
