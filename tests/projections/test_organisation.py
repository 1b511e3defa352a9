"""The organ on a day: who holds which post, who supervises what, and what changed since another day."""

from datetime import date
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from projections.charts.organisation_chart import ChartBox, ChartColumn, organisation_chart
from projections.questions.organisation import Organisation, OrganisationFilter, organisation
from projections.questions.over import Over
from tests.support import replayed as support
from tests.support import web
from tests.support.command import zeren

SVG = "{http://www.w3.org/2000/svg}"


def on(day: date, against: date | None = None, scenario: str = "yunxi") -> Organisation:
    facts = support.scenario_facts(support.SCENARIOS / f"{scenario}.yaml")
    return organisation(Over(facts, "en"), OrganisationFilter(valid_at=day, against=against))


@pytest.mark.parametrize(
    ("day", "secretary", "acting", "head", "supervisor"),
    [
        (date(2024, 1, 31), "沈知行", False, "丁维", ("贺立新",)),
        (date(2024, 3, 20), "贺立新", True, "高建树", ("贺立新",)),
        (date(2024, 7, 20), "秦若澜", False, "高建树", ("邵启东",)),
    ],
)
def test_who_holds_what_on_a_day(
    day: date, secretary: str, acting: bool, head: str, supervisor: tuple[str, ...]
) -> None:
    """Secretary, head and supervising member as `holders` has them; acting is marked."""
    found = on(day)
    unit = next(row for row in found.units if row.unit == "c-aid")
    assert [(seat.name, seat.acting) for seat in found.secretary] == [(secretary, acting)]
    assert [seat.name for seat in unit.heads] == [head]
    assert tuple(seat.name for seat in unit.supervisors) == supervisor
    assert secretary not in {seat.name for seat in found.members}


def test_what_is_otherwise_than_on_another_day() -> None:
    """Who came and who left, at which unit, with the entry that says so; nothing where the days are one."""
    found = on(date(2024, 7, 20), date(2024, 6, 20))
    said = {(row.change, row.duty, row.unit, row.name, row.entry.ref if row.entry else None) for row in found.changes}
    assert ("left", "supervisor", "c-aid", "贺立新", "E002") in said
    assert ("came", "supervisor", "c-aid", "邵启东", "E078") in said
    assert ("came", "membership", None, "邵启东", None) in said
    assert on(date(2024, 7, 20), date(2024, 7, 20)).changes == ()


def test_units_that_begin_end_and_change_their_name() -> None:
    """A unit is in the chart on the days of its life, under the name of the day."""
    found = on(date(2024, 12, 31), date(2023, 1, 1), "office-records")
    assert {row.change for row in found.changes} >= {"renamed"}
    renamed = next(row for row in found.changes if row.change == "renamed")
    assert renamed.unit_name != renamed.name
    assert {row.unit for row in found.units} >= {renamed.unit}


def test_the_chart_has_a_box_for_each_and_no_line_behind_one() -> None:
    """Each name is drawn; vacancies are hatched; lines keep to the room between the boxes."""
    columns = [
        ChartColumn(
            ChartBox(f"P{number}", "m", "person"), tuple(ChartBox(f"U{number}.{n}", "h") for n in range(number))
        )
        for number in range(7)
    ]
    text = organisation_chart(ChartBox("S", "", "person", vacant=True), columns, title="t", description="d", key="k")
    root = ET.fromstring(text)  # noqa: S314 - our own text, that it parses is the claim
    boxes = [each for each in root.iter(f"{SVG}rect") if (each.get("class") or "").startswith("box")]
    assert len(boxes) == 1 + 7 + 21
    assert sum(each.get("class") == "box vacant" for each in boxes) == 1
    places = [tuple(float(each.attrib[name]) for name in ("x", "y", "width", "height")) for each in boxes]
    for x, y, wide, tall in places:
        assert not any(
            (x, y) != (other[0], other[1])
            and x < other[0] + other[2]
            and other[0] < x + wide
            and y < other[1] + other[3]
            and other[1] < y + tall
            for other in places
        )


def test_page_and_command_say_the_same() -> None:
    """The page has chart, table and changes in words; the command prints them."""
    app: Flask = web.application(web.copied(web.home()), open=True)
    try:
        path = "/organisation?valid_at=2024-07-20&against=2024-06-20&lang=en"
        text = app.test_client().get(path).text
    finally:
        web.close(app)
    said = zeren(web.home().directory, "organisation", "--valid-at", "2024-07-20", "--against", "2024-06-20").out
    assert "邵启东 is supervising member of 辅助器具资源中心" in text
    assert 'class="box' in text
    assert "辅助器具资源中心" in said
    assert "E078" in said
