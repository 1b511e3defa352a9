"""Who answers for what was chosen: the issuer's note in a bundle and beside a report, by all three verifiers."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import pytest

from ledger.bundle import standalone
from ledger.bundle.checking import check_bundle
from ledger.bundle.issuer import IssuedReport
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import Part
from ledger.bundle.select import select
from ledger.core.archive import write_archive
from ledger.core.encoding import b64encode
from ledger.core.issued import BUNDLE, REPORT, issued_of, sign_issued
from ledger.core.note import sign_note
from ledger.core.signers import Ed25519Signer
from ledger.errors import BadInput, Refused
from ledger.events.trust import KeyRevoked, RolesChanged
from tests.support.anchoring import checkpoint
from tests.support.builders import Desk, duty_ledger, signer_named
from tests.support.evidence import case_bundle, desks, files_of, issued, manifest_of, packed, page_of, repacked, talk

WORDS = b"%PDF-1.7 what the trace says"


@dataclass(frozen=True, slots=True)
class Said:
    """What a verifier says of a bundle: faults as (file, what), and the lines about issuers."""

    faults: list[tuple[str, str]]
    issued: list[str]


class Judge(Protocol):
    def __call__(self, bundle: bytes, reports: Mapping[str, tuple[bytes, bytes]] | None = None) -> Said: ...


def by_zeren(bundle: bytes, reports: Mapping[str, tuple[bytes, bytes]] | None = None) -> Said:
    given = {name: IssuedReport(*each) for name, each in (reports or {}).items()}
    report = check_bundle(bundle, (), None, given)
    issuers = [each for each in (report.issuer, *report.reports.values()) if each is not None]
    lines = [f"{each.person}, {', '.join(each.roles)} ({each.origin})" for each in issuers]
    return Said([(f.file or "", str(f.what)) for f in report.findings], lines)


def by_small(bundle: bytes, reports: Mapping[str, tuple[bytes, bytes]] | None = None) -> Said:
    found = standalone.Bundle(BytesIO(bundle), set(), dict(reports or {}))
    return Said(found.faults, [line.partition(": ")[2] for line in found.issued])


@pytest.fixture(scope="module")
def page(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_bytes(page_of(case_bundle()))
    opened = chromium.new_page()
    opened.goto(path.as_uri())
    yield opened
    opened.close()


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture(params=["zeren", "verify.py", "page"])
def judge(request: pytest.FixtureRequest) -> Judge:
    """Each of the three verifiers."""
    if request.param != "page":
        return {"zeren": by_zeren, "verify.py": by_small}[request.param]
    opened = request.getfixturevalue("page")

    def by_page(bundle: bytes, reports: Mapping[str, tuple[bytes, bytes]] | None = None) -> Said:
        script = """async ([encoded, reports]) => {
            const bytes = (source) => Uint8Array.from(atob(source), (c) => c.charCodeAt(0));
            const given = reports.map(([name, data, note]) => [name, bytes(data), bytes(note)]);
            const bundle = await checkBundle(bytes(encoded), [], given);
            return [bundle.faults, bundle.issued];
        }"""
        given = [[name, encode(data), encode(note)] for name, (data, note) in (reports or {}).items()]
        faults, issued = opened.evaluate(script, [encode(bundle), given])
        return Said([(name, what) for name, what in faults], [line.partition(": ")[2] for line in issued])

    return by_page


def inspector() -> Ed25519Signer:
    return desks()[1].signer("insp")


def by_inspector() -> bytes:
    """The bundle of the case, handed out by its inspector."""
    return issued(case_bundle(), "case", inspector())


# --- whose word it is ---


def test_a_bundle_names_its_issuer_or_says_that_nobody_answers(judge: Judge) -> None:
    """With a note the person, his role and the ledger; without one nobody."""
    assert judge(case_bundle()) == Said([], [])
    assert judge(by_inspector()) == Said([], ["insp, inspector (zeren.test/watch/case)"])


def test_a_custodian_or_a_recorder_may_answer_for_a_duty_part(judge: Judge) -> None:
    """Roles are those in force at the checkpoint, the inspector's first."""
    for person, role in (("cus-1", "custodian"), ("rec", "recorder"), ("eye", "inspector")):
        bundle = issued(case_bundle(), "duty", desks()[0].signer(person))
        assert judge(bundle) == Said([], [f"{person}, {role} (zeren.test/organ/duty)"])


def test_a_note_is_added_once_and_to_a_part_that_is_there() -> None:
    """A second issuer is refused, and so is a part that the bundle does not have, and what is no bundle."""
    with pytest.raises(Refused, match="already"):
        issued(by_inspector(), "case", inspector())
    with pytest.raises(BadInput, match="has: case, duty"):
        issued(case_bundle(), "other", inspector())
    with pytest.raises(BadInput, match="no whole bundle"):
        issued(b"PK", "case", inspector())


def test_a_bundle_of_the_first_format_becomes_one_of_the_second(judge: Judge) -> None:
    """Its list of types goes by number from then on; with the first format a note is invalid."""
    bundle = first_format(case_bundle())
    files = files_of(issued(bundle, "case", inspector()))
    assert ("types.json" in files, "types/1.json" in files) == (False, True)
    assert manifest_of(files).format == "zeren/bundle/v2"
    old = files_of(bundle)
    claims = manifest_of(old).parts[0]
    note = sign_issued(issued_of(BUNDLE, old["manifest.json"], claims.fingerprint, claims.size), inspector())
    said = judge(write_archive({**old, "issuer": note}))
    assert "issuer" in [name for name, _ in said.faults]


def first_format(bundle: bytes) -> bytes:
    """The same files as the first format would have them."""
    files = files_of(bundle)
    files["types.json"] = files.pop("types/2.json")
    manifest = json.loads(files["manifest.json"])
    manifest["format"] = "zeren/bundle/v1"
    manifest["files"] = {
        name: b64encode(hashlib.sha256(data).digest()) for name, data in files.items() if name != "manifest.json"
    }
    return write_archive({**files, "manifest.json": standalone.canonical(manifest) + b"\n"})


# --- attacks ---


def replaced(bundle: bytes, note: bytes) -> bytes:
    return write_archive({**files_of(bundle), "issuer": note})


def text_of(bundle: bytes, **other: object) -> str:
    files = files_of(bundle)
    claims = manifest_of(files).parts[0]
    said = {
        "kind": BUNDLE,
        "digest": b64encode(hashlib.sha256(files["manifest.json"]).digest()),
        "fingerprint": claims.fingerprint,
        "size": claims.size,
    } | other
    return "".join(f"{said[name]}\n" for name in ("kind", "digest", "fingerprint", "size"))


def forged(signer: Callable[[], Ed25519Signer] = inspector, **other: object) -> Callable[[], bytes]:
    """The bundle with a note that says something else, or by another key, properly signed."""
    return lambda: replaced(case_bundle(), sign_note(text_of(case_bundle(), **other), [signer()]))


def size() -> int:
    return manifest_of(files_of(case_bundle())).parts[0].size


def other_manifest() -> bytes:
    """The bundle's files changed after it was issued, the manifest made to fit."""
    files = files_of(by_inspector())
    note = files.pop("issuer")
    files["verify.py"] += b"# another\n"
    return replaced(repacked(files), note)


def with_line(more: str) -> Callable[[], bytes]:
    """One line more in the text."""
    return lambda: replaced(case_bundle(), sign_note(text_of(case_bundle()) + more, [inspector()]))


def named_in_manifest() -> bytes:
    files = files_of(by_inspector())
    return repacked(files)


def lines_of_two() -> bytes:
    text = text_of(case_bundle())
    return replaced(case_bundle(), sign_note(text, [inspector(), desks()[1].signer("cus-1")]))


def line_twice() -> bytes:
    note = files_of(by_inspector())["issuer"]
    return replaced(by_inspector(), note + note.split(b"\n\n")[1])


def bit_flipped() -> bytes:
    note = files_of(by_inspector())["issuer"]
    head, _, line = note.rstrip(b"\n").rpartition(b" ")
    payload = bytearray(base64.b64decode(line))
    payload[40] ^= 1
    return replaced(by_inspector(), head + b" " + base64.b64encode(payload) + b"\n")


ATTACKS: dict[str, Callable[[], bytes]] = {
    "a key of nobody": forged(lambda: signer_named("zeren.test/watch/case/insp", 7)),
    "a key of another ledger": forged(lambda: desks()[0].signer("eye")),
    "a witness's or the log's key": forged(lambda: desks()[1].log),
    "a person without such a role": forged(lambda: desks()[1].signer("p-a")),
    "the service": forged(lambda: desks()[1].signer("svc")),
    "a size below the part's": forged(size=1),
    "a size beyond the part's": forged(size=10**6),
    "a size in another spelling": forged(size="+4"),
    "the fingerprint of no part": forged(fingerprint=b64encode(bytes(32))),
    "another manifest's digest": forged(digest=b64encode(bytes(32))),
    "a report's note": forged(kind=REPORT),
    "the first line of the first format": forged(kind="zeren/bundle/v1"),
    "a manifest changed after it": other_manifest,
    "one line more": with_line("x\n"),
    "an empty line more": with_line("\n"),
    "two signature lines": lines_of_two,
    "the line twice": line_twice,
    "a signature that does not fit": bit_flipped,
    "named in the manifest": named_in_manifest,
    "nothing in it": lambda: replaced(case_bundle(), b""),
    "no note": lambda: replaced(case_bundle(), b"zeren/bundle/v2\n"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_false_issuer_is_named_and_counts_for_nobody(judge: Judge, name: str) -> None:
    """The fault is in the file `issuer`, and no name is shown."""
    said = judge(ATTACKS[name]())
    assert ("issuer" in [file for file, _ in said.faults], said.issued) == (True, [])


def of_talk(desk: Desk) -> bytes:
    checkpoint(desk)
    return packed([Part("duty", select(desk.ledger, [], [CompleteClaim("person", "p-a")]))])


@pytest.fixture
def revoked(tmp_path: Path) -> Iterator[Desk]:
    """A duty ledger in which custodian cus-2's key was revoked and `rec` is no recorder any more."""
    desk = duty_ledger(tmp_path)
    with closing(desk.ledger):
        desk.record(talk("T1"), "rec", "p-a")
        key_id = desk.signer("cus-2").verify_key.key_id.hex()
        desk.record(RolesChanged(person="rec", roles=("signer",)), "cus-1")
        desk.record(KeyRevoked(person="cus-2", key_id=key_id), "cus-1")
        yield desk


@pytest.mark.parametrize("person", ["cus-2", "rec"])
def test_a_key_revoked_or_a_role_taken_away_answers_for_nothing(judge: Judge, revoked: Desk, person: str) -> None:
    """What was in force once is not enough: it must be so at the checkpoint."""
    said = judge(issued(of_talk(revoked), "duty", revoked.signer(person)))
    assert ("issuer" in [file for file, _ in said.faults], said.issued) == (True, [])


# --- reports ---


def report_by(desk: Desk, person: str, at: int) -> tuple[bytes, bytes]:
    note = sign_issued(issued_of(REPORT, WORDS, desk.ledger.fingerprint, at), desk.signer(person))
    return WORDS, note


def test_a_report_names_its_issuer_by_the_keys_of_a_bundle(judge: Judge) -> None:
    """Its note is checked by what the bundle shows; a changed report, and a note from beyond the bundle, are named."""
    case = desks()[1]
    good = report_by(case, "insp", size() - 1)
    assert judge(case_bundle(), {"r.pdf": good}) == Said([], ["insp, inspector (zeren.test/watch/case)"])
    other = {"changed": (WORDS + b"!", good[1]), "beyond": report_by(case, "insp", size() + 1)}
    other |= {"a bundle's note": (files_of(by_inspector())["manifest.json"], files_of(by_inspector())["issuer"])}
    other |= {"no role": report_by(case, "p-a", size()), "before his key": report_by(case, "insp", 1)}
    said = judge(case_bundle(), other)
    assert ([name for name, _ in said.faults], said.issued) == (list(other), [])


def test_a_report_is_judged_by_the_roles_of_its_own_size(judge: Judge, revoked: Desk) -> None:
    """Who was recorder or had a key when the report was issued answers for it, whatever came later."""
    bundle = of_talk(revoked)
    before = next(
        event.position for event in revoked.ledger.history() if isinstance(event.payload, RolesChanged | KeyRevoked)
    )
    for person, role in (("rec", "recorder"), ("cus-2", "custodian")):
        assert judge(bundle, {"r": report_by(revoked, person, before)}).issued == [
            f"{person}, {role} (zeren.test/organ/duty)"
        ]
        assert judge(bundle, {"r": report_by(revoked, person, revoked.ledger.size())}).issued == []
