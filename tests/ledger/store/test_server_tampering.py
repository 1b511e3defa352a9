"""What the owner of a server can do to a ledger, triggers and rights notwithstanding: verify finds each of it."""

from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from ledger.application import open_ledger
from ledger.errors import Invalid
from ledger.events.register import PersonRegistered, UnitRegistered
from ledger.verify import verify_ledger
from ledger.verify.ledger_report import LedgerReport
from tests.support.builders import found
from tests.support.postgres import the_server


@cache
def attacked() -> str:
    """A database with a ledger of eight entries, sealed and signed, that each test takes a copy of."""
    server = the_server()
    folder = Path(server.directory, "attacked")
    folder.mkdir(mode=0o700)
    desk = found("duty", server.pointer(folder))
    database = desk.ledger.store.address.parameters["dbname"]  # type: ignore[attr-defined]
    desk.record(UnitRegistered(ref="u-1", unit="u-1", kind="department"), "cus-1")
    for person in ("p-a", "p-b", "p-c"):
        desk.record(PersonRegistered(ref=person, person=person, name=f"name of {person}"), "cus-1")
    desk.ledger.seal(desk.signer("svc"))
    desk.ledger.sign_checkpoint(desk.log)
    desk.close()
    return str(database)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The pointer to a copy of that ledger."""
    return the_server().pointer(tmp_path, database=the_server().database(attacked()))


def changed(place: Path, words: str) -> None:
    """Runs statements as a superuser whom no trigger stops."""
    database = place.read_text().partition("@/")[2].partition("?")[0]
    with the_server().connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(words.encode())


def report_of(place: Path) -> LedgerReport:
    with closing(open_ledger(place, read_only=True, whole=False)) as ledger:
        return verify_ledger(ledger)


def test_what_nobody_changed_is_valid(place: Path) -> None:
    """The copy itself has no finding, also where it is opened as for every question."""
    assert [str(finding.what) for finding in report_of(place).findings] == []
    open_ledger(place, read_only=True).close()


ROWS = {
    "a column beside an entry": "UPDATE zeren.entries SET type = 'person.left/1' WHERE position = 2",
    "a time beside an entry": "UPDATE zeren.entries SET recorded_at = '2023-01-01T00:00:00+00:00' WHERE position = 2",
    "bytes of an entry": "UPDATE zeren.entries SET entry = set_byte(entry, 40, 65) WHERE position = 2",
    "bytes and hash of an entry": "UPDATE zeren.entries SET entry = set_byte(entry, 40, 65), leaf_hash ="
    " sha256('\\x00'::bytea || set_byte(entry, 40, 65)) WHERE position = 2",
    "a body": "UPDATE zeren.bodies SET body = set_byte(body, length(body) - 3, 66) WHERE position = 2",
    "a body taken out": "DELETE FROM zeren.bodies WHERE position = 2",
    "a text taken out": "UPDATE zeren.bodies SET body = substr(body, 1, position('\\x0a'::bytea IN body))"
    " WHERE position = 2",
    "an entry dropped": "DELETE FROM zeren.entries WHERE position = 2",
    "two entries exchanged": "UPDATE zeren.entries SET position = 99 WHERE position = 2; UPDATE zeren.entries SET"
    " position = 2 WHERE position = 3; UPDATE zeren.entries SET position = 3 WHERE position = 99",
    "the end cut off": "DELETE FROM zeren.entries WHERE position = 5; DELETE FROM zeren.bodies WHERE position = 5",
    "the beginning cut off": "DELETE FROM zeren.entries WHERE position = 0",
    "a subject hidden": "DELETE FROM zeren.subjects WHERE position = 2",
    "a subject invented": "INSERT INTO zeren.subjects VALUES (1, 'person', 'p-x', 1, 2)",
    "a number hidden": "DELETE FROM zeren.refs WHERE ref = 'p-a'",
    "a number invented": "INSERT INTO zeren.refs VALUES (1, 'E060', 2)",
    "an erasure invented": "INSERT INTO zeren.erasures VALUES (1, 2, 3)",
    "a tile invented": "INSERT INTO zeren.tiles VALUES (1, 0, 0, '\\x00', '\\x00')",
    "a checkpoint forged": "UPDATE zeren.checkpoints SET note = set_byte(note, 40, 65)",
    "a row of nobody's": "INSERT INTO zeren.bodies VALUES (1, 77, 'x')",
}
SCHEMA = {
    "a trigger disabled": "ALTER TABLE zeren.entries DISABLE TRIGGER entries_update",
    "a trigger dropped": "DROP TRIGGER bodies_delete ON zeren.bodies",
    "a trigger added": "CREATE TRIGGER mine BEFORE INSERT ON zeren.entries EXECUTE FUNCTION zeren.refuse()",
    "a function changed": "CREATE OR REPLACE FUNCTION zeren.refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$BEGIN RETURN NULL; END$$",
    "a function added": "CREATE FUNCTION zeren.mine2() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "a function that asks nobody": "CREATE OR REPLACE FUNCTION zeren.may(l integer, what text) RETURNS boolean"
    " LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT true'",
    "an index dropped": "DROP INDEX zeren.entries_sparse",
    "an index that is not valid": "UPDATE pg_index SET indisvalid = false"
    " WHERE indexrelid = 'zeren.subjects_by_position'::regclass",
    "a constraint dropped": "ALTER TABLE zeren.entries DROP CONSTRAINT entries_ledger_previous_key",
    "a column added": "ALTER TABLE zeren.entries ADD COLUMN note text",
    "a column of another kind": "ALTER TABLE zeren.refs ALTER COLUMN ref TYPE varchar(80)",
    "a table added": "CREATE TABLE zeren.more (x int)",
    "a rule added": "CREATE RULE mine AS ON INSERT TO zeren.refs DO INSTEAD NOTHING",
    "rows shown to all": "ALTER TABLE zeren.entries DISABLE ROW LEVEL SECURITY",
    "a policy added": "CREATE POLICY mine ON zeren.entries USING (true)",
    "a right given": "GRANT INSERT ON zeren.entries TO zeren_reader",
    "a function given": "GRANT EXECUTE ON FUNCTION zeren.moved(integer, text) TO PUBLIC",
    "an event trigger": "CREATE FUNCTION public.e() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN END$$;"
    " CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION public.e()",
}


@pytest.mark.parametrize("what", ROWS)
def test_a_row_that_was_changed_is_found(place: Path, what: str) -> None:
    """Each is a finding, and the verdict is invalid."""
    changed(place, ROWS[what])
    report = report_of(place)
    assert report.findings
    assert report.verdict == "invalid"


@pytest.mark.parametrize("what", SCHEMA)
def test_a_schema_that_was_changed_is_found_and_not_used(place: Path, what: str) -> None:
    """Verify names what is not that of the version; nothing is asked or recorded on it."""
    changed(place, SCHEMA[what])
    report = report_of(place)
    assert any((isinstance(finding.what, Invalid) and "of the database" in str(finding.what))
               or "the database" in str(finding.what) for finding in report.findings)  # fmt: skip
    assert report.verdict == "invalid"
    with pytest.raises(Invalid, match="zeren verify"):
        open_ledger(place)
