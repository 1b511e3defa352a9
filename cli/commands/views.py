"""zeren views: rebuild, compare."""

import json
from contextlib import closing
from functools import partial
from threading import Event

import click

from cli.acting.jobs import jobs_option, run_jobs
from cli.asking import desk_home, home, json_option, organs, refuse_organ
from cli.showing.command_groups import CommandGroup
from cli.showing.gone import say
from cli.showing.output import print_json, print_lines, table
from cli.showing.progress import progress_line
from ledger.errors import BadInput, Invalid, ZerenError
from ledger.frozen import dataclass
from ledger.home.directory import Home
from ledger.messages import N_
from projections.facts.kept_form import JudgedRow
from projections.follow import follow, homes_of
from projections.language.catalogue import _, explain_error
from projections.views.catch_up import digest, open_read_only, rebuild, views_of
from projections.views.judged_rows import every_judged, write_judged
from projections.views.view_store import Views


@click.group("views", cls=CommandGroup, help=N_("The views: rebuilt from the ledgers at any time, never trusted."))
def command() -> None:
    """The group."""


@command.command("rebuild", help=N_("Build the views anew from the ledgers."))
@click.option("--compare", is_flag=True, help=N_("Prove that the rebuild equals the views as they stood."))
@click.option("--all", "every", is_flag=True, help=N_("The views of every organ; one line for each."))
@jobs_option
@json_option
def rebuild_views(compare: bool, every: bool, jobs: int | None, as_json: bool) -> int:
    if jobs is not None and not every:
        raise BadInput("{} belongs to {}", "--jobs", "--all")
    if every:
        refuse_organ()
        return _rebuild_all(compare=compare, jobs=jobs, as_json=as_json)
    made = _rebuilt(home(), compare=compare)
    after, before, equal, positions = made.digest, made.before, made.equal, made.positions
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


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Views that were built anew: their digest, that of the views before where they were compared, what is in them."""

    digest: str
    before: str | None
    positions: dict[str, int]

    @property
    def equal(self) -> bool:
        """Whether they are as before, as far as that was asked."""
        return self.before is None or self.before == self.digest


def _rebuilt(here: Home, *, compare: bool) -> Rebuilt:
    before, judged = None, []
    if compare:
        with closing(views_of(here)) as views:
            before, judged = digest(views), [row for row in every_judged(views) if row is not None]
    with progress_line(_("entries taken into the views")) as told:
        made = rebuild(here, told)
    with closing(made) as views:
        if judged:
            _judge(views, judged)
        return Rebuilt(digest(views), before, {row.origin: views.position(row.origin) for row in views.ledgers()})


def _judge(views: Views, before: list[JudgedRow]) -> None:
    """Judges anew what was judged before."""
    from projections.questions.judged import judged_anew

    write_judged(views, judged_anew(views, before))


def rebuild_one(here: Home, *, compare: bool) -> Rebuilt | ZerenError:
    """The views of one organ, in whichever process; a fault holds up no other organ."""
    try:
        return _rebuilt(here, compare=compare)
    except ZerenError as error:
        return error


def _rebuild_all(*, compare: bool, jobs: int | None, as_json: bool) -> int:
    names = {each.home: each.name for each in organs()}
    homes = [(sum(each.database(kind).stat().st_size for kind in each.kinds()), each) for each in _homes()]
    codes, lines = set(), []
    for here, made in run_jobs(homes, partial(rebuild_one, compare=compare), jobs):
        name = names.get(here, str(here.directory))
        if isinstance(made, ZerenError):
            codes.add(made.exit_code)
            said = explain_error(made)
            row: dict[str, object] = {"name": name, "fault": str(made)}
        else:
            codes.add(0 if made.equal else Invalid.exit_code)
            entries = sum(made.positions.values())
            row = {"name": name, "digest": made.digest, "equal": made.equal if compare else None}
            row |= {"positions": made.positions, "fault": None}
            said = _("{n} entries, digest {digest}").format(n=entries, digest=made.digest)
            if not made.equal:
                said = f"{said}: {_('THE VIEWS WERE NOT THOSE OF THE LEDGERS')}"
        if as_json:
            say(json.dumps(row, ensure_ascii=False))
        lines.append((name, said))
    if not as_json:
        print_lines(table((_("name"), _("views")), sorted(lines)))
    return Invalid.exit_code if Invalid.exit_code in codes else max(codes, default=0)


def _homes() -> list[Home]:
    return list(homes_of(desk_home().directory))


@command.command("follow", help=N_("Keep the views up to date while the ledgers grow; Ctrl-C ends it."))
@click.option("--once", is_flag=True, help=N_("Once, and end."))
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
