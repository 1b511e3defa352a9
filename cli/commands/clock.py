"""zeren clock: what to do when a machine's clock ran ahead while something was recorded.

Entries stand by their time, and time never goes back: a clock that was 20 days ahead for one record would lock the
ledger for 20 days. Two custodians record that it was so, in an entry that may go back (FORMAT.md section 1); how far,
the anchors on record limit.
"""

from dataclasses import replace
from datetime import UTC
from pathlib import Path

import click

from cli.acting.called import persons_called
from cli.acting.custodians import custodian_options, record_or_park
from cli.acting.drafting import DraftOptions, custodians_signing
from cli.acting.signing import open_to_write
from cli.asking import home, json_option, ledger_option
from cli.showing.clocks import clock_answer
from cli.showing.command_groups import CommandGroup
from cli.showing.output import print_json, print_lines, table
from ledger.anchors.book import anchor_book
from ledger.clock import CorrectingClock, now
from ledger.core.consent import MAX_TERM
from ledger.core.entry import format_time
from ledger.errors import BadInput
from ledger.events.trust import ClockCorrected
from ledger.home.directory import KINDS
from ledger.messages import N_
from ledger.verify.ledger_report import ClockChange
from projections.language.catalogue import _

LEDGER = ledger_option(KINDS)


@click.group("clock", cls=CommandGroup, help=N_("The ledger's time: set it right after a machine's clock ran ahead."))
def command() -> None:
    """The group."""


@command.command(
    "correct",
    help=N_(
        "Record that the ledger's time ran ahead of the real one and goes on from the machine's clock, which has to be "
        "right now; signed by two custodians where there are two."
    ),
)
@click.option("--reason", required=True, help=N_("What was wrong: which machine, since when."))
@click.option("--dry-run", is_flag=True, help=N_("Say what would be corrected and write nothing."))
@custodian_options(KINDS)
def correct(
    reason: str,
    custodians: tuple[str, ...],
    dry_run: bool,
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
    elsewhere: DraftOptions,
) -> None:
    if not reason.strip():
        raise BadInput("say what was wrong with --reason")
    here = home()
    clock = CorrectingClock()
    with open_to_write(here, kind, clock) as ledger:
        clock.floor = anchor_book(ledger).not_before(ledger.size())
        last = ledger.entry_at(ledger.size() - 1)[0].header.recorded_at
        moment = clock.next(last)
        if dry_run:
            ahead = {"last": format_time(last), "now": format_time(moment), "dry_run": True}
            if as_json:
                print_json(ahead)
                return
            print_lines(_("the ledger stands at {last}, this machine at {now}; nothing was written").format(**ahead))
            return
        persons = persons_called(here, ledger, custodians) or custodians_signing(here, ledger, elsewhere)
        payload = ClockCorrected(reason=reason.strip())
        # An answer holds until the time at which the ledger stands, too.
        longest = replace(elsewhere, answer_days=elsewhere.answer_days or MAX_TERM.days)
        record_or_park(here, ledger, payload, persons, longest, passphrase_file, as_json=as_json)


@command.command("show", help=N_("The ledger's time beside this machine's, and every correction on record."))
@LEDGER
@json_option
def show(kind: str, as_json: bool) -> None:
    ledger = home().ask(kind)
    try:
        last = ledger.entry_at(ledger.size() - 1)[0].header.recorded_at
        found = [
            ClockChange(
                event.position,
                ledger.entry_at(event.position - 1)[0].header.recorded_at,
                event.recorded_at,
                event.signers,
                event.payload.reason,
            )
            for event in ledger.history()
            if isinstance(event.payload, ClockCorrected)
        ]
    finally:
        ledger.close()
    stands = {"last": format_time(last), "now": format_time(now().astimezone(UTC))}
    if as_json:
        print_json({**stands, "corrections": [clock_answer(change) for change in found]})
        return
    print_lines(_("the ledger stands at {last}, this machine at {now}").format(**stands))
    if not found:
        print_lines(_("its time was never corrected"))
        return
    heads = (_("position"), _("from"), _("to"), _("signed by"), _("reason"))
    rows = [
        (
            f"#{change.position}",
            format_time(change.before),
            format_time(change.recorded_at),
            ", ".join(change.signers),
            change.reason,
        )
        for change in found
    ]
    print_lines("", table(heads, rows))
