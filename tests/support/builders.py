"""Tiny ledgers with keys in memory: one duty ledger and one case ledger, and the tools to attack their databases.

`duty_ledger` and `case_ledger` copy a database that is built once per run, so each test may spoil its own.
"""

import atexit
import hashlib
import itertools
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application import Command, Ledger, Receipt, open_ledger
from ledger.clock import Randomness, SimulatedClock
from ledger.core.signers import Ed25519Signer, format_vkey
from ledger.events.base import Payload
from ledger.events.case_parts import OffenceAct, Offender, Rulebook
from ledger.events.case_work import CaseOpened
from ledger.events.register import PersonRegistered, PostRegistered, UnitRegistered
from ledger.events.tenure import AssignmentMade
from ledger.events.trust import KeyEnrolled
from ledger.home.genesis import Founder, create_ledger

START = datetime(2024, 1, 2, 1, tzinfo=UTC)
ORIGINS = {
    "duty": "zeren.test/organ/duty",
    "case": "zeren.test/watch/case",
    "access": "zeren.test/watch/access",
    "list": "zeren.test/city/list",
}
FOUNDERS = {"cus-1": ("custodian",), "cus-2": ("custodian",), "svc": ("service",)}
ENROLLED = {
    "duty": {
        "rec": ("recorder", "signer"),
        "p-a": ("signer",),
        "p-b": ("signer",),
        "p-c": ("signer",),
        "eye": ("inspector",),
    },
    "case": {"insp": ("inspector", "signer"), "p-a": ("signer",)},
    "access": {},
}
PERSONS = ("p-a", "p-b", "p-c", "rec")
UNITS = {"u-group": "party_group", "u-dept": "department", "u-hall": "department"}
POSTS = {"secretary": True, "member": False}


def randomness_of(seed: str) -> Randomness:
    """The same endless bytes for the same seed."""
    calls = itertools.count()

    def read(size: int, /) -> bytes:
        return hashlib.shake_256(f"{seed}/{next(calls)}".encode()).digest(size)

    return read


@cache
def signer_named(name: str, generation: int = 1) -> Ed25519Signer:
    """The signer of a key name; each generation is another key under the same name."""
    secret = hashlib.sha256(f"test key {name} {generation}".encode()).digest()
    return Ed25519Signer(name, Ed25519PrivateKey.from_private_bytes(secret))


@dataclass(slots=True)
class Desk:
    """An open ledger with its clock, and everybody's keys at hand."""

    kind: str
    path: Path
    ledger: Ledger
    clock: SimulatedClock

    @property
    def origin(self) -> str:
        return ORIGINS[self.kind]

    @property
    def log(self) -> Ed25519Signer:
        return signer_named(self.origin)

    def signer(self, person: str, generation: int = 1) -> Ed25519Signer:
        """A person's key for this ledger, enrolled or not."""
        return signer_named(f"{self.origin}/{person}", generation)

    def command(self, payload: Payload, *persons: str) -> Command:
        """The command to record this payload, signed by the first keys of these persons."""
        return Command(payload, tuple(self.signer(person) for person in persons))

    def record(self, payload: Payload, *persons: str) -> Receipt:
        """Records one payload, a second after the last one."""
        self.clock.moment += timedelta(seconds=1)
        return self.ledger.record(self.command(payload, *persons))[0]

    def enrolment(self, person: str, roles: tuple[str, ...], generation: int = 1) -> KeyEnrolled:
        """The payload that enrols a person's key of this generation."""
        return KeyEnrolled(person=person, vkey=format_vkey(self.signer(person, generation).verify_key), roles=roles)

    def close(self) -> None:
        self.ledger.close()


def assignment(ref: str | None = None, *, person: str = "p-a", post: str = "member", day: int = 2) -> AssignmentMade:
    """A plain assignment from a day in January 2024 on."""
    return AssignmentMade(ref=ref, person=person, post=post, supervises=("u-dept",), valid_from=date(2024, 1, day))


def case_opened(case: str = "K1") -> CaseOpened:
    """A case over the first half of 2024 with one offender and one act."""
    first, last = date(2024, 1, 1), date(2024, 6, 30)
    return CaseOpened(
        ref=case,
        case=case,
        unit="u-dept",
        period_from=first,
        period_to=last,
        offenders=(Offender(person="p-a", valid_from=first, valid_to=last),),
        acts=(OffenceAct(id="a1", day=date(2024, 3, 1), amount=Decimal("12.5")),),
        rulebooks=(Rulebook(id="r1"),),
    )


def found(kind: str, path: Path, seed: str = "builder") -> Desk:
    """A new ledger at `path` with its two custodians and its service key, and nothing else."""
    clock = SimulatedClock(START)
    origin = ORIGINS[kind]
    ledger = create_ledger(
        path,
        origin=origin,
        title=f"a {kind} ledger",
        kind=kind,
        time_zone="Asia/Shanghai",
        founders=[Founder(person, signer_named(f"{origin}/{person}"), roles) for person, roles in FOUNDERS.items()],
        log=signer_named(origin),
        clock=clock,
        simulated=True,
        randomness=randomness_of(seed),
    )
    return Desk(kind, path, ledger, clock)


def open_desk(kind: str, path: Path, *, read_only: bool = False) -> Desk:
    """The ledger at `path`, its clock at its last entry."""
    clock = SimulatedClock()
    ledger = open_ledger(path, clock=clock, randomness=randomness_of(str(path)), read_only=read_only)
    clock.moment = ledger.at(ledger.size() - 1).recorded_at
    return Desk(kind, path, ledger, clock)


@cache
def _template(kind: str) -> Path:
    directory = Path(tempfile.mkdtemp(prefix="zeren-builder-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    desk = found(kind, directory / f"{kind}.db")
    custodians = ("cus-1", "cus-2")
    desk.ledger.record(
        *(desk.command(desk.enrolment(person, roles), *custodians, person) for person, roles in ENROLLED[kind].items())
    )
    author = "cus-1" if kind == "duty" else "insp"
    commands = [desk.command(UnitRegistered(ref=unit, unit=unit, kind=what), author) for unit, what in UNITS.items()]
    commands += [desk.command(PersonRegistered(ref=p, person=p, name=f"name of {p}"), author) for p in PERSONS]
    if kind == "duty":
        commands += [
            desk.command(PostRegistered(ref=post, post=post, exclusive=alone), author) for post, alone in POSTS.items()
        ]
    desk.ledger.record(*commands)
    desk.close()
    return desk.path


def duty_ledger(directory: Path) -> Desk:
    """A duty ledger with persons, units and posts on record, to be changed at will. Close it."""
    return open_desk("duty", Path(shutil.copy(_template("duty"), directory / "duty.db")))


def case_ledger(directory: Path) -> Desk:
    """A case ledger with persons and units on record, to be changed at will. Close it."""
    return open_desk("case", Path(shutil.copy(_template("case"), directory / "case.db")))


@contextmanager
def tampering(path: Path) -> Iterator[sqlite3.Connection]:
    """The database of a closed ledger in the hands of its owner: triggers are out of the way while he changes it."""
    connection = sqlite3.connect(path)
    try:
        triggers = connection.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _table, _sql in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for _name, table, sql in triggers:
            if table in tables:
                connection.execute(sql)
        connection.commit()
    finally:
        connection.close()


def facts_of(path: Path) -> tuple[int, list[tuple[object, ...]]]:
    """The number of entries, and all rows of all tables, so that *nothing was written* can be told."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for table in sorted(tables) for row in connection.execute(f'SELECT * FROM "{table}"')]
        return int(connection.execute("SELECT count(*) FROM stored_events").fetchone()[0]), rows
    finally:
        connection.close()
