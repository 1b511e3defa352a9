"""The second opinion on the other duties that are counted in a period: the plan's table read again, day by day.

Like the oracle that it extends it knows no view, no slot and no interval, and takes from the engine only what the
signals leave of an act. Each method says in words what the table says of its duty.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from ledger.events.acts import (
    AnalysisMade,
    EducationHeld,
    InspectionHeld,
    IssueFound,
    MeetingHeld,
    PlanMade,
    ReportSent,
    RequestReported,
    RiskMeasureTaken,
    SelfSummarySubmitted,
    WarningReported,
)
from ledger.events.record import Recorded
from tests.support.obligations_oracle import GROUP, UNITS, Answer, Found, Oracle

SUPERIORS = ("up", "disc")
Done = tuple[Recorded, date, str]
"""An act, its day, and what the signals leave of it."""
Wanted = Callable[[Any, date], bool]
GOOD = ("credited", "declared_late")
WORK = (
    ("study", (AnalysisMade, EducationHeld)),
    ("deployment", (PlanMade, RiskMeasureTaken, MeetingHeld)),
    ("inspection", (InspectionHeld,)),
    ("report", (RequestReported, WarningReported, ReportSent, IssueFound)),
)
"""M1: the four kinds of record of each half-year; a meeting of kind study is study."""


@dataclass
class CountedOracle(Oracle):
    """The duties counted in a period that `Oracle` does not look at."""

    def answer(self) -> Answer:
        rows: tuple[Iterable[Any], ...] = (
            *(self.group_year(), self.once(), self.yearly_checks(), self.superiors_told(), self.analyses()),
            *(self.secretary_year(), self.members_half(), self.supervised(), self.units_told(), self.summaries()),
        )
        return {key: (status, frozenset(refs)) for found in rows for key, status, refs in found}

    # --- the measure ---

    def claiming(self, obligation: str, wanted: Wanted) -> list[Done]:
        """Acts that claim it and are of its kind and scope; `other` is of no kind."""
        every = self.each_event_once(self.acts(obligation, date.min, date.max))
        named = [row for row in every if getattr(row[0].payload, "kind", None) != "other"]
        return [row for row in named if wanted(row[0].payload, row[1])]

    def stating(self, obligation: str, kind: type, **said: Any) -> list[Done]:
        """Those of one kind that say so."""
        rows = self.claiming(obligation, lambda act, _: isinstance(act, kind))
        return [row for row in rows if all(getattr(row[0].payload, name) == value for name, value in said.items())]

    def one(self, acts: Sequence[Done], due: date, *, late: bool) -> tuple[str, list[str]]:
        """One act is asked for, by its last day; `late`: an act afterwards is late, else as good."""
        good = [row for row in acts if row[2] in GOOD]
        in_time = [row for row in good if not late or row[1] <= due]
        refs = [str(row[0].payload.ref) for row in good]
        if in_time:
            return ("met" if any(row[2] == "credited" for row in in_time) else "met_late_declared"), refs
        if good:
            return "late", refs
        if due > self.judged_on:
            return "not_due", refs
        return ("doubtful" if any(row[2] == "doubtful" for row in acts) else "unmet"), refs

    def parts(self, acts: Sequence[Done], due: date, does: Mapping[str, Wanted]) -> tuple[str, list[str]]:
        """Several parts are asked for: some done is partly unmet, none unmet, the rest doubtful partly doubtful."""
        good = [row for row in acts if row[2] in GOOD]
        refs = [str(row[0].payload.ref) for row in good]
        done = {name: [row for row in good if does[name](row[0].payload, row[1])] for name in does}
        missing = [name for name in does if not done[name]]
        if not missing:
            declared = any(all(row[2] == "declared_late" for row in rows) for rows in done.values())
            return ("met_late_declared" if declared else "met"), refs
        if due > self.judged_on:
            return "not_due", refs
        some = len(missing) < len(does)
        doubted = [row for row in acts if row[2] == "doubtful"]
        if all(any(does[name](row[0].payload, row[1]) for row in doubted) for name in missing):
            return ("partly_doubtful" if some else "doubtful"), refs
        return ("partly_unmet" if some else "unmet"), refs

    def calendar(self) -> Iterator[tuple[int, date, date]]:
        for year in range(self.first.year, self.judged_on.year + 1):
            yield year, date(year, 1, 1), date(year, 12, 31)

    def stated(self, obligation: str, *, before: bool = False) -> Iterator[tuple[int, date]]:
        """(year, last day in the check window after it); the year before the record only where told or claimed."""
        said = {getattr(row[0].payload, "for_year", None) for row in self.acts(obligation, date.min, date.max)}
        for year in range(self.first.year - 1, self.judged_on.year + 1):
            if before or year >= self.first.year or year in said:
                yield year, date(year + 1, 3, 31)

    # --- who holds the secretary's or a supervising post in a period ---

    def on_last(self, post: str, unit: str | None, span: tuple[date, date]) -> str | None:
        last = min(span[1], self.judged_on)
        return self.holder(post, unit, last, (min(span[0], last), last))

    def owner(self, post: str, unit: str | None, span: tuple[date, date], status: str, acts: Sequence[Done]) -> str:
        """Who holds the post on the last day; where it is met, who held it when the first such act was done."""
        first, last = span[0], min(span[1], self.judged_on)
        owner = self.on_last(post, unit, span)
        assert owner is not None
        if not status.startswith("met"):
            return owner
        done = min(row[1] for row in acts if row[2] in GOOD)
        days = (min(first, last), span[1] if unit is not None else last)
        held = self.holder(post, unit, done, days) if min(first, last) <= done <= last else None
        return held or owner

    def holds(
        self, post: str, unit: str | None, persons: Iterable[str | None], on: date, span: tuple[date, date]
    ) -> bool:
        inside = span[0] <= on <= min(span[1], self.judged_on)
        return inside and bool({*persons} & {*self.holders(post, unit, on)})

    # --- the Party group ---

    def group_year(self) -> Found:
        """G4a, PG1, PG2a, PG2b, A1b: one act of the year."""

        def of_group(kind: str) -> Wanted:
            return lambda act, _: isinstance(act, MeetingHeld) and act.body == GROUP and act.kind == kind

        def planned(act: Any, _: date) -> bool:
            return isinstance(act, PlanMade | MeetingHeld)

        rules: Mapping[str, Wanted] = {
            "G4a": planned, "PG1": of_group("special"), "PG2b": planned, "A1b": of_group("democratic_life")
        }  # fmt: skip
        for year, first, last in self.calendar():
            for id_, wanted in rules.items():
                acts = [row for row in self.claiming(id_, wanted) if first <= row[1] <= last]
                yield (id_, GROUP, None, str(year)), *self.one(acts, last, late=False)
            acts = [row for row in self.claiming("PG2a", planned) if first <= row[1] <= last]
            yield ("PG2a", GROUP, None, str(year)), *self.one(acts, date(year, 3, 31), late=True)

    def once(self) -> Found:
        """G5a: the rules are studied once, in the first year; later is as good."""
        acts = self.claiming("G5a", lambda act, _: isinstance(act, EducationHeld | MeetingHeld))
        acts = [row for row in acts if row[1] >= self.first]
        yield ("G5a", GROUP, None, "once"), *self.one(acts, date(self.first.year, 12, 31), late=False)

    def yearly_checks(self) -> Found:
        """A3a, PS6: a check of last year by the end of March, of every unit; that of the first year too."""
        for id_ in ("A3a", "PS6"):
            for year, due in self.stated(id_, before=True):
                acts = self.stating(id_, InspectionHeld, for_year=year)
                status, refs = self.one(acts, due, late=True)
                covered = {unit for row in acts if row[2] in GOOD for unit in row[0].payload.covers or ()}  # type: ignore[attr-defined]
                good = [row[1] for row in acts if row[2] in GOOD]
                if not self.lived(date(year, 12, 31)) and not good:
                    status = "not_applicable"
                if status in ("met", "met_late_declared"):
                    living = {unit for unit in UNITS if self.lives(unit, max(good))}
                    status = status if covered >= living else "met_with_gap"
                owner: str | None = GROUP
                if id_ == "PS6":
                    owner = self.on_last("secretary", None, (date(year, 1, 1), due))
                    if owner is not None:
                        owner = self.owner("secretary", None, (date(year, 1, 1), due), status, acts)
                if owner is not None:
                    yield (id_, owner, None, str(year)), status, refs

    def superiors_told(self) -> Found:
        """PG5b: a report for the year with the receipt of each superior body."""
        for year, due in self.stated("PG5b"):
            acts = self.stating("PG5b", ReportSent, for_year=year)
            does = {unit: partial(received_by, unit) for unit in SUPERIORS}
            yield ("PG5b", GROUP, None, str(year)), *self.parts(acts, due, does)

    # --- the secretary ---

    def analyses(self) -> Found:
        """PS5a: for the half-year by the end of July, for the year by the end of January; afterwards it is late."""
        said = {getattr(row[0].payload, "for_period", None) for row in self.acts("PS5a", date.min, date.max)}
        for year in range(self.first.year - 1, self.judged_on.year + 1):
            for name, wanted, window in (
                ("mid-year", f"{year}-H1", (date(year, 6, 15), date(year, 7, 31))),
                ("year-end", f"{year}-year", (date(year, 12, 1), date(year + 1, 1, 31))),
            ):
                if window[1] < self.first or (year < self.first.year and wanted not in said):
                    continue
                if self.on_last("secretary", None, window) is None:
                    continue
                acts = self.stating("PS5a", AnalysisMade, for_period=wanted)
                status, refs = self.one(acts, window[1], late=True)
                owner = self.owner("secretary", None, window, status, acts)
                yield ("PS5a", owner, None, f"{year} {name}"), status, refs

    def secretary_year(self) -> Found:
        """PS2: a meeting that he chairs; PS3: education; S3: whatever he did or signed that claims it."""
        for year, first, last in self.calendar():
            if self.on_last("secretary", None, (first, last)) is None:
                continue
            span = (first, last)
            rules: Mapping[str, Callable[[Done], bool]] = {
                "PS2": lambda row, span=span: (
                    isinstance(row[0].payload, MeetingHeld)  # type: ignore[misc]  # bound now
                    and self.holds("secretary", None, (row[0].payload.chair,), row[1], span)
                ),
                "PS3": lambda row: isinstance(row[0].payload, EducationHeld),
                "S3": lambda row, span=span: self.holds("secretary", None, doers(row[0]), row[1], span),  # type: ignore[misc]  # bound now
            }
            for id_, fits in rules.items():
                acts = [row for row in self.claiming(id_, anything) if first <= row[1] <= last and fits(row)]
                status, refs = self.one(acts, last, late=False)
                yield (id_, self.owner("secretary", None, span, status, acts), None, str(year)), status, refs

    # --- members ---

    def members_half(self) -> Found:
        """M1: four kinds of record each half-year; M3b: a check that he led. Owed by members who supervise a unit."""
        for name, first, last in self.halves():
            end = min(last, self.judged_on)
            for member in self.members(end):
                if not any(member in self.holders("supervisor", unit, end) for unit in UNITS):
                    continue
                led = [row for row in self.stating("M3b", InspectionHeld, lead=member) if first <= row[1] <= last]
                yield ("M3b", member, None, name), *self.one(led, last, late=False)
                own = self.claiming("M1", lambda act, _: kind_of_work(act) is not None)
                own = [row for row in own if first <= row[1] <= last and member in doers(row[0])]
                does = {part: partial(is_work, part) for part, _ in WORK}
                yield ("M1", member, None, name), *self.parts(own, last, does)

    def supervised(self) -> Found:
        """M2b: whatever he did or signed for the unit that claims it; PM2a: a plan or measure of the unit, signed."""
        for year, first, last in self.calendar():
            for unit in self.lived(last):
                if self.on_last("supervisor", unit, (first, last)) is None:
                    continue
                for id_, kinds in (("M2b", object), ("PM2a", (PlanMade, RiskMeasureTaken))):
                    acts = [
                        row
                        for row in self.claiming(id_, partial(is_one_of, kinds))
                        if first <= row[1] <= last and unit in about(row[0].payload)
                        if self.holds("supervisor", unit, doers(row[0]), row[1], (first, last))
                    ]
                    status, refs = self.one(acts, last, late=False)
                    owner = self.owner("supervisor", unit, (first, last), status, acts)
                    yield (id_, owner, unit, str(year)), status, refs

    # --- units ---

    def units_told(self) -> Found:
        """PD3: a request or warning of the unit each quarter."""
        acts = self.claiming("PD3", lambda act, _: isinstance(act, RequestReported | WarningReported))
        for year, _, _ in self.calendar():
            for quarter in range(4):
                first = date(year, 3 * quarter + 1, 1)
                last = date(year + quarter // 3, (3 * quarter + 3) % 12 + 1, 1) - timedelta(days=1)
                if first > self.judged_on or last < self.first:
                    continue
                for unit in self.lived(last):
                    own = [row for row in acts if first <= row[1] <= last and unit in about(row[0].payload)]
                    yield ("PD3", unit, unit, f"{year}Q{quarter + 1}"), *self.one(own, last, late=False)

    def summaries(self) -> Found:
        """PD5: a self-summary for the year to the leading group, signed by the unit's head of its day."""
        for year, due in self.stated("PD5"):
            for unit in self.lived(date(year, 12, 31)):
                acts = [
                    row
                    for row in self.stating("PD5", SelfSummarySubmitted, for_year=year, addressee="lead")
                    if unit in about(row[0].payload)
                    if {*self.holders("head", unit, row[1])} & {*row[0].signed}
                ]
                yield ("PD5", unit, unit, str(year)), *self.one(acts, due, late=False)


def anything(_: Any, __: date) -> bool:
    return True


def received_by(unit: str, act: Any, _: date) -> bool:
    return unit in (act.receipts or ())


def is_work(part: str, act: Any, _: date) -> bool:
    return kind_of_work(act) == part


def is_one_of(kinds: Any, act: Any, _: date) -> bool:
    return isinstance(act, kinds)


def doers(entry: Recorded) -> set[str]:
    """Who did it as it says, or signed it."""
    act = entry.payload
    named = (getattr(act, name, None) for name in ("finder", "talker", "author", "lead", "chair"))
    return {*entry.signed, *next(([who] for who in named if who is not None), [])}


def about(act: Any) -> set[str]:
    """The units that an act names: its unit, those it covers, its body, a unit as author."""
    one = {getattr(act, name, None) for name in ("unit", "body", "author")} - {None}
    return {str(unit) for unit in {*one, *(getattr(act, "covers", None) or ())}}


def kind_of_work(act: Any) -> str | None:
    """Which of the four kinds of record of a half-year's work an act is."""
    if isinstance(act, MeetingHeld) and act.kind == "study":
        return "study"
    return next((part for part, kinds in WORK if isinstance(act, kinds)), None)
