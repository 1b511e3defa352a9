"""`python -m api`: serves the pages and the API by waitress, on this machine only, until it is interrupted.

Beside it runs `projections.follow`, which brings the views up to date: this process cannot write them.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from waitress.server import create_server

from api.app import create_app
from api.asking.logs import write_logs
from api.settings import Settings, read_settings
from ledger.errors import BadInput, Incomplete, ZerenError
from ledger.home.directory import Home
from ledger.home.ledger_list import NAME
from projections.language.catalogue import explain_error, pick_language, translate, use_language
from projections.views.catch_up import are_current

ADDRESS = "127.0.0.1"
THREADS = 8
PATIENCE = 10
"""Seconds that the follower gets to end its batch."""


def main() -> int:
    """Serves; returns the exit code."""
    use_language(pick_language(None))
    try:
        settings = read_settings(os.environ)
        _catch_up(settings)
        app = create_app(settings)
        try:
            listening = socket.create_server((ADDRESS, settings.port))
        except OSError as error:
            raise BadInput(
                "the port {} cannot be used: {}; choose another with --port", settings.port, error.strerror
            ) from None
    except ZerenError as error:
        sys.stderr.write(translate("Error") + f": {explain_error(error)}\n")
        return error.exit_code
    write_logs()
    server = create_server(
        app,
        sockets=[listening],
        threads=THREADS,
        ident=None,
        max_request_body_size=65_536,
        clear_untrusted_proxy_headers=not settings.proxies,  # the application believes as many as it was told
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    address = f"http://{ADDRESS}:{listening.getsockname()[1]}{settings.prefix}/"
    if settings.as_json:
        sys.stdout.write(json.dumps({"address": address, "open": settings.open}) + "\n")
        sys.stdout.flush()
    sys.stderr.write(translate("Serving on {address} (Ctrl-C ends it)").format(address=address) + "\n")
    if settings.open:
        sys.stderr.write(translate("Open: everybody on this machine reads everything, without a token") + "\n")
    sys.stderr.flush()
    with _following(settings):
        server.run()  # returns on Ctrl-C or SIGTERM, when the requests under way are answered
    return 0


def _interrupt(*_: object) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # a second one must not break the ending
    raise KeyboardInterrupt


def _follower(settings: Settings, *words: str) -> list[str]:
    return [sys.executable, "-m", "projections.follow", str(settings.directory), *words]


def _catch_up(settings: Settings) -> None:
    done = subprocess.run(_follower(settings, "--once"), capture_output=True, text=True, check=False)  # noqa: S603 - ours
    listed = (settings.directory / NAME).exists()
    if done.returncode and not listed and not are_current(Home(settings.directory)):  # as on a read-only medium
        raise Incomplete("the views cannot be brought up to date: {}", done.stderr.strip())
    sys.stderr.write(done.stderr)  # of several organs those that are well are served


@contextmanager
def _following(settings: Settings) -> Iterator[None]:
    # The pipe ends with this process, however it ends, and the follower with the pipe.
    follower = subprocess.Popen(_follower(settings, "--with-parent"), stdin=subprocess.PIPE)  # noqa: S603 - ours
    try:
        yield
    finally:
        follower.terminate()
        try:
            follower.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            follower.kill()


if __name__ == "__main__":
    sys.exit(main())
