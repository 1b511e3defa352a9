"""The PDF of a report carries its evidence and its model, and is checked by whoever has nothing but the file."""

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from ledger.bundle.checking import check_bundle
from ledger.errors import BadInput, Invalid
from projections.reports.document import Paragraph, Report, Section
from projections.reports.evidence_model import EVIDENCE, MODEL, CarriedReport, check_carried
from projections.reports.pdf import report_pdf
from projections.reports.pdf_files import files_in
from tests.support import replayed as support
from tests.support.command import Outcome, zeren
from tests.support.evidence import files_of
from tests.tools.system import require_system

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_system("pango")
    require_system("cjk-font")
    directory = tmp_path_factory.mktemp("pdf") / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    return directory


@pytest.fixture(scope="module")
def pdf(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("file") / "K1.pdf"
    made = zeren(home, "trace", "K1", "--report", str(file), language="zh_CN")
    assert (made.code, "没有附带证据" in made.err) == (0, False)
    return file


@pytest.fixture(scope="module")
def files(pdf: Path) -> dict[str, bytes]:
    return dict(files_in(pdf.read_bytes()))


def fingerprints(home: Path) -> list[str]:
    said = json.loads(zeren(home, "trace", "K1", "--json").out)
    return [word for head in said["ledgers"] for word in ("--fingerprint", head["fingerprint"])]


def verified(pdf: Path, *more: str) -> Outcome:
    return zeren(None, "verify", str(pdf), *more)


def test_the_pdf_has_the_structure_of_pdf_a_3a(pdf: Path) -> None:
    """Tagged, in one language, every font inside, colours named, nothing that runs; both files are of the document."""
    with pikepdf.open(pdf) as document:
        with document.open_metadata() as said:
            assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("3", "A")
        root = document.Root
        assert root.MarkInfo.Marked
        assert "/StructTreeRoot" in root
        assert str(root.Lang) == "zh-CN"
        assert [str(each.S) for each in root.OutputIntents] == ["/GTS_PDFA1"]
        attached = {str(each.UF): (str(each.AFRelationship), str(each.Type)) for each in root.AF}
        assert attached == {EVIDENCE: ("/Supplement", "/Filespec"), MODEL: ("/Data", "/Filespec")}
        assert set(document.attachments) == {EVIDENCE, MODEL}
        assert not document.is_encrypted
        assert "/ID" in document.trailer
        assert not {"/OpenAction", "/AA"} & set(root.keys())
        for page in document.pages:
            assert page.StructParents is not None
            for font in page.Resources.get("/Font", {}).values():
                for kid in font.get("/DescendantFonts", [font]):
                    assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(kid.FontDescriptor.keys())
                assert "/ToUnicode" in font
        kinds = {str(each.S) for each in _elements(root.StructTreeRoot)}
        assert {"/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure"} <= kinds
        assert all("/Alt" in each for each in _elements(root.StructTreeRoot) if str(each.S) == "/Figure")


def _elements(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    found = []
    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found += [kid, *_elements(kid)]
    return found


def test_what_a_report_says_follows_from_what_it_carries(home: Path, pdf: Path) -> None:
    """Entries, acts, intervals and amounts are computed anew from the evidence; what is not in it is named with the
    ledger's head; nobody answers for the pages, and the first line says so."""
    alone = verified(pdf)
    assert alone.out.startswith("pages not proved: ")
    assert alone.code == 4
    checked = verified(pdf, *fingerprints(home))
    lines = checked.out.splitlines()
    assert (checked.code, lines[-1].strip()) == (0, "verdict: valid")
    assert "66 entries cited stand in the evidence; 10 acts, 32 intervals, 30 amounts and" in lines[1]
    assert any(line.endswith("at head 36: E081") and "taken from the ledger" in line for line in lines)
    said = json.loads(verified(pdf, "--json").out)
    assert (said["pages"], said["model"]["acts"], said["model"]["entries"]) == ("not proved", 10, 66)
    assert [row["entries"] for row in said["model"]["outside"]] == [["E081"]]


def test_pages_are_the_word_of_who_issues_the_file(home: Path, pdf: Path, tmp_path: Path) -> None:
    """With an issuer's note over the very bytes the first line names him; after a change of a byte it does not."""
    own = tmp_path / "K1.pdf"
    shutil.copy(pdf, own)
    assert zeren(home, "issue", str(own), "--as", "p-zhang").code == 0
    said = verified(own, *fingerprints(home))
    assert (said.code, said.out.strip().startswith("pages: issued by p-zhang, inspector (")) == (0, True)
    own.write_bytes(own.read_bytes() + b"\n")
    changed = verified(own, *fingerprints(home))
    assert changed.code == 3
    assert changed.out.startswith("pages not proved: ")


def test_a_report_is_the_same_bytes_again(home: Path, pdf: Path, tmp_path: Path) -> None:
    """Made twice from the same ledgers it is the same file, evidence and model included."""
    again = tmp_path / "again.pdf"
    assert zeren(home, "trace", "K1", "--report", str(again), language="zh_CN").code == 0
    assert again.read_bytes() == pdf.read_bytes()


def test_texts_that_the_report_does_not_cite_are_withheld(files: dict[str, bytes]) -> None:
    """Of entries that only make the answer complete no text is inside; of those cited all are; no report is inside."""
    evidence = files_of(files[EVIDENCE])
    report = check_bundle(files[EVIDENCE])
    duty = next(part for part in report.parts if part.claims.kind == "duty")
    cited = {row["position"] for row in json.loads(files[MODEL])["entries"] if row["ledger"] == duty.claims.origin}
    assert report.findings == []
    assert not any(name.startswith("report") for name in evidence)
    words = {each.header.position: " ".join(map(str, each.values.values())) for each in duty.shown}
    assert "三批轮椅验收单缺第二验收人签字" in "".join(words[at] for at in cited if at in words)
    hidden = {each.header.position: each.missing for each in duty.shown}
    spare = [at for at in duty.claims.entries if at not in cited]
    assert len(spare) > 20
    assert not [at for at in cited if hidden.get(at)]
    assert any(hidden[at] for at in spare)


def changed(files: dict[str, bytes], change: Callable[[dict[str, Any]], object]) -> list[str]:
    """What is found after a change of the model."""
    model = json.loads(files[MODEL])
    change(model)
    bundle = check_bundle(files[EVIDENCE])
    assert bundle.findings == []
    check_carried(json.dumps(model).encode(), bundle)
    assert all(finding.file == MODEL for finding in bundle.findings)
    return [str(finding.what) for finding in bundle.findings]


def _person(model: dict[str, Any], id_: str) -> dict[str, Any]:
    found = next(row for row in model["trace"]["persons"] if row["person"] == id_)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["trace"].update(total="86.5"), "total"),
        (lambda m: m["trace"]["acts"][2].update(amount="1"), "acts"),
        (lambda m: m["trace"]["acts"][2].update(day="2023-09-15"), "acts"),
        (lambda m: m["trace"]["acts"].pop(), "leaves out of its acts"),
        (lambda m: m["trace"]["shares"][0]["period"].update(last="2024-03-31"), "shares"),
        (lambda m: m["trace"]["shares"][2].update(person="p-shao"), "shares"),
        (lambda m: m["trace"]["gaps"].clear(), "leaves out of its gaps"),
        (lambda m: m["tenures"][0].update(valid_from="2020-01-01"), "tenures"),
        (lambda m: _person(m, "p-he").update(amount="1"), "amount of p-he"),
        (lambda m: _person(m, "p-shen").update(interval=None), "interval of p-shen"),
        (lambda m: m["trace"]["persons"].pop(), "leaves p-"),
        (lambda m: m["trace"].update(unit="d-office"), "unit"),
        (lambda m: m["entries"][30].update(leaf_hash=m["entries"][31]["leaf_hash"]), "another entry"),
        (lambda m: m["entries"][30].update(recorded_at="2024-01-01T00:00:00+00:00"), "another entry"),
        (lambda m: m["entries"][0].update(position=9999), "beyond"),
        (lambda m: m["heads"][0].update(fingerprint="x"), "another ledger"),
        (lambda m: m["heads"].clear(), "another ledger"),
        (lambda m: m.update(format="zeren/report-model/v9"), "format"),
        (lambda m: m.update(more=1), "other members"),
        (lambda m: m["trace"].pop("acts"), "not one that a report"),
    ],
)
def test_no_change_of_the_model_goes_unnoticed(
    files: dict[str, bytes], change: Callable[[dict[str, Any]], object], said: str
) -> None:
    """An act, amount, interval, post, person or entry that is another than the evidence gives is found."""
    assert any(said in what for what in changed(files, change))


def test_a_statement_that_rests_on_more_than_the_evidence_is_counted_apart(files: dict[str, bytes]) -> None:
    """A duty that the evidence does not show as undone is no fault and no proof: it is the ledger's word."""
    model = json.loads(files[MODEL])
    bundle = check_bundle(files[EVIDENCE])
    before = check_carried(files[MODEL], bundle)
    row = _person(model, "p-fu")
    row["unmet"] = [dict(_person(model, "p-shen")["unmet"][0], owner="p-fu")]
    after = check_carried(json.dumps(model).encode(), bundle)
    assert isinstance(before, CarriedReport)
    assert (after.unproved, after.statements) == (before.unproved + 1, before.statements)
    assert bundle.findings == []


def test_a_pdf_that_carries_something_else_is_no_report() -> None:
    """No attachment, another name or one too many, and what is no PDF: each is told as what it is."""
    require_system("pango")
    page = Report("t", "s", (), (Section("one", (Paragraph("x"),)),), "en", "— {page} —")
    for carried in ({}, {EVIDENCE: b"x"}, {EVIDENCE: b"x", MODEL: b"{}", "more.json": b"{}"}):
        with pytest.raises(Invalid, match="carries"):
            files_in(report_pdf(page, carried))
    assert dict(files_in(report_pdf(page, {EVIDENCE: b"x", MODEL: b"{}"}))) == {EVIDENCE: b"x", MODEL: b"{}"}
    with pytest.raises(BadInput, match="no PDF"):
        files_in(b"%PDF-nothing")


def test_two_files_of_one_name_are_refused(pdf: Path) -> None:
    """Which of two models is meant nobody could tell."""
    with pikepdf.open(pdf) as document:
        names = document.Root.Names.EmbeddedFiles.Names
        names.extend([pikepdf.String(MODEL), names[1]])
        buffer = io.BytesIO()
        document.save(buffer)
    with pytest.raises(Invalid, match="carries"):
        files_in(buffer.getvalue())


def test_what_is_not_sealed_yet_is_handed_out_by_nobody(home: Path, tmp_path: Path) -> None:
    """Where nothing of a ledger is sealed the report is made all the same, and says that it carries no evidence."""
    own = tmp_path / "ledgers"
    shutil.copytree(support.replayed(support.SCENARIOS / "bare.yaml").directory, own)
    out = tmp_path / "C.pdf"
    assert zeren(own, "trace", "C", "--report", str(out), "--form", "brief").code == 0
    assert set(files_in(out.read_bytes())) == {EVIDENCE, MODEL}
