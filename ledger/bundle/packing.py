"""Putting a bundle together: entries, bodies, proofs, paths, checkpoint, and the files beside them."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from itertools import chain

from ledger.bundle.consent_pass import afters
from ledger.bundle.layout import (
    FORMATS,
    MANIFEST,
    VERIFIER,
    Manifest,
    PartClaims,
    attached_name,
    format_growth,
    format_heads,
    format_manifest,
    list_files,
    numbered,
)
from ledger.bundle.select import Selection, head_proofs
from ledger.core.archive import Archive, ArchiveWriter
from ledger.core.body import Body, format_body, is_reserved_name, parse_body
from ledger.core.encoding import b64encode
from ledger.core.merkle import prove_consistency, prove_inclusion
from ledger.core.proof import InclusionProof, format_proof
from ledger.errors import BadInput, Incomplete
from ledger.events.erased import erased_fields
from ledger.events.lists import list_bytes, list_named
from ledger.events.records import TextErased
from ledger.events.registry import payload_class
from ledger.events.trust import FormatAdopted, TrustPayload
from ledger.frozen import dataclass
from ledger.placement import MAIN

Show = Callable[[int, str, str], bool]
"""Whether a field is shown: (position, type, field name)."""


_NODES = 4096
"""Nodes of the tree that stay in memory: proofs of entries that lie side by side share most of theirs."""


def show_all(_position: int, _type: str, _name: str) -> bool:
    """Nothing is withheld."""
    return True


@dataclass(frozen=True, slots=True)
class VerifiedNote:
    """A note `zeren/verified/v1` by someone who recomputed the ledger, and the vkey it is by."""

    note: bytes
    vkey: str


@dataclass(frozen=True, slots=True)
class Part:
    """One ledger's share of a bundle."""

    path: str
    selection: Selection
    show: Show = show_all
    verified: Sequence[VerifiedNote] = ()
    attached: Callable[[int], Mapping[int, bytes]] | None = None
    """The bytes of the attachments of an entry asked for, by number; None: they stay outside."""


def never_withheld(type_name: str, field_name: str) -> bool:
    """Subjects, consents, and every field on which verification itself rests (FORMAT.md section 11)."""
    return is_reserved_name(field_name) or issubclass(payload_class(type_name), TrustPayload | TextErased)


def claims_of(parts: Sequence[Part]) -> tuple[PartClaims, ...]:
    """What a bundle of these parts claims."""
    return tuple(_claims(part) for part in parts)


def write_parts(parts: Sequence[Part], writer: ArchiveWriter, told: Callable[[], None] = lambda: None) -> None:
    """Writes the files of all parts, one after the other, by rising name; `told` hears of each."""
    for part in sorted(parts, key=lambda part: f"{part.path}/"):  # as their files are named
        for name, data in _files(part):
            writer.add(name, data)
            told()


def files_beside(parts: Sequence[Part]) -> dict[str, bytes]:
    """Verifier and lists of event types of a bundle of these parts."""
    numbers = {number for part in parts for number in _lists(part.selection)}
    files = {name: list_bytes(number) for number, name in list_files(numbers).items()}
    return {**files, VERIFIER: resources.files("ledger.bundle").joinpath("standalone.py").read_bytes()}


class _Digests(Mapping[str, str]):
    """The base64 SHA-256 of what is written and of what stands beside it, each computed when it is asked for."""

    def __init__(self, written: Archive, beside: Mapping[str, bytes]) -> None:
        self._written, self._beside = written, beside

    def __getitem__(self, name: str) -> str:
        data = self._beside.get(name)
        return b64encode(self._written.digest(name) if data is None else hashlib.sha256(data).digest())

    def __len__(self) -> int:
        return len(self._written) + len(self._beside)

    def __iter__(self) -> Iterator[str]:
        return chain(self._written, self._beside)


def finish(writer: ArchiveWriter, claims: tuple[PartClaims, ...], beside: Mapping[str, bytes], maker: str) -> None:
    """Writes what stands beside the parts, and the manifest of it all: then the bundle is whole."""
    digests = _Digests(writer.files(), beside)
    manifest = Manifest(maker, claims, digests, FORMATS["types.json" not in beside])
    for name, data in sorted({**beside, MANIFEST: format_manifest(manifest)}.items()):
        writer.add(name, data)
    writer.finish()


def _lists(chosen: Selection) -> set[int]:
    """Numbers of the lists of event types in force at the positions shown. Raises Incomplete for a later list."""
    ledger = chosen.ledger
    adopted = [(0, ledger.genesis.types)]
    adopted += [
        (p + 1, e.types)
        for p in sorted(chosen.positions.intersection(ledger.store.stream(MAIN)))
        if isinstance(e := ledger.at(p).payload, FormatAdopted)
    ]
    found = set()
    for number, (start, digest) in enumerate(adopted):
        stop = adopted[number + 1][0] if number + 1 < len(adopted) else max(chosen.positions) + 1
        if any(start <= position < stop for position in chosen.positions):
            found.add(digest)
    lists = [list_named(digest) for digest in found]
    if None in lists:
        raise Incomplete("the ledger {} goes on under a list of event types of a later version", ledger.origin)
    return {each.number for each in lists if each is not None}


def _claims(part: Part) -> PartClaims:
    chosen = part.selection
    ledger = chosen.ledger
    return PartClaims(
        path=part.path,
        origin=ledger.origin,
        kind=ledger.kind,
        fingerprint=ledger.fingerprint,
        size=chosen.sealed.size,
        seal=chosen.sealed.seal,
        entries=chosen.entries,
        complete=chosen.complete,
    )


def _files(part: Part) -> Iterator[tuple[str, bytes]]:
    """The files of a part by rising name."""
    chosen, path = part.selection, part.path
    ledger, sealed = chosen.ledger, chosen.sealed
    positions, vouched = sorted(chosen.positions), set[int]()
    get = lru_cache(_NODES)(ledger.hashes(sealed.size))
    for position in chosen.entries if part.attached is not None else ():
        for number, data in sorted(_attached(part, position).items(), key=lambda row: str(row[0])):
            yield f"{path}/{attached_name(position, number)}", data
    for position in positions:
        entry, stored = ledger.entry_at(position)
        body = parse_body(stored)
        _check_erased(part, position, body)
        vouched |= afters(entry.header.type, body)
        hidden = [
            name
            for name in body.disclosures
            if not never_withheld(entry.header.type, name) and not part.show(position, entry.header.type, name)
        ]
        yield numbered(path, "bodies", position), format_body(body.without(hidden))
    yield f"{path}/checkpoint", sealed.note
    for position in positions:
        yield numbered(path, "entries", position), ledger.entry_at(position)[0].data
    for old in sorted(size for size in chosen.older if size):
        hashes = prove_consistency(old, sealed.size, get)
        yield numbered(path, "growth", old), format_growth(old, sealed.size, hashes)
    yield f"{path}/heads.json", format_heads(head_proofs(chosen))
    for position in sorted(chosen.positions | vouched):  # of those that consents name, the proof alone
        proof = InclusionProof(position, prove_inclusion(position, sealed.size, get), sealed.note)
        yield numbered(path, "proofs", position), format_proof(proof)
    beside = {f"tokens/{number}": token for number, token in enumerate(sealed.tokens)}
    for number, verified in enumerate(part.verified):
        beside |= {f"verified/{number}": verified.note, f"verified/{number}.vkey": f"{verified.vkey}\n".encode()}
    yield from ((f"{path}/{name}", data) for name, data in sorted(beside.items()))


def _attached(part: Part, position: int) -> Mapping[int, bytes]:
    return {} if part.attached is None else part.attached(position)


def _check_erased(part: Part, position: int, body: Body) -> None:
    ledger = part.selection.ledger
    for erased_by in ledger.store.erasures(position):
        payload = ledger.at(erased_by).payload
        if not isinstance(payload, TextErased):
            continue
        if not body.disclosures.keys().isdisjoint(erased_fields(payload.names, body.digests)):
            raise Incomplete("erasure pending: a text of entry {} is still held; nothing is handed out of it", position)


def check_known_fields(names: Sequence[str], body: Body) -> None:
    """Raises BadInput where one of these names is no field of the body, or its text is not held."""
    for name in names:
        if name not in body.digests:
            raise BadInput("the entry has no field {}; it has {}", name, ", ".join(sorted(body.digests)))
        if name not in body.disclosures:
            raise BadInput("the text of field {} is erased and cannot be shown", name)
