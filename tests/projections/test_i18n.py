"""Texts: every message has its Chinese, with the same values; the compiled catalogue is that of the source."""

import io
import os
import shutil
import string
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ledger.errors import BadInput, Refused
from projections.language.catalogue import explain_error, pick_language, translate
from projections.language.messages import CATALOGUE, ROOT, messages, translated


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
    """What this installation reads was compiled from the source as it stands: a change is followed by a new build."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    fresh = io.BytesIO()
    write_mo(fresh, catalogue)

    assert CATALOGUE.with_suffix(".mo").read_bytes() == fresh.getvalue(), "run make, or pip install --editable ."


def test_a_wheel_speaks_chinese(tmp_path: Path) -> None:
    """A wheel built from the source without any compiled catalogue holds one, and the program in it speaks Chinese."""
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "*.mo", "tests", "*.egg-info", "build", "demo"))
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", tmp_path, source], check=True, timeout=120
    )
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")

    said = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", "--help"],
        cwd=tmp_path / "installed",
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    assert "责任台账：谁在何时承担何责" in said


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
