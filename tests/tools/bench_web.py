"""The API against Datasette over the same tables, and against a bare Flask route that returns the same bytes.

Three servers, each a process of its own, are asked the same questions over the same rows by the same clients, one
after the other. Needs the dependency group `bench`; without it the rows are left out.
"""

import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from urllib.parse import quote, urlsplit

from ledger.home.directory import Home
from projections.views.catch_up import rebuild

WORKERS, REQUESTS = 4, 400
HOLDERS = "/api/v1/holders/u-dept?valid_at=2024-06-01"
ENTRIES = "/api/v1/ledgers/duty/entries?limit=100"
HOLDERS_SQL = (
    "select n.person, n.post, n.valid_from, n.valid_to, r.ref, t.texts from tenures n join tenure_units u on"
    " u.ledger = n.ledger and u.position = n.position and u.known_from = n.known_from join records r on"
    " r.ledger = n.ledger and r.position = n.position left join parties p on p.ledger = n.ledger and p.id = n.person"
    " left join texts t on t.ledger = p.ledger and t.position = p.position where n.ledger = 1 and n.known_to is null"
    " and u.unit = 'u-dept' and n.valid_from <= '2024-06-01' and (n.valid_to is null or n.valid_to >= '2024-06-01')"
)
ENTRIES_SQL = (
    "select position, ref, type, recorded_at, occurred_on, signers, stream, version, hex(leaf_hash) from records"
    " where ledger = 1 and position >= 0 order by position limit 100"
)
BARE = """
import sys
from flask import Flask, Response
from waitress.server import create_server
app = Flask(__name__)
bodies = {name: open(name, 'rb').read() for name in sys.argv[1:]}
for number, name in enumerate(bodies):
    app.add_url_rule(f'/{number}', str(number), lambda name=name: Response(bodies[name], mimetype='application/json'))
server = create_server(app, host='127.0.0.1', port=0, threads=8)
print(f'http://127.0.0.1:{server.effective_port}/', file=sys.stderr, flush=True)
server.run()
"""


def measure(home: Home) -> Iterator[tuple[str, float, str]]:
    """(name, ratio, aim) per row; nothing where Datasette is not installed."""
    if find_spec("datasette") is None:
        sys.stderr.write("API against Datasette: left out; install the dependency group bench\n")
        return
    rebuild(home).close()
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, "ZEREN_DIR": str(home.directory), "ZEREN_PORT": "0", "ZEREN_OPEN": "1"}
        bodies = []
        ours = {}
        with serving([sys.executable, "-m", "api"], environment) as base:
            for number, path in enumerate((HOLDERS, ENTRIES)):
                file = Path(scratch) / str(number)
                file.write_bytes(fetch(base, path))
                bodies.append(str(file))
                ours[path] = load(base, path)
        with serving([sys.executable, "-c", BARE, *bodies], dict(os.environ)) as base:
            bare = {path: load(base, f"/{number}") for number, path in enumerate((HOLDERS, ENTRIES))}
        command = [sys.executable, "-m", "datasette", "serve", str(home.views), "--port", "0", "--setting"]
        command += ["sql_time_limit_ms", "10000", "--host", "127.0.0.1"]
        with serving(command, dict(os.environ)) as base:
            name = home.views.stem
            theirs = {
                path: load(base, f"/{name}.json?sql={quote(sql)}&_shape=array")
                for path, sql in ((HOLDERS, HOLDERS_SQL), (ENTRIES, ENTRIES_SQL))
            }
    for name, path in (("holders", HOLDERS), ("entries", ENTRIES)):
        for what, other, aim in (("Datasette", theirs, ">= 3"), ("bare Flask, same bytes", bare, ">= 0.5")):
            (rate, p99), (their_rate, their_p99) = ours[path], other[path]
            sys.stderr.write(
                f"  {name}: {rate:.0f} requests/s, p99 {p99:.1f} ms; {what}: {their_rate:.0f}/s, {their_p99:.1f} ms\n"
            )
            yield f"API {name}, requests per second against {what}", rate / their_rate, aim


@contextmanager
def serving(command: Sequence[str], environment: dict[str, str]) -> Iterator[str]:
    """The address of a server that says it on standard error; ended afterwards."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said, text=True)
        try:
            yield _address(said.fileno(), process)
        finally:
            process.terminate()
            process.wait(20)


def _address(file: int, process: "subprocess.Popen[str]") -> str:
    for _ in range(300):
        time.sleep(0.1)
        found = re.search(rb"http://127\.0\.0\.1:\d+", os.pread(file, 65536, 0))
        if found:
            time.sleep(0.5)
            return found[0].decode()
        if process.poll() is not None:
            break
    raise RuntimeError(os.pread(file, 65536, 0).decode())


def fetch(base: str, path: str) -> bytes:
    """One answer, whatever it takes."""
    place = urlsplit(base)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    connection.request("GET", path)
    response = connection.getresponse()
    data = response.read()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status} {data[:300]!r}")
    return data


def load(base: str, path: str) -> tuple[float, float]:
    """(requests per second, p99 in milliseconds) of clients that each keep a connection."""
    place = urlsplit(base)
    fetch(base, path)

    def ask(count: int) -> list[float]:
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
        times = []
        for _ in range(count):
            started = perf_counter()
            connection.request("GET", path)
            connection.getresponse().read()
            times.append(perf_counter() - started)
        connection.close()
        return times

    started = perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        times = sorted(each for some in pool.map(ask, [REQUESTS // WORKERS] * WORKERS) for each in some)
    return REQUESTS / (perf_counter() - started), times[int(len(times) * 0.99)] * 1000
