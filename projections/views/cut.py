"""The cut through the views: which ledgers are looked at, and up to where."""

from collections.abc import Callable, Hashable, Mapping, MutableMapping
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ledger.errors import Incomplete, SeveralOrgans
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.kept_form import JudgedRow
from projections.views.judged_rows import read_judged
from projections.views.rows import LedgerRow, milliseconds, moment_of
from projections.views.view_store import Views

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
T = TypeVar("T")

if TYPE_CHECKING:
    state_property = cached_property
else:

    class state_property(Generic[T]):  # noqa: N801 - called as the library's
        """A cached property whose value is that of every equal cut through the same state (`Cut.held`).

        It holds values alone, nothing of the cut that it was computed by: that one ends with its transaction.
        """

        def __init__(self, compute: Callable[[Any], T]) -> None:
            self.compute, self.__doc__ = compute, compute.__doc__

        def __set_name__(self, _owner: type, name: str) -> None:
            self.name = name

        def __get__(self, cut: "Cut | None", _owner: type | None = None) -> Any:
            if cut is None:
                return self
            found = cut.__dict__[self.name] = cut.held(self.name, lambda: self.compute(cut))
            return found


@dataclass(frozen=True)
class Cut:
    """What is known at a moment, or of a number of entries, and to whom."""

    views: Views
    known_at: datetime | None = None
    organ: str | None = None
    """Origin of the duty ledger asked about; None = the only one joined."""
    entries: int | None = None
    """Only so many duty entries, for a cut at a position; None = all known at the moment."""
    kinds: frozenset[str] | None = None
    """The kinds of ledger that exist for who asks, None = all: nothing of any other is in any answer."""
    as_recorded: bool = False
    """Every record as it was recorded: corrections and withdrawals change nothing."""
    duty_as_recorded: bool = False
    """The duty ledger's records as they were recorded, the inspectors' own as corrections make them read."""
    of_case: str | None = None
    """The one case whose leads, opening and queries are looked at; None = those of all."""

    def held(self, name: str, compute: Callable[[], T]) -> T:
        """A value computed from the registers of this state by another equal cut, else computed and held for the next.

        Of what is known by now: cuts at other moments are too many to be held.
        """
        here = self.views.here
        if here is None or self.known_at is not None or self.entries is not None or self.of_case is not None:
            return compute()
        key = (name, self.organ, self.kinds, self.as_recorded, self.duty_as_recorded)
        if key not in here:
            here[key] = compute()
        found: T = here[key]
        return found

    @state_property
    def ledgers(self) -> tuple[LedgerRow, ...]:
        """The joined ledgers."""
        return tuple(row for row in self.views.ledgers() if self.kinds is None or row.kind in self.kinds)

    @cached_property
    def duty(self) -> LedgerRow:
        """The duty ledger asked about. Raises Incomplete where none is joined, SeveralOrgans where none is named."""
        found = [row for row in self.ledgers if row.kind == "duty" and self.organ in (None, row.origin)]
        if not found:
            raise Incomplete("the views contain no duty ledger; rebuild them with: zeren views rebuild")
        if len(found) > 1:
            names = ", ".join(row.origin for row in found)
            raise SeveralOrgans("there are several organs here; name one of them: {}", names)
        return found[0]

    @cached_property
    def case_ledgers(self) -> tuple[LedgerRow, ...]:
        """The joined case ledgers."""
        return self._of_kind("case")

    def _of_kind(self, kind: str) -> tuple[LedgerRow, ...]:
        return tuple(ledger for ledger in self.ledgers if ledger.kind == kind)

    @state_property
    def cut(self) -> int:
        """Number of duty entries known at the cut: the prefix that ends with the last entry recorded by then.

        Below 0 where that entry is kept of a lost ledger which this one continues."""
        known = self._known_entries()
        return known if self.entries is None else min(self.entries, known)

    def _known_entries(self) -> int:
        if self.known_at is None:
            return self.views.position(self.duty.origin)
        rows = self.views.select(
            "SELECT position FROM records WHERE ledger = ? AND recorded_at <= ?"
            " ORDER BY recorded_at DESC, position DESC LIMIT 1",
            (self.duty.id, milliseconds(self.known_at)),
        )
        return int(rows[0]["position"]) + 1 if rows else self.duty.first

    def limit(self, ledger: LedgerRow) -> int:
        """How many entries of a joined ledger are looked at: the duty ledger up to the cut, others whole."""
        return self.cut if ledger.kind == "duty" and ledger.id == self.duty.id else self._sizes[ledger.id]

    @state_property
    def _sizes(self) -> Mapping[int, int]:
        return {ledger.id: self.views.position(ledger.origin) for ledger in self.ledgers}

    @property
    def as_of(self) -> datetime | None:
        """The cut's moment, or that of the last entry where it is cut at a position."""
        return self.known_at if self.entries is None else self.last_recorded_at

    @property
    def of_which(self) -> Hashable:
        """The question that the cut is, without how much is known."""
        as_said = (self.as_recorded, self.duty_as_recorded, self.of_case)
        kinds = frozenset(row.kind for row in self.ledgers)
        return (self.duty.id, self.duty.fingerprint, self.known_at, self.entries, kinds, as_said)

    @property
    def rests_on(self) -> Hashable:
        """The sizes of the other ledgers."""
        others = (row for row in self.ledgers if row.kind != "access" and row.id != self.duty.id)
        return tuple((row.id, row.fingerprint, self.limit(row)) for row in others)

    @property
    def kept(self) -> MutableMapping[Hashable, object]:
        """What the views' process keeps."""
        return self.views.kept

    def judged(self, kind: str, question: str) -> JudgedRow | None:
        """What is kept beside the facts of what was judged of a question."""
        return read_judged(self.views, kind, question)

    def leaf_at(self, position: int) -> bytes:
        """The leaf hash of an entry."""
        sql = "SELECT leaf_hash FROM records WHERE ledger = ? AND position = ?"
        rows = self.views.select(sql, (self.duty.id, position))
        return bytes(rows[0]["leaf_hash"]) if rows else b""

    @cached_property
    def zone(self) -> tzinfo:
        """The duty ledger's time zone; where none is joined, that of what is."""
        others = [row.zone for row in self.ledgers if row.kind != "duty"]
        return others[0] if len(others) == len(self.ledgers) > 0 else self.duty.zone

    @cached_property
    def began_on(self) -> date | None:
        """The local day of the duty ledger's first entry, or of the first before it that is read with it."""
        first = self.duty.first
        sql = "SELECT recorded_at FROM records WHERE ledger = ? AND position = ?"
        rows = self.views.select(sql, (self.duty.id, first))
        known = rows and self.cut > first
        return moment_of(rows[0]["recorded_at"]).astimezone(self.zone).date() if known else None

    @cached_property
    def last_recorded_at(self) -> datetime:
        """The moment of the last duty entry known."""
        sql = "SELECT recorded_at FROM records WHERE ledger = ? AND position = ?"
        rows = self.views.select(sql, (self.duty.id, self.cut - 1))
        return moment_of(rows[0]["recorded_at"]) if rows else _EPOCH

    def _ledger_of(self, record: Recorded) -> LedgerRow:
        return next(ledger for ledger in self.ledgers if ledger.origin == record.ledger)
