"""Attachments: the log holds size, SHA-256 and name; the bytes lie beside it, per entry under a random name.

A file is copied and hashed in one pass into a waiting directory before anything is recorded, so that no entry names
bytes that were never kept; once the entry stands it moves under the entry's position. The directory is held meanwhile:
what nobody holds was left by a process that died (`ledger.attached`).
"""

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ledger.attached import WAITING, alone, hold, settle, sync
from ledger.clock import Randomness, system_randomness
from ledger.errors import BadInput
from ledger.events.base import Attachment, Fact, Payload
from ledger.frozen import dataclass
from ledger.recording.texts import file_name
from ledger.writing import PRIVATE

_CHUNK = 1 << 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """Attachments copied and waiting for their entry."""

    store: Path
    waiting: Path
    attachments: tuple[Attachment, ...]
    held: int
    """The handle by which this process holds them."""

    def settle(self, position: int) -> None:
        """Moves the bytes to their entry, and lets go of them."""
        try:
            settle(self.waiting, self.store / str(position))
        finally:
            os.close(self.held)

    def discard(self) -> None:
        """Removes the bytes: nothing was recorded."""
        shutil.rmtree(self.waiting, ignore_errors=True)
        os.close(self.held)

    def release(self) -> None:
        """Lets go of bytes that go on waiting: a draft names their directory."""
        os.close(self.held)


def describe(file: Path) -> Attachment:
    """What an entry says of a file. Raises BadInput where it cannot be read."""
    return _attachment(file, *_copy(file, Path(os.devnull)))


def keep(store: Path, files: Sequence[Path], randomness: Randomness = system_randomness) -> KeptFiles:
    """Copies files into `store`, readable by its owner only, and describes the copies. Raises BadInput."""
    waiting = store / f"{WAITING}{randomness(8).hex()}"
    with alone(store):
        waiting.mkdir(mode=0o700)
        held = hold(waiting)
    found = []
    try:
        for file in files:
            target = waiting / randomness(16).hex()
            digest, size = _copy(file, target)
            found.append(_attachment(file, digest, size))
    except BaseException:
        shutil.rmtree(waiting, ignore_errors=True)
        os.close(held)
        raise
    sync(waiting)
    return KeptFiles(store, waiting, tuple(found), held)


def with_attachments(payload: Payload, attachments: Sequence[Attachment]) -> Payload:
    """The payload with these attachments added. Raises BadInput for a kind that has none."""
    if not attachments:
        return payload
    if not isinstance(payload, Fact):
        raise BadInput("{} takes no attachments; record the document as an act of its own", payload.TYPE)
    return replace(payload, attachments=(*(payload.attachments or ()), *attachments))


def _copy(file: Path, target: Path) -> tuple[str, int]:
    """Copies a file, with (SHA-256, size) of what was copied. Raises BadInput."""
    if file.exists() and not file.is_file():
        raise BadInput("{} is no ordinary file", file)  # a pipe or a device may never end
    digest, size = hashlib.sha256(), 0
    try:
        with file.open("rb") as source, os.fdopen(os.open(target, _NEW, PRIVATE), "wb") as out:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
            out.flush()
            if target.name != Path(os.devnull).name:
                os.fsync(out.fileno())
    except OSError as error:
        raise BadInput("the file {} cannot be read: {}", file, error.strerror) from None
    return digest.hexdigest(), size


def _attachment(file: Path, digest: str, size: int) -> Attachment:
    name = file_name(file.name)
    from mimetypes import guess_type  # it reads the system's own list

    return Attachment(sha256=digest, size=size, name=name, media_type=guess_type(name)[0])
