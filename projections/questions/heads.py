"""Question: which ledgers there are, how much of each an answer was computed from, and the root that commits to it.

Who reads what makes the access ledger grow; so it is no head of an answer, at any face.
"""

from collections.abc import Callable, Iterable
from contextlib import closing

from ledger.application import Ledger
from ledger.core.encoding import b64encode
from ledger.errors import Incomplete
from ledger.frozen import dataclass
from ledger.home.directory import Home
from projections.questions.desk import Desk
from projections.views.rows import LedgerRow, base_kind

RootOf = Callable[[LedgerRow, int], str]
"""The root over so many entries of a ledger that the views contain. Raises Incomplete for one that is not here."""


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """A ledger and how much of it an answer was computed from; with `root` (base64) the answer can be re-checked."""

    origin: str
    kind: str
    fingerprint: str
    entries: int
    root: str
    simulated: bool
    marks: tuple[str, ...] = ()
    """Such as that no head of the ledger is known from elsewhere: then a cut end would not be noticed."""


@dataclass(frozen=True, slots=True)
class Heads:
    """The answer."""

    items: tuple[LedgerHead, ...]


def heads(desk: Desk, root_of: RootOf) -> Heads:
    """The ledgers that the desk answers from, each followed by those that it continues.

    Raises Incomplete where one of them is not here any more."""
    rows = (each for row in desk.facts().ledgers if row.kind != "access" for each in (row, *row.apart()))
    return Heads(tuple(_head(desk, row, root_of) for row in rows))


def _head(desk: Desk, row: LedgerRow, root_of: RootOf) -> LedgerHead:
    size, marks = desk.views.position(row.origin), desk.views.marks.get(row.origin, ())
    return LedgerHead(row.origin, row.kind, row.fingerprint, size, root_of(row, size), row.simulated, marks)


def root_at(ledger: Ledger, size: int) -> str:
    """The root over the first so many entries."""
    return b64encode(ledger.hashes(size)(0, size))


def root_among(homes: Iterable[Home]) -> RootOf:
    """Roots of the ledgers in these directories, each opened when its root is asked for."""

    def root_of(row: LedgerRow, size: int) -> str:
        for home in homes:
            if base_kind(row.kind) in home.kinds():
                with closing(home.open(base_kind(row.kind))) as ledger, home.before(ledger) as before:
                    for each in (ledger, *before):
                        if is_same(row, each):
                            return root_at(each, size)
        raise gone(row)

    return root_of


def is_same(row: LedgerRow, ledger: Ledger) -> bool:
    """Whether a ledger is the one that the views contain."""
    return (ledger.origin, ledger.fingerprint) == (row.origin, row.fingerprint)


def gone(row: LedgerRow) -> Incomplete:
    """That the views contain a ledger which is not here."""
    return Incomplete(
        "the views contain the ledger {}, which is not here any more; rebuild them with: zeren views rebuild",
        row.origin,
    )
