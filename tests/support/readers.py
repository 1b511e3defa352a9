"""What the program itself never needs, by which tests look at what it wrote: readers, a prover, a counter of days."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby

from ledger.core.checkpoint import Checkpoint, format_checkpoint
from ledger.core.cosignature import Cosignature, open_cosignature
from ledger.core.note import Note
from ledger.core.policy import NONE, Policy
from ledger.core.seal_map import EMPTY, KEY_BITS, HeadProof, StreamHead, _rising, _root, _shared_bits
from ledger.core.signers import VerifyKey, format_vkey
from ledger.errors import Malformed, SignatureInvalid
from projections.facts.workdays import is_working_day


def open_cosignatures(checkpoint: Checkpoint, note: Note, witnesses: Iterable[VerifyKey]) -> tuple[Cosignature, ...]:
    """Every cosignature in `note` by one of `witnesses`, in the note's order; lines by others are ignored.

    `note` must be that of `checkpoint`. One bad line by a known witness refuses all (`SignatureInvalid`);
    none at all gives an empty tuple, for a quorum to judge. A witness that signed at several times appears
    several times; a line repeated appears once.
    """
    if note.text != format_checkpoint(checkpoint):
        raise SignatureInvalid("the cosigned note is not that of the checkpoint")
    keys = {(key.name, key.key_id): key for key in witnesses}
    return tuple(
        open_cosignature(checkpoint, line, keys[line.name, line.key_id])
        for line in dict.fromkeys(note.signatures)
        if (line.name, line.key_id) in keys
    )


def format_policy(policy: Policy) -> str:
    """The text of a policy without its tsa lines; `parse_policy` reads it back with `format_authorities`."""
    lines = [" ".join(["log", format_vkey(log.key), *_url(log.url)]) for log in policy.logs]
    lines += [" ".join(["witness", w.name, format_vkey(w.key), *_url(w.url)]) for w in policy.witnesses]
    lines += [" ".join(["group", g.name, str(g.threshold), *g.members]) for g in policy.groups]
    lines.append(f"quorum {NONE if policy.quorum is None else policy.quorum}")
    return "".join(f"{line}\n" for line in lines)


def format_authorities(policy: Policy) -> tuple[str, ...]:
    """The `tsa` lines of a policy."""
    return tuple(f"tsa {authority.name} {authority.certificate.hex()}" for authority in policy.authorities)


def _url(url: str | None) -> list[str]:
    return [] if url is None else [url]


class _Counted:
    """One group of heads, counted while it is read once."""

    def __init__(self, first: StreamHead, rest: Iterable[StreamHead]) -> None:
        self._first = first
        self._rest = rest
        self.count = 0

    def __iter__(self) -> Iterator[StreamHead]:
        yield self._first
        self.count = 1
        for head in self._rest:
            self.count += 1
            yield head


def prove_head(heads: Iterable[StreamHead], key: bytes) -> HeadProof:
    """The path of `key` in the map of `heads`, which come by rising key: its head, or its absence.

    Reads all heads once. Raises `Malformed` if they are not sorted.
    """
    siblings: dict[int, bytes] = {}  # by the depth at which they part from the key
    found: StreamHead | None = None
    deepest: tuple[int, StreamHead | None] = (
        -1,
        None,
    )  # where a neighbour parts last, and it, if it is alone there
    for depth, group in groupby(_rising(heads), lambda head: _shared_bits(head.key, key)):
        first = next(group)
        if depth == KEY_BITS:
            found = first
            continue
        members = _Counted(first, group)  # noqa: B031 - each group is read once, by _root
        siblings[depth] = _root(members, depth + 1)
        if depth > deepest[0]:
            deepest = (depth, first if members.count == 1 else None)
    end = found
    if found is None and deepest[1] is not None:  # the key's place is taken by one other key
        end = deepest[1]
        del siblings[deepest[0]]
    length = max(siblings, default=-1) + 1
    return HeadProof(tuple(siblings.get(depth, EMPTY) for depth in range(length)), end)


def decode_bundle(data: bytes, width: int) -> tuple[bytes, ...]:
    """The `width` entries of a bundle; raises `Malformed` for fewer, more, or a cut one."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
        if at > len(data) or start > len(data) or len(entries) > width:
            break
    if at != len(data) or len(entries) != width:
        raise Malformed("an entry bundle of width {} has exactly that many whole entries", width)
    return tuple(entries)


def working_days_between(first: date, last: date) -> int:
    """Working days after `first` up to and including `last`; 0 where `last` is not later.

    `working_days_between(day, add_working_days(day, n)) == n`.
    """
    return sum(is_working_day(first + timedelta(days=step)) for step in range(1, (last - first).days + 1))
