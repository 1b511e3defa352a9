"""Proving views again from the entries, slice by slice: every row of every table, whoever changed it.

A second set of views is computed from the entries in a temporary file that has no name, then both are compared row by
row in the order of their keys, at equal positions whatever comes meanwhile. Each step is short, so that whoever serves
readers can take one now and then; the words of the full text, which holds no texts, are compared by where each stands.
Nothing is written but the temporary file.

Long because one proof is one order of steps over the same two sides.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from ledger.application import Ledger
from ledger.clock import system_randomness
from ledger.errors import Incomplete, Invalid
from ledger.home.directory import Home
from ledger.store.sqlite.connection import connect
from projections.facts.kept_form import JudgedRow
from projections.views.agreement import formers
from projections.views.judged_rows import every_judged
from projections.views.likeness_groups import Likeness
from projections.views.project import ProjectedBatch, join_former, join_ledger, project, project_former
from projections.views.rows import LedgerRow
from projections.views.view_store import KnownViews, Views
from projections.views.view_tables import STATEMENTS, VERSION

ENTRIES, ROWS, WORDS = 20, 200, 20
"""What one step takes."""
_SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'tracking' ORDER BY type, name"
_MODULUS = 2**31 - 1


class ViewsDiffer(Invalid):
    """The views do not say what the entries say."""


@dataclass(frozen=True, slots=True)
class ProofProgress:
    """How far a proof is: entries read of all, then tables compared of all; `rows` are those compared so far."""

    entries: int
    of_entries: int
    tables: int
    of_tables: int
    rows: int

    @property
    def percent(self) -> int:
        """The whole of it, reading and comparing half each."""
        read = self.entries / self.of_entries if self.of_entries else 1.0
        return int(50 * min(read, 1.0) + 50 * self.tables / max(self.of_tables, 1))


@dataclass(slots=True)
class _Proof:
    """The two sides, and how far each ledger was read into the second one."""

    live: sqlite3.Connection
    anew: sqlite3.Connection
    ledgers: Mapping[str, Ledger]
    before: Mapping[str, tuple[Ledger, ...]]
    """By origin, the ledgers that one continues."""
    read: dict[str, int] = field(default_factory=dict)
    rows: dict[str, LedgerRow] = field(default_factory=dict)
    likeness: dict[str, Likeness] = field(default_factory=dict)
    compared: int = 0

    def known(self, cut: int) -> Views:
        """What was computed anew, as it was when so many entries of the duty ledger were known."""

        def position(origin: str) -> int:
            read = self.read.get(origin, 0)
            return min(read, cut) if origin in self.rows and self.rows[origin].kind == "duty" else read

        return KnownViews(lambda sql, values=(): self.anew.execute(sql, values).fetchall(), position)

    def positions(self) -> dict[str, int]:
        """How many entries of each ledger the views contain, in the order in which they were joined."""
        found = self.live.execute(
            "SELECT l.origin AS origin, coalesce(t.notification_id, 0) AS n FROM ledgers l"
            " LEFT JOIN tracking t ON t.application_name = l.origin ORDER BY l.id"
        )
        return {str(row["origin"]): row["n"] for row in found}

    def read_on(self, origin: str, upto: int, most: int) -> bool:
        """Reads at most so many entries of a ledger on; False where there are none up to `upto`."""
        start = self.read.get(origin, 0)
        ledger = self.ledgers.get(origin)
        if ledger is None or type(upto) is not int or upto > ledger.size():
            raise ViewsDiffer("the views hold entries of {} that are not on record", origin)
        before = self.before[origin]
        if start == 1 and self._read_before(origin, before, most):
            return True
        stop = 1 if before and start == 0 else start + most
        batch = ledger.page(start, min(upto, stop)) if start < upto else []
        c = self.anew.cursor()
        if batch and origin not in self.rows:
            self.rows[origin] = join_ledger(c, batch[0])
            self.likeness[origin] = Likeness(self.rows[origin].id, new=True)
        if batch:
            written = ProjectedBatch(c, self.rows[origin], self.likeness[origin])
            for event in batch:
                project(written, self.rows[origin], event)
            written.end()
        self.read[origin] = start + len(batch)
        return bool(batch)

    def _read_before(self, origin: str, before: tuple[Ledger, ...], most: int) -> bool:
        """Reads on in the oldest of the ledgers before this one that is not read yet; False where all are."""
        c = self.anew.cursor()
        for former, kept in reversed(list(zip(formers(before), before, strict=True))):
            start = self.read.get(kept.origin, 0)
            if start < former.size:
                if former not in self.rows[origin].former:
                    self.rows[origin] = join_former(c, self.rows[origin], former)
                batch = kept.page(start, min(former.size, start + most))
                written = ProjectedBatch(c, self.rows[origin], self.likeness[origin])
                for event in batch:
                    project_former(written, self.rows[origin], former, event)
                written.end()
                self.read[kept.origin] = start + len(batch)
                return True
        return False

    def level(self) -> None:
        """Reads what came meanwhile: both sides stand at the same positions, as the open transaction sees them."""
        for origin, position in self.positions().items():
            while self.read_on(origin, position, ENTRIES):
                pass


Again = Callable[[Views, JudgedRow], Iterator[str | None]]
"""Judges again what a row holds: None for each step, then the text that it ought to have, if it is of any use."""


def prove(home: Home, again: Again) -> Iterator[ProofProgress]:
    """Proves the views of a directory as they stand, a short step at a time; ends when each row was compared.

    What was judged is judged `again`, one rule a step. Raises ViewsDiffer at the first difference, naming it;
    Incomplete where there are no views of this version.
    """
    if not home.views.exists():
        raise Incomplete("there are no views of this version; make them with: zeren views rebuild")
    with ExitStack() as stack:
        live = stack.enter_context(closing(connect(home.views)))
        anew = stack.enter_context(closing(sqlite3.connect("", isolation_level=None)))
        if live.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            raise Incomplete("there are no views of this version; make them with: zeren views rebuild")
        ledgers, before = {}, {}
        for kind in home.kinds():
            ledger = stack.enter_context(closing(home.open(kind)))
            ledgers[ledger.origin] = ledger
            before[ledger.origin] = stack.enter_context(home.before(ledger))
        for connection in (live, anew):
            connection.row_factory = sqlite3.Row
        for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", *STATEMENTS):
            anew.execute(statement)
        yield from _steps(_Proof(live, anew, ledgers, before), again)


def _steps(proof: _Proof, again: Again) -> Iterator[ProofProgress]:
    made = proof.anew.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    tables = [row["name"] for row in made if not row["name"].startswith(("search", "sqlite_", "judged"))]

    def progress(done: int) -> ProofProgress:
        of = max(sum(proof.positions().values()), 1)
        return ProofProgress(sum(proof.read.values()), of, done, len(tables) + 2, proof.compared)

    if [tuple(row) for row in proof.live.execute(_SCHEMA)] != [tuple(row) for row in proof.anew.execute(_SCHEMA)]:
        raise ViewsDiffer("the tables, indexes and triggers of the views are not those of their version")
    _check_joined(proof)
    for origin in proof.positions():
        while proof.read_on(origin, proof.positions()[origin], ENTRIES):
            yield progress(0)
    for number, table in enumerate(tables):
        for _ in _compare(proof, table):
            yield progress(number)
    for _ in _compare_words(proof):
        yield progress(len(tables))
    for _ in _compare_judged(proof, again):
        yield progress(len(tables) + 1)
    yield progress(len(tables) + 2)


def _check_joined(proof: _Proof) -> None:
    """The ledgers that are here were joined, and no others."""
    strangers = proof.positions().keys() - proof.ledgers.keys()
    if strangers:
        raise ViewsDiffer("the views hold entries of {} that are not on record", min(strangers))
    missing = {origin for origin, ledger in proof.ledgers.items() if ledger.size()} - proof.positions().keys()
    if missing:
        raise Incomplete("the views do not know the ledger {} yet", min(missing))


@contextmanager
def _held(proof: _Proof) -> Iterator[None]:
    """One state of the views while a step compares."""
    proof.live.execute("BEGIN")
    try:
        proof.level()
        yield
    finally:
        proof.live.execute("COMMIT")


def _compare(proof: _Proof, table: str) -> Iterator[None]:
    """Every row of a table by its key, each step within one state of the views."""
    columns = proof.anew.execute(f"PRAGMA table_info({table})").fetchall()
    names = [column["name"] for column in columns]
    keys = [column["name"] for column in sorted(columns, key=lambda column: column["pk"]) if column["pk"]]
    key, places = ", ".join(keys), [names.index(each) for each in keys]
    last: tuple[Any, ...] = ()
    while True:
        after = f"WHERE ({key}) > ({','.join('?' * len(keys))})" if last else ""
        statement = f"SELECT * FROM {table} {after} ORDER BY {key} LIMIT {ROWS}"
        with _held(proof):
            anew, live = ([tuple(row) for row in side.execute(statement, last)] for side in (proof.anew, proof.live))
            if anew != live:
                raise _difference(table, names, places, anew, live)
        proof.compared += len(anew)
        yield
        if not anew:
            return
        last = tuple(anew[-1][place] for place in places)


def _difference(
    table: str, names: list[str], places: list[int], anew: list[tuple[Any, ...]], live: list[tuple[Any, ...]]
) -> ViewsDiffer:
    at = next(
        (i for i, pair in enumerate(zip(anew, live, strict=False)) if pair[0] != pair[1]), min(len(anew), len(live))
    )
    ours, theirs = (side[at] if at < len(side) else None for side in (anew, live))

    def row(of: tuple[Any, ...]) -> str:
        return ", ".join(f"{names[place]} {of[place]}" for place in places)

    def key(of: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
        return None if of is None else tuple(of[place] for place in places)

    if ours is not None and theirs is not None and key(ours) == key(theirs):
        column = next(name for name, a, b in zip(names, ours, theirs, strict=True) if a != b or type(a) is not type(b))
        return ViewsDiffer("the views do not say what the entries say: {} ({}), column {}", table, row(ours), column)
    if theirs is None or (ours is not None and _before(key(ours), key(theirs))):
        return ViewsDiffer("the views lack a row: {} ({})", table, row(ours or ()))
    return ViewsDiffer("the views have a row that follows from no entry: {} ({})", table, row(theirs))


def _before(one: Any, other: Any) -> bool:
    try:
        return bool(one < other)
    except TypeError:  # a value of another kind stands in a key
        return True


def _compare_words(proof: _Proof) -> Iterator[None]:
    """Where each word of the full text stands, word by word: by their number and a sum under numbers drawn by lot."""
    for side in (proof.anew, proof.live):
        for kind, name in (("instance", "places"), ("row", "words")):
            side.execute(f"CREATE VIRTUAL TABLE temp.{name} USING fts5vocab('main', 'search', '{kind}')")
    lots = [int.from_bytes(system_randomness(2), "big") + 1 for _ in range(2)]
    next_words = f"SELECT term FROM temp.words WHERE term > ? ORDER BY term LIMIT {WORDS}"
    sums = (
        f"SELECT term, count(*), sum((doc % {_MODULUS} * ? + offset * ?) % {_MODULUS}), sum(doc) FROM temp.places"
        " WHERE term >= ? AND term <= ? GROUP BY term"
    )
    last, ended = "", False
    while not ended:
        with _held(proof):
            found = {row["term"] for side in (proof.anew, proof.live) for row in side.execute(next_words, (last,))}
            words = sorted(found, key=str.encode)[:WORDS]
            ended = not words
            if words:
                _check_words(proof, sums, words, (*lots, words[0], words[-1]))
                last = words[-1]
        proof.compared += len(words)
        yield


def _check_words(proof: _Proof, sums: str, words: list[str], bounds: tuple[Any, ...]) -> None:
    anew, live = ({row[0]: tuple(row) for row in side.execute(sums, bounds)} for side in (proof.anew, proof.live))
    if anew != live:
        wrong = next(word for word in words if anew.get(word) != live.get(word))
        raise ViewsDiffer("the full text of the views finds {!r} where no entry has it, or misses it", wrong)


def _compare_judged(proof: _Proof, again: Again) -> Iterator[None]:
    """What was judged, each row as long as nothing else came that it rests on."""
    with _held(proof):
        rows = every_judged(KnownViews(lambda sql, values=(): proof.live.execute(sql, values).fetchall(), lambda _: 0))
    for row in rows:
        if row is None:
            raise ViewsDiffer("what the views keep of what was judged was changed")
        computed: list[str | None] = []
        try:
            for text in again(proof.known(row.known.cut), row):
                computed += [text] if text is not None else []
                yield
        except ValueError:
            computed = [None]  # it cannot be read, whatever it ought to say
        if computed not in ([], [row.body]):
            raise ViewsDiffer("what the views keep of what was judged is not what follows from the entries")
        proof.compared += 1
        yield
