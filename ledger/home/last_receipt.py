"""What a writer keeps, on his own computer, of a ledger on a server: the last receipt that he was given.

A server that was set back, or one that took over without what was acknowledged, holds together in itself; its own
heads went with it. Whoever wrote to it knows better, and neither signs on it nor answers from it.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.core.encoding import b64decode, b64encode
from ledger.errors import BadInput, Forked, RolledBack
from ledger.store.pointer import is_pointer
from ledger.writing import replace_private

if TYPE_CHECKING:
    from ledger.application import Ledger, Receipt

ENDING = ".last"


def keep_last(directory: Path, kind: str, receipt: "Receipt") -> None:
    """Keeps a receipt, durably, before anybody is told of it."""
    said = {"position": receipt.position, "leaf_hash": b64encode(receipt.leaf_hash)}
    replace_private(directory / f"{kind}{ENDING}", (json.dumps(said) + "\n").encode())


def check_last(directory: Path, kind: str, ledger: "Ledger") -> None:
    """Raises RolledBack or Forked where a ledger on a server lacks what it acknowledged here. Raises BadInput."""
    path = directory / f"{kind}{ENDING}"
    if not is_pointer(ledger.path) or not path.is_file():
        return
    try:
        said = json.loads(path.read_bytes())
        position, leaf_hash = int(said["position"]), b64decode(said["leaf_hash"])
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput("{} cannot be read; find out who changed it", path) from None
    found = ledger.store.leaf_hash(position)
    if found is None:
        raise RolledBack(
            "{} has {} entries, and acknowledged entry {} to this folder: the server was set back, or another one took "
            "over without it; nothing is signed on it: bring back a later state, or go on by a successor",
            ledger.path,
            ledger.size(),
            position,
        )
    if found != leaf_hash:
        raise Forked(
            "entry {} of {} is another one than the one that was acknowledged to this folder: there are two histories; "
            "nothing is signed on it: find out which of the servers took over without the other's entries",
            position,
            ledger.path,
        )
