"""zeren bundle CASE|ENTRY... --person --unit --stream --out FILE.zip: evidence for whoever has no ledger at hand."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import click

from cli.asking import home, json_option, open_views
from cli.showing.bundles import make_bundle, print_report
from cli.showing.output import note
from ledger.application import Ledger
from ledger.bundle.enclosed import attached_to
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import Part, VerifiedNote
from ledger.bundle.select import select
from ledger.errors import BadInput
from ledger.home.directory import Home
from ledger.recording.numbers import find_entry
from projections.facts.values import Citation
from projections.language.catalogue import _, language
from projections.questions.desk import Desk
from projections.questions.heads import heads, root_among
from projections.reports.case_evidence import Extent, case_evidence
from projections.reports.case_report import Suffix, report_file, report_of
from projections.reports.inquiry.telling import citations
from projections.trace.model import Trace


@click.command(
    "bundle",
    help=_(
        "Hand out a case, entries, or all about a person, unit or stream, as one file that anyone can check offline."
    ),
)
@click.argument("what", nargs=-1)
@click.option("--person", "persons", multiple=True, help=_("All entries about this person."))
@click.option("--unit", "units", multiple=True, help=_("All entries about this unit."))
@click.option("--stream", "streams", multiple=True, help=_("All entries of this stream, such as meeting/E060."))
@click.option(
    "--cited-only",
    is_flag=True,
    help=_("Of a case: only what its trace cites, a selection; else all about its unit and each person of the trace."),
)
@click.option("--with-texts", is_flag=True, help=_("Of a case: texts and names that its trace does not cite, too."))
@click.option("--without-texts", is_flag=True, help=_("Withhold names, texts and notes; their digests stay."))
@click.option("--with-attachments", is_flag=True, help=_("The bytes of the attachments of what is asked for, too."))
@click.option(
    "--verified",
    "verified",
    type=(click.Path(path_type=Path, exists=True, dir_okay=False), str),
    multiple=True,
    metavar="NOTE VKEY",
    help=_("A note by someone who recomputed the duty ledger, and the key it is by."),
)
@click.option(
    "--report",
    "form",
    type=click.Choice(["docx", "pdf"]),
    help=_("Put in the report of the case's trace too, in this form; it is words, and proved by nothing."),
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help=_("The file to write."))
@json_option
def command(
    what: tuple[str, ...],
    persons: tuple[str, ...],
    units: tuple[str, ...],
    streams: tuple[str, ...],
    cited_only: bool,
    with_texts: bool,
    without_texts: bool,
    with_attachments: bool,
    verified: tuple[tuple[Path, str], ...],
    form: Suffix | None,
    out: Path,
    as_json: bool,
) -> None:
    here = home()
    if not (what or persons or units or streams):
        raise BadInput(_("name a case, an entry, a person, a unit or a stream to hand out"))
    if form is not None and without_texts:
        raise BadInput(
            _("a report tells names and texts; hand it out without --without-texts, or the bundle without it")
        )
    if with_attachments and without_texts:
        raise BadInput(_("an attachment tells what texts tell; hand it out without --without-texts"))
    claims = [CompleteClaim(kind, id_) for kind, ids in _kinds(persons, units, streams) for id_ in ids]
    notes = [VerifiedNote(path.read_bytes(), vkey) for path, vkey in verified]
    if with_texts and without_texts:
        raise BadInput(_("--with-texts and --without-texts exclude each other"))
    extent = Extent(cited_only, with_texts, without_texts)
    ledgers = {kind: here.ask(kind) for kind in here.kinds()}
    try:
        parts = _parts(here, ledgers, what, claims, extent)
        parts = [dataclasses.replace(part, verified=notes if part.path == "duty" else ()) for part in parts]
        if with_attachments:
            parts = [
                dataclasses.replace(part, attached=attached_to(ledgers[part.path], here.attached(part.path)))
                for part in parts
            ]
        with make_bundle(parts, out, _words(here, ledgers, what, form) if form is not None else None) as report:
            print_report(report, as_json=as_json)
    finally:
        for ledger in ledgers.values():
            ledger.close()
    note(_("written to {file}").format(file=out))


def _kinds(*ids: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from zip(("person", "unit", "stream"), ids, strict=True)


def _parts(
    here: Home, ledgers: dict[str, Ledger], what: tuple[str, ...], claims: list[CompleteClaim], extent: Extent
) -> list[Part]:
    show = extent.show
    case, duty = ledgers.get("case"), ledgers.get("duty")
    cases = [word for word in what if case is not None and word in case.register().cases]
    if len(cases) > 1:
        raise BadInput(_("a bundle holds one case; name one of {cases}").format(cases=", ".join(cases)))
    if duty is None and (not cases or claims or len(what) > 1):
        raise BadInput(_("there is no duty ledger here to hand out entries of"))
    entries = [find_entry(duty, word).position for word in what if duty is not None and word not in cases]
    if case is None or not cases:
        assert duty is not None  # noqa: S101 - refused above
        return [Part("duty", select(duty, entries, claims), show)]
    trace = _trace(here, cases[0])
    cited = [*citations(trace), *(Citation(duty.origin, at, "") for at in entries if duty is not None)]
    for origin in sorted({cite.stands[0] for cite in cited if cite.place is not None}):
        note(
            _(
                "{origin} is not in this bundle, although the trace rests on entries of it: hand out a bundle of the "
                "older copy too, by its own fingerprint"
            ).format(origin=origin)
        )
    return case_evidence(case, duty, trace, cited, extent, claims)


def _words(here: Home, ledgers: dict[str, Ledger], what: tuple[str, ...], form: Suffix) -> dict[str, bytes]:
    """The report of the case named, as known at its opening."""
    case = ledgers.get("case")
    named = [word for word in what if case is not None and word in case.register().cases]
    if not named:
        raise BadInput(_("a report is of a case; name one"))
    with open_views(here) as views:
        desk = Desk(views)
        made = report_of(desk.trace(named[0]), desk, heads(desk, root_among([here])).items, language())
    return {f"report.{form}": report_file(made, form)}


def _trace(here: Home, case: str) -> Trace:
    """The trace of the case as known at its opening."""
    with open_views(here) as views:
        return Desk(views).trace(case)
