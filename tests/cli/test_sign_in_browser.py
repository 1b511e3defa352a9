"""A leader who has a browser and nothing else: key, enrolment, consent, record, and every verifier, end to end."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from ledger.clock import now
from tests.cli.test_keys import ok
from tests.ledger.bundle.test_bundle import outcome
from tests.support.command import zeren
from tests.support.offices import ORIGIN, office, organ
from tests.support.signing import Opened

TALK = ("record", "talk", "--as", "r-1", "--talker", "p-zhang", "--counterpart", "p-wang", "--unit", "u-1")


def test_a_key_made_in_the_page_signs_a_talk_that_everybody_can_check(chromium: Any, tmp_path: Path) -> None:
    """Made in the page, enrolled, asked by a draft, answered in the page, recorded; all three verifiers agree."""
    here = organ(tmp_path)
    own = office(tmp_path, "p-wang")
    page = Opened(chromium, own.folder)
    key, _possession = page.make_key("p-wang", ORIGIN, here.fingerprint)
    here.run("keys", "enrol", "--possession", here.desk.receive("p-wang.possession", own))
    here.run("record", "person", "--as", "r-1", "--person", "p-wang", "--name", "王")
    parked = here.run(
        *TALK, "--ref", "T1", "--occurred-at", f"{now():%Y-%m-%d}", "--text", "提醒", "--consent-of", "p-wang"
    )

    assert "key of p-wang" in page.open_key(key)
    request = own.receive(parked["requests"]["p-wang"], here.desk)
    assert "held against" in page.ask((own.folder / request).read_bytes())
    assert "p-wang (王)" in page.words
    page.say(0, "agree")
    (own.folder / "answer.json").write_bytes(page.sign())
    page.close()
    here.run("draft", "finish", parked["draft"], here.desk.receive("answer.json", own))

    states = {row["person"]: row["state"] for row in ok(here.home, "sign", "T1")}
    assert states["p-wang"] == "signed"
    assert "invalid" not in zeren(here.home, "verify").out
    here.run("checkpoint")
    bundle = tmp_path / "b.zip"
    ok(here.home, "bundle", "--person", "p-wang", "--out", str(bundle))
    by_us = ok(None, "verify", str(bundle), "--fingerprint", here.fingerprint)
    assert by_us["verdict"] == "valid", by_us
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(bundle), str(tmp_path / "out")], check=True)
    words = [sys.executable, str(tmp_path / "out/verify.py"), str(bundle), "--fingerprint", here.fingerprint]
    assert subprocess.run(words, capture_output=True, text=True, check=False).returncode == 0
    context = chromium.new_context(offline=True)
    shown = context.new_page()
    shown.goto((tmp_path / "out/index.html").as_uri())
    assert outcome(shown, bundle, here.fingerprint)[0] == "valid"
    context.close()
