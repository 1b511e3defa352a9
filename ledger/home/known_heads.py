"""Heads of a directory's ledgers that are known from elsewhere: the one door through which verification, writing and
every question learn of them (FORMAT.md sections 6 and 10).

Whoever owns a database can cut its end off, or put another ledger in its place, without a fault inside. What lies
outside tells: the checkpoints that the directory holds (`held/`), those that somebody brought (`known/`, or a file that
is named), what was signed or anchored before (files beside the database), and what a case ledger has pinned. Each head
has a name that says from where it is known. A file that should tell of a head and does not is named too.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

from ledger.application import Ledger, open_ledger
from ledger.core.body import parse_body
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.entry import parse_entry
from ledger.core.note import parse_note
from ledger.errors import BadInput, Busy, Contradicted, Incomplete, Invalid, Unusable, ZerenError
from ledger.events.case_parts import Pin
from ledger.events.case_work import CaseOpened, LeadReceived
from ledger.frozen import dataclass
from ledger.home.held import ENDING, held_since
from ledger.home.known import KnownHead
from ledger.messages import N_
from ledger.remembered import COSIGNED, SIGNED
from ledger.store.mapper import recorded
from ledger.store.named_reads import ALL
from ledger.store.pointer import place_of

PUBLISHED = "list.db"
"""The database of the published lists, beside `ledgers.toml`."""
UNKNOWN = N_("no head known from elsewhere")
"""The mark of a ledger that could be cut without anybody's notice."""
UNREADABLE = N_("a head known from elsewhere cannot be read")
"""The mark of a ledger beside which a file that should tell of a head is damaged."""
RECENT = 16
"""Pins that a question looks at, the latest ones; verification looks at each."""
_LIST_FILES = (".db", ".db-wal", ".db-shm")
"""How the files of a list's copy end, in `known/`."""
_BESIDE = [f"{kind}.{ending}" for kind in ("duty", "case") for ending in (SIGNED, COSIGNED)]
"""Beside a ledger's database: what was signed or anchored of it before."""
_PINNING = (CaseOpened.TYPE, LeadReceived.TYPE)


@dataclass(frozen=True, slots=True)
class KnownHeads:
    """The heads of one ledger that are known from elsewhere, and the files that should tell of one and do not.

    Of the faults, those that are `Incomplete` tell of files that are none of ours.
    """

    known: tuple[KnownHead, ...] = ()
    faults: tuple[ZerenError, ...] = ()

    @property
    def marks(self) -> tuple[str, ...]:
        """What an answer says of the ledger, beside its size and root."""
        damaged = any(not isinstance(fault, Incomplete) for fault in self.faults)
        return (UNKNOWN,) * all(each.listed for each in self.known) + (UNREADABLE,) * damaged


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies in a directory beside its databases and tells of their ledgers; `given` are files named by hand."""

    directory: Path
    given: tuple[Path, ...] = ()
    list_file: Path | None = None
    listed: tuple[tuple[str, str, str], ...] = ()
    """(kind, origin, fingerprint) of the directory's ledgers, as that list names them."""

    @property
    def published(self) -> Path | None:
        """The database of the lists that are published beside the list of ledgers, where there is one."""
        path = None if self.list_file is None else self.list_file.with_name(PUBLISHED)
        return path if path is not None and path.is_file() else None

    def of(self, kind: str, ledger: Ledger, *, every: bool = False) -> KnownHeads:
        """What is known of the ledger of this kind: of each source the largest head, with `every` each of them.

        Read before the ledger's size is, a head is never ahead of it for being newer.
        """
        known: list[KnownHead] = []
        faults: list[ZerenError] = []
        sources = [self._listed(kind, ledger), self._beside(kind), self._brought(ledger.origin)]
        if kind == "duty":
            sources += [self._held(every=every), self._pinned(every=every), self._published(ledger.origin)]
        for source in sources:
            for each in source:
                if isinstance(each, KnownHead):
                    known.append(each)
                else:
                    faults.append(each)
        return KnownHeads(tuple(known), tuple(faults))

    def vanished(self, kind: str) -> Contradicted | None:
        """What tells that there was a ledger of this kind, though its database is not here; None where nothing does."""
        database = place_of(self.directory, kind)
        if database.is_file():
            return None
        traces = [self.directory / f"{kind}.{ending}" for ending in (SIGNED, COSIGNED)]
        if kind == "duty":
            traces += sorted((self.directory / "held").glob(f"*{ENDING}"))[-1:]
        if kind == "access":
            traces.append(self.directory / "keys" / kind / "session-key")
        if self.list_file is not None and any(each[0] == kind for each in self.listed):
            traces.append(self.list_file)
        for trace in traces:
            if trace.exists():
                return Contradicted("{} is gone, but {} tells that it was here; restore it", database, trace)
        return None

    def strangers(self, origins: Collection[str]) -> Iterator[ZerenError]:
        """Heads that somebody brought and that are of none of the ledgers here: one was taken away or replaced."""
        for path in self.brought():
            found = _read(path, Incomplete("the checkpoint in {}", path))
            if isinstance(found, KnownHead) and found.checkpoint is not None and found.checkpoint.origin not in origins:
                yield Contradicted(
                    "{} is a checkpoint of {}, which is none of the ledgers here; find out whether one was taken away "
                    "or replaced, else remove the file",
                    path,
                    found.checkpoint.origin,
                )

    def stands(self) -> tuple[int, ...]:
        """Equal while no file that tells of a head was added, taken away or put in another's place."""
        found = []
        folder = os.fspath(self.directory)
        paths: list[str | Path] = [f"{folder}/held", f"{folder}/known", *(f"{folder}/{name}" for name in _BESIDE)]
        for path in self._lists():
            paths += [str(path), f"{path}-wal"]
        if self.list_file is not None:
            paths += [self.list_file.with_name(f"list.{ending}") for ending in (SIGNED, COSIGNED)]
        for each in (*paths, *self.given):
            try:
                stood = os.stat(each)  # noqa: PTH116 - asked at every request
            except OSError:
                found.append(0)
            else:
                found += [stood.st_ino, stood.st_mtime_ns, stood.st_size]
        return tuple(found)

    # --- sources ---

    def _listed(self, kind: str, ledger: Ledger) -> Iterator[KnownHead | ZerenError]:
        for of_kind, origin, fingerprint in self.listed:
            if of_kind == kind:
                if fingerprint == ledger.fingerprint and origin != ledger.origin:
                    raise BadInput("{} calls the ledger {} {}; correct the list", self.list_file, ledger.origin, origin)
                said = Incomplete("the list of ledgers {} ({})", self.list_file, origin)
                yield KnownHead(None, said, None, fingerprint, listed=True)

    def _published(self, origin: str) -> Iterator[KnownHead | ZerenError]:
        beside: tuple[KnownHead | ZerenError, ...] = ()
        if self.list_file is not None:  # the registry's own list has heads like any other ledger
            registry = Surroundings(self.list_file.parent)
            if (gone := registry.vanished("list")) is not None:
                yield gone
            beside = tuple(registry._beside("list"))
        for path in self._lists():
            from ledger.home.listed_heads import heads_in  # few directories have lists, and each question asks

            yield from heads_in(path, origin, beside if path == self.published else ())

    def _lists(self) -> list[Path]:
        """The published lists that tell of a duty ledger: the registry's own, and copies that somebody brought."""
        known = f"{os.fspath(self.directory)}/known"
        copies = sorted(Path(known).glob("*.db")) if os.path.isdir(known) else []  # noqa: PTH112 - asked at every request
        return [*((self.published,) if self.published is not None else ()), *copies]

    def _beside(self, kind: str) -> Iterator[KnownHead | ZerenError]:
        signed, cosigned = (self.directory / f"{kind}.{ending}" for ending in (SIGNED, COSIGNED))
        if signed.exists():
            yield _read(signed, Incomplete("the checkpoint signed here before (kept in {})", signed))
        if cosigned.exists():
            yield _read(cosigned, Incomplete("the checkpoint that was anchored before (kept in {})", cosigned))

    def brought(self) -> list[Path]:
        """The checkpoints that somebody brought; copies of published lists lie beside them."""
        folder = self.directory / "known"
        here = sorted(folder.iterdir()) if folder.is_dir() else []
        return [*(path for path in here if not path.name.endswith(_LIST_FILES)), *self.given]

    def _brought(self, origin: str) -> Iterator[KnownHead | ZerenError]:
        for path in self.brought():
            found = _read(path, Incomplete("the checkpoint in {}", path))
            if not isinstance(found, KnownHead) or (found.checkpoint is not None and found.checkpoint.origin == origin):
                yield found

    def _held(self, *, every: bool) -> Iterator[KnownHead | ZerenError]:
        """Read as they stand: a copy that is too old may not know the log key that signed them."""
        folder = self.directory / "held"
        for name in sorted(os.listdir(folder) if folder.is_dir() else (), reverse=True):  # noqa: PTH208 - names, of which one is read
            path = folder / name
            if path.suffix != ENDING:
                if every:
                    yield Incomplete(
                        "{} is none of the checkpoints held; find out who put it there, or remove it", path
                    )
                continue
            try:
                said = Incomplete("the checkpoint held since {}", str(held_since(path)))
            except ValueError:
                yield BadInput("{} is not named as a checkpoint held is: by moment and size", path)
                continue
            found = _read(path, said)
            yield found
            if isinstance(found, KnownHead) and not every:
                return

    def _pinned(self, *, every: bool) -> Iterator[KnownHead | ZerenError]:
        """The pins of the case ledger beside: a pin is made of the ledger in its own directory, never of another."""
        database = place_of(self.directory, "case")
        if not database.is_file():
            return
        try:
            with closing(open_ledger(database, read_only=True)) as case:
                for note, body in case.store.last_of_types(_PINNING, ALL if every else RECENT):
                    event = recorded(parse_entry(note), parse_body(body))
                    if isinstance(event.payload, CaseOpened | LeadReceived) and event.payload.pin is not None:
                        yield _pin(event.payload.pin, event.ref, database)
        except (Unusable, Busy):  # of the machine, and over when it is mended: no fault of the pins
            raise
        except ZerenError as error:
            yield Invalid("the pins of {} cannot be read: {}", database, error)


def _pin(pin: Pin, ref: str | None, database: Path) -> KnownHead | ZerenError:
    if pin.checkpoint is None:
        return KnownHead(
            None, Incomplete("the fingerprint pinned by entry {} of {}", ref, database), None, pin.fingerprint
        )
    source = Incomplete("the checkpoint pinned by entry {} of {}", ref, database)
    return _parse(pin.checkpoint.encode(), source, pin.fingerprint) or Invalid("{} holds no checkpoint", source)


def _read(path: Path, source: Incomplete) -> KnownHead | ZerenError:
    try:
        note = path.read_bytes()
    except OSError as error:
        return BadInput("{} cannot be read: {}", path, error.strerror)
    known = _parse(note, source)
    return known or BadInput("{} is no checkpoint; find out who changed it, then remove it", path)


def _parse(note: bytes, source: Incomplete, fingerprint: str = "") -> KnownHead | None:
    try:
        return KnownHead(parse_checkpoint(parse_note(note).text), source, note, fingerprint)
    except Invalid:
        return None
