"""Sentences about obligations, signals and dossiers.

The tables hold English message ids by code; the Chinese ones stand in the catalogue.
"""

from collections.abc import Mapping

from ledger.events.registry import payload_class
from ledger.recording.forms import form_of
from projections.facts.values import Instance, Reason
from projections.language.speech import Speech
from projections.language.titles import KINDS
from projections.obligations.table import table

OBLIGATION_STATUS: Mapping[str, str] = {
    "met": "met",
    "met_with_gap": "met, with something left out",
    "met_late_declared": "met, declared late",
    "late": "late",
    "late_provisional": "after a due day that is not announced yet",
    "partly_unmet": "partly unmet",
    "partly_doubtful": "partly doubtful",
    "doubtful": "doubtful",
    "unmet": "unmet",
    "not_applicable": "not applicable",
    "not_due": "not due yet",
}
REASONS: Mapping[str, str] = {
    "wrong_kind": "another kind of act",
    "wrong_body": "of another body",
    "wrong_level": "not by who owes it, or not with whom it is owed",
    "not_addressed": "not addressed to whom it is due",
    "no_receipt": "no receipt on record",
    "not_signed": "not signed by who owes it",
    "double_credit": "counted once already",
    "collective": "a talk with several at once",
    "refused": "refused by the assignee",
}
VERDICTS: Mapping[str, str] = {
    "rejected": "rejected",
    "doubtful": "doubtful",
    "not_counted": "not counted",
    "weak": "counted, but weaker",
}
OWNERS: Mapping[str, str] = {
    "group": "Party group",
    "secretary": "secretary",
    "member": "member",
    "unit": "unit",
    "head": "head",
    "person": "each member and head",
    "investigators": "investigators",
}
CLASSES: Mapping[str, str] = {"countable": "countable", "triggered": "triggered", "standing": "standing"}
CASE_KINDS: Mapping[str, str] = {"lead.received/1": "lead", "case.opened/1": "opening of a case"}
ACTING: Mapping[str, str] = {"in_charge": "acting in charge", "cover": "temporary cover"}
WEIGHTS: Mapping[str, str] = {"high": "high", "medium": "medium", "low": "low", "info": "for information"}
PARTS: Mapping[str, str] = {
    "study": "study",
    "deployment": "deployment",
    "inspection": "inspection",
    "report": "report",
    "superior": "a superior unit on record",
    "goal": "goal",
    "measures": "measures",
    "responsible": "who is responsible",
    "due": "due day",
}
OCCASIONS: Mapping[str, str] = {
    "mid-year": "mid-year",
    "second half": "second half",
    "year-end": "year-end",
    "once": "once",
    "supervision": "supervision",
}


class DutySentences(Speech):
    """Obligations and entries in words."""

    def instance(self, instance: Instance) -> str:
        """An obligation not done, with what is missing."""
        when = self.occasion(instance)
        unit = f" {self.name(instance.unit)}" if instance.unit is not None and instance.unit != instance.owner else ""
        missing = f" ({', '.join(map(self.part, instance.missing))})" if instance.missing else ""
        said = f"{instance.obligation}{unit} {when}: {self.status(instance.status)}{missing}"
        return f"{said}{self.text('; ')}{self.fitting(instance)}" if instance.fitting else said

    def fitting(self, instance: Instance) -> str:
        """What was done without claiming it."""
        return self.text("done, not claimed: {entries}").format(entries=self.cites(instance.fitting))

    def status(self, status: str) -> str:
        """The status of an obligation."""
        return self.text(OBLIGATION_STATUS[status])

    def title(self, obligation: str) -> str:
        """The title of an obligation, its id where the table does not have it."""
        row = table().obligations.get(obligation)
        return row.title.of(self.speech) if row is not None else obligation

    def occasion(self, instance: Instance) -> str:
        """The period, or the trigger, or whom it is about."""
        if instance.trigger is not None and instance.trigger.startswith("vacancy of "):
            _, _, level, since = instance.trigger.split(" ")
            return self.text("vacancy of {level} since {day}").format(level=self.text(level), day=since)
        if instance.period is not None:
            year, _, name = instance.period.partition(" ")
            return f"{year} {self.text(name)}" if name else self.text(OCCASIONS.get(year, year))
        return instance.trigger or (self.name(instance.subject) if instance.subject else "")

    def part(self, part: str) -> str:
        """What is missing: a pair of persons, an addressee, a unit, a kind of record."""
        if part in PARTS:
            return self.text(PARTS[part])
        return "/".join(self.name(id_) for id_ in part.split("/"))

    def kind(self, type_name: str) -> str:
        """What a kind of entry is called; its frozen type name where it has no other."""
        title = KINDS.get(form_of(payload_class(type_name)).name) or CASE_KINDS.get(type_name)
        return self.text(title) if title is not None else type_name

    def reason(self, reason: Reason) -> str:
        """Why an act does not count: codes of signals stand as they are."""
        why = ", ".join(self.text(REASONS[code]) if code in REASONS else code for code in reason.codes)
        return f"{self.cites([reason.entry])} {self.text(VERDICTS[reason.verdict])} ({why})"
