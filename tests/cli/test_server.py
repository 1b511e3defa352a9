"""Ledgers on a PostgreSQL server by the command line: the same commands, the same answers, faults in one line."""

import json
import shutil
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from api.app import create_app
from api.settings import Settings
from ledger.errors import Refused
from ledger.events.register import PersonRegistered
from ledger.home.directory import Home
from ledger.home.joined import local_folder
from ledger.store.pointer import parse_url, read_pointer
from projections.follow import follow
from projections.follower import Follower
from projections.questions.city import stamp_of
from projections.views.catch_up import open_read_only
from tests.support import web
from tests.support.builders import found
from tests.support.command import Outcome, zeren
from tests.support.postgres import the_server
from tests.support.replayed import SCENARIOS, YUNXI, replayed

SOLO, SIZES = SCENARIOS / "solo.yaml", [32, 9]
ORIGIN = "zeren.example.gov.cn/organ/duty"
PEOPLE = ("--custodian", "c-1", "--custodian", "c-2", "--recorder", "r-a", "--signer", "r-a", "--signer", "s-b")


def at(url: str, local: Path, *words: str) -> Outcome:
    return zeren(url, "--local", str(local), *words)


def test_every_command_works_on_a_server(tmp_path: Path) -> None:
    """From nothing: made ready, founded, recorded, imported, signed, sealed, asked, verified, copied, shown; a second
    login is let in, signs from a folder of his own, and is let out again."""
    server = the_server()
    with server.connect() as connection:
        connection.execute("CREATE DATABASE walk")
    url, local = server.url("walk"), tmp_path / "mine"
    key = tmp_path / "passphrase"
    key.write_text("correct horse\n")
    by = ("--as", "r-a", "--passphrase-file", str(key))

    before = at(url, local, "entries")
    assert (before.code, "zeren db init" in before.err) == (6, True), before.err
    assert at(url, local, "db", "init").code == 0
    assert at(url, local, "db", "init").code == 5
    founded = at(url, local, "init", "--origin", ORIGIN, "--title", "残联", *PEOPLE, *by[2:], "--json")
    assert json.loads(founded.out)["origin"] == ORIGIN
    for words in (
        ("record", "unit", "--unit", "u-1", "--kind", "中心", "--name", "中心"),
        ("record", "person", "--person", "s-b", "--name", "张三"),
        ("record", "person", "--person", "r-a", "--name", "李四"),
        ("record", "post", "--post", "head", "--exclusive", "--title", "主任"),
        ("assign", "--person", "张三", "--post", "主任", "--scope", "中心", "--valid-from", "2026-01-01"),
    ):
        assert at(url, local, *words, *by).code == 0, words
    rows = tmp_path / "talks.jsonl"
    talk = {"talker": "r-a", "counterpart": "s-b", "occurred_at": "2026-03-05", "text": "a text"}
    rows.write_text("".join(json.dumps({**talk, "ref": f"T{n}", "text": f"talk {n}"}) + "\n" for n in range(3)))
    imported = at(url, local, "import", str(rows), "--kind", "talk", *by, "--no-input")
    assert imported.code == 0, imported.err

    login = "s-b@walk"
    assert at(url, local, "db", "grant", login, "--may", "append").code == 0
    theirs, mine = server.url("walk", login), tmp_path / "theirs"
    met = at(theirs, mine, "entries")
    assert (met.code, read_pointer(local / "duty.at").fingerprint in met.err) == (0, True), met.err
    (mine / "keys/duty").mkdir(parents=True)
    shutil.copy(local / "keys/duty/s-b.pem", mine / "keys/duty")
    signed = at(theirs, mine, "sign", "#5", "--as", "s-b", "--capacity", "holder", "--passphrase-file", str(key))
    assert signed.code == 0, signed.err
    taken = zeren(None, "migrate", theirs, str(tmp_path / "taken"), "--local", str(mine))
    assert (taken.code, "only the owner" in taken.err, (tmp_path / "taken/duty.db").exists()) == (1, True, False)
    assert at(url, local, "db", "revoke", login).code == 0
    assert at(theirs, mine, "entries").code in (1, 6)

    assert at(url, local, "checkpoint", *by[2:]).code == 0
    assert "张三" in at(url, local, "holders", "中心", "--valid-at", "2026-03-05").out
    assert len(json.loads(at(url, local, "entries", "--json").out)["items"]) == 12
    verified = at(url, local, "verify", "--json")
    assert json.loads(verified.out)[0]["verdict"] == "valid", verified.out
    assert at(url, local, "views", "rebuild").code == 0
    checked = at(url, local, "db", "check")
    assert (checked.code, "fsync is off" in checked.out) == (4, True), checked.out
    copy = tmp_path / "copy"
    assert at(url, local, "backup", str(copy)).code == 0
    assert sorted(path.name for path in copy.glob("duty.*")) == ["duty.db", "duty.signed"]
    assert zeren(tmp_path / "restored", "restore", str(copy)).code == 0
    assert at(url, local, "restore", str(copy)).code == 2
    assert at(url, local, "doctor").code in (0, 4)


def test_a_ledger_goes_to_a_server_and_back(tmp_path: Path) -> None:
    """Both sides to databases of their own: the same answers, the same bytes; the old place answers, takes nothing and
    says where it went; back again it is the ledger that it was."""
    server, local, origin = the_server(), tmp_path / "local", tmp_path / "ledgers"
    shutil.copytree(replayed(SOLO).directory, origin)
    duty, case = server.url(server.database()), server.url(server.database(), kind="case")
    asked = (("holders", "secretary"), ("trace", "K1"))
    answers = [zeren(origin, *words, "--json").out for words in asked]

    moved = [json.loads(zeren(None, "migrate", str(origin), url, "--local", str(local), "--json").out)[0]
             for url in (duty, case)]  # fmt: skip
    assert [row["size"] for row in moved] == SIZES
    assert [zeren(local, *words, "--json").out for words in asked] == answers
    assert zeren(local, "verify").code == 0
    shutil.copytree(origin / "keys", local / "keys")
    refused = zeren(origin, "record", "unit", "--unit", "u-x", "--kind", "department", "--as", "p-duan")
    assert (refused.code, "has moved to" in refused.err) == (5, True), refused.err

    back = tmp_path / "back"
    again = [json.loads(zeren(None, "migrate", url, str(back), "--local", str(local), "--json").out)[0]
             for url in (duty, case)]  # fmt: skip
    assert [(row["root"], row["sha256"]) for row in again] == [(row["root"], row["sha256"]) for row in moved]
    assert zeren(back, *asked[0], "--json").out == answers[0]
    with server.connect(read_pointer(local / "duty.at").parameters["dbname"]) as connection:
        assert connection.execute("SELECT moved_to FROM zeren.ledgers").fetchall() == [(str(back),)]


def test_a_move_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was copied stays, the old place is the ledger still; the same command again ends it."""
    origin, local = tmp_path / "ledgers", tmp_path / "local"
    shutil.copytree(replayed(SOLO).directory, origin)
    server = the_server()
    url = server.url(server.database())
    monkeypatch.setattr("ledger.store.moving.PAGE", 5)
    put = "ledger.store.postgres.postgres_store.PostgresStore.put"
    from ledger.store.postgres.postgres_store import PostgresStore

    real = PostgresStore.put

    def stopped(store: PostgresStore, expected: int, signed: list[object]) -> int | None:
        if expected >= 10:
            raise KeyboardInterrupt
        return real(store, expected, signed)  # type: ignore[arg-type]

    words = ("migrate", str(origin), url, "--local", str(local), "--json")
    with monkeypatch.context() as patched:
        patched.setattr(put, stopped)
        assert zeren(None, *words).code == 130
    assert not (origin / "duty.moved").exists()
    row = json.loads(zeren(None, *words).out)[0]
    assert (row["before"], row["size"]) == (10, SIZES[0])
    other = zeren(None, "migrate", str(replayed(YUNXI).directory), url, "--local", str(local))
    assert other.code == 2


def test_a_folder_belongs_to_one_server(tmp_path: Path) -> None:
    """Another server's folder, or one with a ledger of its own, is not taken; passwords are refused before anything."""
    server = the_server()
    first, second = server.url(server.database()), server.url(server.database())
    shutil.copytree(replayed(SOLO).directory, tmp_path / "ledgers")
    assert at("postgresql://x@no.such.invalid/organ?sslrootcert=system", tmp_path / "local", "entries").code == 1
    away = f"postgresql://x@127.0.0.2/organ?sslrootcert={tmp_path}/none.crt"
    assert "none.crt is not there" in at(away, tmp_path / "local", "entries").err
    moved = zeren(None, "migrate", str(tmp_path / "ledgers"), first, "--local", str(tmp_path / "local"))
    assert moved.code == 0, moved.err  # an address under which nothing was met binds nobody
    shutil.rmtree(tmp_path / "ledgers")
    shutil.copytree(replayed(SOLO).directory, tmp_path / "ledgers")
    for url, folder, said in (
        (second, tmp_path / "local", "belongs to"),
        (first, tmp_path / "ledgers", "holds a duty ledger itself"),
        ("postgresql://me:secret@host/x", tmp_path / "none", "password"),
    ):
        refused = at(url, folder, "entries")
        assert (refused.code, said in refused.err) == (2, True), refused.err
        assert "secret" not in refused.err
    fingerprint = read_pointer(tmp_path / "local/duty.at").fingerprint
    other = ("--trust-fingerprint", "A" * 43 + "=", "entries")
    for folder in (tmp_path / "local", tmp_path / "fresh"):
        assert at(first, folder, *other).code == 3
    assert at(first, tmp_path / "fresh", "--trust-fingerprint", fingerprint, "entries").code == 0
    assert local_folder(first) != local_folder(second)
    assert zeren(tmp_path, "db", "check").code == 2
    assert Home(tmp_path / "local").kinds() == ["duty"]


def test_a_restored_server_is_checked_against_what_was_known(tmp_path: Path) -> None:
    """One with all that was acknowledged is valid; of an older state verification, the check of the backup and every
    question say so, with exit code 3, and nothing is written to it."""
    server, local, key = the_server(), tmp_path / "mine", tmp_path / "passphrase"
    key.write_text("correct horse\n")
    database = server.database()
    by = ("--passphrase-file", str(key))
    url = server.url(database)
    founded = at(url, local, "init", "--origin", ORIGIN, "--title", "残联", *PEOPLE, *by)
    assert founded.code == 0, founded.err
    older = server.url(server.database(database))
    assert at(url, local, "record", "person", "--person", "r-a", "--name", "李四", "--as", "r-a", *by).code == 0
    whole = server.url(server.database(database))

    same = zeren(whole, "db", "backup-check", str(local), "--json")
    assert (same.code, json.loads(same.out)["verdict"]) == (0, "valid"), same.err
    told = zeren(older, "db", "backup-check", str(local))
    assert (told.code, "was set back" in told.out) == (3, True), told.out
    assert zeren(older, "db", "backup-check", str(tmp_path)).code == 6
    place = local / "duty.at"
    place.write_text(place.read_text().replace(database, read_database(older)))
    for words in (("verify",), ("entries",), ("record", "person", "--person", "p", "--name", "x", "--as", "r-a", *by)):
        refused = zeren(local, *words)
        assert (refused.code, "was set back" in refused.out + refused.err) == (3, True), words


def read_database(url: str) -> str:
    return parse_url(url).parameters["dbname"]


def test_views_follow_a_ledger_on_a_server(tmp_path: Path) -> None:
    """No file tells that a server's ledger has grown: the follower asks, and an index over organs is told apart too."""
    desk = found("duty", the_server().pointer(tmp_path))
    home = Home(tmp_path)
    home.mark()
    follower, before = Follower(home), stamp_of(home)
    try:
        for number in range(2):
            desk.record(PersonRegistered(ref=f"p-{number}", person=f"p-{number}", name="a name"), "cus-1")
            assert follower.look(patient=False, once=True) == 0
            with closing(open_read_only(home)) as views:
                assert views.position(desk.origin) == desk.ledger.size()
            now = stamp_of(home)
            assert (now == before, now == stamp_of(home)) == (False, True)
            before = now
    finally:
        follower.close()
        desk.close()


def test_the_desk_answers_from_a_ledger_on_a_server(tmp_path: Path) -> None:
    """By a login that only reads, the same answers as from files; one that may append is not served with; what another
    login records is answered once the follower has seen it."""
    server, owner, desk = the_server(), tmp_path / "owner", tmp_path / "desk"
    shutil.copytree(replayed(SOLO).directory, tmp_path / "ledgers")
    database = server.database()
    url, reading = server.url(database), server.url(database, login := "desk@serve")
    assert zeren(None, "migrate", str(tmp_path / "ledgers"), url, "--local", str(owner)).code == 0
    assert at(url, owner, "db", "grant", login).code == 0
    for place, folder in ((url, owner), (reading, desk)):
        assert at(place, folder, "views", "rebuild").code == 0
    with pytest.raises(Refused, match="serve it by a login that only reads"):
        create_app(Settings(owner))

    app = create_app(Settings(desk, open=True))
    client = app.test_client()
    said = json.loads(zeren(tmp_path / "ledgers", "holders", "secretary", "--json").out)
    found = client.get("/api/v1/holders/secretary").get_json()
    alike = said.keys() - {"ledgers"}
    assert alike
    assert {name: found[name] for name in alike} == {name: said[name] for name in alike}
    assert client.get("/api/v1/ledgers").get_json()["ledgers"][0]["entries"] == SIZES[0]
    assert client.get("/").status_code == 200
    shutil.copytree(tmp_path / "ledgers/keys", owner / "keys")
    made = zeren(owner, "record", "unit", "--unit", "u-x", "--kind", "department", "--as", "r")
    assert made.code == 0, made.err
    assert follow(desk, Event(), once=True) == 0
    assert client.get("/api/v1/ledgers").get_json()["ledgers"][0]["entries"] == SIZES[0] + 1
    web.close(app)
