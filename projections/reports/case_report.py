"""The report of a case as a file, made alike for the command line and for a download."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from io import BytesIO
from typing import Literal

from ledger.application import Ledger
from ledger.bundle.case_bundle import HandedOut, last_seal_of
from ledger.bundle.packing import Part
from ledger.errors import BadInput, Incomplete, Invalid, ZerenError
from ledger.events.register import PostRegistered, UnitEnded, UnitRegistered
from ledger.events.trust import RulesAdopted, RulesAdoptedV1
from ledger.frozen import dataclass
from ledger.messages import N_
from projections.facts.protocol import Facts
from projections.facts.values import Citation
from projections.language.trace import Explainer
from projections.questions.desk import Desk
from projections.questions.heads import LedgerHead
from projections.reports.case_evidence import Extent, case_evidence
from projections.reports.document import Report
from projections.reports.evidence_model import EVIDENCE, MODEL, check_carried, model_of
from projections.reports.handout import write_bundle
from projections.reports.inquiry.telling import Telling, citations
from projections.reports.trace_report import Form, trace_report
from projections.trace.model import Trace
from projections.views.rows import base_kind

Suffix = Literal["docx", "pdf"]
APART = N_(
    "the trace rests on {} too, which the case does not pin: the two are not proved in one file; hand out both with: "
    "zeren bundle {} --out FILE.zip, beside which FILE-apart.zip is written"
)


@dataclass(frozen=True, slots=True)
class CarriedFiles:
    """What a PDF carries, by file name; nothing where that cannot be handed out, and then why not."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    why_not: ZerenError | None = None


def report_of(
    found: Trace,
    desk: Desk,
    heads: Sequence[LedgerHead],
    language: str,
    *,
    charts: bool = True,
    texts: bool = True,
    form: Form = "full",
    why_not: ZerenError | None = None,
) -> Report:
    """The report of a trace in a language, whole or in its short form; without `texts` those of the entries cited are
    left out. `why_not` is why its PDF carries no evidence, which it then says."""
    facts, explain = desk.facts(), Explainer(desk.facts(), language)
    cut = desk.facts(found.known_at).for_case(found.case)
    return trace_report(found, explain, facts, heads, charts=charts, texts=texts, form=form, why_not=why_not, cut=cut)


def report_file(made: Report, suffix: Suffix, carried: CarriedFiles | None = None) -> bytes:
    """The report as a file; equal reports that carry equal files give equal bytes."""
    if suffix == "pdf":
        from projections.reports.pdf import report_pdf

        return report_pdf(made, carried.files if carried is not None else None)
    from projections.reports.word import report_docx

    return report_docx(made)


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """The evidence of a case as bundles that nobody has issued yet."""

    bundle: bytes
    apart: bytes | None
    """What belongs to the case and is no part of its bundle, None where there is nothing of the kind."""
    origins: tuple[str, ...]
    """The ledgers in that."""
    unsealed: Mapping[str, Sequence[int]]
    """By origin of what was kept of a lost ledger, positions that no bundle can show."""


def case_files(ledgers: Mapping[str, Ledger], found: Trace) -> CaseFiles:
    """What is handed out of a case: what its trace cites, with all about its persons.

    Raises BadInput where it is not sealed yet.
    """
    handed = handed_out(ledgers, found)
    apart = _written(handed.beside) if handed.beside else None
    return CaseFiles(_written(handed.parts), apart, origins_of(handed.beside), handed.unsealed)


def handed_out(ledgers: Mapping[str, Ledger], found: Trace) -> HandedOut:
    """The parts of a case's evidence, and what is handed out beside it. Raises BadInput where it is not sealed yet."""
    return case_evidence(ledgers, found, citations(found), Extent())


def origins_of(parts: Sequence[Part]) -> tuple[str, ...]:
    """The ledgers that these parts are of."""
    return tuple(part.selection.ledger.origin for part in parts)


def _written(parts: Sequence[Part]) -> bytes:
    write_bundle(parts, file := BytesIO())
    return file.getvalue()


def why_apart(ledgers: Mapping[str, Ledger], desk: Desk, found: Trace, language: str) -> ZerenError | None:
    """That the trace cites what is handed out beside the case's bundle: then nothing proves it in one file."""
    if all(base_kind(name) == name for name in ledgers):
        return None  # nothing here continues another ledger
    told = Telling(found, desk.facts(), language)
    try:
        return _why_apart(case_evidence(ledgers, found, told.cited, Extent()), told)
    except (BadInput, Incomplete, Invalid) as error:
        return error


def _why_apart(handed: HandedOut, told: Telling) -> ZerenError | None:
    cited = {cite.stands[0] for cite in told.cited}
    apart = [origin for origin in origins_of(handed.beside) if origin in cited]
    return Incomplete(APART, ", ".join(apart), told.found.case) if apart else None


def carried_of(
    ledgers: Mapping[str, Ledger], desk: Desk, found: Trace, heads: Sequence[LedgerHead], language: str
) -> CarriedFiles:
    """The evidence of what a report cites, and the report's model, which was checked against it as a stranger would.

    Entries that no seal covers yet stay outside; texts that the report does not cite are withheld.
    """
    told = Telling(found, desk.facts(), language)
    model = model_of(told, heads)
    duty = ledgers.get("duty")
    try:
        sealed = last_seal_of(duty) if duty is not None else 0
        cited = [cite for cite in told.cited if cite.position < sealed]
        beside = [cite for cite in _organ(told.facts) if cite.position < sealed]
        handed = case_evidence(ledgers, found, cited, Extent(), beside=beside)
        if (apart := _why_apart(handed, told)) is not None:
            return CarriedFiles(why_not=apart)
        report = write_bundle(handed.parts, file := BytesIO())
    except (BadInput, Incomplete, Invalid) as error:
        return CarriedFiles(why_not=error)
    check_carried(model, report)
    for finding in report.findings:
        return CarriedFiles(why_not=finding.what)
    return CarriedFiles({EVIDENCE: file.getvalue(), MODEL: model})


def _organ(facts: Facts) -> Iterator[Citation]:
    """What the organ is made of and judged by: without it no trace is computed from its entries."""
    for event in facts.records(UnitRegistered, UnitEnded, PostRegistered, RulesAdopted, RulesAdoptedV1):
        yield facts.cite(event)
