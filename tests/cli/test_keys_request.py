"""zeren keys request: a key made by its owner on a computer without a ledger, and the proof of its possession."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.consents.card import Card, format_card
from ledger.core.consent import parse_consent
from ledger.core.consent_check import check_ledger, check_lines, check_possession
from ledger.core.consent_to import ToKey
from ledger.core.encoding import b64encode
from ledger.core.signers import parse_vkey
from ledger.keys.key_files import label_of
from ledger.keys.labels import Label
from tests.cli.test_consent import ROOT, UNIX_ONLY
from tests.cli.test_keys import ok
from tests.support.command import zeren
from tests.support.token import LABEL, PIN, token_module
from tests.support.typing import Typing

ORIGIN, PRINT = "zeren.test/organ/duty", b"F" * 32


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.chdir(tmp_path)
    Path("secret").write_text("her own words\n")
    return ("--origin", ORIGIN, "--passphrase-file", "secret")


ROLES = ("--fingerprint", b64encode(PRINT), "--role", "recorder", "--role", "signer")


def test_a_key_and_the_proof_of_its_possession(words: tuple[str, ...]) -> None:
    """The key file says whose it is; the note is by the key itself and names ledger, person and roles in order."""
    made = ok(None, "keys", "request", "p-new", *words, *ROLES)
    note = parse_consent(Path(made["file"]).read_bytes())

    assert (made["key_file"], made["file"]) == ("p-new.pem", "p-new.possession")
    assert made["sha256"] == hashlib.sha256(made["vkey"].encode()).hexdigest()
    assert label_of(Path("p-new.pem")) == Label("p-new", ORIGIN, PRINT)
    check_lines(note, ORIGIN, {})
    check_ledger(note.consent, PRINT)
    check_possession(note.consent, "p-new", made["vkey"], ("recorder", "signer"))
    said = zeren(None, "keys", "request", "p-two", *words, *ROLES).out
    assert "by telephone" in said
    digits = said.strip().splitlines()[-3].split()
    assert ([len(group) for group in digits], "p-two.possession" in said) == ([4] * 16, True)


def test_before_a_ledger_is_founded_it_is_the_public_key_alone(words: tuple[str, ...]) -> None:
    """Without a fingerprint there is nothing to prove possession for; with it later the same key does."""
    made = ok(None, "keys", "request", "c-2", *words)
    assert Path("c-2.vkey").read_text() == f"{made['vkey']}\n"
    assert parse_vkey(made["vkey"]).name == f"{ORIGIN}/c-2"
    later = ok(None, "keys", "request", "c-2", *words, *ROLES[:2], "--role", "custodian", "--key", "c-2.pem")
    to = parse_consent(Path("c-2.possession").read_bytes()).consent.to
    assert (later["vkey"], to) == (made["vkey"], ToKey(parse_vkey(made["vkey"]), ("custodian",)))
    assert label_of(Path("c-2.pem")) == Label("c-2", ORIGIN, PRINT)


def test_a_key_that_is_anothers_or_of_another_ledger_is_not_taken(words: tuple[str, ...]) -> None:
    """Each mistake has a message, and neither a key nor a file comes of it."""
    ok(None, "keys", "request", "p-new", *words, *ROLES)
    before = sorted(path.name for path in Path().iterdir())
    other = ("--fingerprint", b64encode(b"x" * 32), "--role", "signer")
    for person, more, code, message in (
        ("p-new", ROLES, 2, "is there already"),
        ("p-bo", (*ROLES, "--key", "p-new.pem", "--out", "x"), 2, "is there already"),
        ("p-bo", (*ROLES, "--out", "p-new.pem"), 2, "is there already"),
        ("p-x", ROLES[:2], 5, "roles are one or more"),
        ("p-x", (*ROLES[:2], "--role", "king"), 5, "roles are one or more"),
        ("p-x", (*ROLES[:2], "--role", "service", "--role", "signer"), 5, "no other role"),
        ("p-x", ("--fingerprint", "AA==", "--role", "signer"), 2, "32 bytes"),
        ("log", ROLES, 3, "not a person id"),
        ("p-x", (*ROLES, "--token", "x"), 2, "--module"),
        ("p-x", (*ROLES, "--key", "absent.pem"), 2, "cannot be read"),
    ):
        said = zeren(None, "keys", "request", person, *words, *more)
        assert (said.code, message in said.err) == (code, True), (person, more, said)
    assert sorted(path.name for path in Path().iterdir()) == before
    Path("p-new.possession").unlink()
    for person, more in (("p-bo", ROLES), ("p-new", other)):
        said = zeren(None, "keys", "request", person, *words, *more, "--key", "p-new.pem")
        assert (said.code, "is the key of p-new" in said.err) == (2, True), said


def test_a_further_key_proves_itself(words: tuple[str, ...]) -> None:
    """An SM2 key signs its own proof by its own algorithm."""
    made = ok(None, "keys", "request", "p-new", *words, *ROLES, "--algorithm", "sm2")
    check_lines(parse_consent(Path(made["file"]).read_bytes()), ORIGIN, {})


def test_a_key_in_a_token_proves_itself_and_remembers_its_ledger(words: tuple[str, ...]) -> None:
    """The token signs; what a key file would say stands beside the token file."""
    module = token_module()
    Path("pin").write_text(f"{PIN}\n")
    token = ("--token", LABEL, "--module", str(module), "--pin-file", "pin")
    made = ok(None, "keys", "request", "p-new", *words, *ROLES, *token)
    check_lines(parse_consent(Path(made["file"]).read_bytes()), ORIGIN, {})
    assert made["key_file"] == "p-new.token"
    assert json.loads(Path("p-new.token.seen").read_text())["label"] == ["p-new", ORIGIN, b64encode(PRINT)]


def test_what_was_chosen_is_not_typed_again(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase twice where it is chosen, the PIN of a token once; a key that is there opens at the third try."""
    typing = Typing(monkeypatch)
    typing.type("her own words", "her own words")
    ok(None, "keys", "request", "p-new", *words[:2], *ROLES)
    assert typing.left == []
    Path("p-new.possession").unlink()
    typing.type("wrong", "wrong too", "her own words")
    ok(None, "keys", "request", "p-new", *words[:2], "--key", "p-new.pem", *ROLES[:2], "--role", "signer")
    assert typing.left == []


def test_the_pin_of_a_token_is_typed_once(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """It makes the key, and opens it for the proof."""
    typing = Typing(monkeypatch)
    typing.type(PIN)
    ok(None, "keys", "request", "p-new", *words[:2], *ROLES, "--token", LABEL, "--module", str(token_module()))
    assert typing.left == []


def test_it_runs_where_windows_would_run_it(words: tuple[str, ...]) -> None:
    """Without any module that Windows lacks a key is made and its possession proved."""
    code = f"import sys\nfor name in {UNIX_ONLY!r}: sys.modules[name] = None\n"
    code += "from cli.main import main\nmain(sys.argv[1:])\n"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ZEREN_LANG": "en"}
    command = [sys.executable, "-c", code, "keys", "request", "p-new", *words, *ROLES]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (said.returncode, Path("p-new.possession").exists()) == (0, True), said.stderr


def test_a_key_is_made_by_the_ledgers_card(words: tuple[str, ...], tmp_path: Path) -> None:
    """Nobody types a fingerprint: the card has it, and it is shown in groups to be compared by telephone."""
    (tmp_path / "card").write_bytes(format_card(Card(ORIGIN, PRINT)))
    made = ok(None, "keys", "request", "p-new", *words[2:], "--ledger", "card", "--role", "signer")
    assert label_of(Path("p-new.pem")) == Label("p-new", ORIGIN, PRINT)
    check_ledger(parse_consent(Path(made["file"]).read_bytes()).consent, PRINT)
    said = zeren(None, "keys", "request", "p-two", *words[2:], "--ledger", "card", "--role", "signer").out
    assert PRINT.hex() in said.replace(" ", "")


@pytest.mark.parametrize(
    ("data", "more", "message"),
    [
        (b"{}", (), "no card of a ledger"),
        (b"\xff", (), "damaged on the way"),
        (b'{"zeren":"ledger/v1","origin":"zeren.test/organ/duty","fingerprint":"AAAA"}', (), "32 bytes"),
        (b'{"zeren":"ledger/v1","origin":"zeren.test/organ/duty"}', (), "'fingerprint' is missing"),
        (format_card(Card(ORIGIN, PRINT)), ("--origin", "zeren.test/other/duty"), "another ledger"),
        (format_card(Card(ORIGIN, PRINT)), ("--fingerprint", b64encode(b"G" * 32)), "another ledger"),
        (None, (), "cannot be read"),
    ],
)
def test_a_wrong_card_makes_no_key(
    words: tuple[str, ...], data: bytes | None, more: tuple[str, ...], message: str
) -> None:
    """One line, and nothing is written."""
    if data is not None:
        Path("card").write_bytes(data)
    said = zeren(None, "keys", "request", "p-new", *words[2:], "--ledger", "card", "--role", "signer", *more)
    assert (said.code, message in said.err, said.err.count("\n")) == (2, True, 1), said
    assert not Path("p-new.pem").exists()
    assert "name the ledger" in zeren(None, "keys", "request", "p-new", *words[2:]).err
