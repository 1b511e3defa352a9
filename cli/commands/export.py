"""zeren export: tiles for C2SP clients, entries as one file, the questions' tables for analysis."""

import hashlib
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from cli.asking import home, json_option, ledger_option, moment_asked, open_views
from cli.questions import ask, judged_options
from cli.showing.command_groups import CommandGroup
from cli.showing.output import print_json, print_lines
from ledger.errors import BadInput, Refused
from ledger.messages import N_
from ledger.outgoing import export_tiles
from projections.language.catalogue import _, language
from projections.language.codes import LEDGERS
from projections.language.local_moments import local
from projections.questions.over import Judged, Over

LEDGER = ledger_option()


@click.group("export", cls=CommandGroup, help=N_("Write what is in the ledgers for other programs."))
def command() -> None:
    """The group."""


@command.command("tiles", help=N_("Write checkpoint and tiles to DIR, for any web server and any C2SP client."))
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@LEDGER
@click.option("--without-entries", is_flag=True, help=N_("Leave the entries out: they tell who recorded what when."))
@json_option
def tiles(directory: Path, kind: str, without_entries: bool, as_json: bool) -> None:
    if kind == "case" and not without_entries:
        raise Refused("the entries of a case ledger are not published; add --without-entries")
    ledger = home().ask(kind)
    try:
        files = export_tiles(ledger, directory, entries=not without_entries)
    finally:
        ledger.close()
    if as_json:
        print_json({"directory": str(directory), "files": files})
    else:
        print_lines(_("{n} files written to {directory}").format(n=files, directory=directory))


@command.command(
    "entries",
    help=N_("Write the list of entries, without their texts, to FILE: .csv, .xlsx or .ndjson."),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@LEDGER
@click.option("--known-at", metavar="MOMENT", help=N_("The moment it was known (default: all that is recorded)."))
@json_option
def entries(file: Path, kind: str, known_at: str | None, as_json: bool) -> None:
    from projections.questions.desk import Desk
    from projections.questions.entries import EntryFilter, EntryRow, entry_rows
    from projections.questions.heads import heads, root_among
    from projections.reports.exports import MEDIA, export
    from projections.reports.row_words import RowWords
    from projections.reports.workbooks import AskedFor

    ending = file.suffix.removeprefix(".")
    if ending not in MEDIA:
        raise BadInput("{} should end in {}", file, ", ".join(f".{each}" for each in MEDIA))
    here = home()
    here.ask(kind).close()  # raises NoLedger
    with open_views(here) as views:
        desk = Desk(views)
        facts = desk.facts(moment_asked(known_at, desk.facts().zone))
        ledger = next(row for row in facts.ledgers if row.kind == kind)
        asked = AskedFor(
            partial(RowWords, facts, language()),
            _("The entries of the {ledger}").format(ledger=_(LEDGERS[kind])),
            times=((_("Known at"), local(facts.known_at, facts.zone) or _("everything recorded")),),
            heads=heads(desk, root_among([here])).items,
        )
        made = export(ending, EntryRow, entry_rows(facts, ledger, EntryFilter()), asked)
        file.write_bytes(made.data)
        if as_json:
            print_json({"file": str(file), "rows": made.rows, "sha256": made.digest, "ledgers": asked.heads})
        else:
            print_lines(_("{file}: {n} rows").format(file=file, n=made.rows))


@command.command(
    "tables",
    help=N_(
        "Write the tables of the questions to DIR, one CSV file each (--parquet: Parquet beside it), and schema.json:"
        " columns, types and the heads of the ledgers that they rest on."
    ),
)
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--parquet", is_flag=True, help=N_("Write Parquet files beside the CSV ones (extra `tables`)."))
@judged_options
def tables(*, directory: Path, parquet: bool, as_json: bool, **given: Any) -> None:
    from projections.questions.plain import plain
    from projections.questions.tables import tables as every
    from projections.reports.exports import columns_of, export
    from projections.reports.parquet import check_parquet, parquet_file

    if parquet:
        check_parquet()
    directory.mkdir(parents=True, exist_ok=True)
    with ask(Over.judging_day, Judged, given) as at:
        known_at, described = at.over.facts.known_at, list[dict[str, Any]]()
        for each in every(replace(at.desk, entries=given["entries"]), at.answer, known_at):
            made = export("csv", each.row_type, each.rows)
            file = f"{each.name}.csv"
            (directory / file).write_bytes(made.data)
            columns = [{"name": name, "type": shape} for name, shape in columns_of(each.row_type).items()]
            described.append({"file": file, "rows": made.rows, "sha256": made.digest, "columns": columns})
            if parquet:
                parquet_file(directory / f"{each.name}.parquet", each.row_type, each.rows)
                described[-1]["parquet"] = f"{each.name}.parquet"
        schema = {
            "judged_on": at.answer,
            "known_at": known_at,
            "ledgers": at.heads,
            "tables": described,
        }
    text = json.dumps(plain(schema), ensure_ascii=False, indent=2) + "\n"
    (directory / "schema.json").write_text(text, encoding="utf-8")
    if as_json:
        print_json({"directory": str(directory), "schema_sha256": hashlib.sha256(text.encode()).hexdigest(), **schema})
    else:
        print_lines(*(_("{file}: {n} rows").format(file=each["file"], n=each["rows"]) for each in described))
