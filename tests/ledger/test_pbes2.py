"""Key files: the encryption that FORMAT.md section 9 asks for, read by strangers; weaker ones are known."""

import base64
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import BadInput
from ledger.keys import pbes2
from ledger.keys.key_files import (
    ALGORITHMS,
    change_passphrases,
    former_passphrase,
    is_weak_file,
    label_of,
    load_key,
    new_further_key,
    new_key,
    open_key,
    read_passphrase,
    save_key,
    set_label,
    weak_files,
)
from ledger.keys.labels import Label, format_label, parse_label, with_label
from tests.tools.system import require_system

SECRET = "口令 correct horse".encode()
NAME = "zeren.test/organ/duty/p-a"
LABEL = Label("p-a", "zeren.test/organ/duty", b"F" * 32)


def der(key: Any) -> bytes:
    form = serialization
    return bytes(key.private_bytes(form.Encoding.DER, form.PrivateFormat.PKCS8, form.NoEncryption()))


def by_library(key: Any, passphrase: bytes = SECRET) -> bytes:
    """A key file as the first version wrote it."""
    form = serialization
    locked = form.BestAvailableEncryption(passphrase)
    return bytes(key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, locked))


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    path.chmod(0o600)
    return path


def test_new_files_have_the_iterations_of_the_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """600,000 and not fewer, outside of tests; the file says so itself, and openssl and the library open it."""
    openssl = require_system("openssl")
    monkeypatch.setattr(pbes2, "ROUNDS", 600_000)
    key = new_key()
    pem = pbes2.encrypt(der(key), SECRET)

    assert (pbes2.rounds_of(pem), pbes2.is_weak(pem)) == (600_000, False)
    assert der(serialization.load_pem_private_key(pem, SECRET)) == der(key)
    environment = {**os.environ, "P": SECRET.decode()}
    opened = subprocess.run(
        [openssl, "pkey", "-passin", "env:P", "-outform", "DER"],
        input=pem,
        capture_output=True,
        env=environment,
        check=True,
    )
    assert opened.stdout == der(key)
    said = subprocess.run([openssl, "asn1parse"], input=pem, capture_output=True, check=True).stdout.decode()
    assert [word for word in ("PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc", ":0927C0") if word not in said] == []


def test_the_number_of_the_format_is_what_the_program_has() -> None:
    """A process that is no test makes files of 600,000 iterations."""
    code = "from ledger.keys import pbes2; print(pbes2.ROUNDS)"
    root = str(Path(pbes2.__file__).parents[2])
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert said.stdout == "600000\n"


@given(st.binary(min_size=1, max_size=3000), st.binary(max_size=40), st.integers(1, 70_000))
def test_what_is_encrypted_is_what_the_file_says(secret: bytes, passphrase: bytes, rounds: int) -> None:
    """Whatever the length of what is encrypted and the number of iterations, the file is read back to both."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pbes2, "ROUNDS", rounds)
        patch.setattr(pbes2, "_derived", lambda _, n: (bytes(16), bytes(32)) if n == rounds else None)
        pem = pbes2.encrypt(secret, passphrase)
        assert (pbes2.rounds_of(pem), pbes2.is_weak(pem)) == (rounds, False)
        patch.setattr(pbes2, "ROUNDS", rounds + 1)
        assert pbes2.is_weak(pem)


@given(st.binary(max_size=200))
def test_what_is_no_key_file_has_no_strength(data: bytes) -> None:
    """Nothing but a file of this scheme is taken for a strong one, and no bytes end in another fault."""
    assert pbes2.rounds_of(data) == 0
    assert pbes2.rounds_of(b"\n".join([pbes2.BEGIN, base64.b64encode(data), pbes2.END])) == 0


def test_one_passphrase_is_derived_once_and_every_file_differs() -> None:
    """Files made together share a salt, never an initialisation vector or a ciphertext."""
    key = der(new_key())
    first, second = pbes2.encrypt(key, SECRET), pbes2.encrypt(key, SECRET)
    other = pbes2.encrypt(key, b"another")
    assert len({first, second, other}) == 3
    assert pbes2.der_of(first)[:51] == pbes2.der_of(second)[:51] != pbes2.der_of(other)[:51]


@pytest.mark.parametrize(
    "options",
    [
        ("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", "10"),
        ("-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA256", "-iter", "900000"),
        ("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1", "-iter", "900000"),
        ("-scrypt", "-scrypt_N", "1024"),
    ],
)
def test_weaker_and_other_files_of_openssl_are_named_weak(options: tuple[str, ...]) -> None:
    """Fewer iterations, a shorter key, another digest, another scheme: each is called weak, and opens."""
    openssl = require_system("openssl")
    key = new_key()
    pem = subprocess.run(
        [openssl, "pkcs8", "-topk8", "-inform", "DER", "-passout", "pass:x", *options],
        input=der(key),
        capture_output=True,
        check=True,
    ).stdout
    assert pbes2.is_weak(pem)
    assert der(serialization.load_pem_private_key(pem, b"x")) == der(key)


def test_files_of_the_first_version_open_and_are_mended(tmp_path: Path) -> None:
    """2,048 iterations are read, named among weak files, and gone after a change of passphrase; the label stays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pbes2, "ROUNDS", 3_000)
        key = new_key()
        path = put(tmp_path / "p-a.pem", with_label(by_library(key), LABEL))
        save_key(tmp_path / "strong.pem", new_key(), SECRET)
        assert weak_files(tmp_path) == [path]
        assert is_weak_file(path)
        assert not is_weak_file(tmp_path / "absent.pem")
        assert der(load_key(path, SECRET)) == der(key)
        change_passphrases([(path, SECRET, b"another one")])
        assert weak_files(tmp_path) == []
    assert (der(load_key(path, b"another one")), label_of(path)) == (der(key), LABEL)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadInput, match="passphrase is wrong"):
        load_key(path, SECRET)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["p-a.pem", "strong.pem"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_kind_of_key_gets_another_passphrase(tmp_path: Path, algorithm: str) -> None:
    """Also SM2 keys that their library encrypted by SM4: afterwards the one scheme holds."""
    path = tmp_path / "key.pem"
    key = new_key() if algorithm == "ed25519" else new_further_key(algorithm)
    save_key(path, key, SECRET)
    before = open_key(path, NAME, lambda _: SECRET).verify_key
    if algorithm == "sm2":
        from tongsuopy.crypto import serialization as form

        locked = form.BestAvailableEncryption(SECRET)
        put(path, key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, locked))
        assert pbes2.is_weak(path.read_bytes())
    change_passphrases([(path, SECRET, b"another one")])
    assert open_key(path, NAME, lambda _: b"another one").verify_key == before
    assert not pbes2.is_weak(path.read_bytes())


def test_either_every_passphrase_changes_or_none(tmp_path: Path) -> None:
    """One wrong passphrase among several leaves every file as it was."""
    paths = [tmp_path / f"{n}.pem" for n in range(3)]
    for path in paths:
        save_key(path, new_key(), SECRET)
    before = [path.read_bytes() for path in paths]
    with pytest.raises(BadInput, match="passphrase is wrong"):
        change_passphrases([(path, SECRET if path != paths[2] else b"no", b"another one") for path in paths])
    assert [path.read_bytes() for path in paths] == before


def test_a_key_made_with_a_byte_order_mark_opens_without(tmp_path: Path) -> None:
    """The first version took the mark of a passphrase file for a part of it: what is typed opens such keys too."""
    typed = b"choose your own"
    path = put(tmp_path / "p-a.pem", by_library(new_key(), b"\xef\xbb\xbf" + typed))
    load_key(path, typed)
    file = put(tmp_path / "passphrase", b"\xef\xbb\xbfchoose your own\r\n")
    assert read_passphrase(file) == former_passphrase(file) == typed
    with pytest.raises(BadInput, match="passphrase is wrong"):
        load_key(path, b"choose your owm")


def test_a_key_made_with_a_passphrase_in_utf16_can_be_mended(tmp_path: Path) -> None:
    """The bytes that the first version took still open it where it is to get another passphrase; nowhere else."""
    file = put(tmp_path / "passphrase", b"\xff\xfe" + "choose your own\r\n".encode("utf-16-le"))
    taken = file.read_bytes().split(b"\n")[0].removesuffix(b"\r")
    path = put(tmp_path / "p-a.pem", by_library(new_key(), taken))
    with pytest.raises(BadInput, match="UTF-16"):
        read_passphrase(file)
    change_passphrases([(path, former_passphrase(file), SECRET)])
    load_key(path, SECRET)


def test_a_wrong_passphrase_says_so_and_other_files_say_what_they_are(tmp_path: Path) -> None:
    """Wrong passphrase or damage for key files; a file that is none is called so."""
    path = tmp_path / "p-a.pem"
    save_key(path, new_key(), SECRET)
    with pytest.raises(BadInput, match="passphrase is wrong, or the file is damaged"):
        load_key(path, b"wrong")
    lines = path.read_bytes().split(b"\n")
    put(path, b"\n".join([*lines[:2], *lines[3:]]))
    with pytest.raises(BadInput, match="damaged"):
        load_key(path, SECRET)
    put(path, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(BadInput, match="no key file"):
        load_key(path, SECRET)


# --- labels ----------------------------------------------------------------------------------------------------------


def test_a_label_stands_before_the_key_and_disturbs_no_reader(tmp_path: Path) -> None:
    """Person, ledger and fingerprint are read back; openssl and the library pass over them."""
    openssl = require_system("openssl")
    path = tmp_path / "p-a.pem"
    key = new_key()
    save_key(path, key, SECRET, Label("p-a", LABEL.ledger))
    assert label_of(path) == Label("p-a", LABEL.ledger)
    set_label(path, LABEL)
    data = path.read_bytes()
    assert data.startswith(b"Person: p-a\nLedger: zeren.test/organ/duty\nFingerprint: RkZG")
    assert (label_of(path), parse_label(format_label(LABEL))) == (LABEL, LABEL)
    assert isinstance(serialization.load_pem_private_key(data, SECRET), Ed25519PrivateKey)
    environment = {**os.environ, "P": SECRET.decode()}
    subprocess.run([openssl, "pkey", "-passin", "env:P", "-noout"], input=data, env=environment, check=True)
    assert der(load_key(path, SECRET)) == der(key)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"Person: p-a\n",
        b"Person: P A\nLedger: zeren.test/organ/duty\n",
        b"Person: p-a\nLedger: nonsense\n",
        b"Person: p-a\nLedger: zeren.test/organ/duty\nFingerprint: AA==\n",
        b"Person: p-a\nLedger: zeren.test/organ/duty\nFingerprint: no\n",
        "姓名: 甲\n".encode(),
        b"\xff\xfe\n",
    ],
)
def test_other_lines_before_a_key_are_no_label(head: bytes) -> None:
    """Comments of somebody else's are passed over, and nothing is half read."""
    assert parse_label(head + by_library(new_key())) is None
