"""Entries of the cut, as corrections and withdrawals make them read.

Long because whatever is asked of entries is answered here over one set of corrections, and from one set of what was
read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Self

from ledger.events.base import Payload
from ledger.events.case_work import CaseOpened
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordCorrected, RecordRefused, RecordWithdrawn
from ledger.frozen import dataclass
from projections.facts.noted import ANYTHING, EntriesAsked, Marked, Stream, note
from projections.facts.values import Citation, Period
from projections.views.amended import NOTHING, ChangedRecords, Filter, Standing, State, changes, with_marks
from projections.views.cut import Cut, state_property
from projections.views.entry_marks import marks_of
from projections.views.likeness import normalise, text_of
from projections.views.linked import alike, sharing
from projections.views.rows import LedgerRow, milliseconds
from projections.views.statements import COLUMNS, RECORD, TEXTS, statement
from projections.views.view_store import KEPT

TOGETHER = 500
"""Streams, or entries, that are read by one statement."""


@dataclass(frozen=True)
class Records(Cut):
    """The entries; see projections.facts.protocol.Facts for what each method promises."""

    def records(
        self,
        *types: type[Payload],
        person: str | None = None,
        unit: str | None = None,
        occurred: Period | None = None,
        claims: str | None = None,
        recorded_after: datetime | None = None,
        ledger: str = "duty",
    ) -> Sequence[Recorded]:
        """Entries by type, by whom and what they name, by day and claim; in order of ledger and position."""
        named = [id_ for id_ in (person, unit) if id_ is not None]
        if ledger == "duty":
            note(lambda: EntriesAsked(types, tuple(named), occurred, claims))
        answers = bool({RecordAccepted, RecordRefused} & set(types))  # consents are read as what they stand for
        names = [*(cls.TYPE for cls in types), *([ConsentRecorded.TYPE] if answers else [])]
        sql_limits = bool(names or named or occurred or claims or recorded_after)
        sql, values = statement(names, claims, named, occurred, recorded_after)
        found: list[Recorded] = []
        for joined in [self.duty] if ledger == "duty" else self._of_kind(ledger):
            limits = {"ledger": joined.id, "limit": self.limit(joined)}
            read = self._decoded(joined, self.views.select(sql, values | limits))
            if answers:
                read = [event for event in read if isinstance(event.payload, types)]
            if not sql_limits and len(read) <= KEPT:  # all of it, so that no stream has to be read any more
                self._keep_threads(joined, [event.originator_id for event in read], read)
            changed = self._changes(joined)
            if changed is not NOTHING:
                asked = Filter(types, frozenset(named), occurred, claims, recorded_after, self.zone)
                read = asked.among(read, changed)
            found += read
        return found

    def recorded(self, first: datetime, last: datetime) -> Sequence[Recorded]:
        """Entries of the duty ledger by the time of their recording."""
        note(lambda: ANYTHING)
        rows = self.views.select(
            f"SELECT {COLUMNS} FROM records r INDEXED BY records_by_time {TEXTS} WHERE r.ledger = ?"
            " AND r.recorded_at BETWEEN ? AND ? AND r.position < ? ORDER BY r.position",
            (self.duty.id, milliseconds(first), milliseconds(last), self.cut),
        )
        gone = self._changes(self.duty).withdrawn
        return [event for event in self._decoded(self.duty, rows) if event.position not in gone]

    def marked(self, marks: Sequence[int]) -> Sequence[Recorded]:
        """Entries by the marks of what they hold."""
        note(lambda: Marked(frozenset(marks)))
        rows = self.views.select(
            f"SELECT {COLUMNS} FROM (SELECT DISTINCT ledger, position FROM marks WHERE ledger = ?"
            f" AND mark IN ({','.join('?' * len(marks))}) AND position < ?) found"
            f" CROSS JOIN records r ON r.ledger = found.ledger AND r.position = found.position {TEXTS}"
            " ORDER BY found.position",
            (self.duty.id, *marks, self.cut),
        )
        read = self._decoded(self.duty, rows)
        changed = self._changes(self.duty)
        return read if changed is NOTHING else with_marks(read, changed, frozenset(marks))

    def alike(self, record: Recorded | None = None) -> Sequence[tuple[Citation, ...]]:
        """Groups of entries with texts that are alike, as stored."""
        note(lambda: ANYTHING)
        found = alike(self.views, self.duty, self.cut, record.position if record is not None else None)
        return [tuple(self.duty.cite(at, ref) for at, ref in group) for group in found]

    @cached_property
    def reworded(self) -> Mapping[Citation, str | None]:
        """The texts that corrections made, by entry; None where the record was withdrawn."""
        changed = self._changes(self.duty)
        gone = [record for at in sorted(changed.withdrawn) if (record := self.at(self.duty, at)) is not None]
        found: dict[Citation, str | None] = {self.cite(record): None for record in gone}
        for position, record in changed.corrected.items():
            if position not in changed.withdrawn and text_of(record) != text_of(self.uncorrected(record)):
                found[self.cite(record)] = text_of(record)
        return found

    def sharing(self, text: str) -> Sequence[Citation]:
        """Entries whose texts, as recorded, may be like this one."""
        note(lambda: ANYTHING)
        found = sharing(self.views, self.duty, self.cut, normalise(text))
        return [self.duty.cite(at, ref) for at, ref in found]

    def followers(self, record: Recorded, *, withdrawn: bool = False) -> Sequence[Recorded]:
        """Later entries of the record's stream; of a case, what a ledger that continues its own holds of it, too."""
        found = self._behind(record, withdrawn=withdrawn)
        for again in self._opened_again(record) if isinstance(record.payload, CaseOpened) else ():
            found = [*found, again, *self._behind(again, withdrawn=withdrawn)]
        return found

    def thread(self, record: Recorded) -> Sequence[Recorded]:
        """All entries of the record's stream."""
        note(lambda: Stream(record.originator_id))
        ledger = self._ledger_of(record)
        if (ledger.id, record.originator_id) not in self._threads:
            self._read_threads(ledger, [record.originator_id])
        return self._threads[ledger.id, record.originator_id]

    def since(self, position: int) -> Sequence[Recorded]:
        """Entries of the duty ledger from a position on."""
        note(lambda: ANYTHING)
        rows = self.views.select(
            f"SELECT {RECORD} WHERE r.ledger = ? AND r.position >= ? AND r.position < ? ORDER BY r.position",
            (self.duty.id, position, self.cut),
        )
        return self._decoded(self.duty, rows)

    def likened(self, record: Recorded) -> Sequence[int]:
        """Positions of the earlier entries that the record's text was found like, one of each group that it joined."""
        note(lambda: ANYTHING)
        sql = "SELECT earlier FROM links WHERE ledger = ? AND position = ?"
        return [int(row["earlier"]) for row in self.views.select(sql, (self.duty.id, record.position))]

    def marks_of(self, record: Recorded) -> set[int]:
        """The marks under which an entry is found."""
        return marks_of(record)

    def _behind(self, record: Recorded, *, withdrawn: bool) -> Sequence[Recorded]:
        ledger, thread = self._ledger_of(record), self.thread(record)
        end = ledger.end_of(record.position)
        found = [
            event for event in thread if event.position > record.position and (end is None or event.position < end)
        ]
        gone = frozenset() if withdrawn else self._changes(ledger).withdrawn
        return [event for event in found if event.position not in gone] if gone else found

    def _opened_again(self, opening: Recorded) -> Sequence[Recorded]:
        """Where a case was opened anew because the ledger of its opening was lost."""
        ledger, case = self._ledger_of(opening), getattr(opening.payload, "case", None)
        if not ledger.former or case is None:
            return ()
        return [
            event
            for event in self.records(CaseOpened, ledger="case")
            if self._ledger_of(event).id == ledger.id and event.position > opening.position
            if isinstance(event.payload, CaseOpened) and event.payload.case == case
        ]

    def gather(self, records: Sequence[Recorded]) -> None:
        """Reads the streams of entries together, for whoever asks for the followers of each."""
        for ledger in self.ledgers:
            streams = (record.originator_id for record in records if record.ledger == ledger.origin)
            wanted = [stream for stream in dict.fromkeys(streams) if (ledger.id, stream) not in self._threads]
            for start in range(0, len(wanted), TOGETHER):
                self._read_threads(ledger, wanted[start : start + TOGETHER])

    def _read_threads(self, ledger: LedgerRow, streams: Sequence[str]) -> None:
        rows = self.views.select(
            f"SELECT {COLUMNS} FROM records r INDEXED BY records_by_stream {TEXTS} WHERE r.ledger = ?"
            f" AND r.stream IN ({','.join('?' * len(streams))}) AND r.position < ? ORDER BY r.position",
            (ledger.id, *streams, self.limit(ledger)),
        )
        self._keep_threads(ledger, streams, self._decoded(ledger, rows))

    def _keep_threads(self, ledger: LedgerRow, streams: Sequence[str], entries: Sequence[Recorded]) -> None:
        """Keeps these streams, of which the entries are given whole."""
        if len(self._threads) + len(streams) > KEPT:
            self._threads.clear()
        found: dict[str, list[Recorded]] = {stream: [] for stream in streams}
        for event in entries:
            found[event.originator_id].append(event)
        self._threads.update({(ledger.id, stream): events for stream, events in found.items()})

    @cached_property
    def _threads(self) -> dict[tuple[int, str], list[Recorded]]:
        """Entries by ledger and stream, of the streams that were read."""
        return {}

    def entry(self, reference: EntryReference, *, within: Recorded) -> Recorded | None:
        """The entry referred to, within the cut."""
        ledger = self._target(reference, within)
        at = ledger.place_of(reference.fingerprint or ledger.fingerprint, reference.position) if ledger else None
        if ledger is None or at is None or at >= self.limit(ledger):
            note(lambda: ANYTHING)
            return None
        return self._read(ledger, at)

    def refs(self, record: Recorded, *references: EntryReference) -> tuple[Citation, ...]:
        """Citations of entries, also beyond the cut."""
        cited = []
        for reference in references:
            ledger = self._target(reference, record)
            at = ledger.place_of(reference.fingerprint or ledger.fingerprint, reference.position) if ledger else None
            found = self._read(ledger, at) if ledger is not None and at is not None else None
            if found is None:
                note(lambda: ANYTHING)
            cited.append(
                self.cite(found) if found is not None else Citation(reference.fingerprint, reference.position, "")
            )
        return tuple(cited)

    def at(self, ledger: LedgerRow, position: int) -> Recorded | None:
        """The entry at a position of a joined ledger, within the cut."""
        if position < self.limit(ledger):
            return self._read(ledger, position)
        note(lambda: ANYTHING)
        return None

    def cited(self, cite: Citation) -> Recorded | None:
        """The entry that a citation names, within the cut."""
        ledger = next((row for row in self.ledgers if row.origin == cite.ledger), None)
        return self.at(ledger, cite.position) if ledger is not None else None

    def gather_cited(self, cites: Iterable[Citation]) -> None:
        """Reads the entries that citations name together, for whoever asks for each with `cited`."""
        by_origin: defaultdict[str, dict[int, None]] = defaultdict(dict)
        for cite in cites:
            by_origin[cite.ledger][cite.position] = None
        for ledger in self.ledgers:
            wanted = [at for at in by_origin.get(ledger.origin, ()) if (ledger.id, at) not in self._kept]
            for start in range(0, len(wanted), TOGETHER):
                some = wanted[start : start + TOGETHER]
                sql = f"SELECT {RECORD} WHERE r.ledger = ? AND r.position IN ({','.join('?' * len(some))})"
                self._decoded(ledger, self.views.select(sql, (ledger.id, *some)))

    def cite(self, record: Recorded) -> Citation:
        """The citation of a record."""
        place = (self._ledger_of(record).stands(record.position)) if record.position < 0 else None
        return Citation(record.ledger, record.position, record.ref, place)

    def _read(self, ledger: LedgerRow, position: int) -> Recorded | None:
        kept = self._kept.get((ledger.id, position))
        if kept is not None:
            return kept
        rows = self.views.select(f"SELECT {RECORD} WHERE r.ledger = ? AND r.position = ?", (ledger.id, position))
        return self._decoded(ledger, rows)[0] if rows else None

    def _decoded(self, ledger: LedgerRow, rows: list[Any]) -> list[Recorded]:
        """The entries of rows, each decoded once as long as it is kept. A row is let go once it is decoded, so that of
        a whole ledger rows and entries are never held at once."""
        found, kept, id_ = [], self._kept, ledger.id
        corrected: Mapping[int, Recorded] | None = None
        rows.reverse()
        while rows:
            row = rows.pop()
            key = (id_, row["position"])
            event = kept.get(key)
            if event is None:
                event = self.views.decoded.get(ledger, row)
                if corrected is None:  # which reads entries, too
                    corrected = self._changes(ledger).corrected
                event = corrected.get(event.position, event)
                if len(kept) >= KEPT:
                    del kept[next(iter(kept))]
                kept[key] = event
            found.append(event)
        return found

    @cached_property
    def _kept(self) -> dict[tuple[int, int], Recorded]:
        """Entries by ledger and position, the last KEPT that were decoded."""
        return {}

    def _target(self, reference: EntryReference, within: Recorded) -> LedgerRow | None:
        if not reference.fingerprint:
            return self._ledger_of(within)
        asked = (reference.fingerprint, reference.position)
        return next((row for row in self.ledgers if row.place_of(*asked) is not None), None)

    @cached_property
    def original(self) -> Self:
        """The same cut with every record as it was recorded."""
        return self if self.as_recorded or not self._has_changes else replace(self, as_recorded=True)

    @cached_property
    def latest(self) -> Self:
        """The same cut with everything that is recorded by now."""
        return self if self.known_at is None and self.entries is None else replace(self, known_at=None, entries=None)

    @state_property
    def _has_changes(self) -> bool:
        """Whether anything was corrected or withdrawn."""
        changing = (RecordCorrected.TYPE, RecordWithdrawn.TYPE)
        sql = "SELECT 1 FROM records INDEXED BY records_by_kind WHERE ledger = ? AND type IN (?, ?) LIMIT 1"
        return any(self.views.select(sql, (ledger.id, *changing)) for ledger in self.ledgers)

    @cached_property
    def touchable(self) -> Self:
        """The same cut as what touches a case is told by: the organ's records as recorded, the case's facts as last."""
        return self if self.duty_as_recorded else replace(self, as_recorded=False, duty_as_recorded=True)

    def uncorrected(self, record: Recorded) -> Recorded:
        """A record as it was recorded."""
        return self.original.at(self._ledger_of(record), record.position) or record

    def claimed_later(self, cite: Citation, obligation: str) -> date | None:
        """The day on which a correction added a claim that the record had not."""
        corrected = self._changes(self.duty).corrected if cite.ledger == self.duty.origin else {}
        record = corrected.get(cite.position)
        if record is None or obligation in (getattr(self.uncorrected(record).payload, "claims", None) or ()):
            return None
        for event in self.followers(record):
            made = event.payload
            if isinstance(made, RecordCorrected) and made.corrects.position == cite.position and made.field == "claims":
                value = made.new_value if isinstance(made.new_value, list | tuple) else [made.new_value]
                if obligation in value:
                    return event.recorded_at.astimezone(self.zone).date()
        return None

    def is_withdrawn(self, record: Recorded) -> bool:
        """Whether a record was withdrawn, so that it counts for nothing."""
        return record.position in self._changes(self._ledger_of(record)).withdrawn

    def standing(self, change: Recorded) -> Standing:
        """How a correction or withdrawal stands."""
        return self._changes(self._ledger_of(change)).standings.get(change.position, "unreadable")

    def counts(self, change: Recorded) -> bool:
        """Whether a correction or withdrawal is read."""
        return self.standing(change) == "counts"

    def waits_for(self, change: Recorded) -> tuple[str, ...]:
        """Whose signature a proposed correction waits for."""
        return tuple(sorted(self._changes(self._ledger_of(change)).waits.get(change.position, ())))

    def state(self, cite: Citation) -> State | None:
        """What became of an entry by corrections and withdrawals; None where nothing was said of it."""
        ledger = next((row for row in self.ledgers if row.origin == cite.ledger), None)
        return self._changes(ledger).states.get(cite.position) if ledger is not None else None

    @cached_property
    def refusals(self) -> Mapping[int, Sequence[Recorded]]:
        """The refusals on record, by what they refuse."""
        found: dict[int, list[Recorded]] = {}
        for event in self.records(RecordRefused):
            if isinstance(event.payload, RecordRefused) and not event.payload.refuses.fingerprint:
                found.setdefault(event.payload.refuses.position, []).append(event)
        return found

    def _changes(self, ledger: LedgerRow) -> ChangedRecords:
        if self.as_recorded or (self.duty_as_recorded and ledger.kind == "duty"):
            return NOTHING
        if ledger.id not in self._changed:
            found = self.held(f"changes {ledger.id}", lambda: self._find_changes(ledger))
            self._changed[ledger.id] = found
        return self._changed[ledger.id]

    @cached_property
    def _changed(self) -> dict[int, ChangedRecords]:
        return {}

    def _find_changes(self, ledger: LedgerRow) -> ChangedRecords:
        rows = self.views.select(
            f"SELECT {COLUMNS} FROM records r INDEXED BY records_by_kind {TEXTS}"
            " WHERE r.ledger = ? AND r.type IN (?, ?) AND r.position < ? ORDER BY r.position",
            (ledger.id, RecordCorrected.TYPE, RecordWithdrawn.TYPE, self.limit(ledger)),
        )
        if not rows:
            return NOTHING
        events = [self.views.decoded.get(ledger, row) for row in rows]

        def lead_of(event: Recorded) -> datetime | None:
            return self._first_lead(event) if ledger.kind == "duty" and ledger.id == self.duty.id else None

        def read(reference: EntryReference) -> Recorded | None:
            return self.original.at(ledger, reference.position)

        return changes(events, read, self.original.followers, lead_of)

    def _first_lead(self, record: Recorded) -> datetime | None:
        """The first lead of the cases that a record touches, which only the whole of the facts can tell."""
        raise NotImplementedError
