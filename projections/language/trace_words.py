"""The words of a trace: for each code a message, whose Chinese is in the catalogue. Data only."""

from collections.abc import Mapping

from ledger.messages import N_

GROUNDS: Mapping[str, str] = {
    "offender": N_("direct party by the facts of the first investigation, {period} ({cites})"),
    "head_of_unit": N_("headed the unit {period} ({cites})"),
    "supervised_unit": N_("supervised the unit {period} ({cites})"),
    "secretary": N_("was secretary {period} ({cites})"),
    "acting_secretary": N_("acted as secretary in charge {period} ({cites})"),
    "function_touched": N_("held a function that the case touches ({functions}) {period} ({cites})"),
    "covered_and_acted": N_("covered the post {period} and agreed to the decision ({cites})"),
    "covered_without_act": N_("covered the post {period} without an act of his own ({cites})"),
    "gap_falls_to": N_(
        "the vacancy {period} ({level}) falls here with acts {acts}; the category does not change by it"
    ),
    "body_decided": N_("decided as a body, {agree} of {members} members in favour ({cites})"),
    "chaired_and_carried": N_("chaired the meeting and carried the decision ({cites})"),
    "supervisor_agreed": N_("agreed to the decision as the supervising member ({cites})"),
    "agreed": N_("agreed to the decision ({cites})"),
    "abstained": N_("abstained, which is taking part ({cites})"),
    "present_without_vote": N_("was present without a recorded vote, which is taking part ({cites})"),
    "decided_alone": N_("decided alone ({cites})"),
    "took_part_opposing": N_("took part in the decision, without agreeing to it ({cites})"),
    "dissented_in_time": N_("opposed or reserved, minuted before any lead ({cites})"),
    "opposed_recorded_late": N_("opposed, but the minutes were recorded only after the lead ({cites})"),
    "dissent_added_later": N_("a reservation added to the minutes after the lead: shown, not counted ({cites})"),
    "dissent_not_agreed_in_time": N_(
        "a reservation proposed for the minutes, not agreed to before any lead by all who signed them: shown,"
        " not counted ({cites})"
    ),
    "decision_not_adopted": N_("the proposal did not get the votes it needed ({cites})"),
    "decided_individually": N_("the meeting was not valid: counted as the decision of those who made it ({cites})"),
    "individual_decision_on_collective_matter": N_("decided alone what the body had to decide ({cites})"),
    "did_not_make_invalid_decision": N_("did not make the decision of the invalid meeting ({cites})"),
    "procedural_breach": N_("{present} of {members} members were present: no quorum, a breach of procedure ({cites})"),
    "proposed": N_("proposed the decision ({cites})"),
    "recused": N_("recused himself ({cites})"),
    "absent": N_("was absent from the decision ({cites})"),
    "absent_with_written_opinion": N_("was absent; a written opinion is no vote ({cites})"),
    "non_voting": N_("attended without a vote ({cites})"),
    "warned_in_time": N_("warned in writing before any lead, received and specific ({cites})"),
    "corrected_or_reported_in_time": N_("corrected or reported it before any lead ({cites})"),
    "refused_in_time": N_("refused it before any lead ({cites})"),
    "found_and_reported": N_("found it himself before the case was opened ({cites})"),
    "reported_upward": N_("reported it upward before the case was opened ({cites})"),
    "checked_and_found": N_("checked the unit, which led to the finding ({cites})"),
    "credited_diligence": N_("did his duty in his own interval, before any lead ({cites})"),
    "handed_over_known_risk": N_("handed the known warning over ({cites})"),
    "handover_missing": N_("handed nothing over ({cites})"),
    "handover_omits_known_risk": N_("left a known warning out of the handover ({cites})"),
    "risk_not_handed_over": N_("the known risk was not handed over to this person ({cites})"),
    "took_over_warning": N_("took over with the warning in the handover ({cites})"),
    "took_over_list": N_("took over with a handover that names no warning ({cites})"),
    "handed_over_list": N_("handed over, naming no warning in time ({cites})"),
    "took_over": N_("took over from {person} as {level} on {day}, {days} days in post inside the offence ({cites})"),
    "followed_by": N_("was followed by {person} as {level} on {day} ({cites})"),
    "dissent_heard": N_("heard the minuted objection ({cites})"),
    "warning_left_alone": N_("was bound by the warning and had done nothing about it when that was due ({cites})"),
    "warning_answered_late": N_("received the warning and answered it later than it was due ({cites})"),
    "warning_unanswered": N_("received the warning and neither answered it nor reported it upward ({cites})"),
    "warning_received": N_("received the warning and it was answered ({cites})"),
    "found_concealed": N_("concealed or forged evidence, by a finding ({cites})"),
    "decided_by_circulation": N_("decided by circulation, which is no meeting: a breach of procedure ({cites})"),
    "decided_off_agenda": N_("decided what was not on the agenda: a breach of procedure ({cites})"),
    "held_level": N_("{person} held it {period} ({cites})"),
    "held_supervision": N_("held a post of supervision {period} ({cites})"),
    "was_told": N_("was told about the unit before the case was opened ({cites})"),
    "supervised_in_fact": N_("dealt with the unit itself before the case was opened ({cites})"),
    "no_supervision_on_record": N_("nothing on record reached it or was done by it about the unit"),
    "rejected_record": N_("a later record is not counted ({signals}): {cites}"),
    "refused_after_lead": N_("a refusal of the post after the first lead: shown, not counted ({cites})"),
    "left_vacant": N_("left the {level} vacant {period}, with acts {acts}"),
    "check_skipped_unit": N_("left the unit out of the yearly check ({cites})"),
}
CATEGORIES: Mapping[str, str] = {
    "direct": N_("direct responsibility"),
    "main_leadership": N_("main leadership responsibility"),
    "important_leadership": N_("important leadership responsibility"),
    "collective": N_("collective responsibility"),
    "none": N_("no responsibility found"),
    "not_applicable": N_("not applicable"),
}
SIDES: Mapping[str, str] = {
    "basis": N_("Grounds"),
    "mitigating": N_("Speaks for"),
    "aggravating": N_("Speaks against"),
    "rejected": N_("Not counted"),
    "context": N_("Also"),
}
LEVELS: Mapping[str, str] = {"head": N_("head"), "supervisor": N_("supervising member"), "secretary": N_("secretary")}
SUGGESTIONS: Mapping[str, str] = {
    "exempt": N_("exempt (dissent in time)"),
    "exempt_or_none": N_("exempt, or none (found and reported it himself)"),
    "lighten_or_exempt": N_("lighten or exempt"),
    "lighten": N_("lighten"),
}
STATUS: Mapping[str, str] = {
    "transferred": N_("transferred"),
    "retired": N_("retired"),
    "detained": N_("detained"),
    "dead": N_("deceased"),
}
KNOWLEDGE: Mapping[str, str] = {
    "concealed": N_("concealed"),
    "knew_and_ignored": N_("knew and ignored"),
    "knew_and_acted": N_("knew and acted"),
    "should_have_known": N_("should have known"),
    "no_sign": N_("no sign on record"),
}
CULPABILITY: Mapping[str, str] = {
    "case_made": N_("duties left undone or warnings ignored make the case"),
    "mixed": N_("something speaks against and something for this person"),
    "defence": N_("duties fulfilled credibly: a defence"),
    "position_only": N_("the position alone says nothing"),
    "no_position": N_("no duty of this person is touched"),
}
ROUTES: Mapping[str, str] = {
    "discipline_organ_decides": N_("the discipline organ decides first"),
    "superior_committee_decides": N_("a cadre of the superior committee, which decides"),
    "organ_decides": N_("a cadre of the organ, whose Party group decides"),
    "authority_not_on_record": N_("who has authority over this person is not on record"),
    "retired_benefits_only": N_("retired: no administrative sanction; Party discipline and benefits only"),
    "through_the_organ_now_served": N_("transferred: through the organ where he now serves"),
    "promoted_higher_authority": N_("promoted since: by the authority over the present post"),
    "died_no_consequence": N_("deceased: shown, without consequence"),
}
CHAIN: Mapping[str, str] = {
    "head": N_("head"),
    "supervisor": N_("supervising member"),
    "secretary": N_("secretary"),
    "party_group": N_("Party group"),
    "supervision": N_("supervision (discipline inspection)"),
    "superior": N_("superior, for its own supervision"),
}
VERDICTS: Mapping[str, str] = {
    "agrees": N_("as traced"),
    "differs": N_("by another category than traced"),
    "not_decided": N_("TRACED, NOT DECIDED ON"),
    "not_traced": N_("DECIDED ON, NOT TRACED"),
    "none": N_("no category, no decision"),
}
EFFECTS: Mapping[str, str] = {
    "attribution": N_("would move part of the offence to another holder"),
    "dissent": N_("would make this person a candidate for exemption"),
    "diligence": N_("would count as an act of duty of this person"),
    "reading": N_("would make the record that it corrects read otherwise"),
    "none": N_("would change nothing in the trace"),
}
MARKS: Mapping[str, str] = {
    "without_approval": N_("opened or closed without an approval on record"),
    "team_too_small": N_("fewer than two investigators on record"),
    "no_lead_named": N_("no lead is named"),
    "inspector_should_recuse": N_("held a post of the line in the offence period: should recuse himself"),
    "decided_before_opening": N_("a second-track decision before the second investigation was opened"),
    "decision_without_finding": N_("a decision without a finding of responsibility"),
    "decision_against_finding": N_("a decision by another category than was found"),
    "not_served": N_("a decision that was not served yet"),
    "form_not_of_the_rulebook": N_("a decision in a form that the case's rulebooks do not list"),
    "formality_after_a_month": N_("a decision served, announced or carried out later than one month after it"),
    "lead_disposed_late": N_("a lead not disposed of within 30 days"),
    "appeal_after_a_month": N_("an appeal later than one month"),
    "appeal_open_over_a_month": N_("an appeal not decided within one month"),
}
TRACKS: Mapping[str, str] = {"first": N_("first investigation"), "second": N_("second investigation")}
REGIMES: Mapping[str, str] = {
    "accountability": N_("Regulation on Accountability ({year})"),
    "discipline": N_("Regulation on Disciplinary Sanctions ({year})"),
}
LEAVES: Mapping[str, str] = {
    "": N_("end of the post"),
    "rotation": N_("rotation"),
    "transfer": N_("transfer"),
    "retirement": N_("retirement"),
}
NOT_DONE: Mapping[str, str] = {"unmet": N_("Not done"), "sham": N_("Done only on paper (a question)")}
RED: Mapping[str, str] = {
    "first_track_open": N_("no decision on the direct parties yet"),
    "second_track_not_opened": N_("the second investigation was not opened"),
    "second_track_without_outcome": N_("the second investigation has no outcome"),
}
