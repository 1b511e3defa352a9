"""`python -m api`: serves the pages and the API by waitress, on this machine only, until it is interrupted."""

import os
import socket
import sys

from waitress.server import create_server

from api.app import create_app
from api.settings import read_settings
from ledger.errors import BadInput, ZerenError
from ledger.home import Home
from projections.i18n import explain_error, pick_language, translate, use_language

ADDRESS = "127.0.0.1"
THREADS = 8


def main() -> int:
    """Serves; returns the exit code."""
    use_language(pick_language(None))
    try:
        settings = read_settings(os.environ)
        app = create_app(Home(settings.directory), hosts=settings.hosts)
        try:
            listening = socket.create_server((ADDRESS, settings.port))
        except OSError as error:
            raise BadInput(
                "the port {} cannot be used: {}; choose another with --port", settings.port, error.strerror
            ) from None
    except ZerenError as error:
        sys.stderr.write(f"{translate('Error')}: {explain_error(error)}\n")
        return error.exit_code
    server = create_server(app, sockets=[listening], threads=THREADS, ident=None)
    address = f"http://{ADDRESS}:{listening.getsockname()[1]}/"
    sys.stderr.write(translate("Serving on {address} (Ctrl-C ends it)").format(address=address) + "\n")
    sys.stderr.flush()
    server.run()  # returns on Ctrl-C
    return 0


if __name__ == "__main__":
    sys.exit(main())
