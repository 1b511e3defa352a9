"""What a decision may look at: the register of what exists, and the aggregate that the event joins."""

from collections.abc import Callable, Iterable
from dataclasses import field, replace
from datetime import UTC, datetime, tzinfo

from ledger.core.entry import Header
from ledger.events.base import Payload
from ledger.events.case_work import CaseOpened, LeadReceived
from ledger.events.fields import ERASED_TEXT, EntryReference
from ledger.events.record import Recorded
from ledger.events.register import PersonRegistered, PersonRenamed, PostRegistered, UnitRegistered, UnitRenamed
from ledger.frozen import dataclass


@dataclass(slots=True)
class Register:
    """Ids that exist in one ledger; the fold of its registrations, leads and case openings."""

    kinds: dict[str, str] = field(default_factory=dict)
    """`person` or `unit` by id."""
    unit_kinds: dict[str, str] = field(default_factory=dict)
    streams: dict[str, str] = field(default_factory=dict)
    """Stream of the registration by id of a person or unit."""
    posts: set[str] = field(default_factory=set)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Every name and number of persons and units, by id: what they are called now first, then what they were called."""
    post_words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Titles and numbers of posts, by id."""
    cases: dict[str, str] = field(default_factory=dict)
    """Stream by case id."""
    leads: list[str] = field(default_factory=list)
    """Streams of leads, in order."""

    TOPICS = (
        "person.registered/1",
        "unit.registered/1",
        "post.registered/1",
        "unit.renamed/1",
        "person.renamed/1",
        "case.opened/1",
        "lead.received/1",
    )

    def apply(self, header: Header, payload: Payload) -> None:
        """Takes over one registration."""
        self.note(header.stream, payload)

    def note(self, stream: str, payload: Payload) -> None:
        """Takes over one registration that stands in this stream."""
        if isinstance(payload, PersonRegistered | UnitRegistered | PostRegistered):
            self._keep_words(payload)
        match payload:
            case PersonRegistered(person=id_):
                self.kinds[id_] = "person"
                self.streams[id_] = stream
            case UnitRegistered(unit=id_, kind=kind):
                self.kinds[id_] = "unit"
                self.unit_kinds[id_] = kind
                self.streams[id_] = stream
            case PostRegistered(post=post):
                self.posts.add(post)
            case UnitRenamed(unit=id_, name=str(name)) | PersonRenamed(person=id_, name=str(name)):
                if name != ERASED_TEXT:
                    self.words[id_] = (name, *(word for word in self.words.get(id_, ()) if word != name))
            case CaseOpened(case=str(case)):
                self.cases[case] = stream
            case LeadReceived():
                self.leads.append(stream)

    def _keep_words(self, payload: PersonRegistered | UnitRegistered | PostRegistered) -> None:
        match payload:
            case PersonRegistered(person=id_, name=name) | UnitRegistered(unit=id_, name=name):
                words = self.words
            case PostRegistered(post=id_, title=name):
                words = self.post_words
        words[id_] = tuple(word for word in (name, payload.ref) if word and word not in (id_, ERASED_TEXT))


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A thing and what was recorded about it, as decisions need it: the opening payload and what came after."""

    stream: str
    version: int = 0
    opening: Payload | None = None
    later: tuple[tuple[int, Payload], ...] = ()
    """(position, payload), in order."""


def fold(aggregate: Aggregate | None, events: Iterable[Recorded]) -> Aggregate | None:
    """The aggregate after these events; None where there are none."""
    for event in events:
        if aggregate is None:
            aggregate = Aggregate(event.originator_id, event.originator_version, event.payload)
        else:
            aggregate = replace(
                aggregate,
                version=event.originator_version,
                later=(*aggregate.later, (event.position, event.payload)),
            )
    return aggregate


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands when a payload is decided on."""

    kind: str
    """Kind of the ledger: duty, case or access."""
    register: Register
    aggregate: Aggregate | None
    """The aggregate that the payload joins; None where it opens one."""
    entry: Callable[[EntryReference], Recorded]
    """The entry of a reference within this ledger; raises Refused where there is none."""
    now: datetime | None = None
    """The moment of recording; None where the ledger is only read."""
    zone: tzinfo = UTC
    """The zone whose days count."""
    agreed: Callable[[int, int | None], frozenset[str]] = lambda _position, _before: frozenset()
    """Whose signatures stand for the entry at a position, by the entries below another one; None = by all."""
