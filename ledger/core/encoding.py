"""Strict text encodings: base64, decimal numbers and canonical JSON.

Whatever is hashed or signed has exactly one form here, so a reader decodes, encodes again and compares: no
second spelling of the same value passes. All faults are `Malformed`.

- base64: RFC 4648 section 4, padded, canonical padding bits.
- base64url: RFC 4648 section 5, without padding, canonical (RFC 9901 disclosures).
- JSON: RFC 8785 (JCS), further restricted by FORMAT.md section 2: no floats, whole numbers within ±(2^53-1),
  strings and member names in Unicode NFC.
- decimal: ASCII digits without sign, leading zero or separator.
"""

import base64
import binascii
import json
import re
import unicodedata
from typing import Never, TypeAlias

import rfc8785

from ledger.errors import Malformed

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"

MAX_SAFE_INTEGER = 2**53 - 1
MAX_DEPTH = 64  # nesting of JSON values; far above any body, far below the interpreter's recursion limit

_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}")
_LONG_NUMBER = re.compile(r"[0-9]{16}")


def b64encode(data: bytes) -> str:
    """Base64 of `data`, standard alphabet, padded."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def b64decode(text: str) -> bytes:
    """The bytes whose canonical base64 is exactly `text`; raises `Malformed`."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise Malformed("not base64: {!a}", text[:80]) from error
    if b64encode(data) != text:
        raise Malformed("base64 is not canonical: {!a}", text[:80])
    return data


def b64url_encode(data: bytes) -> str:
    """Base64url of `data` without padding."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=\n").translate(_URL_SAFE).decode("ascii")


def b64url_decode(text: str) -> bytes:
    """The bytes whose canonical unpadded base64url is exactly `text`; raises `Malformed`."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise Malformed("not base64url: {!a}", text[:80]) from error
    if b64url_encode(data) != text:
        raise Malformed("base64url is not canonical: {!a}", text[:80])
    return data


def parse_decimal_u64(text: str) -> int:
    """The number in 0..2^64-1 written as ASCII decimal without leading zeros; raises `Malformed`."""
    if not _DECIMAL.fullmatch(text) or (value := int(text)) >= 2**64:
        raise Malformed("not a decimal number without leading zeros: {!a}", text[:80])
    return value


def parse_json(data: bytes | str) -> JsonValue:
    """The JSON value in `data` (RFC 8259, UTF-8 without byte order mark).

    Refuses, as `Malformed`: repeated member names, NaN and Infinity, numbers with fraction or exponent, lone
    surrogates, and nesting that exhausts the interpreter. The text need not be canonical.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=_members_once,
            parse_float=_no_such_number,
            parse_constant=_no_such_number,
        )
        if "\\ud" in text.lower():  # only an escape can bring a lone surrogate into decoded UTF-8
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON: {}", error) from error
    return value


def canonical_json(value: object) -> bytes:
    """RFC 8785 bytes of `value`: None, bool, int, str, list or tuple, dict with str keys; 64 deep at most.

    Refuses floats, integers beyond ±(2^53-1), strings not in NFC, lone surrogates and all other types.
    """
    ascii_names = _check_json(value, MAX_DEPTH)
    try:
        if ascii_names:  # the standard encoder writes the same bytes, far faster; the tests hold it to rfc8785
            return _ENCODER.encode(value).encode("utf-8")
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # _check_json has just proved the type
    except ValueError as error:
        raise Malformed("no canonical JSON: {}", error) from error


def parse_canonical_json(data: bytes) -> JsonValue:
    """The value whose `canonical_json` is exactly `data`; raises `Malformed`."""
    value = parse_json(data)
    if not _is_plainly_canonical(value, data) and canonical_json(value) != data:
        raise Malformed("JSON is not in its canonical form (RFC 8785)")
    return value


def _is_plainly_canonical(value: JsonValue, data: bytes) -> bool:
    """Whether the standard library writes `value` as `data`, where its form is beyond doubt that of RFC 8785.

    A fast way to yes, several times faster than `canonical_json`: without numbers of 16 digits, deep nesting, or
    characters by which order in UTF-16 and by code point may differ. No means only that the other way decides.
    """
    text = data.decode("utf-8")
    if _LONG_NUMBER.search(text) or text.count("[") + text.count("{") > MAX_DEPTH:
        return False
    if not text.isascii() and (max(text) >= "\ud800" or not unicodedata.is_normalized("NFC", text)):
        return False
    written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return written == text and "\\u" not in text


def _members_once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("JSON object has a member name twice")
    return members


def _no_such_number(literal: str) -> Never:
    raise Malformed("only whole numbers are allowed, write {} as a decimal string", literal[:40])


def _check_json(value: object, depth: int) -> bool:
    """Raises Malformed unless the value has a canonical form. Returns whether every member name is ASCII."""
    ascii_names = True
    if depth < 0:
        raise Malformed("JSON is nested deeper than {}", MAX_DEPTH)
    match value:
        case None | bool():
            pass
        case str():
            _check_text(value)
        case int():
            if abs(value) > MAX_SAFE_INTEGER:
                raise Malformed("integer beyond ±(2^53-1): {:#x}; write it as a decimal string", value)
        case list() | tuple():
            for element in value:
                ascii_names &= _check_json(element, depth - 1)
        case dict():
            for name, element in value.items():
                if not isinstance(name, str):
                    raise Malformed("JSON member name is not a string: {!r}", name)
                _check_text(name)
                ascii_names &= _check_json(element, depth - 1) and name.isascii()
        case _:
            raise Malformed("no {} in JSON; whole numbers and strings only", type(value).__name__)
    return ascii_names


def _check_text(text: str) -> None:
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise Malformed("text is not in Unicode NFC: {!a}; normalise it before recording", text[:40])
