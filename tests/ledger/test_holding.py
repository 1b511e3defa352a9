"""States that a thread holds: many reads of one state, and one append on the state that it is decided on."""

import sqlite3
import threading
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.errors import Refused
from ledger.events.acts import TalkHeld
from ledger.events.base import Payload
from ledger.events.record import Proposed
from ledger.events.register import PersonRegistered, UnitRegistered
from tests.support import builders


def talk(desk: builders.Desk, ref: str) -> TalkHeld:
    return TalkHeld(ref=ref, talker="p-a", counterpart="p-b", occurred_at=desk.clock.moment)


def test_what_is_held_does_not_change_under_the_reader(tmp_path: Path) -> None:
    """Another connection's append is seen by everybody but the thread that holds the state before it."""
    reader, writer = builders.duty_ledger(tmp_path), builders.open_desk("duty", tmp_path / "duty.db")
    size = reader.ledger.size()

    with reader.ledger.store.holding():
        writer.record(talk(writer, "T1"), "rec")
        assert reader.ledger.size() == size
        assert not reader.ledger.store.of_ref("T1")
        other: list[int] = []
        thread = threading.Thread(target=lambda: other.append(reader.ledger.size()))
        thread.start()
        thread.join()
        assert other == [size + 1]

    assert reader.ledger.size() == size + 1
    reader.close()
    writer.close()


def test_a_state_held_for_reading_is_not_written_to(tmp_path: Path) -> None:
    """An append on what may be an old state is a mistake of the program, and nothing is written."""
    desk = builders.duty_ledger(tmp_path)
    size = desk.ledger.size()

    with desk.ledger.store.holding(), pytest.raises(RuntimeError):
        desk.record(talk(desk, "T1"), "rec")

    assert desk.ledger.size() == size
    desk.record(talk(desk, "T1"), "rec")
    assert desk.ledger.size() == size + 1
    desk.close()


def test_what_was_registered_is_at_hand_as_if_it_were_read(tmp_path: Path) -> None:
    """The register after appends, one of which was refused, is that of a ledger opened anew."""
    desk = builders.duty_ledger(tmp_path)
    desk.record(UnitRegistered(ref="u-new", unit="u-new", kind="department"), "rec")
    unit = UnitRegistered(ref="u-other", unit="u-other", kind="department")
    with pytest.raises(Refused):
        desk.ledger.record(desk.command(unit, "rec"), desk.command(talk(desk, "T1"), "eye"))
    desk.record(PersonRegistered(person="p-new", name="新"), "rec")
    held = desk.ledger.register()
    desk.close()

    again = builders.open_desk("duty", tmp_path / "duty.db")
    assert again.ledger.register() == held
    assert {"u-new", "p-new"} <= held.kinds.keys()
    assert "u-other" not in held.kinds
    again.close()


def test_nobody_writes_between_a_decision_and_its_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While an append decides, nobody else can begin to write: it is decided on the state that it is written to."""
    desk = builders.duty_ledger(tmp_path)
    other = sqlite3.connect(tmp_path / "duty.db", timeout=0, isolation_level=None)
    propose, refused = Ledger._propose, list[str]()

    def watched(self: Ledger, payload: Payload, pending: dict[str, int]) -> Proposed:
        with pytest.raises(sqlite3.OperationalError) as error:
            other.execute("BEGIN IMMEDIATE")
        refused.append(str(error.value))
        return propose(self, payload, pending)

    monkeypatch.setattr(Ledger, "_propose", watched)
    desk.record(talk(desk, "T1"), "rec")
    other.execute("BEGIN IMMEDIATE")  # and afterwards it can
    other.close()
    desk.close()

    assert refused == ["database is locked"]
