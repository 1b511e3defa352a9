"""`zeren verify FILE`: a bundle checked with no network and no ledger at hand."""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib import resources
from typing import BinaryIO

from ledger.bundle.bundle_report import BundleReport
from ledger.bundle.issuer import IssuedReport, check_issuer, check_reports
from ledger.bundle.layout import FORMATS, ISSUER, MANIFEST, REPORTS, VERIFIER, Manifest, PartClaims, parse_manifest
from ledger.bundle.outside_evidence import check_anchors, open_older
from ledger.bundle.part import PartCheck
from ledger.core.archive import Archive, read_archive
from ledger.core.encoding import b64encode
from ledger.core.policy import Policy
from ledger.errors import Incomplete, Invalid, ZerenError
from ledger.events.lists import KNOWN, list_bytes
from ledger.messages import N_

_FOLDERS = (
    r"(?:checkpoint|heads\.json|(?:entries|bodies|proofs|growth)/[0-9]{10}|tokens/[0-9]+|attached/[0-9]{10}/[0-9]+"
    r"|verified/[0-9]+(?:\.vkey)?)"
)


_AT_THE_TOP = r"index\.html|verify\.py|types\.json|types/[1-9][0-9]*\.json|manifest\.json|issuer|report\.(?:docx|pdf)"


PINNED_ABSENT = N_("the case pins a ledger of which nothing is in this bundle")
CONTINUED_ABSENT = N_("continues a lost ledger of which nothing is in this bundle")
EARLIER = ("637cc4689d3bcfad928b5b4a8e745ad32dff8dee63e68425799024de14ed4820",)
"""SHA-256 of the small verifiers of earlier releases, the oldest first."""


def known_programs() -> frozenset[str]:
    """SHA-256 of every small verifier that was ever handed out by a release."""
    own = resources.files("ledger.bundle").joinpath("standalone.py").read_bytes()
    return frozenset({*EARLIER, hashlib.sha256(own).hexdigest()})


def check_bundle(
    source: bytes | BinaryIO,
    fingerprints: Collection[str] = (),
    policy: Policy | None = None,
    reports: Mapping[str, IssuedReport] | None = None,
    told: Callable[[int, int], None] | None = None,
) -> BundleReport:
    """Checks everything in a bundle. Never raises for a fault in it: that is a finding with its file.

    `fingerprints` come from outside; a ledger whose first entry has one of them is the one it says it is. A duty
    ledger is also trusted where a trusted case ledger of the same bundle pins it. Under `policy`, the reader's own, the
    anchors are judged instead of under the ledgers'. `reports` came beside the bundle, with their issuers' notes.
    `told` hears how many files and entries are done, and of how many.
    """
    report = BundleReport()
    files = read_archive(source)
    for fault in files.damage:
        report.add(fault.what, fault.file)
    report.files = files
    try:
        if MANIFEST not in files:
            raise Invalid("the manifest is missing: this is no whole bundle")
        manifest = parse_manifest(files[MANIFEST])
    except ZerenError as error:
        report.add(error, MANIFEST)
        return report
    report.maker = manifest.maker
    entries = (files.under(f"{part.path}/entries/") for part in manifest.parts)
    counted = counting(told, len(manifest.files) + sum(1 for names in entries for _ in names))
    _check_files(report, files, manifest, counted)
    if files.get(VERIFIER) is not None and hashlib.sha256(files[VERIFIER]).hexdigest() not in known_programs():
        report.marks[N_("program unknown to this version")] += 1
    lists = [*files.under("types.json"), *files.under("types/")]
    parts = check_parts(report, manifest.parts, files, lists, fingerprints, policy, counted)
    report.issuer = check_issuer(report, parts, manifest.format)
    check_reports(report, parts, reports or {})
    return report


def check_parts(
    report: BundleReport,
    claims: Sequence[PartClaims],
    files: Archive,
    lists: Collection[str],
    fingerprints: Collection[str] = (),
    policy: Policy | None = None,
    told: Callable[[], None] = lambda: None,
) -> Sequence[PartCheck]:
    """Checks the files of all parts against what is claimed of them; what is found goes into the report.

    `lists` are the lists of event types in the bundle, by file name; `told` hears of each entry.
    """
    parts = [PartCheck(report, each, files, lists, told=told) for each in claims]
    for part in parts:
        part.run()
        check_anchors(part, policy)
    _check_trust(report, parts, fingerprints)
    _name_absent(report, parts)
    _name_unchecked(report)
    return parts


def counting(told: Callable[[int, int], None] | None, of: int) -> Callable[[], None]:
    """Tells after each piece how many are done, of so many."""
    done = 0

    def one() -> None:
        nonlocal done
        done += 1
        if told is not None:
            told(min(done, of), of)

    return one


def _check_files(report: BundleReport, files: Archive, manifest: Manifest, told: Callable[[], None]) -> None:
    for name, digest in manifest.files.items():
        told()
        if name not in files:
            report.add(Invalid("the file is missing: it was taken out of the bundle"), name)
        elif b64encode(files.digest(name)) != digest:
            report.add(Invalid("the file was changed: its SHA-256 is not that of the manifest"), name)
    parts = "|".join(re.escape(part.path) for part in manifest.parts)
    known = re.compile(rf"{_AT_THE_TOP}|(?:{parts})/{_FOLDERS}")
    if ISSUER in manifest.files:
        report.add(Invalid("the issuer's note is about the manifest and cannot be named by it"), ISSUER)
    for name in files:
        if name not in manifest.files and name not in (MANIFEST, ISSUER):
            report.add(Invalid("the file is not in the manifest: it was put in"), name)
        if not known.fullmatch(name):
            report.add(Invalid("a bundle has no such file"), name)
    if any(name in files for name in REPORTS):
        report.marks[N_("the report is its maker's words")] += 1
    _check_lists(report, files, manifest)


def _check_lists(report: BundleReport, files: Archive, manifest: Manifest) -> None:
    """The lists of event types are those that this version knows by their numbers; v1 holds list 1 alone."""
    shipped = {f"types/{number}.json": number for number in KNOWN}
    if manifest.format == FORMATS[0]:
        shipped = {"types.json": 1}
    for name in [name for prefix in ("types.json", "types/") for name in files.under(prefix)]:
        if name not in shipped:
            report.add(Incomplete("the bundle was made with a list of event types of a later version"), name)
        elif files[name] != list_bytes(shipped[name]):
            report.add(Invalid("the file is not the list of event types of this number"), name)


def _check_trust(report: BundleReport, parts: list[PartCheck], fingerprints: Collection[str]) -> None:
    """Which ledgers are the ones that they say: by a fingerprint from outside, or pinned by a case ledger that is."""
    for part in parts:
        if part.claims.fingerprint in fingerprints:
            part.found.trusted_by = "given"
    for wanted in set(fingerprints) - {part.claims.fingerprint for part in parts}:
        report.add(Invalid("no ledger in the bundle has the fingerprint {} that you gave", wanted), None)
    for case in parts:
        if case.claims.kind == "case":
            _check_pins(report, case, [part for part in parts if part.claims.kind == "duty"])
    for part in parts:
        if not part.found.trusted_by:
            report.not_checked.append(
                Incomplete(
                    "unconfirmed root of trust: give the fingerprint of {}, learnt outside this bundle, with "
                    "--fingerprint; the bundle says it is {}",
                    part.claims.origin,
                    part.claims.fingerprint,
                )
            )


def _check_pins(report: BundleReport, case: PartCheck, duties: list[PartCheck]) -> None:
    for duty in duties:
        mine = [(position, pin) for position, pin in case.pins if pin.fingerprint == duty.claims.fingerprint]
        if not mine:
            case.add(Invalid("no entry of the case pins the ledger {}", duty.claims.origin), "entries")
            continue
        for position, pin in mine:
            if pin.checkpoint is None:
                report.marks[N_("unpinned")] += 1
                continue
            try:
                open_older(duty, pin.checkpoint.encode())
            except ZerenError as error:
                duty.add(Invalid("the checkpoint pinned by entry {} of the case: {}", position, error), "growth")
        if case.found.trusted_by and not duty.found.trusted_by:
            duty.found.trusted_by = "pinned"


def _name_absent(report: BundleReport, parts: list[PartCheck]) -> None:
    """The ledgers that this one rests on and does not hold: what a case pins, what a ledger continues."""
    held = {part.claims.fingerprint for part in parts}
    for part in parts:
        for _ in {pin.fingerprint for _, pin in part.pins} - held:
            report.marks[PINNED_ABSENT] += 1
        if part.continues is not None and part.continues not in held:
            report.marks[CONTINUED_ABSENT] += 1


def _name_unchecked(report: BundleReport) -> None:
    for part in report.parts:
        if not part.verified_by:
            report.marks[N_("nobody else has recomputed the seal")] += 1
        if part.simulated:
            report.marks[N_("simulated")] += 1
