"""An import on its way: sheet after sheet checked, then written, with what is to be decided asked."""

from collections.abc import Mapping
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.acting.hints import claims_check
from cli.acting.recording import RecordingOptions
from cli.acting.waiting_rows import WaitingRows
from cli.showing.output import note
from cli.showing.progress import Told, progress_line
from ledger.application import Ledger
from ledger.core.signers import Signer
from ledger.decisions.state import Register
from ledger.errors import BadInput, Refused, ZerenError
from ledger.frozen import dataclass
from ledger.importing.row_checks import Checked, RowFinding, RowsWanted, check_rows
from ledger.importing.seen import Seen
from ledger.importing.source import FileBytes, Source
from ledger.importing.staging import Staged
from ledger.importing.write import Begun, Written, check_not_imported, write_rows
from ledger.recording.forms import Form
from ledger.recording.numbers import context_of
from ledger.recording.preview import preview
from ledger.recording.raw_record import shown
from projections.language.catalogue import _
from projections.language.titles import Labels

if TYPE_CHECKING:
    pass


@dataclass(slots=True)
class Step:
    """One sheet or file of one kind on its way through an import."""

    form: Form
    source: Source
    part: str
    """The sheet, where it is one of several or was asked for; "" for the file as a whole."""
    staged: Staged
    legacy: bool
    begun: Begun | None = None
    persons: tuple[str, ...] = ()
    checked: Checked = field(default_factory=Checked)
    written: Written | None = None


def learn(path: Path, step: Step) -> None:
    from projections.importing.learnt import write_mapping
    from projections.importing.sheet import Sheet

    if isinstance(step.source, Sheet) and step.source.columns is not None:
        write_mapping(path, step.form, step.source.columns)


def not_imported(ledger: Ledger, data: FileBytes, steps: list[Step]) -> list[Step]:
    """The steps that are still to be done; of several sheets some may stand. Raises Refused where all stand."""
    left, refusals = [], []
    for step in steps:
        try:
            step.begun = check_not_imported(ledger, step.form, data, legacy=step.legacy, sheet=step.part)
        except Refused as refused:
            refusals.append(refused)
            if len(steps) == 1:
                raise
        else:
            left.append(step)
    if not left:
        raise refusals[0]
    return left


def check_steps(
    ledger: Ledger, steps: list[Step], parameters: Mapping[str, Any], asked: RecordingOptions, waiting: WaitingRows
) -> bool:
    """Checks sheet after sheet, each as if those before it stood already; whether all may be written."""
    seen, claims = Seen(ledger, waiting.known()), claims_check(ledger)
    with ledger.supposing() as suppose:
        for step in steps:
            begun = step.begun
            wanted = RowsWanted(
                legacy=step.legacy,
                after=begun.last_row if begun is not None else 0,
                batch=begun.batch.position if begun is not None else None,
                several=parameters["several"],
                changed=parameters["changed"],
                park=waiting.check(step.persons),
                claims=claims,
            )
            context = context_of(ledger, Labels(), of_file=True)
            with progress_line(_("rows checked")) as told:
                step.checked = check_rows(
                    ledger, step.form, step.source, context, wanted, staged=step.staged, seen=seen,
                    progress=partial(_note, {}, 0, told),
                )  # fmt: skip
            if step.checked.changed and wanted.changed == "ask" and not asked.dry_run:
                ask_about_changed(step.source.sheet, step.checked)
            if step.checked.findings:
                return False
            if step.checked.first is not None:
                preview(ledger, (step.checked.first,), step.persons)  # they may write such records, or it is refused
            if len(steps) > 1 and step.form.type in Register.TOPICS:
                for _number, payloads in step.staged.rows():
                    for payload in payloads:
                        suppose(payload)
    return True


def write_steps(
    ledger: Ledger, data: FileBytes, steps: list[Step], keys: tuple[Signer, ...], waiting: WaitingRows
) -> None:
    total = {"rows": 0}
    for step in steps:
        if not step.checked.new:
            continue
        done = {"rows": 0}
        try:
            with progress_line(_("rows written")) as told:
                step.written = write_rows(
                    ledger, step.form, data, step.checked, step.staged, keys,
                    legacy=step.legacy, sheet=step.part, resumed=step.begun,
                    progress=partial(_note, done, step.checked.new, told),
                    begun=partial(waiting.park, step.staged, step.persons),
                )  # fmt: skip
        except (ZerenError, OSError, KeyboardInterrupt):
            rows = total["rows"] + done["rows"]
            note(_("{n} rows are written; repeat the same command to go on behind them").format(n=rows))
            raise
        total["rows"] += step.checked.new
    waiting.ask()


def _note(done: dict[str, int], of: int, told: Told | None, rows: int) -> None:
    done["rows"] = rows
    if told is not None:
        told(rows, of)


def ask_about_changed(sheet: str, checked: Checked) -> None:
    """Makes a finding of each row that says otherwise than its entry: nothing is written before it is decided."""
    for row, each in checked.changed:
        name, now, then = each.fields[0]
        problem = BadInput(
            "#{} is the same act and says {} (+{}); decide with --changed correct, leave or new",
            each.position,
            shown(now),
            len(each.fields) - 1,
        )
        checked.note(RowFinding(sheet, str(row), name, shown(then), problem))
