"""Deciding on what an entry refers to: of what kind it has to be where the rules name one (scenarios, list 2).

A report is on a task, a verification of a rectification, a use of an assessment; a lead is disposed of, a decision
announced and enforced; a case rests on leads; a duplicate is of the same kind. Everything else may refer to anything.
Asked inside the append transaction, so at every door; a correction is asked for what the entry says afterwards.
"""

from ledger.decisions.state import Standing
from ledger.errors import Refused
from ledger.events.acts import Act, RectificationMade
from ledger.events.base import Payload
from ledger.events.case_work import (
    AppealDecided,
    CaseOpened,
    DecisionAnnounced,
    DecisionEnforced,
    DecisionMade,
    LeadDisposed,
    LeadReceived,
)
from ledger.events.fields import EntryReference
from ledger.events.office import (
    AssessmentMade,
    AssessmentUsed,
    OpinionGiven,
    RectificationVerified,
    TaskAssigned,
    TaskReported,
)
from ledger.events.records import RecordWithdrawn


def decide_referred(payload: Payload, standing: Standing) -> None:
    """Raises Refused where an entry refers to another of the wrong kind, naming it."""
    match payload:
        case TaskReported(of=named) if other := _other(standing, named, TaskAssigned):
            raise Refused("{} is no task, so there is nothing to report on", other)
        case RectificationVerified(of=named) if other := _other(standing, named, RectificationMade):
            raise Refused("{} is no rectification, so there is nothing to verify", other)
        case AssessmentUsed(assessment=named) if other := _other(standing, named, AssessmentMade):
            raise Refused("{} is no assessment, so there is nothing to use", other)
        case OpinionGiven(of=named) if other := _other(standing, named, Act):
            raise Refused("{} is no request, report or other act, so there is no opinion to give", other)
        case LeadDisposed(lead=named) if other := _other(standing, named, LeadReceived):
            raise Refused("{} is no lead, so there is nothing to dispose of", other)
        case DecisionAnnounced(of=named) | DecisionEnforced(of=named) if other := _other(
            standing, named, DecisionMade, AppealDecided
        ):
            raise Refused("{} is no decision, so there is nothing to announce or enforce", other)
        case CaseOpened(leads=leads):
            for lead in leads or ():
                if other := _other(standing, lead, LeadReceived):
                    raise Refused("{} is no lead, so a case does not rest on it", other)
        case RecordWithdrawn(of=named, duplicate_of=EntryReference() as twin):
            _check_twin(standing, named, twin)


def _other(standing: Standing, named: EntryReference, *kinds: type[Payload]) -> str | None:
    """What an entry of this ledger is called that is of none of the kinds; another ledger's is not looked at."""
    if named.fingerprint:
        return None
    found = standing.entry(named).payload
    return None if isinstance(found, kinds) else found.ref or found.TYPE


def _check_twin(standing: Standing, named: EntryReference, twin: EntryReference) -> None:
    if named.fingerprint or twin.fingerprint:
        return
    withdrawn, kept = standing.entry(named).payload, standing.entry(twin).payload
    if named.position == twin.position or type(withdrawn) is not type(kept):
        names = [each.ref or each.TYPE for each in (withdrawn, kept)]
        raise Refused("{} is no duplicate of {}: they are two records of one kind", *names)
