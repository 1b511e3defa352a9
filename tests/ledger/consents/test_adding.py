"""Consents on record: checked at append, and by verify where a writer of somebody else's making left the checks out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from ledger.application import Command
from ledger.checks.consents import check_recorded
from ledger.consents.adding import look
from ledger.consents.answer import Answer, reason_digest
from ledger.core import sm2
from ledger.core.body import Body, disclose, parse_body
from ledger.core.consent import Consent, ConsentNote, draft_digest, sign_consent
from ledger.core.consent_to import Place, ToDraft, ToEntry, ToKey
from ledger.core.entry import Entry, Header
from ledger.core.signers import format_vkey, sm2_signer
from ledger.errors import Invalid, NotChecked, Refused, ZerenError
from ledger.events.records import ConsentRecorded, TextErased
from ledger.events.trust import KeyRevoked
from ledger.keys.key_files import new_further_key
from tests.support.asking import Asking, asking, talk
from tests.support.both_ways import verify_ledger
from tests.support.drafting import drafted

DAY = timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Asking]:
    made = asking(tmp_path)
    yield made
    made.close()


def agreed(desk: Asking, **changes: Any) -> Consent:
    """The counterpart's consent to the talk as it stands."""
    moment = desk.desk.clock.moment
    place = Place(desk.talk.position, desk.talk.leaf_hash)
    return replace(Consent("p-a", desk.fingerprint, ToEntry(place), "agree", moment, "counterpart"), **changes)


def signed(desk: Asking, consent: Consent, *signers: Any) -> ConsentNote:
    return sign_consent(consent, signers or [desk.desk.signer(consent.person)])


def command(desk: Asking, note: ConsentNote, author: str = "rec", reason: str | None = None, **more: Any) -> Command:
    of = more.get("of", desk.talk)
    payload = ConsentRecorded(note=note.data.decode(), of=of, reason=more.get("text"))
    return Command(payload, (desk.desk.signer(author),), {} if reason is None else {"reason": reason})


@contextmanager
def unchecked() -> Iterator[None]:
    """Appending as a writer would who leaves the checks of consents out."""
    with (
        patch("ledger.store.appending.check_recorded"),
        patch("ledger.store.appending.admits.check_admits"),
        patch("ledger.application.check_consented"),
    ):
        yield


def verdict(desk: Asking) -> list[str]:
    report = verify_ledger(desk.desk.ledger)
    return [f"{finding.severity}: {finding.what}" for finding in report.findings]


def test_a_consent_counts_and_the_ledger_is_valid(desk: Asking) -> None:
    """It stands in its entry's stream, inherits the subjects, and the salt of its reason is the signer's own."""
    text = disclose("reason", "不是事实", b"s" * 16)
    agreeing = signed(desk, agreed(desk))
    refusing = signed(desk, agreed(desk, answer="refuse", reason=reason_digest(text)))
    for note, more in ((agreeing, {}), (refusing, {"reason": text, "text": "不是事实"})):
        receipt = desk.desk.ledger.record(command(desk, note, **more))[0]
        assert receipt.stream == desk.desk.ledger.at(desk.talk.position).originator_id
        assert desk.desk.ledger.subjects_at(receipt.position) == desk.desk.ledger.subjects_at(desk.talk.position)
    body = desk.desk.ledger.body_at(desk.desk.ledger.size() - 1)
    assert body.disclosures["reason"] == text
    assert verdict(desk) == []


def test_a_consent_stands_beside_the_entry_that_it_names(desk: Asking) -> None:
    """In the stream of that entry, and by its leaf hash; elsewhere it is none."""
    ledger = desk.desk.ledger
    receipt = ledger.record(command(desk, signed(desk, agreed(desk))))[0]
    (entry, stored), payload = ledger.entry_at(receipt.position), ledger.at(receipt.position).payload
    assert isinstance(payload, ConsentRecorded)

    def asked(header: Header, payload: ConsentRecorded) -> ConsentNote:
        def entry_at(position: int) -> tuple[Entry, Body]:
            found, body = ledger.entry_at(position)
            return found, parse_body(body)

        return check_recorded(ledger.keys(), header, payload, parse_body(stored).digests, entry_at, ())

    assert asked(entry.header, payload).consent.person == "p-a"
    other = replace(payload, of=replace(payload.of, leaf_hash=bytes(32)))
    for header, said in ((replace(entry.header, stream="person/p-a"), payload), (entry.header, other)):
        with pytest.raises(Invalid, match="not recorded with the entry that it names"):
            asked(header, said)


Attack = Callable[[Asking], Command]


def _place(position: int, leaf_hash: bytes) -> ToEntry:
    return ToEntry(Place(position, leaf_hash))


def _key_of_another(desk: Asking) -> Command:
    return command(desk, signed(desk, agreed(desk, person="p-c")))


def _later_key(desk: Asking) -> Command:
    return command(desk, sign_consent(agreed(desk), [desk.desk.signer("p-a", 2)]))


def _revoked(desk: Asking) -> Command:
    note = signed(desk, agreed(desk))
    key_id = desk.desk.signer("p-a").verify_key.key_id.hex()
    desk.desk.record(KeyRevoked(person="p-a", key_id=key_id, compromised_from=None), "cus-1")
    return command(desk, note)


def _further(desk: Asking) -> Command:
    other = sm2_signer(f"{desk.desk.origin}/p-a", new_further_key("sm2"))
    keys = (desk.desk.signer("p-a").verify_key.key_id, other.verify_key.key_id)
    return command(desk, signed(desk, agreed(desk, keys=keys), desk.desk.signer("p-a"), other))


def _to_draft(desk: Asking) -> Command:
    digests = {**desk.desk.ledger.body_at(desk.talk.position).digests, "place": "x"}
    consent = agreed(
        desk,
        to=ToDraft(draft_digest(digests), "talk.held/1", "rec"),
        after=Place(desk.first.position, desk.first.leaf_hash),
        not_after=desk.desk.clock.moment + DAY,
    )
    return command(desk, signed(desk, consent))


def _other_history(desk: Asking) -> Command:
    digests = desk.desk.ledger.body_at(desk.talk.position).digests
    consent = agreed(
        desk,
        to=ToDraft(draft_digest(digests), "talk.held/1", "rec"),
        after=Place(desk.first.position, b"x" * 32),
        not_after=desk.desk.clock.moment + DAY,
    )
    return command(desk, signed(desk, consent))


def _reason(desk: Asking, signed_: bool, held: bool) -> Command:
    texts = [disclose("reason", "不是事实", bytes([n]) * 16) for n in (1, 2)]
    consent = agreed(desk, answer="refuse", reason=reason_digest(texts[0]) if signed_ else None)
    return command(desk, signed(desk, consent), reason=texts[1] if held else None, text="不是事实" if held else None)


def _twice(desk: Asking) -> Command:
    note = signed(desk, agreed(desk))
    desk.desk.ledger.record(command(desk, note))
    return command(desk, note)


ATTACKS: list[tuple[str, Attack]] = [
    ("another ledger", lambda d: command(d, signed(d, agreed(d, fingerprint=b"x" * 32)))),
    ("not named as counterpart", _key_of_another),
    ("a key never enrolled", _later_key),
    ("a revoked key", _revoked),
    ("a second key never enrolled", _further),
    ("another entry", lambda d: command(d, signed(d, agreed(d, to=_place(d.first.position, d.first.leaf_hash))))),
    ("recorded elsewhere", lambda d: command(d, signed(d, agreed(d)), of=d.first)),
    ("a hash of nothing", lambda d: command(d, signed(d, agreed(d, to=_place(d.talk.position, b"x" * 32))))),
    ("a draft with another field", _to_draft),
    ("a draft after another history", _other_history),
    ("expired", lambda d: command(d, signed(d, agreed(d, not_after=d.desk.clock.moment - DAY)))),
    ("still to come", lambda d: command(d, signed(d, agreed(d, made_at=d.desk.clock.moment + DAY)))),
    ("reason left out", lambda d: _reason(d, True, False)),
    ("reason added", lambda d: _reason(d, False, True)),
    ("reason swapped", lambda d: _reason(d, True, True)),
    ("spent twice", _twice),
    ("a possession", lambda d: command(d, signed(d, _possession(d)))),
    ("capacity changed", lambda d: command(d, signed(d, agreed(d, capacity="chair")))),
    ("roles that allow none", lambda d: command(d, signed(d, agreed(d, person="svc", capacity=None)))),
    ("by a custodian", lambda d: command(d, signed(d, agreed(d)), author="cus-1")),
    ("by a signer", lambda d: command(d, signed(d, agreed(d)), author="p-b")),
    ("no consent at all", lambda d: Command(ConsentRecorded(note="x", of=d.talk), (d.desk.signer("rec"),))),
]


def _possession(desk: Asking) -> Consent:
    key = desk.desk.signer("p-a").verify_key
    return Consent("p-a", desk.fingerprint, ToKey(key, ("signer",)), "agree", desk.desk.clock.moment)


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_a_consent_that_does_not_hold_is_refused_and_found(desk: Asking, number: int) -> None:
    """At append nothing is written; where it was written all the same, verify says that the entry is invalid."""
    _, attack = ATTACKS[number]
    bad = attack(desk)
    size = desk.desk.ledger.size()
    with pytest.raises((Invalid, Refused)):
        desk.desk.ledger.record(bad)
    assert (desk.desk.ledger.size(), verdict(desk)) == (size, [])
    with unchecked():
        desk.desk.ledger.record(bad)
    assert any(line.startswith("invalid") for line in verdict(desk)), verdict(desk)


def test_a_time_before_the_entry_is_marked(desk: Asking) -> None:
    """A consent that says it was made before its entry stands, and verify says so with exit code 4."""
    desk.desk.ledger.record(command(desk, signed(desk, agreed(desk, made_at=desk.desk.clock.moment - DAY))))
    assert [line.partition(":")[0] for line in verdict(desk)] == ["incomplete"]


def test_erasing_a_text_keeps_its_consents_valid(desk: Asking) -> None:
    """The digest is recomputed from the map, which an erasure leaves."""
    desk.desk.ledger.record(command(desk, signed(desk, agreed(desk))))
    erased = TextErased(entry=desk.talk, names=("text",), ground="law")
    desk.desk.ledger.erase(erased, [desk.desk.signer("cus-1"), desk.desk.signer("eye")])
    assert verdict(desk) == []


def test_without_the_library_a_second_line_is_not_checked_never_passed(desk: Asking) -> None:
    """Where SM2 cannot be checked the append refuses the consent, and verify is incomplete, not valid."""
    other = sm2_signer(f"{desk.desk.origin}/p-a", new_further_key("sm2"))
    enrolment = replace(desk.desk.enrolment("p-a", ("signer",)), vkey=_vkey(other))
    cus, own = desk.desk.signer("cus-1"), desk.desk.signer("p-a")
    desk.desk.ledger.record(Command(enrolment, (cus, own, other)))
    keys = (own.verify_key.key_id, other.verify_key.key_id)
    note = signed(desk, agreed(desk, keys=keys), own, other)
    with (
        patch.object(sm2, "_library", side_effect=NotChecked("no library")),
        pytest.raises(Refused, match="no library"),
    ):
        desk.desk.ledger.record(command(desk, note))
    desk.desk.ledger.record(command(desk, note))
    assert verdict(desk) == []


def _vkey(signer: Any) -> str:
    return format_vkey(signer.verify_key)


def test_each_consent_of_an_answer_is_looked_at(desk: Asking) -> None:
    """Taken, known, refused with its fault; a late consent to the very draft finds its entry; nothing is written."""
    note = signed(desk, agreed(desk))
    bad = signed(desk, agreed(desk, person="p-c"))
    asked = drafted(desk.desk, talk("T3", "第三次"), "rec", {"p-a": "counterpart"})
    (late,) = asked.carried.consents
    desk.desk.ledger.record(replace(asked, carried=replace(asked.carried, consents=())))
    nowhere = signed(desk, agreed(desk, to=ToEntry(Place(10_000, b"x" * 32))))
    size = desk.desk.ledger.size()
    answers = [Answer((note, bad)), Answer((note, late, nowhere))]
    looked = look(desk.desk.ledger, answers, (desk.desk.signer("rec"),))
    assert [each.fate for each in looked] == ["taken", "refused", "known", "taken", "refused"]
    assert [isinstance(each.fault, ZerenError) for each in looked] == [False, True, False, False, True]
    assert desk.desk.ledger.size() == size
    commands = [each.command for each in looked if each.command is not None]
    desk.desk.ledger.record(*commands)
    assert verdict(desk) == []


def test_one_consent_is_spent_once_within_a_transaction_too(desk: Asking) -> None:
    """Several answers go on record together; the same one twice keeps all of them out."""
    moment, ledger = desk.desk.clock.moment, desk.desk.ledger
    notes = [signed(desk, agreed(desk, made_at=moment + timedelta(milliseconds=n))) for n in range(3)]
    size = ledger.size()
    with pytest.raises(Invalid, match="spent once"):
        ledger.record(*(command(desk, note) for note in (notes[0], notes[1], notes[0])))
    assert ledger.size() == size
    ledger.record(*(command(desk, note) for note in notes))
    assert (ledger.size(), verdict(desk)) == (size + 3, [])
