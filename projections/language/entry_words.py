"""The words of entries told field by field: fixed words that no closed list has, settings, the order of fields."""

from collections.abc import Mapping

from ledger.messages import N_

KEY_ROLES: Mapping[str, str] = {
    "recorder": N_("recorder"),
    "signer": N_("signer"),
    "custodian": N_("custodian"),
    "service": N_("service"),
    "inspector": N_("inspector"),
}
SCOPES: Mapping[str, str] = {
    "organ": N_("the organ's own duty ledger"),
    "duties": N_("duties and how they were fulfilled"),
    "persons": N_("persons and their dossiers"),
    "cases": N_("cases of the inspectors"),
    "evidence": N_("texts of entries"),
    "export": N_("files to take away"),
    "verify": N_("entries and their proofs"),
    "supervisor": N_("who read what"),
}
CLOCKS: Mapping[str, str] = {"real": N_("the machine's clock"), "simulated": N_("simulated")}
LAYERS: Mapping[str, str] = {
    "organ": N_("the organ itself"),
    "city": N_("the city"),
    "province": N_("the province"),
    "nation": N_("the nation"),
    "plan": N_("the plan"),
}
FIXED: Mapping[str, Mapping[str, str]] = {
    "roles": KEY_ROLES,
    "scopes": SCOPES,
    "clock": CLOCKS,
    "layer": LAYERS,
}
"""Fields whose words stand here, by the name of the field."""
TITLES: Mapping[tuple[str, str], str] = {
    ("lead.disposed", "lead"): N_("lead disposed of"),
    ("ledger.sealed", "size"): N_("entries covered"),
    ("ledger.opened", "kind"): N_("kind of ledger"),
    ("anchor.recorded", "kind"): N_("kind of anchor"),
    ("batch.registered", "kind"): N_("kind of record"),
    ("access.read", "token"): N_("number of the token"),
    ("access.read", "entry"): N_("entry read"),
    ("decision.announced", "of"): N_("decision announced"),
    ("decision.enforced", "of"): N_("decision enforced"),
    ("opinion.given", "of"): N_("request or report"),
    ("task.reported", "of"): N_("task"),
    ("rectification.verified", "of"): N_("rectification"),
    ("record.withdrawn", "of"): N_("entry withdrawn"),
    ("consent.recorded", "of"): N_("entry consented to"),
    ("assessment.made", "of"): N_("assessed"),
    ("analysis.made", "for_period"): N_("for the period"),
    ("access.read", "question"): N_("question"),
    ("access.read", "inspector"): N_("by an inspector"),
    ("access.read", "valid_at"): N_("facts of the day"),
    ("access.read", "known_at"): N_("as known at"),
    ("access.read", "asked"): N_("what was asked for"),
    ("token.granted", "token"): N_("number of the token"),
    ("token.granted", "scopes"): N_("what it may read"),
    ("token.granted", "days"): N_("valid for days"),
    ("token.granted", "holder"): N_("given to"),
    ("token.revoked", "token"): N_("number of the token"),
    ("token.revoked", "revokes"): N_("grant revoked"),
    ("batch.registered", "rows"): N_("number of rows"),
    ("batch.registered", "last_row"): N_("number of the last row"),
}
"""What a field is called in one type of entry, where its name means something else elsewhere."""
FOLDED = frozenset(
    {
        *("sha256", "vkey", "log", "log_possession", "types", "keys", "continues", "lost", "checkpoint", "heads"),
        *("policy", "tsas", "format", "fingerprint", "key_id", "digest", "list", "pin", "media_type"),
        *("anchor.recorded token", "consent.recorded note"),
    }
)
"""What only a program reads: it stands beneath, as stored."""
FIRST = (
    *("occurred_at", "ends_at", "valid_from", "valid_to", "body", "body_text", "kind", "kind_text", "title", "matter"),
    *("chair", "proposer", "attendees", "non_voting", "absent", "recused", "online", "online_persons", "place"),
    *("talker", "counterpart", "author", "addressee", "recipients", "receipts", "lead", "finder", "person", "unit"),
    *("covers", "for_period", "for_year", "items", "decision", "votes", "dissent", "written_opinions_of_absent"),
    *("outcome", "minutes", "text", "problems", "demands", "undertakings", "follow_up_due"),
)
"""Fields in the order in which minutes and reports are read; the others follow in that of their class."""
LAST = (
    *("claims", "refers", "attachments", "authority", "basis", "legacy", "declared_late", "late_reason", "restricted"),
)
"""Fields that stand behind all others."""
STATES: Mapping[str, str] = {
    "withdrawn": N_("withdrawn"),
    "corrected": N_("corrected"),
    "proposed": N_("correction proposed"),
}
"""What became of an entry, beside its number wherever it is cited."""
STANDINGS: Mapping[str, str] = {
    "counts": N_("corrected"),
    "proposed": N_("proposed, not counted yet"),
    "late": N_("made, or agreed to by everyone, only after a lead: shown, never counted there"),
    "withdrawn": N_("withdrawn"),
    "unreadable": N_("a value that the field cannot have"),
}
"""How a correction stands."""
SETTINGS: Mapping[str, str] = {
    "tolerance_days": N_("days between a fact and its record"),
    "timely_days": N_("working days for what is to be done at once"),
    "batch": N_("records made in one go"),
    "batch_min_records": N_("records made in one go, at least"),
    "batch_window_hours": N_("hours within which they count as one go"),
    "batch_min_spread_days": N_("days that their facts lie apart, at least"),
    "min_records": N_("records, at least"),
    "window_hours": N_("within hours"),
    "min_spread_days": N_("facts apart by days, at least"),
    "near_duplicate_threshold": N_("likeness from which texts are held alike"),
    "boilerplate": N_("words left out when texts are compared"),
    "post_read_days": N_("days after a reading within which a record is asked about"),
    "handover_days": N_("days for a handover"),
    "countersign_days": N_("days for a countersignature"),
    "unanswered_warning_days": N_("days for the answer to a warning"),
    "near_days": N_("days within which what falls due is shown as near"),
    "rotation_years": N_("years until a rotation is due"),
    "quorum": N_("quorum"),
    "ordinary": N_("for ordinary matters"),
    "cadre_or_discipline": N_("for cadres and discipline"),
    "quorum_ordinary": N_("quorum for ordinary matters"),
    "quorum_cadre_or_discipline": N_("quorum for cadres and discipline"),
    "pass_rule": N_("votes that carry a decision"),
    "half_year": N_("half-years"),
    "H1": N_("first half"),
    "H2": N_("second half"),
    "half_year_1": N_("first half-year"),
    "half_year_2": N_("second half-year"),
    "annual_check_window": N_("days of the yearly check"),
    "mid_year_analysis_window": N_("days of the mid-year analysis"),
    "second_half_analysis_window": N_("days of the analysis of the second half"),
    "year_end_analysis_window": N_("days of the year-end analysis"),
    "analyses_per_year": N_("analyses a year"),
    "one_act_several_obligations": N_("one act may fulfil several obligations"),
    "regular_period": N_("what regularly means"),
    "pair_follows": N_("what a pair of talkers follows"),
    "min_days_for_pair": N_("days from which a pair or unit owes something"),
    "secretary_reports": N_("the secretary reports for himself too"),
    "collective_talks_count": N_("talks with several at once count"),
    "late_key_tasks_count": N_("important tasks named late count"),
    "functions_supervise": N_("being in charge of a function is supervising"),
    "leading_group": N_("who receives the self-summaries"),
    "head_signs_unit_acts": N_("the head signs for the unit"),
    "sources": N_("texts of rules"),
    "obligations": N_("demands on single obligations"),
    "unit_of_money": N_("unit of money"),
    "judged_on": N_("day of judging"),
    "default": N_("any other kind"),
    "obligation": N_("obligation"),
    "times": N_("times"),
    "every": N_("every"),
    "since": N_("since"),
    "in_force": N_("in force"),
    "layer": N_("whose rules"),
}
"""Settings of a rule set and the names within them."""
SETTING_WORDS: Mapping[str, str] = {
    "half": N_("half"),
    "more_than_half": N_("more than half"),
    "two_thirds": N_("two thirds"),
    "half_of_present": N_("half of those present"),
    "more_than_half_of_present": N_("more than half of those present"),
    "two_thirds_of_present": N_("two thirds of those present"),
    "half_of_full_membership": N_("half of all members"),
    "more_than_half_of_full_membership": N_("more than half of all members"),
    "two_thirds_of_full_membership": N_("two thirds of all members"),
    "quarter": N_("quarter"),
    "half_year": N_("half-year"),
    "year": N_("year"),
    "post": N_("the post"),
    "holder": N_("the holder"),
    **LAYERS,
}
"""Fixed words that settings have."""
