"""Which obligation is evaluated how. Those without a row are standing duties, which are never scored."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from ledger.events.cases import DecisionMade, SecondInvestigationOpened
from projections.facts import Facts
from projections.model import Instance
from projections.obligations.pairs import secretary_talks, supervisor_talks
from projections.obligations.triggered import (
    after_case,
    answer_to_knowledge,
    own_sign,
    report_of_violation,
    rotation,
    talk_before_task,
    vacancies,
)
from projections.obligations.yearly import (
    analyses,
    group_education,
    group_meetings,
    member_meetings,
    yearly_check,
    yearly_report,
)

Evaluator = Callable[[Facts, str, date], Iterator[Instance]]

EVALUATORS: Mapping[str, Evaluator] = {
    "G2c": rotation,
    "PG1": group_meetings(1, "special", chaired_by_secretary=False),
    "PG3a": group_education(4),
    "PG5b": yearly_report,
    "PS1": group_meetings(2, "special", chaired_by_secretary=True),
    "PS2": vacancies,
    "PS5a": analyses,
    "PS6": yearly_check(by_secretary=True),
    "PS7c": report_of_violation,
    "PM2c": answer_to_knowledge,
    "PM3": member_meetings,
    "PM4": talk_before_task,
    "PM5b": answer_to_knowledge,
    "PD6c": own_sign,
    "A2a": secretary_talks,
    "A2b": supervisor_talks,
    "A3a": yearly_check(by_secretary=False),
    "A4b": after_case(DecisionMade),
    "A4c": after_case(SecondInvestigationOpened),
    "A4d": after_case(DecisionMade, track="second"),
}
