"""Rule sets count from their day, and one that loosens is named."""

from datetime import date

from ledger.events.acts import WarningReported
from ledger.events.trust import RulesAdopted
from projections.obligations import obligations
from projections.signals import signals
from tests.support.facts_maker import JUDGED_ON, Organ


def adopt(organ: Organ, on: str, valid_from: date | None = None, **settings: object) -> None:
    organ.duty(RulesAdopted(layer="organ", version=on, valid_from=valid_from, settings=settings), on)  # type: ignore[arg-type]  # JSON


def late(organ: Organ) -> set[str]:
    found = signals(organ.facts(), judged_on=JUDGED_ON)
    return {cite.ref for signal in found if signal.code == "LATE_RECORD" for cite in signal.blamed}


def test_a_record_is_judged_by_the_tolerances_of_its_recording() -> None:
    """A tolerance loosened afterwards clears nobody, and a tightened one blames nothing recorded before."""
    organ = Organ(tolerance_days={"talk": 7}).staffed()
    organ.talk("sec", "mem", "2024-03-01", ref="T1", recorded="2024-03-20 09:00")
    adopt(organ, "2024-04-01", tolerance_days={"talk": 30})
    organ.talk("sec", "mem", "2024-05-01", ref="T2", recorded="2024-05-20 09:00")
    adopt(organ, "2024-06-01", tolerance_days={"talk": 3})

    assert late(organ) == {"T1"}


def test_a_set_counts_from_its_day_and_the_first_for_all_days_before() -> None:
    """`valid_from` lies at adoption at the earliest; the first set on record is also that of every day before it."""
    organ = Organ(timely_days=5)
    adopt(organ, "2024-04-01", date(2024, 7, 1), timely_days=10)
    adopt(organ, "2024-05-01", date(2024, 1, 1), handover_days=4)

    facts = organ.facts()
    assert [facts.rules_on(date(*on)).timely_days for on in ((2020, 1, 1), (2024, 6, 30), (2024, 7, 1))] == [5, 5, 10]
    assert facts.rules_on(date(2024, 4, 30)).handover_days == 10  # not before it was adopted
    assert facts.rules_on(date(2024, 5, 1)).handover_days == 4


def test_a_triggered_duty_is_judged_by_the_days_of_its_trigger() -> None:
    """Yesterday's unmet duty does not become met by a looser rule of today."""
    organ = Organ(timely_days=5).staffed()
    organ.duty(
        WarningReported(ref="W", author="head", addressee="mem", unit="aid", occurred_at=date(2024, 3, 1)), "2024-03-01"
    )
    before = [row.due for row in obligations(organ.facts(), judged_on=JUDGED_ON, ids={"PM2c"})]
    adopt(organ, "2024-04-01", timely_days=60)

    assert [row.due for row in obligations(organ.facts(), judged_on=JUDGED_ON, ids={"PM2c"})] == before
    assert before


def test_what_loosens_is_named_with_what_it_loosens() -> None:
    """RULES_LOOSENED names the set and its settings; one that tightens, or changes a word, is not named."""
    organ = Organ(tolerance_days={"talk": 7}, timely_days=5)
    adopt(organ, "2024-04-01", tolerance_days={"talk": 20}, timely_days=4)
    adopt(organ, "2024-05-01", timely_days=3, unit_of_money="yuan")
    adopt(organ, "2024-06-01", quorum={"ordinary": "half"})

    found = [signal for signal in signals(organ.facts(), judged_on=JUDGED_ON) if signal.code == "RULES_LOOSENED"]
    assert [(signal.weight, signal.get("settings")) for signal in found] == [
        ("medium", ("tolerance_days.talk",)),
        ("medium", ("quorum_ordinary",)),
    ]
