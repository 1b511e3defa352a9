"""The machine fails: disk, medium, handles, clock, zone, lock, and the write itself, before and after it is stored.

Whatever happens is told by a fault of `ledger.errors`, nothing acknowledged is lost, and once the machine is well again
the same command goes through. Disks are small ones mounted for one process; without the right to mount them (root on
Linux) those kinds are left out, and that is said.
"""

import ctypes
import os
import resource
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from ledger.application import Command, open_ledger
from ledger.backup.make import make_backup
from ledger.clock import SystemClock
from ledger.errors import DiskFull, ReadOnlyMedium, Refused, Unusable, ZerenError
from ledger.events.acts import TalkHeld
from ledger.events.records import TextErased
from ledger.home.directory import Home
from ledger.store.faults import explain_system
from ledger.store.sqlite.connection import StoreDatastore
from projections.views.catch_up import rebuild
from tests.attack.forked import FELL, Say, finished
from tests.attack.tally import Tally
from tests.attack.target import verified, victim
from tests.support.anchoring import checkpoint
from tests.support.builders import open_desk, signer_named

TALK = TalkHeld(talker="p-a", counterpart="p-b", text="a text " * 40)
_NEW_NAMESPACE, _PRIVATE, _READ_ONLY, _REMOUNT = 0x00020000, 1 << 18 | 1 << 14, 1, 32
"""Of Linux's unshare and mount."""


# --- what is done while it fails ---


def record(home: Home, name: str) -> str:
    """One entry."""
    with closing(open_desk("duty", home.database("duty"))) as desk:
        receipt = desk.record(replace(TALK, ref=name), "rec", "p-a")
        return f"{receipt.position} {receipt.leaf_hash.hex()}"


def sign(home: Home, name: str) -> str:
    """An entry, a seal, a checkpoint."""
    with closing(open_desk("duty", home.database("duty"))) as desk:
        receipt = desk.record(replace(TALK, ref=name), "rec")
        checkpoint(desk)
        return f"{receipt.position} {receipt.leaf_hash.hex()}"


def erase(home: Home, name: str) -> str:
    """A text recorded and erased."""
    with closing(open_desk("duty", home.database("duty"))) as desk:
        talk = desk.record(replace(TALK, ref=name), "rec")
        desk.clock.moment += timedelta(seconds=1)
        erased = TextErased(entry=talk.reference, names=("text",), ground="law")
        receipt, _ = desk.ledger.erase(erased, (desk.signer("cus-1"), desk.signer("eye")))
        return f"{receipt.position} {receipt.leaf_hash.hex()}"


def back_up(home: Home, name: str) -> str:
    """A backup beside the directory's ledgers."""
    made = make_backup(home, home.directory.parent / f"{name}.tar")
    made.path.unlink()
    return "0"


def views(home: Home, _name: str) -> str:
    """The views built anew."""
    rebuild(home).close()
    return "0"


WORKS: dict[str, Callable[[Home, str], str]] = {
    "record": record,
    "sign": sign,
    "erase": erase,
    "backup": back_up,
    "views": views,
}
WRITING = ("record", "sign", "erase")


# --- how the machine fails ---


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to fail, and what the commands may say then: nothing, or one of these faults."""

    fails: Callable[[Random, Home], Any]
    may: tuple[type[ZerenError], ...]
    works: tuple[str, ...] = tuple(WORKS)
    disk: int = 0
    """KiB of the small disk that the directory lies on; 0: where it lay."""


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _mount(target: Path, kib: int) -> bool:
    """A small disk at `target`, seen by this process alone."""
    libc = _libc()
    if libc.unshare(_NEW_NAMESPACE) or libc.mount(b"none", b"/", None, _PRIVATE, None):
        return False
    return bool(libc.mount(b"tmpfs", os.fsencode(target), b"tmpfs", 0, f"size={kib}k".encode()) == 0)


@cache
def may_mount() -> bool:
    """Whether a process of ours may mount a small disk."""

    def probe(say: Say) -> None:
        say("yes" if _mount(Path("/mnt"), 64) else "no")

    return hasattr(os, "fork") and "yes" in finished(probe)


@contextmanager
def full_disk(rng: Random, home: Home) -> Iterator[None]:
    """Some KiB are left, or none."""
    filling = home.directory.parent / "filling"
    free = shutil.disk_usage(home.directory.parent).free
    filling.write_bytes(bytes(max(0, free - rng.choice((0, 4, 16, 40, 64, 100, 160)) * 1024)))
    try:
        yield
    finally:
        filling.unlink()


@contextmanager
def read_only(_rng: Random, home: Home) -> Iterator[None]:
    """The medium takes no writes."""
    target = os.fsencode(home.directory.parent)
    if _libc().mount(None, target, None, _REMOUNT | _READ_ONLY, None):
        raise OSError(ctypes.get_errno(), "remount")
    try:
        yield
    finally:
        _libc().mount(None, target, None, _REMOUNT, None)


@contextmanager
def few_handles(rng: Random, _home: Home) -> Iterator[None]:
    """A few files may be open, and no more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = max(int(name) for name in os.listdir("/proc/self/fd"))  # noqa: PTH208 - of Linux
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + rng.randrange(6), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def locked(rng: Random, home: Home) -> Iterator[None]:
    """Another program holds the database, and does not let go."""
    with closing(sqlite3.connect(home.database("duty"), isolation_level=None)) as other:
        other.execute(rng.choice(("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE")))
        with _impatient():
            yield


@contextmanager
def _impatient() -> Iterator[None]:
    settle = StoreDatastore._settle

    def hasty(self: StoreDatastore, connection: sqlite3.Connection) -> None:
        settle(self, connection)
        connection.execute("PRAGMA busy_timeout = 1")

    with patch.object(StoreDatastore, "_settle", hasty):
        yield


@contextmanager
def failing_write(rng: Random, _home: Home) -> Iterator[None]:
    """A commit fails twice: nothing is stored, or all is stored and the answer is lost."""
    get = StoreDatastore.get_connection
    stored, left = rng.random() < 0.5, [2]

    @contextmanager
    def breaking(self: StoreDatastore, *, commit: bool) -> Iterator[Any]:
        with get(self, commit=commit) as connection:
            yield connection
            if commit and left[0] and not stored:
                left[0] -= 1
                raise sqlite3.OperationalError("disk I/O error")
        if commit and left[0] and stored:
            left[0] -= 1
            raise Unusable("the answer to a write was lost")

    with patch.object(StoreDatastore, "get_connection", breaking):
        yield


@contextmanager
def no_permission(_rng: Random, home: Home) -> Iterator[None]:
    """The files belong to somebody else, and this process is not root."""
    if os.geteuid():
        yield
        return
    for path in (home.directory, *home.directory.rglob("*")):
        os.chown(path, 0, 0)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


FAULTS = {
    "the disk is full": Fault(full_disk, (DiskFull, Unusable), disk=3000),
    "the medium takes no writes": Fault(read_only, (ReadOnlyMedium, Unusable), disk=3000),
    "no handle is left": Fault(few_handles, (ZerenError,)),
    "another program holds a lock": Fault(locked, (ZerenError,)),
    "a write fails twice, stored or not": Fault(failing_write, (ZerenError,), WRITING),
    "no permission": Fault(no_permission, (ZerenError,)),
}


def attempt(fault: Fault, work: str, name: str, home: Home, rng: Random, say: Say) -> None:
    """In a process of its own: the work while the machine fails, then once more when it is well."""
    if fault.disk:
        disk = home.directory.parent / "disk"
        disk.mkdir(exist_ok=True)
        if not _mount(disk, fault.disk):
            say("left out")
            return
        shutil.copytree(home.directory, disk / "ledgers")
        home = Home(disk / "ledgers")
    said: list[str] = []
    with fault.fails(rng, home):
        for number in range(3):
            try:
                said.append(WORKS[work](home, f"{name}-{number}"))
            except fault.may as error:
                str(error)
            except OSError as error:  # the command tells it by the system's number
                if explain_system(error) is None:
                    raise
            except ZerenError as error:
                say(f"{FELL}told as {type(error).__name__}: {error}")
    try:
        said.append(WORKS[work](home, f"{name}-after"))
    except ZerenError as error:
        say(f"{FELL}well again, it still says {type(error).__name__}: {error}")
    with closing(home.open("duty")) as ledger:
        for position, leaf in (line.split() for line in said if " " in line):
            if int(position) >= ledger.size() or ledger.at(int(position)).leaf_hash.hex() != leaf:
                say(f"lost {position}")
    report = verified(home, "duty")
    if report.exit_code:
        say(f"{FELL}afterwards: {report.findings[0].what}")


# --- clocks and zones ---


class _Moved(datetime):
    """The machine's clock, moved."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return datetime.now(tz) + cls.ahead


def clock(home: Home, name: str, rng: Random, say: Say) -> None:
    """The clock goes back or forward by seconds to years, the zone changes: refused, or times never go back."""
    os.environ["TZ"] = rng.choice(("UTC", "Asia/Shanghai", "America/St_Johns", "Pacific/Apia", "Africa/Casablanca"))
    time.tzset()
    moves = [timedelta(), *(timedelta(seconds=rng.choice((-1, 1)) * 10 ** rng.uniform(0, 8.5)) for _ in range(4))]
    for number, ahead in enumerate(moves):
        _Moved.ahead = ahead
        ledger = open_ledger(home.database("duty"), clock=SystemClock(allow_jump=number == 0))
        with closing(ledger), patch("ledger.clock.datetime", _Moved):
            rec = signer_named(f"{ledger.origin}/rec")
            try:
                receipt = ledger.record(Command(replace(TALK, ref=f"{name}-{number}"), (rec,)))[0]
            except Refused:
                continue
            before = ledger.at(receipt.position - 1).recorded_at
            if receipt.recorded_at < before or abs(receipt.recorded_at - datetime.now(UTC) - ahead) > timedelta(
                minutes=5
            ):
                say(f"{FELL}recorded at {receipt.recorded_at}, behind {before}, the clock moved by {ahead}")
    _Moved.ahead = timedelta()
    report = verified(home, "duty")
    if report.exit_code:
        say(f"{FELL}afterwards: {report.findings[0].what}")


def run(tally: Tally) -> Iterator[None]:
    """Every fault in turn, each on a whole copy."""
    names = [*FAULTS, "the clock and the zone change"]
    with victim() as at:
        for number in range(tally.done, tally.wanted):
            at.reset()
            rng = Random(f"{tally.seed}/faults/{number}")  # noqa: S311 - places, not secrets
            name = names[number % len(names)]
            if name not in FAULTS:
                said = finished(lambda say, n=number, r=rng: clock(at.home, f"f{n}", r, say))  # type: ignore[misc]
                work = "record"
            else:
                fault = FAULTS[name]
                work = rng.choice(fault.works)
                said = finished(
                    lambda say, f=fault, w=work, n=number, r=rng: attempt(f, w, f"f{n}", at.home, r, say)  # type: ignore[misc]
                )
            _judge(tally, name, f"#{number} {work}", said)
            yield


def _judge(tally: Tally, name: str, label: str, said: list[str]) -> None:
    if "left out" in said:
        tally.left_out += 1
        note = f"Left out for want of the right to mount a disk: {name}."
        tally.notes += [note] if note not in tally.notes else []
        return
    lost = [("lost", f"{label}: {line}") for line in said if line.startswith("lost")]
    hands = [("hands", f"{label}: {line}") for line in said if line[:1] in (FELL, "?")]
    tally.count(name, "found", *lost, *hands)
