"""The access ledger: who may read and who read what, a chain of its own (FORMAT.md section 10).

It is the one ledger that the serving process writes: each read by the service key, whose passphrase lies beside it,
for nobody is there to type it. Tokens are granted and revoked by the custodian, whose passphrase is asked for.
"""

import unicodedata
from contextlib import closing
from pathlib import Path
from threading import Lock, Timer

from ledger.access.tokens import TokenBook
from ledger.application import FOLD_AFTER, Command, Ledger, Receipt
from ledger.clock import SystemClock, system_randomness
from ledger.core.signers import Ed25519Signer, Signer
from ledger.errors import BadInput, Incomplete, NoLedger, Unusable
from ledger.events.access import ReadMade, TokenGranted, TokenRevoked
from ledger.frozen import dataclass
from ledger.home.directory import Home
from ledger.home.founding import beginning
from ledger.home.genesis import Founder, create_ledger
from ledger.keys.key_files import Keyring, new_key, read_passphrase, save_key
from ledger.writing import write_private

KIND = "access"
CUSTODIAN, SERVICE = "access-custodian", "access-service"
TOPICS = (TokenGranted.TYPE, TokenRevoked.TYPE)
PAGE = 1000


def service_passphrase(home: Home) -> bytes:
    """The passphrase of the unattended key. Raises BadInput where its file cannot be read."""
    return read_passphrase(home.keys(KIND) / "service-passphrase")


def session_key(home: Home) -> bytes:
    """The secret that page sessions are signed with, the same for every process of this directory."""
    try:
        return (home.keys(KIND) / "session-key").read_bytes()
    except OSError as error:
        raise BadInput("{} cannot be read: {}", home.keys(KIND) / "session-key", error.strerror) from None


def create_access_ledger(home: Home, passphrase: bytes, of: Home | None = None) -> None:
    """Makes the access ledger of a directory beside its other ledgers, with its keys.

    `passphrase` protects the custodian's and the log key. With a list of ledgers `of` is the first organ in it, by
    which the access ledger of all is named. Raises NoLedger where there is no ledger to be read, Contradicted where an
    access ledger was here and is gone. Nothing is left where it fails.
    """
    home.check_here(KIND)
    others = [kind for kind in (of or home).kinds() if kind != KIND]
    if not others:
        raise NoLedger("there is no ledger in {}; make one with: zeren init", (of or home).directory)
    with closing((of or home).open(others[-1])) as read:
        genesis = read.genesis
    if not home.manifest.is_file():
        home.mark()  # a list that was written by hand
    origin = f"{genesis.origin}/{'access' if of is None else 'list/access'}"
    with beginning(home, KIND) as directory:
        unattended = system_randomness(16).hex().encode()
        signers = {}
        for person, secret in ((CUSTODIAN, passphrase), (SERVICE, unattended), ("log", passphrase)):
            key = new_key()
            save_key(directory / f"{person}.pem", key, secret)
            signers[person] = Ed25519Signer(origin if person == "log" else f"{origin}/{person}", key)
        write_private(directory / "service-passphrase", unattended + b"\n")
        write_private(directory / "session-key", system_randomness(32))
        create_ledger(
            home.database(KIND),
            origin=origin,
            title=f"{genesis.title} (access)",
            kind=KIND,
            time_zone=genesis.time_zone,
            founders=[
                Founder(CUSTODIAN, signers[CUSTODIAN], ("custodian",)),
                Founder(SERVICE, signers[SERVICE], ("service",)),
            ],
            log=signers["log"],
            clock=SystemClock(),
            simulated=genesis.clock == "simulated",
        ).close()


@dataclass(slots=True)
class AccessLog:
    """The access ledger of a directory, open for writing; safe for several threads. Close it."""

    ledger: Ledger
    service: Signer
    _book: TokenBook
    _lock: Lock
    _file: tuple[int, int] | None
    _folding: Timer | None = None

    @classmethod
    def open(cls, home: Home) -> "AccessLog":
        """Raises NoLedger or BadInput."""
        # Nobody could confirm a jump of the clock after an idle month, and a read that is not recorded is not given.
        ledger = home.open(KIND, clock=SystemClock(allow_jump=True), read_only=False)
        try:
            keys = Keyring(home.keys(KIND), ledger.origin, service_passphrase(home))
            return cls(ledger, keys.signer(SERVICE), TokenBook(), Lock(), _file(ledger.path))
        except BaseException:
            ledger.close()
            raise

    def append(self, read: ReadMade) -> Receipt:
        """Records a read, durably. Raises Busy, Conflict or Incomplete, and then the answer is not to be given."""
        with self._lock:
            try:
                made = self.ledger.record(Command(read, (self.service,)))[0]
            except Unusable as error:  # a full disk, for one
                raise Incomplete("the reading cannot be recorded, so it is not answered: {}", error) from error
            self._check()
            self._fold_later()
            return made

    def _fold_later(self) -> None:
        """A server that then has nothing to do leaves no read in the write-ahead log alone (`Ledger.fold`)."""
        if self._folding is None or not self._folding.is_alive():
            self._folding = Timer(FOLD_AFTER, self._fold)
            self._folding.daemon = True
            self._folding.start()

    def _fold(self) -> None:
        with self._lock:
            self.ledger.fold()

    def tokens(self) -> TokenBook:
        """The tokens as they stand now. Raises Incomplete where the ledger was removed or replaced."""
        with self._lock:
            self._check()
            return update_book(self._book, self.ledger)

    def _check(self) -> None:
        # A file that was moved away is still written to and read, yet nobody would find in it what it says.
        if _file(self.ledger.path) != self._file:
            raise Incomplete("{} was removed or replaced; start the server again", self.ledger.path.name)

    def close(self) -> None:
        """Closes the ledger."""
        with self._lock:
            if self._folding is not None:
                self._folding.cancel()
            self.ledger.close()


def _file(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def update_book(book: TokenBook, ledger: Ledger) -> TokenBook:
    """The book with what was granted and revoked since; reads are passed over by type."""
    size = ledger.size()
    while book.size < size:
        events = ledger.page(book.size, size, PAGE, TOPICS)
        book.apply(events)
        book.size = events[-1].position + 1 if len(events) == PAGE else size
    return book


def token_book(home: Home) -> TokenBook:
    """The tokens of a directory, none where it never had an access ledger. Raises Contradicted where it is gone, or was
    cut below a head known from elsewhere: a token that was revoked would be in force again."""
    home.check_here(KIND)
    if KIND not in home.kinds():
        return TokenBook()
    with closing(home.ask(KIND)) as ledger:
        return update_book(TokenBook(), ledger)


ACROSS = "*"
"""Stands for the organ of a question that was asked across every organ that its token sees."""


def question_on_record(question: str, organ: str | None) -> str:
    """How a read names its question: alone, or with the fingerprint of the organ where a list has several."""
    return question if organ is None else f"{question}@{organ}"


def question_read(text: str) -> tuple[str, str | None]:
    """(question, fingerprint of the organ, ACROSS or None) of a read on record."""
    question, _, organ = text.partition("@")
    return question, organ or None


def clean_text(text: str) -> str:
    """A reader's words as an entry can hold them."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())[:200]
