"""The ledgers before this one: what was restored of a lost ledger lies beside the successor that continues it.

`continued/<kind>.db` is a whole ledger of its own origin, read and never written. It is taken for what the successor's
genesis names by fingerprint, size and root, or for nothing. A successor of a successor has its own predecessor's in the
same place below: `continued/continued/<kind>.db`.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ledger.application import Ledger, open_ledger
from ledger.core.encoding import b64encode
from ledger.errors import BadInput, Contradicted
from ledger.messages import N_, Told

FOLDER = "continued"
ABSENT = N_("continues a lost ledger that is not here: what stood in it is in no answer")
"""The mark of every answer from a successor without its predecessor."""
LOST = N_("continues {}, of which entries #{} to #{} are lost: {} are in the answers")
"""The mark of every answer from a successor that answers over both."""


def database_before(directory: Path, kind: str) -> Path:
    """Where what was restored of the ledger before this one is kept."""
    return directory / FOLDER / f"{kind}.db"


@contextmanager
def ledgers_before(ledger: Ledger) -> Iterator[tuple[Ledger, ...]]:
    """The ledgers that this one continues, as far as they are at hand, its own predecessor first.

    Raises Contradicted where what lies there is not what the first entry names."""
    with ExitStack() as stack:
        yield open_before(ledger, stack)


def open_before(ledger: Ledger, stack: ExitStack) -> tuple[Ledger, ...]:
    """The same, each closed with the stack."""
    found: list[Ledger] = []
    last, directory, kind = ledger, ledger.path.parent, ledger.path.stem
    while last.genesis.continues is not None and database_before(directory, kind).is_file():
        before = open_ledger(database_before(directory, kind), read_only=True)
        stack.callback(before.close)
        if [before.fingerprint, before.size(), b64encode(before.tree_head().root)] != last.genesis.continues:
            raise Contradicted("{} is not what the first entry of {} names as before it", before.path, last.origin)
        found.append(before)
        last, directory = before, directory / FOLDER
    return tuple(found)


def check_opened_here(ledger: Ledger, case: str) -> None:
    """Work on a case goes on where it can be signed. Raises BadInput for one opened in the lost ledger alone."""
    with ledgers_before(ledger) as before:
        for each in before:
            if case in each.register().cases:
                raise BadInput(
                    "{} was opened in {}, which this ledger continues; open it anew here, with its facts as they "
                    "stand: zeren case open {}",
                    case,
                    each.origin,
                    case,
                )


def mark_of(ledger: Ledger, before: tuple[Ledger, ...]) -> tuple[str, ...]:
    """What answers from a ledger have to say of the ledgers that it continues."""
    marks: list[str] = []
    for each, former in zip((ledger, *before), (*before, None), strict=True):
        if each.genesis.continues is None or each.genesis.lost is None:
            break
        if former is None:
            marks.append(ABSENT)
        else:
            size = former.size()
            last = int(str(_first(each.genesis.lost))) - 1
            marks.append(Told(LOST, former.origin, size, last, size))
    return tuple(marks)


def _first(lost: object) -> object:
    return lost[0] if isinstance(lost, list) else lost
