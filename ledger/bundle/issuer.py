"""Who answers for what a bundle shows: the issuer's note, made and checked (FORMAT.md section 15).

A bundle proves what it shows, and completeness where it claims it; that the selection is a fair one only its issuer
can answer for. The note lies in the bundle as `issuer`, outside the files that the manifest names, since it is about
the manifest.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ledger.bundle.bundle_report import BundleReport, Issuer
from ledger.bundle.items import PartFiles
from ledger.bundle.layout import FORMATS, ISSUER, MANIFEST, CompleteClaim, format_manifest, parse_manifest
from ledger.checks.keybook import KeyBook
from ledger.core.archive import read_archive, write_archive
from ledger.core.encoding import b64encode
from ledger.core.issued import BUNDLE, REPORT, ROLES, Issued, check_issued, issued_of, parse_issued, sign_issued
from ledger.core.note import SignatureLine
from ledger.core.signers import Signer
from ledger.errors import BadInput, Invalid, Refused, ZerenError
from ledger.events.trust import TrustPayload
from ledger.placement import MAIN

NOTE = ".issuer"
"""What the name of the note about a report ends in, after the report's own."""


@dataclass(frozen=True, slots=True)
class IssuedReport:
    """A report's file and the note about it, which lies beside it."""

    data: bytes
    note: bytes


def add_issuer(data: bytes, path: str, signer: Signer) -> bytes:
    """The bundle with the issuer's note by the holder of a key of that part's ledger.

    A bundle of the first format becomes one of the second. Raises BadInput for what is no whole bundle or has no such
    part, KeyInvalid, and Refused where it has an issuer already.
    """
    files, damage = read_archive(data)
    if damage or MANIFEST not in files:
        raise BadInput("this is no whole bundle; check it with: zeren verify FILE")
    if ISSUER in files:
        raise Refused("the bundle has an issuer's note already")
    files = _second_format(files)
    manifest = parse_manifest(files[MANIFEST])
    part = next((each for each in manifest.parts if each.path == path), None)
    if part is None:
        raise BadInput("the bundle shows nothing of the {} ledger; it has: {}", path, _paths(manifest.parts))
    issued = issued_of(BUNDLE, files[MANIFEST], part.fingerprint, part.size)
    return write_archive({**files, ISSUER: sign_issued(issued, signer)})


def _paths(parts: Sequence[object]) -> str:
    return ", ".join(str(getattr(part, "path", "")) for part in parts)


def _second_format(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files of a bundle of the first format as the second has them: its one list by number."""
    manifest = parse_manifest(files[MANIFEST])
    if manifest.format != FORMATS[0]:
        return files
    renamed = {"types/1.json" if name == "types.json" else name: data for name, data in files.items()}
    digests = {n: b64encode(hashlib.sha256(d).digest()) for n, d in sorted(renamed.items()) if n != MANIFEST}
    return {**renamed, MANIFEST: format_manifest(replace(manifest, files=digests, format=FORMATS[1]))}


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
    for position, item in sorted(part.items.items()):
        if position < size and isinstance(item.payload, TrustPayload):
            book.apply(item.entry.header, item.payload, item.carried)
    issuer = issuer_of(note, line, book, size)
    stream = f"key/{issuer.person}" if book.kind != "case" else MAIN
    if CompleteClaim("stream", stream) not in {claim for claim, _ in part.found.proved}:
        raise Invalid("that no revocation of the issuer's key is hidden is not proved")
    return issuer
