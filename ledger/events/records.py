"""Events about other entries: acceptance, refusal, explanation, correction, withdrawal, erasure. Nothing is edited."""

from datetime import date, datetime
from typing import ClassVar

from ledger.events.base import Fact, Payload
from ledger.events.fields import EntryReference, Json, erasable, reference, structural
from ledger.frozen import dataclass
from ledger.messages import N_

CAPACITIES = ("receipt", "counterpart", "chair", "attendee", "holder")
"""As what somebody accepts."""
GROUNDS = ("error", "duplicate", "wrong_ledger")
"""Grounds of a withdrawal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAccepted(Payload):
    """The signer accepts, countersigns or acknowledges receipt of an entry, which it names by its leaf hash."""

    TYPE: ClassVar[str] = "record.accepted/1"
    TITLE: ClassVar[str] = N_("acceptance of an entry")
    JOINS: ClassVar[str | None] = "accepts"
    JOINT: ClassVar[tuple[str, ...]] = ("*",)
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "signer", "inspector")
    accepts: EntryReference = reference("inherits")
    capacity: str | None = structural(choices=CAPACITIES, default=None)
    """As what: `receipt`, `counterpart`, `chair`, `attendee`, `holder`."""
    occurred_at: datetime | None = structural(default=None)
    by: str | None = structural(about="party", default=None)
    """Of a receipt: the unit or person that it came from, where that is not the author."""
    arrived: date | None = structural(default=None)
    """Of a receipt: the day on which the thing arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRefused(Payload):
    """The signer refuses an entry that concerns him."""

    TYPE: ClassVar[str] = "record.refused/1"
    TITLE: ClassVar[str] = N_("refusal of an entry")
    WORD: ClassVar[str | None] = "refusal"
    JOINS: ClassVar[str | None] = "refuses"
    JOINT: ClassVar[tuple[str, ...]] = ("*",)
    REMARK: ClassVar[bool] = True
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "signer", "inspector")
    refuses: EntryReference = reference("inherits")
    reason: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExplained(Payload):
    """An explanation of a signal about an entry; it stays beside the signal."""

    TYPE: ClassVar[str] = "record.explained/1"
    TITLE: ClassVar[str] = N_("explanation of a signal")
    JOINS: ClassVar[str | None] = "explains"
    REMARK: ClassVar[bool] = True
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
    TITLE: ClassVar[str] = N_("correction of an entry")
    WORD: ClassVar[str | None] = "correction"
    JOINS: ClassVar[str | None] = "corrects"
    REMARK: ClassVar[bool] = True
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "inspector")
    COSIGNERS: ClassVar[tuple[str, ...]] = ("recorder", "signer", "inspector")
    corrects: EntryReference = reference("inherits")
    field: str = structural()
    new_value: Json = structural(whole=True, default=None)
    new_text: Json = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWithdrawn(Payload):
    """An entry is withdrawn by everyone who signed or agreed to it, or by two custodians (撤回; list 2).

    It is credited to nothing from then on; both stay visible.
    """

    TYPE: ClassVar[str] = "record.withdrawn/1"
    TITLE: ClassVar[str] = N_("withdrawal of an entry")
    WORD: ClassVar[str | None] = "withdrawal"
    JOINS: ClassVar[str | None] = "of"
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "signer", "custodian", "inspector")
    COSIGNERS: ClassVar[tuple[str, ...]] = ("recorder", "signer", "custodian", "inspector")
    of: EntryReference = reference("inherits")
    ground: str = structural(choices=GROUNDS)
    duplicate_of: EntryReference | None = reference(default=None)
    reason: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecorded(Payload):
    """A consent given elsewhere is put on record (FORMAT.md section 14); it stands for its person's own entry."""

    TYPE: ClassVar[str] = "consent.recorded/1"
    TITLE: ClassVar[str] = N_("consent given elsewhere")
    BY_HAND: ClassVar[bool] = False
    JOINS: ClassVar[str | None] = "of"
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "service", "inspector", "custodian")
    note: str = structural()
    of: EntryReference = reference("inherits")
    reason: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextErased(Payload):
    """The named texts of an entry are erased; map, digest and every old proof stay (FORMAT.md section 11)."""

    TYPE: ClassVar[str] = "text.erased/1"
    TITLE: ClassVar[str] = N_("text erased")
    BY_HAND: ClassVar[bool] = False
    JOINS: ClassVar[str | None] = "entry"
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("custodian",)
    COSIGNERS: ClassVar[tuple[str, ...]] = ("inspector",)
    entry: EntryReference = reference("inherits")
    names: tuple[str, ...] = structural(whole=True)
    ground: str = structural()
    signals: Json = structural(whole=True, default=None)
    """Signals that rested on the text, each [code, reference...]; they stand by this record from now on."""
