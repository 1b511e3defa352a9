"""Going on after a loss: what was restored of a ledger, and the link from its successor back to it.

A successor is a ledger of its own under a new origin. Its genesis names what was restored (`continues`: fingerprint,
size, root) and the newest head that is known of what was lost (`lost`: size, root): its signers' claim, from which no
trust passes (FORMAT.md section 8). What was restored is kept beside it, `continued/<kind>.db`, and verification
compares it with the claim, entry by entry.
"""

from contextlib import closing

from ledger.application import Ledger, open_ledger
from ledger.before import database_before
from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.encoding import b64encode
from ledger.core.merkle import Frontier, leaf_hash
from ledger.errors import BadInput, Incomplete, Invalid, Refused, ZerenError
from ledger.events.fields import Json
from ledger.home.directory import Home
from ledger.home.genesis import Continued
from ledger.home.known import check_former_heads
from ledger.messages import N_
from ledger.store.opening import copy_place
from ledger.verify import LedgerReport, verify_ledger

CONTINUES = N_("continues a lost ledger")
PAGE = 1000


def what_is_left(home: Home, kind: str) -> Continued:
    """What was restored of a ledger and the newest head known of it, for the genesis of its successor.

    Raises Invalid where what was restored does not verify by itself; Refused where no known head is beyond it: then
    nothing is known to be lost, and that ledger goes on.
    """
    with closing(home.open(kind)) as ledger:
        report = verify_ledger(ledger)
        if report.verdict == "invalid":
            raise Invalid("what was restored in {} does not verify: {}", home.directory, report.findings[0].what)
        beyond = [each for each in _heads(home, kind, ledger) if each.size > report.size]
        if not beyond:
            raise Refused(
                "no head is known beyond the {} entries of {}: nothing is lost that anybody can tell; go on in it",
                report.size,
                ledger.path,
            )
        lost = max(beyond, key=lambda each: each.size)
        return Continued(
            ledger.origin, [report.fingerprint, report.size, b64encode(report.root)], [lost.size, b64encode(lost.root)]
        )


def _heads(home: Home, kind: str, ledger: Ledger) -> list[Checkpoint]:
    """The heads known of the ledger that its own log key signed."""
    keys = ledger.keys().every_log_key()
    return [
        open_checkpoint(each.note, keys).checkpoint
        for each in home.heads(kind, ledger, every=True).known
        if each.note is not None and each.checkpoint is not None and each.checkpoint.origin == ledger.origin
    ]


def keep_continued(home: Home, kind: str, before: Home) -> None:
    """Copies what was restored beside its successor, and with it what that one continued."""
    source, target = before.database(kind), database_before(home.directory, kind)
    while source.is_file():
        target.parent.mkdir(mode=0o700, exist_ok=True)
        copy_place(source, target)
        source, target = database_before(source.parent, kind), database_before(target.parent, kind)


def check_link(home: Home, kind: str, ledger: Ledger, report: LedgerReport) -> None:
    """What a successor's genesis says of the ledger before it, against what is kept of that one."""
    try:
        continues, lost = ledger.genesis.continues, ledger.genesis.lost
        if continues is None or lost is None:
            return
        report.marks[CONTINUES] += 1
        database = database_before(home.directory, kind)
        if not database.is_file():
            report.not_checked.append(Incomplete("the ledger before this one: {} is not here", database))
            return
        with closing(open_ledger(database, read_only=True)) as before:
            _check_continued(before, continues, ledger.origin)
        with home.before(ledger) as former:
            check_former_heads(home.elsewhere.of(kind, ledger, every=True).known, former)
            for each in former:
                _check_references(ledger, each, report)
    except ZerenError as error:
        report.add(Invalid("the link to the ledger before this one: {}", error), 0)


def _check_references(ledger: Ledger, before: Ledger, report: LedgerReport) -> None:
    """Whoever refers to an entry kept of the ledger before this one names it by its own leaf hash."""
    start, size = 0, before.size()
    while events := ledger.page(start, limit=PAGE):
        for event in events:
            for cited in event.payload.cited():
                known = cited.fingerprint == before.fingerprint and cited.position < size
                if known and before.at(cited.position).leaf_hash != cited.leaf_hash:
                    said = Invalid("the entry refers to #{} of {} by another leaf hash", cited.position, before.origin)
                    report.add(said, event.position)
        start = events[-1].position + 1


def _check_continued(before: Ledger, continues: Json, origin: str) -> None:
    size, frontier = before.size(), Frontier()
    for start in range(0, size, PAGE):
        for data in before.entries(start, min(PAGE, size - start)):
            frontier.append(leaf_hash(data))
    if [before.fingerprint, size, b64encode(frontier.root())] != continues:
        raise Invalid("{} is not what the first entry names: fingerprint, size or root differ", before.path)
    if before.origin == origin:
        raise BadInput("a successor has an origin of its own")
