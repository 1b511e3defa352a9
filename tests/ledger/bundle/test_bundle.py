"""Bundles and disclosures: what is in them, what is withheld, what they prove, and how they are made and read."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from ledger.bundle.case_bundle import DutyWanted, case_parts, select_case, stream_of_case
from ledger.bundle.checking import check_bundle
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import (
    Part,
    VerifiedNote,
    claims_of,
    files_beside,
    finish,
    show_all,
    write_parts,
)
from ledger.bundle.select import head_proofs, select
from ledger.core.archive import ArchiveWriter
from ledger.core.body import Body, parse_body
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.encoding import b64encode
from ledger.core.entry import parse_entry
from ledger.core.note import parse_note
from ledger.core.signers import format_vkey
from ledger.core.verified import sign_verified
from ledger.errors import BadInput, CheckpointInvalid, Incomplete, Malformed
from ledger.events.acts import TalkHeld
from ledger.events.fields import EntryReference
from ledger.events.records import TextErased
from ledger.events.registry import spec_of
from ledger.recording.numbers import find_entry
from projections.language.catalogue import language, use_language
from projections.reports.exhibit import script
from tests.support import builders
from tests.support.anchoring import checkpoint
from tests.support.builders import signer_named, tampering
from tests.support.command import zeren
from tests.support.evidence import (
    KEPT,
    case_bundle,
    desks,
    dossier,
    files_of,
    fill,
    manifest_of,
    packed,
    page_of,
    positions,
    repacked,
    talk,
    without,
)
from tests.support.replayed import YUNXI, replayed

pytestmark = pytest.mark.long


def disclosed(*names: str, ref: str = "T1") -> bytes:
    """The bundle of one entry of which only these fields are shown."""
    duty, _ = desks()
    position = find_entry(duty.ledger, ref).position
    parts = [Part("duty", select(duty.ledger, [position], ()), lambda p, _, name: p == position and name in names)]
    return packed(parts)


def body_of(bundle: bytes, ref: str = "T1") -> Body:
    position = find_entry(desks()[0].ledger, ref).position
    return parse_body(files_of(bundle)[f"duty/bodies/{position:010d}"])


# --- what is shown and what is withheld ---


def test_a_disclosure_shows_the_fields_asked_for_and_proves_the_rest() -> None:
    """All other fields but subjects are withheld; their digests stand under the signed body digest."""
    bundle = disclosed("text", "talker")
    shown = body_of(bundle)
    whole = desks()[0].ledger.body_at(find_entry(desks()[0].ledger, "T1").position)

    assert {"text", "talker", "subject.0", "subject.1"} == set(shown.disclosures)
    assert whole.digest() == shown.digest()


def test_withheld_texts_are_nowhere_in_the_file() -> None:
    """Neither the text nor its disclosure is in a bundle that withholds it, in whatever spelling."""
    bundle = disclosed("talker")
    whole = desks()[0].ledger.body_at(find_entry(desks()[0].ledger, "T1").position)

    assert whole.disclosures["text"].encode() not in bundle
    assert b"text of T1" not in bundle
    assert whole.disclosures["talker"].encode() in bundle


def test_withheld_structural_fields_are_named_as_unchecked() -> None:
    """Where structural fields are withheld the subjects are not recomputed, and that is said; texts alone are not."""
    fingerprint = [desks()[0].ledger.fingerprint]
    report = check_bundle(disclosed("text"), fingerprint)
    assert ["incomplete", 1] == [report.verdict, sum("not recomputed" in str(x) for x in report.not_checked)]

    names = [name for name in body_of(dossier()).digests if name not in ("text", "place")]
    assert "valid" == check_bundle(disclosed(*names), fingerprint).verdict


def test_texts_can_be_withheld_from_a_whole_dossier() -> None:
    """With all texts withheld a dossier stays valid and complete, and its subjects are recomputed."""

    def structural(_position: int, type_name: str, name: str) -> bool:
        spec = spec_of(type_name, name)
        return spec is None or spec.field_class == "structural"

    report = check_bundle(dossier("p-b", structural), [desks()[0].ledger.fingerprint])
    assert "valid" == report.verdict
    assert b"text of T1" not in dossier("p-b", structural)


def test_an_erased_text_is_named_with_its_erasure() -> None:
    """The entry whose text was erased is in the bundle with the erasure that names it; the digest fits."""
    report = check_bundle(dossier(), [desks()[0].ledger.fingerprint])
    assert 1 == report.marks["erased, digest fits"]


def test_a_text_shown_after_its_erasure_is_refused() -> None:
    """A disclosure kept by somebody and put back into a bundle that shows its erasure is invalid there."""
    files = files_of(dossier())
    name = f"duty/bodies/{find_entry(desks()[0].ledger, 'T2').position:010d}"
    assert {"place"} == parse_body(files[name]).missing
    files[name] = KEPT["T2"]
    report = check_bundle(repacked(files), [desks()[0].ledger.fingerprint])

    assert [name] == [finding.file for finding in report.findings]
    assert "after it was erased" in str(report.findings[0].what)


def test_nothing_is_handed_out_of_an_erasure_that_is_pending(tmp_path: Path) -> None:
    """While a text is still held after its erasure no bundle with the entry is made."""
    desk = builders.duty_ledger(tmp_path)
    desk.record(talk("T9"), "rec")
    position = find_entry(desk.ledger, "T9").position
    held = desk.ledger.entry_at(position)[1]
    fill(desk)
    event = find_entry(desk.ledger, "T9")
    erased = TextErased(entry=EntryReference("", position, event.leaf_hash), names=("text",), ground="on request")
    desk.ledger.erase(erased, [desk.signer("cus-1"), desk.signer("eye")])
    checkpoint(desk)
    desk.close()
    with tampering(desk.path) as raw:
        raw.execute("UPDATE bodies SET body = ? WHERE position = ?", (held, position))
    again = builders.open_desk("duty", desk.path, read_only=True)
    with pytest.raises(Incomplete, match="erasure pending"):
        packed([Part("duty", select(again.ledger, [position], ()))])
    again.close()


# --- what is claimed and proved ---


def test_a_dossier_is_proved_complete_with_everything_it_rests_on() -> None:
    """The claims asked for, the opening, the policies, and the keys of every signer are proved complete."""
    report = check_bundle(dossier(), [desks()[0].ledger.fingerprint])
    proved = dict(report.parts[0].proved)

    assert 8 == len(report.parts[0].claims.entries)
    assert {
        CompleteClaim("person", "p-a"),
        CompleteClaim("stream", "talk/T2"),
        CompleteClaim("stream", "ledger/main"),
    } <= proved.keys()
    assert (2, 1, 0) == tuple(proved[CompleteClaim("stream", f"key/{who}")] for who in ("p-c", "p-b", "cus-1"))


def test_a_case_bundle_shows_no_other_stream() -> None:
    """Of a case ledger only the case's stream and ledger/... are shown, and absence is claimed of nothing."""
    files = files_of(case_bundle())
    duty, case = desks()
    entries = [parse_entry(files[f"case/entries/{p:010d}"]) for p in positions(files, "case")]
    stream = stream_of_case(case.ledger, "K1")
    report = check_bundle(case_bundle(), [case.ledger.fingerprint])

    assert {stream, "ledger/main", "ledger/seals"} == {entry.header.stream for entry in entries}
    assert not [claim for claim, count in report.parts[0].proved if count == 0]
    assert [("case", "given"), ("duty", "pinned")] == [(p.claims.path, p.trusted_by) for p in report.parts]
    assert find_entry(duty.ledger, "T1").position in report.parts[1].claims.entries


def test_entries_of_another_case_are_not_handed_out() -> None:
    """An entry outside the case's stream is refused."""
    _, case = desks()
    other = next(p for p in range(case.ledger.size()) if case.ledger.at(p).originator_id.startswith("person/"))
    with pytest.raises(BadInput, match="does not belong to this case"):
        select_case(case.ledger, stream_of_case(case.ledger, "K1"), [other])
    with pytest.raises(BadInput, match="there is no case"):
        stream_of_case(case.ledger, "K2")


def test_a_case_without_anything_of_the_duty_ledger_is_a_bundle_of_one_part(tmp_path: Path) -> None:
    """A case that cites no duty entry carries no duty part; an unpinned one says so."""
    desk = builders.case_ledger(tmp_path)
    desk.record(builders.case_opened(), "insp")
    checkpoint(desk)
    chosen = select_case(desk.ledger, stream_of_case(desk.ledger, "K1"))
    assert 1 == len(case_parts(chosen, [DutyWanted("duty", desks()[0].ledger)]).parts)
    assert 1 == len(case_parts(chosen, []).parts)
    desk.close()


def test_a_cache_of_the_map_that_was_spoilt_does_not_reach_the_bundle(tmp_path: Path) -> None:
    """The paths are checked against the seal; from a spoilt cache they are made anew from the entries."""
    desk = builders.duty_ledger(tmp_path)
    fill(desk)
    good = head_proofs(select(desk.ledger, [], [CompleteClaim("person", "p-a")]))
    with tampering(desk.path) as raw:
        raw.execute("UPDATE cache_nodes SET hash = zeroblob(32)")
    assert good == head_proofs(select(desk.ledger, [], [CompleteClaim("person", "p-a")]))
    with tampering(desk.path) as raw:
        raw.execute("DELETE FROM cache_nodes")
    assert good == head_proofs(select(desk.ledger, [], [CompleteClaim("person", "p-a")]))
    desk.close()


def test_what_is_not_under_a_seal_is_not_handed_out(tmp_path: Path) -> None:
    """An entry after the last sealed checkpoint, a person without entries, a ledger without a seal: refused."""
    desk = builders.duty_ledger(tmp_path)
    with pytest.raises(BadInput, match="no checkpoint ends in a seal"):
        select(desk.ledger, [3], ())
    checkpoint(desk)
    with pytest.raises(BadInput, match="no entry of person"):
        select(desk.ledger, [], [CompleteClaim("person", "p-nobody")])
    desk.record(talk("T1"), "rec")
    with pytest.raises(BadInput, match="not under a sealed checkpoint"):
        select(desk.ledger, [find_entry(desk.ledger, "T1").position], ())
    desk.ledger.sign_checkpoint(desk.log)  # one that does not end in a seal
    assert select(desk.ledger, [3], ()).sealed.size < desk.ledger.size()
    desk.close()


def test_times_are_bounded_by_the_anchors_shown() -> None:
    """Each entry of the dossier lies between the anchors around it; without a later one it is pending."""
    report = check_bundle(dossier(), [desks()[0].ledger.fingerprint])
    shown = {each.header.position: each for each in report.parts[0].shown if each.asked}
    first, last = min(shown), max(shown)

    assert shown[first].bounds.not_before is None
    assert shown[last].bounds.not_before is not None
    for each in shown.values():
        assert each.bounds.not_after is not None
        assert not each.bounds.contradict(each.header.recorded_at)
    assert [("w2.example", True)] == [
        (name, time > datetime(2024, 1, 1, tzinfo=UTC)) for name, time in cosigned(report)
    ]


def cosigned(report: Any) -> list[tuple[str, datetime]]:
    return list(report.parts[0].cosignatures)


# --- who else recomputed it ---


def head_of(bundle: bytes) -> Any:
    return parse_checkpoint(parse_note(files_of(bundle)["duty/checkpoint"]).text)


def verified(signer: Any, bundle: bytes, note: bytes | None = None) -> bytes:
    duty, _ = desks()
    given = VerifiedNote(note or sign_verified(head_of(bundle), signer), format_vkey(signer.verify_key))
    selection = select(duty.ledger, [], [CompleteClaim("person", "p-a")])
    parts, file = [Part("duty", selection, show_all, [given])], BytesIO()
    writer = ArchiveWriter(file)
    write_parts(parts, writer)
    finish(writer, claims_of(parts), {**files_beside(parts), "index.html": b"<!doctype html>"}, "zeren test")
    return file.getvalue()


def test_a_bundle_says_who_recomputed_the_ledger_or_nobody_else() -> None:
    """A note by an outside key is verified and named; without one the report says that nobody else did."""
    auditor = signer_named("auditor.example")
    report = check_bundle(verified(auditor, dossier()))
    assert [format_vkey(auditor.verify_key)] == report.parts[0].verified_by

    assert 1 == check_bundle(dossier()).marks["nobody else has recomputed the seal"]


def test_a_note_of_verification_about_something_else_is_refused() -> None:
    """A note over another checkpoint, or by another key than the one beside it, makes the bundle invalid."""
    auditor, other = signer_named("auditor.example"), signer_named("other.example")
    head = head_of(dossier())
    older = type(head)(head.origin, head.size - 1, head.root)
    for note in (sign_verified(older, auditor), sign_verified(head, other)):
        report = check_bundle(verified(auditor, dossier(), note))
        assert ["duty/verified/0"] == [finding.file for finding in report.findings]
    with pytest.raises((CheckpointInvalid, Malformed)):
        type(head)("two\nlines", 1, head.root)


# --- the file ---


def test_a_report_inside_is_named_as_words(tmp_path: Path) -> None:
    """The report of the case lies in the bundle as the trace writes it; verifiers take it for words, not for proof."""
    ledgers, out = str(replayed(YUNXI).directory), tmp_path / "k1.zip"
    made = zeren(ledgers, "bundle", "K1", "--report", "docx", "--out", str(out))
    report = check_bundle(out.read_bytes())
    of_no_case = zeren(ledgers, "bundle", "E060", "--report", "docx", "--out", str(tmp_path / "e.zip"))

    told = zeren(
        None,
        *("--dir", ledgers, "bundle", "K1", "--without-texts", "--report", "docx", "--out", str(tmp_path / "w.zip")),
    )

    assert (0, 2, 2) == (made.code, of_no_case.code, told.code)
    assert not (tmp_path / "w.zip").exists()
    assert report.files["report.docx"].startswith(b"PK")
    assert report.findings == []
    assert report.marks["the report is its maker's words"] == 1


def test_a_second_department_attests_that_it_recomputed_the_ledger(tmp_path: Path) -> None:
    """`zeren attest` checks the whole ledger, signs by a key of its own, and the bundle names who it was."""
    ledgers = tmp_path / "ledgers"
    shutil.copytree(replayed(YUNXI).directory, ledgers)
    words = ("--dir", str(ledgers), "attest", str(tmp_path / "own.pem"), "--name", "superior.example/v1", "--out")
    made = zeren(None, *words, str(tmp_path / "note"))
    vkey = made.out.strip()
    with_note = ("--verified", str(tmp_path / "note"), vkey, "--out", str(tmp_path / "b.zip"))
    bundled = zeren(str(ledgers), "bundle", "E060", *with_note)

    assert (0, 0) == (made.code, bundled.code)
    assert [[vkey]] == [part.verified_by for part in check_bundle((tmp_path / "b.zip").read_bytes()).parts]


def test_nobody_attests_a_spoilt_ledger_or_by_a_key_of_it(tmp_path: Path) -> None:
    """A ledger with a fault is not attested, nor is one by a key that it enrols; nothing is written then."""
    ledgers = tmp_path / "ledgers"
    shutil.copytree(replayed(YUNXI).directory, ledgers)
    words = ("--name", "superior.example/v1", "--out", str(tmp_path / "note"))
    own = next((ledgers / "keys" / "duty").glob("p-he*.pem"))
    by_its_key = zeren(str(ledgers), "attest", str(own), *words)
    with tampering(ledgers / "duty.db") as database:
        database.execute("UPDATE bodies SET body = body || x'0a' WHERE position = 100")
    spoilt = zeren(str(ledgers), "attest", str(tmp_path / "own.pem"), *words)

    assert (5, 3) == (by_its_key.code, spoilt.code)
    assert not (tmp_path / "note").exists()


def test_the_same_bundle_is_the_same_bytes() -> None:
    """Two bundles of the same things are equal byte for byte, and any zip tool opens them."""
    duty, _ = desks()
    claims = [CompleteClaim("person", "p-a"), CompleteClaim("stream", "talk/T2"), CompleteClaim("unit", "u-dept")]
    assert dossier() == packed([Part("duty", select(duty.ledger, [], claims))])

    with zipfile.ZipFile(BytesIO(dossier())) as archive:
        assert archive.testzip() is None
        assert {(1980, 1, 1, 0, 0, 0)} == {info.date_time for info in archive.infolist()}
        assert sorted(archive.namelist()) == archive.namelist()


def run_small(directory: Path, bundle: bytes, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """verify.py from the bundle itself, alone in a directory, without this project on its path."""
    (directory / "bundle.zip").write_bytes(bundle)
    (directory / "verify.py").write_bytes(files_of(dossier())["verify.py"])
    command = [sys.executable, "-I", "verify.py", "bundle.zip", *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)


def test_the_verifier_inside_runs_alone(tmp_path: Path) -> None:
    """verify.py, taken out of the bundle, checks it with nothing of this project: 0, 4, 3, and 2 for wrong use."""
    fingerprint = desks()[0].ledger.fingerprint
    good = run_small(tmp_path, dossier(), "--fingerprint", fingerprint)
    assert (0, "") == (good.returncode, good.stderr)
    assert "有效 / valid" in good.stdout
    assert "duty: person p-a (6)" in good.stdout
    assert 0 == run_small(tmp_path, case_bundle(), desks()[1].ledger.fingerprint).returncode
    open_ = run_small(tmp_path, dossier())
    assert (4, True) == (open_.returncode, "unconfirmed root of trust" in open_.stdout)
    broken = run_small(tmp_path, dossier()[:-5000], "--fingerprint", fingerprint)
    assert (3, True) == (broken.returncode, "cut off" in broken.stdout)
    (tmp_path / "verify.py").write_bytes(files_of(dossier())["verify.py"])
    for unread in (["."], ["absent.zip"], ["bundle.zip", "--report", "absent.pdf"]):
        command = [sys.executable, "-I", "verify.py", *unread]
        told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (told.returncode, told.stderr.count("\n")) == (2, 1)
        assert f"cannot be read: {unread[-1]}" in told.stderr
    usage = subprocess.run([sys.executable, "-I", "verify.py"], cwd=tmp_path, capture_output=True, check=False)
    assert 2 == usage.returncode


# --- the command line ---


@pytest.fixture
def english() -> Iterator[None]:
    before = language()
    use_language("en")
    yield
    use_language(before)


@pytest.fixture(scope="module")
def home() -> str:
    return str(replayed(YUNXI).directory)


@pytest.mark.usefixtures("english")
def test_a_case_is_bundled_with_what_its_trace_rests_on(home: str, tmp_path: Path) -> None:
    """zeren bundle CASE writes a file that zeren verify confirms by the case ledger's fingerprint alone."""
    out = tmp_path / "k1.zip"
    made = zeren(home, "bundle", "K1", "--out", str(out), "--json")
    assert made.code == 0, made.out
    case = json.loads(made.out)["ledgers"][0]
    read = zeren(None, "verify", str(out), "--fingerprint", case["fingerprint"], "--json")
    answer = json.loads(read.out)

    assert "valid" == answer["verdict"]
    assert ["given", "pinned"] == [ledger["trusted_by"] for ledger in answer["ledgers"]]
    assert len(answer["ledgers"][1]["entries"]) > 10
    assert out.read_bytes() == (_again(home, tmp_path / "again.zip", "K1"))


def _again(home: str, out: Path, *what: str) -> bytes:
    zeren(home, "bundle", *what, "--out", str(out))
    return out.read_bytes()


@pytest.mark.usefixtures("english")
def test_a_dossier_and_a_disclosure_by_command(home: str, tmp_path: Path) -> None:
    """Person, unit and stream are claimed complete; a disclosure names what it leaves unchecked."""
    out = tmp_path / "p.zip"
    made = zeren(home, "bundle", "--person", "p-shen", "--stream", "meeting/E060", "--out", str(out))
    assert made.code == 0, made.out
    assert "complete up to the seal: person p-shen" in made.out
    read = zeren(None, "verify", str(out))
    assert read.code == 4
    assert "unconfirmed root of trust" in read.out

    small = tmp_path / "d.zip"
    shown = zeren(home, "disclose", "E060", "--fields", "occurred_at, ref", "--out", str(small))
    assert shown.code == 0, shown.out
    assert "not recomputed" in shown.out


@pytest.mark.usefixtures("english")
def test_bad_requests_write_nothing(home: str, tmp_path: Path) -> None:
    """An unknown entry, field, case or person, no request at all, a file that is there: refused, nothing written."""
    out = tmp_path / "x.zip"
    there = tmp_path / "there.zip"
    there.write_bytes(b"kept")
    for words in (
        ["bundle"],
        ["bundle", "NONE"],
        ["bundle", "--person", "p-nobody"],
        ["disclose", "E060", "--fields", "nonsense"],
        ["disclose", "NONE", "--fields", "ref"],
    ):
        refused = zeren(home, *words, "--out", str(out))
        assert (2, True) == (refused.code, bool(refused.err)), words
    assert 2 == zeren(home, "bundle", "E060", "--out", str(there)).code
    assert (False, b"kept") == (out.exists(), there.read_bytes())
    assert ["there.zip"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.usefixtures("english")
def test_a_damaged_bundle_is_named_by_command(home: str, tmp_path: Path) -> None:
    """zeren verify FILE ends in 3 and names the file; a file that is no bundle, likewise; one that is not there, 2."""
    out = tmp_path / "p.zip"
    zeren(home, "bundle", "--person", "p-shen", "--out", str(out))
    data = bytearray(out.read_bytes())
    name = next(each for each in files_of(bytes(data)) if each.startswith("duty/bodies/"))
    data[data.index(name.encode()) + len(name) + 20] ^= 1
    out.write_bytes(data)
    read = zeren(None, "verify", str(out))
    assert (3, True) == (read.code, f"invalid: {name}" in read.out)
    out.write_bytes(b"no bundle")
    assert 3 == zeren(None, "verify", str(out)).code
    assert 2 == zeren(None, "verify", str(tmp_path / "none.zip")).code


@pytest.mark.usefixtures("english")
def test_a_page_that_says_something_else_is_found(home: str, tmp_path: Path) -> None:
    """zeren verify makes the page again from the files and compares; the page is not believed."""
    out = tmp_path / "p.zip"
    zeren(home, "bundle", "--person", "p-shen", "--out", str(out))
    files = files_of(out.read_bytes())
    files["index.html"] = files["index.html"].replace(b"p-shen", b"p-else")
    out.write_bytes(repacked(files))
    read = zeren(None, "verify", str(out))
    assert (3, True) == (read.code, "index.html" in read.out)


def test_the_page_speaks_both_languages_and_loads_nothing() -> None:
    """Chinese and English stand side by side; no address, no outside resource, a policy that forbids both."""
    source = page_of(dossier()).decode()
    assert "证据包" in source
    assert "Evidence bundle" in source
    assert "default-src 'none'" in source
    assert "http://" not in source
    assert "https://" not in source
    assert " src=" not in source
    assert "unsafe-inline" not in source
    assert "nobody else" in source
    assert manifest_of(files_of(dossier())).parts[0].fingerprint in source


def test_every_bundle_has_the_same_script_in_its_page() -> None:
    """What the page of one bundle finds, that of another finds: the published script, and no other."""
    for bundle in (dossier(), case_bundle()):
        source = page_of(bundle).decode()
        assert source.count("<script") == 1
        assert f"<script>{script()}</script>" in source


def test_the_page_escapes_what_records_say(tmp_path: Path) -> None:
    """Markup in a record is shown as text."""
    desk = builders.duty_ledger(tmp_path)
    desk.record(TalkHeld(ref="T1", talker="p-a", counterpart="p-b", text="<script>alert(1)</script>"), "rec")
    checkpoint(desk)
    source = page_of(packed([Part("duty", select(desk.ledger, [], [CompleteClaim("person", "p-a")]))])).decode()
    desk.close()
    assert "<script>alert" not in source
    assert "&lt;script&gt;alert(1)" in source


def test_a_foreign_verifier_in_a_bundle_is_marked() -> None:
    """A small verifier that no release handed out is named; what is proved does not change by it."""
    files = files_of(dossier())
    files["verify.py"] += b"# and something else\n"
    report = check_bundle(repacked(files))
    assert report.marks["program unknown to this version"] == 1
    assert check_bundle(dossier()).marks["program unknown to this version"] == 0
    assert report.findings == check_bundle(dossier()).findings


# --- the page in a browser ---


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """The dossier's page opened as a file in a browser without a network, the bundle beside it."""
    (tmp_path / "index.html").write_bytes(page_of(dossier()))
    (tmp_path / "bundle.zip").write_bytes(dossier())
    context = chromium.new_context(offline=True)
    shown = context.new_page()
    problems: list[str] = []
    shown.on("pageerror", lambda error: problems.append(str(error)))
    shown.on("console", lambda message: problems.append(message.text))
    shown.goto((tmp_path / "index.html").as_uri())
    yield shown
    assert [] == problems
    context.close()


def outcome(shown: Any, path: Path, fingerprint: str = "") -> tuple[str, str]:
    """Verdict and text after a file was chosen."""
    shown.set_input_files("#file", [])
    shown.fill("#fingerprint", fingerprint)
    shown.evaluate("() => { delete document.getElementById('outcome').dataset.verdict; }")
    shown.set_input_files("#file", str(path))
    shown.wait_for_selector("#outcome[data-verdict]:not([data-verdict=busy])")
    element = shown.locator("#outcome")
    return element.get_attribute("data-verdict"), element.inner_text()


def test_the_page_checks_the_bundle_offline(opened: Any, tmp_path: Path) -> None:
    """Opened as a file and without a network, the page says valid with the fingerprint and incomplete without."""
    fingerprint = desks()[0].ledger.fingerprint
    assert "valid" == outcome(opened, tmp_path / "bundle.zip", fingerprint)[0]
    verdict, said = outcome(opened, tmp_path / "bundle.zip")
    assert ("incomplete", True) == (verdict, "unconfirmed root of trust" in said)


def test_the_page_names_the_broken_part(opened: Any, tmp_path: Path) -> None:
    """A damaged file is named, and so is a left-out entry by its number."""
    data = bytearray(dossier())
    name = f"duty/bodies/{find_entry(desks()[0].ledger, 'T1').position:010d}"
    data[data.index(name.encode()) + 300] ^= 1
    (tmp_path / "bundle.zip").write_bytes(data)
    verdict, said = outcome(opened, tmp_path / "bundle.zip")
    assert ("invalid", True) == (verdict, name in said)
    dropped = without(files_of(dossier()), "duty", find_entry(desks()[0].ledger, "T1").position)
    (tmp_path / "bundle.zip").write_bytes(dropped)
    verdict, said = outcome(opened, tmp_path / "bundle.zip")
    assert ("invalid", True) == (verdict, "person p-a: of 6 missing" in said)


def test_a_browser_without_ed25519_passes_nothing(opened: Any, tmp_path: Path) -> None:
    """Where the browser cannot check signatures the page says that nothing was checked."""
    opened.evaluate("() => { crypto.subtle.importKey = () => Promise.reject(new Error('NotSupportedError')); }")
    verdict, said = outcome(opened, tmp_path / "bundle.zip", desks()[0].ledger.fingerprint)
    assert ("unable", True) == (verdict, "nothing was checked" in said)


def test_a_browser_that_accepts_every_signature_passes_nothing(opened: Any, tmp_path: Path) -> None:
    """A browser whose verification is broken is found by a signature that must not verify."""
    opened.evaluate("() => { crypto.subtle.verify = () => Promise.resolve(true); }")
    assert "unable" == outcome(opened, tmp_path / "bundle.zip", desks()[0].ledger.fingerprint)[0]


def test_the_values_shown_are_those_of_the_entries(opened: Any) -> None:
    """The page shows the text of each entry asked for, and says of a withheld or erased one that it is; what is stored
    is folded beneath, and the verdict's place stands before everything."""
    body = opened.inner_text("body")
    assert "text of T1" in body
    assert "withheld or erased" in body
    assert "talk.held/1" not in body
    stored = b64encode(find_entry(desks()[0].ledger, "T1").leaf_hash)
    assert stored not in body
    assert stored in (opened.text_content("body") or "")
    assert body.index("Not checked yet") < body.index("entries shown") < body.index("text of T1")
