"""zeren export-tiles DIR: the ledger as a static directory for C2SP clients."""

from pathlib import Path

import click

from cli.asking import home, json_option
from cli.showing.output import print_json, print_lines
from ledger.errors import Refused
from ledger.tree import export_tiles
from projections.language.catalogue import _


@click.command("export-tiles", help=_("Write checkpoint and tiles to DIR, for any web server and any C2SP client."))
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--ledger", "kind", type=click.Choice(["duty", "case"]), default="duty", help=_("Which ledger."))
@click.option("--without-entries", is_flag=True, help=_("Leave the entries out: they tell who recorded what when."))
@json_option
def command(directory: Path, kind: str, without_entries: bool, as_json: bool) -> None:
    if kind == "case" and not without_entries:
        raise Refused("the entries of a case ledger are not published; add --without-entries")
    ledger = home().ask(kind)
    try:
        files = export_tiles(ledger, directory, entries=not without_entries)
    finally:
        ledger.close()
    if as_json:
        print_json({"directory": str(directory), "files": files})
    else:
        print_lines(_("{n} files written to {directory}").format(n=files, directory=directory))
