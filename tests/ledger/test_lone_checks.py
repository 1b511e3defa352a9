"""Rules of `ledger/checks` that mutants showed to be held by no quick test: each alone, by a book made by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ledger.checks.admits import check_admits, check_withdrawal
from ledger.checks.anchor_rules import read_token
from ledger.checks.answers import Said, standing_since
from ledger.checks.consents import check_carried, check_recorded
from ledger.checks.entry_rules import re_enrolled_lines
from ledger.checks.keybook import EnrolledKey, KeyBook
from ledger.core.body import Body, make_body
from ledger.core.carried import Carried
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.consent import Consent, ConsentNote, draft_digest, sign_consent
from ledger.core.consent_to import Place, ToDraft, ToEntry
from ledger.core.cosignature import sign_cosignature
from ledger.core.encoding import b64encode
from ledger.core.entry import Entry, Header, sign_entry
from ledger.core.names import SignerId
from ledger.core.note import format_line
from ledger.core.signers import Ed25519Signer
from ledger.errors import Incomplete, Invalid, Malformed, Refused
from ledger.events.base import Payload
from ledger.events.fields import EntryReference, Json
from ledger.events.lists import latest_list, read_list
from ledger.events.records import ConsentRecorded
from ledger.events.trust import AnchorRecorded, FormatAdopted, KeyRevoked
from tests.support.anchoring import WITNESSES
from tests.support.builders import duty_ledger, signer_named

ORIGIN = "zeren.test/organ/duty"
DAY = datetime(2026, 12, 1, 1, tzinfo=UTC)
LEAVES = {n: bytes([n]) * 32 for n in range(60)}
ROLES: Mapping[str, tuple[str, ...]] = {
    "c-1": ("custodian",),
    "c-2": ("custodian",),
    "rec": ("recorder",),
    "p-li": ("signer",),
    "p-bai": ("signer",),
}


def signer(person: str) -> Ed25519Signer:
    return signer_named(f"{ORIGIN}/{person}")


def book(**changes: Any) -> KeyBook:
    """Everybody's key, enrolled by genesis, under the latest list."""
    made = KeyBook(ORIGIN, "duty", roles=dict(ROLES), types=latest_list(), **changes)
    for person in ROLES:
        key = signer(person).verify_key
        made.keys[key.name, key.key_id] = EnrolledKey(person, key, 0)
    return made


def header(type_: str, *persons: str, position: int = 50, stream: str = "talk/T1", body: bytes = bytes(32)) -> Header:
    return Header(
        body=body,
        ledger=ORIGIN,
        position=position,
        previous=bytes(32),
        recorded_at=DAY,
        signers=tuple(SignerId(person, signer(person).verify_key.key_id) for person in persons),
        stream=stream,
        type=type_,
        version=1,
    )


def consented(person: str, capacity: str, **changes: Any) -> ConsentNote:
    """A consent to a draft of the author c-1, or to what `changes` say."""
    consent = Consent(
        person, LEAVES[0], ToDraft(bytes(32), "key.revoked/1", "c-1"), "agree", DAY, "holder", Place(40, LEAVES[40]),
        DAY + timedelta(days=1),
    )  # fmt: skip
    return sign_consent(replace(consent, **{"capacity": capacity, **changes}), [signer(person)])


def revocation(person: str, since: int | None = None) -> KeyRevoked:
    return KeyRevoked(person=person, key_id=signer(person).verify_key.key_id.hex(), compromised_from=since)


# --- who may ---


def test_a_key_may_be_lost_from_the_beginning() -> None:
    """Position 0 is one; below it there is none."""
    revoking = header("key.revoked/1", "c-1", stream="key/p-li")
    check_admits(book(), revoking, revocation("p-li", 0))
    with pytest.raises(Invalid, match="a position or null"):
        check_admits(book(), revoking, revocation("p-li", -1))


@pytest.mark.parametrize(("person", "capacity"), [("p-li", "attendee"), ("p-bai", "holder")])
def test_only_the_owner_and_as_holder_consents_without_a_role(person: str, capacity: str) -> None:
    """To the revocation of his key: not in another capacity, and nobody else as holder."""
    revoking = header("key.revoked/1", "c-1", stream="key/p-li")
    check_admits(book(), revoking, revocation("p-li"), Carried((consented("p-li", "holder"),)))
    with pytest.raises(Refused, match=r"may not be co-signer of key\.revoked/1"):
        check_admits(book(), revoking, revocation("p-li"), Carried((consented(person, capacity),)))


@pytest.mark.parametrize(("since", "good"), [(6, False), (7, True), (8, True)])
def test_a_compromise_from_the_last_anchored_size_on_is_one_custodians_to_claim(since: int, good: bool) -> None:
    """Below it alone the owner or a second custodian has to sign: the entry at that size is not anchored."""
    check = (book(last_anchored=7), header("key.revoked/1", "c-1", stream="key/p-li"), revocation("p-li", since))
    if good:
        check_admits(*check)
    else:
        with pytest.raises(Refused, match="below the last anchored size 7"):
            check_admits(*check)


def test_a_compromise_below_the_last_anchored_size_is_claimed_by_two() -> None:
    """Two custodians are enough for it, and so is one with the owner."""
    known = book(last_anchored=7)
    for second in ("c-2", "p-li"):
        check_admits(known, header("key.revoked/1", "c-1", second, stream="key/p-li"), revocation("p-li", 6))


def test_a_withdrawal_is_by_all_who_agreed_or_by_two_custodians() -> None:
    """Two of three are enough; a receipt given elsewhere is no agreement."""
    three = book()
    three.roles["p-bai"] = ("custodian",)
    withdrawing = header("record.withdrawn/1", "c-1", "c-2").signers
    check_withdrawal(three, withdrawing, Carried(), {"p-li"})
    with pytest.raises(Refused, match="p-li missing"):
        check_withdrawal(three, withdrawing[:1], Carried(), {"p-li"})
    agreed = Carried((consented("p-li", "holder"),))
    check_withdrawal(three, withdrawing[:1], agreed, {"p-li"})
    with pytest.raises(Refused, match="p-li missing"):
        check_withdrawal(three, withdrawing[:1], Carried((consented("p-li", "receipt"),)), {"p-li"})


def test_the_next_list_of_types_is_adopted_and_one_of_a_later_version_is_left_to_it() -> None:
    """List 2 after list 1; and a digest that no list here has, whatever is in force."""
    adopting = header("format.adopted/1", "c-1", "c-2", stream="ledger/main")
    grown = FormatAdopted(format="zeren/entry/v1", position=0, types=read_list(2).digest)
    first = book()
    first.types = read_list(1)
    check_admits(first, adopting, grown)
    later = FormatAdopted(format="zeren/entry/v1", position=0, types=b64encode(bytes(32)))
    check_admits(book(), adopting, later)


@pytest.mark.parametrize(
    ("continues", "lost"),
    [
        (None, [9, b64encode(bytes(32))]),
        ([b64encode(bytes(32)), 7, b64encode(bytes(32))], None),
        ([b64encode(bytes(32)), 7, b64encode(bytes(32))], [7, b64encode(bytes(32))]),
        ([b64encode(bytes(32)), 0, b64encode(bytes(32))], [7, b64encode(bytes(32))]),
        ([7, b64encode(bytes(32))], [9, b64encode(bytes(32))]),
    ],
)
def test_a_genesis_that_continues_names_what_was_restored_and_a_head_beyond(
    tmp_path: Path, continues: list[Any] | None, lost: list[Any] | None
) -> None:
    """One without the other, a head that is not beyond, nothing restored, and a missing part are each refused."""
    desk = duty_ledger(tmp_path)
    entry, _ = desk.ledger.entry_at(0)
    check_admits(KeyBook(), entry.header, desk.ledger.genesis)
    with pytest.raises(Invalid, match="names the lost ledger it continues"):
        check_admits(KeyBook(), entry.header, replace(desk.ledger.genesis, continues=continues, lost=lost))
    desk.close()


def test_a_genesis_that_continues_names_digests(tmp_path: Path) -> None:
    """Each of 32 bytes; one of another length is none."""
    desk = duty_ledger(tmp_path)
    entry, whole, short = desk.ledger.entry_at(0)[0], b64encode(bytes(32)), b64encode(bytes(31))
    check_admits(KeyBook(), entry.header, replace(desk.ledger.genesis, continues=[whole, 7, whole], lost=[9, whole]))
    false: list[tuple[list[Json], list[Json]]] = [
        ([short, 7, whole], [9, whole]),
        ([whole, 7, whole], [9, short]),
    ]
    for continues, lost in false:
        with pytest.raises(Invalid, match="no digests"):
            check_admits(KeyBook(), entry.header, replace(desk.ledger.genesis, continues=continues, lost=lost))
    desk.close()


def test_a_founder_signs_the_genesis_or_consents_to_it(tmp_path: Path) -> None:
    """By the key that it enrols for him, either way; without both it is refused."""
    desk = duty_ledger(tmp_path)
    entry, genesis = desk.ledger.entry_at(0)[0], desk.ledger.genesis
    fewer = replace(entry.header, signers=tuple(s for s in entry.header.signers if s.person != "cus-2"))
    to = ToDraft(bytes(32), "ledger.opened/1", "cus-1")
    consent = Consent("cus-2", b"", to, "agree", DAY, "custodian", not_after=DAY + timedelta(days=1))
    check_admits(KeyBook(), fewer, genesis, Carried((sign_consent(consent, [desk.signer("cus-2")]),)))
    with pytest.raises(Refused, match="every key that it enrols"):
        check_admits(KeyBook(), fewer, genesis)
    desk.close()


# --- keys ---


def test_an_announced_log_key_is_confirmed_by_a_checkpoint_that_holds_the_announcement() -> None:
    """One of a size that ends before the announcing entry confirms nothing."""
    announced = signer_named(ORIGIN, 2).verify_key
    known = book(announced_log_key=announced, announced_at=7)
    assert [known.confirmed_by(size) for size in (6, 7, 8)] == [None, None, announced]


def test_only_a_line_by_a_re_enrolled_key_is_told_as_one() -> None:
    """Not one by a key that stood at genesis, nor one by a key that is not on record."""
    known, entry = book(), sign_entry(header("talk.held/1", "rec", "p-li"), [signer("rec"), signer("p-li")])
    assert re_enrolled_lines(known, entry) == re_enrolled_lines(KeyBook(), entry) == 0
    key = signer("p-li").verify_key
    known.keys[key.name, key.key_id] = EnrolledKey("p-li", key, 3, re_enrolled=True)
    assert re_enrolled_lines(known, entry) == 1


# --- answers and tokens ---


def test_a_signature_stands_from_the_first_agreement_after_the_last_refusal() -> None:
    """One of the very moment of the refusal is not after it."""
    later = DAY + timedelta(minutes=1)
    said = [
        Said("p-li", refuses=refuses, capacity=None, position=position, at=at, counts_from=at)
        for position, (refuses, at) in enumerate([(False, DAY), (True, DAY), (False, later)])
    ]
    assert standing_since(said)["p-li"].position == 2


def test_a_token_beyond_all_dates_is_none() -> None:
    """A cosignature's seconds are a date, or it is malformed."""
    head = Checkpoint(ORIGIN, 1, bytes(32))
    note = sign_checkpoint(head, signer_named(ORIGIN)).decode()
    line = format_line(sign_cosignature(head, WITNESSES[0], 2**62))
    with pytest.raises(Malformed, match="is no date"):
        read_token(AnchorRecorded(checkpoint=note, kind="cosignature", token=line), None)


# --- consents ---


def carrying(type_: str, values: Mapping[str, Any], capacity: str, **more: Any) -> None:
    """Checks that an entry with these values carries p-li's consent to its draft."""
    body = drafted(values)
    note = consented("p-li", capacity, to=ToDraft(draft_digest(body.digests), type_, "rec"))
    check_carried(book(), header(type_, "rec"), None, Carried((note,)), values, body.digests, LEAVES.get, **more)


def drafted(values: Mapping[str, Any]) -> Body:
    return make_body(sorted(values.items()), lambda: b"s" * 16)


def test_a_consent_vouches_for_what_its_draft_refers_to() -> None:
    """A draft that refers to an entry behind the last one shown is refused; one that refers up to it is not."""
    for at, good in ((40, True), (41, False)):
        values = {"of": ["", at, b64encode(LEAVES[at])], "by": "p-li", "ground": "error"}
        if good:
            carrying("record.withdrawn/1", values, "holder")
        else:
            with pytest.raises(Invalid, match="later than #40"):
                carrying("record.withdrawn/1", values, "holder")
    elsewhere = {"of": [b64encode(bytes(32)), 41, b64encode(LEAVES[41])], "by": "p-li", "ground": "error"}
    carrying("record.withdrawn/1", elsewhere, "holder")


def test_as_what_somebody_consents_is_not_said_where_the_field_is_not_shown() -> None:
    """Incomplete, not false: the counterpart of a talk whose counterpart is withheld."""
    named = {"counterpart": "p-li", "talker": "p-bai"}
    carrying("talk.held/1", named, "counterpart")
    with pytest.raises(Incomplete, match="the field is withheld"):
        carrying("talk.held/1", {"talker": "p-bai"}, "counterpart", hidden=("counterpart",))
    carrying("talk.held/1", {"talker": "p-bai"}, "holder", hidden=("counterpart",))


def recorded(payload: Payload, of: Entry, body: Body, by: str = "rec") -> None:
    assert isinstance(payload, ConsentRecorded)
    check_recorded(book(), header("consent.recorded/1", by), payload, {}, lambda _: (of, body), ())


def answering(person: str, capacity: str, asked: str | None = None) -> tuple[ConsentRecorded, Entry, Body]:
    """An answer to a talk on record at position 41."""
    values = {"counterpart": "p-li", "talker": "p-bai", **({"asked_of.0": [person, asked]} if asked else {})}
    body = drafted(values)
    talk = sign_entry(header("talk.held/1", "rec", position=41, body=body.digest()), [signer("rec")])
    place = Place(41, talk.leaf_hash)
    note = sign_consent(
        Consent(person, talk.leaf_hash, ToEntry(place), "agree", DAY, capacity),  # type: ignore[arg-type]
        [signer(person)],
    )
    payload = ConsentRecorded(note=note.data.decode(), of=EntryReference("", 41, talk.leaf_hash))
    return payload, talk, body


def test_who_has_no_role_that_accepts_answers_as_what_he_is_alone() -> None:
    """A custodian answers as custodian, whatever else a custodian may not; as holder only where a role allows it."""
    recorded(*answering("p-li", "counterpart"))
    recorded(*answering("c-2", "custodian"))
    for person, capacity in (("c-2", "holder"), ("c-2", "inspector")):
        with pytest.raises(Refused, match="do not allow an answer"):
            recorded(*answering(person, capacity))


def test_who_was_not_asked_consents_to_no_draft() -> None:
    """Behind an entry the consent to its draft is recorded of those alone whom the draft asks, and as what it asks
    them."""
    after = Place(40, LEAVES[40])
    for asked, good in (
        (["p-li", "counterpart"], True),
        (["p-li", "holder"], False),
        (["p-bai", "counterpart"], False),
    ):
        body = drafted({"counterpart": "p-li", "talker": "p-bai", "asked_of.0": asked})
        talk = sign_entry(header("talk.held/1", "rec", position=41, body=body.digest()), [signer("rec")])
        draft = ToDraft(draft_digest(body.digests), "talk.held/1", "rec")
        until = DAY + timedelta(days=1)
        note = sign_consent(
            Consent("p-li", LEAVES[0], draft, "agree", DAY, "counterpart", after, until), [signer("p-li")]
        )
        payload = ConsentRecorded(note=note.data.decode(), of=EntryReference("", 41, talk.leaf_hash))

        def entry_at(_: int, talk: Entry = talk, body: Body = body) -> tuple[Entry, Body]:
            return talk, body

        at = header("consent.recorded/1", "rec")
        checked = partial(check_recorded, book(), at, payload, {}, entry_at, (), LEAVES.get)
        if good:
            assert checked().consent.person == "p-li"
        else:
            with pytest.raises(Invalid, match="was not asked as counterpart"):
                checked()


def test_a_custodian_records_no_consents_to_what_recorders_author() -> None:
    """A recorder, a service or an inspector does."""
    with pytest.raises(Refused, match="a recorder records the others"):
        recorded(*answering("p-li", "counterpart"), by="c-1")
