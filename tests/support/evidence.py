"""A duty ledger and a case ledger that have something of everything, bundles of them, and the three verifiers.

The bundles are made once per run. An attack is a change of a bundle's files by somebody who can write every file of it
anew, manifest included, but has no key of others.
"""

import atexit
import base64
import dataclasses
import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from ledger.bundle import standalone
from ledger.bundle.bundle_report import BundleReport
from ledger.bundle.case_bundle import DutyWanted, case_parts, select_case, stream_of_case
from ledger.bundle.checking import check_bundle, check_parts
from ledger.bundle.issuer import add_issuer
from ledger.bundle.layout import MANIFEST, PAGE, CompleteClaim, Manifest, PartClaims, format_manifest, parse_manifest
from ledger.bundle.packing import Part, Show, claims_of, files_beside, finish, show_all, write_parts
from ledger.bundle.select import select
from ledger.core.archive import ArchiveWriter, read_archive, write_archive
from ledger.core.encoding import b64encode
from ledger.core.signers import Signer
from ledger.events.acts import TalkHeld
from ledger.events.case_parts import Pin
from ledger.events.case_work import CaseOpened, SecondInvestigationOpened
from ledger.events.fields import EntryReference
from ledger.events.records import RecordAccepted, RecordCorrected, TextErased
from ledger.events.trust import KeyRevoked
from ledger.recording.numbers import find_entry
from projections.reports.exhibit import page
from tests.support import builders
from tests.support.anchoring import adopt, anchor, checkpoint, policy_text
from tests.support.builders import Desk

MAKER = "zeren test"
Files = dict[str, bytes]
KEPT: dict[str, bytes] = {}
"""The body of T2 before a text of it was erased, as somebody may have kept it."""


class Verifier(Protocol):
    """Gives (file, what) for every fault of a bundle, and the lines of what it did not check."""

    def __call__(self, data: bytes, fingerprints: Iterable[str] = ()) -> tuple[list[tuple[str, str]], list[str]]: ...


def talk(ref: str, talker: str = "p-a", counterpart: str = "p-b") -> TalkHeld:
    return TalkHeld(ref=ref, talker=talker, counterpart=counterpart, text=f"text of {ref}", place="room 1")


def fill(desk: Desk) -> bytes:
    """Talks, answers, a correction, an erasure, a revoked key, a policy, two anchored checkpoints, a third one.

    Gives the body of T2 as it was before its text was erased.
    """
    first = desk.record(talk("T1"), "rec", "p-a").reference
    desk.record(RecordAccepted(accepts=first, capacity="counterpart"), "p-b")
    adopt(desk, policy_text(1))
    anchor(desk, checkpoint(desk), 0)
    second = desk.record(talk("T2", "p-c", "p-a"), "rec", "p-c").reference
    desk.record(RecordCorrected(corrects=second, field="place", new_text="room 2"), "rec")
    key_id = desk.signer("p-c").verify_key.key_id.hex()
    desk.record(KeyRevoked(person="p-c", key_id=key_id), "cus-1")
    kept = desk.ledger.entry_at(second.position)[1]
    erased = TextErased(entry=second, names=("place",), ground="data protection law, article 47")
    desk.ledger.erase(erased, [desk.signer("cus-1"), desk.signer("eye")])
    desk.record(builders.assignment("A1", person="p-b"), "rec", "p-b")
    note = checkpoint(desk)
    anchor(desk, note, 0)
    anchor(desk, note, 1)
    desk.ledger.sign_checkpoint(desk.log)  # ends in a seal and two anchors
    anchor(desk, checkpoint(desk), 2)
    return kept


@cache
def desks() -> tuple[Desk, Desk]:
    """(duty, case), filled; the case pins the duty ledger and cites the first talk. Not to be changed."""
    directory = Path(tempfile.mkdtemp(prefix="zeren-evidence-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    duty, case = builders.duty_ledger(directory), builders.case_ledger(directory)
    KEPT["T2"] = fill(duty)
    size = duty.ledger.store.checkpoints()[-1][0]
    pinned = (duty.ledger.checkpoint_at(size) or b"").decode()
    fingerprint = duty.ledger.fingerprint
    cited = find_entry(duty.ledger, "T1")
    pin = Pin(fingerprint=fingerprint, checkpoint=pinned, held_since=duty.clock.moment)
    opened: CaseOpened = dataclasses.replace(
        builders.case_opened(),
        pin=pin,
        enabling_decisions=(EntryReference(fingerprint, cited.position, cited.leaf_hash),),
    )
    case.record(opened, "insp")
    case.record(SecondInvestigationOpened(case="K1"), "insp")
    case.clock.moment += timedelta(seconds=1)
    case.ledger.seal(case.signer("svc"))
    case.ledger.sign_checkpoint(case.log)
    return duty, case


def packed(parts: Iterable[Part]) -> bytes:
    """The bundle of these parts, as the command makes it."""
    chosen, file = list(parts), BytesIO()
    claims, beside, writer = claims_of(chosen), files_beside(chosen), ArchiveWriter(file)
    write_parts(chosen, writer)
    report = BundleReport(files=writer.files(), maker=MAKER)
    check_parts(report, claims, report.files, beside)
    finish(writer, claims, {**beside, PAGE: page(report)}, MAKER)
    return file.getvalue()


def issued(bundle: bytes, path: str, signer: Signer) -> bytes:
    """The bundle with an issuer's note, as the command puts it in."""
    file = BytesIO()
    add_issuer(read_archive(bundle), path, signer, file)
    return file.getvalue()


@cache
def dossier(person: str = "p-a", show: Show = show_all) -> bytes:
    """All about a person, and the stream of a talk."""
    duty, _ = desks()
    claims = [CompleteClaim("person", person), CompleteClaim("stream", "talk/T2"), CompleteClaim("unit", "u-dept")]
    return packed([Part("duty", select(duty.ledger, [], claims), show)])


@cache
def case_bundle() -> bytes:
    """The case, and of the duty ledger what it cites."""
    duty, case = desks()
    chosen = select_case(case.ledger, stream_of_case(case.ledger, "K1"))
    return packed(case_parts(chosen, [DutyWanted("duty", duty.ledger, (), (CompleteClaim("person", "p-b"),))]).parts)


def files_of(bundle: bytes) -> Files:
    files = read_archive(bundle)
    assert not files.damage
    return dict(files)


def manifest_of(files: Mapping[str, bytes]) -> Manifest:
    return parse_manifest(files[MANIFEST])


def repacked(files: Files, parts: tuple[PartClaims, ...] | None = None) -> bytes:
    """The archive of changed files, its manifest made to fit them."""
    manifest = manifest_of(files)
    digests = {
        name: b64encode(hashlib.sha256(data).digest()) for name, data in sorted(files.items()) if name != MANIFEST
    }
    made = Manifest(manifest.maker, manifest.parts if parts is None else parts, digests)
    return write_archive({**files, MANIFEST: format_manifest(made)})


def without(files: Files, path: str, position: int) -> bytes:
    """The bundle from which one entry was taken, and its mention in the manifest."""
    for folder in ("entries", "bodies", "proofs"):
        del files[f"{path}/{folder}/{position:010d}"]
    parts = tuple(
        dataclasses.replace(part, entries=tuple(p for p in part.entries if p != position))
        if part.path == path
        else part
        for part in manifest_of(files).parts
    )
    return repacked(files, parts)


def positions(files: Files, path: str = "duty") -> list[int]:
    """The positions of the entries in a part."""
    return [int(name[-10:]) for name in sorted(files) if name.startswith(f"{path}/entries/")]


# --- the verifiers ---


def by_zeren(data: bytes, fingerprints: Iterable[str] = ()) -> tuple[list[tuple[str, str]], list[str]]:
    """`zeren verify FILE`."""
    report = check_bundle(data, list(fingerprints))
    return [(f.file or "", str(f.what)) for f in report.findings], [str(what) for what in report.not_checked]


def by_small(data: bytes, fingerprints: Iterable[str] = ()) -> tuple[list[tuple[str, str]], list[str]]:
    """verify.py, run here."""
    bundle = standalone.Bundle(BytesIO(data), set(fingerprints))
    return bundle.faults, bundle.open


def by_page(browser_page: Any) -> Verifier:
    """The script of the page, in a browser."""

    def verify(data: bytes, fingerprints: Iterable[str] = ()) -> tuple[list[tuple[str, str]], list[str]]:
        script = """async ([encoded, fingerprints]) => {
            const bundle = await checkBundle(Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0)), fingerprints);
            return [bundle.faults, bundle.open];
        }"""
        faults, unchecked = browser_page.evaluate(script, [base64.b64encode(data).decode(), list(fingerprints)])
        return [(name, what) for name, what in faults], unchecked

    return verify


def page_of(bundle: bytes) -> bytes:
    return files_of(bundle)[PAGE]
