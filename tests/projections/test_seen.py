"""What was seen to go wrong for people, worst first (issue 13): a test for each, named after its number."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.core.consent import Capacity, Consent, sign_consent
from ledger.core.consent_to import Place, ToDraft
from ledger.events.acts import (
    IssueFound,
    PlanMade,
    RectificationMade,
    TalkHeld,
    WarningReported,
)
from ledger.events.register import PostRegistered, UnitEnded, UnitRegistered
from ledger.events.trust import RulesAdopted
from projections.facts.values import Instance
from projections.obligations import obligations
from projections.questions.holders import holders
from projections.signals import signals
from projections.views.facts import ViewFacts
from tests.support.builders import signer_named
from tests.support.facts_maker import Organ, at

JUDGED_ON = date(2025, 12, 31)


def rows(facts: ViewFacts, *ids: str, judged_on: date = JUDGED_ON) -> list[Instance]:
    """The rows of these obligations."""
    return list(obligations(facts, judged_on=judged_on, ids=set(ids)))


def row(facts: ViewFacts, id_: str, judged_on: date = JUDGED_ON, **wanted: object) -> Instance:
    """The one row that has these values."""
    found = [
        each
        for each in rows(facts, id_, judged_on=judged_on)
        if all(getattr(each, name) == value for name, value in wanted.items())
    ]
    assert len(found) == 1, found
    return found[0]


def test_seen_10_a_word_in_chinese_is_the_word_and_other_is_never_credited() -> None:
    """A meeting of kind 专题会议 is the special meeting; one of kind `other` fulfils nothing, though it claims it."""
    organ = Organ().staffed()
    organ.meeting("2024-03-05 09:00", ("sec", "mem", "mem2"), ref="ZH", kind="专题会议", claims=("PG1", "PS1"))
    organ.meeting("2024-04-05 09:00", ("sec", "mem", "mem2"), ref="O1", kind="other", claims=("PG2a",))
    organ.talk("mem", "head", "2024-05-06 09:00", ref="O2", kind="other", claims=("A2b",))

    facts = organ.facts()

    assert row(facts, "PG1", period="2024").status == "met"
    plan = row(facts, "PG2a", period="2024")
    assert (plan.status, [cite.ref for cite in plan.not_counted]) == ("unmet", ["O1"])
    talk = row(facts, "A2b", period="2024H1", owner="mem")
    assert (talk.status, [cite.ref for cite in talk.not_counted]) == ("unmet", ["O2"])


def test_seen_10_a_post_registered_as_secretary_owes_what_the_secretary_owes() -> None:
    """A post of another id registered with the role `secretary` owes as many duties as one called so."""
    organ = Organ()
    organ.duty(PostRegistered(ref="sj", post="书记", exclusive=True, role="secretary"), organ.opened)
    organ.assign("sec", "书记", "2023-01-01", scope=("group",), legacy=True)

    named = Organ()
    named.assign("sec", "secretary", "2023-01-01", scope=("group",), legacy=True)

    owed, of_old = (
        {each.obligation for each in rows(made.facts(), "PS1", "PS3", "PS5a", "PS6")} for made in (organ, named)
    )
    assert owed == of_old != set()


def test_seen_04_a_unit_that_ended_owes_nothing_and_is_no_gap() -> None:
    """After its last day a unit owes no yearly duty, nobody heads it, and its empty post is no gap and no vacancy."""
    organ = Organ().staffed()
    organ.duty(
        UnitRegistered(ref="new", unit="new", kind="centre", name="new", valid_from=date(2024, 7, 1)), "2024-06-28"
    )
    organ.duty(UnitEnded(ref="E", unit="aid", valid_to=date(2024, 6, 30), into=("new",)), "2024-06-28")
    organ.end("head", "2024-06-30")

    facts = organ.facts()

    owed = {(each.obligation, each.unit, each.period) for each in rows(facts, "PD1", "PD3", "PD5", "M2b", "PM2a")}
    ended = {(id_, period) for id_, unit, period in owed if unit == "aid"}
    assert {period[:4] for _, period in ended if period is not None} == {"2023", "2024"}
    assert {period for id_, period in ended if id_ in ("PD1", "M2b", "PM2a")} == {"2023"}
    assert not holders(facts, "head", "aid", date(2024, 7, 1)).titular
    assert not [each for each in signals(facts, JUDGED_ON) if each.code == "DUTY_GAP" and each.get("scope") == ("aid",)]
    assert all("vacancy" not in str(each.trigger) for each in rows(facts, "PG2b", "PS2"))


@pytest.mark.parametrize(("answered", "status"), [(None, "unmet"), ("2024-07-03", "met"), ("2024-08-01", "late")])
def test_seen_04_an_open_warning_passes_to_the_head_of_the_unit_that_took_over(
    answered: str | None, status: str
) -> None:
    """It is unanswered by the head of the new unit too, or answered by him; what he owes counts from his first day."""
    organ = Organ().staffed()
    warning = organ.duty(
        WarningReported(ref="W", author="head", addressee="mem", unit="aid", occurred_at=date(2024, 6, 20)),
        "2024-06-20 18:00",
        "head",
        "mem",
    )
    organ.duty(
        UnitRegistered(ref="new", unit="new", kind="centre", name="new", valid_from=date(2024, 7, 1)), "2024-06-28"
    )
    organ.duty(UnitEnded(ref="E", unit="aid", valid_to=date(2024, 6, 30), into=("new",)), "2024-06-28 10:00")
    organ.assign("handler", "head", "2024-07-01", scope=("new",))
    if answered is not None:
        refers = (organ.reference(warning),)
        organ.talk("handler", "head", f"{answered} 09:00", ref="T", unit="new", refers=refers, claims=("PD6c",))

    facts = organ.facts()

    assert row(facts, "PD6c", trigger="W", owner="handler").status == status
    fired = {each.events[0].ref for each in signals(facts, JUDGED_ON) if each.code == "WARNING_UNANSWERED"}
    assert fired == ({"W"} if answered != "2024-07-03" else set())


@pytest.mark.parametrize(("rectified", "status"), [(None, "unmet"), ("2024-05-20", "met"), ("2024-06-20", "late")])
def test_an_issue_with_a_due_day_needs_rectifying_by_it_by_whomever(rectified: str | None, status: str) -> None:
    """The member's finding claims the duty; whoever puts it right in time fulfils it, and nobody is `unmet`."""
    organ = Organ().staffed()
    found = IssueFound(
        ref="I", finder="mem", unit="aid", occurred_at=date(2024, 5, 6), due=date(2024, 5, 31), claims=("PM2c",)
    )
    issue = organ.duty(found, "2024-05-06 18:00", "mem", "head")
    if rectified is not None:
        on = date.fromisoformat(rectified)
        made = RectificationMade(ref="R", person="head", unit="aid", occurred_at=on, refers=(organ.reference(issue),))
        organ.duty(made, f"{rectified} 18:00", "head", "clerk")

    found_row = row(organ.facts(), "PM2c", trigger="I", owner="mem")

    assert (found_row.status, found_row.due) == (status, date(2024, 5, 31))
    assert (found_row.by is not None and found_row.by.ref) == (status == "late" and "R")


def test_a_consent_carried_by_an_entry_is_a_signature_of_it() -> None:
    """Who consented to the draft elsewhere has signed the talk: it is neither one-sided nor attested by one alone."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-11 09:00", "clerk", claims=("A2b",))
    roles: tuple[tuple[str, Capacity], ...] = (("head", "counterpart"), ("mem", "holder"))
    notes = {
        person: sign_consent(
            Consent(
                person,
                b"P" * 32,
                ToDraft(b"D" * 32, "talk.held/1", "clerk"),
                "agree",
                at("2024-03-11 10:00"),
                capacity=capacity,
                after=Place(1, b"L" * 32),
                not_after=at("2024-03-12 10:00"),
            ),
            [signer_named(f"{talk.ledger}/{person}")],
        ).data.decode()
        for person, capacity in roles
    }
    said: list[tuple[str, Any]] = [(f"asked_of.{i}", list(role)) for i, role in enumerate(roles)]
    said += [(f"consent.{i}", notes[who]) for i, (who, _) in enumerate(roles)]
    organ.entries["duty"][talk.position] = replace(talk, reserved=tuple(said))

    facts = organ.facts()

    (kept,) = facts.records(TalkHeld)
    assert kept.signed == ("clerk", "head", "mem")
    assert not {each.code for each in signals(facts, JUDGED_ON)} & {"ONE_SIDED_TALK", "SELF_ATTESTED"}
    assert row(facts, "A2b", period="2024H1", owner="mem").status == "met"


@pytest.mark.parametrize(
    "settings",
    [
        {"min_days_for_pair": 200},
        {"head_signs_unit_acts": False},
        {"quorum": {"ordinary": "half"}},
        {"secretary_reports": False},
        {"pair_follows": "holder"},
        {"timely_days": 90},
        {"countersign_days": 300},
        {"unanswered_warning_days": 300},
        {"regular_period": "year"},
        {"tolerance_days": {"talk": 300}},
    ],
)
def test_seen_02_a_rule_set_does_not_act_on_the_past(settings: dict[str, Any]) -> None:
    """What was unmet, late or doubted before a loosened rule set was adopted stays what it was; the set is named."""

    def lived(organ: Organ) -> Organ:
        organ.duty(
            WarningReported(ref="W", author="head", addressee="mem", unit="aid", occurred_at=date(2024, 2, 5)),
            "2024-02-05 18:00",
            "head",
            "mem",
        )
        organ.meeting("2024-03-05 09:00", ("sec", "clerk"), ref="M", kind="special", claims=("PG1", "PS1"))
        organ.talk("mem", "head", "2024-03-11 09:00", "mem", recorded="2024-03-30", ref="T", claims=("A2b",))
        organ.duty(PlanMade(ref="P", unit="aid", occurred_at=date(2024, 3, 12), claims=("PD1",)), "2024-03-30 12:00")
        return organ

    before, after = lived(Organ().staffed()), lived(Organ().staffed())
    adopted = RulesAdopted(layer="organ", version="2", settings=settings)
    after.duty(adopted, "2024-08-01")

    def told(organ: Organ) -> list[Instance]:
        return [
            each
            for each in obligations(organ.facts(), judged_on=JUDGED_ON)
            if (each.period or "")[:6] in ("2024", "2024H1", "2024Q1", "2024Q2") or each.trigger == "W"
        ]

    assert told(after) == told(before)
    assert [each for each in signals(after.facts(), JUDGED_ON) if each.code not in ("RULES_LOOSENED",)] == list(
        signals(before.facts(), JUDGED_ON)
    )
