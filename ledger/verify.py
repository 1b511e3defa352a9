"""Checking a whole ledger: every stored byte, in one pass, in memory that does not grow with the number of entries.

Chain, positions, times, signatures, keys and roles, bodies against digests, subjects and their running numbers, the
index columns, the tiles, and every stored checkpoint. Each fault is a `Finding`; the pass goes on after it where it
can, so that one report names them all. What could not be checked is said, never passed over.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ledger.application import Ledger
from ledger.checks.keybook import KeyBook
from ledger.checks.subjects import Subject, number_subjects, subjects_of
from ledger.core.body import Body, is_subject_name, parse_body
from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.encoding import b64encode
from ledger.core.entry import NO_PREVIOUS, Entry, check_follows, check_signatures, parse_entry
from ledger.core.keys import parse_vkey
from ledger.core.merkle import EMPTY_ROOT, Frontier, leaf_hash
from ledger.core.tiles import WIDTH, completed_tiles, encode_tile, tile_root
from ledger.decisions.state import Register
from ledger.errors import Incomplete, Invalid, Refused, ZerenError
from ledger.events.base import Payload
from ledger.events.fields import flatten
from ledger.events.registry import spec_of, types_digest
from ledger.events.trust import ClockCorrected, LedgerOpened
from ledger.store.mapper import recorded
from ledger.store.recorder import tile_hashes

Severity = Literal["invalid", "incomplete"]
MAX_FINDINGS = 100
RESERVED = ("ledger/", "key/")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: what is wrong and where; `position` None where it concerns the ledger as a whole."""

    severity: Severity
    position: int | None
    what: str


@dataclass(slots=True)
class Report:
    """The outcome of a check. `verdict` is valid, invalid or incomplete (exit codes 0, 3, 4)."""

    origin: str
    fingerprint: str
    simulated: bool = False
    size: int = 0
    root: bytes = EMPTY_ROOT
    signatures: int = 0
    bodies: int = 0
    checkpoints: int = 0
    tiles: int = 0
    findings: list[Finding] = field(default_factory=list)
    more_findings: int = 0
    marks: Counter[str] = field(default_factory=Counter)
    """Marks that alone do not lower the verdict: simulated, disputed, re-enrolled, one custodian, ..."""
    not_checked: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """invalid where anything is false, else incomplete where anything is missing, else valid."""
        severities = {finding.severity for finding in self.findings}
        return "invalid" if "invalid" in severities else "incomplete" if severities else "valid"

    @property
    def exit_code(self) -> int:
        """0 valid, 3 invalid, 4 incomplete."""
        return {"valid": 0, "invalid": Invalid.exit_code, "incomplete": Incomplete.exit_code}[self.verdict]

    def add(self, error: ZerenError | str, position: int | None, severity: Severity | None = None) -> None:
        """Notes a fault; beyond MAX_FINDINGS only their number."""
        if len(self.findings) >= MAX_FINDINGS:
            self.more_findings += 1
            return
        if severity is None:
            severity = "incomplete" if isinstance(error, Incomplete) else "invalid"
        self.findings.append(Finding(severity, position, str(error)))


def verify_ledger(
    ledger: Ledger,
    *,
    held: list[Checkpoint] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Checks everything that the ledger's database holds. Never raises for a fault in the ledger: it is a finding.

    `held` are checkpoints of this ledger that lie elsewhere; each must fit, so that a cut-off tail is found.
    """
    return _Pass(ledger, held or [], progress).run()


class _Pass:
    """The state carried from entry to entry."""

    def __init__(self, ledger: Ledger, held: list[Checkpoint], progress: Callable[[int, int], None] | None) -> None:
        self.ledger, self.held, self.progress = ledger, held, progress
        self.keybook, self.register, self.frontier = KeyBook(), Register(), Frontier()
        self.counts: Counter[Subject] = Counter()
        self.previous = NO_PREVIOUS
        self.not_before: datetime | None = None
        self.origin = ""
        self.roots: dict[int, bytes] = {}
        self.report = Report("", "")

    def run(self) -> Report:
        ledger, report = self.ledger, self.report
        total = ledger.size()
        self.wanted = self._checkpoint_sizes()
        for row in self._rows():
            position = self.frontier.size
            self._check_row(row, position)
            self.frontier.append(leaf_hash(row["entry"]))
            if self.frontier.size in self.wanted:
                self.roots[self.frontier.size] = self.frontier.root()
            if self.progress is not None and (position + 1) % 500 == 0:
                self.progress(position + 1, total)
        report.size, report.root = self.frontier.size, self.frontier.root()
        self._check_tables()
        self._check_tiles()
        self._check_checkpoints()
        custodians = len(self.keybook.custodians())
        if custodians == 1:
            report.marks["one custodian only"] += 1
        report.not_checked += ["seals and anchors: this ledger has none"] if not self._has_anchors() else []
        if self.progress is not None:
            self.progress(total, total)
        return report

    # --- entries ---

    def _rows(self) -> Iterator[Any]:
        start = 0
        while True:
            rows = self.ledger.recorder.rows(
                "SELECT e.*, b.body FROM stored_events e LEFT JOIN bodies b ON b.position = e.rowid - 1"
                " WHERE e.rowid > ? ORDER BY e.rowid LIMIT 500",
                (start,),
            )
            if not rows:
                return
            yield from rows
            start = rows[-1]["rowid"]

    def _check_row(self, row: Any, position: int) -> None:
        report = self.report
        if row["rowid"] != position + 1:
            report.add(
                f"the row for position {position} is missing; the next one is {row['rowid'] - 1}",
                position,
                "invalid",
            )
        try:
            entry = parse_entry(row["entry"])
        except ZerenError as error:
            report.add(error, position)
            self.previous = leaf_hash(row["entry"])
            return
        self._check_columns(row, entry, position)
        payload = self._check_body(row, entry, position)
        self._check_chain(entry, payload, position)
        if payload is not None:
            self._check_keys(entry, payload, position)
            self._check_subjects(row, entry, payload, position)
            self.register.apply(entry.header, payload)
        self.previous, self.not_before = entry.leaf_hash, entry.header.recorded_at

    def _check_columns(self, row: Any, entry: Entry, position: int) -> None:
        header = entry.header
        expected = (
            header.stream,
            header.version,
            header.type,
            header.recorded_at.isoformat(),
            header.previous,
            entry.leaf_hash,
        )
        names = ("originator_id", "originator_version", "topic", "recorded_at", "previous", "leaf_hash")
        for name, value in zip(names, expected, strict=True):
            if row[name] != value:
                self.report.add(f"the index column {name} does not say what the entry says", position, "invalid")

    def _check_body(self, row: Any, entry: Entry, position: int) -> Payload | None:
        """The payload where the body is whole; None where a fault was found."""
        report = self.report
        if row["body"] is None:
            report.add("the body is missing", position, "invalid")
            return None
        try:
            body = parse_body(row["body"])
            if body.digest() != entry.header.body:
                raise Invalid("the body is not the one that the entry was signed over")
            self._check_missing(entry, body)
            payload = recorded(entry, body).payload
            report.bodies += 1
        except ZerenError as error:
            report.add(error, position)
            return None
        return payload

    @staticmethod
    def _check_missing(entry: Entry, body: Body) -> None:
        """A disclosure may be missing only where a text was erased; format v1 slice: none is."""
        for name in sorted(body.missing):
            spec = spec_of(entry.header.type, name)
            kind = (
                "structural field"
                if is_subject_name(name) or spec is None or spec.field_class == "structural"
                else "text"
            )
            raise Invalid("the {} {} is missing and no erasure names it", kind, name)

    def _check_chain(self, entry: Entry, payload: Payload | None, position: int) -> None:
        header = entry.header
        if position == 0:
            self.origin = header.ledger
            self._open(entry, payload)
        try:
            check_follows(
                entry,
                ledger=self.origin,
                position=position,
                previous=self.previous,
                not_before=None if isinstance(payload, ClockCorrected) else self.not_before,
            )
        except ZerenError as error:
            self.report.add(error, position)
        reserved = header.stream.startswith(RESERVED)
        if payload is not None and not reserved and (header.version == 1) != payload.OPENS:
            what = f"{header.type} stands at version {header.version} of {header.stream}"
            self.report.add(what, position, "invalid")

    def _open(self, entry: Entry, payload: Payload | None) -> None:
        report = self.report
        report.origin, report.fingerprint = entry.header.ledger, b64encode(entry.leaf_hash)
        if not isinstance(payload, LedgerOpened):
            report.add("the ledger does not begin with ledger.opened", 0, "invalid")
            return
        report.simulated = payload.clock == "simulated"
        if payload.types != types_digest():
            report.add("the ledger was made with another list of event types", 0, "incomplete")
        try:
            possession = open_checkpoint(payload.log_possession.encode(), [parse_vkey(payload.log)])
            if possession.checkpoint != Checkpoint(payload.origin, 0, EMPTY_ROOT):
                raise Invalid("the log key's proof of possession is not its checkpoint of size 0")
        except ZerenError as error:
            report.add(error, 0)

    def _check_keys(self, entry: Entry, payload: Payload, position: int) -> None:
        report = self.report
        try:
            check_signatures(entry, self.keybook.keys_for(entry.header, payload))
            report.signatures += len(entry.header.signers)
        except ZerenError as error:
            report.add(error, position, "invalid")
        try:
            self.keybook.check_admits(entry.header, payload)
            self.keybook.apply(entry.header, payload)
        except (ZerenError, KeyError) as error:
            report.add(str(error), position, "invalid")
        for line in entry.note.signatures:
            key = self.keybook.keys.get((line.name, line.key_id))
            if key is not None and key.re_enrolled:
                report.marks["re-enrolled by custodian"] += 1

    def _check_subjects(self, row: Any, entry: Entry, payload: Payload, position: int) -> None:
        try:
            values = parse_body(row["body"]).values()
            stated = [(name, value) for name, value in values.items() if is_subject_name(name)]
            expected: list[tuple[str, Any]] = []
            fields = list(flatten(payload))
            subjects = subjects_of(entry.header.type, fields, self.register.kinds.get, self.ledger.subjects_at)
            if self.keybook.kind == "duty":
                expected = number_subjects(subjects, lambda subject: self.counts[subject])
                self.counts.update(subjects)
            if sorted(stated) != sorted(expected):
                raise Invalid("the subjects or their running numbers are not those of the entry")
            for cited in payload.cited():
                self._check_reference(cited.fingerprint, cited.position, cited.leaf_hash, position)
        except ZerenError as error:
            self.report.add(str(error) if isinstance(error, Refused) else error, position, "invalid")

    def _check_reference(self, fingerprint: str, cited: int, leaf: bytes, position: int) -> None:
        if fingerprint not in ("", self.report.fingerprint):
            return  # of another ledger: checked where both are at hand
        if cited >= position:
            raise Invalid("the entry refers forward, to position {}", cited)
        rows = self.ledger.recorder.rows("SELECT leaf_hash FROM stored_events WHERE rowid = ?", (cited + 1,))
        if not rows or rows[0]["leaf_hash"] != leaf:
            raise Invalid("the entry refers to position {} with a leaf hash that is not that entry's", cited)

    # --- tables and tree ---

    def _check_tables(self) -> None:
        report, rows = self.report, self.ledger.recorder.rows
        for row in rows(
            "SELECT originator_id AS stream, count(*) AS n, max(originator_version) AS last,"
            " min(originator_version) AS first FROM stored_events GROUP BY originator_id HAVING n != last OR first != 1"
        ):
            report.add(f"the versions of {row['stream']} have a gap", None, "invalid")
        stray = rows("SELECT count(*) AS n FROM bodies WHERE position NOT IN (SELECT rowid - 1 FROM stored_events)")
        if stray[0]["n"]:
            report.add(f"{stray[0]['n']} bodies stand without an entry", None, "invalid")
        stored = {
            (row["kind"], row["id"]): (row["n"], row["last"])
            for row in rows("SELECT kind, id, count(*) AS n, max(number) AS last FROM subjects GROUP BY kind, id")
        }
        if stored != {subject: (count, count) for subject, count in self.counts.items()}:
            report.add("the subject index does not say what the entries say", None, "invalid")

    def _check_tiles(self) -> None:
        with self.ledger.recorder.reading() as c:
            found = {(row["level"], row["number"]): row for row in c.execute("SELECT * FROM tiles").fetchall()}
            for tile in completed_tiles(0, self.report.size):
                row = found.pop((tile.level, tile.index), None)
                hashes = tile_hashes(c, tile.level, tile.index, WIDTH)
                if (
                    row is None
                    or len(hashes) != WIDTH
                    or row["hashes"] != encode_tile(hashes)
                    or row["root"] != tile_root(hashes)
                ):
                    self.report.add(f"tile {tile.level}/{tile.index} is not that of the entries", None, "invalid")
                else:
                    self.report.tiles += 1
        for level, number in sorted(found):
            self.report.add(f"tile {level}/{number} is stored, but the ledger is too short for it", None, "invalid")

    def _checkpoint_sizes(self) -> set[int]:
        sizes = {row["size"] for row in self.ledger.recorder.rows("SELECT size FROM checkpoints")}
        return sizes | {checkpoint.size for checkpoint in self.held}

    def _check_checkpoints(self) -> None:
        report = self.report
        for row in self.ledger.recorder.rows("SELECT size, note FROM checkpoints ORDER BY size"):
            size = row["size"]
            try:
                opened = open_checkpoint(row["note"], [self.keybook.log_key(size)]).checkpoint
                if opened.size != size:
                    raise Invalid("the checkpoint stored for size {} says {}", size, opened.size)
                self._check_head(opened, "the ledger's own checkpoint")
                report.checkpoints += 1
            except (ZerenError, StopIteration) as error:
                report.add(str(error) or f"no log key for the checkpoint of size {size}", None, "invalid")
        for checkpoint in self.held:
            try:
                self._check_head(checkpoint, "a checkpoint held elsewhere")
                report.checkpoints += 1
            except ZerenError as error:
                report.add(error, None)

    def _check_head(self, checkpoint: Checkpoint, whose: str) -> None:
        if checkpoint.origin != self.report.origin:
            raise Invalid("{} is of {}, another ledger", whose, checkpoint.origin)
        if checkpoint.size > self.report.size:
            raise Invalid(
                "{} covers {} entries, the ledger has {}: its tail was cut off",
                whose,
                checkpoint.size,
                self.report.size,
            )
        root = self.roots.get(checkpoint.size, EMPTY_ROOT)
        if root != checkpoint.root:
            raise Invalid("{} of size {} has another root: entries below it were changed", whose, checkpoint.size)

    def _has_anchors(self) -> bool:
        sql = "SELECT 1 FROM stored_events WHERE topic IN ('anchor.recorded/1', 'ledger.sealed/1') LIMIT 1"
        return bool(self.ledger.recorder.rows(sql))
