"""zeren draft finish: records that waited are recorded, each once, with the consents that came."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import click

from cli.acting.called import persons_called
from cli.acting.finishing import Done, after_erasure, in_time, record_draft
from cli.acting.receipts import as_data, print_receipt
from cli.acting.signing import keyring, open_to_write, passphrase_option, secrets_of
from cli.asking import home, json_option, ledger_option
from cli.commands.init import report_founded
from cli.showing.output import note, print_json, print_lines
from ledger.anchors.book import anchor_book
from ledger.application import Ledger
from ledger.clock import CorrectingClock, SystemClock
from ledger.consents.answer import Answer, read_answer
from ledger.consents.draft_files import Drafts
from ledger.consents.drafts import Draft, command_of, is_about, kept
from ledger.core.consent import GENESIS_TYPE, ConsentNote
from ledger.core.consent_to import ToEntry
from ledger.core.signers import Signer
from ledger.errors import BadInput, Incomplete, Refused, ZerenError
from ledger.events.trust import ClockCorrected
from ledger.home.directory import Home
from ledger.home.founding import finish_founding
from ledger.keys.key_files import Keyring
from ledger.messages import N_
from projections.language.catalogue import _, explain_error
from projections.language.kind_titles import type_title

LEDGER = ledger_option()
APART = (GENESIS_TYPE, ClockCorrected.TYPE)
"""Types of drafts that are finished by their name alone: a founding, and what sets the clock right."""


@click.command(
    "finish",
    help=N_(
        "Record the draft NAME once, with the consents in each ANSWER. With --all every draft that the answers are "
        "about, each by itself; an answer is kept until the others have come."
    ),
)
@click.argument("words", metavar="[NAME] ANSWER...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help=N_("Every draft that the answers are about."))
@click.option(
    "--without",
    multiple=True,
    help=N_("Record without the answer of this person (id or name), who stays named as asked."),
)
@LEDGER
@passphrase_option
@json_option
def finish(
    words: tuple[str, ...],
    everything: bool,
    without: tuple[str, ...],
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> int:
    if not words:
        raise BadInput("name a draft, or answers with --all; see: zeren draft list")
    here = home()
    files = [Path(word) for word in (words if everything else words[1:])]
    drafts = Drafts(here.drafts(kind))
    if everything:
        return _finish_all(here, kind, drafts, [read_answer(file) for file in files], without, passphrase_file, as_json)
    draft = drafts.load(words[0])
    answers = [read_answer(file) for file in files]
    if draft.type == GENESIS_TYPE:
        _found(here, kind, draft, answers, passphrase_file)
        drafts.drop(draft.name)
        report_founded(here, kind, as_json=as_json)
        return 0
    correcting = CorrectingClock() if draft.type == ClockCorrected.TYPE else None
    with open_to_write(here, kind, correcting) as ledger:
        if correcting is not None:
            correcting.floor = anchor_book(ledger).not_before(ledger.size())
        without = persons_called(here, ledger, without)
        consents = _consents_in(draft, answers, without, drafts, ledger)
        keys = keyring(here, ledger, passphrase_file)
        signing = tuple(signer for person in (draft.author, *draft.signers) for signer in keys.signers(person))
        done = record_draft(here, ledger, drafts, draft, consents, signing)
    print_receipt(done.receipt, as_json=as_json, before=done.before, unsigned=done.unsigned)
    return after_erasure(here, kind, [done])


# --- all that the answers are about ----------------------------------------------------------------------------------

Fate = Literal["recorded", "waiting", "declined", "refused"]
FATES = {
    "recorded": N_("recorded as #{position}"),
    "waiting": N_("waits for {people}"),
    "declined": N_("declined by {people}; nothing was recorded"),
    "refused": N_("refused: {why}"),
}


@dataclass(slots=True)
class _Row:
    """What became of one draft."""

    draft: Draft
    fate: Fate = "recorded"
    done: Done | None = None
    missing: list[str] = field(default_factory=list)
    fault: ZerenError | None = None


def _finish_all(
    here: Home,
    kind: str,
    drafts: Drafts,
    answers: Sequence[Answer],
    without: Sequence[str],
    passphrase_file: Path | None,
    as_json: bool,
) -> int:
    """Records each draft that has all its answers, in the order in which they were made; keeps what came for others."""
    about = [draft for draft in drafts.all() if is_about(draft, answers)]
    asked = {draft.to for draft in about}
    other = [note.consent.to for each in answers for note in each.consents if note.consent.to not in asked]
    with open_to_write(here, kind) as ledger:
        without = persons_called(here, ledger, without)
        keys = keyring(here, ledger, passphrase_file)
        opened: dict[str, tuple[Signer, ...]] = {}
        rows = []
        for draft in about:
            row = _Row(draft)
            rows.append(row)
            try:
                if draft.type in APART:
                    raise Refused("this draft is finished by its name: zeren draft finish {}", draft.name)
                consents = _taken(row, answers, without, drafts, ledger)
                if consents is not None:
                    for person in (draft.author, *draft.signers):
                        if person not in opened:
                            opened[person] = keys.signers(person)
                    signing = tuple(s for person in (draft.author, *draft.signers) for s in opened[person])
                    row.done = record_draft(here, ledger, drafts, draft, consents, signing)
            except ZerenError as error:
                row.fate, row.fault = "refused", error
    entries = sum(isinstance(to, ToEntry) for to in other)
    if as_json:
        print_json({"drafts": [_data(row) for row in rows], "entries": entries, "unknown": len(other) - entries})
    else:
        print_lines(*(_line(row) for row in rows))
        if entries:
            print_lines(_("{number} answers are to entries on record: zeren consent add").format(number=entries))
        if len(other) > entries:
            print_lines(_("{number} answers are to no draft that waits here").format(number=len(other) - entries))
    code = after_erasure(here, kind, [row.done for row in rows if row.done is not None])
    refused = [row for row in rows if row.fate == "refused"]
    if refused:
        raise Refused("{} of {} drafts are refused; nothing of them was recorded", len(refused), len(rows))
    return code or (Incomplete.exit_code if any(row.fate != "recorded" for row in rows) else 0)


def _taken(
    row: _Row, answers: Sequence[Answer], without: Sequence[str], drafts: Drafts, ledger: Ledger
) -> Sequence[ConsentNote] | None:
    """The consents to a draft where all have come; None where it waits on, with what came kept."""
    draft = row.draft
    taken = in_time(draft, answers)
    row.missing = [person for person in taken.missing(draft) if person not in without]
    if not row.missing:
        return taken.consents
    row.fate = "declined" if taken.declined else "waiting"
    drafts.replace(kept(draft, taken.consents, ledger))
    return None


def _line(row: _Row) -> str:
    words = {
        "position": row.done.receipt.position if row.done is not None else None,
        "people": ", ".join(row.missing),
        "why": None if row.fault is None else explain_error(row.fault),
    }
    name = f"{row.draft.name} ({' '.join(filter(None, [type_title(row.draft.type), row.draft.payload.ref]))})"
    return f"{name}: {_(FATES[row.fate]).format(**words)}"


def _data(row: _Row) -> dict[str, Any]:
    return {
        "draft": row.draft.name,
        "ref": row.draft.payload.ref,
        "fate": row.fate,
        "receipt": None if row.done is None else as_data(row.done.receipt),
        "missing": row.missing,
        "why": None if row.fault is None else explain_error(row.fault),
    }


# --- what answers say ------------------------------------------------------------------------------------------------


def _found(here: Home, kind: str, draft: Draft, answers: Sequence[Answer], passphrase_file: Path | None) -> None:
    """Founds the ledger whose genesis is the draft; everybody whom it names has to consent."""
    consents = _consents_in(draft, answers, ())
    keys = Keyring(here.keys(kind), draft.origin, secrets_of(here, passphrase_file))
    signing = tuple(keys.signer(person) for person in (draft.author, *draft.signers))
    finish_founding(here, kind, command_of(draft, consents, signing), SystemClock()).close()


def _consents_in(
    draft: Draft,
    answers: Sequence[Answer],
    without: Sequence[str],
    drafts: Drafts | None = None,
    ledger: Ledger | None = None,
) -> tuple[ConsentNote, ...]:
    """The consents to a draft among answers. Raises Refused where one is missing, which keeps those that came."""
    taken = in_time(draft, answers)
    missing = [person for person in taken.missing(draft) if person not in without]
    if taken.foreign:
        note(
            _("{number} answers to something else were passed over: zeren draft finish --all").format(
                number=taken.foreign
            )
        )
    if not missing:
        return taken.consents
    if drafts is not None and ledger is not None:
        drafts.replace(kept(draft, taken.consents, ledger))
    if taken.declined:
        raise Refused("{} declined, and nothing was recorded; record without with --without", ", ".join(missing))
    raise Refused(
        "no consent of {} is in these files; name the answers, or record without with --without", ", ".join(missing)
    )
