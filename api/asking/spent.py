"""What is used up and must not be taken a second time: sessions that were ended, log-in forms that were sent.

Kept in a file beside the access ledger's keys, so that every process of a server knows it and a restart forgets
nothing. A line is `<name> <second from which it is forgotten>`; names are random, and open nothing.
"""

import fcntl
import os
from pathlib import Path
from threading import Lock

from ledger.clock import now
from ledger.errors import Incomplete


class Spent:
    """The names that are used up. `path` None: of this process alone (no access ledger, so nobody logs in)."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._lock = path, Lock()
        self._until: dict[str, int] = {}
        self._read_to = 0

    def has(self, name: str) -> bool:
        """Whether the name is used up."""
        with self._lock:
            self._catch_up()
            return self._until.get(name, 0) > int(now().timestamp())

    def spend(self, name: str, until: int) -> bool:
        """Uses the name up until a moment (seconds since the epoch); False where it was used up before.

        Raises Incomplete where that cannot be kept: then the session or form is not to be taken.
        """
        with self._lock:
            if self._path is None:
                fresh = self._until.get(name, 0) <= int(now().timestamp())
                self._until[name] = until
                return fresh
            try:
                handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                with os.fdopen(handle, "ab") as file:
                    fcntl.flock(file, fcntl.LOCK_EX)  # two processes that take one form: the second sees the first
                    self._catch_up()
                    if self._until.get(name, 0) > int(now().timestamp()):
                        return False
                    file.write(f"{name} {until}\n".encode("ascii"))
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise Incomplete("the end of a session cannot be kept: {}", error.strerror) from error
            self._until[name] = until
            return True

    def _catch_up(self) -> None:
        """Takes over what other processes wrote since the last look. A line cut short is not yet written."""
        if self._path is None:
            return
        try:
            size = self._path.stat().st_size
            if size == self._read_to:
                return
            with self._path.open("rb") as file:
                file.seek(self._read_to if size > self._read_to else 0)
                data = file.read()
        except FileNotFoundError:
            self._read_to = 0
            return
        whole = data[: data.rfind(b"\n") + 1]
        self._read_to = (self._read_to if size > self._read_to else 0) + len(whole)
        moment = int(now().timestamp())
        for line in whole.decode("ascii", "replace").splitlines():
            name, _, until = line.partition(" ")
            if until.isdecimal() and int(until) > moment:
                self._until[name] = int(until)
        self._until = {name: until for name, until in self._until.items() if until > moment}


def tidied(path: Path) -> Spent:
    """What is used up by the file at `path`, which loses the lines that are over."""
    moment = int(now().timestamp())
    try:
        lines = path.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if line.endswith(b"\n") and _until(line) > moment]
        if len(kept) < len(lines):
            fresh = path.with_name(f".{path.name}.new")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.writelines(kept)
            fresh.replace(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise Incomplete("{} cannot be read: {}", path, error.strerror) from error
    return Spent(path)


def _until(line: bytes) -> int:
    text = line.rpartition(b" ")[2].strip()
    return int(text) if text.isdigit() else 0
