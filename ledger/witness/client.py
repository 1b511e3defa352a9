"""How a ledger asks its witnesses: a request that proves its growth, over HTTP or as a file.

A witness that cannot be reached or declines leaves entries pending; its answer is an error that says so, never a
silence. A witness that has cosigned more than the ledger has is proof of a restored older copy.
"""

import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from typing import Any

from ledger.anchors.book import AnchorBook
from ledger.application import Ledger
from ledger.checks.anchor_rules import COSIGNATURE
from ledger.core.checkpoint import Checkpoint, parse_checkpoint
from ledger.core.cosignature import open_cosignature
from ledger.core.encoding import parse_decimal_u64
from ledger.core.merkle import prove_consistency
from ledger.core.note import format_line, parse_note
from ledger.core.policy import Witness
from ledger.core.witness_request import WitnessRequest, format_request, parse_lines
from ledger.errors import BadInput, Malformed, RolledBack, Unreached, ZerenError
from ledger.events.trust import AnchorRecorded
from ledger.frozen import dataclass

TIMEOUT = 10.0
MAX_ANSWER = 64 * 1024
CONFLICT = 409


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status and body of an HTTP answer."""

    status: int
    body: bytes


def make_request(ledger: Ledger, note: bytes, old: int) -> bytes:
    """The request to cosign the checkpoint `note`, for a witness that has cosigned `old` entries (0: none yet).

    Raises BadInput where the ledger's checkpoint is smaller.
    """
    size = parse_checkpoint(parse_note(note).text).size
    if not 0 <= old <= size:
        raise BadInput("consistency is proved from 1 to {} entries, not from {}", size, old)
    proof = tuple(prove_consistency(old, size, ledger.hashes(size))) if 0 < old < size else ()
    return format_request(WitnessRequest(old, proof, note))


def ask(ledger: Ledger, witness: Witness, note: bytes, old: int, *, timeout: float = TIMEOUT) -> list[AnchorRecorded]:
    """The cosignatures of a witness over the checkpoint `note`, verified, as anchors ready to be recorded.

    `old` is the size that the witness is known to have cosigned; where it knows better the request is made anew, once.
    Raises Unreached; RolledBack where it has cosigned more entries than the ledger has; Invalid for a false line.
    """
    if witness.url is None:
        raise BadInput(
            "the policy names no URL for the witness {}; ask it by a file: zeren checkpoint --out", witness.name
        )
    checkpoint = parse_checkpoint(parse_note(note).text)
    url = witness.url.rstrip("/") + "/add-checkpoint"
    answer = post(url, make_request(ledger, note, old), timeout=timeout)
    if answer.status == CONFLICT:
        size = _size(answer.body)
        if size > checkpoint.size:
            raise RolledBack(
                "the witness {} has cosigned {} entries of this ledger, this copy has signed for {}: it is an older "
                "copy; go on with the newer one, not with this",
                witness.name,
                size,
                checkpoint.size,
            )
        answer = post(url, make_request(ledger, note, size), timeout=timeout)
    if answer.status != 200:
        said = answer.body[:200].decode("utf-8", "backslashreplace").strip()
        raise Unreached("the witness {} declined ({}): {}", witness.name, answer.status, said)
    return _anchors(checkpoint, witness, note, answer.body)


@dataclass(frozen=True, slots=True)
class WitnessReply:
    """What came of asking a witness: its cosignature as an anchor, or why there is none."""

    name: str
    anchor: AnchorRecorded | None = None
    error: ZerenError | None = None


def ask_all(ledger: Ledger, note: bytes, book: AnchorBook, *, timeout: float = TIMEOUT) -> list[WitnessReply]:
    """Asks every witness of the policy in force that has an address, one after the other.

    A witness that is down, declines or answers falsely leaves its error. Raises RolledBack where one has cosigned more
    entries than this ledger has.
    """
    asked = []
    for witness in book.policy.witnesses if book.policy is not None else ():
        if witness.url is None:
            continue
        try:
            (anchor,) = ask(ledger, witness, note, book.largest.get(witness.name, 0), timeout=timeout)
            asked.append(WitnessReply(witness.name, anchor))
        except RolledBack:
            raise
        except ZerenError as error:
            asked.append(WitnessReply(witness.name, error=error))
    return asked


def _anchors(checkpoint: Checkpoint, witness: Witness, note: bytes, body: bytes) -> list[AnchorRecorded]:
    try:
        lines = parse_lines(body)
    except Malformed as error:
        raise Unreached("the witness {} answered what is no cosignature: {}", witness.name, error) from error
    own = [line for line in lines if (line.name, line.key_id) == (witness.key.name, witness.key.key_id)]
    if not own:
        raise Unreached("the witness {} answered without a line by its key", witness.name)
    for line in own:
        open_cosignature(checkpoint, line, witness.key)
    return [AnchorRecorded(checkpoint=note.decode(), kind=COSIGNATURE, token=format_line(own[0]))]


def _size(body: bytes) -> int:
    try:
        text = body.decode("ascii")
        if not text.endswith("\n"):
            raise Malformed("a size ends in a line end")
        return parse_decimal_u64(text[:-1])
    except (UnicodeDecodeError, Malformed) as error:
        raise Unreached("the witness names no size in its answer 409") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET; and nobody but the one asked may answer."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def post(
    url: str, data: bytes, *, content_type: str = "text/plain; charset=utf-8", timeout: float = TIMEOUT
) -> HttpAnswer:
    """Posts `data`. Any status is an answer; raises Unreached where there is none, BadInput for another kind of URL."""
    if not url.startswith(("http://", "https://")):
        raise BadInput("{!a} is no http or https address", url[:200])
    asked = urllib.request.Request(url, data, {"Content-Type": content_type}, method="POST")  # noqa: S310  # checked
    try:
        with urllib.request.build_opener(_NoRedirect).open(asked, timeout=timeout) as answer:
            return HttpAnswer(answer.status, _body(answer))
    except urllib.error.HTTPError as error:
        with error:
            return HttpAnswer(error.code, error.read(MAX_ANSWER))
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise Unreached("{} cannot be reached: {}", url, str(reason) or type(error).__name__) from error


def _body(answer: HTTPResponse) -> bytes:
    body = answer.read(MAX_ANSWER + 1)
    if len(body) > MAX_ANSWER:
        raise ValueError("the answer is too long")
    return body
