"""Texts: every message has its Chinese, with the same values; the compiled catalogue is that of the source."""

import io
import string

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ledger.errors import BadInput, Refused
from projections.language.catalogue import explain_error, pick_language, translate
from projections.language.messages import CATALOGUE, messages, translated


def test_every_message_has_its_chinese() -> None:
    """No text that the program can show lacks a translation."""
    assert sorted(messages() - translated()) == []


def values_in(text: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]


def test_translations_keep_every_value() -> None:
    """A translation names the same values as its English text, by name or by number."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    for message in catalogue:
        english_text, chinese_text = last_form(message.id), last_form(message.string)
        if "{" in english_text:
            english, chinese = values_in(english_text), values_in(chinese_text)
            numbered = [str(number) for number in range(len(english))]
            allowed = [sorted(english)] if any(english) else [[""] * len(english), numbered]
            assert sorted(chinese) in allowed, message.id


def last_form(text: object) -> str:
    """Of several forms the last: Chinese has one for every number, and it stands for the English plural."""
    return str(text[-1]) if isinstance(text, list | tuple) else str(text)


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    """The .mo file beside the .po was compiled from it: `make translations` changes nothing."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    fresh = io.BytesIO()
    write_mo(fresh, catalogue)

    assert CATALOGUE.with_suffix(".mo").read_bytes() == fresh.getvalue()


@pytest.mark.parametrize(
    ("wanted", "environment", "language"),
    [
        (None, {}, "zh_CN"),
        (None, {"ZEREN_LANG": "en"}, "en"),
        ("zh-CN", {"ZEREN_LANG": "en"}, "zh_CN"),
        ("en_US.UTF-8", {}, "en"),
        ("fr", {}, "zh_CN"),
    ],
)
def test_the_language_is_that_asked_for_or_chinese(
    wanted: str | None, environment: dict[str, str], language: str
) -> None:
    """The option comes before the environment; what is not known falls back to Chinese."""
    assert language == pick_language(wanted, environment)


def test_a_fault_is_explained_in_the_readers_language_with_its_cause() -> None:
    """A fault that carries another as a value is translated through and through."""
    fault = BadInput("{}: {}", "file.yaml", Refused("the post {} is registered already", "head"))

    assert str(fault) == "file.yaml: the post head is registered already"
    assert explain_error(fault, "zh_CN") == "file.yaml：职务 head 已登记"
    assert explain_error(fault, "en") == str(fault)


def test_a_text_without_translation_is_shown_in_english() -> None:
    """An unknown message is shown as it is, never lost."""
    assert translate("no such message", "zh_CN") == "no such message"
