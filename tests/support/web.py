"""The web side for tests: a directory of its own with an access ledger, tokens of any scopes, applications over it."""

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from api.app import create_app
from api.asking.current import GATE, STORES
from api.settings import Settings
from ledger.access.log import CUSTODIAN, create_access_ledger
from ledger.access.tokens import OWN, grant
from ledger.application import Command
from ledger.clock import SystemClock
from ledger.home.directory import Home
from ledger.home.ledger_list import NAME
from ledger.home.organs_at_hand import organs_of
from ledger.keys.key_files import Keyring
from projections.views.catch_up import views_of
from tests.support import replayed as support

PASSPHRASE = b"passphrase of the tests"


def copied(home: Home) -> Home:
    """A copy of a directory of ledgers, with its views, to be changed at will; removed at the end."""
    directory = Path(tempfile.mkdtemp(prefix="zeren-web-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    shutil.copytree(home.directory, directory / "ledgers")
    made = Home(directory / "ledgers")
    views_of(made).close()
    return made


@cache
def home() -> Home:
    """The scenario with an access ledger beside it; reads are recorded in it by whoever uses it."""
    made = copied(support.replayed(support.YUNXI))
    create_access_ledger(made, PASSPHRASE)
    return made


def token(at: Home, *scopes: str, holder: str = "tests", organs: Sequence[str] = (), person: str = "p-luo") -> str:
    """The text of a new token; one of the scope `own` is the person's."""
    if OWN in scopes:
        text, event = grant(scopes, 1, holder, organs or [organs_of(at.directory).only().fingerprint], person)
    else:
        text, event = grant(scopes, 1, holder, organs)
    ledger = at.open("access", clock=SystemClock(), read_only=False)
    try:
        signer = Keyring(at.keys("access"), ledger.origin, PASSPHRASE).signer(CUSTODIAN)
        ledger.record(Command(event, (signer,)))
    finally:
        ledger.close()
    return text


def bearer(text: str) -> dict[str, str]:
    """The header that a program sends a token in."""
    return {"Authorization": f"Bearer {text}"}


def application(at: Home, **settings: Any) -> Flask:
    """An application over the directory; close it with `close`."""
    if not (at.directory / NAME).exists():
        views_of(at).close()
    app = create_app(Settings(at.directory, **settings))
    app.testing = True
    return app


def close(app: Flask) -> None:
    """Closes the stores of an application."""
    app.extensions[STORES].close()
    app.extensions[GATE].close()
