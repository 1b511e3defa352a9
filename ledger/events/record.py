"""An event on its way into the ledger and out of it.

`Proposed` is what a decision yields and the event store is asked to save; `Recorded` is what is read back: the same
payload with everything that the entry proves about it. Both satisfy eventsourcing's DomainEventProtocol.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from ledger.core.carried import NOTHING, Carried, read_carried
from ledger.core.consent import Consent
from ledger.events.base import Payload
from ledger.events.fields import Json
from ledger.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Proposed:
    """A payload for version `originator_version` of the stream `originator_id`.

    A stream name that ends in "/" is completed with `n` + the entry's position when that is known. `fixed` are
    disclosures that were salted elsewhere, by field name; `carried` stands under reserved names beside the payload.
    """

    originator_id: str
    originator_version: int
    payload: Payload
    fixed: Mapping[str, str] = field(default_factory=dict)
    carried: Carried = NOTHING


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded event of one ledger. `recorded_at` is UTC; `signers` are person ids, the author first."""

    ledger: str
    """Origin of the ledger."""
    originator_id: str
    originator_version: int
    payload: Payload
    position: int
    recorded_at: datetime
    signers: tuple[str, ...]
    leaf_hash: bytes
    missing: frozenset[str] = frozenset()
    """Names of texts that are withheld or erased."""
    reserved: tuple[tuple[str, Json], ...] = ()
    """What stands under the reserved names of consents, as it stands (FORMAT.md section 16)."""
    consent: Consent | None = None
    """The consent itself, where an answer given elsewhere is read as the acceptance or refusal that it stands for."""

    @property
    def carried(self) -> Carried:
        """Consents in the entry, who was asked, and the proof of a new key. Raises Invalid or Malformed."""
        return read_carried(self.type, dict(self.reserved)) if self.reserved else NOTHING

    @property
    def signed(self) -> tuple[str, ...]:
        """Who signed it at recording, in person or by a consent in it, the author first."""
        return (*self.signers, *(person for person in self.consenting if person not in self.signers))

    @property
    def consenting(self) -> tuple[str, ...]:
        """Who signed it elsewhere, by rising id: whoever consented to its draft, but not who only receipted it."""
        if not self.reserved:
            return ()
        return tuple(n.consent.person for n in self.carried.consents if n.consent.capacity != "receipt")

    @property
    def author(self) -> str:
        """Person id of the recorder."""
        return self.signers[0]

    @property
    def type(self) -> str:
        """Frozen type name."""
        return self.payload.TYPE

    @property
    def ref(self) -> str:
        """The human's number of the thing, or `#position` where it has none."""
        return self.payload.ref or f"#{self.position}"
