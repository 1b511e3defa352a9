"""What the check of a bundle found: faults with their file, what was proved, and what was not checked."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from io import BytesIO
from typing import Any

from ledger.anchors.book import Bounds
from ledger.bundle.layout import CompleteClaim, PartClaims
from ledger.core.archive import Archive, ArchiveWriter
from ledger.core.entry import Header
from ledger.errors import Incomplete, Invalid, ZerenError
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from ledger.timestamp import Stamp
from ledger.verify.ledger_report import Severity

UNKNOWN = Bounds(None, None)


@dataclass(frozen=True, slots=True)
class BundleFinding:
    """One fault: what is wrong, in which file, and at which entry of which ledger where it concerns one."""

    severity: Severity
    file: str | None
    what: ZerenError


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry as the bundle shows it."""

    header: Header
    values: Mapping[str, Any]
    missing: frozenset[str]
    leaf_hash: bytes
    asked: bool
    """Whether it was asked for; the others support these."""
    bounds: Bounds = UNKNOWN
    """Between which moments it came to be, as far as the anchors shown tell; without a later one it is pending."""


@dataclass(slots=True)
class PartReport:
    """What was proved of one ledger."""

    claims: PartClaims
    shown: Sequence[ShownEntry] = ()
    """The entries with a body; each is read when it is asked for."""
    asked: Sequence[ShownEntry] = ()
    beside: Sequence[ShownEntry] = ()
    """Of those shown the ones that were asked for, and those that support them."""
    events: Callable[[], Iterator[Recorded]] = lambda: iter(())
    """The entries as typed events, in order, as far as the bundle shows their structure."""
    signers: tuple[str, ...] = ()
    """Who signed the entries asked for: person and key."""
    pending: int = 0
    """Entries asked for of which no outside evidence says by when they were recorded."""
    proved: list[tuple[CompleteClaim, int]] = field(default_factory=list)
    """Proved complete, with the number of entries; 0 where absence is proved."""
    simulated: bool = False
    trusted_by: str = ""
    """`given` (fingerprint brought from outside), `pinned` (through the case ledger), or empty: unconfirmed."""
    cosignatures: list[tuple[str, datetime]] = field(default_factory=list)
    """(name of the witness's key, time) of the lines on this checkpoint."""
    time_stamps: list[Stamp] = field(default_factory=list)
    """Verified time stamps over this checkpoint."""
    unread: int = 0
    """Time stamps that this installation cannot read."""
    verified_by: list[str] = field(default_factory=list)
    """vkeys of those who signed that they recomputed the ledger up to this checkpoint."""
    signatures: int = 0
    attached: int = 0
    """Attachments whose bytes are here, and are those that their entries name."""

    @property
    def selection(self) -> bool:
        """Whether it shows single entries and proves nothing complete: what else there is nobody can tell from it."""
        return not self.claims.complete


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose word it is: a person by id, the roles on which it rests, and the ledger in which the key is in force."""

    person: str
    roles: tuple[str, ...]
    origin: str


@dataclass(slots=True)
class BundleReport:
    """The outcome. `verdict` is valid, invalid or incomplete (exit codes 0, 3, 4)."""

    parts: list[PartReport] = field(default_factory=list)
    findings: list[BundleFinding] = field(default_factory=list)
    marks: Counter[str] = field(default_factory=Counter)
    not_checked: list[ZerenError] = field(default_factory=list)
    files: Archive = field(default_factory=lambda: ArchiveWriter(BytesIO()).files())
    """The bundle's files; entries shown are read from them."""
    maker: str = ""
    issuer: Issuer | None = None
    """Who answers for what was chosen; None for nobody."""
    reports: dict[str, Issuer] = field(default_factory=dict)
    """Who answers for the reports that came beside the bundle, by file name."""

    @property
    def verdict(self) -> str:
        """invalid where anything is false, incomplete where anything could not be checked, else valid."""
        severities = {finding.severity for finding in self.findings}
        if "invalid" in severities:
            return "invalid"
        return "incomplete" if severities or self.not_checked else "valid"

    @property
    def exit_code(self) -> int:
        """0 valid, 3 invalid, 4 incomplete."""
        return {"valid": 0, "invalid": Invalid.exit_code, "incomplete": Incomplete.exit_code}[self.verdict]

    def add(self, fault: ZerenError, file: str | None) -> None:
        """Notes a fault of a file."""
        severity: Severity = "incomplete" if isinstance(fault, Incomplete) else "invalid"
        self.findings.append(BundleFinding(severity, file, fault))
