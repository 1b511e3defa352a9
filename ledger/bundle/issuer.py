"""Who answers for what a bundle shows: the issuer's note, made and checked (FORMAT.md section 15).

A bundle proves what it shows, and completeness where it claims it; that the selection is a fair one only its issuer
can answer for. The note lies in the bundle as `issuer`, outside the files that the manifest names, since it is about
the manifest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from heapq import merge
from typing import BinaryIO

from ledger.bundle.bundle_report import BundleReport, Issuer
from ledger.bundle.items import PartFiles
from ledger.bundle.layout import FORMATS, ISSUER, MANIFEST, CompleteClaim, format_manifest, parse_manifest
from ledger.checks.keybook import KeyBook
from ledger.core.archive import Archive, ArchiveWriter
from ledger.core.issued import BUNDLE, REPORT, ROLES, Issued, check_issued, issued_of, parse_issued, sign_issued
from ledger.core.note import SignatureLine
from ledger.core.signers import Signer
from ledger.errors import BadInput, Invalid, Refused, ZerenError
from ledger.frozen import dataclass
from ledger.placement import MAIN

NOTE = ".issuer"
"""What the name of the note about a report ends in, after the report's own."""


@dataclass(frozen=True, slots=True)
class IssuedReport:
    """A report's file and the note about it, which lies beside it."""

    data: bytes
    note: bytes


def add_issuer(files: Archive, path: str, signer: Signer, out: BinaryIO) -> None:
    """Writes the bundle with the issuer's note by the holder of a key of that part's ledger.

    A bundle of the first format becomes one of the second. Raises BadInput for what is no whole bundle or has no such
    part, KeyInvalid, and Refused where it has an issuer already.
    """
    if files.damage or MANIFEST not in files:
        raise BadInput("this is no whole bundle; check it with: zeren verify FILE")
    if ISSUER in files:
        raise Refused("the bundle has an issuer's note already")
    manifest = parse_manifest(files[MANIFEST])
    renamed = {"types.json": "types/1.json"} if manifest.format == FORMATS[0] else {}
    if renamed:  # the one list of the first format, by its number, as the second has it
        digests = {renamed.get(name, name): digest for name, digest in manifest.files.items()}
        manifest = replace(manifest, files=digests, format=FORMATS[1])
    changed = {MANIFEST: format_manifest(manifest)}
    part = next((each for each in manifest.parts if each.path == path), None)
    if part is None:
        raise BadInput("the bundle shows nothing of the {} ledger; it has: {}", path, _paths(manifest.parts))
    changed[ISSUER] = sign_issued(issued_of(BUNDLE, changed[MANIFEST], part.fingerprint, part.size), signer)
    writer = ArchiveWriter(out)
    for name in merge(files, [ISSUER]):
        writer.add(renamed.get(name, name), changed[name] if name in changed else files[name])
    writer.finish()


def _paths(parts: Sequence[object]) -> str:
    return ", ".join(str(getattr(part, "path", "")) for part in parts)


def check_issuer(report: BundleReport, parts: Sequence[PartFiles], form: str) -> Issuer | None:
    """Who answers for the bundle; None for nobody, and where the note does not hold, which is then a finding."""
    note, manifest = report.files.get(ISSUER), report.files.get(MANIFEST)
    if note is None or manifest is None:
        return None
    try:
        if form == FORMATS[0]:
            raise Invalid("a bundle of the format {} has no issuer's note", form)
        issued, line = parse_issued(note, BUNDLE)
        if not issued.is_of(manifest):
            raise Invalid("the issuer's note is about another manifest")
        part = _part_of(parts, issued)
        if part.claims.size != issued.size:
            raise Invalid("the issuer's note names another size than that of the ledger's share")
        return _issuer_in(part, note, line, issued.size)
    except ZerenError as error:
        report.add(Invalid("{}", error), ISSUER)
        return None


def check_reports(report: BundleReport, parts: Sequence[PartFiles], given: Mapping[str, IssuedReport]) -> None:
    """Who answers for each report that came beside the bundle, by the keys that the bundle shows."""
    for name, each in given.items():
        try:
            issued, line = open_report(each)
            part = _part_of(parts, issued)
            if issued.size > part.claims.size:
                raise Invalid("the issuer's note names a size beyond the ledger's share")
            report.reports[name] = _issuer_in(part, each.note, line, issued.size)
        except ZerenError as error:
            report.add(Invalid("{}", error), name)


def open_report(given: IssuedReport) -> tuple[Issued, SignatureLine]:
    """What the note of a report says, whose line is not verified yet. Raises Invalid for a note of another file."""
    issued, line = parse_issued(given.note, REPORT)
    if not issued.is_of(given.data):
        raise Invalid("the issuer's note is about another file")
    return issued, line


def issuer_of(note: bytes, line: SignatureLine, book: KeyBook, size: int) -> Issuer:
    """Whose key signed, by the keys and roles below `size` and in force there. Raises Invalid for one that may not."""
    held = book.keys.get((line.name, line.key_id))
    if held is None or not held.in_force_at(size):
        raise Invalid("the issuer's key {}+{} is not in force", line.name, line.key_id.hex())
    roles = tuple(role for role in ROLES if role in book.roles.get(held.person, ()))
    if not roles:
        raise Invalid("{} is neither inspector nor custodian nor recorder, and issues nothing", held.person)
    check_issued(note, held.verify_key)
    return Issuer(held.person, roles, book.origin)


def _part_of(parts: Sequence[PartFiles], issued: Issued) -> PartFiles:
    found = next((each for each in parts if each.claims.fingerprint == issued.fingerprint), None)
    if found is None:
        raise Invalid("the issuer's note names a ledger that the bundle shows nothing of")
    return found


def _issuer_in(part: PartFiles, note: bytes, line: SignatureLine, size: int) -> Issuer:
    """The issuer by the entries shown, of which none about his keys may be missing."""
    book = KeyBook()
    for header, payload, carried in part.trusted:
        if header.position < size:
            book.apply(header, payload, carried)
    issuer = issuer_of(note, line, book, size)
    stream = f"key/{issuer.person}" if book.kind != "case" else MAIN
    if CompleteClaim("stream", stream) not in {claim for claim, _ in part.found.proved}:
        raise Invalid("that no revocation of the issuer's key is hidden is not proved")
    return issuer
