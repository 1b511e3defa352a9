"""Words of what records hold, of the rules and of the regulations: for each code a message. Data only."""

from collections.abc import Mapping

from ledger.messages import N_
from projections.language.titles import WORDS as FIXED
from projections.language.trace_words import CATEGORIES, KNOWLEDGE

MONTHS: Mapping[int, str] = dict(
    enumerate(
        (
            *(N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July")),
            *(N_("August"), N_("September"), N_("October"), N_("November"), N_("December")),
        ),
        1,
    )
)
POSTS: Mapping[str, str] = {
    "secretary": N_("Party group secretary"),
    "member": N_("member of the Party group"),
    "head": N_("principal head"),
    "deputy": N_("deputy head"),
    "deputy_head": N_("deputy head"),
    "supervisor": N_("supervising leader"),
    "handler": N_("officer in charge"),
    "discipline_secretary": N_("secretary of the organ's discipline committee"),
    "discipline_member": N_("member of the organ's discipline committee"),
    "supervisor_of_discipline": N_("discipline supervisor"),
}
"""Posts by the ids that scenarios and examples use; another is called as it was registered."""
HELD: Mapping[str, str] = {
    **FIXED,
    **POSTS,
    **CATEGORIES,
    **KNOWLEDGE,
    "decision": N_("for a decision"),
    "special": N_("special meeting"),
    "decomposition": N_("breakdown of responsibilities"),
    "member_annual": N_("yearly meeting with the supervised units"),
    "unit": N_("meeting of a unit"),
    "democratic_life": N_("democratic life meeting"),
    "cadre": N_("on cadres"),
    "discipline": N_("on discipline"),
    "study": N_("study"),
    "circulation": N_("by circulation"),
    "annual": N_("yearly"),
    "appointment": N_("on an appointment"),
    "routine": N_("routine"),
    "reminder": N_("reminder"),
    "admonition": N_("admonition"),
    "criticism": N_("criticism"),
    "inquiry": N_("inquiry"),
    "complaint": N_("complaint"),
    "in_charge": N_("acting in charge"),
    "cover": N_("temporary cover"),
    "first": N_("first investigation"),
    "second": N_("second investigation"),
    "agree": N_("in favour"),
    "oppose": N_("against"),
    "abstain": N_("abstaining"),
    "personnel": N_("personnel"),
    "finance": N_("finance"),
    "procurement": N_("procurement"),
    "dissent": N_("dissent"),
    "votes": N_("votes"),
    "attendees": N_("attendees"),
    "detained": N_("detained"),
    "suspended": N_("suspended"),
    "yes": N_("accepted"),
}
"""Fixed words that stand in the fields of a record."""
REGULATIONS: Mapping[str, str] = {
    "accountability": N_("Regulation on Accountability"),
    "discipline": N_("Regulation on Disciplinary Sanctions"),
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
    "R1": N_("Only who held a post inside the offence period is named for it, each for his own days and their acts."),
    "R2": N_("Direct parties follow from the facts of the first investigation alone, never from a post."),
    "R3": N_("Where a post changed hands, both holders appear, each for his own days, with what was handed over."),
    "R4": N_("A handover that is missing or omits a known warning speaks against who left and for who followed."),
    "R5": N_("Acting in charge by formal notice is full holding; temporary cover counts only for acts taken."),
    "R6": N_("The acts of a vacancy are shown under the next level up; the category there does not change by it."),
    "R7": N_(
        "The supervising member bears main leadership responsibility within scope and days of the division of work."
    ),
    "R8": N_(
        "The secretary bears main responsibility under the Regulation on Accountability, and important under that on "
        "Disciplinary Sanctions unless he was in charge of the work or carried the decision."
    ),
    "R9": N_("Another member answers only for a decision he took part in, or for a function that the case touches."),
    "R10": N_(
        "The head of the unit bears main leadership responsibility under the Regulation on Disciplinary Sanctions; "
        "the Regulation on Accountability does not reach heads of units."
    ),
    "R11": N_("A unit that shared a task answers for its own part only."),
    "R12": N_(
        "A valid collective decision makes the body answerable, and those who took part in it, each by his part."
    ),
    "R13": N_(
        "Opposition or reservation speaks for a person where it was minuted before any lead; what is added later is "
        "shown and not counted."
    ),
    "R14": N_("A meeting without quorum, by circulation or off the agenda is the decision of those who made it."),
    "R15": N_("Who decides alone what the body had to decide answers alone, and it speaks against him."),
    "R16": N_(
        "Records made after the cut-off are shown with what they would change; they change nothing of the answer."
    ),
    "R17": N_(
        "Who was transferred, promoted or has retired stays in the trace; only the way of a consequence changes."
    ),
    "R18": N_("Each level of the chain is tested for itself; none inherits from another."),
    "R19": N_(
        "A post makes a candidate only: duties left undone make the case, duties credibly done make the defence."
    ),
    "R20": N_(
        "What a person knew is told in steps: concealed, knew and ignored, knew and acted, should have known, no sign."
    ),
    "R21": N_(
        "A warning, correction, report or refusal counts if it was recorded before the lead, received and specific."
    ),
    "R22": N_(
        "What a person found, stopped or reported himself before the case was opened speaks for him; concealment "
        "speaks against him."
    ),
    "R23": N_(
        "The version of a regulation in force at each act is shown; a person checks whether the old rule or the "
        "lighter one applies."
    ),
    "R24": N_("A case stays open until both investigations have an outcome."),
}
WEIGHTS: Mapping[str, str] = {
    "high": N_("high"),
    "medium": N_("medium"),
    "low": N_("low"),
    "info": N_("for information"),
}
