"""zeren backup FILE|DIR: everything of the directory but private keys, copied while it is in use, and verified."""

from dataclasses import asdict
from pathlib import Path

import click

from cli.asking import home, json_option
from cli.showing.output import note, print_json, print_lines
from cli.showing.progress import progress_line
from cli.showing.verification import print_report
from ledger.backup.make import Made, make_backup
from ledger.backup.unpacked import exit_code
from ledger.messages import N_
from projections.language.catalogue import _


@click.command(
    "backup",
    help=N_(
        "Copy the ledgers, what is known of their heads and the attachments to TARGET, also while others write: one "
        "file where its name ends in .tar, else a directory. The copy is read again and verified."
    ),
)
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--with-keys", is_flag=True, help=N_("Private keys too: keep such a backup as you keep the keys."))
@json_option
def command(target: Path, with_keys: bool, as_json: bool) -> int:
    with progress_line(_("entries of the copy checked")) as told:
        made = make_backup(home(), target, with_keys=with_keys, progress=told)
    if as_json:
        print_json(_as_data(made))
    else:
        _print(made, with_keys=with_keys)
    return exit_code(made.checked)


def _print(made: Made, *, with_keys: bool) -> None:
    for each in made.checked:
        if each.report.verdict != "valid":
            print_report(each.kind, each.report)
    verdicts = {each.kind: each.report.verdict for each in made.checked}
    print_lines(_("written to {path}, read again and verified").format(path=made.path))
    for ledger in made.manifest.ledgers:
        print_lines(
            "  "
            + _("{kind} {origin}: {size} entries, {verdict}").format(
                kind=ledger.kind, origin=ledger.origin, size=ledger.size, verdict=_(verdicts[ledger.kind])
            ),
            "  " + _("root {root}").format(root=ledger.root),
        )
    attached = sum(name.startswith("attachments/") for name in made.manifest.files)
    print_lines(
        "  " + _("{n} files, {attached} of them attachments").format(n=len(made.manifest.files), attached=attached)
    )
    if with_keys:
        note(_("private keys are in it; whoever has it and a passphrase signs in their owners' names"))
    elif made.manifest.left_out:
        note(
            _("{n} private files under keys/ are not in it; keep them apart, and the passphrases elsewhere").format(
                n=len(made.manifest.left_out)
            )
        )


def _as_data(made: Made) -> dict[str, object]:
    verdicts = {each.kind: each.report.verdict for each in made.checked}
    return {
        "path": str(made.path),
        "made_at": made.manifest.made_at,
        "ledgers": [asdict(each) | {"verdict": verdicts[each.kind]} for each in made.manifest.ledgers],
        "files": len(made.manifest.files),
        "left_out": list(made.manifest.left_out),
    }
