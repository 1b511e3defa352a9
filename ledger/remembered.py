"""The largest checkpoint of a ledger that was signed, and that somebody cosigned: a file each beside its database.

Whoever puts an older copy of the database back is told by them (`ledger.home.known_heads`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ledger.application import Ledger
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.note import parse_note
from ledger.errors import BadInput, Invalid
from ledger.writing import replace_private

SIGNED, COSIGNED = "signed", "cosigned"
"""Endings of the files: of the checkpoint that was signed, and that somebody cosigned."""


def remember(ledger: Ledger, ending: str, note: bytes) -> None:
    """Keeps a checkpoint beside the database, durably, unless a larger one is kept already.

    Raises BadInput where something else lies there.
    """
    target = ledger.path.with_name(f"{ledger.path.stem}.{ending}")
    with _alone(target.parent) as directory:
        try:
            kept = parse_checkpoint(parse_note(target.read_bytes()).text).size if target.exists() else -1
        except Invalid:
            raise BadInput("{} is no checkpoint; find out who changed it, then remove it", target) from None
        if kept >= parse_checkpoint(parse_note(note).text).size:
            return
        replace_private(target, note)
        with suppress(OSError):  # not every file system lets a directory be synchronised
            os.fsync(directory)


@contextmanager
def _alone(directory: Path) -> Iterator[int]:
    """Waits until no other process keeps a checkpoint in this directory; a process that dies lets go."""
    import fcntl  # absent on Windows, where answers are given and keys made, but no ledger is kept

    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)
