"""zeren serve: the read-only pages and the API, as a process of their own.

Command line and web side know nothing of each other: this replaces the process by `python -m api`, whose settings are
environment variables.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from cli.context import home
from ledger.home import Home
from projections.i18n import _, language


@click.command("serve", help=_("Serve the read-only pages and the API on this machine; Ctrl-C ends it."))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8421, show_default=True, help=_("Port; 0 takes a free one.")
)
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help=_("Answer under this host name too."))
def command(port: int, hosts: tuple[str, ...]) -> None:
    serve(home(), port=port, hosts=hosts)


def serve(here: Home, *, port: int, hosts: tuple[str, ...] = ()) -> NoReturn:
    """Becomes the server of this directory."""
    sys.stdout.flush()
    settings = {
        "ZEREN_DIR": str(here.directory),
        "ZEREN_PORT": str(port),
        "ZEREN_HOSTS": ",".join(hosts),
        "ZEREN_LANG": language(),
    }
    # The packages may lie where this process found them, not where a bare interpreter looks.
    roots = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.execve(  # noqa: S606 - our own interpreter, no shell
        sys.executable,
        [sys.executable, "-m", "api"],
        {**os.environ, **settings, "PYTHONPATH": os.pathsep.join(roots)},
    )
