"""Recording drafts: each once, with the consents that came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from cli.showing.output import note
from ledger.application import Command, Ledger, Receipt
from ledger.attached import settle
from ledger.checks.concerned import Concerned, concerned
from ledger.clock import now
from ledger.consents.answer import Answer
from ledger.consents.draft_files import Drafts
from ledger.consents.drafts import Draft, Taken, command_of, is_over, take
from ledger.core.consent import ConsentNote
from ledger.core.entry import format_time
from ledger.core.signers import Signer
from ledger.errors import Incomplete, Refused
from ledger.events.records import TextErased
from ledger.home.directory import Home
from ledger.recording.expand import expand
from ledger.store.opening import lingering_at
from projections.language.catalogue import _


@dataclass(frozen=True, slots=True)
class Done:
    """A draft that is recorded."""

    receipt: Receipt
    before: Sequence[Receipt]
    unsigned: Sequence[Concerned]
    erased: bool
    gone: bool


def record_draft(
    here: Home,
    ledger: Ledger,
    drafts: Drafts,
    draft: Draft,
    consents: Sequence[ConsentNote],
    signing: tuple[Signer, ...],
) -> Done:
    """Records one draft, moves its attachments, and drops it."""
    if draft.fingerprint != ledger.opened.leaf_hash:
        raise Refused("the draft {} is of another ledger: its fingerprint differs", draft.name)
    made = command_of(draft, consents, signing)
    first = [Command(each, signing) for each in expand(ledger, made.payload)[:-1]]
    *before, receipt = ledger.record(*first, made)
    if draft.files is not None:
        _settle(here, drafts, draft, receipt.position)
    erased = isinstance(made.payload, TextErased)
    gone = not erased or (
        ledger.store.forget() and not here.attached(drafts.directory.name).finish_erasures(ledger.store)
    )
    signed = {draft.author, *draft.signers, *(note.consent.person for note in consents)}
    unsigned = [each for each in concerned(made.payload, ledger.register().kinds.get) if each.person not in signed]
    drafts.drop(draft.name)
    return Done(receipt, before, unsigned, erased, gone)


def after_erasure(here: Home, kind: str, done: Sequence[Done]) -> int:
    """Makes the views forget what was erased; the exit code."""
    if any(each.erased for each in done):
        from projections.views.catch_up import rebuild

        rebuild(here).close()
    if not all(each.gone for each in done):
        note(_(lingering_at(here.database(kind))))
        return Incomplete.exit_code
    return 0


def in_time(draft: Draft, answers: Sequence[Answer]) -> Taken:
    """What answers say to a draft. Raises Refused where its time is over."""
    if is_over(draft, now().astimezone(UTC)):
        raise Refused("the draft {} waited until {}; drop it and ask anew", draft.name, format_time(draft.not_after))
    return take(draft, answers)


def _settle(here: Home, drafts: Drafts, draft: Draft, position: int) -> None:
    """Moves the attachments to their entry, which stands."""
    waiting = drafts.waiting(draft)
    if waiting is None:
        return
    target = here.attached(drafts.directory.name).of(position)
    try:
        settle(waiting, target)
    except OSError as error:
        if target.is_dir() and not waiting.exists():
            return  # another process has moved them meanwhile
        note(_("the attachments lie in {place}: {error}").format(place=waiting, error=error.strerror))
