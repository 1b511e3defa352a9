"""Which texts of a duty ledger are alike, stored as they are projected: no question compares them again.

Each entry with a text is linked to one earlier entry of every group that it joins: to the first with the same text,
else to one that is like it. Since a group at any cut hangs together by links up to the cut, the links answer for every
moment. An entry is compared with what shares a band of its sketch (`likeness.bands`), group by group and no further in
a group once one is like it: first with the latest of each band, those before that share most of them, then with all. A
group that holds too few of the shingles of a text holds nothing like it, and is not gone through. So formulaic texts
find what they are like at once, however many there are, and a text that is like nothing shares hardly a band.

Stored is likeness from the ratio INDEXED_FROM on, of whole texts. Texts can be erased, and then this is made anew
without them; so it is left out of every digest.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache, lru_cache

from projections.views.alike import Groups, Later
from projections.views.likeness import bands, normalise, shingles, whole
from projections.views.rows import Cursor

INDEXED_FROM = Decimal("0.9")
"""The ratio from which texts that are alike share a band for sure; below it only the search among all finds them."""
_LATEST = 2
"""Entries of each band that are looked at before all of them are."""
_PLACES = 1 << 14
"""Places of the field in which a group's shingles are marked; shingles may share one."""

STATEMENTS = (
    (
        "CREATE TABLE IF NOT EXISTS likeness (ledger INTEGER NOT NULL, position INTEGER NOT NULL, root INTEGER NOT "
        "NULL, PRIMARY KEY (ledger, position)) WITHOUT ROWID"
    ),
    "CREATE INDEX IF NOT EXISTS likeness_by_root ON likeness (ledger, root)",
    (
        "CREATE TABLE IF NOT EXISTS links (ledger INTEGER NOT NULL, position INTEGER NOT NULL, earlier INTEGER NOT "
        "NULL, PRIMARY KEY (ledger, position, earlier)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS bands (ledger INTEGER NOT NULL, band INTEGER NOT NULL, position INTEGER NOT NULL, "
        "PRIMARY KEY (ledger, band, position)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS band_roots (ledger INTEGER NOT NULL, band INTEGER NOT NULL, root INTEGER NOT "
        "NULL, PRIMARY KEY (ledger, band, root)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS group_shingles (ledger INTEGER NOT NULL, root INTEGER NOT NULL, repeated INTEGER "
        "NOT NULL, field BLOB NOT NULL, PRIMARY KEY (ledger, root)) WITHOUT ROWID"
    ),
)
"""`likeness` says which group an entry is in, `band_roots` which groups share a band, `group_shingles` what the
shingles of a group of two texts or more are."""


def link(c: Cursor, ledger: int, position: int, plain: str) -> None:
    """Stores what a new entry's normalised text is like. Its own marks are not written yet, its texts may be."""
    first = _first_with(c, ledger, plain)
    if first is not None:
        c.execute("SELECT root FROM likeness WHERE ledger = ? AND position = ?", (ledger, first))
        c.execute("INSERT INTO likeness VALUES (?,?,?)", (ledger, position, c.fetchone()["root"]))
        c.execute("INSERT INTO links VALUES (?,?,?)", (ledger, position, first))
        return
    later = Later(plain, float(INDEXED_FROM))
    own = bands(later.shingles)
    sharing = _sharing(c, ledger, own)
    latest = _latest(c, ledger, own) if sharing else {}
    joined: dict[int, int] = {}
    for root in sharing:
        near = latest.get(root, [])
        earlier = next((each for each in near if _is_like(c, ledger, each, later)), None)
        if earlier is None:
            others = _others(c, ledger, root, sharing[root], set(near), later)
            earlier = next((each for each in others if _is_like(c, ledger, each, later)), None)
        if earlier is not None:
            joined[root] = earlier
    root = _merged(c, ledger, list(joined)) if joined else position
    c.execute("INSERT INTO likeness VALUES (?,?,?)", (ledger, position, root))
    c.executemany("INSERT INTO bands VALUES (?,?,?)", [(ledger, band, position) for band in own])
    if joined:
        c.executemany("INSERT INTO links VALUES (?,?,?)", [(ledger, position, earlier) for earlier in joined.values()])
        _mark_shingles(c, ledger, root, list(joined), later)
    known = sharing.get(root, set()) if len(joined) == 1 else set()
    new = [(ledger, band, root) for band in own if band not in known]
    c.executemany("INSERT OR IGNORE INTO band_roots VALUES (?,?,?)", new)


def groups(rows: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """The groups of two or more that these links (position, earlier) make, each in order."""
    found = Groups()
    for position, earlier in rows:
        found.join(position, earlier)
    return found.result()


def _first_with(c: Cursor, ledger: int, plain: str) -> int | None:
    """The first entry with exactly this text; None where its mark stands for another one or none."""
    c.execute(
        "SELECT position FROM marks WHERE ledger = ? AND mark = ? ORDER BY position LIMIT 1", (ledger, whole(plain))
    )
    row = c.fetchone()
    if row is None or _text(c, ledger, row["position"])[0] != plain:
        return None
    return int(row["position"])


def _sharing(c: Cursor, ledger: int, own: list[int]) -> dict[int, set[int]]:
    """The groups that share a band with these, each with the bands."""
    c.execute(
        f"SELECT band, root FROM band_roots WHERE ledger = ? AND band IN ({','.join('?' * len(own))})", (ledger, *own)
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for band, root in c.fetchall():
        found[root].add(band)
    return found


def _latest(c: Cursor, ledger: int, own: list[int]) -> dict[int, list[int]]:
    """The latest entries of each band by their group, those before that share most of these bands."""
    parameters = [number for band in own for number in (ledger, band)]
    c.execute(_latest_of(len(own)), (*parameters, ledger))
    found: defaultdict[int, list[int]] = defaultdict(list)
    for position, root in c.fetchall():
        found[root].append(position)
    return found


@cache
def _latest_of(count: int) -> str:
    of_band = f"SELECT position FROM bands WHERE ledger = ? AND band = ? ORDER BY position DESC LIMIT {_LATEST}"
    each = f"SELECT * FROM ({of_band})"
    return (
        "SELECT n.position, g.root FROM"
        f" (SELECT position, COUNT(*) AS shared FROM ({' UNION ALL '.join([each] * count)}) GROUP BY position) n"
        " CROSS JOIN likeness g ON g.ledger = ? AND g.position = n.position ORDER BY n.shared DESC, n.position DESC"
    )


def _others(c: Cursor, ledger: int, root: int, shared: set[int], seen: set[int], later: Later) -> Iterator[int]:
    """What else of a group shares one of these bands, those first that share most; nothing where the group has fewer of
    the text's shingles than whatever is like it."""
    kept = _shingles_kept(c, ledger, root)
    if kept is None:  # all of it have the text of the first
        if root not in seen:
            yield root
        return
    repeated, field = kept
    missing = (_field(later.shingles) & ~field).bit_count()
    if len(later.shingles) - missing < later.least_shared(repeated):
        return
    c.execute(
        "SELECT b.position FROM bands b CROSS JOIN likeness g ON g.ledger = b.ledger AND g.position = b.position"
        f" WHERE b.ledger = ? AND b.band IN ({','.join('?' * len(shared))}) AND g.root = ?"
        " GROUP BY b.position ORDER BY COUNT(*) DESC, b.position DESC",
        (ledger, *sorted(shared), root),
    )
    yield from [row[0] for row in c.fetchall() if row[0] not in seen]


def _shingles_kept(c: Cursor, ledger: int, root: int) -> tuple[int, int] | None:
    c.execute("SELECT repeated, field FROM group_shingles WHERE ledger = ? AND root = ?", (ledger, root))
    row = c.fetchone()
    return (row["repeated"], int.from_bytes(row["field"], "little")) if row is not None else None


def _mark_shingles(c: Cursor, ledger: int, root: int, joined: list[int], later: Later) -> None:
    """Notes the shingles of a text with those of the groups that it made one."""
    before = _shingles_kept(c, ledger, root)
    repeated, field = before or (0, 0)
    for each in joined:
        if each != root or before is None:
            kept = _shingles_kept(c, ledger, each)
            if kept is None:
                plain, own = _text(c, ledger, each)
                kept = max(len(plain) - 2 - len(own), 0), _field(own)
            repeated, field = max(repeated, kept[0]), field | kept[1]
            if each != root:
                c.execute("DELETE FROM group_shingles WHERE ledger = ? AND root = ?", (ledger, each))
    repeated, field = max(repeated, later.repeated), field | _field(later.shingles)
    if (repeated, field) != before:
        kept_field = field.to_bytes(_PLACES // 8, "little")
        c.execute("INSERT OR REPLACE INTO group_shingles VALUES (?,?,?,?)", (ledger, root, repeated, kept_field))


def _field(of: frozenset[int]) -> int:
    """A number with a bit for each of these shingles."""
    marked = bytearray(_PLACES // 8)
    for shingle in of:
        marked[(shingle & _PLACES - 1) >> 3] |= 1 << (shingle & 7)
    return int.from_bytes(marked, "little")


def _is_like(c: Cursor, ledger: int, position: int, later: Later) -> bool:
    plain, own = _text(c, ledger, position)
    return later.is_like(plain, own)


def _text(c: Cursor, ledger: int, position: int) -> tuple[str, frozenset[int]]:
    """The normalised text of an entry, and its shingles."""
    c.execute("SELECT texts FROM texts WHERE ledger = ? AND position = ?", (ledger, position))
    return _prepared(c.fetchone()["texts"])


@lru_cache(1024)
def _prepared(texts: str) -> tuple[str, frozenset[int]]:
    plain = normalise(json.loads(texts)["text"])
    return plain, shingles(plain)


def _merged(c: Cursor, ledger: int, roots: list[int]) -> int:
    """Makes one group of several, the largest staying what it is; returns what stands for it."""
    if len(roots) == 1:
        return roots[0]
    sizes = {}
    for root in roots:
        c.execute("SELECT COUNT(*) AS size FROM likeness WHERE ledger = ? AND root = ?", (ledger, root))
        sizes[root] = c.fetchone()["size"]
    kept = max(roots, key=lambda root: (sizes[root], -root))
    for root in roots:
        if root != kept:
            _move_bands(c, ledger, root, kept)
            c.execute("UPDATE likeness SET root = ? WHERE ledger = ? AND root = ?", (kept, ledger, root))
    return kept


def _move_bands(c: Cursor, ledger: int, root: int, to: int) -> None:
    """What shares a band with a group shares it with the one that it becomes part of."""
    c.execute("SELECT position FROM likeness WHERE ledger = ? AND root = ?", (ledger, root))
    members = [row["position"] for row in c.fetchall()]
    moved = sorted({band for member in members for band in bands(_text(c, ledger, member)[1])})
    c.executemany(
        "DELETE FROM band_roots WHERE ledger = ? AND band = ? AND root = ?", [(ledger, b, root) for b in moved]
    )
    c.executemany("INSERT OR IGNORE INTO band_roots VALUES (?,?,?)", [(ledger, band, to) for band in moved])
