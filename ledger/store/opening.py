"""Opening the store at a place: an SQLite file, or the file that says on which server the ledger is."""

from pathlib import Path
from typing import TYPE_CHECKING

from ledger.errors import NoLedger, NotInstalled
from ledger.extras import install_command
from ledger.messages import N_
from ledger.store.moving import copy_ledger
from ledger.store.pointer import is_pointer, read_pointer
from ledger.store.sqlite.condition import Condition, condition
from ledger.store.sqlite.connection import (
    LedgerDatastore,
    Watch,
    check_database,
    copy_database,
    database_uri,
    make_private,
)
from ledger.store.sqlite.sqlite_store import SQLiteStore
from ledger.store.store_protocol import Store, Watching

if TYPE_CHECKING:
    from ledger.store.postgres.postgres_store import PostgresStore

HEADS = ".heads"
"""How the file is called, beside that which says where the server is, in which the map of heads is kept."""
_SERVER = "server"
_READ, _WRITE = "ro", "rw"


def address_of(place: Path, *, read_only: bool, new: bool = False) -> str:
    """How `open_store` is told of a place; a `new` file is made, so that only its owner reads it."""
    if is_pointer(place):
        return f"{_SERVER}:{_READ if read_only else _WRITE}:{place}"
    if new:
        make_private(place)
    return database_uri(place, read_only=read_only)


def open_store(address: str) -> Store:
    """The store at an address (of SQLite: a URI or a path), whose connections are made as they are needed."""
    kind, _, rest = address.partition(":")
    if kind == _SERVER:
        mode, _, place = rest.partition(":")
        return open_server(Path(place), read_only=mode == _READ)
    return SQLiteStore(LedgerDatastore(address, originator_id_type="text"))


def open_server(place: Path, *, read_only: bool) -> "PostgresStore":
    """The store on the server that the file at a place names. Raises NotInstalled without the driver."""
    try:
        from ledger.store.postgres.postgres_store import PostgresStore
    except ImportError:
        raise NotInstalled("a ledger on a server needs an extra: {}", install_command("postgres")) from None
    return PostgresStore(read_pointer(place), read_only=read_only, heads=place.with_suffix(HEADS))


def check_place(place: Path, *, new: bool = False, whole: bool = True) -> None:
    """At this place is a ledger of this version, or (`new`) none yet. Raises as `check_database`."""
    if not is_pointer(place):
        check_database(place, new=new, whole=whole)
        return
    if not place.is_file():
        raise NoLedger("{} is missing: it says on which server the ledger is; name the server again by --dir", place)
    store = open_server(place, read_only=not new)
    try:
        store.check(new=new, whole=whole)
    finally:
        store.close()


def copy_place(source: Path, target: Path) -> None:
    """Copies one consistent state of a ledger into an SQLite file, which only its owner reads."""
    if not is_pointer(source):
        make_private(target)
        copy_database(source, target)
        return
    read, written = open_server(source, read_only=True), open_store(address_of(target, read_only=False, new=True))
    try:
        written.create()
        copy_ledger(read, written)
        written.fold()
    finally:
        written.close()
        read.close()


def condition_of(place: Path) -> Condition:
    """The state that a ledger is kept in. Raises what `faults.FAULTS` names, or a fault of the server."""
    if not is_pointer(place):
        return condition(place)
    store = open_server(place, read_only=True)
    try:
        store.check()
        found = store.raw.page_faults(1)
        return Condition("server", found[0] if found else None)
    finally:
        store.close()


def lingering_at(place: Path) -> str:
    """Where what was erased may lie still, and until when, as a message."""
    if is_pointer(place):
        return N_(
            "erasure pending: the text is gone from the table; the server's log and its copies hold it until they are "
            "overwritten or kept no longer"
        )
    return N_("erasure pending: another process is reading; run zeren checkpoint when it has ended")


def watch(place: Path) -> Watching:
    """Tells whether another process wrote to the ledger at a place. Close it."""
    return open_server(place, read_only=True) if is_pointer(place) else Watch(place)


def stands(place: Path) -> str:
    """Equal to an earlier one, of this or another process, while nothing was written to the ledger at a place.

    Of a file by sizes and times alone; of a server by a question, which raises what reaching it does.
    """
    if is_pointer(place):
        server = watch(place)
        try:
            return str(server.token())
        finally:
            server.close()
    kept = [path.stat() for path in (place, place.with_name(f"{place.name}-wal")) if path.is_file()]
    return " ".join(f"{each.st_ino}:{each.st_mtime_ns}:{each.st_size}" for each in kept if each.st_size)
