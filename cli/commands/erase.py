"""zeren erase ENTRY --ground: erase texts, signed by a custodian and an inspector; every old proof stays."""

from collections.abc import Sequence
from pathlib import Path

import click

from cli.acting.called import persons_called
from cli.acting.drafting import DraftOptions, custodians_signing, elsewhere_option, park
from cli.acting.receipts import print_receipt
from cli.acting.signing import holder_of, keyring, open_to_write, passphrase_option
from cli.asking import home, json_option, ledger_option
from cli.showing.command_groups import may_ask
from cli.showing.output import note
from ledger.application import Ledger
from ledger.bundle.packing import check_known_fields
from ledger.core.body import Body, is_reserved_name
from ledger.errors import BadInput, Incomplete
from ledger.events.erased import attachment_number
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.records import TextErased
from ledger.events.registry import spec_of
from ledger.messages import N_
from ledger.recording.numbers import find_entry
from ledger.store.opening import lingering_at
from projections.language.catalogue import _
from projections.views.catch_up import rebuild


@click.command("erase", help=N_("Erase texts of ENTRY for good; its digest and every proof stay."))
@click.argument("entry")
@click.option(
    "--field",
    "fields",
    multiple=True,
    help=N_("A text field, or attachments.N with its bytes; repeatable (default: all)."),
)
@click.option("--ground", required=True, help=N_("The legal ground of the erasure."))
@click.option(
    "--as",
    "persons",
    multiple=True,
    help=N_("Who signs (id or name): a custodian and an inspector (default: one each in force). Repeatable."),
)
@ledger_option()
@click.option("--yes", is_flag=True, help=N_("Do not ask: for scripts."))
@passphrase_option
@json_option
@elsewhere_option
def command(
    entry: str,
    fields: tuple[str, ...],
    ground: str,
    persons: tuple[str, ...],
    kind: str,
    yes: bool,
    passphrase_file: Path | None,
    as_json: bool,
    elsewhere: DraftOptions,
) -> int:
    here = home()
    with open_to_write(here, kind) as ledger:
        event = find_entry(ledger, entry)
        body = ledger.body_at(event.position)
        check_known_fields([name for name in fields if not _attachment(name, body)], body)
        names = fields or _texts_of(body, event.type)
        if not names:
            raise BadInput("entry {} holds no text that could be erased", entry)
        _ask(event, body, names, yes=yes)
        erased = TextErased(
            entry=EntryReference("", event.position, event.leaf_hash), names=tuple(sorted(names)), ground=ground
        )
        persons = persons_called(here, ledger, persons)
        if elsewhere.consent_of:
            park(
                here, ledger, erased, persons or custodians_signing(here, ledger, elsewhere), elsewhere, as_json=as_json
            )
            return 0
        keys = keyring(here, ledger, passphrase_file)
        signers = [keys.signer(person) for person in _signers(ledger, persons)]
        receipt, gone = ledger.erase(erased, signers)
        left = here.attached(kind).finish_erasures(ledger.store)
    rebuild(here).close()
    print_receipt(receipt, as_json=as_json)
    note(_("erased from the ledger and the views; earlier backups and exports are not reached by this"))
    if not gone:
        note(_(lingering_at(here.database(kind))))
    if left:
        note(_("erasure pending: the bytes of an attachment cannot be removed; see to the folder's permissions"))
    return 0 if gone and not left else Incomplete.exit_code


def _signers(ledger: Ledger, named: Sequence[str]) -> list[str]:
    """Those named; for the custodian or the inspector among them who was not, one in force."""
    roles = ledger.keys().roles
    signers = list(dict.fromkeys(named))
    for role in ("custodian", "inspector"):
        if not any(role in roles.get(person, ()) for person in signers):
            signers.append(holder_of(ledger, role))
    return signers


def _ask(event: Recorded, body: Body, names: Sequence[str], *, yes: bool) -> None:
    """Shows the entry and the texts that go, and asks. Raises BadInput where nobody can answer, Abort for a no."""
    values = body.values()
    note(
        _("entry #{position} {ref}, {kind}, by {author}; these texts go for good:").format(
            position=event.position, ref=event.ref, kind=event.type, author=event.author
        )
    )
    for name in names:
        what = values.get(f"{name}.name") or values.get(f"{name}.sha256") if _attachment(name, body) else None
        note(f"  {name}: {what or values.get(name, '-')}")
    if yes:
        return
    if not may_ask():
        raise BadInput("nobody is here to answer; look at what goes, then say so with --yes")
    click.confirm(_("Erase them?"), abort=True, err=True)


def _texts_of(body: Body, type_name: str) -> tuple[str, ...]:
    """Every text that is held, and every attachment of which anything is."""
    found: dict[str, None] = {}
    for name in body.disclosures:
        spec = None if is_reserved_name(name) else spec_of(type_name, name)
        whole = name.rpartition(".")[0]
        if _attachment(whole, body) and name == f"{whole}.name":
            found[whole] = None
        elif spec is not None and spec.field_class == "erasable" and not _attachment(whole, body):
            found[name] = None
    return tuple(found)


def _attachment(name: str, body: Body) -> bool:
    """Whether this names an attachment of the entry as a whole."""
    return attachment_number(name) is not None and f"{name}.sha256" in body.digests
