"""Which texts of a duty ledger are alike, stored as they are projected: no question compares them again.

Each entry with a text is linked to one earlier entry of every group that it joins: to the first with the same text,
else to one that is like it. Since a group at any cut hangs together by links up to the cut, the links answer for every
moment. An entry is compared with what shares a band of its sketch (`likeness.bands`), group by group and no further in
a group once one is like it: first with the latest of each band, those before that share most of them, then with all. A
group that holds too few of the shingles of a text holds nothing like it, and is not gone through. So formulaic texts
find what they are like at once, however many there are, and a text that is like nothing shares hardly a band.

Long because what is stored, what is kept of it in memory and in which order texts are compared are one rule.

Stored is likeness from the ratio INDEXED_FROM on, of whole texts. Texts can be erased, and then this is made anew
without them; so it is left out of every digest.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache, cached_property

from projections.views.alike import Groups, Later
from projections.views.likeness import bands, normalise, shingles
from projections.views.rows_to_write import RowsToWrite

INDEXED_FROM = Decimal("0.9")
"""The ratio from which texts that are alike share a band for sure; below it only the search among all finds them."""
_LATEST = 2
"""Entries of each band that are looked at before all of them are."""
_PLACES = 1 << 14
"""Places of the field in which a group's shingles are marked; shingles may share one."""
_KEPT, _KEPT_TEXTS = 250_000, 1_000
"""Bands, entries and groups, and texts, that are kept at most from one entry to the next: some 50 MB."""
_Band = tuple[tuple[int, ...], tuple[int, ...]]
"""The latest entries that have a band, the last one first, and the groups that do."""
_Kept = tuple[str, frozenset[int]]
"""A normalised text and its shingles."""
_Shingles = tuple[int, int]
"""How many shingles of one text repeat others at most, and a bit for each shingle of a group."""

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


class _Linked(Later):
    """A text that is compared with those of groups."""

    def __init__(self, text: str) -> None:
        super().__init__(text, float(INDEXED_FROM))

    @cached_property
    def field(self) -> int:
        """A number with a bit for each shingle."""
        marked = bytearray(_PLACES // 8)
        for shingle in self.shingles:
            marked[(shingle & _PLACES - 1) >> 3] |= 1 << (shingle & 7)
        return int.from_bytes(marked, "little")


class Likeness:
    """What the texts of one ledger are like, stored entry after entry.

    What was read or written lately is kept from one entry to the next, and from one batch to the next for as long as
    nobody else writes. `new`: nothing is stored of the ledger yet, so that what is not kept is not stored either.
    """

    def __init__(self, ledger: int, *, new: bool = False) -> None:
        self._ledger, self._whole = ledger, new
        self._last: int | None = None
        self._bands: dict[int, _Band] = {}
        self._firsts: dict[int, int] = {}  # the first entry with a text, by its mark
        self._roots: dict[int, int] = {}  # the group of an entry
        self._shingles: dict[int, _Shingles | None] = {}  # those of a group; None for one of a single text
        self._changed: set[int] = set()  # the groups whose shingles are not written yet
        self._texts: dict[int, _Kept] = {}

    def link(self, rows: RowsToWrite, position: int, plain: str, mark: int) -> None:
        """Stores what a new entry's normalised text is like. Its own marks are not written yet, its texts may be."""
        behind = self._last is not None and position <= self._last  # then what came last is not the latest
        if behind or len(self._bands) + len(self._roots) > _KEPT:
            self._forget(rows)
        self._last = position
        first = self._first_with(rows, plain, mark, position)
        if first is not None:
            self._join(rows, position, self._root(rows, first), [first])
            return
        later = _Linked(plain)
        own = bands(later.shingles)
        self._keep_text(position, (plain, later.shingles))
        joined = self._joined(rows, own, later)
        root = self._merged(rows, list(joined)) if joined else position
        self._join(rows, position, root, joined.values())
        if joined:
            self._mark_shingles(rows, root, list(joined), later)
        else:
            self._shingles[root] = None
        self._add_bands(rows, own, position, root)

    def settle(self, rows: RowsToWrite) -> None:
        """Adds what is written once for all entries of a batch."""
        for root in self._changed:
            if (kept := self._shingles[root]) is not None:
                row = (self._ledger, root, kept[0], kept[1].to_bytes(_PLACES // 8, "little"))
                rows.add("INSERT OR REPLACE INTO group_shingles VALUES (?,?,?,?)", row)
        self._changed.clear()

    def _forget(self, rows: RowsToWrite) -> None:
        self.settle(rows)
        rows.write()
        self._whole = False
        for kept in (self._bands, self._firsts, self._roots, self._shingles, self._texts):
            kept.clear()

    def _join(self, rows: RowsToWrite, position: int, root: int, earlier: Iterable[int]) -> None:
        self._roots[position] = root
        rows.add("INSERT INTO likeness VALUES (?,?,?)", (self._ledger, position, root))
        rows.extend("INSERT INTO links VALUES (?,?,?)", [(self._ledger, position, each) for each in earlier])

    def _add_bands(self, rows: RowsToWrite, own: list[int], position: int, root: int) -> None:
        alone: _Band = ((position,), (root,))
        new = []
        for band in own:
            known = self._bands.get(band)
            if known is None:
                self._bands[band] = alone
                new.append((self._ledger, band, root))
                continue
            latest, roots = known
            if root not in roots:
                roots = (*roots, root)
                new.append((self._ledger, band, root))
            self._bands[band] = ((position, *latest[: _LATEST - 1]), roots)
        rows.extend("INSERT INTO bands VALUES (?,?,?)", [(self._ledger, band, position) for band in own])
        rows.extend("INSERT INTO band_roots VALUES (?,?,?)", new)

    def _first_with(self, rows: RowsToWrite, plain: str, mark: int, position: int) -> int | None:
        """The first entry with exactly this text; None where its mark stands for another one or none."""
        first = self._firsts.get(mark)
        if first is None and not self._whole:
            found = rows.read(
                "SELECT position FROM marks WHERE ledger = ? AND mark = ? ORDER BY position LIMIT 1",
                (self._ledger, mark),
            )
            first = found[0]["position"] if found else None
        self._firsts[mark] = position if first is None else first
        return first if first is not None and self._text(rows, first)[0] == plain else None

    def _joined(self, rows: RowsToWrite, own: list[int], later: _Linked) -> dict[int, int]:
        """The groups that hold something like a text with these bands, each with the first that was found so."""
        self._read_bands(rows, own)
        sharing: defaultdict[int, list[int]] = defaultdict(list)
        counted: defaultdict[int, int] = defaultdict(int)
        for band in own:
            latest, roots = self._bands.get(band, ((), ()))
            for root in roots:
                sharing[root].append(band)
            for position in latest:
                counted[position] += 1
        near: defaultdict[int, list[int]] = defaultdict(list)
        for _, position in sorted(((count, position) for position, count in counted.items()), reverse=True):
            near[self._root(rows, position)].append(position)
        found = {}
        for root, shared in sharing.items():
            for earlier in self._candidates(rows, root, shared, near[root], later):
                if later.is_like(*self._text(rows, earlier)):
                    found[root] = earlier
                    break
        return found

    def _read_bands(self, rows: RowsToWrite, own: list[int]) -> None:
        """Keeps what is stored of these bands."""
        asked = [band for band in own if band not in self._bands] if not self._whole else []
        if not asked:
            return
        roots: defaultdict[int, list[int]] = defaultdict(list)
        of = f"SELECT band, root FROM band_roots WHERE ledger = ? AND band IN ({','.join('?' * len(asked))})"
        for band, root in rows.read(of, (self._ledger, *asked)):
            roots[band].append(root)
        if not roots:
            return
        latest: defaultdict[int, list[int]] = defaultdict(list)
        parameters = [number for band in roots for number in (self._ledger, band)]
        for band, position, root in rows.read(_latest_of(len(roots)), (*parameters, self._ledger)):
            latest[band].append(position)
            self._roots[position] = root
        for band, found in roots.items():
            self._bands[band] = (tuple(sorted(latest[band], reverse=True)), tuple(found))

    def _candidates(
        self, rows: RowsToWrite, root: int, shared: list[int], near: list[int], later: _Linked
    ) -> Iterator[int]:
        """What of a group shares one of these bands: of the latest of each band, then of all, those first that share
        most; nothing where the group has fewer of the text's shingles than whatever is like it."""
        kept = self._shingles_of(rows, root)
        if kept is None:  # all of it have the text of the first
            yield root
            return
        repeated, field = kept
        missing = (later.field & ~field).bit_count()
        if len(later.shingles) - missing < later.least_shared(repeated):
            return
        yield from near
        found = rows.read(
            "SELECT b.position FROM bands b CROSS JOIN likeness g ON g.ledger = b.ledger AND g.position = b.position"
            f" WHERE b.ledger = ? AND b.band IN ({','.join('?' * len(shared))}) AND g.root = ?"
            " GROUP BY b.position ORDER BY COUNT(*) DESC, b.position DESC",
            (self._ledger, *shared, root),
        )
        yield from [row[0] for row in found if row[0] not in near]

    def _shingles_of(self, rows: RowsToWrite, root: int) -> _Shingles | None:
        if root not in self._shingles:
            found = rows.read(
                "SELECT repeated, field FROM group_shingles WHERE ledger = ? AND root = ?", (self._ledger, root)
            )
            kept = (found[0]["repeated"], int.from_bytes(found[0]["field"], "little")) if found else None
            self._shingles[root] = kept
        return self._shingles[root]

    def _mark_shingles(self, rows: RowsToWrite, root: int, joined: list[int], later: _Linked) -> None:
        """Notes the shingles of a text with those of the groups that it made one."""
        before = self._shingles_of(rows, root)
        repeated, field = max((before or (0, 0))[0], later.repeated), (before or (0, 0))[1] | later.field
        for each in joined:
            if each != root or before is None:
                kept = self._shingles_of(rows, each)
                if kept is None:
                    only = _Linked(self._text(rows, each)[0])
                    kept = only.repeated, only.field
                repeated, field = max(repeated, kept[0]), field | kept[1]
            if each != root:
                rows.c.execute("DELETE FROM group_shingles WHERE ledger = ? AND root = ?", (self._ledger, each))
                self._changed.discard(each)
                del self._shingles[each]
        if (repeated, field) != before:
            self._shingles[root] = (repeated, field)
            self._changed.add(root)

    def _root(self, rows: RowsToWrite, position: int) -> int:
        if position not in self._roots:
            found = rows.read("SELECT root FROM likeness WHERE ledger = ? AND position = ?", (self._ledger, position))
            self._roots[position] = found[0]["root"]
        return self._roots[position]

    def _text(self, rows: RowsToWrite, position: int) -> _Kept:
        """The normalised text of an entry, and its shingles."""
        kept = self._texts.get(position)
        if kept is None:
            found = rows.read("SELECT texts FROM texts WHERE ledger = ? AND position = ?", (self._ledger, position))
            plain = normalise(json.loads(found[0]["texts"])["text"])
            self._keep_text(position, kept := (plain, shingles(plain)))
        return kept

    def _keep_text(self, position: int, text: _Kept) -> None:
        if len(self._texts) >= _KEPT_TEXTS:
            del self._texts[next(iter(self._texts))]
        self._texts[position] = text

    def _merged(self, rows: RowsToWrite, roots: list[int]) -> int:
        """Makes one group of several, the largest staying what it is; returns what stands for it."""
        if len(roots) == 1:
            return roots[0]
        members = {
            root: [
                row["position"]
                for row in rows.read(
                    "SELECT position FROM likeness WHERE ledger = ? AND root = ?", (self._ledger, root)
                )
            ]
            for root in roots
        }
        kept = max(roots, key=lambda root: (len(members[root]), -root))
        for root in roots:
            if root != kept:
                self._move(rows, root, kept, members[root])
        return kept

    def _move(self, rows: RowsToWrite, root: int, to: int, members: list[int]) -> None:
        """What shares a band with a group shares it with the one that it becomes part of."""
        moved = sorted({band for member in members for band in bands(self._text(rows, member)[1])})
        rows.c.executemany(
            "DELETE FROM band_roots WHERE ledger = ? AND band = ? AND root = ?",
            [(self._ledger, band, root) for band in moved],
        )
        rows.c.executemany(
            "INSERT OR IGNORE INTO band_roots VALUES (?,?,?)", [(self._ledger, band, to) for band in moved]
        )
        rows.c.execute("UPDATE likeness SET root = ? WHERE ledger = ? AND root = ?", (to, self._ledger, root))
        for member in members:
            self._roots[member] = to
        for band in moved:
            if band in self._bands:
                latest, roots = self._bands[band]
                self._bands[band] = latest, tuple(dict.fromkeys(to if each == root else each for each in roots))


@cache
def _latest_of(count: int) -> str:
    """The latest entries of so many bands with their groups: SQLite reads two rows of each band and no more."""
    of_band = f"SELECT band, position FROM bands WHERE ledger = ? AND band = ? ORDER BY position DESC LIMIT {_LATEST}"
    each = f"SELECT * FROM ({of_band})"
    return (
        f"SELECT n.band, n.position, g.root FROM ({' UNION ALL '.join([each] * count)}) n"
        " CROSS JOIN likeness g ON g.ledger = ? AND g.position = n.position"
    )


def groups(rows: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """The groups of two or more that these links (position, earlier) make, each in order."""
    found = Groups()
    for position, earlier in rows:
        found.join(position, earlier)
    return found.result()
