"""The signals as a whole: the catalogue, their order, blame near a few records, and what it leaves of an act."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.events.acts import EducationHeld
from ledger.events.base import Attachment
from ledger.events.case_work import QueryMade
from ledger.events.record import Recorded
from projections.facts.values import Citation, Signal
from projections.signals import CATALOGUE, blame, credit, credited, judging_day, signals
from projections.signals.background import background_of
from projections.signals.crediting import ASIDE, BLAMING, DECIDING, DOUBTS, REJECTING, blame_among
from projections.signals.inquiry import Inquiry
from projections.views.facts import ViewFacts
from tests.support.facts_maker import Organ
from tests.support.replayed import scenario_facts

CODES = [
    *("LATE_RECORD", "PERIOD_END_BATCH", "AFTER_INSPECTION_NOTICE", "AFTER_LEAD", "AFTER_CASE_OPENED"),
    *("POST_READ_RECORD", "NEAR_DUPLICATE_TEXT", "TEMPLATE_ONLY", "ANACHRONISM", "TWO_PLACES_AT_ONCE"),
    *("NOT_IN_POST", "ONE_SIDED_TALK", "COUNTERSIGN_LATE", "SAME_SESSION_SIGNATURES", "PARTICIPANT_UNABLE_TO_SIGN"),
    *(
        "NO_QUORUM",
        "VOTE_MATH",
        "RULES_LOOSENED",
        "NO_MINUTES",
        "MINUTES_LATE",
        "DISSENT_EDITED_LATER",
        "RETRO_ASSIGNMENT",
    ),
    *("DUTY_GAP", "DUTY_OVERLAP", "EVIDENCE_REUSED", "EVIDENCE_YOUNGER", "DOC_NUMBER_CLASH", "SELF_ATTESTED"),
    *("NON_WORKING_DAY", "SILENCE_THEN_BURST", "TOO_REGULAR", "DOUBLE_CREDIT", "SCOPE_MISMATCH"),
    *(
        "HANDOVER_MISSING",
        "HANDOVER_OMITS_KNOWN_RISK",
        "WARNING_UNANSWERED",
        "WARNING_MISADDRESSED",
        "CHECK_SKIPPED_UNIT",
    ),
    *("ROTATION_OVERDUE", "MOVE_DURING_CASE", "CHAIN_BREAK", "ANCHOR_MISMATCH", "KEY_INVALID"),
    "EVIDENCE_UNREADABLE",
]


def test_the_catalogue_lists_every_code_with_a_rule_or_the_reason_for_none() -> None:
    """Each known code is in the catalogue, says what fires it, and has a rule or says why it cannot be decided."""
    assert list(CATALOGUE) == CODES
    for code, entry in CATALOGUE.items():
        assert entry.code == code
        assert entry.weights
        assert entry.fires
        assert entry.benign
        assert entry.rule is not None or entry.undecided


def test_each_rule_states_itself_and_its_benign_reasons() -> None:
    """A rule's docstring begins with its code and tells the benign reasons, where there can be any."""
    for code, entry in CATALOGUE.items():
        if entry.rule is not None:
            said = entry.rule.__doc__ or ""
            assert said.startswith(f"{code}:"), code
            assert "enign" in said or entry.benign == "none", code


def test_a_signal_has_a_weight_that_its_code_may_have() -> None:
    """No signal of the scenario has a weight outside the catalogue's, and what blames is among what is named."""
    for signal in signals(scenario_facts()):
        assert signal.weight in CATALOGUE[signal.code].weights
        assert set(signal.blamed) <= set(signal.events)


def test_what_decides_over_an_act_is_what_the_catalogue_says() -> None:
    """A rule left out where an act is judged never has weight high and is no doubt; one left out where no more is asked
    than whether it is rejected never has weight high; those left do or are."""
    of = {entry.rule: entry for entry in CATALOGUE.values()}
    for rule in BLAMING:
        high, doubt = "high" in of[rule].weights, of[rule].code in DOUBTS
        assert (rule in ASIDE) is not (high or doubt)
        assert (rule in REJECTING) is high
    assert [*DECIDING] == [rule for rule in BLAMING if rule not in ASIDE]


def test_what_is_left_of_an_act_is_the_same_by_the_rules_that_decide() -> None:
    """Of each record of the scenario the credit is the same by all rules and by those that decide, and it is rejected
    by all where it is by those that reject."""
    facts = scenario_facts()
    q, records = Inquiry(facts, judging_day(facts), ()), facts.records()
    every, decided, rejected = (blame_among(q, records, rules) for rules in (BLAMING, DECIDING, REJECTING))
    left = {cite: credit(every.get(cite, ())) for cite in map(facts.cite, records)}
    assert left == {cite: credit(decided.get(cite, ())) for cite in left}
    assert {cite for cite in left if left[cite] == "rejected"} == {
        cite for cite in rejected if credit(rejected[cite]) == "rejected"
    }
    assert {"rejected", "doubtful", "credited"} <= set(left.values())


def test_the_order_is_the_catalogues_and_stable() -> None:
    """Asked again on other facts of the same cut, the signals are the same in the same order."""
    first, second = signals(scenario_facts()), signals(ViewFacts(scenario_facts().views))
    assert first == second
    assert [signal.code for signal in first] == sorted((signal.code for signal in first), key=CODES.index)


def test_a_question_for_one_code_is_answered_as_in_the_whole() -> None:
    """Asking for some codes gives their signals and no others; for a duty's code the records are not read through."""
    facts = ViewFacts(scenario_facts().views)
    wanted = {"ROTATION_OVERDUE", "DUTY_GAP"}
    assert signals(facts, codes=wanted) == tuple(s for s in signals(scenario_facts()) if s.code in wanted)
    assert not background_of(facts).has_read


def test_only_what_is_known_at_the_cut_is_judged() -> None:
    """At an earlier cut no signal names a record made after it."""
    moment = datetime(2024, 10, 14, 2, tzinfo=UTC)
    facts = scenario_facts(known_at=moment)
    recorded = {facts.cite(record): record.recorded_at for record in scenario_facts().records()}
    found = signals(facts)
    assert {"PERIOD_END_BATCH", "NO_QUORUM"} <= {signal.code for signal in found}
    assert all(recorded[cite] <= moment for signal in found for cite in signal.events if cite in recorded)
    assert not [signal for signal in found if signal.code == "AFTER_CASE_OPENED"]


def blamed_by(found: Sequence[Signal]) -> dict[Citation, set[Signal]]:
    held: defaultdict[Citation, set[Signal]] = defaultdict(set)
    for signal in found:
        for cite in signal.blamed:
            held[cite].add(signal)
    return dict(held)


def assert_blame_agrees(facts: ViewFacts, judged_on: date | None = None) -> None:
    whole = blamed_by(signals(facts, judged_on))
    records = facts.records()
    alone: dict[Citation, set[Signal]] = {}
    for record in records:
        found = blame_among(Inquiry(ViewFacts(facts.views), judging_day(facts, judged_on)), [record])
        assert set(found) <= {facts.cite(record)}
        alone |= {cite: set(rows) for cite, rows in found.items()}
    assert alone == whole
    assert {cite: set(rows) for cite, rows in blame(facts, records, judged_on).items()} == whole


def test_blame_of_one_record_is_what_the_whole_says_of_it() -> None:
    """Judging each of the scenario's records alone, by what lies near it, gives what judging the whole gives."""
    assert_blame_agrees(scenario_facts())


@pytest.mark.parametrize("seed", range(3))
def test_blame_agrees_on_disorderly_records_too(seed: int) -> None:
    """On random records full of batches, copies, overlaps and reused photos, near and whole agree."""
    rng = random.Random(seed)  # noqa: S311 - test data
    organ = Organ(opened="2024-01-01", batch={"min_records": 3, "min_spread_days": 15}).staffed()
    organ.case(QueryMade(ref="Q", concerns=("head", "aid")), "2024-04-01")
    organ.open_case("2024-05-01", "2024-03-15")
    words = ["谈了发票连号和拆分采购的问题要求一周内说明", "听取预算执行情况研究下一步工作安排", "见T3"]
    moment = datetime(2024, 1, 2, 1)  # noqa: DTZ001 - the maker gives it the organ's zone
    for number in range(40):
        moment += timedelta(hours=rng.choice([0, 0, 0, 0, 1, 3, 23, 25, 90]), minutes=rng.randrange(60))
        occurred = moment - timedelta(days=rng.choice([0, 1, 1, 3, 20, 45]), minutes=30)
        recorder = rng.choice(["clerk", "mem"])
        if rng.random() < 0.7:
            talker, counterpart = rng.sample(["sec", "mem", "mem2", "head", "head2"], 2)
            more: dict[str, Any] = {"text": rng.choice(words)} if rng.random() < 0.5 else {}
            organ.talk(
                talker,
                counterpart,
                occurred.isoformat(),
                *dict.fromkeys((recorder, *rng.sample([talker, counterpart], rng.randrange(3)))),
                recorded=moment.isoformat(),
                ref=f"T{number}",
                claims=("A2b",),
                ends=(occurred + timedelta(minutes=20)).isoformat(),
                **more,
            )
        else:
            photo = (Attachment(sha256=rng.choice(["aa", "bb"]) * 32),) if rng.random() < 0.3 else None
            body = rng.choice(["group", "aid"])
            payload = EducationHeld(
                ref=f"E{number}", body=body, claims=("PG3a",), attachments=photo, occurred_at=occurred.date()
            )
            organ.duty(payload, moment.isoformat(), recorder)
    facts = organ.facts()
    codes = {signal.code for signal in signals(facts)}
    assert {"PERIOD_END_BATCH", "LATE_RECORD", "SELF_ATTESTED", "NEAR_DUPLICATE_TEXT"} <= codes
    assert_blame_agrees(facts)


def test_entries_of_a_case_ledger_are_never_blamed() -> None:
    """Asked about the inspectors' own entries, blame has nothing to say."""
    facts = scenario_facts()
    asked = facts.records(ledger="case")
    assert blame_among(Inquiry(facts, judging_day(facts)), asked) == {}
    assert not blame(facts, asked).keys() & {facts.cite(record) for record in asked}


def test_blame_of_a_record_without_text_or_file_reads_no_more_than_lies_near() -> None:
    """Blaming a plan asks no question that names neither a type, a person, a unit nor a claim."""
    facts = ViewFacts(scenario_facts().views)
    asked: list[tuple[Any, Any]] = []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            if name != "records":
                return getattr(facts, name)

            def records(*types: Any, **named: Any) -> Any:
                asked.append((types, {key for key in named if key != "ledger"} or named.get("ledger") == "case"))
                return facts.records(*types, **named)

            return records

    (plan,) = [record for record in facts.records() if record.type == "plan.made/1"]
    blame(Watched(), [plan])
    assert asked
    assert [question for question in asked if not any(question)] == []


def test_what_signals_leave_of_an_act() -> None:
    """High rejects, an undeclared doubt makes doubtful, a declared lateness is named as such, the rest is credited."""

    def one(code: str, weight: Any, **detail: object) -> Signal:
        return Signal(code, weight, (), (), tuple(detail.items()))

    late = one("LATE_RECORD", "medium", undeclared=True)
    declared = one("LATE_RECORD", "info", declared=True)
    assert credit([late, one("TWO_PLACES_AT_ONCE", "high")]) == "rejected"
    for code in ("PERIOD_END_BATCH", "NEAR_DUPLICATE_TEXT", "ONE_SIDED_TALK"):
        assert credit([declared, one(code, "medium")]) == "doubtful"
    assert credit([late]) == "doubtful"
    assert credit([declared, one("NON_WORKING_DAY", "info")]) == "declared_late"
    assert credit([one("NO_MINUTES", "medium"), one("SELF_ATTESTED", "low")]) == "credited"
    assert credit([]) == "credited"


def test_credited_keeps_the_order_and_leaves_out_what_does_not_count() -> None:
    """Of the scenario's talks by one member the sound ones remain, in order."""
    facts = scenario_facts()

    def talks() -> list[Recorded]:
        return [r for r in facts.records(claims="A2b") if getattr(r.payload, "talker", "") == "p-he"]

    assert [record.ref for record in talks()] == ["E026", "E027", "E034", "E044", "E094"]
    assert [record.ref for record in credited(facts, talks())] == ["E026", "E027", "E034"]
