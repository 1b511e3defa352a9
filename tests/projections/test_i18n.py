"""Texts: every message has its Chinese, with the same values; the compiled catalogue is that of the source."""

import ast
import io
import os
import shutil
import string
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ledger.checks.anchor_rules import KINDS as ANCHORS
from ledger.core.consent import CAPACITIES
from ledger.errors import BadInput, Refused, ZerenError
from ledger.events.registry import TYPES, specs
from ledger.recording.entry_signatures import State as SignatureState
from projections.facts.values import WEIGHTS
from projections.language import codes
from projections.language.catalogue import explain_error, pick_language, translate
from projections.language.signal_words import DETAILS
from projections.language.titles import is_field
from projections.questions.obligations import STATUSES
from tests.support.messages import CATALOGUE, ROOT, catalogue, extracted, marks, of_click, translated, written


def test_every_message_has_its_chinese() -> None:
    """No text that the program can show lacks a translation."""
    assert sorted(extracted() - translated()) == []


def test_no_message_is_kept_that_nothing_says() -> None:
    """A translation whose text is gone goes too; what click says of itself is marked as such."""
    of_others = {text(message.id) for message in catalogue() if "click" in message.auto_comments}

    assert sorted(translated() - extracted() - of_others) == []
    assert sorted(of_others & extracted() - of_click()) == []


def test_babel_sees_every_marked_text() -> None:
    """No call marks a text where the extraction does not look: inside an f-string, or behind a name like a mark."""
    assert [place for place, message in written() if message not in extracted()] == []


def test_every_fault_is_a_mark() -> None:
    """The first argument of each class of fault is a message: no class is missing among the marks."""

    def family(cls: type[ZerenError]) -> set[str]:
        return {cls.__name__}.union(*map(family, cls.__subclasses__()))

    assert family(ZerenError) - set(marks()["python"]) == set()


def test_the_command_that_contributors_are_told_finds_the_same(tmp_path: Path) -> None:
    """`pybabel extract` by the mapping of pyproject.toml gives the messages that are compared here."""
    found = tmp_path / "zeren.pot"
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "babel.messages.frontend",
        "-q",
        "extract",
        "-F",
        "pyproject.toml",
        "-o",
        found,
    ]
    subprocess.run(
        [*command, "ledger", "projections", "api", "cli"], cwd=ROOT, check=True, timeout=900, capture_output=True
    )
    with found.open("rb") as file:
        assert {text(message.id) for message in read_po(file) if message.id} == extracted()


def test_codes_shown_as_they_are_have_their_chinese() -> None:
    """Each code that a reader meets by itself is a message: states, capacities, statuses, details of signals."""
    assert set(codes.CAPACITIES) == set(CAPACITIES)
    assert set(codes.SIGNATURES) == set(get_args(SignatureState))
    assert set(codes.STATUSES) == set(STATUSES)
    assert set(codes.WEIGHTS) == set(WEIGHTS)
    assert set(codes.ANCHORS) == set(ANCHORS)
    assert set(codes.LEDGERS) == set(codes.KINDS)
    assert set(DETAILS) == set(_details())


def _details() -> Iterator[str]:
    for path in (ROOT / "projections/signals").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("signal", "blaming"):
                yield from (each.arg.rstrip("_") for each in node.keywords if each.arg is not None)


def test_every_field_of_every_type_has_a_title() -> None:
    """What the program fills in too: whoever is asked to sign an entry is shown all that it says, in words."""
    parts = {(part, type_) for type_ in TYPES for name in specs(type_) for part in name.split(".") if part != "*"}
    assert sorted((part, type_) for part, type_ in parts if not is_field(part)) == []


def test_every_type_of_entry_has_a_title() -> None:
    """Each class says its title; only the versions of one type share one."""
    assert [name for name, cls in TYPES.items() if "TITLE" not in vars(cls)] == []
    titles = {cls.TITLE: name.partition("/")[0] for name, cls in TYPES.items()}
    assert len(titles) == len({name.partition("/")[0] for name in TYPES})


def text(message: object) -> str:
    """The text of a message; of one with a plural the singular."""
    return str(message[0] if isinstance(message, list | tuple) else message)


def values_in(text: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]


def test_translations_keep_every_value() -> None:
    """A translation names the same values as its English text, by name or by number."""
    for message in catalogue():
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
    fresh = io.BytesIO()
    write_mo(fresh, catalogue())

    assert CATALOGUE.with_suffix(".mo").read_bytes() == fresh.getvalue(), "run make, or pip install --editable ."


def test_a_wheel_speaks_chinese(tmp_path: Path) -> None:
    """A wheel built from the source without any compiled catalogue holds one, and the program in it speaks Chinese."""
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "*.mo", "tests", "*.egg-info", "build", "demo"))
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", tmp_path, source], check=True, timeout=900
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
        timeout=900,
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
