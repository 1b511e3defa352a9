"""After a loss: an older copy answers and never signs again; its successor says what it follows; verify checks it."""

import json
import shutil
import sqlite3
from contextlib import chdir
from pathlib import Path

import pytest

from ledger.clock import SimulatedClock
from ledger.core.encoding import b64encode
from ledger.errors import Invalid
from ledger.events.fields import Json
from ledger.home.directory import Home
from ledger.home.genesis import Continued, Founder, create_ledger
from tests.support.builders import ORIGINS, START, signer_named
from tests.support.command import Outcome, zeren
from tests.support.offices import office

PEOPLE = ("--custodian", "c-1", "--custodian", "c-2", "--recorder", "r-1")
OLD, NEW = "zeren.example/organ-1/duty", "zeren.example/organ-2/duty"


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a backup, a newer head, and the older copy that was restored from it."""
    root = tmp_path_factory.mktemp("lost")
    (root / "secret").write_text("a passphrase for tests\n", encoding="ascii")
    secret = ("--passphrase-file", str(root / "secret"))
    home = root / "ledgers"

    def ok(*words: str) -> Outcome:
        said = zeren(home, *words)
        assert said.code == 0, said.err
        return said

    ok("init", "--origin", OLD, "--title", "单位", *PEOPLE, *secret)
    ok("record", "person", "--person", "p-kept", "--name", "张三", "--as", "r-1", *secret)
    ok("backup", str(root / "b.tar"))
    ok("record", "person", "--person", "p-lost", "--name", "李四", "--as", "r-1", *secret)
    (root / "newest").write_text(ok("checkpoint", "--no-ask", *secret).out, encoding="utf-8")
    shutil.copytree(home / "keys", root / "keys")
    shutil.rmtree(home)
    refused = zeren(root / "older", "restore", str(root / "b.tar"), "--checkpoint", str(root / "newest"))
    assert (refused.code, (root / "older").exists()) == (3, False)
    said = zeren(root / "older", "restore", str(root / "b.tar"), "--checkpoint", str(root / "newest"), "--older")
    assert (said.code, "an older copy" in said.err) == (4, True)
    return root


@pytest.fixture
def root(lost: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lost, tmp_path / "lost"))


def successor(root: Path, *words: str) -> Outcome:
    given = ("--origin", NEW, "--title", "单位", *PEOPLE, "--passphrase-file", str(root / "secret"), *words)
    return zeren(root / "again", "init", "--continues", str(root / "older"), *given)


def test_an_older_copy_answers_and_says_so(root: Path) -> None:
    """Questions are answered with the mark; verify goes on saying that its end is missing, with exit 3."""
    said = zeren(root / "older", "holders", "secretary", "--json")
    heads = json.loads(zeren(root / "older", "search", "张三", "--json").out)["ledgers"]
    assert said.code == 0
    assert "older copy: entries after its end are lost" in heads[0]["marks"]
    assert zeren(root / "older", "verify").code == 3


def test_an_older_copy_never_signs_again(root: Path) -> None:
    """Also with its keys at hand, and with the head that tells so taken away."""
    shutil.copytree(root / "keys", root / "older" / "keys")
    words = ("record", "person", "--person", "p-x", "--name", "王五", "--as", "r-1")
    secret = ("--passphrase-file", str(root / "secret"))
    assert zeren(root / "older", *words, *secret).code == 3
    shutil.rmtree(root / "older" / "known")
    said = zeren(root / "older", *words, *secret)
    assert (said.code, "never signs again" in said.err) == (3, True)


def test_who_cuts_an_older_copy_further_is_found(root: Path) -> None:
    """Its marker fits the ledger as it was restored and no other."""
    database = root / "older" / "duty.db"
    marker = root / "older" / "older.json"
    marker.write_text(json.dumps({"duty": [1, "A" * 43 + "="]}), encoding="ascii")
    assert zeren(root / "older", "holders", "secretary").code == 3
    assert database.exists()


def test_a_successor_names_what_it_follows(root: Path) -> None:
    """Genesis has fingerprint, size and root of what is kept, and the lost head; two custodians sign it; valid."""
    said = successor(root)
    assert said.code == 0, said.err
    assert "are lost" in said.err
    with_before, ledger = Home(root / "older").open("duty"), Home(root / "again").open("duty")
    size = with_before.size()
    root_of = b64encode(with_before.tree_head().root)
    assert ledger.genesis.continues == [with_before.fingerprint, size, root_of]
    assert isinstance(ledger.genesis.lost, list)
    assert int(str(ledger.genesis.lost[0])) > size
    assert {"c-1", "c-2"} <= set(ledger.opened.signers)
    with_before.close()
    ledger.close()
    heads = json.loads(zeren(root / "again", "search", "张三", "--json").out)["ledgers"]
    assert "continues a lost ledger: what stood before is asked of the older copy" in heads[0]["marks"]
    verified = zeren(root / "again", "verify", "--json")
    assert verified.code == 0
    assert json.loads(verified.out)[0]["marks"]["continues a lost ledger"] == 1
    assert zeren(root / "again", "backup", str(root / "c.tar")).code == 0
    assert zeren(root / "anew", "restore", str(root / "c.tar")).code == 0
    assert (root / "anew" / "continued" / "duty.db").exists()


def test_a_second_custodian_opens_a_successor_from_elsewhere(root: Path) -> None:
    """Parked it is no ledger; with the answer it is one that names its loss, by one line and one consent, by files."""
    second = office(root, "c-2")
    vkey = second.run("keys", "request", "c-2", "--origin", NEW)["file"]
    shutil.copy(second.folder / vkey, root / "c-2.vkey")
    given = ("--origin", NEW, "--title", "单位", "--custodian", "c-1", "--custodian", f"c-2={root / 'c-2.vkey'}")
    secret = ("--passphrase-file", str(root / "secret"))
    again, request = root / "again", "genesis-c-2.request.json"
    said = zeren(again, "init", "--continues", str(root / "older"), *given, *secret, "--requests", str(root))
    assert (said.code, "are lost" in said.err) == (0, True), said.err
    assert not (again / "duty.db").exists()
    shutil.copy(root / request, second.folder / request)
    with chdir(second.folder):
        shown = zeren(None, "consent", "give", request, "--key", "c-2.pem", "--passphrase-file", "secret", "--agree")
    with_before = Home(root / "older").open("duty")
    assert (shown.code, with_before.fingerprint in shown.out) == (0, True), shown
    with_before.close()
    answer = second.folder / "genesis-c-2.request.answer.json"
    finished = zeren(again, "draft", "finish", "genesis", str(answer), *secret)
    assert finished.code == 0, finished.err
    ledger = Home(again).open("duty")
    assert (ledger.opened.signers, ledger.opened.consenting) == (("c-1",), ("c-2",))
    assert (ledger.genesis.continues is not None, ledger.keys().custodians()) == (True, {"c-1", "c-2"})
    ledger.close()
    verified = zeren(again, "verify", "--json")
    assert (verified.code, json.loads(verified.out)[0]["marks"]["continues a lost ledger"]) == (0, 1)
    assert (again / "continued" / "duty.db").exists()


def test_a_false_link_is_found(root: Path) -> None:
    """What lies beside a successor as its predecessor is compared; where nothing does, that is said."""
    assert successor(root).code == 0
    kept = root / "again" / "continued" / "duty.db"
    connection = sqlite3.connect(kept)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("DELETE FROM stored_events WHERE rowid = (SELECT max(rowid) FROM stored_events)")
    connection.commit()
    connection.close()
    assert zeren(root / "again", "verify").code == 3
    kept.unlink()
    said = zeren(root / "again", "verify", "--json")
    assert said.code == 0
    assert any("before this one" in each for each in json.loads(said.out)[0]["not_checked"])


def test_what_is_no_loss_has_no_successor(root: Path) -> None:
    """Without a known head beyond the copy, under the old origin, or over something: refused, nothing is made."""
    shutil.rmtree(root / "older" / "known")
    assert successor(root).code == 5
    assert not (root / "again").exists()
    (root / "older" / "known").mkdir()
    shutil.copy(root / "newest", root / "older" / "known" / "newest")
    given = ("--origin", OLD, "--title", "单位", *PEOPLE, "--passphrase-file", str(root / "secret"))
    assert zeren(root / "again", "init", "--continues", str(root / "older"), *given).code == 5
    assert not (root / "again").exists()


D = "A" * 43 + "="


@pytest.mark.parametrize(
    ("continues", "lost"),
    [
        ([D, 2, D], [2, D]),
        ([D, 0, D], [2, D]),
        ([D, 2, D], [3]),
        ([D, 2, "AAAA"], [3, D]),
        (["", 2, D], [3, D]),
        ([D, "2", D], [3, D]),
    ],
)
def test_a_genesis_that_names_nothing_that_could_be_lost_is_refused(
    tmp_path: Path, continues: list[Json], lost: list[Json]
) -> None:
    """Fingerprint, a size and a root, and a head beyond them: anything else opens no ledger."""
    with pytest.raises(Invalid):
        create_ledger(
            tmp_path / "duty.db",
            origin=ORIGINS["duty"],
            title="a ledger",
            kind="duty",
            time_zone="Asia/Shanghai",
            founders=[Founder("cus-1", signer_named(f"{ORIGINS['duty']}/cus-1"), ("custodian",))],
            log=signer_named(ORIGINS["duty"]),
            clock=SimulatedClock(START),
            simulated=True,
            continued=Continued("zeren.test/other/duty", continues, lost),
        )
    assert not (tmp_path / "duty.db").exists()
