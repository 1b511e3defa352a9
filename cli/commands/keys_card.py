"""zeren keys card: the file by which a person's key learns its ledger."""

from pathlib import Path

import click

from cli.acting.cards import say_fingerprint
from cli.asking import home, json_option, ledger_option
from cli.showing.output import print_json, print_lines
from ledger.consents.card import Card, format_card
from ledger.core.encoding import b64encode
from ledger.messages import N_
from ledger.writing import write_new
from projections.language.catalogue import _


@click.command("card", help=N_("Write the ledger's card: its name and fingerprint in a file, for who makes a key."))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=N_("The new file (KIND.card.json)."))
@ledger_option()
@json_option
def card(out: Path | None, kind: str, as_json: bool) -> None:
    ledger = home().ask(kind)
    try:
        made = Card(ledger.origin, ledger.opened.leaf_hash)
    finally:
        ledger.close()
    target = out or Path(f"{kind}.card.json")
    write_new(target, format_card(made))
    if as_json:
        print_json({"file": str(target), "origin": made.origin, "fingerprint": b64encode(made.fingerprint)})
        return
    print_lines(_("{file}: hand it to everybody who makes a key").format(file=target))
    say_fingerprint(made.fingerprint)
