"""What was judged, kept beside the facts that it follows from: a row for each kind of it and each question.

`by` names the program that judged, for another one judges otherwise; `seal` is a digest of the row: nobody is answered
from one that was changed. Rows are written between questions and never in one (`projections.questions.judged`), which
also proves them; what they hold is text that the room that judges writes and reads.
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from projections.facts.kept_form import JudgedRow, KnownThen
from projections.views.view_store import Views

MOST_ROWS = 8
"""Of each kind those of the latest questions."""
_ROOMS = ("facts", "obligations", "registers", "signals", "views", "data", "../ledger/core", "../ledger/events")
_COLUMNS = "kind, question, entries, last, rests_on, by, body, seal"


def read_judged(views: Views, kind: str, question: str) -> JudgedRow | None:
    """What is kept of a question; None where this program has kept nothing of it, or somebody changed it."""
    rows = views.select(f"SELECT {_COLUMNS} FROM judged WHERE kind = ? AND question = ?", (kind, question))
    found = _row(rows[0]) if rows else None
    return found if found is not None and found.by == this_program() else None


def every_judged(views: Views) -> list[JudgedRow | None]:
    """All rows, in the order of their key, of whichever program; None in the place of one that somebody changed."""
    return [_row(row) for row in views.select(f"SELECT {_COLUMNS} FROM judged ORDER BY kind, question")]


def write_judged(views: Views, rows: Sequence[JudgedRow]) -> None:
    """Keeps rows, in place of those of the same questions, and of each kind the latest `MOST_ROWS` only."""
    with views.datastore.transaction(commit=True) as c:
        c.execute("DELETE FROM judged WHERE by != ?", (this_program(),))
        for row in rows:
            known = row.known
            c.execute("DELETE FROM judged WHERE kind = ? AND question = ?", (row.kind, row.question))
            number = "(SELECT coalesce(max(number), 0) + 1 FROM judged)"
            values = (row.kind, row.question, known.cut, known.last, known.rests_on, row.by, row.body, row.seal())
            c.execute(f"INSERT INTO judged (number, {_COLUMNS}) VALUES ({number},?,?,?,?,?,?,?,?)", values)
            latest = "SELECT number FROM judged WHERE kind = ? ORDER BY number DESC LIMIT ?"
            c.execute(
                f"DELETE FROM judged WHERE kind = ? AND number NOT IN ({latest})", (row.kind, row.kind, MOST_ROWS)
            )


def _row(row: Any) -> JudgedRow | None:
    *texts, seal = row
    kind, question, entries, last, rests_on, by, body = texts
    if list(map(type, texts)) != [str, str, int, bytes, str, str, str]:
        return None
    found = JudgedRow(kind, question, KnownThen(entries, last, rests_on), by, body)
    return found if found.seal() == seal else None


@cache
def this_program() -> str:
    """Digest of what judges: of the sources and tables of the rooms that facts and rules stand in, and the holidays."""
    state = hashlib.sha256()
    for file in _sources():
        state.update(f"{file.parent.name}/{file.name}\n".encode() + file.read_bytes())
    return state.hexdigest()


def _sources() -> Iterator[Path]:
    here = Path(__file__).parent.parent
    for room in _ROOMS:
        yield from sorted((here / room).glob("*.*"))
    holidays = find_spec("chinese_calendar")
    if holidays is not None and holidays.origin is not None:
        yield Path(holidays.origin).with_name("constants.py")
