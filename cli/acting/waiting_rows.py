"""Rows of an import that wait for signatures from elsewhere: parked as drafts, asked about in one sitting a person."""

from collections.abc import Callable, Sequence
from dataclasses import field
from pathlib import Path

from cli.acting.drafting import DraftOptions, asked_of, check_parked, made_now
from cli.acting.sitting import write_sittings
from ledger.application import Ledger
from ledger.consents.draft_files import Drafts
from ledger.consents.drafts import Draft
from ledger.core.carried import AskedPerson
from ledger.events.base import Imported, Payload
from ledger.events.fields import EntryReference
from ledger.frozen import dataclass
from ledger.home.directory import Home
from ledger.importing.seen import digest_of
from ledger.importing.staging import Staged
from ledger.importing.write import mark


@dataclass(slots=True)
class WaitingRows:
    """The rows of one import that wait."""

    here: Home
    ledger: Ledger
    options: DraftOptions
    parked: list[tuple[int, Draft]] = field(default_factory=list)
    """(row, its draft) of those parked now."""
    requests: dict[str, Path] = field(default_factory=dict)

    @property
    def drafts(self) -> Drafts:
        """Where they wait."""
        return Drafts(self.here.drafts(self.ledger.kind))

    def known(self) -> dict[bytes, str]:
        """The drafts that wait already, by what they say."""
        return {digest_of(draft.payload): draft.name for draft in self.drafts.all()}

    def check(self, persons: Sequence[str]) -> Callable[[Payload, tuple[str, ...]], tuple[AskedPerson, ...]]:
        """Who is asked for a row; raises what recording it would raise once everybody had consented."""

        def check(payload: Payload, words: tuple[str, ...]) -> tuple[AskedPerson, ...]:
            asked = asked_of(self.here, self.ledger, payload, words)
            check_parked(self.ledger, made_now(payload, persons, asked, self.ledger, self.options), persons)
            return asked

        return check

    def park(self, staged: Staged, persons: Sequence[str], batch: EntryReference) -> None:
        """Parks the rows that wait, each with the batch and the row that it comes from."""
        for number, (payload, *_), asked in staged.drafts():
            marked = mark(payload, Imported(batch=batch, row=number))
            draft = made_now(marked, persons, asked, self.ledger, self.options)
            self.drafts.save(draft)
            self.parked.append((number, draft))

    def ask(self) -> None:
        """Writes one request to each who is asked, with all that waits for him."""
        people = {each.person for _, draft in self.parked for each in draft.asked}
        self.requests = write_sittings(self.here, self.ledger, people, self.options.requests) if people else {}
