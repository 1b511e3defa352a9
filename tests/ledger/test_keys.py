"""Keys and roles: each rule of FORMAT.md section 9 is asked when an entry is written and again when it is verified.

`forced` writes an entry with the rules switched off, as a writer of somebody else's making would: chained, numbered
and signed without fault. What such a writer brings in must be found by verify.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application import Command, Ledger, Receipt
from ledger.checks import admits
from ledger.checks.enrolled import check_roles
from ledger.checks.keybook import KeyBook
from ledger.clock import SimulatedClock
from ledger.core.algorithms import COSIGNATURE_V1
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.ed25519 import P
from ledger.core.encoding import b64encode
from ledger.core.merkle import EMPTY_ROOT
from ledger.core.names import SignerId
from ledger.core.signers import Ed25519Signer, Signer, format_vkey
from ledger.errors import Invalid, KeyInvalid, Malformed, Refused, ZerenError
from ledger.events.acts import TalkHeld
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.records import RecordAccepted, TextErased
from ledger.events.register import UnitRegistered
from ledger.events.trust import (
    AnchorRecorded,
    ClockCorrected,
    FormatAdopted,
    KeyEnrolled,
    KeyRevoked,
    LedgerOpened,
    PolicyAdopted,
    RolesChanged,
    Sealed,
)
from ledger.home.genesis import Founder, create_ledger
from ledger.verify import LedgerReport
from tests.support.both_ways import verify_ledger
from tests.support.builders import (
    ORIGINS,
    START,
    Desk,
    assignment,
    case_ledger,
    case_opened,
    duty_ledger,
    open_desk,
    signer_named,
)

TALK = TalkHeld(ref="T1", talker="p-a", counterpart="p-b", text="a text")
POLICY = PolicyAdopted(policy="quorum none\n")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = duty_ledger(tmp_path)
    yield made
    made.close()


@contextmanager
def no_rules() -> Iterator[None]:
    """The writer asks no rule, and takes the signers' word for what keys are in force."""
    with (
        patch.object(admits, "check_admits", lambda *_: None),
        patch.object(Ledger, "_check_answer", lambda *_: None),
    ):
        yield


def key_of(desk: Desk, who: str) -> Signer:
    """`p-a` is that person's first key, `p-a/2` the second one."""
    person, _, generation = who.partition("/")
    return desk.signer(person, int(generation or 1))


def put(desk: Desk, payload: Payload, *who: str) -> Receipt:
    """Records a payload, signed by these keys."""
    return desk.ledger.record(Command(payload, tuple(key_of(desk, name) for name in who)))[0]


def refused_and_found(desk: Desk, payload: Payload, *who: str, error: type[ZerenError] = Refused) -> None:
    """The entry is refused with nothing written; written all the same, it is invalid and verify names its place.

    It is written into a copy, so that the ledger itself stays whole.
    """
    size = desk.ledger.size()
    with pytest.raises(error):
        put(desk, payload, *who)
    assert desk.ledger.size() == size
    copied = desk.path.with_name("forced.db")
    shutil.copy(desk.path, copied)
    if (wal := desk.path.with_name(desk.path.name + "-wal")).exists():
        shutil.copy(wal, copied.with_name(copied.name + "-wal"))
    forced = open_desk(desk.kind, copied)
    try:
        with no_rules():
            position = put(forced, payload, *who).position
        report = verify_ledger(forced.ledger)
    finally:
        forced.close()
    for file in copied.parent.glob("forced.db*"):
        file.unlink()
    assert report.verdict == "invalid"
    assert {position} == {finding.position for finding in report.findings}


def verified(desk: Desk) -> LedgerReport:
    report = verify_ledger(desk.ledger)
    assert report.verdict == "valid", report.findings
    return report


def enrol(desk: Desk, person: str, *roles: str, by: tuple[str, ...], generation: int = 1) -> Receipt:
    return put(desk, desk.enrolment(person, roles, generation), *by, f"{person}/{generation}")


def revocation(desk: Desk, who: str, since: int | None = None) -> KeyRevoked:
    key = key_of(desk, who).verify_key
    return KeyRevoked(person=who.partition("/")[0], key_id=key.key_id.hex(), compromised_from=since)


# --- roles ---


@pytest.mark.parametrize(
    ("payload", "who"),
    [
        (TALK, ("p-a",)),
        (TALK, ("cus-1",)),
        (TALK, ("svc",)),
        (TALK, ("eye",)),
        (TALK, ("rec", "svc")),
        (TALK, ("rec", "eye")),
        (TALK, ("rec", "cus-1")),
        (Sealed(size=0, heads="x"), ("rec",)),
        (Sealed(size=0, heads="x"), ("svc", "rec")),
        (POLICY, ("rec", "cus-1")),
        (FormatAdopted(format="zeren/entry/v2", position=99, types="x"), ("rec",)),
        (UnitRegistered(ref="u-9", unit="u-9", kind="department"), ("eye",)),
        (UnitRegistered(ref="u-9", unit="u-9", kind="department"), ("p-a",)),
    ],
    ids=lambda value: value.TYPE if isinstance(value, Payload) else "+".join(value),
)
def test_who_may_write_and_co_sign_what(desk: Desk, payload: Payload, who: tuple[str, ...]) -> None:
    """An author or a co-signer without the role that the type asks for is refused, and found by verify."""
    if isinstance(payload, Sealed):
        size, root = desk.ledger.store.heads_root(with_subjects=True)
        payload = Sealed(size=size, heads=b64encode(root))
    refused_and_found(desk, payload, *who)


def test_a_service_key_signs_seals_and_anchors_only(desk: Desk) -> None:
    """Unattended keys seal; they author nothing else, and co-sign nothing of the organ's."""
    desk.ledger.seal(key_of(desk, "svc"))
    verified(desk)
    refused_and_found(desk, revocation(desk, "p-a"), "svc")
    refused_and_found(desk, desk.enrolment("p-new", ("signer",)), "svc", "p-new")


def test_an_inspector_in_a_duty_ledger_co_signs_erasures_only(desk: Desk) -> None:
    """Who oversees the organ writes nothing in its ledger: not even an acceptance, a revocation, a registration."""
    talk = put(desk, TALK, "rec")
    put(desk, TextErased(entry=talk.reference, names=("text",), ground="law"), "cus-1", "eye")
    verified(desk)
    refused_and_found(desk, RecordAccepted(accepts=talk.reference), "eye")
    refused_and_found(desk, revocation(desk, "p-a"), "cus-1", "eye")


def test_an_erasure_takes_two_persons(tmp_path: Path) -> None:
    """In a case ledger one may be custodian and inspector: he does not erase with himself."""
    case = case_ledger(tmp_path)
    enrol(case, "both", "custodian", "inspector", by=("cus-1", "cus-2"))
    put(case, case.enrolment("both", ("custodian", "inspector"), 2), "cus-1", "both", "both/2")
    unit = put(case, UnitRegistered(ref="u-9", unit="u-9", kind="department", name="a name"), "insp")
    erased = TextErased(entry=unit.reference, names=("name",), ground="law")
    refused_and_found(case, erased, "both", "both/2")
    case.close()


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        ("duty", ("service", "recorder")),
        ("case", ("service", "signer")),
        ("duty", ("inspector", "signer")),
        ("duty", ("chief",)),
        ("duty", ()),
        ("duty", ("signer", "signer")),
    ],
)
def test_roles_that_cannot_be_held_together(kind: str, roles: tuple[str, ...]) -> None:
    """Service, and in a duty ledger inspector, stand alone; a role is known and stands once."""
    with pytest.raises(Refused):
        check_roles(roles, kind)


def test_roles_that_can_be_held_together() -> None:
    """A custodian may record, and an inspector of a case ledger may sign."""
    check_roles(("custodian", "recorder", "signer"), "duty")
    check_roles(("inspector", "signer"), "case")


def test_exclusive_roles_are_asked_at_enrolment_and_change(desk: Desk) -> None:
    """A second role beside service or inspector is refused when a key is enrolled and when roles change."""
    refused_and_found(desk, RolesChanged(person="eye", roles=("inspector", "signer")), "cus-1", "cus-2")
    refused_and_found(desk, desk.enrolment("p-new", ("service", "signer")), "cus-1", "p-new")


def test_roles_belong_to_the_person_and_change_from_the_next_position(desk: Desk) -> None:
    """A person who became recorder records with the key he had; who was one no longer does."""
    put(desk, RolesChanged(person="p-a", roles=("recorder",)), "cus-1")
    put(desk, RolesChanged(person="rec", roles=("signer",)), "cus-1")
    put(desk, TALK, "p-a")
    verified(desk)
    refused_and_found(desk, replace(TALK, ref="T2"), "rec")


def test_roles_change_for_known_persons_only(desk: Desk) -> None:
    """Who has no key has no roles."""
    refused_and_found(desk, RolesChanged(person="nobody", roles=("signer",)), "cus-1")


# --- enrolment ---


def test_enrolment_takes_a_custodian_and_the_new_key(desk: Desk) -> None:
    """Without the custodian, without the new key's own signature, or in another order it is refused."""
    payload = desk.enrolment("p-new", ("signer",))
    for who in (("cus-1",), ("p-new",), ("p-new", "cus-1"), ("rec", "p-new"), ("cus-1", "p-a", "p-new")):
        refused_and_found(desk, payload, *who)
    enrol(desk, "p-other", "signer", by=("cus-1",))


def test_a_new_key_is_in_force_from_the_next_position(desk: Desk) -> None:
    """It signs nothing before its enrolment, not even in the same transaction; after it, it does."""
    early = desk.ledger.record
    with pytest.raises(Refused):
        put(desk, TALK, "rec", "p-new")
    enrolment = Command(desk.enrolment("p-new", ("signer",)), (key_of(desk, "cus-1"), key_of(desk, "p-new")))
    with pytest.raises(Refused):
        early(Command(TALK, (key_of(desk, "rec"), key_of(desk, "p-new"))), enrolment)
    early(enrolment, Command(TALK, (key_of(desk, "rec"), key_of(desk, "p-new"))))
    verified(desk)


def test_a_further_key_without_the_former_one_is_marked(desk: Desk) -> None:
    """Vouched for by the key in force it is the person's own; by a custodian alone every entry it signs is marked."""
    put(desk, desk.enrolment("p-a", ("signer",), 2), "cus-1", "p-a", "p-a/2")
    put(desk, TALK, "rec", "p-a/2")
    assert "re-enrolled by custodian" not in verified(desk).marks

    put(desk, desk.enrolment("p-b", ("signer",), 2), "cus-1", "p-b/2")
    put(desk, replace(TALK, ref="T2"), "rec", "p-b/2")
    put(desk, replace(TALK, ref="T3"), "rec", "p-b")
    assert verified(desk).marks["re-enrolled by custodian"] == 2  # its enrolment, and the talk it signed


def test_a_further_key_does_not_end_the_former_one(desk: Desk) -> None:
    """Both sign until one is revoked."""
    put(desk, desk.enrolment("p-a", ("signer",), 2), "cus-1", "p-a", "p-a/2")
    put(desk, TALK, "rec", "p-a", "p-b")
    put(desk, replace(TALK, ref="T2"), "rec", "p-a/2")
    verified(desk)


def test_a_further_key_repeats_the_roles(desk: Desk) -> None:
    """Roles change by key.roles_changed only, never in passing."""
    refused_and_found(desk, desk.enrolment("p-a", ("recorder",), 2), "cus-1", "p-a", "p-a/2")


def test_a_custodian_is_enrolled_by_another_one(desk: Desk) -> None:
    """A custodian's further key is authored by another custodian, his own signature standing in the middle."""
    refused_and_found(desk, desk.enrolment("cus-1", ("custodian",), 2), "cus-1", "cus-1/2")
    enrol(desk, "cus-2", "custodian", by=("cus-1", "cus-2"), generation=3)
    enrol(desk, "cus-3", "custodian", by=("cus-1", "cus-2"))
    verified(desk)
    refused_and_found(desk, desk.enrolment("cus-4", ("custodian",)), "cus-1", "cus-4")


def test_nobody_makes_himself_custodian_or_frees_himself_of_it(desk: Desk) -> None:
    """The change of a custodian's roles is authored by another custodian."""
    refused_and_found(desk, RolesChanged(person="cus-1", roles=("signer",)), "cus-1")
    refused_and_found(desk, RolesChanged(person="p-b", roles=("custodian",)), "cus-2")


def test_a_custodian_is_made_by_two_and_ends_by_another(desk: Desk) -> None:
    """Two custodians give the role, another one takes it away."""
    put(desk, RolesChanged(person="p-a", roles=("custodian",)), "cus-1", "cus-2")
    put(desk, RolesChanged(person="cus-1", roles=("signer",)), "cus-2")


def test_an_inspector_takes_two_custodians_who_are_two_persons(desk: Desk) -> None:
    """One custodian, or one with two keys, makes no inspector, neither by enrolment nor by a change of roles."""
    payload = desk.enrolment("eye-2", ("inspector",))
    enrol(desk, "cus-1", "custodian", by=("cus-2", "cus-1"), generation=2)
    enrol(desk, "eye-3", "inspector", by=("cus-1", "cus-2"))
    verified(desk)
    refused_and_found(desk, payload, "cus-1", "eye-2")
    refused_and_found(desk, replace(payload, person="eye-4", vkey=_vkey(desk, "eye-4")), "cus-1", "cus-1/2", "eye-4")
    refused_and_found(desk, RolesChanged(person="p-a", roles=("inspector",)), "cus-1", "cus-1/2")
    put(desk, RolesChanged(person="p-b", roles=("inspector",)), "cus-1", "cus-2")


def _vkey(desk: Desk, person: str) -> str:
    return format_vkey(key_of(desk, person).verify_key)


@pytest.mark.parametrize("payload", [POLICY, ClockCorrected(reason="set right")], ids=lambda p: p.TYPE)
def test_policies_and_clock_corrections_take_two_custodians(desk: Desk, payload: Payload) -> None:
    """Two keys of one custodian are one person, and one is not enough where there are two."""
    enrol(desk, "cus-1", "custodian", by=("cus-2", "cus-1"), generation=2)
    put(desk, payload, "cus-1", "cus-2")
    verified(desk)
    refused_and_found(desk, payload, "cus-1")
    refused_and_found(desk, payload, "cus-1", "cus-1/2")


def test_where_there_is_one_custodian_one_is_enough_and_verify_says_so(desk: Desk) -> None:
    """With the second custodian's only key revoked the remaining one acts alone, and the report says so."""
    put(desk, revocation(desk, "cus-2"), "cus-1")
    put(desk, POLICY, "cus-1")
    put(desk, desk.enrolment("cus-1", ("custodian",), 2), "cus-1", "cus-1/2")
    assert verified(desk).marks["one custodian only"] == 1


# --- uniqueness and form of keys ---


def test_a_public_key_is_used_once_for_ever(desk: Desk) -> None:
    """Nobody's key, revoked or not, and not the log's, is enrolled again: not for him, not for another."""
    put(desk, revocation(desk, "p-b"), "cus-1")
    again = desk.enrolment("p-b", ("signer",))
    refused_and_found(desk, again, "cus-1", "p-b", error=KeyInvalid)
    for taken in ("p-a", "p-b"):
        stolen = Ed25519Signer(f"{desk.origin}/p-new", _private(key_of(desk, taken)))
        _refused_key(desk, "p-new", stolen)
    _refused_key(desk, "p-new", Ed25519Signer(f"{desk.origin}/p-new", desk.log.private_key))


def _private(signer: Signer) -> Ed25519PrivateKey:
    assert isinstance(signer, Ed25519Signer)
    return signer.private_key


def _refused_key(desk: Desk, person: str, key: Signer, error: type[ZerenError] = KeyInvalid) -> None:
    """The enrolment of this key is refused; written all the same it is found."""
    payload = KeyEnrolled(person=person, vkey=format_vkey(key.verify_key), roles=("signer",))
    command = Command(payload, (key_of(desk, "cus-1"), key))
    with pytest.raises(error):
        desk.ledger.record(command)


def test_a_key_of_another_name_is_refused(desk: Desk) -> None:
    """A person's key bears the ledger's name and the person's, so that it counts here and for him only."""
    for name in (f"{desk.origin}/p-a", "zeren.test/other/p-new", desk.origin, f"{desk.origin}/p-new/x"):
        _refused_key(desk, "p-new", signer_named(name, 7))


def test_the_name_log_is_reserved(desk: Desk) -> None:
    """Nobody is called log."""
    _refused_key(desk, "log", signer_named(f"{desk.origin}/log"), Malformed)


def test_a_cosignature_key_signs_no_entries(desk: Desk) -> None:
    """A witness's key type is not enrolled for a person."""
    witness = Ed25519Signer(f"{desk.origin}/p-new", signer_named("w").private_key, COSIGNATURE_V1)
    _refused_key(desk, "p-new", witness)


@pytest.mark.parametrize("raw", [(1).to_bytes(32, "little"), (P + 1).to_bytes(32, "little"), bytes(32)])
def test_weak_keys_are_refused(desk: Desk, raw: bytes) -> None:
    """Low-order and non-canonical public keys are not enrolled, whatever is said to sign for them."""
    name, material = f"{desk.origin}/p-new", b"\x01" + raw
    key_id = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4].hex()
    payload = KeyEnrolled(person="p-new", vkey=f"{name}+{key_id}+{b64encode(material)}", roles=("signer",))
    with pytest.raises(KeyInvalid):
        desk.ledger.record(Command(payload, (key_of(desk, "cus-1"), key_of(desk, "p-new"))))


# --- revocation and disputes ---


def test_a_revoked_key_signs_nothing_more(desk: Desk) -> None:
    """Later entries are refused, and invalid where they were written all the same; earlier ones stay valid."""
    put(desk, TALK, "rec", "p-a")
    put(desk, revocation(desk, "p-a"), "cus-1")
    verified(desk)
    with pytest.raises(Refused, match="not in force"):
        put(desk, replace(TALK, ref="T2"), "rec", "p-a")
    with no_rules(), patch.object(KeyBook, "keys_for", _every_key):
        position = put(desk, replace(TALK, ref="T2"), "rec", "p-a").position
    report = verify_ledger(desk.ledger)
    assert ("invalid", position) == (report.verdict, report.findings[0].position)


def _every_key(book: KeyBook, *_: object) -> object:
    return {name: key.verify_key for name, key in book.keys.items()}


def test_between_compromise_and_revocation_entries_are_disputed_and_stay(desk: Desk) -> None:
    """Entries from the claimed moment on are marked with the name of who claimed it; those before are not."""
    put(desk, TALK, "rec", "p-a")
    first = put(desk, replace(TALK, ref="T2"), "rec", "p-a")
    put(desk, replace(TALK, ref="T3"), "rec", "p-a")
    put(desk, replace(TALK, ref="T4"), "rec", "p-b")
    put(desk, revocation(desk, "p-a", first.position), "cus-1")
    assert verified(desk).marks["disputed by cus-1"] == 2


def test_what_a_disputed_custodian_key_did_to_keys_is_disputed_with_it(desk: Desk) -> None:
    """A key enrolled by a key under dispute is disputed too, and so are the keys that it enrolled in turn."""
    before = put(desk, desk.enrolment("p-1", ("signer",)), "cus-1", "p-1")
    enrol(desk, "cus-3", "custodian", by=("cus-1", "cus-2"))
    enrol(desk, "p-2", "signer", by=("cus-3",))
    enrol(desk, "p-3", "signer", by=("cus-2",))
    for number, who in enumerate(("p-1", "p-2", "p-3")):
        put(desk, replace(TALK, ref=f"T{number}"), "rec", who)
    put(desk, revocation(desk, "cus-1", before.position + 1), "cus-2")

    disputes = desk.ledger.keys().disputes()
    assert {"cus-1", "cus-3", "p-2"} == {dispute.key[0].rpartition("/")[2] for dispute in disputes}
    assert {"cus-2"} == {dispute.by for dispute in disputes}
    # the enrolments of cus-3 and p-2, and the talk that p-2 signed
    assert verified(desk).marks["disputed by cus-2"] == 3


def test_a_custodian_is_revoked_by_another_one(desk: Desk) -> None:
    """A custodian neither revokes himself nor is revoked by anybody else than a custodian."""
    refused_and_found(desk, revocation(desk, "cus-1"), "cus-1")
    put(desk, revocation(desk, "cus-2"), "cus-1")


@pytest.mark.parametrize("who", [("p-a",), ("rec",), ("cus-1", "rec"), ("cus-1", "p-b")])
def test_revocation_takes_custodians_and_the_owner_only(desk: Desk, who: tuple[str, ...]) -> None:
    """The author is a custodian; beside him sign custodians and the owner, nobody else."""
    refused_and_found(desk, revocation(desk, "p-a"), *who)


def test_a_key_is_revoked_once(desk: Desk) -> None:
    """A second revocation, or that of a key that never was, is refused."""
    put(desk, revocation(desk, "p-a"), "cus-1", "p-a")
    refused_and_found(desk, revocation(desk, "p-a"), "cus-1")


def test_a_key_that_never_was_is_not_revoked(desk: Desk) -> None:
    """The key must be one of that person's."""
    refused_and_found(desk, revocation(desk, "p-a/9"), "cus-1")
    refused_and_found(desk, replace(revocation(desk, "p-a"), person="p-b"), "cus-1")


def test_a_compromise_lies_at_a_position_that_is_there(desk: Desk) -> None:
    """A moment of compromise beyond the revocation itself says nothing and is refused."""
    refused_and_found(desk, revocation(desk, "p-a", desk.ledger.size() + 5), "cus-1")


# --- genesis ---


def _founders(origin: str) -> list[Founder]:
    rows = (("cus-1", ("custodian",)), ("svc", ("service",)))
    return [Founder(person, signer_named(f"{origin}/{person}"), roles) for person, roles in rows]


def _create(tmp_path: Path, founders: list[Founder], log: Signer | None = None) -> None:
    origin = ORIGINS["duty"]
    create_ledger(
        tmp_path / "new.db",
        origin=origin,
        title="x",
        kind="duty",
        time_zone="Asia/Shanghai",
        founders=founders,
        log=log or signer_named(origin),
        clock=SimulatedClock(START),
    ).close()


def _swap_first(founders: list[Founder]) -> list[Founder]:
    return founders[::-1]


def _double(founders: list[Founder]) -> list[Founder]:
    return [*founders, replace(founders[0], signer=signer_named(f"{ORIGINS['duty']}/cus-1", 2))]


def _shared_key(founders: list[Founder]) -> list[Founder]:
    twin = Ed25519Signer(f"{ORIGINS['duty']}/p-x", _private(founders[0].signer))
    return [*founders, Founder("p-x", twin, ("signer",))]


def _log_key(founders: list[Founder]) -> list[Founder]:
    twin = Ed25519Signer(f"{ORIGINS['duty']}/p-x", signer_named(ORIGINS["duty"]).private_key)
    return [*founders, Founder("p-x", twin, ("signer",))]


def _mixed_roles(founders: list[Founder]) -> list[Founder]:
    return [founders[0], replace(founders[1], roles=("service", "recorder"))]


def _no_custodian(founders: list[Founder]) -> list[Founder]:
    return [replace(founders[0], roles=("recorder",)), founders[1]]


@pytest.mark.parametrize("spoil", [_swap_first, _double, _shared_key, _log_key, _mixed_roles, _no_custodian])
def test_a_ledger_that_cannot_be_opened(tmp_path: Path, spoil: Callable[[list[Founder]], list[Founder]]) -> None:
    """No custodian first, a person or a key twice, the log's key as a person's, roles that exclude each other.

    Nothing is left behind.
    """
    with pytest.raises((Refused, Invalid)):
        _create(tmp_path, spoil(_founders(ORIGINS["duty"])))
    assert list(tmp_path.iterdir()) == []


def test_genesis_lacks_no_signature(desk: Desk, tmp_path: Path) -> None:
    """Each key that genesis enrols signs it; the log key proves itself by its checkpoint of size 0."""
    founders = _founders(desk.origin)
    log = signer_named(desk.origin)
    opened = LedgerOpened(
        origin=desk.origin, title="x", kind="duty", time_zone="Asia/Shanghai", clock="real",
        log=format_vkey(log.verify_key), types="x",
        log_possession=sign_checkpoint(Checkpoint(desk.origin, 0, EMPTY_ROOT), log).decode(),
        keys=tuple([f.person, format_vkey(f.signer.verify_key), list(f.roles)] for f in founders),
    )  # fmt: skip
    header = replace(desk.ledger.entry_at(0)[0].header, signers=_ids(founders))
    admits.check_admits(KeyBook(), header, opened)
    other = signer_named(desk.origin, 2)
    forged = sign_checkpoint(Checkpoint(desk.origin, 0, EMPTY_ROOT), other).decode()
    larger = sign_checkpoint(Checkpoint(desk.origin, 1, bytes(32)), log).decode()
    for false in (
        (replace(header, signers=_ids(founders[:1])), opened),
        (replace(header, position=1), opened),
        (replace(header, ledger="zeren.test/other/duty"), opened),
        (header, replace(opened, log_possession=forged)),
        (header, replace(opened, log_possession=larger)),
        (header, replace(opened, log=format_vkey(signer_named("zeren.test/other").verify_key))),
        (header, replace(opened, keys=(["cus-1", "x"],))),
    ):
        with pytest.raises((Refused, Invalid)):
            admits.check_admits(KeyBook(), *false)


def _ids(founders: list[Founder]) -> tuple[SignerId, ...]:
    return tuple(SignerId(f.person, f.signer.verify_key.key_id) for f in founders)


def test_genesis_stands_once(desk: Desk) -> None:
    """A second opening is refused."""
    again = desk.ledger.genesis
    with pytest.raises(ZerenError):
        desk.ledger.record(Command(again, tuple(key_of(desk, name) for name in ("cus-1", "cus-2", "svc"))))


# --- co-signatures ---


def test_an_entry_by_an_enrolled_key_under_another_name_is_found(desk: Desk) -> None:
    """A key counts under the name it was enrolled with: the same key as somebody else's is unknown."""
    stolen = Ed25519Signer(f"{desk.origin}/p-b", _private(key_of(desk, "p-a")))
    with pytest.raises(Refused, match="not in force"):
        desk.ledger.record(Command(TALK, (key_of(desk, "rec"), stolen)))


def test_several_sign_at_record_time(desk: Desk) -> None:
    """Recorder, talker and counterpart sign one entry together; each line is checked."""
    receipt = put(desk, TALK, "rec", "p-a", "p-b")
    header = desk.ledger.entry_at(receipt.position)[0].header
    assert ["rec", "p-a", "p-b"] == [signer.person for signer in header.signers]
    verified(desk)


def test_an_entry_of_another_kind_of_ledger_is_refused(desk: Desk) -> None:
    """A case's event does not belong in a duty ledger."""
    with pytest.raises(Refused):
        put(desk, case_opened(), "rec")


def test_assignments_are_accepted_by_the_one_concerned(desk: Desk) -> None:
    """The acceptance names the entry by its leaf hash; another hash at that place is refused."""
    made = put(desk, assignment("A1"), "rec")
    put(desk, RecordAccepted(accepts=made.reference, capacity="holder"), "p-a")
    wrong = EntryReference("", made.position, bytes(32))
    with pytest.raises(Refused, match="another one"):
        put(desk, RecordAccepted(accepts=wrong), "p-a")
    verified(desk)


def test_an_anchor_is_by_service_or_custodian(desk: Desk) -> None:
    """Others bring no anchors in."""
    with pytest.raises(ZerenError):
        put(desk, AnchorRecorded(checkpoint="x", kind="cosignature", token="x"), "rec")
