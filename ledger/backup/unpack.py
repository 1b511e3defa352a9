"""Reading a backup into a new directory, each file against what the backup says of it."""

import os
import tarfile
from pathlib import Path
from typing import IO

from ledger.backup.manifest import (
    CHUNK,
    NAME,
    BackupManifest,
    check_name,
    describe,
    files_below,
    parse_manifest,
)
from ledger.errors import BadInput, Invalid
from ledger.store.sqlite.connection import make_private
from ledger.writing import private_folder

MAX_MANIFEST = 1 << 28


def unpack(source: Path, target: Path) -> BackupManifest:
    """Writes the files of a backup into the new directory `target`, private, and checks each of them.

    Raises BadInput for what is no backup, Invalid for a file that is missing, altered or not named in it.
    """
    target.mkdir(mode=0o700)
    return _unpack_tar(source, target) if source.is_file() else _unpack_directory(source, target)


def _unpack_directory(source: Path, target: Path) -> BackupManifest:
    if not (source / NAME).is_file():
        raise BadInput("{} is no backup made by zeren: there is no {} in it", source, NAME)
    manifest = parse_manifest((source / NAME).read_bytes())
    for name in files_below(source):
        if name == NAME:
            continue
        if name not in manifest.files:
            if name.endswith(("-shm", "-wal")):
                continue  # somebody looked into the databases there; what is in the backup is compared below
            raise Invalid("the backup holds a file that it does not name: {}", name)
        with (source / name).open("rb") as file:
            _take(file, target / name)
    return compare(manifest, target)


def _unpack_tar(source: Path, target: Path) -> BackupManifest:
    try:
        with tarfile.open(source, mode="r:") as tar:
            first = tar.next()
            read = tar.extractfile(first) if first is not None and first.isreg() and first.name == NAME else None
            if read is None or first is None or first.size > MAX_MANIFEST:
                raise BadInput("{} is no backup made by zeren: there is no {} in it", source, NAME)
            manifest = parse_manifest(read.read())
            while (member := tar.next()) is not None:
                if not member.isreg():
                    raise Invalid("the backup holds something that is no ordinary file: {}", repr(member.name))
                check_name(member.name)
                if member.name not in manifest.files:
                    raise Invalid("the backup holds a file that it does not name: {}", member.name)
                taken = tar.extractfile(member)
                if taken is not None:
                    _take(taken, target / member.name)
    except (tarfile.TarError, EOFError) as error:
        raise BadInput("{} is no backup made by zeren: {}", source, error) from None
    return compare(manifest, target)


def _take(file: IO[bytes], path: Path) -> None:
    private_folder(path.parent)
    if path.exists():
        raise Invalid("the backup holds a file twice: {}", path.name)
    make_private(path)
    with path.open("wb") as written:
        while chunk := file.read(CHUNK):
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())


def compare(manifest: BackupManifest, target: Path) -> BackupManifest:
    """Every file of the backup is there and as it was put there; gives the manifest back. Raises Invalid."""
    for name, said in manifest.files.items():
        if not (target / name).is_file():
            raise Invalid("the backup lacks the file {}", name)
        if describe(target / name) != said:
            raise Invalid("the file {} in the backup is not the one that was put there", name)
    return manifest
