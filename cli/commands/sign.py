"""zeren sign ENTRY, zeren refuse ENTRY --reason: the answer of those concerned, each by their own key."""

from pathlib import Path

import click

from cli.acting.called import persons_called
from cli.acting.receipts import as_data, print_receipt
from cli.acting.signing import keyring, open_to_write, passphrase_option
from cli.asking import home, json_option, ledger_option
from cli.showing.output import print_json, print_lines, table
from ledger.application import Command, Receipt
from ledger.errors import BadInput
from ledger.events.records import CAPACITIES
from ledger.messages import N_
from ledger.recording.entry_signatures import answer, signatures
from ledger.recording.numbers import find_entry
from ledger.verify.asked import UNANSWERED
from projections.language.catalogue import _

AS = click.option("--as", "persons", multiple=True, help=N_("Person who signs (id or name); repeatable."))
KEY = click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("The person's key file or token file (default: in the ledger directory)."),
)
LEDGER = ledger_option()


def _answer(
    kind: str,
    entry: str,
    persons: tuple[str, ...],
    key_file: Path | None,
    passphrase_file: Path | None,
    capacity: str | None,
    reason: str | None,
) -> tuple[Receipt, ...]:
    """One entry for each person, all or none."""
    if key_file is not None and len(persons) > 1:
        raise BadInput("--key is the key of one person; name one with --as")
    here = home()
    with open_to_write(here, kind) as ledger:
        keys = keyring(here, ledger, passphrase_file)
        event = find_entry(ledger, entry)
        commands = []
        for person in dict.fromkeys(persons_called(here, ledger, persons)):
            payload = answer(ledger, event, person, capacity=capacity, reason=reason)
            own = (keys.open(key_file, f"{ledger.origin}/{person}"),) if key_file else keys.signers(person)
            commands.append(Command(payload, own))
        return ledger.record(*commands)


def _print(receipts: tuple[Receipt, ...], *, as_json: bool) -> None:
    if len(receipts) == 1 or not as_json:
        for receipt in receipts:
            print_receipt(receipt, as_json=as_json)
    else:
        print_json([as_data(receipt) for receipt in receipts])


@click.command(
    "sign",
    help=N_(
        "Accept or countersign ENTRY with one's own key; the entry is named by its leaf hash. Without --as: who signed "
        "it, and whose signature is open."
    ),
)
@click.argument("entry")
@AS
@click.option("--capacity", type=click.Choice(CAPACITIES), help=N_("As what the person signs (default: as named)."))
@KEY
@LEDGER
@passphrase_option
@json_option
def command(
    entry: str,
    persons: tuple[str, ...],
    capacity: str | None,
    key_file: Path | None,
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    if not persons:
        _show(kind, entry, as_json=as_json)
        return
    _print(_answer(kind, entry, persons, key_file, passphrase_file, capacity, None), as_json=as_json)


AWAITED = N_("not yet signed")


def _show(kind: str, entry: str, *, as_json: bool) -> None:
    ledger = home().ask(kind)
    try:
        event = find_entry(ledger, entry)
        found = signatures(ledger, event)
    finally:
        ledger.close()
    if as_json:
        print_json(
            [{"person": s.person, "state": s.state, "capacity": s.capacity, "position": s.position} for s in found]
        )
        return
    asked = {each.person for each in event.carried.asked}
    awaited = {each.person: _(UNANSWERED) if each.person in asked else _(AWAITED) for each in found}
    rows = [
        (
            each.person,
            awaited[each.person] if each.state == "open" else _(each.state),
            _(each.capacity) if each.capacity is not None else "",
            f"#{each.position}" if each.position is not None else "",
        )
        for each in found
    ]
    print_lines(table((_("person"), _("state"), _("as"), _("entry")), rows))


@click.command("refuse", help=N_("Refuse ENTRY with one's own key, giving the reason."))
@click.argument("entry")
@AS
@click.option("--reason", required=True, help=N_("Why it is refused."))
@KEY
@LEDGER
@passphrase_option
@json_option
def refuse(
    entry: str,
    persons: tuple[str, ...],
    reason: str,
    key_file: Path | None,
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    if not persons:
        raise BadInput("name who refuses with --as")
    if not reason.strip():
        raise BadInput("a refusal gives its reason")
    _print(_answer(kind, entry, persons, key_file, passphrase_file, None, reason), as_json=as_json)
