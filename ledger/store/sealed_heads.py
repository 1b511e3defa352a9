"""The heads that a seal commits to, so that it costs what is new since the last one, not the whole ledger.

A map of heads is kept beside the entries as a cache: brought up to date when a seal is made, from the entries alone,
and checked against the seal before; verify recomputes it without the cache. An append costs nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias

from ledger.checks.subjects import Subject
from ledger.core.body import parse_body
from ledger.core.encoding import b64decode
from ledger.core.seal_map import EMPTY, HeadProof, StreamHead, check_absence, check_head, stream_key, subject_key
from ledger.errors import ChainBroken, Malformed, ProofInvalid
from ledger.events.trust import Sealed
from ledger.messages import N_
from ledger.placement import SEALS
from ledger.store.derived import read_entries, read_last_of, stated_subjects
from ledger.store.mapper import recorded
from ledger.store.named_reads import Rows

_GATHERED = 50_000
"""Heads that are gathered in memory before they are written."""
_STREAMS = "SELECT DISTINCT e.stream AS stream FROM entries e WHERE e.position >= ? AND e.position < ?"
_SUBJECTS = "SELECT DISTINCT s.kind AS kind, s.id AS id FROM subjects s WHERE s.position >= ? AND s.position < ?"
_STREAM_ROWS = (
    "SELECT e.stream AS stream, e.version AS count, e.position AS position, e.leaf_hash AS leaf FROM entries e"
    " WHERE e.position >= ? AND e.position < ? ORDER BY e.position"
)
_SUBJECT_ROWS = (
    "SELECT s.kind AS kind, s.id AS id, s.number AS count, s.position AS position, e.leaf_hash AS leaf FROM subjects s"
    " JOIN entries e ON e.position = s.position WHERE s.position >= ? AND s.position < ? ORDER BY s.position"
)
_Pair: TypeAlias = tuple[StreamHead | None, StreamHead]
FALSE_SEAL = N_("the seal at {} is not that of the entries before it; nothing rests on it; see: zeren verify")
UNFIT = (LookupError, TypeError, ValueError, AttributeError, OverflowError, Malformed)
"""What a cached cell that is missing, or of another kind, gives rise to: the map is then made anew."""


class CachedMap(Protocol):
    """The map of heads as a store caches it; nothing that comes from here is believed."""

    def is_empty(self) -> bool:
        """Whether no head is cached."""

    def head(self, key: bytes) -> StreamHead | None:
        """The cached head of a key."""

    def keep(self, heads: Iterable[StreamHead]) -> None:
        """Takes heads in, in the place of earlier ones."""

    def drop(self, keys: Iterable[bytes]) -> None:
        """Forgets the heads of these keys."""

    def clear(self) -> None:
        """Forgets everything."""

    def clear_nodes(self) -> None:
        """Forgets the inner nodes."""

    def root(self, touched: Iterable[bytes] = ()) -> bytes:
        """The root, computed anew along the touched keys."""

    def roots(self, touched: Mapping[bytes, _Pair]) -> tuple[bytes, bytes]:
        """The roots before and after what touched these keys. Raises LookupError."""

    def path(self, key: bytes) -> HeadProof:
        """The path of a key, unchecked. Raises LookupError."""


def derived_heads(rows: Rows, cached: CachedMap, size: int, *, with_subjects: bool) -> tuple[bytes, bool]:
    """The root of the map at `size` entries, and whether the cached map had to be made anew for it.

    What follows the last seal is read from its bytes; of the cached map below it only what leads to the sealed root is
    believed. Raises ChainBroken or ProofInvalid where what the entries say does not hold together.
    """
    seal, sealed = last_seal(rows, size)
    if seal:
        touched = _read_touched(rows, seal, size, with_subjects=with_subjects)
        cached.keep(head for _, head in touched.values())
        try:
            root = cached.root(touched)
            if cached.roots(touched) == (sealed, root):
                return root, False
        except UNFIT:  # nodes are missing, or are none
            pass
    stale = not cached.is_empty()
    cached.clear()
    if seal:
        _fill(rows, cached, 0, seal, with_subjects=with_subjects)
        if cached.root() != sealed:
            raise ProofInvalid(FALSE_SEAL, seal)
        cached.clear_nodes()
    _fill(rows, cached, seal, size, with_subjects=with_subjects)
    return cached.root(), stale


def is_sealed(rows: Rows, size: int, root: bytes) -> bool:
    """Whether the seal at position `size` states this root of the map. Raises ChainBroken or BodyInvalid."""
    return last_seal(rows, size + 1) == (size, root)


def last_seal(rows: Rows, size: int) -> tuple[int, bytes]:
    """(position, root of the map) of the last seal below `size`, as its bytes state them; 0 where there is none."""
    found = read_last_of(rows, SEALS, size)
    if found is None:
        return 0, EMPTY
    entry, body = found
    sealed = recorded(entry, parse_body(body)).payload
    if not isinstance(sealed, Sealed) or sealed.size != entry.header.position:
        raise ChainBroken("the seal at {} does not say its own position", entry.header.position)
    return sealed.size, b64decode(sealed.heads)


def _read_touched(rows: Rows, start: int, stop: int, *, with_subjects: bool) -> dict[bytes, _Pair]:
    """By key, the heads before and after the entries at start .. stop - 1; after, as the bytes of these say."""
    touched: dict[bytes, _Pair] = {}

    def before(stream: str | None, subject: Subject | None) -> StreamHead | None:
        if stream is not None:
            return _stream_head(rows, stream, start)
        return None if subject is None else _subject_head(rows, *subject, start)

    for head, stream, subject in _heads_stated(rows, start, stop, with_subjects=with_subjects):
        known = touched.get(head.key)
        first = known[0] if known is not None else before(stream, subject)
        _check_next(known[1] if known is not None else first, head)
        touched[head.key] = first, head
    return touched


def _fill(rows: Rows, cached: CachedMap, start: int, stop: int, *, with_subjects: bool) -> None:
    """Brings the cached heads from `start` to `stop` entries, from the bytes of these, in bounded memory."""
    fresh: dict[bytes, StreamHead] = {}
    written = bool(start)
    for head, _stream, _subject in _heads_stated(rows, start, stop, with_subjects=with_subjects):
        last = fresh.get(head.key)
        if last is None and written:
            last = cached.head(head.key)
        _check_next(last, head)
        fresh[head.key] = head
        if len(fresh) >= _GATHERED:
            cached.keep(fresh.values())
            fresh, written = {}, True
    cached.keep(fresh.values())


def _heads_stated(
    rows: Rows, start: int, stop: int, *, with_subjects: bool
) -> Iterator[tuple[StreamHead, str | None, Subject | None]]:
    """The head of its stream and of each of its subjects that each entry at start .. stop - 1 states."""
    for entry, body in read_entries(rows, start, stop):
        position, stream = entry.header.position, entry.header.stream
        yield StreamHead(stream_key(stream), entry.header.version, position, entry.leaf_hash), stream, None
        for subject, number in stated_subjects(entry, body) if with_subjects else ():
            yield StreamHead(subject_key(*subject), number, position, entry.leaf_hash), None, subject


def _check_next(last: StreamHead | None, head: StreamHead) -> None:
    if head.count != (0 if last is None else last.count) + 1:
        raise ChainBroken(
            "entry {}: its running number {} does not follow the {} before it; nothing is sealed; see: zeren verify",
            head.position,
            head.count,
            0 if last is None else last.count,
        )


def new_heads(rows: Rows, since: int, size: int, *, with_subjects: bool) -> Iterator[StreamHead]:
    """The heads at `size` entries of every stream and subject with an entry at positions since .. size - 1."""
    for _, head in _touched(rows, since, size, size, with_subjects=with_subjects):
        if head is None:
            raise LookupError(since, size)
        yield head


def roots_since(rows: Rows, cached: CachedMap, old: int, new: int, *, with_subjects: bool) -> tuple[bytes, bytes]:
    """The roots of the map at `old` and at `new` entries, computed along the keys touched between them.

    All other hashes come from the cache and are the same for both: where the first root is the one that it should be,
    the second one is right too. Raises LookupError where the cache does not hold them.
    """
    before = dict(_touched(rows, old, new, old, with_subjects=with_subjects))
    after = new_heads(rows, old, new, with_subjects=with_subjects)
    return cached.roots({head.key: (before.get(head.key), head) for head in after})


def _touched(
    rows: Rows, start: int, stop: int, size: int, *, with_subjects: bool
) -> Iterator[tuple[bytes, StreamHead | None]]:
    """(key, head at `size` entries) of every stream and subject with an entry at positions start .. stop - 1."""
    for row in rows(_STREAMS, (start, stop)):
        yield stream_key(row["stream"]), _stream_head(rows, row["stream"], size)
    for row in rows(_SUBJECTS, (start, stop)) if with_subjects else ():
        yield subject_key(row["kind"], row["id"]), _subject_head(rows, row["kind"], row["id"], size)


def fill_from_index(rows: Rows, cached: CachedMap, size: int, *, with_subjects: bool) -> None:
    """Fills an empty map at `size` entries from what is stored beside them; what comes out is to be checked."""
    move_by_index(rows, cached, 0, size, with_subjects=with_subjects)


def move_by_index(rows: Rows, cached: CachedMap, at: int, size: int, *, with_subjects: bool) -> None:
    """Brings a map that is said to be `at` so many entries to `size`, on or back, from what is stored beside those
    between them alone; what comes out is to be checked."""
    touched: set[bytes] = set()
    if size < at:
        before = dict(_touched(rows, size, at, size, with_subjects=with_subjects))
        cached.drop(key for key, head in before.items() if head is None)
        cached.keep(head for head in before.values() if head is not None)
        touched |= before.keys()
    for start in range(at, size, _GATHERED):
        heads = _index_heads(rows, start, min(start + _GATHERED, size), with_subjects=with_subjects)
        cached.keep(heads.values())
        touched |= heads.keys() if at else set()
    cached.root(touched)


def _index_heads(rows: Rows, start: int, stop: int, *, with_subjects: bool) -> dict[bytes, StreamHead]:
    """By key, the heads that the entries at start .. stop - 1 leave behind."""
    heads = {}
    for row in rows(_STREAM_ROWS, (start, stop)):
        key = stream_key(row["stream"])
        heads[key] = StreamHead(key, row["count"], row["position"], row["leaf"])
    for row in rows(_SUBJECT_ROWS, (start, stop)) if with_subjects else ():
        key = subject_key(row["kind"], row["id"])
        heads[key] = StreamHead(key, row["count"], row["position"], row["leaf"])
    return heads


def checked_paths(cached: CachedMap, keys: Iterable[bytes], root: bytes) -> dict[bytes, HeadProof]:
    """A path for each key, to its head or its absence. Raises ProofInvalid or LookupError."""
    return {key: _checked_path(cached, key, root) for key in keys}


def _checked_path(cached: CachedMap, key: bytes, root: bytes) -> HeadProof:
    proof = cached.path(key)
    if proof.end is not None and proof.end.key == key:
        check_head(proof, proof.end, root)
    else:
        check_absence(proof, key, root)
    return proof


def _stream_head(rows: Rows, stream: str, size: int) -> StreamHead | None:
    """The head of a stream at `size` entries; None where it has none."""
    statement = (
        "SELECT e.version AS count, e.position AS position, e.leaf_hash AS leaf FROM entries e"
        " WHERE e.stream = ? AND e.position < ? ORDER BY e.version DESC LIMIT 1"
    )
    return _head(stream_key(stream), rows(statement, (stream, size)))


def _subject_head(rows: Rows, kind: str, id_: str, size: int) -> StreamHead | None:
    """The head of a subject at `size` entries; None where there is none."""
    statement = (
        "SELECT s.number AS count, s.position AS position, e.leaf_hash AS leaf FROM subjects s"
        " JOIN entries e ON e.position = s.position"
        " WHERE s.kind = ? AND s.id = ? AND s.position < ? ORDER BY s.number DESC LIMIT 1"
    )
    return _head(subject_key(kind, id_), rows(statement, (kind, id_, size)))


def _head(key: bytes, found: list[Any]) -> StreamHead | None:
    return StreamHead(key, found[0]["count"], found[0]["position"], found[0]["leaf"]) if found else None
