"""The report of a trace: one model, as text on the terminal, as a file, or inside an evidence bundle."""

from ledger.core.encoding import b64encode
from ledger.home.directory import Home
from projections.language.catalogue import language
from projections.language.trace import Explainer
from projections.questions.desk import Desk
from projections.reports.document import Report
from projections.reports.trace_report import Form, HeadLine, trace_report
from projections.trace.model import Trace


def report(found: Trace, desk: Desk, heads: list[HeadLine], *, charts: bool, form: Form = "full") -> Report:
    """The report in the language in use, whole or in its short form."""
    facts = desk.facts()
    return trace_report(found, Explainer(facts, language()), facts, heads, charts=charts, form=form)


def heads_of(here: Home, desk: Desk) -> list[HeadLine]:
    """The ledgers that the answer was computed from, with the roots that commit to what was read."""
    lines = []
    for head in desk.heads():
        root = None
        if head.kind in here.kinds():
            ledger = here.open(head.kind)
            try:
                if ledger.origin == head.origin:
                    root = b64encode(ledger.hashes(head.entries)(0, head.entries))
            finally:
                ledger.close()
        lines.append(HeadLine(head, root))
    return lines


def render(made: Report, form: str) -> bytes:
    """The report as a file of this form, `.docx` or `.pdf`; equal reports give equal bytes."""
    if form == ".pdf":
        from projections.reports.pdf import report_pdf

        return report_pdf(made)
    from projections.reports.word import report_docx

    return report_docx(made)
