"""`Facts` answered from the views database, by index: the cut, its records, rules, parties, posts, and cases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from ledger.errors import BadInput
from ledger.events.case_work import CaseOpened, LeadReceived
from ledger.events.record import Recorded
from ledger.events.register import PersonLinked
from ledger.frozen import dataclass
from projections.facts.circles import circles, open_leads
from projections.facts.holdings import is_late, retro_weight
from projections.facts.touching import first_lead
from projections.facts.values import Circle, Elsewhere, OpenLead, Tenure
from projections.views.posts import Posts


@dataclass(frozen=True)
class ViewFacts(Posts):
    """A cut through the views; see projections.facts.protocol.Facts for what each method promises."""

    # --- entries of any ledger ---

    def entry_in(self, origin: str, position: int) -> Recorded | None:
        """The entry at a position of a ledger, or of one that a ledger here continues, within the cut."""
        for ledger in self.ledgers:
            fingerprint = ledger.fingerprint_of(origin)
            at = ledger.place_of(fingerprint, position) if fingerprint is not None else None
            if at is not None:
                return self.at(ledger, at)
        return None

    def end_of(self, fingerprint: str, size: int) -> int:
        """The position behind the first entries of a ledger."""
        starts = (row.place_of(fingerprint, 0) for row in self.ledgers)
        return next((start for start in starts if start is not None), 0) + size

    # --- cases ---

    def cases(self) -> Sequence[Recorded]:
        """The opened cases, each once: what a ledger opens anew that was opened in the lost one is no other case."""
        found: dict[tuple[int, object], Recorded] = {}
        for event in self.records(CaseOpened, ledger="case"):
            found.setdefault((self._ledger_of(event).id, getattr(event.payload, "case", None) or event.position), event)
        return tuple(found.values())

    @property
    def has_cases(self) -> bool:
        """Whether a case ledger is joined."""
        return bool(self.case_ledgers)

    def case(self, case: str) -> Recorded:
        """The opening of this case; raises BadInput for an unknown one."""
        for event in self.cases():
            if isinstance(event.payload, CaseOpened) and event.payload.case == case:
                return event
        known = ", ".join(str(event.payload.case) for event in self.cases() if isinstance(event.payload, CaseOpened))
        raise BadInput("there is no case {!r} here; known cases: {}", case, known or "none")

    @cached_property
    def circles(self) -> tuple[Circle, ...]:
        """The cases as records may touch them; of cases over another organ's ledger none is touched here."""
        if not self.duty_as_recorded:
            return self.touchable.circles
        own = tuple(event for event in self.cases() if self._is_own(event))
        return tuple(circle for circle in circles(self, own) if self.of_case in (None, circle.case))

    def _is_own(self, event: Recorded) -> bool:
        """Whether a lead or opening is about this duty ledger, as far as its pin, or the case's unit, tells."""
        work = event.payload
        if isinstance(work, CaseOpened):
            return self._organ_of(work) in (None, self.duty.origin)
        pinned = work.pin.fingerprint if isinstance(work, LeadReceived) and work.pin is not None else None
        others = {
            fingerprint
            for row in self.ledgers
            if row.kind == "duty" and row.id != self.duty.id
            for fingerprint in (row.fingerprint, *(each.fingerprint for each in row.former))
        }
        return pinned not in others

    @cached_property
    def open_leads(self) -> tuple[OpenLead, ...]:
        """The leads without a case; they are of no case's own answers."""
        if not self.duty_as_recorded:
            return self.touchable.open_leads
        if self.of_case is not None:
            return ()
        return open_leads(self, [event for event in self.records(LeadReceived, ledger="case") if self._is_own(event)])

    def for_case(self, case: str) -> "ViewFacts":
        """The cut as this case's own answers have it."""
        others = self.open_leads or any(circle.case != case for circle in self.circles)
        return replace(self, of_case=case) if others else self

    def _first_lead(self, record: Recorded) -> datetime | None:
        return first_lead(self.touchable, record)

    def _is_disputed(self, made: Tenure) -> bool:
        return retro_weight(self, made) == "high"

    def _is_late(self, made: Tenure) -> bool:
        return is_late(self, made)

    def _earliest_lead(self) -> datetime | None:
        leads = [*(circle.lead_at for circle in self.circles), *(lead.lead_at for lead in self.open_leads)]
        return min(leads, default=None)

    # --- other organs ---

    def organ_of(self, case: str) -> str | None:
        """Origin of the duty ledger that a case is about: the one pinned, else the one that registered its unit.

        None where neither says it. Raises BadInput for an unknown case.
        """
        opened = self.case(case).payload
        if not isinstance(opened, CaseOpened):
            raise TypeError("a case is opened by case.opened")
        return self._organ_of(opened)

    def _organ_of(self, opened: CaseOpened) -> str | None:
        duties = [ledger for ledger in self.ledgers if ledger.kind == "duty"]
        for ledger in duties:
            read = (ledger.fingerprint, *(each.fingerprint for each in ledger.former))
            if opened.pin is not None and opened.pin.fingerprint in read:
                return ledger.origin
        for ledger in duties:
            known = "SELECT 1 FROM parties WHERE kind = 'unit' AND ledger = ? AND id = ?"
            if self.views.select(known, (ledger.id, opened.unit)):
                return ledger.origin
        return None

    def elsewhere(self, person: str) -> Sequence[Elsewhere]:
        """Posts in other joined organs, by `person.linked` entries of the joined case ledgers."""
        found = []
        for ledger in self.ledgers:
            if ledger.kind != "duty" or ledger.id == self.duty.id:
                continue
            other = ViewFacts(self.views, organ=ledger.origin)
            for id_ in self._linked(person, ledger.fingerprint):
                found += [
                    Elsewhere(ledger.title, id_, tenure.post, tenure.valid_from, tenure.valid_to, tenure.entry)
                    for tenure in other.tenures(person=id_)
                ]
        return found

    def _linked(self, person: str, fingerprint: str) -> list[str]:
        """The ids that a person of this organ has in the ledger of this fingerprint, each once."""
        same: dict[str, None] = {}
        for event in self.records(PersonLinked, ledger="case"):
            link = event.payload
            if isinstance(link, PersonLinked):
                own = self._ledger_of(event).fingerprint
                ids = {(identity.fingerprint or own, identity.id) for identity in link.identities}
                if (self.duty.fingerprint, person) in ids:
                    local = {(fp, id_) for fp, id_ in ids if fp == own}
                    for each in self.records(PersonLinked, ledger="case"):
                        other = each.payload
                        if isinstance(other, PersonLinked) and each.ledger == event.ledger:
                            theirs = {(identity.fingerprint or own, identity.id) for identity in other.identities}
                            if theirs & (local | ids):
                                same |= dict.fromkeys(id_ for fp, id_ in sorted(theirs) if fp == fingerprint)
        return list(same)
