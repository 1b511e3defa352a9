"""The process beside the server that brings the views up to date (`projections.follow`): this one cannot write them.

One directory's views are waited for before anybody is served. Those of many organs may take hours where they are made
for the first time: these are waited for `PATIENCE` seconds, and what somebody asks about meanwhile is made next.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from select import select

from api.settings import Settings
from ledger.errors import Incomplete
from ledger.home.directory import Home
from ledger.home.ledger_list import NAME
from projections.language.catalogue import translate
from projections.views.catch_up import are_current

PATIENCE = 10
"""Seconds that the follower gets to look at every organ before the server begins."""
GRACE = 10
"""Seconds that it gets to end the page that it is at."""
SILENT = 2
"""Seconds that somebody who starts the server waits without a word."""


class FollowerProcess:
    """The follower as a process. What it has to say of a fault goes to this process's standard error."""

    def __init__(self, settings: Settings) -> None:
        # The pipe ends with this process, however it ends, and the follower with the pipe.
        self._process = subprocess.Popen(  # noqa: S603 - ours
            _command(settings, "--with-parent"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)  # nobody waits for one that reads no more

    def wait(self) -> bool:
        """Waits a while until everything was looked at once, or it ended; tells whether it did either."""
        if self._has_looked(SILENT):
            return True
        _say_waiting()
        return self._has_looked(PATIENCE - SILENT)

    def _has_looked(self, seconds: float) -> bool:
        """Whether within so many seconds it says so, or ends."""
        out = self._process.stdout
        return out is not None and bool(select([out], [], [], seconds)[0])

    def hasten(self, views: str) -> bool:
        """Has these views, named by their file, made next; tells whether it makes any, or has ended."""
        if self._process.poll() is not None:
            return False
        if self._process.stdin is not None:
            with suppress(OSError):  # it ends now
                self._process.stdin.write(f"{views}\n".encode())
        return True

    def end(self) -> None:
        """Ends it, after the page that it is at."""
        self._process.terminate()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def following(settings: Settings) -> Iterator[FollowerProcess]:
    """The follower while the server runs; the views of one directory are up to date before it is there.

    Raises Incomplete where these cannot be brought up to date and those that lie there are not current.
    """
    listed = (settings.directory / NAME).exists()
    if not listed:
        catch_up(settings)
    follower = FollowerProcess(settings)
    try:
        if listed and not follower.wait():
            said = translate("The views of the other organs are made while it serves, first of all what is asked about")
            sys.stderr.write(f"{said}\n")
        yield follower
    finally:
        follower.end()


def catch_up(settings: Settings) -> None:
    """Brings the views of one directory up to date. Raises Incomplete where that cannot be and they are not current."""
    command = _command(settings, "--once")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        try:
            _, said = process.communicate(timeout=SILENT)
        except subprocess.TimeoutExpired:
            _say_waiting()
            _, said = process.communicate()
        finally:
            process.kill()  # where this process is told to end meanwhile; what is in the views by then stays
    if process.returncode and not are_current(Home(settings.directory)):  # as on a read-only medium
        raise Incomplete("the views cannot be brought up to date: {}", said.strip())
    sys.stderr.write(said)


def _say_waiting() -> None:
    sys.stderr.write(translate("Bringing the views up to date ...") + "\n")
    sys.stderr.flush()


def _command(settings: Settings, *words: str) -> list[str]:
    return [sys.executable, "-m", "projections.follow", str(settings.directory), *words]
