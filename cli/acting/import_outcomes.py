"""What an import came to: what was read, what is new or changed, what is wrong, what was written."""

from pathlib import Path
from typing import Any

from cli.acting.importing import Step
from cli.acting.recording import RecordingOptions
from cli.acting.waiting_rows import WaitingRows
from cli.showing.output import note, print_json, print_lines, table
from ledger.importing.row_checks import Checked, RowFinding
from ledger.importing.source import FileBytes, Source
from ledger.importing.write import Written
from ledger.recording.raw_record import shown
from projections.language.catalogue import LANGUAGES, _, explain_error
from projections.language.kind_titles import type_title
from projections.language.titles import field_title

SHOWN = 50


def _print_read(file: str, source: Source, checked: Checked, said: set[str]) -> None:
    """What was read of the file, and each thing in it that was not, with its reason; of other sheets only once."""
    place = _("{file}, sheet {sheet}").format(file=file, sheet=source.sheet) if source.sheet else file
    print_lines(_("{place}: {n} rows read").format(place=place, n=checked.rows))
    for each in source.notes:
        told = explain_error(each)
        if told not in said:
            print_lines(f"  {told}")
        if each.message in _OF_FILE:
            said.add(told)


_OF_FILE = ("sheets not read: {}", "hidden sheets not read: {}")
"""What is said of the file as a whole, not of a sheet."""


def _compared_data(checked: Checked) -> dict[str, Any]:
    """What a comparison with the ledger, and of the rows among themselves, came to."""
    changed = [
        {"row": row, "position": each.position, "fields": [list(field) for field in each.fields]}
        for row, each in checked.changed
    ]
    there = [{"row": row, "position": position} for row, position in checked.there]
    twice = [{"row": row, "same_as": other} for row, other in checked.twice]
    waiting = [{"row": row, "draft": draft} for row, draft in checked.waiting]
    said = {"new": checked.new, "already_there": there, "twice": twice, "changed": changed}
    return said | {"waiting": waiting, "to_wait": checked.parked}


def _print_compared(checked: Checked) -> None:
    """The three lists: new, already there, changed; long ones are cut, their number is said."""
    print_lines(
        _("new: {new}; already there: {there}; changed: {changed}").format(
            new=checked.new, there=len(checked.there), changed=len(checked.changed)
        )
    )
    lines = [_("row {row}: already there, #{position}").format(row=r, position=p) for r, p in checked.there]
    lines += [_("row {row}: the same as row {other}, taken once").format(row=r, other=o) for r, o in checked.twice]
    lines += [_("row {row}: waits already as the draft {draft}").format(row=r, draft=d) for r, d in checked.waiting]
    for row, each in checked.changed:
        for name, now, then in each.fields:
            text = _("row {row}: #{position} says {now} for {field}, the row {then}")
            words = {"now": shown(now), "then": shown(then), "field": _title_of(name)}
            lines.append(text.format(row=row, position=each.position, **words))
    print_lines(*(f"  {line}" for line in lines[:SHOWN]))
    if len(lines) > SHOWN:
        print_lines(_("... and {n} more; --json lists all").format(n=len(lines) - SHOWN))


def _read_data(source: Source) -> dict[str, Any]:
    notes = [{language: explain_error(each, language) for language in LANGUAGES} for each in source.notes]
    return {"sheet": source.sheet, "notes": notes}


def print_findings(file: Path, steps: list[Step], *, as_json: bool) -> None:
    bad = next(step for step in steps if step.checked.findings)
    checked = bad.checked
    total = len(checked.findings) + checked.unlisted
    if as_json:
        found = [_finding_data(finding) for finding in checked.findings]
        data = {"file": str(file), "rows": checked.rows, "findings": found, "unlisted": checked.unlisted}
        print_json(data | _read_data(bad.source))
    else:
        heads = (_("place"), _("heading"), _("value"), _("what is wrong and what to do"))
        rows = [
            (_place(finding), _title(finding), finding.value, explain_error(finding.problem))
            for finding in checked.findings[:SHOWN]
        ]
        print_lines(table(heads, rows))
        if total > SHOWN:
            print_lines(_("... and {n} more; --json lists up to {most}").format(n=total - SHOWN, most=SHOWN * 4))
        said: set[str] = set()
        for step in steps[: steps.index(bad) + 1]:
            _print_read(file.name, step.source, step.checked, said)
        if later := ", ".join(step.part for step in steps[steps.index(bad) + 1 :]):
            print_lines(_("not checked yet, because it may rest on these: {sheets}").format(sheets=later))
    note(_("{n} faults in {rows} rows; nothing was written").format(n=total, rows=checked.rows))


def _place(finding: RowFinding) -> str:
    if finding.sheet:
        return f"{finding.sheet}!{finding.cell}"
    return _("line {line}").format(line=finding.cell)


def _title(finding: RowFinding) -> str:
    return _title_of(finding.field) if finding.field else ""


def _title_of(name: str) -> str:
    try:
        return field_title(name)
    except KeyError:  # a field that there is not
        return name


def _finding_data(finding: RowFinding) -> dict[str, Any]:
    return {
        "sheet": finding.sheet,
        "cell": finding.cell,
        "field": finding.field,
        "value": finding.value,
        "problem": {language: explain_error(finding.problem, language) for language in LANGUAGES},
    }


def print_outcome(file: FileBytes, steps: list[Step], asked: RecordingOptions, waiting: WaitingRows) -> None:
    if asked.as_json:
        found = [_outcome_data(file, step, dry_run=asked.dry_run) for step in steps]
        print_json((found[0] if len(found) == 1 else {"sha256": file.sha256, "sheets": found}) | _waiting_data(waiting))
        return
    said: set[str] = set()
    for step in steps:
        _print_read(file.name, step.source, step.checked, said)
        _print_compared(step.checked)
        data = _outcome_data(file, step, dry_run=asked.dry_run)
        if asked.dry_run:
            print_lines(
                _("{rows} rows of {kind} pass; SHA-256 {sha256}").format(**{**data, "kind": type_title(step.form.type)})
            )
            if step.checked.parked:
                print_lines(_("{n} of them would wait as drafts").format(n=step.checked.parked))
        elif step.written is None:
            print_lines(_("nothing is new; nothing was written"))
        else:
            _print_written(step.written, data)
    _print_waiting(waiting)
    if asked.dry_run:
        print_lines(_("dry run: nothing was written"))
    elif any(step.written and step.written.entries for step in steps):
        print_lines(_("pending: confirmed once a checkpoint that contains it is held elsewhere"))


def _outcome_data(file: FileBytes, step: Step, *, dry_run: bool) -> dict[str, Any]:
    data = _compared_data(step.checked) | _read_data(step.source)
    data |= {"kind": step.form.type, "rows": step.checked.rows, "sha256": file.sha256}
    if dry_run:
        return {"dry_run": True, **data, "resumed_after": step.begun.last_row if step.begun is not None else 0}
    written = step.written
    if written is None:
        return data | {"batch": None, "rows_written": 0, "entries_written": 0}
    return data | {
        "batch": written.batch.position,
        "rows_written": written.rows,
        "entries_written": written.entries,
        "first": written.first,
        "last": written.last,
        "resumed_after": written.resumed_after,
    }


def _print_written(written: Written, data: dict[str, Any]) -> None:
    if written.resumed_after:
        print_lines(_("gone on behind row {resumed_after}").format(**data))
    if written.entries:
        print_lines(
            _("{rows_written} rows are recorded as {entries_written} entries, #{first} to #{last}").format(**data)
        )
    print_lines(_("batch #{batch}, SHA-256 {sha256}").format(**data))


def _waiting_data(waiting: WaitingRows) -> dict[str, Any]:
    drafts = [
        {"row": row, "draft": draft.name, "asked": [[each.person, each.capacity] for each in draft.asked]}
        for row, draft in waiting.parked
    ]
    return {"drafts": drafts, "requests": {person: str(file) for person, file in waiting.requests.items()}}


def _print_waiting(waiting: WaitingRows) -> None:
    """Which rows wait for whom, and which file goes to whom."""
    if not waiting.parked:
        return
    lines = [
        _("row {row}: waits as the draft {draft} for {people}").format(
            row=row, draft=draft.name, people=", ".join(each.person for each in draft.asked)
        )
        for row, draft in waiting.parked
    ]
    print_lines(*lines[:SHOWN])
    if len(lines) > SHOWN:
        print_lines(_("... and {n} more; --json lists all").format(n=len(lines) - SHOWN))
    print_lines(
        *(_("hand {file} to {person}").format(file=file, person=person) for person, file in waiting.requests.items()),
        _("then: zeren draft finish --all ANSWER..."),
    )
