"""Who held which post, as known at the cut."""

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any

from ledger.events.records import RecordCorrected
from ledger.events.register import PostRegistered
from ledger.events.roles import BY_ID, Role, role_of
from ledger.events.tenure import AssignmentMade
from ledger.frozen import dataclass
from projections.facts.values import Period, Tenure
from projections.views.anchors import anchor_book
from projections.views.corrections import TenureLimits, Version, ended_later, undisputed_version
from projections.views.cut import state_property
from projections.views.registered_parties import RegisteredParties
from projections.views.rows import milliseconds, moment_of
from projections.views.tenure_rows import COLUMN_OF

MOST_READ = 64
"""Questions about tenures whose answers a cut keeps."""


@dataclass(frozen=True)
class Posts(RegisteredParties):
    """Assignments; see projections.facts.protocol.Facts for what each method promises."""

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
        key = (person, posts, unit, supervises, stretch)
        found = self._tenures_read.get(key)
        if found is None:
            if len(self._tenures_read) >= MOST_READ:
                self._tenures_read.clear()
            found = self._tenures_read[key] = self._tenures_known(*key)
        before = self._without_withdrawn
        if uncorrected_from is not None:
            before = {**before, **self._uncorrected(uncorrected_from)}
        elif undisputed:
            before = {**before, **self._before_disputes}
        if not before:
            return list(found)
        asked = TenureLimits(person, posts, unit, supervises, stretch)
        kept = [tenure for tenure in found if tenure.entry.position not in before]
        kept += [tenure for tenure in before.values() if asked.fits(tenure)]
        return sorted(kept, key=lambda tenure: tenure.entry.position)

    @cached_property
    def _tenures_read(self) -> dict[Hashable, list[Tenure]]:
        """What was read of tenures: one question asks for the same ones some times over."""
        return {}

    @cached_property
    def _before_disputes(self) -> Mapping[int, Tenure]:
        """Tenures without disputed corrections and replacements, by position; those that have none are left out."""
        lead = self._earliest_lead()
        if lead is None:
            return {}
        found = self._without_corrections(lead, self._disputed)
        return {**found, **self._without_replacements(lead, found, self._is_disputed)}

    def _uncorrected(self, moment: datetime) -> Mapping[int, Tenure]:
        """Tenures without their corrections and late replacements from a moment on, by position; those that have none
        are left out."""
        if moment not in self._corrected_late:
            found = self._without_corrections(moment, self._late)
            replaced = self._without_replacements(moment, found, self._is_late)
            self._corrected_late[moment] = {**found, **replaced}
        return self._corrected_late[moment]

    @cached_property
    def _corrected_late(self) -> dict[datetime, Mapping[int, Tenure]]:
        return {}

    @state_property
    def _without_withdrawn(self) -> Mapping[int, Tenure]:
        """Tenures without their withdrawn ends and corrections, by position; those that have none are left out."""
        gone = sorted(self._changes(self.duty).withdrawn)
        holes = ",".join("?" * len(gone))
        changed = f"(known_from IN ({holes}) OR known_to IN ({holes}))"
        made = f"SELECT position FROM tenures WHERE ledger = n.ledger AND {changed}"
        return self._folded(made, [*gone, *gone], lambda *_: False) if gone else {}

    def _without_corrections(
        self, lead: datetime, left_out: Callable[[datetime, Version, Version], bool]
    ) -> Mapping[int, Tenure]:
        made = (
            "SELECT t.position FROM tenures t JOIN records x ON x.ledger = t.ledger AND x.position = t.known_from"
            " WHERE t.ledger = n.ledger AND x.type = ? AND x.recorded_at >= ?"
        )
        return self._folded(made, [RecordCorrected.TYPE, milliseconds(lead)], partial(left_out, lead))

    def _without_replacements(
        self, lead: datetime, read: Mapping[int, Tenure], disputed: Callable[[Tenure], bool]
    ) -> Mapping[int, Tenure]:
        """The tenures that a disputed assignment replaced, with the days until its recording, which it does not take.

        The end of what is replaced stands right before the assignment that replaces it (FORMAT.md section 3). `read`:
        tenures by position that read otherwise.
        """
        rows = self.views.select(
            "SELECT t.position, t.ended_by, t.valid_to, b.valid_to AS meant FROM tenures t"
            " JOIN records a ON a.ledger = t.ledger AND a.position = t.ended_by + 1"
            " JOIN tenures b ON b.ledger = t.ledger AND b.position = t.position AND b.known_to = t.known_from"
            " WHERE t.ledger = ? AND t.known_from = t.ended_by AND a.position < ?"
            " AND a.type = ? AND a.recorded_at >= ?",
            (self.duty.id, self.cut, AssignmentMade.TYPE, milliseconds(lead)),
        )
        known = {**{each.entry.position: each for each in self.tenures()}, **read} if rows else {}
        found = {}
        for row in rows:
            made, former = known.get(row["ended_by"] + 1), known.get(row["position"])
            if made is None or former is None or not self._replaces(made, former) or not disputed(made):
                continue
            counts_from = made.recorded_at.astimezone(self.zone).date()
            found[row["position"]] = ended_later(former, row["valid_to"], row["meant"], counts_from)
        return found

    def _replaces(self, made: Tenure, former: Tenure) -> bool:
        opening = self._read(self.duty, made.entry.position)
        replaces = getattr(opening.payload, "replaces", None) if opening is not None else None
        return replaces is not None and not replaces.fingerprint and replaces.position == former.entry.position

    def _folded(
        self, positions: str, values: Sequence[Any], left_out: Callable[[Version, Version], bool]
    ) -> Mapping[int, Tenure]:
        """The tenures at these positions, each without the versions that are left out or withdrawn."""
        rows = self.views.select(
            "SELECT n.*, r.ref, r.recorded_at, e.ref AS ended_ref, c.type AS made_by, c.recorded_at AS made_at"
            " FROM tenures n JOIN records r ON r.ledger = n.ledger AND r.position = n.position"
            " JOIN records c ON c.ledger = n.ledger AND c.position = n.known_from"
            " LEFT JOIN records e ON e.ledger = n.ledger AND e.position = n.ended_by"
            f" WHERE n.ledger = ? AND n.known_from < ? AND n.position IN ({positions})"
            " ORDER BY n.position, n.known_from",
            [self.duty.id, self.cut, *values],
        )
        withdrawn = self._changes(self.duty).withdrawn
        versions: dict[int, list[Mapping[str, Any]]] = {}
        for row in rows:
            version = {name: row[name] for name in row.keys()}  # noqa: SIM118
            made = self._read(self.duty, row["known_from"]) if row["made_by"] == RecordCorrected.TYPE else None
            field = getattr(made.payload, "field", None) if made is not None else None
            version["sets"] = COLUMN_OF.get(field, field) if field is not None else None
            versions.setdefault(row["position"], []).append(version)
        found = {}
        for position, known in versions.items():
            kept = undisputed_version(known, left_out, withdrawn) if position not in withdrawn else None
            if kept is not None:
                found[position] = self._tenure(kept)
        return found

    def _late(self, lead: datetime, _: Version, version: Version) -> bool:
        """Whether a version was made by a correction that was recorded from the lead on."""
        return bool(version["made_by"] == RecordCorrected.TYPE and moment_of(version["made_at"]) >= lead)

    def role_of(self, post: str) -> Role:
        """What a post is in the organ, by its registration."""
        return self._roles[post] if post in self._roles else role_of(post)

    @state_property
    def _roles(self) -> Mapping[str, Role]:
        """Roles by post: as the registrations say, else as the id says."""
        found: dict[str, Role] = {**BY_ID}
        for event in self.records(PostRegistered):
            registered = event.payload
            if isinstance(registered, PostRegistered):
                found[registered.post] = role_of(registered.post, registered.role)
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
        recorded_at = moment_of(row["recorded_at"])
        valid_from = date.fromisoformat(row["valid_from"])
        ended = row["ended_by"]
        return Tenure(
            entry=self.duty.cite(row["position"], row["ref"]),
            person=row["person"],
            post=row["post"],
            acting=row["acting"],
            scope=tuple(json.loads(row["scope"])),
            supervises=tuple(json.loads(row["supervises"])),
            functions=tuple(json.loads(row["functions"])),
            valid_from=valid_from,
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            leaves=row["leaves"],
            ended_by=self.duty.cite(ended, row["ended_ref"]) if ended is not None else None,
            recorded_at=recorded_at,
            legacy=bool(row["legacy"]),
            late_by=(recorded_at.astimezone(self.zone).date() - valid_from).days,
            role=self.role_of(row["post"]),
        )

    def contradicted(self, tenure: Tenure) -> bool:
        """Whether the anchors on record contradict the entry's own time, whenever they were recorded."""
        former = self.duty.former_at(tenure.entry.position)
        bounds = anchor_book(self.views, self.duty, former).bounds(tenure.entry.stands[1])
        return tenure.entry.ledger == self.duty.origin and bounds.contradict(tenure.recorded_at)

    def _earliest_lead(self) -> datetime | None:
        """The earliest lead of any case, which only the whole of the facts can tell."""
        raise NotImplementedError

    def _is_disputed(self, made: Tenure) -> bool:
        """Whether an assignment is under a RETRO_ASSIGNMENT of weight high, which only the whole of the facts tells."""
        raise NotImplementedError

    def _is_late(self, made: Tenure) -> bool:
        """Whether an assignment was recorded too late, which only the whole of the facts tells."""
        raise NotImplementedError

    def _disputed(self, earliest: datetime, before: Version, version: Version) -> bool:
        """Whether it was made by a correction that was recorded from the first lead on of a case that it touches."""
        correction = self._read(self.duty, version["known_from"]) if self._late(earliest, before, version) else None
        lead = self._first_lead(correction) if correction is not None else None
        return lead is not None and correction is not None and correction.recorded_at >= lead
