"""zeren entries: the newest entries of a ledger, those of a kind, about somebody, of a day; or one in full."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta

import click

from cli.asking import home, json_option, open_views
from cli.showing.output import note, print_json, print_lines, table
from ledger.anchors.book import EntryState, states
from ledger.application import Ledger
from ledger.core.entry import format_time
from ledger.errors import BadInput
from ledger.events.record import Recorded
from ledger.keys.marks import KeyMarks, key_marks
from ledger.recording.moments import read_day
from ledger.recording.numbers import find_entry
from projections.language.catalogue import _
from projections.questions.desk import Desk
from projections.questions.entries import EntryFilter, EntryRow, entries, entry_answers, type_named
from projections.questions.plain import plain

NEWEST = 20


@click.command(
    "entries",
    help=_(
        "List the newest entries of a ledger, those of a kind, about somebody or of a day, or show one in full (ENTRY: "
        "its number or position)."
    ),
)
@click.argument("entry", required=False)
@click.option("--ledger", "ledger_kind", type=click.Choice(["duty", "case"]), default="duty", help=_("Which ledger."))
@click.option("--kind", metavar="KIND", help=_("Only of this kind of record: talk, meeting, talk.held/1."))
@click.option("--for", "party", metavar="ID", help=_("Only what names this person or unit (id or name)."))
@click.option("--day", metavar="DAY", help=_("Only what happened on this day."))
@click.option("--recorded", metavar="DAY", help=_("Only what was recorded on this day."))
@click.option("--tail", type=click.IntRange(1, 10_000), metavar="N", help=_("The newest N (default: 20)."))
@click.option("--from", "start", type=click.IntRange(min=0), metavar="N", help=_("From this position on instead."))
@click.option("--limit", type=click.IntRange(1, 10_000), metavar="N", help=_("How many at most."))
@click.option("--raw", is_flag=True, help=_("Print the signed note and the body of ENTRY as stored."))
@json_option
def command(
    entry: str | None,
    ledger_kind: str,
    kind: str | None,
    party: str | None,
    day: str | None,
    recorded: str | None,
    tail: int | None,
    start: int | None,
    limit: int | None,
    raw: bool,
    as_json: bool,
) -> None:
    if start is not None and tail is not None:
        raise BadInput("--from and --tail exclude each other")
    count = tail or limit or (NEWEST if start is None else 100)
    ledger = home().ask(ledger_kind)
    try:
        if entry is not None and raw:
            note_bytes, body = ledger.entry_at(find_entry(ledger, entry).position)
            _print_raw(note_bytes.data, body, as_json=as_json)
            return
        if entry is not None:
            events = [find_entry(ledger, entry)]
        else:
            rows = _listed(ledger, _Wanted(kind, party, day, recorded), start, count)
            events = [ledger.at(row.position) for row in rows]
        told = entry_answers(ledger, events)
        size, stand, marks = ledger.size(), states(ledger, events), key_marks(ledger, events)
    finally:
        ledger.close()
    if as_json:
        print_json({"ledger": ledger_kind, "size": size, "items": told})
    elif entry is not None:
        print_lines(*(f"{each.name}: {plain(getattr(told[0], each.name))}" for each in fields(told[0])))
    else:
        _print_list(events, stand, marks)
        if len(events) == count:
            said = _("the newest {n} of {size} entries; from the first on: --from 0")
            if start is not None:
                said = _("{n} of {size} entries; go on with --from {next}")
            note(said.format(n=len(events), size=size, next=events[-1].position + 1))


@dataclass(frozen=True, slots=True)
class _Wanted:
    kind: str | None
    party: str | None
    day: str | None
    recorded: str | None


def _listed(ledger: Ledger, asked: _Wanted, start: int | None, count: int) -> list[EntryRow]:
    """The entries that are wanted: the views have an index for each of these questions."""
    with open_views() as views:
        desk = Desk(views)
        facts = desk.facts()
        on = read_day(asked.recorded) if asked.recorded is not None else None
        first = datetime.combine(on, time(), facts.zone) if on is not None else None
        wanted = EntryFilter(
            type=type_named(asked.kind) if asked.kind is not None else None,
            party=desk.party(asked.party) if asked.party is not None else None,
            recorded_from=first,
            recorded_to=first + timedelta(days=1, microseconds=-1) if first is not None else None,
            day=read_day(asked.day) if asked.day is not None else None,
        )
        row = next(row for row in facts.ledgers if row.origin == ledger.origin)
        return [found for _at, found in entries(facts, row, wanted, start or 0, count, newest=start is None)]


def _print_raw(data: bytes, body: bytes, *, as_json: bool) -> None:
    if as_json:
        print_json({"entry": data.decode(), "body": body.decode()})
    else:
        print_lines(data.decode().rstrip("\n"), "", body.decode().rstrip("\n"))


def _print_list(events: Sequence[Recorded], stand: Sequence[EntryState], marks: Sequence[KeyMarks]) -> None:
    heads = (
        _("position"),
        _("number"),
        _("recorded at (UTC)"),
        _("type"),
        _("author"),
        _("signatures"),
        _("state"),
    )
    rows = [
        (
            str(e.position),
            e.payload.ref or "",
            format_time(e.recorded_at),
            e.type,
            e.author,
            str(len(e.signers)),
            "; ".join((state_text(state), *marks_text(mark))),
        )
        for e, state, mark in zip(events, stand, marks, strict=True)
    ]
    print_lines(table(heads, rows))


def state_text(state: EntryState) -> str:
    """How an entry stands, in two words."""
    word = {"confirmed": _("confirmed"), "pending": _("pending"), "resting": "-"}[state.state]
    return word + " (" + _("time contradicted") + ")" if state.contradicted else word


def marks_text(marks: KeyMarks) -> list[str]:
    """What is known of the keys that signed an entry."""
    said = [_("disputed by {who}").format(who=who) for who in marks.disputed_by]
    return said + [_("re-enrolled by custodian")] * bool(marks.re_enrolled)
