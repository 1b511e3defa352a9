"""zeren entries: the newest entries of a ledger, those of a kind, about somebody, of a day; or one in full."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import click

from cli.asking import home
from cli.questions import Asked, ask, known_options
from cli.showing.output import note, print_json, print_lines, table
from ledger.application import Ledger
from ledger.errors import BadInput
from ledger.events.record import Recorded
from ledger.home.directory import ASKED
from ledger.messages import N_
from ledger.recording.numbers import find_before, find_entry
from projections.facts.values import number_said
from projections.language.catalogue import _
from projections.language.entry_words import STANDINGS
from projections.language.kind_titles import type_title
from projections.language.titles import fixed_word
from projections.questions.entries import NEWEST, EntryAnswer, EntryFilter, LedgerEntries, entries, entry_answers
from projections.views.rows import base_kind, former_kind

if TYPE_CHECKING:
    from projections.language.changed import Change
    from projections.language.narrator import Narrator


@click.command(
    "entries",
    help=N_(
        "List the newest entries of a ledger, those of a kind, about somebody or of a day, or show one in full (ENTRY: "
        "its number or position)."
    ),
)
@click.argument("entry", required=False)
@click.option(
    "--ledger",
    default="duty",
    show_default=True,
    metavar="LEDGER",
    help=N_("Which ledger: duty, case, or a lost one that it continues, duty-before."),
)
@click.option("--kind", "type", metavar="KIND", help=N_("Only of this kind of record: talk, meeting, talk.held/1."))
@click.option("--for", "person", metavar="ID", help=N_("Only what names this person or unit (id or name)."))
@click.option("--ref", metavar="REF", help=N_("Only with this number."))
@click.option("--day", metavar="DAY", help=N_("Only what happened on this day."))
@click.option("--from", "first", metavar="WHEN", help=N_("Recorded at this moment, or on this day, or later."))
@click.option("--to", "last", metavar="WHEN", help=N_("Recorded at this moment, or on this day, or earlier."))
@click.option("--start", type=click.IntRange(min=0), metavar="N", help=N_("From position N on, the oldest first."))
@click.option(
    "--tail",
    "--limit",
    "limit",
    type=click.IntRange(1, 10_000),
    default=NEWEST,
    show_default=True,
    metavar="N",
    help=N_("The newest N; with --start the first N from there on."),
)
@click.option("--raw", is_flag=True, help=N_("Print the signed note and the body of ENTRY as stored."))
@known_options
def command(*, entry: str | None, limit: int, raw: bool, as_json: bool, **given: Any) -> None:
    with _ledgers(given["ledger"]) as (ledger, others):
        if raw and entry is None:
            raise BadInput("--raw shows one entry; name it by number or position")
        if entry is not None:
            former = find_before(ledger, entry)
            one = find_entry(ledger, entry) if former is None else former[1]
            holder = next(each for each in (ledger, *others.values()) if each.origin == one.ledger)
            if raw:
                data, body = holder.entry_at(one.position)
                _print_raw(data.data, body, as_json=as_json)
                return
            with ask(lambda over, _wanted: entry_answers(over, holder, [one])[0], EntryFilter, given) as found:
                if as_json:
                    found.print_json()
                else:
                    record = found.over.facts.entry_in(one.ledger, one.position) or one
                    print_lines(*_whole(found, record))
            return
        with ask(lambda over, wanted: entries(over, wanted, ledger, limit), EntryFilter, given) as at:
            _print_list(at, limit, rising=given["start"] is not None, as_json=as_json)
        for name, each in others.items():
            said = _("{n} entries of {origin} are not in this list: --ledger {name}")
            note(said.format(n=each.size(), origin=each.origin, name=name))


@contextmanager
def _ledgers(name: str) -> Iterator[tuple[Ledger, dict[str, Ledger]]]:
    """The ledger that is so called, and the others that answers read as one with it, by what they are called."""
    here, kind = home(), base_kind(name)
    if kind not in ASKED:
        raise BadInput("there is no ledger {} here; there are: {}", name, ", ".join(here.kinds()))
    with closing(here.ask(kind)) as own, here.before(own) as before:
        called = {kind: own, **{former_kind(kind, number): each for number, each in enumerate(before, 1)}}
        if name not in called:
            raise BadInput("there is no ledger {} here; there are: {}", name, ", ".join(called))
        yield called.pop(name), called


def _whole(at: Asked[EntryAnswer], record: Recorded) -> Iterator[str]:
    """An entry as people read it: what it says as it stands, what corrections changed in each field, who signed it."""
    from projections.language.changed import changes_of, withdrawal_of  # with the rules behind them: no list needs them
    from projections.language.narrator import Narrator
    from projections.language.told import Teller

    facts, said = at.over.facts, at.answer
    narrator = Narrator(facts, at.over.language, places=True, whole=True)
    teller, name = Teller(narrator), at.over.speech.name
    changes, told = changes_of(facts, teller, record), teller.entry(record)
    yield f"{facts.cite(record).label} {narrator.tidy(narrator.event(record))}"
    for title, words, field in ((each.title, each.plain(narrator), each.name) for each in told):
        yield _line(title, words)
        yield from (f"    {_changed(at, each, narrator)}" for each in changes if each.name == field)
    for each in changes:
        if each.name not in {field.name for field in told}:
            yield _line(each.title, _changed(at, each, narrator))
    withdrawal = withdrawal_of(facts, record)
    if withdrawal is not None:
        why = _(", ").join(filter(None, (_(fixed_word(withdrawal.ground)), withdrawal.reason)))
        title = (
            _("Withdrawn")
            if withdrawal.counts
            else _("Withdrawn after a lead: shown, and nothing is taken away by it there")
        )
        yield _line(title, f"{why} ({at.explain.cites([withdrawal.entry])})")
    yield ""
    yield _line(_("recorded at"), at.local(said.recorded_at) or "")
    yield _line(_("signed by"), _(", ").join(map(name, said.signers)))
    yield _line(_("state"), "; ".join((_state(said), *_marks(said))))
    if said.not_before is not None or said.not_after is not None:
        bounds = _("not before {first}, not after {last}")
        first, last = at.local(said.not_before), at.local(said.not_after)
        yield _line(_("recorded between"), bounds.format(first=first or "–", last=last or "–"))
    for row in facts.followers(record, withdrawn=True):
        signed = _(", ").join(map(name, row.signed))
        yield _line(_("what followed"), f"{facts.cite(row).label} {at.explain.kind(row.type)}, {signed}")
    yield _line(_("ledger"), f"{said.ledger} #{said.position}")
    yield _line(_("type"), said.type)
    yield _line(_("leaf hash"), said.leaf_hash)


def _line(title: str, words: str) -> str:
    return f"  {title}{_(': ')}{words}"


def _changed(at: Asked[EntryAnswer], change: "Change", narrator: "Narrator") -> str:
    """What one correction made of a field, by whom, and how it stands."""
    was, now = (each.plain(narrator) if each is not None else _("(nothing)") for each in (change.was, change.now))
    who = _(", ").join(map(at.over.speech.name, change.signers))
    said = f"{was} → {now} ({_(STANDINGS[change.standing])}{_(': ')}{who}, {at.explain.cites([change.entry])})"
    if not change.waits_for:
        return said
    return f"{said}; {_('waits for the signature of')} {_(', ').join(map(at.over.speech.name, change.waits_for))}"


def _print_raw(data: bytes, body: bytes, *, as_json: bool) -> None:
    if as_json:
        print_json({"entry": data.decode(), "body": body.decode()})
    else:
        print_lines(data.decode().rstrip("\n"), "", body.decode().rstrip("\n"))


def _print_list(at: Asked[LedgerEntries], limit: int, *, rising: bool, as_json: bool) -> None:
    if as_json:
        at.print_json()
        return
    found = at.answer.items
    print_lines(_table(at))
    if len(found) == limit:
        said = _("the newest {n} of {size} entries; from the first on: --start 0")
        if rising:
            said = _("{n} of {size} entries; go on with --start {next}")
        note(said.format(n=len(found), size=at.answer.size, next=found[-1].position + 1))


def _table(at: Asked[LedgerEntries]) -> str:
    heads = (
        _("position"),
        _("number"),
        _("recorded at"),
        _("type"),
        _("author"),
        _("signatures"),
        _("state"),
    )
    rows = [
        (
            str(each.position),
            number_said(each.ref),
            at.local(each.recorded_at),
            type_title(each.type),
            at.over.speech.name(each.signers[0]),
            str(len(each.signers)),
            "; ".join((_state(each), *_marks(each))),
        )
        for each in at.answer.items
    ]
    return table(heads, rows)


def _state(entry: EntryAnswer) -> str:
    """How an entry stands, in two words."""
    word = {"confirmed": _("confirmed"), "pending": _("pending"), "resting": "-"}[entry.state]
    return word + " (" + _("time contradicted") + ")" if entry.time_contradicted else word


def _marks(entry: EntryAnswer) -> list[str]:
    """What is known of the keys that signed an entry."""
    said = [_("disputed by {who}").format(who=who) for who in entry.disputed_by]
    return said + [_("re-enrolled by custodian")] * bool(entry.re_enrolled)
