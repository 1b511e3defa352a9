"""The organs that this server answers for, each with its ledgers and views, opened when it is first asked about.

With a list of ledgers no more than `MAX_OPEN` organs are open at once: the one asked about least lately is closed when
its last reader has gone. A directory's own organ stays open. The list is read again when its file changes.

Where a process beside the server makes views, it is told of those that are opened: somebody waits for them.
"""

import os
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Lock

from api.asking.sources import Sources
from ledger.errors import BadInput, Busy, Incomplete, NoLedger
from ledger.home.directory import Home
from ledger.home.ledger_list import NAME
from ledger.home.organs_at_hand import Organ, Organs, organs_of
from projections.views.catch_up import are_begun

MAX_OPEN = 16
"""Organs that are open at once: each holds about ten files open."""

Hasten = Callable[[str], bool]
"""Told of views that somebody waits for, by their file's name, says whether anybody makes them."""


class Stores:
    """The organs of a directory for many readers. Raises NoLedger, BadInput, Incomplete or Busy where none can be read,
    Refused where a store could be written to."""

    def __init__(self, directory: Path, most: int = MAX_OPEN, hasten: Hasten = lambda _: False) -> None:
        self.home, self.most = Home(directory), most
        self._hasten = hasten
        self._lock = Lock()
        self._open: OrderedDict[str, Sources] = OrderedDict()
        self._readers: Counter[int] = Counter()
        self._left: dict[int, Sources] = {}
        self._stands = _stands(directory)
        self._organs = organs_of(directory)
        if not self._organs.listed:
            self._open[""] = Sources(self.home)

    def organs(self) -> Organs:
        """The organs as they are listed now. Raises Incomplete where the list cannot be read any more."""
        stands = _stands(self.home.directory)
        if stands != self._stands or self._replaced():
            with self._lock:
                try:
                    self._organs = organs_of(self.home.directory)
                except (BadInput, NoLedger) as error:
                    raise Incomplete("the list of ledgers cannot be read: {}", error) from error
                self._stands = stands
        return self._organs

    def _replaced(self) -> bool:
        """Whether another ledger than before lies in the directory itself; those of a list are held against it."""
        own = self._open.get("") if not self._organs.listed else None
        return own is not None and not {each.fingerprint for each in self._organs} <= own.fingerprints()

    @contextmanager
    def taken(self, organ: Organ | None) -> Iterator[Sources]:
        """The sources of an organ while they are asked; of None those of the directory itself, where who read what is.

        Raises as `Sources`, and Busy while its views are made.
        """
        found = self._take(organ)
        try:
            yield found
        finally:
            self._give_back(found)

    def _take(self, organ: Organ | None) -> Sources:
        key = organ.fingerprint if organ is not None and organ.home.listed is not None else ""
        home = organ.home if organ is not None else self.home
        with self._lock:
            found = self._open.get(key)
            if found is not None and found.home == home:
                self._open.move_to_end(key)
                self._readers[id(found)] += 1
                return found
        made = self._opened(home)
        with self._lock:
            former = self._open.pop(key, None)
            self._open[key] = made
            self._readers[id(made)] += 1
            left = [former] if former is not None else []
            while len(self._open) > self.most:
                left.append(self._open.popitem(last=False)[1])
            self._left |= {id(each): each for each in left}
            closing = self._unread()
        for each in closing:
            each.close()
        return made

    def _opened(self, home: Home) -> Sources:
        """The sources of an organ, or Busy while its views are made.

        Others go on meanwhile; two readers may open the same organ, and one of them closes it again.
        """
        makes = self._organs.listed and self._hasten(home.views.name)
        try:
            if makes and home.kinds() and not are_begun(home):
                raise Busy(
                    "the views of this organ are being made; ask again in a moment "
                    "(if it lasts, the server's log says why)"
                )
            return Sources(home)
        except BadInput as error:  # of the ledger, not of the question
            raise Incomplete("{}", error) from error

    def _give_back(self, found: Sources) -> None:
        with self._lock:
            self._readers[id(found)] -= 1
            closing = self._unread()
        for each in closing:
            each.close()

    def _unread(self) -> list[Sources]:
        gone = [key for key in self._left if self._readers[key] <= 0]
        for key in gone:
            del self._readers[key]
        return [self._left.pop(key) for key in gone]

    def open(self) -> list[Sources]:
        """The sources that are open now."""
        with self._lock:
            return list(self._open.values())

    def lag(self) -> dict[str, int]:
        """By origin, how many entries the views of the organs that are open do not have yet."""
        return {origin: behind for each in self.open() for origin, behind in each.lag().items()}

    def close(self) -> None:
        """Closes every store."""
        with ExitStack() as stack:
            for each in self.open():
                stack.callback(each.close)
            self._open.clear()


def _stands(directory: Path) -> tuple[int, int, int]:
    """Equal while the list of ledgers is the same file, unchanged."""
    with suppress(FileNotFoundError):
        found = os.stat(directory / NAME)  # noqa: PTH116 - asked at every request
        return found.st_ino, found.st_mtime_ns, found.st_size
    return (0, 0, 0)
