"""The report of a trace: one model, as text on the terminal, as a file, or inside an evidence bundle."""

from collections.abc import Sequence

from projections.language.catalogue import language
from projections.language.trace import Explainer
from projections.questions.desk import Desk
from projections.questions.heads import LedgerHead
from projections.reports.document import Report
from projections.reports.trace_report import Form, trace_report
from projections.trace.model import Trace


def report(found: Trace, desk: Desk, heads: Sequence[LedgerHead], *, charts: bool, form: Form = "full") -> Report:
    """The report in the language in use, whole or in its short form."""
    facts = desk.facts()
    return trace_report(found, Explainer(facts, language()), facts, heads, charts=charts, form=form)


def render(made: Report, form: str) -> bytes:
    """The report as a file of this form, `.docx` or `.pdf`; equal reports give equal bytes."""
    if form == ".pdf":
        from projections.reports.pdf import report_pdf

        return report_pdf(made)
    from projections.reports.word import report_docx

    return report_docx(made)
