"""`python -m api`: serves the pages and the API by waitress, on this machine only, until it is interrupted.

Beside it runs a process that brings the views up to date (`api.follower_process`).
"""

import json
import os
import signal
import socket
import sys

from waitress.server import create_server

from api.app import create_app
from api.asking.logs import write_logs
from api.follower_process import FollowerProcess, following
from api.settings import Settings, read_settings
from ledger.errors import BadInput, ZerenError
from projections.language.catalogue import explain_error, pick_language, translate, use_language

ADDRESS = "127.0.0.1"
THREADS = 8


def main() -> int:
    """Serves; returns the exit code."""
    use_language(pick_language(None))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    try:
        settings = read_settings(os.environ)
        with following(settings) as follower:
            _serve(settings, follower)
    except ZerenError as error:
        sys.stderr.write(translate("Error") + f": {explain_error(error)}\n")
        return error.exit_code
    except KeyboardInterrupt:
        pass  # before anybody was served
    return 0


def _serve(settings: Settings, follower: FollowerProcess) -> None:
    app = create_app(settings, follower.hasten)
    try:
        listening = socket.create_server((ADDRESS, settings.port))
    except OSError as error:
        raise BadInput(
            "the port {} cannot be used: {}; choose another with --port", settings.port, error.strerror
        ) from None
    write_logs()
    server = create_server(
        app,
        sockets=[listening],
        threads=THREADS,
        ident=None,
        max_request_body_size=65_536,
        clear_untrusted_proxy_headers=not settings.proxies,  # the application believes as many as it was told
    )
    address = f"http://{ADDRESS}:{listening.getsockname()[1]}{settings.prefix}/"
    if settings.as_json:
        sys.stdout.write(json.dumps({"address": address, "open": settings.open}) + "\n")
        sys.stdout.flush()
    sys.stderr.write(translate("Serving on {address} (Ctrl-C ends it)").format(address=address) + "\n")
    if settings.open:
        sys.stderr.write(translate("Open: everybody on this machine reads everything, without a token") + "\n")
    sys.stderr.flush()
    server.run()  # returns on Ctrl-C or SIGTERM, when the requests under way are answered


def _interrupt(*_: object) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # a second one must not break the ending
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
