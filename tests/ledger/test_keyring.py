"""Key files and keys in a PKCS#11 token: found by what is in force, secret in every message, one signer interface."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.application import Command
from ledger.core.signers import format_vkey
from ledger.errors import BadInput, NotInstalled, Refused, ZerenError
from ledger.events.acts import TalkHeld
from ledger.events.trust import KeyEnrolled
from ledger.keys.key_files import (
    ALGORITHMS,
    Keyring,
    load_key,
    new_further_key,
    new_key,
    open_key,
    read_passphrase,
    save_key,
)
from ledger.keys.token import (
    TokenKey,
    new_token_key,
    open_token_key,
    read_token_file,
    write_token_file,
)
from ledger.verify import verify_ledger
from tests.support.builders import Desk, duty_ledger
from tests.support.token import LABEL, PIN, token_module

SECRET = b"correct horse battery"
NAME = "zeren.test/organ/duty/p-a"


def secret(_: Path) -> bytes:
    return SECRET


# --- key files ---


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_file_is_encrypted_private_and_opens_with_its_passphrase_only(tmp_path: Path, algorithm: str) -> None:
    """Mode 0600, encrypted PKCS#8; it reads back under its passphrase, and another one tells nothing."""
    path = tmp_path / "keys" / "key.pem"
    key = new_key() if algorithm == "ed25519" else new_further_key(algorithm)
    save_key(path, key, SECRET)
    first, again = open_key(path, NAME, secret), open_key(path, NAME, secret)

    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    first.verify_key.check(b"text", again.sign(b"text"))
    with pytest.raises(BadInput) as caught:
        open_key(path, NAME, lambda _: b"wrong guess")
    assert "wrong guess" not in str(caught.value)


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    """A second key does not take the place of the first."""
    save_key(tmp_path / "key.pem", new_key(), SECRET)
    before = (tmp_path / "key.pem").read_bytes()
    with pytest.raises(BadInput, match="never overwritten"):
        save_key(tmp_path / "key.pem", new_key(), SECRET)
    assert before == (tmp_path / "key.pem").read_bytes()


def test_key_files_that_are_not_taken(tmp_path: Path) -> None:
    """Files that others can read, not encrypted ones, other kinds of key, no key, no file: each is refused."""
    good = tmp_path / "good.pem"
    save_key(good, new_key(), SECRET)
    good.chmod(0o640)
    plain = tmp_path / "plain.pem"
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    plain.write_bytes(new_key().private_bytes(pem, pkcs8, serialization.NoEncryption()))
    other = tmp_path / "other.pem"
    locked = serialization.BestAvailableEncryption(SECRET)
    other.write_bytes(ec.generate_private_key(ec.SECP256R1()).private_bytes(pem, pkcs8, locked))
    junk = tmp_path / "junk.pem"
    junk.write_bytes(b"no key")
    for path in (plain, other, junk):
        path.chmod(0o600)
    expected = {good: "read by others", plain: "not encrypted", other: "no Ed25519", junk: "does not open"}
    for path, message in {**expected, tmp_path / "absent.pem": "cannot be read"}.items():
        for opening in (lambda path: open_key(path, NAME, secret), lambda path: load_key(path, SECRET)):
            with pytest.raises(BadInput, match=message):
                opening(path)


def test_a_passphrase_file_gives_its_first_line(tmp_path: Path) -> None:
    """Windows line ends are no part of it; an empty or missing file is refused."""
    file = tmp_path / "secret"
    file.write_bytes(b"one two\r\nthree\n")
    assert read_passphrase(file) == b"one two"
    file.write_bytes(b"\nthree\n")
    for path in (file, tmp_path / "absent"):
        with pytest.raises(BadInput):
            read_passphrase(path)


def test_a_keyring_never_shows_its_secret(tmp_path: Path) -> None:
    """Its repr has the directory and the ledger's name only."""
    assert "horse" not in repr(Keyring(tmp_path, "zeren.test/organ/duty", SECRET))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = duty_ledger(tmp_path)
    yield made
    made.close()


def ring(desk: Desk) -> Keyring:
    return Keyring(desk.path.parent / "keys", desk.origin, SECRET, desk.ledger.keys())


def save(desk: Desk, file: str, person: str, generation: int = 1) -> None:
    signer = desk.signer(person, generation)
    save_key(desk.path.parent / "keys" / file, signer.private_key, SECRET)


def test_the_key_in_force_is_taken_whatever_its_file_is_called(desk: Desk) -> None:
    """After a change of keys the new file is found by its key id, and the revoked one is passed over."""
    save(desk, "p-a.pem", "p-a")
    assert ring(desk).signer("p-a").verify_key == desk.signer("p-a").verify_key

    new = desk.signer("p-a", 2)
    save(desk, f"p-a-{new.verify_key.key_id.hex()}.pem", "p-a", 2)
    assert ring(desk).signer("p-a").verify_key == desk.signer("p-a").verify_key  # not yet enrolled
    desk.ledger.record(Command(desk.enrolment("p-a", ("signer",), 2), (desk.signer("cus-1"), desk.signer("p-a"), new)))
    assert ring(desk).signer("p-a").verify_key == new.verify_key


def test_a_key_that_is_not_in_force_is_not_taken(desk: Desk) -> None:
    """A file that holds somebody else's or a never enrolled key is refused before anything is signed with it."""
    save(desk, "p-b.pem", "p-a")
    save(desk, "p-c.pem", "p-c", 9)
    for person in ("p-a", "p-b", "p-c"):
        with pytest.raises(BadInput, match="in force"):
            ring(desk).signer(person)


def test_further_keys_in_force_sign_after_the_first_one(desk: Desk) -> None:
    """An SM2 key that is enrolled and at hand adds its line."""
    save(desk, "p-a.pem", "p-a")
    key = new_further_key("sm2")
    path = desk.path.parent / "keys" / "x.pem"
    save_key(path, key, SECRET)
    further = open_key(path, NAME, secret)
    path.rename(path.with_name(f"p-a-{further.verify_key.key_id.hex()}.pem"))
    assert len(ring(desk).signers("p-a")) == 1
    payload = KeyEnrolled(person="p-a", vkey=format_vkey(further.verify_key), roles=("signer",))
    desk.ledger.record(Command(payload, (desk.signer("cus-1"), desk.signer("p-a"), further)))

    signers = ring(desk).signers("p-a")
    assert ["Ed25519", "SM2 with SM3"] == [signer.verify_key.algorithm.name for signer in signers]
    desk.ledger.record(Command(TalkHeld(talker="p-a", counterpart="p-b"), (desk.signer("rec"), *signers)))
    assert verify_ledger(desk.ledger).verdict == "valid"


# --- tokens ---


@pytest.fixture(scope="module")
def token_key() -> TokenKey:
    return new_token_key(token_module(), LABEL, PIN, label=NAME)


def test_a_token_signs_behind_the_same_interface(token_key: TokenKey) -> None:
    """What the token signs verifies with a second library, under the public key that the token file states."""
    signer = open_token_key(token_key, NAME, PIN)
    signature = signer.sign(b"a text")
    signer.verify_key.check(b"a text", signature)
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(token_key.public_key)).verify(signature, b"a text")
    assert PIN not in repr(signer)


def test_the_private_key_never_leaves_the_token(token_key: TokenKey) -> None:
    """It was made inside, is sensitive and cannot be extracted."""
    import pkcs11

    unlocked = open_token_key(token_key, NAME, PIN)  # and with it every session of this process
    with pkcs11.lib(token_key.module).get_token(token_label=LABEL).open() as session:
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=bytes.fromhex(token_key.id))
        assert (key[pkcs11.Attribute.EXTRACTABLE], key[pkcs11.Attribute.SENSITIVE]) == (False, True)
    assert unlocked.sign(b"a text")


def test_a_token_key_is_enrolled_and_signs_entries(desk: Desk, token_key: TokenKey) -> None:
    """Proof of possession, a talk and an acceptance by a key in a token; verify finds nothing to say."""
    signer = open_token_key(token_key, f"{desk.origin}/p-new", PIN)
    payload = KeyEnrolled(person="p-new", vkey=format_vkey(signer.verify_key), roles=("signer",))
    desk.ledger.record(Command(payload, (desk.signer("cus-1"), signer)))
    desk.ledger.record(Command(TalkHeld(talker="p-a", counterpart="p-b"), (desk.signer("rec"), signer)))
    assert verify_ledger(desk.ledger).verdict == "valid"


def test_a_token_file_stands_where_a_key_file_would(desk: Desk, token_key: TokenKey) -> None:
    """The keyring takes it for the person whose key in force it is."""
    signer = open_token_key(token_key, f"{desk.origin}/p-new", PIN)
    payload = KeyEnrolled(person="p-new", vkey=format_vkey(signer.verify_key), roles=("signer",))
    desk.ledger.record(Command(payload, (desk.signer("cus-1"), signer)))
    path = desk.path.parent / "keys" / f"p-new-{signer.verify_key.key_id.hex()}.token"
    write_token_file(path, token_key)

    asked: list[Path] = []

    def pin(file: Path) -> bytes:
        asked.append(file)
        return PIN.encode()

    keys = Keyring(path.parent, desk.origin, pin, desk.ledger.keys())
    assert keys.signer("p-new").verify_key == signer.verify_key
    assert (asked, read_token_file(path)) == ([path], token_key)
    with pytest.raises(BadInput, match="never overwritten"):
        write_token_file(path, token_key)


def test_tokens_that_do_not_open(token_key: TokenKey) -> None:
    """A wrong PIN, another label, a missing key, another key under the id, a module that is none: each is named."""
    elsewhere = new_token_key(token_key.module, LABEL, PIN, label="another")
    cases: list[tuple[TokenKey, str, str]] = [
        (replace(token_key, token="nowhere"), PIN, "no token is labelled"),
        (replace(token_key, id="00" * 16), PIN, "does not hold the key"),
        (replace(token_key, public_key=elsewhere.public_key), PIN, "another key under this id"),
        (replace(token_key, module="/nowhere/module.so"), PIN, "cannot be used"),
    ]
    for key, pin, message in cases:
        with pytest.raises(BadInput, match=message) as caught:
            open_token_key(key, NAME, pin)
        assert PIN not in str(caught.value)


def test_a_wrong_pin_is_refused_and_not_shown(token_key: TokenKey) -> None:
    """The PIN that was tried stands in no message."""
    from pkcs11.exceptions import PinIncorrect, PinLocked

    for fault, message in ((PinIncorrect, "is wrong"), (PinLocked, "is locked")):
        with patch("ledger.keys.token._session", side_effect=fault), pytest.raises(BadInput, match=message) as caught:
            open_token_key(token_key, NAME, "86420")
        assert "86420" not in str(caught.value)


def test_a_token_that_was_pulled_out_signs_nothing(token_key: TokenKey) -> None:
    """A fault while signing ends as a refusal, and nothing was written."""
    from pkcs11.exceptions import DeviceRemoved

    class Gone:
        def sign(self, *_: object, **__: object) -> bytes:
            raise DeviceRemoved

    signer = replace(open_token_key(token_key, NAME, PIN), key=Gone())
    with pytest.raises(Refused, match="DeviceRemoved"):
        signer.sign(b"text")


def test_a_lying_token_is_found_before_anything_is_written(desk: Desk, token_key: TokenKey) -> None:
    """A signature that does not verify ends the append with nothing written."""

    class Liar:
        def sign(self, *_: object, **__: object) -> bytes:
            return bytes(64)

    honest = open_token_key(token_key, f"{desk.origin}/p-new", PIN)
    payload = KeyEnrolled(person="p-new", vkey=format_vkey(honest.verify_key), roles=("signer",))
    size = desk.ledger.size()
    with pytest.raises(ZerenError):
        desk.ledger.record(Command(payload, (desk.signer("cus-1"), replace(honest, key=Liar()))))
    assert size == desk.ledger.size()


def test_without_the_extra_a_token_file_says_what_is_missing(token_key: TokenKey) -> None:
    """The message names what to install."""
    with patch.dict("sys.modules", {"pkcs11": None}), pytest.raises(NotInstalled, match=r"zeren\[token\]"):
        open_token_key(token_key, NAME, PIN)


def test_files_that_are_no_token_files(tmp_path: Path, token_key: TokenKey) -> None:
    """Another format, a missing or unknown member, no JSON, or nothing at all is refused."""
    path = tmp_path / "x.token"
    good = asdict(token_key)
    cases = [{**good, "format": "zeren/token/v2"}, {**good, "id": "xyz"}, {**good, "pin": "1"}, {"module": "x"}, [], 5]
    for data in (*(json.dumps(case) for case in cases), "{", ""):
        path.write_text(data)
        with pytest.raises(BadInput, match="not a token file"):
            read_token_file(path)
    with pytest.raises(BadInput, match="cannot be read"):
        read_token_file(tmp_path / "absent.token")


def test_the_test_token_is_not_the_systems() -> None:
    """The tests made a token of their own."""
    token_module()
    assert "zeren-token-" in os.environ["SOFTHSM2_CONF"]
