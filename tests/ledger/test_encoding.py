"""Canonical JSON and strict decimals: one spelling each, checked against published vectors and another library."""

import json
from unicodedata import normalize

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.encoding import (
    MAX_DEPTH,
    b64url_decode,
    b64url_encode,
    canonical_json,
    parse_canonical_json,
    parse_decimal_u64,
    parse_json,
)
from ledger.errors import Malformed
from tests.support.vectors import vectors

texts = st.text(st.characters(exclude_categories=["Cs"])).map(lambda t: normalize("NFC", t))
scalars = st.none() | st.booleans() | st.integers(-(2**53 - 1), 2**53 - 1) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=12)


def test_published_canonical_forms() -> None:
    """RFC 8785's authors' cases come out byte for byte; what FORMAT.md leaves out of them is refused.

    Left out are numbers with fractions and text that is not in Unicode's composed form.
    """
    refused = []
    for name, case in vectors("jcs/rfc8785.json")["cases"].items():
        expected = bytes.fromhex("".join(case["outhex"]))
        assert expected.decode() == case["output"]
        try:
            found = canonical_json(parse_json(case["input"]))
        except Malformed:
            refused.append(name)
        else:
            assert (found, parse_canonical_json(expected)) == (expected, parse_json(case["input"]))
    assert refused == ["structures", "unicode", "values", "weird"]


def test_the_published_forms_that_are_refused_are_so_for_what_the_format_leaves_out() -> None:
    """Without the number 56.0 the published structure comes out byte for byte as well."""
    case = vectors("jcs/rfc8785.json")["cases"]["structures"]
    assert canonical_json(parse_json(case["input"].replace("56.0", "56"))).decode() == case["output"]


@given(values)
def test_any_value_reads_back(value: object) -> None:
    """Canonical JSON is what rfc8785 writes, and only it is read back as canonical."""
    data = canonical_json(value)
    assert (data, parse_canonical_json(data)) == (rfc8785.dumps(value), value)  # type: ignore[arg-type]
    spaced = json.dumps(value, ensure_ascii=False, indent=1).encode()
    if spaced != data:
        with pytest.raises(Malformed):
            parse_canonical_json(spaced)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"a":1,"a":2}',
        '{"a":{"b":1,"b":1}}',
        '{"a":1,"\\u0061":2}',
        "NaN",
        "[Infinity]",
        "-Infinity",
        "1.0",
        "1e2",
        "0.1",
        '"\\ud800"',
        "[1,]",
        "{'a':1}",
        "\ufeff1",
        "",
        "[" * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_json_that_is_read_in_two_ways_is_refused(text: str) -> None:
    """Repeated member names, NaN, fractions, lone surrogates, endless nesting: refused, where Python reads on."""
    with pytest.raises(Malformed):
        parse_json(text)


@pytest.mark.parametrize(
    "value", [1.5, 2**53, -(2**53), b"x", {1: 2}, {"a": {1}}, "e\u0301", {"e\u0301": 1}, "\ud800"], ids=repr
)
def test_values_without_a_canonical_form(value: object) -> None:
    """Floats, large numbers, bytes, other keys, and text that is not composed have no canonical form here."""
    with pytest.raises(Malformed):
        canonical_json(value)


def test_nesting_has_a_limit() -> None:
    """A value may nest as deep as the limit and no deeper."""
    value: object = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    canonical_json(value)
    with pytest.raises(Malformed, match="deeper"):
        canonical_json([value])


@pytest.mark.parametrize("text", ["", "00", "01", "+1", "-1", "1 ", " 1", "1_0", "\u0661", "1.0", "0x1", str(2**64)])
def test_decimals_have_one_spelling(text: str) -> None:
    """Signs, spaces, separators, leading zeros, other digits and what exceeds 64 bits are no decimal."""
    with pytest.raises(Malformed):
        parse_decimal_u64(text)


def test_every_decimal_reads_back() -> None:
    """From 0 to 2^64 - 1."""
    for value in (0, 1, 10, 2**63, 2**64 - 1):
        assert parse_decimal_u64(str(value)) == value


@given(st.binary(max_size=40))
def test_base64url_reads_back_and_has_one_spelling(data: bytes) -> None:
    """Unpadded base64url of any bytes reads back; padded, cut or with other characters it is refused."""
    text = b64url_encode(data)
    assert b64url_decode(text) == data
    for false in (text + "=", text + "\n", "+" + text, text + "\u00e9"):
        with pytest.raises(Malformed):
            b64url_decode(false)
