"""Putting a bundle together: entries, bodies, proofs, paths, checkpoint, and the files beside them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from ledger.bundle.consent_pass import afters
from ledger.bundle.layout import (
    FORMATS,
    MANIFEST,
    PAGE,
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
from ledger.core.archive import write_archive
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

Show = Callable[[int, str, str], bool]
"""Whether a field is shown: (position, type, field name)."""


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


def build_files(parts: Sequence[Part]) -> tuple[tuple[PartClaims, ...], dict[str, bytes]]:
    """The claims and the files of all parts, with verifier and type lists, without page and manifest."""
    numbers = {number for part in parts for number in _lists(part.selection)}
    claims, files = [], {name: list_bytes(number) for number, name in list_files(numbers).items()}
    files[VERIFIER] = resources.files("ledger.bundle").joinpath("standalone.py").read_bytes()
    for part in parts:
        claims.append(_claims(part))
        files |= _files(part)
    return tuple(claims), files


def _lists(chosen: Selection) -> set[int]:
    """Numbers of the lists of event types in force at the positions shown. Raises Incomplete for a later list."""
    ledger = chosen.ledger
    adopted = [(0, ledger.genesis.types)]
    adopted += [
        (p + 1, e.types) for p in sorted(chosen.positions) if isinstance(e := ledger.at(p).payload, FormatAdopted)
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


def pack(claims: tuple[PartClaims, ...], files: Mapping[str, bytes], page: bytes, maker: str) -> bytes:
    """The bundle of these files, with its page and manifest."""
    whole = {**files, PAGE: page}
    digests = {name: b64encode(hashlib.sha256(data).digest()) for name, data in sorted(whole.items())}
    return write_archive(
        {**whole, MANIFEST: format_manifest(Manifest(maker, claims, digests, FORMATS["types.json" not in files]))}
    )


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


def _files(part: Part) -> dict[str, bytes]:
    chosen, path = part.selection, part.path
    ledger, sealed = chosen.ledger, chosen.sealed
    get = ledger.hashes(sealed.size)
    files = {f"{path}/checkpoint": sealed.note, f"{path}/heads.json": format_heads(head_proofs(chosen))}
    for position in sorted(chosen.positions):
        entry, stored = ledger.entry_at(position)
        body = parse_body(stored)
        _check_erased(part, position, body)
        hidden = [
            name
            for name in body.disclosures
            if not never_withheld(entry.header.type, name) and not part.show(position, entry.header.type, name)
        ]
        proof = InclusionProof(position, prove_inclusion(position, sealed.size, get), sealed.note)
        files[numbered(path, "entries", position)] = entry.data
        files[numbered(path, "bodies", position)] = format_body(body.without(hidden))
        files[numbered(path, "proofs", position)] = format_proof(proof)
    if part.attached is not None:
        for position in chosen.entries:
            for number, data in part.attached(position).items():
                files[f"{path}/{attached_name(position, number)}"] = data
    for position in sorted(_vouched(chosen)):
        proof = InclusionProof(position, prove_inclusion(position, sealed.size, get), sealed.note)
        files[numbered(path, "proofs", position)] = format_proof(proof)
    for old in sorted(size for size in chosen.older if size):
        hashes = prove_consistency(old, sealed.size, get)
        files[numbered(path, "growth", old)] = format_growth(old, sealed.size, hashes)
    for number, token in enumerate(sealed.tokens):
        files[f"{path}/tokens/{number}"] = token
    for number, verified in enumerate(part.verified):
        files[f"{path}/verified/{number}"] = verified.note
        files[f"{path}/verified/{number}.vkey"] = f"{verified.vkey}\n".encode()
    return files


def _vouched(chosen: Selection) -> set[int]:
    """The entries that consents name as the history before them, and that are not shown themselves."""
    found: set[int] = set()
    for position in chosen.positions:
        entry, stored = chosen.ledger.entry_at(position)
        found |= afters(entry.header.type, parse_body(stored))
    return found - chosen.positions


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
