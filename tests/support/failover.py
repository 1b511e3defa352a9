"""A primary that dies under six writers and two readers, and a standby that takes over: what a round of it costs.

With two servers of its own that wait for the disk, as one does that is to be believed.
"""

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Protocol

from ledger.application import Command, Ledger
from ledger.clock import SystemClock
from ledger.errors import Contradicted, Incomplete, ZerenError
from ledger.events.acts import TalkHeld
from ledger.events.register import PersonRegistered
from ledger.home.directory import Home
from ledger.store.pointer import ServerAddress, format_pointer, read_pointer
from ledger.store.postgres.administration import make_ready
from ledger.verify import verify_ledger
from tests.support.builders import ORIGINS, found, signer_named
from tests.support.postgres import TestServer, begun

WRITERS, SECONDS, PAUSE = 6, 4.0, 0.01
SETTINGS = {
    "shared_buffers": "16MB",
    "synchronous_commit": "on",
    "wal_level": "replica",
    "hot_standby": "on",
    "wal_keep_size": "64MB",
}
TALK = TalkHeld(talker="p-a", counterpart="p-b", text="a text", place="a room")


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A receipt that somebody was given, and when."""

    moment: float
    position: int
    leaf_hash: bytes


class Served(Protocol):
    """Servers of one ledger, of which one takes writes, and a folder that knows them all."""

    folder: Path

    def kill(self) -> None:
        """The one that takes writes is gone."""

    def promote(self) -> None:
        """Returns when another one takes them."""

    def synchronous(self) -> None:
        """From now on nothing is acknowledged that no standby has."""

    def version(self) -> str:
        """Of PostgreSQL."""

    def somebody(self, name: str) -> Path:
        """The folder of somebody who has not written yet."""


@dataclass
class Pair:
    """A primary and its standby, and a folder of the ledger that they hold."""

    primary: TestServer
    standby: TestServer
    folder: Path

    def kill(self) -> None:
        """SIGKILL of the primary and all that it had begun: no farewell to anybody."""
        pid = int((self.primary.data / "postmaster.pid").read_text().split()[0])
        begun_by_it = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in (pid, *map(int, begun_by_it)):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)

    def promote(self) -> None:
        self.standby.run("pg_ctl", "promote", "-w", "-D", str(self.standby.data))

    def synchronous(self) -> None:
        """From now on nothing is acknowledged that the standby does not have."""
        with self.primary.connect() as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (s1)'")
            connection.execute("SELECT pg_reload_conf()")

    def cut_off(self) -> None:
        """From now on the standby is told nothing."""
        with self.standby.connect() as connection:
            connection.execute("ALTER SYSTEM SET primary_conninfo = ''")
            connection.execute("SELECT pg_reload_conf()")

    def version(self) -> str:
        with self.standby.connect() as connection:
            found = connection.execute("SHOW server_version").fetchone()
        return str((found or ["?"])[0]).split()[0]

    def somebody(self, name: str) -> Path:
        """The folder of somebody who has not written yet."""
        folder = self.folder.with_name(name)
        shutil.copytree(self.folder, folder)
        return folder


@dataclass
class Round:
    """What one round came to."""

    version: str
    synchronous: bool
    acknowledged: int = 0
    lost: int = 0
    """Receipts whose entry is not on record where the standby took over."""
    forks: int = 0
    """Positions that two receipts give to different entries."""
    doubled: int = 0
    """Talks that stand on record twice, because a writer was told that the first one does not."""
    gap: float | None = None
    """The longest time in which no entry was acknowledged to anybody; None where nobody went on."""
    reads: int = 0
    unread: int = 0
    """Reads that ended with a fault."""
    faults: list[str] = field(default_factory=list)
    """What readers were told, the first of each."""
    waited: float = 0.0
    """The longest time between two reads of one reader."""
    bereft: int = 0
    """Writers whose last receipt is lost."""
    refused: Counter[str] = field(default_factory=Counter)
    """With what the writers' own folders refuse what took over."""
    refused_later: Counter[str] = field(default_factory=Counter)
    """The same, when somebody who knows of nothing has written there until it is longer than what was lost."""
    findings: list[str] = field(default_factory=list)
    """What verification says of the ledger in the end."""

    def judge(self, receipts: Sequence[Acknowledged], stands: Callable[[int], bytes | None]) -> None:
        """Counts what receipts of before and after say, where `stands` is what is on record in the end."""
        named: dict[int, set[bytes]] = {}
        for each in receipts:
            named.setdefault(each.position, set()).add(each.leaf_hash)
        self.acknowledged = len(receipts)
        self.lost = sum(stands(each.position) != each.leaf_hash for each in receipts)
        self.forks = sum(len(leaves) > 1 for leaves in named.values())

    def held(self) -> bool:
        """Whether it went as it has to: synchronous, nothing is lost; else whoever has lost something is told."""
        if self.synchronous:
            told = self.refused.total() + self.refused_later.total()
            wrong = self.lost or self.forks or self.doubled or self.unread or told or self.findings
            return not wrong and self.acknowledged > WRITERS and self.gap is not None
        known = self.refused.total() == self.bereft and self.refused_later == {"Forked": self.bereft}
        return self.lost > 0 and self.forks > 0 and self.bereft > 0 and known


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


def begin_ledger(folder: Path, hosts: str) -> None:
    """A ledger in the database `organ` of these servers, two persons and a recorder in it, and a folder of it."""
    Home(folder).create()
    address = ServerAddress({"host": hosts, "dbname": "organ", "user": "postgres"})
    (folder / "duty.at").write_bytes(format_pointer(address))
    desk = found("duty", folder / "duty.at")
    desk.record(desk.enrolment("rec", ("recorder", "signer")), "cus-1", "cus-2", "rec")
    for person in ("p-a", "p-b"):
        desk.record(PersonRegistered(ref=person, person=person, name=person), "cus-1")
    desk.close()


@contextmanager
def a_pair(scratch: Path) -> Iterator[Pair]:
    """Two servers with a ledger, and a folder that names both; nothing of them is left."""
    primary = begun(SETTINGS)
    with primary.connect() as connection:
        connection.execute("CREATE DATABASE organ")
    make_ready(primary.address("organ"))
    standby = standby_of(primary)
    folder = scratch / "mine"
    begin_ledger(folder, f"{primary.socket},{standby.socket}")
    try:
        yield Pair(primary, standby, folder)
    finally:
        for server in (primary, standby):
            with suppress(AssertionError):
                server.stop("immediate")
            shutil.rmtree(server.data, ignore_errors=True)
        shutil.rmtree(standby.directory, ignore_errors=True)


def take_over(pair: Served, *, synchronous: bool, named: str = "T") -> Round:
    """Six writers write, two readers read; the primary is killed under them; the standby takes over; they go on.

    What they write is `named` so, that rounds in one ledger are told apart.
    Where it is not synchronous the standby is cut off before, and somebody who knows of nothing writes in the end.
    """
    if synchronous:
        pair.synchronous()
    made = Round(pair.version(), synchronous)
    stop = Event()
    folders = [pair.somebody(f"w{number}") for number in range(WRITERS)]
    reading = pair.somebody("reader")
    with ThreadPoolExecutor(WRITERS + 2) as pool:
        running = [pool.submit(_write, folder, f"{named}{number}", stop) for number, folder in enumerate(folders)]
        asking = [pool.submit(_read, reading, stop, anew=anew) for anew in (False, True)]
        try:
            time.sleep(SECONDS / 2)
            if not synchronous and isinstance(pair, Pair):
                pair.cut_off()
                time.sleep(SECONDS / 2)
            pair.kill()
            pair.promote()
            promoted = time.monotonic()
            time.sleep(SECONDS)
        finally:
            stop.set()
        written = [done.result() for done in running]
        receipts = [each for of in written for each in of]
        for read in asking:
            count, failed, longest, told = read.result()
            made.faults += [told] if told else []
            made.reads, made.unread, made.waited = made.reads + count, made.unread + failed, max(made.waited, longest)
    moments = sorted(each.moment for each in receipts)
    if synchronous and moments[-1:] > [promoted]:
        made.gap = max((after - before for before, after in pairwise(moments)), default=None)
    if not synchronous and isinstance(pair, Pair):
        _only(pair.standby, pair.folder, *folders)
        made.refused.update(_refusals(folders))
        receipts += _newcomer(pair, 1 + max(each.position for each in receipts))
    made.refused_later.update(_refusals(folders))
    with closing(Home(pair.folder).open("duty")) as ledger:
        stands = ledger.store.leaf_hash
        made.judge(receipts, stands)
        made.bereft = sum(stands(of[-1].position) != of[-1].leaf_hash for of in written if of)
        made.doubled = _doubled(ledger)
        made.findings = [str(finding.what) for finding in verify_ledger(ledger).findings]
    return made


def _opened(folder: Path, *, read_only: bool = False) -> Ledger:
    return Home(folder).open("duty", clock=SystemClock(allow_jump=True), read_only=read_only)


def _talk(ref: str) -> Command:
    return Command(replace(TALK, ref=ref), (signer_named(f"{ORIGINS['duty']}/rec"),))


def _write(folder: Path, named: str, stop: Event) -> list[Acknowledged]:
    """One talk after the other; after a fault by a new connection, until the folder itself refuses.

    Who is told that it cannot be told whether a talk is on record looks before he repeats it, as he is told to.
    """
    receipts: list[Acknowledged] = []
    count, unsure = 0, False
    while not stop.is_set():
        try:
            with closing(_opened(folder)) as ledger:
                if unsure:
                    count += any(event.payload.ref == f"{named}-{count}" for event in ledger.history())
                    unsure = False
                while not stop.is_set():
                    receipt = ledger.record(_talk(f"{named}-{count}"))[0]
                    receipts.append(Acknowledged(time.monotonic(), receipt.position, receipt.leaf_hash))
                    count += 1
        except Contradicted:
            return receipts
        except ZerenError as error:
            unsure = unsure or isinstance(error, Incomplete)
            time.sleep(0.05)
    return receipts


def _read(folder: Path, stop: Event, *, anew: bool) -> tuple[int, int, float, str]:
    """The last entry again and again, by one connection or each time by a new one: how often, how often not, the
    longest time from one to the next, and the first fault."""
    count, failed, told = 0, 0, ""
    last, longest = time.monotonic(), 0.0
    while not stop.is_set():
        try:
            with closing(_opened(folder, read_only=True)) as ledger:
                while True:
                    ledger.at(ledger.size() - 1)
                    moment = time.monotonic()
                    count, longest, last = count + 1, max(longest, moment - last), moment
                    if anew or stop.wait(PAUSE):
                        break
        except ZerenError as error:
            failed, told = failed + 1, told or str(error)
            time.sleep(PAUSE)
    return count, failed, longest, told


def _only(server: TestServer, *folders: Path) -> None:
    """From now on these folders know of this server alone."""
    for folder in folders:
        address = read_pointer(folder / "duty.at")
        alone = replace(address, parameters={**address.parameters, "host": server.socket})
        (folder / "duty.at").write_bytes(format_pointer(alone))


def _refusals(folders: Sequence[Path]) -> Iterator[str]:
    """What each folder that refuses to write to what took over calls it."""
    for folder in folders:
        try:
            _opened(folder).close()
        except Contradicted as error:
            yield type(error).__name__


def _newcomer(pair: Pair, size: int) -> list[Acknowledged]:
    """Somebody who was given no receipt writes until the ledger has so many entries."""
    with closing(_opened(pair.somebody("newcomer"))) as ledger:
        missing = range(ledger.size(), size)
        receipts = ledger.record(*(_talk(f"N{number}") for number in missing)) if missing else ()
        return [Acknowledged(time.monotonic(), each.position, each.leaf_hash) for each in receipts]


def _doubled(ledger: Ledger) -> int:
    """How many talks stand on record more than once."""
    refs = Counter(event.payload.ref for event in ledger.history() if isinstance(event.payload, TalkHeld))
    return sum(count > 1 for count in refs.values())
