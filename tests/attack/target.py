"""The directory that is attacked: a duty, a case and an access ledger with something of everything, small enough to be
checked ten thousand times. The last entry of each is under a checkpoint that somebody holds elsewhere."""

import atexit
import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from cli.commands.verify import other_kind
from ledger.access.log import AccessLog, create_access_ledger
from ledger.access.tokens import grant
from ledger.application import Command, open_ledger
from ledger.clock import SystemClock
from ledger.errors import BadInput, Invalid, OtherVersion, ZerenError
from ledger.events.access import ReadMade
from ledger.events.acts import TalkHeld
from ledger.events.case_parts import Pin
from ledger.events.case_work import CaseOpened, SecondInvestigationOpened
from ledger.events.fields import EntryReference
from ledger.home.directory import Home
from ledger.home.known_heads import KnownHeads
from ledger.keys.key_files import Keyring
from ledger.recording.attachments import keep, with_attachments
from ledger.recording.numbers import find_entry
from ledger.verify import LedgerReport
from ledger.verify.anchor_pass import anchored_sizes
from tests.support import builders
from tests.support.anchoring import checkpoint
from tests.support.both_ways import verify_ledger
from tests.support.evidence import fill

PASSPHRASE = b"a passphrase of the attack"
KINDS = ("duty", "case", "access")
CACHES = ("cache_heads", "cache_nodes")
"""Computed anew where they do not fit; never evidence."""
Facts = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Target:
    """The whole directory, and what its databases say."""

    home: Home
    facts: dict[str, Facts]
    sizes: dict[str, int]
    told: frozenset[int]
    """Sizes of checkpoints that an anchor or somebody elsewhere tells of."""


@cache
def target() -> Target:
    """Made once; attacks work on copies."""
    directory = Path(tempfile.mkdtemp(prefix="zeren-attack-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    home = Home(directory / "ledgers")
    home.create()
    _duty(home, directory)
    _case(home)
    _access(home)
    facts = {kind: facts_of(home.database(kind)) for kind in KINDS}
    sizes = {kind: len(found["stored_events"]) for kind, found in facts.items()}
    with closing(home.open("duty")) as duty:
        told = anchored_sizes(duty)
    return Target(home, facts, sizes, frozenset({*told, *sizes.values()}))


def _duty(home: Home, directory: Path) -> None:
    duty = builders.duty_ledger(home.directory)
    fill(duty)
    names = ("rules.txt", "minutes.pdf")
    for name in names:
        (directory / name).write_bytes(f"the bytes of {name}".encode() * 50)
    kept = keep(home.attachments("duty"), [directory / name for name in names], builders.randomness_of("attached"))
    talk = TalkHeld(ref="T9", talker="p-a", counterpart="p-b", text="with attachments", place="room 9")
    kept.settle(duty.record(with_attachments(talk, kept.attachments), "rec", "p-a").position)
    bring(home, "duty", checkpoint(duty))
    duty.close()


def _case(home: Home) -> None:
    case = builders.case_ledger(home.directory)
    with closing(home.open("duty")) as duty:
        size = duty.store.checkpoints()[-1][0]
        pinned = (duty.checkpoint_at(size) or b"").decode()
        cited = find_entry(duty, "T1")
        pin = Pin(fingerprint=duty.fingerprint, checkpoint=pinned, held_since=case.clock.moment)
        named = EntryReference(duty.fingerprint, cited.position, cited.leaf_hash)
    opened: CaseOpened = replace(builders.case_opened(), pin=pin, enabling_decisions=(named,))
    case.record(opened, "insp")
    case.record(SecondInvestigationOpened(case="K1"), "insp")
    case.clock.moment += timedelta(seconds=1)
    case.ledger.seal(case.signer("svc"))
    bring(home, "case", case.ledger.sign_checkpoint(case.log).decode())
    case.close()


def _access(home: Home) -> None:
    create_access_ledger(home, PASSPHRASE)
    with closing(open_ledger(home.database("access"), clock=SystemClock())) as ledger:
        keys = Keyring(home.keys("access"), ledger.origin, PASSPHRASE)
        _, granted = grant(("duties", "cases"), 3, "张三")
        ledger.record(Command(granted, (keys.signer("access-custodian"),)))
    log = AccessLog.open(home)
    for number in range(12):
        log.append(ReadMade(token=granted.token, question=f"/persons/p-{number}", inspector=False))
    log.ledger.seal(log.service)
    log.close()
    with closing(open_ledger(home.database("access"), clock=SystemClock())) as ledger:
        bring(home, "access", ledger.sign_checkpoint(keys.log()).decode())


def bring(home: Home, kind: str, note: str) -> None:
    """Somebody outside kept this checkpoint and brought it."""
    folder = home.directory / "known"
    folder.mkdir(exist_ok=True)
    (folder / f"{kind} as the county has it").write_text(note, encoding="utf-8")


def facts_of(path: Path) -> Facts:
    """All rows of all tables but the caches. Raises sqlite3.Error for a file that cannot be read."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: sorted(connection.execute(f'SELECT * FROM "{table}"'), key=repr)
            for table in sorted(tables)
            if table not in CACHES
        }


# --- copies, and what verification says of them ---


@dataclass(slots=True)
class Victim:
    """A copy of the directory to be attacked again and again: `reset` puts back what was changed."""

    home: Home
    whole: dict[str, bytes]

    def path(self, kind: str) -> Path:
        """The database of a kind."""
        return self.home.database(kind)

    def reset(self) -> None:
        """Everything as it was."""
        there = {str(path.relative_to(self.home.directory)): path for path in self.home.directory.rglob("*")}
        for name, path in there.items():
            if path.is_file() and (name not in self.whole or path.read_bytes() != self.whole[name]):
                path.unlink()
        for name, data in self.whole.items():
            path = self.home.directory / name
            if not path.is_file():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)
                path.write_bytes(data)


@contextmanager
def victim() -> Iterator[Victim]:
    """A copy, removed at the end."""
    directory = Path(tempfile.mkdtemp(prefix="zeren-victim-"))
    try:
        home = Home(directory / "ledgers")
        shutil.copytree(target().home.directory, home.directory)
        whole = {str(p.relative_to(home.directory)): p.read_bytes() for p in home.directory.rglob("*") if p.is_file()}
        yield Victim(home, whole)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def verified(home: Home, kind: str, *, with_heads: bool = True) -> LedgerReport:
    """What `zeren verify` says of one ledger of a directory; without heads, as if nobody held any."""
    report = LedgerReport()
    try:
        ledger = home.open(kind, whole=False)
    except OtherVersion as error:
        report.add(error)
        return report
    except (Invalid, BadInput) as error:
        report.add(Invalid("{}", error))
        return report
    with closing(ledger):
        try:
            heads = home.heads(kind, ledger, every=True) if with_heads else KnownHeads()
        except ZerenError as error:
            heads = KnownHeads(faults=(error,))
        report = verify_ledger(ledger, heads=heads, files=home.attached(kind))
        report.take(partial(other_kind, kind, ledger))
    if with_heads:
        report.take(home.strangers)
    return report


def digest(data: bytes) -> str:
    """Short, for what is said of bytes."""
    return hashlib.sha256(data).hexdigest()[:12]
