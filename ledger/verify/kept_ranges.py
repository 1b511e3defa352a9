"""Ranges that an interrupted check found whole, kept by whoever checks, so that his next check goes on behind them.

A range is kept with the digest of every row that it read, and counts again only where the rows read again have that
digest: it then says of these bytes what checking them anew would say, since each entry names the hash of the one before
it, and with it everything that the range took from below. It is joined with the others as if it had just been checked.

The file belongs to the one who checks, and lies with him, never beside the ledger: whoever keeps a ledger could write
there that all of it was checked. It is of one version of this program, whose files it names by their digest, and goes
when a check has come to its end. What is beside the entries (index tables, tiles, checkpoints, seals) is checked whole
each time; ranges with attachments, whose bytes lie elsewhere, are not kept.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from ledger.application import Ledger
from ledger.errors import ZerenError
from ledger.store.faults import CELL_FAULTS
from ledger.verify.damaged import PAGE
from ledger.verify.indexes import IndexPass
from ledger.verify.ledger_report import ClockChange
from ledger.verify.ranges import AskedRange, CheckedRange, RowsDigest
from ledger.writing import private_folder

FORMAT = "zeren/checked-ranges/v1"
_FAULTS = (ValueError, TypeError, LookupError, AttributeError)
"""Whatever a file that is none of ours can lead to."""


class KeptRanges:
    """The ranges of one ledger that one's own earlier check found whole, in this file; what cannot be kept is not."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path, self._lock = path, Lock()
        self._head = {"format": FORMAT, "ledger": fingerprint, "program": _program()}
        self.key: Mapping[str, str] = IndexPass().state()
        """The key of the index sums, the same for all ranges that are joined."""
        self._ranges: dict[tuple[int, int], dict[str, Any]] = {}
        self._read()
        self._begun = bool(self._ranges)

    def find(self, ledger: Ledger, start: int, stop: int, wanted: frozenset[int]) -> CheckedRange | None:
        """The range, where its rows are the same bytes still and the roots that are wanted in it are known."""
        said = self._ranges.get((start, stop))
        if said is None:
            return None
        try:
            found = _parse(said)
            if found.rows == _digest(ledger, start, stop) and {n for n in wanted if start < n <= stop} <= set(
                found.roots
            ):
                return found
        except (ZerenError, *_FAULTS, *CELL_FAULTS):
            pass
        return None

    def add(self, found: CheckedRange) -> None:
        """Keeps a range that was just checked, at once: the next moment the process may be gone."""
        if found.seen or found.unread:
            return
        with self._lock, suppress(OSError):
            private_folder(self._path.parent)
            lines = [] if self._begun else [{**self._head, "key": self.key}]
            flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if self._begun else os.O_TRUNC)
            with open(os.open(self._path, flags, 0o600), "a", encoding="utf-8") as file:  # noqa: PTH123 - by its flags
                file.write("".join(json.dumps(line) + "\n" for line in [*lines, _plain(found)]))
            self._begun = True

    def clear(self) -> None:
        """The check has come to its end."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _read(self) -> None:
        try:
            if not _is_own(self._path):
                return
            first, *lines = self._path.read_text(encoding="utf-8").splitlines()
            head = json.loads(first)
            if {name: head[name] for name in self._head} != self._head:
                return
            IndexPass.of(head["key"])
            self.key = head["key"]
            for line in lines:
                said = json.loads(line)
                self._ranges[said["start"], said["stop"]] = said
        except (OSError, *_FAULTS):  # the last line of a process that was killed, or no file at all
            return


def _is_own(path: Path) -> bool:
    """Whether nobody else can have written the file."""
    found = path.stat()
    return os.name == "nt" or (found.st_uid == os.getuid() and not found.st_mode & 0o022)


@cache
def _program() -> str:
    """The digest of what checks: another version judges for itself."""
    state = hashlib.sha256()
    root = Path(__file__).parent.parent
    for path in sorted(path for kind in ("*.py", "*.json") for path in root.rglob(kind)):
        state.update(f"{path.relative_to(root)} {path.stat().st_size}\n".encode() + path.read_bytes())
    return state.hexdigest()


def _digest(ledger: Ledger, start: int, stop: int) -> str:
    """That of the rows as they are stored now."""
    state, at = RowsDigest(), start
    while at < stop:
        rows = ledger.store.raw.entries(at, min(PAGE, stop - at))
        if not rows or rows[-1]["position"] < at:
            break
        for row in rows:
            state.add(row)
        at = rows[-1]["position"] + 1
    return state.hex()


def _plain(found: CheckedRange) -> dict[str, Any]:
    asked = found.asked
    return {
        **{name: getattr(found, name) for name in ("start", "stop", "rows", "signatures", "bodies", "anchors")},
        "before": found.before.hex(),
        "after": found.after.hex(),
        "assumed": [[size, root.hex()] for size, root in found.assumed.items()],
        "roots": [[size, root.hex()] for size, root in found.roots.items()],
        "numbers": [[kind, id_, number] for (kind, id_), number in found.numbers.items()],
        "counts": [[kind, id_, number] for (kind, id_), number in found.counts.items()],
        "drafts": [[digest.hex(), position] for digest, position in asked.drafts.items()],
        "open": [[position, sorted(left)] for position, left in asked.open.items()],
        "founders": sorted(asked.founders),
        "heard": sorted(asked.heard),
        "answers": asked.answers,
        "sums": {table: str(number) for table, number in found.sums.items()},
        "consents": [[position, name, key.hex()] for position, (name, key) in found.consents],
        "marks": dict(found.marks),
        "clocks": [
            [each.position, each.before.isoformat(), each.recorded_at.isoformat(), each.signers, each.reason]
            for each in found.clocks
        ],
        "not_before": None if found.not_before is None else found.not_before.isoformat(),
    }


def _parse(said: Mapping[str, Any]) -> CheckedRange:
    return CheckedRange(
        said["start"],
        said["stop"],
        bytes.fromhex(said["before"]),
        bytes.fromhex(said["after"]),
        {size: bytes.fromhex(root) for size, root in said["assumed"]},
        {size: bytes.fromhex(root) for size, root in said["roots"]},
        {(kind, id_): number for kind, id_, number in said["numbers"]},
        {(kind, id_): number for kind, id_, number in said["counts"]},
        AskedRange(
            drafts={bytes.fromhex(digest): position for digest, position in said["drafts"]},
            open={position: set(left) for position, left in said["open"]},
            founders=set(said["founders"]),
            heard=set(said["heard"]),
            answers=[(position, person) for position, person in said["answers"]],
        ),
        {table: int(number) for table, number in said["sums"].items()},
        [(position, (name, bytes.fromhex(key))) for position, name, key in said["consents"]],
        frozenset(),
        0,
        said["signatures"],
        said["bodies"],
        said["anchors"],
        said["marks"],
        [
            ClockChange(at, datetime.fromisoformat(before), datetime.fromisoformat(recorded), tuple(signers), reason)
            for at, before, recorded, signers, reason in said["clocks"]
        ],
        None if said["not_before"] is None else datetime.fromisoformat(said["not_before"]),
        said["rows"],
    )
