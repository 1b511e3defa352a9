"""Grounds that follow from collective decisions: R12 to R15. Votes, quorum and dissent as they were minuted in time."""

from collections.abc import Iterable, Iterator
from datetime import date

from ledger.events.acts import MeetingHeld
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected
from ledger.frozen import dataclass
from projections.facts.meeting_validity import MeetingValidity, meeting_standing
from projections.facts.protocol import Facts, day
from projections.trace.attribution import Line, holders_on
from projections.trace.case_facts import enabling_meetings
from projections.trace.model import CaseFacts, Ground
from projections.trace.rulebooks import both, each

Grounds = Iterator[tuple[str, Ground]]


@dataclass(frozen=True, slots=True)
class Dissents:
    """Who opposed or reserved, told by when it was recorded: before any lead (it counts), or later (shown only)."""

    in_time: frozenset[str]
    late: tuple[tuple[str, Recorded], ...]
    """(person, the later correction)."""
    corrected: tuple[tuple[str, Recorded], ...] = ()
    """(person, the correction that put it into the minutes in time)."""
    unagreed: tuple[tuple[str, Recorded], ...] = ()
    """(person, the correction recorded in time to which not everyone agreed in time)."""

    def said_by(self, person: str) -> Iterator[Recorded]:
        """The corrections in time without which the minutes would not say that he opposed or reserved."""
        return (correction for whom, correction in self.corrected if whom == person)


def dissents(facts: Facts, meeting: Recorded, case: CaseFacts, uncut: Facts | None = None) -> Dissents:
    """R13 (问责条例 art. 17(2); local rules 2014): opposition or reservation counts where recorded before any lead.

    It stands in the minutes (a vote against, or a dissent) as corrections make them read, and such a correction counts
    from when everyone who signed the minutes has signed it: that is asked to be before the lead. What one adds after
    it, or others agree to after it, is a rejected excuse; a vote against that the minutes have already is not added by
    votes that repeat it. What came after the cut of `facts` is told by `uncut`.
    """
    in_time = _opposed(meeting) if meeting.recorded_at < case.first_lead_at else frozenset()
    minuted = _opposed(facts.uncorrected(meeting))
    late: list[tuple[str, Recorded]] = []
    corrected: list[tuple[str, Recorded]] = []
    unagreed: list[tuple[str, Recorded]] = []
    for event in (uncut or facts).followers(meeting):
        correction = event.payload
        if not isinstance(correction, RecordCorrected) or correction.field.partition(".")[0] not in (
            "dissent",
            "votes",
        ):
            continue
        persons = opposing(correction)
        if event.recorded_at < case.first_lead_at:
            if facts.cited(facts.cite(event)) is None:
                continue  # nobody knew of it then
            corrected += [(person, event) for person in sorted(persons & (in_time - minuted))]
            unagreed += [(person, event) for person in sorted(persons - in_time) if not facts.counts(event)]
        else:
            repeated = in_time if correction.field.startswith("votes") else frozenset()
            late += [(person, event) for person in sorted(persons - repeated)]
    return Dissents(in_time, tuple(late), tuple(corrected), tuple(unagreed))


def _opposed(meeting: Recorded) -> frozenset[str]:
    """Who voted against or reserved, as these minutes read."""
    held = meeting.payload
    if not isinstance(held, MeetingHeld):
        return frozenset()
    spoken = {dissent.person for dissent in held.dissent or ()}
    return frozenset(spoken | set((held.votes.oppose if held.votes else None) or ()))


def opposing(correction: RecordCorrected) -> set[str]:
    """The persons for whom a correction of votes or dissent claims opposition or reservation."""
    value = correction.new_value
    if correction.field.startswith("votes"):
        if correction.field == "votes.oppose" and isinstance(value, list):
            return {str(person) for person in value}
        opposed = value.get("oppose") if isinstance(value, dict) else None
        return {str(person) for person in opposed} if isinstance(opposed, list) else set()
    rows = value if isinstance(value, list) else [value]
    return {str(row["person"]) for row in rows if isinstance(row, dict) and "person" in row}


def decision_grounds(cut: Facts, uncut: Facts, case: CaseFacts, line: Line) -> Grounds:
    """R12 to R14 for every enabling decision; body ids stand in the person's place for the body's own grounds.

    A decision reads as it was known at the cut; one that was not known yet, as it was known last.
    """
    for decision in enabling_meetings(case):
        known = cut.cited(uncut.cite(decision))
        facts, meeting = (uncut, decision) if known is None else (cut, known)
        if not isinstance(meeting.payload, MeetingHeld):
            yield from individual(facts, meeting)
            continue
        cite = uncut.cite(meeting)
        standing = meeting_standing(facts, meeting)
        spoken = dissents(facts, meeting, case, uncut)
        if standing.valid and standing.adopted:
            yield from collective(facts, meeting, standing, spoken, line)
        else:
            yield from invalid(facts, meeting, standing, spoken)
        yield from _outside(facts, meeting, standing)
        for code, rows in (("dissent_added_later", spoken.late), ("dissent_not_agreed_in_time", spoken.unagreed)):
            for person, correction in rows:
                yield person, Ground("R13", code, "rejected", (uncut.cite(correction), cite))
        if meeting.payload.proposer is not None:
            yield meeting.payload.proposer, Ground("R12", "proposed", "context", (cite,))


def collective(facts: Facts, meeting: Recorded, standing: MeetingValidity, spoken: Dissents, line: Line) -> Grounds:
    """R12 (local rules of 2014): the body collectively; chair and direct supervisor main; others important.

    R13: who opposed or reserved in time took part, which is the ground; that he opposed speaks for him. Abstaining
    is taking part. A chair who presides without a recorded vote of his own carries the decision all the same (R8).
    """
    held = meeting.payload
    if not isinstance(held, MeetingHeld):
        return
    cite = (facts.cite(meeting),)
    on = _held_on(facts, meeting)
    if held.body is not None:
        values = (("agree", str(len(standing.agree))), ("members", str(len(standing.members))))
        categories = each(accountability="collective", discipline="not_applicable")
        yield held.body, Ground("R12", "body_decided", "basis", cite, categories, None, values)
    supervising = set(holders_on(line, "supervisor", on))
    for person in (*standing.voters, *standing.silent):
        if person in spoken.in_time:
            yield person, Ground("R12", "took_part_opposing", "basis", cite, both("important_leadership"))
            yield person, _dissented(facts, meeting, spoken, person)
        elif person in standing.oppose:
            yield person, Ground("R12", "opposed_recorded_late", "basis", cite, both("important_leadership"))
        elif person in standing.abstain or (person in standing.silent and person != held.chair):
            code = "abstained" if person in standing.abstain else "present_without_vote"
            yield person, Ground("R12", code, "basis", cite, both("important_leadership"))
        elif person == held.chair:
            yield person, Ground("R12", "chaired_and_carried", "basis", cite, both("main_leadership"))
        elif person in supervising:
            yield person, Ground("R12", "supervisor_agreed", "basis", cite, both("main_leadership"))
        else:
            yield person, Ground("R12", "agreed", "basis", cite, both("important_leadership"))


def _dissented(facts: Facts, meeting: Recorded, spoken: Dissents, person: str) -> Ground:
    said = (facts.cite(meeting), *map(facts.cite, spoken.said_by(person)))
    return Ground("R13", "dissented_in_time", "mitigating", said)


def invalid(facts: Facts, meeting: Recorded, standing: MeetingValidity, spoken: Dissents) -> Grounds:
    """R14 (党组工作条例 art. 27): without quorum, by circulation or off the agenda nothing was decided as a body.

    Nor where the votes of the full membership did not suffice and it was carried out all the same. It is the individual
    decision of those who made it, and a breach of procedure (R15: theirs alone, aggravated). Those are who voted for
    it; where no votes are recorded, who was present and did not oppose or reserve in time; and a chair who presided
    without a recorded vote of his own. R13: opposition or reservation in time speaks for whoever took part.
    """
    cite = (facts.cite(meeting),)
    held = meeting.payload
    chair = held.chair if isinstance(held, MeetingHeld) else None
    voted = set(standing.agree) if standing.votes_recorded else set()
    without_vote = {*standing.agree, *(person for person in standing.silent if person == chair)} - voted
    makers = voted | (without_vote - spoken.in_time)
    for person in (*standing.voters, *standing.silent):
        if person in spoken.in_time:
            yield person, _dissented(facts, meeting, spoken, person)
        if person in makers:
            yield person, Ground("R14", "decided_individually", "basis", cite, both("main_leadership"))
            yield person, Ground("R15", "individual_decision_on_collective_matter", "aggravating", cite)
        else:
            yield person, Ground("R14", "did_not_make_invalid_decision", "context", cite)
    if isinstance(held, MeetingHeld) and held.body is not None:
        values = (("present", str(len(standing.present))), ("members", str(len(standing.members))))
        categories = each(accountability="none", discipline="not_applicable")
        code = standing.breach or ("decision_not_adopted" if standing.valid else "procedural_breach")
        yield held.body, Ground("R14", code, "basis", cite, categories, None, values)


def individual(facts: Facts, record: Recorded) -> Grounds:
    """R15 (local rules 2014): what a body had to decide was decided by one person: that person alone, aggravated."""
    payload = record.payload
    roles = ("lead", "author", "finder", "talker", "person")
    named = [str(who) for name in roles if (who := getattr(payload, name, None)) in facts.persons]
    decider = named[0] if named else record.author
    cite = (facts.cite(record),)
    yield decider, Ground("R15", "decided_alone", "basis", cite, both("main_leadership"))
    yield decider, Ground("R15", "individual_decision_on_collective_matter", "aggravating", cite)


def _outside(facts: Facts, meeting: Recorded, standing: MeetingValidity) -> Grounds:
    """R12: the absent, the recused and non-voting attendees are not deciders; a written opinion is no vote."""
    held = meeting.payload
    if not isinstance(held, MeetingHeld):
        return
    cite = (facts.cite(meeting),)
    written = {opinion.person for opinion in held.written_opinions_of_absent or ()}
    rows: tuple[tuple[str, Iterable[str]], ...] = (
        ("recused", held.recused or ()),
        ("absent_with_written_opinion", [p for p in standing.absent if p in written]),
        ("absent", [p for p in standing.absent if p not in written]),
        ("non_voting", standing.non_voting),
    )
    for code, persons in rows:
        for person in persons:
            yield person, Ground("R12", code, "context", cite)


def _held_on(facts: Facts, meeting: Recorded) -> date:
    held = meeting.payload
    when = held.occurred_at if isinstance(held, MeetingHeld) and held.occurred_at is not None else meeting.recorded_at
    return day(facts, when)
