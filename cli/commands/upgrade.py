"""zeren upgrade: a ledger of an earlier release goes on under the latest list of event types (FORMAT.md section 12)."""

from contextlib import closing
from pathlib import Path

import click

from cli.acting.called import persons_called
from cli.acting.custodians import CUSTODIANS
from cli.acting.receipts import print_receipt
from cli.acting.signing import keyring, open_to_write, passphrase_option
from cli.asking import home, json_option
from cli.commands.verify import check
from cli.showing.output import print_json, print_lines
from cli.showing.progress import progress_line
from cli.showing.verification import print_report
from ledger.application import Command
from ledger.backup.make import make_backup
from ledger.core.entry import FORMAT_LINE
from ledger.errors import Refused
from ledger.events.lists import latest_list
from ledger.events.trust import FormatAdopted
from ledger.home.directory import Home
from ledger.messages import N_
from projections.language.catalogue import _


@click.command(
    "upgrade",
    help=N_(
        "Adopt the latest list of event types in every ledger here that goes by an earlier one, signed by two "
        "custodians where there are two. Each ledger is verified and everything copied first; what is on record stays "
        "as it is."
    ),
)
@click.option(
    "--backup",
    "target",
    type=click.Path(path_type=Path),
    help=N_("Where the copy made before goes (default: beside the directory)."),
)
@CUSTODIANS
@click.option("--dry-run", is_flag=True, help=N_("Say what would be adopted and write nothing."))
@passphrase_option
@json_option
def command(
    target: Path | None, custodians: tuple[str, ...], dry_run: bool, passphrase_file: Path | None, as_json: bool
) -> int:
    here = home()
    here.check()
    latest = latest_list()
    waiting = []
    for kind in here.kinds():
        with closing(here.open(kind)) as ledger:
            held = ledger.keys().types
            if held is None:
                raise Refused("{} goes by a list of event types of a later version of zeren; use that version", kind)
            if held.number == latest.number:
                continue
            report = check(here, kind, ledger, every_seal=False)
            if report.exit_code == 3:  # invalid: nothing is built on it
                print_report(kind, report)
                return report.exit_code
        waiting.append({"ledger": kind, "from": held.number, "to": latest.number})
    copy = None
    if waiting and not dry_run:
        with progress_line(_("entries of the copy checked")) as told:
            copy = make_backup(here, target or _beside(here), progress=told).path
        for row in waiting:
            _adopt(here, str(row["ledger"]), custodians, passphrase_file, as_json=as_json)
    if as_json:
        print_json({"upgraded": waiting, "dry_run": dry_run, "backup": str(copy) if copy is not None else None})
        return 0
    if not waiting:
        print_lines(_("every ledger here goes by list {number} of event types already").format(number=latest.number))
    if copy is not None:
        print_lines(_("a copy of what was before, verified: {path}").format(path=copy))
    for row in waiting:
        said = _("{ledger}: would go from list {from} to list {to}") if dry_run else _("{ledger}: list {from} to {to}")
        print_lines(said.format(**row))
    return 0


def _beside(here: Home) -> Path:
    """Where the copy goes that nobody gave a place: beside the directory, never over an earlier one."""
    directory = here.directory.resolve()
    name, number = f"{directory.name}-before-list-{latest_list().number}", 1
    while (found := directory.with_name(f"{name}{f'-{number}' if number > 1 else ''}.tar")).exists():
        number += 1
    return found


def _adopt(here: Home, kind: str, custodians: tuple[str, ...], passphrase: Path | None, *, as_json: bool) -> None:
    with open_to_write(here, kind) as ledger:
        keys = keyring(here, ledger, passphrase)
        persons = persons_called(here, ledger, custodians) or tuple(sorted(ledger.keys().custodians())[:2])
        payload = FormatAdopted(format=FORMAT_LINE, position=0, types=latest_list().digest)
        receipt = ledger.record(Command(payload, tuple(keys.signer(person) for person in persons)))[0]
    if not as_json:
        print_receipt(receipt, as_json=False)
