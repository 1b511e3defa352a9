"""The index tables against the entries: subjects, human numbers, erasures.

They decide which entries a question finds, so a row too many or too few would hide or invent one. Both sides are summed
up row by row, in any order and in constant memory: a multiset hash under a key drawn for this check, so that nobody can
prepare rows that cancel out.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import field

from ledger.application import Ledger
from ledger.clock import system_randomness
from ledger.errors import Incomplete, Invalid
from ledger.frozen import dataclass
from ledger.verify.ledger_report import LedgerReport

TABLES = ("subjects", "refs", "erasures")
MODULUS = 2**256


@dataclass(slots=True)
class IndexPass:
    """What the entries say that the index tables hold."""

    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))
    unread: int = 0
    """Entries whose content could not be read: then the tables cannot be compared."""
    _key: bytes = field(default_factory=lambda: system_randomness(32), repr=False)

    def add(self, table: str, *row: str | int) -> None:
        """A row that an entry gives rise to."""
        self.sums[table] = (self.sums[table] + self._number(row)) % MODULUS

    def check(self, ledger: Ledger, report: LedgerReport, start: int = 0) -> None:
        """Compares every table, as far as the entries from `start` on go. Raises nothing: a difference is a finding."""
        if self.unread:
            report.not_checked.append(Incomplete("the index tables: {} entries could not be read", self.unread))
            return
        for table in TABLES:
            total = sum(map(self._number, ledger.store.raw.index(table, start)))
            if total % MODULUS != self.sums[table]:
                report.add(Invalid("the index table {} does not say what the entries say", table))

    def state(self) -> dict[str, str]:
        """The sums and their key as texts, for a check that goes on later."""
        return {"key": self._key.hex()} | {table: str(number) for table, number in self.sums.items()}

    @classmethod
    def of(cls, state: Mapping[str, str]) -> "IndexPass":
        """The inverse of `state`."""
        return cls({table: int(state[table]) for table in TABLES}, _key=bytes.fromhex(state["key"]))

    def _number(self, row: tuple[str | int, ...]) -> int:
        return int.from_bytes(hashlib.blake2b(repr(row).encode(), key=self._key, digest_size=32).digest(), "big")
