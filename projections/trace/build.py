"""The reverse trace: one case, two investigations (一案双查). Candidates and grounds, each citing entries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from ledger.errors import BadInput
from projections.facts.protocol import Facts, day, happened
from projections.facts.values import Citation, Period, Signal
from projections.trace import conduct, decisions, knowledge, later, post_grounds, status, succession
from projections.trace.against import decisions_against_trace
from projections.trace.attribution import Line, attribution, holders_on, line_of, span
from projections.trace.candidates import to_question
from projections.trace.case_facts import case_facts, enabling_meetings
from projections.trace.chain import chain, co_responsible
from projections.trace.culpability import culpability, done_for_show, not_done
from projections.trace.gaps import gaps
from projections.trace.model import LEVELS, ActRow, BodyTrace, CaseFacts, Ground, PersonTrace, Trace
from projections.trace.near import signals_near
from projections.trace.owing import Considered, Owing
from projections.trace.procedure import procedure
from projections.trace.regimes import RulebookUse
from projections.trace.rulebooks import categories_of, in_force, reached, versions_used
from projections.trace.suggestion import suggestion


def trace(
    facts: Callable[[datetime | None], Facts],
    case: str,
    *,
    known_at: datetime | None = None,
    rulebook: str | None = None,
    considered: Considered | None = None,
) -> Trace:
    """Traces a case as known at a moment (by default its opening). `facts(moment)` gives the facts of a cut.

    `considered` limits the obligations that are looked at, where a record is known to be partial; by default those that
    fell due by the day the case was opened (what was left undone later says nothing of the case) and whose cadence the
    plan itself states (a number of ours is held against nobody). Raises BadInput for an unknown case or rulebook.
    """
    whole = facts(None)
    uncut = whole.for_case(case)
    inquiry = case_facts(uncut, case)
    books = _books(inquiry, rulebook)
    moment = known_at or inquiry.opened_at
    cut = facts(moment).for_case(case)
    falling = Period(date.min, day(uncut, inquiry.opened_at)) if considered is None else None
    return _Trace(cut, uncut, whole, inquiry, books, moment, considered or _due_by(uncut, inquiry), falling).result()


def _due_by(facts: Facts, inquiry: CaseFacts) -> Considered:
    opened = day(facts, inquiry.opened_at)
    return lambda instance: (instance.due is None or instance.due <= opened) and not instance.own_number


def _books(inquiry: CaseFacts, rulebook: str | None) -> tuple[RulebookUse, ...]:
    chosen = tuple(book for book in inquiry.rulebooks if rulebook in (None, book.id))
    if not chosen:
        known = ", ".join(book.id for book in inquiry.rulebooks)
        raise BadInput("the case {} is not traced under {!r}; its rulebooks are {}", inquiry.case, rulebook, known)
    return chosen


class _Trace:
    """The stages of one trace, in the order of the vertical chain (R18); no level inherits from another."""

    def __init__(
        self,
        cut: Facts,
        uncut: Facts,
        whole: Facts,
        case: CaseFacts,
        books: tuple[RulebookUse, ...],
        known_at: datetime,
        considered: Considered,
        falling: Period | None,
    ) -> None:
        self.cut, self.uncut, self.case, self.books, self.known_at = cut, uncut, case, books, known_at
        self.line: Line = line_of(cut, case)
        known = cut.units.get(case.unit)
        self.shares = attribution(case, self.line, known.life if known is not None else None)
        self.judged_on: date = uncut.rules.judged_on or day(uncut, max(known_at, case.opened_at))
        self.signals: Sequence[Signal] = ()
        self.owing = Owing(whole, uncut, self.judged_on, falling, considered)
        self.grounds: defaultdict[str, list[Ground]] = defaultdict(list)

    def result(self) -> Trace:
        """The stages: who is named and why, what they knew and did, what came later, what was decided."""
        case = self.case
        # What enabled the offence may have been decided before its period: by whom supervised the unit then.
        decided = [happened(self.uncut, meeting) for meeting in enabling_meetings(case)]
        for source in (
            post_grounds.offenders(case),
            post_grounds.heads(self.line),
            post_grounds.supervisors(self.line),
            post_grounds.secretaries(self.line),
            post_grounds.functions(self.cut, case),
            post_grounds.covers(self.cut, case),
            post_grounds.gaps(self.shares),
            decisions.decision_grounds(self.cut, self.uncut, case, line_of(self.cut, case, decided)),
            succession.succession(self.line),
        ):
            self._take(source)
        in_bodies = [body for body in self.grounds if body in self.uncut.units]
        people = [person for person in self.grounds if person not in in_bodies]
        rows = later.later_records(self.uncut, case, self.known_at, people)
        every = later.later_effects(self.uncut, case, rows, self.judged_on)
        self._take((p, g) for p, g in later.rejected_records(every) if p in self.grounds and not self._rejects(p, g))
        effects = tuple(row for row in every if row.recorded_at > self.known_at)
        self.signals = signals_near(self.uncut, case.unit, people, self.judged_on)
        order = self._order(people)
        party_group = self.uncut.party_group
        named = sorted({*in_bodies, *([party_group] if party_group else [])})
        owners = {*order, *named}
        self.owing.look(owners)
        persons = tuple(self._person(person, people) for person in order)
        bodies = tuple(self._body(body) for body in named)
        return Trace(
            case=case.case,
            case_entry=case.entry,
            unit=case.unit,
            period=case.period,
            opened_at=case.opened_at,
            known_at=self.known_at,
            first_lead_at=case.first_lead_at,
            pinned=case.pin_size is not None,
            rulebooks=self.books,
            total=sum((amount for _, _, amount in case.acts), Decimal(0)),
            unit_of_money=self.uncut.rules.unit_of_money,
            shares=self.shares,
            persons=persons,
            bodies=bodies,
            variants=tuple(later.variants(self.uncut, case, self.line, party_group)),
            later=tuple(row.entry for row in effects),
            not_pinned=self._not_pinned(persons),
            red=tuple(status.red(self.uncut, case.case)),
            candidates=to_question(self.cut, case),
            acts=tuple(self._act(*act) for act in case.acts),
            gaps=gaps(self.cut, self.uncut, case, self.shares),
            chain=chain(self.cut, case, self.line, bodies),
            co_responsible=co_responsible(self.cut, case),
            effects=effects,
            compared=decisions_against_trace(self.uncut, case.case, persons, bodies),
            marks=procedure(self.uncut, case, self.judged_on),
        )

    def _take(self, source: Iterable[tuple[str, Ground]]) -> None:
        for person, ground in source:
            if ground not in self.grounds[person]:
                self.grounds[person].append(ground)

    def _rejects(self, person: str, ground: Ground) -> bool:
        """Whether a record is told of already as not counted, as a dissent added later is."""
        told = {cite for each in self.grounds[person] if each.side == "rejected" for cite in each.cites}
        return told.issuperset(ground.cites)

    def _order(self, people: Sequence[str]) -> list[str]:
        """Direct parties first, then up the line, then those named by decisions; each in order of days."""
        offenders = [person for person, _ in self.case.offenders]
        holders = [row.person for row in self.shares if row.person is not None]
        return list(dict.fromkeys([*offenders, *holders, *people]))

    def _act(self, act: str, on: date, amount: Decimal) -> ActRow:
        versions = ((book.id, in_force(book.regime, on)) for book in self.books)
        return ActRow(
            act,
            on,
            amount,
            tuple((level, tuple(holders_on(self.line, level, on))) for level in LEVELS),
            tuple((id_, version.year if version is not None else None) for id_, version in versions),
        )

    # --- one person ---

    def _person(self, person: str, named: Sequence[str]) -> PersonTrace:
        own = [row for row in self.shares if row.person == person]
        posts_held = [row.period for row in own if not row.acting or row.level != "secretary"]
        acting = [row.period for row in own if row.acting and row.level == "secretary"]
        if not posts_held:
            posts_held, acting = acting, []
        interval = span(posts_held)
        offender = person in {offender for offender, _ in self.case.offenders}
        grounds = list(self.grounds[person])
        grounds += conduct.warned_in_time(self.cut, self.case, person)
        grounds += conduct.found_or_reported(self.cut, self.case, person, interval)
        grounds += conduct.diligence(self.cut, self.case, person, [row.period for row in own], named, self.judged_on)
        grounds += succession.handovers(self.cut, self.case, person)
        grounds += succession.handover_findings(self.uncut, self.case, person, self.signals)
        grounds += knowledge.ignored_warnings(self.cut, self.case, person, self.signals)
        grounds += knowledge.red_flags(self.cut, self.case, person)
        grounds += knowledge.concealment_found(self.uncut, self.case, person)
        grounds = list(dict.fromkeys(grounds))
        categories = reached(self.books, categories_of(self.books, grounds), self._touched(person, grounds, interval))
        answers = any(category != "none" for _, category in categories)
        owed = self.owing.of(person) if answers else []
        warned = self.owing.by_own_lead(person) if answers and not offender else []
        grounds += knowledge.answered_late(self.cut, self.case, warned)
        if "warning_unanswered" not in {ground.code for ground in grounds}:
            grounds += knowledge.left_alone(self.cut, self.case, person, warned)
        unmet, sham = not_done(owed), done_for_show(owed)
        now = status.status_now(self.uncut, person)
        acts, stretch = self._own_acts(person, interval)
        fallen = {act for act, _ in acts}
        return PersonTrace(
            person=person,
            categories=categories,
            grounds=tuple(grounds),
            interval=interval,
            also_acting_secretary=span(acting),
            shares=tuple(own),
            unmet=unmet,
            suggestion=suggestion(self.cut, self.case, person, grounds, unmet, interval)
            if answers and not offender
            else None,
            status_now=now,
            lifelong=status.lifelong(self.uncut, person),
            knowledge=None if offender else knowledge.knowledge(grounds),
            culpability=None if offender else culpability(grounds, (*unmet, *sham), self.case.period),
            conduct=stretch if offender else None,
            acts=tuple(act for act, _ in acts),
            amount=sum((amount for act, _, amount in self.case.acts if act in fallen), Decimal(0)),
            sham=sham,
            route=status.route(self.uncut, person, now, self.case.period, offender=offender),
            elsewhere=tuple(self.uncut.elsewhere(person)),
            versions=versions_used(self.books, categories, acts, stretch),
        )

    def _touched(self, person: str, grounds: Sequence[Ground], interval: Period | None) -> list[Period]:
        """The days that count for which rulebook reaches a person: his interval, his conduct, his decisions."""
        found = [period for offender, period in self.case.offenders if offender == person]
        found += [interval] if interval is not None else []
        basis = [ground for ground in grounds if ground.side == "basis"]
        found += [ground.period for ground in basis if ground.period is not None]
        cited = {cite for ground in basis for cite in ground.cites}
        for meeting in enabling_meetings(self.case):
            if self.uncut.cite(meeting) in cited:
                on = happened(self.uncut, meeting)
                found.append(Period(on, on))
        return found

    def _own_acts(self, person: str, interval: Period | None) -> tuple[list[tuple[str, date]], Period]:
        """The acts that fall to a person, by his offence, his posts, else none, and the stretch they lie in."""
        stretches = [period for offender, period in self.case.offenders if offender == person]
        stretches = stretches or [row.period for row in self.shares if row.person == person]
        acts = [(act, on) for act, on, _ in self.case.acts if any(on in part for part in stretches)]
        return acts, span(stretches) or interval or self.case.period

    # --- bodies ---

    def _body(self, body: str) -> BodyTrace:
        """R18: the body's own failings: the decision, the gap that it left, the check that skipped the unit."""
        grounds = list(self.grounds.get(body, ()))
        if body == self.uncut.party_group:
            grounds += self._failings()
        categories = tuple(
            (book.id, "not_applicable" if book.regime == "discipline" else category)
            for book, (_, category) in zip(self.books, categories_of(self.books, grounds), strict=True)
        )
        return BodyTrace(body, categories, tuple(grounds), not_done(self.owing.of(body)))

    def _failings(self) -> list[Ground]:
        vacant = [
            Ground(
                "R6",
                "left_vacant",
                "context",
                (),
                (),
                row.period,
                (("level", row.level), ("acts", ", ".join(row.acts))),
            )
            for row in self.shares
            if row.person is None
        ]
        skipped = [
            Ground("R18", "check_skipped_unit", "context", signal.events)
            for signal in self.signals
            if signal.code == "CHECK_SKIPPED_UNIT" and signal.get("unit") == self.case.unit
        ]
        return [*vacant, *skipped]

    # --- the rest ---

    def _not_pinned(self, persons: Sequence[PersonTrace]) -> tuple[Citation, ...]:
        """Cited duty entries that the clock knew but the pinned checkpoint does not cover."""
        if self.case.pin_size is None:
            return ()
        cited = {
            cite
            for person in persons
            for ground in person.grounds
            if ground.side != "rejected"
            for cite in ground.cites
        }
        own = self.case.entry.ledger
        return tuple(sorted(cite for cite in cited if cite.ledger != own and cite.position >= self.case.pin_size))
