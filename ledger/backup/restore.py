"""Putting a backup back: unpacked beside its place, compared, verified, and only then given its name."""

import shutil
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from ledger.backup.manifest import BackupManifest
from ledger.backup.unpack import unpack
from ledger.backup.unpacked import CheckedLedger, check_directory, drop_beside, exit_code
from ledger.errors import BadInput, Invalid
from ledger.home.directory import Home
from ledger.home.older_copy import mark_older
from ledger.store.faults import explain_system
from ledger.writing import replace_private

KNOWN = "known"
"""Where heads that somebody brought lie in a directory (`ledger.home.known_heads`)."""


@dataclass(frozen=True, slots=True)
class RestoredDirectory:
    """A directory made from a backup."""

    home: Home
    manifest: BackupManifest
    checked: tuple[CheckedLedger, ...]
    behind: tuple[str, ...] = ()
    """The kinds of those that are older than a known head."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The private files that were left out of the backup and have to come from elsewhere."""
        return tuple(name for name in self.manifest.left_out if not (self.home.directory / name).exists())


def restore_backup(
    source: Path,
    target: Path,
    given: tuple[Path, ...] = (),
    show: Callable[[tuple[CheckedLedger, ...]], None] = lambda _: None,
    *,
    older: bool = False,
) -> RestoredDirectory:
    """Makes the directory `target` from a backup, a file or a directory.

    Every file is compared with what the backup says of it and every ledger verified, with the heads in the `given`
    files too, which are kept with it from then on; `show` sees the reports before anything is decided.

    With `older` a backup whose only fault is that it is older than a known head is restored as what it is: it answers,
    says so, and never signs again (`ledger.home.older_copy`).

    Raises BadInput where `target` holds anything, Invalid where the backup does not hold together or is older than a
    head that is known; then nothing is left behind.
    """
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise BadInput("{} is not empty; a backup is never put over something", target)
    if not source.exists():
        raise BadInput("there is no backup at {}", source)
    if not target.parent.is_dir():
        raise BadInput("there is no directory {}", target.parent)
    work = target.with_name(f".{target.name}.part")
    try:
        shutil.rmtree(work, ignore_errors=True)
        manifest = unpack(source, work)
        checked = check_directory(work, given)
        if not checked:
            raise BadInput("there is no ledger in the backup {}", source)
        show(checked)
        behind = tuple(each.kind for each in checked if each.is_behind) if older else ()
        if exit_code(tuple(each for each in checked if each.kind not in behind)) == Invalid.exit_code:
            raise Invalid("{} is not restored: its ledgers do not verify, or are older than a known head", source)
        _keep(work, given)
        if behind:
            _mark(work, behind)
        if target.exists():
            target.rmdir()
        work.rename(target)
    except OSError as error:
        raise explain_system(error, target) or error from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return RestoredDirectory(Home(target), manifest, checked, behind)


def _mark(directory: Path, behind: tuple[str, ...]) -> None:
    home = Home(directory)
    with ExitStack() as stack:
        mark_older(directory, {kind: stack.enter_context(closing(home.open(kind))) for kind in behind})
    for kind in behind:
        drop_beside(home.database(kind))


def _keep(directory: Path, given: tuple[Path, ...]) -> None:
    """The heads that somebody brought are known from now on."""
    for path in given:
        folder = directory / KNOWN
        folder.mkdir(exist_ok=True, mode=0o700)
        name, number = path.name, 1
        while (folder / name).exists():
            number += 1
            name = f"{path.stem}-{number}{path.suffix}"
        replace_private(folder / name, path.read_bytes())
