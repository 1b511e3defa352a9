"""What a report needs of a case beside its trace: the inspectors' own entries in their latest form."""

from collections.abc import Iterator
from datetime import datetime

from ledger.events.case_work import CaseOpened, SecondInvestigationOpened
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.circles import latest_stated
from projections.facts.protocol import Facts
from projections.facts.values import Citation, Period


@dataclass(frozen=True, slots=True)
class Direct:
    """A party directly concerned, as the first investigation found."""

    person: str
    period: Period
    conduct: str | None


@dataclass(frozen=True, slots=True)
class CaseRecords:
    """A case's entries, its leads, and the facts that the opening or a later finding of facts states."""

    opening: Recorded
    works: tuple[Recorded, ...]
    """Everything recorded about the case after its opening, in order."""
    leads: tuple[Recorded, ...]
    matter: str | None
    direct: tuple[Direct, ...]
    done: tuple[tuple[str, str], ...]
    """(act, what was done) where the case says so."""
    meetings: tuple[Recorded, ...]
    """The decisions that made the offence possible."""

    @property
    def opened(self) -> CaseOpened:
        """The opening's own fields."""
        if not isinstance(self.opening.payload, CaseOpened):
            raise TypeError("a case is opened by case.opened")
        return self.opening.payload

    def teams(self) -> Iterator[tuple[Recorded, tuple[str, ...], str | None]]:
        """Each opening with its investigators and who approved it."""
        for event in (self.opening, *self.works):
            work = event.payload
            anew = isinstance(work, CaseOpened) and event is not self.opening
            if isinstance(work, CaseOpened | SecondInvestigationOpened) and (work.team or not anew):
                yield event, work.team or (), work.approved_by

    def after(self, moment: datetime) -> tuple[Recorded, ...]:
        """What was recorded about the case later than this."""
        return tuple(event for event in self.works if event.recorded_at > moment)

    def entries(self, facts: Facts) -> Iterator[Citation]:
        """Every entry of the case."""
        for event in (*self.leads, self.opening, *self.works, *self.meetings):
            yield facts.cite(event)


def case_file(facts: Facts, case: str) -> CaseRecords:
    """The file of a case; `facts` is uncut. Raises BadInput for an unknown one."""
    opening = facts.case(case)
    opened = opening.payload
    if not isinstance(opened, CaseOpened):
        raise TypeError("a case is opened by case.opened")
    works = tuple(facts.followers(opening, withdrawn=True))
    latest = latest_stated(facts, opening, ("offenders", "acts", "enabling_decisions"))
    leads = (facts.entry(lead, within=opening) for lead in opened.leads or ())
    enabling, said_by = latest["enabling_decisions"]
    meetings = (facts.entry(reference, within=said_by) for reference in enabling or ())
    acts = ((act.id, act.text) for act in latest["acts"][0])
    return CaseRecords(
        opening,
        works,
        tuple(lead for lead in leads if lead is not None),
        opened.matter,
        tuple(Direct(o.person, Period(o.valid_from, o.valid_to), o.conduct) for o in latest["offenders"][0]),
        tuple((act, text) for act, text in acts if text),
        tuple(meeting for meeting in meetings if meeting is not None),
    )
