"""What the rows of a file before a row say, and the drafts that wait: a row is taken once."""

import hashlib
from collections.abc import Mapping

from ledger.application import Ledger
from ledger.core.encoding import canonical_json
from ledger.errors import BadInput
from ledger.events.base import Payload
from ledger.importing.again import Plain, plain
from ledger.recording.expand import expand


def digest_of(payload: Payload, said: Plain | None = None) -> bytes:
    """What a record says, wherever it comes from; `said` is the payload as `plain` has it, where that is at hand."""
    return hashlib.sha256(canonical_json([payload.TYPE, plain(payload) if said is None else dict(said)])).digest()[:16]


class Seen:
    """What the rows of a file before a row make of it: a digest and a place each, and the things that they change."""

    def __init__(self, ledger: Ledger, waiting: Mapping[bytes, str] | None = None) -> None:
        self.ledger = ledger
        self.waiting = waiting or {}
        """Drafts by what they say, as `digest_of` has it."""
        self.rows: dict[bytes, str] = {}
        self.things: dict[str, str] = {}

    def same(self, place: str, digest: bytes) -> str | None:
        """The row before it that says the same, by what `digest_of` has of it."""
        return found if (found := self.rows.setdefault(digest, place)) != place else None

    def check(self, place: str, payload: Payload) -> None:
        """Raises Refused or BadInput where the ledger or an earlier row stands against this one."""
        for proposed, _ in self.ledger.propose(*expand(self.ledger, payload)):
            things = [proposed.originator_id] if not proposed.payload.OPENS else []
            things += [f"id {id_}" for id_ in _registered(proposed.payload)]
            for thing in things:
                if (other := self.things.setdefault(thing, place)) != place:
                    raise BadInput("it concerns the same thing as row {}; one file changes a thing once", other)


def _registered(payload: Payload) -> list[str]:
    """The id that a registration makes known."""
    name = payload.TYPE.removesuffix(".registered/1")
    return [str(getattr(payload, name))] if name in ("person", "unit", "post") else []
