"""Attachments: what entries say of them, and their bytes, which lie beside the log as `<position>/<random name>`.

Bytes are copied before anything is recorded and take their entry's number afterwards; between the two the process may
die. So whatever still waits when nobody holds it is looked at again: it belongs to an entry that names it and lacks
it, or to none. Verification, the doctor's look and a backup all ask here which bytes an entry has.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ledger.core.body import parse_body
from ledger.core.entry import parse_entry
from ledger.errors import Unusable, ZerenError
from ledger.events.erased import attachment_number
from ledger.events.records import TextErased
from ledger.frozen import dataclass
from ledger.store.faults import explain_system
from ledger.store.mapper import recorded
from ledger.store.named_reads import Reads
from ledger.writing import private_folder

WAITING = "waiting-"
"""How the name of a folder begins whose entry is not on record yet."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class NamedFile:
    """An attachment as its entry names it. Without a size its bytes were never kept here: only the digest is known."""

    number: int
    sha256: str
    size: int | None


def named(values: Mapping[str, Any]) -> tuple[NamedFile, ...]:
    """The attachments that the fields of an entry name, in order."""
    found: list[NamedFile] = []
    while (digest := values.get(f"attachments.{len(found)}.sha256")) is not None:
        size = values.get(f"attachments.{len(found)}.size")
        found.append(NamedFile(len(found), str(digest), size if isinstance(size, int) else None))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class AttachedFiles:
    """The attachments of one ledger: their folder, and the one in which those of drafts wait."""

    folder: Path
    drafts: Path | None = None

    def of(self, position: int) -> Path:
        """Where the bytes of an entry's attachments lie."""
        return self.folder / str(position)

    def held(self, position: int) -> dict[str, list[Path]]:
        """The files of an entry by the digest of what they hold, each read whole. Raises Unusable."""
        return _digests(self.of(position))

    def waiting(self) -> Iterator[Path]:
        """Folders with bytes whose entry is not on record, or was not when they were copied."""
        for place in (self.folder, self.drafts):
            if place is not None:
                yield from (each for each in _files(place) if each.name.startswith(WAITING))

    def held_waiting(self) -> set[str]:
        """The digests of all bytes that wait. Raises Unusable."""
        return {digest for folder in self.waiting() for digest in _digests(folder)}

    def strays(self, size: int) -> Iterator[Path]:
        """What lies in the folder and is that of none of the first `size` entries."""
        for each in _files(self.folder):
            if not each.name.startswith(WAITING) and (each.name != str(_position(each)) or _position(each) >= size):
                yield each

    def positions(self) -> list[int]:
        """The entries that have a folder, in order."""
        found = (_position(each) for each in _files(self.folder))
        return sorted(position for position in found if position >= 0)

    def lacking(self, store: Reads) -> list[int]:
        """The entries, the last one first, that lack a file by the sizes that they name: no file is read for it."""
        found = []
        for position, stored in store.holding_field("attachments.0.sha256"):
            gone = erased_attachments(store, position)
            kept = [each for each in named(parse_body(stored).values()) if each.number not in gone]
            wanted = {each.sha256: each.size for each in kept if each.size is not None}
            held = Counter(file.stat().st_size for file in _files(self.of(position)))
            if Counter(wanted.values()) - held:
                found.append(position)
        return found

    # --- what a process that died left ---

    def mend(self, store: Reads) -> None:
        """Ties what was left waiting to its entry, and removes what an erasure names. Raises OSError or Unusable."""
        self.tie(store)
        self.finish_erasures(store)

    def tie(self, store: Reads) -> None:
        """Gives what waits, and nobody holds, to the entry that names it and lacks it; what belongs to no entry and to
        no draft is removed."""
        if not any(self.waiting()):
            return
        with alone(self.folder):
            for folder in list(self.waiting()):
                with _unheld(folder) as free:
                    if free:
                        self._tie(store, folder)

    def _tie(self, store: Reads, folder: Path) -> None:
        digests = sorted(digest for digest, files in _digests(folder).items() for _ in files)
        for position, body in store.holding_field("attachments.0.size") if digests else ():
            wanted = sorted(each.sha256 for each in named(parse_body(body).values()) if each.size is not None)
            if wanted == digests and not self.of(position).exists():
                settle(folder, self.of(position))
                return
        if not self._drafted(folder):
            import shutil  # where something was left behind

            shutil.rmtree(folder, ignore_errors=True)

    @staticmethod
    def _drafted(folder: Path) -> bool:
        """Whether a draft names the folder: its bytes wait with it."""
        return any(folder.name.encode() in draft.read_bytes() for draft in folder.parent.glob("*.json"))

    def finish_erasures(self, store: Reads) -> list[int]:
        """Removes the bytes that erasures on record name; the entries of which some could not be removed."""
        return [position for position in store.erased() if not self._erase(store, position)]

    def _erase(self, store: Reads, position: int) -> bool:
        going, done = self.held_erased(store, position), True
        for file in going:
            try:
                file.unlink(missing_ok=True)
            except OSError:
                done = False
        if going:
            sync(self.of(position))
            with suppress(OSError):  # not empty: the others stay
                self.of(position).rmdir()
        return done

    def held_erased(self, store: Reads, position: int) -> list[Path]:
        """The files of an entry that an erasure on record names. Raises Unusable."""
        gone = erased_attachments(store, position) if self.of(position).is_dir() else set[int]()
        if not gone:
            return []
        names, held = _named_by(store, position), self.held(position)
        stays = {each.sha256 for each in names if each.number not in gone}
        going = {each.sha256 for each in names if each.number in gone} - stays
        return [file for digest in sorted(going) for file in held.get(digest, ())]


def _named_by(store: Reads, position: int) -> tuple[NamedFile, ...]:
    found = store.entry(position)
    return () if found is None else named(parse_body(found[1]).values())


def erased_attachments(store: Reads, position: int, stop: int | None = None) -> set[int]:
    """The numbers of an entry's attachments that erasures on record (below `stop`) name as a whole."""
    found: set[int] = set()
    for erased_by in store.erasures(position):
        stored = store.entry(erased_by) if stop is None or erased_by < stop else None
        if stored is not None:
            payload = recorded(parse_entry(stored[0]), parse_body(stored[1])).payload
            if isinstance(payload, TextErased):
                found |= {number for number in map(attachment_number, payload.names) if number is not None}
    return found


def settle(waiting: Path, target: Path) -> None:
    """Moves bytes that waited to their entry, durably. Raises OSError."""
    private_folder(target.parent)
    waiting.rename(target)
    sync(target.parent)


def sync(directory: Path) -> None:
    """Makes the names in a directory durable."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Waits until no other process looks at what waits in this folder, made where it is not there; one that dies lets
    go."""
    for each in (folder.parent, folder):
        private_folder(each)
    handle = hold(folder)
    try:
        yield
    finally:
        os.close(handle)


def hold(folder: Path, *, wait: bool = True) -> int:
    """A handle by which a folder is held until it is closed, or its process ends. Raises BlockingIOError."""
    import fcntl  # absent on Windows, where answers are given and keys made, but no ledger is kept

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextmanager
def _unheld(folder: Path) -> Iterator[bool]:
    try:
        handle = hold(folder, wait=False)
    except (BlockingIOError, FileNotFoundError):  # somebody records just now, or has done so
        yield False
        return
    try:
        yield True
    finally:
        os.close(handle)


def _digests(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    try:
        for file in _files(folder):
            found.setdefault(_digest(file), []).append(file)
    except OSError as error:
        raise _explained(error, folder) from error
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _digest(file: Path) -> str:
    """SHA-256 in hex of what a file holds; that of nothing real for what is no ordinary file."""
    if file.is_symlink() or not file.is_file():
        return file.name
    state = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(_CHUNK):
            state.update(chunk)
    return state.hexdigest()


def _explained(error: OSError, folder: Path) -> ZerenError:
    return explain_system(error, folder) or Unusable("{} cannot be read: {}", folder, error.strerror)


def _position(path: Path) -> int:
    return int(path.name) if path.name.isascii() and path.name.isdigit() else -1
