"""Where tests put their files: in memory, where the system has room there.

Each record is on the disk before its receipt is given, so a test that records a hundred would wait for the disk two
hundred times. What tests leave behind nobody needs: the folder goes with the run, and that of a run that was killed
with the next. TMPDIR says another place, such as the disk for who wants to look at the files of a test that failed.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

MEMORY = Path("/dev/shm")  # noqa: S108 - of Linux; folders are made in it as in /tmp
ROOM = 6 << 30
"""Bytes that must be free: several times what a whole run leaves behind."""

HELD = "held"
"""A file in the folder that is locked for as long as the run goes on."""
_held: list[IO[str]] = []


def folder_in_memory(memory: Path = MEMORY, room: int = ROOM) -> Path | None:
    """A new folder for all temporary files of this run, removed as the process ends; None where TMPDIR is given, or
    where there is no place in memory that has the room and lets programs run."""
    if "TMPDIR" in os.environ or not os.access(memory, os.W_OK):
        return None
    about = os.statvfs(memory)
    if about.f_bavail * about.f_frsize < room or about.f_flag & os.ST_NOEXEC:
        return None
    _clear(memory)
    made, maker = Path(tempfile.mkdtemp(prefix="zeren-tests-", dir=memory)), os.getpid()
    made.chmod(0o1777)  # as /tmp is: some tests run commands as somebody else
    _held.append((made / "new").open("w"))
    fcntl.flock(_held[-1], fcntl.LOCK_EX)
    (made / "new").rename(made / HELD)  # which never was there without its lock

    def remove() -> None:
        if os.getpid() == maker:  # and not a child of it that ends
            shutil.rmtree(made, ignore_errors=True)

    atexit.register(remove)
    return made


def _clear(memory: Path) -> None:
    """Removes the folders of runs that were killed."""
    for held in memory.glob(f"zeren-tests-*/{HELD}"):
        with suppress(OSError), held.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # else its run goes on
            shutil.rmtree(held.parent, ignore_errors=True)
