"""Media as they go wrong: a small disk that fills up, one that takes no writes. Needs root; others skip."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@cache
def _may_mount() -> bool:
    probe = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def on_disk(script: str, at: Path, *, size: int, language: str = "en") -> subprocess.CompletedProcess[str]:
    """Runs a shell script with an empty disk of `size` KiB mounted at `at`, of which nobody else sees anything.

    In it `zeren` is this checkout's command, `each` runs several of them in one process and prints how each ended,
    `$DISK` is the disk, and `leave N` fills it up but for N KiB.
    """
    if not _may_mount():
        pytest.skip("a small disk can be mounted by root only")
    at.mkdir(exist_ok=True)
    prelude = f"""
DISK={shlex.quote(str(at))}
mount -t tmpfs -o size={size}k tmpfs "$DISK"
zeren() {{ {shlex.quote(sys.executable)} -m cli.main "$@"; }}
each() {{ {shlex.quote(sys.executable)} -m tests.support.each "$@"; }}
leave() {{
    free=$(df -k --output=avail "$DISK" | tail -n 1)
    head -c $(((free - $1) * 1024)) /dev/zero > "$DISK/filling"
}}
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ZEREN_LANG": language}
    environment.pop("ZEREN_DIR", None)
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", prelude + script],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Disk:
    """A small disk that only processes beside its holder see as mounted; its content is looked at from anywhere."""

    at: Path
    holder: int
    """A process that sees it."""

    @property
    def _filling(self) -> Path:
        return Path(f"/proc/{self.holder}/root{self.at}") / "filling"

    def fill(self, leave: int = 0) -> None:
        """Takes all room but for `leave` KiB."""
        found = os.statvfs(self._filling.parent)
        with suppress(OSError), self._filling.open("ab") as file:
            file.write(bytes(max(0, found.f_bavail * found.f_frsize - leave * 1024)))

    def empty(self) -> None:
        """Gives it back."""
        self._filling.unlink(missing_ok=True)


@contextmanager
def small_disk(at: Path, *, size: int) -> Iterator[Disk]:
    """A disk of `size` KiB at an empty folder, nobody's (the user's) to write; it goes with its last process."""
    if not _may_mount():
        pytest.skip("a small disk can be mounted by root only")
    mount = (
        f"mount -t tmpfs -o size={size}k,uid=65534,gid=65534 tmpfs {shlex.quote(str(at))} && echo mounted && exec cat"
    )
    with subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", mount], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "mounted\n"
        yield Disk(at, holder.pid)
        holder.stdin.close()
