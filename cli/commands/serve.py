"""zeren serve: the read-only pages and the API, as a process of their own.

Command line and web side know nothing of each other: this replaces the process by `python -m api`, whose settings are
environment variables.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from cli.asking import desk_home, json_option
from cli.showing.output import note
from ledger.access.log import KIND, create_access_ledger, token_book
from ledger.clock import now
from ledger.home.directory import Home
from ledger.keys.key_files import read_passphrase
from ledger.messages import N_
from projections.language.catalogue import _, language


@click.command("serve", help=N_("Serve the read-only pages and the API on this machine; Ctrl-C ends it."))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8421, show_default=True, help=N_("Port; 0 takes a free one.")
)
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help=N_("Answer under this host name too."))
@click.option(
    "--open",
    "everybody",
    is_flag=True,
    help=N_("Answer everybody on this machine without a token; every page says so."),
)
@json_option
def command(port: int, hosts: tuple[str, ...], everybody: bool, as_json: bool) -> None:
    serve(desk_home(), port=port, hosts=hosts, everybody=everybody, as_json=as_json)


def serve(
    here: Home, *, port: int, hosts: tuple[str, ...] = (), everybody: bool = False, as_json: bool = False
) -> NoReturn:
    """Becomes the server of this directory, for readers with a token or, where it is said, for everybody here."""
    if everybody:
        _record_reads(here)
    elif not any(token.state(now()) == "in force" for token in token_book(here).tokens()):
        note(_("no token is in force: nobody can read. Make one with zeren token new, or serve with --open"))
    sys.stdout.flush()
    settings = {
        "ZEREN_DIR": str(here.directory),
        "ZEREN_PORT": str(port),
        "ZEREN_HOSTS": ",".join(hosts),
        "ZEREN_OPEN": "1" if everybody else "0",
        "ZEREN_LANG": language(),
        "ZEREN_JSON": "1" if as_json else "0",
    }
    # The packages may lie where this process found them, not where a bare interpreter looks.
    roots = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.execve(  # noqa: S606 - our own interpreter, no shell
        sys.executable,
        [sys.executable, "-m", "api"],
        {**os.environ, **settings, "PYTHONPATH": os.pathsep.join(roots)},
    )


def _record_reads(here: Home) -> None:
    """A simulated directory has its passphrase at hand, so that its reads are recorded without further ado."""
    if KIND not in here.kinds() and here.passphrase.is_file():
        create_access_ledger(here, read_passphrase(here.passphrase))
