"""All signal codes: weight, what fires them, benign reasons, and the rule, or why the ledger cannot decide them.

`fires` and `benign` are English messages for people; each rule's docstring states it in full.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ledger.messages import N_
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


_VERIFIED = N_("found by verifying the ledger, not by a rule over its facts")

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LATE_RECORD",
        ("medium", "info"),
        N_("recorded later after the fact than the tolerance of its kind"),
        N_("declared late with a reason and countersigned"),
        lateness.late_record,
    ),
    Entry(
        "PERIOD_END_BATCH",
        ("medium",),
        N_("many records by one recorder in one sitting about days far apart"),
        N_("the secretary's weekly entry day"),
        lateness.period_end_batch,
    ),
    Entry(
        "AFTER_INSPECTION_NOTICE",
        ("medium",),
        N_("recorded between the notice of a visit and the visit, about the time before"),
        N_("normal work in that window"),
        undecided=N_("no event records the notice of an inspection visit"),
    ),
    Entry(
        "AFTER_LEAD",
        ("high",),
        N_("recorded after a lead, about something before it that touches the case"),
        N_("a legitimate correction"),
        after.after_lead,
    ),
    Entry(
        "AFTER_CASE_OPENED",
        ("high",),
        N_("recorded after a case was opened, about something before it that touches the case"),
        N_("a legitimate correction"),
        after.after_case_opened,
    ),
    Entry(
        "POST_READ_RECORD",
        ("high",),
        N_("recorded within days of an inspector's query on its subject"),
        N_("coincidence"),
        after.post_read_record,
    ),
    Entry(
        "NEAR_DUPLICATE_TEXT",
        ("medium",),
        N_("the text is nearly that of an earlier record"),
        N_("one topic in a campaign; a short statement that nothing was found"),
        texts.near_duplicate_text,
    ),
    Entry(
        "TEMPLATE_ONLY",
        ("low",),
        N_("nothing is left of the text without the listed boilerplate"),
        N_("a prescribed form"),
        texts.template_only,
    ),
    Entry(
        "ANACHRONISM",
        ("high",),
        N_("cites something that did not exist on the claimed day"),
        N_("a draft was quoted"),
        texts.anachronism,
        undecided=N_(
            "only entries of the ledger are dated; rules, titles and the beginnings of persons and units are not"
        ),
    ),
    Entry(
        "TWO_PLACES_AT_ONCE",
        ("high",),
        N_("a person is in two places at once, or on leave"),
        N_("online attendance declared"),
        presence.two_places_at_once,
    ),
    Entry(
        "NOT_IN_POST",
        ("high",),
        N_("a participant did not hold the post on that day, or was gone"),
        N_("an acting that is not registered yet"),
        presence.not_in_post,
    ),
    Entry(
        "ONE_SIDED_TALK",
        ("medium",),
        N_("one of the two has not signed in time"),
        N_("illness; a recorded refusal"),
        signing.one_sided_talk,
    ),
    Entry(
        "COUNTERSIGN_LATE",
        ("medium",),
        N_("countersigned after a lead or after more than 30 days"),
        N_("illness, absence"),
        after.countersign_late,
    ),
    Entry(
        "SAME_SESSION_SIGNATURES",
        ("high",),
        N_("two persons' signatures seconds apart from one device"),
        N_("a shared terminal declared"),
        undecided=N_("an entry holds its signatures but neither their own moments nor the device"),
    ),
    Entry(
        "PARTICIPANT_UNABLE_TO_SIGN",
        ("high",),
        N_("a participant had retired, was detained or had no key when it was recorded"),
        N_("none"),
        signing.participant_unable_to_sign,
    ),
    Entry(
        "NO_QUORUM",
        ("high",),
        N_("fewer members present than the quorum asks"),
        N_("none"),
        meetings.no_quorum,
    ),
    Entry(
        "VOTE_MATH",
        ("high",),
        N_("the votes are not those of the persons who could vote"),
        N_("none"),
        meetings.vote_math,
    ),
    Entry(
        "RULES_LOOSENED",
        ("medium",),
        N_("a rule set makes a setting less strict"),
        N_("a superior body loosened it"),
        ruling.rules_loosened,
    ),
    Entry(
        "NO_MINUTES",
        ("medium",),
        N_("a meeting without minutes"),
        N_("a short working meeting"),
        meetings.no_minutes,
    ),
    Entry(
        "MINUTES_LATE",
        ("medium",),
        N_("minutes registered late"),
        N_("they waited for the chair's signature"),
        meetings.minutes_late,
    ),
    Entry(
        "DISSENT_EDITED_LATER",
        ("high",),
        N_("a later correction touches votes or dissent"),
        N_("a clerical error that all attendees sign"),
        meetings.dissent_edited_later,
    ),
    Entry(
        "RETRO_ASSIGNMENT",
        ("high", "medium"),
        N_("an assignment recorded long after its first day; high after the first lead of a case that it touches"),
        N_("the formal notice arrived late (attached)"),
        duties.retro_assignment,
    ),
    Entry(
        "DUTY_GAP",
        ("medium",),
        N_("a duty had no holder"),
        N_("a vacancy between two appointments by a superior body"),
        duties.duty_gap,
    ),
    Entry(
        "DUTY_OVERLAP",
        ("medium",),
        N_("two persons held an exclusive post at once"),
        N_("handing over side by side"),
        duties.duty_overlap,
    ),
    Entry(
        "EVIDENCE_REUSED",
        ("high",),
        N_("the same file stands for two events"),
        N_("one event, two records"),
        evidence.evidence_reused,
    ),
    Entry(
        "EVIDENCE_YOUNGER",
        ("high",),
        N_("a file is younger than what it proves"),
        N_("scanned later"),
        undecided=N_("the ledger holds a file's hash and size, not the times inside it"),
    ),
    Entry(
        "DOC_NUMBER_CLASH",
        ("high",),
        N_("one number on two documents, or numbers against dates"),
        N_("a reserved number used later; a typing error"),
        evidence.doc_number_clash,
    ),
    Entry(
        "SELF_ATTESTED",
        ("low",),
        N_("only the recorder signed, and it was not his duty"),
        N_("a small office"),
        signing.self_attested,
    ),
    Entry(
        "NON_WORKING_DAY",
        ("info",),
        N_("a talk, meeting or education activity on a weekend or holiday"),
        N_("a campaign; work on call"),
        presence.non_working_day,
    ),
    Entry(
        "SILENCE_THEN_BURST",
        ("medium",),
        N_("nothing recorded for four months, then much about them"),
        N_("the recorder's post was vacant; the system was down"),
        lateness.silence_then_burst,
    ),
    Entry(
        "TOO_REGULAR",
        ("low",),
        N_("all talks on the last day and equally long, or more than eight a day by one person"),
        N_("a day set aside for talks"),
        patterns.too_regular,
    ),
    Entry(
        "DOUBLE_CREDIT",
        ("low",),
        N_("one event claimed for two slots of one obligation"),
        N_("a slip"),
        patterns.double_credit,
    ),
    Entry(
        "SCOPE_MISMATCH",
        ("low",),
        N_("a unit's activity claimed as the organ's"),
        N_("the whole organ took part"),
        patterns.scope_mismatch,
    ),
    Entry(
        "HANDOVER_MISSING",
        ("high",),
        N_("a post near a case changed hands without a handover"),
        N_("none on record"),
        handovers.handover_missing,
    ),
    Entry(
        "HANDOVER_OMITS_KNOWN_RISK",
        ("high",),
        N_("a handover does not name an open warning"),
        N_("dealt with by word of mouth"),
        handovers.handover_omits_known_risk,
    ),
    Entry(
        "WARNING_UNANSWERED",
        ("high",),
        N_("a warning without answer in time"),
        N_("answered by word of mouth"),
        warnings.warning_unanswered,
    ),
    Entry(
        "WARNING_MISADDRESSED",
        ("low",),
        N_("a warning is addressed to somebody outside its unit's line"),
        N_("he stood in for somebody by word of mouth"),
        warnings.warning_misaddressed,
    ),
    Entry(
        "CHECK_SKIPPED_UNIT",
        ("medium",),
        N_("the yearly check leaves a unit out"),
        N_("a newly created unit"),
        substance.check_skipped_unit,
    ),
    Entry(
        "ROTATION_OVERDUE",
        ("medium",),
        N_("a key post held longer than the rotation period"),
        N_("a recorded exception"),
        duties.rotation_overdue,
    ),
    Entry(
        "MOVE_DURING_CASE",
        ("high",),
        N_("an offender is transferred, promoted or retired while the case is open"),
        N_("consent attached"),
        moves.move_during_case,
    ),
    Entry(
        "CHAIN_BREAK",
        ("hard_fail",),
        N_("an entry does not follow from those before it"),
        N_("none"),
        undecided=_VERIFIED,
    ),
    Entry(
        "ANCHOR_MISMATCH",
        ("hard_fail",),
        N_("the ledger is not the one anchored outside"),
        N_("none"),
        undecided=_VERIFIED,
    ),
    Entry(
        "KEY_INVALID", ("hard_fail",), N_("a signature by a key that was not in force"), N_("none"), undecided=_VERIFIED
    ),
    Entry(
        "EVIDENCE_UNREADABLE",
        ("hard_fail",),
        N_("an attached file is missing or altered"),
        N_("none"),
        undecided=N_("found by checking the files against their hashes, not by a rule over the ledger's facts"),
    ),
)
CATALOGUE: Mapping[str, Entry] = {entry.code: entry for entry in ENTRIES}
ORDER: Mapping[str, int] = {entry.code: number for number, entry in enumerate(ENTRIES)}
FIRES: Mapping[str, str] = {entry.code: entry.fires for entry in ENTRIES}
BENIGN: Mapping[str, str] = {entry.code: entry.benign for entry in ENTRIES}
UNDECIDED: Mapping[str, str] = {entry.code: entry.undecided for entry in ENTRIES if entry.undecided is not None}
INPUTS: Mapping[str, str] = {
    "LATE_RECORD": N_("day claimed, day recorded, tolerance of the kind of act; declaration and countersignature"),
    "PERIOD_END_BATCH": N_("recorder, moments of recording, days claimed; number, hours and spread of the rule set"),
    "AFTER_LEAD": N_("moment recorded, day claimed, first lead and opening; unit, persons and decisions of the case"),
    "AFTER_CASE_OPENED": N_("moment recorded, day claimed, opening; unit, persons and decisions of the case"),
    "POST_READ_RECORD": N_("moment recorded, day claimed, moment and subjects of the inspector's query"),
    "NEAR_DUPLICATE_TEXT": N_("texts of all acts, boilerplate of the rule set, threshold of likeness"),
    "TEMPLATE_ONLY": N_("text of the act, boilerplate of the rule set"),
    "ANACHRONISM": N_("day claimed, days of the entries referred to or named by number"),
    "TWO_PLACES_AT_ONCE": N_("who takes part, begin and end, place, days of leave"),
    "NOT_IN_POST": N_("day claimed, posts of the talker, chair, lead, counterpart and members"),
    "ONE_SIDED_TALK": N_("signatures and their moments, days allowed for countersigning"),
    "COUNTERSIGN_LATE": N_("moments of recording and of countersigning, first lead of the case"),
    "PARTICIPANT_UNABLE_TO_SIGN": N_("day recorded, measures against the person, keys in force, way of leaving"),
    "NO_QUORUM": N_("attendance, full membership on the day, quorum for the kind of meeting"),
    "VOTE_MATH": N_("votes, attendance, membership, recusal, written opinions of absent members"),
    "RULES_LOOSENED": N_("the sets adopted, the direction in which each setting is strict"),
    "NO_MINUTES": N_("what the record says of minutes, corrections that supply them"),
    "MINUTES_LATE": N_("day of the meeting, day on which minutes were supplied, tolerance for meetings"),
    "DISSENT_EDITED_LATER": N_("field corrected, signatures of the attendees, first lead"),
    "RETRO_ASSIGNMENT": N_("first day, day recorded, tolerance for assignments, first leads of the cases touched"),
    "DUTY_GAP": N_("tenures of head, supervising member and secretary, acting in charge included"),
    "DUTY_OVERLAP": N_("titular tenures of posts registered as exclusive"),
    "EVIDENCE_REUSED": N_("SHA-256 of the files attached"),
    "DOC_NUMBER_CLASH": N_("document numbers of one series, days of the documents"),
    "SELF_ATTESTED": N_("signatures, whose duty the act fulfils"),
    "NON_WORKING_DAY": N_("day claimed, holiday notices with make-up days"),
    "SILENCE_THEN_BURST": N_("days of recording, days claimed"),
    "TOO_REGULAR": N_("talker, day, begin and end of talks, half-years of the rule set"),
    "DOUBLE_CREDIT": N_("obligations claimed by one record"),
    "SCOPE_MISMATCH": N_("body of the activity, obligations claimed"),
    "HANDOVER_MISSING": N_("holders of the posts near the case, handovers, days allowed"),
    "HANDOVER_OMITS_KNOWN_RISK": N_(
        "warnings received by the outgoing holder, answers to them, what the handover names"
    ),
    "WARNING_UNANSWERED": N_("warning, receipt, credited acts of the addressee, his successor and those above"),
    "WARNING_MISADDRESSED": N_("addressee; the line of the unit on the days of the warning and of receipt"),
    "CHECK_SKIPPED_UNIT": N_("units covered by the yearly checks, units registered by then"),
    "ROTATION_OVERDUE": N_("tenures with a function, years of rotation"),
    "MOVE_DURING_CASE": N_("offenders, opening of the case, decisions, transfers, retirements and new posts"),
}
"""What each decided signal looks at, in words; the exact values stand in its detail."""
