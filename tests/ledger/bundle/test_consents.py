"""Consents in entries, attacked: refused at append; and where a writer left the checks out, found by every reader.

Each attack is written by a writer who checks nothing. Verify, a bundle, its verify.py and its page all say *invalid*.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from ledger.application import Command
from ledger.bundle import standalone
from ledger.bundle.checking import check_bundle
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import Part
from ledger.bundle.select import select
from ledger.core.body import Body
from ledger.core.carried import NOTHING, AskedPerson
from ledger.core.consent import Consent, format_text, sign_consent
from ledger.core.consent_to import Place, ToEntry, ToKey
from ledger.core.encoding import b64encode
from ledger.core.note import sign_note
from ledger.errors import Invalid, Refused
from ledger.events.records import ConsentRecorded, RecordWithdrawn, TextErased
from ledger.events.trust import KeyRevoked, PolicyAdopted, RolesChanged
from ledger.verify import verify_ledger
from ledger.verify.asked import UNANSWERED
from tests.support.anchoring import checkpoint
from tests.support.asking import Asking, asking, talk
from tests.support.drafting import DAY, body_of_draft, consent_to, drafted, last_place
from tests.support.evidence import Verifier, files_of, packed, repacked

pytestmark = pytest.mark.long
ASKED = (AskedPerson("p-a", "counterpart"), AskedPerson("p-b", "holder"))
Fields = list[tuple[str, Any]]


@dataclass(frozen=True)
class Raw:
    """What stands under reserved names, whatever it is."""

    rows: Fields

    consents = asked = ()
    possession = None

    def fields(self) -> Fields:
        return self.rows


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Asking]:
    made = asking(tmp_path)
    yield made
    made.close()


@contextmanager
def unchecked() -> Iterator[None]:
    """Appending as a writer would who leaves every check of consents, signers and roles out."""
    room = "ledger.store.appending."
    with (
        patch(room + "admits.check_admits"),
        patch(room + "check_carried"),
        patch(room + "check_recorded"),
        patch(room + "drafted_before", return_value=False),
        patch(room + "read_carried", return_value=NOTHING),
        patch("ledger.application.check_withdrawal"),
        patch("ledger.application.check_consented"),
    ):
        yield


# --- one talk, drafted, consented to, and one thing wrong ---


def told(ref: str = "T9", **more: Any) -> Any:
    return talk(ref, "第九次", **more)


def put(
    desk: Asking,
    payload: Any = None,
    author: str = "rec",
    asked: Sequence[AskedPerson] = ASKED,
    *,
    consents: Mapping[str, Mapping[str, Any]] | None = None,
    signers: Mapping[str, Any] | None = None,
    rows: Callable[[Fields], Fields] = lambda rows: rows,
    body: Callable[[Body], Body] = lambda body: body,
    after: Callable[[], None] = lambda: None,
    text: Callable[[str], str] = lambda text: text,
) -> Command:
    """The command that finishes a draft of a talk, changed in one point."""
    payload = payload or told()
    made = body_of_draft(payload, asked)
    notes: Fields = []
    for each in asked:
        changes = {"capacity": each.capacity, **(consents or {}).get(each.person, {})}
        consent = consent_to(desk.desk, made, payload, author, each.person, **changes)
        keys = (signers or {}).get(each.person) or [desk.desk.signer(each.person)]
        notes.append((f"consent.{len(notes)}", sign_note(text(format_text(consent)), keys).decode()))
    after()
    made = body(made)
    fields = [*((f"asked_of.{i}", [a.person, a.capacity]) for i, a in enumerate(asked)), *notes]
    return Command(payload, (desk.desk.signer(author),), dict(made.disclosures), Raw(rows(fields)))  # type: ignore[arg-type]


def revoke(desk: Asking, person: str) -> Callable[[], None]:
    def revoking() -> None:
        key_id = desk.desk.signer(person).verify_key.key_id.hex()
        desk.desk.record(KeyRevoked(person=person, key_id=key_id), "cus-1")

    return revoking


def enrol(desk: Asking, person: str) -> Callable[[], None]:
    def enrolling() -> None:
        payload = desk.desk.enrolment(person, ("signer",), 2)
        keys = (desk.desk.signer("cus-1"), desk.desk.signer(person), desk.desk.signer(person, 2))
        desk.desk.ledger.record(Command(payload, keys))

    return enrolling


def other_field(desk: Asking) -> Command:
    """The draft that was consented to, and another text in the entry."""
    command = put(desk)
    changed: Any = replace(told(), text="第九次，另有一句")
    fixed = {name: text for name, text in command.fixed.items() if name != "text"}
    return replace(command, payload=changed, fixed=fixed)


def twice(desk: Asking) -> Command:
    """The same draft a second time, its salts and its consents reused."""
    command = put(desk)
    desk.desk.ledger.record(command)
    return command


def entry_of(desk: Asking) -> ToEntry:
    return ToEntry(Place(desk.talk.position, desk.talk.leaf_hash))


def recorded(desk: Asking, person: str = "p-a", text: Callable[[str], str] = lambda text: text, **more: Any) -> Command:
    """A consent to the talk on record, put on record as a late one."""
    consent = Consent(person, desk.fingerprint, entry_of(desk), "agree", desk.desk.clock.moment, "counterpart")
    keys = more.pop("keys", None) or [desk.desk.signer(person)]
    note = sign_note(text(format_text(replace(consent, **more))), keys).decode()
    return Command(ConsentRecorded(note=note, of=desk.talk), (desk.desk.signer("rec"),))


def late(desk: Asking, capacity: str, answering: str = "p-a") -> Command:
    """A consent to a draft that was recorded before it came, of somebody who was not asked so."""
    command = drafted(desk.desk, told(), "rec", {"p-a": "counterpart"})
    place = last_place(desk.desk.ledger)
    (receipt,) = desk.desk.ledger.record(replace(command, carried=replace(command.carried, consents=())))
    body = desk.desk.ledger.body_at(receipt.position)
    changes = {"capacity": capacity, "after": place}
    consent = consent_to(desk.desk, body, told(), "rec", answering, **changes)
    note = sign_consent(consent, [desk.desk.signer(answering)]).data.decode()
    return Command(ConsentRecorded(note=note, of=receipt.reference), (desk.desk.signer("rec"),))


def possession(desk: Asking, **changes: Any) -> Command:
    payload = desk.desk.enrolment("p-d", ("recorder",))
    key = desk.desk.signer("p-d")
    to = ToKey(key.verify_key, changes.pop("roles", ("recorder",)))
    consent = Consent("p-d", desk.fingerprint, to, "agree", desk.desk.clock.moment)
    note = sign_consent(replace(consent, **changes), [key]).data.decode()
    return Command(payload, (desk.desk.signer("cus-1"),), {}, Raw([("possession.0", note)]))  # type: ignore[arg-type]


def policy(desk: Asking, capacity: str, answering: bool = True) -> Command:
    payload = PolicyAdopted(policy="quorum none\n")
    people = None if answering else ()
    return drafted(desk.desk, payload, "cus-1", {"cus-2": capacity}, answering=people)  # type: ignore[dict-item]


def _swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def _year(text: str) -> str:
    return re.sub(r'"not_after":"2024', '"not_after":"2025', text)


def _one(desk: Asking, **changes: Any) -> Command:
    return put(desk, consents={"p-a": changes})


ATTACKS: dict[str, Callable[[Asking], Command]] = {
    "of another ledger": lambda d: _one(d, fingerprint=b"x" * 32),
    "by another person's key": lambda d: put(d, text=_swap('"person":"p-a"', '"person":"p-c"')),
    "by a key of another person's name": lambda d: put(d, signers={"p-a": [d.desk.signer("p-c")]}),
    "by a revoked key": lambda d: put(d, after=revoke(d, "p-a")),
    "by a key never enrolled": lambda d: put(d, signers={"p-a": [d.desk.signer("p-a", 2)]}),
    "to another draft": lambda d: put(d, text=_swap('"draft","', '"draft","A')),
    "a field changed after it": other_field,
    "after another history": lambda d: _one(d, after=Place(d.first.position, b"x" * 32)),
    "after itself": lambda d: _one(d, after=Place(d.desk.ledger.size(), b"x" * 32)),
    "resting on what came after": lambda d: put(
        d, told(refers=(d.talk,)), consents={"p-a": {"after": Place(d.first.position, d.first.leaf_hash)}}
    ),
    "for another author": lambda d: put(d, text=_swap('"rec"]', '"p-c"]')),
    "to a draft of another type": lambda d: put(d, text=_swap("talk.held/1", "meeting.held/1")),
    "left out of those asked": lambda d: put(d, rows=lambda rows: rows[:1] + rows[2:]),
    "out of order": lambda d: put(
        d, rows=lambda rows: [*rows[:2], ("consent.0", rows[3][1]), ("consent.1", rows[2][1])]
    ),
    "with a gap": lambda d: put(d, rows=lambda rows: [*rows[:3], ("consent.2", rows[3][1])]),
    "twice in one entry": lambda d: put(d, rows=lambda rows: [*rows[:3], ("consent.1", rows[2][1])]),
    "spent twice": twice,
    "kept for a year": lambda d: put(d, text=_year),
    "expired": lambda d: _one(d, made_at=d.desk.clock.moment - 9 * DAY, not_after=d.desk.clock.moment - DAY),
    "post-dated": lambda d: _one(d, made_at=d.desk.clock.moment + timedelta(minutes=6)),
    "a refusal": lambda d: put(d, text=_swap('"agree"', '"refuse"')),
    "capacity changed": lambda d: put(d, text=_swap('"counterpart"', '"holder"')),
    "a counterpart whom the record does not name": lambda d: put(d, asked=(AskedPerson("p-c", "counterpart"),)),
    "an extra line": lambda d: put(d, signers={"p-a": [d.desk.signer("p-a"), d.desk.signer("p-a", 2)]}),
    "a line stripped": lambda d: put(d, text=_swap('"made_at"', '"keys":["00000000","00000001"],"made_at"')),
    "a member that the format does not know": lambda d: put(d, text=_swap('"person":', '"people":1,"person":')),
    "of a later version": lambda d: put(d, text=_swap("consent/v1", "consent/v0")),
    "to an entry, in an entry": lambda d: put(
        d,
        rows=lambda rows: [*rows[:2], ("consent.0", recorded(d).payload.note), rows[3]],  # type: ignore[attr-defined]
    ),
    "by who signs the entry": lambda d: replace(put(d), signers=(d.desk.signer("rec"), d.desk.signer("p-b"))),
    "by a role that may not": lambda d: put(d, asked=(AskedPerson("svc", "holder"),)),
    "as custodian without the role": lambda d: put(d, asked=(AskedPerson("p-a", "custodian"),)),
    "in a type that carries none": lambda d: replace(
        recorded(d),
        carried=Raw([("asked_of.0", ["p-b", "holder"])]),  # type: ignore[arg-type]
    ),
    "a possession where no key is enrolled": lambda d: replace(
        put(d, rows=lambda rows: [*rows, ("possession.0", possession(d).carried.fields()[0][1])])
    ),
    "a possession with fewer roles": lambda d: possession(d, roles=("signer",)),
    "a possession for another ledger": lambda d: possession(d, fingerprint=b"x" * 32),
    "a possession of the time to come": lambda d: possession(d, made_at=d.desk.clock.moment + DAY),
    "late, by who was not asked so": lambda d: late(d, "holder"),
    "late, by who was not asked": lambda d: late(d, "holder", "p-b"),
    "late, for another ledger": lambda d: recorded(d, fingerprint=b"x" * 32),
    "late, by another's key": lambda d: recorded(d, keys=[d.desk.signer("p-c")]),
    "late, as what the record does not say": lambda d: recorded(d, "p-c"),
    "late, to another entry": lambda d: recorded(d, to=ToEntry(Place(d.first.position, d.first.leaf_hash))),
    "late, with a reason that is not there": lambda d: recorded(d, answer="refuse", reason=b"x" * 32),
    "late, expired": lambda d: recorded(d, not_after=d.desk.clock.moment - DAY),
}
RULES: dict[str, Callable[[Asking], Command]] = {
    "a receipt counted as second custodian": lambda d: policy(d, "receipt"),
    "a holder counted as second custodian": lambda d: policy(d, "holder"),
    "who was asked counted as second custodian": lambda d: policy(d, "custodian", answering=False),
}
"""Rules of two persons: the small verifier and the page leave them to `zeren verify`, and say so."""


def invalid_by(desk: Asking, verify: Verifier) -> list[str]:
    """What a verifier calls invalid in the bundle of everything about the persons of the talks."""
    checkpoint(desk.desk)
    claims = [CompleteClaim("person", person) for person in ("p-a", "p-b")]
    bundle = packed([Part("duty", select(desk.desk.ledger, [desk.desk.ledger.size() - 2], claims))])
    return [name for name, _ in verify(bundle, [desk.desk.ledger.fingerprint])[0]]


@pytest.mark.parametrize("name", [*ATTACKS, *RULES])
def test_append_refuses_it_and_verify_finds_it(desk: Asking, name: str) -> None:
    """Nothing is written; written all the same, the entry is invalid."""
    bad = {**ATTACKS, **RULES}[name](desk)
    size = desk.desk.ledger.size()
    with pytest.raises((Invalid, Refused)):
        desk.desk.ledger.record(bad)
    assert desk.desk.ledger.size() == size
    with unchecked():
        desk.desk.ledger.record(bad)
    findings = verify_ledger(desk.desk.ledger).findings
    assert size in {f.position for f in findings if f.severity == "invalid"}, findings


@pytest.mark.parametrize("name", ATTACKS)
def test_every_reader_of_a_bundle_finds_it(desk: Asking, verify: Verifier, name: str) -> None:
    """The same entry is invalid for `zeren verify`, verify.py and the page."""
    bad = ATTACKS[name](desk)
    with unchecked():
        desk.desk.ledger.record(bad)
    wrong = f"{desk.desk.ledger.size() - 1:010d}"
    assert any(wrong in each for each in invalid_by(desk, verify))


def test_what_holds_is_valid_for_every_reader(desk: Asking, verify: Verifier) -> None:
    """Consents to a draft, in time and late, to an entry, a possession, an erasure, a withdrawal, roles given."""
    ledger = desk.desk.ledger
    asked = drafted(desk.desk, told(), "rec", {"p-a": "counterpart", "p-b": "holder"})
    first, second = asked.carried.consents
    (receipt,) = ledger.record(replace(asked, carried=replace(asked.carried, consents=(first,))))
    ledger.record(recorded(desk))
    note = second.data.decode()
    ledger.record(Command(ConsentRecorded(note=note, of=receipt.reference), (desk.desk.signer("rec"),)))
    ledger.record(possession(desk))
    erased = TextErased(entry=desk.talk, names=("text",), ground="law")
    made = drafted(desk.desk, erased, "cus-1", {"eye": "inspector"}, seed="erasing")
    ledger.record(made)
    ledger.store.forget()
    withdrawn = RecordWithdrawn(of=receipt.reference, ground="error")
    ledger.record(drafted(desk.desk, withdrawn, "rec", {"p-a": "holder", "p-b": "holder"}, seed="withdrawing"))
    roles = RolesChanged(person="p-c", roles=("signer", "custodian"))
    ledger.record(drafted(desk.desk, roles, "cus-1", {"cus-2": "custodian"}, seed="roles"))
    report = verify_ledger(ledger)
    assert ([str(f.what) for f in report.findings], report.verdict) == ([], "valid")
    assert invalid_by(desk, verify) == []
    assert ledger.agreed(receipt.position) == {"rec", "p-a", "p-b"}


def silent(desk: Asking, page: Any) -> list[list[str]]:
    """Who, as each verifier has it, was named to be asked and does not answer in a bundle of everything about them."""
    checkpoint(desk.desk)
    claims = [CompleteClaim("person", person) for person in ("p-a", "p-b")]
    bundle = packed([Part("duty", select(desk.desk.ledger, [desk.desk.ledger.size() - 2], claims))])
    fingerprint = desk.desk.ledger.fingerprint
    ours = [UNANSWERED] * check_bundle(bundle, [fingerprint]).marks[UNANSWERED]
    script = """async ([data, fingerprint]) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      return (await checkBundle(bytes, [fingerprint])).asked;
    }"""
    shown = page.evaluate(script, [b64encode(bundle), fingerprint])
    said = standalone.Bundle(BytesIO(bundle), {fingerprint}, {}).marks
    small = [mark.rpartition("record: ")[2] for mark in said if UNANSWERED in mark]
    return [ours, small, shown]


def test_who_was_asked_and_says_nothing_is_named_by_every_reader(desk: Asking, browser_page: Any) -> None:
    """*Named by the author to be asked; no answer on record*, until a late consent or a refusal is recorded."""
    ledger = desk.desk.ledger
    asked = drafted(desk.desk, told(), "rec", {"p-a": "counterpart", "p-b": "holder"})
    first, second = asked.carried.consents
    (receipt,) = ledger.record(replace(asked, carried=replace(asked.carried, consents=(first,))))
    who = f"duty #{receipt.position}: p-b"
    assert silent(desk, browser_page) == [[UNANSWERED], [who], [who]]
    note = second.data.decode()
    ledger.record(Command(ConsentRecorded(note=note, of=receipt.reference), (desk.desk.signer("rec"),)))
    assert silent(desk, browser_page) == [[], [], []]


def test_the_history_behind_a_consent_is_proved_or_said_to_be_unchecked(desk: Asking, verify: Verifier) -> None:
    """The entry of `after` is not shown: its inclusion is proved; without the proof it is *history not checked*."""
    desk.desk.ledger.record(put(desk))
    position = desk.desk.ledger.size() - 1
    checkpoint(desk.desk)
    bundle = packed([Part("duty", select(desk.desk.ledger, [position], []))])
    files = files_of(bundle)
    proof = f"duty/proofs/{position - 1:010d}"
    fingerprints = [desk.desk.ledger.fingerprint]
    assert (proof in files, f"duty/entries/{position - 1:010d}" in files) == (True, False)
    faults, unchecked_ = verify(bundle, fingerprints)
    assert (faults, [line for line in unchecked_ if "history" in line]) == ([], [])
    other = dict(files)
    del other[proof]
    faults, unchecked_ = verify(repacked(other), fingerprints)
    assert len([line for line in unchecked_ if "history" in line]) >= 1
    other[proof] = files[f"duty/proofs/{position:010d}"]
    assert verify(repacked(other), fingerprints)[0]
