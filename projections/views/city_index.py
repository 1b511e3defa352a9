"""The city index: the few facts of many organs that must be asked across them, in one small database.

A cache like all views: `views/city.db` beside the list of ledgers, made anew from the views of each organ at any time.
Each organ's rows are put in its former ones' place in one transaction, with what its ledgers were like then (`stamp`)
and the day as on which they were judged; where a stamp differs the organ has grown since, and answers say so.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, fields
from datetime import date
from pathlib import Path

from ledger.errors import Incomplete
from ledger.store.sqlite.connection import make_private
from projections.views.city_rows import CaseHeld, CountersignedHeld, IndexedOrgan, OrganFacts, PostHeld, SignalHeld

VERSION = 4
_SCHEMA = """
CREATE TABLE organs (organ TEXT PRIMARY KEY, name TEXT, title TEXT, stamp TEXT, day TEXT, entries INTEGER,
  vacant INTEGER, fault TEXT);
CREATE TABLE signal_counts (organ TEXT, weight TEXT, n INTEGER, PRIMARY KEY (organ, weight)) WITHOUT ROWID;
CREATE TABLE posts (organ TEXT, person TEXT, name TEXT, post TEXT, acting INTEGER, first TEXT, last TEXT);
CREATE TABLE links (organ TEXT, number INTEGER, fingerprint TEXT, person TEXT);
CREATE TABLE cases (organ TEXT, case_id TEXT, unit TEXT, opened TEXT, red TEXT, points INTEGER);
CREATE TABLE signals (organ TEXT, code TEXT, weight TEXT, entry TEXT, parties TEXT, ledger TEXT, position INTEGER);
CREATE TABLE countersigned (organ TEXT, signer TEXT, signer_name TEXT, other TEXT, other_name TEXT, times INTEGER,
  first TEXT, last TEXT);
CREATE INDEX posts_of ON posts (organ, person);
CREATE INDEX posts_named ON posts (name);
CREATE INDEX signals_of ON signals (code, weight);
CREATE INDEX signals_in ON signals (organ);
CREATE INDEX links_in ON links (organ);
CREATE INDEX cases_in ON cases (organ);
CREATE INDEX countersigned_in ON countersigned (organ);
"""
_IN_ORDER = "ORDER BY organ, person, first, post"
Identified = tuple[str, str]
"""A person: fingerprint of the ledger that registers him, and the id there."""
_PARTS = ("posts", "links", "cases", "signals", "countersigned")


class CityIndex:
    """The index beside a list of ledgers. Raises Incomplete where there is none, or it is damaged or of another
    version. Only who makes it may write to it."""

    def __init__(self, directory: Path, *, make: bool = False) -> None:
        path = self.path = directory / "views" / "city.db"
        self._mode = "rw" if make else "ro"
        if make and not self._is_sound():
            path.unlink(missing_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            make_private(path)
            with self._connection() as connection:
                connection.executescript(_SCHEMA)
                connection.execute(f"PRAGMA user_version = {VERSION}")
        if not self._is_sound():
            raise Incomplete("there is no city index of this version; make it with: zeren city refresh")

    def _is_sound(self) -> bool:
        try:
            with self._connection() as connection:
                return bool(connection.execute("PRAGMA user_version").fetchone()[0] == VERSION)
        except Incomplete:
            return False

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if not self.path.is_file():
            raise Incomplete("there is no city index of this version; make it with: zeren city refresh")
        try:
            address = f"{self.path.absolute().as_uri()}?mode={self._mode}"
            with closing(sqlite3.connect(address, timeout=30, uri=True)) as connection, connection:
                connection.row_factory = sqlite3.Row
                yield connection
        except sqlite3.DatabaseError as error:
            raise Incomplete(
                "the city index is damaged; remove {} and make it with: zeren city refresh", self.path
            ) from error

    def put(self, facts: OrganFacts) -> None:
        """Puts the facts of an organ in its former ones' place."""
        own = [each.name for each in fields(OrganFacts) if each.name not in _PARTS]
        with self._connection() as connection:
            self._forget(connection, facts.organ)
            marks = ", ".join("?" * len(own))
            values = [_stored(getattr(facts, name)) for name in own]
            connection.execute(f"INSERT INTO organs ({', '.join(own)}) VALUES ({marks})", values)
            for part in _PARTS:
                for row in getattr(facts, part):
                    cells = [_stored(cell) for cell in astuple(row)]
                    connection.execute(f"INSERT INTO {part} VALUES ({', '.join('?' * len(cells))})", cells)
            counts = Counter(signal.weight for signal in facts.signals)
            connection.executemany(
                "INSERT INTO signal_counts VALUES (?, ?, ?)", ((facts.organ, *each) for each in counts.items())
            )

    def keep_only(self, organs: Sequence[str]) -> None:
        """Forgets every organ but these."""
        with self._connection() as connection:
            known = [row["organ"] for row in connection.execute("SELECT organ FROM organs")]
            for organ in set(known) - set(organs):
                self._forget(connection, organ)

    @staticmethod
    def _forget(connection: sqlite3.Connection, organ: str) -> None:
        for table in ("organs", "signal_counts", *_PARTS):
            connection.execute(f"DELETE FROM {table} WHERE organ = ?", (organ,))

    # --- reads ---

    def stands(self) -> dict[str, tuple[str, date]]:
        """(stamp, day) of each organ, by fingerprint."""
        rows = self._rows("SELECT organ, stamp, day FROM organs")
        return {row["organ"]: (row["stamp"], date.fromisoformat(row["day"])) for row in rows}

    def organs(self) -> list[IndexedOrgan]:
        """Every organ with its counts, in order of name; no row is read for each of its signals."""
        counts: dict[str, dict[str, int]] = {}
        for row in self._rows("SELECT organ, weight, n FROM signal_counts"):
            counts.setdefault(row["organ"], {})[row["weight"]] = row["n"]
        cases = {
            row["organ"]: (row["n"], row["points"])
            for row in self._rows("SELECT organ, count(*) AS n, sum(points) AS points FROM cases GROUP BY organ")
        }
        return [
            IndexedOrgan(
                row["organ"],
                row["name"],
                row["title"],
                row["stamp"],
                date.fromisoformat(row["day"]),
                row["entries"],
                row["vacant"],
                row["fault"],
                *cases.get(row["organ"], (0, 0)),
                counts.get(row["organ"], {}),
            )
            for row in self._rows("SELECT * FROM organs ORDER BY name, organ")
        ]

    def posts_named(self, text: str) -> list[PostHeld]:
        """The posts of persons whose name holds this, or whose id it is."""
        like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        where = "name LIKE ? ESCAPE '\\' OR person = ?"
        return [*map(_post, self._rows(f"SELECT * FROM posts WHERE {where} {_IN_ORDER}", (like, text)))]

    def names(self, organs: Collection[str]) -> list[str]:
        """The names of everybody who held a post in one of these organs, each once."""
        rows = self._rows("SELECT DISTINCT organ, name FROM posts")
        return sorted({row["name"] for row in rows if row["organ"] in organs})

    def posts_of(self, identities: Collection[Identified]) -> dict[Identified, list[PostHeld]]:
        """The posts of each of these, in the organ of its fingerprint."""
        one = f"SELECT * FROM posts WHERE organ = ? AND person = ? {_IN_ORDER}"
        with self._connection() as connection:
            return {each: [*map(_post, connection.execute(one, each))] for each in identities}

    def joined(self, organs: Collection[str]) -> dict[Identified, frozenset[Identified]]:
        """By identity, (fingerprint, id), every one that is the same person by the links on record in these organs;
        of an identity that no link names nothing."""
        found: dict[Identified, frozenset[Identified]] = {}
        linked: dict[tuple[str, int], list[Identified]] = {}
        for row in self._rows("SELECT * FROM links"):
            if row["organ"] in organs:
                linked.setdefault((row["organ"], row["number"]), []).append((row["fingerprint"], row["person"]))
        for identities in linked.values():
            one = frozenset().union(identities, *(found.get(each, ()) for each in identities))
            found |= dict.fromkeys(one, one)
        return found

    def countersigned(self) -> list[CountersignedHeld]:
        """Who countersigned whose acts, by organ."""
        return [
            CountersignedHeld(
                row["organ"],
                row["signer"],
                row["signer_name"],
                row["other"],
                row["other_name"],
                row["times"],
                date.fromisoformat(row["first"]),
                date.fromisoformat(row["last"]),
            )
            for row in self._rows("SELECT * FROM countersigned ORDER BY organ, signer, other")
        ]

    def cases(self) -> list[CaseHeld]:
        """Every case, the one opened last first."""
        rows = self._rows("SELECT * FROM cases ORDER BY opened DESC, organ, case_id")
        return [
            CaseHeld(row["organ"], row["case_id"], row["unit"], row["opened"], _words(row["red"]), row["points"])
            for row in rows
        ]

    def signals(self, code: str | None, weight: str | None) -> list[SignalHeld]:
        """The signals of a code and a weight, or of all, by organ and entry."""
        where = "(? IS NULL OR code = ?) AND (? IS NULL OR weight = ?)"
        rows = self._rows(
            f"SELECT * FROM signals WHERE {where} ORDER BY organ, code, entry", (code, code, weight, weight)
        )
        return list(map(_signal, rows))

    def first_signals(self, organs: Sequence[str], code: str | None, weight: str | None, most: int) -> list[SignalHeld]:
        """The same of these organs, in their order, no more than so many: no organ is read once they are found."""
        has = "SELECT DISTINCT organ FROM signal_counts WHERE ? IS NULL OR weight = ?"
        having = {row["organ"] for row in self._rows(has, (weight, weight))}
        where = "organ = ? AND (? IS NULL OR code = ?) AND (? IS NULL OR weight = ?)"
        first = f"SELECT * FROM signals INDEXED BY signals_in WHERE {where} ORDER BY code, entry LIMIT ?"
        found: list[SignalHeld] = []
        for organ in organs:
            if organ in having and len(found) < most:
                found += map(_signal, self._rows(first, (organ, code, code, weight, weight, most - len(found))))
        return found

    def count_signals(self, organs: Collection[str], code: str | None, weight: str | None) -> int:
        """How many there are in these organs."""
        counts = "SELECT organ, sum(n) AS n FROM signal_counts WHERE ? IS NULL OR weight = ? GROUP BY organ"
        values: tuple[str | None, ...] = (weight, weight)
        if code is not None:
            counts = (
                "SELECT organ, count(*) AS n FROM signals WHERE code = ? AND (? IS NULL OR weight = ?) GROUP BY organ"
            )
            values = (code, weight, weight)
        return sum(row["n"] for row in self._rows(counts, values) if row["organ"] in organs)

    def _rows(self, statement: str, values: Sequence[str | int | None] = ()) -> list[sqlite3.Row]:
        with self._connection() as connection:
            return connection.execute(statement, values).fetchall()


def _post(row: sqlite3.Row) -> PostHeld:
    return PostHeld(
        row["organ"],
        row["person"],
        row["name"],
        row["post"],
        bool(row["acting"]),
        date.fromisoformat(row["first"]),
        date.fromisoformat(row["last"]) if row["last"] is not None else None,
    )


def _signal(row: sqlite3.Row) -> SignalHeld:
    concerns = _words(row["parties"])
    return SignalHeld(row["organ"], row["code"], row["weight"], row["entry"], concerns, row["ledger"], row["position"])


def _stored(value: object) -> object:
    if isinstance(value, tuple):
        return "\n".join(value)
    return value.isoformat() if isinstance(value, date) else value


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()
