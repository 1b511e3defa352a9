"""A primary that dies, a standby that takes over: what was acknowledged is there, or every writer's folder tells.

With two servers of its own, and minutes long: `make test-postgres` runs it, by its name.
"""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import pytest

from ledger.application import Command
from ledger.clock import SystemClock
from ledger.errors import Contradicted, Incomplete, ZerenError
from ledger.events.acts import TalkHeld
from ledger.events.register import PersonRegistered
from ledger.home.directory import Home
from ledger.store.pointer import ServerAddress, format_pointer, read_pointer
from ledger.store.postgres.administration import make_ready
from ledger.verify import verify_ledger
from tests.support.builders import ORIGINS, found, signer_named
from tests.support.postgres import FAST, TestServer, begun

WRITERS, SECONDS = 6, 4.0
SETTINGS = {**FAST, "synchronous_commit": "on", "wal_level": "replica", "hot_standby": "on", "wal_keep_size": "64MB"}
TALK = TalkHeld(talker="p-a", counterpart="p-b", text="a text", place="a room")


@dataclass
class Pair:
    """A primary and its standby, and a folder of the ledger that they hold."""

    primary: TestServer
    standby: TestServer
    folder: Path
    acknowledged: dict[int, bytes] = field(default_factory=dict)

    def kill(self) -> None:
        """SIGKILL of the primary: no farewell to anybody."""
        pid = int((self.primary.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def promote(self) -> None:
        self.standby.run("pg_ctl", "promote", "-w", "-D", str(self.standby.data))


def standby_of(primary: TestServer) -> TestServer:
    """A standby that follows, made from a base backup."""
    directory = Path(f"{primary.directory}-s")
    directory.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(directory, "nobody", "nogroup")
    standby = TestServer(primary.programs, directory)
    primary.run("pg_basebackup", "-D", str(standby.data), "-R", "-U", "postgres", "-h", primary.socket, "-c", "fast")
    with (standby.data / "postgresql.auto.conf").open("a") as file:
        file.write(f"primary_conninfo = 'host={primary.socket} user=postgres application_name=s1'\n")
    standby.start()
    return standby


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    primary = begun(SETTINGS)
    with primary.connect() as connection:
        connection.execute("CREATE DATABASE organ")
    make_ready(primary.address("organ"))
    standby = standby_of(primary)
    folder = tmp_path / "mine"
    Home(folder).create()
    hosts = ServerAddress({"host": f"{primary.socket},{standby.socket}", "dbname": "organ", "user": "postgres"})
    (folder / "duty.at").write_bytes(format_pointer(hosts))
    desk = found("duty", folder / "duty.at")
    desk.record(desk.enrolment("rec", ("recorder", "signer")), "cus-1", "cus-2", "rec")
    for person in ("p-a", "p-b"):
        desk.record(PersonRegistered(ref=person, person=person, name=person), "cus-1")
    desk.close()
    yield Pair(primary, standby, folder)
    for server in (primary, standby):
        with suppress(AssertionError):
            server.stop("immediate")
    shutil.rmtree(standby.directory, ignore_errors=True)


def write_and_fail(pair: Pair, between: float = 0.0, *, cut: bool = False) -> None:
    """Six writers write; the primary is killed under them; the standby takes over; they go on."""
    stop, signer = Event(), signer_named(f"{ORIGINS['duty']}/rec")
    folders = []
    for number in range(WRITERS):
        folder = pair.folder.with_name(f"w{number}")
        shutil.copytree(pair.folder, folder)
        folders.append(folder)

    def write(number: int) -> dict[int, bytes]:
        receipts: dict[int, bytes] = {}
        while not stop.is_set():
            try:
                with closing(
                    Home(folders[number]).open("duty", clock=SystemClock(allow_jump=True), read_only=False)
                ) as ledger:
                    while not stop.is_set():
                        text = replace(TALK, ref=f"T{number}-{len(receipts)}")
                        receipt = ledger.record(Command(text, (signer,)))[0]
                        receipts[receipt.position] = receipt.leaf_hash
            except Contradicted:
                return receipts
            except ZerenError:
                time.sleep(0.05)
        return receipts

    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(write, number) for number in range(WRITERS)]
        time.sleep(SECONDS / 2)
        if cut:
            with pair.standby.connect() as connection:
                connection.execute("ALTER SYSTEM SET primary_conninfo = ''")
                connection.execute("SELECT pg_reload_conf()")
            time.sleep(SECONDS / 2)
        pair.kill()
        time.sleep(between)
        pair.promote()
        time.sleep(SECONDS)
        stop.set()
        pair.acknowledged = {}
        for each in running:
            for position, leaf in each.result().items():
                assert pair.acknowledged.setdefault(position, leaf) == leaf or cut


def test_what_was_acknowledged_survives_the_primary(pair: Pair) -> None:
    """With a synchronous standby: lost 0, forks 0, the ledger verifies, and the writers went on by themselves."""
    with pair.primary.connect() as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (s1)'")
        connection.execute("SELECT pg_reload_conf()")
    write_and_fail(pair)
    with closing(Home(pair.folder).open("duty")) as ledger:
        lost = [p for p, leaf in pair.acknowledged.items() if ledger.store.leaf_hash(p) != leaf]
        assert lost == []
        assert len(pair.acknowledged) > WRITERS
        assert [str(finding.what) for finding in verify_ledger(ledger).findings] == []


def test_what_is_lost_without_a_standby_is_told_by_the_writers(pair: Pair) -> None:
    """The control: a standby that was cut off takes over without what was acknowledged since; whoever was given a
    receipt for it neither writes to nor reads from what took over."""
    write_and_fail(pair, cut=True)
    folders = [pair.folder.with_name(f"w{number}") for number in range(WRITERS)]
    told = 0
    for folder in folders:
        address = read_pointer(folder / "duty.at")
        (folder / "duty.at").write_bytes(
            format_pointer(replace(address, parameters={**address.parameters, "host": pair.standby.socket}))
        )
        try:
            Home(folder).open("duty", clock=SystemClock(allow_jump=True), read_only=False).close()
        except Contradicted:
            told += 1
    assert told == WRITERS


def test_a_cancelled_wait_gives_no_receipt(pair: Pair) -> None:
    """The standby is away, somebody cancels the wait of a commit: it is on this server alone, and says so."""
    with pair.primary.connect() as connection, ThreadPoolExecutor(1) as pool:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (s1)'")
        connection.execute("SELECT pg_reload_conf()")
        pair.standby.stop("fast")
        signer = signer_named(f"{ORIGINS['duty']}/rec")

        def write() -> None:
            clock = SystemClock(allow_jump=True)
            with closing(Home(pair.folder).open("duty", clock=clock, read_only=False)) as ledger:
                ledger.record(Command(replace(TALK, ref="T"), (signer,)))

        waiting, cancelled = pool.submit(write), 0
        for _ in range(200):
            if waiting.done():
                break
            time.sleep(0.1)
            found = connection.execute(
                "SELECT count(*) FILTER (WHERE pg_cancel_backend(pid)) FROM pg_stat_activity"
                " WHERE wait_event = 'SyncRep'"
            ).fetchone()
            cancelled += int((found or [0])[0])
        with pytest.raises(Incomplete, match="not confirmed by its standbys"):
            waiting.result()
        assert cancelled == 2  # the append, and the commit that was to confirm it
        connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
        connection.execute("SELECT pg_reload_conf()")
    assert not (pair.folder / "duty.last").exists()
