"""One verdict about time and about whoever recomputed: what a bundle bears, all three verifiers say, in their words."""

import base64
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest

from ledger.application import Command
from ledger.bundle import standalone
from ledger.bundle.case_bundle import DutyWanted, case_parts, select_case, stream_of_case
from ledger.bundle.checking import check_bundle
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import Part, VerifiedNote, show_all
from ledger.bundle.select import select
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.note import parse_note
from ledger.core.signers import format_vkey
from ledger.core.verified import sign_verified
from ledger.events.base import Attachment
from ledger.events.case_parts import Pin
from ledger.events.records import TextErased
from ledger.events.trust import KeyRevoked
from tests.ledger.bundle.test_consents import put
from tests.support import builders
from tests.support.anchoring import adopt, anchor, checkpoint, policy_text
from tests.support.asking import Asking, asking
from tests.support.builders import Desk, signer_named
from tests.support.evidence import Verifier, dossier, files_of, packed, page_of, repacked, talk

pytestmark = pytest.mark.long
HOUR = timedelta(hours=1)
CONTRADICTED, EXPIRED = "contradict", "consent expired"
Made = tuple[bytes, str]
"""A bundle and its ledger's fingerprint."""


@contextmanager
def duty() -> Iterator[Desk]:
    with TemporaryDirectory() as directory, closing(builders.duty_ledger(Path(directory))) as desk:
        yield desk


@contextmanager
def asked() -> Iterator[Asking]:
    with TemporaryDirectory() as directory:
        made = asking(Path(directory))
        try:
            yield made
        finally:
            made.desk.close()


def vouched(desk: Desk, number: int, ahead: timedelta) -> None:
    """Records a witness's word of a time that much ahead of the ledger's clock, which is therefore false."""
    note = checkpoint(desk)
    with patch("ledger.store.appending.Batch._check_anchor"):
        anchor(desk, note, number, desk.clock.moment + ahead)


def bundle_of(desk: Desk, *positions: int) -> Made:
    checkpoint(desk)
    return packed([Part("duty", select(desk.ledger, positions, []))]), desk.ledger.fingerprint


@cache
def stamped_early() -> Made:
    """The quorum's word is an hour older than what it vouches for."""
    with duty() as desk:
        adopt(desk, policy_text(2))
        position = desk.record(talk("T1"), "rec").position
        note = checkpoint(desk)
        for number in (0, 1):
            anchor(desk, note, number, desk.clock.moment - HOUR)
        return bundle_of(desk, position)


@cache
def stamped_late() -> Made:
    """The quorum's word, recorded before an entry, is an hour younger than that says it is."""
    with duty() as desk:
        adopt(desk, policy_text(2))
        for number in (0, 1):
            vouched(desk, number, HOUR)
        return bundle_of(desk, desk.record(talk("T1"), "rec").position)


@cache
def stamped_by_one() -> Made:
    """One of two whom the quorum asks for says another time, which bounds nothing."""
    with duty() as desk:
        adopt(desk, policy_text(2))
        vouched(desk, 0, HOUR)
        return bundle_of(desk, desk.record(talk("T1"), "rec").position)


@cache
def within() -> Made:
    """Five minutes outside are within what clocks differ by."""
    with duty() as desk:
        adopt(desk, policy_text(2))
        for number in (0, 1):
            vouched(desk, number, timedelta(minutes=4))
        return bundle_of(desk, desk.record(talk("T1"), "rec").position)


@cache
def expired() -> Made:
    """The ledger's clock says that a consent still held; the anchors say that it did not."""
    with asked() as desk:
        adopt(desk.desk, policy_text(1))
        vouched(desk.desk, 0, 2 * HOUR)
        until = desk.desk.clock.moment + HOUR
        consents = {"p-a": {"not_after": until}, "p-b": {"not_after": until}}
        desk.desk.ledger.record(put(desk, consents=consents))
        return bundle_of(desk.desk, desk.desk.ledger.size() - 1)


@cache
def by_nobody() -> Made:
    """An anchor by a witness whom the policy does not name counts for nothing."""
    with duty() as desk:
        adopt(desk, policy_text(1, 1))
        position = desk.record(talk("T1"), "rec").position
        anchor(desk, checkpoint(desk), 2, desk.clock.moment - HOUR)
        return bundle_of(desk, position)


@cache
def disputed() -> Made:
    """A record by a key that a custodian calls compromised from there on."""
    with duty() as desk:
        position = desk.record(talk("T1"), "rec", "p-c").position
        key_id = desk.signer("p-c").verify_key.key_id.hex()
        desk.record(KeyRevoked(person="p-c", key_id=key_id, compromised_from=position), "cus-1")
        return bundle_of(desk, position)


@cache
def enrolled_again() -> Made:
    """A record by a key that a custodian enrolled for its owner, who did not sign that with the one before."""
    with duty() as desk:
        again = desk.enrolment("p-c", ("signer",), 2)
        desk.ledger.record(Command(again, (desk.signer("cus-1"), desk.signer("p-c", 2))))
        keys = (desk.signer("rec"), desk.signer("p-c", 2))
        (receipt,) = desk.ledger.record(Command(talk("T1"), keys))
        return bundle_of(desk, receipt.position)


@cache
def erased() -> Made:
    """A record of which a text was erased."""
    with duty() as desk:
        receipt = desk.record(talk("T1"), "rec")
        named = TextErased(entry=receipt.reference, names=("text",), ground="law")
        desk.ledger.erase(named, (desk.signer("cus-1"), desk.signer("eye")))
        return bundle_of(desk, receipt.position)


@cache
def shown_after_erasure() -> Made:
    """Whoever kept an erased text puts it back into a bundle, where it fits its digest."""
    with duty() as desk:
        receipt = desk.record(talk("T1"), "rec")
        before = desk.ledger.entry_at(receipt.position)[1]
        named = TextErased(entry=receipt.reference, names=("text",), ground="law")
        desk.ledger.erase(named, (desk.signer("cus-1"), desk.signer("eye")))
        bundle, fingerprint = bundle_of(desk, receipt.position)
    return repacked({**files_of(bundle), f"duty/bodies/{receipt.position:010d}": before}), fingerprint


@cache
def media_type_after_erasure() -> Made:
    """Of an erased attachment the media type alone is put back."""
    with duty() as desk:
        named = Attachment(sha256="0" * 64, size=1, name="a.pdf", media_type="application/pdf")
        receipt = desk.record(replace(talk("T1"), attachments=(named,)), "rec")
        before = desk.ledger.entry_at(receipt.position)[1].split(b"\n")
        gone = TextErased(entry=receipt.reference, names=("attachments.0",), ground="law")
        desk.ledger.erase(gone, (desk.signer("cus-1"), desk.signer("eye")))
        bundle, fingerprint = bundle_of(desk, receipt.position)
    body = b"\n".join(line for line in before if not line.startswith(b"attachments.0.name "))
    return repacked({**files_of(bundle), f"duty/bodies/{receipt.position:010d}": body}), fingerprint


@cache
def by_a_key_of_a_disputed_custodian() -> Made:
    """A record by a key that a custodian enrolled whose own key is called compromised from before that."""
    with duty() as desk:
        enrolled = desk.ledger.record(
            Command(desk.enrolment("p-new", ("signer",)), (desk.signer("cus-1"), desk.signer("p-new")))
        )[0]
        (receipt,) = desk.ledger.record(Command(talk("T1"), (desk.signer("rec"), desk.signer("p-new"))))
        key_id = desk.signer("cus-1").verify_key.key_id.hex()
        desk.record(KeyRevoked(person="cus-1", key_id=key_id, compromised_from=enrolled.position), "cus-2")
        return bundle_of(desk, receipt.position)


@cache
def unpinned() -> Made:
    """A case that pins its duty ledger by fingerprint alone: no checkpoint of it was held at the opening."""
    with duty() as desk, TemporaryDirectory() as folder, closing(builders.case_ledger(Path(folder))) as case:
        desk.record(talk("T1"), "rec")
        checkpoint(desk)
        case.record(replace(builders.case_opened(), pin=Pin(fingerprint=desk.ledger.fingerprint)), "insp")
        checkpoint(case)
        chosen = select_case(case.ledger, stream_of_case(case.ledger, "K1"))
        about = DutyWanted("duty", desk.ledger, (), (CompleteClaim("person", "p-b"),))
        return packed(case_parts(chosen, [about]).parts), case.ledger.fingerprint


@cache
def with_another_program() -> Made:
    """The small verifier in the bundle is of no release."""
    bundle, fingerprint = by_nobody()
    files = files_of(bundle)
    files["verify.py"] += b"# changed\n"
    return repacked(files), fingerprint


def recomputed(spoil: Callable[[bytes], bytes] = lambda note: note, vkey_of: str = "auditor.example") -> Made:
    """A bundle with the note of somebody who recomputed the seal, changed by `spoil`."""
    with duty() as desk:
        desk.record(talk("T1"), "rec")
        checkpoint(desk)
        chosen = select(desk.ledger, [], [CompleteClaim("person", "p-a")])
        head = parse_checkpoint(parse_note(chosen.sealed.note).text)
        note = spoil(sign_verified(head, signer_named("auditor.example")))
        vkey = format_vkey(signer_named(vkey_of).verify_key)
        return packed([Part("duty", chosen, show_all, [VerifiedNote(note, vkey)])]), desk.ledger.fingerprint


BUNDLES: dict[str, tuple[Callable[[], Made], str, tuple[str, ...]]] = {
    "stamped an hour too early": (stamped_early, "incomplete", (CONTRADICTED,)),
    "stamped an hour too late": (stamped_late, "incomplete", (CONTRADICTED,)),
    "stamped too late by one of two": (stamped_by_one, "valid", ()),
    "stamped four minutes too late": (within, "valid", ()),
    "a consent that had expired": (expired, "incomplete", (CONTRADICTED, EXPIRED)),
    "an anchor by nobody named": (by_nobody, "valid", ()),
    "with a text that was erased": (shown_after_erasure, "invalid", ()),
    "with the media type of an erased attachment": (media_type_after_erasure, "invalid", ()),
    "by a key that a disputed custodian enrolled": (by_a_key_of_a_disputed_custodian, "valid", ()),
    "by a disputed key": (disputed, "valid", ()),
    "by a key enrolled again": (enrolled_again, "valid", ()),
    "with another program": (with_another_program, "valid", ()),
    "recomputed by somebody": (recomputed, "valid", ()),
    "recomputed, by another's key": (lambda: recomputed(vkey_of="other.example"), "invalid", ()),
    "recomputed, of another size": (lambda: recomputed(lambda note: note.replace(b"\n", b"\n1", 2)), "invalid", ()),
    "recomputed, with a bit changed": (
        lambda: recomputed(lambda note: note[:-9] + bytes([note[-9] ^ 1]) + note[-8:]),
        "invalid",
        (),
    ),
}


@pytest.mark.parametrize("name", BUNDLES)
def test_what_a_bundle_bears_every_verifier_says(verify: Verifier, name: str) -> None:
    """The same verdict, and the same entries named in the same words."""
    make, wanted, said = BUNDLES[name]
    bundle, fingerprint = make()
    faults, unchecked = verify(bundle, [fingerprint])
    lines = [*unchecked, *(what for _, what in faults)]
    serious = [what for _, what in faults if CONTRADICTED not in what and EXPIRED not in what]
    verdict = "invalid" if serious else "incomplete" if lines else "valid"
    assert (verdict, sorted({mark for mark in (CONTRADICTED, EXPIRED) if any(mark in line for line in lines)})) == (
        wanted,
        sorted(said),
    )


SAID = {
    "disputed by cus-1": "存疑 / disputed by cus-1",
    "disputed by cus-2": "存疑 / disputed by cus-2",
    "re-enrolled by custodian": "re-enrolled by custodian",
    "unpinned": "/ unpinned",
    "anchor by nobody whom the policy names": "/ by no member",
    "simulated": "/ simulated",
    "erased, digest fits": "/ erased, digest fits",
}
"""How verify.py and the page say each."""
TELLING = [
    (disputed, "disputed by cus-1"),
    (by_a_key_of_a_disputed_custodian, "disputed by cus-2"),
    (enrolled_again, "re-enrolled by custodian"),
    (by_nobody, "anchor by nobody whom the policy names"),
    (recomputed, "simulated"),
    (erased, "erased, digest fits"),
    (unpinned, "unpinned"),
]


@pytest.mark.parametrize(("make", "mark"), TELLING)
def test_every_verifier_names_the_marks_that_change_no_verdict(
    make: Callable[[], Made], mark: str, browser_page: Any
) -> None:
    """As often as `zeren verify` does, with the entry where it is one's; and of a bundle without them none says so."""
    for each, least in ((make, 1), (within, 0)):
        bundle, fingerprint = each()
        found = check_bundle(bundle, [fingerprint]).marks[mark]
        page = marks_by_page(browser_page, bundle, fingerprint)
        small = standalone.Bundle(BytesIO(bundle), {fingerprint}, {}).marks
        if least or mark != "simulated":
            told = [sum(SAID[mark] in line for line in lines) for lines in (small, page)]
            assert told == [found, found], (small, page)
            assert (found >= 1) is bool(least)
    assert not {line for line in {*small} ^ {*page} if "#" in line}


def marks_by_page(browser_page: Any, bundle: bytes, fingerprint: str) -> list[str]:
    script = """async ([encoded, fingerprint]) =>
        (await checkBundle(Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0)), [fingerprint])).marks"""
    told: list[str] = browser_page.evaluate(script, [base64.b64encode(bundle).decode(), fingerprint])
    return told


def test_only_another_program_is_left_to_zeren_verify_by_the_page() -> None:
    """The page holds no release to compare with; verify.py compares with itself and leaves no mark to anybody."""
    bundle, fingerprint = with_another_program()
    assert check_bundle(bundle, [fingerprint]).marks["program unknown to this version"] == 1
    told = standalone.Bundle(BytesIO(bundle), {fingerprint}, {}).marks
    assert any("another one than this" in mark for mark in told)
    page, small = page_of(dossier()).decode(), files_of(dossier())["verify.py"].decode()
    assert "other marks (another program): by zeren verify" in page
    assert "other marks" not in small


def test_each_entry_by_a_disputed_key_is_named_by_verify_py() -> None:
    """By position, and who claimed it; the entries before the compromise are not."""
    bundle, fingerprint = disputed()
    (said,) = [mark for mark in standalone.Bundle(BytesIO(bundle), {fingerprint}, {}).marks if "disputed" in mark]
    assert said.startswith("存疑 / disputed by cus-1: duty #")


def test_a_time_stamp_in_a_bundle_is_listed_by_whoever_does_not_check_it(verify: Verifier) -> None:
    """A file in `tokens/` that is none: `zeren verify` calls it invalid, the others list it as not checked."""
    files = files_of(dossier())
    files["duty/tokens/0"] = b"no time stamp"
    faults, unchecked = verify(repacked(files), [])
    assert any("tokens/0" in line for line in [*unchecked, *(name for name, _ in faults)])
