"""Of one person's answers to an entry the latest stands, whoever recorded them in which order."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ledger.checks.answers import answers, standing
from ledger.core.consent import Answer, Capacity, Consent, sign_consent
from ledger.core.consent_to import Place, ToEntry
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordRefused
from ledger.recording.entry_signatures import signatures
from tests.support.asking import Asking, asking

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Asking]:
    made = asking(tmp_path)
    made.desk.clock.moment += HOUR
    yield made
    made.close()


def say(
    desk: Asking, answer: Answer, at: datetime, person: str = "p-a", capacity: Capacity | None = "counterpart"
) -> None:
    """A consent of this moment is put on record now."""
    to = ToEntry(Place(desk.talk.position, desk.talk.leaf_hash))
    note = sign_consent(Consent(person, desk.fingerprint, to, answer, at, capacity), [desk.desk.signer(person)])
    desk.desk.record(ConsentRecorded(note=note.data.decode(), of=desk.talk), "rec")


def agreed(desk: Asking) -> set[str]:
    return set(desk.desk.ledger.agreed(desk.talk.position)) - {"rec"}


def state(desk: Asking, person: str = "p-a") -> str:
    event = desk.desk.ledger.at(desk.talk.position)
    return next(each.state for each in signatures(desk.desk.ledger, event) if each.person == person)


def test_answers_recorded_in_reverse_stand_by_their_own_time(desk: Asking) -> None:
    """A refusal made later counts although it is recorded first; so does an agreement."""
    now = desk.desk.clock.moment
    say(desk, "refuse", now)
    say(desk, "agree", now - HOUR / 2)
    assert (agreed(desk), state(desk)) == ({"p-b"}, "refused")
    say(desk, "agree", now + HOUR / 60)
    assert (agreed(desk), state(desk)) == ({"p-a", "p-b"}, "accepted")


def test_of_equal_ones_and_where_a_time_is_contradicted_the_refusal_stands(desk: Asking) -> None:
    """Equal times: the refusal. An answer dated before its entry makes no refusal go away."""
    now = desk.desk.clock.moment
    say(desk, "refuse", now)
    say(desk, "agree", now)
    assert (agreed(desk), state(desk)) == ({"p-b"}, "refused")
    say(desk, "refuse", now - 2 * HOUR, "p-b", None)  # a line of hers stands under the entry itself
    assert (agreed(desk), state(desk, "p-b")) == (set(), "refused")
    say(desk, "agree", now + HOUR / 60, "p-b", None)
    assert (agreed(desk), state(desk, "p-b")) == (set(), "refused")


def test_a_line_is_an_answer_of_its_time(desk: Asking) -> None:
    """Who signed the entry and refused it later has refused it; an acceptance after that stands again."""
    desk.desk.record(RecordRefused(refuses=desk.talk, reason="no"), "p-b")
    assert (agreed(desk), state(desk, "p-b")) == (set(), "refused")
    desk.desk.record(RecordAccepted(accepts=desk.talk, capacity="holder"), "p-b")
    assert (agreed(desk), state(desk, "p-b")) == ({"p-b"}, "accepted")


def test_a_receipt_is_no_signature_and_takes_none_away(desk: Asking) -> None:
    """It stands where there is nothing else, beside an agreement it changes nothing, and a refusal stays one."""
    now = desk.desk.clock.moment
    say(desk, "agree", now, capacity="receipt")
    assert (agreed(desk), state(desk)) == ({"p-b"}, "accepted")
    say(desk, "refuse", now + HOUR / 60)
    say(desk, "agree", now + HOUR / 40, capacity="receipt")
    assert state(desk) == "refused"
    say(desk, "agree", now + HOUR / 30)
    say(desk, "agree", now + HOUR / 20, capacity="receipt")
    assert agreed(desk) == {"p-a", "p-b"}


def test_all_are_shown(desk: Asking) -> None:
    """Every answer stays on record; only one of each person stands."""
    now = desk.desk.clock.moment
    for minute, answer in enumerate(("agree", "refuse", "agree")):
        say(desk, answer, now + minute * HOUR / 60)  # type: ignore[arg-type]
    ledger = desk.desk.ledger
    event = ledger.at(desk.talk.position)
    said = list(answers(event, ledger.history(event.position + 1)))
    assert [each.refuses for each in said if each.person == "p-a"] == [False, True, False]
    assert {person: each.agrees for person, each in standing(said).items()} == {"rec": True, "p-b": True, "p-a": True}


def test_a_number_that_nothing_bears_is_a_position(desk: Asking) -> None:
    """`#` need not be typed."""
    from ledger.recording.numbers import find_entry

    ledger = desk.desk.ledger
    assert find_entry(ledger, str(desk.talk.position)).position == desk.talk.position
    assert find_entry(ledger, f"#{desk.talk.position}").position == desk.talk.position
