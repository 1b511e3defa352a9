"""zeren import FILE --kind KIND; zeren import template KIND --out FILE."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.acting.drafting import waiting_parameters
from cli.acting.import_outcomes import print_findings, print_outcome
from cli.acting.importing import Step, check_steps, learn, not_imported, write_steps
from cli.acting.recording import open_ledger_for, recording_parameters, signers_of, signing_keys, take_asked
from cli.acting.waiting_rows import WaitingRows
from cli.asking import home, json_option
from cli.showing.command_groups import CommandGroup
from cli.showing.output import print_json, print_lines
from ledger.clock import now
from ledger.errors import BadInput, NoLedger
from ledger.importing.documents import YamlList
from ledger.importing.json_lines import JsonLines
from ledger.importing.source import FileBytes, Source, check_form, read_bytes
from ledger.importing.staging import staging
from ledger.messages import N_
from ledger.recording.forms import Form, form_named
from ledger.recording.party_finder import Parties
from projections.importing.books import SUFFIXES, WORKBOOKS
from projections.language.catalogue import _

if TYPE_CHECKING:
    from projections.importing.sheet import Sheet


class ImportGroup(CommandGroup):
    """`template` is a command; whatever else comes first is the file to import."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in ("template", "-h", "--help"):
            args = ["file", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of an import, which has no name of its own, then the command `template`."""
        importing = self.get_command(ctx, "file") or self.commands["file"]
        with click.Context(importing, info_name="file", parent=ctx) as inner:
            records = [row for each in importing.get_params(inner) if (row := each.get_help_record(inner)) is not None]
        with formatter.section(_("Options")):
            formatter.write_dl(records)
        self.format_commands(ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["template"]


command = ImportGroup(
    "import",
    help=N_(
        "Import records: zeren import FILE [--kind KIND]; one workbook may set up an organ. Read are .xlsx, .xlsm, "
        ".xls, WPS .et, .ods, .csv and .tsv, .yaml and .jsonl. All rows are checked first; "
        "nothing is written unless all pass."
    ),
    epilog=N_("Begin with: zeren import template talk --out talks.xlsx"),
    subcommand_metavar=N_("FILE [--kind KIND] | template KIND --out FILE"),
)


@command.command(
    "template",
    help=N_("Write the workbook to be filled in for KIND; organ: one for all that sets up an organ and its year."),
)
@click.argument("kind")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=N_("The new .xlsx file."))
@click.option(
    "--sample", is_flag=True, help=N_("Of organ: filled with a small organ, invented, to look at and to try.")
)
@json_option
def template(kind: str, out: Path, sample: bool, as_json: bool) -> None:
    from projections.importing.template import write_organ_template, write_template

    if sample and kind != "organ":
        raise BadInput("--sample is of the workbook organ")
    if kind == "organ":
        if sample:
            from projections.importing.sample_organ import sample_organ

            write_organ_template(out, sample_organ(now().date()))
        else:
            write_organ_template(out)
        if as_json:
            print_json({"file": str(out), "kind": kind})
            return
        said = _("{file}: fill in its sheets, then: zeren import {file} --dry-run")
        if sample:
            said = _("{file}: a small organ, invented; try it in a ledger of its own: zeren import {file} --dry-run")
        print_lines(said.format(file=out))
        return
    form = form_named(kind)
    check_form(form)
    write_template(form, out, _parties())
    if as_json:
        print_json({"file": str(out), "kind": form.name})
        return
    print_lines(
        _("{file}: fill in the first sheet, then: zeren import {file} --kind {kind} --dry-run").format(
            file=out, kind=form.name
        )
    )


def _parties() -> Parties | None:
    """The lists to choose from, where there is a ledger; a template needs none."""
    try:
        ledger = home().ask("duty")
    except NoLedger:
        return None
    try:
        return Parties(ledger.register())
    finally:
        ledger.close()


def _import(file: Path, kind: str | None, **parameters: Any) -> int:
    asked = take_asked(parameters)
    data = read_bytes(file)
    sources = _sources(file, data, kind, parameters)
    with open_ledger_for("duty", asked) as (here, ledger), ExitStack() as stack:
        steps = [
            Step(form, source, part, stack.enter_context(staging(ledger.path.parent)), legacy)
            for form, source, part, legacy in sources
        ]
        steps = not_imported(ledger, data, steps)
        for step in steps:
            step.persons = signers_of(here, ledger, step.form.payload, asked)
        keys = () if asked.dry_run else signing_keys(here, ledger, steps[0].persons, asked)
        waiting = WaitingRows(here, ledger, asked.elsewhere)
        if not check_steps(ledger, steps, parameters, asked, waiting):
            print_findings(file, steps, as_json=asked.as_json)
            return BadInput.exit_code
        if parameters["learn"] is not None:
            learn(parameters["learn"], steps[0])
        if not asked.dry_run:
            write_steps(ledger, data, steps, keys, waiting)
    print_outcome(data, steps, asked, waiting)
    return 0


command.add_command(
    click.Command(
        "file",
        hidden=True,
        help=N_("Import the rows of FILE as records of KIND. Nothing is written unless all pass."),
        params=[
            click.Argument(["file"], type=click.Path(path_type=Path, dir_okay=False)),
            click.Option(
                ["--kind"],
                metavar="KIND",
                help=N_("Kind of record, as in: zeren record --help; without it each sheet's name and headings tell."),
            ),
            click.Option(["--sheet"], help=N_("The sheet's name (default: the only one with the headings).")),
            click.Option(["--all-sheets"], is_flag=True, help=N_("Take every sheet that holds records of KIND.")),
            click.Option(
                ["--map", "maps"],
                multiple=True,
                metavar="HEADING=FIELD",
                help=N_("The field that a heading means, such as 姓名=name; repeatable."),
            ),
            click.Option(
                ["--ignore", "ignored"],
                multiple=True,
                metavar="HEADING",
                help=N_("Leave the column under this heading out; repeatable."),
            ),
            click.Option(
                ["--mapping"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=N_("What the headings mean, from a file that --learn wrote."),
            ),
            click.Option(
                ["--learn"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=N_("Write what the headings were read as to this new file, for --mapping."),
            ),
            click.Option(
                ["--several"],
                multiple=True,
                metavar="NAME",
                help=N_("This name is borne by several persons or units of the file; repeatable."),
            ),
            click.Option(
                ["--changed"],
                type=click.Choice(["ask", "correct", "leave", "new"]),
                default="ask",
                help=N_("Rows that differ from the entry of the same act: ask, correct it, leave it, or a new act."),
            ),
            click.Option(["--skip-hidden"], is_flag=True, help=N_("Leave hidden and filtered rows out.")),
            click.Option(
                ["--legacy"], is_flag=True, help=N_("Mark all as taken over from paper; no signal asks why late.")
            ),
            *recording_parameters(elsewhere=False),
            *waiting_parameters(),
        ],
        callback=_import,
    )
)

_OF_SHEETS = ("sheet", "maps", "ignored", "skip_hidden", "mapping", "learn")
"""Options that mean something for files of rows and columns only."""


def _sources(
    path: Path, file: FileBytes, kind: str | None, options: Mapping[str, Any]
) -> list[tuple[Form, Source, str, bool]]:
    """(kind, rows, sheet, whether taken over from paper) of each part of the file that is taken, in order."""
    legacy = bool(options["legacy"])
    form = form_named(kind) if kind is not None else None
    if form is not None:
        check_form(form)
        if legacy and not form.has("legacy"):
            raise BadInput("{} has no mark for what was taken over from paper; leave --legacy out", form.name)
    several = bool(options["all_sheets"]) or form is None
    if path.suffix.lower() in SUFFIXES:
        found = _sheets(path, file, form, options)
        if several:
            return [(each, sheet, sheet.reading.sheet or "", legacy and each.has("legacy")) for each, sheet in found]
        return [(each, sheet, options["sheet"] or "", legacy) for each, sheet in found]
    if form is None:
        raise BadInput("say what the rows are with --kind")
    if options["sheet"] is not None:
        raise BadInput("only a workbook has sheets; leave --sheet out")
    if any(options[name] for name in _OF_SHEETS):
        raise BadInput(
            "a file of this kind has no headings; leave --map, --ignore, --mapping, --learn and --skip-hidden out"
        )
    return [(form, _lines(path, file), "", legacy)]


def _lines(path: Path, file: FileBytes) -> Source:
    suffix = path.suffix.lower()
    if suffix in (".yaml", ".yml"):
        return YamlList(file)
    if suffix in (".jsonl", ".ndjson"):
        return JsonLines(file)
    raise BadInput("{} is of no kind that is read; save it as .xlsx, .csv, .yaml or .jsonl", path.name)


def _sheets(path: Path, file: FileBytes, form: Form | None, options: Mapping[str, Any]) -> list[tuple[Form, "Sheet"]]:
    from projections.importing.columns import ReadingOptions, mapped
    from projections.importing.headings import plain_heading
    from projections.importing.learnt import read_mapping
    from projections.importing.plan import sheets_of_kind, sheets_of_organ
    from projections.importing.sheet import Sheet

    one = options["sheet"]
    if one is not None and path.suffix.lower() not in WORKBOOKS:
        raise BadInput("only a workbook has sheets; leave --sheet out")
    if one is not None and options["all_sheets"]:
        raise BadInput("either --sheet or --all-sheets")
    ignored = frozenset(plain_heading(each) for each in options["ignored"])
    reading = ReadingOptions(one, {}, ignored, skip_hidden=bool(options["skip_hidden"]))
    if form is None:
        if options["maps"] or options["mapping"] or options["learn"]:
            raise BadInput("--map, --mapping and --learn need --kind: a field belongs to a kind of record")
        return sheets_of_organ(file, reading)
    names, left_out = read_mapping(options["mapping"], form) if options["mapping"] else ({}, frozenset())
    reading = replace(reading, names={**names, **mapped(form, options["maps"])}, ignored=ignored | left_out)
    return sheets_of_kind(file, form, reading) if options["all_sheets"] else [(form, Sheet(file, form, reading))]
