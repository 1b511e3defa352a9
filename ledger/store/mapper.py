"""Between typed events and stored events: our own mapper, by frozen type names, never class paths.

Towards the store an event is a *draft*: the entry's subjects and its disclosures, salted and seen by every signer; the
recorder adds the running numbers under the append lock. From the store the state is the length of the entry in four
bytes (big-endian), the entry, and the stored body, so that a reader has both times.
"""

from collections.abc import Callable, Mapping
from typing import Any

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from ledger.checks.subjects import KindOf, Subject, SubjectsAt, subjects_of
from ledger.core.body import Body, body_of, disclose, is_reserved_name, is_subject_name, parse_body
from ledger.core.carried import NOTHING, Carried
from ledger.core.entry import Entry, parse_entry
from ledger.errors import Malformed
from ledger.events.base import Payload
from ledger.events.fields import Json
from ledger.events.flat import flatten, unflatten
from ledger.events.record import Proposed, Recorded
from ledger.events.registry import payload_class
from ledger.frozen import dataclass


@dataclass(frozen=True)
class DraftEvent(StoredEvent):
    """An event on its way to the recorder, which makes its bytes; `state` is empty until then."""

    subjects: tuple[Subject, ...]
    disclosures: tuple[tuple[str, str], ...]
    carried: Carried = NOTHING


def pack(entry: bytes, body: bytes) -> bytes:
    """The state that a recorder hands out."""
    return len(entry).to_bytes(4, "big") + entry + body


def unpack(state: bytes) -> tuple[bytes, bytes]:
    """(entry, stored body) of a state that a recorder handed out."""
    end = 4 + int.from_bytes(state[:4], "big")
    return state[4:end], state[end:]


def recorded(entry: Entry, body: Body, opened: Mapping[str, Any] | None = None) -> Recorded:
    """The typed event of a parsed entry and its body. Raises Malformed or Incomplete.

    `opened` are the body's values where they are at hand already.
    """
    header = entry.header
    values, reserved = {}, []
    for name, value in (opened or body.values()).items():
        if not is_reserved_name(name):
            values[name] = value
        elif not is_subject_name(name):
            reserved.append((name, value))
    missing = frozenset(name for name in body.missing if not is_reserved_name(name))
    return Recorded(
        ledger=header.ledger,
        originator_id=header.stream,
        originator_version=header.version,
        payload=unflatten(payload_class(header.type), values, missing),
        position=header.position,
        recorded_at=header.recorded_at,
        signers=tuple(signer.person for signer in header.signers),
        leaf_hash=entry.leaf_hash,
        missing=missing,
        reserved=tuple(reserved),
    )


KEPT_MADE_OUT = 512
"""Events that are kept with the bytes that they were made out from."""


class MadeOut:
    """Events that were made out already: for the same bytes at the same position the same event is given."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[tuple[bytes, bytes], Recorded]] = {}

    def event(self, position: int, stored: tuple[bytes, bytes]) -> Recorded:
        """The event of an entry and its stored body. Raises as `parse_entry`, `parse_body` and `recorded` do."""
        kept = self._kept.get(position)
        if kept is not None and kept[0] == stored:
            return kept[1]
        event = recorded(parse_entry(stored[0]), parse_body(stored[1]))
        if len(self._kept) >= KEPT_MADE_OUT:
            self._kept.clear()
        self._kept[position] = stored, event
        return event


class LedgerMapper(Mapper[str]):
    """Maps `Proposed` to drafts and stored events to `Recorded`."""

    def __init__(
        self,
        *,
        kind_of: KindOf,
        subjects_at: SubjectsAt,
        new_salt: Callable[[], bytes],
        numbers_subjects: Callable[[], bool],
    ) -> None:
        super().__init__(JSONTranscoder())  # the library asks for one; nothing here uses it
        self.kind_of, self.subjects_at, self.new_salt = kind_of, subjects_at, new_salt
        self.numbers_subjects = numbers_subjects  # duty ledgers only

    def to_stored_event(self, domain_event: Any) -> DraftEvent:
        """The draft of a proposed event. Raises Refused for an unregistered id, Malformed for a bad value."""
        if not isinstance(domain_event, Proposed):
            raise TypeError("only proposed events are saved")
        payload = domain_event.payload
        fields, subjects = self.read_fields(payload)
        carried = domain_event.carried
        return DraftEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=payload.TYPE,
            state=b"",
            subjects=subjects,
            disclosures=tuple(
                (name, self._disclosure(domain_event, name, value))
                for name, value in ([*fields, *carried.fields()] if carried else fields)
            ),
            carried=carried,
        )

    def _disclosure(self, event: Proposed, name: str, value: Json) -> str:
        """The disclosure that was fixed elsewhere for this very value, or a fresh one."""
        fixed = event.fixed.get(name)
        if fixed is None:
            return disclose(name, value, self.new_salt())
        if body_of([(name, fixed)]).values()[name] != value:
            raise Malformed("the disclosure of {} holds another value", name)
        return fixed

    def read_fields(self, payload: Payload) -> tuple[list[tuple[str, Json]], tuple[Subject, ...]]:
        """The fields of a payload and whom it is about. Raises Refused for an unregistered id, Malformed for a ref."""
        fields = flatten(payload)
        subjects = subjects_of(payload.TYPE, fields, self.kind_of, self.subjects_at)
        if payload.ref is not None and len(str(payload.ref)) > 64:
            raise Malformed("the number {!r} is longer than 64 characters", payload.ref)
        return fields, subjects if self.numbers_subjects() else ()

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """The recorded event of a stored one."""
        entry, body = unpack(stored_event.state)
        return recorded(parse_entry(entry), parse_body(body))
