"""The workbook to be filled in for a kind: headings, what each wants, lists to choose from, an example.

Every text is written as text, never as a formula or a link; the same template has the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.errors import BadInput
from ledger.importing.elsewhere import CONSENT_OF
from ledger.recording.forms import Column, Form, form_named
from ledger.recording.party_finder import Parties
from projections.importing.claimable import CLAIMS, claim_words, claimable
from projections.importing.headings import MARK, REQUIRED, ColumnHeading, headings
from projections.language.catalogue import _
from projections.language.kind_titles import kind_title
from projections.language.titles import shape_title, word_title

LAST_ROW = 1_048_575
"""The last row that a sheet can have, from 0."""
MAX_CHOICES = 5_000


def write_template(form: Form, path: Path, parties: Parties | None = None) -> None:
    """Writes the template of a kind to a new file; `parties` fill the lists to choose from. Raises BadInput."""
    with _new_book(path, kind_title(form)) as book:
        columns = headings(form)
        sheet = book.add_worksheet(_("records"))
        lists = book.add_worksheet(_("choices"))
        _write_records(book, sheet, form, columns)
        _write_help(book, book.add_worksheet(_("how to fill in")), form, columns)
        _write_choices(sheet, lists, columns, parties)
        sheet.activate()


ORGAN: Mapping[str, tuple[str, ...]] = {
    "unit": ("name", "kind"),
    "person": ("name",),
    "post": ("title", "exclusive", "role"),
    "assignment": ("person", "post", "scope", "supervises", "valid_from", "authority"),
    "talk": ("occurred_at", "talker", "counterpart", "kind", "text", "place", "follow_up_due", "claims"),
    "meeting": (
        *("occurred_at", "kind", "body", "chair", "attendees", "matter", "votes.agree", "votes.oppose"),
        *("votes.abstain", "decision", "minutes", "claims"),
    ),
    "education": ("occurred_at", "body", "title", "attendees", "place", "claims"),
    "inspection": ("occurred_at", "lead", "covers", "kind", "for_year", "text", "claims"),
    "task": ("occurred_at", "title", "owner", "unit", "co_units", "due"),
    "issue": ("occurred_at", "finder", "unit", "title", "owner", "due"),
}
"""The sheets of an organ's workbook, and what an office writes in each: by names alone, no ids."""
NAMED = {"person": ("person", "name"), "unit": ("unit", "name"), "party": ("person", "name"), "post": ("post", "title")}
"""On which sheet, in which column stands what a cell may be chosen from."""
ROWS = 500
"""Rows of a sheet that are offered to choose from."""


def write_organ_template(path: Path, filled: Mapping[str, Sequence[Mapping[str, str]]] | None = None) -> None:
    """Writes the workbook of an organ to a new file: units, persons, posts, and a sheet for each thing that an office
    records of a year. What a sheet names is chosen from the sheets before it; `filled` are rows that stand in it
    already, by sheet and field. Raises BadInput."""
    with _new_book(path, _("workbook of an organ")) as book:
        fields = {name: [h for h in headings(form_named(name)) if h.name in wanted] for name, wanted in ORGAN.items()}
        for name, wanted in ORGAN.items():
            fields[name].sort(key=lambda heading: wanted.index(heading.name))
        sheets = {name: book.add_worksheet(kind_title(form_named(name))) for name in ORGAN}
        lists = book.add_worksheet(_("choices"))
        position = 0
        for name, sheet in sheets.items():
            _write_records(book, sheet, form_named(name), fields[name])
            if filled:
                told = book.add_format({"bold": True, "font_color": "#C00000"})
                sheet.write_string(1, 1, _("invented throughout: to look at and to try"), told)
            for row, values in enumerate((filled or {}).get(name, ()), start=2):
                for number, heading in enumerate(fields[name], start=1):
                    sheet.write_string(row, number, _written(heading.column, values.get(heading.name, "")))
            position = _write_choices(sheet, lists, fields[name], None, position)
            for number, heading in enumerate(fields[name], start=1):
                about = "post" if heading.column.names_post else heading.column.about
                if about in NAMED and not heading.column.is_list and NAMED[about][0] != name:
                    where, member = NAMED[about]
                    letter = _letters(1 + [each.name for each in fields[where]].index(member))
                    source = f"='{sheets[where].get_name()}'!${letter}$3:${letter}${ROWS}"
                    choose = {"validate": "list", "source": source, "error_type": "information"}
                    sheet.data_validation(1, number, LAST_ROW, number, choose)


@contextmanager
def _new_book(path: Path, title: str) -> Iterator[Any]:
    """A workbook that is written to a new file, its texts texts. Raises BadInput."""
    import xlsxwriter  # type: ignore[import-untyped]  # it has no types

    if path.exists():
        raise BadInput("{} is there already; name another file", path)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            book.set_properties({"title": title, "created": datetime(2024, 1, 1)})  # noqa: DTZ001 - fixed
            yield book
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise BadInput("{} cannot be written: {}", path, getattr(error, "strerror", None) or error) from None


def _write_records(book: Any, sheet: Any, form: Form, columns: Sequence[ColumnHeading]) -> None:
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "top"})
    must = book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1, "text_wrap": True, "valign": "top"})
    example = book.add_format({"italic": True, "font_color": "#7F7F7F", "num_format": "@"})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    formats = {"day": day, "when": day, "moment": moment, "whole": None, "decimal": None}
    sheet.freeze_panes(1, 1)
    sheet.write_string(0, 0, MARK, head)
    sheet.write_string(1, 0, MARK + " " + _("example"), example)
    sheet.set_column(0, 0, 8)
    for position, heading in enumerate(columns, start=1):
        sheet.set_column(position, position, 18, formats.get(heading.column.kind, text))
        sheet.write_string(0, position, heading.title, must if heading.title.endswith(REQUIRED) else head)
        sheet.write_string(1, position, _example(heading), example)
        if heading.name == CONSENT_OF:
            sheet.write_comment(0, position, waiting_words(), {"x_scale": 2, "y_scale": 2})
        elif heading.name == CLAIMS and claimable(form):
            sheet.write_comment(0, position, claim_words(form), {"x_scale": 3, "y_scale": 4})
            sheet.write_string(1, position, claimable(form)[-1][0], example)


def waiting_words() -> str:
    """What is said of the column of those who sign elsewhere."""
    return _(
        "Who signs on a computer of their own, before this is recorded: the row waits as a draft, a request goes to "
        "each, and it is recorded when the answers have come. Leave it empty to record at once and ask afterwards."
    )


def _example(heading: ColumnHeading) -> str:
    column = heading.column
    if heading.name == CONSENT_OF:
        return ""
    if column.choices:
        return word_title(column.choices[0], column.words)
    if column.about is not None:
        one = {"person": "张三", "unit": _("aids centre")}.get(column.about, "张三")
    else:
        one = {
            "whole": "2024",
            "yesno": _("yes"),
            "decimal": "12.5",
            "day": "2024-07-09",
            "moment": "2024-07-09 15:00",
            "when": "2024-07-09",
            "entry": "E060",
        }.get(column.kind, "…")
    return f"{one}; {one}" if column.is_list and one != "…" else one


def _write_help(book: Any, sheet: Any, form: Form, columns: Sequence[ColumnHeading]) -> None:
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 28)
    sheet.set_column(2, 2, 12)
    sheet.set_column(3, 3, 60, wrap)
    lines = (
        kind_title(form),
        _("One row a record, on the first sheet. A row with # in the first column is passed over: so is the example."),
        _("Persons and units by id or by name; several in one cell are parted by ; or 、."),
        _("Values only: no formulas, no merged cells, no macros."),
        _("Check first: zeren import FILE.xlsx --kind {kind} --dry-run").format(kind=form.name),
    )
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, bold if row == 0 else None)
    start = len(lines) + 1
    for position, title in enumerate((_("heading"), _("field"), _("required"), _("what to write"))):
        sheet.write_string(start, position, title, bold)
    for row, heading in enumerate(columns, start=start + 1):
        sheet.write_string(row, 0, heading.title)
        sheet.write_string(row, 1, heading.name)
        sheet.write_string(row, 2, _("yes") if heading.column.required else "")
        words = waiting_words() if heading.name == CONSENT_OF else shape_title(heading.column)
        sheet.write_string(row, 3, words)


def _write_choices(
    sheet: Any, lists: Any, columns: Sequence[ColumnHeading], parties: Parties | None, position: int = 0
) -> int:
    """A list to choose from for each column of fixed or registered words; other words may still be written.

    Returns how many lists there are now.
    """
    for number, heading in enumerate(columns, start=1):
        words = _words(heading.column, parties)
        if not words or heading.column.is_list:
            continue
        lists.write_string(0, position, heading.title)
        for row, word in enumerate(words, start=1):
            lists.write_string(row, position, word)
        letter = _letters(position)
        sheet.data_validation(
            1,
            number,
            LAST_ROW,
            number,
            {
                "validate": "list",
                "source": f"='{lists.get_name()}'!${letter}$2:${letter}${len(words) + 1}",
                "error_type": "stop" if heading.column.choices or heading.column.kind == "yesno" else "warning",
                "error_title": heading.title[:32],
                "error_message": _("Choose from the list."),
            },
        )
        position += 1
    return position


def _words(column: Column, parties: Parties | None) -> list[str]:
    if column.choices:
        return [word_title(word, column.words) for word in column.choices]
    if column.kind == "yesno":
        return [_("yes"), _("no")]
    if parties is None or column.registers:
        return []
    if column.names_post:
        return parties.choices("post")[:MAX_CHOICES]
    return parties.choices(column.about)[:MAX_CHOICES] if column.about is not None else []


def _written(column: Column, value: str) -> str:
    """A value as people write it: fixed words by what they are called."""
    if column.kind == "yesno" and value:
        return _("yes") if value == "yes" else _("no")
    return word_title(value, column.words) if value in column.choices else value


def _letters(position: int) -> str:
    return chr(65 + position) if position < 26 else chr(64 + position // 26) + chr(65 + position % 26)
