"""Codes that a reader meets as they are: each is a message of its own, whose Chinese is in the catalogue.

Codes that have an English title stand beside what they belong to (`duty_words`, `trace_words`, `register_words`). What
is listed here is compared with where the code comes from by tests/projections/test_i18n.py.
"""

from collections.abc import Mapping

from ledger.messages import N_

LEDGERS: Mapping[str, str] = {
    "duty": N_("duty ledger"),
    "case": N_("case ledger"),
    "access": N_("access ledger"),
    "list": N_("list of ledgers"),
}
KINDS = (N_("duty"), N_("case"), N_("access"), N_("list"))
"""Kinds of ledger in a row of a table."""
VERDICTS = (N_("valid"), N_("incomplete"), N_("invalid"))
SIGNATURES = (N_("signed"), N_("accepted"), N_("refused"), N_("open"))
CAPACITIES = (
    N_("receipt"),
    N_("counterpart"),
    N_("chair"),
    N_("attendee"),
    N_("holder"),
    N_("custodian"),
    N_("inspector"),
)
HOLDINGS = (N_("titular"), N_("acting"), N_("cover"), N_("refused"))
ANCHORS = (N_("cosignature"), N_("rfc3161"))
BREAKS = (N_("gap"), N_("overlap"))
POSTS = (
    N_("secretary"),
    N_("member"),
    N_("head"),
    N_("deputy"),
    N_("deputy_head"),
    N_("supervisor"),
    N_("handler"),
    N_("discipline_secretary"),
    N_("discipline_member"),
    N_("supervisor_of_discipline"),
)
STATUSES = (
    N_("met"),
    N_("met_with_gap"),
    N_("met_late_declared"),
    N_("late"),
    N_("partly_unmet"),
    N_("partly_doubtful"),
    N_("doubtful"),
    N_("unmet"),
    N_("late_provisional"),
    N_("not_applicable"),
    N_("not_due"),
)
WEIGHTS = (N_("high"), N_("medium"), N_("low"), N_("info"))
