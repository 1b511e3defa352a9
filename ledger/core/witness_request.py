"""What a log asks of a witness (C2SP tlog-witness v1, `add-checkpoint`), as a text that any carrier may bear.

    old <size>
    <base64 hash>            (0 to 63 lines: consistency from the old size to the checkpoint's)
    <empty line>
    <checkpoint note, verbatim>

The answer to it is one or more cosignature lines, each with its line end.
"""

import hashlib

from ledger.core.encoding import b64decode, b64encode, parse_decimal_u64
from ledger.core.merkle import HASH_SIZE
from ledger.core.note import SignatureLine, format_line, parse_line
from ledger.errors import Malformed
from ledger.frozen import dataclass

MAX_HASHES = 63
_OLD = "old "


@dataclass(frozen=True, slots=True)
class WitnessRequest:
    """A checkpoint to be cosigned, and the proof that it continues the tree of `old` entries; nothing is verified.

    Raises Malformed for values that the format cannot hold.
    """

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.old < 2**64:
            raise Malformed("the old size of a request is below 2^64")
        if len(self.proof) > MAX_HASHES or any(len(item) != HASH_SIZE for item in self.proof):
            raise Malformed("a proof has at most {} hashes, each of {} bytes", MAX_HASHES, HASH_SIZE)
        if not self.checkpoint:
            raise Malformed("a request ends in a checkpoint")


def format_request(request: WitnessRequest) -> bytes:
    """The bytes of a request; `parse_request` reads them back."""
    lines = [f"{_OLD}{request.old}", *map(b64encode, request.proof), "", ""]
    return "\n".join(lines).encode("ascii") + request.checkpoint


def parse_request(data: bytes) -> WitnessRequest:
    """The request that `format_request` writes as `data`; raises Malformed. Its checkpoint is taken as it stands."""
    head, _, checkpoint = data.partition(b"\n\n")
    try:
        first, *hashes = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("a request's own lines are ASCII") from error
    if not first.startswith(_OLD):
        raise Malformed("a request begins with a line: old <size>")
    return WitnessRequest(parse_decimal_u64(first.removeprefix(_OLD)), tuple(map(b64decode, hashes)), checkpoint)


def format_lines(lines: list[SignatureLine]) -> bytes:
    """The body of an answer."""
    return "".join(f"{format_line(line)}\n" for line in lines).encode()


def parse_lines(data: bytes) -> list[SignatureLine]:
    """The signature lines of an answer, each once, at least one; raises Malformed.

    Whether it came as a file or over HTTP: line ends may be those of Windows, and the last one may be missing, as mail
    and editors leave them. Whose lines count is for the caller, who knows keys: lines by others are ignored.
    """
    try:
        text = plain_lines(data).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("signature lines are UTF-8") from error
    return list(dict.fromkeys(parse_line(line) for line in text.removesuffix("\n").split("\n")))


def plain_lines(data: bytes) -> bytes:
    """What a carrier did to line ends, undone: a note holds no carriage return, so none is lost."""
    return data.replace(b"\r\n", b"\n")


def origin_hash(origin: str) -> str:
    """How a log is named in the path of its checkpoint at a witness: lower-case hex of SHA-256(origin)."""
    return hashlib.sha256(origin.encode()).hexdigest()
