"""Moving a ledger from one place to another; the old place keeps every byte, says where it went, and is closed."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.core.entry import parse_entry
from ledger.errors import Invalid, Refused
from ledger.home.directory import Home
from ledger.home.joined import bind
from ledger.home.moved_mark import check_may_leave, here_again, mark_moved
from ledger.store.moving import PAGE, copy_ledger
from ledger.store.opening import address_of, open_server, open_store
from ledger.store.pointer import is_pointer
from ledger.store.store_protocol import Store
from ledger.writing import PRIVATE, private_folder

TAKEN = ("held", "known", "continued", "attachments")
"""Folders that go with the ledger; keys and drafts stay where their owners have them."""
BESIDE = ("signed", "cosigned")


@dataclass(frozen=True, slots=True)
class Moved:
    """A ledger that stands in a new place: its entries, its root, the SHA-256 over all entries and bodies."""

    kind: str
    origin: str
    size: int
    root: bytes
    digest: bytes
    before: int


def move(read: Home, written: Home, kind: str, whither: str) -> Moved:
    """Copies a ledger, compares both sides byte by byte, and closes the old place.

    Raises NoLedger, Forked, Refused, Invalid, or a fault of a store; what was copied stays, to go on from.
    """
    with closing(read.open(kind)) as ledger:
        origin = ledger.origin
        check_may_leave(read.directory, kind)
        bind(written.directory, kind, origin)
        with _target(written.database(kind)) as target:
            if origin != (known := _origin(target)) and known:
                raise Refused("{} holds another ledger: {}", written.directory, known)
            if known:
                here_again(written.directory, kind)
            before = copy_ledger(ledger.store, target).before
            mark_moved(read.directory, kind, whither)
            copied = copy_ledger(ledger.store, target)  # what others wrote meanwhile: from now on nobody does
            digest = _digest(ledger.store, copied.size)
            if _digest(target, copied.size) != digest:
                raise Invalid("what was copied differs from {}", read.directory)
        _take(read, written, kind)
    return Moved(kind, origin, copied.size, copied.root, digest, before)


@contextmanager
def _target(place: Path) -> Iterator[Store]:
    store: Store
    if is_pointer(place):
        store = served = open_server(place, read_only=False)
        fresh = served.origin() is None
    else:
        fresh = not place.is_file()
        store = open_store(address_of(place, read_only=False, new=fresh))
    try:
        if fresh:
            store.create()
        yield store
    finally:
        store.fold()
        store.close()


def _origin(store: Store) -> str:
    found = store.entry(0)
    return parse_entry(found[0]).header.ledger if found is not None else ""


def _digest(store: Store, size: int) -> bytes:
    """SHA-256 over all entries and bodies, in order."""
    said = hashlib.sha256()
    with store.holding():
        for start in range(0, size, PAGE):
            for row in store.events(start, min(start + PAGE, size)):
                for part in (row["entry"], row["body"]):
                    said.update(len(part).to_bytes(8, "big") + part)
    return said.digest()


def _take(read: Home, written: Home, kind: str) -> None:
    """What tells of the ledger's heads, and its attachments, as far as the new place has them not."""
    names = [Path(f"{kind}.{ending}") for ending in BESIDE]
    for folder in TAKEN:
        inner = Path(folder, kind) if folder == "attachments" else Path(folder)
        names += [path.relative_to(read.directory) for path in (read.directory / inner).rglob("*") if path.is_file()]
    for name in names:
        source, target = read.directory / name, written.directory / name
        if source.is_file() and not target.exists():
            private_folder(target.parent)
            part = target.with_name(target.name + ".part")
            shutil.copyfile(source, part)
            os.chmod(part, PRIVATE)  # noqa: PTH101 - as the rest of the folder
            part.replace(target)
