"""zeren sign ENTRY, zeren refuse ENTRY --reason: the answer of the one concerned, by his own key."""

from pathlib import Path

import click

from cli.context import home, json_option
from cli.receipts import print_receipt
from cli.signing import keyring, passphrase_option, writing_clock
from ledger.application import Command, Receipt
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.records import RecordAccepted, RecordRefused
from projections.i18n import _

CAPACITIES = ("receipt", "counterpart", "chair", "attendee", "holder")
AS = click.option("--as", "person", required=True, help=_("Person who signs, by id."))
LEDGER = click.option("--ledger", "kind", type=click.Choice(["duty", "case"]), default="duty", help=_("Which ledger."))


def _answer(
    kind: str, entry: str, person: str, passphrase_file: Path | None, capacity: str | None, reason: str | None
) -> Receipt:
    here = home()
    ledger = here.open(kind, clock=writing_clock(here, kind), read_only=False)
    try:
        keys = keyring(here, ledger, passphrase_file)
        event = ledger.find(entry)
        named = EntryReference("", event.position, event.leaf_hash)
        payload: Payload = (
            RecordAccepted(accepts=named, capacity=capacity)
            if reason is None
            else RecordRefused(refuses=named, reason=reason)
        )
        return ledger.record(Command(payload, (keys.signer(person),)))[0]
    finally:
        ledger.close()


@click.command("sign", help=_("Accept or countersign ENTRY with one's own key; the entry is named by its leaf hash."))
@click.argument("entry")
@AS
@click.option("--capacity", type=click.Choice(CAPACITIES), help=_("As what the person signs."))
@LEDGER
@passphrase_option
@json_option
def command(
    entry: str, person: str, capacity: str | None, kind: str, passphrase_file: Path | None, as_json: bool
) -> None:
    print_receipt(_answer(kind, entry, person, passphrase_file, capacity, None), as_json=as_json)


@click.command("refuse", help=_("Refuse ENTRY with one's own key, giving the reason."))
@click.argument("entry")
@AS
@click.option("--reason", required=True, help=_("Why it is refused."))
@LEDGER
@passphrase_option
@json_option
def refuse(entry: str, person: str, reason: str, kind: str, passphrase_file: Path | None, as_json: bool) -> None:
    print_receipt(_answer(kind, entry, person, passphrase_file, None, reason), as_json=as_json)
