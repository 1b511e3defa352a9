"""Events about other entries: acceptance, refusal, explanation, correction, erasure. They append; nothing is edited."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ledger.events.base import Fact, Payload
from ledger.events.fields import EntryReference, Json, erasable, reference, structural


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAccepted(Payload):
    """The signer accepts, countersigns or acknowledges receipt of an entry, which it names by its leaf hash."""

    TYPE: ClassVar[str] = "record.accepted/1"
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "signer", "inspector")
    accepts: EntryReference = reference("inherits")
    capacity: str | None = structural(default=None)
    """As what: `receipt`, `counterpart`, `chair`, `attendee`, `holder`."""
    occurred_at: datetime | None = structural(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRefused(Payload):
    """The signer refuses an entry that concerns him."""

    TYPE: ClassVar[str] = "record.refused/1"
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "signer", "inspector")
    refuses: EntryReference = reference("inherits")
    reason: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExplained(Payload):
    """An explanation of a signal about an entry; it stays beside the signal."""

    TYPE: ClassVar[str] = "record.explained/1"
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "signer", "inspector")
    explains: EntryReference = reference("inherits")
    signal: str = structural()
    explanation: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCorrected(Fact):
    """One field of an entry should read otherwise. Both stay visible.

    `field` is any field of the corrected entry; `new_value` holds the structural part of its new value, `new_text`
    the erasable part; where the field is a record, each is the map of its members of that class.
    """

    TYPE: ClassVar[str] = "record.corrected/1"
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "inspector")
    COSIGNERS: ClassVar[tuple[str, ...]] = ("recorder", "signer", "inspector")
    corrects: EntryReference = reference("inherits")
    field: str = structural()
    new_value: Json = structural(whole=True, default=None)
    new_text: Json = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextErased(Payload):
    """The named texts of an entry are erased; map, digest and every old proof stay (FORMAT.md section 11)."""

    TYPE: ClassVar[str] = "text.erased/1"
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("custodian",)
    COSIGNERS: ClassVar[tuple[str, ...]] = ("inspector",)
    entry: EntryReference = reference("inherits")
    names: tuple[str, ...] = structural(whole=True)
    ground: str = structural()
    signals: Json = structural(whole=True, default=None)
    """Signals that rested on the text, each [code, reference...]; they stand by this record from now on."""
