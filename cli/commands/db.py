"""zeren db: what the owner of a PostgreSQL server does for its ledgers."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from cli.asking import json_option, server
from cli.commands.verify import checked
from cli.showing.command_groups import CommandGroup
from cli.showing.output import note, print_json, print_lines
from cli.showing.verification import as_data, print_report
from ledger.errors import Incomplete
from ledger.home.directory import Home
from ledger.messages import N_
from ledger.store.pointer import ServerAddress
from projections.language.catalogue import _, explain_error

MAY = ("read", "append", "erase")


@click.group(
    "db",
    cls=CommandGroup,
    help=N_(
        "Ledgers on a PostgreSQL server: make a database ready, let logins in, look whether all is in order. The "
        "server is named by --dir, as postgresql://ROLE@HOST/DATABASE; passwords stand in ~/.pgpass, never here."
    ),
)
def command() -> None:
    """The group."""


@command.command(
    "init",
    help=N_(
        "Make an empty database ready for ledgers: roles, tables, functions, what refuses changes. Then start the "
        "ledger with zeren init."
    ),
)
@json_option
def init(as_json: bool) -> None:
    from ledger.store.postgres.administration import make_ready

    address = server()
    make_ready(address)
    if as_json:
        print_json({"server": address.place})
        return
    print_lines(_("{place} is ready for ledgers").format(place=address.place))
    note(_("start one with: zeren init; let others in with: zeren db grant LOGIN --may append"))


@command.command(
    "grant",
    help=N_(
        "Let a login read a ledger, append to it, or erase texts of it too. The login is made where it is not there "
        "yet, without a password: how it proves itself is said in the server's pg_hba.conf."
    ),
)
@click.argument("login")
@click.option("--may", type=click.Choice(MAY), default="read", show_default=True, help=N_("What it may do."))
@json_option
def grant(login: str, may: str, as_json: bool) -> None:
    from ledger.store.postgres import administration

    address = server()
    administration.grant(address, login, may)
    _said(address, login, [may, *(["read"] if may != "read" else [])], as_json=as_json)


@command.command("revoke", help=N_("Take from a login all that it may do with a ledger; the login itself stays."))
@click.argument("login")
@json_option
def revoke(login: str, as_json: bool) -> None:
    from ledger.store.postgres import administration

    address = server()
    administration.revoke(address, login)
    _said(address, login, [], as_json=as_json)


def _said(address: ServerAddress, login: str, may: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json({"server": address.place, "login": login, "may": may})
        return
    text = _("{login} may on {place}: {may}") if may else _("{login} may do nothing any more on {place}")
    print_lines(text.format(login=login, place=address.place, may=", ".join(may)))


@command.command(
    "check",
    help=N_(
        "Look whether the schema is the released one, whether logins can do more than they should, and whether a "
        "commit is safe where it is acknowledged: disk, checksums, standbys."
    ),
)
@json_option
def check(as_json: bool) -> int:
    from ledger.store.postgres.administration import examine

    address = server()
    faults = examine(address)
    if as_json:
        rows = [{"state": "incomplete" if isinstance(f, Incomplete) else "invalid", "what": str(f)} for f in faults]
        print_json({"server": address.place, "faults": rows})
    else:
        print_lines(*(f"! {explain_error(fault)}" for fault in faults))
        if not faults:
            print_lines(_("{place}: all is in order").format(place=address.place))
    codes = {fault.exit_code for fault in faults}
    return min(codes, default=0)


@command.command(
    "backup-check",
    help=N_(
        "Check a server that was restored from a backup, the one named by --dir, against what FOLDER knows of the "
        "ledger that was backed up: every stored byte, every head held there, and the last receipt. An older state is "
        "told, and nothing may be written to it. Nothing is changed, here or there."
    ),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@json_option
def backup_check(folder: Path, as_json: bool) -> int:
    from ledger.home.joined import copy_memory

    address = server()
    with TemporaryDirectory(prefix="zeren-") as scratch:
        beside = Home(Path(scratch) / "restored")
        copy_memory(folder, address.kind, address, beside.directory)
        report = checked(beside, address.kind, {})
    if as_json:
        print_json({"server": address.place, "kind": address.kind, **as_data(report)})
    else:
        print_report(address.kind, report)
    return report.exit_code
