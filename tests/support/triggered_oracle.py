"""The second opinion on duties that something triggers: who has to follow it up by when, and what did (scenarios)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ledger.events.acts import (
    InspectionHeld,
    IssueFound,
    KeyTaskRegistered,
    MeetingHeld,
    RectificationMade,
    ReportSent,
    RequestReported,
    TalkHeld,
    WarningReported,
)
from ledger.events.office import AssessmentMade, AssessmentUsed, OpinionGiven, TaskAssigned, TaskReported
from ledger.events.record import Recorded
from projections.facts.workdays import is_working_day
from tests.support.counted_oracle import GOOD, SUPERIORS, Done, about
from tests.support.obligations_oracle import GROUP, UNITS, Answer, Found, Key, Oracle, local

PARTS = ("talker", "counterpart", "chair", "person", "lead", "finder", "author", "by")
"""Who takes part in an act; to whom something is sent knows of it once he received it."""


@dataclass(frozen=True)
class Sign:
    """What has to be followed up, by whom, from which day, and until which day he is there to do it."""

    entry: Recorded
    owner: str
    on: date
    until: date
    done: tuple[Done, ...] = ()
    """What does it without a claim."""


@dataclass
class TriggeredOracle(Oracle):
    """The duties with a trigger that `Oracle` does not look at."""

    def answer(self) -> Answer:
        rows: tuple[Iterable[Any], ...] = (
            *(self.reminded(), self.reviewed(), self.told_before(), self.urged(), self.used(), self.reported_up()),
            *(self.in_person(), self.in_the_group(), self.signed_off(), self.member_told(), self.reported_in()),
        )
        return {key: (status, frozenset(refs)) for found in rows for key, status, refs in found}

    # --- the measure ---

    def after(self, on: date, number: int) -> date:
        for _ in range(number):
            on += timedelta(days=1)
            while not is_working_day(on):
                on += timedelta(days=1)
        return on

    def in_office(self, post: str, person: str, on: date) -> date:
        """The last day of the office without a break."""
        while on < self.judged_on and self.has(post, person, on + timedelta(days=1)):
            on += timedelta(days=1)
        return on

    def has(self, post: str, person: str, on: date) -> bool:
        if post == "member":
            return any(person in self.holders(each, None, on) for each in ("member",)) or self.is_member(person, on)
        return person in self.holders(post, None, on)

    def meant(self, act: Recorded, sign: Recorded, signs: Sequence[Sign]) -> bool:
        """An act that refers to one of the signs counts for what it refers to alone."""
        named = cites(act) & {each.entry.position for each in signs}
        return not named or sign.position in {*named, act.position}

    def status(self, acts: Sequence[Done], due: date) -> str:
        """One act in time; one afterwards is late; none is unmet once it is due."""
        good = [row for row in acts if row[2] in GOOD]
        in_time = [row for row in good if row[1] <= due]
        if in_time:
            return "met" if any(row[2] == "credited" for row in in_time) else "met_late_declared"
        if good:
            return "late"
        if due > self.judged_on:
            return "not_due"
        return "doubtful" if any(row[2] == "doubtful" for row in acts) else "unmet"

    def open_only(self, acts: Sequence[Done], sign: Recorded) -> list[Done]:
        """Of acts that refer to no sign the first answer alone; what came after it was for others."""
        good = [row for row in acts if row[2] in GOOD]
        first = min(((row[1], row[0].position) for row in good), default=None)
        kept = [row for row in good if (row[1], row[0].position) == first or sign.position in cites(row[0])]
        return [*kept, *(row for row in acts if row[2] not in GOOD)]

    def row(self, id_: str, sign: Sign, acts: Sequence[Done], due: date) -> tuple[Key, str, list[str]]:
        acts = [*self.open_only(acts, sign.entry), *sign.done]
        refs = [str(row[0].payload.ref) for row in acts if row[2] in GOOD]
        return (id_, sign.owner, None, str(sign.entry.payload.ref)), self.status(acts, due), refs

    def follows(self, act: Recorded, sign: Recorded) -> bool:
        """It is the sign itself, refers to it, or came after it about its unit; a yearly check only where it refers."""
        if act.position == sign.position or sign.position in cites(act):
            return True
        chance = isinstance(sign.payload, WarningReported) and is_yearly(act.payload)
        return not chance and getattr(sign.payload, "unit", None) in about(act.payload) and self.came_after(act, sign)

    def came_after(self, act: Recorded, sign: Recorded) -> bool:
        """Its hour is later than that of what it follows, or its day, or on the same day it was recorded later.

        What was recorded ahead of its day is there once it is recorded.
        """
        made, told = (getattr(entry.payload, "occurred_at", None) for entry in (act, sign))  # type: Any, Any
        if hasattr(made, "hour") and hasattr(told, "hour"):
            return bool(made > min(told, sign.recorded_at))
        there = min(self.happened(sign), local(sign.recorded_at))
        return (self.happened(act), act.position) > (there, sign.position)

    def following(self, id_: str, sign: Sign, signs: Sequence[Sign], kinds: tuple[type, ...] = (object,)) -> list[Done]:
        """The owner's own acts of these kinds that follow the sign and claim the duty."""
        return [
            row
            for row in self.acts(id_, date.min, sign.until)
            if isinstance(row[0].payload, kinds) and getattr(row[0].payload, "kind", None) != "other"
            if doer(row[0].payload) == sign.owner
            if self.follows(row[0], sign.entry) and self.meant(row[0], sign.entry, signs)
        ]

    def of(self, *kinds: type) -> Iterator[Recorded]:
        yield from (entry for entry in self.entries if isinstance(entry.payload, kinds))

    def happened(self, entry: Recorded) -> date:
        when = getattr(entry.payload, "occurred_at", None)
        return local(entry.recorded_at) if when is None else local(when) if hasattr(when, "hour") else when

    # --- the duties ---

    def signs_of_warnings(self) -> list[Sign]:
        """Each warning to whom it makes owner: its unit's supervising member, from when he or the secretary knows."""
        found: list[Sign] = []
        for warning in self.of(WarningReported):
            told: Any = warning.payload
            on = local(warning.recorded_at)
            if on > self.judged_on:
                continue
            owners = [told.addressee] if told.addressee in self.holders("supervisor", told.unit, on) else []
            if not owners:
                known = self.known_on(warning)
                on = known if known is not None else on
                owners = [*self.holders("supervisor", told.unit, on)] if known is not None else []
                owners = [owner for owner in owners if owner != told.author]
            found += [Sign(warning, owner, on, self.in_office("member", owner, on)) for owner in owners]
        return found

    def known_on(self, warning: Recorded, levels: Sequence[str] = ("supervisor", "secretary")) -> date | None:
        """The first day on which the record shows one of the line at these levels, not its author, to know.

        By having signed it, or by a later record that names it, which one signed or in which one takes part, or which
        the group received, whose secretary he is on that day.
        """
        told: Any = warning.payload
        knows = dict.fromkeys(warning.signed, local(warning.recorded_at))
        for entry in self.entries:
            if (
                entry.position > warning.position
                and warning.position in cites(entry)
                and self.verdicts.get(entry.position) != "rejected"
            ):
                act, on = entry.payload, self.happened(entry)
                parts = [getattr(act, name, None) for name in PARTS]
                parts += [*(getattr(act, "reported_to", None) or ()), *(getattr(act, "attendees", None) or ())]
                if GROUP in parts or (isinstance(act, MeetingHeld) and act.body == GROUP):
                    parts += self.holders("secretary", None, on) if "secretary" in levels else []
                shown = [*((who, local(entry.recorded_at)) for who in entry.signed), *((who, on) for who in parts)]
                told_group = GROUP in (getattr(act, "recipients", None) or ()) and self.group_received(entry)
                if told_group and "secretary" in levels:
                    at = local(entry.recorded_at)
                    shown += [(who, at) for who in self.holders("secretary", None, at)]
                for who, day in shown:
                    if who is not None:
                        knows[who] = min(day, knows.get(who, day))
        on = min(knows.values())
        while on <= self.judged_on:
            above = {who for level in levels for who in self.holders(level, told.unit, on)} - {told.author}
            if any(knows[who] <= on for who in above & knows.keys()):
                return on
            on += timedelta(days=1)
        return None

    def group_received(self, sent: Recorded) -> bool:
        """It says so, or a member other than its author signed it."""
        said: Any = sent.payload
        on = self.happened(sent)
        others = {who for who in sent.signed if who != said.author}
        signed = any(self.is_member(who, on) or who in self.holders("secretary", None, on) for who in others)
        return GROUP in (said.receipts or ()) or signed

    def reminded(self) -> Found:
        """M3c: the member talks about or puts right what he was warned of."""
        signs = self.signs_of_warnings()
        for sign in signs:
            acts = self.following("M3c", sign, signs, (TalkHeld, RectificationMade))
            yield self.row("M3c", sign, acts, self.after(sign.on, 5))

    def reviewed(self) -> Found:
        """PM2b: the member answers a request: by signing it, or by an opinion on it or an act that refers to it."""
        signs = []
        for asked in self.of(RequestReported):
            said: Any = asked.payload
            on, person = local(asked.recorded_at), said.addressee
            post = self.holders("supervisor", said.unit, on) if said.unit else []
            if on > self.judged_on or not (person in post if said.unit else self.has("member", person, on)):
                continue
            done: tuple[Done, ...] = ((asked, on, "credited"),) if person in asked.signed else ()
            signs.append(Sign(asked, person, on, self.in_office("member", person, on), done))
        for sign in signs:
            acts = [
                row
                for row in self.acts("PM2b", date.min, sign.until)
                if doer(row[0].payload) == sign.owner and sign.entry.position in cites(row[0])
            ]
            yield self.row("PM2b", sign, acts, self.after(sign.on, 5))

    def told_before(self) -> Found:
        """PM4: before key work the supervising member talks with the head; each talk is for one piece of work."""
        signs = [
            Sign(task, person, self.happened(task), date.max)
            for task in self.of(KeyTaskRegistered)
            for person in self.holders("supervisor", getattr(task.payload, "unit", None), self.happened(task))
        ]
        used: set[int] = set()
        for sign in sorted(signs, key=lambda each: (each.on, str(each.entry.payload.ref), each.owner)):
            heads = self.holders("head", getattr(sign.entry.payload, "unit", None), sign.on)
            acts = [
                row
                for row in self.acts("PM4", date.min, date.max)
                if isinstance(row[0].payload, TalkHeld) and row[0].payload.talker == sign.owner
                if row[0].payload.kind != "other" and row[0].payload.counterpart in heads
                if self.meant(row[0], sign.entry, signs)
            ]
            free = [row for row in acts if row[2] in GOOD and row[0].position not in used]
            wanted = [row for row in free if row[1] <= sign.on] or free
            order = lambda row, at=sign.entry.position: (at not in cites(row[0]), row[1], row[0].position)  # noqa: E731
            taken = sorted(wanted, key=order)[:1]
            used |= {row[0].position for row in taken}
            rest = [*taken, *(row for row in acts if row[2] not in GOOD)]
            key = ("PM4", sign.owner, None, str(sign.entry.payload.ref))
            yield key, self.status(rest, sign.on), [str(row[0].payload.ref) for row in taken]

    def urged(self) -> Found:
        """PD4: each co-unit reports a task done by its due day, or was urged by the owner before it.

        Where the owner or a co-unit has ended by then, who took it over stands for it. What a person owns, the unit
        owes that the task names, else one that he heads, sooner one that is no co-unit.
        """
        for task in self.of(TaskAssigned):
            said: Any = task.payload
            if not said.co_units or self.happened(task) > self.judged_on:
                continue
            due = said.due or date(self.happened(task).year, 12, 31)
            last = min(due, self.judged_on)
            first = said.owner if said.owner in (*UNITS, GROUP, *SUPERIORS, "lead") else said.unit
            if first is None:
                headed = [each for each in UNITS if said.owner in self.holders("head", each, self.happened(task))]
                first = next((each for each in headed if each not in said.co_units), next(iter(headed), None))
            if first is None:
                continue
            for owner in self.heirs(first, last):
                parts = {
                    part: unit for unit in said.co_units for part in self.heirs(unit, last)
                    if part == unit or part != owner
                }  # fmt: skip
                if parts:
                    yield self.part_of(task, (first, owner), parts, due)

    def part_of(
        self, task: Recorded, owners: tuple[str, str], parts: Mapping[str, str], due: date
    ) -> tuple[Key, str, list[str]]:
        said: Any = task.payload
        first, owner = owners
        last = min(due, self.judged_on)
        reports = {
            entry.payload.unit: entry  # type: ignore[attr-defined]
            for entry in self.of(TaskReported)
            if entry.payload.of.position == task.position and entry.payload.done  # type: ignore[attr-defined]
            if self.verdicts.get(entry.position, "credited") in GOOD and self.happened(entry) <= last
        }
        acts = [
            row
            for row in self.acts("PD4", date.min, date.max)
            if doer(row[0].payload)
            in {*self.holders("head", first, row[1]), *self.holders("head", owner, row[1]), first, owner, said.owner}
            if task.position in cites(row[0]) and row[2] in GOOD and row[1] <= due
            if getattr(row[0].payload, "kind", None) != "other"
        ]
        own = {
            part: [unit for unit in (part, *said.co_units) if part in (unit, *self.heirs(unit, last))] for part in parts
        }
        reached = {part: next((reports[unit] for unit in own[part] if unit in reports), None) for part in parts}
        done = {part for part in parts if reached[part] is not None}
        for row in acts:
            named = {heir for unit in about(row[0].payload) for heir in self.heirs(unit, last)}
            done |= (named & {*parts}) or {*parts}
        refs = {str(row[0].payload.ref) for row in acts}
        refs |= {str(entry.payload.ref) for entry in reached.values() if entry is not None}
        late = due > self.judged_on
        status = "met" if done >= {*parts} else "not_due" if late else "partly_unmet" if done else "unmet"
        return ("PD4", owner, None, str(said.ref)), status, sorted(refs)

    def used(self) -> Found:
        """A3b: by the end of the year of the check the result of each unit checked is used; of some = partly."""
        for check in self.of(InspectionHeld):
            said: Any = check.payload
            on = self.happened(check)
            counts = self.verdicts.get(check.position, "credited") in GOOD
            if on > self.judged_on or not is_yearly(said) or not counts:
                continue
            latest: dict[str, tuple[Recorded, date]] = {}
            for made in self.of(AssessmentMade):
                if check.position in cites(made):
                    for use in self.of(AssessmentUsed):
                        day = self.happened(use)
                        if use.payload.assessment.position != made.position or day > self.judged_on:  # type: ignore[attr-defined]
                            continue
                        if self.verdicts.get(use.position, "credited") in GOOD:
                            latest[made.payload.of] = (use, day)  # type: ignore[attr-defined]
            due = date(on.year, 12, 31)
            status, refs = "not_due" if due > self.judged_on else "unmet", set[str]()
            if said.covers and {*said.covers} <= latest.keys():
                found = [latest[unit] for unit in said.covers]
                last = max(found, key=lambda row: (row[1], row[0].position))
                status = "met" if last[1] <= due else "late"
                refs = {str(use.payload.ref) for use, _ in (found if status == "met" else [last])}
            elif {*(said.covers or ())} & latest.keys():
                status = "not_due" if due > self.judged_on else "partly_unmet"
                refs = {str(latest[unit][0].payload.ref) for unit in said.covers if unit in latest}
            yield ("A3b", GROUP, None, str(said.ref)), status, sorted(refs)

    def issues_told(self) -> list[Sign]:
        """Problems reported to whom is secretary on that day."""
        told = [
            (issue, person, self.happened(issue))
            for issue in self.of(IssueFound)
            for person in sorted(issue.payload.reported_to or ())  # type: ignore[attr-defined]
        ]
        return [
            Sign(issue, person, on, self.in_office("secretary", person, on))
            for issue, person, on in told
            if on <= self.judged_on and person in self.holders("secretary", None, on)
        ]

    def reported_up(self) -> Found:
        """PS7c: the secretary reports it to the superiors, and each of them has received it."""
        signs = self.issues_told()
        for sign in signs:
            acts = [
                row
                for row in self.following("PS7c", sign, signs, (ReportSent,))
                if {*(getattr(row[0].payload, "recipients", None) or ())} & {*SUPERIORS}
            ]
            due = self.after(sign.on, 5)
            acts = self.until_all_have_it(acts, sign.entry)
            refs = [str(row[0].payload.ref) for row in acts if row[2] in GOOD]
            each = [self.status(self.received_by(acts, unit), due) for unit in SUPERIORS]
            yield ("PS7c", sign.owner, None, str(sign.entry.payload.ref)), self.all_told(each), refs

    def received_by(self, acts: Sequence[Done], unit: str) -> list[Done]:
        return [row for row in acts if unit in (getattr(row[0].payload, "receipts", None) or ())]

    def until_all_have_it(self, acts: Sequence[Done], sign: Recorded) -> list[Done]:
        """Of reports that refer to no sign those made while a superior had received none."""
        kept: list[Done] = []
        for row in sorted((row for row in acts if row[2] in GOOD), key=lambda row: (row[1], row[0].position)):
            if sign.position in cites(row[0]) or not all(self.received_by(kept, unit) for unit in SUPERIORS):
                kept.append(row)
        return [*kept, *(row for row in acts if row[2] not in GOOD)]

    def all_told(self, each: Sequence[str]) -> str:
        """What becomes of a duty towards several of what became of it towards each."""
        lacking = [status for status in each if status in ("not_due", "unmet", "doubtful")]
        if not lacking:
            return next((status for status in ("late", "met_late_declared") if status in each), "met")
        if "not_due" in lacking:
            return "not_due"
        worst = "unmet" if "unmet" in lacking else "doubtful"
        return worst if len(lacking) == len(each) else f"partly_{worst}"

    def in_person(self) -> Found:
        """S1: the secretary deals in person with key work, and with problems reported to him."""
        work = [
            Sign(task, person, self.happened(task), date.max)
            for task in self.of(KeyTaskRegistered)
            if self.happened(task) <= self.judged_on
            for person in self.holders("secretary", None, self.happened(task))
        ]
        told = self.issues_told()
        for signs in (work, told):
            for sign in signs:
                heads = self.holders("head", getattr(sign.entry.payload, "unit", None), sign.on)
                acts = [
                    row
                    for row in self.acts("S1", date.min, sign.until)
                    if getattr(row[0].payload, "kind", None) != "other" and doer(row[0].payload) == sign.owner
                    if self.follows(row[0], sign.entry)
                    or (signs is work and getattr(row[0].payload, "counterpart", None) in heads)
                    if self.meant(row[0], sign.entry, [*work, *told])
                ]
                yield self.row("S1", sign, acts, self.after(sign.on, 5))

    def in_the_group(self) -> Found:
        """G1b: what is raised with the Party group it deals with in a meeting."""
        signs = []
        for raised in self.of(WarningReported, IssueFound):
            told: Any = raised.payload
            to = {getattr(told, "addressee", None), *(getattr(told, "reported_to", None) or ())}
            on = local(raised.recorded_at)
            if GROUP in to and on <= self.judged_on:
                signs.append(Sign(raised, GROUP, on, date.max))
        for sign in signs:
            acts = [
                row
                for row in self.acts("G1b", date.min, date.max)
                if isinstance(row[0].payload, MeetingHeld) and row[0].payload.body == GROUP
                if row[0].payload.kind != "other"
                if self.follows(row[0], sign.entry) and self.meant(row[0], sign.entry, signs)
            ]
            yield self.row("G1b", sign, acts, self.after(sign.on, 5))

    def signed_off(self) -> Found:
        """PS5b: what goes out in the group's name the secretary of its day signs, or gives his opinion on."""
        signs = []
        for sent in self.of(ReportSent):
            if sent.payload.author == GROUP:  # type: ignore[attr-defined]
                told, recorded = self.happened(sent), local(sent.recorded_at)
                for person in self.holders("secretary", None, told):
                    signed: tuple[Done, ...] = ((sent, recorded, "credited"),) if person in sent.signed else ()
                    if max(told, recorded) <= self.judged_on:
                        signs.append(Sign(sent, person, max(told, recorded), date.max, signed))
        for sign in signs:
            acts = [
                row
                for row in self.acts("PS5b", date.min, date.max)
                if isinstance(row[0].payload, OpinionGiven) and sign.entry.position in cites(row[0])
                if row[0].payload.by == sign.owner
            ]
            yield self.row("PS5b", sign, acts, self.after(sign.on, 5))

    def member_told(self) -> Found:
        """PS7b: of a sign about a member's unit, not brought by him, the secretary talks with him; once for each."""
        found: dict[tuple[str, str], tuple[Sign, str]] = {}
        for entry in self.of(WarningReported, IssueFound):
            told: Any = entry.payload
            warning = isinstance(told, WarningReported)
            on = local(entry.recorded_at) if warning else self.happened(entry)
            for person in [told.addressee] if warning else sorted(told.reported_to or ()):
                if on > self.judged_on or not self.has("secretary", person, on):
                    continue
                for member in self.holders("supervisor", told.unit, on):
                    if member not in (person, doer(told)):
                        until = self.in_office("secretary", person, on)
                        found[str(told.ref), person] = (Sign(entry, person, on, until), member)
        used: set[int] = set()
        signs = [sign for sign, _ in found.values()]
        for sign, member in sorted(found.values(), key=lambda row: (row[0].on, row[0].entry.payload.ref, row[0].owner)):
            acts = [
                row
                for row in self.acts("PS7b", date.min, sign.until)
                if isinstance(row[0].payload, TalkHeld) and row[0].payload.kind != "other"
                if (row[0].payload.talker, row[0].payload.counterpart) == (sign.owner, member)
                if self.came_after(row[0], sign.entry) or sign.entry.position in cites(row[0])
                if self.meant(row[0], sign.entry, signs)
            ]
            due = self.after(sign.on, 5)
            free = [row for row in acts if row[2] in GOOD and row[0].position not in used]
            wanted = [row for row in free if row[1] <= due] or free
            order = lambda row, at=sign.entry.position: (at not in cites(row[0]), row[1], row[0].position)  # noqa: E731
            taken = sorted(wanted, key=order)[:1]
            used |= {row[0].position for row in taken}
            rest = [*taken, *(row for row in acts if row[2] not in GOOD)]
            key = ("PS7b", sign.owner, None, str(sign.entry.payload.ref))
            yield key, self.status(rest, due), [str(row[0].payload.ref) for row in taken]

    def reported_in(self) -> Found:
        """PM5b: what a member was warned of, or found in a unit of his, he reports to the group or the secretary.

        Addressed to one of them, and received by one of them.
        """
        signs = self.signs_of_warnings()
        for issue in self.of(IssueFound):
            said: Any = issue.payload
            on = self.happened(issue)
            if on <= self.judged_on and said.finder in self.holders("supervisor", said.unit, on):
                signs.append(Sign(issue, said.finder, on, self.in_office("member", said.finder, on)))
        for sign in signs:
            acts = [row for row in self.following("PM5b", sign, signs) if self.reached_group(row[0], row[1])]
            yield self.row("PM5b", sign, acts, self.after(sign.on, 5))

    def reached_group(self, act: Recorded, on: date) -> bool:
        said: Any = act.payload
        to = {*(getattr(said, "recipients", None) or ()), *(getattr(said, "reported_to", None) or ())}
        to |= {getattr(said, "addressee", None)}
        secretaries = {*self.holders("secretary", None, on)}
        asked = to & {GROUP, *secretaries}
        received = {*(getattr(said, "receipts", None) or ()), *act.signed}
        return bool(asked and received & {*asked, *secretaries})


def doer(act: Any) -> str | None:
    """Who did it, as it says."""
    names = ("finder", "talker", "author", "lead", "chair", "person", "by")
    return next((who for name in names if (who := getattr(act, name, None)) is not None), None)


def cites(entry: Recorded) -> set[int]:
    """What it refers to; an opinion is on what it is of."""
    found = {each.position for each in getattr(entry.payload, "refers", None) or ()}
    return found | ({entry.payload.of.position} if isinstance(entry.payload, OpinionGiven) else set())


def is_yearly(act: Any) -> bool:
    """A check of a year: for what the group or the secretary checks once a year."""
    return isinstance(act, InspectionHeld) and act.for_year is not None and bool({"A3a", "PS6"} & {*(act.claims or ())})
