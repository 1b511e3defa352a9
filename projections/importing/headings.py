"""Headings of a workbook: the fields' titles in the reader's language; read back in any language, or as field names."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from ledger.events.flat import shapes
from ledger.events.lists import pattern_of
from ledger.frozen import dataclass
from ledger.importing.elsewhere import COLUMN, CONSENT_OF
from ledger.recording.forms import Column, Form, form_named
from projections.importing.synonyms import synonyms
from projections.language.catalogue import LANGUAGES, language
from projections.language.kind_titles import kind_title
from projections.language.titles import field_title

MARK = "#"
"""Heading of the first column: a row with a mark there is no record."""
REQUIRED = "*"
RUNNING_NUMBERS = ("序号", "no.", "no", "#")
"""Headings, as `plain_heading` gives them, of columns that only count the rows."""
_PRIVATE = re.compile(r"身份证|公民身份|证件号|手机|电话|联系方式|银行(卡|账)|identitynumber|idcard|phone|mobile")
_AROUND = re.compile(r"(\((必填|必须|required|选填|可不填|签字|签名|签章|盖章|年月日|全称)\)|[:*])+$")
IN_TEMPLATE = 2
"""Records of a list for which a template has columns."""
MOST = 20
"""Records of a list that a sheet may have columns for."""
NOT_IN_TEMPLATE = ("attachments", "restricted", "legacy")


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """A column of the template."""

    name: str
    """The field's name in the format: `dissent.0.text`."""
    title: str
    column: Column


def headings(form: Form) -> tuple[ColumnHeading, ...]:
    """The columns of a kind's template, in the order in which people meet them."""
    found: list[ColumnHeading] = []
    done: set[str] = set()
    for column in form.in_order:
        if column.base.partition(".")[0] in NOT_IN_TEMPLATE:
            continue
        if column.group is None:
            title = field_title(column.base) + (REQUIRED if column.required else "")
            found.append(ColumnHeading(column.base, title, column))
        elif column.group not in done:
            done.add(column.group)
            found += _group(form, column.group)
    if any(shape.meta["signs"] is not None for _, shape in shapes(form.payload)):
        found.append(ColumnHeading(CONSENT_OF, field_title(CONSENT_OF), COLUMN))
    return tuple(found)


def _group(form: Form, group: str) -> Iterator[ColumnHeading]:
    for number in range(IN_TEMPLATE):
        for member in form.members(group):
            name = member.base.replace("*", str(number), 1)
            yield ColumnHeading(name, field_title(name), member)


def field_of(form: Form, heading: str) -> str | None:
    """The field that a heading means; None where it means none."""
    text = heading.strip().removesuffix(REQUIRED).strip()
    if form.column(pattern_of(text)) is not None or text == CONSENT_OF:
        return text
    plain = plain_heading(heading)
    return _names_by_title(form.name).get(plain) or _by_synonym(form, plain)


def _by_synonym(form: Form, plain: str) -> str | None:
    """The field that people call so in forms of their own: 谈话时间 is the time of a talk."""
    own = synonyms().kinds.get(form.name, {})
    if plain in own:
        return own[plain]
    for title in (synonyms().before.get(form.name, ""), plain_heading(kind_title(form, "zh_CN")), ""):
        name = synonyms().common.get(plain.removeprefix(title))
        if name is not None and (form.has(name) or name == CONSENT_OF):
            return name
    return None


def is_private_heading(plain: str) -> bool:
    """Whether a heading, as `plain_heading` gives it, is that of identity numbers or telephone numbers."""
    return bool(_PRIVATE.search(plain))


def is_telling_apart(form: Form, plain: str) -> bool:
    """Whether a column tells persons or units of one name apart, and is no field of their registration."""
    return plain in synonyms().apart.get(form.name, ())


def plain_heading(heading: str) -> str:
    """A heading without what people put around it: spaces, line feeds, a colon, a star, and in brackets
    that it is required or to be signed."""
    text = "".join(unicodedata.normalize("NFKC", heading).split())
    return _AROUND.sub("", text).casefold()


def is_running_number(heading: str) -> bool:
    """Whether a column only counts the rows."""
    return plain_heading(heading) in RUNNING_NUMBERS


def known_titles(form: Form) -> list[str]:
    """Every heading that is understood in the language in use."""
    return [heading.title for heading in headings(form)]


@cache
def _names_by_title(form_name: str) -> dict[str, str]:
    form = form_named(form_name)
    found: dict[str, str] = {}
    for lang in dict.fromkeys((language(), *LANGUAGES)):
        found.setdefault(plain_heading(field_title(CONSENT_OF, lang)), CONSENT_OF)
        for column in form.columns:
            if column.group is None:
                found.setdefault(plain_heading(field_title(column.base, lang)), column.base)
                continue
            for number in range(MOST):
                name = column.base.replace("*", str(number), 1)
                found.setdefault(plain_heading(field_title(name, lang)), name)
    return found
