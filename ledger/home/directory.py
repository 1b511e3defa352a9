"""A directory that holds ledgers, their keys, their views and the checkpoints held: what `--dir` names.

zeren.json          {"layout": 1}
duty.db case.db     the ledgers, whichever there are
duty.at ...         in the place of one: on which server it is (`ledger.store.pointer`)
duty.last ...       of one on a server, the last receipt given to this folder
duty.heads ...      of one on a server, the map of heads as far as it was needed: a cache, believed by nobody
duty.moved ...      where one went that is kept here no longer
access.db           who may read and who read what, where the pages are served
list.db             the published lists of many organs' ledgers, beside ledgers.toml
views.db            rebuilt at any time
keys/<kind>/        key files of that ledger; keys/passphrase in simulated directories only
attachments/<kind>/ files that entries name, by position, under random names
drafts/<kind>/      records that wait for signatures from elsewhere
duty.signed ...     the largest checkpoint that was signed and that was anchored (.cosigned), beside each database
held/               checkpoints of the duty ledger as the discipline side holds them
known/              checkpoints of any ledger here that somebody brought from elsewhere, under any name
continued/          what was restored of the ledgers that those here continue

Long because it is the one class that knows what lies in such a directory.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from ledger.application import Ledger, open_ledger
from ledger.attached import AttachedFiles
from ledger.before import ledgers_before, mark_of
from ledger.clock import Clock
from ledger.errors import BadInput, Contradicted, NoLedger, RolledBack, Unusable, ZerenError
from ledger.frozen import dataclass
from ledger.home.held import Holdings
from ledger.home.known import check_former_heads, contradiction, is_of
from ledger.home.known_heads import KnownHeads, Surroundings
from ledger.home.last_receipt import check_last, keep_last
from ledger.home.moved_mark import check_not_moved
from ledger.home.older_copy import OLDER, check_may_sign, is_older
from ledger.home.rollback import check_not_rolled_back
from ledger.messages import N_
from ledger.store.pointer import is_pointer, place_of
from ledger.writing import replace_private

LAYOUT = 1
KINDS = ("duty", "case", "access", "list")
ASKED = ("duty", "case")
"""The kinds that questions are answered from."""
ACCESS = "access"
READS_LOST = N_("the record of who read what was cut off or is gone")
"""The mark of answers beside an access ledger that is not whole: signals may be missing, the duties stand."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list of ledgers (`path`) says of a directory: its ledgers by kind, and where their views are kept."""

    path: Path
    ledgers: tuple[tuple[str, str, str], ...]
    """(kind, origin, fingerprint)."""
    views: Path


@dataclass(frozen=True, slots=True)
class Home:
    """Paths inside a ledger directory; `given` are files with heads of its ledgers that were named by hand.

    One that stands in a list of ledgers is asked for its duty and case ledgers only: who may read, and who read what,
    is kept beside the list.
    """

    directory: Path
    given: tuple[Path, ...] = ()
    listed: Listed | None = None

    @property
    def manifest(self) -> Path:
        """Tells the layout's version."""
        return self.directory / "zeren.json"

    def database(self, kind: str) -> Path:
        """The database of the ledger of this kind, or the file that says on which server it is."""
        return place_of(self.directory, kind)

    @property
    def views(self) -> Path:
        """The views database: in the directory, or beside the list of ledgers under the organ's fingerprint."""
        return self.directory / "views.db" if self.listed is None else self.listed.views

    def keys(self, kind: str) -> Path:
        """The key files of the ledger of this kind."""
        return self.directory / "keys" / kind

    @property
    def passphrase(self) -> Path:
        """The passphrase file of a simulated directory."""
        return self.directory / "keys" / "passphrase"

    def attachments(self, kind: str) -> Path:
        """The attachments of the ledger of this kind."""
        return self.directory / "attachments" / kind

    def attached(self, kind: str) -> AttachedFiles:
        """The attachments of the ledger of this kind, those that wait with its drafts too."""
        return AttachedFiles(self.attachments(kind), self.drafts(kind))

    def drafts(self, kind: str) -> Path:
        """The drafts of records for the ledger of this kind, which are no part of it."""
        return self.directory / "drafts" / kind

    def founding(self, kind: str) -> Path:
        """There while a ledger of this kind is founded, and where that was cut short."""
        return self.directory / f"{kind}.founding"

    @property
    def held(self) -> Path:
        """The held checkpoints of the duty ledger."""
        return self.directory / "held"

    def create(self) -> None:
        """Makes the directory. Raises BadInput where it holds anything already."""
        part = f"{self.manifest.name}.part"  # of one whose making was killed
        if self.directory.exists() and (
            not self.directory.is_dir() or any(each.name != part for each in self.directory.iterdir())
        ):
            raise BadInput("{} is not empty; name a new directory, or remove it first", self.directory)
        self.mark()

    def mark(self) -> None:
        """Makes the directory one of ours, whatever lies in it. Raises BadInput."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise BadInput("{} cannot be written: {}", self.directory, error.strerror) from None
        replace_private(self.manifest, (json.dumps({"layout": LAYOUT}) + "\n").encode())

    def check(self) -> None:
        """The directory is one of ours, of this version. Raises NoLedger or BadInput."""
        if not self.manifest.is_file():
            raise NoLedger(
                "there is no ledger in {}; name its directory with --dir or ZEREN_DIR, or make one "
                "with: zeren init (a simulated one with: zeren replay FILE --into DIR)",
                self.directory,
            )
        try:
            layout = json.loads(self.manifest.read_text(encoding="utf-8"))["layout"]
        except (ValueError, KeyError, TypeError, OSError):
            raise BadInput("{} cannot be read as a ledger directory's manifest", self.manifest) from None
        if layout != LAYOUT:
            raise BadInput(
                "{} was made by another version of zeren (layout {}, this one has {}); open it with that version",
                self.directory,
                layout,
                LAYOUT,
            )

    @property
    def possible(self) -> tuple[str, ...]:
        """The kinds of ledger that may be here."""
        return KINDS if self.listed is None else ASKED

    def kinds(self) -> list[str]:
        """The kinds of ledger that are here, duty first."""
        return [kind for kind in self.possible if self.database(kind).is_file()]

    def open(self, kind: str, *, clock: Clock | None = None, read_only: bool = True, whole: bool = True) -> Ledger:
        """Opens the ledger of this kind. Raises NoLedger, BadInput or Invalid; `whole` as in `open_ledger`."""
        self.check()
        ledger = open_ledger(self.database(kind), clock=clock, read_only=read_only, whole=whole)
        if not read_only:
            try:
                check_not_moved(self.directory, kind)
                check_last(self.directory, kind, ledger)
                check_may_sign(self.directory, kind, ledger)
                check_not_rolled_back(ledger, self.heads(kind, ledger))
                for stranger in self.strangers():
                    raise stranger
                check_kind(kind, ledger)
            except BaseException:
                ledger.close()
                raise
            if is_pointer(ledger.path):
                ledger.remember = partial(keep_last, self.directory, kind)
            with suppress(OSError, Unusable):  # the attachments are in order or they are not: verification tells
                self.attached(kind).mend(ledger.store)
        return ledger

    def ask(self, kind: str) -> Ledger:
        """Opens the ledger of this kind to answer from it. Raises as `open`, and Contradicted where a head known from
        elsewhere tells that it is not the whole of the ledger that it was."""
        self.check()
        self.check_here(kind)
        ledger = self.open(kind)
        try:
            self._check_heads(kind, ledger)
            check_kind(kind, ledger)
        except BaseException:
            ledger.close()
            raise
        return ledger

    def before(self, ledger: Ledger) -> AbstractContextManager[tuple[Ledger, ...]]:
        """The ledgers that one of these here continues, as far as they are at hand, its own predecessor first.

        Raises Contradicted where what lies there is not what its first entry names."""
        return ledgers_before(ledger)

    # --- heads known from elsewhere ---

    @property
    def elsewhere(self) -> Surroundings:
        """What lies beside the databases and tells of their ledgers."""
        if self.listed is None:
            return Surroundings(self.directory, self.given)
        return Surroundings(self.directory, self.given, self.listed.path, self.listed.ledgers)

    def heads(self, kind: str, ledger: Ledger, *, every: bool = False) -> KnownHeads:
        """What is known of this ledger from elsewhere: of each source the largest head, with `every` each of them.

        What is known of a ledger that it continues is none of its own (`ledger.before`)."""
        found = self.elsewhere.of(kind, ledger, every=every)
        with self.before(ledger) as before:
            own = tuple(each for each in found.known if not any(is_of(each, former) for former in before))
        return KnownHeads(own, found.faults)

    @contextmanager
    def all_open(self) -> Iterator[dict[str, Ledger]]:
        """Every ledger here, opened once for reading, by kind: for a question that looks at each several times.

        Raises as `check_heads` where one is gone, else as `open`.
        """
        for kind in ASKED:
            self.check_here(kind)
        with ExitStack() as stack:
            yield {kind: stack.enter_context(closing(self.open(kind))) for kind in self.kinds()}

    def check_heads(self, opened: Mapping[str, Ledger] | None = None) -> dict[str, tuple[str, ...]]:
        """The ledgers that questions are answered from contain every head known of them; the marks of each, by origin.

        `opened` are they by kind, where they are open already. Raises Contradicted where one does not contain a head,
        is gone, or is another one.
        """
        marks, asked = {}, []
        with ExitStack() as stack:
            for kind in ASKED:
                self.check_here(kind)
                ledger = None if opened is None else opened.get(kind)
                if opened is None and self.database(kind).is_file():
                    ledger = stack.enter_context(closing(self.open(kind)))
                if ledger is not None:
                    marks[ledger.origin] = self._check_heads(kind, ledger)
                    asked.append((kind, ledger))
            for stranger in self.strangers():
                raise stranger
            for kind, ledger in asked:
                check_kind(kind, ledger)
            try:
                self.check_reads(opened)
            except Contradicted:
                marks = {origin: (*said, READS_LOST) for origin, said in marks.items()}
        return marks

    def check_reads(self, opened: Mapping[str, Ledger] | None = None) -> None:
        """The access ledger, where there was one, contains every head known of it. Raises Contradicted where it does
        not, or is gone."""
        if ACCESS not in self.possible:
            return
        self.check_here(ACCESS)
        if opened is not None and ACCESS in opened:
            self._check_heads(ACCESS, opened[ACCESS])
        elif self.database(ACCESS).is_file():
            self.ask(ACCESS).close()

    def strangers(self) -> list[ZerenError]:
        """KnownHeads that somebody brought of ledgers that are not here."""
        return list(self.elsewhere.strangers(self._origins())) if self.elsewhere.brought() else []

    def _origins(self) -> set[str]:
        found = set()
        for kind in self.kinds():
            with closing(self.open(kind)) as ledger, self.before(ledger) as before:
                found |= {each.origin for each in (ledger, *before)}
        return found

    def check_here(self, kind: str) -> None:
        """Raises Contradicted where something tells that there was a ledger of this kind, and it is gone."""
        gone = self.elsewhere.vanished(kind)
        if gone is not None:
            raise gone

    def _check_heads(self, kind: str, ledger: Ledger) -> tuple[str, ...]:
        check_last(self.directory, kind, ledger)
        heads, older = self.heads(kind, ledger), is_older(self.directory, kind, ledger)
        for each in heads.known:
            try:
                contradiction(each, ledger)
            except RolledBack:
                if not older:
                    raise
        with self.before(ledger) as before:
            if before:
                check_former_heads(self.elsewhere.of(kind, ledger).known, before)
            return (*heads.marks, *((OLDER,) if older else ()), *mark_of(ledger, before))

    def holdings(self, duty: Ledger) -> Holdings:
        """The checkpoints of the duty ledger that this directory holds."""
        first, *later = (key for _, key in duty.keys().log_keys)
        with self.before(duty) as before:
            former = tuple(each.origin for each in before)
        return Holdings(self.held, first, duty.opened.leaf_hash, tuple(later), former)


def check_kind(kind: str, ledger: Ledger) -> None:
    """Refuse a ledger of another kind in the place of this one. Raises Contradicted."""
    found = ledger.genesis.kind
    if found != kind:
        raise Contradicted(
            "{} holds a ledger of the kind {}, not {}; find out who put it there and restore the right one",
            ledger.path,
            found,
            kind,
        )
