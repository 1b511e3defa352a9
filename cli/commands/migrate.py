"""zeren migrate: a ledger goes from a directory to a server, or back, byte for byte."""

from pathlib import Path

import click

from cli.asking import json_option
from cli.showing.output import note, print_json, print_lines
from ledger.core.encoding import b64encode
from ledger.home.directory import Home
from ledger.home.joined import join, local_folder, meet
from ledger.home.moved import Moved, move
from ledger.messages import N_
from ledger.store.pointer import is_url, parse_url
from projections.language.catalogue import _


@click.command(
    "migrate",
    help=N_(
        "Copy a ledger from one place to another, each a directory or the address of a server: the same bytes, the "
        "same root. It goes on where it was stopped. Afterwards the old place says where the ledger went and takes no "
        "entries any more; keys stay where they are."
    ),
)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option(
    "--local",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("The folder for what is your own of a ledger on a server: keys, known heads, drafts, views."),
)
@json_option
def command(source: str, target: str, local: Path | None, as_json: bool) -> None:
    kinds = [parse_url(url).kind for url in (source, target) if is_url(url)]
    read = _home(source, local)
    written = _home(target, local, new=True)
    rows = [_moved(read, written, kind, target) for kind in kinds or read.kinds()]
    if as_json:
        print_json([_row(each) for each in rows])
        return
    for each in rows:
        print_lines(
            _("{origin}: {size} entries, root {root}").format(
                origin=each.origin, size=each.size, root=b64encode(each.root)
            )
        )
    note(
        _("the old place takes no entries any more; check the new one with: zeren --dir {place} verify").format(
            place=target
        )
    )


def _moved(read: Home, written: Home, kind: str, target: str) -> Moved:
    found = move(read, written, kind, target)
    if is_url(target):
        meet(written.directory, kind)
    return found


def _row(each: Moved) -> dict[str, object]:
    return {
        "kind": each.kind,
        "origin": each.origin,
        "size": each.size,
        "root": b64encode(each.root),
        "sha256": each.digest.hex(),
        "before": each.before,
    }


def _home(place: str, local: Path | None, *, new: bool = False) -> Home:
    """The folder of a place. Raises BadInput or NoLedger."""
    if is_url(place):
        folder = local or local_folder(place)
        join(place, folder)
        return Home(folder)
    home = Home(Path(place))
    if not new:
        home.check()
    elif not home.manifest.is_file():
        home.create()
    return home
