"""zeren city: questions across the organs of a list of ledgers, from a small index that `refresh` brings up to date."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.acting.jobs import run_jobs
from cli.asking import directory, json_option, organs
from cli.showing.command_groups import CommandGroup
from cli.showing.output import note, print_json, print_lines, table
from ledger.clock import now
from ledger.errors import BadInput, Invalid, ZerenError
from ledger.home.organs_at_hand import Organ
from ledger.messages import N_
from ledger.recording.moments import read_day
from projections.language.catalogue import _, explain_error, language
from projections.language.record_words import POSTS, WEIGHTS
from projections.questions.city import (
    City,
    city_cases,
    city_countersigned,
    city_overview,
    city_persons,
    city_signals,
    first_city_signals,
    stamp_of,
)
from projections.questions.city_answers import (
    AboutCity,
    CityCaseFilter,
    CityCountersignedFilter,
    CityFilter,
    CityPersonFilter,
    CitySignalFilter,
)
from projections.questions.over import PAGE
from projections.questions.plain import plain
from projections.views.city_index import CityIndex
from projections.views.city_rows import OrganFacts

F = TypeVar("F", bound=CityFilter)
A = TypeVar("A")


@click.group(
    "city",
    cls=CommandGroup,
    help=N_(
        "Questions across the organs of a list of ledgers: who held posts where, which cases, which signals. They are "
        "answered from a small index; refresh brings it up to date, best every night."
    ),
)
def command() -> None:
    """The group."""


OUT = click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help=N_("Write all rows to FILE (.csv, .xlsx, .ndjson)."),
)
ORGAN = click.option("--in", "organ", metavar="ORGAN", help=N_("Only this organ (name, origin or fingerprint)."))


@command.command("refresh", help=N_("Look at every organ that has grown, or was looked at on an earlier day."))
@click.option("--all", "every", is_flag=True, help=N_("Look at every organ."))
@click.option("--jobs", type=click.IntRange(min=1, max=256), metavar="N", help=N_("How many at once."))
@json_option
def refresh(every: bool, jobs: int | None, as_json: bool) -> int:
    here = organs()
    if not here.listed:
        raise BadInput("there is no list of ledgers in {}; make one with: zeren ledgers add", directory())
    day = now().date()
    index = CityIndex(directory(), make=True)
    index.keep_only([each.fingerprint for each in here])
    stands = index.stands()
    wanted = [each for each in here if every or stands.get(each.fingerprint) != (stamp_of(each.home), day)]
    sized = [(_size(each), each) for each in wanted]
    faults = []
    for organ, facts in run_jobs(sized, partial(looked_at, day=day), jobs):
        index.put(facts)
        if facts.fault is not None:
            faults.append((organ.name, facts.fault))
    if as_json:
        said = [{"organ": name, "fault": fault} for name, fault in faults]
        print_json({"looked_at": len(wanted), "organs": len(here.organs), "faults": said})
    else:
        print_lines(_("{n} of {all} organs looked at").format(n=len(wanted), all=len(here.organs)))
        print_lines(*(f"{name}: {fault}" for name, fault in faults))
    return Invalid.exit_code if faults else 0


def looked_at(organ: Organ, day: date) -> OrganFacts:
    """The facts of an organ, in whichever process; of one that cannot be asked only that."""
    from projections.questions.city_facts import organ_facts  # with all that judges behind it: no question needs it

    try:
        return organ_facts(organ, day)
    except ZerenError as error:
        fault = explain_error(error)
        return OrganFacts(organ.fingerprint, organ.name, organ.title, "", day, fault=fault)


def _size(organ: Organ) -> int:
    files = [organ.home.database(kind) for kind in organ.home.kinds()]
    return sum(file.stat().st_size for file in files)


_QUESTIONS = {
    "overview": N_("What stands out in each organ, and in all"),
    "person": N_("Who is called so in any organ, and the posts held in each"),
    "cases": N_("The cases of every organ"),
    "signals": N_("The signals of every organ"),
    "countersigned": N_("Who countersigned whose acts, in which organs"),
}
"""What each command asks, as its files are headed."""


def _ask(question: Callable[[City, F], A], wanted: F) -> A:
    return question(City(CityIndex(directory()), organs()), wanted)


def _say_as_of(day: date | None, behind: int) -> None:
    if day is not None:
        note(_("as on {day}, the earliest day on which one of these organs was looked at").format(day=day))
    if behind:
        note(_("{n} organs have grown since, or are not in the index yet; zeren city refresh").format(n=behind))


def _print(
    found: AboutCity,
    heads: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    *,
    as_json: bool,
    out: Path | None,
    **limits: Any,
) -> None:
    if out is not None:
        from cli.showing.written_lists import write_file  # with all that says and writes sheets behind it
        from projections.reports.city_sheet import city_file

        asked = _(_QUESTIONS[click.get_current_context().info_name or ""])
        write_file(out, lambda kind: city_file(kind, found, asked, limits, language()))
    if as_json:
        print_json(plain(found))
    elif out is None:
        _say_as_of(found.day, found.behind)
        print_lines(table(heads, rows) if rows else _("nothing found"))


@command.command("overview", help=N_("What stands out in each organ: cases, points of procedure, signals, vacancies."))
@ORGAN
@OUT
@json_option
def overview(organ: str | None, out: Path | None, as_json: bool) -> int:
    found = _ask(city_overview, CityFilter(organ))
    weights = list(WEIGHTS)[:2]
    heads = (_("organ"), _("entries"), _("cases"), _("points of procedure"), *(_(WEIGHTS[w]) for w in weights))
    rows = [
        (
            row.organ.name,
            *map(str, (row.entries, row.cases, row.points, *(row.signals.get(w, 0) for w in weights), row.vacant)),
            row.fault or (_("has grown since") if row.behind else ""),
        )
        for row in found.items
    ]
    sums = (found.entries, found.cases, found.points, *(found.signals[w] for w in weights), found.vacant)
    rows.append((_("all"), *map(str, sums), ""))
    _print(found, (*heads, _("vacant duties"), _("state")), rows, as_json=as_json, out=out, **{"in": organ})
    return Invalid.exit_code if found.faults else 0


@command.command("person", help=N_("Who is called PERSON in any organ, and the posts held in each; links join ids."))
@click.argument("person", metavar="PERSON")
@ORGAN
@OUT
@json_option
def person_(person: str, organ: str | None, out: Path | None, as_json: bool) -> None:
    found = _ask(city_persons, CityPersonFilter(organ, person=person))
    rows = [
        (
            ", ".join(each.names),
            post.organ.name,
            _(POSTS.get(post.post, post.post)),
            f"{post.first} – {post.last or _('today')}",
            _("in several organs") if each.moved else "",
        )
        for each in found.items
        for post in each.posts
    ]
    _print(
        found,
        (_("person"), _("organ"), _("post"), _("days"), _("note")),
        rows,
        as_json=as_json,
        out=out,
        person=person,
        **{"in": organ},
    )


@command.command("cases", help=N_("The cases of every organ."))
@click.option("--from", "first", metavar="DAY", help=N_("Opened on this day or later."))
@click.option("--to", "last", metavar="DAY", help=N_("Opened on this day or before."))
@ORGAN
@OUT
@json_option
def cases(first: str | None, last: str | None, organ: str | None, out: Path | None, as_json: bool) -> None:
    days = {name: read_day(text) if text else None for name, text in (("first", first), ("last", last))}
    found = _ask(city_cases, CityCaseFilter(organ, **days))
    rows = [(row.organ.name, row.case, row.unit, row.opened[:10], str(row.points)) for row in found.items]
    heads = (_("organ"), _("case"), _("unit"), _("opened"), _("points of procedure"))
    limits = {"from": days["first"], "to": days["last"], "in": organ}
    _print(found, heads, rows, as_json=as_json, out=out, **limits)


@command.command("signals", help=N_("The signals of one kind in every organ: questions, never verdicts."))
@click.option("--code", metavar="CODE", help=N_("Only this signal, such as LATE_RECORD."))
@click.option("--weight", type=click.Choice(list(WEIGHTS)), help=N_("Only of this weight."))
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=PAGE,
    show_default=True,
    help=N_("How many at most are shown; --json and --out have all."),
)
@ORGAN
@OUT
@json_option
def signals(
    code: str | None, weight: str | None, limit: int, organ: str | None, out: Path | None, as_json: bool
) -> None:
    from projections.signals.signal_kinds import FIRES  # with all that judges behind it

    every = as_json or out is not None
    question = city_signals if every else partial(first_city_signals, most=limit)
    found = _ask(question, CitySignalFilter(organ, code=code, weight=weight))
    rows = [
        (row.organ.name, _(WEIGHTS[row.weight]), _(FIRES[row.code]), row.entry, ", ".join(row.parties))
        for row in found.items
    ]
    heads = (_("organ"), _("weight"), _("what fires it"), _("entry"), _("concerns"))
    _print(found, heads, rows, as_json=as_json, out=out, code=code, weight=weight, **{"in": organ})
    if found.more:
        said = _("{n} more are not shown; --limit shows more of them, --in those of one organ, --out FILE all")
        note(said.format(n=found.more))


@command.command(
    "countersigned",
    help=N_("Who countersigned whose acts, in which organs, how often and between which days; links join ids."),
)
@click.option("--for", "person", metavar="PERSON", help=N_("Only pairs of which one is called so, or has this id."))
@click.option("--mutual", is_flag=True, help=N_("Only where each countersigned the other."))
@ORGAN
@OUT
@json_option
def countersigned(person: str | None, mutual: bool, organ: str | None, out: Path | None, as_json: bool) -> None:
    found = _ask(city_countersigned, CityCountersignedFilter(organ, person=person, mutual=mutual))
    rows = [
        (
            ", ".join(row.signer),
            ", ".join(row.other),
            str(row.times),
            str(row.back),
            f"{row.first} – {row.last}",
            ", ".join(each.organ.name for each in row.there),
        )
        for row in found.items
    ]
    heads = (_("countersigned by"), _("acts of"), _("times"), _("in return"), _("days"), _("organs"))
    _print(found, heads, rows, as_json=as_json, out=out, person=person, mutual=mutual, **{"in": organ})
