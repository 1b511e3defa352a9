"""What was asked, in the reader's words: for the first sheet of a workbook and the head of each printed page."""

from collections.abc import Container, Iterator
from functools import partial
from typing import Any

from api.asking.current import facts, reading
from api.asking.language import language
from api.routes import ORGAN, SHOWING, VALID_AT, Parameter, Route, Values
from ledger.clock import today
from projections.language.catalogue import translate
from projections.language.column_words import FILTERS
from projections.language.local_moments import local
from projections.questions.plain import members
from projections.reports.exports import row_type
from projections.reports.row_words import RowWords
from projections.reports.workbooks import AskedFor

TYPED = ("words", "like", "ref")
"""Parameters whose value is what somebody typed, and stands as it was typed."""
TIMES = ("valid_at", "known_at", "judged_on")


def asked_for(route: Route, asked: Values) -> AskedFor:
    """Question, filter, times and ledgers of an answer."""
    return AskedFor(
        partial(RowWords, facts(asked.get("known_at")), language()),
        translate(route.meaning, language()),
        tuple(filter_words(route, asked)),
        tuple(_times(route, asked)),
        reading().heads if route.computed and route.about == "organ" else (),
    )


def sheet_words(route: Route, asked: Values, valid_at: str | None, known_at: str | None) -> str:
    """Filter and times of a page in one line, for the head of each sheet that it is printed on."""
    say = _words(route).say
    places = {parameter.name for parameter in route.in_path}
    limits = [pair for pair in filter_words(route, asked, places) if pair[1]]
    times = [(say.text("Facts of"), valid_at)] if valid_at else []
    times.append((say.text("Known at"), known_at or say.text("everything recorded")))
    if asked.get("judged_on") is not None:
        times.append((say.text("Judged on"), asked["judged_on"].isoformat()))
    return " · ".join(f"{title}{say.text(': ')}{value}" for title, value in (*limits, *times))


def filter_words(route: Route, asked: Values, apart: Container[str] = ()) -> Iterator[tuple[str, str]]:
    """(title, value) of each limit that was set, but those that are said apart."""
    words = _words(route)
    for parameter in route.parameters:
        if parameter.name in apart:
            continue
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
    if parameter.name in TYPED:
        return say.quoted(value)
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
