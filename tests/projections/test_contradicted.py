"""An answer that rests on an entry whose own time the anchors contradict says so."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.encoding import b64decode
from ledger.events.base import Payload
from ledger.events.trust import PolicyAdopted
from ledger.placement import ANCHORS, MAIN
from projections.questions.dossier import DossierFilter, dossier
from projections.questions.holders import TIME_CONTRADICTED, holders
from projections.questions.over import Over
from projections.views.anchors import anchor_book
from tests.support.anchoring import WITNESSES, cosigned, policy_text
from tests.support.builders import signer_named
from tests.support.facts_maker import Organ

ORIGIN = "example.org/duty"


def in_stream(organ: Organ, stream: str, payload: Payload, recorded: str) -> None:
    organ._record("duty", payload, recorded, ("clerk",), SimpleNamespace(originator_id=stream))  # type: ignore[arg-type]


def anchored(organ: Organ, size: int, at: datetime, recorded: str) -> None:
    """A policy of one witness, and its cosignature of `at` over the first `size` entries."""
    in_stream(organ, MAIN, PolicyAdopted(policy=policy_text(1, 1)), recorded)
    note = sign_checkpoint(Checkpoint(ORIGIN, size, b64decode("A" * 43 + "=")), signer_named(ORIGIN)).decode()
    in_stream(organ, ANCHORS, cosigned(note, WITNESSES[0], at), recorded)


def flags(organ: Organ) -> list[tuple[str, str | None, bool]]:
    answer = holders(organ.facts(), "head", "aid", date(2024, 3, 5))
    return [(holder.person, holder.flag, holder.disputed) for holder in answer.titular]


def appointed() -> tuple[Organ, int]:
    organ = Organ()
    made = organ.assign("head", "head", "2024-03-01", scope=("aid",))
    return organ, made.position


def test_an_assignment_recorded_after_it_was_seen_is_disputed() -> None:
    """A witness saw the assignment in January; its record claims March: the holder is named, and marked disputed."""
    organ, position = appointed()
    assert flags(organ) == [("head", None, False)]
    anchored(organ, position + 1, datetime(2024, 1, 5, tzinfo=UTC), "2024-03-02")

    assert flags(organ) == [("head", TIME_CONTRADICTED, True)]
    found = dossier(Over(organ.facts()), DossierFilter(party="head", judged_on=date(2024, 12, 31)))
    assert [row.entry.position for row in found.tenures if row.disputed] == [position]


def test_an_assignment_within_its_bounds_is_not() -> None:
    """Seen a day after it was recorded, or not seen at all, an assignment carries no mark."""
    organ, position = appointed()
    anchored(organ, position + 1, datetime(2024, 3, 3, tzinfo=UTC), "2024-03-04")
    assert flags(organ) == [("head", None, False)]

    other, position = appointed()
    anchored(other, position, datetime(2024, 1, 5, tzinfo=UTC), "2024-03-02")
    assert flags(other) == [("head", None, False)]


def test_an_assignment_that_claims_a_time_already_past_is_disputed() -> None:
    """Recorded behind an anchor of April, an assignment cannot have been recorded in March."""
    organ = Organ()
    anchored(organ, 1, datetime(2024, 4, 1, tzinfo=UTC), "2024-02-01")
    organ.assign("head", "head", "2024-03-01", scope=("aid",))

    assert flags(organ) == [("head", TIME_CONTRADICTED, True)]


def test_the_book_follows_the_views() -> None:
    """The book of the views is folded anew when an anchor was added, and is empty where there is none."""
    organ, position = appointed()
    facts = organ.facts()
    assert anchor_book(facts.views, facts.duty).tokens == 0
    anchored(organ, position + 1, datetime(2024, 3, 3, tzinfo=UTC), "2024-03-04")
    facts.views.apply(organ.entries["duty"][position + 1 :])
    assert anchor_book(facts.views, facts.duty).confirmed() == position + 1
    anchored(organ, position + 3, datetime(2024, 3, 4, tzinfo=UTC) + timedelta(hours=1), "2024-03-05")
    facts.views.apply(organ.entries["duty"][position + 3 :])

    assert anchor_book(facts.views, facts.duty).confirmed() == position + 3
