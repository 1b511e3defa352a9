"""zeren anchor: take evidence from outside, cosignatures and time stamps, into the ledger; list it."""

from datetime import datetime
from pathlib import Path

import click

from cli.acting.receipts import as_data
from cli.acting.signing import holder_of, keyring, open_to_write, passphrase_option
from cli.asking import home, json_option, ledger_option
from cli.showing.command_groups import CommandGroup
from cli.showing.output import print_json, print_lines, table
from ledger.anchors.book import anchor_book
from ledger.anchors.taking import read_anchors, record_anchors
from ledger.application import Ledger, Receipt
from ledger.checks.anchor_rules import read_token
from ledger.core.entry import format_time
from ledger.core.policy import Policy
from ledger.errors import Incomplete
from ledger.events.trust import AnchorRecorded
from ledger.home.directory import KINDS
from ledger.messages import N_
from ledger.placement import ANCHORS
from projections.language.catalogue import _

LEDGER = ledger_option(KINDS)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group("anchor", cls=CommandGroup, help=N_("Evidence from outside: cosignatures of witnesses and time stamps."))
def command() -> None:
    """The group."""


@command.command(
    "add",
    help=N_(
        "Record what FILE holds: a cosigned checkpoint, cosignature lines, or a time stamp. Everything is checked "
        "before it is written."
    ),
)
@click.argument("file", type=FILE)
@click.option("--size", type=click.IntRange(min=1), help=N_("The size of the checkpoint that it is over."))
@click.option("--keep", is_flag=True, help=N_("Keep tokens by whom the policy in force does not name; uncounted."))
@LEDGER
@passphrase_option
@json_option
def add(file: Path, size: int | None, keep: bool, kind: str, passphrase_file: Path | None, as_json: bool) -> None:
    here = home()
    with open_to_write(here, kind) as ledger:
        anchors = read_anchors(ledger, file.read_bytes(), size=size, keep=keep)
        keys = keyring(here, ledger, passphrase_file)
        signer = keys.signer(holder_of(ledger, "service", "custodian"))
        receipts = record_anchors(ledger, anchors, signer, keep=keep)
        report(ledger, receipts, as_json=as_json)


def report(ledger: Ledger, receipts: tuple[Receipt, ...], *, as_json: bool) -> None:
    """Says what was recorded and how far the ledger is confirmed by it."""
    book, size = anchor_book(ledger), ledger.size()
    if as_json:
        print_json({"recorded": [as_data(item) for item in receipts], "confirmed": book.confirmed(), "size": size})
        return
    for item in receipts:
        print_lines(
            _("recorded as #{position} of {ledger} at {recorded_at}").format(
                position=item.position, ledger=item.ledger, recorded_at=format_time(item.recorded_at)
            )
        )
    print_lines(_("{n} of {size} entries confirmed").format(n=book.confirmed(), size=size))


@command.command("list", help=N_("List the anchors of a ledger, the latest first."))
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help=N_("How many at most."))
@LEDGER
@json_option
def list_anchors(limit: int, kind: str, as_json: bool) -> None:
    ledger = home().ask(kind)
    try:
        rows = list(_rows(ledger, limit))
    finally:
        ledger.close()
    if as_json:
        print_json(rows)
        return
    heads = (_("position"), _("kind"), _("over"), _("member"), _("time"))
    print_lines(
        table(
            heads,
            [
                (f"#{r['position']}", _(str(r["kind"])), str(r["size"]), str(r["member"] or "-"), str(r["time"] or "?"))
                for r in rows
            ],
        )
    )


def _rows(ledger: Ledger, limit: int) -> list[dict[str, object]]:
    policies = anchor_book(ledger).policies
    found = []
    for event in map(ledger.at, ledger.store.stream_backwards(ANCHORS, limit)):
        if isinstance(event.payload, AnchorRecorded):
            policy = next((policy for position, policy in reversed(policies) if position < event.position), None)
            said = _said(event.payload, policy, event.recorded_at)
            found.append({"position": event.position, "kind": event.payload.kind, **said})
    return found


def _said(anchor: AnchorRecorded, policy: Policy | None, recorded_at: datetime) -> dict[str, object]:
    try:
        token = read_token(anchor, policy, recorded_at)
    except Incomplete:  # a time stamp, and no library to read it
        return {"size": None, "member": None, "time": None}
    time = token.time.isoformat() if token.time is not None else None
    return {"size": token.size, "member": token.member, "time": time}
