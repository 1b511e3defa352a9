"""Keys for commands that sign: whose, from where, and the passphrase by prompt or file, never by argument."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ledger.application import Ledger
from ledger.clock import Clock, SystemClock
from ledger.errors import BadInput, Refused
from ledger.home import Home
from ledger.keyring import Keyring, read_passphrase
from projections.i18n import _


def passphrase_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--passphrase-file: where the key files' passphrase stands."""
    return click.option(
        "--passphrase-file",
        envvar="ZEREN_PASSPHRASE_FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help=_("File whose first line is the passphrase of the key files."),
    )(function)


def read_secret(here: Home, given: Path | None) -> bytes:
    """The passphrase: from the file named, that of a simulated directory, or a prompt. Raises BadInput."""
    if given is not None:
        return read_passphrase(given)
    if here.passphrase.is_file():
        return read_passphrase(here.passphrase)
    if not sys.stdin.isatty():
        raise BadInput("no passphrase: name its file with --passphrase-file, or run this on a terminal")
    return str(click.prompt(_("Passphrase"), hide_input=True, err=True)).encode()


def keyring(here: Home, ledger: Ledger, given: Path | None) -> Keyring:
    """The key files of a ledger."""
    return Keyring(here.keys(ledger.kind), ledger.origin, read_secret(here, given))


def holder_of(ledger: Ledger, *roles: str) -> str:
    """A person with a key in force and one of these roles, the first role first. Raises Refused."""
    book = ledger.keys()
    active = {key.person for key in book.keys.values() if key.revoked_at is None}
    for role in roles:
        for person in sorted(active):
            if role in book.roles[person]:
                return person
    raise Refused("nobody with the role {} has a key in force in this ledger", " / ".join(roles))


def writing_clock(here: Home, kind: str) -> Clock:
    """The machine's clock; in a simulated ledger years may lie between the last entry and now."""
    ledger = here.open(kind)
    try:
        simulated = ledger.genesis.clock == "simulated"
    finally:
        ledger.close()
    return SystemClock(allow_jump=simulated or os.environ.get("ZEREN_ALLOW_CLOCK_JUMP") == "1")
