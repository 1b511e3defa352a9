"""The card of a ledger at the command line: the option that takes one, and the fingerprint to compare."""

from pathlib import Path

import click

from cli.showing.output import print_lines, spaced
from ledger.messages import N_
from projections.language.catalogue import _

card_option = click.option(
    "--ledger",
    "card",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("The ledger's card, a file from a custodian (zeren keys card), instead of name and fingerprint."),
)


def say_fingerprint(fingerprint: bytes) -> None:
    """The fingerprint in groups, as it is read out."""
    print_lines(
        _("fingerprint of the ledger, to be compared with a custodian by telephone:"),
        f"  {spaced(fingerprint.hex())}",
    )
