"""Consents: one spelling each; whatever was changed, swapped, hidden or used again is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.checks.enrolled import ROLES
from ledger.core import carried as reserved
from ledger.core import consent_check as checks
from ledger.core.body import Body, make_body
from ledger.core.consent import (
    CAPACITIES,
    FORMAT_LINE,
    MAX_CONSENT_BYTES,
    MAX_TERM,
    Consent,
    ConsentNote,
    draft_digest,
    format_text,
    parse_consent,
    parse_text,
    sign_consent,
)
from ledger.core.consent_to import Place, ToDraft, ToEntry, ToKey
from ledger.core.encoding import b64encode
from ledger.core.note import sign_note
from ledger.core.signers import Ed25519Signer, VerifyKey, format_vkey, sm2_signer
from ledger.errors import Incomplete, Invalid, KeyInvalid, Malformed, SignatureInvalid, UnknownFormat, UnknownKey
from ledger.keys.key_files import new_further_key
from tests.support.builders import signer_named

ORIGIN = "zeren.test/organ/duty"
PRINT, OTHER = b"F" * 32, b"O" * 32
MADE = datetime(2026, 12, 1, 1, tzinfo=UTC)
LEAVES = {n: bytes([n]) * 32 for n in range(50)}


def signer(person: str, origin: str = ORIGIN) -> Ed25519Signer:
    return signer_named(f"{origin}/{person}")


def body(**more: Any) -> Body:
    """The body of a draft; the salts are the same for the same fields."""
    fields = {"counterpart": "p-li", "asked_of.0": ["p-li", "counterpart"], "text": "提醒", **more}
    return make_body(sorted(fields.items()), lambda: b"s" * 16)


DRAFT = body()
TO_DRAFT = ToDraft(draft_digest(DRAFT.digests), "talk.held/1", "p-bai")
TO_ENTRY = ToEntry(Place(41, LEAVES[41]))
TO_KEY = ToKey(signer("p-li").verify_key, ("signer",))
AGREED = Consent(
    "p-li",
    PRINT,
    TO_DRAFT,
    "agree",
    MADE,
    capacity="counterpart",
    after=Place(40, LEAVES[40]),
    not_after=MADE + MAX_TERM,
)
ANSWERED = Consent("p-li", PRINT, TO_ENTRY, "refuse", MADE, capacity="holder", reason=b"R" * 32)
OWNED = Consent("p-li", PRINT, TO_KEY, "agree", MADE)
FOUNDED = replace(
    AGREED, fingerprint=b"", to=ToDraft(b"D" * 32, "ledger.opened/1", "c-1"), after=None, capacity="custodian"
)
KINDS = {"draft": AGREED, "entry": ANSWERED, "possession": OWNED, "genesis": FOUNDED}
STANDING = checks.Named(41, "talk.held/1", "p-bai", DRAFT.digests, (3, 40), LEAVES[41])


def signed(consent: Consent, *signers: Any) -> ConsentNote:
    return sign_consent(consent, signers or [signer(consent.person)])


def keys_of(*signers: Any) -> dict[tuple[str, bytes], VerifyKey]:
    return {(each.verify_key.name, each.verify_key.key_id): each.verify_key for each in signers}


# --- one spelling ----------------------------------------------------------------------------------------------------

hashes = st.binary(min_size=32, max_size=32)
people = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True).filter(lambda person: person != "log")
moments = st.datetimes(datetime(1, 1, 2), datetime(9990, 1, 1)).map(  # noqa: DTZ001 - made aware next
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
places = st.builds(Place, st.integers(0, 2**53 - 1), hashes)
two_keys = st.just(()) | st.lists(st.binary(min_size=4, max_size=4), min_size=2, max_size=2, unique=True).map(tuple)


@st.composite
def consents(draw: st.DrawFn) -> Consent:
    made = draw(moments)
    person = draw(people)
    until = made + draw(
        st.timedeltas(timedelta(), MAX_TERM).map(lambda d: timedelta(milliseconds=d // timedelta(milliseconds=1)))
    )
    match draw(st.sampled_from(["draft", "entry", "possession"])):
        case "draft":
            to = ToDraft(draw(hashes), "talk.held/1", draw(people))
            capacity = draw(st.sampled_from(CAPACITIES))
            return Consent(person, draw(hashes), to, "agree", made, capacity, draw(places), until, keys=draw(two_keys))
        case "entry":
            return Consent(
                person,
                draw(hashes),
                ToEntry(draw(places)),
                draw(st.sampled_from(["agree", "refuse"])),
                made,
                draw(st.none() | st.sampled_from(CAPACITIES)),
                not_after=draw(st.none() | st.just(until)),
                reason=draw(st.none() | hashes),
                keys=draw(two_keys),
            )
        case _:
            roles = draw(st.lists(st.sampled_from(ROLES), min_size=1, unique=True))
            return Consent(person, draw(hashes), ToKey(signer(person).verify_key, tuple(roles)), "agree", made)


@given(consents())
def test_a_consent_is_read_back_and_has_one_spelling(consent: Consent) -> None:
    """Whatever a consent says is read back as it was; its second line is RFC 8785 in ASCII."""
    text = format_text(consent)
    first, line, rest = text.split("\n")

    assert parse_text(text) == consent
    assert (first, rest, line.isascii()) == (FORMAT_LINE, "", True)
    assert rfc8785.dumps(json.loads(line)).decode() == line


@settings(max_examples=300)
@given(st.data())
def test_no_byte_of_a_consent_changes_unseen(data: st.DataObject) -> None:
    """A note of which any one byte was changed, dropped or added is refused, or its signature does not fit."""
    note = signed(data.draw(st.sampled_from([AGREED, ANSWERED, OWNED])))
    at = data.draw(st.integers(0, len(note.data) - 1))
    byte = data.draw(st.binary(max_size=2))
    changed = note.data[:at] + byte + note.data[at + 1 :]
    if changed == note.data:
        return
    with pytest.raises((Invalid, Incomplete)):
        checks.check_lines(parse_consent(changed), ORIGIN, keys_of(signer("p-li")))


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"{FORMAT_LINE}\n{text}\n\n\u2014 a b\n".encode())
)
def test_what_is_no_consent_is_refused(data: bytes) -> None:
    """Arbitrary bytes end in one of our own faults, never in another exception."""
    with pytest.raises((Invalid, Incomplete)):
        parse_consent(data)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_signed_and_accepted(kind: str) -> None:
    """What is signed is what is parsed, and its lines check; the ledger's name is that of the key."""
    note = signed(KINDS[kind])

    assert parse_consent(note.data) == note
    assert (note.consent, note.origin) == (KINDS[kind], ORIGIN)
    checks.check_lines(note, ORIGIN, keys_of(signer("p-li")))


# --- attacks on the text ---------------------------------------------------------------------------------------------

ABSENT = object()
B64 = b64encode(b"x" * 32)
ATTACKS: list[tuple[str, str, Any]] = [
    ("draft", "answer", "refuse"),
    ("draft", "answer", "Agree"),
    ("draft", "answer", True),
    ("draft", "answer", ABSENT),
    ("draft", "fingerprint", ""),
    ("draft", "fingerprint", b64encode(b"short")),
    ("draft", "fingerprint", B64.rstrip("=")),
    ("draft", "fingerprint", ABSENT),
    ("draft", "made_at", "2026-12-01T01:00:00Z"),
    ("draft", "made_at", "2026-12-01T09:00:00.000+08:00"),
    ("draft", "made_at", "2026-02-30T01:00:00.000Z"),
    ("draft", "made_at", "2026-11-01T01:00:00.000Z"),  # so the term is longer than 31 days
    ("draft", "person", "log"),
    ("draft", "person", "P-Li"),
    ("draft", "person", "p-bo"),  # not whose key signed
    ("draft", "capacity", ABSENT),
    ("draft", "capacity", "author"),
    ("draft", "not_after", ABSENT),
    ("draft", "not_after", "2027-01-01T01:00:00.001Z"),
    ("draft", "after", ABSENT),
    ("draft", "after", [-1, B64]),
    ("draft", "after", [True, B64]),
    ("draft", "after", [2**53, B64]),
    ("draft", "after", [40, "AA=="]),
    ("draft", "after", [40]),
    ("draft", "reason", B64),
    ("draft", "keys", ["aabbccdd"]),
    ("draft", "keys", ["aabbccdd", "aabbccdd"]),
    ("draft", "keys", ["AABBCCDD", "11223344"]),
    ("draft", "keys", []),
    ("draft", "note", "I was made to sign"),
    ("draft", "to", ["draft", B64, "talk.held/1"]),
    ("draft", "to", ["draft", B64, "talk.held", "p-bai"]),
    ("draft", "to", ["draft", B64, "talk.held/1", "P"]),
    ("draft", "to", ["draft", "AA==", "talk.held/1", "p-bai"]),
    ("draft", "to", ["draft", B64, "ledger.opened/1", "p-bai"]),  # a genesis has no fingerprint yet
    ("draft", "to", ["whatever", B64]),
    ("draft", "to", "draft"),
    ("draft", "to", ["entry", 41, B64]),  # has no `after` of its own
    ("entry", "after", [40, B64]),
    ("entry", "fingerprint", ""),
    ("entry", "to", ["entry", "41", B64]),
    ("entry", "to", ["entry", 41, B64, "talk.held/1"]),
    ("entry", "reason", "because"),
    ("entry", "reason", "AA=="),
    ("entry", "capacity", None),
    ("possession", "answer", "refuse"),
    ("possession", "capacity", "holder"),
    ("possession", "after", [40, B64]),
    ("possession", "reason", B64),
    ("possession", "keys", ["aabbccdd", "11223344"]),
    ("possession", "to", ["possession", format_vkey(TO_KEY.key), []]),
    ("possession", "to", ["possession", format_vkey(TO_KEY.key), ["signer", "signer"]]),
    ("possession", "to", ["possession", format_vkey(TO_KEY.key), "signer"]),
    ("possession", "to", ["possession", format_vkey(signer("p-bo").verify_key), ["signer"]]),
    ("possession", "to", ["possession", format_vkey(TO_KEY.key).replace("+", "+0", 1), ["signer"]]),
    ("genesis", "fingerprint", B64),
    ("genesis", "after", [0, B64]),
    ("genesis", "capacity", "counterpart"),
    ("genesis", "to", ["draft", B64, "talk.held/1", "p-bai"]),
]


@pytest.mark.parametrize(("kind", "member", "value"), ATTACKS)
def test_a_malformed_consent_is_refused_though_it_is_signed(kind: str, member: str, value: Any) -> None:
    """Each departure from the format, rightly signed by the person's own key, is refused when it is read."""
    members = json.loads(format_text(KINDS[kind]).split("\n")[1])
    members.pop(member, None)
    if value is not ABSENT:
        members[member] = value
    text = f"{FORMAT_LINE}\n{json.dumps(members, separators=(',', ':'), sort_keys=True)}\n"
    with pytest.raises(Invalid):
        parse_consent(sign_note(text, [signer("p-li")]))


TEXTS: list[tuple[Callable[[str], str], type[Exception]]] = [
    (lambda t: t.replace("/v1\n", "/v2\n"), UnknownFormat),
    (lambda t: t.replace("zeren/consent/v1\n", "zeren/entry/v1\n"), Malformed),
    (lambda t: t.replace("zeren/consent/v1\n", "zeren/consent/v1 \n"), Malformed),
    (lambda t: t + "\n", Malformed),
    (lambda t: t + "{}\n", Malformed),
    (lambda t: t.replace(",", ", ", 1), Malformed),
    (lambda t: t.replace('{"after"', '{"after":[1,"x"],"after"'), Malformed),
    (lambda t: t.replace('"agree"', '"\\u0061gree"'), Malformed),
    (lambda t: t.replace("p-bai", "p-b\u0430i"), Malformed),  # a Cyrillic letter
    (lambda t: t.replace("[40,", "[40.0,"), Malformed),
    (lambda _: f"{FORMAT_LINE}\n[]\n", Malformed),
    (lambda _: f"{FORMAT_LINE}\n", Malformed),
]


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_a_consent_has_no_second_spelling(number: int) -> None:
    """Another version, another kind of text, blanks, escapes, a member twice, look-alike letters: all refused."""
    change, fault = TEXTS[number]
    text = change(format_text(AGREED))
    assert text != format_text(AGREED)
    with pytest.raises(fault):
        parse_consent(sign_note(text, [signer("p-li")]))


def test_a_consent_has_a_largest_size() -> None:
    """More than 8,192 bytes are refused before anything is read."""
    with pytest.raises(Malformed, match="8192 bytes"):
        parse_consent(signed(AGREED).data + b"x" * MAX_CONSENT_BYTES)


# --- lines -----------------------------------------------------------------------------------------------------------


def further() -> Any:
    return sm2_signer(f"{ORIGIN}/p-li", new_further_key("sm2", lambda size, /: b"k" * size))


def test_two_lines_stand_only_where_both_are_named() -> None:
    """With `keys` both lines are there, in order; a line more, less, swapped or of the wrong sort is refused."""
    first, second = signer("p-li"), further()
    ids = (first.verify_key.key_id, second.verify_key.key_id)
    two = replace(AGREED, keys=ids)
    note = signed(two, first, second)
    known = keys_of(first, second)
    checks.check_lines(note, ORIGIN, known)

    for text, signers in (
        (two, [first]),
        (two, [second]),
        (two, [second, first]),
        (two, [first, second, first]),
        (AGREED, [first, second]),
        (AGREED, [first, first]),
        (AGREED, [signer("p-li"), signer("p-bo")]),
    ):
        with pytest.raises(SignatureInvalid):
            signed(text, *signers)
    swapped = replace(AGREED, keys=ids[::-1])
    with pytest.raises(SignatureInvalid, match="first line"):
        checks.check_lines(signed(swapped, second, first), ORIGIN, known)
    with pytest.raises(SignatureInvalid, match="first line"):
        checks.check_lines(signed(AGREED, second), ORIGIN, known)
    checks.check_lines(signed(replace(OWNED, to=ToKey(second.verify_key, ("signer",))), second), ORIGIN, {})


def test_only_keys_in_force_of_this_ledger_count() -> None:
    """A key of another ledger, of another person, one revoked or not enrolled, and a forged line are refused."""
    elsewhere = signed(AGREED, signer("p-li", "zeren.test/other/duty"))
    with pytest.raises(SignatureInvalid, match="not of"):
        checks.check_lines(elsewhere, ORIGIN, keys_of(signer("p-li")))
    with pytest.raises(SignatureInvalid, match="signed by the key"):
        signed(AGREED, signer("p-bo"))
    with pytest.raises(UnknownKey):
        checks.check_lines(signed(AGREED), ORIGIN, {})
    with pytest.raises(UnknownKey):
        checks.check_lines(signed(AGREED), ORIGIN, keys_of(signer("p-bo")))
    own, other = signed(AGREED), signed(replace(AGREED, made_at=MADE + timedelta(seconds=1)))
    mixed = own.data.rpartition(b"\n\n")[0] + b"\n\n" + other.data.rpartition(b"\n\n")[2]
    with pytest.raises(SignatureInvalid):
        checks.check_lines(parse_consent(mixed), ORIGIN, keys_of(signer("p-li")))


def test_a_possession_is_proved_by_the_key_itself() -> None:
    """No key book is asked; roles raised or reordered, another key or person, and another key's line are refused."""
    note = signed(OWNED)
    vkey = format_vkey(TO_KEY.key)
    checks.check_lines(note, ORIGIN, {})
    checks.check_possession(OWNED, "p-li", vkey, ("signer",))
    for person, key, roles in (
        ("p-bo", vkey, ("signer",)),
        ("p-li", format_vkey(signer("p-bo").verify_key), ("signer",)),
        ("p-li", vkey, ("signer", "custodian")),
        ("p-li", vkey, ()),
    ):
        with pytest.raises(Invalid):
            checks.check_possession(OWNED, person, key, roles)
    with pytest.raises(Invalid):
        checks.check_possession(AGREED, "p-li", vkey, ("signer",))
    with pytest.raises(SignatureInvalid):
        signed(OWNED, signer_named(f"{ORIGIN}/p-li/x"))
    with pytest.raises((KeyInvalid, SignatureInvalid)):
        signed(OWNED, further())


# --- what it is over -------------------------------------------------------------------------------------------------


def over(consent: Consent, named: checks.Named, leaves: dict[int, bytes] | None = None) -> None:
    checks.check_ledger(consent, PRINT)
    checks.check_over(consent, named)
    checks.check_history(consent, named, (LEAVES if leaves is None else leaves).get)


def test_a_draft_may_gain_what_is_not_yet_known_and_nothing_else() -> None:
    """Subjects, consents and a proof of possession may come later; every other field is what was signed."""
    later = {"subject.0": ["person", "p-li", 1], "consent.0": "x", "possession.0": "y"}
    over(AGREED, STANDING)
    over(AGREED, replace(STANDING, digests=body(**later).digests))
    for name in ("text", "place", "asked_of.1", "subject", "consent.00", "consent.0.x"):
        with pytest.raises(Invalid, match="another draft"):
            over(AGREED, replace(STANDING, digests={**DRAFT.digests, name: B64}))
    left = {name: digest for name, digest in DRAFT.digests.items() if name != "text"}
    with pytest.raises(Invalid, match="another draft"):
        over(AGREED, replace(STANDING, digests=left))
    salted = make_body([("text", "提醒")], lambda: b"t" * 16).digests
    with pytest.raises(Invalid, match="another draft"):
        over(AGREED, replace(STANDING, digests={**DRAFT.digests, **salted}))


@given(st.dictionaries(st.from_regex(r"(subject|consent|possession)\.(0|[1-9][0-9]?)", fullmatch=True), st.just(B64)))
def test_the_draft_digest_leaves_out_exactly_the_three_names(more: dict[str, str]) -> None:
    """The digest is that of the map without them, whatever they hold."""
    assert draft_digest({**DRAFT.digests, **more}) == draft_digest(DRAFT.digests)


OVER: list[tuple[str, Consent, checks.Named, str]] = [
    ("other ledger", replace(AGREED, fingerprint=OTHER), STANDING, "not for this one"),
    ("other ledger", replace(ANSWERED, fingerprint=OTHER), STANDING, "not for this one"),
    ("author swapped", AGREED, replace(STANDING, author="p-li"), "consented to a"),
    ("another type", AGREED, replace(STANDING, type="talk.held/2"), "consented to a"),
    ("a genesis later on", FOUNDED, replace(STANDING, type="ledger.opened/1", author="c-1"), "another draft"),
    ("references beyond", AGREED, replace(STANDING, references=(41,)), "later than"),
    ("recorded below `after`", AGREED, replace(STANDING, position=40), "later than"),
    ("recorded below `after`", AGREED, replace(STANDING, position=7), "later than"),
    ("another entry", ANSWERED, replace(STANDING, position=42), "another entry"),
    ("rewritten entry", ANSWERED, replace(STANDING, leaf_hash=LEAVES[42]), "another entry"),
    ("not yet an entry", ANSWERED, replace(STANDING, leaf_hash=None), "another entry"),
    ("possession as consent", OWNED, STANDING, "consents to no entry"),
    ("to a seal", ANSWERED, replace(STANDING, type="ledger.sealed/1"), "nobody consents"),
    ("to a consent", ANSWERED, replace(STANDING, type="consent.recorded/1"), "nobody consents"),
    ("to an anchor", ANSWERED, replace(STANDING, type="anchor.recorded/1"), "nobody consents"),
]


@pytest.mark.parametrize("number", range(len(OVER)))
def test_a_consent_over_something_else_is_refused(number: int) -> None:
    """Swapped ledger, author, type, position or hash, and history that it does not vouch for."""
    _, consent, named, fault = OVER[number]
    with pytest.raises(Invalid, match=fault):
        over(consent, named)


def test_history_rewritten_below_a_consent_is_seen() -> None:
    """Another leaf where `after` points is refused; one that is not at hand is named as not checked."""
    with pytest.raises(Invalid, match="another history"):
        over(AGREED, STANDING, {**LEAVES, 40: OTHER})
    with pytest.raises(Incomplete, match="history not checked"):
        over(AGREED, STANDING, {})
    over(ANSWERED, STANDING, {})  # its own leaf hash vouches


def test_a_consent_is_recorded_within_its_term() -> None:
    """Not after `not_after`, nor under a clock set back, nor more than 5 minutes before it was made."""
    last = MADE + MAX_TERM
    tick = timedelta(milliseconds=1)
    for moment in (MADE, last, MADE - checks.TOLERANCE):
        checks.check_times(AGREED, moment)
    checks.check_times(ANSWERED, last + timedelta(days=365))
    for bad, before in ((last + tick, None), (MADE, last + tick), (MADE - checks.TOLERANCE - tick, None)):
        with pytest.raises(Invalid):
            checks.check_times(AGREED, bad, before)


def test_marks_of_time_stand_beside_what_is_valid() -> None:
    """Made before its entry, or recorded when it no longer held: a mark, with 5 minutes of tolerance."""
    tick = timedelta(milliseconds=1)
    assert not checks.is_time_contradicted(ANSWERED, MADE + checks.TOLERANCE)
    assert checks.is_time_contradicted(ANSWERED, MADE + checks.TOLERANCE + tick)
    assert not checks.is_time_contradicted(AGREED, MADE + timedelta(days=9))
    last = MADE + MAX_TERM + checks.TOLERANCE
    assert (checks.is_expired(AGREED.not_after, None), checks.is_expired(AGREED.not_after, last)) == (False, False)
    assert checks.is_expired(AGREED.not_after, last + tick)


def test_the_reason_on_record_is_the_one_that_was_signed() -> None:
    """Swapped, added and suppressed reasons are refused."""
    own = b64encode(b"R" * 32)
    checks.check_reason(ANSWERED, own)
    checks.check_reason(AGREED, None)
    for consent, digest in ((ANSWERED, None), (ANSWERED, B64), (AGREED, own)):
        with pytest.raises(Invalid, match="reason"):
            checks.check_reason(consent, digest)


def test_a_capacity_of_the_record_is_that_of_whom_it_names() -> None:
    """Counterpart, chair and attendee are who is named so; other capacities are no matter of the fields."""
    checks.check_capacity(AGREED, {"counterpart": ["p-li"]})
    checks.check_capacity(ANSWERED, {})
    for named in ({}, {"counterpart": ["p-bo"]}, {"chair": ["p-li"]}):
        with pytest.raises(Invalid, match="not named as"):
            checks.check_capacity(AGREED, named)


# --- in a body -------------------------------------------------------------------------------------------------------


def text_of(consent: Consent) -> str:
    return signed(consent).data.decode()


def test_reserved_names_are_read() -> None:
    """Consents, who was asked, and proof of possession, as they stand."""
    bo = replace(AGREED, person="p-bo", capacity="holder")
    asked = {"asked_of.0": ["p-bo", "holder"], "asked_of.1": ["p-li", "counterpart"], "asked_of.2": ["p-z", "chair"]}
    values = {"text": "x", "consent.0": text_of(bo), "consent.1": text_of(AGREED), **asked}
    carried = reserved.read_carried("talk.held/1", values)
    assert [note.consent for note in carried.consents] == [bo, AGREED]
    assert carried.asked[2] == reserved.AskedPerson("p-z", "chair")
    proof = reserved.read_carried("key.enrolled/1", {"possession.0": text_of(OWNED)})
    assert proof.possession is not None
    assert proof.possession.consent == OWNED
    assert reserved.read_carried("talk.held/1", {"text": "x"}) == reserved.Carried()


LI, ASKED = text_of(AGREED), ["p-li", "counterpart"]
BO = text_of(replace(AGREED, person="p-bo", capacity="holder"))
BODIES: list[tuple[str, dict[str, Any]]] = [
    ("talk.held/1", {"consent.0": LI}),  # nobody was asked
    ("talk.held/1", {"consent.0": LI, "asked_of.0": ["p-li", "holder"]}),  # capacity raised
    ("talk.held/1", {"consent.0": LI, "asked_of.0": ["p-bo", "counterpart"]}),
    ("talk.held/1", {"consent.1": LI, "asked_of.0": ASKED}),
    ("talk.held/1", {"consent": LI, "asked_of.0": ASKED}),
    ("talk.held/1", {"consent.0": LI, "consent.00": LI, "asked_of.0": ASKED}),
    ("talk.held/1", {"consent.0": LI, "consent.1": LI, "asked_of.0": ASKED}),
    ("talk.held/1", {"consent.0": LI, "consent.1": BO, "asked_of.0": ["p-bo", "holder"], "asked_of.1": ASKED}),
    ("talk.held/1", {"asked_of.0": ASKED, "asked_of.1": ["p-bo", "holder"]}),
    ("talk.held/1", {"asked_of.0": ASKED, "asked_of.1": ["p-li", "holder"]}),
    ("talk.held/1", {"asked_of.0": ["p-li", "author"]}),
    ("talk.held/1", {"asked_of.0": "p-li"}),
    ("talk.held/1", {"asked_of.0": ["log", "holder"]}),
    ("talk.held/1", {"asked_of": []}),
    ("talk.held/1", {"consent.0": text_of(ANSWERED), "asked_of.0": ["p-li", "holder"]}),
    ("talk.held/1", {"consent.0": text_of(OWNED), "asked_of.0": ASKED}),
    ("talk.held/1", {"consent.0": 7, "asked_of.0": ASKED}),
    ("talk.held/1", {"possession.0": text_of(OWNED)}),
    ("key.enrolled/1", {"possession.0": text_of(OWNED), "possession.1": text_of(OWNED)}),
    ("key.enrolled/1", {"possession.1": text_of(OWNED)}),
    ("ledger.sealed/1", {"asked_of.0": ASKED}),
    ("anchor.recorded/1", {"consent.0": LI, "asked_of.0": ASKED}),
    ("access.read/1", {"asked_of.0": ASKED}),
    ("list.published/1", {"asked_of.0": ASKED}),
    ("consent.recorded/1", {"asked_of.0": ASKED}),
]


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_reserved_names_out_of_place_are_refused(number: int) -> None:
    """Gaps, wrong order, persons twice, answers that nobody asked for, and types that carry none."""
    with pytest.raises(Invalid):
        reserved.read_carried(*BODIES[number])


def test_a_body_has_at_most_255_consents() -> None:
    """The 256th is refused."""
    people = [f"p-{n:03}" for n in range(256)]
    asked = {f"asked_of.{n}": [person, "holder"] for n, person in enumerate(people)}
    notes = {
        f"consent.{n}": text_of(replace(AGREED, person=person, capacity="holder")) for n, person in enumerate(people)
    }
    with pytest.raises(Invalid, match="255"):
        reserved.read_carried("talk.held/1", {**asked, **notes})
    notes.pop("consent.255")
    assert len(reserved.read_carried("talk.held/1", {**asked, **notes}).consents) == 255


def test_a_consent_is_spent_once() -> None:
    """The same text, in the ledger already or twice at once, is refused, whatever its signature line."""
    note = signed(AGREED)
    other = signed(replace(AGREED, made_at=MADE + timedelta(milliseconds=1)))
    checks.check_unspent([note, other], set())
    for notes, spent in (([note], {note.text}), ([note, note], set[str]())):
        with pytest.raises(Invalid, match="spent once"):
            checks.check_unspent(notes, spent)


def test_the_roles_of_a_possession_are_those_that_the_ledger_knows() -> None:
    """Every role can be asked for in a proof of possession."""
    assert signed(replace(OWNED, to=ToKey(TO_KEY.key, ROLES))).consent.to == ToKey(TO_KEY.key, ROLES)
