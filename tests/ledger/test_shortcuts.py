"""Short cuts of reading: whatever they accept, the step-by-step reader accepts with the very same outcome.

They may always leave the decision to it; that they decide about plain entries and bodies is tested too.
"""

import base64
import hashlib
import json
import string

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.core import body as bodies
from ledger.core import entry as entries
from ledger.core.body import format_body, make_body
from ledger.core.entry import Header, sign_entry
from ledger.core.names import SignerId
from tests.ledger.test_body import fields, names, salts, values
from tests.ledger.test_entry import MOMENT, headers, make_entry
from tests.support.builders import signer_named

PLAIN = make_entry().data
ALPHABET = st.sampled_from([*string.printable.encode(), 0, 0x7F, 0x80, 0xE2, 0xCC])


def changed(data: bytes) -> st.SearchStrategy[bytes]:
    """The bytes with some of them replaced, left out or put in."""
    edits = st.tuples(st.integers(0, len(data)), st.integers(0, 3), st.lists(ALPHABET, max_size=3).map(bytes))

    def apply(edit: tuple[int, int, bytes]) -> bytes:
        at, gone, new = edit
        return data[:at] + new + data[at + gone :]

    return edits.map(apply)


def check_entry(data: bytes) -> bool:
    """Whether the short cut decided; if so, as the reader does."""
    found = entries._by_template(data)
    if found is not None:
        assert found == entries._read_entry(data)
    return found is not None


@given(headers)
def test_an_entry_by_template_is_the_entry_that_is_read(header: Header) -> None:
    """For any header whose signers are several persons the template decides, and gives what the reader gives."""
    signers = [signer_named(f"{header.ledger}/{each.person}") for each in header.signers]
    ids = tuple(SignerId(each.person, s.verify_key.key_id) for each, s in zip(header.signers, signers, strict=True))
    if len(set(ids)) == len(ids):
        data = sign_entry(
            Header(**{name: getattr(header, name) for name in header.__slots__} | {"signers": ids}), signers
        )
        assert check_entry(data.data)


@settings(max_examples=1500)
@given(changed(PLAIN))
@example(PLAIN.replace(b"T01:", b"T24:"))
@example(PLAIN.replace(b"-02-21T", b"-02-30T"))
@example(PLAIN.replace(b'"version":1', b'"version":0'))
@example(PLAIN.replace(b'"position":41', b'"position":9007199254740993'))
@example(PLAIN.replace(b"zeren.test/organ/duty", b"zeren/organ/duty"))
def test_a_changed_entry_is_never_taken_that_the_reader_refuses(data: bytes) -> None:
    """Whatever is done to an entry's bytes: what the template takes, the reader takes as the same entry."""
    check_entry(data)


def test_each_changed_byte_of_an_entry_is_judged_as_by_the_reader() -> None:
    """Every byte in turn replaced by others that may mean something."""
    for at in range(len(PLAIN)):
        for byte in b'AB0 9+/="\n-z\x00\xff':
            check_entry(PLAIN[:at] + bytes([byte]) + PLAIN[at + 1 :])


STORED = format_body(make_body({"a": "p-a", "b.0": 3, "c": True, "d": "责任", "e": ["x", 1]}.items(), salts()))


def check_body(data: bytes) -> bool:
    found = bodies._whole_body(data)
    if found is not None:
        assert found == bodies._read_body(data)
    return found is not None


@given(fields)
def test_a_whole_body_is_the_body_that_is_read(given_fields: dict[str, object]) -> None:
    """Any body of which nothing is missing is decided about at once, and reads the same."""
    assert check_body(format_body(make_body(given_fields.items(), salts())))


@settings(max_examples=1500)
@given(changed(STORED))
@example(STORED[: STORED.rindex(b"\n", 0, -1) + 1])
@example(STORED + b"\n")
@example(b"")
@example(b"{}\n")
@example(b"\n\n")
def test_a_changed_body_is_never_taken_that_the_reader_refuses(data: bytes) -> None:
    """Whatever is done to a stored body: what is taken at once, the reader takes as the same body."""
    check_body(data)


def check_disclosure(name: str, text: str) -> bool:
    found = bodies._open_plain(name, text)
    if found is not None:
        read = bodies._read_disclosure(name, text)
        assert json.dumps(found[0]) == json.dumps(read)  # True is not 1
    return found is not None


@given(names, values)
def test_a_plain_disclosure_opens_as_the_reader_opens_it(name: str, value: object) -> None:
    """Any value is opened alike; a text without anything to escape, a number and a word at once."""
    decided = check_disclosure(name, bodies.disclose(name, value, hashlib.sha256(name.encode()).digest()[:16]))
    if value is None or isinstance(value, bool) or (isinstance(value, str) and value.isalnum()):
        assert decided


@settings(max_examples=1500)
@given(
    st.sampled_from(['"a"', '"责任"', "-17", "0", "true", '["person","p-a",3]', "[]"]).flatmap(
        lambda value: changed(f'["AAAAAAAAAAAAAAAAAAAAAA","a",{value}]'.encode())
    )
)
@example(b'["AAAAAAAAAAAAAAAAAAAAAB","a","b"]')
@example(b'["AAAAAAAAAAAAAAAAAAAAAA","a",-0]')
@example(b'["AAAAAAAAAAAAAAAAAAAAAA","a",1.0]')
@example(b'["AAAAAAAAAAAAAAAAAAAAAA","a",1234567890123456]')
@example('["AAAAAAAAAAAAAAAAAAAAAA","a","e\u0301"]'.encode())
@example('["AAAAAAAAAAAAAAAAAAAAAA","a","\u0301"]'.encode())
@example(b'["AAAAAAAAAAAAAAAAAAAAAA","a",["b","\\u0063"]]')
def test_a_changed_disclosure_is_never_opened_that_the_reader_refuses(plain: bytes) -> None:
    """Whatever a disclosure holds: a value that is given at once is the reader's value."""
    check_disclosure("a", base64.urlsafe_b64encode(plain).rstrip(b"=").decode("ascii"))


@settings(max_examples=500)
@given(changed(base64.urlsafe_b64encode(b'["AAAAAAAAAAAAAAAAAAAAAA","a","??>>"]').rstrip(b"=")))
def test_a_changed_spelling_of_a_disclosure_is_never_opened_that_the_reader_refuses(encoded: bytes) -> None:
    """Base64 has its one spelling here too."""
    check_disclosure("a", encoded.decode("latin-1"))


def test_the_moment_of_the_examples_is_plain() -> None:
    """The examples above are entries that the template decides about."""
    assert MOMENT.isoformat() == "2024-02-21T01:00:00.123000+00:00"
    assert check_entry(PLAIN)
    assert check_body(STORED)
