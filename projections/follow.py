"""Keeping views up to date while ledgers grow: `python -m projections.follow DIR`, until it is ended.

With `--with-parent` it also ends when its standard input does: the server that started it holds the other end of that
pipe, so that a server which was killed leaves nobody behind.

The serving process reads the views and cannot write them; this one writes them and serves nothing.
"""

import signal
import sys
from pathlib import Path
from threading import Event, Thread

from ledger.errors import Busy, Unusable, ZerenError
from ledger.home.directory import Home
from projections.language.catalogue import explain_error, pick_language, use_language
from projections.views.catch_up import views_of

PAUSE = 0.5
"""Seconds between two looks at the ledgers; a look that finds nothing new asks the file system only."""


def follow(home: Home, ended: Event, *, once: bool = False) -> None:
    """Brings the views up to date again and again until `ended` is set. Raises NoLedger or BadInput at the start.

    What the machine refuses for a while (a full disk) is said once and tried again.
    """
    refused = ""
    seen: list[tuple[int, int, int]] = []
    while True:
        try:
            stands = _state(home)
            if stands != seen or not home.views.exists():
                views_of(home).close()
                seen, refused = stands, ""
        except Busy:
            pass  # whoever writes the views now writes the same; look again
        except Unusable as error:
            if once:
                raise
            if refused != (refused := explain_error(error)):
                sys.stderr.write(f"{refused}\n")
        if once or ended.wait(PAUSE):
            return


def _state(home: Home) -> list[tuple[int, int, int]]:
    """Tells whether any ledger may have grown since the last look, from its files alone."""
    files = [home.database(kind) for kind in home.kinds()]
    files += [path.with_name(f"{path.name}-wal") for path in files]
    found = [path.stat() for path in files if path.exists()]
    return [(each.st_ino, each.st_mtime_ns, each.st_size) for each in found]


def main(words: list[str]) -> int:
    """The process; returns the exit code."""
    use_language(pick_language(None))
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    if "--with-parent" in words[1:]:
        Thread(target=_until_alone, args=(ended,), daemon=True).start()
    try:
        home = Home(Path(words[0]))
        home.check()
        follow(home, ended, once="--once" in words[1:])
    except ZerenError as error:
        sys.stderr.write(f"{explain_error(error)}\n")
        return error.exit_code
    return 0


def _until_alone(ended: Event) -> None:
    sys.stdin.buffer.read()
    ended.set()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
