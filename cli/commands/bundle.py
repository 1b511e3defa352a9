"""zeren bundle CASE|ENTRY... --person --unit --stream --out FILE.zip: evidence for whoever has no ledger at hand."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import click

from cli.asking import home, json_option, ledgers_here, open_views
from cli.showing.bundles import make_bundle, print_report
from cli.showing.output import note
from ledger.application import Ledger
from ledger.bundle.case_bundle import HandedOut
from ledger.bundle.enclosed import attached_to
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import Part, VerifiedNote
from ledger.errors import BadInput
from ledger.home.directory import Home
from ledger.messages import N_
from ledger.recording.numbers import find_before, find_entry
from projections.facts.values import Citation
from projections.language.catalogue import _, language
from projections.questions.desk import Desk
from projections.questions.heads import heads, root_among
from projections.reports.case_evidence import Extent, case_evidence, parts_of
from projections.reports.case_report import Suffix, report_file, report_of, why_apart
from projections.reports.inquiry.telling import citations
from projections.trace.model import Trace
from projections.views.rows import base_kind


@click.command(
    "bundle",
    help=N_(
        "Hand out a case, entries, or all about a person, unit or stream, as one file that anyone can check offline."
    ),
)
@click.argument("what", nargs=-1)
@click.option("--person", "persons", multiple=True, help=N_("All entries about this person."))
@click.option("--unit", "units", multiple=True, help=N_("All entries about this unit."))
@click.option("--stream", "streams", multiple=True, help=N_("All entries of this stream, such as meeting/E060."))
@click.option(
    "--cited-only",
    is_flag=True,
    help=N_("Of a case: only what its trace cites, a selection; else all about its unit and each person of the trace."),
)
@click.option("--with-texts", is_flag=True, help=N_("Of a case: texts and names that its trace does not cite, too."))
@click.option("--without-texts", is_flag=True, help=N_("Withhold names, texts and notes; their digests stay."))
@click.option("--with-attachments", is_flag=True, help=N_("The bytes of the attachments of what is asked for, too."))
@click.option(
    "--verified",
    "verified",
    type=(click.Path(path_type=Path, exists=True, dir_okay=False), str),
    multiple=True,
    metavar="NOTE VKEY",
    help=N_("A note by someone who recomputed the duty ledger, and the key it is by."),
)
@click.option(
    "--report",
    "form",
    type=click.Choice(["docx", "pdf"]),
    help=N_("Put in the report of the case's trace too, in this form; it is words, and proved by nothing."),
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help=N_("The file to write."))
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
    with ledgers_here(here) as ledgers:
        handed = _handed(here, ledgers, what, claims, extent)
        words = _words(here, ledgers, what, form) if form is not None else None
        apart = out.with_stem(f"{out.stem}-apart")
        if handed.beside and apart.exists():
            raise BadInput("{} is there already; name another file, or remove it first", apart)
        for parts, file, said in ((handed.parts, out, words), (handed.beside, apart, None)):
            if parts:
                completed = [_completed(here, part, notes, with_attachments=with_attachments) for part in parts]
                with make_bundle(completed, file, said) as report:
                    print_report(report, as_json=as_json)
                note(_("written to {file}").format(file=file))
        _say_apart(handed, apart)


def _completed(here: Home, part: Part, notes: list[VerifiedNote], *, with_attachments: bool) -> Part:
    """The part with what was asked for beside its entries, which is of the ledgers that are here themselves."""
    if base_kind(part.path) != part.path:
        return part
    attached = attached_to(part.selection.ledger, here.attached(part.path)) if with_attachments else None
    return dataclasses.replace(part, verified=notes if part.path == "duty" else (), attached=attached)


def _say_apart(handed: HandedOut, file: Path) -> None:
    """What is no part of the bundle: in which other one it is, or that no bundle can show it."""
    for part in handed.beside:
        said = _(
            "{origin} is in a bundle of its own, {file}: the case does not pin it; whoever checks it has to know its "
            "fingerprint from elsewhere"
        )
        note(said.format(origin=part.selection.ledger.origin, file=file))
    for origin, positions in handed.unsealed.items():
        said = _("{origin}: {entries} lie beyond its last seal, and no bundle can show them")
        note(said.format(origin=origin, entries=", ".join(f"#{position}" for position in positions)))


def _kinds(*ids: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from zip(("person", "unit", "stream"), ids, strict=True)


def _cases(ledgers: dict[str, Ledger], what: tuple[str, ...]) -> list[str]:
    """The words that name cases."""
    known = {case for name, each in ledgers.items() if base_kind(name) == "case" for case in each.register().cases}
    return [word for word in what if word in known]


def _handed(
    here: Home, ledgers: dict[str, Ledger], what: tuple[str, ...], claims: list[CompleteClaim], extent: Extent
) -> HandedOut:
    duty, cases = ledgers.get("duty"), _cases(ledgers, what)
    if len(cases) > 1:
        raise BadInput(_("a bundle holds one case; name one of {cases}").format(cases=", ".join(cases)))
    if duty is None and (not cases or claims or len(what) > 1):
        raise BadInput(_("there is no duty ledger here to hand out entries of"))
    entries = [_entry(duty, word) for word in what if duty is not None and word not in cases]
    if not cases:
        return HandedOut(parts_of(ledgers, entries, claims, extent))
    trace = _trace(here, cases[0])
    return case_evidence(ledgers, trace, [*citations(trace), *entries], extent, claims)


def _entry(duty: Ledger, word: str) -> Citation:
    """The entry that a word names, in the ledger or in one that it continues."""
    former = find_before(duty, word)
    if former is None:
        return Citation(duty.origin, find_entry(duty, word).position, word)
    return Citation(duty.origin, -1, word, (former[1].ledger, former[1].position))


def _words(here: Home, ledgers: dict[str, Ledger], what: tuple[str, ...], form: Suffix) -> dict[str, bytes]:
    """The report of the case named, as known at its opening."""
    named = _cases(ledgers, what)
    if not named:
        raise BadInput(_("a report is of a case; name one"))
    with open_views(here) as views:
        desk = Desk(views)
        found = desk.trace(named[0])
        why = why_apart(ledgers, desk, found, language())
        made = report_of(found, desk, heads(desk, root_among([here])).items, language(), why_not=why)
    return {f"report.{form}": report_file(made, form)}


def _trace(here: Home, case: str) -> Trace:
    """The trace of the case as known at its opening."""
    with open_views(here) as views:
        return Desk(views).trace(case)
