"""What all typed events share: the payload base and its place in the ledger."""

from functools import cache
from typing import Any, ClassVar

from ledger.events.fields import EntryReference, When, erasable, reference, structural
from ledger.events.flat import shapes
from ledger.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The content of one event. Subclasses name their frozen type and where they may stand.

    `TYPE`: the frozen name on disk, never a Python path. `OPENS`: whether the event opens an aggregate (version 1).
    `LEDGERS`: the kinds of ledger it may stand in. `AUTHORS`, `COSIGNERS`: roles that may author and co-sign it.
    """

    TYPE: ClassVar[str]
    OPENS: ClassVar[bool] = False
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty",)
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder",)
    COSIGNERS: ClassVar[tuple[str, ...]] = ("recorder", "signer")
    JOINS: ClassVar[str | None] = None
    """The field that names its stream: a reference to an entry in it, or the id of the person or unit it is about."""
    CLOSED: ClassVar[bool] = False
    """The latest list closes it: it is read where it stands and written no more."""
    TITLE: ClassVar[str] = ""
    """What people call the kind, in English; a message of the catalogue."""
    BY_HAND: ClassVar[bool] = True
    """People record it by a form; else a command of its own, or the program, makes it."""
    WORD: ClassVar[str | None] = None
    """The word by which scenario files, the rules of the obligations and rule sets name it; None: they do not."""
    TOLERANCE: ClassVar[tuple[str, ...] | None] = None
    """It should be recorded soon: by its word, by these names or by `default` a rule set says within how many days.
    None: no lateness is asked of it here."""
    PRESENT: ClassVar[tuple[str, ...]] = ()
    """The fields that say who was there, all at one time and place."""
    WORKDAY: ClassVar[bool] = False
    """It is held on working days."""
    MUST_SIGN: ClassVar[tuple[str, ...]] = ()
    """The fields whose persons all have to sign."""
    COUNTERSIGNED: ClassVar[bool] = False
    """They have to within the days that the rule set allows; one who declares it late needs them all."""
    DOER: ClassVar[str | None] = None
    """The field that names whose duty it fulfils."""
    BODY: ClassVar[str | None] = None
    """The field that names the body that held it."""
    VOTING: ClassVar[tuple[str, ...]] = ()
    """The fields of who took part as a member of the body."""
    IN_POST: ClassVar[bool] = False
    """Whoever does it does so in a post, which he has to hold on its day."""
    SUPERVISES: ClassVar[bool] = False
    """It is supervision in fact of whom it is about, by whoever does it."""
    AWAY: ClassVar[str | None] = None
    """The field that names who is away, from `valid_from` to `valid_to`."""
    LISTED: ClassVar[str | None] = None
    """Under what a dossier lists it."""
    CHRONOLOGICAL: ClassVar[bool] = False
    """What it refers to happened before it."""
    CALLED: ClassVar[tuple[str, ...]] = ()
    """What an entry of it is called in a sentence, filled in with its fields: the first of which it has them all."""
    FIRST_DAY: ClassVar[str | None] = None
    """The field by which it is dated, where that is not `occurred_at`: the first day of what it says."""
    LAST_DAY: ClassVar[str | None] = None
    """The same of what ends something: the last day before."""
    REMARK: ClassVar[bool] = False
    """It says something of the entry that JOINS names: what it should say, why it is as it is, that it is not so."""
    JOINT: ClassVar[tuple[str, ...]] = ()
    """The fields that only all who signed it may correct; `*` for each of them."""
    ATTESTED: ClassVar[bool] = False
    """It rests on signatures: one by its recorder alone is asked about."""
    ANSWERS: ClassVar[bool] = False
    """It can answer a warning about its unit."""
    SIGN: ClassVar[bool] = False
    """It is a sign of something wrong, which others must follow up."""
    TELLS: ClassVar[bool] = False
    """It tells somebody else what was found."""

    ref: str | None = structural(default=None)
    """The human's number of the thing (E060, a document number), at most 64 characters."""

    def cited(self) -> "tuple[EntryReference, ...]":
        """Every reference to an entry that this payload carries, in field order."""
        found: list[EntryReference] = []
        _collect_references(self, found)
        return tuple(found)


def _collect_references(record: Any, found: list[EntryReference]) -> None:
    for name in _referring(record.__class__):
        value = getattr(record, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, EntryReference):
                found.append(item)
            elif item is not None:
                _collect_references(item, found)


def _find_referring(cls: Any) -> tuple[str, ...]:
    """The attributes of a payload or a record within one that hold references, or records which do."""
    return tuple(
        name
        for name, shape in shapes(cls)
        if shape.item is EntryReference or (shape.record is not None and _find_referring(shape.record))
    )


_referring = cache(_find_referring)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file outside the log, by size in bytes and SHA-256 in lower-case hex."""

    sha256: str = structural()
    size: int | None = structural(default=None)
    name: str | None = erasable()
    media_type: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The batch that an entry was made from, and its row there (a sheet's row, a line, an item)."""

    batch: EntryReference = reference()
    row: int = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Payload):
    """An event about something that happened: when, and how its lateness is explained."""

    occurred_at: When | None = structural(default=None)
    """Valid time: the day or moment it is said to have happened."""
    legacy: bool | None = structural(default=None)
    """Taken over from paper: exempt from every signal about the moment or manner of recording."""
    declared_late: bool | None = structural(default=None)
    late_reason: str | None = erasable()
    claims: tuple[str, ...] | None = structural(whole=True, default=None)
    """Ids of the obligations that the recorder believes it fulfils."""
    refers: tuple[EntryReference, ...] | None = reference(default=None)
    attachments: tuple[Attachment, ...] | None = structural(default=None)
    restricted: bool | None = structural(default=None)
    imported: Imported | None = structural(by_program=True, default=None)
