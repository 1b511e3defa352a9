"""What a signature given elsewhere means, by the capacity in which it is asked: at the terminal and on the page."""

from collections.abc import Mapping

from ledger.messages import N_

CAPACITIES: Mapping[str, str] = {
    "receipt": N_("recipient"),
    "counterpart": N_("counterpart"),
    "chair": N_("chair"),
    "attendee": N_("attendee"),
    "holder": N_("person concerned"),
    "custodian": N_("custodian"),
    "inspector": N_("inspector"),
}
MEANINGS: Mapping[str, str] = {
    "receipt": N_("You confirm that it reached you, and nothing else: not that you agree with what it says."),
    "counterpart": N_("You confirm that it took place with you, on this day, as it is recorded here."),
    "chair": N_("You confirm that you chaired it and that it is recorded here as it was."),
    "attendee": N_("You confirm that you took part and that it is recorded here as it was."),
    "holder": N_("You confirm what is recorded here about yourself."),
    "custodian": N_("You agree, as a second person, to this change of the ledger's own rules, keys or records."),
    "inspector": N_("You agree, as inspector, to what is recorded here."),
}
