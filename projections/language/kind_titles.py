"""What kinds of record and types of entry are called: the title that stands with each class, wherever it is shown."""

from ledger.events.registry import TYPES
from ledger.recording.forms import Form
from projections.language.catalogue import translate


def kind_title(form: Form, language: str | None = None) -> str:
    """What a kind of record is called."""
    return translate(form.payload.TITLE, language)


def type_title(type_name: str, language: str | None = None) -> str:
    """What a type of entry is called; a later type by its name."""
    if type_name in TYPES:
        return translate(TYPES[type_name].TITLE, language)
    return type_name.partition("/")[0].replace(".", " ").replace("_", " ")
