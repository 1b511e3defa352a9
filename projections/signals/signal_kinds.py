"""All signal codes: weight, what fires them, benign reasons, and the rule, or why the ledger cannot decide them.

`fires`, `benign` and `inputs` are English messages for people; each rule's docstring states it in full. Long because it
is one table: a row for each code.
"""

from collections.abc import Mapping
from typing import Literal

from ledger.frozen import dataclass
from ledger.messages import N_
from projections.facts.values import Weight
from projections.signals import (
    after,
    duties,
    evidence,
    handing_over,
    lateness,
    meeting_conduct,
    moves,
    one_sided,
    patterns,
    presence,
    ruling,
    substance,
    text_signals,
    unanswered,
)
from projections.signals.inquiry import Rule


@dataclass(frozen=True, slots=True)
class SignalKind:
    """One code. `weights` are those that it can have, the gravest first; `hard_fail` is no signal but a failed check.

    Exactly one of `rule` and `undecided` is there, but for a rule that decides only part: then `undecided` says which
    part it leaves.
    """

    code: str
    weights: tuple[Weight | Literal["hard_fail"], ...]
    fires: str
    benign: str
    inputs: str | None = None
    """What the rule looks at, in words; the exact values stand in the detail of a signal."""
    rule: Rule | None = None
    undecided: str | None = None


_VERIFIED = N_("found by verifying the ledger, not by a rule over its facts")

ROWS: tuple[SignalKind, ...] = (
    SignalKind(
        "LATE_RECORD",
        ("medium", "info"),
        N_("recorded later after the fact than the tolerance of its kind"),
        N_("declared late with a reason and countersigned"),
        inputs=N_("day claimed, day recorded, tolerance of the kind of act; declaration and countersignature"),
        rule=lateness.late_record,
    ),
    SignalKind(
        "PERIOD_END_BATCH",
        ("medium",),
        N_("many records by one recorder in one sitting about days far apart"),
        N_("the secretary's weekly entry day"),
        inputs=N_("recorder, moments of recording, days claimed; number, hours and spread of the rule set"),
        rule=lateness.period_end_batch,
    ),
    SignalKind(
        "AFTER_INSPECTION_NOTICE",
        ("medium",),
        N_("recorded between the notice of a visit and the visit, about the time before"),
        N_("normal work in that window"),
        undecided=N_("no event records the notice of an inspection visit"),
    ),
    SignalKind(
        "AFTER_LEAD",
        ("high",),
        N_("recorded after a lead, about something before it that touches the case"),
        N_("a legitimate correction"),
        inputs=N_("moment recorded, day claimed, first lead and opening; unit, persons and decisions of the case"),
        rule=after.after_lead,
    ),
    SignalKind(
        "AFTER_CASE_OPENED",
        ("high",),
        N_("recorded after a case was opened, about something before it that touches the case"),
        N_("a legitimate correction"),
        inputs=N_("moment recorded, day claimed, opening; unit, persons and decisions of the case"),
        rule=after.after_case_opened,
    ),
    SignalKind(
        "POST_READ_RECORD",
        ("high",),
        N_("recorded within days of an inspector's query on its subject"),
        N_("coincidence"),
        inputs=N_("moment recorded, day claimed, moment and subjects of the inspector's query"),
        rule=after.post_read_record,
    ),
    SignalKind(
        "NEAR_DUPLICATE_TEXT",
        ("medium",),
        N_("the text is nearly that of an earlier record"),
        N_("one topic in a campaign; a short statement that nothing was found"),
        inputs=N_("texts of all acts, boilerplate of the rule set, threshold of likeness"),
        rule=text_signals.near_duplicate_text,
    ),
    SignalKind(
        "TEMPLATE_ONLY",
        ("low",),
        N_("nothing is left of the text without the listed boilerplate"),
        N_("a prescribed form"),
        inputs=N_("text of the act, boilerplate of the rule set"),
        rule=text_signals.template_only,
    ),
    SignalKind(
        "ANACHRONISM",
        ("high",),
        N_("cites something that did not exist on the claimed day"),
        N_("a draft was quoted"),
        inputs=N_("day claimed, days of the entries referred to or named by number"),
        rule=text_signals.anachronism,
        undecided=N_(
            "only entries of the ledger are dated; rules, titles and the beginnings of persons and units are not"
        ),
    ),
    SignalKind(
        "TWO_PLACES_AT_ONCE",
        ("high",),
        N_("a person is in two places at once, or on leave"),
        N_("online attendance declared"),
        inputs=N_("who takes part, begin and end, place, days of leave"),
        rule=presence.two_places_at_once,
    ),
    SignalKind(
        "NOT_IN_POST",
        ("high",),
        N_("a participant did not hold the post on that day, or was gone"),
        N_("an acting that is not registered yet"),
        inputs=N_("day claimed, posts of the talker, chair, lead, counterpart and members"),
        rule=presence.not_in_post,
    ),
    SignalKind(
        "ONE_SIDED_TALK",
        ("medium",),
        N_("one of the two has not signed in time"),
        N_("illness; a recorded refusal"),
        inputs=N_("signatures and their moments, days allowed for countersigning"),
        rule=one_sided.one_sided_talk,
    ),
    SignalKind(
        "COUNTERSIGN_LATE",
        ("medium",),
        N_("countersigned after a lead or after more than 30 days"),
        N_("illness, absence"),
        inputs=N_("moments of recording and of countersigning, first lead of the case"),
        rule=after.countersign_late,
    ),
    SignalKind(
        "SAME_SESSION_SIGNATURES",
        ("high",),
        N_("two persons' signatures seconds apart from one device"),
        N_("a shared terminal declared"),
        undecided=N_("an entry holds its signatures but neither their own moments nor the device"),
    ),
    SignalKind(
        "PARTICIPANT_UNABLE_TO_SIGN",
        ("high",),
        N_("a participant had retired, was detained or had no key when it was recorded"),
        N_("none"),
        inputs=N_("day recorded, measures against the person, keys in force, way of leaving"),
        rule=one_sided.participant_unable_to_sign,
    ),
    SignalKind(
        "NO_QUORUM",
        ("high",),
        N_("fewer members present than the quorum asks"),
        N_("none"),
        inputs=N_("attendance, full membership on the day, quorum for the kind of meeting"),
        rule=meeting_conduct.no_quorum,
    ),
    SignalKind(
        "VOTE_MATH",
        ("high",),
        N_("the votes are not those of the persons who could vote"),
        N_("none"),
        inputs=N_("votes, attendance, membership, recusal, written opinions of absent members"),
        rule=meeting_conduct.vote_math,
    ),
    SignalKind(
        "RULES_LOOSENED",
        ("medium",),
        N_("a rule set makes a setting less strict"),
        N_("a superior body loosened it"),
        inputs=N_("the sets adopted, the direction in which each setting is strict"),
        rule=ruling.rules_loosened,
    ),
    SignalKind(
        "NO_MINUTES",
        ("medium",),
        N_("a meeting without minutes"),
        N_("a short working meeting"),
        inputs=N_("what the record says of minutes, corrections that supply them"),
        rule=meeting_conduct.no_minutes,
    ),
    SignalKind(
        "MINUTES_LATE",
        ("medium",),
        N_("minutes registered late"),
        N_("they waited for the chair's signature"),
        inputs=N_("day of the meeting, day on which minutes were supplied, tolerance for meetings"),
        rule=meeting_conduct.minutes_late,
    ),
    SignalKind(
        "DISSENT_EDITED_LATER",
        ("high",),
        N_("a later correction touches votes or dissent"),
        N_("a clerical error that all attendees sign"),
        inputs=N_("field corrected, signatures of the attendees, first lead"),
        rule=meeting_conduct.dissent_edited_later,
    ),
    SignalKind(
        "RETRO_ASSIGNMENT",
        ("high", "medium"),
        N_("an assignment recorded long after its first day; high after the first lead of a case that it touches"),
        N_("the formal notice arrived late (attached)"),
        inputs=N_("first day, day recorded, tolerance for assignments, first leads of the cases touched"),
        rule=duties.retro_assignment,
    ),
    SignalKind(
        "DUTY_GAP",
        ("medium",),
        N_("a duty had no holder"),
        N_("a vacancy between two appointments by a superior body"),
        inputs=N_("tenures of head, supervising member and secretary, acting in charge included"),
        rule=duties.duty_gap,
    ),
    SignalKind(
        "DUTY_OVERLAP",
        ("medium",),
        N_("two persons held an exclusive post at once"),
        N_("handing over side by side"),
        inputs=N_("titular tenures of posts registered as exclusive"),
        rule=duties.duty_overlap,
    ),
    SignalKind(
        "EVIDENCE_REUSED",
        ("high",),
        N_("the same file stands for two events"),
        N_("one event, two records"),
        inputs=N_("SHA-256 of the files attached"),
        rule=evidence.evidence_reused,
    ),
    SignalKind(
        "EVIDENCE_YOUNGER",
        ("high",),
        N_("a file is younger than what it proves"),
        N_("scanned later"),
        undecided=N_("the ledger holds a file's hash and size, not the times inside it"),
    ),
    SignalKind(
        "DOC_NUMBER_CLASH",
        ("high",),
        N_("one number on two documents, or numbers against dates"),
        N_("a reserved number used later; a typing error"),
        inputs=N_("document numbers of one series, days of the documents"),
        rule=evidence.doc_number_clash,
    ),
    SignalKind(
        "SELF_ATTESTED",
        ("low",),
        N_("only the recorder signed, and it was not his duty"),
        N_("a small office"),
        inputs=N_("signatures, whose duty the act fulfils"),
        rule=one_sided.self_attested,
    ),
    SignalKind(
        "NON_WORKING_DAY",
        ("info",),
        N_("a talk, meeting or education activity on a weekend or holiday"),
        N_("a campaign; work on call"),
        inputs=N_("day claimed, holiday notices with make-up days"),
        rule=presence.non_working_day,
    ),
    SignalKind(
        "SILENCE_THEN_BURST",
        ("medium",),
        N_("nothing recorded for four months, then much about them"),
        N_("the recorder's post was vacant; the system was down"),
        inputs=N_("days of recording, days claimed"),
        rule=lateness.silence_then_burst,
    ),
    SignalKind(
        "TOO_REGULAR",
        ("low",),
        N_("all talks on the last day and equally long, or more than eight a day by one person"),
        N_("a day set aside for talks"),
        inputs=N_("talker, day, begin and end of talks, half-years of the rule set"),
        rule=patterns.too_regular,
    ),
    SignalKind(
        "DOUBLE_CREDIT",
        ("low",),
        N_("one event claimed for two slots of one obligation"),
        N_("a slip"),
        inputs=N_("obligations claimed by one record"),
        rule=patterns.double_credit,
    ),
    SignalKind(
        "SCOPE_MISMATCH",
        ("low",),
        N_("a unit's activity claimed as the organ's"),
        N_("the whole organ took part"),
        inputs=N_("body of the activity, obligations claimed"),
        rule=patterns.scope_mismatch,
    ),
    SignalKind(
        "HANDOVER_MISSING",
        ("high",),
        N_("a post near a case changed hands without a handover"),
        N_("none on record"),
        inputs=N_("holders of the posts near the case, handovers, days allowed"),
        rule=handing_over.handover_missing,
    ),
    SignalKind(
        "HANDOVER_OMITS_KNOWN_RISK",
        ("high",),
        N_("a handover does not name an open warning"),
        N_("dealt with by word of mouth"),
        inputs=N_("warnings received by the outgoing holder, answers to them, what the handover names"),
        rule=handing_over.handover_omits_known_risk,
    ),
    SignalKind(
        "WARNING_UNANSWERED",
        ("high",),
        N_("a warning without answer in time"),
        N_("answered by word of mouth"),
        inputs=N_("warning, receipt, credited acts of the addressee, his successor and those above"),
        rule=unanswered.warning_unanswered,
    ),
    SignalKind(
        "WARNING_MISADDRESSED",
        ("low",),
        N_("a warning is addressed to somebody outside its unit's line"),
        N_("he stood in for somebody by word of mouth"),
        inputs=N_("addressee; the line of the unit on the days of the warning and of receipt"),
        rule=unanswered.warning_misaddressed,
    ),
    SignalKind(
        "CHECK_SKIPPED_UNIT",
        ("medium",),
        N_("the yearly check leaves a unit out"),
        N_("a newly created unit"),
        inputs=N_("units covered by the yearly checks, units registered by then"),
        rule=substance.check_skipped_unit,
    ),
    SignalKind(
        "ROTATION_OVERDUE",
        ("medium",),
        N_("a key post held longer than the rotation period"),
        N_("a recorded exception"),
        inputs=N_("tenures with a function, years of rotation"),
        rule=duties.rotation_overdue,
    ),
    SignalKind(
        "MOVE_DURING_CASE",
        ("high",),
        N_("an offender is transferred, promoted or retired while the case is open"),
        N_("consent attached"),
        inputs=N_("offenders, opening of the case, decisions, transfers, retirements and new posts"),
        rule=moves.move_during_case,
    ),
    SignalKind(
        "CHAIN_BREAK",
        ("hard_fail",),
        N_("an entry does not follow from those before it"),
        N_("none"),
        undecided=_VERIFIED,
    ),
    SignalKind(
        "ANCHOR_MISMATCH",
        ("hard_fail",),
        N_("the ledger is not the one anchored outside"),
        N_("none"),
        undecided=_VERIFIED,
    ),
    SignalKind(
        "KEY_INVALID",
        ("hard_fail",),
        N_("a signature by a key that was not in force"),
        N_("none"),
        undecided=_VERIFIED,
    ),
    SignalKind(
        "EVIDENCE_UNREADABLE",
        ("hard_fail",),
        N_("an attached file is missing or altered"),
        N_("none"),
        undecided=N_("found by checking the files against their hashes, not by a rule over the ledger's facts"),
    ),
)
CATALOGUE: Mapping[str, SignalKind] = {row.code: row for row in ROWS}
FIRES: Mapping[str, str] = {row.code: row.fires for row in ROWS}
"""What fires each, in words: what a code is called."""
ORDER: Mapping[str, int] = {row.code: number for number, row in enumerate(ROWS)}
