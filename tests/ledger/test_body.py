"""Bodies: every field can be withheld, none can be changed, added, moved or renamed."""

import hashlib
import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.body import (
    Body,
    body_of,
    check_field_name,
    disclose,
    format_body,
    is_subject_name,
    make_body,
    parse_body,
)
from ledger.core.encoding import b64encode, b64url_decode, b64url_encode, canonical_json
from ledger.errors import BodyInvalid, Malformed, ZerenError


def salts() -> Callable[[], bytes]:
    numbers = count()
    return lambda: hashlib.sha256(str(next(numbers)).encode()).digest()[:16]


VALUES: dict[str, Any] = {
    "attendees.0": "p-a",
    "attendees.1": "p-b",
    "covers": [],
    "for_year": 2024,
    "minutes": True,
    "note": None,
    "settings": {"a": [1, "二"], "b": {}},
    "title": "廉政谈话 – minutes “of” the talk",
}
BODY = make_body(VALUES.items(), salts())
STORED = format_body(BODY)

names = st.from_regex(r"[a-z][a-z0-9_]{0,8}(\.(0|[1-9][0-9]?|[a-z][a-z0-9_]{0,5})){0,2}", fullmatch=True)
texts = st.text(st.characters(codec="utf-8"), max_size=20).filter(lambda text: text.isascii())
scalars = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts | st.sampled_from(["责任", "é", "𠀀"])
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
fields = st.dictionaries(names, values, max_size=6)


@given(fields, st.data())
def test_a_body_reads_back_and_keeps_its_digest_whatever_is_withheld(
    given_fields: dict[str, object], data: st.DataObject
) -> None:
    """Any values come back as they went in; any choice of fields left out keeps the digest and is named as missing."""
    body = make_body(given_fields.items(), salts())
    left_out = data.draw(st.sets(st.sampled_from(sorted(given_fields)))) if given_fields else set()
    shown = parse_body(format_body(body.without(left_out)))

    assert parse_body(format_body(body)).values() == given_fields
    assert shown.digest() == body.digest()
    assert shown.missing == left_out
    assert shown.values() == {name: value for name, value in given_fields.items() if name not in left_out}


def test_the_digest_is_built_as_the_format_says() -> None:
    """Map, disclosures and digest are rebuilt here from FORMAT.md section 2 with other means, byte for byte."""
    new_salt = salts()
    digests, lines = {}, []
    for name, value in VALUES.items():
        salt = b64url_encode(new_salt())
        text = b64url_encode(rfc8785.dumps([salt, name, value]))
        digests[name] = b64encode(hashlib.sha256(text.encode()).digest())
        lines.append(f"{name} {text}\n")
    body_map = json.dumps(digests, sort_keys=True, separators=(",", ":"))

    assert STORED == (body_map + "\n" + "".join(sorted(lines))).encode()
    assert BODY.digest() == hashlib.sha256(f"zeren/body/v1\n{body_map}\n".encode()).digest()


@given(names, st.text(st.characters(), max_size=30))
def test_a_text_is_disclosed_as_rfc_8785_writes_it(name: str, text: str) -> None:
    """Any text, control characters and letters beyond the first plane among them, has the one form of RFC 8785."""
    plain = [b64url_encode(bytes(16)), name, text]
    try:
        wanted = canonical_json(plain)
    except Malformed:
        with pytest.raises(Malformed):
            disclose(name, text, bytes(16))
        return

    assert b64url_decode(disclose(name, text, bytes(16))) == wanted == rfc8785.dumps(plain)


@given(fields)
def test_a_body_map_is_what_rfc_8785_gives(given_fields: dict[str, object]) -> None:
    """The map line is the RFC 8785 object of names and digests, for any fields."""
    body = make_body(given_fields.items(), salts())

    assert body.map_line() == rfc8785.dumps(dict(body.digests))


def test_an_empty_body_is_an_empty_map() -> None:
    """An event without fields has the map `{}`."""
    empty = make_body([], salts())

    assert format_body(empty) == b"{}\n"
    assert empty.digest() == hashlib.sha256(b"zeren/body/v1\n{}\n").digest()
    assert parse_body(b"{}\n") == empty


def test_each_changed_character_is_found() -> None:
    """Each byte of a stored body, whatever one bit of it is flipped, makes it unreadable or changes its digest."""
    for at in range(len(STORED)):
        for bit in range(8):
            changed = bytearray(STORED)
            changed[at] ^= 1 << bit
            try:
                body = parse_body(bytes(changed))
            except BodyInvalid:
                continue
            pytest.fail(f"byte {at}, bit {bit}: {body}")


def test_a_changed_map_that_is_well_formed_has_another_digest() -> None:
    """Where map and disclosure are changed together the body reads, but is no longer the one that was signed over."""
    forged = body_of({**BODY.disclosures, "for_year": disclose("for_year", 2023, bytes(16))}.items())
    read = parse_body(format_body(forged))

    assert read.values()["for_year"] == 2023
    assert read.digest() != BODY.digest()


def test_swapped_disclosures_are_found() -> None:
    """Two disclosures under each other's names do not fit, and neither does one line given twice."""
    lines = STORED.decode().splitlines()
    (first, second), rest = lines[1:3], lines[3:]
    name_1, text_1 = first.split(" ")
    name_2, text_2 = second.split(" ")
    attacks = (
        [f"{name_1} {text_2}", f"{name_2} {text_1}", *rest],
        [second, first, *rest],
        [first, first, second, *rest],
        [first, second, *rest, first],
        [first, second, *rest, ""],
        [first, second, *rest, f"unknown {text_1}"],
    )
    for attack in attacks:
        with pytest.raises(BodyInvalid):
            parse_body("\n".join([lines[0], *attack, ""]).encode())


def test_a_disclosure_under_another_name_in_the_map_does_not_open() -> None:
    """A disclosure says its own name, so it cannot be passed off as another field by a map made for that."""
    text = disclose("votes.agree.0", "p-a", bytes(16))
    moved = parse_body(format_body(body_of([("votes.oppose.0", text)])))

    with pytest.raises(BodyInvalid, match=r"votes\.oppose\.0"):
        moved.values()


def test_dropped_lines_are_named_and_never_change_the_digest() -> None:
    """Each disclosure line can be dropped: the digest stays and the field is missing, not absent."""
    lines = STORED.decode().splitlines()
    for at in range(1, len(lines)):
        body = parse_body(("\n".join(lines[:at] + lines[at + 1 :]) + "\n").encode())

        assert body.missing == {lines[at].partition(" ")[0]}
        assert body.digest() == BODY.digest()


def test_a_field_dropped_from_the_map_changes_the_digest() -> None:
    """A field cannot vanish without trace: without its digest the body is another one."""
    for name in BODY.digests:
        digests = {other: digest for other, digest in BODY.digests.items() if other != name}
        disclosures = {other: text for other, text in BODY.disclosures.items() if other != name}

        assert Body(digests, disclosures).digest() != BODY.digest()


def test_each_cut_body_is_found() -> None:
    """A stored body cut anywhere but after a line is refused."""
    for at in range(len(STORED)):
        if at and STORED[at - 1 : at] == b"\n":
            continue
        with pytest.raises(BodyInvalid):
            parse_body(STORED[:at])


def test_no_name_stands_twice() -> None:
    """A field given twice is refused when a body is made and when a map is read."""
    with pytest.raises(BodyInvalid, match="twice"):
        make_body([("title", "a"), ("title", "b")], salts())
    digest = b64encode(bytes(32))
    with pytest.raises(BodyInvalid):
        parse_body(f'{{"title":"{digest}","title":"{digest}"}}\n'.encode())


@pytest.mark.parametrize(
    "value", [1.5, 1.0, float("nan"), float("inf"), 2**53, -(2**53), [0.1], {"a": 1e3}, b"bytes", {1: "a"}, {"a", "b"}]
)
def test_values_without_a_canonical_form_are_refused(value: object) -> None:
    """Floats, whole numbers beyond 2^53 - 1, bytes and the like never enter a body."""
    with pytest.raises(Malformed):
        make_body([("amount", value)], salts())


@pytest.mark.parametrize("text", ["e\u0301", "\u212b", "\uf900", "\u1100\u1161", "\ud800"])
def test_text_that_is_not_in_nfc_is_refused(text: str) -> None:
    """Two texts that look the same have one form, in values at any depth, in names of members, and when read."""
    for value in (text, [text], {"a": text}, {text: "a"}):
        with pytest.raises(Malformed):
            make_body([("title", value)], salts())


def _raw(value: object, *, ascii_only: bool = False) -> str:
    return b64url_encode(json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only).encode())


SALT = b64url_encode(bytes(16))
BAD_DISCLOSURES = {
    "not NFC": _raw([SALT, "title", "e\u0301"]),
    "a float": _raw([SALT, "title", 1.5]),
    "a float that is whole": _raw([SALT, "title", 1.0]),
    "an escape": _raw([SALT, "title", "é"], ascii_only=True),
    "a space": b64url_encode(f'["{SALT}", "title","a"]'.encode()),
    "a member twice": b64url_encode(f'["{SALT}","title",{{"a":1,"a":1}}]'.encode()),
    "a salt of 15 bytes": _raw([b64url_encode(bytes(15)), "title", "a"]),
    "a salt of 17 bytes": _raw([b64url_encode(bytes(17)), "title", "a"]),
    "a padded salt": _raw([SALT + "==", "title", "a"]),
    "no salt": _raw(["title", "a"]),
    "a fourth element": _raw([SALT, "title", "a", "b"]),
    "another name": _raw([SALT, "matter", "a"]),
    "no list": _raw({"title": "a"}),
    "no JSON": b64url_encode(b"title"),
    "no UTF-8": b64url_encode(b'["' + SALT.encode() + b'","title","\xff"]'),
    "padding": _raw([SALT, "title", "abc"]) + "=",
    "the other base64": _raw([SALT, "title", "é??>"]).replace("-", "+").replace("_", "/") + "+/",
    "nothing": "",
}


@pytest.mark.parametrize("text", BAD_DISCLOSURES.values(), ids=BAD_DISCLOSURES.keys())
def test_malformed_disclosures_do_not_open(text: str) -> None:
    """A disclosure that fits its digest but is not [salt, name, value] in canonical form gives no value."""
    body = Body({"title": b64encode(hashlib.sha256(text.encode()).digest())}, {"title": text})

    with pytest.raises(BodyInvalid):
        parse_body(format_body(body)).values()


DIGEST = b64encode(bytes(32))
BAD_MAPS = {
    "no object": "[]",
    "a space": f'{{"title": "{DIGEST}"}}',
    "names out of order": f'{{"b":"{DIGEST}","a":"{DIGEST}"}}',
    "a short digest": f'{{"a":"{b64encode(bytes(31))}"}}',
    "a number for a digest": '{"a":1}',
    "digest in hex": f'{{"a":"{"00" * 32}"}}',
    "digest without padding": f'{{"a":"{DIGEST[:-1]}"}}',
    "an escape": f'{{"\\u0061":"{DIGEST}"}}',
    "an upper-case name": f'{{"A":"{DIGEST}"}}',
    "not ASCII": f'{{"é":"{DIGEST}"}}',
    "an empty name": f'{{"":"{DIGEST}"}}',
    "nothing": "",
    "a carriage return": "{}\r",
}


@pytest.mark.parametrize("line", BAD_MAPS.values(), ids=BAD_MAPS.keys())
def test_malformed_maps_are_refused(line: str) -> None:
    """A body map has one spelling, well-formed names and digests of 32 bytes."""
    with pytest.raises(BodyInvalid):
        parse_body(f"{line}\n".encode())


@pytest.mark.parametrize("name", ["", "A", "1a", ".a", "a.", "a..b", "a.01", "a.-1", "a b", "a\n", "ä", "a.B", "_a"])
def test_bad_field_names_are_refused(name: str) -> None:
    """A field name is words and list numbers with dots between."""
    with pytest.raises(BodyInvalid):
        check_field_name(name)
    with pytest.raises(BodyInvalid):
        make_body([(name, "a")], salts())


def test_subject_fields_are_told_by_name() -> None:
    """`subject` and `subject.<number>` are reserved, names that only begin so are not."""
    assert [name for name in ("subject", "subject.0", "subject.17") if not is_subject_name(name)] == []
    assert [
        name for name in ("subject.a", "subject.01", "subjects.0", "subject.0.a", "a.subject") if is_subject_name(name)
    ] == []


def test_equal_values_are_salted_apart() -> None:
    """Two bodies with the same value show different digests, so that no digest can be guessed from another."""
    new_salt = salts()
    first, second = (make_body([("title", "a")], new_salt) for _ in range(2))

    assert first.digest() != second.digest()
    assert len(b64url_decode(json.loads(b64url_decode(first.disclosures["title"]))[0])) == 16


def test_deep_nesting_is_refused_without_harm() -> None:
    """A value nested beyond all measure is a fault of the input, not of the program."""
    value: object = "a"
    for _ in range(100):
        value = [value]
    with pytest.raises(Malformed):
        disclose("title", value, bytes(16))
    text = b64url_encode(b"[" * 100_000)
    body = Body({"title": b64encode(hashlib.sha256(text.encode()).digest())}, {"title": text})
    with pytest.raises(ZerenError):
        body.values()
    assert canonical_json([]) == b"[]"
