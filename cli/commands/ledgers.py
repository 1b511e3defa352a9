"""zeren ledgers: the list of many organs' ledgers (ledgers.toml): show it, add to it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from cli.acting.called import person_called
from cli.acting.receipts import as_data, print_receipt
from cli.acting.signing import holder_of, keyring, open_to_write, passphrase_option
from cli.asking import desk_home, directory, home, json_option, known_option, open_views, organs
from cli.showing.command_groups import CommandGroup
from cli.showing.output import note, print_json, print_lines, table
from ledger.application import Command
from ledger.clock import today
from ledger.core.head_list import format_heads
from ledger.errors import BadInput, Invalid, NoLedger, ZerenError
from ledger.events.trust import ListPublished
from ledger.home.directory import ASKED, Home
from ledger.home.ledger_list import NAME, ListedLedger, add_rows, read_registry
from ledger.home.listed_heads import KIND, published_lists
from ledger.home.organs_at_hand import Organ
from ledger.home.publishing import gather_heads
from ledger.messages import N_
from projections.language.catalogue import _, explain_error, language
from projections.questions.desk import Desk
from projections.questions.heads import heads, root_among
from projections.questions.organs import OrganFilter
from projections.questions.organs import organs as answered
from projections.questions.plain import plain


@click.group(
    "ledgers",
    cls=CommandGroup,
    help=N_(
        "The ledgers of many organs: a list of them, ledgers.toml, in the directory named by --dir. Commands that ask "
        "then take --organ."
    ),
)
def command() -> None:
    """The group."""


@dataclass(frozen=True, slots=True)
class FoundLedger:
    """A ledger as it was found: how many entries it has, or why it cannot be asked."""

    organ: Organ
    kind: str
    origin: str
    fingerprint: str
    entries: int | None
    fault: ZerenError | None


@command.command("list", help=N_("List the organs and their ledgers; a ledger that is not the one listed is named."))
@click.option("--like", metavar="TEXT", help=N_("Only organs whose name, title or origin holds this."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help=N_("Write all rows to FILE (.csv, .xlsx, .ndjson)."),
)
@json_option
def list_ledgers(like: str | None, out: Path | None, as_json: bool) -> int:
    here = organs()
    wanted = answered(here, OrganFilter(like=like))
    keys = {row.organ for row in wanted.items}
    seen = [each for organ in here if organ.key in keys for each in _seen(organ)]
    if out is not None:
        _write(out, seen, like)
    if as_json:
        print_json({**plain(wanted), "ledgers": [_as_data(each) for each in seen]})
    elif out is None:
        titles = (_("organ"), _("name"), _("title"), _("ledger"), _("kind"), _("entries"), _("place"), _("state"))
        print_lines(table(titles, [_line(each) for each in seen]))
    return max((each.fault.exit_code for each in seen if each.fault is not None), default=0)


@command.command(
    "heads", help=N_("How much of each ledger answers are computed from, and the root hash that commits to it.")
)
@known_option
@json_option
def list_heads(as_json: bool) -> None:
    here = home()
    with open_views(here) as views:
        found = heads(Desk(views), root_among([here]))
    if as_json:
        print_json({**plain(found), "ledgers": found.items})
        return
    titles = (_("ledger"), _("kind"), _("entries"), _("Root hash"), _("fingerprint"))
    print_lines(
        table(titles, [(row.origin, row.kind, str(row.entries), row.root, row.fingerprint) for row in found.items])
    )


def _seen(organ: Organ) -> Iterator[FoundLedger]:
    rows = organ.home.listed.ledgers if organ.home.listed is not None else ()
    listed = {kind: (origin, fingerprint) for kind, origin, fingerprint in rows}
    for kind in ASKED:
        if kind not in listed and not organ.home.database(kind).is_file():
            continue
        try:
            with closing(organ.home.ask(kind)) as ledger:
                yield FoundLedger(organ, kind, ledger.origin, ledger.fingerprint, ledger.size(), None)
        except ZerenError as error:
            yield FoundLedger(organ, kind, *listed.get(kind, (organ.origin, organ.fingerprint)), None, error)


def _line(each: FoundLedger) -> tuple[str, ...]:
    organ, fault = each.organ, each.fault
    return (
        organ.key,
        organ.name,
        organ.title,
        each.origin,
        each.kind,
        str(each.entries) if each.entries is not None else "",
        os.path.normpath(organ.home.directory),
        explain_error(fault) if fault is not None else _("can be asked"),
    )


def _write(out: Path, seen: Sequence[FoundLedger], like: str | None) -> None:
    from cli.showing.written_lists import write_file  # with all that says and writes sheets behind it
    from projections.reports.city_sheet import LedgerLine, ledgers_file

    lines = [
        LedgerLine(
            each.organ.key,
            each.organ.name,
            each.organ.title,
            each.origin,
            each.kind,
            each.fingerprint,
            each.entries,
            os.path.normpath(each.organ.home.directory),
            explain_error(each.fault) if each.fault is not None else None,
        )
        for each in seen
    ]
    write_file(out, lambda kind: ledgers_file(kind, lines, _("The ledgers of the organs"), like, language()))


def _as_data(each: FoundLedger) -> dict[str, object]:
    return {
        "organ": each.organ.key,
        "name": each.organ.name,
        "title": each.organ.title,
        "origin": each.origin,
        "kind": each.kind,
        "fingerprint": each.fingerprint,
        "place": os.path.normpath(each.organ.home.directory),
        "entries": each.entries,
        "fault": str(each.fault) if each.fault is not None else None,
    }


@command.command(
    "add",
    help=N_(
        "Add the ledgers in PLACE, a ledger directory, to the list; it is made where there is none. Compare the "
        "fingerprints that are printed with those that you know from elsewhere."
    ),
)
@click.argument("places", metavar="PLACE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--fingerprint",
    "fingerprints",
    multiple=True,
    help=N_("Of the duty ledger there, learnt elsewhere; one for each PLACE, in the same order."),
)
@json_option
def add(places: tuple[Path, ...], fingerprints: tuple[str, ...], as_json: bool) -> None:
    if fingerprints and len(fingerprints) != len(places):
        raise BadInput("--fingerprint is given once for each place: {} places, not {}", len(places), len(fingerprints))
    root = Home(directory())
    rows: list[ListedLedger] = []
    if read_registry(directory()) is None and root.manifest.is_file():
        rows += _rows(root, ".")  # its own organ stays the first
    for number, place in enumerate(places):
        rows += _rows(Home(place), _written(place), fingerprints[number] if fingerprints else None)
    if not root.manifest.is_file():
        root.mark()
    add_rows(directory(), rows)
    if as_json:
        print_json([{"origin": row.origin, "kind": row.kind, "fingerprint": row.fingerprint} for row in rows])
        return
    for row in rows:
        print_lines(f"{row.kind}  {row.origin}  {row.title}", "  " + _("fingerprint {f}").format(f=row.fingerprint))
    note(_("listed in {file}").format(file=directory() / NAME))


@command.command(
    "publish",
    help=N_(
        "Publish the heads of every organ's duty ledger as the list of today, in the list of ledgers beside "
        "ledgers.toml. Each is proved to continue its line of the list before; one that does not stops the "
        "publication. Then seal it and have it witnessed: zeren --organ . checkpoint --ledger list"
    ),
)
@click.option(
    "--as", "author", metavar="ID", help=N_("Who publishes (id or name): a custodian, recorder or service of the list.")
)
@click.option(
    "--repeat",
    "repeated",
    multiple=True,
    metavar="ORGAN",
    help=N_("Repeat the former line of an organ whose ledger cannot be read now. Repeatable."),
)
@passphrase_option
@json_option
def publish(author: str | None, repeated: tuple[str, ...], passphrase_file: Path | None, as_json: bool) -> None:
    root = desk_home()
    if not root.database(KIND).is_file():
        root.check_here(KIND)
        raise NoLedger("there is no list of ledgers in {} yet; found one with: zeren init --kind list", root.directory)
    with open_to_write(root, KIND) as ledger:
        newest = published_lists(ledger)[-1:]
        before = newest[0].heads if newest else {}
        here = organs()
        origins = [text if text in before else here.find(text).origin for text in repeated]
        heads, gone = gather_heads((organ.home for organ in here), before, origins)
        signer = keyring(root, ledger, passphrase_file).signer(
            person_called(root, ledger, author) if author else holder_of(ledger, "service", "recorder", "custodian")
        )
        payload = ListPublished(day=today(ledger.zone), list_=format_heads(heads))
        receipt = ledger.record(Command(payload, (signer,)))[0]
    if as_json:
        print_json({**as_data(receipt), "ledgers": len(heads), "new": len(heads) - len(before), "repeated": gone})
        return
    print_receipt(receipt, as_json=False)
    said = _("{n} ledgers listed, {new} of them new").format(n=len(heads), new=len(heads) - len(before))
    print_lines(said, *(_("repeated as it was: {origin}").format(origin=origin) for origin in gone))


def _rows(home: Home, place: str, expected: str | None = None) -> list[ListedLedger]:
    """The duty and case ledgers that lie in a directory, as rows of the list. Raises NoLedger or Invalid."""
    home.check()
    found = []
    for kind in ASKED:
        if home.database(kind).is_file():
            with closing(home.ask(kind)) as ledger:
                found.append(ListedLedger(ledger.origin, place, ledger.fingerprint, kind, ledger.genesis.title))
    if not found and place != ".":
        raise NoLedger("there is no ledger in {}; make one with: zeren init", home.directory)
    if expected is not None and found[0].fingerprint != expected:
        raise Invalid(
            "the ledger in {} has the fingerprint {}, not {}: it is another one than the one you know of",
            home.directory,
            found[0].fingerprint,
            expected,
        )
    return found


def _written(place: Path) -> str:
    """The place as the list has it: from the list's own directory, where it was given from the current one."""
    return str(place) if place.is_absolute() else Path(os.path.relpath(place, directory())).as_posix()
