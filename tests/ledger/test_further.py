"""Further lines by SM2 with SM3 and ML-DSA-44: published vectors, OpenSSL as a second implementation, attacks."""

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
import tongsuopy.crypto.serialization as form
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.application import Command
from ledger.core import mldsa, sm2
from ledger.core.algorithms import ED25519
from ledger.core.encoding import b64encode
from ledger.core.note import open_note, sign_note
from ledger.core.signers import FurtherSigner, VerifyKey, format_vkey, mldsa_signer, parse_vkey, sm2_signer
from ledger.errors import Incomplete, KeyInvalid, NotChecked, Refused, SignatureInvalid, UnknownFormat
from ledger.events.acts import TalkHeld
from ledger.events.trust import KeyEnrolled
from tests.support.both_ways import verify_ledger
from tests.support.builders import Desk, duty_ledger, signer_named, tampering
from tests.support.vectors import vectors
from tests.tools.system import require_system

NAME = "zeren.test/organ/duty/p-a"
KEY = sm2.derive_private_key(0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8)
PUBLIC = sm2.public_bytes(KEY)
TEXT = "a text\n"
TALK = TalkHeld(ref="T1", talker="p-a", counterpart="p-b")


def sm2_of(name: str = NAME, scalar: int = 77) -> FurtherSigner:
    return sm2_signer(name, sm2.derive_private_key(scalar))


def mldsa_of(name: str = NAME) -> FurtherSigner:
    return mldsa_signer(name, mldsa.private_key_of(bytes(32)))


def fields_of(text: str) -> dict[str, bytes]:
    return {
        name: bytes.fromhex(value) for name, value in re.findall(r"^(\w+) = ((?:[0-9A-F]{2})+)$", text, re.MULTILINE)
    }


def test_the_standards_own_signature() -> None:
    """The example of GB/T 32918.5 verifies, and its published failure does not."""
    files = vectors("sm2/gbt32918-5.json")["files"]
    good, bad = fields_of(files["SigGen.txt"]), fields_of(files["SigFail.txt"])
    for case in (good, bad):
        public = b"\x04" + case["Qx"] + case["Qy"]
        assert sm2.public_bytes(sm2.derive_private_key(int.from_bytes(case["d"], "big"))) == public
    sm2.check_signature(public, good["Msg"], good["R"] + good["S"])
    with pytest.raises(SignatureInvalid):
        sm2.check_signature(public, bad["Msg"], bad["R"] + bad["S"])


def test_the_standards_own_keys() -> None:
    """The published key pairs belong together, and each public key passes the screen."""
    pairs = re.split(r"\n\n", vectors("sm2/gbt32918-5.json")["files"]["KeyPair.rsp"])
    found = [fields for pair in pairs if "Qx" in (fields := fields_of(pair))]
    assert len(found) == 3
    for pair in found:
        private = sm2.derive_private_key(int.from_bytes(pair["d"], "big"))
        assert sm2.public_bytes(private) == b"\x04" + pair["Qx"] + pair["Qy"]
        sm2.check_public_key(sm2.public_bytes(private))


@settings(max_examples=20)
@given(st.binary(max_size=300))
def test_what_sm2_signs_verifies(message: bytes) -> None:
    """A signature over any bytes verifies, for these bytes and this key only."""
    signature = sm2.sign(KEY, message)
    sm2.check_signature(PUBLIC, message, signature)
    for key, text in ((PUBLIC, message + b"x"), (sm2_of().verify_key.public_key, message)):
        with pytest.raises(SignatureInvalid):
            sm2.check_signature(key, text, signature)


def test_each_bit_and_length_of_an_sm2_signature() -> None:
    """No flipped bit, no other length and no number out of range passes."""
    signature = sm2.sign(KEY, b"text")
    false = [_flip(signature, i) for i in range(512)] + [(signature * 2)[:n] for n in (0, 1, 63, 65, 128)]
    false += [bytes(64), signature[:32] + bytes(32), bytes(32) + signature[32:]]
    false += [signature[:32] + sm2.N.to_bytes(32, "big"), signature[:32] + b"\xff" * 32]
    for each in false:
        with pytest.raises(SignatureInvalid):
            sm2.check_signature(PUBLIC, b"text", each)


def _flip(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]


def test_bad_sm2_keys_are_refused() -> None:
    """Compressed, cut, or off the curve; coordinates not below p: no key."""
    x = PUBLIC[1:33]
    wide = b"\x04" + (int.from_bytes(x, "big") + sm2.P).to_bytes(33, "big")[-32:] + PUBLIC[33:]
    for raw in (
        b"",
        PUBLIC[:-1],
        PUBLIC + b"\x00",
        b"\x02" + x,
        b"\x00" * 65,
        _flip(PUBLIC, 500),
        _flip(PUBLIC, 20),
        wide,
    ):
        with pytest.raises(KeyInvalid):
            sm2.check_public_key(raw)


@pytest.fixture
def pem(tmp_path: Path) -> tuple[Path, Path]:
    """OpenSSL's own SM2 key pair."""
    openssl = str(require_system("openssl"))
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    for command in (
        [openssl, "genpkey", "-algorithm", "SM2", "-out", str(private)],
        [openssl, "pkey", "-in", str(private), "-pubout", "-out", str(public)],
    ):
        subprocess.run(command, check=True, capture_output=True)
    return private, public


def openssl_pkeyutl(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    options = ("-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678")
    command = [str(require_system("openssl")), "pkeyutl", *arguments, *options]
    return subprocess.run(command, check=False, capture_output=True)


def test_openssl_accepts_our_sm2_signatures(tmp_path: Path) -> None:
    """A line signed here verifies with the OpenSSL command line, and a changed text does not."""
    public, text, signed = tmp_path / "public.pem", tmp_path / "text", tmp_path / "signature"
    pem_bytes = KEY.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    public.write_bytes(pem_bytes)
    signature = sm2.sign(KEY, TEXT.encode())
    numbers = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    signed.write_bytes(encode_dss_signature(*numbers))
    for data, code in ((TEXT.encode(), 0), (b"another text\n", 1)):
        text.write_bytes(data)
        done = openssl_pkeyutl("-verify", "-pubin", "-inkey", str(public), "-in", str(text), "-sigfile", str(signed))
        assert done.returncode == code, done.stderr


def test_we_accept_openssl_signed_sm2_signatures(tmp_path: Path, pem: tuple[Path, Path]) -> None:
    """A line signed by the OpenSSL command line verifies here, and for no other text."""
    text, signed = tmp_path / "text", tmp_path / "signature"
    text.write_bytes(TEXT.encode())
    done = openssl_pkeyutl("-sign", "-inkey", str(pem[0]), "-in", str(text), "-out", str(signed))
    assert done.returncode == 0, done.stderr
    der = subprocess.run(
        [str(require_system("openssl")), "pkey", "-pubin", "-in", str(pem[1]), "-outform", "DER"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    r, s = decode_dss_signature(signed.read_bytes())
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    sm2.check_signature(der[-65:], TEXT.encode(), signature)
    with pytest.raises(SignatureInvalid):
        sm2.check_signature(der[-65:], b"another text\n", signature)


def test_a_vkey_of_a_further_algorithm_names_it() -> None:
    """Type byte 0xff, the identifier, a zero byte and the key: it reads back, and the identifier binds the key id."""
    for signer, identifier in ((sm2_of(), b"zeren.sm2-sm3.v1"), (mldsa_of(), b"zeren.ml-dsa-44.v1")):
        key = signer.verify_key
        assert parse_vkey(format_vkey(key)) == key
        assert key.algorithm.prefix == b"\xff" + identifier + b"\x00"
        assert key.key_id != VerifyKey(NAME, ED25519, signer_named(NAME).verify_key.public_key).key_id
        assert repr(signer).count("signing") == 0


def test_a_note_by_each_algorithm_opens() -> None:
    """Every line verifies under its own key; one spoilt line refuses the note."""
    signers = (signer_named(NAME), sm2_of(), mldsa_of())
    data = sign_note(TEXT, signers)
    keys = [signer.verify_key for signer in signers]
    assert open_note(data, keys).keys == tuple(keys)
    for number in range(3):
        lines = data.decode().split("\n")
        line = lines[2 + number]
        lines[2 + number] = line[:-30] + ("A" if line[-30] != "A" else "B") + line[-29:]
        with pytest.raises(SignatureInvalid):
            open_note("\n".join(lines).encode(), keys)


def test_an_unknown_private_algorithm_is_not_checked_and_no_other_is_known() -> None:
    """A key of type 0xff with an identifier of a later release is kept but never passes; other types are refused."""
    material = b"\xffzeren.later.v9\x00" + b"k" * 40
    key = parse_vkey(_vkey(material))
    with pytest.raises(NotChecked):
        key.check(TEXT.encode(), b"anything")
    for false in (b"\xff", b"\xffshort\x00key", b"\xffno zero byte at all", b"\xfe" + material[1:], b"\x02key"):
        with pytest.raises((UnknownFormat, KeyInvalid)):
            parse_vkey(_vkey(false))


def _vkey(material: bytes) -> str:
    key_id = hashlib.sha256(NAME.encode() + b"\n" + material).digest()[:4]
    return f"{NAME}+{key_id.hex()}+{b64encode(material)}"


# --- in a ledger ---


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = duty_ledger(tmp_path)
    yield made
    made.close()


def enrol(desk: Desk, further: FurtherSigner) -> None:
    payload = KeyEnrolled(person="p-a", vkey=format_vkey(further.verify_key), roles=("signer",))
    signers = (desk.signer("cus-1"), desk.signer("p-a"), further)
    desk.ledger.record(Command(payload, signers))


@pytest.mark.parametrize("further", [sm2_of(), mldsa_of()], ids=["sm2", "ml-dsa"])
def test_a_second_line_stands_beside_the_first(desk: Desk, further: FurtherSigner) -> None:
    """Enrolled with the Ed25519 key's signature, it signs beside it; verify checks both lines."""
    enrol(desk, further)
    before = verify_ledger(desk.ledger).signatures
    desk.ledger.record(Command(TALK, (desk.signer("rec"), desk.signer("p-a"), further)))
    report = verify_ledger(desk.ledger)
    assert ("valid", before + 3) == (report.verdict, report.signatures)


def test_a_further_line_never_stands_alone(desk: Desk) -> None:
    """Without an Ed25519 line of the same person before it, it signs nothing and is not enrolled."""
    further = sm2_of()
    payload = KeyEnrolled(person="p-a", vkey=format_vkey(further.verify_key), roles=("signer",))
    with pytest.raises(Refused, match="one in force"):
        desk.ledger.record(Command(payload, (desk.signer("cus-1"), further)))
    enrol(desk, further)
    for signers in ((desk.signer("rec"), further), (desk.signer("rec"), further, desk.signer("p-a"))):
        with pytest.raises(Refused, match="never alone"):
            desk.ledger.record(Command(TALK, signers))


def test_without_the_library_lines_are_not_checked_and_never_passed(desk: Desk) -> None:
    """Where the extra is missing verify ends incomplete (4) and names the entries; nothing can be signed either."""
    further = sm2_of()
    enrol(desk, further)
    desk.ledger.record(Command(TALK, (desk.signer("rec"), desk.signer("p-a"), further)))
    sm2._library.cache_clear()
    sm2._load.cache_clear()
    try:
        with patch.dict("sys.modules", {"tongsuopy.crypto": None}):
            report = verify_ledger(desk.ledger)
            with pytest.raises(NotChecked, match="zeren"):
                sm2.sign(KEY, b"x")
    finally:
        sm2._library.cache_clear()
    size = desk.ledger.size()
    assert ("incomplete", 4) == (report.verdict, report.exit_code)
    assert [size - 2, size - 1] == [finding.position for finding in report.findings]
    assert all(isinstance(finding.what, Incomplete) for finding in report.findings)


def test_without_ml_dsa_in_the_library_lines_are_not_checked(desk: Desk) -> None:
    """The same for ML-DSA-44 under an older release of cryptography."""
    enrol(desk, mldsa_of())
    mldsa._load.cache_clear()
    try:
        with patch("ledger.core.mldsa._module", side_effect=mldsa._missing()):
            report = verify_ledger(desk.ledger)
    finally:
        mldsa._load.cache_clear()
    assert ("incomplete", 4) == (report.verdict, report.exit_code)


def test_a_bad_line_behind_one_that_cannot_be_checked_is_still_found(desk: Desk) -> None:
    """What cannot be checked hides no fault of another line."""
    further = sm2_of()
    enrol(desk, further)
    desk.ledger.record(Command(TALK, (desk.signer("rec"), desk.signer("p-a"), further, desk.signer("p-b"))))
    position = desk.ledger.size() - 1
    with tampering(desk.path) as connection:
        (entry,) = connection.execute("SELECT entry FROM stored_events WHERE rowid = ?", (position + 1,)).fetchone()
        spoilt = entry[:-30] + (b"A" if entry[-30:-29] != b"A" else b"B") + entry[-29:]
        connection.execute("UPDATE stored_events SET entry = ? WHERE rowid = ?", (spoilt, position + 1))
    sm2._library.cache_clear()
    sm2._load.cache_clear()
    try:
        with patch.dict("sys.modules", {"tongsuopy.crypto": None}):
            report = verify_ledger(desk.ledger)
    finally:
        sm2._library.cache_clear()
    assert report.verdict == "invalid"
    assert any("does not fit" in str(finding.what) for finding in report.findings)
