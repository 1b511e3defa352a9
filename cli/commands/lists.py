"""zeren units, persons, tenures, vacancies, cases, search, reads: the lists that a reader may ask for."""

from collections.abc import Callable, Iterable
from typing import Any

import click

from cli.asking import desk_home, json_option, known_option
from cli.questions import Asked, ask, known_options
from cli.showing.output import print_lines, table
from ledger.messages import N_
from projections.language.catalogue import _
from projections.language.duty_words import ACTING
from projections.language.kind_titles import type_title
from projections.language.search_words import THINGS
from projections.language.titles import fixed_word
from projections.language.trace_words import LEVELS, RED
from projections.questions.cases import CaseFilter, CasesFilter
from projections.questions.cases import case as one_case
from projections.questions.cases import cases as all_cases
from projections.questions.over import PAGE
from projections.questions.persons import PersonsFilter
from projections.questions.persons import persons as all_persons
from projections.questions.reads import ReadFilter
from projections.questions.reads import reads as all_reads
from projections.questions.search import SearchFilter
from projections.questions.search import search as all_found
from projections.questions.tenures import TenureFilter
from projections.questions.tenures import tenures as all_tenures
from projections.questions.units import UnitFile, UnitFilter, UnitRow, UnitsFilter
from projections.questions.units import unit as one_unit
from projections.questions.units import units as all_units
from projections.questions.vacancies import BreakRow, VacancyFilter
from projections.questions.vacancies import vacancies as all_vacancies


def _on_day(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--valid-at", metavar="DAY", help=_("The day it was so (default: today)."))(function)


@click.command(
    "units", help=N_("The units and who leads them on a day; with UNIT its holders and vacancies over time.")
)
@click.argument("unit", required=False)
@_on_day
@known_options
def units(*, unit: str | None, as_json: bool, **given: Any) -> None:
    if unit is not None:
        with ask(one_unit, UnitFilter, {**given, "unit": unit}) as found:
            _told(found, as_json=as_json, lines=_unit_lines)
        return
    with ask(all_units, UnitsFilter, given) as at:

        def lines(row: UnitRow) -> tuple[str, ...]:
            return tuple(", ".join(map(at.explain.name, each)) for each in (row.head, row.supervisor))

        heads = (_("unit"), _("name"), _("kind"), _("head"), _("supervising member"))
        rows = ((row.id, row.name, _(fixed_word(row.kind)), *lines(row)) for row in at.answer.items)
        _told(at, as_json=as_json, lines=lambda _at: [table(heads, list(rows))])


def _unit_lines(at: Asked[UnitFile]) -> list[str]:
    found = at.answer
    return [
        f"{found.unit.name} ({found.unit.id})",
        "",
        _tenure_table(at, found.tenures),
        "",
        _break_table(at, found.breaks),
    ]


@click.command("persons", help=N_("The persons on record, and the posts that they hold on a day."))
@_on_day
@known_options
def persons(*, as_json: bool, **given: Any) -> None:
    with ask(all_persons, PersonsFilter, given) as at:
        rows = [(row.id, row.name, ", ".join(map(at.post, row.posts))) for row in at.answer.items]
        _told(at, as_json=as_json, lines=lambda _at: [table((_("person"), _("name"), _("posts")), rows)])


@click.command("tenures", help=N_("Assignments and actings: who held which post over which units."))
@click.option("--for", "--person", "person", metavar="ID", help=N_("Only of this person (id or name)."))
@click.option("--post", metavar="POST", help=N_("Only to this post (id or title)."))
@click.option("--unit", metavar="ID", help=N_("Only over this unit (id or name)."))
@click.option("--valid-at", metavar="DAY", help=N_("Only those that held on this day."))
@known_options
def tenures(*, as_json: bool, **given: Any) -> None:
    with ask(all_tenures, TenureFilter, given) as at:
        _told(at, as_json=as_json, lines=lambda _at: [_tenure_table(at, at.answer.items)])


@click.command("vacancies", help=N_("Days without a holder of a duty, and days with several, of one unit or of all."))
@click.option("--unit", metavar="ID", help=N_("Only of this unit (id or name)."))
@click.option("--from", "first", metavar="DAY", help=N_("From this day on."))
@click.option("--to", "last", metavar="DAY", help=N_("Until this day (default: today)."))
@known_options
def vacancies(*, as_json: bool, **given: Any) -> None:
    with ask(all_vacancies, VacancyFilter, given) as at:
        _told(at, as_json=as_json, lines=lambda _at: [_break_table(at, at.answer.items)])


@click.command("cases", help=N_("The cases and why they are red; with CASE its chronology. Inspectors only."))
@click.argument("case", required=False)
@known_option
@json_option
def cases(*, case: str | None, as_json: bool) -> None:
    if case is not None:
        with ask(one_case, CaseFilter, {"case": case}) as found:
            rows = [
                (found.placed(row), type_title(row.type), found.local(row.recorded_at)) for row in found.answer.entries
            ]
            heads: tuple[str, ...] = (_("entry"), _("type"), _("recorded at"))
            _told(found, as_json=as_json, lines=lambda _at: [found.answer.case.case, table(heads, rows)])
        return
    with ask(all_cases, CasesFilter, {}) as at:
        heads = (_("case"), _("unit"), _("from"), _("to"), _("opened at"), _("why it is red"))
        lines = [
            (
                row.case,
                row.name,
                row.period_from.isoformat(),
                row.period_to.isoformat(),
                at.local(row.opened_at),
                "; ".join(_(RED[why]) for why in row.red),
            )
            for row in at.answer.items
        ]
        _told(at, as_json=as_json, lines=lambda _at: [table(heads, lines)])


@click.command("search", help=N_("Entries whose texts contain WORDS: a Chinese substring anywhere, other words whole."))
@click.argument("words")
@click.option("--kind", "type", metavar="KIND", help=N_("Only entries of this kind, by name, title or type."))
@click.option("--for", "--person", "person", metavar="ID", help=N_("Only what names this person or unit (id or name)."))
@click.option("--period", metavar="P", help=N_("Only this year, half-year or quarter: 2024, 2024H1, 2024Q3."))
@click.option("--limit", type=click.IntRange(1, 10_000), default=PAGE, show_default=True, help=N_("How many at most."))
@known_options
def search(*, limit: int, as_json: bool, **given: Any) -> None:
    with ask(lambda over, wanted: all_found(over, wanted, limit), SearchFilter, given) as at:
        heads = (_("entry"), _("type"), _("recorded at"), _("text"))
        rows = [
            (
                at.placed(row),
                type_title(row.type),
                at.local(row.recorded_at),
                row.excerpt.replace("\n", " "),
            )
            for row in at.answer.items
        ]
        named = [f"{_(THINGS[each.kind])}: {each.name} {each.id}" for each in at.answer.things]
        _told(at, as_json=as_json, lines=lambda _at: [*named, table(heads, rows)])


@click.command("reads", help=N_("Who read what, the newest first: every answer that was given."))
@click.option("--token", metavar="ID", help=N_("Only by this token, by its id."))
@click.option("--for", "--about", "about", metavar="ID", help=N_("Only of this person or unit (id or name)."))
@click.option("--start", type=click.IntRange(min=0), metavar="N", help=N_("From position N on, the oldest first."))
@click.option("--limit", type=click.IntRange(1, 10_000), default=PAGE, show_default=True, help=N_("How many at most."))
@known_option
@json_option
def reads(*, limit: int, as_json: bool, **given: Any) -> None:
    desk_home().check_reads()  # of readings that were taken away there is no answer
    with ask(lambda over, wanted: all_reads(over, wanted, limit), ReadFilter, given) as at:
        heads = (_("recorded at"), _("token"), _("question"), _("about"), _("case"))
        rows = [
            (
                at.local(row.recorded_at),
                row.holder or row.token,
                row.question,
                ", ".join(map(at.explain.name, row.concerns)),
                row.case or "",
            )
            for row in at.answer.items
        ]
        _told(at, as_json=as_json, lines=lambda _at: [table(heads, rows)])


def _told(at: Asked[Any], *, as_json: bool, lines: Callable[[Asked[Any]], list[str]]) -> None:
    if as_json:
        at.print_json()
    else:
        print_lines(*lines(at))


def _tenure_table(at: Asked[Any], found: Iterable[Any]) -> str:
    heads = (_("holder"), _("post"), _("capacity"), _("over"), _("from"), _("to"), _("entry"), _("mark"))
    rows = [
        (
            row.name,
            at.post(row.post),
            _(ACTING[row.acting]) if row.acting is not None else _("titular"),
            ", ".join(map(at.explain.name, (*row.scope, *row.supervises))),
            row.valid_from.isoformat(),
            row.valid_to.isoformat() if row.valid_to is not None else "",
            at.explain.cites([row.entry]),
            _("disputed") if row.disputed else "",
        )
        for row in found
    ]
    return table(heads, rows)


def _break_table(at: Asked[Any], found: Iterable[BreakRow]) -> str:
    heads = (_("kind"), _("unit"), _("duty"), _("from"), _("to"), _("number of days"), _("persons"))
    rows = [
        (
            _(row.kind),
            row.name,
            _(LEVELS[row.duty]),
            row.first.isoformat(),
            row.last.isoformat(),
            str(row.days),
            ", ".join(map(at.explain.name, row.persons)),
        )
        for row in found
    ]
    return table(heads, rows)
