"""Which sheets of a workbook hold records of which kind, and the order in which they are taken.

One workbook sets up an organ: what a sheet holds is told by its name and its headings, and units, persons and posts
come before what names them.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from ledger.errors import BadInput
from ledger.importing.source import FileBytes, importable
from ledger.recording.forms import Form, form_named, forms
from projections.importing.books import open_book
from projections.importing.columns import Columns, ReadingOptions
from projections.importing.grid import Grid
from projections.importing.headings import plain_heading
from projections.importing.sheet import Sheet, has_rows, headings_of
from projections.language.catalogue import LANGUAGES
from projections.language.kind_titles import kind_title

_FIRST = ("unit", "person", "post", "assignment", "acting")
"""The order of setting up; other kinds follow in that of their sheets."""
_NAMED = (
    (re.compile("分管|分工|任职|任免"), "assignment"),
    (re.compile("主持工作|代理"), "acting"),
    (re.compile("请假|休假"), "leave"),
    (re.compile("交接"), "handover"),
    (re.compile("谈话"), "talk"),
    (re.compile("会议"), "meeting"),
    (re.compile("教育|学习"), "education"),
    (re.compile("检查|督查"), "inspection"),
    (re.compile("任务"), "task"),
    (re.compile("风险"), "risk"),
    (re.compile("^问题|问题清单|问题台账"), "issue"),
    (re.compile("单位|部门|机构|科室|处室"), "unit"),
    (re.compile("人员|干部|名册|职工"), "person"),
    (re.compile("职务|岗位"), "post"),
)
"""Words in the names of sheets, the telling ones first."""


def sheets_of_kind(file: FileBytes, form: Form, reading: ReadingOptions) -> list[tuple[Form, Sheet]]:
    """Every sheet that is not hidden and holds records of this kind. Raises BadInput where there is none."""

    def kind(table: Grid) -> Form | None:
        return form if headings_of(table, form, reading) is not None else None

    found = _sheets(file, reading, kind)
    return found or [(form, Sheet(file, form, reading))]  # says what is missing


def _sheets(file: FileBytes, reading: ReadingOptions, kind: Callable[[Grid], Form | None]) -> list[tuple[Form, Sheet]]:
    book = open_book(file)
    try:
        taken = [
            (form, table.title)
            for table in book.tables
            if not table.hidden
            and (form := kind(table)) is not None
            and (columns := headings_of(table, form, reading)) is not None
            and has_rows(table, columns)
        ]
    finally:
        book.close()
    titles = frozenset(title for _, title in taken)
    return [(form, Sheet(file, form, replace(reading, sheet=title), titles)) for form, title in taken]


def sheets_of_organ(file: FileBytes, reading: ReadingOptions) -> list[tuple[Form, Sheet]]:
    """Every sheet that is not hidden and whose kind can be told, in the order in which they are needed.

    Raises BadInput where no kind can be told: the person says it.
    """
    found = _sheets(file, reading, lambda table: _kind(table, reading))
    if not found:
        raise BadInput("{}: no sheet tells what it holds by its name and headings; say it with --kind", file.name)
    place = {name: number for number, name in enumerate(_FIRST)}
    return sorted(found, key=lambda each: place.get(each[0].name, len(place)))


def _kind(table: Grid, reading: ReadingOptions) -> Form | None:
    """What a sheet holds: by its name, and else by headings that are those of one kind alone."""
    plain = plain_heading(table.title)
    name = _by_title().get(plain) or next((kind for pattern, kind in _NAMED if pattern.search(plain)), None)
    if name is not None:
        form = form_named(name)
        return form if headings_of(table, form, reading) is not None else None
    clear = [form for form in _importable() if _clear(headings_of(table, form, reading))]
    return clear[0] if len(clear) == 1 else None


def _clear(columns: Columns | None) -> bool:
    return columns is not None and not columns.unknown


def _importable() -> list[Form]:
    return [form for form in forms().values() if importable(form)]


@cache
def _by_title() -> dict[str, str]:
    names = {plain_heading(form.name): form.name for form in _importable()}
    titles = {plain_heading(kind_title(form, language)): form.name for form in _importable() for language in LANGUAGES}
    return {**titles, **names}
