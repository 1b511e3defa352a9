"""zeren disclose ENTRY --fields: hand out some fields of an entry; the digests prove the rest."""

from pathlib import Path

import click

from cli.asking import home, json_option, ledger_option
from cli.showing.bundles import make_bundle, print_report
from cli.showing.output import note
from ledger.bundle.packing import Part, check_known_fields
from ledger.bundle.select import select
from ledger.messages import N_
from ledger.recording.numbers import find_entry
from projections.language.catalogue import _


@click.command("disclose", help=N_("Hand out only these fields of ENTRY, in a file that zeren verify checks."))
@click.argument("entry")
@click.option("--fields", required=True, help=N_("Names of the fields to show, with commas between them."))
@ledger_option()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help=N_("The file to write."))
@json_option
def command(entry: str, fields: str, kind: str, out: Path, as_json: bool) -> None:
    ledger = home().ask(kind)
    try:
        event = find_entry(ledger, entry)
        names = [name.strip() for name in fields.split(",") if name.strip()]
        check_known_fields(names, ledger.body_at(event.position))

        def show(position: int, _type: str, name: str) -> bool:
            return position == event.position and name in names

        with make_bundle([Part(kind, select(ledger, [event.position], ()), show)], out) as report:
            print_report(report, as_json=as_json)
    finally:
        ledger.close()
    note(_("written to {file}").format(file=out))
