"""zeren keys passwd: another passphrase for key files, and with it the encryption that FORMAT.md section 9 asks for."""

from pathlib import Path

import click

from cli.acting.signing import new_passphrase, old_passphrase
from cli.asking import json_option
from cli.showing.output import print_json, print_lines
from ledger.errors import BadInput
from ledger.home.founding import MIN_PASSPHRASE
from ledger.keys.key_files import change_passphrases
from ledger.keys.token import SUFFIX
from ledger.messages import N_
from projections.language.catalogue import _


@click.command(
    "passwd",
    help=N_("Give each KEY_FILE another passphrase, and the encryption in use today; all of them or none."),
)
@click.argument("key_files", metavar="KEY_FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--passphrase-file",
    envvar="ZEREN_PASSPHRASE_FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("File whose first line is the passphrase of the key files until now."),
)
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("File whose first line is the new passphrase; without it each is asked for."),
)
@json_option
def passwd(
    key_files: tuple[Path, ...], passphrase_file: Path | None, new_passphrase_file: Path | None, as_json: bool
) -> None:
    changes = []
    for path in key_files:
        if path.suffix == SUFFIX:
            raise BadInput("{} is a token's: its PIN is changed by the token's own tool", path)
        old = old_passphrase(path, passphrase_file)
        new = new_passphrase(path, new_passphrase_file)
        if len(new.decode("utf-8", "replace")) < MIN_PASSPHRASE:
            raise BadInput("the passphrase has fewer than {} characters; choose a longer one", MIN_PASSPHRASE)
        changes.append((path, old, new))
    change_passphrases(changes)
    if as_json:
        print_json({"changed": [str(path) for path in key_files]})
    else:
        print_lines(*(_("key file {file} opens with its new passphrase").format(file=path) for path in key_files))
