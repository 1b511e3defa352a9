"""Words of what records hold, of the rules and of the regulations: for each code a message. Data only."""

from collections.abc import Mapping

MONTHS: Mapping[int, str] = dict(
    enumerate(
        (
            *("January", "February", "March", "April", "May", "June", "July"),
            *("August", "September", "October", "November", "December"),
        ),
        1,
    )
)
POSTS: Mapping[str, str] = {
    "secretary": "Party group secretary",
    "member": "member of the Party group",
    "head": "principal head",
    "deputy": "deputy head",
    "deputy_head": "deputy head",
    "supervisor": "supervising leader",
    "handler": "officer in charge",
    "discipline_secretary": "secretary of the organ's discipline committee",
    "discipline_member": "member of the organ's discipline committee",
    "supervisor_of_discipline": "discipline supervisor",
}
"""Posts by the ids that scenarios and examples use; another is called as it was registered."""
HELD: Mapping[str, str] = {
    **POSTS,
    "decision": "for a decision",
    "special": "special meeting",
    "decomposition": "breakdown of responsibilities",
    "member_annual": "yearly meeting with the supervised units",
    "unit": "meeting of a unit",
    "democratic_life": "democratic life meeting",
    "cadre": "on cadres",
    "discipline": "on discipline",
    "study": "study",
    "circulation": "by circulation",
    "annual": "yearly",
    "appointment": "on an appointment",
    "routine": "routine",
    "reminder": "reminder",
    "admonition": "admonition",
    "criticism": "criticism",
    "inquiry": "inquiry",
    "other": "other",
    "complaint": "complaint",
    "in_charge": "acting in charge",
    "cover": "temporary cover",
    "rotation": "rotation",
    "transfer": "transfer",
    "retirement": "retirement",
    "dismissal": "dismissal",
    "death": "death",
    "first": "first investigation",
    "second": "second investigation",
    "direct": "direct responsibility",
    "main_leadership": "main leadership responsibility",
    "important_leadership": "important leadership responsibility",
    "collective": "collective responsibility",
    "none": "no responsibility found",
    "agree": "in favour",
    "oppose": "against",
    "abstain": "abstaining",
    "receipt": "receipt",
    "counterpart": "counterpart",
    "chair": "chair",
    "attendee": "attendee",
    "holder": "holder",
    "personnel": "personnel",
    "finance": "finance",
    "procurement": "procurement",
    "dissent": "dissent",
    "votes": "votes",
    "attendees": "attendees",
    "party_group": "Party group",
    "leading_group": "leading group",
    "department": "department",
    "centre": "centre",
    "superior": "superior organ",
    "superior_discipline": "superior discipline inspection",
    "supervision": "supervision group",
    "detained": "detained",
    "suspended": "suspended",
    "yes": "accepted",
    "part": "accepted in part",
    "no": "not accepted",
    "concealed": "concealed",
    "knew_and_ignored": "knew and ignored",
    "knew_and_acted": "knew and acted",
    "should_have_known": "should have known",
    "no_sign": "no sign on record",
}
"""Fixed words that stand in the fields of a record."""
EVENTS: Mapping[str, str] = {
    "meeting.held": "meeting of {body} on {day}",
    "talk.held": "talk of {talker} with {counterpart} on {day}",
    "inspection.held": "check led by {lead} on {day}",
    "analysis.made": "analysis led by {lead} on {day}",
    "warning.reported": "warning by {author} to {addressee} on {day}",
    "report.sent": "report upward by {author} on {day}",
    "request.reported": "request or report by {author} on {day}",
    "self_summary.submitted": "self-check summary by {author} on {day}",
    "integrity_report.submitted": "report on responsibility and integrity by {author} on {day}",
    "issue.found": "problem found by {finder} on {day}",
    "handover.made": "handover from {outgoing} to {incoming} on {day}",
    "assignment.made": "assignment of {person} from {day}",
    "acting.begun": "acting of {person} from {day}",
    "assignment.ended": "end of the post of {person} on {day}",
    "appeal.made": "appeal by {person} on {day}",
}
"""What an entry is called, by its type: filled in with its own fields, where it has them all."""
LESS: Mapping[str, str] = {"meeting.held": "meeting called by {chair} on {day}"}
"""What it is called else."""
DATED: Mapping[str, str] = {
    "assignment.made": "valid_from",
    "acting.begun": "valid_from",
    "assignment.ended": "valid_to",
}
"""The field whose day it is called by, where that is not the day of the fact."""
REGULATIONS: Mapping[str, str] = {
    "accountability": "Regulation on Accountability",
    "discipline": "Regulation on Disciplinary Sanctions",
}
"""What a rulebook is called in the head of a column."""
PROVISIONS: Mapping[tuple[str, int, str], str] = {
    ("accountability", 2019, "第六条"): (
        "党组织领导班子在职责范围内负有全面领导责任，领导班子主要负责人和直接主管的班子成员在职责范围内承担"
        "主要领导责任，参与决策和工作的班子成员在职责范围内承担重要领导责任。"
    ),
    ("discipline", 2023, "第三十九条"): (
        "直接责任者，是指在其职责范围内，不履行或者不正确履行自己的职责，对造成的损失或者后果起决定性作用的党员"
        "或者党员领导干部；主要领导责任者，是指在其职责范围内，对主管的工作不履行或者不正确履行职责，对造成的损失"
        "或者后果负直接领导责任的党员领导干部；重要领导责任者，是指在其职责范围内，对应管的工作或者参与决定的工作"
        "不履行或者不正确履行职责，对造成的损失或者后果负次要领导责任的党员领导干部。"
    ),
}
"""The sentence on which a category rests, by regulation, year and article: law is quoted in its own language."""
RULES: Mapping[str, str] = {
    "R1": "Only who held a post inside the offence period is named for it, each for his own days and their acts.",
    "R2": "Direct parties follow from the facts of the first investigation alone, never from a post.",
    "R3": "Where a post changed hands, both holders appear, each for his own days, with what was handed over.",
    "R4": "A handover that is missing or omits a known warning speaks against who left and for who followed.",
    "R5": "Acting in charge by formal notice is full holding; temporary cover counts only for acts taken.",
    "R6": "The acts of a vacancy are shown under the next level up; the category there does not change by it.",
    "R7": "The supervising member bears main leadership responsibility within scope and days of the division of work.",
    "R8": "The secretary bears main responsibility under the Regulation on Accountability, and important under that on "
    "Disciplinary Sanctions unless he was in charge of the work or carried the decision.",
    "R9": "Another member answers only for a decision he took part in, or for a function that the case touches.",
    "R10": "The head of the unit bears main leadership responsibility under the Regulation on Disciplinary Sanctions; "
    "the Regulation on Accountability does not reach heads of units.",
    "R11": "A unit that shared a task answers for its own part only.",
    "R12": "A valid collective decision makes the body answerable, and those who took part in it, each by his part.",
    "R13": "Opposition or reservation speaks for a person where it was minuted before any lead; what is added later is "
    "shown and not counted.",
    "R14": "A meeting without quorum, by circulation or off the agenda is the decision of those who made it.",
    "R15": "Who decides alone what the body had to decide answers alone, and it speaks against him.",
    "R16": "Records made after the cut-off are shown with what they would change; they change nothing of the answer.",
    "R17": "Who was transferred, promoted or has retired stays in the trace; only the way of a consequence changes.",
    "R18": "Each level of the chain is tested for itself; none inherits from another.",
    "R19": "A post makes a candidate only: duties left undone make the case, duties credibly done make the defence.",
    "R20": "What a person knew is told in steps: concealed, knew and ignored, knew and acted, should have known, no "
    "sign.",
    "R21": "A warning, correction, report or refusal counts if it was recorded before the lead, received and specific.",
    "R22": "What a person found, stopped or reported himself before the case was opened speaks for him; concealment "
    "speaks against him.",
    "R23": "The version of a regulation in force at each act is shown; a person checks whether the old rule or the "
    "lighter one applies.",
    "R24": "A case stays open until both investigations have an outcome.",
}
