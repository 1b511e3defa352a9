"""A witness's one decision (C2SP tlog-witness v1, `add-checkpoint`), the same for a file and for HTTP.

In the order of the specification: the request is well formed (400), the origin is known (404), a trusted log key signed
and no line by one fails (403), the old size is not above the new one (400), it is the size cosigned last (409, with
that size), and the proof leads from there to here (422; so do equal sizes with different roots, a proof where none is
needed, and an empty tree with another root). Only then, in one transaction with the comparison and durable before the
answer leaves, the new head is remembered and cosigned. A witness that has cosigned never signs anything beside it.
"""

from dataclasses import dataclass

from ledger.clock import Clock
from ledger.core.checkpoint import Checkpoint, check_successor, parse_checkpoint
from ledger.core.cosignature import sign_cosignature
from ledger.core.merkle import EMPTY_ROOT
from ledger.core.note import Note, format_note, open_note
from ledger.core.signers import Signer
from ledger.core.witness_request import format_lines, parse_request
from ledger.errors import (
    CheckpointInvalid,
    Declined,
    Forked,
    Incomplete,
    Invalid,
    Malformed,
    ProofInvalid,
    Refused,
    ZerenError,
)
from ledger.store.witness import Cosigned, Updating
from ledger.witness.witness_store import WitnessStore

BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE = 400, 403, 404, 409, 422


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness at work: its memory, its key, its clock."""

    store: WitnessStore
    signer: Signer
    clock: Clock

    def add_checkpoint(self, data: bytes) -> bytes:
        """The cosignature line for the request in `data`, remembered before it is returned.

        Raises Declined, or Busy where another process holds the memory.
        """
        try:
            request = parse_request(data)
        except Malformed as error:
            raise Declined("the request is malformed: {}", error, status=BAD_REQUEST) from error
        signed = self._check_signed(request.checkpoint)
        try:
            checkpoint = parse_checkpoint(signed.text)
        except CheckpointInvalid as error:  # size 0 with a root that is not that of the empty tree
            raise Declined("{}", error, status=UNPROCESSABLE) from error
        except Malformed as error:
            raise Declined("the request is malformed: {}", error, status=BAD_REQUEST) from error
        if request.old > checkpoint.size:
            raise Declined(
                "the old size {} is above the checkpoint's {}", request.old, checkpoint.size, status=BAD_REQUEST
            )
        with self.store.memory.updating() as memory:
            held = memory.last(checkpoint.origin)
            self._check_grown(held, request.old, checkpoint, request.proof)
            return self._cosign(memory, held, checkpoint, signed)

    def _check_signed(self, data: bytes) -> Note:
        """The note with the lines by keys trusted for its origin only, each verified."""
        origin = data.partition(b"\n")[0].decode("utf-8", "replace")
        keys = self.store.logs().get(origin)
        if keys is None:
            raise Declined("the log {!a} is unknown to this witness", origin[:120], status=NOT_FOUND)
        try:
            opened = open_note(data, keys)
        except (Invalid, Incomplete) as error:
            raise Declined("no valid signature by a trusted key of this log: {}", error, status=FORBIDDEN) from error
        return Note(opened.text, tuple(line for _, line in opened.verified))

    @staticmethod
    def _check_grown(held: Cosigned | None, old: int, new: Checkpoint, proof: tuple[bytes, ...]) -> None:
        last = held.checkpoint if held is not None else Checkpoint(new.origin, 0, EMPTY_ROOT)
        if old != last.size:
            raise Declined(
                "the request begins at {} entries, but this witness has cosigned {}; make it anew from there",
                old,
                last.size,
                status=CONFLICT,
                size=last.size,
            )
        try:
            check_successor(last, new, proof)
        except Forked as error:
            raise Declined("{}", error, status=UNPROCESSABLE) from error
        except (ProofInvalid, CheckpointInvalid) as error:
            raise Declined(
                "the consistency proof does not lead to this checkpoint: {}", error, status=UNPROCESSABLE
            ) from error

    def _cosign(self, memory: Updating, held: Cosigned | None, checkpoint: Checkpoint, signed: Note) -> bytes:
        now = int(self.clock.next(None).timestamp())
        if held is not None and now < held.signed_at:
            raise Refused("the machine's clock is behind the last cosignature; set it right")
        line = sign_cosignature(checkpoint, self.signer, now)
        note = format_note(Note(signed.text, (*signed.signatures, line)))
        memory.put(Cosigned(checkpoint, now, note))
        return format_lines([line])


def explain(error: ZerenError) -> str:
    """The text of an answer that declines: one line, ASCII only."""
    return str(error).encode("ascii", "backslashreplace").decode().replace("\n", " ")
