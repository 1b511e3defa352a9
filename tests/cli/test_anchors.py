"""Witnesses and time stamps as people use them: a policy is adopted, others cosign by file and HTTP, states follow."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from ledger.core.witness_request import origin_hash
from tests.cli.test_cli import ROOT
from tests.support import replayed as support
from tests.support.authority import authority, certified
from tests.support.command import zeren

SMALL = support.SCENARIOS / "swap-cover-quorum.yaml"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A small replayed directory, to be changed at will."""
    directory = tmp_path / "ledgers"
    shutil.copytree(support.replayed(SMALL).directory, directory)
    return directory


@pytest.fixture
def secret(tmp_path: Path) -> tuple[str, str]:
    file = tmp_path / "passphrase"
    file.write_text("only for tests\n")
    return "--passphrase-file", str(file)


def ok(*words: str, directory: Path | None = None) -> str:
    outcome = zeren(directory, *words)
    assert (outcome.code, outcome.err.count("Error")) == (0, 0), outcome.err
    return outcome.out


def log_of(home: Path) -> str:
    return ok("policy", "log", directory=home).strip()


def witness_line(directory: Path, name: str, secret: tuple[str, str], log: str) -> str:
    """Makes a witness that watches the log; its line for a policy, under the short name."""
    made = json.loads(ok("witness", "init", str(directory), "--name", f"{name}.example", "--json", *secret))
    ok("witness", "trust", str(directory), log)
    return f"witness {name} {made['vkey']}"


@pytest.fixture
def serving() -> Iterator[Any]:
    """Runs `zeren witness serve` as a process of its own; gives its address."""
    processes = []

    def serve(directory: Path, secret: tuple[str, str]) -> str:
        words = ["witness", "serve", str(directory), "--port", "0", "--prefix", "/w", *secret]
        command = [sys.executable, "-c", "from cli.main import main; main()", *words]
        environment = {**os.environ, "ZEREN_LANG": "en"}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
        processes.append(process)
        assert process.stdout is not None
        return process.stdout.readline().split()[-1].rstrip("/")

    yield serve
    for process in processes:
        process.terminate()
        process.wait(timeout=600)
        assert process.stdout is not None
        process.stdout.close()


def test_two_witnesses_by_http_and_by_file(home: Path, tmp_path: Path, secret: tuple[str, str], serving: Any) -> None:
    """From pending to confirmed: one witness answers over HTTP, one gets the request as a file; verify agrees."""
    log = log_of(home)
    first, second = tmp_path / "w1", tmp_path / "w2"
    lines = [witness_line(first, "w1", secret, log), witness_line(second, "w2", secret, log)]
    url = serving(first, secret)
    policy = tmp_path / "policy"
    policy.write_text(f"# ours\n{lines[0]} {url}\n{lines[1]}\ngroup both all w1 w2\nquorum both\n")
    size = json.loads(ok("entries", "--json", directory=home))["size"]

    assert "2 of (w1, w2)" in ok("policy", "adopt", str(policy), "--dry-run", directory=home)
    assert json.loads(ok("entries", "--json", directory=home))["size"] == size
    adopted = json.loads(ok("policy", "adopt", str(policy), "--json", directory=home))
    assert adopted["state"] == "pending"

    request, code = tmp_path / "request", tmp_path / "request.svg"
    asked = zeren(home, "checkpoint", "--out", str(request), "--qr", str(code), "--json")
    answer = json.loads(asked.out)
    assert answer["witnesses"] == [{"name": "w1", "cosigned": True, "error": None}]
    assert answer["confirmed"] == 0
    assert code.read_text().startswith("<?xml")

    line = tmp_path / "answer"
    ok("witness", "sign", str(second), str(request), "--out", str(line), "--qr", str(tmp_path / "a.png"), *secret)
    added = json.loads(ok("anchor", "add", str(line), "--json", directory=home))
    assert added["confirmed"] == answer["size"] == size + 2  # the policy and the seal

    rows = json.loads(ok("entries", "--start", "0", "--limit", "1000", "--json", directory=home))["items"]
    assert {row["state"] for row in rows[: answer["size"]]} == {"confirmed"}
    assert {row["state"] for row in rows[answer["size"] :]} == {"resting"}
    assert rows[0]["not_after"] is not None
    (duty,) = [r for r in json.loads(ok("verify", "--json", directory=home)) if r["kind"] == "duty"]
    assert (duty["verdict"], duty["anchors"], duty["confirmed"]) == ("valid", 2, answer["size"])
    assert [p["quorum"] for p in duty["policies"]] == ["both"]
    listed = json.loads(ok("anchor", "list", "--json", directory=home))
    assert [(row["member"], row["size"]) for row in listed] == [("w2", answer["size"]), ("w1", answer["size"])]

    idle = json.loads(ok("checkpoint", "--json", directory=home))
    assert idle["size"] == answer["size"]  # nothing new: the same checkpoint, cosigned afresh
    own = tmp_path / "own"
    own.write_text(f"{lines[1]}\nquorum w2\n")
    (duty,) = [
        r for r in json.loads(ok("verify", "--policy", str(own), "--json", directory=home)) if r["kind"] == "duty"
    ]
    assert duty["confirmed_by_own"] == answer["size"]

    place = urlsplit(url)
    connection = HTTPConnection(place.netloc, timeout=600)
    connection.request("GET", f"{place.path}/{origin_hash(duty['origin'])}/checkpoint")
    assert connection.getresponse().read().decode().startswith(answer["note"])
    connection.close()


def test_a_witness_that_is_down_is_said(home: Path, tmp_path: Path, secret: tuple[str, str]) -> None:
    """With the witness down the checkpoint is signed, the entries stay pending, and the message says so: exit 0."""
    line = witness_line(tmp_path / "w1", "w1", secret, log_of(home))
    policy = tmp_path / "policy"
    policy.write_text(f"{line} http://127.0.0.1:9\nquorum w1\n")
    ok("policy", "adopt", str(policy), directory=home)
    outcome = zeren(home, "checkpoint", "--timeout", "1")

    assert outcome.code == 0
    assert "w1: pending: http://127.0.0.1:9/add-checkpoint cannot be reached" in outcome.err
    assert "mark: pending" in zeren(home, "verify", "--ledger", "duty").out


def test_without_a_policy_that_is_said(home: Path) -> None:
    """A checkpoint of a ledger without a policy tells how to get one, in Chinese too."""
    assert "no policy is in force" in zeren(home, "checkpoint").err
    assert "尚无现行见证策略" in zeren(home, "checkpoint", language="zh_CN").err
    assert zeren(home, "policy", "show").code == 5


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None: ...


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def test_time_stamps_by_file_and_by_http(home: Path, tmp_path: Path) -> None:
    """A policy pins an authority; its stamp is fetched as a file and over HTTP, and confirms the entries."""
    tsa = authority(tmp_path / "tsa", certified("Stamps", certified("Root")))
    certificate = tmp_path / "stamps.pem"
    certificate.write_bytes(tsa.signer.certificate.public_bytes(Encoding.PEM))
    policy = tmp_path / "policy"
    policy.write_text(ok("policy", "tsa", "stamp", str(certificate)) + "quorum stamp\n")
    ok("policy", "adopt", str(policy), directory=home)
    size = json.loads(ok("checkpoint", "--json", directory=home))["size"]

    query, answer = tmp_path / "q.tsq", tmp_path / "a.tsr"
    ok("timestamp", "request", "--out", str(query), directory=home)
    answer.write_bytes(tsa.answer(query.read_bytes()))
    other = tmp_path / "other.tsq"
    ok("timestamp", "request", "--out", str(other), directory=home)
    assert "another request" in zeren(home, "timestamp", "add", str(answer), "--request", str(other)).err
    added = json.loads(ok("timestamp", "add", str(answer), "--request", str(query), "--json", directory=home))
    assert added["confirmed"] == size

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        assert environ["CONTENT_TYPE"] == "application/timestamp-query"
        body = tsa.answer(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start("200 OK", [("Content-Type", "application/timestamp-reply")])
        return [body]

    server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        ok("timestamp", "request", "--url", f"http://127.0.0.1:{server.server_port}/", directory=home)
    finally:
        server.shutdown()
        server.server_close()
    kinds = [row["kind"] for row in json.loads(ok("anchor", "list", "--json", directory=home))]
    assert kinds == ["rfc3161", "rfc3161"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["policy", "adopt", "{junk}"], 3, "line 1 of the policy"),
        (["policy", "tsa", "stamp", "{junk}"], 2, "no certificate"),
        (["policy", "tsa", "none", "{certificate}"], 3, "taken"),
        (["anchor", "add", "{junk}"], 2, "no cosigned checkpoint"),
        (["anchor", "add", "{absent}"], 2, "absent"),
        (["timestamp", "add", "{junk}"], 2, "no time stamp"),
        (["timestamp", "request"], 2, "--out"),
        (["timestamp", "request", "--url", "file:///etc/hostname"], 2, "no http"),
        (["checkpoint", "--out", "{absent}", "--witness", "nobody"], 2, "names no witness"),
        (["checkpoint", "--qr", "{absent}"], 2, ".svg"),
        (["verify", "--policy", "{junk}"], 3, "line 1 of the policy"),
        (["witness", "show", "{junk}.dir"], 6, "zeren witness init"),
        (["witness", "sign", "{home}", "{junk}"], 6, "zeren witness init"),
        (["witness", "init", "{home}/w", "--name", "two words"], 3, "key name"),
    ],
)
def test_bad_input_is_told(home: Path, tmp_path: Path, words: list[str], code: int, says: str) -> None:
    """Each kind of bad input has its exit code and one clear message; nothing is written."""
    (tmp_path / "junk").write_text("junk\n")
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(certified("Root").certificate.public_bytes(Encoding.PEM))
    (tmp_path / "secret").write_text("x\n")
    names = {n: str(tmp_path / n) for n in ("junk", "absent")} | {"home": str(home), "certificate": str(certificate)}
    words = [word.format(**names) for word in words]
    if words[:2] == ["witness", "init"]:
        words += ["--passphrase-file", str(tmp_path / "secret")]
    before = json.loads(ok("entries", "--json", directory=home))["size"]
    outcome = zeren(home, *words)

    assert (outcome.code, says in outcome.err, "Traceback" in outcome.err) == (code, True, False), outcome
    assert json.loads(ok("entries", "--json", directory=home))["size"] in {before, before + 1}
