"""What a store of one ledger is: the named reads, and few acts that it does by its own means.

An append is two of them: *slot* reads at once all that the next entries depend on, *put* inserts what was made for that
slot. A store that holds a lock gets both inside `writing`; one that does not lets `put` refuse where the head moved on.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from ledger.checks.subjects import Subject
from ledger.clock import Clock
from ledger.core.entry import Entry
from ledger.core.merkle import GetHash
from ledger.core.seal_map import HeadProof, StreamHead
from ledger.errors import Incomplete, Invalid
from ledger.events.records import TextErased
from ledger.frozen import dataclass
from ledger.store.named_reads import Reads

MakeCheckpoint = Callable[[int, GetHash, tuple[int, bytes] | None], bytes]
"""(size, subtree hashes, size and note of the last checkpoint) -> the note to store."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the next entry goes, as the entries before it say themselves."""

    size: int
    leaf_hash: bytes
    """Of the last entry."""
    recorded_at: datetime | None
    versions: Mapping[str, int]
    """The version that each stream asked for stands at."""
    numbers: Mapping[Subject, int]
    """The running number that each subject asked for stands at."""


@dataclass(frozen=True, slots=True)
class Signed:
    """An entry ready to be put, with what a store keeps beside it."""

    entry: Entry
    body: bytes
    subjects: tuple[tuple[Subject, int], ...]
    ref: str | None
    erased: TextErased | None = None
    """What it erases, if it does: in the same transaction."""
    gone: bool = False
    """Whether that was erased before: an entry that is copied, with the bodies as they are held."""


class Watching(Protocol):
    """Tells whether others wrote to a ledger; for one thread after the other."""

    def token(self) -> Hashable:
        """Equal to an earlier one while nothing was committed."""

    def close(self) -> None:
        """Ends it."""


class Raw(Protocol):
    """Every cell as it is stored, for verification, which believes none of them."""

    tables: Sequence[str]
    """Those whose cells have a kind of value each."""

    def schema_faults(self) -> list[Invalid]:
        """How tables, indexes and triggers differ from those of this version."""

    def page_faults(self, most: int) -> list[str]:
        """What is wrong with the pages and indexes of the store as a whole."""

    def mistyped(self, table: str, start: int) -> tuple[int, int | None]:
        """How many rows at positions from `start` hold another kind of value than their columns; the first one."""

    def entries(self, start: int, limit: int) -> list[Any]:
        """Whole rows from position `start`: `position`, the columns of COLUMNS, `entry`, `body`; all texts as bytes."""

    def entry(self, position: int) -> list[Any]:
        """The whole row at a position, if there is one."""

    def index(self, table: str, start: int) -> Iterator[tuple[Any, ...]]:
        """The rows of an index table that entries from position `start` on give rise to."""

    def gaps(self, start: int) -> list[str]:
        """The streams, of those with entries from position `start` on, whose versions are not 1, 2, 3 ..."""

    def bodies_alone(self) -> int:
        """How many bodies stand without an entry."""

    def numbered(self, subject: Subject) -> tuple[int, int]:
        """(how many rows, highest running number) of a subject."""

    def tiles(self) -> set[tuple[int, int]]:
        """(level, number) of every stored tile."""

    def tile(self, level: int, number: int) -> tuple[Any, Any] | None:
        """(hashes, root) of a stored tile."""

    def checkpoints(self, start: int = 0) -> list[tuple[int, Any]]:
        """(size, note) of the stored checkpoints from a size on, the smallest first."""

    def outside(
        self, start: int, stop: int, bound: str, *, early: bool, most: int
    ) -> tuple[int, list[tuple[int, str]]]:
        """How many entries at start .. stop - 1 say to be recorded before (or after) `bound`; the first of them."""

    def heads(self, size: int, *, with_subjects: bool) -> Iterator[StreamHead]:
        """The heads at `size` entries, by rising key, from entries and subject rows alone, in constant memory."""


class Store(Reads, Protocol):
    """A ledger's store. All its faults are those of `ledger.errors` (`ledger.store.faults`)."""

    notices: list[Incomplete]
    """What was mended on the way, to be told."""
    raw: Raw
    """Every cell as it is stored."""

    def holding(self) -> AbstractContextManager[None]:
        """All reads of this thread until the block ends are of one state: for many small questions in a row."""

    def timed(self, clock: Clock) -> Clock:
        """The clock that entries get their times from, where this one was meant: a store may have one of its own."""
        return clock

    # --- appending ---

    def writing(self) -> AbstractContextManager[None]:
        """From the first read to the commit nobody else appends; all reads of this thread are of that state.

        Within another `writing` it is that one, and commits with it. Raises Busy or another fault of the store.
        """

    def slot(self, streams: Iterable[str], subjects: Iterable[Subject]) -> Slot:
        """What the next entries depend on. Raises ChainBroken where a cell is not what its entry says."""

    def put(self, expected: int, signed: Sequence[Signed]) -> int | None:
        """Inserts entries made for a slot of size `expected`; the new size, None where the head has moved on.

        Raises Refused where a text to erase is not held any more.
        """

    def check_keys(self) -> None:
        """Refuse where the store's own indexes do not agree about the entries on keys. Raises Damaged."""

    # --- seals and checkpoints ---

    def heads_root(self, size: int | None = None, *, with_subjects: bool) -> tuple[int, bytes]:
        """(size, root of the map of heads over the first `size` entries, all by default), derived from the bytes of
        what follows the last seal below; a smaller size is that of the last seal.

        A cached map that does not lead to the last seal is made anew from all entries, which `notices` tell.
        """

    def roots_since(self, old: int, new: int, *, with_subjects: bool) -> tuple[bytes, bytes]:
        """The roots of the map at two sizes by what was cached: where the first is right, so is the second.

        Raises LookupError where the cache does not hold them.
        """

    def head_paths(
        self, keys: Iterable[bytes], size: int, root: bytes, *, with_subjects: bool
    ) -> Mapping[bytes, HeadProof]:
        """A path for each key in the map at `size` entries, checked against its root. Raises ProofInvalid."""

    def put_checkpoint(self, make: MakeCheckpoint) -> bytes:
        """The note that `make` signs while nobody else appends, stored durably unless one of its size is stored.

        The hashes that it gets were derived from the bytes of the entries. Raises Forked or ChainBroken.
        """

    def keep_checkpoint(self, size: int, note: bytes) -> None:
        """Stores a note that was signed before, of a ledger that is copied, unless one of its size is stored."""
        raise NotImplementedError

    # --- the store as a whole ---

    def forget(self) -> bool:
        """Takes care that what was erased lies in no file; False while a reader keeps it there."""

    def fold(self) -> bool:
        """Puts all entries where a plain copy of the store has them; False while a reader is in the way."""

    def prove_read_only(self) -> None:
        """Tries to write and expects to be refused. Raises Refused where the write went through."""

    def create(self) -> None:
        """Makes what an empty ledger needs."""

    def close(self) -> None:
        """Closes every connection."""
