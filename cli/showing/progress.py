"""How far a long work has come: one line on a terminal, from its second second on, with rate and time left.

Nothing is written where standard error is no terminal, nor in a process of several that do one work together.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TextIO, TypeAlias

from cli.showing.output import width
from projections.language.catalogue import _

Told: TypeAlias = Callable[[int, int], None]
"""Told how much is done, and of how much; 0 where nobody knows yet."""
AFTER, EVERY = 1.0, 0.2
"""Seconds after which the line appears, and after which it is written again."""
CELLS = 24
_CLEAR = "\r\x1b[K"


@contextmanager
def progress_line(label: str) -> Iterator[Told | None]:
    """What to tell within the block how far the work is; None where nobody would see it."""
    if not sys.stderr.isatty() or _one_of_several():
        yield None
        return
    line = ProgressLine(label, sys.stderr)
    try:
        yield line.tell
    finally:
        line.clear()


def _one_of_several() -> bool:
    from multiprocessing import parent_process  # on a terminal only

    return parent_process() is not None


class ProgressLine:
    """The line that a work writes over and over, and takes away at its end."""

    def __init__(self, label: str, out: TextIO, clock: Callable[[], float] = monotonic) -> None:
        self._label, self._out, self._clock = label, out, clock
        self._began = self._written = clock()
        self._first: tuple[float, int] | None = None
        self._is_there = False

    def tell(self, done: int, of: int) -> None:
        """Writes the line where it is time to. What was done before the first word of it is no part of the rate."""
        now = self._clock()
        if self._first is None or done < self._first[1]:
            self._first = now, done
        if now - self._began < AFTER or now - self._written < EVERY:
            return
        since, before = self._first
        rate = (done - before) / (now - since) if now > since else 0.0
        said = self.text(done, of, rate)
        self._out.write(_CLEAR + said)
        self._out.flush()
        self._written, self._is_there = now, True

    def text(self, done: int, of: int, rate: float) -> str:
        """The line: what it is, a bar, how much of how much, how many a second, how long it still takes."""
        said = {"done": f"{done:,}", "of": f"{of:,}", "rate": f"{rate:,.0f}"}
        if not of:
            return f"{self._label}: " + _("{done}, {rate} a second").format(**said)
        words = _("{done} of {of}").format(**said)
        if rate > 0:
            left = _time((of - done) / rate)
            words = _("{done} of {of}, {rate} a second, {left} left").format(**said, left=left)
        from shutil import get_terminal_size  # on a terminal only

        room = get_terminal_size().columns - width(self._label) - width(words) - 6
        cells = min(CELLS, room)
        full = cells * min(done, of) // of
        bar = f"[{'#' * full}{'-' * (cells - full)}] " if cells >= 8 else ""
        return f"{self._label}: {bar}{words}"

    def clear(self) -> None:
        """Takes the line away, so that what follows begins at the left."""
        if self._is_there:
            self._out.write(_CLEAR)
            self._out.flush()


def _time(seconds: float) -> str:
    """Minutes and seconds, with hours where it takes some."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
