"""Signed notes and named keys: published notes open, and nothing near them does."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.algorithms import COSIGNATURE_V1
from ledger.core.encoding import b64decode, b64encode
from ledger.core.note import (
    MAX_NOTE_SIZE,
    MAX_SIGNATURES,
    Note,
    SignatureLine,
    format_line,
    format_note,
    open_note,
    parse_line,
    parse_note,
    sign_note,
)
from ledger.core.signers import Ed25519Signer, VerifyKey, check_name, format_vkey, parse_vkey
from ledger.errors import KeyInvalid, Malformed, SignatureInvalid, UnknownFormat, UnknownKey, ZerenError
from tests.support.builders import signer_named
from tests.support.vectors import vectors

NAME = "zeren.test/organ"
SIGNER, OTHER = signer_named(NAME), signer_named("zeren.test/other")
TEXT = "first line\n\nsecond, after an empty one\n"


def test_published_notes_open_and_are_written_the_same() -> None:
    """The notes of C2SP and of Go's sumdb verify under their published keys and format back to the same bytes."""
    for case in vectors("signed-note/notes.json")["valid"]:
        data = case["note"].encode()
        key = parse_vkey(case["vkey"])
        opened = open_note(data, [key])

        assert (opened.keys, format_note(opened.note), format_vkey(key)) == ((key,), data, case["vkey"])


def test_the_published_signing_key_makes_the_published_note() -> None:
    """Ed25519 is deterministic: Go's test key gives Go's signature."""
    case = next(case for case in vectors("signed-note/notes.json")["valid"] if "skey_test_only" in case)
    name, _, secret = case["skey_test_only"].removeprefix("PRIVATE+KEY+").split("+", 2)
    signer = Ed25519Signer(name, Ed25519PrivateKey.from_private_bytes(b64decode(secret)[1:]))
    text = parse_note(case["note"].encode()).text

    assert format_vkey(signer.verify_key) == case["vkey"]
    assert sign_note(text, [signer]) == case["note"].encode()


def test_published_bad_keys_are_refused() -> None:
    """A vkey with trailing bytes and one of an unknown algorithm are no keys."""
    for vkey in vectors("signed-note/notes.json")["bad_vkeys"]:
        with pytest.raises((Malformed, KeyInvalid, UnknownFormat)):
            parse_vkey(vkey)


def test_published_examples_parse() -> None:
    """The specification's examples are notes, and write themselves back."""
    for name, text in vectors("signed-note/c2sp-examples.json").items():
        if name.endswith(".md"):
            assert format_note(parse_note(text.encode())).decode() == text


def test_each_flipped_bit_and_each_cut_of_a_note_is_refused() -> None:
    """No changed bit and no other length of a note opens under its key."""
    data = sign_note(TEXT, [SIGNER])
    spoilt = [data[:n] for n in range(len(data))] + [data + tail for tail in (b"\n", b"x", b"\x00", data)]
    for i, byte in enumerate(data):
        spoilt += [data[:i] + bytes([byte ^ 1 << bit]) + data[i + 1 :] for bit in range(8)]
    for false in spoilt:
        with pytest.raises(ZerenError):
            open_note(false, [SIGNER.verify_key])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60), st.integers(0, 3))
def test_any_text_reads_back(text: str, blanks: int) -> None:
    """A text of any characters, with empty lines at its end, is the text that opens."""
    text = text.replace("\x85", "") + "\n" * (blanks + 1)
    opened = open_note(sign_note(text, [SIGNER, OTHER]), [OTHER.verify_key])

    assert (opened.text, opened.keys) == (text, (OTHER.verify_key,))


def test_lines_by_unknown_keys_are_ignored_but_one_key_must_be_known() -> None:
    """C2SP readers skip lines of others, and open nothing that no known key signed."""
    data = sign_note(TEXT, [OTHER, SIGNER])
    assert open_note(data, [SIGNER.verify_key]).keys == (SIGNER.verify_key,)
    for keys in ([], [signer_named(NAME, 2).verify_key]):
        with pytest.raises(UnknownKey):
            open_note(data, keys)


def test_one_bad_line_by_a_known_key_refuses_the_note() -> None:
    """A good signature beside it does not save a note with a forged one."""
    line = parse_note(sign_note("another text\n", [OTHER])).signatures[0]
    data = format_note(Note(TEXT, (*parse_note(sign_note(TEXT, [SIGNER])).signatures, line)))
    assert open_note(data, [SIGNER.verify_key]).keys == (SIGNER.verify_key,)
    with pytest.raises(SignatureInvalid, match=r"signature by zeren\.test/other"):
        open_note(data, [SIGNER.verify_key, OTHER.verify_key])


def test_a_line_that_stands_twice_counts_once() -> None:
    """Repeating a signature makes no second signer."""
    note = parse_note(sign_note(TEXT, [SIGNER]))
    opened = open_note(format_note(Note(TEXT, note.signatures * 3)), [SIGNER.verify_key])

    assert len(opened.verified) == 1


def test_a_key_counts_under_its_own_name_only() -> None:
    """The same public key under another name has another id, and its signature is nobody's there."""
    renamed = VerifyKey("zeren.test/else", SIGNER.verify_key.algorithm, SIGNER.verify_key.public_key)
    assert renamed.key_id != SIGNER.verify_key.key_id
    with pytest.raises(UnknownKey):
        open_note(sign_note(TEXT, [SIGNER]), [renamed])


def test_two_keys_with_one_name_and_id_are_refused() -> None:
    """A key id is four bytes that anybody can meet: two keys under one are ambiguous and none is chosen."""
    twin = VerifyKey(NAME, SIGNER.verify_key.algorithm, OTHER.verify_key.public_key)
    object.__setattr__(twin, "key_id", SIGNER.verify_key.key_id)  # stands for a collision, which takes some minutes
    with pytest.raises(KeyInvalid, match="share the name and id"):
        open_note(sign_note(TEXT, [SIGNER]), [SIGNER.verify_key, twin])


def test_a_cosignature_key_signs_no_notes() -> None:
    """A witness's key is for cosignatures; a note by it would be another statement by the same key."""
    witness = Ed25519Signer("zeren.test/witness", SIGNER.private_key, COSIGNATURE_V1)
    with pytest.raises(KeyInvalid, match="signs no notes"):
        sign_note(TEXT, [witness])


def test_16_lines_and_100_pass_but_no_more() -> None:
    """C2SP asks readers for 16 signatures at least; more than 100 are refused before any is checked."""
    for number in (16, MAX_SIGNATURES):
        assert len(parse_note(sign_note(TEXT, [SIGNER] * number)).signatures) == number
    with pytest.raises(Malformed, match="signature lines"):
        sign_note(TEXT, [SIGNER] * (MAX_SIGNATURES + 1))
    line = parse_note(sign_note(TEXT, [SIGNER])).signatures[0]
    data = f"{TEXT}\n".encode() + f"{format_line(line)}\n".encode() * (MAX_SIGNATURES + 1)
    with pytest.raises(Malformed, match="signature lines"):
        parse_note(data)


def test_a_note_that_is_too_long_is_refused() -> None:
    """Beyond a million bytes a note is neither read nor written."""
    with pytest.raises(Malformed, match="bytes"):
        parse_note(b"a" * (MAX_NOTE_SIZE + 1))
    with pytest.raises(Malformed, match="bytes"):
        sign_note("a" * MAX_NOTE_SIZE + "\n", [SIGNER])


@pytest.mark.parametrize(
    "text",
    ["", "no line end", "tab\there\n", "return\r\n", "nul\x00\n", "escape\x1b\n", "\ud800\n"],
    ids=["empty", "no-line-end", "tab", "return", "nul", "escape", "surrogate"],
)
def test_texts_that_no_note_holds(text: str) -> None:
    """Control characters other than line ends, and texts without a last one, are refused before signing."""
    with pytest.raises(Malformed):
        sign_note(text, [SIGNER])


GOOD_LINE = format_line(parse_note(sign_note(TEXT, [SIGNER])).signatures[0])
PAYLOAD = GOOD_LINE.rpartition(" ")[2]


@pytest.mark.parametrize(
    "line",
    [
        GOOD_LINE.replace("\u2014", "-"),
        GOOD_LINE.replace("\u2014", "\u2013"),
        GOOD_LINE.replace("\u2014 ", "\u2014\u00a0"),
        GOOD_LINE.replace(" zeren", "  zeren"),
        GOOD_LINE + " ",
        GOOD_LINE.rstrip("="),
        f"\u2014 {NAME}",
        f"\u2014 {NAME} ",
        f"\u2014 {NAME} {b64encode(bytes(4))}",
        f"\u2014 zeren+test {PAYLOAD}",
        f"\u2014 zeren\u3000test {PAYLOAD}",
        f"\u2014  {PAYLOAD}",
        f"\u2014 {NAME} {PAYLOAD.replace('/', '_').replace('+', '-')}=",
        f"\u2014 {NAME} {PAYLOAD[:8]}\u2028{PAYLOAD[8:]}",
    ],
)
def test_signature_lines_have_one_form(line: str) -> None:
    """Another dash, another space, another base64, a short payload or an impossible name is no signature line."""
    assert line != GOOD_LINE
    with pytest.raises(Malformed):
        parse_line(line)


def test_base64_has_one_spelling() -> None:
    """Junk characters, missing padding and padding bits that are not zero are refused, which Python's own lets pass."""
    assert b64decode("QQ==") == b"A"
    for text in ("QR==", "QQ", "QQ=", "QQ==\n", " QQ==", "Q Q==", "QQ==QQ==", "Q-==", "QQ\u2028==", "\uff31Q=="):
        with pytest.raises(Malformed):
            b64decode(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "a\u2003b", "a\nb", "\ud800"])
def test_bad_key_names_are_refused(name: str) -> None:
    """A name is non-empty, without spaces of any kind and without the plus that separates it from the key id."""
    with pytest.raises(Malformed):
        check_name(name)


def test_a_vkey_is_split_at_its_first_two_pluses() -> None:
    """Base64 may hold a plus: such a key reads back."""
    for generation in range(200):
        key = signer_named(NAME, generation).verify_key
        if format_vkey(key).count("+") > 2:
            assert parse_vkey(format_vkey(key)) == key
            return
    pytest.fail("no key with a plus was met")


@pytest.mark.parametrize("change", ["id", "upper", "short", "type", "parts"])
def test_a_vkey_that_does_not_fit_is_refused(change: str) -> None:
    """A wrong or upper-case key id, a short key, an unknown type byte, or a missing part is no vkey."""
    name, key_id, material = format_vkey(SIGNER.verify_key).split("+", 2)
    raw = b64decode(material)
    vkeys = {
        "id": f"{name}+00000000+{material}",
        "upper": f"{name}+{key_id.upper()}+{material}" if key_id.upper() != key_id else f"{name}+0+{material}",
        "short": _vkey(name, raw[:-1]),
        "type": _vkey(name, b"\x07" + raw[1:]),
        "parts": f"{name}+{key_id}",
    }
    with pytest.raises(ZerenError):
        parse_vkey(vkeys[change])


def _vkey(name: str, material: bytes) -> str:
    key_id = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
    return f"{name}+{key_id.hex()}+{b64encode(material)}"


def test_a_signer_never_shows_its_secret() -> None:
    """Neither repr nor str of a signer holds its private key."""
    secret = SIGNER.private_key.private_bytes_raw()
    shown = f"{SIGNER!r} {SIGNER}"
    assert NAME in shown
    assert secret.hex() not in shown
    assert repr(secret) not in shown


def test_an_empty_signature_is_no_line() -> None:
    """A line needs a key id of four bytes and a signature."""
    for line in (SignatureLine(NAME, bytes(4), b""), SignatureLine(NAME, bytes(3), bytes(64))):
        with pytest.raises(Malformed):
            format_line(line)
