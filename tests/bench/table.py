"""What was measured, as a table with aims in RESULTS.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.support import measured

RESULTS, CITY = (Path(__file__).with_name(name) for name in ("RESULTS.md", "CITY.md"))


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: what, the figure, the aim and whether it is met (None: no aim), and what stands behind it."""

    group: str
    name: str
    figure: str
    aim: str = ""
    met: bool | None = None
    detail: str = ""


def at_least(group: str, name: str, value: float, aim: float, detail: str = "") -> Row:
    """A ratio that should not be lower."""
    return Row(group, name, f"{value:.2f}", f"≥ {aim:g}", value >= aim, detail)


def at_most(group: str, name: str, value: float, aim: float, detail: str = "", unit: str = "") -> Row:
    """A figure that should not be higher."""
    return Row(group, name, f"{value:.2f}{unit}", f"≤ {aim:g}{unit}", value <= aim, detail)


def write(rows: Sequence[Row], sizes: Sequence[int], seconds: float, left_out: Sequence[str]) -> str:
    """Writes RESULTS.md, and returns its text."""
    lines = [
        "# Speed, measured",
        "",
        "Written by `make bench` (`make bench QUICK=1` for 1,000 and 10,000 entries), never by hand. Ratios are of two",
        "works done in turn in small pieces in one run; CPU is user and system time, with that of children. What does",
        "not reach its aim is told so.",
        "",
        *made(f"{' / '.join(f'{size:,}' for size in sizes)} entries", seconds),
    ]
    if left_out:
        lines.append(f"- left out: {'; '.join(left_out)}")
    return measured.write(RESULTS, [*lines, *_tables(rows)])


def write_city(rows: Sequence[Row], organs: int, entries: int, seconds: float, further: Sequence[str]) -> str:
    """Writes CITY.md with a further chapter, and returns its text."""
    lines = [
        "# A city, measured",
        "",
        "Written by `make city` (`make city ORGANS=1000 ENTRIES=5000` for a large one), never by hand. The organs are",
        "those of `tests/tools/city.py`, the same each time. Whole commands are measured, over the city and in the",
        "directory of one organ alone in turn; CPU is user and system time, with that of children.",
        "",
        *made(f"{organs:,} organs of {entries:,} entries", seconds),
    ]
    return measured.write(CITY, [*lines, *_tables(rows), *further])


def made(what: str, seconds: float) -> list[str]:
    """When, of what size, how long, on what machine and commit."""
    return [
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- {what}; {seconds:.0f} s in all",
        f"- {measured.machine()}",
        f"- commit {measured.commit()}",
    ]


def _tables(rows: Sequence[Row]) -> list[str]:
    lines: list[str] = []
    for group in dict.fromkeys(row.group for row in rows):
        lines += ["", f"## {group}", ""]
        lines += measured.table(
            ("Measure", "Figure", "Aim", "Met", "Behind it"),
            [(row.name, row.figure, row.aim or "–", _word(row.met), row.detail) for row in rows if row.group == group],
        )
    return lines


def _word(met: bool | None) -> str:
    return {None: "–", True: "yes", False: "**no**"}[met]
