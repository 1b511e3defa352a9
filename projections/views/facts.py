"""`Facts` answered from the views database, by index."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property, partial
from typing import Any

from ledger.errors import BadInput, Incomplete
from ledger.events.base import Payload
from ledger.events.cases import CaseOpened, LeadReceived
from ledger.events.fields import ERASED_TEXT, EntryReference
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordCorrected, RecordRefused, RecordWithdrawn
from ledger.events.register import (
    PersonLinked,
    PersonRegistered,
    PersonRenamed,
    PostRegistered,
    UnitEnded,
    UnitRegistered,
    UnitRenamed,
)
from ledger.events.roles import BY_ID, Role, role_of
from ledger.events.trust import RulesAdopted, RulesAdoptedV1
from projections.facts.circles import circles, open_leads
from projections.facts.rules import Adopted, RuleSet, rules_on
from projections.facts.touching import first_lead
from projections.facts.values import Circle, Citation, Elsewhere, OpenLead, Period, Person, Tenure, Unit
from projections.views.anchors import anchor_book
from projections.views.changes import NOTHING, Changes, Filter, changes, with_marks
from projections.views.corrections import Asked, Version, undisputed_version
from projections.views.groups import groups
from projections.views.project import LedgerRow, milliseconds, moment_of
from projections.views.store import KEPT, Views

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = "r.*, t.texts"
_TEXTS = "LEFT JOIN texts t ON t.ledger = r.ledger AND t.position = r.position"
_RECORD = f"{_COLUMNS} FROM records r {_TEXTS}"
_JOINED = f"CROSS JOIN records r ON r.ledger = d.ledger AND r.position = d.position {_TEXTS}"
"""The records of a driving table `d`: the cross join keeps SQLite from reading the whole ledger first."""


@dataclass(frozen=True)
class ViewFacts:
    """A cut through the views; see projections.facts.protocol.Facts for what each method promises."""

    views: Views
    known_at: datetime | None = None
    organ: str | None = None
    """Origin of the duty ledger asked about; None = the first one joined."""
    entries: int | None = None
    """Only so many duty entries, for a cut at a position; None = all known at the moment."""
    kinds: frozenset[str] | None = None
    """The kinds of ledger that exist for who asks, None = all: nothing of any other is in any answer."""
    as_recorded: bool = False
    """Every record as it was recorded: corrections and withdrawals change nothing."""
    of_case: str | None = None
    """The one case whose leads, opening and queries are looked at; None = those of all."""

    # --- the cut ---

    @cached_property
    def ledgers(self) -> tuple[LedgerRow, ...]:
        """The joined ledgers."""
        return tuple(row for row in self.views.ledgers() if self.kinds is None or row.kind in self.kinds)

    @cached_property
    def duty(self) -> LedgerRow:
        """The duty ledger asked about. Raises Incomplete where none is joined."""
        for ledger in self.ledgers:
            if ledger.kind == "duty" and self.organ in (None, ledger.origin):
                return ledger
        raise Incomplete("the views contain no duty ledger; rebuild them with: zeren views rebuild")

    @cached_property
    def case_ledgers(self) -> tuple[LedgerRow, ...]:
        """The joined case ledgers."""
        return self._of_kind("case")

    def _of_kind(self, kind: str) -> tuple[LedgerRow, ...]:
        return tuple(ledger for ledger in self.ledgers if ledger.kind == kind)

    @cached_property
    def cut(self) -> int:
        """Number of duty entries known at the cut: the prefix that ends with the last entry recorded by then."""
        known = self._known_entries()
        return known if self.entries is None else min(self.entries, known)

    def _known_entries(self) -> int:
        if self.known_at is None:
            return self.views.position(self.duty.origin)
        rows = self.views.select(
            "SELECT position FROM records WHERE ledger = ? AND recorded_at <= ?"
            " ORDER BY recorded_at DESC, position DESC LIMIT 1",
            (self.duty.id, milliseconds(self.known_at)),
        )
        return int(rows[0]["position"]) + 1 if rows else 0

    @property
    def as_of(self) -> datetime | None:
        """The cut's moment, or that of the last entry where it is cut at a position."""
        return self.known_at if self.entries is None else self.last_recorded_at

    @property
    def zone(self) -> tzinfo:
        """The duty ledger's time zone."""
        return self.duty.zone

    @cached_property
    def began_on(self) -> date | None:
        """The local day of the duty ledger's first entry."""
        rows = self.views.select("SELECT recorded_at FROM records WHERE ledger = ? AND position = 0", (self.duty.id,))
        return moment_of(rows[0]["recorded_at"]).astimezone(self.zone).date() if rows and self.cut else None

    @cached_property
    def last_recorded_at(self) -> datetime:
        """The moment of the last duty entry known."""
        sql = "SELECT recorded_at FROM records WHERE ledger = ? AND position = ?"
        rows = self.views.select(sql, (self.duty.id, self.cut - 1))
        return moment_of(rows[0]["recorded_at"]) if rows else _EPOCH

    @cached_property
    def rules(self) -> RuleSet:
        """The rule set of all adoptions by the cut, also of those that count from a later day."""
        return self.rules_on(date.max)

    @cached_property
    def adopted_rules(self) -> tuple[Adopted, ...]:
        """The rule sets adopted by the cut, in order; each counts from its own day, from adoption at the earliest."""
        found = []
        for event in self.records(RulesAdopted, RulesAdoptedV1):
            adopted, since = event.payload, event.recorded_at.astimezone(self.zone).date()
            if isinstance(adopted, RulesAdopted):
                found.append(Adopted(max(adopted.valid_from or since, since), adopted))
            elif isinstance(adopted, RulesAdoptedV1):
                found.append(Adopted(since, adopted))
        return tuple(found)

    def rules_on(self, on: date) -> RuleSet:
        """The rule set in force on a day."""
        days = [each.since for each in self.adopted_rules if each.since <= on]
        key = max(days, default=date.min)
        if key not in self._rules_by_day:
            self._rules_by_day[key] = rules_on(self.adopted_rules, key)
        return self._rules_by_day[key]

    @cached_property
    def _rules_by_day(self) -> dict[date, RuleSet]:
        return {}

    # --- parties ---

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """Registered units by id."""
        return {
            row["id"]: Unit(row["id"], row["ref"], self._kind(row), self._name(row), *self._lives.get(row["id"], ()))
            for row in self._parties("unit")
        }

    @cached_property
    def _lives(self) -> Mapping[str, tuple[date | None, date | None, tuple[str, ...]]]:
        """(first day, last day, units that took it over) of each unit of which the record says any of it."""
        found: dict[str, tuple[date | None, date | None, tuple[str, ...]]] = {}
        for event in self.records(UnitRegistered, UnitEnded):
            match event.payload:
                case UnitRegistered(unit=id_, valid_from=date() as first):
                    found[id_] = (first, None, ())
                case UnitEnded(unit=id_, valid_to=last, into=into):
                    found[id_] = (found.get(id_, (None, None, ()))[0], last, into or ())
        return found

    @cached_property
    def persons(self) -> Mapping[str, Person]:
        """Registered persons by id."""
        return {row["id"]: Person(row["id"], row["ref"], self._name(row)) for row in self._parties("person")}

    def _parties(self, kind: str) -> list[Any]:
        """The organ's own, and what the discipline side registered; never what another organ knows and it does not."""
        rows = self.views.select(
            "SELECT p.*, t.texts FROM parties p LEFT JOIN texts t ON t.ledger = p.ledger AND t.position = p.position"
            " WHERE p.kind = ? AND (p.ledger != ? OR p.position < ?)"
            f" AND p.ledger IN ({','.join(str(ledger.id) for ledger in self.ledgers)})"
            " ORDER BY p.ledger = ? , p.position",
            (kind, self.duty.id, self.cut, self.duty.id),
        )
        others = {ledger.id for ledger in self.ledgers if ledger.kind == "duty" and ledger.id != self.duty.id}
        foreign = {row["id"] for row in rows if row["ledger"] in others}
        own = {row["id"] for row in rows if row["ledger"] == self.duty.id}
        return [row for row in rows if row["ledger"] not in others and row["id"] not in foreign - own]

    def _registered(self, row: Any) -> Payload | None:
        """The registration of a party as corrections make it read; None where none does."""
        ledger = next(ledger for ledger in self.ledgers if ledger.id == row["ledger"])
        found = self._changes(ledger).corrected.get(row["position"])
        return found.payload if found is not None else None

    def _kind(self, row: Any) -> str:
        registered = self._registered(row)
        return registered.kind if isinstance(registered, UnitRegistered) else str(row["unit_kind"])

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        """The last name known of each person and unit that was renamed."""
        events = [event.payload for event in self.records(UnitRenamed, PersonRenamed)]
        names: dict[str, str] = {}
        for payload in sorted(
            (each for each in events if isinstance(each, UnitRenamed | PersonRenamed)), key=lambda each: each.valid_from
        ):
            if payload.name is not None and payload.name != ERASED_TEXT:
                names[payload.unit if isinstance(payload, UnitRenamed) else payload.person] = payload.name
        return names

    def _name(self, row: Any) -> str:
        if row["id"] in self._renamed:
            return self._renamed[row["id"]]
        registered = self._registered(row)
        if isinstance(registered, UnitRegistered | PersonRegistered) and registered.name not in (None, ERASED_TEXT):
            return str(registered.name)
        return str(json.loads(row["texts"]).get("name", row["ref"])) if row["texts"] else str(row["ref"])

    @cached_property
    def party_group(self) -> str | None:
        """The unit of kind party_group."""
        return next((unit.id for unit in self.units.values() if unit.kind == "party_group"), None)

    # --- times proved from outside ---

    def contradicted(self, tenure: Tenure) -> bool:
        """Whether the anchors on record contradict the entry's own time, whenever they were recorded."""
        bounds = anchor_book(self.views, self.duty).bounds(tenure.entry.position)
        return tenure.entry.ledger == self.duty.origin and bounds.contradict(tenure.recorded_at)

    # --- records ---

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
        answers = bool({RecordAccepted, RecordRefused} & set(types))  # consents are read as what they stand for
        names = [*(cls.TYPE for cls in types), *([ConsentRecorded.TYPE] if answers else [])]
        sql, values = _statement(names, claims, named, occurred, recorded_after)
        found: list[Recorded] = []
        for joined in [self.duty] if ledger == "duty" else self._of_kind(ledger):
            limits = {"ledger": joined.id, "limit": self.limit(joined)}
            read = self._decoded(joined, self.views.select(sql, values | limits))
            if answers:
                read = [event for event in read if isinstance(event.payload, types)]
            changed = self._changes(joined)
            if changed is not NOTHING:
                asked = Filter(types, frozenset(named), occurred, claims, recorded_after, self.zone)
                read = asked.among(read, changed)
            found += read
        return found

    def marked(self, marks: Sequence[int]) -> Sequence[Recorded]:
        """Entries by the marks of what they hold."""
        rows = self.views.select(
            f"SELECT {_COLUMNS} FROM (SELECT DISTINCT ledger, position FROM marks WHERE ledger = ?"
            f" AND mark IN ({','.join('?' * len(marks))}) AND position < ?) found"
            f" CROSS JOIN records r ON r.ledger = found.ledger AND r.position = found.position {_TEXTS}"
            " ORDER BY found.position",
            (self.duty.id, *marks, self.cut),
        )
        read = self._decoded(self.duty, rows)
        changed = self._changes(self.duty)
        return read if changed is NOTHING else with_marks(read, changed, frozenset(marks))

    def alike(self, record: Recorded | None = None) -> Sequence[tuple[Citation, ...]]:
        """Groups of entries with texts that are alike, as stored."""
        # The plus keeps SQLite from carrying the limit over to the links, where it would read all up to it.
        where, values = "g.ledger = ? AND +g.position < ?", [self.duty.id, self.cut]
        if record is not None:
            where += " AND g.root = (SELECT root FROM likeness WHERE ledger = ? AND position = ?)"
            values += [self.duty.id, record.position]
        links = self.views.select(
            "SELECT l.position, l.earlier FROM likeness g"
            f" CROSS JOIN links l ON l.ledger = g.ledger AND l.position = g.position WHERE {where}",
            values,
        )
        gone = self._changes(self.duty).withdrawn
        found = groups(
            (row["position"], row["earlier"]) for row in links if not gone & {row["position"], row["earlier"]}
        )
        if record is not None:
            found = [group for group in found if record.position in group]
        if not found:
            return []
        rows = self.views.select(
            "SELECT g.position, r.ref FROM likeness g"
            f" CROSS JOIN records r ON r.ledger = g.ledger AND r.position = g.position WHERE {where}",
            values,
        )
        refs = {row["position"]: row["ref"] or f"#{row['position']}" for row in rows}
        return [tuple(Citation(self.duty.origin, each, refs[each]) for each in group) for group in found]

    def _decoded(self, ledger: LedgerRow, rows: Sequence[Any]) -> list[Recorded]:
        """The entries of rows, each decoded once as long as it is kept."""
        found = []
        for row in rows:
            key = (ledger.id, row["position"])
            event = self._kept.get(key)
            if event is None:
                event = self.views.decoded.get(ledger, row)
                event = self._changes(ledger).corrected.get(event.position, event)
                if len(self._kept) >= KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = event
            found.append(event)
        return found

    @cached_property
    def original(self) -> "ViewFacts":
        """The same cut with every record as it was recorded."""
        return self if self.as_recorded else replace(self, as_recorded=True)

    def uncorrected(self, record: Recorded) -> Recorded:
        """A record as it was recorded."""
        return self.original.at(self._ledger_of(record), record.position) or record

    def is_withdrawn(self, record: Recorded) -> bool:
        """Whether a record was withdrawn, so that it counts for nothing."""
        return record.position in self._changes(self._ledger_of(record)).withdrawn

    def _changes(self, ledger: LedgerRow) -> Changes:
        if self.as_recorded:
            return NOTHING
        if ledger.id not in self._changed:
            self._changed[ledger.id] = self._find_changes(ledger)
        return self._changed[ledger.id]

    def _find_changes(self, ledger: LedgerRow) -> Changes:
        rows = self.views.select(
            f"SELECT {_COLUMNS} FROM records r INDEXED BY records_by_kind {_TEXTS}"
            " WHERE r.ledger = ? AND r.type IN (?, ?) AND r.position < ? ORDER BY r.position",
            (ledger.id, RecordCorrected.TYPE, RecordWithdrawn.TYPE, self.limit(ledger)),
        )
        if not rows:
            return NOTHING
        events = [self.views.decoded.get(ledger, row) for row in rows]
        answers: dict[int, Recorded] = {}
        for event in events:
            answers |= {
                each.position: each
                for each in self.original.followers(event)
                if isinstance(each.payload, RecordAccepted)
            }
        events = sorted([*events, *answers.values()], key=lambda event: event.position)

        def lead_of(event: Recorded) -> datetime | None:
            return first_lead(self.original, event) if ledger.id == self.duty.id else None

        def read(reference: EntryReference) -> Recorded | None:
            return self.original.at(ledger, reference.position)

        return changes(events, read, lead_of)

    @cached_property
    def _changed(self) -> dict[int, Changes]:
        return {}

    @cached_property
    def _kept(self) -> dict[tuple[int, int], Recorded]:
        """Entries by ledger and position, the last KEPT that were decoded."""
        return {}

    def followers(self, record: Recorded) -> Sequence[Recorded]:
        """Later entries of the record's stream."""
        ledger = self._ledger_of(record)
        rows = self.views.select(
            f"SELECT {_RECORD} WHERE r.ledger = ? AND r.stream = ? AND r.position > ? AND r.position < ?"
            " ORDER BY r.position",
            (ledger.id, record.originator_id, record.position, self.limit(ledger)),
        )
        return self._decoded(ledger, rows)

    def entry(self, reference: EntryReference, *, within: Recorded) -> Recorded | None:
        """The entry referred to, within the cut."""
        ledger = self._target(reference, within)
        if ledger is None or reference.position >= self.limit(ledger):
            return None
        return self._read(ledger, reference.position)

    def refs(self, record: Recorded, *references: EntryReference) -> tuple[Citation, ...]:
        """Citations of entries, also beyond the cut."""
        cited = []
        for reference in references:
            ledger = self._target(reference, record)
            found = self._read(ledger, reference.position) if ledger is not None else None
            cited.append(
                self.cite(found) if found is not None else Citation(reference.fingerprint, reference.position, "")
            )
        return tuple(cited)

    def at(self, ledger: LedgerRow, position: int) -> Recorded | None:
        """The entry at a position of a joined ledger, within the cut."""
        return self._read(ledger, position) if position < self.limit(ledger) else None

    def cited(self, cite: Citation) -> Recorded | None:
        """The entry that a citation names, within the cut."""
        ledger = next((row for row in self.ledgers if row.origin == cite.ledger), None)
        return self.at(ledger, cite.position) if ledger is not None else None

    def cite(self, record: Recorded) -> Citation:
        """The citation of a record."""
        return Citation(record.ledger, record.position, record.ref)

    def _read(self, ledger: LedgerRow, position: int) -> Recorded | None:
        kept = self._kept.get((ledger.id, position))
        if kept is not None:
            return kept
        rows = self.views.select(f"SELECT {_RECORD} WHERE r.ledger = ? AND r.position = ?", (ledger.id, position))
        return self._decoded(ledger, rows)[0] if rows else None

    def _target(self, reference: EntryReference, within: Recorded) -> LedgerRow | None:
        if not reference.fingerprint:
            return self._ledger_of(within)
        return next((row for row in self.ledgers if row.fingerprint == reference.fingerprint), None)

    def _ledger_of(self, record: Recorded) -> LedgerRow:
        return next(ledger for ledger in self.ledgers if ledger.origin == record.ledger)

    def limit(self, ledger: LedgerRow) -> int:
        """How many entries of a joined ledger are looked at: the duty ledger up to the cut, others whole."""
        return self.cut if ledger.id == self.duty.id else self._sizes[ledger.id]

    @cached_property
    def _sizes(self) -> Mapping[int, int]:
        return {ledger.id: self.views.position(ledger.origin) for ledger in self.ledgers}

    # --- tenures ---

    def tenures(
        self,
        *,
        person: str | None = None,
        post: str | None = None,
        role: Role | None = None,
        unit: str | None = None,
        supervises: str | None = None,
        on: date | None = None,
        during: Period | None = None,
        undisputed: bool = False,
        uncorrected_from: datetime | None = None,
    ) -> Sequence[Tenure]:
        """Tenures as known at the cut."""
        stretch = Period(on, on) if on is not None else during
        posts = self._posts(post, role)
        found = self._tenures_known(person, posts, unit, supervises, stretch)
        if uncorrected_from is not None:
            before = self._uncorrected(uncorrected_from)
        else:
            before = self._before_disputes if undisputed else {}
        if not before:
            return found
        asked = Asked(person, posts, unit, supervises, stretch)
        kept = [tenure for tenure in found if tenure.entry.position not in before]
        kept += [tenure for tenure in before.values() if asked.fits(tenure)]
        return sorted(kept, key=lambda tenure: tenure.entry.position)

    @cached_property
    def _before_disputes(self) -> Mapping[int, Tenure]:
        """Tenures without their disputed corrections, by position; those that have none are left out."""
        leads = [*(circle.lead_at for circle in self.circles), *(lead.lead_at for lead in self.open_leads)]
        return self._without_corrections(min(leads), self._disputed) if leads else {}

    def _uncorrected(self, moment: datetime) -> Mapping[int, Tenure]:
        """Tenures without their late corrections from a moment on, by position; those that have none are left out."""
        if moment not in self._corrected_late:
            self._corrected_late[moment] = self._without_corrections(moment, self._late)
        return self._corrected_late[moment]

    @cached_property
    def _corrected_late(self) -> dict[datetime, Mapping[int, Tenure]]:
        return {}

    def _without_corrections(
        self, lead: datetime, left_out: Callable[[datetime, Version, Version], bool]
    ) -> Mapping[int, Tenure]:
        rows = self.views.select(
            "SELECT n.*, r.ref, r.recorded_at, e.ref AS ended_ref, c.type AS made_by, c.recorded_at AS made_at"
            " FROM tenures n JOIN records r ON r.ledger = n.ledger AND r.position = n.position"
            " JOIN records c ON c.ledger = n.ledger AND c.position = n.known_from"
            " LEFT JOIN records e ON e.ledger = n.ledger AND e.position = n.ended_by"
            " WHERE n.ledger = ? AND n.known_from < ? AND n.position IN"
            " (SELECT t.position FROM tenures t JOIN records x ON x.ledger = t.ledger AND x.position = t.known_from"
            " WHERE t.ledger = n.ledger AND x.type = ? AND x.recorded_at >= ?)"
            " ORDER BY n.position, n.known_from",
            [self.duty.id, self.cut, RecordCorrected.TYPE, milliseconds(lead)],
        )
        versions: dict[int, list[Mapping[str, Any]]] = {}
        for row in rows:
            versions.setdefault(row["position"], []).append({name: row[name] for name in row.keys()})  # noqa: SIM118
        found = {}
        for position, known in versions.items():
            kept = undisputed_version(known, partial(left_out, lead))
            if kept is not None:
                found[position] = self._tenure(kept)
        return found

    def _late(self, lead: datetime, before: Version, version: Version) -> bool:
        """Whether a version was made by a correction from the lead on, later than a late assignment may be."""
        made_at = moment_of(version["made_at"])
        if version["made_by"] != RecordCorrected.TYPE or made_at < lead:
            return False
        first = date.fromisoformat(min(before["valid_from"], version["valid_from"]))
        return (made_at.astimezone(self.zone).date() - first).days > self.rules_on(
            made_at.astimezone(self.zone).date()
        ).tolerance("assignment")

    def _disputed(self, earliest: datetime, before: Version, version: Version) -> bool:
        """Whether it was made so late by a correction, from the first lead on of a case that the correction touches."""
        correction = self._read(self.duty, version["known_from"]) if self._late(earliest, before, version) else None
        lead = first_lead(self, correction) if correction is not None else None
        return lead is not None and correction is not None and correction.recorded_at >= lead

    def role_of(self, post: str) -> Role:
        """What a post is in the organ, by its registration."""
        if post not in self._roles:
            self._roles[post] = role_of(post)
        return self._roles[post]

    @cached_property
    def _roles(self) -> dict[str, Role]:
        """Roles by post: as the registrations say, else as the id says."""
        found: dict[str, Role] = {**BY_ID}
        for event in self.records(PostRegistered):
            registered = event.payload
            if isinstance(registered, PostRegistered):
                found[registered.post] = role_of(registered.post, registered.role)
        return found

    @cached_property
    def refusals(self) -> Mapping[int, Sequence[Recorded]]:
        """The refusals on record, by what they refuse."""
        found: dict[int, list[Recorded]] = {}
        for event in self.records(RecordRefused):
            if isinstance(event.payload, RecordRefused) and not event.payload.refuses.fingerprint:
                found.setdefault(event.payload.refuses.position, []).append(event)
        return found

    def _posts(self, post: str | None, role: Role | None) -> frozenset[str] | None:
        """The posts that a question is about; None does not limit."""
        asked = frozenset((post,)) if post is not None else None
        if role is None:
            return asked
        of_role = frozenset(id_ for id_, known in self._roles.items() if known == role)
        return of_role if asked is None else asked & of_role

    def _tenures_known(
        self,
        person: str | None,
        posts: frozenset[str] | None,
        unit: str | None,
        supervises: str | None,
        stretch: Period | None,
    ) -> list[Tenure]:
        where = ["n.ledger = ?", "n.known_from < ?", "(n.known_to IS NULL OR n.known_to >= ?)"]
        values: list[Any] = [self.duty.id, self.cut, self.cut]
        if person is not None:
            where.append("n.person = ?")
            values.append(person)
        if posts is not None:
            where.append(f"n.post IN ({','.join('?' * len(posts))})")
            values += sorted(posts)
        for relation, id_ in (("scope", unit), ("supervises", supervises)):
            if id_ is not None:
                where.append(
                    "(n.position, n.known_from) IN (SELECT position, known_from FROM tenure_units"
                    " WHERE ledger = n.ledger AND relation = ? AND unit = ?)"
                )
                values += [relation, id_]
        if stretch is not None:
            where.append("n.valid_from <= ? AND (n.valid_to IS NULL OR n.valid_to >= ?)")
            values += [stretch.last.isoformat(), stretch.first.isoformat()]
        rows = self.views.select(
            "SELECT n.*, r.ref, r.recorded_at, e.ref AS ended_ref FROM tenures n"
            " JOIN records r ON r.ledger = n.ledger AND r.position = n.position"
            " LEFT JOIN records e ON e.ledger = n.ledger AND e.position = n.ended_by"
            f" WHERE {' AND '.join(where)} ORDER BY n.position",
            values,
        )
        withdrawn = self._changes(self.duty).withdrawn
        return [self._tenure(row) for row in rows if row["position"] not in withdrawn]

    def _tenure(self, row: Any) -> Tenure:
        origin = self.duty.origin
        recorded_at = moment_of(row["recorded_at"])
        valid_from = date.fromisoformat(row["valid_from"])
        ended = row["ended_by"]
        return Tenure(
            entry=Citation(origin, row["position"], row["ref"] or f"#{row['position']}"),
            person=row["person"],
            post=row["post"],
            acting=row["acting"],
            scope=tuple(json.loads(row["scope"])),
            supervises=tuple(json.loads(row["supervises"])),
            functions=tuple(json.loads(row["functions"])),
            valid_from=valid_from,
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            leaves=row["leaves"],
            ended_by=Citation(origin, ended, row["ended_ref"] or f"#{ended}") if ended is not None else None,
            recorded_at=recorded_at,
            legacy=bool(row["legacy"]),
            late_by=(recorded_at.astimezone(self.zone).date() - valid_from).days,
            role=self.role_of(row["post"]),
        )

    # --- other organs ---

    def organ_of(self, case: str) -> str | None:
        """Origin of the duty ledger that a case is about: the one pinned, else the one that registered its unit.

        None where neither says it, so that the first joined is taken. Raises BadInput for an unknown case.
        """
        opened = self.case(case).payload
        if not isinstance(opened, CaseOpened):
            raise TypeError("a case is opened by case.opened")
        return self._organ_of(opened)

    def _organ_of(self, opened: CaseOpened) -> str | None:
        duties = [ledger for ledger in self.ledgers if ledger.kind == "duty"]
        for ledger in duties:
            if opened.pin is not None and opened.pin.fingerprint == ledger.fingerprint:
                return ledger.origin
        for ledger in duties:
            known = "SELECT 1 FROM parties WHERE kind = 'unit' AND ledger = ? AND id = ?"
            if self.views.select(known, (ledger.id, opened.unit)):
                return ledger.origin
        return None

    def elsewhere(self, person: str) -> Sequence[Elsewhere]:
        """Posts in other joined organs, by `person.linked` entries of the joined case ledgers."""
        found = []
        for ledger in self.ledgers:
            if ledger.kind != "duty" or ledger.id == self.duty.id:
                continue
            other = ViewFacts(self.views, organ=ledger.origin)
            for id_ in self._linked(person, ledger.fingerprint):
                found += [
                    Elsewhere(ledger.title, id_, tenure.post, tenure.valid_from, tenure.valid_to, tenure.entry)
                    for tenure in other.tenures(person=id_)
                ]
        return found

    def _linked(self, person: str, fingerprint: str) -> list[str]:
        """The ids that a person of this organ has in the ledger of this fingerprint, each once."""
        same: dict[str, None] = {}
        for event in self.records(PersonLinked, ledger="case"):
            link = event.payload
            if isinstance(link, PersonLinked):
                own = self._ledger_of(event).fingerprint
                ids = {(identity.fingerprint or own, identity.id) for identity in link.identities}
                if (self.duty.fingerprint, person) in ids:
                    local = {(fp, id_) for fp, id_ in ids if fp == own}
                    for each in self.records(PersonLinked, ledger="case"):
                        other = each.payload
                        if isinstance(other, PersonLinked) and each.ledger == event.ledger:
                            theirs = {(identity.fingerprint or own, identity.id) for identity in other.identities}
                            if theirs & (local | ids):
                                same |= dict.fromkeys(id_ for fp, id_ in sorted(theirs) if fp == fingerprint)
        return list(same)

    # --- cases ---

    def cases(self) -> Sequence[Recorded]:
        """The opened cases."""
        return self.records(CaseOpened, ledger="case")

    @property
    def has_cases(self) -> bool:
        """Whether a case ledger is joined."""
        return bool(self.case_ledgers)

    @cached_property
    def circles(self) -> tuple[Circle, ...]:
        """The cases as records may touch them; of cases over another organ's ledger none is touched here."""
        if not self.as_recorded:
            return self.original.circles
        own = tuple(event for event in self.cases() if self._is_own(event))
        return tuple(circle for circle in circles(self, own) if self.of_case in (None, circle.case))

    def _is_own(self, event: Recorded) -> bool:
        """Whether a lead or opening is about this duty ledger, as far as its pin, or the case's unit, tells."""
        work = event.payload
        if isinstance(work, CaseOpened):
            return self._organ_of(work) in (None, self.duty.origin)
        pinned = work.pin.fingerprint if isinstance(work, LeadReceived) and work.pin is not None else None
        others = {row.fingerprint for row in self.ledgers if row.kind == "duty" and row.id != self.duty.id}
        return pinned not in others

    @cached_property
    def open_leads(self) -> tuple[OpenLead, ...]:
        """The leads without a case; they are of no case's own answers."""
        if not self.as_recorded:
            return self.original.open_leads
        if self.of_case is not None:
            return ()
        return open_leads(self, [event for event in self.records(LeadReceived, ledger="case") if self._is_own(event)])

    def for_case(self, case: str) -> "ViewFacts":
        """The cut as this case's own answers have it."""
        others = self.open_leads or any(circle.case != case for circle in self.circles)
        return replace(self, of_case=case) if others else self

    def case(self, case: str) -> Recorded:
        """The opening of this case; raises BadInput for an unknown one."""
        for event in self.cases():
            if isinstance(event.payload, CaseOpened) and event.payload.case == case:
                return event
        known = ", ".join(str(event.payload.case) for event in self.cases() if isinstance(event.payload, CaseOpened))
        raise BadInput("there is no case {!r} here; known cases: {}", case, known or "none")


def _statement(
    types: Sequence[str],
    claims: str | None,
    named: Sequence[str],
    occurred: Period | None,
    recorded_after: datetime | None,
) -> tuple[str, dict[str, Any]]:
    """The query for entries of a ledger, and its values without ledger and limit.

    What an entry claims drives it, else whom it names: few entries have either.
    """
    values: dict[str, Any] = {"claims": claims} if claims is not None else {}
    values |= {f"type{number}": name for number, name in enumerate(types)}
    values |= {f"named{number}": id_ for number, id_ in enumerate(named)}
    source, at, order = f"records r {_TEXTS}", "r", "r.position"
    where = []
    if claims is not None:
        source, at, order = f"claims d {_JOINED}", "d", "d.position"
        where.append("d.obligation = :claims")
    elif named:
        source, at = f"mentions d {_JOINED}", "d"
        where.append("d.id = :named0")
        # The plus keeps SQLite from reading all that names a person, in order of position, for what names him in days.
        order = "d.position" if occurred is None else "+d.position"
    elif types:
        index = "records_by_type" if occurred is not None else "records_by_kind"
        source = f"records r INDEXED BY {index} {_TEXTS}"
    where += [
        f"EXISTS (SELECT 1 FROM mentions m WHERE m.ledger = d.ledger AND m.id = :named{number}"
        " AND m.occurred_on = d.occurred_on AND m.position = d.position)"
        for number in range(0 if claims is not None else 1, len(named))
    ]
    where += [f"{at}.ledger = :ledger", f"{order} < :limit"]
    if types:
        where.append(f"{at}.type IN ({','.join(f':type{number}' for number in range(len(types)))})")
    if occurred is not None:
        where.append(f"{at}.occurred_on BETWEEN :first AND :last")
        values |= {"first": occurred.first.isoformat(), "last": occurred.last.isoformat()}
    if recorded_after is not None:
        where.append("r.recorded_at > :after")
        values["after"] = milliseconds(recorded_after)
    return f"SELECT {_COLUMNS} FROM {source} WHERE {' AND '.join(where)} ORDER BY {order}", values
