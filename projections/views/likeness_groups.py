"""Which texts of a duty ledger are alike, stored as they are projected: no question compares them again.

Each entry with a text is linked to one earlier entry of every group that it joins: to the first with the same text,
else to one that is like it. Since a group at any cut hangs together by links up to the cut, the links answer for every
moment. An entry is compared with what shares a band of its sketch (`likeness.bands`): group by group, first with those
that share most bands, and no further in a group once one is like it. Formulaic texts find such a one at once, and a
text that is like nothing shares hardly a band.

Stored is likeness from the ratio INDEXED_FROM on, of whole texts. Texts can be erased, and then this is made anew
without them; so it is left out of every digest.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

from projections.views.alike import Groups, Later
from projections.views.likeness import bands, normalise, shingles, whole
from projections.views.rows import Cursor

INDEXED_FROM = Decimal("0.9")
"""The ratio from which texts that are alike share a band for sure; below it only the search among all finds them."""
_TOGETHER = 12
"""Bands that are looked at together."""
_LATEST = 8
"""Entries of each band and group that are looked at before all of them are."""

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
        "CREATE TABLE IF NOT EXISTS bands (ledger INTEGER NOT NULL, band INTEGER NOT NULL, root INTEGER NOT NULL, "
        "position INTEGER NOT NULL, PRIMARY KEY (ledger, band, root, position)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS band_roots (ledger INTEGER NOT NULL, band INTEGER NOT NULL, root INTEGER NOT "
        "NULL, PRIMARY KEY (ledger, band, root)) WITHOUT ROWID"
    ),
)
"""`likeness` says which group an entry is in now; `bands` and `band_roots` in which a text was when it came."""


def link(c: Cursor, ledger: int, position: int, plain: str) -> None:
    """Stores what a new entry's normalised text is like. Its own marks are not written yet, its texts may be."""
    first = _first_with(c, ledger, plain)
    if first is not None:
        c.execute("SELECT root FROM likeness WHERE ledger = ? AND position = ?", (ledger, first))
        c.execute("INSERT INTO likeness VALUES (?,?,?)", (ledger, position, c.fetchone()["root"]))
        c.execute("INSERT INTO links VALUES (?,?,?)", (ledger, position, first))
        return
    own = bands(plain)
    later = Later(plain, float(INDEXED_FROM))
    joined: dict[int, int] = {}
    for root, places in _places(c, ledger, own).items():
        earlier = next((each for each in _candidates(c, ledger, places) if _is_like(c, ledger, each, later)), None)
        if earlier is not None:
            joined[root] = earlier
    root = _merged(c, ledger, list(joined)) if joined else position
    c.execute("INSERT INTO likeness VALUES (?,?,?)", (ledger, position, root))
    c.executemany("INSERT INTO links VALUES (?,?,?)", [(ledger, position, earlier) for earlier in joined.values()])
    c.executemany("INSERT INTO bands VALUES (?,?,?,?)", [(ledger, band, root, position) for band in own])
    c.executemany("INSERT OR IGNORE INTO band_roots VALUES (?,?,?)", [(ledger, band, root) for band in own])


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


def _places(c: Cursor, ledger: int, own: list[int]) -> dict[int, list[tuple[int, int]]]:
    """(band, group at that time) of what shares a band, by the group that it is in now."""
    c.execute(
        "SELECT r.band, r.root, g.root AS now FROM band_roots r"
        " CROSS JOIN likeness g ON g.ledger = r.ledger AND g.position = r.root"
        f" WHERE r.ledger = ? AND r.band IN ({','.join('?' * len(own))})",
        (ledger, *own),
    )
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in c.fetchall():
        found[row["now"]].append((row["band"], row["root"]))
    return found


def _candidates(c: Cursor, ledger: int, places: list[tuple[int, int]]) -> Iterator[int]:
    """What shares a band, each once: of the latest those that share most of some bands first, then all others."""
    seen: set[int] = set()
    steps = [(places[start : start + _TOGETHER], _LATEST) for start in range(0, len(places), _TOGETHER)]
    whole: list[tuple[int, int]] = []
    for some, limit in [*steps, (whole, -1)]:
        shared: Counter[int] = Counter()
        for band, root in some:
            c.execute(
                "SELECT position FROM bands WHERE ledger = ? AND band = ? AND root = ? ORDER BY position DESC LIMIT ?",
                (ledger, band, root, limit),
            )
            rows = c.fetchall()
            if len(rows) == limit:
                whole.append((band, root))
            shared.update(row["position"] for row in rows)
        yield from sorted(shared.keys() - seen, key=lambda each: (-shared[each], -each))
        seen |= shared.keys()


def _is_like(c: Cursor, ledger: int, position: int, later: Later) -> bool:
    plain, own = _text(c, ledger, position)
    return later.is_like(plain, own)


def _text(c: Cursor, ledger: int, position: int) -> tuple[str, frozenset[int]]:
    """The normalised text of an entry, and its shingles."""
    c.execute("SELECT texts FROM texts WHERE ledger = ? AND position = ?", (ledger, position))
    return _prepared(c.fetchone()["texts"])


@lru_cache(4096)
def _prepared(texts: str) -> tuple[str, frozenset[int]]:
    plain = normalise(json.loads(texts)["text"])
    return plain, frozenset(shingles(plain))


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
            c.execute("UPDATE likeness SET root = ? WHERE ledger = ? AND root = ?", (kept, ledger, root))
    return kept
