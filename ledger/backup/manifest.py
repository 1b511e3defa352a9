"""What a backup says of itself: when it was made, which ledgers and files are in it, which were left out.

`backup.json`, beside the files that it names:
zeren      backup/v1
made_at    UTC
ledgers    per ledger kind, origin, fingerprint, size and base64 root
files      per file its size and SHA-256 in hex
left_out   the private files that are not in it, by name

It is no evidence: whoever alters the backup alters it too. The ledgers in it are verified by themselves.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path, PurePosixPath

from ledger.errors import BadInput, Invalid
from ledger.frozen import dataclass

NAME = "backup.json"
FORMAT = "backup/v1"
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class LedgerIn:
    """A ledger in a backup, up to the entry that was last when it was copied."""

    kind: str
    origin: str
    fingerprint: str
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class FileIn:
    """A file in a backup."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """What is in a backup."""

    made_at: str
    ledgers: tuple[LedgerIn, ...]
    files: dict[str, FileIn]
    left_out: tuple[str, ...] = ()

    def format(self) -> bytes:
        """As it stands in the file."""
        data = {
            "zeren": FORMAT,
            "made_at": self.made_at,
            "ledgers": [asdict(each) for each in self.ledgers],
            "files": {name: asdict(file) for name, file in sorted(self.files.items())},
            "left_out": list(self.left_out),
        }
        return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def parse_manifest(data: bytes) -> BackupManifest:
    """The inverse. Raises BadInput for a file that is none of ours, Invalid for a name that leads elsewhere."""
    try:
        value = json.loads(data)
        if value["zeren"] != FORMAT:
            raise BadInput("this backup is of another version ({}); restore it with that version", value["zeren"])
        found = BackupManifest(
            str(value["made_at"]),
            tuple(LedgerIn(**each) for each in value["ledgers"]),
            {str(name): FileIn(int(file["size"]), str(file["sha256"])) for name, file in value["files"].items()},
            tuple(str(name) for name in value["left_out"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput("this is no backup made by zeren: {}", repr(error)) from None
    for name in found.files:
        check_name(name)
    return found


def check_name(name: str) -> None:
    """The name stays inside the directory and is none of the backup's own. Raises Invalid."""
    path = PurePosixPath(name)
    plain = not path.is_absolute() and ".." not in path.parts and str(path) == name and "\0" not in name
    if not plain or name in ("", ".", NAME):
        raise Invalid("the backup names a file outside itself: {}", repr(name))


def files_below(directory: Path) -> Iterator[str]:
    """The names of all ordinary files below a directory, sorted; links are no files of ours."""
    for folder, folders, names in os.walk(directory):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(directory).as_posix()


def described(directory: Path, names: Iterable[str]) -> dict[str, FileIn]:
    """Size and digest of each of these files."""
    return {name: describe(directory / name) for name in names}


def describe(path: Path) -> FileIn:
    """Size and digest of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return FileIn(size, digest.hexdigest())
