"""What kinds of record and types of entry are called: one title for each, wherever it is shown."""

from collections.abc import Mapping

from ledger.events.registry import TYPES
from ledger.messages import N_
from ledger.recording.forms import Form, form_of
from projections.language.catalogue import translate

KINDS: Mapping[str, str] = {
    "unit": N_("unit registered"),
    "person": N_("person registered"),
    "post": N_("post registered"),
    "person-linked": N_("same person in other ledgers"),
    "unit-linked": N_("same unit in other ledgers"),
    "assignment": N_("assignment"),
    "acting": N_("acting in a post"),
    "assignment-ended": N_("end of an assignment"),
    "leave": N_("leave"),
    "handover": N_("handover"),
    "talk": N_("talk"),
    "meeting": N_("meeting"),
    "education": N_("education"),
    "inspection": N_("inspection"),
    "analysis": N_("analysis"),
    "plan": N_("plan"),
    "risk-measure": N_("measure against a risk"),
    "request": N_("request or report to the supervising leader"),
    "warning": N_("warning report"),
    "report": N_("report upward"),
    "self-summary": N_("self-check summary"),
    "integrity-report": N_("report on responsibility and integrity"),
    "issue": N_("issue found"),
    "rectification": N_("rectification"),
    "key-task": N_("key task"),
    "record-accepted": N_("acceptance of an entry"),
    "record-refused": N_("refusal of an entry"),
    "record-explained": N_("explanation of a signal"),
    "record-corrected": N_("correction of an entry"),
    "case-facts-found": N_("facts found in a case"),
    "measure-taken": N_("measure against a person"),
    "query": N_("query of the records"),
    "second-investigation-opened": N_("opening of the second investigation"),
    "second-investigation-declined": N_("reasoned none instead of a second investigation"),
    "finding-made": N_("finding of responsibility"),
    "decision-made": N_("accountability decision"),
    "decision-served": N_("service of a decision"),
    "appeal-made": N_("appeal"),
    "appeal-decided": N_("decision on an appeal"),
    "rectification-reviewed": N_("review of a rectification"),
    "task": N_("task assigned"),
    "task-reported": N_("report on a task"),
    "rectification-verified": N_("verification of a rectification"),
    "risk": N_("risk registered"),
    "assessment": N_("assessment"),
    "assessment-used": N_("use of an assessment"),
    "opinion": N_("opinion on a request or report"),
    "evidence": N_("evidence filed"),
    "record-withdrawn": N_("withdrawal of an entry"),
    "unit-renamed": N_("renaming of a unit"),
    "unit-ended": N_("end of a unit"),
    "person-renamed": N_("change of a person's name"),
    "lead-disposed": N_("disposal of a lead"),
    "statement-heard": N_("statement heard"),
    "decision-announced": N_("announcement of a decision"),
    "decision-enforced": N_("enforcement of a decision"),
}
OTHERS: Mapping[str, str] = {
    "consent.recorded/1": N_("consent given elsewhere"),
    "access.read/1": N_("access read"),
    "anchor.recorded/1": N_("anchor recorded"),
    "batch.registered/1": N_("batch registered"),
    "case.opened/1": N_("opening of a case"),
    "clock.corrected/1": N_("clock corrected"),
    "format.adopted/1": N_("format adopted"),
    "key.enrolled/1": N_("key enrolled"),
    "key.log_confirmed/1": N_("log key confirmed"),
    "key.log_rotated/1": N_("log key rotated"),
    "key.revoked/1": N_("key revoked"),
    "key.roles_changed/1": N_("key roles changed"),
    "lead.received/1": N_("lead"),
    "ledger.opened/1": N_("ledger opened"),
    "ledger.sealed/1": N_("ledger sealed"),
    "list.published/1": N_("list published"),
    "policy.adopted/1": N_("policy adopted"),
    "rules.adopted/1": N_("rules adopted"),
    "rules.adopted/2": N_("rules adopted"),
    "text.erased/1": N_("text erased"),
    "token.granted/1": N_("token granted"),
    "token.revoked/1": N_("token revoked"),
}
"""Types of entry that are no kind of record: nobody fills in a form for them."""


def kind_title(form: Form, language: str | None = None) -> str:
    """What a kind of record is called."""
    return translate(KINDS[form.name], language)


def type_title(type_name: str, language: str | None = None) -> str:
    """What a type of entry is called: as its kind of record, else by a title of its own; a later type by its name."""
    if type_name in TYPES:
        title = KINDS.get(form_of(TYPES[type_name]).name) or OTHERS.get(type_name)
        if title is not None:
            return translate(title, language)
    return type_name.partition("/")[0].replace(".", " ").replace("_", " ")
