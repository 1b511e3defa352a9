"""Ed25519 with the gaps of libraries closed: no key that binds nobody, no second signature for one text."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.core import ed25519
from ledger.core.ed25519 import L, P, check_public_key, check_signature
from ledger.errors import Invalid, KeyInvalid, SignatureInvalid
from tests.support.signatures import BASE_Y, NEUTRAL, ORDER_8, Maker, add, decode, encode, times, tried
from tests.support.vectors import vectors
from tests.tools.signatures import compare

KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"a key").digest())
PUBLIC = KEY.public_key().public_bytes_raw()
MESSAGE = b"a text\n"
LOW_ORDER = (0, 1, P - 1, int.from_bytes(bytes.fromhex(ORDER_8), "little"))
"""y of points of order 4, 1, 2 and 8."""


@pytest.fixture
def loaded_anew() -> Iterator[None]:
    """libsodium is looked for again, before and after."""
    ed25519._sodium.cache_clear()
    yield
    ed25519._sodium.cache_clear()


@pytest.mark.parametrize("few", [sys.maxsize, 0], ids=["OpenSSL", "libsodium first"])
def test_published_edge_cases(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of C2SP's edge cases pass exactly those whose key is of prime order and whose R is canonical and exact."""
    monkeypatch.setattr(ed25519, "FEW", few)
    cases = vectors("ed25519/cctv-subset.json")["vectors"]
    assert len(cases) == 128
    fatal = {"low_order_A", "low_order_component_A", "non_canonical_A", "non_canonical_R", "low_order_residue"}
    for case in cases:
        key, signature = bytes.fromhex(case["key"]), bytes.fromhex(case["sig"])
        if fatal & set(case["flags"] or ()):
            with pytest.raises(Invalid):
                check_signature(key, case["msg"].encode(), signature)
        else:
            check_signature(key, case["msg"].encode(), signature)


@given(st.binary(max_size=200), st.binary(min_size=32, max_size=32))
def test_what_is_signed_verifies(message: bytes, seed: bytes) -> None:
    """A made key passes the screen, and its signature over any text verifies."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    check_public_key(key.public_key().public_bytes_raw())
    check_signature(key.public_key().public_bytes_raw(), message, key.sign(message))


def test_each_bit_of_signature_text_and_key() -> None:
    """No flipped bit of signature, text or key passes, nor any other length of the signature."""
    signature = KEY.sign(MESSAGE)
    for i in range(64 * 8):
        with pytest.raises(SignatureInvalid):
            check_signature(PUBLIC, MESSAGE, _flip(signature, i))
    for i in range(len(MESSAGE) * 8):
        with pytest.raises(SignatureInvalid):
            check_signature(PUBLIC, _flip(MESSAGE, i), signature)
    for i in range(0, 256, 5):
        with pytest.raises(Invalid):
            check_signature(_flip(PUBLIC, i), MESSAGE, signature)
    for length in (*range(64), 65, 128):
        with pytest.raises(SignatureInvalid):
            check_signature(PUBLIC, MESSAGE, (signature * 2)[:length])


def _flip(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]


def test_no_second_signature_is_made_from_the_first() -> None:
    """S + L, the other number that fits the equation, is refused: one signature has one form."""
    signature = KEY.sign(MESSAGE)
    s = int.from_bytes(signature[32:], "little")
    with pytest.raises(SignatureInvalid, match="S >= L"):
        check_signature(PUBLIC, MESSAGE, signature[:32] + (s + L).to_bytes(32, "little"))


def test_a_key_with_which_anybody_signs_is_refused() -> None:
    """The library accepts one signature under the identity for every text; the screen keeps that key out."""
    identity = (1).to_bytes(32, "little")
    forged = identity + bytes(32)
    library = Ed25519PublicKey.from_public_bytes(identity)
    for text in (b"I accept\n", b"I refuse\n"):
        library.verify(forged, text)  # no error: this is the gap
        with pytest.raises(KeyInvalid):
            check_signature(identity, text, forged)


@pytest.mark.parametrize("y", LOW_ORDER)
@pytest.mark.parametrize("sign", [0, 1])
def test_keys_of_low_order_are_refused(y: int, sign: int) -> None:
    """Points of order 1, 2, 4 and 8, with either sign, are no keys."""
    with pytest.raises(KeyInvalid):
        check_public_key((y | sign << 255).to_bytes(32, "little"))


@pytest.mark.parametrize("y", [P, P + 1, P + 3, 2**255 - 1])
def test_keys_with_another_spelling_are_refused(y: int) -> None:
    """An encoding with y >= p names a point that has another encoding."""
    with pytest.raises(KeyInvalid):
        check_public_key(y.to_bytes(32, "little"))


def test_keys_off_the_curve_or_of_another_length_are_refused() -> None:
    """Half of all numbers are no point's y; 31 or 33 bytes are no key."""
    refused = 0
    for y in range(2, 60):
        try:
            check_public_key(y.to_bytes(32, "little"))
        except KeyInvalid:
            refused += 1
    assert refused > 20
    for raw in (b"", PUBLIC[:-1], PUBLIC + b"\x00"):
        with pytest.raises(KeyInvalid):
            check_public_key(raw)


def test_a_key_is_of_prime_order_where_the_multiplication_by_l_says_so() -> None:
    """Random points, and a point of prime order beside each of the eight points of small order: the screen halves,
    the curve's own law multiplies."""
    small, prime = decode(bytes.fromhex(ORDER_8)), times(2**200 + 7, decode(BASE_Y.to_bytes(32, "little")))
    points = [add(prime, times(number, small)) for number in range(8)]
    seeds = (hashlib.sha256(b"point %d" % number).digest() for number in range(24))
    points += [decode(raw) for raw in seeds if _is_screened(raw) is not None]
    expected = [times(L, point) == NEUTRAL for point in points]

    assert [_is_screened(encode(point)) for point in points] == expected
    assert sum(expected[:8]) == 1
    assert len(expected) > 15
    assert 0 < sum(expected[8:]) < len(expected) - 8


def _is_screened(raw: bytes) -> bool | None:
    """Whether a key passes; None where it is no point."""
    try:
        check_public_key(raw)
    except KeyInvalid as error:
        return None if "curve" in str(error) or "canonically" in str(error) else False
    return True


def test_libsodium_first_gives_the_verdict_of_openssl() -> None:
    """Random and forged signatures of every kind, in the same words; `make signatures` compares 100,000."""
    assert ed25519._sodium() is not None
    verdicts, differing = compare(1200, 3)

    assert differing == []
    kinds = {kind for kind, _ in verdicts}
    assert len(kinds) == 12
    assert {kind for kind, verdict in verdicts if verdict == "accepted"} == {
        *("exact", "another key", "R of mixed order", "R of small order")  # now and then the same key, or no offset
    }


@pytest.mark.usefixtures("loaded_anew")
def test_a_library_that_accepts_what_openssl_refuses_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that takes R up to a point of small order would let a second signature pass for one text."""
    monkeypatch.setattr("nacl.bindings.crypto_sign_open", lambda _signed, _key: b"")
    monkeypatch.setattr(ed25519, "FEW", 0)

    assert ed25519._sodium() is None
    with pytest.raises(SignatureInvalid):
        check_signature(PUBLIC, MESSAGE, _flip(KEY.sign(MESSAGE), 5))


@pytest.mark.usefixtures("loaded_anew")
def test_without_libsodium_openssl_decides_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is no condition of anything."""
    monkeypatch.setattr(ed25519, "FEW", 0)
    with patch.dict("sys.modules", {"nacl.bindings": None}):
        assert ed25519._sodium() is None
        assert [tried(case) for case in Maker(5).cases(1)] == ["accepted"]


def test_few_signatures_load_no_second_library() -> None:
    """A command that checks some heads does not wait for it; a verification of many entries asks it."""
    code = (
        "import sys\nfrom ledger.core import ed25519\nfrom tests.support.signatures import Maker, tried\n"
        "for number, case in enumerate(Maker(5).cases(12 * ed25519.FEW)):\n"
        "    if number == 200: print('nacl' in sys.modules)\n"
        "    tried(case)\n"
        "print('nacl' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.split() == ["False", "True"]
