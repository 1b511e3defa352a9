"""What fields, kinds of record and fixed words are called: for options, prompts, templates and messages.

The English titles are message ids; the Chinese ones stand in the catalogue.
"""

from collections.abc import Mapping

from ledger.recording.forms import Column, Form
from projections.language.catalogue import LANGUAGES, _, translate

KINDS: Mapping[str, str] = {
    "unit": "unit registered",
    "person": "person registered",
    "post": "post registered",
    "person-linked": "same person in other ledgers",
    "unit-linked": "same unit in other ledgers",
    "assignment": "assignment",
    "acting": "acting in a post",
    "assignment-ended": "end of an assignment",
    "leave": "leave",
    "handover": "handover",
    "talk": "talk",
    "meeting": "meeting",
    "education": "education",
    "inspection": "inspection",
    "analysis": "analysis",
    "plan": "plan",
    "risk-measure": "measure against a risk",
    "request": "request or report to the supervising leader",
    "warning": "warning report",
    "report": "report upward",
    "self-summary": "self-check summary",
    "integrity-report": "report on responsibility and integrity",
    "issue": "issue found",
    "rectification": "rectification",
    "key-task": "key task",
    "record-accepted": "acceptance of an entry",
    "record-refused": "refusal of an entry",
    "record-explained": "explanation of a signal",
    "record-corrected": "correction of an entry",
    "case-facts-found": "facts found in a case",
    "measure-taken": "measure against a person",
    "query": "query of the records",
    "second-investigation-opened": "opening of the second investigation",
    "second-investigation-declined": "reasoned none instead of a second investigation",
    "finding-made": "finding of responsibility",
    "decision-made": "accountability decision",
    "decision-served": "service of a decision",
    "appeal-made": "appeal",
    "appeal-decided": "decision on an appeal",
    "rectification-reviewed": "review of a rectification",
}
FIELDS: Mapping[str, str] = {
    "ref": "number",
    "occurred_at": "when it happened",
    "legacy": "taken over from paper",
    "declared_late": "declared late",
    "late_reason": "reason for the late record",
    "claims": "obligations claimed",
    "refers": "entries referred to",
    "restricted": "restricted",
    "absent": "absent members",
    "accepts": "entry accepted",
    "addressee": "addressee",
    "against": "decision appealed against",
    "appeal": "appeal decided",
    "attendees": "attendees",
    "author": "author",
    "authority": "appointing authority",
    "basis": "document it rests on",
    "body": "body",
    "capacity": "signs as",
    "case": "case number",
    "chair": "chair",
    "concerns": "persons and units concerned",
    "corrects": "entry corrected",
    "counterpart": "counterpart",
    "covers": "units covered",
    "decision": "decision",
    "enabling_decisions": "enabling decisions",
    "ends": "assignment that ends",
    "ends_at": "ends at",
    "exclusive": "one holder at a time",
    "explains": "entry explained",
    "explanation": "explanation",
    "field": "field",
    "finder": "found by",
    "for_period": "for period (2024-H1, 2024-year)",
    "for_year": "for year",
    "functions": "functions",
    "incoming": "incoming holder",
    "kind": "kind",
    "lead": "led by",
    "leaves": "way of leaving",
    "matter": "matter",
    "measure": "measure",
    "minutes": "minutes kept",
    "mode": "acting as",
    "name": "name",
    "new_text": "new text",
    "new_value": "new value",
    "non_voting": "non-voting attendees",
    "open_issues": "open issues",
    "outcome": "outcome",
    "outgoing": "outgoing holder",
    "period_from": "period from",
    "period_to": "period to",
    "person": "person",
    "place": "place",
    "post": "post",
    "proposer": "proposer",
    "query": "query",
    "reason": "reason",
    "receipts": "receipts by",
    "recipients": "recipients",
    "recused": "recused",
    "refuses": "entry refused",
    "replaces": "assignment replaced",
    "reported_to": "reported to",
    "result": "result",
    "result_used_in_assessment": "result used in the assessment",
    "scope": "units in charge of",
    "signal": "signal",
    "status": "status",
    "supervises": "units supervised",
    "talker": "talker",
    "text": "text",
    "title": "title",
    "track": "track",
    "unit": "unit",
    "valid_from": "valid from",
    "valid_to": "valid to",
    "votes": "votes",
    "agree": "in favour",
    "oppose": "against",
    "abstain": "abstaining",
    "dissent": "dissent",
    "written_opinions_of_absent": "written opinion of an absent member",
    "opinion": "opinion",
    "counted": "counted",
    "attachments": "attachment",
    "sha256": "SHA-256",
    "size": "size in bytes",
    "media_type": "media type",
    "identities": "identity",
    "fingerprint": "fingerprint of the ledger",
    "id": "id",
    "offenders": "party directly concerned",
    "conduct": "conduct",
    "acts": "act of the offence",
    "day": "day",
    "amount": "amount",
    "rulebooks": "rulebook",
    "note": "note",
    "decisions": "decision on one person or body",
    "category": "category",
    "form": "form",
    "findings": "finding on one person or body",
    "rulebook": "rulebook",
    "knowledge": "what was known",
    "approved_by": "approved by",
    "team": "investigators",
    "leads": "leads of the case",
    "first_lead_at": "first lead received at",
}
"""Titles by the parts of a field's name."""
WORDS: Mapping[str, str] = {
    "party_group": "Party group",
    "leading_group": "leading group",
    "department": "department",
    "centre": "centre",
    "superior": "superior organ",
    "superior_discipline": "superior discipline inspection",
    "supervision": "supervision group",
    "in_charge": "in charge",
    "cover": "cover",
    "rotation": "rotation",
    "transfer": "transfer",
    "retirement": "retirement",
    "receipt": "receipt",
    "counterpart": "counterpart",
    "chair": "chair",
    "attendee": "attendee",
    "holder": "holder",
    "first": "first track",
    "second": "second track",
}
"""Titles of a field's fixed words."""
SHAPES: Mapping[str, str] = {
    "text": "words",
    "whole": "whole number",
    "yesno": "yes or no",
    "decimal": "number",
    "day": "day, as 2024-07-09",
    "moment": "day and time, as 2024-07-09 15:00",
    "when": "day, or day and time",
    "entry": "number of an entry, as E060 or #41",
    "json": "JSON",
}


def kind_title(form: Form) -> str:
    """What a kind of record is called."""
    return _(KINDS[form.name])


def field_title(name: str, language: str | None = None) -> str:
    """What a field is called: `dissent.0.text` is `dissent 1: text`."""
    words: list[str] = []
    for part in name.split("."):
        if part == "*":
            continue
        if part.isdigit():
            words[-1] += f" {int(part) + 1}"
        else:
            words.append(translate(FIELDS[part], language))
    return translate(": ", language).join(words)


def word_title(word: str) -> str:
    """What a fixed word is called."""
    return _(WORDS[word])


def labels() -> dict[str, str]:
    """Words in any of the languages that stand for fixed words, and so may be written in their place."""
    return {translate(title, language): word for word, title in WORDS.items() for language in LANGUAGES}


def shape_title(column: Column) -> str:
    """What is to be written in a column."""
    if column.choices:
        return " / ".join(word_title(word) for word in column.choices)
    if column.about is not None:
        what = {"person": _("person, by id or name"), "unit": _("unit, by id or name")}
        shape = what.get(column.about, _("person or unit, by id or name"))
    else:
        shape = _(SHAPES[column.kind])
    return _("{shape}; several with ;").format(shape=shape) if column.is_list else shape
