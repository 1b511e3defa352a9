"""The daily records under their own names: assign, end, act, handover, explain, withdraw."""

import click

from cli.acting.form_commands import Raw, form_command
from ledger.application import Ledger
from ledger.errors import BadInput
from ledger.events.tenure import ActingBegun, AssignmentMade
from ledger.messages import N_
from ledger.recording.forms import forms
from ledger.recording.likely import near
from ledger.recording.numbers import find_entry
from projections.signals.signal_kinds import ROWS


def _add_person(ledger: Ledger, raw: Raw) -> Raw:
    """Whose assignment it is follows from the assignment."""
    made = find_entry(ledger, str(raw["ends"])).payload
    if not isinstance(made, AssignmentMade | ActingBegun):
        raise BadInput("{} is no assignment to end; give the number of an assignment or acting", raw["ends"])
    return {**raw, "person": made.person}


def _check_signal(_ledger: Ledger, raw: Raw) -> Raw:
    codes = [entry.code for entry in ROWS]
    if raw.get("signal") is not None and raw["signal"] not in codes:
        raise BadInput("{} is no signal; perhaps {}", raw["signal"], ", ".join(near(str(raw["signal"]), codes)))
    return raw


assign: click.Command = form_command(
    forms()["assignment"],
    name="assign",
    help=N_("Record that a person holds a post. --replaces ends the former assignment on the day before."),
)
end: click.Command = form_command(
    forms()["assignment-ended"],
    name="end",
    help=N_("Record that the assignment or acting ENDS (its number or position) ends."),
    argument="ends",
    omit=("person",),
    complete=_add_person,
)
act: click.Command = form_command(
    forms()["acting"],
    name="act",
    help=N_("Record that a person acts in a post: --mode in_charge as full holder, --mode cover as co-holder."),
)
handover: click.Command = form_command(
    forms()["handover"],
    name="handover",
    help=N_("Record that the outgoing holder handed over to the incoming one, with what is open."),
)
explain: click.Command = form_command(
    forms()["record-explained"],
    name="explain",
    help=N_("Explain a signal about the entry EXPLAINS; the explanation stays beside the signal."),
    argument="explains",
    complete=_check_signal,
)
withdraw: click.Command = form_command(
    forms()["record-withdrawn"],
    name="withdraw",
    help=N_(
        "Withdraw the entry OF (its number or position), signed by everyone who signed it, or by two custodians. "
        "It is credited to nothing from then on; both entries stay visible."
    ),
    argument="of",
)
