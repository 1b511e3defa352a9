"""zeren issue FILE --as PERSON: the word of whoever hands out a bundle or a report (FORMAT.md section 15)."""

from contextlib import closing
from pathlib import Path

import click

from cli.acting.called import person_called
from cli.acting.signing import keyring, passphrase_option
from cli.asking import home, json_option
from cli.showing.bundles import issuer_text
from cli.showing.output import note, print_json, print_lines
from ledger.application import Ledger
from ledger.bundle.bundle_report import Issuer
from ledger.bundle.checking import check_bundle
from ledger.bundle.issuer import NOTE, IssuedReport, add_issuer, issuer_of, open_report
from ledger.core.archive import read_archive
from ledger.core.issued import REPORT, issued_of, sign_issued
from ledger.core.signers import Signer
from ledger.errors import BadInput, Invalid
from ledger.messages import N_
from ledger.writing import replace_whole, written_whole
from projections.language.catalogue import _


@click.command(
    "issue",
    help=N_(
        "Sign that one hands out FILE and answers for what was chosen: a bundle takes up the note, that of a report is "
        "written beside it as FILE.issuer. By an inspector, custodian or recorder."
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--as", "person", required=True, help=N_("Person who signs (id or name)."), metavar="ID")
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("The person's key file or token file (default: in the ledger directory)."),
)
@click.option(
    "--ledger", "kind", type=click.Choice(["duty", "case"]), default="case", show_default=True, help=N_("Which ledger.")
)
@passphrase_option
@json_option
def command(
    file: Path, person: str, key_file: Path | None, kind: str, passphrase_file: Path | None, as_json: bool
) -> None:
    here = home()
    with closing(here.ask(kind)) as ledger:
        person = person_called(here, ledger, person)
        keys = keyring(here, ledger, passphrase_file)
        signer = keys.open(key_file, f"{ledger.origin}/{person}") if key_file else keys.signer(person)
        is_bundle = file.suffix.lower() == ".zip"
        written, issuer = _bundle(file, kind, signer) if is_bundle else _report(file, ledger, signer)
    if as_json:
        print_json({"file": str(written), "person": issuer.person, "roles": issuer.roles, "origin": issuer.origin})
    else:
        print_lines(issuer_text(issuer))
        note(_("written to {file}").format(file=written))


def _bundle(file: Path, path: str, signer: Signer) -> tuple[Path, Issuer]:
    """Puts the note into the bundle, which is replaced whole, once it was checked. Raises Invalid."""
    with written_whole(file) as issued:
        with file.open("rb") as bundle:
            add_issuer(read_archive(bundle), path, signer, issued)
        report = check_bundle(issued)
        if report.issuer is None or report.findings:
            raise Invalid("nothing was written: {}", report.findings[0].what)
    return file, report.issuer


def _report(file: Path, ledger: Ledger, signer: Signer) -> tuple[Path, Issuer]:
    """Writes the note beside the report. Raises BadInput where one is there, Invalid for a key that may not."""
    target = file.with_name(file.name + NOTE)
    if target.exists():
        raise BadInput("{} is there already; name another file, or remove it first", target)
    data, size = file.read_bytes(), ledger.size()
    given = IssuedReport(data, sign_issued(issued_of(REPORT, data, ledger.fingerprint, size), signer))
    issuer = issuer_of(given.note, open_report(given)[1], ledger.keys(), size)
    replace_whole(target, given.note)
    return target, issuer
