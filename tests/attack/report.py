"""RESULTS.md: what was tried and what came of it, written by the run itself."""

import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.attack.classes import CLASSES, wanted
from tests.attack.tally import Tally

RESULTS = Path(__file__).with_name("RESULTS.md")
WORDS = (
    "Written by `make attack`, never by hand. *Silent*: called valid, or answered from, although something is another",
    "than it was. *Lost*: acknowledged, and not there. *Hands*: somebody had to mend something, or a program fell.",
    "*Found*: named without anything from elsewhere; *by a head*: only because somebody elsewhere holds a checkpoint.",
    "*Harmless*: what was hit is no evidence (free space, a cache, the same bytes).",
)


def write(tallies: Sequence[Tally]) -> str:
    """Writes RESULTS.md, and returns its text."""
    lines = [
        "# Attacks, as they went",
        "",
        *WORDS,
        "",
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- {_machine()}",
        f"- commit {_commit()}",
        "",
        "| Class | Attempt | Made | Of | Found | By a head | Harmless | Silent | Lost | Hands | Seed | Time |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for tally in tallies:
        each = CLASSES[tally.name]
        found = [f"{tally.total(what):,}" for what in ("found", "by_head", "harmless", "silent", "lost", "hands")]
        lines.append(
            f"| {each.title} | {each.attempt} | {tally.done:,} | {wanted(tally.name, 1):,} | {' | '.join(found)} |"
            f" {tally.seed} | {tally.seconds:.0f} s |"
        )
    missing = [CLASSES[name] for name in CLASSES if name not in {tally.name for tally in tallies}]
    lines += [f"| {each.title} | {each.attempt} | *not run* | {each.number:,} |{' |' * 8}" for each in missing]
    for tally in tallies:
        lines += _rows(tally)
    text = "\n".join(lines) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    return text


def _rows(tally: Tally) -> list[str]:
    """The kinds of attack of a class, with what finds each."""
    lines = ["", f"## {CLASSES[tally.name].title}", ""]
    lines += ["| Kind | Tried | Found | By a head | Harmless | Silent | Lost | Hands | What finds it |"]
    lines += ["|---|---|---|---|---|---|---|---|---|"]
    for kind, row in sorted(tally.rows.items()):
        by = "needs one held elsewhere" if row.by_head else ""
        if row.heads:
            by += f" ({', '.join(sorted(row.heads))})"
        by = by or ("the ledger itself" if row.found else "–")
        numbers = (row.tried, row.found, row.by_head, row.harmless, row.silent, row.lost, row.hands)
        lines.append(f"| {kind} | {' | '.join(f'{number:,}' for number in numbers)} | {by} |")
    lines += [f"\n{note}" for note in tally.notes]
    if tally.wrong:
        lines += ["", "What passed:", "", *(f"- {said}" for said in tally.wrong)]
    return lines


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} processors, {memory:.0f} GiB, {platform.system()} {platform.machine()},"
        f" {platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version};"
        f" load {os.getloadavg()[0]:.1f} at the end (above the number of processors others use the machine too)"
    )


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(
            ["git", *words], capture_output=True, text=True, check=False, cwd=RESULTS.parent
        ).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ":!*RESULTS.md")
    return f"{git('rev-parse', '--short', 'HEAD') or 'unknown'}{' and changes not committed' if changed else ''}"
