"""What was asked, in the reader's words: for the first sheet of a workbook and the head of each printed page."""

from collections.abc import Iterator
from typing import Any

from api.asking.current import facts, reading
from api.asking.language import language
from api.routes import ORGAN, VALID_AT, Parameter, Route, Values
from ledger.clock import today
from projections.language.catalogue import translate
from projections.language.column_words import FILTERS
from projections.language.local_moments import local
from projections.questions.plain import members
from projections.reports.exports import row_type
from projections.reports.row_words import RowWords
from projections.reports.workbooks import AskedFor

SHOWING = ("cursor", "limit", "sort", "part", "format")
"""Kinds of parameter that say how an answer is shown."""
TIMES = ("valid_at", "known_at", "judged_on")


def asked_for(route: Route, asked: Values) -> AskedFor:
    """Question, filter, times and ledgers of an answer."""
    return AskedFor(
        facts(asked.get("known_at")),
        language(),
        translate(route.meaning, language()),
        tuple(filter_words(route, asked)),
        tuple(_times(route, asked)),
        reading().heads if route.computed and route.about == "organ" else (),
    )


def filter_words(route: Route, asked: Values) -> Iterator[tuple[str, str]]:
    """(title, value) of each limit that was set."""
    words = _words(route)
    for parameter in route.parameters:
        value = asked.get(parameter.name)
        if parameter.kind in SHOWING or parameter.name in (*TIMES, ORGAN) or value in (None, (), False, ""):
            continue
        several = value if isinstance(value, tuple) else (value,)
        said = words.say.text(", ").join(_said(words, parameter, each) for each in several)
        yield words.say.text(FILTERS[parameter.name]), said


def _said(words: RowWords, parameter: Parameter, value: Any) -> str:
    say = words.say
    if not isinstance(value, str):
        return (
            say.text("yes") if value is True else local(value, say.facts.zone) if hasattr(value, "hour") else str(value)
        )
    if parameter.kind in ("person", "unit", "party") or parameter.name == "subject":
        return say.name(value)
    return words.limit(parameter.name, value)


def _times(route: Route, asked: Values) -> Iterator[tuple[str, str]]:
    words, cut = _words(route), facts(asked.get("known_at"))
    named = {parameter.name for parameter in route.parameters}
    if VALID_AT in route.parameters or asked.get("valid_at") is not None:
        yield words.say.text("Facts of"), (asked.get("valid_at") or today(cut.zone)).isoformat()
    if "known_at" in named:
        moment = asked.get("known_at")
        yield words.say.text("Known at"), local(moment, cut.zone) or words.say.text("everything recorded")
    if asked.get("judged_on") is not None:
        yield words.say.text("Judged on"), asked["judged_on"].isoformat()


def _words(route: Route) -> RowWords:
    lists = route.answer is not None and "items" in members(route.answer)
    return RowWords(facts(), language(), row_type(route.answer) if lists else object)
