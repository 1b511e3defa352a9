"""Question: the talks of one person by half-year, as the table of talks has them: owed, held, missing, to come."""

from dataclasses import replace
from datetime import date

from ledger.recording.moments import read_period
from projections.facts.holdings import holders_on
from projections.facts.values import Period
from projections.questions.obligations import half_of
from projections.questions.office_lines import Gathering
from projections.questions.office_tables import KINDS, OfficeTable, gathered
from projections.questions.office_talks import matrix_of
from projections.questions.over import Over
from projections.questions.talks_owed import TalkOwed, talks_owed

TABLE = "talk-matrix"
HALVES = 6
"""How many half-years are shown: the last of those in which a talk of the person falls due."""


def talks_of(over: Over, person: str, judged: date) -> OfficeTable:
    """The matrix of the talks that a person owes or is owed. A talk without a day is in no half-year, and stands in the
    list of what is owed."""
    mine = [talk for talk in talks_owed(over, judged) if talk.due is not None and _is_of(over, talk, person, talk.due)]
    halves = sorted({talk.half for talk in mine})[-HALVES:] or [half_of(judged)]
    first, last = read_period(halves[0]), read_period(halves[-1])
    name = first.name if first == last else f"{first.name}/{last.name}"
    at = Gathering(over, judged, Period(first.first, last.last), name, person, None)
    shown = [talk for talk in mine if talk.half in halves]
    return gathered(TABLE, at, [replace(KINDS[TABLE].parts[0], read=lambda at: matrix_of(at, shown))])


def _is_of(over: Over, talk: TalkOwed, person: str, due: date) -> bool:
    """Whether the person owes it or is owed it: by name, or as the head of the unit on the day on which it is due."""
    if person in (talk.owner, talk.other, talk.about):
        return True
    if talk.other is not None or talk.about not in over.facts.units:
        return False
    return any(each.person == person for each in holders_on(over.facts, "head", talk.about, due))
