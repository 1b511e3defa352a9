"""Completeness: which streams and subjects a bundle shows whole, by the seal's map (FORMAT.md sections 6 and 15)."""

from collections import Counter
from collections.abc import Iterator
from typing import NoReturn

from ledger.bundle.items import Item, Numbers, PartFiles
from ledger.bundle.layout import CompleteClaim, parse_heads
from ledger.bundle.select import head_key
from ledger.checks.subjects import Subject, read_subjects
from ledger.core.body import Body
from ledger.core.encoding import b64decode
from ledger.core.seal_map import check_absence, check_head
from ledger.errors import Invalid, ProofInvalid, ZerenError
from ledger.events.trust import Sealed
from ledger.placement import ANCHORS, MAIN, SEALS


def read_heads(part: PartFiles) -> None:
    """The paths in the map of heads, of which the numbers are counted while entries are read."""
    try:
        part.heads = parse_heads(part.file("heads.json") or b"")
    except ZerenError as error:
        part.add(error, "heads.json")
        return
    part.numbers = {claim: Numbers() for claim in part.heads}


def count_numbers(part: PartFiles, item: Item) -> None:
    """Takes over the numbers of an entry below the seal."""
    if item.position >= part.claims.seal:
        return
    header = item.entry.header
    rows = [(CompleteClaim("stream", header.stream), header.version)]
    if item.body is not None:
        rows += [(CompleteClaim(*subject), number) for subject, number in _subjects(item.body)]
    for claim, number in rows:
        found = part.numbers.get(claim)
        if found is not None:
            found.count += 1
            found.rising = found.rising and number == found.count
            found.position, found.leaf = item.position, item.entry.leaf_hash


def check_seal(part: PartFiles) -> None:
    """The seal, and that all is shown which is claimed or needed; what is proved so goes into the part's report."""
    seal, size = part.claims.seal, part.claims.size
    item = part.items.get(seal)
    if not part.numbers:
        return  # named where they were read
    try:
        if not seal < size:
            raise Invalid("the seal is not under the checkpoint")
        for position in range(seal, size):
            if position not in part.items:
                raise Invalid("the entry {} between the seal and the end of the checkpoint is missing", position)
            stream = part.items[position].entry.header.stream
            if stream != (SEALS if position == seal else ANCHORS):
                raise Invalid("the entry {} after the seal is neither seal nor anchor", position)
        if item is None or not isinstance(item.payload, Sealed) or item.payload.size != seal:
            raise Invalid("the entry {} is no seal that says its own position", seal)
        root = b64decode(item.payload.heads)
    except ZerenError as error:
        part.add_at(error, seal)
        return
    for claim in sorted({*part.claims.complete, *part.heads, *_needed(part)}):
        try:
            _check_complete(part, claim, root)
        except ZerenError as error:
            part.add(error, "heads.json")


def _needed(part: PartFiles) -> set[CompleteClaim]:
    """What must be complete for the rest to be believed: opening and policies, and every signer's keys."""
    claims = {CompleteClaim("stream", MAIN)}
    if part.claims.kind != "case":
        claims |= {CompleteClaim("stream", f"key/{person}") for person in part.signers | {"log"}}
    return claims


def _check_complete(part: PartFiles, claim: CompleteClaim, root: bytes) -> None:
    proof = part.heads.get(claim)
    if proof is None:
        raise ProofInvalid("the path that proves {} complete is missing", str(claim))
    key = head_key(claim)
    found = part.numbers.get(claim, Numbers())
    if proof.end is None or proof.end.key != key:
        if part.claims.kind == "case":
            raise ProofInvalid("a bundle of a case ledger proves no absence, yet one is shown for {}", str(claim))
        check_absence(proof, key, root)
        if found.count:
            raise ProofInvalid("{} is proved to have no entry, yet one is shown", str(claim))
        part.found.proved.append((claim, 0))
        return
    check_head(proof, proof.end, root)
    if not found.rising or found.count != proof.end.count:
        _name_gap(part, claim, proof.end.count)
    if (found.position, found.leaf) != (proof.end.position, proof.end.leaf):
        raise ProofInvalid("{}: the last entry is not the one that was sealed", str(claim))
    part.found.proved.append((claim, proof.end.count))


def _name_gap(part: PartFiles, claim: CompleteClaim, count: int) -> NoReturn:
    """Says which number is missing: what is read again for one claim alone, once there is a fault."""
    numbers = Counter(_numbers(part, claim))
    for number in range(1, count + 1):
        if numbers[number] != 1:
            raise ProofInvalid(
                "{}: number {} of {} is missing or stands twice: an entry was left out", str(claim), number, count
            )
    raise ProofInvalid("{}: the numbers do not rise with the positions", str(claim))


def _numbers(part: PartFiles, claim: CompleteClaim) -> Iterator[int]:
    """The running numbers of the shown entries of a claim below the seal, by rising position."""
    for position, item in part.items.items():
        if position >= part.claims.seal:
            return
        if claim.kind == "stream":
            if item.entry.header.stream == claim.id:
                yield item.entry.header.version
        elif item.body is not None:
            yield from (n for s, n in _subjects(item.body) if s == (claim.kind, claim.id))


def _subjects(body: Body) -> list[tuple[Subject, int]]:
    try:
        return read_subjects(body.values())
    except ZerenError:
        return []  # named where the entry is checked
