"""Decisions: what may be recorded, given what stands. Pure functions that let a payload pass or refuse it.

`decide(payload, state)` looks at the payload itself, at the register of what exists, and at the aggregate that it
belongs to. It refuses nonsense only; honest late or incomplete records pass and are marked by signals instead.

Not here: what every entry must satisfy (`ledger.checks`), or how anything is typed (`ledger.recording`).
"""

from ledger.decisions.acts import decide_act
from ledger.decisions.case_work import decide_case_work
from ledger.decisions.future import decide_day
from ledger.decisions.records import decide_record
from ledger.decisions.referred import decide_referred
from ledger.decisions.register import decide_registration
from ledger.decisions.state import Aggregate, Standing, fold
from ledger.decisions.tenure import decide_tenure
from ledger.events.base import Payload

__all__ = ["Aggregate", "Standing", "decide", "fold"]


def decide(payload: Payload, standing: Standing) -> None:
    """Raises Refused, naming what to do, where the payload does not fit what stands."""
    decide_registration(payload, standing)
    decide_tenure(payload, standing)
    decide_act(payload, standing)
    decide_record(payload, standing)
    decide_referred(payload, standing)
    decide_case_work(payload, standing)
    decide_day(payload, standing)
