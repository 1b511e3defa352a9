"""One sitting: all that a person is still asked about a ledger, drafts and entries, in one request."""

from collections.abc import Iterable
from pathlib import Path

from cli.acting.drafting import write_files
from cli.asking import open_views
from ledger.application import Ledger
from ledger.clock import now
from ledger.consents.draft_files import Drafts
from ledger.consents.drafts import brought_up, is_over, requests_for
from ledger.consents.request import Ask
from ledger.consents.requesting import make_request
from ledger.errors import BadInput
from ledger.events.record import Recorded
from ledger.home.directory import Home
from projections.questions.desk import Desk
from projections.questions.signatures import SignatureFilter, owed_signatures


def drafted_asks(here: Home, ledger: Ledger, person: str) -> tuple[Ask, ...]:
    """What the drafts that wait for a person's answer ask, all after the last entry on record."""
    store = Drafts(here.drafts(ledger.kind))
    waiting = [
        brought_up(draft, ledger)
        for draft in store.all()
        if draft.fingerprint == ledger.opened.leaf_hash
        and not is_over(draft, now())
        and person in {each.person for each in draft.open}
    ]
    for draft in waiting:
        store.replace(draft)
    return requests_for(waiting, ledger, store.waiting)[person].asks if waiting else ()


def owed(here: Home, ledger: Ledger, person: str, drafts: tuple[Ask, ...] = ()) -> list[Recorded]:
    """The entries of the ledger under which a person still owes a signature.

    Raises BadInput for somebody whom nobody knows and no draft asks.
    """
    with open_views(here) as views:
        try:
            found = Desk(views).ask(owed_signatures, SignatureFilter(person=person, ledger=ledger.kind))
        except BadInput:
            if drafts:
                return []  # a custodian, whom only a draft names
            raise
    return [ledger.at(each.entry.position) for each in found.items if each.entry.ledger == ledger.origin]


def write_sittings(here: Home, ledger: Ledger, people: Iterable[str], directory: Path | None) -> dict[str, Path]:
    """One file for each of these people, with all that waits for them. Raises BadInput where one is there already."""
    requests = {}
    for person in sorted(set(people)):
        drafts = drafted_asks(here, ledger, person)
        events = owed(here, ledger, person, drafts)
        files = here.attachments(ledger.kind)
        requests[person] = make_request(ledger, events, person, attachments=files, drafts=drafts)
    return write_files(requests, directory)
