"""Founding a real ledger: key files, genesis, and nothing left where that fails (FORMAT.md section 8)."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.application import Ledger
from ledger.checks.enrolled import check_roles
from ledger.clock import Clock, Randomness, system_randomness
from ledger.core.entry import MAX_SIGNERS
from ledger.core.keys import Ed25519Signer
from ledger.core.names import LOG, check_origin, check_person_id
from ledger.errors import BadInput, Refused
from ledger.home.directory import Home
from ledger.home.genesis import Founder, create_ledger
from ledger.keys.files import PEM, new_key, save_key, set_label
from ledger.keys.labels import Label

MIN_PASSPHRASE = 8
"""Characters of a passphrase."""


@dataclass(frozen=True, slots=True)
class Charter:
    """What a ledger is founded with. `roles`: by person id, in the order in which genesis names them."""

    kind: str
    origin: str
    title: str
    time_zone: str
    roles: Mapping[str, tuple[str, ...]]

    def check(self) -> None:
        """Raises Malformed, BadInput or Refused, naming what to change."""
        check_origin(self.origin)
        if not self.title.strip():
            raise BadInput("a ledger needs a title; give the organ's name with --title")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise BadInput("{!r} is no time zone; write e.g. Asia/Shanghai", self.time_zone) from None
        for person, roles in self.roles.items():
            check_person_id(person)
            check_roles(roles, self.kind)
        if not any("custodian" in roles for roles in self.roles.values()):
            raise BadInput("a ledger is opened by a custodian; name one with --custodian, better two")
        if len(self.roles) > MAX_SIGNERS:
            raise BadInput(
                "genesis enrols at most {} keys, not {}; enrol the others with: zeren keys enrol",
                MAX_SIGNERS,
                len(self.roles),
            )


def found(
    home: Home, charter: Charter, passphrase: bytes, clock: Clock, randomness: Randomness = system_randomness
) -> Ledger:
    """Makes keys for all whom the charter names and for the log, and the ledger that they open together.

    The directory is made, or holds ledgers of other kinds already. Where anything fails, what was made is removed.
    """
    charter.check()
    if len(passphrase) < MIN_PASSPHRASE:
        raise BadInput("the passphrase has fewer than {} characters; choose a longer one", MIN_PASSPHRASE)
    fresh = not home.manifest.is_file()
    existed = home.directory.exists()
    if fresh:
        home.create()
    else:
        home.check()
    database, keys = home.database(charter.kind), home.keys(charter.kind)
    if database.exists() or keys.exists():
        raise Refused("there is a {} ledger in {} already, or keys of one", charter.kind, home.directory)
    try:
        signers = _make_keys(keys, charter, passphrase, randomness)
        custodians_first = sorted(charter.roles.items(), key=lambda item: "custodian" not in item[1])
        made = create_ledger(
            database,
            origin=charter.origin,
            title=charter.title.strip(),
            kind=charter.kind,
            time_zone=charter.time_zone,
            founders=[Founder(person, signers[person], roles) for person, roles in custodians_first],
            log=signers[LOG],
            clock=clock,
            randomness=randomness,
        )
    except BaseException:
        shutil.rmtree(keys, ignore_errors=True)
        if fresh:
            _undo(home, existed=existed)
        raise
    with suppress(OSError):  # the ledger stands, with its keys; only the fingerprint would be missing on a file
        for person in signers:
            set_label(keys / f"{person}{PEM}", Label(person, charter.origin, made.opened.leaf_hash))
    return made


def _make_keys(
    directory: Path, charter: Charter, passphrase: bytes, randomness: Randomness
) -> dict[str, Ed25519Signer]:
    signers = {}
    for person in (*charter.roles, LOG):
        key = new_key(randomness)
        save_key(directory / f"{person}{PEM}", key, passphrase, Label(person, charter.origin))
        signers[person] = Ed25519Signer(charter.origin if person == LOG else f"{charter.origin}/{person}", key)
    return signers


def _undo(home: Home, *, existed: bool) -> None:
    home.manifest.unlink(missing_ok=True)
    with suppress(OSError):  # what others put there meanwhile stays
        home.keys("any").parent.rmdir()
    if not existed:
        with suppress(OSError):
            home.directory.rmdir()
