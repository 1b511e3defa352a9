"""What leaves as a file of its own: the report of a case, and its evidence.

Not here: a signature. A server holds no key, so nobody answers yet for what it hands out: `zeren issue FILE` signs it.
"""

from hashlib import sha256

from flask import Response

from api.asking.current import computed, reading
from api.asking.language import language
from api.routes import CASES, EXPORT, Parameter, Route, Values
from api.v1.cases import CASE, TRACED, trace_of
from ledger.messages import N_
from projections.reports.case_report import Suffix, carried_of, case_bundle, report_file, report_of
from projections.reports.trace_report import Form

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORM = Parameter("form", "choice", "full: the whole report; brief: two pages for the meeting.", ("full", "brief"))


def report_docx(asked: Values) -> Response:
    """The report of a case as a Word file, in the reader's language. Raises Unknown."""
    return _report(asked, "docx", DOCX)


def report_pdf(asked: Values) -> Response:
    """The same as PDF, which carries its evidence and its own model."""
    return _report(asked, "pdf", "application/pdf")


def case_evidence_file(asked: Values) -> Response:
    """The evidence bundle of a case, unissued. Raises Unknown, and BadInput where it is not sealed yet."""
    found = trace_of({**asked, "known_at": None, "rulebook": None})
    data = computed(("bundle", found.case), lambda: case_bundle(reading().ledgers, found))
    return sent(data, "application/zip", f"{found.case}.zip")


def _report(asked: Values, suffix: Suffix, media_type: str) -> Response:
    found = trace_of(asked)
    form: Form = asked["form"] or "full"
    speech = language()
    question = ("report", suffix, form, speech, found.case, asked["known_at"], asked["rulebook"])

    def make() -> bytes:
        desk, ledgers = reading().desk.about(found.case), reading().ledgers
        heads = reading().heads
        made = report_of(found, desk, heads, speech, form=form)
        return report_file(made, suffix, carried_of(ledgers, desk, found, heads, speech) if suffix == "pdf" else None)

    name = f"{found.case}-{form}" if form == "brief" else found.case
    return sent(computed(question, make), media_type, f"{name}.{suffix}")


def sent(data: bytes, media_type: str, name: str) -> Response:
    """A file of its own with its digest."""
    response = Response(data, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["X-Content-SHA256"] = sha256(data).hexdigest()
    return response


ROUTES = (
    Route(
        "/traces/{case}/report.docx",
        report_docx,
        N_("The report of a case as a Word file"),
        CASES,
        None,
        (*TRACED, FORM),
        also=EXPORT,
        medium="binary",
        media_type=DOCX,
    ),
    Route(
        "/traces/{case}/report.pdf",
        report_pdf,
        N_("The report of a case as PDF, with its evidence and its model inside"),
        CASES,
        None,
        (*TRACED, FORM),
        also=EXPORT,
        medium="binary",
        media_type="application/pdf",
    ),
    Route(
        "/cases/{case}/bundle.zip",
        case_evidence_file,
        N_("The evidence bundle of a case, which nobody has issued yet"),
        CASES,
        None,
        (CASE,),
        also=EXPORT,
        medium="binary",
        media_type="application/zip",
    ),
)
