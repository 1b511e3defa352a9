"""The stores behind the answers: ledgers and views opened read-only, one consistent state per reading.

Ledgers grow, and directories are made anew, while the server runs. Each reading therefore first looks whether the
files are still the same (by device and inode), which costs a few microseconds; then it holds one read transaction, so
that an answer and the heads it names are of the same state. Another process brings the views up to date (`zeren views
follow`, which `zeren serve` starts); the heads tell how far an answer saw. That nothing here can write is not assumed
but tried at every opening.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

from api.asking.opened import NO_FILE, OpenedLedger, check_agreement, file_of, open_of
from api.asking.views_proof import ViewsProof
from ledger.application import Ledger
from ledger.clock import now
from ledger.errors import Contradicted, NoLedger
from ledger.home.directory import Home
from ledger.store.opening import watch
from ledger.store.sqlite.connection import check_read_only
from projections.questions.desk import Desk
from projections.questions.heads import LedgerHead, gone, is_same, root_at
from projections.questions.heads import heads as heads_of
from projections.views.catch_up import open_read_only
from projections.views.rows import LedgerRow, base_kind
from projections.views.view_store import Snapshot, Views

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


class _Watches:
    """Tells whether another process wrote to some databases; each is watched by a connection of its own."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._lock = Lock()
        self._files = tuple(file_of(path) for path in paths)
        self._watches = [watch(path) for path in paths]

    def versions(self) -> Hashable:
        """Equal to an earlier one while nothing was committed to any of the databases."""
        with self._lock:
            found = tuple(each.token() for each in self._watches)
        return self._files, found

    def close(self) -> None:
        """Closes the connections."""
        with self._lock:
            for each in self._watches:
                each.close()


class Sources:
    """The ledgers and views of a directory, kept open for many readers. Raises NoLedger, BadInput or Busy."""

    def __init__(self, home: Home) -> None:
        self.home = home
        home.check()
        if not home.kinds():
            raise NoLedger("there is no ledger in {}; make one with: zeren init", home.directory)
        self._lock = Lock()
        self._roots: dict[tuple[str, int], str] = {}
        self._opened: Mapping[str, OpenedLedger] = {}
        self._computed = Computed()
        self._views, self._views_file = open_read_only(home), file_of(home.views)
        self.proof = ViewsProof()
        self._files: Mapping[str, tuple[int, int]] = {}
        self._watched = [(kind, str(home.database(kind))) for kind in home.possible]
        self._watches = _Watches([])
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
        views, opened = self._fresh()
        marks = self._check_heads(opened)
        self.proof.check()
        with views.reading() as cursor:
            snapshot = Snapshot(views, cursor)
            snapshot.marks = marks
            check_agreement(snapshot, opened)
            desk = Desk(snapshot, kinds)
            named = dict(each for kind, ledger in opened.items() for each in ledger.named(kind))
            heads = heads_of(desk, lambda row, size: self._root(row, size, named.get(row.kind))).items
            seen = {kind: each.ledger for kind, each in named.items() if kinds is None or base_kind(kind) in kinds}
            yield Reading(desk, heads, seen, self._computed)

    def published(self) -> Published | None:
        """The duty ledger as others may follow it: under its last checkpoint; None where it signed none."""
        _, opened = self._fresh()
        self._check_heads(opened)
        if "duty" not in opened:
            return None
        ledger = opened["duty"].ledger
        last = ledger.last_checkpoint()
        note = ledger.checkpoint_at(last.checkpoint.size) if last is not None else None
        return Published(ledger, last.checkpoint.size, note) if last is not None and note is not None else None

    def prove_read_only(self) -> None:
        """Tries to write into every store and expects to be refused. Raises Refused where a write went through."""
        for each in self._opened.values():
            each.ledger.store.prove_read_only()
        check_read_only(self.home.views, self._views.datastore)

    def lag(self) -> dict[str, int]:
        """By origin, how many entries of each ledger the views do not have yet. Raises Contradicted as `reading`."""
        views, opened = self._fresh()
        self._check_heads(opened)
        return {each.origin: max(0, each.ledger.size() - views.position(each.origin)) for each in opened.values()}

    def fingerprints(self) -> frozenset[str]:
        """Of the ledgers as they lie here now."""
        _, opened = self._fresh()
        return frozenset(each.fingerprint for each in opened.values())

    def close(self) -> None:
        """Closes every store."""
        self._views.close()
        self._watches.close()
        for each in self._opened.values():
            each.close()

    # --- freshness ---

    def _fresh(self) -> tuple[Views, Mapping[str, OpenedLedger]]:
        if self._stale() and self._lock.acquire(blocking=False):  # a second reader goes on with what there is
            try:
                self._refresh()
            finally:
                self._lock.release()
        return self._views, self._opened

    def _stale(self) -> bool:
        if self._views_file != file_of(self.home.views):
            return True
        return any(file_of(path) != self._files.get(kind, NO_FILE) for kind, path in self._watched)

    def _refresh(self) -> None:
        opened = {}
        for kind in self.home.kinds():
            file, known = file_of(self.home.database(kind)), self._opened.get(kind)
            opened[kind] = known if known is not None and known.file == file else open_of(self.home, kind, file)
        if self._views_file != file_of(self.home.views):
            self._views, self._views_file = open_read_only(self.home), file_of(self.home.views)
            self.proof = ViewsProof()  # of these views nothing is known yet
        read = [kind for kind in opened if kind != "access"]
        # Another thread may still ask the former ones, which close with their last reader.
        self._watches = _Watches([self.home.database(kind) for kind in read])
        self._files = {kind: each.file for kind, each in opened.items()}
        self._opened = opened  # what it replaces closes when its last reader has gone

    # --- heads known from elsewhere ---

    def _check_heads(self, opened: Mapping[str, OpenedLedger]) -> Mapping[str, tuple[str, ...]]:
        """The marks of each ledger by origin. Compared anew when a ledger or what tells of its heads has changed, and
        every minute: a file may be changed in place, without SQLite and without a trace in its directory."""
        stands = (self._watches.versions(), self.home.elsewhere.stands(), int(now().timestamp()) // MINUTE)
        if self._compared[0] != stands:
            self._compared = stands, self._compare(opened)
        found = self._compared[1]
        if isinstance(found, Contradicted):
            raise type(found)(found.message, *found.values)
        return found

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
