"""Ledgers whose owner has every key and breaks the rules: what a bundle of them cannot hide from its readers."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.application import Command, Ledger
from ledger.bundle import packing
from ledger.bundle import select as choosing
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import Part
from ledger.bundle.select import select
from ledger.checks import admits
from ledger.checks.keybook import KeyBook
from ledger.core.encoding import b64encode
from ledger.core.signers import Ed25519Signer, format_vkey
from ledger.events.fields import EntryReference
from ledger.events.records import TextErased
from ledger.events.trust import KeyEnrolled, KeyRevoked, Sealed
from ledger.recording.numbers import find_entry
from ledger.store.sealed_heads import fill_from_index
from ledger.store.sqlite.head_map import HeadMap
from ledger.store.sqlite.scratch import scratch
from tests.support import builders
from tests.support.anchoring import checkpoint
from tests.support.builders import Desk, duty_ledger, signer_named
from tests.support.evidence import Verifier, files_of, packed, repacked, talk

pytestmark = pytest.mark.long


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A duty ledger that no rule about keys and roles binds while it is written."""
    made = duty_ledger(tmp_path)
    made.record(talk("T1"), "rec", "p-a")
    made.record(talk("T2", "p-c", "p-b"), "rec", "p-c")
    monkeypatch.setattr(admits, "check_admits", lambda *_: None)
    yield made
    made.close()


def faults_of(desk: Desk, monkeypatch: pytest.MonkeyPatch, verify: Verifier) -> list[str]:
    """What the verifier, whose rules bind, finds in the rogue's bundle of p-a and p-c."""
    checkpoint(desk)
    bundle = packed(
        [Part("duty", select(desk.ledger, [], [CompleteClaim("person", "p-a"), CompleteClaim("person", "p-c")]))]
    )
    monkeypatch.undo()
    return [name for name, _ in verify(bundle, [desk.ledger.fingerprint])[0]]


def last(desk: Desk) -> str:
    return f"duty/entries/{desk.ledger.size() - 1:010d}"


def test_a_key_that_signs_after_its_revocation(desk: Desk, monkeypatch: pytest.MonkeyPatch, verify: Verifier) -> None:
    """An entry signed by a revoked key is refused; that which the key signed before stays."""
    key_id = desk.signer("p-c").verify_key.key_id.hex()
    desk.record(KeyRevoked(person="p-c", key_id=key_id), "cus-1")
    monkeypatch.setattr(KeyBook, "apply", lambda *_: None)
    desk.ledger.recorder.keybook_size = desk.ledger.size()
    for key in list(desk.ledger.recorder.keybook.keys.values()):
        assert key.person
    monkeypatch.setattr(
        KeyBook, "keys_for", lambda *_: {(s.name, s.verify_key.key_id): s.verify_key for s in map(desk.signer, PEOPLE)}
    )
    desk.record(talk("T3", "p-c", "p-a"), "rec", "p-c")
    wrong = last(desk)

    assert [wrong] == faults_of(desk, monkeypatch, verify)


PEOPLE = ("rec", "p-a", "p-b", "p-c", "cus-1", "cus-2", "svc", "eye")


def test_one_key_under_two_names(desk: Desk, monkeypatch: pytest.MonkeyPatch, verify: Verifier) -> None:
    """A public key enrolled for a second person is refused."""
    twin = Ed25519Signer(f"{desk.origin}/p-x", signer_named(f"{desk.origin}/p-a").private_key)
    enrolled = KeyEnrolled(person="p-x", vkey=format_vkey(twin.verify_key), roles=("signer",))
    desk.ledger.record(Command(enrolled, (desk.signer("cus-1"), twin)))
    wrong = last(desk)

    assert wrong in faults_of(desk, monkeypatch, verify)


def test_an_author_without_the_role(desk: Desk, monkeypatch: pytest.MonkeyPatch, verify: Verifier) -> None:
    """A talk recorded by somebody who is no recorder is refused."""
    desk.record(talk("T3", "p-a", "p-b"), "p-a")
    wrong = last(desk)

    assert [wrong] == faults_of(desk, monkeypatch, verify)


def test_a_key_enrolled_by_nobody_entitled(desk: Desk, monkeypatch: pytest.MonkeyPatch, verify: Verifier) -> None:
    """A key that a recorder enrolled is refused, and so is what it signs."""
    desk.record(desk.enrolment("p-z", ("recorder",)), "rec", "p-z")
    wrong = last(desk)
    desk.record(talk("T3", "p-a", "p-b"), "p-z")
    faults = faults_of(desk, monkeypatch, verify)

    assert wrong in faults
    assert len(faults) >= 2


def test_an_erasure_without_an_inspector(desk: Desk, monkeypatch: pytest.MonkeyPatch, verify: Verifier) -> None:
    """A custodian alone erases nothing."""
    event = find_entry(desk.ledger, "T1")
    erased = TextErased(
        entry=EntryReference("", event.position, event.leaf_hash), names=("text",), ground="none at all"
    )
    desk.ledger.erase(erased, [desk.signer("cus-1")])
    wrong = last(desk)

    assert [wrong] == faults_of(desk, monkeypatch, verify)


def test_a_seal_by_a_recorder(desk: Desk, monkeypatch: pytest.MonkeyPatch, verify: Verifier) -> None:
    """A seal is the service's or a custodian's word, and nobody else's."""
    desk.ledger.seal(desk.signer("rec"))
    wrong = last(desk)
    desk.ledger.sign_checkpoint(desk.log)
    bundle = packed([Part("duty", select(desk.ledger, [], [CompleteClaim("person", "p-a")]))])
    monkeypatch.undo()

    assert [wrong] == [name for name, _ in verify(bundle, [desk.ledger.fingerprint])[0]]


def test_a_forged_seal_leads_nowhere(desk: Desk, monkeypatch: pytest.MonkeyPatch, verify: Verifier) -> None:
    """A seal over another map than that of the entries: no path leads to it, so nothing is proved complete."""

    def unchecked(chosen: choosing.Selection) -> object:
        with closing(scratch()) as connection:
            apart = HeadMap.apart(connection)
            fill_from_index(chosen.ledger.store.rows, apart, chosen.sealed.seal, with_subjects=True)
            wanted = sorted({*chosen.complete, *chosen.trusted})
            return {claim: apart.path(choosing.head_key(claim)) for claim in wanted}

    desk.record(Sealed(size=desk.ledger.size(), heads=b64encode(bytes(range(32)))), "svc")
    monkeypatch.setattr(Ledger, "_check_last_seal", lambda _: None)
    desk.ledger.sign_checkpoint(desk.log)
    monkeypatch.setattr(packing, "head_proofs", unchecked)
    bundle = packed([Part("duty", select(desk.ledger, [], [CompleteClaim("person", "p-a")]))])
    monkeypatch.undo()
    faults, _ = verify(bundle, [desk.ledger.fingerprint])

    assert {"duty/heads.json"} == {name for name, _ in faults}


def test_a_bundle_of_another_ledger_with_the_same_name(tmp_path: Path, verify: Verifier) -> None:
    """Entries of one ledger do not pass in a bundle of another, though both have the same origin and keys."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    bundles = []
    for number, name in enumerate(("one", "two")):
        desk = builders.duty_ledger(tmp_path / name)
        desk.record(talk(f"T{number}", "p-a", "p-b"), "rec", "p-a")
        checkpoint(desk)
        bundles.append(packed([Part("duty", select(desk.ledger, [], [CompleteClaim("person", "p-a")]))]))
        fingerprint = desk.ledger.fingerprint
        desk.close()
    mine, theirs = map(files_of, bundles)
    talks = [name for name, data in sorted(mine.items()) if b'"talk.held/1"' in data and "/entries/" in name]
    for name in (talks[0], talks[0].replace("entries", "bodies"), talks[0].replace("entries", "proofs")):
        mine[name] = theirs[name]
    bundle = repacked(mine)

    assert verify(bundle, [fingerprint])[0]
