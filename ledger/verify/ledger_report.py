"""What a check found: findings, counts, marks, and what was not checked."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import field
from datetime import datetime
from typing import Literal

from ledger.core.merkle import EMPTY_ROOT
from ledger.core.policy import Policy
from ledger.errors import Incomplete, Invalid, ZerenError
from ledger.frozen import dataclass

Severity = Literal["invalid", "incomplete"]
MAX_FINDINGS = 100
DISPUTED = "disputed by "
"""How the mark of a disputed entry begins; the name of who claimed the compromise follows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: what is wrong and where; `position` None where it concerns the ledger as a whole."""

    severity: Severity
    position: int | None
    what: ZerenError


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A witness policy that was adopted: where, when, by whose signatures, and what it says."""

    position: int
    recorded_at: datetime
    signers: tuple[str, ...]
    policy: Policy


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A correction of the ledger's time: where, from when to when, by whose signatures, and why."""

    position: int
    before: datetime
    recorded_at: datetime
    signers: tuple[str, ...]
    reason: str


@dataclass(slots=True)
class LedgerReport:
    """The outcome of a check. `verdict` is valid, invalid or incomplete (exit codes 0, 3, 4)."""

    origin: str = ""
    fingerprint: str = ""
    simulated: bool = False
    size: int = 0
    root: bytes = EMPTY_ROOT
    signatures: int = 0
    bodies: int = 0
    checkpoints: int = 0
    tiles: int = 0
    seals: int = 0
    anchors: int = 0
    confirmed: int = 0
    """Entries, from the first on, that the ledger's policies show as confirmed between two moments."""
    confirmed_by_own: int | None = None
    """The same under the policy that the verifier brought; None where he brought none."""
    contradicted: int = 0
    """Entries whose recorded_at lies outside what the tokens prove."""
    policies: list[PolicyChange] = field(default_factory=list)
    clocks: list[ClockChange] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    more_findings: int = 0
    marks: Counter[str] = field(default_factory=Counter)
    """Marks that alone do not lower the verdict: disputed, re-enrolled, one custodian, ..."""
    not_checked: list[ZerenError] = field(default_factory=list)
    """What this check did not look at, said at the end."""

    @property
    def verdict(self) -> str:
        """invalid where anything is false, else incomplete where anything could not be checked, else valid."""
        severities = {finding.severity for finding in self.findings}
        return "invalid" if "invalid" in severities else "incomplete" if severities else "valid"

    @property
    def exit_code(self) -> int:
        """0 valid, 3 invalid, 4 incomplete."""
        return {"valid": 0, "invalid": Invalid.exit_code, "incomplete": Incomplete.exit_code}[self.verdict]

    def add(self, fault: ZerenError, position: int | None = None) -> None:
        """Notes a fault: what is missing or unknown is incomplete, everything else is invalid.

        Beyond MAX_FINDINGS only their number is kept, so that a wrecked ledger costs no memory; the verdict stays: the
        first one that is invalid is kept in the place of one that is incomplete.
        """
        severity: Severity = "incomplete" if isinstance(fault, Incomplete) else "invalid"
        if len(self.findings) >= MAX_FINDINGS:
            self.more_findings += 1
            if severity == "incomplete" or self.verdict == "invalid":
                return
            self.findings.pop()
        self.findings.append(Finding(severity, position, fault))

    def take(self, faults: Callable[[], Iterable[ZerenError]]) -> None:
        """Notes faults that somebody else looks for, and that he could not."""
        try:
            for fault in faults():
                self.add(fault)
        except ZerenError as error:
            self.add(error)
