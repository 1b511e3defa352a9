"""zeren consent ask: the file that shows entries to a person and asks for signatures."""

from datetime import timedelta
from pathlib import Path

import click

from cli.acting.called import person_called
from cli.acting.sitting import drafted_asks, owed
from cli.asking import home, json_option, ledger_option
from cli.showing.output import print_json, print_lines
from ledger.clock import now
from ledger.consents.request import format_request
from ledger.consents.requesting import make_request
from ledger.core.consent import CAPACITIES, Capacity
from ledger.errors import BadInput
from ledger.messages import N_
from ledger.recording.numbers import find_entry
from ledger.writing import write_new
from projections.language.catalogue import _
from projections.questions.signatures import LEDGERS

LEDGER = ledger_option(LEDGERS)


@click.command("ask", help=N_("Write a request: one file that shows each ENTRY to PERSON and asks for a signature."))
@click.argument("entries", metavar="ENTRY...", nargs=-1)
@click.option("--for", "person", required=True, help=N_("Whom it asks (id or name)."))
@click.option("--open", "all_open", is_flag=True, help=N_("Ask about all that waits for PERSON: drafts, and entries."))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=N_("The request (PERSON.request.json)."))
@click.option("--capacity", type=click.Choice(CAPACITIES), help=N_("As what the person signs (default: as named)."))
@click.option("--days", type=click.IntRange(1, 366), help=N_("For how many days an answer may be recorded."))
@click.option("--without-files", is_flag=True, help=N_("Leave attachments out; their digests are signed all the same."))
@LEDGER
@json_option
def ask(
    entries: tuple[str, ...],
    person: str,
    all_open: bool,
    out: Path | None,
    capacity: Capacity | None,
    days: int | None,
    without_files: bool,
    kind: str,
    as_json: bool,
) -> None:
    here = home()
    ledger = here.ask(kind)
    try:
        person = person_called(here, ledger, person)
        target = out or Path(f"{person}.request.json")
        if target.exists():
            raise BadInput("{} is there already; name another file with --out", target)
        events = [find_entry(ledger, entry) for entry in entries]
        drafts = drafted_asks(here, ledger, person) if all_open else ()
        if all_open:
            events += owed(here, ledger, person, drafts)
        request = make_request(
            ledger,
            events,
            person,
            capacity=capacity,
            attachments=None if without_files else here.attachments(kind),
            not_after=now() + timedelta(days=days) if days is not None else None,
            drafts=drafts,
        )
        data = format_request(request)
    finally:
        ledger.close()
    write_new(target, data)
    if as_json:
        positions = [each.position for each in events]
        print_json({"file": str(target), "person": person, "entries": positions, "drafts": len(drafts)})
        return
    print_lines(
        _("{number} records asked about; hand {file} to {person}, who answers with: zeren consent give").format(
            number=len(request.asks), file=target, person=person
        )
    )
