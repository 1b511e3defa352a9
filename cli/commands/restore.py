"""zeren restore BACKUP: a directory made from a backup, verified first, never over something."""

from dataclasses import asdict
from pathlib import Path

import click

from cli.asking import json_option
from cli.showing.output import note, print_json, print_lines
from cli.showing.verification import print_report
from ledger.backup.restore import restore_backup
from ledger.backup.unpacked import CheckedLedger, exit_code
from ledger.errors import BadInput, Incomplete
from ledger.messages import N_
from projections.language.catalogue import _


@click.command(
    "restore",
    help=N_(
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
    help=N_("A head that you know from elsewhere (a file); a backup that lacks it is not restored. Repeatable."),
)
@click.option(
    "--older",
    is_flag=True,
    help=N_("Also where it is older than a known head: it answers, says so, and never signs again."),
)
@json_option
def command(backup: Path, checkpoints: tuple[Path, ...], older: bool, as_json: bool) -> int:
    given = click.get_current_context().find_root().obj
    if given.get("server") is not None:
        raise BadInput("a backup is restored into a directory; from there it goes to a server by: zeren migrate")
    target = Path(given["directory"])

    def show(checked: tuple[CheckedLedger, ...]) -> None:
        if not as_json or any(each.report.verdict == "invalid" for each in checked):
            for each in checked:
                print_report(each.kind, each.report)

    restored = restore_backup(backup, target, checkpoints, show, older=older)
    if as_json:
        print_json(
            {
                "directory": str(target),
                "made_at": restored.manifest.made_at,
                "ledgers": [asdict(each) for each in restored.manifest.ledgers],
                "verdicts": {each.kind: each.report.verdict for each in restored.checked},
                "missing": list(restored.missing),
                "older": list(restored.behind),
            }
        )
    else:
        print_lines(
            _("restored to {directory} as of {made_at}").format(directory=target, made_at=restored.manifest.made_at)
        )
        for name in restored.missing:
            print_lines("  " + _("not in the backup: {name}").format(name=name))
        for kind in restored.behind:
            note(
                _(
                    "{kind}: an older copy: it answers and never signs again; go on with: zeren init --continues {at}"
                ).format(kind=kind, at=target)
            )
        if not checkpoints:
            note(
                _(
                    "no head from elsewhere was compared: before anything is signed here, ask who holds a newer one "
                    "(superior, inspectors, witnesses) and check it with zeren verify --checkpoint FILE"
                )
            )
    sound = tuple(each for each in restored.checked if each.kind not in restored.behind)
    return exit_code(sound) or (Incomplete.exit_code if restored.behind else 0)
