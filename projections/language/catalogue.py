"""Texts in the reader's language: one gettext catalogue for command line, pages and reports.

English texts are the message ids; `locale/<language>/LC_MESSAGES/zeren.po` holds the translations and the compiled
`.mo` beside it. Chinese is the default. `_` marks and translates; `ngettext` is not needed: Chinese has no plural, and
an English text is put into the singular where its number is one (`ledger.singulars`).
"""

import gettext
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ledger.errors import BadInput, ZerenError
from ledger.messages import N_, Told
from ledger.singulars import Agreeing, may_count

LANGUAGES = ("zh_CN", "en")
DEFAULT = "zh_CN"
DOMAIN = "zeren"
_LOCALE = Path(__file__).parent.parent / "locale"

OF_THE_SYSTEM = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File exists"),
    N_("File name too long"),
    N_("Input/output error"),
    N_("Read-only file system"),
    N_("No space left on device"),
    N_("Too many levels of symbolic links"),
    N_("Operation not permitted"),
)
"""What the operating system says of a file, where a fault passes it on; what else it may say stays in its words."""
_language = DEFAULT


def pick_language(wanted: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """The language asked for, or that of ZEREN_LANG, else Chinese. `zh`, `zh-CN` and `en_US` are understood."""
    for text in (wanted, environ.get("ZEREN_LANG")):
        found = _meant(text) if text else None
        if found is not None:
            return found
    return DEFAULT


def check_language(wanted: str) -> None:
    """Raises BadInput, which says what there is, for a language that the program does not speak."""
    if _meant(wanted) is None:
        raise BadInput("there is no language {}; there are: {}", wanted, ", ".join(LANGUAGES))


def _meant(text: str) -> str | None:
    short = text.replace("-", "_").split(".")[0].lower()
    return next((each for each in LANGUAGES if short.split("_")[0] == each.split("_")[0]), None)


def use_language(language: str) -> None:
    """Sets the language of this process's texts."""
    global _language  # noqa: PLW0603 - one language per process of the command line
    _language = language
    os.environ["LANGUAGE"] = language  # click's own words come through the process's text domain
    gettext.bindtextdomain(DOMAIN, str(_LOCALE))
    gettext.textdomain(DOMAIN)


def language() -> str:
    """The language in use."""
    return _language


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; English needs none."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, str(_LOCALE), [language])  # read once, for click's own words too


def translate(text: str, language: str | None = None) -> str:
    """The text in this language (the process's by default)."""
    if isinstance(text, Told):
        return translate(text.message, language).format(*text.values)
    if (language or _language) == "en":
        return Agreeing(text) if "{" in text and may_count(text) else text
    return catalogue(language or _language).gettext(text) if text else text


def explain_error(error: ZerenError, language: str | None = None) -> str:
    """A fault in this language, and so the fault that caused it where its text is part of the message."""
    values = [_told(value, language) for value in error.values]
    text = translate(error.message, language)
    return text.format(*values) if values else text


def _told(value: object, language: str | None) -> object:
    if isinstance(value, ZerenError):
        return explain_error(value, language)
    if isinstance(value, Told) or (isinstance(value, str) and value in OF_THE_SYSTEM):
        return translate(value, language)
    return value


_ = translate
