"""The API against a bare Flask route that returns the same bytes, and against Datasette over the same tables.

Each server is a process of its own and is asked by the same clients, in turns; what counts is the CPU time that it
takes for a request. Kept answers are one question asked again, varied ones another each time.
"""

import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from ledger.access.log import create_access_ledger
from ledger.home.directory import Home
from projections.views.catch_up import rebuild
from tests.bench.table import Row, at_least
from tests.bench.timing import environment
from tests.support.web import PASSPHRASE, token

GROUP = "Web"
RECORDED = "varied, with token and access record"
WORKERS, ROUNDS, REQUESTS = 4, 4, 100
DAYS = [(date(2024, 1, 3) + timedelta(days=number)).isoformat() for number in range(ROUNDS * REQUESTS)]
HOLDERS_SQL = (
    "select n.person, n.post, n.valid_from, n.valid_to, r.ref, t.texts from tenures n join tenure_units u on"
    " u.ledger = n.ledger and u.position = n.position and u.known_from = n.known_from join records r on"
    " r.ledger = n.ledger and r.position = n.position left join parties p on p.ledger = n.ledger and p.id = n.person"
    " left join texts t on t.ledger = p.ledger and t.position = p.position where n.ledger = 1 and n.known_to is null"
    " and u.unit = 'u-1' and n.valid_from <= '{day}' and (n.valid_to is null or n.valid_to >= '{day}')"
)
BARE = """
import sys
from flask import Flask, Response
from waitress.server import create_server
app = Flask(__name__)
body = open(sys.argv[1], 'rb').read()
app.add_url_rule('/<path:_>', 'all', lambda _: Response(body, mimetype='application/json'))
server = create_server(app, host='127.0.0.1', port=0, threads=8)
print(f'http://127.0.0.1:{server.effective_port}/', file=sys.stderr, flush=True)
server.run()
"""


@dataclass(slots=True)
class Server:
    """A server in a process of its own, and what asking it took."""

    base: str
    process: "subprocess.Popen[str]"
    headers: dict[str, str] = field(default_factory=dict)
    cpu: float = 0.0
    walls: list[float] = field(default_factory=list)

    def ask(self, paths: Sequence[str]) -> None:
        """Asks for these by some clients at once, each of which keeps its connection."""
        before = _cpu_of(self.process.pid)
        with ThreadPoolExecutor(WORKERS) as pool:
            parts = [paths[number::WORKERS] for number in range(WORKERS)]
            self.walls += [each for some in pool.map(self._client, parts) for each in some]
        self.cpu += _cpu_of(self.process.pid) - before

    def _client(self, paths: Sequence[str]) -> list[float]:
        place = urlsplit(self.base)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
        times = []
        for path in paths:
            started = perf_counter()
            connection.request("GET", path, headers=self.headers)
            response = connection.getresponse()
            data = response.read()
            if response.status != 200:
                raise RuntimeError(f"{path}: {response.status} {data[:300]!r}")
            times.append(perf_counter() - started)
        connection.close()
        return times

    @property
    def milliseconds(self) -> float:
        """CPU milliseconds a request."""
        return 1000 * self.cpu / len(self.walls)


def measure(home: Home, left_out: list[str]) -> Iterator[Row]:
    """Holders and entries, kept and varied; Datasette where it is installed."""
    rebuild(home).close()
    with_datasette = find_spec("datasette") is not None
    if not with_datasette:
        left_out.append("Datasette: not installed (dependency group bench)")
    within = environment(ZEREN_DIR=str(home.directory), ZEREN_PORT="0", ZEREN_OPEN="1")
    holders = [f"/api/v1/holders/u-1?valid_at={day}" for day in DAYS]
    entries = [f"/api/v1/ledgers/duty/entries?limit=50&to={day}" for day in DAYS]
    for name, varied in (("holders", holders), ("entries", entries)):
        for kind, paths in (("varied", varied), ("kept", varied[:1] * len(varied))):
            with ExitStack() as stack:
                ours = stack.enter_context(serving([sys.executable, "-m", "api"], within))
                body = stack.enter_context(tempfile.NamedTemporaryFile())
                body.write(_fetch(ours.base, paths[0]))
                body.flush()
                bare = stack.enter_context(serving([sys.executable, "-c", BARE, body.name], environment()))
                asked = [(ours, paths), (bare, paths)]
                if with_datasette and name == "holders" and kind == "varied":
                    asked.append((stack.enter_context(serving(_datasette(home), environment())), _sql(home)))
                for number in range(ROUNDS):
                    for server, each in asked:
                        server.ask(each[number * REQUESTS : (number + 1) * REQUESTS])
                yield from _rows(name, kind, [server for server, _ in asked])
    for name, varied in (("holders", holders), ("entries", entries)):
        yield from _recorded(home, name, varied)


def _recorded(home: Home, name: str, paths: Sequence[str]) -> Iterator[Row]:
    """The same asked by a token, each reading in the access ledger before it is answered."""
    with ExitStack() as stack:
        at = Home(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "ledgers")
        shutil.copytree(home.directory, at.directory)
        create_access_ledger(at, PASSPHRASE)
        rebuild(at).close()
        within = environment(ZEREN_DIR=str(at.directory), ZEREN_PORT="0", ZEREN_OPEN="0")
        ours = stack.enter_context(serving([sys.executable, "-m", "api"], within))
        ours.headers["Authorization"] = f"Bearer {token(at, 'organ', 'duties', 'persons', 'evidence')}"
        body = stack.enter_context(tempfile.NamedTemporaryFile())
        body.write(_fetch(ours.base, paths[0], ours.headers))
        body.flush()
        bare = stack.enter_context(serving([sys.executable, "-c", BARE, body.name], environment()))
        for number in range(ROUNDS):
            for server in (ours, bare):
                server.ask(paths[number * REQUESTS : (number + 1) * REQUESTS])
        yield from _rows(name, RECORDED, [ours, bare])


def _rows(name: str, kind: str, servers: Sequence[Server]) -> Iterator[Row]:
    ours, bare, *others = servers
    walls = sorted(ours.walls)
    p50, p99 = (1000 * walls[int(len(walls) * part)] for part in (0.5, 0.99))
    detail = f"{ours.milliseconds:.2f} ms CPU against {bare.milliseconds:.2f}; wall p50 {p50:.1f}, p99 {p99:.1f} ms"
    aim = {"varied": 0.2, "kept": 0.5, RECORDED: 0.1}[kind]
    yield at_least(
        GROUP,
        f"{name}, {kind}: bare Flask with the same bytes / ours",
        bare.milliseconds / ours.milliseconds,
        aim,
        detail,
    )
    for other in others:
        yield at_least(GROUP, f"{name}, {kind}: Datasette / ours", other.milliseconds / ours.milliseconds, 2)


def _datasette(home: Home) -> list[str]:
    command = [sys.executable, "-m", "datasette", "serve", str(home.views), "--port", "0", "--host", "127.0.0.1"]
    return [*command, "--setting", "sql_time_limit_ms", "10000"]


def _sql(home: Home) -> list[str]:
    return [f"/{home.views.stem}.json?sql={quote(HOLDERS_SQL.format(day=day))}&_shape=array" for day in DAYS]


@contextmanager
def serving(command: Sequence[str], within: dict[str, str]) -> Iterator[Server]:
    """A server that says its address on standard error; ended afterwards."""
    within["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, env=within, stdout=said, stderr=said, text=True)
        try:
            yield Server(_address(said.fileno(), process), process)
        finally:
            process.terminate()
            process.wait(20)


def _address(file: int, process: "subprocess.Popen[str]") -> str:
    for _ in range(300):
        time.sleep(0.1)
        found = re.search(rb"http://127\.0\.0\.1:\d+", os.pread(file, 65536, 0))
        if found:
            time.sleep(0.3)
            return found[0].decode()
        if process.poll() is not None:
            break
    raise RuntimeError(os.pread(file, 65536, 0).decode())


def _fetch(base: str, path: str, headers: Mapping[str, str] = MappingProxyType({})) -> bytes:
    place = urlsplit(base)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    connection.request("GET", path, headers=dict(headers))
    response = connection.getresponse()
    data = response.read()
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status} {data[:300]!r}")
    return data


def _cpu_of(process: int) -> float:
    """CPU seconds of a process that still runs, as Linux tells."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
