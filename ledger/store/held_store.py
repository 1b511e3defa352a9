"""What the stores of a ledger do alike: a state that a thread holds, to read or to append, and what appends and
signatures ask of it. How a state begins, and how it is committed, is each store's own."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import local
from typing import Generic, TypeVar

from ledger.checks.subjects import Subject
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.entry import NO_PREVIOUS, Entry
from ledger.core.note import parse_note
from ledger.errors import Damaged, Incomplete
from ledger.store.derived import derived_root, last_number, last_version, read_last
from ledger.store.store_protocol import MakeCheckpoint, Raw, Slot, Store
from ledger.store.tree import tree_hashes


@dataclass(slots=True)
class State:
    """A state of the ledger that a thread holds, and the head that it has reached."""

    size: int = 0
    leaf_hash: bytes = NO_PREVIOUS
    recorded_at: datetime | None = None
    writes: bool = False

    def advance(self, last: Entry) -> None:
        """The head is this entry now."""
        self.size, self.leaf_hash, self.recorded_at = last.header.position + 1, last.leaf_hash, last.header.recorded_at


S = TypeVar("S", bound=State)


class HeldStore(Store, Generic[S]):
    """A store whose threads hold states of their own."""

    def __init__(self, raw: Raw, place: object) -> None:
        """`place`: how people are told of it."""
        self.notices: list[Incomplete] = []
        self.raw = raw
        self._place = place
        self._held = local()  # `state`: the state that a thread holds

    # --- states ---

    @abstractmethod
    def _to_read(self) -> AbstractContextManager[S]:
        """Begins a state to read from; it ends with the block."""

    @abstractmethod
    def _to_append(self) -> AbstractContextManager[S]:
        """Begins a state to append to; it is committed when the block ends without a fault."""

    def _state(self) -> S | None:
        found: S | None = getattr(self._held, "state", None)
        return found

    def _written(self) -> S:
        """The state that this thread appends to."""
        state = self._state()
        if state is None or not state.writes:
            raise RuntimeError("a state that is held for reading is not written to")
        return state

    @contextmanager
    def holding(self) -> Iterator[None]:
        """All reads of this thread until the block ends are of one state: for many small questions in a row."""
        if self._state() is not None:
            yield
            return
        with self._to_read() as state, self._kept(state):
            state.size = super().size()  # fixes the state
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """What an append reads and puts, on one state; it is written when the block ends."""
        if self._state() is not None:
            self._written()
            yield
            return
        with self._to_append() as state, self._kept(state):
            self._find_head(state)
            yield

    @contextmanager
    def _kept(self, state: S) -> Iterator[None]:
        self._held.state = state
        try:
            yield
        finally:
            self._held.state = None

    def size(self) -> int:
        """Number of entries, by the highest position; in an append those that it has made so far among them."""
        held = self._state()
        return held.size if held is not None else super().size()

    # --- appending ---

    def _find_head(self, state: S) -> None:
        """The head, from the bytes of the last entry."""
        last = read_last(self.rows)
        if last is not None:
            state.advance(last)

    def slot(self, streams: Iterable[str], subjects: Iterable[Subject]) -> Slot:
        """What the next entries depend on; only within `writing`."""
        state = self._written()
        return Slot(
            state.size,
            state.leaf_hash,
            state.recorded_at,
            {stream: last_version(self.rows, stream) for stream in streams},
            {subject: self._number(state, subject) for subject in subjects},
        )

    def _number(self, state: S, subject: Subject) -> int:
        """The running number that a subject stands at."""
        del state
        return last_number(self.rows, subject)

    def check_keys(self) -> None:
        """The index by type knows as many entries about keys as that by stream: or one of them could hide a revocation.

        Two independent indexes of one table; `|| ''` keeps the second question away from the first one's index.
        """
        streams = "(e.stream >= 'key/' AND e.stream < 'key0') OR e.stream = 'ledger/main'"
        by_type, by_stream = (
            self.rows(f"SELECT count(*) AS n FROM entries e WHERE {where}")[0]["n"]
            for where in ("e.type LIKE 'key.%'", f"({streams}) AND e.type || '' LIKE 'key.%'")
        )
        if by_type != by_stream:
            raise Damaged(
                "{} is damaged: its indexes do not agree about the keys; check it with: zeren verify", self._place
            )

    # --- checkpoints ---

    @abstractmethod
    def _keep(self, size: int, note: bytes) -> None:
        """Stores a note within the state that is appended to, unless one of its size is stored."""

    def put_checkpoint(self, make: MakeCheckpoint) -> bytes:
        """The note that `make` signs over the entries of one state, stored durably unless one of its size is stored."""
        with self.writing():
            size = self.size()
            last = next(iter(self.checkpoints(limit=1)), None)
            get = tree_hashes(self, size)
            derived_root(self.rows, size, get, None if last is None else parse_checkpoint(parse_note(last[1]).text))
            note = make(size, get, last)
            self._keep(size, note)
        return note

    def keep_checkpoint(self, size: int, note: bytes) -> None:
        """Stores a note that was signed before, unless one of its size is stored."""
        with self.writing():
            self._keep(size, note)
