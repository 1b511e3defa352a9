"""Kinds of record that exist for one test only, as after a change of the four files that a new kind touches."""

import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from gettext import GNUTranslations, NullTranslations

import pytest
from babel.messages.mofile import write_mo

from ledger.events import lists
from ledger.events.base import Payload
from ledger.events.registry import TYPES, format_lists
from projections.language import catalogue
from tests.support.messages import catalogue as written

ROOMS = ("ledger", "projections", "api", "cli")
CACHED = type(cache(format_lists))
"""What `functools.cache` makes of a function."""


@contextmanager
def invented(kind: type[Payload], chinese: Mapping[str, str]) -> Iterator[None]:
    """While this lasts the program knows the kind: its class, a latest list with it, and a catalogue with its words."""
    shipped, latest = lists.list_bytes, lists.RELEASED[-1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(TYPES, kind.TYPE, kind)
        forget()
        grown = format_lists().encode()

        def list_bytes(number: int) -> bytes:
            return grown if number == latest else shipped(number)

        for module in _ours():
            if getattr(module, "list_bytes", None) is shipped:
                patch.setattr(module, "list_bytes", list_bytes)
        spoken = {"en": NullTranslations(), "zh_CN": _with(chinese)}
        patch.setattr(catalogue, "catalogue", spoken.__getitem__)
        forget()
        yield
    forget()


def _with(chinese: Mapping[str, str]) -> GNUTranslations:
    """The catalogue as it stands in the source, and these messages."""
    messages = written()
    for english, translation in chinese.items():
        messages.add(english, translation)
    file = io.BytesIO()
    write_mo(file, messages)
    file.seek(0)
    return GNUTranslations(file)


def _ours() -> list[object]:
    return [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in ROOMS]


def forget() -> None:
    """Empties every cache of the program: what is derived from the classes is derived anew."""
    for module in _ours():
        for value in list(vars(module).values()):
            if isinstance(value, CACHED) and value.__module__.partition(".")[0] in ROOMS:
                value.cache_clear()
