"""Views changed by whoever owns their file: an answer from them is never believed longer than until they are compared.

Views are no evidence: they are built anew from the ledgers. Found is what the comparison names (`zeren views rebuild
--compare`), or what opening refuses and builds anew by itself; what equals views built anew changed nothing.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from random import Random

from ledger.errors import ZerenError
from projections.views.catch_up import digest, rebuild, views_of
from projections.views.view_tables import TABLES
from tests.attack.mutations import other_value
from tests.attack.tally import LONGEST, Tally, within
from tests.attack.target import Victim, victim


def strike(rng: Random, at: Victim) -> str:
    """Bits of the file, a cell, a row less, or a row twice."""
    path = at.home.views
    if rng.random() < 0.3:
        data = bytearray(path.read_bytes())
        start = rng.randrange(len(data))
        data[start] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        return f"bits at {start}"
    with closing(sqlite3.connect(path)) as connection:
        table = rng.choice(TABLES)
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()
        if not rows:
            return "nothing there"
        row, number = rng.choice(rows), rng.randrange(len(columns))
        where = " AND ".join(f"{name} IS ?" for name in columns)
        with suppress(sqlite3.IntegrityError, sqlite3.OperationalError):
            if rng.random() < 0.3:
                connection.execute(f"DELETE FROM {table} WHERE {where}", row)
            else:
                value = other_value(rng, row[number])
                connection.execute(f"UPDATE {table} SET {columns[number]} = ? WHERE {where}", (value, *row))
        connection.commit()
        return f"{table}.{columns[number]}"


def run(tally: Tally) -> Iterator[None]:
    """Every change in turn."""
    with victim() as at:
        rebuild(at.home).close()
        with closing(views_of(at.home)) as whole:
            right = digest(whole)
        views = at.home.views.read_bytes()
        for number in range(tally.done, tally.wanted):
            at.reset()
            for path in at.home.directory.glob("views*"):
                path.unlink()
            at.home.views.write_bytes(views)
            rng = Random(f"{tally.seed}/views/{number}")  # noqa: S311 - places, not secrets
            said = strike(rng, at)
            try:
                with within(LONGEST):
                    before = _standing(at)
                    with closing(rebuild(at.home)) as made:
                        after = digest(made)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding of this run
                tally.count("views.db", "hands", ("hands", f"#{number} {said}: {error!r}"))
            else:
                wrong = [("silent", f"#{number} {said}: built anew they are others")] if after != right else []
                tally.count("views.db", "harmless" if before == right else "found", *wrong)
            yield


def _standing(at: Victim) -> str:
    """The digest of the views as they stand; what is wrong where they cannot be read."""
    try:
        with closing(views_of(at.home)) as views:
            return digest(views)
    except (ZerenError, sqlite3.Error, ValueError) as error:
        return repr(error)
