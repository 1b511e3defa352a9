"""Making a ledger: its genesis entry (FORMAT.md section 8)."""

from collections.abc import Sequence
from pathlib import Path

from ledger.application import Command, Ledger, open_ledger
from ledger.clock import Clock, Randomness, system_randomness
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.merkle import EMPTY_ROOT
from ledger.core.names import check_origin
from ledger.core.signers import Signer, VerifyKey, format_vkey
from ledger.errors import Refused
from ledger.events.fields import Json
from ledger.events.registry import types_digest
from ledger.events.trust import LedgerOpened
from ledger.frozen import dataclass
from ledger.store.opening import check_place
from ledger.store.pointer import is_pointer
from ledger.store.sqlite.connection import beside

KINDS = ("duty", "case", "access", "list")
CLOCKS = ("real", "simulated")


@dataclass(frozen=True, slots=True)
class Founder:
    """A person whose key genesis enrols, with the roles held from the start."""

    person: str
    signer: Signer
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Continued:
    """The lost ledger that a new one follows: its origin, and what genesis says of it (`ledger.successor`)."""

    origin: str
    continues: list[Json]
    lost: list[Json]


def genesis_of(
    *,
    origin: str,
    title: str,
    kind: str,
    time_zone: str,
    keys: Sequence[tuple[str, VerifyKey, Sequence[str]]],
    log: Signer,
    simulated: bool = False,
    continued: Continued | None = None,
) -> LedgerOpened:
    """What genesis says; the log key proves its possession by a checkpoint of size 0. `keys`: person, key, roles.

    Raises Malformed for a bad origin, Refused for a kind that there is not, and for a successor under the same origin.
    """
    check_origin(origin)
    if continued is not None and origin == continued.origin:
        raise Refused("a successor has an origin of its own; {} is that of the lost ledger", origin)
    if kind not in KINDS:
        raise Refused("a ledger is of kind {}, not {!r}", ", ".join(KINDS), kind)
    return LedgerOpened(
        origin=origin,
        title=title,
        kind=kind,
        time_zone=time_zone,
        clock=CLOCKS[simulated],
        log=format_vkey(log.verify_key),
        log_possession=sign_checkpoint(Checkpoint(origin, 0, EMPTY_ROOT), log).decode(),
        types=types_digest(),
        keys=tuple([person, format_vkey(key), list(roles)] for person, key, roles in keys),
        continues=None if continued is None else continued.continues,
        lost=None if continued is None else continued.lost,
    )


def begin_ledger(path: Path, genesis: Command, *, clock: Clock, randomness: Randomness = system_randomness) -> Ledger:
    """Makes a ledger in a new database, its genesis entry this one; nothing is left where that fails.

    It stands at `path` whole or not at all: what was killed meanwhile lies beside it and is made anew.

    Raises BadInput where the file is there already, Refused where its signers may not open it.
    """
    check_place(path, new=True)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path if is_pointer(path) else part_of(path)
    remove_database(part_of(path))
    ledger = Ledger(part, clock=clock, randomness=randomness, new=True)
    try:
        ledger.record(genesis)
        if part == path:
            return ledger
        ledger.close()
        part.replace(path)
    except BaseException:
        ledger.close()
        remove_database(part)
        raise
    return open_ledger(path, clock=clock, randomness=randomness)


def part_of(database: Path) -> Path:
    """Where a database lies until its ledger is founded."""
    return database.with_name(f"{database.name}.part")


def remove_database(path: Path) -> None:
    """Removes a database with all that lies beside it, as far as it is there."""
    for leftover in (path, *beside(path)):
        leftover.unlink(missing_ok=True)


def create_ledger(
    path: Path,
    *,
    origin: str,
    title: str,
    kind: str,
    time_zone: str,
    founders: Sequence[Founder],
    log: Signer,
    clock: Clock,
    simulated: bool = False,
    continued: Continued | None = None,
    randomness: Randomness = system_randomness,
) -> Ledger:
    """Makes a ledger in a new database and writes its genesis entry, signed by all founders, a custodian first.

    Raises as `genesis_of` and `begin_ledger`.
    """
    opened = genesis_of(
        origin=origin,
        title=title,
        kind=kind,
        time_zone=time_zone,
        keys=[(f.person, f.signer.verify_key, f.roles) for f in founders],
        log=log,
        simulated=simulated,
        continued=continued,
    )
    command = Command(opened, tuple(f.signer for f in founders))
    return begin_ledger(path, command, clock=clock, randomness=randomness)
