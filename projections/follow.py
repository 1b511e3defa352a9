"""Keeping views up to date while ledgers grow: `python -m projections.follow DIR`, until it is ended.

With `--with-parent` it also ends when its standard input does: the server that started it holds the other end of that
pipe, so that a server which was killed leaves nobody behind. Each line that comes through the pipe names views that
somebody waits for (their file's name): they are made next. A line goes out when everything was looked at once.

The serving process reads the views and cannot write them; this one writes them and serves nothing. When nothing new
comes it judges what stands, as on the day, so that who asks first does not wait for it. With a list of ledgers it keeps
up the views of every organ in it, and judges nothing ahead: what is wrong with one is said once and holds up no other.
The first look at them all may take hours: how far it has come is said from time to time, and what was made by then is
followed meanwhile.
"""

import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic

from ledger.errors import ZerenError
from ledger.home.directory import Home
from ledger.home.ledger_list import NAME
from ledger.home.organs_at_hand import organs_of
from projections.follower import Follower
from projections.language.catalogue import _, explain_error, pick_language, use_language

PAUSE = 0.5
"""Seconds between two looks at the ledgers; a look that finds nothing new asks the file system only."""
TELLING = 10
"""Seconds between two words about how far the first look at many organs has come."""
SWEEP = 5
"""Seconds after which a look at many organs goes back to those that it has done with."""


def follow(
    directory: Path,
    ended: Event,
    *,
    once: bool = False,
    awaited: "SimpleQueue[str] | None" = None,
    looked: Callable[[], None] = lambda: None,
) -> int:
    """Brings the views of a directory, or of every organ in its list of ledgers, up to date until `ended` is set.

    `awaited` names views that somebody waits for, by their file's name; `looked` is called when everything was looked
    at once. Returns the worst exit code of the last look. Raises NoLedger or BadInput at the start; a list that cannot
    be read later is said, and those that it named last are followed.
    """
    rounds = _Rounds(directory, ended, awaited or SimpleQueue(), looked, once=once)
    try:
        while True:
            worst = rounds.look()
            if once or ended.wait(PAUSE):
                return worst
            rounds.judge_ahead()
    finally:
        rounds.close()


class _Rounds:
    """Looks at every directory of a list, or at the one, round by round."""

    def __init__(
        self, directory: Path, ended: Event, awaited: "SimpleQueue[str]", looked: Callable[[], None], *, once: bool
    ) -> None:
        self.directory, self.ended, self.awaited, self.once = directory, ended, awaited, once
        self.listed = _listed(directory)
        self._looked: Callable[[], None] | None = looked
        """Called, and forgotten, when all were looked at for the first time."""
        self._followers: dict[Home, Follower] = {}
        self._list: tuple[int, ...] | None = None

    def look(self) -> int:
        """The worst exit code of a round; it ends early where another list lies there."""
        self._renew()
        worst, done = 0, dict[Follower, None]()
        told = swept = monotonic()
        for each in _in_turn(self._followers, self.awaited):
            worst = max(worst, each.look(patient=self.listed, once=self.once))
            done[each] = None
            if self.ended.is_set() or (self.listed and _list_state(self.directory) != self._list):
                return worst
            if self.listed and self._looked is not None and monotonic() - told >= TELLING:
                said = _("views: {n} of {among} organs looked at").format(n=len(done), among=len(self._followers))
                sys.stderr.write(f"{said}\n")
                told = monotonic()
            if monotonic() - swept >= SWEEP:
                for other in done:
                    worst = max(worst, 0 if other.refused else other.look(patient=self.listed, once=self.once))
                swept = monotonic()
        if self._looked is not None:
            self._looked()
            self._looked = None
        return worst

    def _renew(self) -> None:
        """Takes those that the list names now; where it cannot be read any more, those that it named before."""
        state = _list_state(self.directory)
        if state == self._list:
            return
        try:
            homes = list(homes_of(self.directory))
        except ZerenError as error:
            if self._list is None:
                raise
            sys.stderr.write(f"{explain_error(error)}\n")
        else:
            for gone in self._followers.keys() - {*homes}:
                self._followers.pop(gone).close()
            self._followers |= {home: Follower(home, self.ended) for home in homes if home not in self._followers}
        self._list = state

    def judge_ahead(self) -> None:
        """Judges ahead what nobody has asked yet, of one directory."""
        for each in self._followers.values() if not self.listed else ():
            each.judge_ahead()

    def close(self) -> None:
        """Ends the connections to servers."""
        for each in self._followers.values():
            each.close()


def _in_turn(followers: Mapping[Home, Follower], awaited: "SimpleQueue[str]") -> Iterator[Follower]:
    """Each follower once, and between two of them one that somebody waits for, as often as somebody does."""
    left = {home.views.name: each for home, each in followers.items()}
    every, asked = dict(left), dict[str, None]()
    while left:
        while not awaited.empty():
            asked[awaited.get()] = None
        name = next((name for name in asked if name in every), None)
        if name is not None:
            del asked[name]
            left.pop(name, None)
            every[name].forget()
            yield every[name]
        if left:
            yield left.pop(next(iter(left)))


def _listed(directory: Path) -> bool:
    return (directory / NAME).exists()


def homes_of(directory: Path) -> Iterator[Home]:
    """Every directory whose views are kept; beside a list also that of the access ledger."""
    own = Home(directory)
    if not _listed(directory):
        yield own
        return
    if own.kinds():
        yield own
    yield from (organ.home for organ in organs_of(directory))


def _list_state(directory: Path) -> tuple[int, ...]:
    """Tells whether the list of ledgers, or the access ledger beside it, is another one than at the last look."""
    own = len(Home(directory).kinds())
    if not _listed(directory):
        return (own,)
    found = (directory / NAME).stat()
    return (own, found.st_ino, found.st_mtime_ns, found.st_size)


def main(words: list[str]) -> int:
    """The process; returns the exit code."""
    use_language(pick_language(None))
    ended, awaited, served = Event(), SimpleQueue[str](), "--with-parent" in words[1:]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    if served:
        Thread(target=_until_alone, args=(ended, awaited), daemon=True).start()
    try:
        directory = Path(words[0])
        if not _listed(directory):
            Home(directory).check()
        looked = _say_looked if served else lambda: None
        return follow(directory, ended, once="--once" in words[1:], awaited=awaited, looked=looked)
    except ZerenError as error:
        sys.stderr.write(f"{explain_error(error)}\n")
        return error.exit_code


def _say_looked() -> None:
    sys.stdout.write("looked\n")
    sys.stdout.flush()


def _until_alone(ended: Event, awaited: "SimpleQueue[str]") -> None:
    for line in sys.stdin:
        awaited.put(line.strip())
    ended.set()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
