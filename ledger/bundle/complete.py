"""Completeness: which streams and subjects a bundle shows whole, by the seal's map (FORMAT.md sections 6 and 15)."""

from collections import Counter

from ledger.bundle.items import PartFiles
from ledger.bundle.layout import CompleteClaim, parse_heads
from ledger.bundle.select import head_key
from ledger.checks.subjects import Subject, read_subjects
from ledger.core.body import Body
from ledger.core.encoding import b64decode
from ledger.core.seal_map import check_absence, check_head
from ledger.errors import Invalid, Malformed, ProofInvalid, ZerenError
from ledger.events.trust import KeyEnrolled, Sealed
from ledger.placement import ANCHORS, MAIN, SEALS


def check_seal(part: PartFiles) -> None:
    """The seal, and that all is shown which is claimed or needed; what is proved so goes into the part's report."""
    seal, size = part.claims.seal, part.claims.size
    item = part.items.get(seal)
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
        part.heads = parse_heads(part.file("heads.json") or b"")
    except Malformed as error:
        part.add(error, "heads.json")
        return
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
        people = {signer.person for item in part.items.values() for signer in item.entry.header.signers}
        people |= {item.payload.person for item in part.items.values() if isinstance(item.payload, KeyEnrolled)}
        claims |= {CompleteClaim("stream", f"key/{person}") for person in people | {"log"}}
    return claims


def _check_complete(part: PartFiles, claim: CompleteClaim, root: bytes) -> None:
    proof = part.heads.get(claim)
    if proof is None:
        raise ProofInvalid("the path that proves {} complete is missing", str(claim))
    key = head_key(claim)
    numbered = _numbers(part, claim)
    if proof.end is None or proof.end.key != key:
        if part.claims.kind == "case":
            raise ProofInvalid("a bundle of a case ledger proves no absence, yet one is shown for {}", str(claim))
        check_absence(proof, key, root)
        if numbered:
            raise ProofInvalid("{} is proved to have no entry, yet one is shown", str(claim))
        part.found.proved.append((claim, 0))
        return
    check_head(proof, proof.end, root)
    counts = Counter(number for number, _ in numbered)
    for number in range(1, proof.end.count + 1):
        if counts[number] != 1:
            raise ProofInvalid(
                "{}: number {} of {} is missing or stands twice: an entry was left out",
                str(claim),
                number,
                proof.end.count,
            )
    if [number for number, _ in numbered] != list(range(1, proof.end.count + 1)):
        raise ProofInvalid("{}: the numbers do not rise with the positions", str(claim))
    last = part.items[numbered[-1][1]]
    if (last.position, last.entry.leaf_hash) != (proof.end.position, proof.end.leaf):
        raise ProofInvalid("{}: the last entry is not the one that was sealed", str(claim))
    part.found.proved.append((claim, proof.end.count))


def _numbers(part: PartFiles, claim: CompleteClaim) -> list[tuple[int, int]]:
    """(running number, position) of the shown entries of a claim below the seal, by rising position."""
    rows: list[tuple[int, int]] = []
    for position, item in sorted(part.items.items()):
        if position >= part.claims.seal:
            continue
        if claim.kind == "stream":
            if item.entry.header.stream == claim.id:
                rows.append((item.entry.header.version, position))
        elif item.body is not None:
            rows += [(n, position) for s, n in _subjects(item.body) if s == (claim.kind, claim.id)]
    return rows


def _subjects(body: Body) -> list[tuple[Subject, int]]:
    try:
        return read_subjects(body.values())
    except ZerenError:
        return []  # named where the entry is checked
