"""Files written whole or not at all, and those that only their owner reads; what the system refuses is told here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ledger.errors import BadInput, ZerenError
from ledger.store.faults import explain_system

PRIVATE = 0o600


def replace_whole(path: Path, data: bytes) -> None:
    """Puts these bytes at `path`, durably: all of them, or what lay there stays.

    Raises BadInput, or Unusable where disk, medium or permission is the reason.
    """
    with written_whole(path) as file:
        file.write(data)


@contextmanager
def written_whole(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write and read that stands at `path` once the block has ended well: whole, or not at all; `private`,
    whatever the umask, where only its owner reads it.

    Raises what `replace_whole` raises; what the block raises leaves nothing behind.
    """
    part = path.with_name(path.name + ".part")
    try:
        if private:
            part.unlink(missing_ok=True)  # what was left there keeps its mode
        with open(part, "w+b", opener=_open_private if private else None) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException as error:
        with suppress(OSError):
            part.unlink()
        if isinstance(error, OSError):
            raise _told(error, path) from None
        raise


def write_new(path: Path, data: bytes) -> None:
    """Writes a new file. Raises BadInput where something is there already, and what `replace_whole` raises."""
    try:
        file = path.open("xb")
    except FileExistsError:
        raise BadInput("{} is there already; name another file, or remove it first", path) from None
    except OSError as error:
        raise _told(error, path) from None
    try:
        with file:
            _write(file, data)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _told(error, path) from None


def write_private(path: Path, data: bytes) -> None:
    """Writes a new file that only its owner can read. Raises as `write_new`."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    except FileExistsError:
        raise BadInput("{} is there already; a key file is never overwritten", path) from None
    except OSError as error:
        raise _told(error, path) from None
    try:
        with os.fdopen(handle, "wb") as file:
            _write(file, data)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _told(error, path) from None


def replace_private(path: Path, data: bytes) -> None:
    """Puts these bytes at `path`, where only its owner can read them: all of them, or what lay there stays.

    Raises what `replace_whole` raises.
    """
    with written_whole(path, private=True) as file:
        file.write(data)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE)


def private_folder(folder: Path) -> None:
    """Makes a folder, and those above it that are missing, so that only their owner looks into them.

    Raises OSError as `mkdir`, which with `parents` would leave those above open to others."""
    if not folder.is_dir():
        private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _told(error: OSError, path: Path) -> ZerenError:
    return explain_system(error, path) or BadInput("{} cannot be written: {}", path, error.strerror)


def _write(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())
