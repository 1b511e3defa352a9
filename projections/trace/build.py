"""The reverse trace: one case, two investigations (一案双查). Candidates and grounds, each citing entries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from ledger.errors import BadInput
from ledger.events.acts import MeetingHeld
from projections.facts import Facts, day
from projections.model import Citation, Instance, Signal
from projections.obligations import owed_by
from projections.signals import signals as all_signals
from projections.trace import conduct, decisions, later, posts, status
from projections.trace.attribution import Line, attribution, line_of, span
from projections.trace.case import case_facts
from projections.trace.model import BodyTrace, CaseFacts, Category, Ground, PersonTrace, RulebookUse, Trace
from projections.trace.rulebooks import gravest
from projections.trace.suggestion import suggestion

NOT_DONE = ("unmet", "partly_unmet", "late")
Considered = Callable[[Instance], bool]


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
    uncut = facts(None)
    inquiry = case_facts(uncut, case)
    books = _books(inquiry, rulebook)
    moment = known_at or inquiry.opened_at
    return _Trace(facts(moment), uncut, inquiry, books, moment, considered or _due_by(uncut, inquiry)).result()


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
        case: CaseFacts,
        books: tuple[RulebookUse, ...],
        known_at: datetime,
        considered: Considered,
    ) -> None:
        self.cut, self.uncut, self.case, self.books = cut, uncut, case, books
        self.known_at, self.considered = known_at, considered
        self.line: Line = line_of(cut, case)
        self.shares = attribution(case, self.line)
        self.judged_on: date = uncut.rules.judged_on or day(uncut, max(known_at, case.opened_at))
        self.signals: Sequence[Signal] = all_signals(uncut, self.judged_on)
        self.grounds: defaultdict[str, list[Ground]] = defaultdict(list)

    def result(self) -> Trace:
        case = self.case
        for source in (
            posts.offenders(case),
            posts.heads(self.line),
            posts.supervisors(self.line),
            posts.secretaries(self.line),
            posts.functions(self.cut, case),
            posts.covers(self.cut, case),
            posts.gaps(self.shares),
            decisions.decision_grounds(self.uncut, case, self.line),
        ):
            self._take(source)
        bodies = {body for body in self.grounds if body in self.uncut.units}
        people = [person for person in self.grounds if person not in bodies]
        rows = later.later_records(self.uncut, case, self.known_at, people)
        self._take(later.rejected_records(self.uncut, case, rows, self.judged_on))
        persons = tuple(self._person(person, people) for person in self._order(people))
        party_group = self.uncut.party_group
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
            bodies=tuple(self._body(body) for body in sorted({*bodies, *([party_group] if party_group else [])})),
            variants=tuple(later.variants(self.uncut, case, self.line, party_group)),
            later=tuple(self.uncut.cite(event) for event, _ in rows),
            not_pinned=self._not_pinned(persons),
            red=tuple(status.red(self.uncut, case.case)),
            candidates=self._candidates(),
        )

    def _take(self, source: Iterable[tuple[str, Ground]]) -> None:
        for person, ground in source:
            if ground not in self.grounds[person]:
                self.grounds[person].append(ground)

    def _order(self, people: Sequence[str]) -> list[str]:
        """Direct parties first, then up the line, then those named by decisions; each in order of days."""
        offenders = [person for person, _ in self.case.offenders]
        holders = [row.person for row in self.shares if row.person is not None]
        return list(dict.fromkeys([*offenders, *holders, *people]))

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
        grounds += conduct.handovers(self.cut, self.case, person, self.signals)
        grounds += conduct.ignored_warnings(self.cut, self.case, person, self.signals)
        grounds += conduct.red_flags(self.cut, self.case, person)
        grounds = list(dict.fromkeys(grounds))
        unmet = self._unmet(person)
        return PersonTrace(
            person=person,
            categories=self._categories(grounds),
            grounds=tuple(grounds),
            interval=interval,
            also_acting_secretary=span(acting),
            shares=tuple(own),
            unmet=unmet,
            suggestion=None if offender else suggestion(self.cut, self.case, person, grounds, unmet, interval),
            status_now=status.status_now(self.uncut, person),
            lifelong=status.lifelong(self.uncut, person),
            knowledge=conduct.knowledge(grounds),
        )

    def _unmet(self, person: str) -> tuple[Instance, ...]:
        """R19: what the person owed by post and did not do in time, over the whole record."""
        owed = owed_by(self.uncut, person, judged_on=self.judged_on)
        return tuple(row for row in owed if row.status in NOT_DONE and self.considered(row))

    def _categories(self, grounds: Sequence[Ground]) -> tuple[tuple[str, Category], ...]:
        found = []
        for book in self.books:
            said: list[Category] = [
                category for ground in grounds for regime, category in ground.categories if regime == book.regime
            ]
            found.append((book.id, gravest(said)))
        return tuple(found)

    # --- bodies ---

    def _body(self, body: str) -> BodyTrace:
        """R18: the body's own failings: the decision, the gap that it left, the check that skipped the unit."""
        grounds = list(self.grounds.get(body, ()))
        if body == self.uncut.party_group:
            grounds += self._failings()
        categories = tuple(
            (book.id, "not_applicable" if book.regime == "discipline" else category)
            for book, (_, category) in zip(self.books, self._categories(grounds), strict=True)
        )
        return BodyTrace(body, categories, tuple(grounds))

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

    def _candidates(self) -> tuple[str, ...]:
        """R2: handlers of the unit and the proposers of enabling decisions are persons to question, no more."""
        offenders = {person for person, _ in self.case.offenders}
        handlers = {
            tenure.person
            for tenure in self.cut.tenures(unit=self.case.unit, during=self.case.period)
            if tenure.post not in ("head", "secretary", "member")
        }
        attending = {
            person
            for meeting in self.case.decisions
            if isinstance(payload := getattr(meeting, "payload", None), MeetingHeld)
            for person in payload.non_voting or ()
        }
        return tuple(sorted((handlers | attending) - offenders))
