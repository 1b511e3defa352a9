"""zeren replay FILE --into DIR."""

from pathlib import Path

import click

from cli.asking import json_option
from cli.showing.output import print_json, print_lines
from cli.showing.progress import progress_line
from ledger.home.directory import Home
from ledger.messages import N_
from ledger.scenario.load import load_scenario
from ledger.scenario.replay import replay
from projections.language.catalogue import _


@click.command("replay", help=N_("Replay a scenario FILE into simulated ledgers in a new directory."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--into", required=True, type=click.Path(path_type=Path, file_okay=False), help=N_("The new directory."))
@json_option
def command(file: Path, into: Path, as_json: bool) -> None:
    scenario = load_scenario(file)
    with progress_line(_("events replayed")) as told:
        placed = replay(scenario, into, progress=told)
    home = Home(into)
    summary = []
    for kind in home.kinds():
        ledger = home.open(kind)
        try:
            summary.append(
                {
                    "kind": kind,
                    "origin": ledger.origin,
                    "fingerprint": ledger.fingerprint,
                    "entries": ledger.size(),
                    "database": str(home.database(kind)),
                    "simulated": True,
                }
            )
        finally:
            ledger.close()
    if as_json:
        print_json({"events": len(placed), "ledgers": summary})
        return
    print_lines(_("{n} events replayed (simulated).").format(n=len(placed)))
    for row in summary:
        print_lines(
            _("{kind} ledger: {entries} entries, {database}").format(**row),
            "  " + _("fingerprint {fingerprint}").format(**row),
        )
