"""Bringing views up to date with their ledgers, and rebuilding them.

A rebuild goes into a new file, which then takes the old one's place: readers see the old views or the new ones,
never half of either. What is new since then is applied in pages, each in one transaction with its position. The first
views of a directory begin in a new file too: one whose making was interrupted never lies where views are looked for.

Long because making, joining, telling and replacing views are one order of steps, each of which may be the last of a
process.
"""

import fcntl
import hashlib
import json
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from ledger.application import Ledger
from ledger.errors import BadInput, Damaged, Incomplete, NotWritable, Unfitting, ZerenError
from ledger.events.record import Recorded
from ledger.home.directory import Home
from ledger.store.faults import explain, explain_system
from ledger.store.sqlite.connection import beside, connect, journal, make_private
from projections.views.agreement import agrees, formers
from projections.views.judged_rows import every_judged
from projections.views.view_store import ReadOnlyViews, Views
from projections.views.view_tables import TABLES, VERSION

PAGE = 1000
CACHE = 48 * 1024
"""KiB of pages that are kept while views are made: what an entry is like is looked up all over the tables."""
Told = Callable[[int, int], None]
"""How many entries of a ledger the views have, of how many."""
Opened = Mapping[str, Ledger]
"""The ledgers of a directory by kind."""


def catch_up(views: Views, ledger: Ledger, before: Sequence[Ledger] = (), told: Told | None = None) -> int:
    """Applies the entries that the views do not have yet; returns how many of its own there were.

    `before` are the ledgers that it continues, as far as they are at hand: they are read with it, behind its genesis.
    `told` hears after each page how many of its entries are applied, of how many.

    Another process may do the same at the same time. Raises Incomplete where the views were computed from other entries
    than the ledger has, Unfitting where an entry says again what an earlier one says and cannot be told beside it.
    """
    if not agrees(views, ledger, before):
        raise Incomplete(
            "the views were computed from other entries than {} has; rebuild them with: zeren views rebuild",
            ledger.origin,
        )
    applied, origin = 0, ledger.origin
    if before and views.position(origin) == 0:
        views.apply(ledger.page(0, limit=1))
        applied = 1
    for former, kept in reversed(list(zip(formers(before), before, strict=True))):
        while batch := kept.page(views.position(kept.origin), limit=PAGE):
            views.apply_former(origin, former, batch)
    while batch := ledger.page(position := views.position(origin), limit=PAGE):
        try:
            views.apply(batch)
        except Unfitting:
            if views.position(origin) == position:  # nobody else applied it meanwhile
                _find_unfitting(views, batch)
        else:
            applied += len(batch)
        if told is not None:
            told(position + len(batch), ledger.size())
    return applied


def _find_unfitting(views: Views, batch: list[Recorded]) -> None:
    """Applies one by one, so that the entry that does not fit is named."""
    for event in batch:
        try:
            views.apply([event])
        except Unfitting as error:
            if views.position(event.ledger) <= event.position:
                raise Unfitting(
                    "entry {} of {} says again what an earlier entry says; check the ledger with: zeren verify",
                    event.position,
                    event.ledger,
                ) from error


def views_of(home: Home, opened: Opened | None = None, told: Told | None = None) -> Views:
    """The views of the directory's ledgers, up to date; `opened` are these by kind, where they are open already.

    Views of another version are rebuilt, and those of other entries: an older database put back beside newer views, or
    another ledger's under the same name, would else be answered about from entries that it does not have.
    """
    _make_room(home)
    if not home.views.exists():
        with _alone(home):
            if not home.views.exists():  # nobody made them while this process waited
                _place(home, lambda _: None)
    if not _whole(home.views):
        with _alone(home):
            if not _whole(home.views):
                return _rebuild(home, told)
    views = Views(home.views)
    if _strayed(views, home, opened):
        views.close()
        with _alone(home):
            views = Views(home.views)  # somebody may have rebuilt them while this process waited
            if _strayed(views, home, opened):
                views.close()
                return _rebuild(home, told)
    try:
        _join(views, home, opened, told)
    except BaseException:
        views.close()
        raise
    return views


def views_to_ask(home: Home, opened: Opened | None = None, told: Told | None = None) -> Views:
    """The views for a question: kept in the directory, or where it takes no writes, as good for this one answer.

    There those that lie in it serve if they are up to date; else they are made in memory.
    """
    try:
        return views_of(home, opened, told)
    except NotWritable:
        return _standing(home) or _in_memory(home)


def _standing(home: Home) -> Views | None:
    try:
        views = open_read_only(home)
    except ZerenError:
        return None
    try:
        if not _strayed(views, home) and all(views.position(origin) == size for origin, size in _sizes(home)):
            return views
    except Incomplete:
        pass  # damaged: as good as none
    views.close()
    return None


def are_current(home: Home) -> bool:
    """Whether the views in the directory have every entry of its ledgers: then they serve where none can be written."""
    views = _standing(home)
    if views is not None:
        views.close()
    return views is not None


def _sizes(home: Home) -> Iterator[tuple[str, int]]:
    for kind in home.kinds():
        with closing(home.open(kind)) as ledger:
            yield ledger.origin, ledger.size()
            with home.before(ledger) as before:
                yield from ((each.origin, each.size()) for each in before)


def _in_memory(home: Home) -> Views:
    views = Views()
    _join(views, home)
    return views


def open_read_only(home: Home) -> Views:
    """The views as they stand, through connections that cannot write. Raises Incomplete where there are none."""
    if not home.views.exists() or _version(home.views) != VERSION:
        raise Incomplete("there are no views of this version; make them with: zeren views rebuild")
    return ReadOnlyViews(home.views)


def are_begun(home: Home) -> bool:
    """Whether views of this version lie there that say something, be they up to date or not."""
    try:
        views = open_read_only(home)
    except ZerenError:
        return False
    with closing(views):
        return len(views.ledgers()) > 0


def joined(homes: Iterable[Home]) -> Views:
    """Views in memory over the ledgers of several directories: one discipline side, many organs.

    Raises BadInput where two directories hold a ledger of the same name.
    """
    views = Views()
    seen: set[str] = set()
    for home in homes:
        home.check()
        for kind in home.kinds():
            if kind == "access":
                continue
            ledger = home.open(kind)
            try:
                if ledger.origin in seen:
                    raise BadInput("the ledger {} is joined twice; name each directory once", ledger.origin)
                seen.add(ledger.origin)
                with home.before(ledger) as before:
                    catch_up(views, ledger, before)
            finally:
                ledger.close()
    return views


def rebuild(home: Home, told: Told | None = None) -> Views:
    """Builds the views anew from the ledgers and puts them in the old ones' place, one process at a time."""
    _make_room(home)
    with _alone(home):
        return _rebuild(home, told)


def _make_room(home: Home) -> None:
    """The folder beside a list of ledgers that holds the views of each organ. Raises a fault of the machine."""
    if home.listed is None or home.views.parent.is_dir():
        return
    try:
        home.views.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise explain_system(error) or error from None


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Waits until no other process rebuilds the views of this directory; a process that dies lets go."""
    try:
        make_private(path := home.views.with_suffix(".lock"))
        lock = path.open("a")
    except OSError as error:
        raise explain_system(error) or error from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _rebuild(home: Home, told: Told | None) -> Views:
    def fill(views: Views) -> None:
        _join(views, home, told=told)
        views.select("PRAGMA wal_checkpoint(TRUNCATE)")

    _place(home, fill)
    return Views(home.views)


def _place(home: Home, fill: Callable[[Views], None]) -> None:
    """Makes views in a new file, which `fill` fills, and puts them where views are looked for.

    What SQLite left beside former ones goes first: a journal of theirs would be played into those that follow.
    """
    part = home.views.with_suffix(".new")
    for leftover in _files(part):
        leftover.unlink(missing_ok=True)
    try:
        views = Views(part)
        try:
            _mark(views)
            views.select(f"PRAGMA cache_size = {-CACHE}")
            fill(views)
        finally:
            views.close()
    except BaseException:  # a full disk, for one: what is half made would keep it full
        for leftover in _files(part):
            leftover.unlink(missing_ok=True)
        raise
    for old in beside(home.views):
        old.unlink(missing_ok=True)
    part.replace(home.views)
    for leftover in _files(part):
        leftover.unlink(missing_ok=True)


def _files(database: Path) -> list[Path]:
    return [database, *beside(database)]


@contextmanager
def _each(home: Home, opened: Opened | None) -> Iterator[Iterator[Ledger]]:
    """The ledgers of the directory one after the other, each opened for its turn where none are open already."""

    def in_turn() -> Generator[Ledger, None, None]:
        for kind in home.kinds():
            with closing(home.open(kind)) as ledger:
                yield ledger

    with closing(in_turn()) as found:
        yield iter(opened.values()) if opened is not None else found


def _join(views: Views, home: Home, opened: Opened | None = None, told: Told | None = None) -> None:
    with _each(home, opened) as ledgers:
        for ledger in ledgers:
            with home.before(ledger) as before:
                catch_up(views, ledger, before, told)


def _strayed(views: Views, home: Home, opened: Opened | None = None) -> bool:
    """Whether the views hold a ledger that is not here, or other entries than one that is."""
    here: set[str] = set()
    with _each(home, opened) as ledgers:
        for ledger in ledgers:
            with home.before(ledger) as before:
                if not agrees(views, ledger, before):
                    return True
            here.add(ledger.origin)
    return any(row.origin not in here for row in views.ledgers())


def _whole(path: Path) -> bool:
    """Whether there are views of this version, and not some whose making was interrupted."""
    return not journal(path).exists() and _version(path) == VERSION


def _version(path: Path) -> int:
    """The version of the views in this file; -1 where it holds none that can be read."""
    try:
        with closing(connect(path)) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        known = explain(error, path)
        if known is None or isinstance(known, BadInput | Damaged):
            return -1
        raise known from error


def _mark(views: Views) -> None:
    with views.datastore.transaction(commit=True) as c:
        c.execute(f"PRAGMA user_version = {VERSION}")


def digest(views: Views) -> str:
    """SHA-256, in hex, over every row that a rule may rest on, and over what was judged of them and is kept: equal for
    equal ledgers at equal positions of which the same was asked.

    Texts and their search are left out: they can be erased, and nothing rests on them.
    """
    state = hashlib.sha256()
    for table in TABLES:
        for row in views.select(f"SELECT * FROM {table} ORDER BY 1, 2, 3"):
            values = [value.hex() if isinstance(value, bytes) else value for value in row]
            state.update(json.dumps([table, *values], ensure_ascii=False).encode() + b"\n")
    for judged in every_judged(views):
        state.update(json.dumps(["judged", judged.seal() if judged is not None else None]).encode() + b"\n")
    return state.hexdigest()
