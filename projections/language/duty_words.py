"""Sentences about obligations, signals and dossiers.

The tables hold English message ids by code; the Chinese ones stand in the catalogue.
"""

from collections.abc import Mapping
from datetime import date

from ledger.messages import N_
from projections.facts.values import Instance, Reason
from projections.language.kind_titles import type_title
from projections.language.speech import Speech
from projections.obligations.table import table

OBLIGATION_STATUS: Mapping[str, str] = {
    "met": N_("met"),
    "met_with_gap": N_("met, with something left out"),
    "met_late_declared": N_("met, declared late"),
    "late": N_("late"),
    "late_provisional": N_("after a due day that is not announced yet"),
    "partly_unmet": N_("partly unmet"),
    "partly_doubtful": N_("partly doubtful"),
    "doubtful": N_("doubtful"),
    "unmet": N_("unmet"),
    "not_applicable": N_("not applicable"),
    "not_due": N_("not due yet"),
}
REASONS: Mapping[str, str] = {
    "wrong_kind": N_("another kind of act"),
    "wrong_body": N_("of another body"),
    "wrong_level": N_("not by who owes it, or not with whom it is owed"),
    "not_addressed": N_("not addressed to whom it is due"),
    "no_receipt": N_("no receipt on record"),
    "not_signed": N_("not signed by who owes it"),
    "double_credit": N_("counted once already"),
    "collective": N_("a talk with several at once"),
    "refused": N_("refused by the assignee"),
}
VERDICTS: Mapping[str, str] = {
    "rejected": N_("rejected"),
    "doubtful": N_("doubtful"),
    "not_counted": N_("not counted"),
    "weak": N_("counted, but weaker"),
}
OWNERS: Mapping[str, str] = {
    "group": N_("Party group"),
    "secretary": N_("secretary"),
    "member": N_("member"),
    "unit": N_("unit"),
    "head": N_("head"),
    "person": N_("each member and head"),
    "investigators": N_("investigators"),
}
CLASSES: Mapping[str, str] = {"countable": N_("countable"), "triggered": N_("triggered"), "standing": N_("standing")}
ACTING: Mapping[str, str] = {"in_charge": N_("acting in charge"), "cover": N_("temporary cover")}
PARTS: Mapping[str, str] = {
    "study": N_("study"),
    "deployment": N_("deployment"),
    "inspection": N_("inspection"),
    "report": N_("report"),
    "superior": N_("a superior unit on record"),
    "leading_group": N_("a leading group on record"),
    "department": N_("a department or centre on record"),
    "goal": N_("goal"),
    "measures": N_("measures"),
    "responsible": N_("who is responsible"),
    "due": N_("due day"),
}


class DutySentences(Speech):
    """Obligations and entries in words."""

    def instance(self, instance: Instance) -> str:
        """An obligation not done, with what is missing."""
        when = self.occasion(instance)
        unit = f" {self.name(instance.unit)}" if instance.unit is not None and instance.unit != instance.owner else ""
        missing = f" ({', '.join(map(self.part, instance.missing))})" if instance.missing else ""
        said = f"{instance.obligation}{unit} {when}: {self.status(instance.status)}{missing}"
        said += f"{self.text('; ')}{self.claimed_later(instance)}" if instance.claimed_later else ""
        return f"{said}{self.text('; ')}{self.fitting(instance)}" if instance.fitting else said

    def claimed_later(self, instance: Instance) -> str:
        """Which acts were claimed by a correction only, and when."""
        return self.text("; ").join(
            self.text("claimed later, on {day}: {entry}").format(day=on.isoformat(), entry=self.cites([cite]))
            for cite, on in instance.claimed_later
        )

    def fitting(self, instance: Instance) -> str:
        """What was done without claiming it."""
        return self.text("done, not claimed: {entries}").format(entries=self.cites(instance.fitting))

    def opened_later(self, began: date | None) -> str:
        """Why a period before the ledger was opened has nothing owed in it."""
        if began is None:
            return self.text("nothing is on record yet")
        return self.text("The ledger was opened on {day}: what fell due before that day is not judged").format(
            day=began.isoformat()
        )

    def status(self, status: str) -> str:
        """The status of an obligation."""
        return self.text(OBLIGATION_STATUS[status])

    def title(self, obligation: str) -> str:
        """The title of an obligation, its id where the table does not have it."""
        row = table().obligations.get(obligation)
        return row.title.of(self.speech) if row is not None else obligation

    def vacancy(self, trigger: str) -> str | None:
        """A trigger that is no entry, in words; None of one that is."""
        if not trigger.startswith("vacancy of "):
            return None
        _, _, level, since = trigger.split(" ")
        return self.text("vacancy of {level} since {day}").format(level=self.text(level), day=since)

    def occasion(self, instance: Instance) -> str:
        """The period, or the trigger, or whom it is about."""
        if instance.trigger is not None and (vacant := self.vacancy(instance.trigger)) is not None:
            return vacant
        if instance.period is not None:
            return self.span(instance.period)
        return instance.trigger or (self.name(instance.subject) if instance.subject else "")

    def part(self, part: str) -> str:
        """What is missing: a pair of persons, an addressee, a unit, a kind of record."""
        if part in PARTS:
            return self.text(PARTS[part])
        return "/".join(self.name(id_) for id_ in part.split("/"))

    def kind(self, type_name: str) -> str:
        """What a type of entry is called."""
        return type_title(type_name, self.language)

    def reason(self, reason: Reason) -> str:
        """Why an act does not count: what the engine found, what the signals say."""
        from projections.signals.signal_kinds import ROWS  # only where something does not count

        fires = {row.code: row.fires for row in ROWS}
        why = self.text("; ").join(self.text(REASONS.get(code) or fires.get(code, code)) for code in reason.codes)
        return f"{self.cites([reason.entry])} {self.text(VERDICTS[reason.verdict])} ({why})"
