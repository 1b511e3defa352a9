"""zeren consent add FILE...: put answers on record, all or none, saying what became of each."""

from pathlib import Path

import click

from cli.acting.called import person_called
from cli.acting.signing import holder_of, keyring, open_to_write, passphrase_option
from cli.asking import home, json_option, ledger_option
from cli.showing.output import print_json, print_lines
from ledger.consents.adding import Looked, look
from ledger.consents.answer import read_answer
from ledger.consents.draft_files import Drafts
from ledger.errors import Incomplete, Refused
from ledger.messages import N_
from projections.language.catalogue import _, explain_error

LEDGER = ledger_option()
FATES = {
    "taken": N_("recorded"),
    "known": N_("on record already"),
    "drafted": N_("its draft still waits: zeren draft finish --all"),
    "refused": N_("refused"),
}


@click.command("add", help=N_("Put the answers in FILE on record, all or none; each consent is checked first."))
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--as", "author", envvar="ZEREN_AS", help=N_("Who records (id or name); signs first."))
@LEDGER
@passphrase_option
@json_option
def add(files: tuple[Path, ...], author: str | None, kind: str, passphrase_file: Path | None, as_json: bool) -> int:
    answers = [read_answer(file) for file in files]
    here = home()
    with open_to_write(here, kind) as ledger:
        person = (
            person_called(here, ledger, author)
            if author
            else holder_of(ledger, "recorder", "service", "inspector", "custodian")
        )
        signers = keyring(here, ledger, passphrase_file).signers(person)
        waiting = {draft.to for draft in Drafts(here.drafts(kind)).all()}
        looked = look(ledger, answers, signers, waiting)
        refused = [each for each in looked if each.fate == "refused"]
        commands = [each.command for each in looked if each.command is not None]
        receipts = ledger.record(*commands) if commands and not refused else ()
    positions = iter([receipt.position for receipt in receipts])
    rows = [(each, next(positions, None) if each.fate == "taken" else None) for each in looked]
    declined = sum(len(answer.declined) for answer in answers)
    if as_json:
        print_json({"consents": [_data(each, at) for each, at in rows], "declined": declined})
    else:
        print_lines(*(_line(each, at, none=bool(refused)) for each, at in rows))
        if declined:
            print_lines(_("{number} drafts were declined; nothing of that is signed").format(number=declined))
    if refused:
        raise Refused("{} of {} consents are refused, and none was recorded", len(refused), len(looked))
    return Incomplete.exit_code if any(each.fate == "drafted" for each in looked) else 0


def _data(each: Looked, recorded_at: int | None) -> dict[str, object]:
    return {
        "person": each.consent.person,
        "answer": each.consent.answer,
        "capacity": each.consent.capacity,
        "entry": each.position,
        "fate": each.fate,
        "position": recorded_at,
        "why": None if each.fault is None else explain_error(each.fault),
    }


def _line(each: Looked, recorded_at: int | None, *, none: bool) -> str:
    entry = "–" if each.position is None else f"#{each.position}"
    said = _("agrees") if each.consent.answer == "agree" else _("refuses")
    if each.fault is not None:
        fate = f"{_(FATES[each.fate])}: {explain_error(each.fault)}"
    elif each.fate == "taken":
        fate = _("would be recorded") if none else _("recorded as #{position}").format(position=recorded_at)
    else:
        fate = _(FATES[each.fate])
    return f"{each.consent.person} {said} {entry}: {fate}"
