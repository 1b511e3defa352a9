"""After a loss: an older copy answers and never signs again; its successor says what it follows; verify checks it."""

import json
import shutil
import sqlite3
from contextlib import chdir, closing
from datetime import UTC, datetime, timedelta
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
    heads = json.loads(zeren(root / "again", "search", "张三", "--json").out)["ledgers"]
    lost = f"continues {OLD}, of which entries #{size} to #{size + 1} are lost: {size} are in the answers"
    assert lost in heads[0]["marks"]
    assert [(head["origin"], head["fingerprint"]) for head in heads] == [
        (NEW, ledger.fingerprint), (OLD, with_before.fingerprint),
    ]  # fmt: skip
    with_before.close()
    ledger.close()
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


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A successor whose lost ledger had a secretary (A1) and a warning (W1); persons and units are registered anew."""
    root = tmp_path_factory.mktemp("worked")
    (root / "secret").write_text("a passphrase for tests\n", encoding="ascii")
    register(root, root / "ledgers", OLD)
    recorded(root, root / "ledgers", *SECRETARY, "--ref", "A1", "--authority", "中共市委")
    warning = ("record", "warning", "--unit", "u-1", "--author", "p-next", "--addressee", "p-kept", "--ref", "W1")
    recorded(root, root / "ledgers", *warning, "--text", "采购价偏高", "--occurred-at", BEFORE)
    recorded(root, root / "ledgers", "backup", str(root / "b.tar"), by=None)
    recorded(root, root / "ledgers", "record", "person", "--person", "p-lost", "--name", "李四")
    newest = recorded(root, root / "ledgers", "checkpoint", "--no-ask", by=None, secret=True)
    (root / "newest").write_text(newest.out, encoding="utf-8")
    words = ("restore", str(root / "b.tar"), "--checkpoint", str(root / "newest"), "--older")
    assert zeren(root / "older", *words).code == 4
    register(root, root / "again", NEW, "--continues", str(root / "older"))
    return root


TODAY, BEFORE = (str(datetime.now(UTC).date() - timedelta(days=days)) for days in (1, 4))
SECRETARY = ("assign", "--person", "p-kept", "--post", "secretary", "--scope", "u-group", "--valid-from", "2026-01-01")


def recorded(root: Path, home: Path, *words: str, by: str | None = "r-1", secret: bool = False) -> Outcome:
    """A command that has to work, recording by the recorder."""
    given = ("--passphrase-file", str(root / "secret")) if by is not None or secret else ()
    said = zeren(home, *words, *(("--as", by) if by is not None else ()), *given)
    assert said.code == 0, said.err
    return said


def register(root: Path, home: Path, origin: str, *words: str) -> None:
    """A ledger with two units, two persons and the posts."""
    recorded(root, home, "init", "--origin", origin, "--title", "单位", *PEOPLE, *words, by=None, secret=True)
    for unit, kind in (("u-group", "party_group"), ("u-1", "department")):
        recorded(root, home, "record", "unit", "--unit", unit, "--kind", kind, "--name", f"{unit} {origin[20]}")
    for person in ("p-kept", "p-next", "r-1"):
        recorded(root, home, "record", "person", "--person", person, "--name", f"{person} {origin[20]}")
    recorded(root, home, "record", "post", "--post", "secretary", "--exclusive")


def holders(home: Path, *words: str) -> list[tuple[str, str, int]]:
    """(person, ledger, position) of who is secretary."""
    found = json.loads(zeren(home, "holders", "secretary", "--json", *words).out)["holders"]
    return [(row["person"], row["entry"]["ledger"], row["entry"]["position"]) for row in found]


def test_what_the_lost_ledger_says_holds_until_it_is_recorded_anew(worked: Path, tmp_path: Path) -> None:
    """A tenure of it is taken over by recording it again, can then be ended, and is known as before it at a moment
    before; it is counted once on every day."""
    again = Path(shutil.copytree(worked / "again", tmp_path / "again"))
    with closing(Home(worked / "older").open("duty")) as older:
        position = next(event.position for event in older.page(0) if event.payload.ref == "A1")
    assert holders(again) == [("p-kept", OLD, position)]
    moment = datetime.now(UTC).isoformat()
    recorded(worked, again, *SECRETARY, "--ref", "A1", "--legacy", "--authority", "中共市委")
    (anew,) = holders(again)
    assert anew[:2] == ("p-kept", NEW)
    assert holders(again, "--known-at", moment) == [("p-kept", OLD, position)]
    rows = json.loads(zeren(again, "tenures", "--json").out)["items"]
    assert [(row["person"], row["valid_from"]) for row in rows] == [("p-kept", "2026-01-01")]
    recorded(worked, again, "end", f"#{anew[2]}", "--valid-to", "2026-02-28")
    assert holders(again, "--valid-at", "2026-03-01") == []
    assert holders(again, "--valid-at", "2026-02-28") == [anew]
    names = json.loads(zeren(again, "persons", "--json").out)["items"]
    assert {row["name"] for row in names if row["id"] == "p-kept"} == {"p-kept 2"}


@pytest.mark.parametrize(
    "words",
    [
        ("sign", "A1", "--as", "r-1"),
        ("refuse", "A1", "--as", "r-1", "--reason", "x"),
        ("correct", "A1", "--field", "valid_from", "--to", "2026-01-02", "--as", "r-1"),
        ("withdraw", "W1", "--ground", "error", "--as", "r-1"),
        ("end", "A1", "--valid-to", "2026-02-28", "--as", "r-1"),
    ],
)
def test_nothing_is_signed_or_changed_in_a_lost_ledger(worked: Path, words: tuple[str, ...]) -> None:
    """By number, and by the number with its ledger: refused, with what is done instead."""
    secret = ("--passphrase-file", str(worked / "secret")) if "--as" in words else ()
    for number in (words[1], f"{words[1]}@{OLD}"):
        said = zeren(worked / "again", words[0], number, *words[2:], *secret)
        assert (said.code in (2, 5), "referring to it (--refers" in said.err) == (True, True), said


def test_a_record_refers_to_an_entry_of_the_lost_ledger(worked: Path, tmp_path: Path) -> None:
    """By its fingerprint; it is cited by the ledger that holds it, answers the warning there, and verifies."""
    again = Path(shutil.copytree(worked / "again", tmp_path / "again"))
    check = ("record", "inspection", "--lead", "p-kept", "--unit", "u-1", "--kind", "special", "--ref", "I1")
    for number, ref in (("W1", "I1"), (f"W1@{OLD}", "I2")):
        recorded(worked, again, *check[:-1], ref, "--refers", number, "--text", ref, "--occurred-at", TODAY)
    with closing(Home(again).open("duty")) as ledger, Home(again).before(ledger) as before:
        for ref in ("I1", "I2"):
            made = next(event for event in ledger.page(0) if event.payload.ref == ref)
            (refers,) = made.payload.cited()
            named = before[0].at(refers.position)
            assert (refers.fingerprint, named.payload.ref) == (before[0].fingerprint, "W1")
            assert refers.leaf_hash == named.leaf_hash
    warnings = json.loads(zeren(again, "table", "warnings", "--json").out)["items"]
    assert [(row["entry"]["ledger"], row["status"]) for row in warnings] == [(OLD, "answered")]
    verified = zeren(again, "verify", "--views", "--json")
    assert (verified.code, json.loads(verified.out)[0]["verdict"]) == (0, "valid")


def test_a_successor_of_a_successor_answers_over_all_three(worked: Path, tmp_path: Path) -> None:
    """Each kept in its own place, each named with what is lost of it."""
    third, origin = tmp_path / "third", "zeren.example/organ-3/duty"
    again = Path(shutil.copytree(worked / "again", tmp_path / "again"))
    recorded(worked, again, "backup", str(tmp_path / "c.tar"), by=None)
    recorded(worked, again, "record", "person", "--person", "p-lost", "--name", "李四")
    newest = recorded(worked, again, "checkpoint", "--no-ask", by=None, secret=True)
    (tmp_path / "newest").write_text(newest.out, encoding="utf-8")
    words = ("restore", str(tmp_path / "c.tar"), "--checkpoint", str(tmp_path / "newest"), "--older")
    assert zeren(tmp_path / "older", *words).code == 4
    register(worked, third, origin, "--continues", str(tmp_path / "older"))
    ((person, ledger, _),) = holders(third)
    assert (person, ledger) == ("p-kept", OLD)
    heads = json.loads(zeren(third, "persons", "--json").out)["ledgers"]
    assert [(head["kind"], head["origin"]) for head in heads] == [
        ("duty", origin), ("duty-before", NEW), ("duty-before-2", OLD),
    ]  # fmt: skip
    assert sum("are lost" in mark for mark in heads[0]["marks"]) == 2
    recorded(worked, third, "backup", str(tmp_path / "d.tar"), by=None)
    assert zeren(tmp_path / "fourth", "restore", str(tmp_path / "d.tar")).code == 0
    assert holders(tmp_path / "fourth") == holders(third)
    verified = zeren(third, "verify", "--views")
    assert verified.code == 0, verified.out


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
