"""All signal codes: weight, what fires them, benign reasons, and the rule, or why the ledger cannot decide them.

`fires` and `benign` are English messages for people; each rule's docstring states it in full.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from projections.facts.values import Weight
from projections.signals import (
    after,
    duties,
    evidence,
    handovers,
    lateness,
    meetings,
    moves,
    patterns,
    presence,
    ruling,
    signing,
    substance,
    texts,
    warnings,
)
from projections.signals.inquiry import Rule


@dataclass(frozen=True, slots=True)
class Entry:
    """One code. `weights` are those that it can have, the gravest first; `hard_fail` is no signal but a failed check.

    Exactly one of `rule` and `undecided` is there, but for a rule that decides only part: then `undecided` says which
    part it leaves.
    """

    code: str
    weights: tuple[Weight | Literal["hard_fail"], ...]
    fires: str
    benign: str
    rule: Rule | None = None
    undecided: str | None = None


_VERIFIED = "found by verifying the ledger, not by a rule over its facts"

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LATE_RECORD",
        ("medium", "info"),
        "recorded later after the fact than the tolerance of its kind",
        "declared late with a reason and countersigned",
        lateness.late_record,
    ),
    Entry(
        "PERIOD_END_BATCH",
        ("medium",),
        "many records by one recorder in one sitting about days far apart",
        "the secretary's weekly entry day",
        lateness.period_end_batch,
    ),
    Entry(
        "AFTER_INSPECTION_NOTICE",
        ("medium",),
        "recorded between the notice of a visit and the visit, about the time before",
        "normal work in that window",
        undecided="no event records the notice of an inspection visit",
    ),
    Entry(
        "AFTER_LEAD",
        ("high",),
        "recorded after a lead, about something before it that touches the case",
        "a legitimate correction",
        after.after_lead,
    ),
    Entry(
        "AFTER_CASE_OPENED",
        ("high",),
        "recorded after a case was opened, about something before it that touches the case",
        "a legitimate correction",
        after.after_case_opened,
    ),
    Entry(
        "POST_READ_RECORD",
        ("high",),
        "recorded within days of an inspector's query on its subject",
        "coincidence",
        after.post_read_record,
    ),
    Entry(
        "NEAR_DUPLICATE_TEXT",
        ("medium",),
        "the text is nearly that of an earlier record",
        "one topic in a campaign; a short statement that nothing was found",
        texts.near_duplicate_text,
    ),
    Entry(
        "TEMPLATE_ONLY",
        ("low",),
        "nothing is left of the text without the listed boilerplate",
        "a prescribed form",
        texts.template_only,
    ),
    Entry(
        "ANACHRONISM",
        ("high",),
        "cites something that did not exist on the claimed day",
        "a draft was quoted",
        texts.anachronism,
        undecided="only entries of the ledger are dated; rules, titles and the beginnings of persons and units are not",
    ),
    Entry(
        "TWO_PLACES_AT_ONCE",
        ("high",),
        "a person is in two places at once, or on leave",
        "online attendance declared",
        presence.two_places_at_once,
    ),
    Entry(
        "NOT_IN_POST",
        ("high",),
        "a participant did not hold the post on that day, or was gone",
        "an acting that is not registered yet",
        presence.not_in_post,
    ),
    Entry(
        "ONE_SIDED_TALK",
        ("medium",),
        "one of the two has not signed in time",
        "illness; a recorded refusal",
        signing.one_sided_talk,
    ),
    Entry(
        "COUNTERSIGN_LATE",
        ("medium",),
        "countersigned after a lead or after more than 30 days",
        "illness, absence",
        after.countersign_late,
    ),
    Entry(
        "SAME_SESSION_SIGNATURES",
        ("high",),
        "two persons' signatures seconds apart from one device",
        "a shared terminal declared",
        undecided="an entry holds its signatures but neither their own moments nor the device",
    ),
    Entry(
        "PARTICIPANT_UNABLE_TO_SIGN",
        ("high",),
        "a participant had retired, was detained or had no key when it was recorded",
        "none",
        signing.participant_unable_to_sign,
    ),
    Entry(
        "NO_QUORUM",
        ("high",),
        "fewer members present than the quorum asks",
        "none",
        meetings.no_quorum,
    ),
    Entry(
        "VOTE_MATH",
        ("high",),
        "the votes are not those of the persons who could vote",
        "none",
        meetings.vote_math,
    ),
    Entry(
        "RULES_LOOSENED",
        ("medium",),
        "a rule set makes a setting less strict",
        "a superior body loosened it",
        ruling.rules_loosened,
    ),
    Entry(
        "NO_MINUTES",
        ("medium",),
        "a meeting without minutes",
        "a short working meeting",
        meetings.no_minutes,
    ),
    Entry(
        "MINUTES_LATE",
        ("medium",),
        "minutes registered late",
        "they waited for the chair's signature",
        meetings.minutes_late,
    ),
    Entry(
        "DISSENT_EDITED_LATER",
        ("high",),
        "a later correction touches votes or dissent",
        "a clerical error that all attendees sign",
        meetings.dissent_edited_later,
    ),
    Entry(
        "RETRO_ASSIGNMENT",
        ("high", "medium"),
        "an assignment recorded long after its first day; high after the first lead of a case that it touches",
        "the formal notice arrived late (attached)",
        duties.retro_assignment,
    ),
    Entry(
        "DUTY_GAP",
        ("medium",),
        "a duty had no holder",
        "a vacancy between two appointments by a superior body",
        duties.duty_gap,
    ),
    Entry(
        "DUTY_OVERLAP",
        ("medium",),
        "two persons held an exclusive post at once",
        "handing over side by side",
        duties.duty_overlap,
    ),
    Entry(
        "EVIDENCE_REUSED",
        ("high",),
        "the same file stands for two events",
        "one event, two records",
        evidence.evidence_reused,
    ),
    Entry(
        "EVIDENCE_YOUNGER",
        ("high",),
        "a file is younger than what it proves",
        "scanned later",
        undecided="the ledger holds a file's hash and size, not the times inside it",
    ),
    Entry(
        "DOC_NUMBER_CLASH",
        ("high",),
        "one number on two documents, or numbers against dates",
        "a reserved number used later; a typing error",
        evidence.doc_number_clash,
    ),
    Entry(
        "SELF_ATTESTED",
        ("low",),
        "only the recorder signed, and it was not his duty",
        "a small office",
        signing.self_attested,
    ),
    Entry(
        "NON_WORKING_DAY",
        ("info",),
        "a talk, meeting or education activity on a weekend or holiday",
        "a campaign; work on call",
        presence.non_working_day,
    ),
    Entry(
        "SILENCE_THEN_BURST",
        ("medium",),
        "nothing recorded for four months, then much about them",
        "the recorder's post was vacant; the system was down",
        lateness.silence_then_burst,
    ),
    Entry(
        "TOO_REGULAR",
        ("low",),
        "all talks on the last day and equally long, or more than eight a day by one person",
        "a day set aside for talks",
        patterns.too_regular,
    ),
    Entry(
        "DOUBLE_CREDIT",
        ("low",),
        "one event claimed for two slots of one obligation",
        "a slip",
        patterns.double_credit,
    ),
    Entry(
        "SCOPE_MISMATCH",
        ("low",),
        "a unit's activity claimed as the organ's",
        "the whole organ took part",
        patterns.scope_mismatch,
    ),
    Entry(
        "HANDOVER_MISSING",
        ("high",),
        "a post near a case changed hands without a handover",
        "none on record",
        handovers.handover_missing,
    ),
    Entry(
        "HANDOVER_OMITS_KNOWN_RISK",
        ("high",),
        "a handover does not name an open warning",
        "dealt with by word of mouth",
        handovers.handover_omits_known_risk,
    ),
    Entry(
        "WARNING_UNANSWERED",
        ("high",),
        "a warning without answer in time",
        "answered by word of mouth",
        warnings.warning_unanswered,
    ),
    Entry(
        "WARNING_MISADDRESSED",
        ("low",),
        "a warning is addressed to somebody outside its unit's line",
        "he stood in for somebody by word of mouth",
        warnings.warning_misaddressed,
    ),
    Entry(
        "CHECK_SKIPPED_UNIT",
        ("medium",),
        "the yearly check leaves a unit out",
        "a newly created unit",
        substance.check_skipped_unit,
    ),
    Entry(
        "ROTATION_OVERDUE",
        ("medium",),
        "a key post held longer than the rotation period",
        "a recorded exception",
        duties.rotation_overdue,
    ),
    Entry(
        "MOVE_DURING_CASE",
        ("high",),
        "an offender is transferred, promoted or retired while the case is open",
        "consent attached",
        moves.move_during_case,
    ),
    Entry("CHAIN_BREAK", ("hard_fail",), "an entry does not follow from those before it", "none", undecided=_VERIFIED),
    Entry("ANCHOR_MISMATCH", ("hard_fail",), "the ledger is not the one anchored outside", "none", undecided=_VERIFIED),
    Entry("KEY_INVALID", ("hard_fail",), "a signature by a key that was not in force", "none", undecided=_VERIFIED),
    Entry(
        "EVIDENCE_UNREADABLE",
        ("hard_fail",),
        "an attached file is missing or altered",
        "none",
        undecided="found by checking the files against their hashes, not by a rule over the ledger's facts",
    ),
)
CATALOGUE: Mapping[str, Entry] = {entry.code: entry for entry in ENTRIES}
ORDER: Mapping[str, int] = {entry.code: number for number, entry in enumerate(ENTRIES)}
FIRES: Mapping[str, str] = {entry.code: entry.fires for entry in ENTRIES}
BENIGN: Mapping[str, str] = {entry.code: entry.benign for entry in ENTRIES}
UNDECIDED: Mapping[str, str] = {entry.code: entry.undecided for entry in ENTRIES if entry.undecided is not None}
INPUTS: Mapping[str, str] = {
    "LATE_RECORD": "day claimed, day recorded, tolerance of the kind of act; declaration and countersignature",
    "PERIOD_END_BATCH": "recorder, moments of recording, days claimed; number, hours and spread of the rule set",
    "AFTER_LEAD": "moment recorded, day claimed, first lead and opening; unit, persons and decisions of the case",
    "AFTER_CASE_OPENED": "moment recorded, day claimed, opening; unit, persons and decisions of the case",
    "POST_READ_RECORD": "moment recorded, day claimed, moment and subjects of the inspector's query",
    "NEAR_DUPLICATE_TEXT": "texts of all acts, boilerplate of the rule set, threshold of likeness",
    "TEMPLATE_ONLY": "text of the act, boilerplate of the rule set",
    "ANACHRONISM": "day claimed, days of the entries referred to or named by number",
    "TWO_PLACES_AT_ONCE": "who takes part, begin and end, place, days of leave",
    "NOT_IN_POST": "day claimed, posts of the talker, chair, lead, counterpart and members",
    "ONE_SIDED_TALK": "signatures and their moments, days allowed for countersigning",
    "COUNTERSIGN_LATE": "moments of recording and of countersigning, first lead of the case",
    "PARTICIPANT_UNABLE_TO_SIGN": "day recorded, measures against the person, keys in force, way of leaving",
    "NO_QUORUM": "attendance, full membership on the day, quorum for the kind of meeting",
    "VOTE_MATH": "votes, attendance, membership, recusal, written opinions of absent members",
    "RULES_LOOSENED": "the sets adopted, the direction in which each setting is strict",
    "NO_MINUTES": "what the record says of minutes, corrections that supply them",
    "MINUTES_LATE": "day of the meeting, day on which minutes were supplied, tolerance for meetings",
    "DISSENT_EDITED_LATER": "field corrected, signatures of the attendees, first lead",
    "RETRO_ASSIGNMENT": "first day, day recorded, tolerance for assignments, first leads of the cases touched",
    "DUTY_GAP": "tenures of head, supervising member and secretary, acting in charge included",
    "DUTY_OVERLAP": "titular tenures of posts registered as exclusive",
    "EVIDENCE_REUSED": "SHA-256 of the files attached",
    "DOC_NUMBER_CLASH": "document numbers of one series, days of the documents",
    "SELF_ATTESTED": "signatures, whose duty the act fulfils",
    "NON_WORKING_DAY": "day claimed, holiday notices with make-up days",
    "SILENCE_THEN_BURST": "days of recording, days claimed",
    "TOO_REGULAR": "talker, day, begin and end of talks, half-years of the rule set",
    "DOUBLE_CREDIT": "obligations claimed by one record",
    "SCOPE_MISMATCH": "body of the activity, obligations claimed",
    "HANDOVER_MISSING": "holders of the posts near the case, handovers, days allowed",
    "HANDOVER_OMITS_KNOWN_RISK": "warnings received by the outgoing holder, answers to them, what the handover names",
    "WARNING_UNANSWERED": "warning, receipt, credited acts of the addressee, his successor and those above",
    "WARNING_MISADDRESSED": "addressee; the line of the unit on the days of the warning and of receipt",
    "CHECK_SKIPPED_UNIT": "units covered by the yearly checks, units registered by then",
    "ROTATION_OVERDUE": "tenures with a function, years of rotation",
    "MOVE_DURING_CASE": "offenders, opening of the case, decisions, transfers, retirements and new posts",
}
"""What each decided signal looks at, in words; the exact values stand in its detail."""
