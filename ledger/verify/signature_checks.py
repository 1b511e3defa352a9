"""Signature lines checked on all cores: in processes, since a verification holds the interpreter's lock.

Batches go to the other cores while the pass goes on; where these are busy the pass checks a batch itself, so that no
core waits. Small ledgers are checked in place: starting a process costs more than they do; so is every ledger in a
process that is one of several, each of which has a ledger of its own.
"""

import os
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process

from ledger.core.entry import Entry
from ledger.core.lines import Job, Outcome, check_jobs
from ledger.core.signers import VerifyKey, format_vkey
from ledger.errors import Invalid
from ledger.verify.ledger_report import LedgerReport
from ledger.worker import end_without_words

PARALLEL_FROM = 2000
"""Entries from which on other processes are worth their start."""
BATCH = 50
AHEAD = 4
"""Batches that wait for each process at most."""


class SignatureChecks:
    """Takes entries with the keys in force for them; what it finds goes into the report, at `finish` at the latest."""

    def __init__(self, report: LedgerReport, *, alone: bool = False) -> None:
        """`alone`: no other process is asked."""
        self.report = report
        self.entries = 0
        """How many entries are to come: few are checked here alone."""
        self._others = 0 if alone or parent_process() is not None else (os.cpu_count() or 1) - 1
        self._pool: ProcessPoolExecutor | None = None
        self._batch: list[Job] = []
        self._pending: deque[Future[list[Outcome]]] = deque()
        self._vkeys: dict[VerifyKey, str] = {}

    def add(self, entry: Entry, keys: Mapping[tuple[str, bytes], VerifyKey]) -> None:
        """Every line of the entry is to verify under the key that `keys` gives for its (name, key id)."""
        lines = []
        for line in entry.note.signatures:
            key = keys.get((line.name, line.key_id))
            if key is None:  # every key stands in the ledger: one that does not is a forgery
                position = entry.header.position
                self.report.add(
                    Invalid("no key {}+{} is enrolled before position {}", line.name, line.key_id.hex(), position),
                    position,
                )
                return
            lines.append((self._vkey(key), line.signature))
        self._batch.append((entry.header.position, entry.note.text.encode(), tuple(lines)))
        if len(self._batch) >= BATCH:
            self._hand_on()

    def _vkey(self, key: VerifyKey) -> str:
        text = self._vkeys.get(key)
        if text is None:
            text = self._vkeys[key] = format_vkey(key)
        return text

    def _hand_on(self) -> None:
        batch, self._batch = self._batch, []
        while self._pending and self._pending[0].done():
            self._take(self._pending.popleft().result())
        if self._pool is None and self._others and self.entries >= PARALLEL_FROM:
            self._pool = ProcessPoolExecutor(
                self._others, mp_context=get_context("spawn"), initializer=end_without_words
            )
        if self._pool is None or len(self._pending) >= AHEAD * self._others:
            self._take(check_jobs(batch))
        else:
            self._pending.append(self._pool.submit(check_jobs, batch))

    def _take(self, outcomes: Sequence[Outcome]) -> None:
        for position, lines, fault in outcomes:
            if fault is None:
                self.report.signatures += lines
            else:
                self.report.add(fault, position)

    def finish(self) -> None:
        """Waits for what is still under way."""
        self._take(check_jobs(self._batch))
        self._batch = []
        while self._pending:
            self._take(self._pending.popleft().result())

    def close(self) -> None:
        """Ends the processes, also where the pass was interrupted."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
