"""zeren restore BACKUP: a directory made from a backup, verified first, never over something."""

from dataclasses import asdict
from pathlib import Path

import click

from cli.asking import json_option
from cli.showing.output import note, print_json, print_lines
from cli.showing.verification import print_report
from ledger.backup.check import CheckedLedger, exit_code
from ledger.backup.restore import restore_backup
from projections.language.catalogue import _


@click.command(
    "restore",
    help=_(
        "Make the directory named by --dir from BACKUP, which zeren backup wrote. Every file and every ledger is "
        "checked first; nothing is put over something."
    ),
)
@click.argument("backup", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=_("A head that you know from elsewhere (a file); a backup that lacks it is not restored. Repeatable."),
)
@json_option
def command(backup: Path, checkpoints: tuple[Path, ...], as_json: bool) -> int:
    target = Path(click.get_current_context().find_root().obj["directory"])

    def show(checked: tuple[CheckedLedger, ...]) -> None:
        if not as_json or any(each.report.verdict == "invalid" for each in checked):
            for each in checked:
                print_report(each.kind, each.report)

    restored = restore_backup(backup, target, checkpoints, show)
    if as_json:
        print_json(
            {
                "directory": str(target),
                "made_at": restored.manifest.made_at,
                "ledgers": [asdict(each) for each in restored.manifest.ledgers],
                "verdicts": {each.kind: each.report.verdict for each in restored.checked},
                "missing": list(restored.missing),
            }
        )
    else:
        print_lines(
            _("restored to {directory} as of {made_at}").format(directory=target, made_at=restored.manifest.made_at)
        )
        for name in restored.missing:
            print_lines("  " + _("not in the backup: {name}").format(name=name))
        if not checkpoints:
            note(
                _(
                    "no head from elsewhere was compared: before anything is signed here, ask who holds a newer one "
                    "(superior, inspectors, witnesses) and check it with zeren verify --checkpoint FILE"
                )
            )
    return exit_code(restored.checked)
