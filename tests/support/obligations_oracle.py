"""A slow second opinion on obligations: it walks day by day over plain lists, and knows no view, no seat, no interval.

It takes from the engine only what the signals leave of an act (`verdicts`), which has tests of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import Any

from ledger.events.acts import (
    EducationHeld,
    MeetingHeld,
    PlanMade,
    TalkHeld,
    WarningReported,
)
from ledger.events.record import Recorded
from ledger.events.register import UnitEnded
from ledger.events.tenure import ActingBegun, AssignmentMade
from projections.facts.protocol import Facts
from projections.facts.workdays import is_working_day
from projections.signals import blame, credit
from tests.support.facts_maker import ZONE

GROUP, UNITS = "group", ("aid", "office")
POSTS: tuple[tuple[str, str | None], ...] = (("secretary", None), ("member", None), *(("head", unit) for unit in UNITS))
EVENT = (
    *("occurred_at", "talker", "counterpart", "chair", "lead", "author", "finder", "body", "unit", "covers", "kind"),
    *("title", "for_year", "for_period", "addressee", "recipients"),
)
"""What tells two acts of one hour apart; of acts of one day also what they say."""
Key = tuple[str, str | None, str | None, str | None]
Held = Mapping[date, set[str]]
Seat = tuple[Held, Held]
"""Who held a post on each day, and whose day it counts as: a titular holder's where one is there beside an acting."""
Seats = tuple[Seat, Seat, bool]
Found = Iterator[tuple[Key, str, list[str]]]
Answer = Mapping[Key, tuple[str, frozenset[str]]]
"""(obligation, owner, unit, period) to (status, refs of the acts that made it so)."""


@dataclass
class Oracle:
    """The record as plain lists, judged as on a day."""

    entries: Sequence[Recorded]
    verdicts: Mapping[int, str]
    judged_on: date
    first: date
    units: Sequence[str] = field(default=UNITS, kw_only=True)

    def answer(self) -> Answer:
        found: dict[Key, tuple[str, frozenset[str]]] = {}
        everything = (self.secretary_talks(), self.supervisor_talks(), self.years(), self.reports(), self.vacancies())
        for rows in (*everything, self.warnings()):
            for key, status, refs in rows:
                found[key] = (status, frozenset(refs))
        return found

    # --- which units live ---

    @cached_property
    def ended(self) -> Mapping[str, date]:
        """The last day of each unit that has ended."""
        ends = [entry.payload for entry in self.entries if isinstance(entry.payload, UnitEnded)]
        return {end.unit: end.valid_to for end in ends}

    @cached_property
    def into(self) -> Mapping[str, Sequence[str]]:
        """Who took over each unit that has ended."""
        ends = [entry.payload for entry in self.entries if isinstance(entry.payload, UnitEnded)]
        return {end.unit: end.into or () for end in ends}

    def lives(self, unit: str | None, on: date) -> bool:
        return unit is None or on <= self.ended.get(unit, date.max)

    def lived(self, last: date) -> list[str]:
        """The units that live on a period's last day; none here came into being in one."""
        return [unit for unit in UNITS if self.lives(unit, last)]

    def heirs(self, unit: str, on: date) -> list[str]:
        """Those that stand for a unit on a day: itself while it lives, else who took it over."""
        if self.lives(unit, on):
            return [unit]
        return list(dict.fromkeys(heir for next_ in self.into.get(unit, ()) for heir in self.heirs(next_, on)))

    # --- who held what on a day ---

    @cached_property
    def tenures(self) -> list[AssignmentMade | ActingBegun]:
        """Every assignment and acting, in the order of their records."""
        made = (entry.payload for entry in self.entries)
        return [each for each in made if isinstance(each, AssignmentMade | ActingBegun)]

    def holders(self, post: str, unit: str | None, on: date) -> tuple[str, ...]:
        """Titular holders on a day, then those acting in charge."""
        titular, acting = self.filled(post, unit, on)
        return (*titular, *(each for each in acting if each not in titular))

    @cached_property
    def _looked_up(self) -> dict[tuple[str, str | None, date], tuple[Sequence[str], Sequence[str]]]:
        """What was asked of `filled` before: walks over days ask of each many times."""
        return {}

    def filled(self, post: str, unit: str | None, on: date) -> tuple[Sequence[str], Sequence[str]]:
        """Titular holders on a day, and those acting in charge; nobody of a unit that has ended."""
        asked = (post, unit, on)
        if asked not in self._looked_up:
            titular, acting = self._filled(*asked)
            self._looked_up[asked] = (tuple(dict.fromkeys(titular)), tuple(dict.fromkeys(acting)))
        return self._looked_up[asked]

    def _filled(self, post: str, unit: str | None, on: date) -> tuple[list[str], list[str]]:
        titular: list[str] = []
        acting: list[str] = []
        if not self.lives(unit, on):
            return titular, acting
        for made in self.tenures:
            if made.valid_from > on:
                continue
            if made.valid_to is not None and made.valid_to < on:
                continue
            fits = {
                "secretary": made.post == "secretary",
                "head": made.post == "head" and unit in (made.scope or ()),
                "supervisor": unit in (made.supervises or ()),
                "member": made.post == "member",
            }[post]
            if fits and isinstance(made, AssignmentMade):
                titular.append(made.person)
            elif fits and getattr(made, "mode", None) == "in_charge":
                acting.append(made.person)
        return titular, acting

    def holder(self, post: str, unit: str | None, on: date, span: tuple[date, date]) -> str | None:
        """Whose the post is on a day: a titular holder's first, of several his who came first in these days."""
        titular, acting = self.filled(post, unit, on)
        kind, found = (0, titular) if titular else (1, acting)

        def stood(person: str) -> tuple[date, date, str]:
            first = last = on
            while first > span[0] and person in self.filled(post, unit, first - timedelta(days=1))[kind]:
                first -= timedelta(days=1)
            while last < span[1] and person in self.filled(post, unit, last + timedelta(days=1))[kind]:
                last += timedelta(days=1)
            return first, last, person

        return min(found, key=stood, default=None)

    def memberships(self, on: date) -> tuple[list[AssignmentMade], list[ActingBegun]]:
        """The posts of members on a day: those held, and those acted in in charge."""
        held = [
            made
            for made in self.tenures
            if made.post == "member" and made.valid_from <= on and (made.valid_to is None or on <= made.valid_to)
        ]
        titular = [made for made in held if isinstance(made, AssignmentMade)]
        return titular, [made for made in held if isinstance(made, ActingBegun) and made.mode == "in_charge"]

    def members(self, on: date) -> list[str]:
        """Who has a member's seat of his own: he holds it, or acts over a unit that no other titular member has."""
        titular, acting = self.memberships(on)
        alone = [
            made
            for made in acting
            for unit in made.supervises or ()
            if not any(unit in (each.supervises or ()) for each in titular if each.person != made.person)
        ]
        return list(dict.fromkeys([*(made.person for made in titular), *(made.person for made in alone)]))

    def member_seat(self, member: str, on: date) -> set[str]:
        """Who sits in a member's seat on a day: he, and who acts over a unit of his and has no seat of his own."""
        titular, acting = self.memberships(on)
        units = {unit for made in titular if made.person == member for unit in made.supervises or ()}
        seated = {made.person for made in titular}
        beside = {made.person for made in acting if units & {*(made.supervises or ())}} - seated
        return beside | ({member} & {*self.members(on)})

    # --- acts ---

    def acts(self, obligation: str, first: date, last: date) -> Iterator[tuple[Recorded, date, str]]:
        for entry in self.entries:
            occurred = getattr(entry.payload, "occurred_at", None)
            if occurred is None or obligation not in (getattr(entry.payload, "claims", None) or ()):
                continue
            on = occurred.date() if hasattr(occurred, "date") else occurred
            if first <= on <= last and on <= self.judged_on:
                yield entry, on, self.verdicts.get(entry.position, "credited")

    def each_event_once(self, acts: Iterable[tuple[Recorded, date, str]]) -> Iterator[tuple[Recorded, date, str]]:
        """Of what was recorded twice the first: the same act by the same person on the same thing in the same hour."""
        seen: set[Any] = set()
        for row in acts:
            act = row[0].payload
            said = {name: getattr(act, name, None) for name in EVENT}
            if not hasattr(said["occurred_at"], "hour"):
                said |= {name: getattr(act, name, None) for name in ("text", "refers")}
            event = (type(act), *said.values())
            if row[2] != "rejected" and event in seen:
                continue
            if row[2] != "rejected":
                seen.add(event)
            yield row

    def halves(self) -> Iterator[tuple[str, date, date]]:
        for year in range(self.first.year, self.judged_on.year + 1):
            for name, first, last in (("H1", (1, 1), (6, 30)), ("H2", (7, 1), (12, 31))):
                if date(year, *first) <= self.judged_on and date(year, *last) >= self.first:
                    yield f"{year}{name}", date(year, *first), date(year, *last)

    # --- talks ---

    def secretary_talks(self) -> Found:
        for name, first, last in self.halves():
            span = list(days(first, min(last, self.judged_on)))
            pairs = []
            for one in self.seats(span, "secretary", None):
                for member in dict.fromkeys(p for d in span for p in self.members(d)):
                    held = {d: self.member_seat(member, d) for d in span}
                    whose = {d: held[d] & {member} for d in span}
                    pairs.append((one, (held, whose), bool(held[span[-1]])))
            yield from self.pairs("A2a", name, span, last, pairs)

    def supervisor_talks(self) -> Found:
        for name, first, last in self.halves():
            span = list(days(first, min(last, self.judged_on)))
            pairs = [
                (one, two, True)
                for unit in self.lived(last)
                for one in self.seats(span, "supervisor", unit)
                for two in self.seats(span, "head", unit)
            ]
            yield from self.pairs("A2b", name, span, last, pairs)

    def seats(self, span: Sequence[date], post: str, unit: str | None) -> list[Seat]:
        """One seat, or as many as titular holders on the last day; who left before sits in that of who came next."""
        staying = list(dict.fromkeys(self.filled(post, unit, span[-1])[0]))
        chains: list[set[str]] = [{person} for person in staying] or [set()]
        if len(staying) > 1:
            held = {d: {*self.holders(post, unit, d)} for d in span}
            begins = {person: next(d for d in span if person in held[d]) for person in set().union(*held.values())}
            chains.sort(key=lambda chain: min((begins[person], person) for person in chain))
            for day in reversed(span):
                for person in sorted(held[day]):
                    if not any(person in chain for chain in chains):
                        later = [c for c in chains if min(begins[each] for each in c) > day]
                        min(later, key=lambda c: min(begins[each] for each in c), default=chains[0]).add(person)
        return [self.seat(span, post, unit, chain if len(staying) > 1 else None) for chain in chains]

    def seat(self, span: Sequence[date], post: str, unit: str | None, persons: set[str] | None) -> Seat:
        """The seat of these persons, of everybody who held the post where it is the only one."""
        held: dict[date, set[str]] = {}
        whose: dict[date, set[str]] = {}
        for day in span:
            titular, acting = ({*row} & (persons or {*row}) for row in self.filled(post, unit, day))
            held[day], whose[day] = titular | acting, titular or acting
        return held, whose

    def pairs(self, obligation: str, name: str, span: Sequence[date], last: date, pairs: Sequence[Seats]) -> Found:
        """`pairs`: who held the two posts on each day, and whether the second one's seat is filled on the last."""
        found: dict[str, list[tuple[str, bool]]] = {}
        refs: dict[str, list[str]] = {}
        for (one, own), (two, others), seated in pairs:
            if not any(one[d] and two[d] for d in span):
                continue
            most, counterparts = ranked(one, own), ranked(two, others)
            chosen = [(p, q) for p, _ in most[:1] for q, _ in counterparts if p != q][:1]
            chosen = chosen or [(p, q) for p, _ in most for q, _ in counterparts[:1] if p != q][:1]
            if not chosen:
                continue
            ((owner, other),) = chosen
            long = min(dict(most)[owner], dict(counterparts)[other]) >= 30
            owed = long and seated and not one[span[-1]] & two[span[-1]]
            talked = [
                (entry, verdict)
                for entry, on, verdict in self.each_event_once(self.acts(obligation, span[0], span[-1]))
                if isinstance(entry.payload, TalkHeld)
                and entry.payload.talker in one[on]
                and entry.payload.counterpart in two[on]
            ]
            by = {v: [e for e, verdict in talked if verdict == v] for v in ("credited", "declared_late", "doubtful")}
            good = by["credited"] + by["declared_late"]
            status = "met" if by["credited"] else "met_late_declared" if good else "unmet"
            if not good:
                status = "not_due" if not owed or last > self.judged_on else "doubtful" if by["doubtful"] else "unmet"
            for entry in (good or by["doubtful"])[:1]:
                assert isinstance(entry.payload, TalkHeld)
                owner = entry.payload.talker
            found.setdefault(owner, []).append((status, owed or bool(good)))
            refs.setdefault(owner, []).extend(str(entry.payload.ref) for entry in good)
        for owner, rows in found.items():
            statuses = [status for status, counts in rows if counts]
            yield (obligation, owner, None, name), united(statuses or ["not_due"]), refs[owner]

    # --- reports by name, warnings, vacancies ---

    def reports(self) -> Found:
        said = {getattr(act.payload, "for_year", None) for act, _, _ in self.acts("A1a", date.min, date.max)}
        for year in range(self.first.year - 1, self.judged_on.year + 1):
            if year < self.first.year and year not in said:
                continue
            first, last = date(year, 1, 1), min(date(year, 12, 31), self.judged_on)
            for person in sorted({p for post, unit in POSTS for p in self.holders(post, unit, last)}):
                held = [d for d in days(first, last) if any(person in self.holders(p, u, d) for p, u in POSTS)]
                if len(held) < 30:
                    continue
                verdicts, refs = self.by(person, "A1a", lambda e, y=year: getattr(e.payload, "for_year", None) == y)  # type: ignore[misc]  # bound now
                due = date(year + 1, 3, 31)
                yield ("A1a", person, None, str(year)), self.single(verdicts, due), refs

    def by(self, person: str, obligation: str, wanted: Callable[[Recorded], bool]) -> tuple[list[str], list[str]]:
        verdicts: list[str] = []
        refs: list[str] = []
        for entry, _, verdict in self.each_event_once(self.acts(obligation, date.min, date.max)):
            done_by = getattr(entry.payload, "author", None) or getattr(entry.payload, "lead", None)
            if done_by == person and wanted(entry):
                verdicts.append(verdict)
                if verdict in ("credited", "declared_late"):
                    refs.append(str(entry.payload.ref))
        return verdicts, refs

    def single(self, verdicts: Sequence[str], due: date) -> str:
        if "credited" in verdicts:
            return "met"
        if "declared_late" in verdicts:
            return "met_late_declared"
        if due > self.judged_on:
            return "not_due"
        return "doubtful" if "doubtful" in verdicts else "unmet"

    def warnings(self) -> Found:
        for warning in self.entries:
            told = warning.payload
            if not isinstance(told, WarningReported) or local(warning.recorded_at) > self.judged_on:
                continue
            person, on = str(told.addressee), local(warning.recorded_at)
            if person in self.holders("supervisor", told.unit, on):
                yield self.warned(warning, person, on)
                continue
            for day in days(on, self.judged_on):
                owners = self.holders("supervisor", told.unit, day)
                above = {*owners, *self.holders("secretary", None, day)} - {told.author}
                if above & {*warning.signed}:
                    for owner in owners:
                        if owner != told.author:
                            yield self.warned(warning, owner, day)
                    break

    def warned(self, warning: Recorded, person: str, on: date) -> tuple[Key, str, list[str]]:
        told = warning.payload
        assert isinstance(told, WarningReported)
        end = on
        while end < self.judged_on and self.is_member(person, end + timedelta(days=1)):
            end += timedelta(days=1)
        due = on
        for _ in range(5):
            due += timedelta(days=1)
            while not is_working_day(due):
                due += timedelta(days=1)
        found = [
            (act, done, verdict)
            for act, done, verdict in self.acts("PM2c", date.min, end)
            if getattr(act.payload, "lead", None) == person
            and act.position > warning.position
            and told.unit in (getattr(act.payload, "covers", None) or ())
            and (getattr(act.payload, "for_year", None) is None or warning.position in referred(act))
        ]
        good = [(done, act.position, act, v) for act, done, v in found if v in ("credited", "declared_late")]
        if not good:
            return self.owed(warning, person), self.single([v for _, _, v in found], due), []
        done, _, act, verdict = min(good, key=lambda row: row[:2])
        return (
            self.owed(warning, person),
            self.single([verdict], due) if done <= due else "late",
            [str(act.payload.ref)],
        )

    def owed(self, warning: Recorded, person: str) -> Key:
        told = warning.payload
        assert isinstance(told, WarningReported)
        return "PM2c", person, str(told.unit), str(told.ref)

    def is_member(self, person: str, on: date) -> bool:
        return person in self.holders("member", None, on)

    def vacancies(self) -> Found:
        open_days: dict[tuple[date, date], list[str]] = {}
        for unit in UNITS:
            end = min(self.judged_on, self.ended.get(unit, date.max))
            asked = days(self.first - timedelta(days=250), end)
            held = [d for d in asked if self.holders("supervisor", unit, d)]
            if held:
                filled = set(held)
                empty = [d for d in days(held[0], end) if d not in filled]
                for run in runs(empty):
                    open_days.setdefault(run, []).append(unit)
        for (first, last), units in open_days.items():
            owner = self.holder("secretary", None, first, (first, first))
            if owner is None:
                continue
            due = first
            for _ in range(5):
                due += timedelta(days=1)
                while not is_working_day(due):
                    due += timedelta(days=1)
            ended = all(last == self.ended.get(unit) for unit in units)
            if ended and last < due and last < self.judged_on:
                continue
            if last == self.judged_on or ended:
                status = "not_due" if due > self.judged_on else "unmet"
            else:
                status = "met" if last < due else "late"
            yield ("PS2", owner, None, f"vacancy of supervision {first}"), status, []

    # --- so many a year ---

    def years(self) -> Found:
        for year in range(self.first.year, self.judged_on.year + 1):
            first, last = date(year, 1, 1), date(year, 12, 31)
            end = min(last, self.judged_on)
            yield ("PG3a", GROUP, None, str(year)), *self.number("PG3a", 4, first, last, self.is_group_education)
            secretary = self.holder("secretary", None, end, (first, end))
            if secretary is not None:
                yield ("PS1", secretary, None, str(year)), *self.number("PS1", 2, first, last, self.is_special_meeting)
            for member in self.members(end):
                if any(member in self.holders("supervisor", unit, end) for unit in UNITS):
                    number = self.number("PM3", 1, first, last, chaired_by(member))
                    yield ("PM3", member, None, str(year)), *number
            for unit in self.lived(last):
                number = self.number("PD1", 1, first, last, partial(self.is_unit_plan, unit))
                yield ("PD1", unit, unit, str(year)), *number

    def is_group_education(self, entry: Recorded, _: date) -> bool:
        return isinstance(entry.payload, EducationHeld) and entry.payload.body == GROUP

    def is_special_meeting(self, entry: Recorded, on: date) -> bool:
        held = entry.payload
        if not isinstance(held, MeetingHeld) or held.body != GROUP or held.kind != "special":
            return False
        return held.chair in self.holders("secretary", None, on)

    def is_unit_plan(self, unit: str, entry: Recorded, on: date) -> bool:
        if not isinstance(entry.payload, PlanMade) or entry.payload.unit != unit:
            return False
        return any(head in entry.signers for head in self.holders("head", unit, on))

    def number(
        self, obligation: str, required: int, first: date, last: date, wanted: Callable[[Recorded, date], bool]
    ) -> tuple[str, list[str]]:
        verdicts: list[str] = []
        refs: list[str] = []
        for entry, on, verdict in self.each_event_once(self.acts(obligation, first, last)):
            if wanted(entry, on):
                verdicts.append(verdict)
                if verdict in ("credited", "declared_late"):
                    refs.append(str(entry.payload.ref))
        plain, late = verdicts.count("credited"), verdicts.count("declared_late")
        if plain >= required:
            return "met", refs
        if plain + late >= required:
            return "met_late_declared", refs
        if last > self.judged_on:
            return "not_due", refs
        return ("doubtful" if required == 1 and "doubtful" in verdicts else "unmet"), refs


def chaired_by(person: str) -> Callable[[Recorded, date], bool]:
    return lambda entry, _: isinstance(entry.payload, MeetingHeld) and entry.payload.chair == person


def ranked(held: Held, whose: Held) -> list[tuple[str, int]]:
    """Who held a post with the days that count as his, most first, of two with as many the one who held it last."""
    days_of = {person: [d for d in held if person in held[d]] for person in set().union(*held.values())}
    number = {person: sum(person in whose[d] for d in days_of[person]) for person in days_of}
    order = sorted(days_of, key=lambda person: (number[person], days_of[person][-1]), reverse=True)
    return [(person, number[person]) for person in order]


def united(statuses: Sequence[str]) -> str:
    done = {"met", "met_late_declared"} & set(statuses)
    if "not_due" in statuses:
        return "not_due"
    if "unmet" in statuses:
        return "partly_unmet" if done else "unmet"
    if "doubtful" in statuses:
        return "partly_doubtful" if done else "doubtful"
    return "met_late_declared" if "met_late_declared" in statuses else "met"


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def verdicts_of(facts: Facts, entries: Sequence[Recorded], judged_on: date) -> Mapping[int, str]:
    """What the signals leave of each act."""
    acts = [entry for entry in entries if getattr(entry.payload, "claims", None)]
    blamed = blame(facts, acts, judged_on)
    return {entry.position: credit(blamed.get(facts.cite(entry), ())) for entry in acts}


def every_verdict_of(facts: Facts, entries: Sequence[Recorded], judged_on: date) -> Mapping[int, str]:
    """What the signals leave of every record, whether it claims anything or not."""
    blamed = blame(facts, entries, judged_on)
    return {entry.position: credit(blamed.get(facts.cite(entry), ())) for entry in entries}


def runs(found: Sequence[date]) -> Iterator[tuple[date, date]]:
    """First and last of days that follow on one another."""
    first = last = None
    for on in found:
        if last is None or on != last + timedelta(days=1):
            if first is not None and last is not None:
                yield first, last
            first = on
        last = on
    if first is not None and last is not None:
        yield first, last


def local(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def referred(act: Recorded) -> set[int]:
    """Positions of the entries of this ledger that an act refers to."""
    return {cited.position for cited in getattr(act.payload, "refers", None) or () if not cited.fingerprint}
