"""The question of signals: catalogue, limits, and explanations that stay beside the signal."""

from typing import Any

import pytest

from ledger.errors import BadInput
from ledger.events.records import RecordExplained
from projections import signals as package
from projections.questions.over import Over
from projections.questions.signals import SignalFilter, SignalRow, raised
from projections.signals import CATALOGUE, blame, signals
from projections.views.facts import ViewFacts
from tests.support.facts_maker import JUDGED_ON, Organ
from tests.support.replayed import scenario_facts

CODES = (
    *(
        "LATE_RECORD",
        "PERIOD_END_BATCH",
        "AFTER_INSPECTION_NOTICE",
        "AFTER_LEAD",
        "AFTER_CASE_OPENED",
        "POST_READ_RECORD",
    ),
    *(
        "NEAR_DUPLICATE_TEXT",
        "TEMPLATE_ONLY",
        "ANACHRONISM",
        "TWO_PLACES_AT_ONCE",
        "NOT_IN_POST",
        "ONE_SIDED_TALK",
        "COUNTERSIGN_LATE",
    ),
    *(
        "SAME_SESSION_SIGNATURES",
        "PARTICIPANT_UNABLE_TO_SIGN",
        "NO_QUORUM",
        "VOTE_MATH",
        "RULES_LOOSENED",
        "NO_MINUTES",
        "MINUTES_LATE",
    ),
    *("DISSENT_EDITED_LATER", "RETRO_ASSIGNMENT", "DUTY_GAP", "DUTY_OVERLAP", "EVIDENCE_REUSED", "EVIDENCE_YOUNGER"),
    *(
        "DOC_NUMBER_CLASH",
        "SELF_ATTESTED",
        "NON_WORKING_DAY",
        "SILENCE_THEN_BURST",
        "TOO_REGULAR",
        "DOUBLE_CREDIT",
        "SCOPE_MISMATCH",
    ),
    *(
        "HANDOVER_MISSING",
        "HANDOVER_OMITS_KNOWN_RISK",
        "WARNING_UNANSWERED",
        "WARNING_MISADDRESSED",
        "CHECK_SKIPPED_UNIT",
        "ROTATION_OVERDUE",
    ),
    *("MOVE_DURING_CASE", "CHAIN_BREAK", "ANCHOR_MISMATCH", "KEY_INVALID", "EVIDENCE_UNREADABLE"),
)


def test_every_signal_of_the_table_is_decided_or_said_to_be_undecidable() -> None:
    """The catalogue has all codes; what is decided names its inputs and benign reasons, what is not says why."""
    assert tuple(CATALOGUE) == CODES
    decided = {code for code, entry in CATALOGUE.items() if entry.rule is not None}
    assert {code for code, row in CATALOGUE.items() if row.inputs is not None} == decided
    assert all(CATALOGUE[code].benign for code in decided)
    undecided = {code for code, entry in CATALOGUE.items() if entry.undecided is not None}
    assert undecided | decided == set(CODES)
    assert all(code in (package.__doc__ or "") for code in undecided)


def signal_rows(facts: ViewFacts, **limits: Any) -> tuple[SignalRow, ...]:
    return raised(Over(facts), SignalFilter(judged_on=JUDGED_ON, **limits)).items


def late_talk(organ: Organ) -> None:
    organ.talk("mem", "head", "2024-03-04 09:00", recorded="2024-04-01", ref="LATE")
    organ.talk("mem2", "head2", "2024-03-04 09:00", recorded="2024-04-01", ref="OTHER")


def test_an_explanation_stays_beside_the_signal_and_takes_nothing_away() -> None:
    """The explained signal fires as before; the explanation names its author, and stands at no other signal."""
    organ = Organ().staffed()
    late_talk(organ)
    explained = next(entry for entry in organ.entries["duty"] if entry.payload.ref == "LATE")
    before = signals(organ.facts(), JUDGED_ON)
    given = RecordExplained(explains=organ.reference(explained), signal="LATE_RECORD", explanation="in hospital")
    organ.duty(given, "2024-04-02", "mem")
    facts = organ.facts()
    rows = {row.events[0].ref: row for row in signal_rows(facts, code="LATE_RECORD")}

    assert signals(facts, JUDGED_ON) == before
    assert [(e.by, e.text) for e in rows["LATE"].explanations] == [("mem", "in hospital")]
    assert rows["OTHER"].explanations == ()
    others = [row for row in signal_rows(facts) if row.code != "LATE_RECORD"]
    assert all(not row.explanations for row in others)


def test_an_explanation_is_known_from_its_recording_on() -> None:
    """As known before it was given, the signal stands alone."""
    organ = Organ().staffed()
    late_talk(organ)
    explained = next(entry for entry in organ.entries["duty"] if entry.payload.ref == "LATE")
    moment = organ.entries["duty"][-1].recorded_at
    organ.duty(RecordExplained(explains=organ.reference(explained), signal="LATE_RECORD"), "2024-04-02", "mem")

    (row,) = signal_rows(organ.facts(moment), code="LATE_RECORD", person="head")
    assert row.explanations == ()


def test_limits_are_by_code_weight_and_party() -> None:
    """A signal concerns whom its entries touch and whom its detail names."""
    organ = Organ().staffed()
    late_talk(organ)
    facts = organ.facts()

    assert {row.events[0].ref for row in signal_rows(facts, person="head", weight="medium")} == {"LATE"}
    assert signal_rows(facts, code="LATE_RECORD", weight="high") == ()
    assert signal_rows(facts, person="head", unit="office") == ()
    for wrong in ({"code": "NOISE"}, {"code": "CHAIN_BREAK"}, {"weight": "heavy"}):
        with pytest.raises(BadInput):
            signal_rows(facts, **wrong)


def test_judging_the_whole_once_blames_as_judging_each_by_what_lies_near(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many records the whole is judged once; every record is blamed by the same signals as judged alone."""
    records = [record for record in scenario_facts().records() if getattr(record.payload, "claims", None)]
    near = blame(scenario_facts(), records, JUDGED_ON)
    monkeypatch.setattr(package, "MANY", 1)
    whole = blame(scenario_facts(), records, JUDGED_ON)

    assert near
    for record in records:
        cite = scenario_facts().cite(record)
        assert set(near.get(cite, ())) == set(whole.get(cite, ()))
