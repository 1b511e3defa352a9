"""`zeren` kept ready: one process has everything loaded, and runs each command in a child of its own.

Most of a short command is the start of Python. A test that runs a hundred of them in shell scripts puts the folder that
`ready` makes at the head of PATH: its `zeren` hands directory, environment and standard streams to the child that runs
the command, and ends as that ends. As everywhere in tests keys are made with few rounds.
"""

import contextlib
import json
import os
import shlex
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cli
import ledger
import projections
from cli.main import main as command
from ledger.keys import pbes2
from tests.support.covering import import_all

ROOT = Path(__file__).parents[2]
ROUNDS = 1_000
CLIENT = """
import json, os, socket, struct, sys
told = json.dumps([sys.argv[2:], os.getcwd(), dict(os.environ)]).encode()
with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    socket.send_fds(server, [struct.pack("!I", len(told))], [0, 1, 2])
    server.sendall(told)
    ended = server.recv(1)
sys.exit(ended[0] if ended else "the command was killed")
"""
"""Given the socket and the words of the command."""


@contextmanager
def ready() -> Iterator[Path]:
    """A folder in which `zeren` is the command kept ready; its process ends with the context."""
    with tempfile.TemporaryDirectory(prefix="zeren-") as place:
        client, script, address = (Path(place, name) for name in ("client.py", "zeren", "s"))
        client.write_text(CLIENT, encoding="utf-8")
        words = " ".join(shlex.quote(str(word)) for word in (sys.executable, "-IS", client, address))
        script.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
        server = [sys.executable, "-m", "tests.support.ready", str(address)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(server, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == b"ready\n"
            try:
                yield Path(place)
            finally:
                running.terminate()


def serve(address: str) -> None:
    """Runs what clients ask for, each in a child, until this process is ended."""
    import_all(ledger, projections, cli)
    pbes2.ROUNDS = ROUNDS
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children here: clients do
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            asking, _ = listening.accept()
            with asking:
                if os.fork() == 0:
                    listening.close()
                    _run(asking)


def _run(asking: socket.socket) -> None:
    """Runs one command as the process that it is for whoever asks, and ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, handles, _, _ = socket.recv_fds(asking, 4, 3)
    words, directory, environment = json.loads(_read(asking, struct.unpack("!I", size)[0]))
    for number, handle in enumerate(handles):
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["zeren", *words]
    code = _ended()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    asking.sendall(bytes([code]))
    os._exit(0)


def _read(asking: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += asking.recv(size - len(data))
    return data


def _ended() -> int:
    """The exit code of the command."""
    try:
        command()
    except SystemExit as ended:
        code: Any = ended.code
        return code & 0xFF if isinstance(code, int) else int(code is not None)
    except BaseException:  # noqa: BLE001 - what Python itself does with it
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    serve(sys.argv[1])
