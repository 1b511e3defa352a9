"""Sentences for people, built from grounds: one model for command line, pages and reports.

Each ground's `code` names a template in the catalogue; `values`, the period and the cited entries fill it in. The
English template is the message id, the Chinese one its translation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from projections.facts import Facts
from projections.i18n import translate
from projections.model import Citation, Instance, Period
from projections.trace.model import BodyTrace, Ground, PersonTrace, Share, Trace, Variant

GROUNDS: Mapping[str, str] = {
    "offender": "direct party by the facts of the first investigation, {period} ({cites})",
    "head_of_unit": "headed the unit {period} ({cites})",
    "supervised_unit": "supervised the unit {period} ({cites})",
    "secretary": "was secretary {period} ({cites})",
    "acting_secretary": "acted as secretary in charge {period} ({cites})",
    "function_touched": "held a function that the case touches ({functions}) {period} ({cites})",
    "covered_and_acted": "covered the post {period} and agreed to the decision ({cites})",
    "covered_without_act": "covered the post {period} without an act of his own ({cites})",
    "gap_falls_to": "the vacancy {period} ({level}) falls here with acts {acts}; the category does not change by it",
    "body_decided": "decided as a body, {agree} of {members} members in favour ({cites})",
    "chaired_and_carried": "chaired the meeting and carried the decision ({cites})",
    "supervisor_agreed": "agreed to the decision as the supervising member ({cites})",
    "agreed": "agreed to the decision ({cites})",
    "abstained": "abstained, which is taking part ({cites})",
    "present_without_vote": "was present without a recorded vote, which is taking part ({cites})",
    "decided_alone": "decided alone ({cites})",
    "dissented_in_time": "opposed or reserved, minuted before any lead ({cites})",
    "opposed_recorded_late": "opposed, but the minutes were recorded only after the lead ({cites})",
    "dissent_added_later": "a reservation added to the minutes after the lead: shown, not counted ({cites})",
    "decision_not_adopted": "voted on a proposal that was not adopted ({cites})",
    "decided_individually": "the meeting was not valid: counted as the decision of those who made it ({cites})",
    "individual_decision_on_collective_matter": "decided alone what the body had to decide ({cites})",
    "did_not_make_invalid_decision": "did not make the decision of the invalid meeting ({cites})",
    "procedural_breach": "{present} of {members} members were present: no quorum, a breach of procedure ({cites})",
    "proposed": "proposed the decision ({cites})",
    "recused": "recused himself ({cites})",
    "absent": "was absent from the decision ({cites})",
    "absent_with_written_opinion": "was absent; a written opinion is no vote ({cites})",
    "non_voting": "attended without a vote ({cites})",
    "warned_in_time": "warned in writing before any lead, received and specific ({cites})",
    "corrected_or_reported_in_time": "corrected or reported it before any lead ({cites})",
    "refused_in_time": "refused it before any lead ({cites})",
    "found_and_reported": "found it himself before the case was opened ({cites})",
    "reported_upward": "reported it upward before the case was opened ({cites})",
    "checked_and_found": "checked the unit, which led to the finding ({cites})",
    "credited_diligence": "did his duty in his own interval, before any lead ({cites})",
    "handed_over_known_risk": "handed the known warning over ({cites})",
    "handover_missing": "handed nothing over ({cites})",
    "handover_omits_known_risk": "left a known warning out of the handover ({cites})",
    "risk_not_handed_over": "the known risk was not handed over to this person ({cites})",
    "took_over_warning": "took over with the warning in the handover ({cites})",
    "dissent_heard": "heard the minuted objection ({cites})",
    "warning_unanswered": "received the warning and neither answered it nor reported it upward ({cites})",
    "rejected_record": "a later record is not counted ({signals}): {cites}",
    "left_vacant": "left the {level} vacant {period}, with acts {acts}",
    "check_skipped_unit": "left the unit out of the yearly check ({cites})",
}
CATEGORIES: Mapping[str, str] = {
    "direct": "direct responsibility",
    "main_leadership": "main leadership responsibility",
    "important_leadership": "important leadership responsibility",
    "collective": "collective responsibility",
    "none": "no responsibility found",
    "not_applicable": "not applicable",
}
SIDES: Mapping[str, str] = {
    "basis": "Grounds",
    "mitigating": "Speaks for",
    "aggravating": "Speaks against",
    "rejected": "Not counted",
    "context": "Also",
}
LEVELS: Mapping[str, str] = {"head": "head", "supervisor": "supervising member", "secretary": "secretary"}
SUGGESTIONS: Mapping[str, str] = {
    "exempt": "exempt (dissent in time)",
    "exempt_or_none": "exempt, or none (found and reported it himself)",
    "lighten_or_exempt": "lighten or exempt",
    "lighten": "lighten",
}
STATUS: Mapping[str, str] = {"transferred": "transferred", "retired": "retired", "detained": "detained"}
KNOWLEDGE: Mapping[str, str] = {
    "knew_and_ignored": "knew and ignored",
    "knew_and_acted": "knew and acted",
    "should_have_known": "should have known",
    "no_sign": "no sign on record",
}
RED: Mapping[str, str] = {
    "first_track_open": "no decision on the direct parties yet",
    "second_track_not_opened": "the second investigation was not opened",
    "second_track_without_outcome": "the second investigation has no outcome",
}


class Explainer:
    """Builds sentences in one language, with names of persons and units."""

    def __init__(self, facts: Facts, language: str | None = None) -> None:
        self.facts, self.language = facts, language

    def text(self, message: str) -> str:
        """A message in the language."""
        return translate(message, self.language)

    def name(self, id_: str | None) -> str:
        """The name of a person or unit, its number where no name is held."""
        if id_ is None:
            return self.text("nobody")
        party = self.facts.persons.get(id_) or self.facts.units.get(id_)
        return party.name if party is not None else id_

    def period(self, period: Period | None) -> str:
        """Days from and to, both included."""
        return f"{period.first.isoformat()}–{period.last.isoformat()}" if period is not None else ""

    def cites(self, cites: Iterable[Citation]) -> str:
        """Entry numbers with their positions."""
        return ", ".join(f"{cite.ref}#{cite.position}" if not cite.ref.startswith("#") else cite.ref for cite in cites)

    def amount(self, amount: Decimal, unit: str) -> str:
        """An amount with its unit of money, exact."""
        return f"{amount} {unit}".rstrip()

    def ground(self, ground: Ground) -> str:
        """One ground as a sentence part with its rule and entries."""
        values = dict(ground.values)
        if "level" in values:
            values["level"] = self.text(LEVELS[values["level"]])
        if not values.get("acts", "x"):
            values["acts"] = self.text("none")
        sentence = self.text(GROUNDS[ground.code]).format(
            period=self.period(ground.period), cites=self.cites(ground.cites), **values
        )
        return f"{sentence.replace('()', '').replace('（）', '').rstrip()} [{ground.rule}]"

    def grounds(self, grounds: Iterable[Ground]) -> list[str]:
        """A line per statement, basis first; what is said of several entries in the same words is said once."""
        joined: dict[Ground, list[Citation]] = {}
        for ground in grounds:
            joined.setdefault(replace(ground, cites=()), []).extend(ground.cites)
        return [
            f"  {self.text(title)}: {self.ground(replace(ground, cites=tuple(dict.fromkeys(cites))))}"
            for side, title in SIDES.items()
            for ground, cites in joined.items()
            if ground.side == side
        ]

    def category(self, category: str) -> str:
        """A category's name."""
        return self.text(CATEGORIES[category])

    def instance(self, instance: Instance) -> str:
        """An obligation not done, with what is missing."""
        when = instance.period or instance.trigger or ""
        missing = f" ({', '.join(instance.missing)})" if instance.missing else ""
        return f"{instance.obligation} {when}: {self.text(instance.status)}{missing}"

    def share(self, share: Share, unit: str) -> str:
        """One row of the attribution."""
        acts = ", ".join(share.acts) or self.text("none")
        text = self.text("{who}, {period} ({days} days): acts {acts}, {amount}")
        if share.person is None:
            who = self.text("vacant")
            if share.falls_to is not None:
                who += self.text(", falls to {name}").format(name=self.name(share.falls_to))
        else:
            who = self.name(share.person) + (self.text(" (acting)") if share.acting else "")
        return text.format(
            who=who,
            period=self.period(share.period),
            days=share.period.days,
            acts=acts,
            amount=self.amount(share.amount, unit),
        )

    def person(self, row: PersonTrace, trace: Trace) -> list[str]:
        """A person's paragraph, a line per statement."""
        heads = [self.category_line(row.categories, trace)]
        if row.interval is not None:
            heads.append(self.text("own interval {period}").format(period=self.period(row.interval)))
        if row.also_acting_secretary is not None:
            heads.append(
                self.text("also acting secretary {period}").format(period=self.period(row.also_acting_secretary))
            )
        lines = [f"{self.name(row.person)} — " + self.text("; ").join(heads)]
        lines += self.grounds(row.grounds)
        if row.unmet:
            lines.append(f"  {self.text('Not done')}: " + self.text("; ").join(map(self.instance, row.unmet)))
        closing = []
        if row.knowledge != "no_sign":
            closing.append(f"{self.text('knowledge')}: {self.text(KNOWLEDGE[row.knowledge])}")
        if row.status_now is not None:
            closing.append(f"{self.text('now')}: {self.text(STATUS.get(row.status_now, row.status_now))}")
        if row.lifelong:
            closing.append(self.text("stays answerable for life"))
        if row.suggestion is not None:
            closing.append(f"{self.text('suggestion')}: {self.text(SUGGESTIONS[row.suggestion])}")
        return [*lines, *([f"  {self.text('; ').join(closing)}"] if closing else [])]

    def body(self, row: BodyTrace, trace: Trace) -> list[str]:
        """A body's paragraph."""
        return [f"{self.name(row.body)} — {self.category_line(row.categories, trace)}", *self.grounds(row.grounds)]

    def category_line(self, categories: Iterable[tuple[str, str]], trace: Trace) -> str:
        """The category under each rulebook."""
        names = {book.id: book.id for book in trace.rulebooks}
        return self.text("; ").join(f"{names[id_]}: {self.category(category)}" for id_, category in categories)

    def variant(self, variant: Variant, unit: str) -> str:
        """What a disputed later assignment would change."""
        return self.text(
            "had {because} counted: act {act} at level {level} would fall to {name}, {period} ({days} days), {amount}"
        ).format(
            because=self.cites([variant.because]),
            act=variant.act,
            level=self.text(LEVELS[variant.level]),
            name=self.name(variant.person),
            period=self.period(variant.period),
            days=variant.period.days,
            amount=self.amount(variant.amount, unit),
        )
