"""What leaves as a file of its own: the report of a case, and its evidence.

Not here: a signature. A server holds no key, so nobody answers yet for what it hands out: `zeren issue FILE` signs it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from hashlib import sha256

from flask import Response, url_for

from api.asking.current import computed, reading
from api.asking.language import language
from api.asking.reader import Unknown
from api.routes import CASES, EXPORT, Parameter, Route, Values
from api.v1.cases import CASE, TRACED, trace_of
from ledger.errors import BadInput
from ledger.frozen import dataclass
from ledger.messages import N_
from projections.reports.case_report import (
    CaseFiles,
    Suffix,
    carried_of,
    case_files,
    handed_out,
    origins_of,
    report_file,
    report_of,
    why_apart,
)
from projections.reports.trace_report import Form
from projections.views.rows import base_kind

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Beside:
    """What belongs to a case and is no part of its bundle."""

    origins: tuple[str, ...] = ()
    """The ledgers of which there is a bundle apart."""
    unsealed: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """By origin of what was kept of a lost ledger, positions that no bundle can show."""


FORM = Parameter("form", "choice", "full: the whole report; brief: two pages for the meeting.", ("full", "brief"))


def report_docx(asked: Values) -> Response:
    """The report of a case as a Word file, in the reader's language. Raises Unknown."""
    return _report(asked, "docx", DOCX)


def report_pdf(asked: Values) -> Response:
    """The same as PDF, which carries its evidence and its own model."""
    return _report(asked, "pdf", "application/pdf")


def case_evidence_file(asked: Values) -> Response:
    """The evidence bundle of a case, unissued; `Link` names what is handed out beside it. Raises Unknown, and BadInput
    where it is not sealed yet."""
    files = _case_files(asked)
    response = sent(files.bundle, "application/zip", f"{asked['case']}.zip")
    if files.apart is not None:
        response.headers["Link"] = f'<{url_for("v1.case_apart_file", case=asked["case"])}>; rel="related"'
    return response


def case_apart_file(asked: Values) -> Response:
    """What belongs to a case and is no part of its bundle: of ledgers that the case does not pin. Raises Unknown where
    there is nothing of the kind."""
    files = _case_files(asked)
    if files.apart is None:
        raise Unknown("nothing of the case {} is handed out apart from its bundle", asked["case"])
    return sent(files.apart, "application/zip", f"{asked['case']}-apart.zip")


def _case_files(asked: Values) -> CaseFiles:
    found = trace_of({**asked, "known_at": None, "rulebook": None})
    return computed(("bundle", found.case), lambda: case_files(reading().ledgers, found))


def beside_bundle(case: str) -> Beside:
    """What a page says beside the bundle of a case; nothing where no ledger continues another, or none is sealed."""
    ledgers = reading().ledgers
    if all(base_kind(name) == name for name in ledgers):
        return Beside()

    def look() -> Beside:
        found = trace_of({"case": case, "known_at": None, "rulebook": None})
        try:
            handed = handed_out(ledgers, found)
        except BadInput:
            return Beside()
        return Beside(origins_of(handed.beside), handed.unsealed)

    return computed(("beside", case), look)


def _report(asked: Values, suffix: Suffix, media_type: str) -> Response:
    found = trace_of(asked)
    form: Form = asked["form"] or "full"
    speech = language()
    question = ("report", suffix, form, speech, found.case, asked["known_at"], asked["rulebook"])

    def make() -> bytes:
        desk, ledgers = reading().desk.about(found.case), reading().ledgers
        heads = reading().heads
        carried = carried_of(ledgers, desk, found, heads, speech) if suffix == "pdf" else None
        why = carried.why_not if carried is not None else why_apart(ledgers, desk, found, speech)
        return report_file(report_of(found, desk, heads, speech, form=form, why_not=why), suffix, carried)

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
    Route(
        "/cases/{case}/bundle-apart.zip",
        case_apart_file,
        N_("What of a case's evidence rests on ledgers that the case does not pin: a bundle of its own"),
        CASES,
        None,
        (CASE,),
        also=EXPORT,
        medium="binary",
        media_type="application/zip",
    ),
)
