"""Outside evidence in a bundle: cosignatures, time stamps, older checkpoints, and whoever recomputed the ledger."""

from collections.abc import Iterator

from ledger.bundle.layout import parse_growth
from ledger.bundle.part import PartCheck
from ledger.core.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.core.cosignature import Cosignature, open_cosignature
from ledger.core.keys import VerifyKey, parse_vkey
from ledger.core.merkle import check_consistency
from ledger.core.note import SignatureLine, parse_line, parse_note
from ledger.core.verified import check_verified
from ledger.errors import Incomplete, Invalid, Malformed, ProofInvalid, ZerenError
from ledger.events.trust import PolicyAdopted


def check_anchors(part: PartCheck) -> None:
    """Every anchor shown, every cosignature on the checkpoint, and every note of verification."""
    if part.checkpoint is None:
        return
    witnesses = {(key.name, key.key_id): key for key in _witnesses(part)}
    for position, anchor in part.anchors():
        try:
            anchored = open_older(part, anchor.checkpoint.encode())
            if anchored.size > position:
                raise Invalid("an anchor is recorded for a checkpoint that did not exist yet")
            if anchor.kind == "cosignature":
                _cosigned(part, anchored, parse_line(anchor.token), witnesses)
            elif anchor.kind == "rfc3161":
                part.found.time_stamps += 1
            else:
                raise Invalid("an anchor of kind {!a} is not known", anchor.kind)
        except ZerenError as error:
            part.add_at(error, position)
    note = part.file("checkpoint")
    for line in parse_note(note).signatures if note is not None else ():
        if line.name == part.claims.origin:
            continue  # by the log key, checked before
        try:
            _cosigned(part, part.checkpoint, line, witnesses)
        except ZerenError as error:
            part.add(error, "checkpoint")
    part.found.time_stamps += len(list(part.names("tokens")))
    _check_verified(part)


def _witnesses(part: PartCheck) -> Iterator[VerifyKey]:
    """The witness keys of every policy that the ledger adopted."""
    for item in part.items.values():
        if not isinstance(item.payload, PolicyAdopted):
            continue
        for line in item.payload.policy.split("\n"):
            words = line.split()
            if len(words) > 2 and words[0] == "witness":
                try:
                    yield parse_vkey(words[2])
                except ZerenError as error:
                    part.add_at(error, item.position)


def _cosigned(
    part: PartCheck, checkpoint: Checkpoint, line: SignatureLine, witnesses: dict[tuple[str, bytes], VerifyKey]
) -> None:
    key = witnesses.get((line.name, line.key_id))
    if key is None:
        part.report.not_checked.append(
            Incomplete("the line by {}+{}: no policy of the ledger names its key", line.name, line.key_id.hex())
        )
        return
    cosignature: Cosignature = open_cosignature(checkpoint, line, key)
    if checkpoint == part.checkpoint:
        part.found.cosignatures.append(cosignature)


def open_older(part: PartCheck, note: bytes) -> Checkpoint:
    """A checkpoint of this ledger that its bundle's checkpoint continues, as a proof in the bundle shows.

    Raises Invalid where the log key did not sign it or the proof does not lead from it to the bundle's checkpoint.
    """
    head = part.checkpoint
    if head is None or not part.keybook.log_keys:
        raise Invalid("there is no checkpoint to compare with")
    size = parse_checkpoint(parse_note(note).text).size
    older = open_checkpoint(note, [part.keybook.log_key(size)], origin=part.claims.origin).checkpoint
    name = f"growth/{older.size:010d}"
    data = part.file(name)
    if data is None:
        raise ProofInvalid("the proof that the ledger continues its checkpoint of {} entries is missing", older.size)
    old, new, hashes = parse_growth(data)
    if (old, new) != (older.size, head.size):
        raise ProofInvalid("{} is a proof of other sizes", name)
    check_consistency(old, older.root, new, head.root, hashes)
    return older


def _check_verified(part: PartCheck) -> None:
    for name, data in part.names("verified"):
        if name.endswith(".vkey"):
            continue
        try:
            vkey = (part.file(f"{name}.vkey") or b"").decode("ascii", "replace").removesuffix("\n")
            key = parse_vkey(vkey)
            if part.checkpoint is None:
                raise Malformed("there is no checkpoint that the note could be about")
            check_verified(data, part.checkpoint, key)
            part.found.verified_by.append(vkey)
        except ZerenError as error:
            part.add(error, name)
