"""The second opinion on appointments, instructions, what a head was told, key posts, and what follows a case."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ledger.events.acts import (
    EducationHeld,
    IssueFound,
    MeetingHeld,
    RectificationMade,
    ReportSent,
    RequestReported,
    TalkHeld,
    WarningReported,
)
from ledger.events.case_work import (
    CaseOpened,
    DecisionMade,
    SecondInvestigationDeclined,
    SecondInvestigationOpened,
)
from ledger.events.record import Recorded
from ledger.events.tenure import ActingBegun, AssignmentEnded, AssignmentMade
from tests.support.counted_oracle import GOOD, SUPERIORS, Done, about
from tests.support.obligations_oracle import GROUP, Answer, Found, local
from tests.support.triggered_oracle import Sign, TriggeredOracle, cites, doer

FILLED = ("head", "deputy", "handler")
"""Posts that the organ fills itself: heads, deputies, and those without role in a unit."""
SIGNS = (WarningReported, ReportSent, IssueFound)
TOLD = (TalkHeld, WarningReported, RequestReported, ReportSent)
Fits = Callable[[Recorded], bool]


@dataclass
class OccasionsOracle(TriggeredOracle):
    """The duties of appointments (G2a, G2b, S4b), instructions (G6a), urging (S2b), signs (PD6c), rotation (G2c)."""

    rotation: dict[date, int] = field(default_factory=lambda: {date.min: 5})
    """By the first day from which it counts, after how many years a key post is handed on."""
    every: Sequence[Recorded] = ()
    """The entries with those that were withdrawn."""
    answered: Callable[[Recorded, date], bool] = lambda _, __: False
    """Whether a warning was answered by a day: what the signals tell, which have tests of their own."""

    def answer(self) -> Answer:
        rows: tuple[Iterable[Any], ...] = (
            *(self.appointed(), self.put_right(), self.instructed(), self.pressed(), self.early_signs()),
            self.rotated(),
        )
        return {key: (status, frozenset(refs)) for found in rows for key, status, refs in found}

    # --- appointments ---

    def appointed(self) -> Found:
        """G2a, S4b: the meeting on cadres stands before the first day.

        It is the Party group's, and for the secretary's part one that the secretary of its day chaired. The appointment
        refers to it, or it is about one of its units, or names the person as one who did not vote or stood aside.
        """
        made = [entry for entry in self.of(AssignmentMade) if self.is_appointment(entry.payload)]
        signs: dict[str, list[Sign]] = {"G2a": [], "S4b": []}
        for entry in made:
            on = entry.payload.valid_from  # type: ignore[attr-defined]
            signs["G2a"].append(Sign(entry, GROUP, on, date.max))
            secretary = self.holder("secretary", None, on, (on, on))
            signs["S4b"] += [Sign(entry, secretary, on, date.max)] if secretary is not None else []
        for id_, own in signs.items():
            for sign in own:
                acts = [
                    row
                    for row in self.acts(id_, date.min, date.max)
                    if self.is_about_cadres(row, chaired=id_ == "S4b")
                    if self.decided(row[0], sign.entry) and self.meant(row[0], sign.entry, own)
                ]
                yield self.row(id_, sign, acts, sign.on)

    def is_appointment(self, made: Any) -> bool:
        return not made.legacy and made.post in FILLED

    def is_about_cadres(self, row: Done, *, chaired: bool) -> bool:
        held = row[0].payload
        if not isinstance(held, MeetingHeld) or held.kind != "cadre":
            return False
        return held.chair in self.holders("secretary", None, row[1]) if chaired else held.body == GROUP

    def decided(self, meeting: Recorded, sign: Recorded) -> bool:
        held: Any = meeting.payload
        made: Any = sign.payload
        beside = {*(held.non_voting or ()), *(held.recused or ())}
        return meeting.position in cites(sign) or bool({*made.scope} & about(held)) or made.person in beside

    def put_right(self) -> Found:
        """G2b: a problem found that refers to an appointment, or to a meeting on cadres, is put right.

        What it was found in may have been withdrawn since.
        """
        known = {entry.position: entry.payload for entry in self.every or self.entries}

        def appoints(position: int) -> bool:
            cited = known.get(position)
            return isinstance(cited, AssignmentMade) or (isinstance(cited, MeetingHeld) and cited.kind == "cadre")

        found = [issue for issue in self.of(IssueFound) if any(map(appoints, cites(issue)))]
        signs = [Sign(issue, GROUP, local(issue.recorded_at), date.max) for issue in found]
        yield from self.named("G2b", signs, (RectificationMade, MeetingHeld), lambda sign: self.after(sign.on, 5))

    def named(self, id_: str, signs: Sequence[Sign], kinds: Any, due: Callable[[Sign], date]) -> Found:
        """What refers to the sign answers it."""
        for sign in signs:
            if sign.on <= self.judged_on:
                acts = [
                    row
                    for row in self.acts(id_, date.min, date.max)
                    if isinstance(row[0].payload, kinds) and getattr(row[0].payload, "kind", None) != "other"
                    if sign.entry.position in cites(row[0])
                ]
                yield self.row(id_, sign, acts, due(sign))

    # --- instructions, urging ---

    def instructed(self) -> Found:
        """G6a: what a superior body asks of the group is done by the end of its year; a call is told by the act."""
        signs = []
        for sent in self.of(ReportSent, RequestReported):
            said: Any = sent.payload
            to = {said.addressee, *(said.recipients or ())}
            if said.author in SUPERIORS and GROUP in to and local(sent.recorded_at) <= self.judged_on:
                signs.append(Sign(sent, GROUP, local(sent.recorded_at), date.max))
        kinds = (EducationHeld, MeetingHeld)
        yield from self.named("G6a", signs, kinds, lambda sign: date(sign.on.year, 12, 31))
        written = {sign.entry.position for sign in signs}
        yield from self.by_itself("G6a", kinds, lambda act: not cites(act) & written, lambda _: GROUP)

    def pressed(self) -> Found:
        """S2b: the urging itself tells that there was a lapse; it is the secretary's where he did it."""

        def secretary(row: Done) -> str | None:
            by = doer(row[0].payload) or row[0].author
            return by if by in self.holders("secretary", None, row[1]) else None

        yield from self.by_itself("S2b", object, lambda _: True, secretary)

    def by_itself(self, id_: str, kinds: Any, fits: Fits, owner: Callable[[Done], str | None]) -> Found:
        """Acts that are all that the record says of their own trigger: done as far as they count."""
        for row in self.acts(id_, date.min, date.max):
            who = owner(row)
            if who is None or not fits(row[0]):
                continue
            of_kind = isinstance(row[0].payload, kinds) and getattr(row[0].payload, "kind", None) != "other"
            status = self.status([row] if of_kind else [], self.judged_on)
            refs = [str(row[0].payload.ref)] if of_kind and row[2] in GOOD else []
            yield (id_, who, None, str(row[0].payload.ref)), status, refs

    # --- heads ---

    def early_signs(self) -> Found:
        """PD6c: a head who learns of a sign in his unit talks or reports; his own report may be all there is of it."""
        signs: dict[tuple[int, str], Sign] = {}
        for entry, person, on in self.learnt():
            unit = getattr(entry.payload, "unit", None)
            if on > self.judged_on or not self.heads(person, unit, on):
                continue
            known = signs.get((entry.position, person))
            if known is None or on < known.on:
                signs[entry.position, person] = Sign(entry, person, on, self.head_until(person, on))
        taken = self.passed_on()
        for key, (sign, _) in taken.items():
            if key not in signs or sign.on < signs[key].on:
                signs[key] = sign
        own = list(signs.values())
        for sign in own:
            acts = self.following("PD6c", sign, own, (*TOLD, IssueFound))
            if (key := (sign.entry.position, sign.owner)) in taken and taken[key][0] is sign:
                acts = self.taken_up(sign, taken[key][1], own)
            yield self.row("PD6c", sign, acts, self.after(sign.on, 5))

        def head(row: Done) -> str | None:
            by = doer(row[0].payload) or row[0].author
            return by if self.heads(by, getattr(row[0].payload, "unit", None), row[1]) else None

        told = {entry.position for entry in self.of(*SIGNS)}

        def alone(act: Recorded) -> bool:
            known = (act.position, doer(act.payload) or act.author) in signs
            return not known and not isinstance(act.payload, IssueFound) and not cites(act) & told

        yield from self.by_itself("PD6c", TOLD, alone, head)

    def passed_on(self) -> dict[tuple[int, str], tuple[Sign, str]]:
        """(sign, unit) of each warning open at the end of its unit: it passes to the heads of who took it over."""
        found: dict[tuple[int, str], tuple[Sign, str]] = {}
        for warning in self.of(WarningReported):
            said: Any = warning.payload
            end = self.ended.get(said.unit, date.max)
            if end >= self.judged_on or self.happened(warning) > end:
                continue
            for heir in self.heirs(said.unit, end + timedelta(days=1)):
                free = (end + timedelta(days=1 + number) for number in range((self.judged_on - end).days))
                first = next((day for day in free if self.holders("head", heir, day)), None)
                if first is None:
                    continue
                head = self.holder("head", heir, first, (first, self.judged_on))
                on = max(first, local(warning.recorded_at))
                if head is not None and on <= self.judged_on and not self.answered(warning, on - timedelta(days=1)):
                    sign = Sign(warning, head, on, self.head_until(head, on))
                    known = found.get((warning.position, head))
                    if known is None or on < known[0].on:
                        found[warning.position, head] = sign, heir
        return found

    def taken_up(self, sign: Sign, unit: str, signs: Sequence[Sign]) -> list[Done]:
        """The new head's own acts about a warning that passed to him, or about his unit."""
        return [
            row
            for row in self.acts("PD6c", date.min, sign.until)
            if isinstance(row[0].payload, (*TOLD, IssueFound)) and getattr(row[0].payload, "kind", None) != "other"
            if doer(row[0].payload) == sign.owner and row[0].position != sign.entry.position
            if sign.entry.position in cites(row[0])
            or (unit in about(row[0].payload) and self.came_after(row[0], sign.entry))
            if self.meant(row[0], sign.entry, signs)
        ]

    def learnt(self) -> Iterator[tuple[Recorded, str, date]]:
        """(sign, person, day) of each who is shown to know of a sign, and from which day on."""
        for warning in self.of(WarningReported):
            told: Any = warning.payload
            on = local(warning.recorded_at)
            if told.addressee in self.holders("head", told.unit, on):
                yield warning, told.addressee, on
                continue
            known = self.known_on(warning, ("head",))
            if known is not None:
                yield from (
                    (warning, who, known) for who in self.holders("head", told.unit, known) if who != told.author
                )
        for issue in self.of(IssueFound):
            found: Any = issue.payload
            yield from ((issue, who, self.happened(issue)) for who in (found.finder, *(found.reported_to or ())))
        for act, acted, _ in self.acts("PD6c", date.min, date.max):
            for sign in self.of(*SIGNS):
                if sign.position in cites(act):
                    who, told_on = doer(act.payload) or act.author, min(acted, local(sign.recorded_at))
                    held = self.heads(who, getattr(sign.payload, "unit", None), told_on)
                    yield sign, who, told_on if held else acted

    def heads(self, person: str, unit: str | None, on: date) -> bool:
        """Whether he heads the unit on a day; some unit, where none is named."""
        asked = (unit,) if unit is not None and unit in self.units else self.units
        return any(person in self.holders("head", each, on) for each in asked)

    def head_until(self, person: str, on: date) -> date:
        while on < self.judged_on and self.heads(person, None, on + timedelta(days=1)):
            on += timedelta(days=1)
        return on

    # --- key posts ---

    def rotated(self) -> Found:
        """G2c: who has a key post hands it on before his years are full; who still has it on that day has not."""
        worst: dict[tuple[str, date], str] = {}
        for person, days in self.stretches():
            first, last = days
            if first > self.judged_on:
                continue
            full = self.full_on(first)
            if full > self.judged_on:
                status = "not_due" if last >= full else "met"
            else:
                status = "unmet" if last >= full else "met"
            if worst.get((person, full)) in (None, "met"):
                worst[person, full] = status
        for (person, full), status in worst.items():
            yield ("G2c", person, None, str(full)), status, []

    def full_on(self, first: date) -> date:
        years = self.rotation[max(since for since in self.rotation if since <= first)]
        try:
            return first.replace(year=first.year + years)
        except ValueError:
            return date(first.year + years, 3, 1)

    def stretches(self) -> Iterator[tuple[str, tuple[date, date]]]:
        """(person, first and last day) of each stretch without a free day in which somebody has a function."""
        held: dict[tuple[str, str], list[tuple[date, date]]] = {}
        for entry in self.of(AssignmentMade, ActingBegun):
            made: Any = entry.payload
            ends = [
                each.payload.valid_to  # type: ignore[attr-defined]
                for each in self.of(AssignmentEnded)
                if each.payload.ends.position == entry.position  # type: ignore[attr-defined]
            ]
            last = ends[-1] if ends else made.valid_to or date.max
            if getattr(made, "mode", None) != "cover" and made.valid_from <= last:
                for function in made.functions or ():
                    held.setdefault((made.person, function), []).append((made.valid_from, last))
        for (person, _), spans in held.items():
            run: tuple[date, date] | None = None
            for first, last in sorted(spans):
                free = run is not None and run[1] < date.max and first > run[1] + timedelta(days=1)
                if run is None or free:
                    if run is not None:
                        yield person, run
                    run = (first, last)
                else:
                    run = (run[0], max(run[1], last))
            if run is not None:
                yield person, run


@dataclass(frozen=True)
class CasesOracle:
    """What the discipline side has to do once a case is open (A4a to A4d): days are counted, none is too late."""

    entries: Sequence[Recorded]
    judged_on: date

    def answer(self) -> dict[tuple[str, str], tuple[str, frozenset[str], int | None]]:
        """(duty, case) to status, refs of the acts, and days from the opening to the first of them."""
        opened = [each for each in self.entries if isinstance(each.payload, CaseOpened)]
        rows = {}
        for opening in opened:
            first = local(opening.recorded_at)
            if first > self.judged_on:
                continue
            work = [each for each in self.entries if self.is_of(each, opening)]
            tracks = {
                "second" if isinstance(each.payload, SecondInvestigationDeclined) else each.payload.track
                for each in work
                if isinstance(each.payload, SecondInvestigationDeclined | DecisionMade)
            }
            both = {"first", "second"} <= tracks
            second = (SecondInvestigationOpened, SecondInvestigationDeclined)
            asked: dict[str, tuple[Any, bool]] = {
                "A4a": (object, True),
                "A4b": (DecisionMade, True),
                "A4c": (second, True),
                "A4d": ((DecisionMade, SecondInvestigationDeclined), both),
            }
            for id_, (kinds, wanted) in asked.items():
                claiming = (each for each in work if id_ in (getattr(each.payload, "claims", None) or ()))
                done = [each for each in claiming if wanted and isinstance(each.payload, kinds)]
                if done or id_ != "A4a":
                    status = "met" if done else "unmet"
                    refs = frozenset(str(each.payload.ref) for each in done)
                    days = (done[0].payload.occurred_at - first).days if done else None  # type: ignore[attr-defined]
                    rows[id_, str(opening.payload.ref)] = (status, refs, days)
        return rows

    def is_of(self, work: Recorded, opening: Recorded) -> bool:
        """Whether an entry is later work on a case, done by the day of judging."""
        named = getattr(work.payload, "case", None) == opening.payload.case  # type: ignore[attr-defined]
        on = getattr(work.payload, "occurred_at", None)
        return named and work.position > opening.position and on is not None and on <= self.judged_on
