"""A talk on record, a draft of another, and requests about both, put together as whoever asks would."""

import hashlib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from ledger.consents.request import Ask, Cited, Request
from ledger.core.body import Body, make_body, parse_body
from ledger.core.consent import Capacity, draft_digest
from ledger.core.consent_to import Place, ToDraft, ToEntry
from ledger.events.acts import TalkHeld
from ledger.events.base import Attachment, Payload
from ledger.events.fields import EntryReference
from ledger.events.flat import flatten
from tests.support.builders import Desk, duty_ledger

FILE = b"minutes of the talk"


@dataclass(slots=True)
class Asking:
    """A duty ledger in which `rec` recorded a talk of `p-b` with `p-a` that refers to an earlier one."""

    desk: Desk
    first: EntryReference
    talk: EntryReference

    def close(self) -> None:
        self.desk.close()

    @property
    def fingerprint(self) -> bytes:
        return self.desk.ledger.opened.leaf_hash

    def cited(self, position: int) -> Cited:
        entry, stored = self.desk.ledger.entry_at(position)
        return Cited(entry, parse_body(stored))

    def about_entry(
        self, position: int, capacity: Capacity | None = "counterpart", *, hide: Iterable[str] = (), **more: Any
    ) -> Ask:
        """The question about an entry as it stands."""
        cited = self.cited(position)
        to = ToEntry(Place(position, cited.entry.leaf_hash))
        return Ask(to, cited.body.without(hide), capacity, entry=cited.entry, **more)

    def draft(self, payload: Payload, asked: Iterable[tuple[str, str]], salt: int = 1) -> Body:
        """The body of a draft that names who is asked."""
        salts = itertools.count(salt)
        fields = [*flatten(payload), *((f"asked_of.{i}", list(each)) for i, each in enumerate(asked))]
        return make_body(fields, lambda: next(salts).to_bytes(16, "big"))

    def about_draft(self, body: Body, capacity: Capacity = "counterpart", **more: Any) -> Ask:
        """The question about a draft of a talk by `rec`."""
        last = self.cited(self.desk.ledger.size() - 1).entry
        fixed = {"after": last, "not_after": self.desk.clock.moment + timedelta(days=30), **more}
        return Ask(ToDraft(draft_digest(body.digests), "talk.held/1", "rec"), body, capacity, **fixed)

    def request(self, *asks: Ask, person: str = "p-a") -> Request:
        """A request to one person."""
        names = {"p-a": "甲", "p-b": "乙", "u-dept": "办公室"}
        return Request(self.desk.origin, self.fingerprint, person, asks, names)


def talk(ref: str, text: str, **more: Any) -> TalkHeld:
    """A talk of `p-b` with `p-a`."""
    day = date(2024, 1, 2)
    return TalkHeld(ref=ref, occurred_at=day, unit="u-dept", text=text, talker="p-b", counterpart="p-a", **more)


def asking(directory: Path, moment: datetime | None = None) -> Asking:
    """The ledger of the talks; with a moment its last entries are of then."""
    desk = duty_ledger(directory)
    if moment is not None:
        desk.clock.moment = moment - timedelta(seconds=9)
    first = desk.record(talk("T1", "第一次"), "rec").reference
    attached = Attachment(sha256=hashlib.sha256(FILE).hexdigest(), size=len(FILE), name="minutes.txt")
    second = talk("T2", "提醒：按规定报备", refers=(first,), attachments=(attached,), claims=("A2a",))
    return Asking(desk, first, desk.record(second, "rec", "p-b").reference)
