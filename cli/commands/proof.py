"""zeren proof inclusion ENTRY, zeren proof consistency OLD [NEW], zeren proof head."""

from contextlib import closing

import click

from cli.asking import home, json_option, ledger_option
from cli.showing.command_groups import CommandGroup
from cli.showing.output import note, print_json, print_lines
from ledger.messages import N_
from ledger.recording.numbers import find_entry
from projections.language.catalogue import _
from projections.questions.growth import growth
from projections.questions.inclusion import inclusion
from projections.questions.signed_head import signed_head

LEDGER = ledger_option()


@click.group(
    "proof", cls=CommandGroup, help=N_("Proofs that others can check: that an entry is in, that the ledger only grew.")
)
def command() -> None:
    """The group."""


@command.command("inclusion", help=N_("The C2SP tlog-proof of ENTRY under the last checkpoint."))
@click.argument("entry")
@click.option("--size", type=click.IntRange(min=1), help=N_("Under the checkpoint of this size."))
@LEDGER
@json_option
def inclusion_proof(entry: str, size: int | None, kind: str, as_json: bool) -> None:
    with closing(home().ask(kind)) as ledger:
        found = inclusion(ledger, find_entry(ledger, entry).position, size)
    if as_json:
        print_json(found)
    else:
        print_lines(found.as_file().decode().rstrip("\n"))


@command.command("consistency", help=N_("That the ledger of NEW entries (the last checkpoint) continues that of OLD."))
@click.argument("old", type=int)
@click.argument("new", type=int, required=False)
@LEDGER
@json_option
def consistency(old: int, new: int | None, kind: str, as_json: bool) -> None:
    with closing(home().ask(kind)) as ledger:
        found = growth(ledger, old, new)
    if as_json:
        print_json(found)
    else:
        print_lines(f"old {found.old}", *found.hashes, "", found.new_checkpoint.rstrip("\n"))


@command.command(
    "head", help=N_("The last checkpoint, verbatim; nothing is signed. Others hold it against the ledger.")
)
@click.option("--size", type=click.IntRange(min=1), help=N_("The checkpoint of this size."))
@LEDGER
@json_option
def head(size: int | None, kind: str, as_json: bool) -> None:
    with closing(home().ask(kind)) as ledger:
        found, entries = signed_head(ledger, size), ledger.size()
    if as_json:
        print_json(found)
    else:
        print_lines(found.note.rstrip("\n"))
        note(_("{n} of {size} entries confirmed").format(n=found.confirmed, size=entries))
