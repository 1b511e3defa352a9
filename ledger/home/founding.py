"""Founding a real ledger: key files, genesis, and nothing left where that fails (FORMAT.md section 8)."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.application import Command, Ledger
from ledger.attached import hold
from ledger.before import FOLDER, database_before
from ledger.checks.enrolled import check_roles, person_key
from ledger.clock import Clock, Randomness, system_randomness
from ledger.consents.draft_files import Drafts
from ledger.consents.drafts import Draft, make_draft
from ledger.core.carried import AskedPerson
from ledger.core.entry import MAX_SIGNERS
from ledger.core.names import LOG, check_origin, check_person_id
from ledger.core.signers import Ed25519Signer, Signer
from ledger.errors import BadInput, Refused
from ledger.frozen import dataclass
from ledger.home.directory import Home
from ledger.home.genesis import (
    Continued,
    Founder,
    begin_ledger,
    create_ledger,
    genesis_of,
    part_of,
    remove_database,
)
from ledger.home.joined import meet
from ledger.home.ledger_list import NAME
from ledger.keys.key_files import PEM, new_key, save_key, set_label
from ledger.keys.labels import Label
from ledger.store.pointer import is_pointer, read_pointer
from ledger.writing import write_private

GENESIS = "genesis"
"""The name of its draft."""
MIN_PASSPHRASE = 8
"""Characters of a passphrase."""


@dataclass(frozen=True, slots=True)
class Charter:
    """What a ledger is founded with. `roles`: by person id, in the order in which genesis names them.

    `elsewhere`: the verifier keys of those who made theirs on a computer of their own, and will consent.
    """

    kind: str
    origin: str
    title: str
    time_zone: str
    roles: Mapping[str, tuple[str, ...]]
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    continued: Continued | None = None
    """The lost ledger that it follows."""

    @property
    def here(self) -> list[str]:
        """Whose keys are made here, the custodians first."""
        persons = [person for person in self.roles if person not in self.elsewhere]
        return sorted(persons, key=lambda person: "custodian" not in self.roles[person])

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
        if not any("custodian" in self.roles[person] for person in self.here):
            raise BadInput("a ledger is opened by a custodian; name one with --custodian, better two")
        for person, vkey in self.elsewhere.items():
            person_key(vkey, self.origin, person)
        if len(self.here) > MAX_SIGNERS:
            raise BadInput(
                "genesis enrols at most {} keys, not {}; enrol the others with: zeren keys enrol",
                MAX_SIGNERS,
                len(self.here),
            )


def found(
    home: Home,
    charter: Charter,
    passphrase: bytes,
    clock: Clock,
    randomness: Randomness = system_randomness,
    *,
    first: Callable[[], None] = lambda: None,
) -> Ledger:
    """Makes keys for all whom the charter names and for the log, and the ledger that they open together.

    The directory is made, or holds ledgers of other kinds already. Where anything fails, what was made is removed.
    `first` puts there what has to be at hand before the ledger is.
    """
    with _begun(home, charter, passphrase, randomness) as signers:
        first()
        made = create_ledger(
            home.database(charter.kind),
            origin=charter.origin,
            title=charter.title.strip(),
            kind=charter.kind,
            time_zone=charter.time_zone,
            founders=[Founder(person, signers[person], charter.roles[person]) for person in charter.here],
            log=signers[LOG],
            continued=charter.continued,
            clock=clock,
            randomness=randomness,
        )
    meet(home.directory, charter.kind)
    _label(home, charter.kind, signers, made)
    return made


def draft_founding(
    home: Home,
    charter: Charter,
    passphrase: bytes,
    made_at: datetime,
    not_after: datetime | None = None,
    randomness: Randomness = system_randomness,
    *,
    first: Callable[[], None] = lambda: None,
) -> Draft:
    """Makes the keys of those who are here and of the log, and parks the genesis until the others have consented.

    Nothing is founded yet; `finish_founding` does it. Where anything fails, what was made is removed; `first` as in
    `found`.
    """
    with _begun(home, charter, passphrase, randomness) as signers:
        first()
        keys = {person: signers[person].verify_key for person in charter.here}
        keys |= {person: person_key(vkey, charter.origin, person) for person, vkey in charter.elsewhere.items()}
        order = sorted(charter.roles.items(), key=lambda item: "custodian" not in item[1])
        author, *others = charter.here
        draft = make_draft(
            genesis_of(
                origin=charter.origin,
                title=charter.title.strip(),
                kind=charter.kind,
                time_zone=charter.time_zone,
                keys=[(person, keys[person], roles) for person, roles in order],
                log=signers[LOG],
                continued=charter.continued,
            ),
            author,
            [
                AskedPerson(person, "custodian" if "custodian" in charter.roles[person] else "holder")
                for person in charter.elsewhere
            ],
            origin=charter.origin,
            fingerprint=b"",
            after=None,
            made_at=made_at,
            not_after=not_after,
            signers=others,
            name=GENESIS,
            randomness=randomness,
        )
        Drafts(home.drafts(charter.kind)).save(draft)
    return draft


def finish_founding(home: Home, kind: str, genesis: Command, clock: Clock) -> Ledger:
    """Founds the ledger by a drafted genesis, its signers' keys and the consents to it."""
    home.check()
    made = begin_ledger(home.database(kind), genesis, clock=clock)
    meet(home.directory, kind)
    _label(home, kind, [signer.verify_key.name.rpartition("/")[2] for signer in genesis.signers] + [LOG], made)
    return made


@contextmanager
def _begun(home: Home, charter: Charter, passphrase: bytes, randomness: Randomness) -> Iterator[dict[str, Signer]]:
    """The directory with the keys of those who are here; removed again where what follows fails."""
    charter.check()
    if len(passphrase) < MIN_PASSPHRASE:
        raise BadInput("the passphrase has fewer than {} characters; choose a longer one", MIN_PASSPHRASE)
    fresh = not home.manifest.is_file()
    existed = home.directory.exists()
    if fresh and (home.directory / NAME).is_file():
        home.mark()  # a list of ledgers, whose own directory it is
    elif fresh:
        home.create()
    else:
        home.check()
    try:
        with beginning(home, charter.kind) as keys:
            yield _make_keys(keys, charter, passphrase, randomness)
    except BaseException:
        if fresh:
            _undo(home, existed=existed)
        raise


@contextmanager
def beginning(home: Home, kind: str) -> Iterator[Path]:
    """Where the keys of a ledger that is founded in this block are put; they are removed again where the block fails.

    What an earlier founding left that was killed, and of which nobody was told anything, is removed first: it is begun
    anew. Raises Refused where there is a ledger of this kind, or keys that no founding left.
    """
    mark, keys = home.founding(kind), home.keys(kind)
    held = hold(home.directory)
    try:
        if mark.exists():
            _clear(home, kind)
        if _there(home.database(kind)) or keys.exists():
            raise Refused("there is a {} ledger in {} already, or keys of one", kind, home.directory)
        write_private(mark, b"")
        try:
            yield keys
        except BaseException:
            _remove(home, kind)
            raise
        finally:
            mark.unlink(missing_ok=True)
    finally:
        os.close(held)


def _clear(home: Home, kind: str) -> None:
    """Removes what a founding left that was cut short; one that came to its end, or to a draft, only lost its mark."""
    if not _there(home.database(kind)) and GENESIS not in Drafts(home.drafts(kind)).names():
        remove_database(part_of(home.database(kind)))
        _remove(home, kind)
    home.founding(kind).unlink()


def _remove(home: Home, kind: str) -> None:
    """Removes keys of a ledger that is not founded, and what was put there of those that it was to follow."""
    shutil.rmtree(home.keys(kind), ignore_errors=True)
    former = database_before(home.directory, kind)
    while former.is_file():
        remove_database(former)
        former = database_before(former.parent, kind)
    for folder in sorted(home.directory.glob(f"{FOLDER}/**/"), reverse=True):
        with suppress(OSError):  # others lie there
            folder.rmdir()


def _there(place: Path) -> bool:
    """Whether a ledger is at a place; on a server a place may be named before there is one."""
    return place.exists() and not (is_pointer(place) and not read_pointer(place).fingerprint)


def _label(home: Home, kind: str, persons: Iterable[str], made: Ledger) -> None:
    """Writes the fingerprint on the key files; the ledger stands without that, too."""
    origin, fingerprint = made.origin, made.opened.leaf_hash
    with suppress(OSError):
        for person in persons:
            set_label(home.keys(kind) / f"{person}{PEM}", Label(person, origin, fingerprint))


def _make_keys(directory: Path, charter: Charter, passphrase: bytes, randomness: Randomness) -> dict[str, Signer]:
    signers: dict[str, Signer] = {}
    for person in (*(person for person in charter.roles if person not in charter.elsewhere), LOG):
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
