"""Who was asked and did not answer, founders who never showed themselves, drafts that were recorded twice."""

from dataclasses import field

from ledger.core.carried import Carried
from ledger.core.consent import Consent
from ledger.core.entry import Entry
from ledger.errors import Invalid
from ledger.events.base import Payload
from ledger.events.records import RecordAccepted, RecordRefused
from ledger.events.trust import LedgerOpened
from ledger.frozen import dataclass
from ledger.messages import N_
from ledger.verify.ledger_report import LedgerReport

UNANSWERED = N_("named by the author to be asked; no answer on record")
UNCONFIRMED = N_("founder not confirmed")


@dataclass(slots=True)
class AskedPass:
    """What is carried from entry to entry of those who are asked elsewhere."""

    drafts: dict[bytes, int] = field(default_factory=dict)
    """Draft digests of the entries that name who was asked, and where they stand."""
    open: dict[int, set[str]] = field(default_factory=dict)
    """By position, who was asked and has not answered so far."""
    founders: set[str] = field(default_factory=set)
    """Whose keys genesis enrolled by a consent, until the person signs anything that names this ledger."""

    def check_once(self, digest: bytes, position: int) -> None:
        """No other entry is of the same draft. Raises Invalid."""
        first = self.drafts.setdefault(digest, position)
        if first != position:
            raise Invalid("the draft of this entry is on record already, at #{}: a draft is recorded once", first)

    def note(self, entry: Entry, payload: Payload, carried: Carried) -> None:
        """Takes over who is asked in an entry, and whoever is heard of."""
        position = entry.header.position
        heard = {signer.person for signer in entry.header.signers}
        consenting = {note.consent.person for note in carried.consents}
        if isinstance(payload, LedgerOpened):
            self.founders |= consenting
        else:
            self.founders -= heard | consenting
        left = {each.person for each in carried.asked} - heard - consenting
        if left:
            self.open[position] = left
        if isinstance(payload, RecordAccepted | RecordRefused):
            of = payload.accepts if isinstance(payload, RecordAccepted) else payload.refuses
            self._heard(of.position, entry.header.signers[0].person)

    def answer(self, position: int, consent: Consent) -> None:
        """Takes over a consent that was recorded for the entry at a position."""
        self.founders.discard(consent.person)
        self._heard(position, consent.person)

    def _heard(self, position: int, person: str) -> None:
        left = self.open.get(position)
        if left is not None:
            left.discard(person)

    def finish(self, report: LedgerReport) -> None:
        """Marks what is left open."""
        unanswered = sum(len(persons) for persons in self.open.values())
        for mark, count in ((UNANSWERED, unanswered), (UNCONFIRMED, len(self.founders))):
            if count:
                report.marks[mark] += count
