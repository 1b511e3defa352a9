"""zeren rules: the table of obligations and the settings in force; a rule set is adopted by a signed event."""

from dataclasses import fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from cli.acting.recording import by_custodians, open_ledger_for, record, recording_parameters, take_asked
from cli.asking import json_option
from cli.questions import ask, known_options
from cli.showing.command_groups import CommandGroup
from cli.showing.output import print_json, print_lines, table
from ledger.clock import today
from ledger.errors import BadInput
from ledger.events.trust import RulesAdopted
from ledger.messages import N_
from ledger.recording.moments import read_day
from ledger.recording.typed_values import read_json
from ledger.strict_yaml import read_yaml, without_lines
from ledger.writing import replace_whole
from projections.facts.layered_settings import read_rules
from projections.facts.rule_sets import AMBIGUITIES, LAYERS, RuleSet
from projections.language.catalogue import _
from projections.language.duty_words import CLASSES, OWNERS
from projections.obligations.demands import check_demands
from projections.questions.over import Known
from projections.questions.plain import plain
from projections.questions.rules import rules_in_force
from projections.reports.rules_file import rules_file


@click.group("rules", cls=CommandGroup, help=N_("The obligations and settings in force; adopt a rule set."))
def command() -> None:
    """The group."""


@command.command("show", help=N_("The obligations of the table, and the settings in force as known at a moment."))
@known_options
def show(*, as_json: bool, **given: Any) -> None:
    with ask(rules_in_force, Known, given) as at:
        if as_json:
            at.print_json()
            return
        heads = (_("obligation"), _("clause"), _("owner"), _("class"), _("minimum evidence"))
        rows = [
            (f"{row.id} {row.title}", row.clause, _(OWNERS[row.owner]), _(CLASSES[row.kind]), row.evidence)
            for row in at.answer.obligations
        ]
        print_lines(table(heads, rows), "", *_settings(at.answer.settings))


@command.command("template", help=N_("A file of rules to begin with: every setting explained, and its default."))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=N_("Write it to this new file.")
)
@json_option
def template(*, out: Path | None, as_json: bool) -> None:
    text = rules_file()
    if out is None:
        print_json({"rules": text}) if as_json else print_lines(text.rstrip("\n"))
        return
    if out.exists():
        raise BadInput("{} is there already; name another file", out)
    replace_whole(out, text.encode())
    if as_json:
        print_json({"file": str(out)})
        return
    print_lines(_("{file}: change it, then: zeren rules adopt {file} --version 2026-1").format(file=out))


def _settings(rules: RuleSet) -> list[str]:
    """Settings with their values; the open questions of the plan bear their number."""
    question = {name: number for number, names in AMBIGUITIES.items() for name in names}
    heads = (_("setting"), _("value"), _("open question of the plan"))
    rows = [
        (item.name, _value(getattr(rules, item.name)), str(question.get(item.name, ""))) for item in fields(RuleSet)
    ]
    return [table(heads, rows)]


def _value(value: object) -> str:
    return str(plain(value))


def _adopt(file: Path, layer: str, version: str, valid_from: str | None, ref: str | None, **parameters: Any) -> None:
    asked = take_asked(parameters)
    document = read_yaml(file)
    if not isinstance(document, dict):
        raise BadInput("{}: a rule set is a map of settings such as timely_days: 5", file.name)
    settings = read_json(without_lines(document))
    if isinstance(settings, dict):
        check_demands(read_rules(settings, layer))  # what cannot be read or counted is refused before it is signed
    with open_ledger_for("duty", asked) as (here, ledger):
        now = today(ZoneInfo(ledger.genesis.time_zone))
        first = read_day(valid_from) if valid_from is not None else None
        if first is not None and first < now:
            raise BadInput("a rule set counts from the day it is adopted ({}) at the earliest, not from {}", now, first)
        adopted = RulesAdopted(ref=ref, layer=layer, version=version, valid_from=first, settings=settings)
        record(here, ledger, adopted, by_custodians(here, ledger, asked))


command.add_command(
    click.Command(
        "adopt",
        help=N_(
            "Adopt the settings in FILE (YAML) by a signed event of two custodians where there are two. "
            "It changes only what it states."
        ),
        params=[
            click.Argument(["file"], type=click.Path(path_type=Path, dir_okay=False)),
            click.Option(["--version", "version"], required=True, help=N_("Version of the rule set, such as 2026-1.")),
            click.Option(
                ["--layer"], type=click.Choice(LAYERS), default="organ", show_default=True, help=N_("Whose rules.")
            ),
            click.Option(["--valid-from"], metavar="DAY", help=N_("The first day it counts (default: today).")),
            click.Option(["--ref"], help=N_("Number of the document that adopts it.")),
            *recording_parameters(),
        ],
        callback=_adopt,
    )
)
