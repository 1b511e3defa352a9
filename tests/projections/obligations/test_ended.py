"""After its end a unit owes nothing, and nobody owes anything by it (scenarios: units live)."""

from datetime import date

import pytest

from ledger.events.acts import IssueFound
from ledger.events.register import UnitEnded
from projections.obligations import obligations
from tests.support.facts_maker import Organ

JUDGED = date(2024, 12, 31)


@pytest.mark.parametrize(("left", "statuses"), [("2024-06-25", []), ("2024-06-03", ["unmet"])])
def test_a_vacancy_that_ended_with_its_unit_before_it_was_to_be_filled_asks_for_nothing(
    left: str, statuses: list[str]
) -> None:
    """Five working days had not passed; where they had, the headship stood vacant too long while the unit lived."""
    organ = Organ(opened="2024-01-02").staffed()
    organ.end("head", left)
    organ.duty(UnitEnded(ref="E", unit="aid", valid_to=date(2024, 6, 30), into=("office",)), "2024-06-30")

    rows = obligations(organ.facts(), judged_on=JUDGED, ids=("PG2b",))

    assert [row.status for row in rows if row.trigger] == statuses


def test_who_headed_nothing_but_what_has_ended_is_no_head() -> None:
    """A problem that he finds afterwards, about no unit, makes no row of what heads owe."""
    organ = Organ(opened="2024-01-02").staffed()
    organ.duty(UnitEnded(ref="E", unit="aid", valid_to=date(2024, 6, 30)), "2024-06-28")
    for ref, finder, on in (("I1", "head", date(2024, 6, 28)), ("I2", "head", date(2024, 7, 8))):
        organ.duty(IssueFound(ref=ref, finder=finder, occurred_at=on, claims=("PD6c",)), f"{on} 20:00", finder)

    rows = obligations(organ.facts(), judged_on=JUDGED, ids=("PD6c",))

    assert [row.trigger for row in rows] == ["I1"]
