"""Question: what is to be done, by whom and by when: obligations, signatures, warnings, tasks, each with how to do it.

`projections.questions.obligations` judges, the agenda tells: nothing here changes a status, ranks anybody, or closes
anything to a late entry. What fell due before the ledger was opened is said once, and is not called undone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain

from ledger.frozen import dataclass
from projections.facts.holdings import holders_on
from projections.facts.protocol import Facts, day, happened
from projections.facts.touching import names_touched
from projections.facts.values import Citation, Instance
from projections.language.agenda_words import AgendaWords
from projections.language.duty_words import PARTS
from projections.language.titles import fixed_word
from projections.questions.days_asked import DaysAsked
from projections.questions.doing import commands, record
from projections.questions.obligations import OVERDUE, ObligationFilter, ObligationRow, is_nobodys, owed
from projections.questions.over import Judged, Over
from projections.questions.parties import party_of
from projections.questions.registers import RegisterFilter, register
from projections.questions.signatures import SignatureFilter, owed_signatures
from projections.questions.waiting import warnings, withdrawals

STATES = ("overdue", "near", "due", "waiting")
"""By nearness, never by weight: red, yellow, blue, and what has no day."""
OPEN = (*OVERDUE, "not_due")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaFilter(Judged):
    """Limits of the question; None does not limit. The party is named by id, number or name."""

    owner: str | None = None
    """What this person or unit has to do, what is owed by a unit that the person heads included."""
    period: str | None = None
    """What falls due in it, or waits since then: `2026`, `2026H2`, `2026Q4`."""
    until: date | None = None
    """What falls due by this day, what is overdue and what has no day included."""
    due_within: str | None = None
    """What is still to come within so many days: `5d`, `5`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaLine:
    """One thing to be done. `do` are the commands that record it, any one of them."""

    kind: str
    state: str
    words: str = ""
    """The whole of it in one sentence."""
    what: str
    owner: str
    owner_name: str = ""
    due: date | None = None
    provisional: bool = False
    since: date | None = None
    """From when it has waited, where it has no day."""
    obligation: str | None = None
    clause: str | None = None
    occasion: str = ""
    """The period or the trigger."""
    unit: str | None = None
    with_whom: tuple[str, ...] = ()
    done_when: str | None = None
    """What counts as done."""
    credited: int | None = None
    required: int | None = None
    entry: Citation | None = None
    """What it is about: the entry that is to be signed or answered, the task."""
    in_vain: tuple[str, ...] = ()
    """A sentence for each record that was to be it and is not."""
    do: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """The answer: what is overdue first, then by day, then what waits without one.

    `near_days`: by which a line is near. `notes`: what is not among the lines, and why."""

    judged_on: date
    known_at: datetime | None
    near_days: int
    notes: tuple[str, ...]
    items: tuple[AgendaLine, ...]


def agenda(over: Over, wanted: AgendaFilter) -> Agenda:
    """What is to be done, within limits. Raises BadInput for a limit that cannot be read or names nobody."""
    facts, judged = over.facts, over.judging_day(wanted)
    owner = party_of(facts, wanted.owner) if wanted.owner is not None else None
    within = DaysAsked(judged, wanted.period, wanted.until, wanted.due_within)
    made = _Making(over, judged, owner)
    lines = [line for line in made.lines() if within.have(line.due, line.since)]
    order = {state: number for number, state in enumerate(STATES)}
    lines.sort(key=lambda line: (order[line.state], line.due or line.since or date.max))
    return Agenda(judged, facts.known_at, made.near, tuple(made.notes()), tuple(lines))


def headed_by(facts: Facts, person: str, judged: date) -> Iterator[str]:
    """The units that a person heads on the day; of the secretary the Party group."""
    for unit in facts.units:
        if any(holding.person == person for holding in holders_on(facts, "head", unit, judged)):
            yield unit
    if any(holding.person == person for holding in holders_on(facts, "secretary", None, judged)):
        yield from (id_ for id_ in (facts.party_group,) if id_ is not None)


class _Making:
    """The lines of one agenda."""

    def __init__(self, over: Over, judged: date, owner: str | None) -> None:
        self.over, self.judged, self.owner = over, judged, owner
        self.facts, self.explain = over.facts, over.explain
        self.say = AgendaWords(self.explain, judged)
        self.near = self.facts.rules_on(judged).near_days
        self.answer = owed(over, ObligationFilter(judged_on=judged))
        self.began = self.facts.began_on
        self.parties = {owner, *headed_by(self.facts, owner, judged)} if owner is not None else None

    def lines(self) -> Iterator[AgendaLine]:
        """Every line, in no order yet."""
        duties = (self._obligation(row, part) for row in self.answer.items for part in self._open(row))
        return map(self._said, chain(duties, self._warnings(), self._signatures(), self._withdrawals(), self._tasks()))

    def notes(self) -> Iterator[str]:
        """What fell due before the ledger was opened, and what was claimed in vain."""
        before = [row for row in self.answer.items if row.status in OPEN and self._mine(row) and self._is_before(row)]
        if before and self.began is not None:
            yield self.say.before(self.began, len(before))
        vain: dict[tuple[str, date | None], list[Citation]] = {}
        for claim, told in ((each, self.facts.cited(each.entry)) for each in self.answer.uncounted):
            if self.parties is None or (told is not None and self.parties & set(names_touched(self.facts, told))):
                began = self.began if told and self.began and happened(self.facts, told) < self.began else None
                vain.setdefault((claim.obligation, began), []).append(claim.entry)
        for (obligation, began), entries in vain.items():
            yield self.say.in_vain(self.explain.cites(entries), obligation, began)

    # --- obligations ---

    def _open(self, row: ObligationRow) -> Iterator[Instance]:
        """The row, or each of its pairs, where something is still to be done."""
        if row.status in OPEN and not self._is_before(row):
            parts = [part for part in row.pairs or (row,) if part.status in OPEN and self._mine(part)]
            yield from (part for part in parts if not is_nobodys(part, self.judged))

    def _mine(self, row: Instance) -> bool:
        return self.parties is None or row.owner in self.parties

    def _is_before(self, row: Instance) -> bool:
        return row.due is not None and self.began is not None and row.due < self.began

    def _obligation(self, row: ObligationRow, part: Instance) -> AgendaLine:
        explain, say = self.explain, self.say
        part = replace(part, period=part.period or row.period, due=part.due or row.due)
        unit = part.unit if part.unit is not None and part.unit != part.owner else None
        occasion = " ".join(filter(None, (explain.occasion(part), explain.name(unit) if unit is not None else "")))
        what = f"{row.obligation} {row.title}" + (f" ({occasion})" if occasion else "")
        whom = [explain.part(each.partition("/")[2] or each) for each in part.missing if each not in PARTS]
        if row.pairs and part.subject is not None:
            whom = [explain.name(part.subject)]
        lacking = [explain.part(each) for each in part.missing if each in PARTS]
        doing = _on_time(part.status, part.due, self.judged, self.near)
        return AgendaLine(
            kind="obligation",
            state=doing,
            what=what,
            owner=part.owner,
            due=part.due,
            provisional=part.provisional,
            obligation=row.obligation,
            clause=say.clause(row.obligation),
            occasion=occasion,
            unit=part.unit,
            with_whom=tuple(whom or say.counterparts(row.obligation)),
            done_when=say.evidence(row.obligation, lacking),
            credited=part.credited,
            required=part.required,
            in_vain=tuple(self._in_vain(part)),
            do=(*self._claiming(part), *commands(part)),
        )

    def _claiming(self, part: Instance) -> Iterator[str]:
        """For each act that was done and does not claim this: the correction by which it does, with what it claims."""
        for cite in part.fitting:
            record = self.facts.cited(cite)
            if record is not None and cite.place is None:
                claims = (*(getattr(record.payload, "claims", None) or ()), part.obligation)
                yield f"zeren correct '#{cite.position}' --field claims {' '.join(f'--to {each}' for each in claims)}"

    def _in_vain(self, part: Instance) -> Iterator[str]:
        yield from map(self.say.reason, part.reasons)
        if part.fitting:
            yield self.explain.fitting(part)

    # --- what else waits ---

    def _warnings(self) -> Iterator[AgendaLine]:
        for row in warnings(self.over, self.judged):
            entry, unit = self.explain.cites([row.entry]), self.explain.name(row.unit)
            for person in row.persons:
                if self.parties is None or person in self.parties:
                    yield AgendaLine(
                        kind="warning",
                        state=_nearness(row.due, self.judged, self.near),
                        what=self.say.warning(entry, unit),
                        owner=person,
                        due=row.due,
                        since=row.since,
                        unit=row.unit,
                        with_whom=tuple(self.explain.name(each) for each in (row.author,) if each is not None),
                        entry=row.entry,
                        do=(self._answering(row.entry, row.unit, person),),
                    )

    def _answering(self, entry: Citation, unit: str | None, person: str) -> str:
        given = {"refers": entry.ref, "lead": person, "occurred_at": "DAY"}
        return record("inspection", {**given, **({"unit": unit} if unit is not None else {})})

    def _signatures(self) -> Iterator[AgendaLine]:
        person = self.owner if self.owner in self.facts.persons else None
        if self.owner is not None and person is None:
            return
        for row in owed_signatures(self.over, SignatureFilter(person=person, judged_on=self.judged)).items:
            entry, since = self.explain.cites([row.entry]), day(self.facts, row.recorded_at)
            said = self.say.signature(row.name, entry, row.title, row.capacity, since)
            yield AgendaLine(
                kind="signature",
                state="waiting",
                words=said,
                what=said,
                owner=row.person,
                since=since,
                entry=row.entry,
                do=(f"zeren consent ask '#{row.entry.position}' --for {row.person}",),
            )

    def _withdrawals(self) -> Iterator[AgendaLine]:
        for row in withdrawals(self.over, self.owner, self.judged):
            name, of = self.explain.name(row.person), self.explain.cites([row.of])
            said = self.say.withdrawal(name, of, row.title, fixed_word(row.ground))
            yield AgendaLine(
                kind="withdrawal",
                state="waiting",
                words=said,
                what=said,
                owner=row.person,
                since=day(self.facts, row.recorded_at),
                entry=row.entry,
                do=(f"zeren entries {row.entry.label}",),
            )

    def _tasks(self) -> Iterator[AgendaLine]:
        for row in register("tasks")(self.over, RegisterFilter(judged_on=self.judged)).items:
            did = {who for who, _ in row.done_by}
            whose = [each for each in (row.owner, *row.co_units) if self.parties is None or each in self.parties]
            mine = next((each for each in whose if each not in did), None)
            if row.status == "done" or mine is None:
                continue
            part = {"unit": mine} if mine in self.facts.units else {}
            yield AgendaLine(
                kind="task",
                state=_nearness(row.due, self.judged, self.near),
                what=self.say.task(self.explain.cites([row.entry]), row.title or ""),
                owner=mine,
                due=row.due,
                unit=row.unit,
                with_whom=tuple(self.explain.name(each) for each in (row.owner, *row.co_units) if each != mine),
                entry=row.entry,
                do=(record("task_reported", {"of": row.entry.ref, **part, "done": "yes", "occurred_at": "DAY"}),),
            )

    def _said(self, line: AgendaLine) -> AgendaLine:
        """The line with its owner's name and its sentence, unless it says that itself."""
        owner = self.explain.name(line.owner)
        when = self.say.when(line.due, provisional=line.provisional)
        return replace(line, owner_name=owner, words=line.words or self.say.owed(owner, line.what, when))


def _on_time(status: str, due: date | None, judged: date, near: int) -> str:
    """How near an obligation is: undone or doubted it is overdue once its day is over, not on the day itself."""
    return "overdue" if status in OVERDUE and due is None else _nearness(due, judged, near)


def _nearness(due: date | None, judged: date, near: int) -> str:
    if due is None:
        return "waiting"
    if due < judged:
        return "overdue"
    return "near" if due <= judged + timedelta(days=near) else "due"


def to_come(lines: Iterable[AgendaLine], judged: date) -> Iterator[AgendaLine]:
    """The lines that have a day which is still to come."""
    return (line for line in lines if line.due is not None and line.due >= judged and line.state != "overdue")
