"""What an attack class found, kept as it goes on so that a run that was stopped goes on where it was.

An attempt has one outcome, the gravest; what is looked at beside the attempts (a reader beside the writers, the whole
copy before any change) is a check and counted apart.
"""

import json
import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
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
WRONG = ("silent", "lost", "hands")
"""What must not be, the gravest first."""
OUTCOMES = ("found", "by_head", "harmless", *WRONG)
"""What comes of an attempt: one of these."""


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

    def outcomes(self) -> int:
        """How many attempts something came of."""
        return sum(getattr(self, what) for what in OUTCOMES)


@dataclass(slots=True)
class Check:
    """Something that has to hold beside the attempts of a class."""

    made: int = 0
    wrong: int = 0


@dataclass(slots=True)
class Tally:
    """The counts of a class by kind of attack, and what went wrong, in words."""

    name: str
    seed: str
    wanted: int
    done: int = 0
    """Attempts that are behind; a run that goes on begins there."""
    seconds: float = 0.0
    rows: dict[str, Row] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)
    left_out: int = 0
    """Attempts that could not be made here; the notes say why."""
    commits: list[str] = field(default_factory=list)
    """What was tried: more than one where a run went on after a change."""
    ended: str = ""
    """When the last attempt was kept, UTC."""
    _saved: float = 0.0
    _started: float = field(default_factory=perf_counter)

    def row(self, kind: str) -> Row:
        """The counts of a kind of attack."""
        return self.rows.setdefault(kind, Row())

    def count(self, kind: str, what: str, *wrong: tuple[str, str]) -> None:
        """Counts an attempt: `what` came of it, or the gravest of what went wrong, (what, said) each."""
        row = self.row(kind)
        what = min((each for each, _ in wrong), key=WRONG.index, default=what)
        row.tried += 1
        setattr(row, what, getattr(row, what) + 1)
        self._tell(f"{kind}: {each}: {said}" for each, said in wrong)

    def check(self, name: str, made: int, wrong: Sequence[str]) -> None:
        """Counts so many checks beside the attempts, and those of them that something is wrong with."""
        check = self.checks.setdefault(name, Check())
        check.made += made
        check.wrong += len(wrong)
        self._tell(f"{name}: {said}" for said in wrong)

    def _tell(self, wrong: Iterable[str]) -> None:
        self.wrong += list(wrong)[: 200 - len(self.wrong)]

    @property
    def made(self) -> int:
        """How many attempts were made."""
        return self.total("tried")

    def unbalanced(self) -> list[str]:
        """Where attempts and what came of them differ in number; empty where every attempt has one outcome."""
        found = [
            f"{self.name}: {kind}: {row.outcomes():,} outcomes of {row.tried:,} attempts"
            for kind, row in self.rows.items()
            if row.outcomes() != row.tried
        ]
        if self.made + self.left_out != self.done:
            found.append(f"{self.name}: {self.made:,} made and {self.left_out:,} left out of {self.done:,} attempts")
        return found

    def total(self, what: str) -> int:
        """The sum of a count over all kinds."""
        return sum(getattr(row, what) for row in self.rows.values())

    @property
    def clean(self) -> bool:
        """Whether nothing passed in silence, was lost or needed a hand."""
        return not any(self.total(what) for what in WRONG) and not any(row.wrong for row in self.checks.values())

    def step(self) -> None:
        """Another attempt was made."""
        self.done += 1
        if perf_counter() - self._saved > SAVE_EVERY:
            self.save()

    def save(self) -> None:
        """Keeps the counts where the next run finds them."""
        now = perf_counter()
        self.ended = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
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
    path = STATE / f"{name}.json"
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    tally = Tally(name, data["seed"], data["wanted"], data["done"], data["seconds"])
    tally.rows = {kind: Row(**row) for kind, row in data["rows"].items()}
    tally.wrong, tally.notes = data["wrong"], data["notes"]
    tally.checks = {kind: Check(**row) for kind, row in data.get("checks", {}).items()}
    tally.left_out, tally.commits = data.get("left_out", 0), data.get("commits", [])
    tally.ended = data.get("ended") or f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y-%m-%d %H:%M}"
    return tally
