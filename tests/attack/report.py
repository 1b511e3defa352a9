"""RESULTS.md: what was tried and what came of it, written by the run itself."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.attack.classes import CLASSES, wanted
from tests.attack.tally import OUTCOMES, Row, Tally
from tests.support import measured

RESULTS = Path(__file__).with_name("RESULTS.md")
WORDS = (
    "Written by `make attack`, never by hand. *Silent*: called valid, or answered from, although something is another",
    "than it was. *Lost*: acknowledged, and not there. *Hands*: somebody had to mend something, or a program fell.",
    "*Found*: named without anything from elsewhere; *by a head*: only because somebody elsewhere holds a checkpoint.",
    "*Harmless*: what was hit is no evidence (free space, a cache, the same bytes). Every attempt is one of these six.",
    "Of mutants *found* is that a test fails, *harmless* that SURVIVORS.md says why none has to, *silent* neither.",
)
SIX = ("Found", "By a head", "Harmless", "Silent", "Lost", "Hands")


def write(tallies: Sequence[Tally]) -> str:
    """Writes RESULTS.md, and returns its text. Raises ValueError where attempts and outcomes differ in number."""
    if wrong := [said for tally in tallies for said in tally.unbalanced()]:
        raise ValueError("; ".join(wrong))
    ran = {tally.name: tally for tally in tallies}
    lines = [
        "# Attacks, as they went",
        "",
        *WORDS,
        "",
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, at commit {measured.commit()}; each class says when it ran, and of",
        "  which commit, where its run kept that",
        f"- {measured.machine()}",
        "",
        *measured.table(("Class", "Attempt", "Made", "Of", *SIX), [_whole(name, ran.get(name)) for name in CLASSES]),
        "",
        *measured.table(
            ("Class", "Seed", "Time", "Ended (UTC)", "Commit"),
            [
                (*(CLASSES[each.name].title, each.seed, f"{each.seconds:.0f} s"), each.ended, _commits(each))
                for each in tallies
            ],
        ),
    ]
    for tally in tallies:
        lines += _parts(tally)
    return measured.write(RESULTS, lines)


def _whole(name: str, tally: Tally | None) -> tuple[object, ...]:
    """A class in one row."""
    each = CLASSES[name]
    if tally is None:
        return each.title, each.attempt, "*not run*", each.number, *[""] * len(SIX)
    return each.title, each.attempt, tally.made, wanted(name, 1), *(tally.total(what) for what in OUTCOMES)


def _commits(tally: Tally) -> str:
    return ", ".join(tally.commits) or "not kept"


def _parts(tally: Tally) -> list[str]:
    """The kinds of attack of a class, with what finds each; what was checked beside them; what passed."""
    lines = ["", f"## {CLASSES[tally.name].title}", ""]
    lines += measured.table(
        ("Kind", "Tried", *SIX, "What finds it"),
        [
            (kind, row.tried, *(getattr(row, what) for what in OUTCOMES), _finder(row, CLASSES[tally.name].by))
            for kind, row in sorted(tally.rows.items())
        ],
    )
    if tally.checks:
        checks = [(name, check.made, check.wrong) for name, check in sorted(tally.checks.items())]
        lines += ["", *measured.table(("Checked beside them", "Times", "Wrong"), checks)]
    lines += [f"\n{note}" for note in tally.notes]
    if tally.left_out:
        lines += ["", f"Attempts that could not be made here: {tally.left_out:,}."]
    if tally.wrong:
        lines += ["", "What passed:", "", *(f"- {said}" for said in tally.wrong)]
    return lines


def _finder(row: Row, itself: str) -> str:
    by = "needs one held elsewhere" if row.by_head else itself if row.found else "–"
    return f"{by} ({', '.join(sorted(row.heads))})" if row.heads else by
