"""zeren rules adopt FILE: a rule set's settings, adopted by a signed event; the latest one in force decides."""

from pathlib import Path
from typing import Any

import click

from cli.recording import open_ledger_for, record, recording_parameters, take_asked
from ledger.errors import BadInput
from ledger.events.trust import RulesAdopted
from ledger.recording.values import read_json
from ledger.scenario.shapes import without_lines
from ledger.scenario.text import read_yaml
from projections.i18n import _
from projections.rules import read_rules

LAYERS = ("centre", "province", "city", "organ")


@click.group("rules", help=_("Rule sets: adopt one."))
def command() -> None:
    """The group."""


def _adopt(file: Path, layer: str, version: str, ref: str | None, **parameters: Any) -> None:
    asked = take_asked(parameters)
    document = read_yaml(file)
    if not isinstance(document, dict):
        raise BadInput("{}: a rule set is a map of settings such as timely_days: 5", file.name)
    settings = read_json(without_lines(document))
    if isinstance(settings, dict):
        read_rules(settings)  # what this version does not know or cannot read is refused before it is signed
    with open_ledger_for("duty", asked) as (here, ledger):
        record(here, ledger, RulesAdopted(ref=ref, layer=layer, version=version, settings=settings), asked)


command.add_command(
    click.Command(
        "adopt",
        help=_("Adopt the settings in FILE (YAML) by a signed event. What they leave open keeps its default."),
        params=[
            click.Argument(["file"], type=click.Path(path_type=Path, dir_okay=False)),
            click.Option(["--version", "version"], required=True, help=_("Version of the rule set, such as 2026-1.")),
            click.Option(
                ["--layer"], type=click.Choice(LAYERS), default="organ", show_default=True, help=_("Whose rules.")
            ),
            click.Option(["--ref"], help=_("Number of the document that adopts it.")),
            *recording_parameters(),
        ],
        callback=_adopt,
    )
)
