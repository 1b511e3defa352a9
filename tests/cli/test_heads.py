"""Heads known from elsewhere, as the commands use them: a ledger that was cut or replaced gives no answer."""

import json
import shutil
from pathlib import Path

import pytest

from ledger.access.log import create_access_ledger
from ledger.home.directory import READS_LOST, Home
from ledger.home.known_heads import UNKNOWN
from tests.ledger.test_rollback_known import cut
from tests.support import replayed as support
from tests.support.command import zeren

QUESTIONS = (
    ("trace", "K1"),
    ("holders", "secretary"),
    ("obligations",),
    ("signals",),
    ("dossier", "u-aid"),
    ("rules", "show"),
    ("entries",),
    ("keys", "list"),
    ("anchor", "list"),
    ("policy", "show"),
    ("bundle", "K1", "--out", "{out}/b.zip"),
    ("disclose", "E060", "--fields", "ref", "--out", "{out}/d.zip"),
    ("proof", "inclusion", "E060"),
    ("export", "tiles", "{out}/tiles"),
    ("export", "entries", "{out}/entries.csv"),
    ("export", "tables", "{out}/tables"),
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    directory = tmp_path / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    return Home(directory)


def test_a_duty_ledger_cut_beside_its_case_ledger(home: Home, tmp_path: Path) -> None:
    """Cut from 222 to 150 entries beside the case ledger that pins it: verify ends with 3 and names the pin, and no
    question is answered from it."""
    shutil.rmtree(home.held)
    assert 0 == zeren(home.directory, "verify").code
    cut(home.database("duty"), 150)

    told = zeren(home.directory, "verify")
    assert (3, True) == (told.code, "pinned by entry" in told.out + told.err)
    for words in QUESTIONS:
        answer = zeren(home.directory, *(word.format(out=tmp_path) for word in words))
        assert (3, True, "") == (answer.code, "pinned by entry" in answer.err, answer.out), words


def test_the_mark_stands_in_the_verdict_and_in_the_first_lines(home: Home) -> None:
    """Where no head is known the verdict, a trace's first lines and JSON say so; where one is, they do not."""

    def shown(*words: str) -> str:
        return zeren(home.directory, *words).out

    def marks() -> dict[str, list[str]]:
        return {row["kind"]: row["marks"] for row in json.loads(shown("trace", "K1", "--json"))["ledgers"]}

    assert {"duty": [], "case": [UNKNOWN]} == marks()
    assert 1 == shown("trace", "K1").partition("\n1. ")[0].count(UNKNOWN)
    assert 1 == shown("verify").count(UNKNOWN)
    shutil.rmtree(home.held)
    for path in home.directory.glob("case.db*"):
        path.unlink()
    assert UNKNOWN in shown("verify", "--ledger", "duty")
    assert [UNKNOWN] == json.loads(shown("holders", "secretary", "--json"))["ledgers"][0]["marks"]


def test_a_checkpoint_that_the_reader_brings(home: Home, tmp_path: Path) -> None:
    """`--checkpoint FILE` is used by verify and by questions as every other head."""
    mine = tmp_path / "mine"
    shutil.copy(sorted(home.held.iterdir())[-1], mine)
    shutil.rmtree(home.held)
    for path in home.directory.glob("case.db*"):
        path.unlink()
    for words in (("verify",), ("holders", "secretary"), ("obligations",), ("signals",)):
        assert 0 == zeren(home.directory, *words, "--checkpoint", str(mine)).code, words
    cut(home.database("duty"), 150)
    for words in (("verify",), ("holders", "secretary"), ("obligations",), ("signals",)):
        told = zeren(home.directory, *words, "--checkpoint", str(mine))
        assert (3, True) == (told.code, str(mine) in told.out + told.err), words


def test_a_stray_file_among_the_heads_ends_nothing(home: Home) -> None:
    """A file in `held/` that is no checkpoint is a finding of verify with its name; questions are answered."""
    (home.held / "notes.txt").write_text("lunch at noon")
    (home.held / "20300101T000000Z-1.checkpoint").write_text("nonsense")

    told = zeren(home.directory, "verify")
    assert (3, True, True) == (
        told.code,
        "notes.txt" in told.out + told.err,
        "20300101" in told.out + told.err,
    )
    assert 0 == zeren(home.directory, "holders", "secretary").code


def test_ledgers_that_vanished(home: Home) -> None:
    """A directory whose databases are gone is not valid for being empty."""
    for path in home.directory.glob("duty.db*"):
        path.unlink()
    for words in ((), ("--ledger", "duty")):
        told = zeren(home.directory, "verify", *words)
        assert (3, True) == (told.code, "duty.db is gone" in told.out)
    assert 3 == zeren(home.directory, "holders", "secretary").code
    for path in home.directory.glob("case.db*"):
        path.unlink()
    assert 3 == zeren(home.directory, "verify").code
    shutil.rmtree(home.held)
    assert 6 == zeren(home.directory, "verify").code


def _no_reads_are_answered(home: Home, why: str) -> None:
    for words in (("reads",), ("token", "list")):
        told = zeren(home.directory, *words)
        assert (3, True) == (told.code, why in told.err)
    for words in (("signals",), ("trace", "K1"), ("holders", "secretary")):
        told = zeren(home.directory, *words)
        assert (0, True) == (told.code, READS_LOST in told.err), words
    asked = json.loads(zeren(home.directory, "signals", "--json").out)
    assert all(READS_LOST in head["marks"] for head in asked["ledgers"])


def test_the_access_ledger_has_heads_like_the_others(home: Home, tmp_path: Path) -> None:
    """Its checkpoint is signed without its service's passphrase being asked for; shortened or gone, it is told."""
    create_access_ledger(home, b"a passphrase")
    secret = tmp_path / "secret"
    secret.write_text("a passphrase\n")
    assert "no head known" in zeren(home.directory, "verify", "--ledger", "access").out
    signed = zeren(home.directory, "checkpoint", "--ledger", "access", "--passphrase-file", str(secret))
    assert (0, True) == (signed.code, (home.directory / "access.signed").is_file()), signed.err
    whole = zeren(home.directory, "verify", "--ledger", "access")
    assert (0, False) == (whole.code, "no head known" in whole.out)
    assert 0 == zeren(home.directory, "anchor", "list", "--ledger", "access").code
    assert READS_LOST not in zeren(home.directory, "signals").err
    cut(home.database("access"), 1)
    told = zeren(home.directory, "verify")
    assert (3, True) == (told.code, "access.signed" in told.out)
    _no_reads_are_answered(home, "access.signed")
    for path in home.directory.glob("access.db*"):
        path.unlink()
    _no_reads_are_answered(home, "access.db is gone")
    told = zeren(home.directory, "verify")
    assert (3, True) == (told.code, "access.db is gone" in told.out)
    assert 3 == zeren(home.directory, "token", "list").code
    assert 0 == zeren(home.directory, "holders", "secretary").code


def test_a_question_in_words_says_which_ledger_no_head_is_known_of(home: Home) -> None:
    """The mark stands before the answer, in the reader's language; as JSON it stands within the answer."""
    said = zeren(home.directory, "holders", "secretary")
    with_case = home.open("case")
    origin = with_case.origin
    with_case.close()
    assert f"{origin}: {UNKNOWN}" in said.err.splitlines()
    assert "duty" not in said.err
    assert "未掌握来自外部的检查点" in zeren(home.directory, "holders", "secretary", language="zh_CN").err
    assert UNKNOWN not in zeren(home.directory, "holders", "secretary", "--json").err
