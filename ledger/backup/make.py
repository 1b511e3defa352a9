"""Making a backup of a directory while it is in use.

First what tells of heads, then the access ledger, the case ledger and the duty ledger, each as one consistent state, at
last the attachments: what a copy refers to is then in the copy. A backup is written under another name and takes its
own once it has been read again and verified.
"""

import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from ledger.attached import WAITING
from ledger.backup.manifest import NAME, BackupManifest, LedgerIn, described, files_below
from ledger.backup.unpack import compare, unpack
from ledger.backup.unpacked import CheckedLedger, check_directory, drop_beside
from ledger.clock import now
from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from ledger.errors import BadInput
from ledger.frozen import dataclass
from ledger.home.directory import KINDS, Home
from ledger.home.last_receipt import ENDING as LAST_RECEIPT
from ledger.store.faults import FAULTS, explain
from ledger.store.opening import HEADS, copy_place
from ledger.store.sqlite.connection import beside, make_private
from ledger.writing import private_folder

LAST = "last-backup.json"
"""Kept in the directory: when the last backup was made, and how far it went."""
_NOT_COPIED = ("views.", "views/", LAST, NAME)


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written, read again and verified."""

    path: Path
    manifest: BackupManifest
    checked: tuple[CheckedLedger, ...]


def make_backup(
    home: Home, target: Path, *, with_keys: bool = False, progress: Callable[[int, int], None] | None = None
) -> Made:
    """Writes everything of the directory to `target`: one file where its name ends in .tar, else a directory.

    Views are left out, for they are rebuilt, and private keys unless `with_keys`. Raises BadInput where something is
    there already, NoLedger, or a fault of the machine; then nothing is left behind. `progress` hears how many entries
    of the copy are checked.
    """
    home.check()
    _check_free(target)
    with _beside(target) as work:
        tree, again = work / "backup", work / "again"
        tree.mkdir(mode=0o700)
        left_out = _copy_files(home, tree, with_keys=with_keys)
        ledgers = tuple(_copy_ledger(home, kind, tree) for kind in reversed(KINDS) if home.database(kind).is_file())
        _copy_attachments(home, tree)
        manifest = BackupManifest(
            format_time(now()), ledgers[::-1], described(tree, files_below(tree)), tuple(left_out)
        )
        _write(tree / NAME, manifest.format())
        if target.suffix == ".tar":
            packed = work / "backup.tar"
            _pack(tree, packed, manifest)
            shutil.rmtree(tree)
            unpack(packed, again)  # what was written, not what was meant to be
            checked = check_directory(again, progress=progress)
            packed.rename(target)
        else:
            compare(manifest, tree)
            checked = check_directory(tree, progress=progress)
            tree.rename(target)
        _sync(target.parent)
    _remember(home, target, manifest)
    return Made(target, manifest, checked)


def last_backup(home: Home) -> dict[str, object] | None:
    """What is kept of the last backup: `made_at`, `path`, `sizes`; None where none was made from here."""
    try:
        found = json.loads((home.directory / LAST).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("made_at"), str) else None


def _check_free(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise BadInput("{} is there already; a backup is never written over something", target)
    if not target.parent.is_dir():
        raise BadInput("there is no directory {}", target.parent)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A private folder beside the target, so that taking its name is one step; gone at the end."""
    work = target.with_name(f".{target.name}.part")
    try:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        yield work
    except FAULTS as error:  # the system's, and those of the databases that are copied
        raise explain(error, target) or error from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _copy_files(home: Home, tree: Path, *, with_keys: bool) -> list[str]:
    """Copies what is neither database nor view nor attachment; the names of private files that stay out."""
    databases = {path.name for kind in KINDS for path in (home.database(kind), *beside(home.database(kind)))}
    of_servers = (LAST_RECEIPT, HEADS, f"{HEADS}-journal")  # the copy is no server's
    databases |= {f"{kind}{ending}" for kind in KINDS for ending in of_servers}
    private = []
    names = list(files_below(home.directory))
    inner = f"/{home.manifest.name}"
    others = tuple(f"{name.removesuffix(inner)}/" for name in names if name.endswith(inner))  # ledger directories below
    for name in names:
        first = name.partition("/")[0]
        if name.startswith((*_NOT_COPIED, *others)) or first == "attachments" or first.startswith("."):
            continue
        if name in databases:
            continue
        if first == "keys" and not with_keys:
            private.append(name)
        elif not name.endswith(".part"):
            _copy(home.directory / name, tree / name)
    return private


def _copy_attachments(home: Home, tree: Path) -> None:
    """First those that wait, whose entry may be in the copy: they are given to it there, or belong to none in it."""
    for waiting in (True, False):
        for name in list(files_below(home.directory / "attachments")):
            if (f"/{WAITING}" in f"/{name}") == waiting:
                _copy(home.directory / "attachments" / name, tree / "attachments" / name)
    copied = Home(tree)
    for kind in copied.kinds():
        with closing(copied.open(kind)) as ledger:
            copied.attached(kind).tie(ledger.store)
            _drop_later(copied, kind, ledger.size())
        drop_beside(copied.database(kind))


def _drop_later(copied: Home, kind: str, size: int) -> None:
    """Attachments of entries that were written after the copy of their ledger are not in the backup either."""
    for stray in copied.attached(kind).strays(size):
        if stray.name.isdigit():
            shutil.rmtree(stray)


def _copy_ledger(home: Home, kind: str, tree: Path) -> LedgerIn:
    """One consistent state of a ledger's database, its write-ahead log included."""
    copied = tree / f"{kind}.db"  # of a ledger on a server too: a backup needs none to be read
    copy_place(home.database(kind), copied)
    with closing(Home(tree).open(kind)) as ledger:
        head = ledger.tree_head()
        found = LedgerIn(kind, ledger.origin, ledger.fingerprint, head.size, b64encode(head.root))
    drop_beside(copied)
    return found


def _copy(source: Path, target: Path) -> None:
    private_folder(target.parent)
    with suppress(FileNotFoundError):  # gone meanwhile: a held checkpoint never is, a file being replaced may be
        make_private(target)
        with source.open("rb") as read, target.open("wb") as written:
            shutil.copyfileobj(read, written)
            written.flush()
            os.fsync(written.fileno())
        return
    target.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    make_private(path)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _pack(tree: Path, packed: Path, manifest: BackupManifest) -> None:
    make_private(packed)
    with packed.open("wb") as file, tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in (NAME, *sorted(manifest.files)):
            tar.add(tree / name, arcname=name, recursive=False, filter=_nobody)
        tar.close()
        file.flush()
        os.fsync(file.fileno())


def _nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        with suppress(OSError):  # not every file system lets a directory be synchronised
            os.fsync(handle)
    finally:
        os.close(handle)


def _remember(home: Home, target: Path, manifest: BackupManifest) -> None:
    """So that it can be asked when the last one was made; a directory that takes no writes keeps nothing."""
    said = {
        "made_at": manifest.made_at,
        "path": str(target.resolve()),
        "sizes": {each.kind: each.size for each in manifest.ledgers},
    }
    part = home.directory / f"{LAST}.part"
    with suppress(OSError):
        part.unlink(missing_ok=True)
        _write(part, json.dumps(said).encode() + b"\n")  # a path may hold bytes that are no UTF-8
        part.replace(home.directory / LAST)
