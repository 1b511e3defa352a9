"""zeren trace CASE [--known-at T] [--rulebook ID] [--report FILE.docx|.pdf] [--form full|brief]."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import click

from cli.asking import home, json_option, known_option, ledgers_here, moment_asked, open_views
from cli.showing.output import note, print_json, print_lines
from ledger.errors import BadInput, ZerenError
from ledger.home.directory import Home
from ledger.messages import N_
from projections.language.catalogue import _, explain_error, language
from projections.questions.desk import Desk
from projections.questions.heads import LedgerHead, heads, root_among
from projections.questions.plain import plain
from projections.reports.case_report import CarriedFiles, Suffix, carried_of, report_file, report_of, why_apart
from projections.reports.report_text import report_lines
from projections.reports.trace_report import Form
from projections.trace.model import Trace
from projections.views.catch_up import joined
from projections.views.rows import base_kind
from projections.views.view_store import Views


@click.command(
    "trace", help=N_("Trace a CASE in reverse: first the direct parties, then the leaders whose duty it was.")
)
@click.argument("case")
@click.option("--known-at", "known_at", help=N_("Cut-off (default: the opening of the case)."), metavar="MOMENT")
@click.option("--rulebook", help=N_("Only under this rulebook of the case."), metavar="ID")
@click.option(
    "--report",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=N_("Write the report to this file: .docx or .pdf. Its digest is printed, to be recorded as an event."),
)
@click.option(
    "--form",
    "length",
    type=click.Choice(["full", "brief"]),
    default="full",
    show_default=True,
    help=N_("The whole report, or its short form of two pages for the meeting."),
)
@click.option(
    "--join",
    "others",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=N_("Join another organ's directory: where a person served elsewhere. Repeatable; read anew each time."),
)
@known_option
@json_option
def command(
    case: str,
    known_at: str | None,
    rulebook: str | None,
    file: Path | None,
    length: Form,
    others: tuple[Path, ...],
    as_json: bool,
) -> None:
    form = _form(file)
    here = home()
    with _views(here, others) as views:
        desk = Desk(views, organ=_own(here) if others else None).about(case)
        facts = desk.facts()
        ledgers = heads(desk, root_among([here, *map(Home, others)])).items
        found = desk.trace(case, known_at=moment_asked(known_at, facts.zone), rulebook=rulebook)
        if file is not None and form is not None:
            carried = _carried(here, desk, found, ledgers) if form == "pdf" else None
            why = carried.why_not if carried is not None else _why_apart(here, desk, found, ledgers)
            made = report_of(found, desk, ledgers, language(), form=length, why_not=why)
            _write(file, report_file(made, form, carried))
            if carried is not None and carried.why_not is not None:
                note(_("the PDF carries no evidence: {why}").format(why=explain_error(carried.why_not)))
        if as_json:
            print_json({**plain(found), "ledgers": ledgers})
        elif file is None:
            why = _why_apart(here, desk, found, ledgers)
            made = report_of(found, desk, ledgers, language(), charts=False, texts=False, form=length, why_not=why)
            print_lines(*report_lines(made, entries=False))
            note(_("The texts of the entries cited stand in the report: --report FILE.docx or FILE.pdf"))


def _carried(here: Home, desk: Desk, found: Trace, heads: Sequence[LedgerHead]) -> CarriedFiles:
    with ledgers_here(here) as ledgers:
        return carried_of(ledgers, desk, found, heads, language())


def _why_apart(here: Home, desk: Desk, found: Trace, heads: Sequence[LedgerHead]) -> ZerenError | None:
    """Why no one file proves the trace; looked for only where a ledger continues another."""
    if all(base_kind(head.kind) == head.kind for head in heads):
        return None
    with ledgers_here(here) as ledgers:
        return why_apart(ledgers, desk, found, language())


def _own(here: Home) -> str:
    """The organ that a case is taken to be about where its opening does not say."""
    with closing(here.open("duty")) as ledger:
        return ledger.origin


@contextmanager
def _views(here: Home, others: tuple[Path, ...]) -> Iterator[Views]:
    """The directory's views; with other organs joined, views in memory over all of them."""
    if not others:
        with open_views(here) as views:
            yield views
        return
    homes = [here, *map(Home, others)]
    for each in homes:
        each.check()
    marks = [each.check_heads() for each in homes]
    views = joined(homes)
    views.marks = {origin: said for found in marks for origin, said in found.items()}
    try:
        yield views
    finally:
        views.close()


def _form(file: Path | None) -> Suffix | None:
    if file is None:
        return None
    suffix = file.suffix.lower()
    if suffix not in (".docx", ".pdf"):
        raise BadInput("a report is written as .docx or .pdf, not as {!r}", file.name)
    if not file.parent.is_dir():
        raise BadInput("there is no directory {}; make it first", file.parent)
    return "pdf" if suffix == ".pdf" else "docx"


def _write(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    note(_("{file}: {size} bytes, SHA-256 {digest}").format(file=file, size=len(data), digest=digest))
