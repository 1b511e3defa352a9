"""In which stream each entry of a bundle stands, recomputed as far as the bundle shows what decides it (section 3).

What is decided by an entry or a registration that is not shown is left alone: only a whole ledger tells that.
"""

from collections.abc import Callable
from dataclasses import field

from ledger.checks.streams import check_opened_once, check_place
from ledger.core.entry import Header
from ledger.decisions.state import Register
from ledger.errors import Incomplete, Invalid
from ledger.events.base import Payload
from ledger.events.case_work import CaseWork
from ledger.events.fields import EntryReference
from ledger.events.register import PersonLinked, UnitLinked
from ledger.frozen import dataclass


@dataclass(slots=True)
class StreamPass:
    """What is carried from entry to entry: the registrations shown, and the streams met with their last version."""

    register: Register = field(default_factory=Register)
    versions: dict[str, int] = field(default_factory=dict)

    def check(
        self, header: Header, payload: Payload, kind: str, stream_of: Callable[[EntryReference], str | None]
    ) -> None:
        """The entry stands where its type, number and references put it, above what stands there before it.

        `stream_of` gives the stream of an entry, None for one that is not shown. Raises Invalid.
        """
        before = self.versions.get(header.stream, 0)
        if header.version <= before:
            raise Invalid("version {} of {} stands behind its version {}", header.version, header.stream, before)

        def shown_stream(reference: EntryReference) -> str:
            found = stream_of(reference)
            if found is None:
                raise Incomplete("entry {} is not shown", reference.position)
            return found

        own = f"{header.type.partition('.')[0]}/n{header.position}"  # who stands there says that its number was taken
        if self._decided(header, payload):
            try:
                check_place(
                    header,
                    payload,
                    kind,
                    self.register,
                    shown_stream,
                    lambda stream: stream in self.versions or header.stream == own,
                )
            except Incomplete:
                return

    def check_once(self, payload: Payload) -> None:
        """What the entry registers or opens was not before it, as far as that is shown. Raises Invalid."""
        check_opened_once(payload, self.register)

    def take(self, header: Header, payload: Payload | None) -> None:
        """Takes over an entry, right or wrong, for those after it."""
        self.versions[header.stream] = max(header.version, self.versions.get(header.stream, 0))
        if payload is not None:
            self.register.apply(header, payload)

    def _decided(self, header: Header, payload: Payload) -> bool:
        """Whether the registration on which it rests is shown. Raises Invalid for what stands in another case."""
        known = self.register
        if payload.JOINS is not None:
            named = getattr(payload, payload.JOINS)
            return isinstance(named, EntryReference) or named in known.streams
        if isinstance(payload, PersonLinked | UnitLinked):
            return any(each.fingerprint == "" and each.id in known.streams for each in payload.identities)
        if isinstance(payload, CaseWork) and not payload.OPENS:
            if payload.case is not None and payload.case not in known.cases and header.stream in known.cases.values():
                raise Invalid("{} stands in the stream {}, which is that of another case", header.type, header.stream)
            return payload.case in known.cases
        return True
