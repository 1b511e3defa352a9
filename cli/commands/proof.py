"""zeren proof inclusion ENTRY, zeren proof consistency OLD [NEW]."""

import click

from cli.asking import home, json_option, ledger_option
from cli.showing.command_groups import CommandGroup
from cli.showing.output import print_json, print_lines
from ledger.core.encoding import b64encode
from ledger.core.proof import format_proof
from ledger.outgoing import prove_entry
from ledger.recording.numbers import find_entry
from projections.language.catalogue import _
from projections.questions.growth import growth

LEDGER = ledger_option()


@click.group(
    "proof", cls=CommandGroup, help=_("Proofs that others can check: that an entry is in, that the ledger only grew.")
)
def command() -> None:
    """The group."""


@command.command("inclusion", help=_("The C2SP tlog-proof of ENTRY under the last checkpoint."))
@click.argument("entry")
@click.option("--size", type=click.IntRange(min=1), help=_("Under the checkpoint of this size."))
@LEDGER
@json_option
def inclusion(entry: str, size: int | None, kind: str, as_json: bool) -> None:
    ledger = home().ask(kind)
    try:
        event = find_entry(ledger, entry)
        proof = prove_entry(ledger, event.position, size)
    finally:
        ledger.close()
    if as_json:
        print_json(
            {
                "index": proof.index,
                "leaf_hash": b64encode(event.leaf_hash),
                "hashes": [b64encode(item) for item in proof.hashes],
                "checkpoint": proof.checkpoint.decode(),
            }
        )
    else:
        print_lines(format_proof(proof).decode().rstrip("\n"))


@command.command("consistency", help=_("That the ledger of NEW entries (the last checkpoint) continues that of OLD."))
@click.argument("old", type=int)
@click.argument("new", type=int, required=False)
@LEDGER
@json_option
def consistency(old: int, new: int | None, kind: str, as_json: bool) -> None:
    ledger = home().ask(kind)
    try:
        found = growth(ledger, old, new)
    finally:
        ledger.close()
    if as_json:
        print_json(found)
    else:
        print_lines(f"old {found.old}", *found.hashes, "", found.new_checkpoint.rstrip("\n"))
