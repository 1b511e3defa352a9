"""zeren checkpoint: seal what is new and sign the tree head."""

from pathlib import Path

import click

from cli.context import home, json_option
from cli.output import print_json, print_lines
from cli.signing import holder_of, keyring, passphrase_option, writing_clock
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.encoding import b64encode
from projections.i18n import _


@click.command("checkpoint", help=_("Seal what is new, sign the tree head with the log key, and print the checkpoint."))
@click.option("--ledger", "kind", type=click.Choice(["duty", "case"]), default="duty", help=_("Which ledger."))
@passphrase_option
@json_option
def command(kind: str, passphrase_file: Path | None, as_json: bool) -> None:
    here = home()
    ledger = here.open(kind, clock=writing_clock(here, kind), read_only=False)
    try:
        keys = keyring(here, ledger, passphrase_file)
        if ledger.needs_seal():
            ledger.seal(keys.signer(holder_of(ledger, "service", "custodian")))
        note = ledger.sign_checkpoint(keys.log())
    finally:
        ledger.close()
    if as_json:
        head = parse_checkpoint(note.decode().partition("\n\n")[0] + "\n")
        print_json({"origin": head.origin, "size": head.size, "root": b64encode(head.root), "note": note.decode()})
    else:
        print_lines(note.decode().rstrip("\n"))
