"""Copying a ledger from one store to another: the same bytes, entry by entry, and what is looked up made anew of them.

It goes on where an earlier copy was stopped. Nothing is signed; the target refuses what does not follow.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ledger.core.body import parse_body
from ledger.core.entry import parse_entry
from ledger.core.merkle import leaf_hash
from ledger.errors import ChainBroken, Forked
from ledger.events.records import TextErased
from ledger.store.derived import stated_subjects
from ledger.store.mapper import recorded
from ledger.store.store_protocol import Signed, Store
from ledger.store.tree import tree_root

PAGE = 500
"""Entries in one transaction of the target."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy came to: entries in both stores, and the root of their trees, which is the same."""

    size: int
    root: bytes
    before: int
    """Entries that the target had already."""


def copy_ledger(source: Store, target: Store, told: Callable[[int, int], None] = lambda _done, _all: None) -> Copied:
    """Copies what the target lacks: entries, bodies, erasures, checkpoints. `told` hears how far it is.

    Raises Forked where the target holds something else, ChainBroken where the source does not hold together.
    """
    with source.holding():
        size, begun = source.size(), target.size()
        _check_same(source, target, begun, size)
        done = begun
        while done < size:
            page = list(_page(source, done, min(done + PAGE, size)))
            if target.put(done, page) is None:
                raise Forked("others wrote to the copy while it was made; nothing more is copied")
            done += len(page)
            told(done, size)
        for noted, note in reversed(source.checkpoints()):
            if target.checkpoint(noted) is None:
                target.keep_checkpoint(noted, note)
        root = tree_root(source, size)
        if target.size() != size or tree_root(target, size) != root:
            raise Forked("the copy has another root than the ledger that it was made of")
        return Copied(size, root, begun)


def _check_same(source: Store, target: Store, begun: int, size: int) -> None:
    last = begun - 1
    if begun > size or (begun and source.entry(last) is not None and _entry(source, last) != _entry(target, last)):
        raise Forked("the target holds entries that are not those of this ledger")


def _entry(store: Store, position: int) -> bytes:
    found = store.entry(position)
    return b"" if found is None else found[0]


def _page(source: Store, start: int, stop: int) -> Iterator[Signed]:
    position = start
    before = None if start == 0 else leaf_hash(_entry(source, start - 1))
    for row in source.events(start, stop):
        entry, stored = parse_entry(row["entry"]), bytes(row["body"])
        if entry.header.position != position or (before is not None and entry.header.previous != before):
            raise ChainBroken("entry {} does not follow from the one before it; see: zeren verify", position)
        payload = recorded(entry, parse_body(stored)).payload
        yield Signed(
            entry,
            stored,
            tuple(stated_subjects(entry, stored)),
            payload.ref,
            payload if isinstance(payload, TextErased) else None,
            gone=True,
        )
        position, before = position + 1, entry.leaf_hash
    if position != stop:
        raise ChainBroken("the entry {} is missing", position)
