"""The words of a trace: for each code a message, whose Chinese is in the catalogue. Data only."""

from collections.abc import Mapping

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
    "took_part_opposing": "took part in the decision, without agreeing to it ({cites})",
    "dissented_in_time": "opposed or reserved, minuted before any lead ({cites})",
    "opposed_recorded_late": "opposed, but the minutes were recorded only after the lead ({cites})",
    "dissent_added_later": "a reservation added to the minutes after the lead: shown, not counted ({cites})",
    "decision_not_adopted": "the proposal did not get the votes it needed ({cites})",
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
    "took_over_list": "took over with a handover that names no warning ({cites})",
    "handed_over_list": "handed over, naming no warning in time ({cites})",
    "took_over": "took over from {person} as {level} on {day}, {days} days in post inside the offence ({cites})",
    "followed_by": "was followed by {person} as {level} on {day} ({cites})",
    "dissent_heard": "heard the minuted objection ({cites})",
    "warning_unanswered": "received the warning and neither answered it nor reported it upward ({cites})",
    "warning_received": "received the warning and it was answered ({cites})",
    "found_concealed": "concealed or forged evidence, by a finding ({cites})",
    "decided_by_circulation": "decided by circulation, which is no meeting: a breach of procedure ({cites})",
    "decided_off_agenda": "decided what was not on the agenda: a breach of procedure ({cites})",
    "held_level": "{person} held it {period} ({cites})",
    "held_supervision": "held a post of supervision {period} ({cites})",
    "was_told": "was told about the unit before the case was opened ({cites})",
    "supervised_in_fact": "dealt with the unit itself before the case was opened ({cites})",
    "no_supervision_on_record": "nothing on record reached it or was done by it about the unit",
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
STATUS: Mapping[str, str] = {
    "transferred": "transferred",
    "retired": "retired",
    "detained": "detained",
    "dead": "deceased",
}
KNOWLEDGE: Mapping[str, str] = {
    "concealed": "concealed",
    "knew_and_ignored": "knew and ignored",
    "knew_and_acted": "knew and acted",
    "should_have_known": "should have known",
    "no_sign": "no sign on record",
}
CULPABILITY: Mapping[str, str] = {
    "case_made": "duties left undone or warnings ignored make the case",
    "mixed": "something speaks against and something for this person",
    "defence": "duties fulfilled credibly: a defence",
    "position_only": "the position alone says nothing",
    "no_position": "no duty of this person is touched",
}
ROUTES: Mapping[str, str] = {
    "discipline_organ_decides": "the discipline organ decides first",
    "superior_committee_decides": "a cadre of the superior committee, which decides",
    "organ_decides": "a cadre of the organ, whose Party group decides",
    "authority_not_on_record": "who has authority over this person is not on record",
    "retired_benefits_only": "retired: no administrative sanction; Party discipline and benefits only",
    "through_the_organ_now_served": "transferred: through the organ where he now serves",
    "promoted_higher_authority": "promoted since: by the authority over the present post",
    "died_no_consequence": "deceased: shown, without consequence",
}
CHAIN: Mapping[str, str] = {
    "head": "head",
    "supervisor": "supervising member",
    "secretary": "secretary",
    "party_group": "Party group",
    "supervision": "supervision (discipline inspection)",
    "superior": "superior, for its own supervision",
}
VERDICTS: Mapping[str, str] = {
    "agrees": "as traced",
    "differs": "by another category than traced",
    "not_decided": "TRACED, NOT DECIDED ON",
    "not_traced": "DECIDED ON, NOT TRACED",
    "none": "no category, no decision",
}
EFFECTS: Mapping[str, str] = {
    "attribution": "would move part of the offence to another holder",
    "dissent": "would make this person a candidate for exemption",
    "diligence": "would count as an act of duty of this person",
    "none": "would change nothing in the trace",
}
MARKS: Mapping[str, str] = {
    "without_approval": "opened or closed without an approval on record",
    "team_too_small": "fewer than two investigators on record",
    "no_lead_named": "no lead is named",
    "inspector_should_recuse": "held a post of the line in the offence period: should recuse himself",
    "decided_before_opening": "a second-track decision before the second investigation was opened",
    "decision_without_finding": "a decision without a finding of responsibility",
    "decision_against_finding": "a decision by another category than was found",
    "not_served": "a decision that was not served yet",
    "appeal_after_a_month": "an appeal later than one month",
    "appeal_open_over_a_month": "an appeal not decided within one month",
}
TRACKS: Mapping[str, str] = {"first": "first investigation", "second": "second investigation"}
REGIMES: Mapping[str, str] = {
    "accountability": "Regulation on Accountability ({year})",
    "discipline": "Regulation on Disciplinary Sanctions ({year})",
}
LEAVES: Mapping[str, str] = {
    "": "end of the post",
    "rotation": "rotation",
    "transfer": "transfer",
    "retirement": "retirement",
}
NOT_DONE: Mapping[str, str] = {"unmet": "Not done", "sham": "Done only on paper (a question)"}
RED: Mapping[str, str] = {
    "first_track_open": "no decision on the direct parties yet",
    "second_track_not_opened": "the second investigation was not opened",
    "second_track_without_outcome": "the second investigation has no outcome",
}
