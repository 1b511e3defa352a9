"""The stores behind the answers: ledgers and views opened read-only, one consistent state per reading.

Ledgers grow, and directories are made anew, while the server runs. Each reading therefore first looks whether the
files are still the same (by device and inode), which costs a few microseconds; then it holds one read transaction, so
that an answer and the heads it names are of the same state. Another process brings the views up to date (`zeren views
follow`, which `zeren serve` starts); the heads tell how far an answer saw. That nothing here can write is not assumed
but tried at every opening.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Any

from api.asking.held_state import States, StoresState, Watches
from api.asking.opened import NO_FILE, OpenedLedger, check_agreement, file_of, open_of
from api.asking.views_proof import ViewsProof
from ledger.application import Ledger
from ledger.clock import now
from ledger.errors import Contradicted, NoLedger
from ledger.home.directory import Home
from ledger.store.sqlite.connection import check_read_only
from projections.questions.desk import Desk
from projections.questions.heads import LedgerHead, gone, is_same, root_at
from projections.questions.heads import heads as heads_of
from projections.views.catch_up import open_read_only
from projections.views.rows import LedgerRow, base_kind
from projections.views.view_store import Snapshot, Views

ACCESS = "access"
MAX_COMPUTED = 64
MINUTE = 60
MAX_ROOTS = 16
"""Roots kept, newest first: a root costs a few hashes along the right edge of the tree."""


class Computed:
    """Answers that took long, kept for as long as they stay true: by question and the sizes of all ledgers."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """The answer kept under the key, else computed now."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = compute()
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > MAX_COMPUTED:
                self._kept.popitem(last=False)
        return found


@dataclass(frozen=True, slots=True)
class Reading:
    """One consistent state as one reader may see it: the questions over the views, their heads, the ledgers by kind.

    The access ledger, where it is seen at all, is no head of an answer: every reading makes it grow.
    """

    desk: Desk
    heads: tuple[LedgerHead, ...]
    ledgers: Mapping[str, Ledger]
    computed: Computed

    def head(self, kind: str) -> LedgerHead | None:
        """The head of the ledger of this kind; None where none is joined."""
        return next((head for head in self.heads if head.kind == kind and kind in self.ledgers), None)


@dataclass(frozen=True, slots=True)
class Published:
    """A ledger up to its last checkpoint."""

    ledger: Ledger
    size: int
    note: bytes


@dataclass(frozen=True, slots=True)
class _Served:
    """What is open, and what watches it, as one: another thread may open other files meanwhile."""

    views: Views
    states: States
    opened: Mapping[str, OpenedLedger]
    files: Mapping[str, tuple[int, int]]
    watches: Watches
    """Of the ledgers that answers are computed from."""
    reads: Watches
    """Of the one that grows with each reading."""

    @classmethod
    def of(
        cls, home: Home, views: tuple[Views, States], opened: Mapping[str, OpenedLedger], files: Mapping[str, Any]
    ) -> "_Served":
        """These, watched from now on."""
        read = [home.database(kind) for kind in opened if kind != ACCESS]
        watches = Watches(read), Watches([home.database(kind) for kind in opened if kind == ACCESS])
        return cls(*views, opened, files, *watches)


class Sources:
    """The ledgers and views of a directory, kept open for many readers. Raises NoLedger, BadInput or Busy."""

    def __init__(self, home: Home) -> None:
        self.home = home
        home.check()
        if not home.kinds():
            raise NoLedger("there is no ledger in {}; make one with: zeren init", home.directory)
        self._lock = Lock()
        self._roots: dict[tuple[str, int], str] = {}
        self._computed = Computed()
        self._views_path = str(home.views)
        views, self._views_file = open_read_only(home), file_of(home.views)
        self.proof = ViewsProof()
        self._served = _Served.of(home, (views, States(home.views)), {}, {})
        self._watched = [(kind, str(home.database(kind))) for kind in home.possible]
        self._elsewhere = home.elsewhere
        self._compared: tuple[Hashable, Mapping[str, tuple[str, ...]] | Contradicted] = (None, {})
        try:
            self._refresh()
            self.prove_read_only()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self, kinds: frozenset[str] | None = None) -> Iterator[Reading]:
        """The state as it is now, of these kinds of ledger only.

        Raises Incomplete where the views contain a ledger that is not here any more, or entries that it does not have;
        Contradicted where a ledger is not the one that a head known from elsewhere tells of, ViewsDiffer where the
        views were found not to say what the entries say.
        """
        served = self._fresh()
        stands, marks = self._check_heads(served)
        self.proof.check()
        before = served.states.versions()
        with served.views.reading() as cursor:
            snapshot = Snapshot(served.views, cursor)
            snapshot.marks = marks
            state = served.states.of(snapshot, before, stands)
            snapshot.here = state.here
            for kind, each in served.opened.items():
                read = served.reads.versions() if kind == ACCESS else None
                if kind not in state.agreed or state.agreed[kind] != read:
                    check_agreement(snapshot, each)
                    state.agreed[kind] = read
            desk = Desk(snapshot, kinds)
            heads, seen = self._seen(state, desk, served.opened)
            yield Reading(desk, heads, seen, self._computed)

    def _seen(
        self, state: StoresState, desk: Desk, opened: Mapping[str, OpenedLedger]
    ) -> tuple[tuple[LedgerHead, ...], Mapping[str, Ledger]]:
        """The heads of what a reader of these kinds sees, and the ledgers."""
        if desk.kinds not in state.seen:
            named = dict(each for kind, ledger in opened.items() for each in ledger.named(kind))
            heads = heads_of(desk, lambda row, size: self._root(row, size, named.get(row.kind))).items
            ledgers = {k: each.ledger for k, each in named.items() if desk.kinds is None or base_kind(k) in desk.kinds}
            state.seen[desk.kinds] = heads, ledgers
        return state.seen[desk.kinds]

    def published(self) -> Published | None:
        """The duty ledger as others may follow it: under its last checkpoint; None where it signed none."""
        served = self._fresh()
        opened = served.opened
        self._check_heads(served)
        if "duty" not in opened:
            return None
        ledger = opened["duty"].ledger
        last = ledger.last_checkpoint()
        note = ledger.checkpoint_at(last.checkpoint.size) if last is not None else None
        return Published(ledger, last.checkpoint.size, note) if last is not None and note is not None else None

    def prove_read_only(self) -> None:
        """Tries to write into every store and expects to be refused. Raises Refused where a write went through."""
        for each in self._served.opened.values():
            each.ledger.store.prove_read_only()
        check_read_only(self.home.views, self._served.views.datastore)

    def lag(self) -> dict[str, int]:
        """By origin, how many entries of each ledger the views do not have yet. Raises Contradicted as `reading`."""
        served = self._fresh()
        self._check_heads(served)
        position = served.views.position
        return {each.origin: max(0, each.ledger.size() - position(each.origin)) for each in served.opened.values()}

    def fingerprints(self) -> frozenset[str]:
        """Of the ledgers as they lie here now."""
        return frozenset([each.fingerprint for each in self._fresh().opened.values()])

    def close(self) -> None:
        """Closes every store."""
        served = self._served
        served.views.close()
        for watches in (served.watches, served.reads, served.states.watches):
            watches.close()
        for each in served.opened.values():
            each.close()

    # --- freshness ---

    def _fresh(self) -> _Served:
        if self._stale() and self._lock.acquire(blocking=False):  # a second reader goes on with what there is
            try:
                self._refresh()
            finally:
                self._lock.release()
        return self._served

    def _stale(self) -> bool:
        if self._views_file != file_of(self._views_path):
            return True
        files = self._served.files
        return any(file_of(path) != files.get(kind, NO_FILE) for kind, path in self._watched)

    def _refresh(self) -> None:
        served, opened = self._served, {}
        for kind in self.home.kinds():
            file, known = file_of(self.home.database(kind)), served.opened.get(kind)
            opened[kind] = known if known is not None and known.file == file else open_of(self.home, kind, file)
        views, file = (served.views, served.states), file_of(self._views_path)
        if self._views_file != file:
            views = open_read_only(self.home), States(self.home.views)
            self.proof = ViewsProof()  # of these views nothing is known yet
        # Another thread may still ask the former ones; what is replaced closes when its last reader has gone.
        self._served = _Served.of(self.home, views, opened, {kind: each.file for kind, each in opened.items()})
        self._views_file = file

    # --- heads known from elsewhere ---

    def _check_heads(self, served: _Served) -> tuple[Hashable, Mapping[str, tuple[str, ...]]]:
        """What it was found of, and the marks of each ledger by origin.

        Compared anew when a ledger or what tells of its heads has changed, and every minute: a file may be changed in
        place, without SQLite and without a trace in its directory.
        """
        stands = (served.watches.versions(), self._elsewhere.stands(), int(now().timestamp()) // MINUTE)
        if self._compared[0] != stands:
            self._compared = stands, self._compare(served.opened)
        found = self._compared[1]
        if isinstance(found, Contradicted):
            raise type(found)(found.message, *found.values)
        return stands, found

    def _compare(self, opened: Mapping[str, OpenedLedger]) -> Mapping[str, tuple[str, ...]] | Contradicted:
        try:
            return self.home.check_heads({kind: each.ledger for kind, each in opened.items()})
        except Contradicted as error:
            return error

    def _root(self, row: LedgerRow, size: int, opened: OpenedLedger | None) -> str:
        if opened is None or not is_same(row, opened.ledger):
            raise gone(row)
        key = (row.fingerprint, size)
        root = self._roots.get(key)
        if root is None:
            root = root_at(opened.ledger, size)
            self._roots = {key: root, **dict(islice(self._roots.items(), MAX_ROOTS - 1))}
        return root
