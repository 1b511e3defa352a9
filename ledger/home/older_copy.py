"""An older copy: a ledger that was restored below a head that is known, because nothing newer is left.

It answers, and every answer says so; it never signs again (FORMAT.md section 8): a successor goes on. That it is one is
kept in its directory, `older.json`: by kind its size and root, which nobody can fit to a ledger that was merely cut.
"""

import json
from pathlib import Path

from ledger.application import Ledger
from ledger.core.encoding import b64encode
from ledger.errors import BadInput, RolledBack
from ledger.messages import N_
from ledger.writing import replace_private

FILE = "older.json"
OLDER = N_("older copy: entries after its end are lost")
"""The mark of every answer from it."""


def mark_older(directory: Path, ledgers: dict[str, Ledger]) -> None:
    """Keeps that these ledgers, by kind, are older copies as they stand."""
    said = {kind: [ledger.size(), b64encode(ledger.tree_head().root)] for kind, ledger in ledgers.items()}
    replace_private(directory / FILE, (json.dumps(said, sort_keys=True) + "\n").encode())


def is_older(directory: Path, kind: str, ledger: Ledger) -> bool:
    """Whether the ledger is kept as an older copy, and stands as it was restored. Raises BadInput."""
    said = _said(directory).get(kind)
    return said is not None and said == [ledger.size(), b64encode(ledger.tree_head().root)]


def check_may_sign(directory: Path, kind: str, ledger: Ledger) -> None:
    """Raises RolledBack for an older copy, whether or not the head that tells so is still there."""
    if kind in _said(directory):
        raise RolledBack(
            "{} is an older copy, restored below a known head: it never signs again; open a successor with: zeren init "
            "--continues",
            ledger.path,
        )


def _said(directory: Path) -> dict[str, object]:
    path = directory / FILE
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise BadInput("{} cannot be read; find out who changed it", path) from None
    if not isinstance(found, dict):
        raise BadInput("{} cannot be read; find out who changed it", path)
    return found
