"""zeren import FILE --kind KIND; zeren import template KIND --out FILE."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.acting.recording import Asked, open_ledger_for, recording_parameters, signers_of, signing_keys, take_asked
from cli.asking import home, json_option
from cli.showing.groups import Group
from cli.showing.output import note, print_json, print_lines, table
from ledger.application import Ledger
from ledger.core.keys import Signer
from ledger.decisions.state import Register
from ledger.errors import BadInput, NoLedger, Refused, ZerenError
from ledger.importing.check import Checked, Finding, Progress, Seen, Wanted, check_rows
from ledger.importing.documents import YamlList
from ledger.importing.lines import JsonLines
from ledger.importing.source import FileBytes, Source, check_form, read_bytes
from ledger.importing.staging import Staged, staging
from ledger.importing.write import Standing, Written, check_not_imported, write_rows
from ledger.recording.forms import Form, form_named
from ledger.recording.numbers import context_of
from ledger.recording.parties import Parties
from ledger.recording.preview import preview
from ledger.recording.reading import shown
from projections.importing.books import SUFFIXES, WORKBOOKS
from projections.language.catalogue import LANGUAGES, _, explain_error
from projections.language.titles import field_title, labels

if TYPE_CHECKING:
    from projections.importing.sheet import Sheet

SHOWN = 50


class ImportGroup(Group):
    """`template` is a command; whatever else comes first is the file to import."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in ("template", "-h", "--help"):
            args = ["file", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of an import, which has no name of its own, then the command `template`."""
        importing = self.commands["file"]
        with click.Context(importing, info_name="file", parent=ctx) as inner:
            records = [row for each in importing.get_params(inner) if (row := each.get_help_record(inner)) is not None]
        with formatter.section(_("Options")):
            formatter.write_dl(records)
        self.format_commands(ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["template"]


command = ImportGroup(
    "import",
    help=_(
        "Import records: zeren import FILE [--kind KIND]; one workbook may set up an organ. Read are .xlsx, .xlsm, "
        ".xls, WPS .et, .csv and .tsv, .yaml and .jsonl. All rows are checked first; "
        "nothing is written unless all pass."
    ),
    epilog=_("Begin with: zeren import template talk --out talks.xlsx"),
    subcommand_metavar="FILE [--kind KIND] | template KIND --out FILE",
)


@command.command("template", help=_("Write the workbook to be filled in for KIND."))
@click.argument("kind")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=_("The new .xlsx file."))
@json_option
def template(kind: str, out: Path, as_json: bool) -> None:
    from projections.importing.template import write_template

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


@dataclass(slots=True)
class Step:
    """One sheet or file of one kind on its way through an import."""

    form: Form
    source: Source
    part: str
    """The sheet, where it is one of several or was asked for; "" for the file as a whole."""
    staged: Staged
    legacy: bool
    begun: Standing | None = None
    persons: tuple[str, ...] = ()
    checked: Checked = field(default_factory=Checked)
    written: Written | None = None


def _import(file: Path, kind: str | None, **parameters: Any) -> int:
    asked = take_asked(parameters)
    data = read_bytes(file)
    sources = _sources(file, data, kind, parameters)
    with open_ledger_for("duty", asked) as (here, ledger), ExitStack() as stack:
        steps = [
            Step(form, source, part, stack.enter_context(staging(ledger.path.parent)), legacy)
            for form, source, part, legacy in sources
        ]
        steps = _not_imported(ledger, data, steps)
        for step in steps:
            step.persons = signers_of(here, ledger, step.form.payload, asked)
        keys = () if asked.dry_run else signing_keys(here, ledger, steps[0].persons, asked)
        if not _check(ledger, steps, parameters, asked):
            _print_findings(file, steps, as_json=asked.as_json)
            return BadInput.exit_code
        if parameters["learn"] is not None:
            _learn(parameters["learn"], steps[0])
        if not asked.dry_run:
            _write(ledger, data, steps, keys)
    _print_outcome(data, steps, asked)
    return 0


def _learn(path: Path, step: Step) -> None:
    from projections.importing.learnt import write_mapping
    from projections.importing.sheet import Sheet

    if isinstance(step.source, Sheet) and step.source.columns is not None:
        write_mapping(path, step.form, step.source.columns)


def _not_imported(ledger: Ledger, data: FileBytes, steps: list[Step]) -> list[Step]:
    """The steps that are still to be done; of several sheets some may stand. Raises Refused where all stand."""
    left, refusals = [], []
    for step in steps:
        try:
            step.begun = check_not_imported(ledger, step.form, data, legacy=step.legacy, sheet=step.part)
        except Refused as refused:
            refusals.append(refused)
            if len(steps) == 1:
                raise
        else:
            left.append(step)
    if not left:
        raise refusals[0]
    return left


def _check(ledger: Ledger, steps: list[Step], parameters: Mapping[str, Any], asked: Asked) -> bool:
    """Checks sheet after sheet, each as if those before it stood already; whether all may be written."""
    seen = Seen(ledger)
    with ledger.supposing() as suppose:
        for step in steps:
            begun = step.begun
            wanted = Wanted(
                legacy=step.legacy,
                after=begun.last_row if begun is not None else 0,
                batch=begun.batch.position if begun is not None else None,
                several=parameters["several"],
                changed=parameters["changed"],
            )
            context = context_of(ledger, labels())
            with _counter(_("rows checked: {n}")) as progress:
                step.checked = check_rows(
                    ledger, step.form, step.source, context, wanted, staged=step.staged, seen=seen, progress=progress
                )
            if step.checked.changed and wanted.changed == "ask" and not asked.dry_run:
                ask_about_changed(step.source.sheet, step.checked)
            if step.checked.findings:
                return False
            if step.checked.first is not None:
                preview(ledger, (step.checked.first,), step.persons)  # they may write such records, or it is refused
            if len(steps) > 1 and step.form.type in Register.TOPICS:
                for _number, payloads in step.staged.rows():
                    for payload in payloads:
                        suppose(payload)
    return True


def _write(ledger: Ledger, data: FileBytes, steps: list[Step], keys: tuple[Signer, ...]) -> None:
    total = {"rows": 0}
    for step in steps:
        if not step.checked.new:
            continue
        done = {"rows": 0}
        try:
            with _bar(step.checked.new, done) as progress:
                step.written = write_rows(
                    ledger, step.form, data, step.checked, step.staged, keys,
                    legacy=step.legacy, sheet=step.part, resumed=step.begun, progress=progress,
                )  # fmt: skip
        except (ZerenError, OSError, KeyboardInterrupt):
            rows = total["rows"] + done["rows"]
            note(_("{n} rows are written; repeat the same command to go on behind them").format(n=rows))
            raise
        total["rows"] += step.checked.new


command.add_command(
    click.Command(
        "file",
        hidden=True,
        help=_("Import the rows of FILE as records of KIND. Nothing is written unless all pass."),
        params=[
            click.Argument(["file"], type=click.Path(path_type=Path, dir_okay=False)),
            click.Option(
                ["--kind"],
                metavar="KIND",
                help=_("Kind of record, as in: zeren record --help; without it each sheet's name and headings tell."),
            ),
            click.Option(["--sheet"], help=_("The sheet's name (default: the only one with the headings).")),
            click.Option(["--all-sheets"], is_flag=True, help=_("Take every sheet that holds records of KIND.")),
            click.Option(
                ["--map", "maps"],
                multiple=True,
                metavar="HEADING=FIELD",
                help=_("The field that a heading means, such as 姓名=name; repeatable."),
            ),
            click.Option(
                ["--ignore", "ignored"],
                multiple=True,
                metavar="HEADING",
                help=_("Leave the column under this heading out; repeatable."),
            ),
            click.Option(
                ["--mapping"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=_("What the headings mean, from a file that --learn wrote."),
            ),
            click.Option(
                ["--learn"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=_("Write what the headings were read as to this new file, for --mapping."),
            ),
            click.Option(
                ["--several"],
                multiple=True,
                metavar="NAME",
                help=_("This name is borne by several persons or units of the file; repeatable."),
            ),
            click.Option(
                ["--changed"],
                type=click.Choice(["ask", "correct", "leave", "new"]),
                default="ask",
                help=_("Rows that differ from the entry of the same act: ask, correct it, leave it, or a new act."),
            ),
            click.Option(["--skip-hidden"], is_flag=True, help=_("Leave hidden and filtered rows out.")),
            click.Option(
                ["--legacy"], is_flag=True, help=_("Mark all as taken over from paper; no signal asks why late.")
            ),
            *recording_parameters(elsewhere=False),
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
    from projections.importing.columns import Reading, mapped
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
    reading = Reading(one, {}, ignored, skip_hidden=bool(options["skip_hidden"]))
    if form is None:
        if options["maps"] or options["mapping"] or options["learn"]:
            raise BadInput("--map, --mapping and --learn need --kind: a field belongs to a kind of record")
        return sheets_of_organ(file, reading)
    names, left_out = read_mapping(options["mapping"], form) if options["mapping"] else ({}, frozenset())
    reading = replace(reading, names={**names, **mapped(form, options["maps"])}, ignored=ignored | left_out)
    return sheets_of_kind(file, form, reading) if options["all_sheets"] else [(form, Sheet(file, form, reading))]


# --- progress --------------------------------------------------------------------------------------------------------


@contextmanager
def _counter(text: str) -> Iterator[Progress | None]:
    """Counts on standard error while the number is not known, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(rows: int) -> None:
        click.echo("\r" + text.format(n=rows), nl=False, err=True)

    yield show
    click.echo("", err=True)


@contextmanager
def _bar(rows: int, done: dict[str, int]) -> Iterator[Progress]:
    """Notes how far it is; shows a bar on a terminal."""
    bar = click.progressbar(length=rows, label=_("rows written"), file=sys.stderr) if sys.stderr.isatty() else None

    def show(count: int) -> None:
        if bar is not None:
            bar.update(count - done["rows"])
        done["rows"] = count

    try:
        yield show
    finally:
        if bar is not None:
            bar.render_finish()


# --- outcome ---------------------------------------------------------------------------------------------------------


def _print_read(file: str, source: Source, checked: Checked) -> None:
    """What was read of the file, and each thing in it that was not, with its reason."""
    place = _("{file}, sheet {sheet}").format(file=file, sheet=source.sheet) if source.sheet else file
    print_lines(_("{place}: {n} rows read").format(place=place, n=checked.rows))
    print_lines(*(f"  {explain_error(each)}" for each in source.notes))


def _compared_data(checked: Checked) -> dict[str, Any]:
    """What a comparison with the ledger, and of the rows among themselves, came to."""
    changed = [
        {"row": row, "position": each.position, "fields": [list(field) for field in each.fields]}
        for row, each in checked.changed
    ]
    there = [{"row": row, "position": position} for row, position in checked.there]
    twice = [{"row": row, "same_as": other} for row, other in checked.twice]
    return {"new": checked.new, "already_there": there, "twice": twice, "changed": changed}


def _print_compared(checked: Checked) -> None:
    """The three lists: new, already there, changed; long ones are cut, their number is said."""
    print_lines(
        _("new: {new}; already there: {there}; changed: {changed}").format(
            new=checked.new, there=len(checked.there), changed=len(checked.changed)
        )
    )
    lines = [_("row {row}: already there, #{position}").format(row=r, position=p) for r, p in checked.there]
    lines += [_("row {row}: the same as row {other}, taken once").format(row=r, other=o) for r, o in checked.twice]
    for row, each in checked.changed:
        for name, now, then in each.fields:
            text = _("row {row}: #{position} says {now} for {field}, the row {then}")
            words = {"now": shown(now), "then": shown(then), "field": _title_of(name)}
            lines.append(text.format(row=row, position=each.position, **words))
    print_lines(*(f"  {line}" for line in lines[:SHOWN]))
    if len(lines) > SHOWN:
        print_lines(_("... and {n} more; --json lists all").format(n=len(lines) - SHOWN))


def ask_about_changed(sheet: str, checked: Checked) -> None:
    """Makes a finding of each row that says otherwise than its entry: nothing is written before it is decided."""
    for row, each in checked.changed:
        name, now, then = each.fields[0]
        problem = BadInput(
            "#{} is the same act and says {} (+{}); decide with --changed correct, leave or new",
            each.position,
            shown(now),
            len(each.fields) - 1,
        )
        checked.note(Finding(sheet, str(row), name, shown(then), problem))


def _read_data(source: Source) -> dict[str, Any]:
    notes = [{language: explain_error(each, language) for language in LANGUAGES} for each in source.notes]
    return {"sheet": source.sheet, "notes": notes}


def _print_findings(file: Path, steps: list[Step], *, as_json: bool) -> None:
    bad = next(step for step in steps if step.checked.findings)
    checked = bad.checked
    total = len(checked.findings) + checked.unlisted
    if as_json:
        found = [_finding_data(finding) for finding in checked.findings]
        data = {"file": str(file), "rows": checked.rows, "findings": found, "unlisted": checked.unlisted}
        print_json(data | _read_data(bad.source))
    else:
        heads = (_("place"), _("heading"), _("value"), _("what is wrong and what to do"))
        rows = [
            (_place(finding), _title(finding), finding.value, explain_error(finding.problem))
            for finding in checked.findings[:SHOWN]
        ]
        print_lines(table(heads, rows))
        if total > SHOWN:
            print_lines(_("... and {n} more; --json lists up to {most}").format(n=total - SHOWN, most=SHOWN * 4))
        for step in steps[: steps.index(bad) + 1]:
            _print_read(file.name, step.source, step.checked)
        if later := ", ".join(step.part for step in steps[steps.index(bad) + 1 :]):
            print_lines(_("not checked yet, because it may rest on these: {sheets}").format(sheets=later))
    note(_("{n} faults in {rows} rows; nothing was written").format(n=total, rows=checked.rows))


def _place(finding: Finding) -> str:
    if finding.sheet:
        return f"{finding.sheet}!{finding.cell}"
    return _("line {line}").format(line=finding.cell)


def _title(finding: Finding) -> str:
    return _title_of(finding.field) if finding.field else ""


def _title_of(name: str) -> str:
    try:
        return field_title(name)
    except KeyError:  # a field that there is not
        return name


def _finding_data(finding: Finding) -> dict[str, Any]:
    return {
        "sheet": finding.sheet,
        "cell": finding.cell,
        "field": finding.field,
        "value": finding.value,
        "problem": {language: explain_error(finding.problem, language) for language in LANGUAGES},
    }


def _print_outcome(file: FileBytes, steps: list[Step], asked: Asked) -> None:
    if asked.as_json:
        found = [_outcome_data(file, step, dry_run=asked.dry_run) for step in steps]
        print_json(found[0] if len(found) == 1 else {"sha256": file.sha256, "sheets": found})
        return
    for step in steps:
        _print_read(file.name, step.source, step.checked)
        _print_compared(step.checked)
        data = _outcome_data(file, step, dry_run=asked.dry_run)
        if asked.dry_run:
            print_lines(_("{rows} rows of {kind} pass; SHA-256 {sha256}").format(**data))
        elif step.written is None:
            print_lines(_("nothing is new; nothing was written"))
        else:
            _print_written(step.written, data)
    if asked.dry_run:
        print_lines(_("dry run: nothing was written"))
    elif any(step.written for step in steps):
        print_lines(_("pending: confirmed once a checkpoint that contains it is held elsewhere"))


def _outcome_data(file: FileBytes, step: Step, *, dry_run: bool) -> dict[str, Any]:
    data = _compared_data(step.checked) | _read_data(step.source)
    data |= {"kind": step.form.type, "rows": step.checked.rows, "sha256": file.sha256}
    if dry_run:
        return {"dry_run": True, **data, "resumed_after": step.begun.last_row if step.begun is not None else 0}
    written = step.written
    if written is None:
        return data | {"batch": None, "rows_written": 0, "entries_written": 0}
    return data | {
        "batch": written.batch.position,
        "rows_written": written.rows,
        "entries_written": written.entries,
        "first": written.first,
        "last": written.last,
        "resumed_after": written.resumed_after,
    }


def _print_written(written: Written, data: dict[str, Any]) -> None:
    if written.resumed_after:
        print_lines(_("gone on behind row {resumed_after}").format(**data))
    print_lines(
        _("{rows_written} rows are recorded as {entries_written} entries, #{first} to #{last}").format(**data),
        _("batch #{batch}, SHA-256 {sha256}").format(**data),
    )
