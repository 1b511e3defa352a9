"""Records of a real organ's kind: units and posts, talks whose texts are formulaic or each like no other."""

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ledger.application import Command
from ledger.events.acts import TalkHeld
from ledger.events.record import Recorded
from ledger.events.register import PersonRegistered, UnitRegistered
from ledger.events.tenure import AssignmentMade
from ledger.home.directory import Home
from tests.support import builders
from tests.tools.formulaic import formulaic

BATCH = 500
Text = Callable[[int, random.Random], str]


def distinct(number: int, _: random.Random) -> str:
    """A text like no other."""
    return "".join(chr(0x4E00 + byte * 37 % 6000) for byte in hashlib.shake_256(b"%d" % number).digest(110))


@dataclass(frozen=True, slots=True)
class Talks:
    """Talks one after the other between the heads of the units, one in ten signed by both sides, too."""

    desk: builders.Desk
    units: int
    text: Text = formulaic

    def commands(self, first: int, count: int) -> Iterator[Command]:
        """The commands that record talks number `first` and on."""
        rng = random.Random(first)  # noqa: S311 - test data
        for number in range(first, first + count):
            self.desk.clock.moment += timedelta(minutes=20)
            whole = number % 10 == 0
            talker, other = ("p-a", "p-b") if whole else (f"h-{rng.randrange(self.units)}", f"h-{number % self.units}")
            if talker == other:
                other = "p-c"
            talk = TalkHeld(
                ref=f"T{number}",
                talker=talker,
                counterpart=other,
                occurred_at=self.desk.clock.moment,
                text=self.text(number, rng),
            )
            yield self.desk.command(talk, *(("rec", "p-a", "p-b") if whole else ("rec",)))


def organ(directory: Path, entries: int, *, units: int = 12, text: Text = formulaic) -> Home:
    """A directory with a sealed duty ledger of so many talks in an organ of so many units."""
    home = Home(directory)
    home.create()
    desk = builders.duty_ledger(directory)
    registrations = [
        desk.command(UnitRegistered(ref=f"u-{n}", unit=f"u-{n}", kind="department"), "rec") for n in range(units)
    ]
    registrations += [
        desk.command(PersonRegistered(ref=f"h-{n}", person=f"h-{n}", name=f"负责人{n}"), "rec") for n in range(units)
    ]
    desk.ledger.record(*registrations)
    desk.ledger.record(
        *(
            desk.command(
                AssignmentMade(
                    ref=f"A{n}", person=f"h-{n}", post="member", scope=(f"u-{n}",), valid_from=date(2024, 1, 2)
                ),
                "rec",
            )
            for n in range(units)
        )
    )
    talks = Talks(desk, units, text)
    for first in range(0, entries, BATCH):
        desk.ledger.record(*talks.commands(first, min(BATCH, entries - first)))
    desk.ledger.seal(desk.signer("svc"))
    desk.close()
    return home


def stored(home: Home) -> list[tuple[bytes, bytes]]:
    """(entry, stored body) of every entry."""
    ledger = home.open("duty")
    try:
        return [(row["entry"], row["body"]) for row in ledger.store.events(0)]
    finally:
        ledger.close()


def bodies_of(events: Sequence[Recorded]) -> list[bytes]:
    """The stored bodies that these events would have."""
    from ledger.core.body import format_body, make_body
    from ledger.events.flat import flatten

    return [format_body(make_body(flatten(event.payload), lambda: bytes(16))) for event in events]
