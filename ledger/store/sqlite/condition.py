"""What state the file of a ledger's database is in, as SQLite itself says, without comparing every index."""

from contextlib import closing
from pathlib import Path

from ledger.frozen import dataclass
from ledger.store.sqlite.connection import connect


@dataclass(frozen=True, slots=True)
class Condition:
    """How the file is kept (`wal` = with a write-ahead log), and what is damaged; None = nothing that was seen."""

    mode: str
    damage: str | None


def condition(path: Path) -> Condition:
    """The state of a database file. Raises what `faults.FAULTS` names where it cannot be read."""
    with closing(connect(path)) as connection:
        mode = str(connection.execute("PRAGMA journal_mode").fetchone()[0])
        found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    return Condition(mode, None if found == "ok" else found)
