"""What the headings of an office's own form mean, kept in a file: said once, used each month.

The file is YAML: `kind: talk`, `map: {概况: text}`, `ignore: [备注]`.
"""

from pathlib import Path
from typing import Any

import yaml

from ledger.errors import BadInput
from ledger.recording.forms import Form, forms
from ledger.recording.raw_record import shown
from ledger.writing import write_new
from projections.importing.columns import IGNORED, Columns, mapped
from projections.importing.headings import MARK, plain_heading


def read_mapping(path: Path, form: Form) -> tuple[dict[str, str], frozenset[str]]:
    """(field by heading, headings to leave out) of a file. Raises BadInput where it is of another kind or shape."""
    try:
        said: Any = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInput("the file {} cannot be read: {}", path, error.strerror) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise BadInput("{} is no mapping of headings; write one with --learn", path.name) from None
    headings, ignored = (said.get("map") or {}, said.get("ignore") or []) if isinstance(said, dict) else (None, None)
    if not isinstance(headings, dict) or not isinstance(ignored, list) or set(said) - {"kind", "map", "ignore"}:
        raise BadInput("{} is no mapping of headings; write one with --learn", path.name)
    if said.get("kind") != form.name:
        known = forms().get(str(said.get("kind")))
        kind = BadInput(known.payload.TITLE) if known is not None else shown(said.get("kind"))
        raise BadInput("{} is a mapping for {}, not for {}", path.name, kind, BadInput(form.payload.TITLE))
    names = mapped(form, [f"{heading}={name}" for heading, name in headings.items()])
    return names, frozenset(plain_heading(str(each)) for each in ignored)


def write_mapping(path: Path, form: Form, columns: Columns) -> None:
    """Writes what the headings of a sheet were read as to a new file. Raises BadInput."""
    texts = {place: " ".join(text.split()) for place, text in columns.texts.items()}
    headings = {
        texts[place]: name for place, name in columns.fields.items() if name != MARK and not name.startswith("-")
    }
    said = {"kind": form.name, "map": headings, "ignore": [texts[place] for place in columns.of(IGNORED)]}
    write_new(path, yaml.safe_dump(said, allow_unicode=True, sort_keys=False).encode())
