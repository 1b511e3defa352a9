"""A temporary database on disk, so that memory stays constant however many heads there are."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

from ledger.core.seal_map import StreamHead


def scratch(*, threads: bool = False) -> sqlite3.Connection:
    """An empty temporary database, gone when it is closed. `threads`: used by one after the other."""
    return sqlite3.connect("", check_same_thread=not threads)


def rising(heads: Iterable[StreamHead]) -> Iterator[StreamHead]:
    """The heads by rising key. Raises sqlite3.IntegrityError where a key comes twice."""
    with closing(scratch()) as kept:
        kept.execute("CREATE TABLE heads (key BLOB PRIMARY KEY, count, position, leaf) WITHOUT ROWID")
        rows = ((head.key, head.count, head.position, head.leaf) for head in heads)
        kept.executemany("INSERT INTO heads VALUES (?,?,?,?)", rows)
        for row in kept.execute("SELECT key, count, position, leaf FROM heads ORDER BY key"):
            yield StreamHead(*row)
