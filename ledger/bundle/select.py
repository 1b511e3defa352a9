"""What of a ledger goes into a bundle: checkpoint, seal, positions and paths (FORMAT.md sections 5, 9 and 15)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import field

from ledger.application import Ledger
from ledger.bundle.layout import CompleteClaim
from ledger.checks.anchor_rules import COSIGNATURE, read_token
from ledger.core.body import is_subject_name
from ledger.core.checkpoint import Checkpoint, parse_checkpoint
from ledger.core.encoding import b64decode
from ledger.core.note import Note, format_note, parse_line, parse_note
from ledger.core.seal_map import HeadProof, stream_key, subject_key
from ledger.errors import BadInput, ProofInvalid
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.flat import flatten
from ledger.events.register import PersonRegistered, PersonRenamed, UnitRegistered, UnitRenamed
from ledger.events.registry import spec_of
from ledger.events.trust import AnchorRecorded
from ledger.frozen import dataclass
from ledger.placement import ANCHORS, MAIN
from ledger.store.named_reads import ALL
from ledger.store.sealed_heads import FALSE_SEAL

NAMING = frozenset(each.TYPE for each in (PersonRegistered, PersonRenamed, UnitRegistered, UnitRenamed))
"""Types of entries that say what a person or unit is called."""


@dataclass(frozen=True, slots=True)
class SealedCheckpoint:
    """The checkpoint under which a bundle stands, and the seal that its completeness goes up to."""

    size: int
    seal: int
    root: bytes
    """Root of the sealed map of heads."""
    note: bytes
    tokens: tuple[bytes, ...] = ()
    """Time stamps over this checkpoint that are recorded at or after its end."""


@dataclass(slots=True)
class Selection:
    """The positions of one ledger that a bundle shows, and what it claims complete."""

    ledger: Ledger
    sealed: SealedCheckpoint
    entries: tuple[int, ...]
    """Asked for; the rest of `positions` supports them."""
    complete: tuple[CompleteClaim, ...]
    positions: set[int] = field(default_factory=set)
    trusted: tuple[CompleteClaim, ...] = ()
    """Completeness that a verifier needs beside what was asked for: opening, policies, rules, keys."""
    older: set[int] = field(default_factory=set)
    """Sizes of older checkpoints from which consistency is shown: pins and anchors."""


def head_key(claim: CompleteClaim) -> bytes:
    """The key of a claim in the map of heads."""
    return stream_key(claim.id) if claim.kind == "stream" else subject_key(claim.kind, claim.id)


def last_sealed(ledger: Ledger) -> SealedCheckpoint:
    """The last checkpoint that ends in a seal and nothing but anchors after it.

    Raises BadInput where none does; ChainBroken where under one of them an entry stands in the seal's place that is
    none: nothing is handed out past that.
    """
    for size, stored in ledger.store.checkpoints():
        seal = ledger.last_seal(size)
        if seal is not None and ledger.ends_in_seal(size):
            note, tokens = _with_anchors(ledger, size, stored)
            return SealedCheckpoint(size, seal.size, b64decode(seal.heads), note, tokens)
    raise BadInput("no checkpoint ends in a seal, so nothing can be handed out yet; make one with: zeren checkpoint")


def _with_anchors(ledger: Ledger, size: int, note: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """The note with the cosignatures by witnesses of the policy recorded after its end; time stamps likewise."""
    parsed, policy = parse_note(note), ledger.keys().policy
    lines, tokens = list(parsed.signatures), []
    for position, checkpoint, anchor in anchors_of(ledger, size):
        if checkpoint.size != size or read_token(anchor, policy, ledger.at(position).recorded_at).member is None:
            continue
        if anchor.kind == COSIGNATURE:
            lines.append(parse_line(anchor.token))
        else:
            tokens.append(b64decode(anchor.token))
    return format_note(Note(parsed.text, tuple(dict.fromkeys(lines)))), tuple(dict.fromkeys(tokens))


def anchors_of(ledger: Ledger, start: int = 0, stop: int = ALL) -> Iterable[tuple[int, Checkpoint, AnchorRecorded]]:
    """(position, anchored checkpoint, anchor) of the anchors recorded at positions start .. stop - 1."""
    for position in ledger.store.stream(ANCHORS, start, stop):
        payload = ledger.at(position).payload
        if isinstance(payload, AnchorRecorded):
            yield position, parse_checkpoint(parse_note(payload.checkpoint.encode()).text), payload


def select(
    ledger: Ledger,
    entries: Iterable[int],
    complete: Iterable[CompleteClaim],
    *,
    beside: Iterable[int] = (),
    names: bool = False,
) -> Selection:
    """The selection that shows these entries and proves these claims complete, `beside` them these to support them.

    `names`: of a duty ledger with what says how those are called whom the entries name, and who signed them.

    Raises BadInput for an entry that no sealed checkpoint covers, and a claim with no entry.
    """
    sealed = last_sealed(ledger)
    claims = tuple(sorted(set(complete)))
    found = {claim: _positions_of(ledger, claim, sealed.seal) for claim in claims}
    for claim, positions in found.items():
        if not positions:
            raise BadInput("the ledger has no entry of {} under its last seal", str(claim))
    asked = set(entries).union(*found.values())
    for position in asked:
        if position >= sealed.seal:
            raise BadInput(
                "the entry {} is not under a sealed checkpoint yet; make one with: zeren checkpoint", position
            )
    chosen = Selection(ledger, sealed, tuple(sorted(asked)), claims)
    chosen.positions = asked | _support(ledger, asked)
    chosen.positions.update(beside)
    if names and ledger.kind == "duty":
        chosen.positions |= naming(ledger, asked, sealed.seal)
    chosen.trusted = _trusted(ledger)
    for claim in chosen.trusted:
        chosen.positions |= _positions_of(ledger, claim, sealed.seal)
    _add_anchors(chosen, asked)
    chosen.positions |= {0, *range(sealed.seal, sealed.size)}
    return chosen


def _positions_of(ledger: Ledger, claim: CompleteClaim, seal: int) -> set[int]:
    if claim.kind == "stream":
        return set(ledger.store.stream(claim.id, 0, seal))
    return set(ledger.store.about(claim.kind, claim.id, seal))


def _support(ledger: Ledger, asked: set[int]) -> set[int]:
    """Erasures of the entries asked for; in duty ledgers what they correct, accept, refuse, explain or erase."""
    support: set[int] = set()
    for position in asked:
        support |= set(ledger.store.erasures(position))
    waiting = list(asked | support)
    while waiting and ledger.kind == "duty":
        for named in inherited(ledger.at(waiting.pop()).payload):
            if named.position not in asked | support:
                support.add(named.position)
                waiting.append(named.position)
    return support


def naming(ledger: Ledger, entries: Iterable[int], seal: int, also: Iterable[CompleteClaim] = ()) -> set[int]:
    """The entries below the seal that register or rename the persons and units whom these name, who signed them, and
    `also` these."""
    streams = {f"{claim.kind}/{claim.id}" for claim in also}
    for position in entries:
        streams |= {f"person/{person}" for person in ledger.at(position).signed}
        subjects = ledger.body_at(position).values().items()
        streams |= {f"{value[0]}/{value[1]}" for name, value in subjects if is_subject_name(name)}
    return {
        position
        for stream in streams
        for position in ledger.store.stream(stream, 0, seal)
        if ledger.entry_at(position)[0].header.type in NAMING
    }


def inherited(payload: Payload) -> list[EntryReference]:
    """The entries whose subjects this one takes over."""
    found = []
    for name, value in flatten(payload):
        spec = spec_of(payload.TYPE, name)
        if spec is not None and spec.reference == "inherits" and isinstance(value, list):
            found += [named for named in payload.cited() if named.position == value[1]]
    return found


def _trusted(ledger: Ledger) -> tuple[CompleteClaim, ...]:
    """`ledger/main`; in other than case ledgers the log key's stream and that of every person who ever had a key."""
    claims = {CompleteClaim("stream", MAIN)}
    if ledger.kind != "case":
        claims |= {CompleteClaim("stream", f"key/{person}") for person in ("log", *ledger.keys().roles)}
    return tuple(sorted(claims))


def _add_anchors(chosen: Selection, asked: set[int]) -> None:
    """The anchors that bound the time of the entries asked for: of each maker the last before, the first over each."""
    by_maker: dict[str, list[tuple[int, int]]] = {}
    for position, checkpoint, anchor in anchors_of(chosen.ledger, 0, chosen.sealed.size):
        maker = parse_line(anchor.token).name if anchor.kind == COSIGNATURE else anchor.kind
        by_maker.setdefault(maker, []).append((position, checkpoint.size))
    for anchors in by_maker.values():
        _add_by(chosen, asked, anchors)


def _add_by(chosen: Selection, asked: set[int], anchors: list[tuple[int, int]]) -> None:
    """Of anchors (position, size) of one maker those that bound the time of the entries asked for."""
    sizes: set[int] = {size for position, size in anchors if position >= chosen.sealed.seal}
    stands, over = [position for position, _ in anchors], sorted(size for _, size in anchors)
    for position in asked:
        before, after = bisect_left(stands, position), bisect_right(over, position)
        sizes |= {*(size for _, size in anchors[max(before - 1, 0) : before]), *over[after : after + 1]}
    chosen.positions |= {position for position, size in anchors if size in sizes}
    chosen.older |= sizes


def head_proofs(chosen: Selection) -> dict[CompleteClaim, HeadProof]:
    """A checked path for every claim in the map of the seal. Raises ProofInvalid where that is not of its entries."""
    keys = {claim: head_key(claim) for claim in sorted({*chosen.complete, *chosen.trusted})}
    seal, with_subjects = chosen.sealed, chosen.ledger.kind == "duty"
    try:
        found = chosen.ledger.store.head_paths(keys.values(), seal.seal, seal.root, with_subjects=with_subjects)
    except ProofInvalid:
        raise ProofInvalid(FALSE_SEAL, seal.seal) from None
    return {claim: found[key] for claim, key in keys.items()}
