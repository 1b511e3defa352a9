"""Lists of ledgers' heads (FORMAT.md section 17): one line for each ledger, sorted as bytes.

    <origin> <fingerprint, base64> <size, decimal> <root hash, base64>

A list continues the one before it: no ledger vanishes, the fingerprint of an origin stays, no size falls, and one size
has one root. That each root continues the former one is proved to whoever publishes, before he signs.
"""

from collections.abc import Mapping

from ledger.core.checkpoint import Checkpoint
from ledger.core.encoding import b64decode, b64encode, parse_decimal_u64
from ledger.core.merkle import HASH_SIZE
from ledger.core.names import check_origin
from ledger.errors import Forked, Invalid, Malformed, RolledBack
from ledger.frozen import dataclass


@dataclass(frozen=True, slots=True)
class ListedHead:
    """The head of one ledger on the day of a list. Raises Malformed for an impossible one."""

    origin: str
    fingerprint: str
    """Base64 of the leaf hash of its genesis."""
    size: int
    root: bytes

    def __post_init__(self) -> None:
        check_origin(self.origin)
        if len(b64decode(self.fingerprint)) != HASH_SIZE:
            raise Malformed("{!a} is no fingerprint, which is the base64 of 32 bytes", self.fingerprint)
        if self.size < 1:
            raise Malformed("a ledger that is listed has at least its genesis entry: {}", self.origin)
        self.checkpoint  # noqa: B018 - which checks size and root

    @property
    def checkpoint(self) -> Checkpoint:
        """The head as a checkpoint has it."""
        return Checkpoint(self.origin, self.size, self.root)

    @property
    def line(self) -> str:
        """The line of the list."""
        return f"{self.origin} {self.fingerprint} {self.size} {b64encode(self.root)}"


def format_heads(heads: Mapping[str, ListedHead]) -> str:
    """The lines of these heads, each with its line end, sorted as bytes."""
    return "".join(f"{line}\n" for line in sorted((head.line for head in heads.values()), key=str.encode))


def parse_heads(text: str) -> dict[str, ListedHead]:
    """The heads by origin. Raises Malformed unless `format_heads` writes them just so."""
    found: dict[str, ListedHead] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split(" ")
        if len(words) != 4:
            raise Malformed("line {} of the list is not: origin, fingerprint, size, root", number)
        head = ListedHead(words[0], words[1], parse_decimal_u64(words[2]), b64decode(words[3]))
        if head.origin in found:
            raise Malformed("the list names {} twice", head.origin)
        found[head.origin] = head
    if not found or format_heads(found) != text:
        raise Malformed("a list of ledgers has one line for each, sorted, each with its line end")
    return found


def check_continues(before: Mapping[str, ListedHead], after: Mapping[str, ListedHead]) -> None:
    """`after` may follow `before`. Raises Invalid for a ledger that vanished or became another one, RolledBack for one
    that is shorter, Forked for another root at one size."""
    for origin, former in before.items():
        head = after.get(origin)
        if head is None:
            raise Invalid("the list before names {}, this one does not; no ledger is ever taken from the list", origin)
        if head.fingerprint != former.fingerprint:
            raise Invalid("{} is another ledger than the one listed before: its fingerprint differs", origin)
        if head.size < former.size:
            raise RolledBack(
                "{} has {} entries; the list before names {}: its end was cut off, or it is an older copy",
                origin,
                head.size,
                former.size,
            )
        if head.size == former.size and head.root != former.root:
            raise Forked("{} has another root at {} entries than the list before names", origin, head.size)
