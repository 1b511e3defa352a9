"""Events of the access ledger: who may read, and who read what (FORMAT.md section 10)."""

from datetime import date, datetime
from typing import ClassVar

from ledger.events.base import Payload
from ledger.events.fields import EntryReference, erasable, reference, structural
from ledger.frozen import dataclass
from ledger.messages import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPayload(Payload):
    """An event of the access ledger. Ids of persons, units and cases are those of the ledgers that were read."""

    LEDGERS: ClassVar[tuple[str, ...]] = ("access",)
    AUTHORS: ClassVar[tuple[str, ...]] = ("custodian",)
    COSIGNERS: ClassVar[tuple[str, ...]] = ("custodian",)
    BY_HAND: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenGranted(AccessPayload):
    """A bearer token may read. `digest` is the base64 SHA-256 of its text; the text itself is nowhere on record."""

    TYPE: ClassVar[str] = "token.granted/1"
    TITLE: ClassVar[str] = N_("token granted")
    OPENS: ClassVar[bool] = True
    token: str = structural()
    """Random id by which the token is named; it opens nothing."""
    digest: str = structural()
    scopes: tuple[str, ...] = structural(whole=True)
    days: int = structural()
    """It ends this many days after the entry was recorded."""
    holder: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(AccessPayload):
    """A token reads no more, from this entry on."""

    TYPE: ClassVar[str] = "token.revoked/1"
    TITLE: ClassVar[str] = N_("token revoked")
    JOINS: ClassVar[str | None] = "revokes"
    revokes: EntryReference = reference()
    token: str = structural()
    reason: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMade(AccessPayload):
    """An answer about a person, a case or the text of an entry was given to a token."""

    TYPE: ClassVar[str] = "access.read/1"
    TITLE: ClassVar[str] = N_("access read")
    OPENS: ClassVar[bool] = True
    AUTHORS: ClassVar[tuple[str, ...]] = ("service",)
    COSIGNERS: ClassVar[tuple[str, ...]] = ()
    token: str = structural()
    """Id of the token; `open` where the server asks for none."""
    question: str = structural()
    inspector: bool = structural()
    """Whether the token reaches cases: only such a read feeds POST_READ_RECORD."""
    concerns: tuple[str, ...] | None = structural(whole=True, default=None)
    """Persons and units that the question named."""
    case: str | None = structural(default=None)
    entry: EntryReference | None = reference(default=None)
    valid_at: date | None = structural(default=None)
    known_at: datetime | None = structural(default=None)
    asked: str | None = erasable()
    """Words that were searched for."""
