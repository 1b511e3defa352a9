"""Three servers that Patroni keeps, with etcd for its votes, all on this machine: the runbook's cluster in small.

Each node has an address of the loopback net and a folder for its socket, so that clients name every host as the runbook
says. Nobody listens from outside. Times are Patroni's least: what a watcher takes to notice is `TTL` at most.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
import yaml

from ledger.store.pointer import ServerAddress
from ledger.store.postgres.administration import make_ready
from tests.support.failover import SETTINGS, begin_ledger
from tests.support.postgres import as_nobody

TTL, LOOP, RETRY = 20, 2, 5
PATIENCE = 120.0
NODES = 3


@dataclass
class Node:
    """One of the machines: Patroni and the PostgreSQL that it begins."""

    number: int
    directory: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def host(self) -> str:
        return f"127.0.1.{self.number}"

    @property
    def file(self) -> Path:
        return self.directory / "patroni.yml"

    def is_primary(self) -> bool:
        """Whether it says that it takes writes."""
        try:
            with urlopen(f"http://{self.host}:8008/primary", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def kill(self) -> None:
        """SIGKILL of all that runs on it, as if the machine were gone."""
        pids = [self.process.pid] if self.process is not None else []
        with suppress(FileNotFoundError, IndexError):
            pids.append(int((self.directory / "data/postmaster.pid").read_text().split()[0]))
        for pid in pids:
            children = []
            with suppress(FileNotFoundError):
                children = [*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
            for each in (pid, *children):
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
            self.process = None


@dataclass
class Cluster:
    """The nodes, and a folder of the ledger that they hold; in a round it is taken for a pair."""

    programs: Path
    patroni: Path
    directory: Path
    folder: Path
    nodes: list[Node] = field(default_factory=list)
    votes: "subprocess.Popen[bytes] | None" = None
    planned: bool = False
    """Whether the takeover is asked for, as once a quarter, and nobody is killed."""
    was: Node | None = None

    def begin(self) -> None:
        """Begins all, and waits until one is primary and two follow."""
        words = ["etcd", "--data-dir", str(self.directory / "etcd"), "--logger", "zap", "--log-level", "error"]
        self.votes = self._process(words, self.directory / "etcd.log")
        for node in self.nodes:
            self.start(node)
        self.whole()

    def start(self, node: Node) -> None:
        """Begins Patroni on a node."""
        node.process = self._process([str(self.patroni), str(node.file)], node.directory / "log")

    def _process(self, words: Sequence[str], log: Path) -> "subprocess.Popen[bytes]":
        environment = {
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "HOME": str(self.directory),
        }
        with log.open("ab") as out:
            return subprocess.Popen(
                as_nobody(words), env=environment, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    def primary(self) -> Node:
        """The node that takes writes, once there is one."""
        self._until(lambda: any(node.is_primary() for node in self.nodes if node.process), "a primary")
        return next(node for node in self.nodes if node.process and node.is_primary())

    def connect(self, node: Node, database: str = "postgres") -> "psycopg.Connection[tuple[Any, ...]]":
        return psycopg.connect(host=str(node.directory), dbname=database, user="postgres", autocommit=True)

    def members(self) -> list[dict[str, object]]:
        """What any node says of the cluster."""
        for node in self.nodes:
            with suppress(URLError, OSError), urlopen(f"http://{node.host}:8008/cluster", timeout=2) as answer:
                return list(json.load(answer)["members"])
        return []

    def whole(self) -> None:
        """Waits until every node is up again, and Patroni knows of a standby that has all that is acknowledged."""

        def well() -> bool:
            members = self.members()
            up = [member for member in members if member.get("state") in ("running", "streaming")]
            roles = [member.get("role") for member in members]
            return len(up) == NODES and "leader" in roles and "sync_standby" in roles

        self._until(well, "every node")

    @staticmethod
    def _until(done: Callable[[], bool], what: str) -> None:
        begun = time.monotonic()
        while not done():
            if time.monotonic() - begun > PATIENCE:
                raise AssertionError(f"{what} did not come up within {PATIENCE:.0f} s")
            time.sleep(0.2)

    # --- what a round asks of a pair ---

    def synchronous(self) -> None:
        """It is so from the beginning (`synchronous_mode_strict`)."""

    def kill(self) -> None:
        """The primary's machine goes, or is asked to hand over."""
        self.was = self.primary()
        if self.planned:
            ctl = [str(self.patroni.with_name("patronictl")), "-c", str(self.was.file)]
            subprocess.run(as_nobody([*ctl, "switchover", "organ", "--force"]), check=True, capture_output=True)
        else:
            self.was.kill()

    def promote(self) -> None:
        """Nobody promotes: Patroni does, on another node."""
        self._until(
            lambda: any(node.is_primary() for node in self.nodes if node is not self.was and node.process),
            "another primary",
        )

    def version(self) -> str:
        with self.connect(self.primary()) as connection:
            found = connection.execute("SHOW server_version").fetchone()
        return str((found or ("?",))[0]).split()[0]

    def somebody(self, name: str) -> Path:
        """The folder of somebody who has not written yet."""
        folder = self.folder.with_name(name)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return folder


@contextmanager
def a_cluster(programs: Path, patroni: Path, directory: Path) -> Iterator[Cluster]:
    """Three nodes with a ledger, and a folder that names them all; nothing of them is left running."""
    cluster = Cluster(programs, patroni, directory, directory / "mine")
    cluster.nodes += [Node(number, directory / f"db{number}") for number in range(1, NODES + 1)]
    for place in (directory, *(node.directory for node in cluster.nodes)):
        place.mkdir(mode=0o755, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(place, "nobody", "nogroup")
    for node in cluster.nodes:
        node.file.write_text(yaml.safe_dump(configuration(node, programs)), encoding="utf-8")
    try:
        cluster.begin()
        with cluster.connect(cluster.primary()) as connection:
            connection.execute("CREATE DATABASE organ")
        make_ready(ServerAddress({"host": str(cluster.primary().directory), "dbname": "organ", "user": "postgres"}))
        begin_ledger(cluster.folder, ",".join(str(node.directory) for node in cluster.nodes))
        yield cluster
    finally:
        for node in cluster.nodes:
            node.kill()
        if cluster.votes is not None:
            cluster.votes.kill()
            cluster.votes.wait()


def configuration(node: Node, programs: Path) -> dict[str, Any]:
    """The runbook's file with this node's names, without certificates: all is one machine's own."""
    dcs: dict[str, Any] = {
        "ttl": TTL,
        "loop_wait": LOOP,
        "retry_timeout": RETRY,
        "synchronous_mode": True,
        "synchronous_mode_strict": True,
    }
    kept = {name: value for name, value in SETTINGS.items() if name != "wal_level"}
    return {
        "scope": "organ",
        "name": f"db{node.number}",
        "restapi": {"listen": f"{node.host}:8008", "connect_address": f"{node.host}:8008"},
        "etcd3": {"hosts": ["127.0.0.1:2379"]},
        "bootstrap": {
            "dcs": {**dcs, "postgresql": {"use_pg_rewind": True, "parameters": {"synchronous_commit": "on"}}},
            "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
        },
        "postgresql": {
            "listen": f"{node.host}:5432",
            "connect_address": f"{node.host}:5432",
            "data_dir": str(node.directory / "data"),
            "bin_dir": str(programs),
            "pgpass": str(node.directory / "pgpass"),
            "use_unix_socket": True,
            "use_unix_socket_repl": True,
            "authentication": {
                "superuser": {"username": "postgres"},
                "replication": {"username": "standby"},
                "rewind": {"username": "postgres"},
            },
            "pg_hba": [
                *("local all all trust", "local replication all trust"),
                *("host replication standby 127.0.0.0/8 trust", "host all postgres 127.0.0.0/8 trust"),
            ],
            "parameters": {**kept, "unix_socket_directories": str(node.directory)},
        },
    }
