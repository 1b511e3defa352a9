"""RESULTS.md of whatever is measured: the one writer of its tables, and what it says of machine and commit."""

import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


def machine() -> str:
    """What it was measured on, and how busy that is now."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} processors, {memory:.0f} GiB, {platform.system()} {platform.machine()},"
        f" {platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version};"
        f" load {os.getloadavg()[0]:.1f} at the end (above the number of processors others use the machine too)"
    )


def commit() -> str:
    """The commit that is checked out, and whether anything but a RESULTS.md was changed since."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], capture_output=True, text=True, check=False, cwd=ROOT).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ":!*RESULTS.md")
    return f"{git('rev-parse', '--short', 'HEAD') or 'unknown'}{' and changes not committed' if changed else ''}"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """The lines of a table; numbers have their thousands apart. Raises ValueError for a row of another length."""
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for row in rows:
        cells = [f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row]
        if len(cells) != len(columns):
            raise ValueError(f"{len(cells)} cells under {len(columns)} columns: {cells}")
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def write(path: Path, lines: Sequence[str]) -> str:
    """Writes the lines, and returns the text."""
    text = "\n".join(lines) + "\n"
    path.write_text(text, encoding="utf-8")
    return text
