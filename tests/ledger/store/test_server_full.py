"""A server whose disk is full: the command says so, nothing is half written, and it goes on once there is room."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import sleep

import psycopg
import pytest

from ledger.application import Command, Ledger
from ledger.clock import SystemClock
from ledger.errors import DiskFull, Incomplete, Unusable, ZerenError
from ledger.events.acts import TalkHeld
from ledger.events.register import PersonRegistered
from ledger.home.directory import Home
from ledger.store.postgres.administration import make_ready
from ledger.verify import verify_ledger
from tests.support.builders import ORIGINS, found, signer_named
from tests.support.command import zeren
from tests.support.disks import Disk, small_disk
from tests.support.postgres import FAST, TestServer, unmade

pytestmark = pytest.mark.long
SETTINGS = {**FAST, "synchronous_commit": "on", "max_wal_size": "64MB", "checkpoint_timeout": "1h"}
MANY = 2000
"""Talks that no disk of these has room for."""


@dataclass(frozen=True, slots=True)
class Full:
    """A server with a duty ledger, and the disk that its tables or its log are on."""

    server: TestServer
    disk: Disk
    folder: Path

    def opened(self) -> Ledger:
        return Home(self.folder).open("duty", clock=SystemClock(allow_jump=True), read_only=False)


@contextmanager
def server_on_a_disk(part: str, size: int) -> Iterator[Full]:
    """A server whose `data`, or whose log alone (`wal`), lies on a disk of so many KiB."""
    directory = Path(tempfile.mkdtemp(prefix="zeren-full-"))
    directory.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        at = directory / part
        at.mkdir()
        disk = stack.enter_context(small_disk(at, size=size))
        server = unmade(directory, disk.holder)
        server.make(SETTINGS, "--wal-segsize=1", *(("-X", str(at)) if part == "wal" else ()))
        server.start()
        stack.callback(_stop, server)
        with server.connect() as connection:
            connection.execute("CREATE DATABASE organ")
        make_ready(server.address("organ"))
        folder = directory / "mine"
        Home(folder).create()
        desk = found("duty", server.pointer(folder, database="organ"))
        desk.record(desk.enrolment("rec", ("recorder", "signer")), "cus-1", "cus-2", "rec")
        for person in ("p-a", "p-b"):
            desk.record(PersonRegistered(ref=person, person=person, name=person), "cus-1")
        desk.close()
        yield Full(server, disk, folder)


def _stop(server: TestServer) -> None:
    with suppress(AssertionError):
        server.stop("immediate")


def up(server: TestServer) -> None:
    """Starts it where it does not run, once it has ended; however slow the machine is."""
    for _ in range(200):
        with suppress(AssertionError, psycopg.Error):
            server.connect().close()
            return
        with suppress(AssertionError):
            server.start()
        sleep(0.2)
    raise AssertionError((server.directory / "log").read_text()[-1000:])


def talks(ledger: Ledger, refs: list[str]) -> list[int]:
    """The positions of talks that are recorded together."""
    signer = signer_named(f"{ORIGINS['duty']}/rec")
    held = TalkHeld(talker="p-a", counterpart="p-b", text="a long text " * 200, place="a room")
    commands = [Command(replace(held, ref=ref), (signer,)) for ref in refs]
    return [receipt.position for receipt in ledger.record(*commands)]


def until_full(full: Full, together: int) -> tuple[int, ZerenError]:
    """Fills the disk and writes until that fails; how many entries there were before, and the fault."""
    full.disk.fill()
    with closing(full.opened()) as ledger:
        size = ledger.size()

        def write() -> None:
            nonlocal size
            for number in range(MANY):
                size = talks(ledger, [f"T{number}-{each}" for each in range(together)])[-1] + 1

        with pytest.raises(ZerenError, match="No space left on device") as caught:
            write()
    assert "\n" not in str(caught.value)
    return size, caught.value


def goes_on(full: Full, size: int) -> None:
    """The ledger has so many entries, takes more behind them, and holds together."""
    with closing(full.opened()) as ledger:
        assert ledger.size() == size
        assert talks(ledger, ["V1", "V2"]) == [size, size + 1]
        assert [str(finding.what) for finding in verify_ledger(ledger).findings] == []


def test_a_full_disk_of_tables_takes_an_append_whole_or_not_at_all() -> None:
    """Forty entries that no longer fit: the server's disk is named, none of them is in, what was in can be read and
    verified meanwhile; with room again the next ones follow."""
    with server_on_a_disk("data", 65536) as full:
        size, fault = until_full(full, 40)
        assert isinstance(fault, DiskFull)
        assert fault.exit_code == 1
        with closing(full.opened()) as ledger:
            assert ledger.size() == size
        assert zeren(full.folder, "verify").code == 0
        full.disk.empty()
        goes_on(full, size)


def test_a_full_disk_of_the_log_gives_no_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL ends itself at such a commit, and stays down: the cause is named, whether it is in is left open, the
    next command says that nobody answers. Once there is room it starts, and nothing half written is there."""
    monkeypatch.setattr("ledger.store.postgres.postgres_store.LOOKED_UP", 1.0)
    with server_on_a_disk("wal", 12288) as full:
        size, fault = until_full(full, 1)
        assert isinstance(fault, Incomplete)
        assert fault.exit_code == 4
        with pytest.raises(Unusable, match="there is no connection"):
            full.opened()
        full.disk.empty()
        up(full.server)
        goes_on(full, size)


def test_a_commit_at_a_full_log_is_told_once_the_server_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody makes room and starts the server while it is looked up: nothing was recorded, for want of room."""
    with server_on_a_disk("wal", 12288) as full:

        def make_room(_: float) -> None:
            full.disk.empty()
            up(full.server)

        monkeypatch.setattr("ledger.store.postgres.postgres_store.sleep", make_room)
        size, fault = until_full(full, 1)
        assert isinstance(fault, DiskFull)
        goes_on(full, size)
