"""What a fault of the store means, by SQLite's own code or the system's, never by words: the one place that tells.

Every connection of a ledger, of the views and of a witness's memory passes its faults through here, so that a full
disk is said to be one wherever it is met. What stands here is of the machine or of the file; a rule of the ledger that
forbids something never comes this way.
"""

import errno
import os
import sqlite3
from pathlib import Path

from eventsourcing.persistence import ConnectionUnavailableError, PersistenceError

from ledger.errors import (
    BadInput,
    Busy,
    Damaged,
    DiskFull,
    NoPermission,
    NotWritable,
    ReadOnlyMedium,
    Unfitting,
    Unusable,
    ZerenError,
)

CELL_FAULTS = (sqlite3.Error, PersistenceError)
"""What a store raises for a value that is not what it should be, where nobody has told yet what it means."""
_ROOM = 64 * 1024
"""Bytes that SQLite asks for at once, for the shared memory beside a database and a few pages: fewer are none."""
_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM}
_HANDLES = {errno.EMFILE, errno.ENFILE}
_HELD_BY_SQLITE = 4
"""Files that it has open at once for one database: itself, its log, the log's index, the folder."""
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_SYSTEM = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_IOERR}
"""Families of which the system knows more than SQLite says."""

FAULTS = (sqlite3.Error, OSError)
"""What reading a file may raise beside errors of ours: `explain` says what it means."""


def explain(error: BaseException, path: Path | None = None) -> ZerenError | None:
    """What this fault means for the file at `path`; None where neither SQLite nor the system made it."""
    if isinstance(error, ZerenError):
        return error
    if isinstance(error, ConnectionUnavailableError):
        return _busy(path)
    made = _cause(error)
    if made is not None:
        return _by_code(made, path)
    return explain_system(error) if isinstance(error, OSError) else None


def explain_system(error: OSError, path: Path | str | None = None) -> ZerenError | None:
    """What the system's refusal means; None where its number says nothing about disk, medium, permission or handles."""
    where = path if path is not None else error.filename if error.filename is not None else ""
    if error.errno in _FULL:
        if where == "":  # a write tells no name
            return DiskFull("the disk is full; make room and repeat the command")
        return DiskFull("the disk is full: {}; make room and repeat the command", where)
    if error.errno == errno.EROFS:
        return ReadOnlyMedium("{} lies on a read-only medium and cannot be written", where)
    if error.errno in _FORBIDDEN:
        return NoPermission("no permission for {}; ask its owner, or run the command as its owner", where)
    if error.errno in _HANDLES:
        return Unusable("too many files are open at once; end other programs, or raise the limit (ulimit -n)")
    return None


def lacks_tables(error: BaseException) -> bool:
    """Whether SQLite could not make sense of one of our statements: a table or column of ours is not there."""
    made = _cause(error)
    return made is not None and made.sqlite_errorcode & 0xFF == sqlite3.SQLITE_ERROR


def undecodable(error: BaseException) -> bool:
    """Whether a text in the database is none: the driver itself, not SQLite, could not decode it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return isinstance(error, sqlite3.OperationalError) and not hasattr(error, "sqlite_errorcode")


def may_write(path: Path) -> bool:
    """Whether this user may write the file, or into the folder; never on a read-only medium."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _cause(error: BaseException | None) -> sqlite3.Error | None:
    """SQLite's own exception, also inside the library's, which takes it as its cause."""
    while error is not None:
        if isinstance(error, sqlite3.Error):
            return error if hasattr(error, "sqlite_errorcode") else None
        error = error.__cause__
    return None


def _by_code(error: sqlite3.Error, path: Path | None) -> ZerenError | None:
    where = path if path is not None else "SQLite"
    code = error.sqlite_errorcode & 0xFF  # the low byte is the family, the rest says more
    if code in _BUSY:
        return _busy(path)
    if code == sqlite3.SQLITE_READONLY:
        return _unwritable(path)
    if code in _SYSTEM:
        reported = Unusable("{} cannot be read or written: the system reports {}", where, error.sqlite_errorname)
        return _tried(path) or reported
    known: dict[int, ZerenError] = {
        sqlite3.SQLITE_FULL: DiskFull("the disk is full: {}; make room and repeat the command", where),
        sqlite3.SQLITE_NOTADB: BadInput("{} is not a ledger database: {}", where, error),
        sqlite3.SQLITE_CORRUPT: Damaged("{} is damaged: {}; zeren verify says what is left of it", where, error),
        sqlite3.SQLITE_CONSTRAINT: Unfitting(
            "{} holds rows that no entry put there ({}); check it with: zeren verify", where, error
        ),
    }
    return known.get(code)


def _busy(path: Path | None) -> Busy:
    if path is None:
        return Busy("another process holds the database; wait a moment and repeat the command")
    return Busy("{} is locked by another process; wait a moment and repeat the command", path)


def _unwritable(path: Path | None) -> ZerenError:
    if path is not None and os.statvfs(path.parent).f_flag & os.ST_RDONLY:
        return ReadOnlyMedium("{} lies on a read-only medium and cannot be written", path)
    if path is not None and not (may_write(path) and may_write(path.parent)):
        return NoPermission("no permission for {}; ask its owner, or run the command as its owner", path)
    return NotWritable("{} was opened for reading only", path if path is not None else "SQLite")


def _tried(path: Path | None) -> ZerenError | None:
    """What the system itself says when the file is opened, or of the room that is left beside it."""
    if path is None:
        return None
    handles: list[int] = []
    try:
        while len(handles) < _HELD_BY_SQLITE:
            handles.append(os.open(path, os.O_RDONLY))
        found = os.statvfs(path.parent)
    except OSError as error:
        return explain_system(error, path)
    finally:
        for each in handles:
            os.close(each)
    if found.f_flag & os.ST_RDONLY:
        return ReadOnlyMedium("{} lies on a read-only medium and cannot be written", path)
    if found.f_bavail * found.f_frsize < _ROOM or found.f_ffree == 0 < found.f_files:
        return DiskFull("the disk is full: {}; make room and repeat the command", path)
    if not may_write(path.parent):
        return NoPermission("no permission for {}; ask its owner, or run the command as its owner", path.parent)
    return None
