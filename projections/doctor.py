"""What whoever runs a ledger has to look after, line by line: well, or what to do.

Nothing is changed, nothing that is asked takes long, and no line rests on a ledger's word alone where something from
outside can be asked. A line that cannot be found out says why.
"""

import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ledger.access.log import token_book
from ledger.anchors.book import anchor_book
from ledger.application import Ledger
from ledger.backup.make import last_backup
from ledger.clock import now
from ledger.errors import Damaged, Incomplete, ZerenError
from ledger.home.directory import Home
from ledger.home.known import contradiction
from ledger.home.known_heads import UNKNOWN
from ledger.keys.key_files import PEM, custodians_together, weak_files
from ledger.messages import N_
from ledger.store.faults import FAULTS, explain
from ledger.store.opening import condition_of
from projections.installation import NAMED, Examined, extras, fonts, ill, well
from projections.views.catch_up import open_read_only

SLACK = timedelta(minutes=5)
"""How far the machine's clock may stand behind a moment that has passed."""
ROOM = 256 << 20
"""Bytes that should be free, beside room for the ledgers once more."""
BACKUP_DAYS, TOKEN_DAYS = 7, 14
LOCKED = 0o077
"""Rights of others that none of the files may have."""


def examine(home: Home) -> list[Examined]:
    """Every line, in a fixed order. Raises NoLedger or BadInput where there is no directory of ours."""
    home.check()
    ledgers = home.kinds()
    looks: list[tuple[str, Callable[[], Iterator[Examined]]]] = [
        *((kind, lambda kind=kind: _ledger(home, kind)) for kind in ledgers),
        (N_("attachments"), lambda: _attachments(home)),
        (N_("views"), lambda: _views(home)),
        (N_("permissions"), lambda: _permissions(home)),
        (N_("disk"), lambda: _disk(home)),
        (N_("backup"), lambda: _backup(home)),
        (N_("keys"), lambda: _keys(home)),
        (N_("tokens"), lambda: _tokens(home)),
        (N_("fonts"), fonts),
        (N_("extras"), extras),
    ]
    lines: list[Examined] = []
    for subject, look in looks:
        try:
            lines += look()
        except (ZerenError, *FAULTS) as error:
            lines.append(ill(subject, explain(error) or Incomplete("it cannot be found out: {}", error)))
    return lines


def _ledger(home: Home, kind: str) -> Iterator[Examined]:
    yield _file(home, kind)
    with closing(home.open(kind)) as ledger:
        yield _clock(ledger, kind)
        yield from _head(home, ledger, kind)


def _file(home: Home, kind: str) -> Examined:
    """The database's mode, and what SQLite finds without comparing every index."""
    path = home.database(kind)
    found = condition_of(path)
    if found.damage is not None:
        return ill(kind, Damaged("{} is damaged: {}; zeren verify says what is left of it", path, found.damage))
    if found.mode not in {"wal", "server"}:
        return ill(kind, Incomplete("{} has no write-ahead log (mode {}); the next entry makes one", path, found.mode))
    return well(kind, Incomplete("the database holds together (zeren verify checks every byte)"))


def _clock(ledger: Ledger, kind: str) -> Examined:
    """The machine's clock against what has passed for certain: the newest anchor, else the last entry."""
    size, here = ledger.size(), now()
    if ledger.genesis.clock == "simulated":
        return well(kind, Incomplete("simulated: its time is not the machine's"))
    proved = anchor_book(ledger).not_before(size)
    floor = max(filter(None, [proved, ledger.at(size - 1).recorded_at]))
    if floor - here > SLACK:
        return ill(
            kind,
            Incomplete(
                "the machine's clock says {} UTC, but {} has passed; set the clock right before anything is recorded",
                _moment(here),
                _moment(floor),
            ),
        )
    if proved is None:
        return well(kind, Incomplete("the clock is not behind the last entry; no anchor bounds it"))
    return well(kind, Incomplete("the clock is not behind the newest anchor ({} UTC)", _moment(proved)))


def _head(home: Home, ledger: Ledger, kind: str) -> Iterator[Examined]:
    heads = home.heads(kind, ledger)
    try:
        for each in heads.known:
            contradiction(each, ledger)
    except ZerenError as error:
        yield ill(kind, error)
        return
    for fault in heads.faults:
        yield ill(kind, fault)
    newest = max((each.checkpoint.size for each in heads.known if each.checkpoint is not None), default=None)
    if UNKNOWN in heads.marks or newest is None:
        yield ill(
            kind,
            Incomplete(
                "no head known from elsewhere: its end could be cut unseen; sign one with zeren checkpoint and give it "
                "to somebody else"
            ),
        )
    else:
        yield well(kind, Incomplete("the newest head known from elsewhere has {} of {} entries", newest, ledger.size()))


def _views(home: Home) -> Iterator[Examined]:
    with closing(open_read_only(home)) as views:
        for kind in home.kinds():
            with closing(home.open(kind)) as ledger:
                there, size = views.position(ledger.origin), ledger.size()
            if there == size:
                yield well("views", Incomplete("{}: all {} entries", kind, size))
            else:
                yield ill(
                    "views",
                    Incomplete(
                        "{}: {} of {} entries; the next question, or zeren views follow, reads the rest",
                        kind,
                        there,
                        size,
                    ),
                )


def _attachments(home: Home) -> Iterator[Examined]:
    """Whether each has its files, by their sizes; verification reads them."""
    for kind in home.kinds():
        with closing(home.open(kind)) as ledger:
            files, store = home.attached(kind), ledger.store
            lacking, strays = files.lacking(store), list(files.strays(ledger.size()))
            pending = [position for position in store.erased() if files.held_erased(store, position)]
        if lacking:
            last = lacking[0]
            yield ill("attachments", Incomplete("{}: {} entries lack files, the last is #{}", kind, len(lacking), last))
        if pending:
            yield ill("attachments", Incomplete("{}: files of entry #{} are erased and still held", kind, pending[0]))
        if strays:
            yield ill("attachments", Incomplete("{} belongs to no entry; find out who put it there", strays[0]))
        if not lacking + pending + strays:
            yield well("attachments", Incomplete("{}: {} entries have all files named", kind, len(files.positions())))


def _permissions(home: Home) -> Iterator[Examined]:
    loose = []
    for path in (home.directory, *sorted(home.directory.rglob("*"))):
        if path.is_symlink() or not stat.S_IMODE(path.lstat().st_mode) & LOCKED:
            continue
        if path == home.manifest:
            continue  # it says the layout's number, nothing else
        loose.append(path)
    if not loose:
        yield well("permissions", Incomplete("nobody else reads the directory"))
        return
    shown = ", ".join(str(path) for path in loose[:NAMED])
    yield ill(
        "permissions",
        Incomplete("others may read or write {} files: {}; run chmod -R go= on the directory", len(loose), shown),
    )


def _disk(home: Home) -> Iterator[Examined]:
    free = shutil.disk_usage(home.directory).free
    used = sum(home.database(kind).stat().st_size for kind in home.kinds())
    amounts = (free >> 20, used >> 20)
    if free < ROOM + used:
        yield ill("disk", Incomplete("{} MiB are free, the ledgers take {}; make room", *amounts))
    else:
        yield well("disk", Incomplete("{} MiB are free, the ledgers take {}", *amounts))


def _backup(home: Home) -> Iterator[Examined]:
    last = last_backup(home)
    if last is None:
        yield ill("backup", Incomplete("none was made from here; make one with: zeren backup FILE.tar"))
        return
    made = datetime.fromisoformat(str(last["made_at"]))
    days = (now() - made).days
    if days > BACKUP_DAYS:
        yield ill(
            "backup", Incomplete("the last one is {} days old ({}); make one with: zeren backup", days, last["path"])
        )
    else:
        yield well("backup", Incomplete("the last one is of {} UTC ({})", _moment(made), last["path"]))


def _keys(home: Home) -> Iterator[Examined]:
    before = 0
    for kind in home.kinds():
        directory = home.keys(kind)
        if not any(directory.glob(f"*{PEM}")):
            before += 1
            continue
        together = _together(home, kind, directory)
        if together:
            text = Incomplete("the keys of {} lie together here: who has them is both", ", ".join(together))
            yield ill("keys", text)
        weak = weak_files(directory)
        if weak:
            yield ill(
                "keys",
                Incomplete(
                    "{} key files are encrypted too weakly ({}); mend them with: zeren keys passwd", len(weak), weak[0]
                ),
            )
        else:
            yield well("keys", Incomplete("{}: the key files here are encrypted as they should be", kind))
    if before:
        yield well("keys", Incomplete("{} ledgers have no key files here", before))


def _together(home: Home, kind: str, directory: Path) -> list[str]:
    with closing(home.open(kind)) as ledger:
        simulated = ledger.genesis.clock == "simulated"
        return [] if simulated else custodians_together(directory, ledger.keys())


def _tokens(home: Home) -> Iterator[Examined]:
    here = now()
    force = [token for token in token_book(home).tokens() if token.state(here) == "in force"]
    ending = [token for token in force if token.ends_at - here < timedelta(days=TOKEN_DAYS)]
    for token in ending:
        yield ill(
            "tokens",
            Incomplete(
                "token {} ends on {}; grant another one: zeren token new", token.id, f"{token.ends_at:%Y-%m-%d}"
            ),
        )
    if not ending:
        yield well("tokens", Incomplete("{} in force, none of them ends within {} days", len(force), TOKEN_DAYS))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"
