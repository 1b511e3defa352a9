"""zeren views: rebuild, compare."""

from contextlib import closing
from threading import Event

import click

from cli.asking import desk_home, home, json_option
from cli.showing.groups import CommandGroup
from cli.showing.output import print_json, print_lines
from ledger.errors import Invalid
from ledger.home.directory import Home
from projections.follow import follow, homes_of
from projections.language.catalogue import _
from projections.views.catch_up import digest, open_read_only, rebuild, views_of


@click.group("views", cls=CommandGroup, help=_("The views: rebuilt from the ledgers at any time, never trusted."))
def command() -> None:
    """The group."""


@command.command("rebuild", help=_("Build the views anew from the ledgers."))
@click.option("--compare", is_flag=True, help=_("Prove that the rebuild equals the views as they stood."))
@json_option
def rebuild_views(compare: bool, as_json: bool) -> int:
    here = home()
    before = None
    if compare:
        views = views_of(here)
        before = digest(views)
        views.close()
    views = rebuild(here)
    try:
        after = digest(views)
        positions = {ledger.origin: views.position(ledger.origin) for ledger in views.ledgers()}
    finally:
        views.close()
    equal = before is None or before == after
    if as_json:
        print_json({"digest": after, "before": before, "equal": equal if compare else None, "positions": positions})
    else:
        for origin, position in positions.items():
            print_lines(_("{origin}: {n} entries").format(origin=origin, n=position))
        print_lines(_("digest {digest}").format(digest=after))
        if compare:
            print_lines(
                _("the rebuild equals the views as they stood")
                if equal
                else _("THE VIEWS WERE NOT THOSE OF THE LEDGERS")
            )
    return 0 if equal else Invalid.exit_code


@command.command("follow", help=_("Keep the views up to date while the ledgers grow; Ctrl-C ends it."))
@click.option("--once", is_flag=True, help=_("Once, and end."))
@json_option
def follow_ledgers(once: bool, as_json: bool) -> int:
    here = desk_home()
    worst = follow(here.directory, Event(), once=once)
    if as_json:
        print_json({"positions": dict(row for each in homes_of(here.directory) for row in _positions(each))})
    return worst


def _positions(here: Home) -> list[tuple[str, int]]:
    with closing(open_read_only(here)) as views:
        return [(ledger.origin, views.position(ledger.origin)) for ledger in views.ledgers()]
