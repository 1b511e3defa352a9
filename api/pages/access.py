"""Who read what."""

from flask import current_app

from api.asking.current import facts, gate, organs, reader
from api.asking.language import language
from api.pages.frame import Shown, page
from api.routes import MEANINGS, SUPERVISOR, Route, Values
from api.v1.search import ROUTES as API
from api.v1.search import access_log
from ledger.clock import now
from ledger.messages import N_
from projections.questions.reads import AccessReads
from projections.reports.row_words import RowWords


def access_page(asked: Values) -> Shown:
    """The reads, the newest first, what each asked in words, and the tokens."""
    meanings = current_app.config[MEANINGS]
    log = gate().log
    granted = log.tokens().tokens() if log is not None else ()
    seen = reader().organs
    tokens = [each for each in granted if seen is None or not each.organs or seen & set(each.organs)]
    found = organs()
    names = {each.fingerprint: each.name for each in found} if found.listed else {}
    said = str if names else RowWords(facts(), language(), object).question
    values = {"tokens": tokens, "now": now(), "meanings": meanings, "organ_names": names, "said": said}
    return page("access.html", access_log(asked), **values)


ROUTES = (
    Route(
        "/access-log",
        access_page,
        N_("Who read what"),
        SUPERVISOR,
        AccessReads,
        API[1].parameters,
        about="reads",
        title="Who read what",
    ),
)
