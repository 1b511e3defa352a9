"""Entries: one spelling each, and no byte of them can change unseen."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.core.encoding import b64encode
from ledger.core.entry import (
    MAX_ENTRY_BYTES,
    MAX_SIGNERS,
    NO_PREVIOUS,
    Entry,
    Header,
    check_signatures,
    format_header,
    format_time,
    parse_entry,
    parse_header,
    parse_time,
    sign_entry,
)
from ledger.core.following import check_follows
from ledger.core.names import SignerId, check_origin, check_person_id
from ledger.core.note import format_note, sign_note
from ledger.core.signers import Ed25519Signer, FurtherSigner, VerifyKey
from ledger.errors import (
    ChainBroken,
    Invalid,
    Malformed,
    SignatureInvalid,
    UnknownFormat,
    UnknownKey,
    ZerenError,
)
from tests.support.builders import signer_named

ORIGIN = "zeren.test/organ/duty"
MOMENT = datetime(2024, 2, 21, 1, 0, 0, 123000, tzinfo=UTC)

hashes = st.binary(min_size=32, max_size=32)
people = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True).filter(lambda person: person != "log")
signer_ids = st.builds(SignerId, person=people, key_id=st.binary(min_size=4, max_size=4))
headers = st.builds(
    Header,
    body=hashes,
    ledger=st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,8}){1,3}(/[a-z0-9._-]{1,8}){1,3}", fullmatch=True),
    position=st.integers(0, 2**53 - 1),
    previous=hashes,
    recorded_at=st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(  # noqa: DTZ001 - made aware next
        lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
    ),
    signers=st.lists(signer_ids, min_size=1, max_size=MAX_SIGNERS).map(tuple),
    stream=st.from_regex(r"[a-z_]{1,12}/[A-Za-z0-9._-]{1,64}", fullmatch=True),
    type=st.from_regex(r"[a-z_]{1,12}\.[a-z_]{1,12}/[1-9][0-9]{0,3}", fullmatch=True),
    version=st.integers(1, 2**53 - 1),
)


def signer(person: str, generation: int = 1) -> Ed25519Signer:
    return signer_named(f"{ORIGIN}/{person}", generation)


def make_header(signers: Sequence[Ed25519Signer], **changes: object) -> Header:
    header = Header(
        body=bytes(range(32)),
        ledger=ORIGIN,
        position=41,
        previous=bytes(reversed(range(32))),
        recorded_at=MOMENT,
        signers=tuple(SignerId(s.name.rpartition("/")[2], s.verify_key.key_id) for s in signers),
        stream="meeting/E060",
        type="meeting.held/1",
        version=1,
    )
    return replace(header, **changes)  # type: ignore[arg-type]  # changed field by field


def make_entry(*persons: str, **changes: object) -> Entry:
    signers = [signer(person) for person in persons or ("p-bai", "p-ding")]
    return sign_entry(make_header(signers, **changes), signers)


def keys_of(*persons: str) -> dict[tuple[str, bytes], VerifyKey]:
    keys = [signer(person).verify_key for person in persons or ("p-bai", "p-ding")]
    return {(key.name, key.key_id): key for key in keys}


@given(headers)
def test_the_header_is_what_rfc_8785_gives(header: Header) -> None:
    """For any header the fixed template writes the very bytes of RFC 8785, and reading gives the header back."""
    members = {
        "body": b64encode(header.body),
        "ledger": header.ledger,
        "position": header.position,
        "previous": b64encode(header.previous),
        "recorded_at": format_time(header.recorded_at),
        "signers": [str(one) for one in header.signers],
        "stream": header.stream,
        "type": header.type,
        "version": header.version,
    }
    line = format_header(header)

    assert line.encode() == rfc8785.dumps(members)  # type: ignore[arg-type]  # a dict of texts, numbers, a list
    if len(header.ledger) <= 128:
        assert parse_header(line) == header


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_times_are_utc_in_milliseconds(naive: datetime, offset: int) -> None:
    """Whatever the offset, a moment is written in UTC with three digits and read back to the same millisecond."""
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=offset)))
    if not datetime(1, 1, 2, tzinfo=UTC) <= moment <= datetime(9999, 12, 30, tzinfo=UTC):
        return
    text = format_time(moment)

    assert text.endswith("Z")
    assert len(text) == 24
    assert timedelta() <= moment - parse_time(text) < timedelta(milliseconds=1)


GOOD = format_header(make_header([signer("p-bai")]))
BAD_SPELLINGS = {
    "a space": GOOD.replace(",", ", ", 1),
    "a space at the end": GOOD + " ",
    "a line end": GOOD + "\n",
    "members in another order": GOOD.replace(
        '"stream":"meeting/E060","type":"meeting.held/1"', '"type":"meeting.held/1","stream":"meeting/E060"'
    ),
    "a member left out": GOOD.replace(',"version":1', ""),
    "a member more": GOOD.replace("}", ',"zone":1}'),
    "a member twice": GOOD.replace('"version":1', '"version":1,"version":1'),
    "an escape": GOOD.replace("meeting/E060", "meeting/\\u0045060"),
    "a number with a zero ahead": GOOD.replace(":41,", ":041,"),
    "a number as text": GOOD.replace(":41,", ':"41",'),
    "a number with a fraction": GOOD.replace(":41,", ":41.0,"),
    "a number with an exponent": GOOD.replace(":41,", ":4e1,"),
    "a negative number": GOOD.replace(":41,", ":-41,"),
    "a position beyond 2^53": GOOD.replace(":41,", f":{2**53},"),
    "version 0": GOOD.replace('"version":1', '"version":0'),
    "a version beyond 2^53": GOOD.replace('"version":1', f'"version":{2**53}'),
    "digits that are not ASCII": GOOD.replace(":41,", ":٤١,"),
    "base64 with loose padding bits": GOOD.replace(
        b64encode(bytes(range(32))), b64encode(bytes(range(32)))[:-2] + "9="
    ),
    "base64 of the url alphabet": GOOD.replace('"body":"A', '"body":"_'),
    "a digest of 31 bytes": GOOD.replace(b64encode(bytes(range(32))), b64encode(bytes(31))),
    "upper-case key id": GOOD.replace(
        signer("p-bai").verify_key.key_id.hex(), signer("p-bai").verify_key.key_id.hex().upper()
    ),
    "a key id of 7 digits": GOOD.replace(
        signer("p-bai").verify_key.key_id.hex(), signer("p-bai").verify_key.key_id.hex()[:7]
    ),
    "no key id": GOOD.replace("+" + signer("p-bai").verify_key.key_id.hex(), ""),
    "no signer": GOOD.replace(GOOD[GOOD.index("[") : GOOD.index("]") + 1], "[]"),
    "17 signers": GOOD.replace("[", "[" + '"p-x+00000000",' * 16),
    "the reserved person": GOOD.replace("p-bai", "log"),
    "an upper-case person": GOOD.replace("p-bai", "P-bai"),
    "a person of 33 characters": GOOD.replace("p-bai", "p" * 33),
    "an origin without a path": GOOD.replace(ORIGIN, "zeren.test"),
    "an origin without a dot": GOOD.replace(ORIGIN, "zeren/duty"),
    "an upper-case origin": GOOD.replace(ORIGIN, "Zeren.test/duty"),
    "an origin of 129 characters": GOOD.replace(ORIGIN, "a.b/" + "c" * 125),
    "a stream without a number": GOOD.replace("meeting/E060", "meeting/"),
    "a stream of two slashes": GOOD.replace("meeting/E060", "meeting/E/060"),
    "a stream name of 65 characters": GOOD.replace("meeting/E060", "meeting/" + "E" * 65),
    "a type without version": GOOD.replace("meeting.held/1", "meeting.held"),
    "a type of version 0": GOOD.replace("meeting.held/1", "meeting.held/0"),
    "a type of version 10000": GOOD.replace("meeting.held/1", "meeting.held/10000"),
    "a type without a dot": GOOD.replace("meeting.held/1", "held/1"),
    "microseconds": GOOD.replace(".123Z", ".123456Z"),
    "no milliseconds": GOOD.replace(".123Z", "Z"),
    "an offset": GOOD.replace(".123Z", ".123+00:00"),
    "a comma": GOOD.replace(".123Z", ",123Z"),
    "no T": GOOD.replace("T01:", " 01:"),
    "the 30th of February": GOOD.replace("2024-02-21", "2024-02-30"),
    "hour 24": GOOD.replace("T01:00:00", "T24:00:00"),
    "second 60": GOOD.replace("T01:00:00", "T01:00:60"),
    "year 0": GOOD.replace("2024-02-21", "0000-02-21"),
}


@pytest.mark.parametrize("spelling", BAD_SPELLINGS.values(), ids=BAD_SPELLINGS.keys())
def test_every_other_spelling_of_a_header_is_refused(spelling: str) -> None:
    """A header has one spelling; each of these is another one, or says what cannot be."""
    assert spelling != GOOD

    with pytest.raises(Malformed):
        parse_header(spelling)


@settings(max_examples=300)
@given(st.data())
def test_no_changed_header_says_something_else_in_the_same_words(data: st.DataObject) -> None:
    """A header line with one character put elsewhere is refused, or is the one spelling of another header."""
    at = data.draw(st.integers(0, len(GOOD)))
    put = data.draw(st.characters(codec="utf-8"))
    changed = data.draw(
        st.sampled_from([GOOD[:at] + put + GOOD[at + 1 :], GOOD[:at] + put + GOOD[at:], GOOD[:at] + GOOD[at + 1 :]])
    )
    try:
        header = parse_header(changed)
    except Malformed:
        return

    assert format_header(header) == changed
    assert (header == parse_header(GOOD)) == (changed == GOOD)
    assert rfc8785.dumps(json.loads(changed)) == changed.encode()


def test_each_changed_byte_of_an_entry_is_found() -> None:
    """Each byte of an entry, changed in its lowest or its highest bit, makes it unreadable or breaks a signature."""
    entry, keys = make_entry(), keys_of()
    check_signatures(entry, keys)
    for at in range(len(entry.data)):
        for bit in (1, 0x80):
            changed = bytearray(entry.data)
            changed[at] ^= bit
            with pytest.raises(ZerenError):
                check_signatures(parse_entry(bytes(changed)), keys)


def test_each_cut_or_extended_entry_is_found() -> None:
    """An entry cut short anywhere, or with anything appended or put in front, is refused."""
    data = make_entry().data
    for at in range(len(data)):
        with pytest.raises(ZerenError):
            parse_entry(data[:at])
    for extended in (data + b"\n", data + b"x", b"\n" + data, b"\xef\xbb\xbf" + data, data + data):
        with pytest.raises(ZerenError):
            parse_entry(extended)


def test_the_signature_lines_are_exactly_the_signers() -> None:
    """A missing, extra, repeated, reordered or foreign signature line makes an entry invalid."""
    entry = make_entry("p-bai", "p-ding")
    text, (first, second) = entry.note.text, entry.note.signatures
    stranger = parse_entry(make_entry("p-eve").data).note.signatures[0]
    attacks = ((first,), (second,), (second, first), (first, second, second), (first, first), (first, second, stranger))
    for lines in attacks:
        with pytest.raises(SignatureInvalid):
            parse_entry(format_note(replace(entry.note, text=text, signatures=lines)))


def test_a_signer_stands_once() -> None:
    """One key cannot sign an entry twice, even where the header names it twice."""
    twice = [signer("p-bai"), signer("p-bai")]

    with pytest.raises(SignatureInvalid, match="twice"):
        sign_entry(make_header(twice), twice)


def test_keys_of_another_name_are_refused() -> None:
    """A signature by the right key under the name of another ledger or person is none."""
    foreign = Ed25519Signer("zeren.test/other/duty/p-bai", signer("p-bai").private_key)
    header = make_header([foreign])

    with pytest.raises(SignatureInvalid):
        sign_entry(header, [foreign])


def test_signatures_are_checked_under_enrolled_keys_only() -> None:
    """An entry whose signer no key is known for is refused, and so is one signed by another key of that name."""
    entry = make_entry("p-bai")
    other = signer("p-bai", 2).verify_key

    with pytest.raises(UnknownKey):
        check_signatures(entry, {})
    with pytest.raises(SignatureInvalid):
        check_signatures(entry, {(other.name, entry.header.signers[0].key_id): other})


def test_signing_refuses_signers_that_the_header_does_not_name() -> None:
    """No entry comes into being whose lines are not those of its header."""
    bai, ding = signer("p-bai"), signer("p-ding")
    for header_signers, signers in (
        ([bai], [ding]),
        ([bai, ding], [bai]),
        ([bai], [bai, ding]),
        ([bai, ding], [ding, bai]),
    ):
        with pytest.raises(SignatureInvalid):
            sign_entry(make_header(header_signers), signers)


def test_a_lying_signer_is_found_before_the_entry_is_returned() -> None:
    """Every line is verified at signing: a device that returns a wrong signature yields no entry."""

    class Lying(Ed25519Signer):
        def sign(self, message: bytes) -> bytes:
            return signer("p-eve").sign(message)

    liar = Lying(f"{ORIGIN}/p-bai", signer("p-bai").private_key)

    with pytest.raises(SignatureInvalid):
        sign_entry(make_header([liar]), [liar])


def test_an_entry_has_16_signers_at_most() -> None:
    """Sixteen signers are accepted, a seventeenth is refused."""
    signers = [signer(f"p-{number}") for number in range(MAX_SIGNERS + 1)]
    entry = sign_entry(make_header(signers[:MAX_SIGNERS]), signers[:MAX_SIGNERS])

    assert len(entry.header.signers) == MAX_SIGNERS
    with pytest.raises(Malformed):
        sign_entry(make_header(signers), signers)


def test_an_entry_that_is_too_long_is_refused_unread() -> None:
    """More than 65,535 bytes are no entry."""
    with pytest.raises(Malformed, match="65535"):
        parse_entry(b"x" * (MAX_ENTRY_BYTES + 1))


def test_a_later_format_is_unknown_and_not_invalid() -> None:
    """An entry of format v2 cannot be checked here, which is something else than being false."""
    text = f"zeren/entry/v2\n{format_header(make_header([signer('p-bai')]))}\n"

    with pytest.raises(UnknownFormat):
        parse_entry(sign_note(text, [signer("p-bai")]))


def test_more_text_than_two_lines_is_refused() -> None:
    """Nothing can be smuggled into an entry below its header."""
    line = format_header(make_header([signer("p-bai")]))
    for text in (
        f"zeren/entry/v1\n{line}\nmore\n",
        f"zeren/entry/v1\n\n{line}\n",
        "zeren/entry/v1\n",
        f"zeren/entry/v1\n{line}\n\n",
    ):
        with pytest.raises(Malformed):
            parse_entry(sign_note(text, [signer("p-bai")]))


def test_an_entry_follows_the_one_before_it() -> None:
    """The next entry is of the same ledger, at the next position, over the last leaf hash, and not earlier."""
    entry = make_entry()
    good = {"ledger": ORIGIN, "position": 41, "previous": entry.header.previous, "not_before": MOMENT}

    def check(**changes: object) -> None:
        check_follows(entry, **{**good, **changes})  # type: ignore[arg-type]  # changed one by one

    check()
    check(not_before=None)
    check(not_before=MOMENT - timedelta(days=1))
    with pytest.raises(Invalid, match="belongs to ledger"):
        check(ledger="zeren.test/other/duty")
    for changes in (
        {"position": 40},
        {"position": 42},
        {"previous": NO_PREVIOUS},
        {"not_before": MOMENT + timedelta(milliseconds=1)},
    ):
        with pytest.raises(ChainBroken):
            check(**changes)


@pytest.mark.parametrize("person", ["", "log", "-a", "A", "a_b", "a/b", "a+b", "王", "a" * 33, "a\n", "a b"])
def test_bad_person_ids_are_refused(person: str) -> None:
    """A person id is 1 to 32 lower-case letters, digits and hyphens, and never the log."""
    with pytest.raises(Malformed):
        check_person_id(person)


@pytest.mark.parametrize(
    "origin",
    ["", "a", "a.b", "a/b", "a.b/", "a.b//c", "A.b/c", "a.b/c d", "a.b/c+d", "a.b/C", "a.b/c\n", "a.b/" + "c" * 125],
)
def test_bad_origins_are_refused(origin: str) -> None:
    """An origin is a domain and a path, in lower case, of at most 128 characters."""
    with pytest.raises(Malformed):
        check_origin(origin)


def test_the_longest_origin_and_id_pass() -> None:
    """The limits themselves are allowed."""
    check_origin("a.b/" + "c" * 124)
    check_person_id("a" * 32)


@given(headers)
def test_a_signed_entry_is_what_its_bytes_read_as(header: Header) -> None:
    """Signing gives, without reading back, exactly the entry that a reader makes of the same bytes."""
    signers = [signer_named(f"{header.ledger}/{each.person}") for each in header.signers]
    ids = tuple(SignerId(each.person, s.verify_key.key_id) for each, s in zip(header.signers, signers, strict=True))
    header = replace(header, signers=ids)
    if len(set(ids)) != len(ids):
        with pytest.raises(SignatureInvalid, match="twice"):
            sign_entry(header, signers)
        return

    entry = sign_entry(header, signers)

    assert entry == parse_entry(entry.data)


@pytest.mark.parametrize(
    "changes",
    [
        {"body": b"short"},
        {"previous": b"short"},
        {"ledger": "Not/an/origin"},
        {"stream": "meeting/E 060"},
        {"type": "meeting"},
        {"version": 0},
        {"position": -1},
        {"position": 2**53},
    ],
)
def test_a_header_that_no_reader_accepts_is_never_signed(changes: dict[str, object]) -> None:
    """What reading refuses, signing refuses before a key is used."""
    asked: list[bytes] = []

    def sign(message: bytes) -> bytes:
        asked.append(message)
        return b""

    unused = FurtherSigner(signer("p-bai").verify_key, sign)

    with pytest.raises(Malformed):
        sign_entry(make_header([signer("p-bai")], **changes), [unused])
    assert not asked


def test_a_time_is_signed_as_it_reads() -> None:
    """Finer parts of a time and another zone are gone from the entry's header as from its bytes."""
    moment = MOMENT.astimezone(timezone(timedelta(hours=8))) + timedelta(microseconds=999)

    entry = make_entry(recorded_at=moment)

    assert entry == parse_entry(entry.data)
    assert entry.header.recorded_at == MOMENT
