"""A key enrolled by the note that its owner made elsewhere, instead of by its own line."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Command
from ledger.core.carried import Carried
from ledger.core.consent import Consent, ConsentNote, sign_consent
from ledger.core.consent_to import ToKey
from ledger.errors import Invalid, Refused
from ledger.events.trust import KeyEnrolled
from tests.support.both_ways import verify_ledger
from tests.support.builders import Desk, duty_ledger
from tests.support.drafting import drafted


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = duty_ledger(tmp_path)
    yield made
    made.close()


def proof(desk: Desk, person: str, roles: tuple[str, ...], generation: int = 1, **changes: Any) -> ConsentNote:
    """The proof of possession of a person's key of this generation."""
    key = desk.signer(person, generation)
    to = ToKey(key.verify_key, roles)
    consent = Consent(person, desk.ledger.opened.leaf_hash, to, "agree", desk.clock.moment)
    return sign_consent(replace(consent, **changes), [key])


def enrolling(desk: Desk, payload: KeyEnrolled, note: ConsentNote, *custodians: str) -> Command:
    return Command(payload, tuple(map(desk.signer, custodians)), carried=Carried(possession=note))


def test_a_proof_stands_for_the_line_of_the_new_key(desk: Desk) -> None:
    """The key signs from the next position on, the note stands in the entry, and the ledger is valid."""
    note = proof(desk, "p-d", ("signer",))
    receipt = desk.ledger.record(enrolling(desk, desk.enrolment("p-d", ("signer",)), note, "cus-1"))[0]
    assert desk.ledger.at(receipt.position).carried.possession == note
    assert desk.ledger.body_at(receipt.position).values()["possession.0"] == note.data.decode()
    assert desk.ledger.at(receipt.position).signers == ("cus-1",)
    held = desk.ledger.keys().keys[f"{desk.origin}/p-d", desk.signer("p-d").verify_key.key_id]
    assert (held.enrolled_at, held.re_enrolled) == (receipt.position, False)
    assert [who for (who, _) in held.enrolled_by] == [f"{desk.origin}/cus-1"]
    assert verify_ledger(desk.ledger).verdict == "valid"


def test_a_proof_of_something_else_is_refused(desk: Desk) -> None:
    """Another ledger, person, key or roles; made in the time to come; by the line and the note at once; twice."""
    payload = desk.enrolment("p-d", ("signer",))
    good = proof(desk, "p-d", ("signer",))
    bad = [
        enrolling(desk, payload, proof(desk, "p-d", ("signer",), fingerprint=b"x" * 32), "cus-1"),
        enrolling(desk, payload, proof(desk, "p-d", ("recorder",)), "cus-1"),
        enrolling(desk, payload, proof(desk, "p-d", ("signer",), generation=2), "cus-1"),
        enrolling(desk, payload, proof(desk, "p-e", ("signer",)), "cus-1"),
        enrolling(
            desk, payload, proof(desk, "p-d", ("signer",), made_at=desk.clock.moment.replace(year=2030)), "cus-1"
        ),
        enrolling(desk, payload, good, "cus-1", "p-d"),
        enrolling(desk, payload, good, "rec"),
    ]
    size = desk.ledger.size()
    for command in bad:
        with pytest.raises((Invalid, Refused)):
            desk.ledger.record(command)
    assert desk.ledger.size() == size
    desk.ledger.record(enrolling(desk, payload, good, "cus-1"))
    with pytest.raises(Invalid, match="already used"):
        desk.ledger.record(enrolling(desk, payload, good, "cus-1"))


def test_the_owner_vouches_for_a_further_key_by_consent(desk: Desk) -> None:
    """With the former key's consent as holder the new one is not re-enrolled; without it it is."""
    payload, note = desk.enrolment("p-a", ("signer",), 2), proof(desk, "p-a", ("signer",), 2)
    desk.ledger.record(drafted(desk, payload, "cus-1", {"p-a": "holder"}, possession=note))
    again, third = desk.enrolment("p-a", ("signer",), 3), proof(desk, "p-a", ("signer",), 3)
    desk.ledger.record(enrolling(desk, again, third, "cus-1"))
    book = desk.ledger.keys()
    marks = [key.re_enrolled for key in book.keys.values() if key.person == "p-a"]
    assert marks == [False, False, True]
    assert verify_ledger(desk.ledger).verdict == "valid"


def test_a_custodian_is_enrolled_by_two_who_need_not_meet(desk: Desk) -> None:
    """From list 2 on two custodians enrol a third; the second one consents, by the capacity of a custodian alone."""
    payload, note = desk.enrolment("cus-3", ("custodian",)), proof(desk, "cus-3", ("custodian",))
    with pytest.raises(Refused, match="two custodians"):
        desk.ledger.record(enrolling(desk, payload, note, "cus-1"))
    with pytest.raises(Refused, match="two custodians"):
        desk.ledger.record(drafted(desk, payload, "cus-1", {"cus-2": "holder"}, possession=note))
    with pytest.raises(Refused, match="two custodians"):
        desk.ledger.record(drafted(desk, payload, "cus-1", {"cus-2": "custodian"}, answering=(), possession=note))
    with pytest.raises(Refused, match="two custodians"):
        desk.ledger.record(drafted(desk, payload, "cus-1", {"p-a": "custodian"}, possession=note))
    desk.ledger.record(drafted(desk, payload, "cus-1", {"cus-2": "custodian"}, possession=note))
    assert desk.ledger.keys().custodians() == {"cus-1", "cus-2", "cus-3"}
    report = verify_ledger(desk.ledger)
    assert (report.verdict, [mark for mark in report.marks if "asked" in mark]) == ("valid", [])


def test_a_re_enrolled_key_counts_for_whoever_enrolled_it(desk: Desk) -> None:
    """Who gives another custodian a key of his own making does not become two persons."""
    payload, note = desk.enrolment("cus-2", ("custodian",), 2), proof(desk, "cus-2", ("custodian",), 2)
    with pytest.raises(Refused, match="two custodians"):
        desk.ledger.record(enrolling(desk, payload, note, "cus-1"))
    lone = desk.enrolment("p-a", ("signer",), 2)
    desk.ledger.record(enrolling(desk, lone, proof(desk, "p-a", ("signer",), 2), "cus-1"))
    second = desk.signer("p-a", 2).verify_key.key_id
    assert desk.ledger.keys().counts_as("p-a", second) == "cus-1"
    assert desk.ledger.keys().counts_as("p-a", desk.signer("p-a").verify_key.key_id) == "p-a"
