"""What was seen to go wrong for people, worst first (issue 13): a test for each, named after its number."""

from datetime import date

from ledger.events.register import PostRegistered
from projections.facts.values import Instance
from projections.obligations import obligations
from projections.views.facts import ViewFacts
from tests.support.facts_maker import Organ

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
