"""Keeping views up to date while ledgers grow: `python -m projections.follow DIR`, until it is ended.

With `--with-parent` it also ends when its standard input does: the server that started it holds the other end of that
pipe, so that a server which was killed leaves nobody behind. Each line that comes through the pipe names views that
somebody waits for (their file's name): they are made next. A line goes out when everything was looked at once.

The serving process reads the views and cannot write them; this one writes them and serves nothing. When nothing new
comes it judges what stands, as on the day, so that who asks first does not wait for it. With a list of ledgers it keeps
up the views of every organ in it, and judges nothing ahead: what is wrong with one is said once and holds up no other.
How far the first look at them all has come is said from time to time.
"""

import signal
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic

from ledger.clock import now
from ledger.errors import Busy, Unusable, ZerenError
from ledger.home.directory import Home
from ledger.home.ledger_list import NAME
from ledger.home.organs_at_hand import organs_of
from ledger.store.opening import stands, watch
from ledger.store.pointer import is_pointer
from ledger.store.store_protocol import Watching
from projections.language.catalogue import _, explain_error, pick_language, use_language
from projections.views.catch_up import views_of

PAUSE = 0.5
"""Seconds between two looks at the ledgers; a look that finds nothing new asks the file system only."""
TELLING = 10
"""Seconds between two words about how far the first look at many organs has come."""
State = list[Hashable]


class Follower:
    """Brings the views of one directory up to date, again and again."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._servers: dict[Path, Watching] = {}
        """Of ledgers on servers, which no file tells of: a connection each, asked at every look."""
        self._seen: State = []
        self._refused = ""
        self._judged: Hashable = None
        """The state and the day for which was judged ahead."""

    def look(self, *, patient: bool, once: bool) -> int:
        """One look; returns the exit code of what is wrong, 0 for nothing.

        What the machine refuses for a while (a full disk) is said once and tried again. Any other fault is raised,
        unless others must not wait for this one (`patient`).
        """
        try:
            state = self._state()
            if state != self._seen or not self.home.views.exists():
                self.home.check()
                views_of(self.home).close()
                self._seen, self._refused = state, ""
        except Busy:
            return 0  # whoever writes the views now writes the same; look again
        except ZerenError as error:
            if not patient and (once or not isinstance(error, Unusable)):
                raise
            said = f"{self.home.directory}: {explain_error(error)}" if patient else explain_error(error)
            if said != self._refused:
                sys.stderr.write(f"{said}\n")
            self._refused = said
            return error.exit_code
        return 0

    def _state(self) -> State:
        """Tells whether any ledger may have grown since the last look: by its files alone, or by asking its server."""
        found: State = []
        for place in map(self.home.database, self.home.kinds()):
            if not is_pointer(place):
                found.append(stands(place))
                continue
            server = self._servers.pop(place, None) or watch(place)
            try:
                found.append(server.token())
            except BaseException:
                server.close()  # the next look connects anew
                raise
            self._servers[place] = server
        return found

    def judge_ahead(self) -> None:
        """Judges what stands, once for a state and a day; where that cannot be, whoever asks is told why."""
        of = (tuple(self._seen), now().date())
        if self._judged == of:
            return
        self._judged = of
        from projections.questions.judged import ahead  # with all that judges

        with suppress(ZerenError), closing(views_of(self.home)) as views:
            ahead(views)

    def close(self) -> None:
        """Ends the connections to servers."""
        while self._servers:
            self._servers.popitem()[1].close()


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
    at once. Returns the worst exit code of the last look. Raises NoLedger or BadInput at the start.
    """
    followers: dict[Home, Follower] = {}
    homes: list[Home] = []
    listed = _listed(directory)
    before: tuple[int, ...] | None = None
    tell = _telling() if listed else None
    try:
        while True:
            state = _list_state(directory)
            if state != before:
                homes, before = list(homes_of(directory)), state
                for gone in followers.keys() - {*homes}:
                    followers.pop(gone).close()
            followers |= {home: Follower(home) for home in homes if home not in followers}
            worst = 0
            for number, each in enumerate(_in_turn(followers, awaited or SimpleQueue()), 1):
                worst = max(worst, each.look(patient=listed, once=once))
                if ended.is_set():
                    break
                if tell is not None:
                    tell(number, len(followers))
            else:
                looked()
                tell, looked = None, lambda: None
            if once or ended.wait(PAUSE):
                return worst
            for each in followers.values() if not listed else ():
                each.judge_ahead()
    finally:
        for each in followers.values():
            each.close()


def _in_turn(followers: Mapping[Home, Follower], awaited: "SimpleQueue[str]") -> Iterator[Follower]:
    """Each follower, one that somebody waits for before the others and where need be once more."""
    left = {home.views.name: each for home, each in followers.items()}
    every = dict(left)
    while left:
        name = next(iter(left)) if awaited.empty() else awaited.get()
        if name in every:  # not one that was taken off the list meanwhile
            left.pop(name, None)
            yield every[name]


def _telling() -> Callable[[int, int], None]:
    last = monotonic()

    def tell(number: int, among: int) -> None:
        nonlocal last
        if monotonic() - last >= TELLING:
            said = _("views: {n} of {among} organs looked at").format(n=number, among=among)
            sys.stderr.write(f"{said}\n")
            last = monotonic()

    return tell


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
