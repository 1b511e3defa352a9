"""Keys for commands that sign: whose, from where, and passphrase or PIN by prompt or file, never by argument."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click

from cli.showing.command_groups import may_ask
from cli.showing.output import note
from ledger.access.log import KIND, SERVICE, service_passphrase
from ledger.application import Ledger
from ledger.clock import Clock, SystemClock
from ledger.errors import BadInput, Refused
from ledger.home.directory import Home
from ledger.keys.key_files import (
    ALGORITHMS,
    Keyring,
    Secret,
    former_passphrase,
    is_weak_file,
    opens,
    read_passphrase,
)
from ledger.keys.token import SUFFIX
from projections.language.catalogue import _

_PIN_FILE = "zeren.pin_file"
_TRIES = 3
"""How often a passphrase may be typed; a PIN once, since a token locks itself."""


def passphrase_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--passphrase-file and --pin-file: where the passphrase of key files, and the PIN of a token, stand."""
    pin = click.option(
        "--pin-file",
        envvar="ZEREN_PIN_FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        expose_value=False,
        callback=_remember_pin_file,
        help=_("File whose first line is the PIN of the token that holds a key."),
    )
    passphrase = click.option(
        "--passphrase-file",
        envvar="ZEREN_PASSPHRASE_FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help=_("File whose first line is the passphrase of the key files."),
    )
    return passphrase(pin(function))


def _remember_pin_file(context: click.Context, _option: click.Parameter, value: Path | None) -> None:
    context.meta[_PIN_FILE] = value


def read_secret(here: Home, given: Path | None) -> bytes:
    """The passphrase: from the file named, that of a simulated directory, or a prompt. Raises BadInput."""
    if given is not None:
        return read_passphrase(given)
    if here.passphrase.is_file():
        return read_passphrase(here.passphrase)
    if not may_ask():
        raise BadInput("no passphrase: name its file with --passphrase-file, or run this on a terminal")
    return str(click.prompt(_("Passphrase"), hide_input=True, err=True)).encode()


def secrets_of(here: Home | None, given: Path | None) -> Secret:
    """What opens each key file: the passphrase or PIN file named, that of a simulated directory, or a prompt each."""
    asked: dict[Path, bytes] = {}
    named: set[Path] = set()

    def secret(path: Path) -> bytes:
        if path.suffix == SUFFIX:
            return read_pin(path.name)
        if path not in named and is_weak_file(path):
            note(_("key file {file} is encrypted too weakly; mend it with: zeren keys passwd {file}").format(file=path))
        named.add(path)
        file = given if given is not None or here is None or not here.passphrase.is_file() else here.passphrase
        if file is not None:
            return read_passphrase(file)
        if path not in asked:
            asked[path] = _ask_until_open(path)
        return asked[path]

    return secret


def _ask_until_open(path: Path) -> bytes:
    """The passphrase typed for a key file. One that does not open it is asked for again, so that a slip of the hand
    loses nothing of what was said before; whoever reads the file refuses the last one."""
    for left in reversed(range(_TRIES)):
        typed = _ask(_("Passphrase of {file}").format(file=path.name))
        if not left or opens(path, typed):
            break
        note(_("this passphrase does not open {file}; type it again").format(file=path.name))
    return typed


def read_pin(what: str) -> bytes:
    """The PIN of a token: from the file named by --pin-file, or a prompt. Raises BadInput."""
    file = click.get_current_context().meta.get(_PIN_FILE)
    return read_passphrase(file) if file is not None else _ask(_("PIN for {what}").format(what=what), "--pin-file")


def fresh_passphrase(path: Path) -> bytes:
    """The passphrase in a file for keys that are being made. Raises BadInput also where typing could not repeat it."""
    found = read_passphrase(path)
    try:
        found.decode()
    except UnicodeDecodeError:
        raise BadInput("the passphrase file {} is not written in UTF-8; save it as UTF-8", path) from None
    return found


def new_secret(here: Home | None, given: Path | None) -> bytes:
    """The passphrase for a key file that is being made; a prompt asks twice. Raises BadInput."""
    if given is not None:
        return fresh_passphrase(given)
    if here is not None and here.passphrase.is_file():
        return read_passphrase(here.passphrase)
    return _ask(_("Passphrase"), twice=True)


def old_passphrase(path: Path, given: Path | None) -> bytes:
    """The passphrase that a key file has until now, also one that the first version took from a file in UTF-16."""
    return former_passphrase(given) if given is not None else _ask(_("Passphrase of {file}").format(file=path.name))


def new_passphrase(path: Path, given: Path | None) -> bytes:
    """The passphrase that a key file is to have; a prompt asks twice. Raises BadInput."""
    if given is not None:
        return fresh_passphrase(given)
    return _ask(_("New passphrase of {file}").format(file=path.name), "--new-passphrase-file", twice=True)


def _ask(text: str, option: str = "--passphrase-file", *, twice: bool = False) -> bytes:
    if not may_ask():
        raise BadInput("{}: name its file with {}, or run this on a terminal", text, option)
    return str(click.prompt(text, hide_input=True, err=True, confirmation_prompt=twice)).encode()


def new_key_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--algorithm, --token and --module: of which kind a new key is, and whether a token makes and keeps it."""
    algorithm = click.option("--algorithm", type=click.Choice(ALGORITHMS), default="ed25519", help=_("Kind of key."))
    token = click.option(
        "--token", help=_("Make it inside the PKCS#11 token of this label; it never leaves the token.")
    )
    module = click.option(
        "--module",
        envvar="ZEREN_PKCS11_MODULE",
        show_envvar=True,
        type=click.Path(dir_okay=False),
        help=_("The token's PKCS#11 module, a shared library."),
    )
    return algorithm(token(module(function)))


def keyring(here: Home, ledger: Ledger, given: Path | None) -> Keyring:
    """The key files of a ledger. The key that serves unattended has its passphrase beside it: nobody is asked."""
    secret = secrets_of(here, given)
    directory = here.keys(ledger.kind)

    def opening(path: Path) -> bytes:
        return service_passphrase(here) if path == directory / f"{SERVICE}.pem" else secret(path)

    return Keyring(directory, ledger.origin, opening if ledger.kind == KIND else secret, ledger.keys())


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


@contextmanager
def open_to_write(here: Home, kind: str, clock: Clock | None = None) -> Iterator[Ledger]:
    """The ledger of this kind, opened for writing by this clock, the machine's where none is given."""
    with closing(here.open(kind, clock=clock or writing_clock(here, kind), read_only=False)) as ledger:
        yield ledger


def custodians_for(ledger: Ledger, given: tuple[str, ...], *, person: str, number: int = 1) -> tuple[str, ...]:
    """Who signs a change to a person's keys or roles: those given, else custodians in force, others before himself.

    Raises Refused where none is there.
    """
    if given:
        return given
    custodians = sorted(ledger.keys().custodians(), key=lambda custodian: (custodian == person, custodian))
    if not custodians:
        raise Refused("nobody with the role {} has a key in force in this ledger", "custodian")
    return tuple(custodians[:number])
