"""Ledgers on a server, checked by somebody who reads no code: `python -m tests.tools.acceptance [NUMBER...]`.

Each line says what is shown, by which command or test, and whether it was so. It brings its own servers and needs
nothing prepared; what needs hours is named with the command that does it. Exit code 1 where anything was otherwise.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from socket import socket

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ledger.clock import now
from tests.support.command import Outcome, started
from tests.support.postgres import FAST, TestServer, begun, the_server

ROOT = Path(__file__).parents[2]
SCENARIO = "tests/scenarios/solo.yaml"
ORIGIN = "zeren.example/acceptance/duty"
SHELLS, EACH = 8, 2
ELSEWHERE = "127.0.0.2"
"""An address of this machine that counts as another machine's."""


@dataclass
class Shown:
    """One thing that a check looked at."""

    what: str
    so: bool
    said: str = ""


@dataclass
class Desk:
    """A folder of somebody's, with a ledger of one's own on the server."""

    folder: Path
    url: str
    secret: Path = field(init=False)

    def __post_init__(self) -> None:
        self.secret = self.folder.parent / "passphrase"
        self.secret.write_text("correct horse battery\n")

    def zeren(self, *words: str, url: str = "", folder: Path | None = None) -> Outcome:
        return started(url or self.url, "--local", str(folder or self.folder), *words)

    def record(self, person: str, **where: str) -> Outcome:
        words = ("record", "person", "--person", person, "--name", person, "--as", "r-1")
        return self.zeren(*words, "--passphrase-file", str(self.secret), **where)  # type: ignore[arg-type]


def founded(scratch: Path, database: str, origin: str = ORIGIN) -> Desk:
    """A new ledger in this database."""
    folder = scratch / origin.replace("/", "-")
    desk = Desk(folder, f"{the_server().url(database)}&organ={origin}")
    people = ("--custodian", "c-1", "--custodian", "c-2", "--recorder", "r-1")
    made = desk.zeren("init", "--origin", origin, "--title", "T", *people, "--passphrase-file", str(desk.secret))
    assert made.code == 0, made.err
    return desk


def moved_there_and_back(scratch: Path) -> Iterator[Shown]:
    server, source, back = the_server(), scratch / "ledgers", scratch / "back"
    replayed = started(None, "replay", SCENARIO, "--into", str(source))
    yield Shown(f"zeren replay {SCENARIO} --into DIR", replayed.code == 0, replayed.err)
    url, local = server.url(server.database()), ("--local", str(scratch / "local"), "--json")
    there = started(None, "migrate", str(source), url, *local)
    again = started(None, "migrate", url, str(back), *local)
    yield Shown("zeren migrate DIR URL; zeren migrate URL DIR2", (there.code, again.code) == (0, 0), again.err)
    one, two = (json.loads(each.out)[0] for each in (there, again))
    yield Shown("the same root", one["root"] == two["root"], two["root"])
    yield Shown("the same SHA-256 of entries and bodies", one["sha256"] == two["sha256"], two["sha256"])
    yield Shown("zeren verify --ledger duty in DIR2", started(back, "verify", "--ledger", "duty").code == 0)


def eight_shells(scratch: Path) -> Iterator[Shown]:
    server = the_server()
    desk = founded(scratch, database := server.database())
    pipe = scratch / "pipe"
    os.mkfifo(pipe)
    words = ("record", "person", "--person", "p-late", "--name", "late", "--as", "r-1", "--passphrase-file", str(pipe))
    waiting = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "--dir", desk.url, "--local", str(desk.folder), *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    writing = _read_by(pipe)  # it asks for the passphrase
    os.kill(waiting.pid, signal.SIGSTOP)
    with server.connect(database) as connection:
        held = connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()
    yield Shown("no lock is held by a shell that waits for a passphrase and was stopped", held == (0,))
    with ThreadPoolExecutor(SHELLS) as pool:
        said = list(pool.map(lambda n: [desk.record(f"p-{n}-{k}") for k in range(EACH)], range(SHELLS)))
    lost = [each.err for found in said for each in found if each.code]
    yield Shown(f"{SHELLS} shells record {EACH} entries each at once", not lost, "".join(lost))
    os.kill(waiting.pid, signal.SIGCONT)
    os.write(writing, desk.secret.read_bytes())
    os.close(writing)
    yield Shown("the shell that was stopped goes on and records", waiting.wait(60) == 0)
    with server.connect(database) as connection:
        found = connection.execute("SELECT count(*), max(position), min(position) FROM zeren.entries").fetchone()
    size = SHELLS * EACH + 2
    yield Shown(f"the positions are 0 to {size - 1}, none missing", found == (size, size - 1, 0), str(found))
    yield Shown("zeren verify", desk.zeren("verify").code == 0)


def _read_by(pipe: Path) -> int:
    """The pipe, open to write, once somebody reads from it."""
    for _ in range(600):
        with suppress(OSError):
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.1)
    raise AssertionError("nobody asked for the passphrase")


BY_HAND = (
    "INSERT INTO zeren.entries SELECT * FROM zeren.entries",
    "UPDATE zeren.bodies SET body = ''",
    "DELETE FROM zeren.entries",
    "TRUNCATE zeren.entries",
    "COPY zeren.entries FROM STDIN",
    "CREATE TABLE zeren.another ()",
    "CREATE TABLE public.another ()",
    "INSERT INTO zeren.access SELECT session_user, 1, 'append'",
)


def what_a_login_may(scratch: Path) -> Iterator[Shown]:
    server = the_server()
    desk = founded(scratch, database := server.database())
    founded(scratch, database, "zeren.example/another/duty")
    for login, may in (("a-writer", "append"), ("a-reader", "read")):
        granted = desk.zeren("db", "grant", f"{login}@{database}", "--may", may)
        yield Shown(f"zeren db grant {login} --may {may}", granted.code == 0, granted.err)
        with server.connect(database, f"{login}@{database}") as connection:
            for statement in BY_HAND:
                yield Shown(f"{login}: {statement.split(' SELECT')[0]} is refused", _is_refused(connection, statement))
            seen = connection.execute("SELECT count(DISTINCT ledger) FROM zeren.entries").fetchone()
        yield Shown(f"{login} sees the entries of one of two ledgers", seen == (1,), str(seen))
    people = ("--custodian", "c-1", "--custodian", "c-2", "--inspector", "i-1", "--passphrase-file", str(desk.secret))
    words = ("init", "--kind", "case", "--origin", "zeren.example/acceptance/case", "--title", "K", *people)
    beside = desk.zeren(*words, url=f"{server.url(database, kind='case')}", folder=scratch / "case")
    yield Shown("a case ledger beside a duty ledger is refused", beside.code == 5, beside.err)


def _is_refused(connection: "psycopg.Connection[object]", statement: str) -> bool:
    """By the server, for want of a right; no other fault counts."""
    try:
        connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        return True
    except psycopg.Error:
        pass
    return False


def whom_one_talks_to(scratch: Path) -> Iterator[Shown]:
    secret = started("postgresql://me:secret@db.example/organ", "entries")
    yield Shown("a password in the address is refused, and not repeated", _told(secret, 2, "secret"), secret.err)
    plain = started(f"postgresql://me@{ELSEWHERE}/organ?sslmode=require", "--local", str(scratch / "a"), "entries")
    yield Shown("a connection without a checked certificate is refused", plain.code == 2, plain.err)
    with socket() as free:
        free.bind((ELSEWHERE, 0))
        port = free.getsockname()[1]
    server = begun(FAST)
    for name, folder in (("other.example", "wrong"), (ELSEWHERE, "right")):
        certificate = _certificate(server, name)
        _listening(server, port)
        url = f"postgresql://postgres@{ELSEWHERE}:{port}/postgres?sslrootcert={certificate}"
        met = started(url, "--local", str(scratch / folder), "db", "check")
        if folder == "wrong":
            yield Shown("a server with another's certificate is refused", _told(met, 1), met.err)
        else:
            yield Shown("with its own it is talked to", "does not match" not in met.err and met.code != 1, met.err)
    server.stop()
    server.start()


def _told(found: Outcome, code: int, *never: str) -> bool:
    return found.code == code and found.err.count("\n") == 1 and not any(each in found.err for each in never)


def _certificate(server: TestServer, name: str) -> Path:
    """A certificate of the server for this name, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    known: x509.GeneralName = x509.IPAddress(ip_address(name)) if name == ELSEWHERE else x509.DNSName(name)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([known]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    for file, data in (
        ("server.crt", made.public_bytes(pem)),
        ("server.key", key.private_bytes(pem, private, serialization.NoEncryption())),
    ):
        (server.data / file).write_bytes(data)
        (server.data / file).chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(server.data / file, "nobody", "nogroup")
    outside = server.directory / f"{name}.crt"
    outside.write_bytes(made.public_bytes(pem))
    return outside


def _listening(server: TestServer, port: int) -> None:
    """Starts the server anew, by TLS on the address that counts as elsewhere."""
    server.stop()
    words = f"-c listen_addresses={ELSEWHERE} -c port={port} -c ssl=on -c unix_socket_directories='{server.socket}'"
    server.run("pg_ctl", "start", "-w", "-D", str(server.data), "-o", words, "-l", str(server.directory / "log"))


def an_older_restore(scratch: Path) -> Iterator[Shown]:
    server = the_server()
    desk = founded(scratch, database := server.database())
    yesterday = server.database(database)
    written = desk.record("p-today")
    yield Shown("somebody writes today", written.code == 0, written.err)
    older = server.url(yesterday)
    checked = started(older, "db", "backup-check", str(desk.folder))
    yield Shown("zeren db backup-check of yesterday's state", (checked.code, "set back" in checked.out) == (3, True))
    place = desk.folder / "duty.at"
    place.write_text(place.read_text().replace(f"/{database}?", f"/{yesterday}?"))
    for words in (("entries",), ("verify",)):
        refused = started(desk.folder, *words)
        yield Shown(f"zeren {words[0]} on it by who wrote", refused.code == 3, refused.err)
    person = ("record", "person", "--person", "p", "--name", "p", "--as", "r-1", "--passphrase-file", str(desk.secret))
    refused = started(desk.folder, *person)
    yield Shown("zeren record on it by who wrote", refused.code == 3, refused.err)


def tested(*names: str) -> Callable[[Path], Iterator[Shown]]:
    """A check by tests of the suite, named as `file::test`."""

    def check(_: Path) -> Iterator[Shown]:
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "", *names]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        told = done.stdout.strip().splitlines()[-1:] or [done.stderr[-200:]]
        yield Shown(", ".join(name.rpartition("::")[2] or name for name in names), done.returncode == 0, told[0])

    return check


STORE = "tests/ledger/store"
FAULTS = f"{STORE}/test_server_faults.py"
CHECKS: dict[int, tuple[str, Callable[[Path], Iterator[Shown]]]] = {
    1: ("the suite of every store passes on a machine without a server of its own", tested(f"{STORE}/test_store.py")),
    2: ("a ledger goes to a server and back, byte for byte", moved_there_and_back),
    3: ("eight shells write one ledger; nobody's lock waits for a person", eight_shells),
    4: ("a login does what it was granted, and nothing by hand", what_a_login_may),
    5: (
        "what does not follow is refused by the server itself",
        tested(f"{STORE}/test_postgres.py::test_an_entry_that_does_not_follow_is_refused_by_the_server"),
    ),
    6: ("failover: nothing acknowledged is lost, or every writer's folder tells", tested(f"{STORE}/failover.py")),
    7: (
        "a commit that no standby has confirmed gives no receipt",
        tested(f"{FAULTS}::test_a_commit_with_a_warning_is_confirmed_or_told"),
    ),
    8: ("passwords and foreign certificates", whom_one_talks_to),
    9: ("a computer whose clock is wrong signs nothing", tested(f"{FAULTS}::test_a_wrong_clock_signs_nothing")),
    11: ("an older state that was restored is told, and not written to", an_older_restore),
    12: (
        "an erased text is gone from the table and pending in the log",
        tested(f"{FAULTS}::test_an_erased_text_is_gone_from_the_table_and_pending_in_the_log"),
    ),
    13: ("a server whose disk is full says so, and keeps nothing by half", tested(f"{STORE}/test_server_full.py")),
}
"""The checks by number; 10, a thousand organs, is `make city ORGANS=1000 ENTRIES=5000`, which takes hours."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the checks of these numbers, or all, and says of each thing whether it was so."""
    wanted = [int(each) for each in (sys.argv[1:] if arguments is None else arguments)] or list(CHECKS)
    failed = 0
    for number in wanted:
        title, check = CHECKS[number]
        sys.stdout.write(f"{number}. {title}\n")
        with tempfile.TemporaryDirectory(prefix="zeren-acceptance-") as scratch:
            for each in check(Path(scratch)):
                failed += not each.so
                said = f" ({' '.join(each.said.split())[:160]})" if each.said.strip() else ""
                sys.stdout.write(f"   {'yes' if each.so else 'NO '} {each.what}{said}\n")
                sys.stdout.flush()
    if 10 not in wanted:
        sys.stdout.write("10. a thousand organs: make city ORGANS=1000 ENTRIES=5000, written to tests/bench/CITY.md\n")
    sys.stdout.write(f"{failed} were otherwise\n" if failed else "all was so\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
