"""What an attack class found, kept as it goes on so that a run that was stopped goes on where it was."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import current_thread, main_thread
from time import perf_counter
from typing import Any

STATE = Path(os.environ.get("ATTACK_STATE", Path(__file__).parents[2] / ".attack"))
"""Where classes keep how far they are; not part of the repository."""
SAVE_EVERY = 10.0
"""Seconds."""


LONGEST = 120
"""Seconds after which an attempt counts as one that never ends."""


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raises TimeoutError where the block takes longer, as far as the system has alarms and this is the main thread."""
    if current_thread() is not main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return

    def late(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@dataclass(slots=True)
class Row:
    """One kind of attack of a class."""

    tried: int = 0
    found: int = 0
    """Named by the ledger, the program or the reader alone."""
    by_head: int = 0
    """Named only because a head of it is held elsewhere."""
    harmless: int = 0
    """Nothing that is evidence was changed by it: free pages, caches, the same bytes again."""
    silent: int = 0
    lost: int = 0
    hands: int = 0
    """Somebody had to mend something, or the program fell over."""
    heads: dict[str, int] = field(default_factory=dict)
    """Which head it was, and how often."""


@dataclass(slots=True)
class Tally:
    """The counts of a class by kind of attack, and what went wrong, in words."""

    name: str
    seed: str
    wanted: int
    done: int = 0
    """Attempts that were made; a run that goes on begins there."""
    seconds: float = 0.0
    rows: dict[str, Row] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _saved: float = 0.0
    _started: float = field(default_factory=perf_counter)

    def row(self, kind: str) -> Row:
        """The counts of a kind of attack."""
        return self.rows.setdefault(kind, Row())

    def fail(self, kind: str, what: str, said: str) -> None:
        """Counts what must not be: `what` is silent, lost or hands."""
        row = self.row(kind)
        setattr(row, what, getattr(row, what) + 1)
        if len(self.wrong) < 200:
            self.wrong.append(f"{kind}: {what}: {said}")

    def total(self, what: str) -> int:
        """The sum of a count over all kinds."""
        return sum(getattr(row, what) for row in self.rows.values())

    @property
    def clean(self) -> bool:
        """Whether nothing passed in silence, was lost or needed a hand."""
        return not any(self.total(what) for what in ("silent", "lost", "hands"))

    def step(self) -> None:
        """Another attempt was made."""
        self.done += 1
        if perf_counter() - self._saved > SAVE_EVERY:
            self.save()

    def save(self) -> None:
        """Keeps the counts where the next run finds them."""
        now = perf_counter()
        self.seconds, self._started, self._saved = self.seconds + now - self._started, now, now
        STATE.mkdir(parents=True, exist_ok=True)
        part = STATE / f"{self.name}.part"
        part.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
        part.replace(STATE / f"{self.name}.json")


def resumed(name: str, seed: str, wanted: int) -> Tally:
    """The tally of a class: that of an earlier run of the same seed and scale, or a new one."""
    found = kept(name)
    return found if found is not None and (found.seed, found.wanted) == (seed, wanted) else Tally(name, seed, wanted)


def kept(name: str) -> Tally | None:
    """The tally of the last run of a class, whatever its seed and scale; None where there was none."""
    try:
        data: dict[str, Any] = json.loads((STATE / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    rows = {kind: Row(**row) for kind, row in data["rows"].items()}
    return Tally(name, data["seed"], data["wanted"], data["done"], data["seconds"], rows, data["wrong"], data["notes"])
