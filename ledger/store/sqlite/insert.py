"""What an append inserts: entries, and beside them what is looked up; an erasure takes texts out."""

import sqlite3
from collections.abc import Sequence

from ledger.core.body import format_body, parse_body
from ledger.core.tiles import WIDTH, completed_tiles, encode_tile, tile_root
from ledger.errors import Refused
from ledger.events.erased import erased_fields
from ledger.events.records import TextErased
from ledger.store.named_reads import Reads
from ledger.store.store_protocol import Signed


def insert(c: sqlite3.Cursor, store: Reads, signed: Sequence[Signed]) -> None:
    """Inserts entries that follow the head, and completes tiles. Raises Refused where a text is not held any more."""
    first = signed[0].entry.header.position
    c.executemany("INSERT INTO stored_events VALUES (?,?,?,?,?,?,?,?)", map(_row, signed))
    c.executemany("INSERT INTO bodies VALUES (?,?)", ((each.entry.header.position, each.body) for each in signed))
    c.executemany(
        "INSERT INTO subjects VALUES (?,?,?,?)",
        [(kind, id_, number, each.entry.header.position) for each in signed for (kind, id_), number in each.subjects],
    )
    refs = [(each.ref, each.entry.header.position) for each in signed if each.ref is not None]
    c.executemany("INSERT INTO refs VALUES (?,?)", refs)
    for tile in completed_tiles(first, first + len(signed)):
        hashes = store.hashes(tile.level, tile.index, WIDTH)
        values = (tile.level, tile.index, encode_tile(hashes), tile_root(hashes))
        c.execute("INSERT INTO tiles VALUES (?,?,?,?)", values)
    for each in signed:
        if each.erased is not None:
            _erase(c, each.erased, each.entry.header.position, gone=each.gone)


def _row(signed: Signed) -> tuple[object, ...]:
    header = signed.entry.header
    return (
        header.position + 1,
        header.stream,
        header.version,
        header.type,
        header.recorded_at.isoformat(),
        header.previous,
        signed.entry.leaf_hash,
        signed.entry.data,
    )


def _erase(c: sqlite3.Cursor, erased: TextErased, position: int, *, gone: bool) -> None:
    """Removes the named disclosures of the erased entry; its map, digest and every old proof stay."""
    target = erased.entry.position
    if gone:
        c.execute("INSERT INTO erasures VALUES (?,?)", (target, position))
        return
    row = c.execute("SELECT body FROM bodies WHERE position = ?", (target,)).fetchone()
    body = parse_body(row["body"])
    fields = erased_fields(erased.names, body.digests)
    missing = [name for name in fields if name not in body.disclosures]
    if missing:
        raise Refused("the text {} of entry {} is not held any more", missing[0], target)
    c.execute("INSERT INTO erasures VALUES (?,?)", (target, position))
    c.execute("UPDATE bodies SET body = ? WHERE position = ?", (format_body(body.without(fields)), target))
