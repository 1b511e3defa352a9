"""zeren entries: the entries of a ledger, page by page."""

import click

from cli.asking import home, json_option
from cli.showing.output import note, print_json, print_lines, table
from ledger.anchors.book import EntryState, states
from ledger.core.entry import format_time
from ledger.keys.marks import KeyMarks, key_marks
from ledger.recording.numbers import find_entry
from projections.language.catalogue import _
from projections.questions.answers import entry_answer


@click.command("entries", help=_("List the entries of a ledger, or show one in full (ENTRY: its number or #position)."))
@click.argument("entry", required=False)
@click.option("--ledger", "kind", type=click.Choice(["duty", "case"]), default="duty", help=_("Which ledger."))
@click.option("--from", "start", type=click.IntRange(min=0), default=0, help=_("First position."))
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help=_("How many at most."))
@click.option("--raw", is_flag=True, help=_("Print the signed note and the body of ENTRY as stored."))
@json_option
def command(entry: str | None, kind: str, start: int, limit: int, raw: bool, as_json: bool) -> None:
    ledger = home().ask(kind)
    try:
        if entry is not None and raw:
            note_bytes, body = ledger.entry_at(find_entry(ledger, entry).position)
            print_lines(note_bytes.data.decode().rstrip("\n"), "", body.decode().rstrip("\n"))
            return
        events = [find_entry(ledger, entry)] if entry is not None else ledger.page(start, limit=limit)
        size, stand, marks = ledger.size(), states(ledger, events), key_marks(ledger, events)
    finally:
        ledger.close()
    if as_json:
        print_json({"ledger": kind, "size": size, "items": list(map(entry_answer, events, stand, marks))})
    elif entry is not None:
        print_lines(*(f"{key}: {value}" for key, value in entry_answer(events[0], stand[0], marks[0]).items()))
    else:
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
        if start + len(events) < size:
            note(
                _("{n} of {size} entries; go on with --from {next}").format(
                    n=len(events), size=size, next=start + len(events)
                )
            )


def state_text(state: EntryState) -> str:
    """How an entry stands, in two words."""
    word = {"confirmed": _("confirmed"), "pending": _("pending"), "resting": "-"}[state.state]
    return word + " (" + _("time contradicted") + ")" if state.contradicted else word


def marks_text(marks: KeyMarks) -> list[str]:
    """What is known of the keys that signed an entry."""
    said = [_("disputed by {who}").format(who=who) for who in marks.disputed_by]
    return said + [_("re-enrolled by custodian")] * bool(marks.re_enrolled)
