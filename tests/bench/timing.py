"""Two sides in turn: CPU seconds of this process and its children, wall time of each piece, memory of a process."""

import math
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter


@dataclass(slots=True)
class Times:
    """The pieces of one side: CPU seconds all together, wall seconds of each."""

    cpu: float = 0.0
    walls: list[float] = field(default_factory=list)

    def take(self, work: Callable[[], object]) -> None:
        """Does a piece of work and notes what it took."""
        before, started = cpu_seconds(), perf_counter()
        work()
        self.walls.append(perf_counter() - started)
        self.cpu += cpu_seconds() - before

    @property
    def wall(self) -> float:
        """Wall seconds of all pieces."""
        return sum(self.walls)

    def quantile(self, part: float) -> float:
        """The wall seconds within which this part of the pieces was done."""
        rows = sorted(self.walls)
        return rows[min(len(rows) - 1, math.ceil(part * len(rows)) - 1)]


def cpu_seconds() -> float:
    """User and system seconds of this process and of its children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def in_turn(ours: Sequence[Callable[[], object]], theirs: Sequence[Callable[[], object]]) -> tuple[Times, Times]:
    """Both sides piece by piece, a piece of ours after each of theirs, so that both meet the same machine."""
    first, second = Times(), Times()
    for own, other in zip(ours, theirs, strict=True):
        second.take(other)
        first.take(own)
    return first, second


def timed(work: Callable[[], object], times: int = 1) -> Times:
    """The same work so many times."""
    found = Times()
    for _ in range(times):
        found.take(work)
    return found


def growth(small: float, large: float, times: float) -> float:
    """The exponent with which a cost grows: 1 is proportional, 0 flat, 2 quadratic."""
    return math.log(max(large, 1e-9) / max(small, 1e-9)) / math.log(times)


_SHIM = (
    "import os, sys; pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ); _, status, used = os.wait4(pid, 0);"
    "print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr); sys.exit(os.waitstatus_to_exitcode(status))"
)
"""Starts a command from a small process: what is started counts the memory of who starts it as its own."""


def environment(**more: str) -> dict[str, str]:
    """That of a process which is measured: as people have it, where Python keeps what it compiled."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | more


def run(
    command: Sequence[str], within: dict[str, str] | None = None, out: Path | None = None, exits: int = 0
) -> tuple[float, float, float]:
    """(CPU seconds, wall seconds, peak MB) of a whole process, its children among them; `out` takes what it says.

    Raises RuntimeError where it ends with another exit code.
    """
    started = perf_counter()
    command = [sys.executable, "-S", "-E", "-c", _SHIM, *command]
    with (out or Path(os.devnull)).open("w") as said:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.PIPE,
            text=True,
            env=within or environment(),
            check=False,
        )
    wall = perf_counter() - started
    if done.returncode != exits:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr[-500:]}")
    cpu, peak = done.stderr.splitlines()[-1].split()
    return float(cpu), wall, int(peak) / 1024


def python(code: str, *arguments: str) -> list[str]:
    """The command that runs this code in an interpreter of its own."""
    return [sys.executable, "-c", code, *arguments]
