"""What the rules may ask of the views, as known at one moment.

A `Facts` is a cut: the duty ledgers as they were at `known_at` (every entry with recorded_at <= known_at), the case
ledgers in full, for a case's own facts are the inspectors' and are taken in their latest form (R16). Every method
answers from an index, so that a question touches only what belongs to it. Rules see nothing but this interface.
"""

from collections.abc import Callable, Hashable, Mapping, MutableMapping, Sequence
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Protocol, TypeVar

from ledger.events.base import Fact, Payload
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.roles import Role
from projections.facts.kept_form import JudgedRow
from projections.facts.layered_settings import Adopted
from projections.facts.rule_sets import RuleSet
from projections.facts.values import Circle, Citation, Elsewhere, OpenLead, Period, Person, Tenure, Unit

P = TypeVar("P", bound=Payload)
T = TypeVar("T")


class Facts(Protocol):
    """The questions that rules ask. Sequences are in the order of ledger and position."""

    @property
    def known_at(self) -> datetime | None:
        """The cut; None = everything recorded."""

    @property
    def as_of(self) -> datetime | None:
        """The moment as on which it is known: the cut's, or that of its last entry where it is cut at a position."""

    @property
    def latest(self) -> "Facts":
        """The same with everything recorded by now: for what readers call something, never for what is so."""

    @property
    def cut(self) -> int:
        """How many entries of the duty ledger are known."""

    @property
    def of_which(self) -> Hashable:
        """Which cut it is, whatever the number of its entries: of which ledger, known when, as whose answers."""

    @property
    def rests_on(self) -> Hashable:
        """How much of the other ledgers is known, but for the access ledger, which every reading makes grow."""

    @property
    def kept(self) -> MutableMapping[Hashable, object]:
        """What was computed over these views before: who keeps something here says from what it follows."""

    def judged(self, kind: str, question: str) -> JudgedRow | None:
        """What was judged of a question and is kept beside the facts; None where nothing is."""

    def held(self, name: str, compute: Callable[[], T]) -> T:
        """A value of the registers that an equal cut computed of the same state under this name, else computed now."""

    def leaf_at(self, position: int) -> bytes:
        """The leaf hash of the duty ledger's entry at a position; empty where there is none."""

    @property
    def zone(self) -> tzinfo:
        """The time zone whose days count."""

    @property
    def began_on(self) -> date | None:
        """The local day of the ledger's first entry; None where nothing is known yet."""

    @property
    def last_recorded_at(self) -> datetime:
        """The moment of the last entry known; the epoch where nothing is known yet."""

    @property
    def rules(self) -> RuleSet:
        """The rule set in force at the cut."""

    @property
    def adopted_rules(self) -> Sequence[Adopted]:
        """The rule sets adopted by the cut, in order, each with the first day on which it counts."""

    def rules_on(self, on: date) -> RuleSet:
        """The rule set in force on a day: a record is judged by that of its recording, a period by its first day's."""

    @property
    def units(self) -> Mapping[str, Unit]:
        """Registered units by id."""

    @property
    def persons(self) -> Mapping[str, Person]:
        """Registered persons by id."""

    @property
    def party_group(self) -> str | None:
        """The id of the unit of kind party_group; None where none is registered."""

    def records(
        self,
        *types: type[Payload],
        person: str | None = None,
        unit: str | None = None,
        occurred: Period | None = None,
        claims: str | None = None,
        recorded_after: datetime | None = None,
        ledger: str = "duty",
    ) -> Sequence[Recorded]:
        """Entries of these types (all types where none is given) that name the person and the unit, happened in the
        period, claim the obligation and were recorded later than the moment. `ledger` is the kind of ledger: duty (cut
        at known_at), case or access (not cut)."""

    def recorded(self, first: datetime, last: datetime) -> Sequence[Recorded]:
        """Entries of the duty ledger recorded from one moment to another, both included, in order of position."""

    def marked(self, marks: Sequence[int]) -> Sequence[Recorded]:
        """Entries of the duty ledger under one of these marks (`index_marks`, `likeness.whole` of the views).

        Under the mark of a file, number, series or whole text every entry with it. A mark is a hash: whoever asks
        compares what it stands for.
        """

    def alike(self, record: Recorded | None = None) -> Sequence[tuple[Citation, ...]]:
        """Groups of two or more entries of the duty ledger whose texts hang together by likeness, each in order.

        Alike are normalised whole texts with difflib's ratio at or above `groups.INDEXED_FROM` of the views, the
        earlier text first. With a record only the group that it is in, if any.
        """

    @property
    def reworded(self) -> Mapping[Citation, str | None]:
        """The texts that corrections made in the duty ledger, by entry; None where the record was withdrawn."""

    def sharing(self, text: str) -> Sequence[Citation]:
        """Entries of the duty ledger whose texts, as recorded, may be like this one: all that are, and others."""

    def followers(self, record: Recorded, *, withdrawn: bool = False) -> Sequence[Recorded]:
        """The later entries of the same stream: acceptances, refusals, explanations, corrections, ends.

        Those that were withdrawn are left out, unless they are asked for: to be shown.
        """

    def thread(self, record: Recorded) -> Sequence[Recorded]:
        """All entries of a record's stream, itself and what was withdrawn included."""

    def since(self, position: int) -> Sequence[Recorded]:
        """Entries of the duty ledger from a position on, as they read now, what was withdrawn included."""

    def likened(self, record: Recorded) -> Sequence[int]:
        """Positions of earlier entries of the duty ledger that a record's text, as recorded, is linked to by likeness:
        one of every group that it joined."""

    def marks_of(self, record: Recorded) -> set[int]:
        """The marks under which `marked` finds a record."""

    def gather(self, records: Sequence[Recorded]) -> None:
        """Says that the followers of each of these will be asked for, so that they can be read together."""

    def entry(self, reference: EntryReference, *, within: Recorded) -> Recorded | None:
        """The entry that `within` refers to; None where it is beyond the cut or in a ledger that is not joined."""

    def refs(self, record: Recorded, *references: EntryReference) -> tuple[Citation, ...]:
        """Citations of the entries that `record` refers to, also where they lie beyond the cut."""

    def tenures(
        self,
        *,
        person: str | None = None,
        post: str | None = None,
        role: Role | None = None,
        unit: str | None = None,
        supervises: str | None = None,
        on: date | None = None,
        during: Period | None = None,
        undisputed: bool = False,
        uncorrected_from: datetime | None = None,
    ) -> Sequence[Tenure]:
        """Tenures as known at the cut. `unit` is in their scope, `supervises` among the units supervised.

        Rules ask by `role`; `post` is for who asks for one post by its id.

        `undisputed`: without the corrections that were recorded from the first lead of a case on that they touch: they
        are later records (R16), which change no answer; who was replaced by an assignment under a RETRO_ASSIGNMENT of
        weight high goes on until the day before its recording, from which it counts. `uncorrected_from`: without every
        correction recorded from that moment on, and replaced so by whatever late assignment was recorded from then on.
        """

    def role_of(self, post: str) -> Role:
        """What a post is in the organ, by its registration."""

    @property
    def refusals(self) -> Mapping[int, Sequence[Recorded]]:
        """The refusals on record, by the position of the duty ledger's entry that they refuse."""

    def contradicted(self, tenure: Tenure) -> bool:
        """Whether the anchors on record contradict the time at which its opening entry says it was recorded."""

    def elsewhere(self, person: str) -> Sequence[Elsewhere]:
        """The posts that this person of the organ's ledger held in other joined organs, as links say who is who."""

    def cases(self) -> Sequence[Recorded]:
        """The `case.opened` entries of the joined case ledgers, each case once: where its ledger was lost and the one
        that continues it opened it anew, the first; the later one is among its followers."""

    @property
    def has_cases(self) -> bool:
        """Whether a case ledger is joined: the inspector's side."""

    @property
    def circles(self) -> Sequence[Circle]:
        """The opened cases with what touches them, in the order of opening; none where no case ledger is joined."""

    @property
    def open_leads(self) -> Sequence[OpenLead]:
        """The leads that belong to no case."""

    @property
    def of_case(self) -> str | None:
        """The one case whose leads, opening and queries are looked at; None = those of all."""

    def for_case(self, case: str) -> "Facts":
        """The same cut as this case's own answers have it: what rests on another's lead or opening is not in them."""

    def end_of(self, fingerprint: str, size: int) -> int:
        """The position behind the first `size` entries of a ledger: below 0 where it was lost and another continues it,
        with which it is read."""

    def cited(self, cite: Citation) -> Recorded | None:
        """The entry that a citation names; None where it is beyond the cut or in a ledger that is not joined."""

    def cite(self, record: Recorded) -> Citation:
        """The citation of a record."""

    def is_withdrawn(self, record: Recorded) -> bool:
        """Whether a record was withdrawn, so that it counts for nothing."""

    def counts(self, change: Recorded) -> bool:
        """Whether a correction is read: agreed to by everyone whom it needs, and not after a lead."""

    def uncorrected(self, record: Recorded) -> Recorded:
        """A record as it was recorded, without its corrections."""

    def claimed_later(self, cite: Citation, obligation: str) -> date | None:
        """The day on which a correction added this claim to a record; None where the record had it from the start."""

    def case(self, case: str) -> Recorded:
        """The `case.opened` entry of this case; raises BadInput for an unknown one."""


def happened(facts: Facts, record: Recorded) -> date:
    """The local day on which a record's fact is said to have happened; that of its recording where it names none."""
    payload = record.payload
    when = payload.occurred_at if isinstance(payload, Fact) and payload.occurred_at is not None else record.recorded_at
    return day(facts, when)


def rules_of(facts: Facts, record: Recorded) -> RuleSet:
    """The rule set by which a record is judged: that of the day on which it was recorded."""
    return facts.rules_on(day(facts, record.recorded_at))


def day(facts: Facts, moment: date | datetime) -> date:
    """The local day of a date or moment."""
    return _local_day(moment, facts.zone) if isinstance(moment, datetime) else moment


@lru_cache(maxsize=65_536)
def _local_day(moment: datetime, zone: tzinfo) -> date:
    """Asked many times of each moment on record."""
    return moment.astimezone(zone).date()
