"""zeren issue: a bundle takes up its issuer's note, a report's lies beside it, and everybody who checks is told."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import Outcome, zeren
from tests.support.evidence import files_of
from tests.support.replayed import YUNXI, replayed


@pytest.fixture(scope="module")
def home() -> Path:
    return replayed(YUNXI).directory


def ok(home: Path | None, *words: str) -> Outcome:
    outcome = zeren(home, *words)
    assert outcome.code == 0, outcome.err
    return outcome


def test_a_bundle_is_issued_and_the_verdict_names_who_did(home: Path, tmp_path: Path) -> None:
    """Nobody before; then the inspector by id and role, at the command line, as JSON and by verify.py."""
    out = tmp_path / "k.zip"
    made = json.loads(ok(home, "bundle", "K1", "--out", str(out), "--json").out)
    fingerprint = made["ledgers"][0]["fingerprint"]
    assert "nobody answers for the selection" in ok(None, "verify", str(out), "--fingerprint", fingerprint).out
    said = ok(home, "issue", str(out), "--as", "p-zhang").out
    assert said.startswith("issued by p-zhang, inspector (")
    read = ok(None, "verify", str(out), "--fingerprint", fingerprint)
    assert read.out.splitlines()[0] == said.splitlines()[0]
    issuer = json.loads(ok(None, "verify", str(out), "--fingerprint", fingerprint, "--json").out)["issuer"]
    assert (issuer["person"], issuer["roles"]) == ("p-zhang", ["inspector"])
    (tmp_path / "verify.py").write_bytes(files_of(out.read_bytes())["verify.py"])
    command = [sys.executable, "-I", "verify.py", "k.zip", "--fingerprint", fingerprint]
    small = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (small.returncode, "issued by: p-zhang, inspector" in small.stdout.splitlines()[0]) == (0, True)

    again = zeren(home, "issue", str(out), "--as", "p-zhang")
    assert (again.code, "already" in again.err) == (5, True)


def test_who_may_not_issue_writes_nothing(home: Path, tmp_path: Path) -> None:
    """A service or a signer answers for nothing: exit 3, the file as it was."""
    out = tmp_path / "p.zip"
    ok(home, "bundle", "--person", "p-shen", "--out", str(out))
    before = out.read_bytes()
    signer = next(
        path.stem
        for path in sorted((home / "keys" / "duty").glob("p-*.pem"))
        if path.stem not in {"p-bai", "p-ding", "p-gao", "p-han", "p-he", "p-qin", "p-shao", "p-shen"}
    )
    refused = zeren(home, "issue", str(out), "--as", signer, "--ledger", "duty")
    assert (refused.code, "neither inspector nor custodian" in refused.err) == (3, True)
    assert (out.read_bytes(), [path.name for path in tmp_path.iterdir()]) == (before, ["p.zip"])
    ok(home, "issue", str(out), "--as", "duty-custodian-1", "--ledger", "duty")


def test_a_report_has_its_note_beside_it(home: Path, tmp_path: Path) -> None:
    """The ledgers at hand tell who issued it, and so does a bundle, by `zeren verify` and by verify.py; a change is
    found by each."""
    own = tmp_path / "ledgers"
    shutil.copytree(home, own)
    report, bundle = tmp_path / "k.docx", tmp_path / "k.zip"
    ok(own, "trace", "K1", "--report", str(report))
    ok(own, "issue", str(report), "--as", "p-zhang")
    assert (tmp_path / "k.docx.issuer").read_bytes().startswith(b"zeren/report/v1\n")
    assert zeren(own, "issue", str(report), "--as", "p-zhang").code == 2
    made = json.loads(ok(own, "bundle", "K1", "--out", str(bundle), "--json").out)
    fingerprint = made["ledgers"][0]["fingerprint"]
    (tmp_path / "verify.py").write_bytes(files_of(bundle.read_bytes())["verify.py"])
    small = [sys.executable, "-I", "verify.py", "k.zip", "--fingerprint", fingerprint, "--report", "k.docx"]

    def judged() -> list[tuple[int, bool]]:
        here = zeren(own, "verify", "--report", str(report))
        there = zeren(None, "verify", str(bundle), "--fingerprint", fingerprint, "--report", str(report))
        run = subprocess.run(small, cwd=tmp_path, capture_output=True, text=True, check=False)
        said = ((here.code, here.out), (there.code, there.out), (run.returncode, run.stdout))
        return [(code, "p-zhang, inspector" in out) for code, out in said]

    assert judged() == [(0, True)] * 3
    report.write_bytes(report.read_bytes() + b"x")
    assert judged() == [(3, False)] * 3
    assert zeren(own, "verify", "--report", str(bundle)).code == 2


def test_the_issuer_is_named_by_id_or_name(home: Path, tmp_path: Path) -> None:
    """A name serves; one that nobody has is answered by the likely one, as one object of JSON."""
    own, out = tmp_path / "ledgers", tmp_path / "k.zip"
    shutil.copytree(home, own)
    ok(own, "bundle", "K1", "--out", str(out))
    unknown = zeren(own, "issue", str(out), "--as", "章横", "--json")
    fault = json.loads(unknown.err)
    assert (unknown.code, fault["code"], fault["exit"]) == (2, "bad_input", 2)
    assert "章衡 (p-zhang)" in fault["message"]
    assert ok(own, "issue", str(out), "--as", "章衡").out.startswith("issued by p-zhang, inspector (")
