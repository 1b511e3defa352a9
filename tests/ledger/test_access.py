"""Tokens and the access ledger: secrets nowhere, scopes kept apart, every read a signed entry of its own chain."""

import shutil
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.access.log import AccessLog, create_access_ledger, token_book
from ledger.access.tokens import SCOPES, Token, check_scopes, digest_of, grant
from ledger.application import Command
from ledger.clock import SystemClock, now
from ledger.core.signers import Signer
from ledger.errors import BadInput, Refused
from ledger.events.access import ReadMade, TokenRevoked
from ledger.home.directory import Home
from ledger.keys.key_files import Keyring
from tests.support import replayed as support
from tests.support.both_ways import verify_ledger

PASSPHRASE = b"a passphrase of the tests"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    directory = tmp_path_factory.mktemp("access") / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    made = Home(directory)
    create_access_ledger(made, PASSPHRASE)
    return made


def custodian(home: Home, origin: str) -> Signer:
    return Keyring(home.keys("access"), origin, PASSPHRASE).signer("access-custodian")


def granted(home: Home, *scopes: str, days: int = 3, **more: Any) -> tuple[str, Token]:
    text, event = grant(scopes, days, "张三", **more)
    ledger = home.open("access", clock=SystemClock(), read_only=False)
    ledger.record(Command(event, (custodian(home, ledger.origin),)))
    ledger.close()
    return text, token_book(home).named(event.token)


def test_a_token_is_found_by_its_text_only_and_its_text_is_on_no_disk(home: Home) -> None:
    """The text opens, a changed text does not, and neither text nor passphrase stands in any file."""
    text, token = granted(home, "duties")
    book = token_book(home)

    assert book.find(text, now()) == token
    assert book.find(text[:-1] + ("A" if text[-1] != "A" else "B"), now()) is None
    assert book.find("", now()) is None
    for file in home.directory.rglob("*"):
        if file.is_file():
            assert text.encode() not in file.read_bytes()
    assert token.digest == digest_of(text)


def test_a_token_ends_by_its_days_and_by_its_revocation(home: Home) -> None:
    """At the end of its days, and from a revocation on, it opens nothing; others go on."""
    text, token = granted(home, "duties", days=2)
    other, _ = granted(home, "duties")
    assert token_book(home).find(text, token.created_at + timedelta(days=2)) is None
    assert token_book(home).find(text, token.created_at + timedelta(days=2, seconds=-1)) is not None

    ledger = home.open("access", clock=SystemClock(), read_only=False)
    revoked = TokenRevoked(revokes=token.granted, token=token.id)
    ledger.record(Command(revoked, (custodian(home, ledger.origin),)))
    ledger.close()

    book = token_book(home)
    assert book.find(text, now()) is None
    assert book.named(token.id).state(now()) == "revoked"
    assert book.find(other, now()) is not None


@pytest.mark.parametrize(
    "scopes", [(), ("all",), ("organ", "cases"), ("organ", "supervisor"), ("own", "duties"), ("organ", "own")]
)
def test_scopes_are_known_and_the_organ_never_reaches_cases(scopes: tuple[str, ...]) -> None:
    """No token without scope, with an unknown one, or with the organ's beside those beyond its ledger."""
    with pytest.raises(BadInput):
        check_scopes(scopes)
    assert check_scopes(SCOPES[1:-1][::-1]) == SCOPES[1:-1]
    assert check_scopes(("own",)) == ("own",)


def test_a_token_of_ones_own_names_one_person_of_one_organ(home: Home) -> None:
    """On record stand person and organ; without either, or with a person beside another scope, there is no token."""
    _, token = granted(home, "own", organs=["print"], person="p-luo")
    assert (token.scopes, token.organs, token.person) == (("own",), ("print",), "p-luo")
    for scopes, organs, person in (
        (["own"], ["print"], None),
        (["own"], [], "p-luo"),
        (["own"], ["a", "b"], "p-luo"),
        (["duties"], ["print"], "p-luo"),
    ):
        with pytest.raises(BadInput):
            grant(scopes, 1, None, organs, person)


@pytest.mark.parametrize("days", [0, 367])
def test_a_token_lasts_a_day_to_a_year(days: int) -> None:
    """A duration outside is refused."""
    with pytest.raises(BadInput):
        grant(["duties"], days, None)


def test_every_read_is_an_entry_of_a_chain_that_verifies(home: Home) -> None:
    """Reads are signed by the service key, which may write nothing else, and the ledger verifies."""
    log = AccessLog.open(home)
    read = ReadMade(token="t-1", question="dossier", inspector=True, concerns=("p-luo",), asked="某")
    receipt = log.append(read)
    assert log.ledger.at(receipt.position).payload == read
    with pytest.raises(Refused):
        log.ledger.record(Command(grant(["duties"], 1, None)[1], (log.service,)))
    log.close()

    ledger = home.open("access")
    outcome = verify_ledger(ledger)
    ledger.close()
    assert not outcome.findings


def test_the_service_needs_nobody_and_its_secrets_are_its_owners(home: Home) -> None:
    """What the server reads unattended is readable by its owner only, and opens the service key only."""
    for name in ("service-passphrase", "session-key", "access-service.pem", "access-custodian.pem"):
        assert stat.S_IMODE((home.keys("access") / name).stat().st_mode) == 0o600
    secret = (home.keys("access") / "service-passphrase").read_bytes().strip()
    with pytest.raises(BadInput):
        Keyring(home.keys("access"), "x", secret).signer("access-custodian")


def test_no_token_without_an_access_ledger() -> None:
    """A directory that nobody serves has none, and naming one says where to look."""
    book = token_book(support.replayed(support.YUNXI))
    assert book.tokens() == ()
    with pytest.raises(BadInput):
        book.named("t-1")


def test_an_erased_holder_is_nobody(home: Home, tmp_path: Path) -> None:
    """Without the holder's name, which can be withheld, a token still stands."""
    _, token = granted(home, "verify")
    assert replace(token, holder=None).state(now()) == "in force"
