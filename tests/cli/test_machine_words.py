"""No machine words at the command line: answers and help are of one language, but for what one types."""

import json
import os
import re
import subprocess
import sys

import pytest

from cli.showing.command_groups import ARGUMENTS, METAVARS
from tests.support import web
from tests.support.command import ROOT, zeren
from tests.support.recorded_words import recorded_words

pytestmark = pytest.mark.long
ASKED = (
    *(("holders", "c-aid"), ("holders", "secretary"), ("units",), ("units", "c-aid"), ("persons",), ("tenures",)),
    *(("vacancies",), ("obligations", "--for", "p-luo"), ("heat",), ("table", "talk-matrix"), ("signals",), ("cases",)),
    *(("cases", "K1"), ("entries", "--limit", "60"), ("entries", "E060"), ("ledgers", "heads"), ("consent", "list")),
    *(("line", "c-aid", "--from", "2024-01-01", "--to", "2024-09-30"), ("dossier", "p-luo"), ("trace", "K1")),
    *(("agenda", "--for", "p-luo"), ("organisation", "--valid-at", "2024-07-20", "--against", "2024-06-20")),
    *(("table", name) for name in ("tasks", "issues", "risks", "leads", "talks", "meetings", "warnings", "handovers")),
)
"""What the demonstration's reader asks; a search answers with passages of the records, cut to what was found."""
SPECIFICATIONS = ("JSON", "PIN", "SHA", "HTTP", "RFC", "PKCS", "DER", "YAML", "PDF", "PEM", "QR", "TCP", "SP", "HTML")
KINDS_OF_FILES = ("csv", "xlsx", "xls", "ods", "ndjson", "docx", "json", "yaml", "toml", "zip", "ics", "pdf", "pem")
PROGRAMS = (
    *("Word", "Excel", "WPS", "Postgre", "PostgreSQL", "Ctrl", "Ed", "Merkle", "SoftHSM", "bash", "zsh", "fish"),
    *("iCalendar", "Parquet"),
)
ALLOWED = {
    **dict.fromkeys(SPECIFICATIONS, "a specification or form that is known by its letters"),
    **dict.fromkeys(KINDS_OF_FILES, "how the name of a file ends"),
    **dict.fromkeys(PROGRAMS, "another program, a key or a scheme by its name"),
    **dict.fromkeys(("AB", "A", "B"), "a Chinese word that is written with letters (AB 角)"),
    **dict.fromkeys(("zh_CN", "en", "http", "https", "eval", "finance"), "an example of what one types"),
    **dict.fromkeys(("log", "witness", "group", "quorum"), "how a line of a policy file begins"),
}
"""Latin words in Chinese, each with its reason; beside what one types: commands, options, values, places for them."""
TYPED = re.compile(
    r"zeren[^\n，。；：）”]*|--mode \w+|--[a-z-]+|\b[a-z]+(?:-[a-z0-9]+)+\b|[\w./-]+\.(?:simulated|example)[\w./-]*"
    r"|[a-z]+://\S+|~/\S+|[\w-]*\.[a-z]+\b(?:/\d)?|\[[^\]]*\]"
)
"""Commands, options, ids and origins, addresses, names of files and types, what stands in brackets to choose from."""
QUOTED = re.compile(r"“[^“”]*(?:“[^”]*”[^“”]*)*”|《[^》]*》(?:第[^：:；;， ]*条)?")
CODES = re.compile(
    r"(?<![A-Za-z])(?:[A-Z]{1,3}\d+[a-z]?(?:#\d+)?|#\d+|[A-Z]+(?:_[A-Z]+)+)(?![A-Za-z0-9])"
    r"|[0-9a-f]{40,}|[A-Za-z0-9+/]{20,}=|(?<!\S)[A-Za-z0-9+/]{40,}(?!\S)"
)
"""Numbers of entries and obligations, codes of signals, which stand behind their words; hashes."""


@pytest.fixture(scope="module")
def recorded() -> list[str]:
    """Names, and what the records themselves say, whole and word by word, for columns cut it; the longest first."""
    whole = recorded_words(web.home())
    found = {*whole, *" ".join(whole).split()}
    return sorted((text for text in found if re.search(r"[\u4e00-\u9fff]", text)), key=len, reverse=True)


def said(words: tuple[str, ...], language: str, recorded: list[str]) -> str:
    """What a command says in words of its own."""
    answer = zeren(web.home().directory, *words, language=language)
    assert answer.code == 0, answer.err
    text = answer.out
    for words_ in recorded:
        text = text.replace(words_, " ")
    for pattern in (QUOTED, TYPED, CODES):
        text = pattern.sub(" ", text)
    return text


@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_an_answer_is_of_one_language(words: tuple[str, ...], recorded: list[str]) -> None:
    """No Latin word in Chinese but those allowed, no Chinese in English, no stamp with a T, no underscores."""
    chinese, english = (said(words, language, recorded) for language in ("zh_CN", "en"))
    assert [word for word in re.findall(r"[A-Za-z]{2,}", chinese) if word not in ALLOWED] == []
    assert re.findall(r"[\u4e00-\u9fff]+", english) == []
    for text in (chinese, english):
        assert re.findall(r"\d{4}-\d\d-\d\dT\S*", text) == []
        assert re.findall(r"[A-Za-z]+_[A-Za-z_]+", text) == []


WALK = """
import json, click
from projections.language.catalogue import use_language
use_language("zh_CN")
from cli.main import build
def every(command, path):
    typed = [(p.human_readable_name, p.metavar, getattr(p.type, "choices", ()), p.default) for p in command.params]
    yield path, command.get_help(click.Context(command, info_name=" ".join(path))), typed
    context = click.Context(command, info_name=path[-1])
    for name in command.list_commands(context) if isinstance(command, click.Group) else ():
        yield from every(command.get_command(context, name), [*path, name])
print(json.dumps(list(every(build(), ["zeren"])), default=str))
"""
"""Prints every command with its help and what one types at it, in a process that speaks Chinese from its start."""


def test_help_is_of_one_language() -> None:
    """The help of every command in Chinese: its Latin words are those that one types, and names; places have words."""
    told = subprocess.run(
        [sys.executable, "-c", WALK],
        env={**os.environ, "ZEREN_LANG": "zh_CN", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    every = json.loads(told.stdout)
    names = {part for path, _, _ in every for name in path for part in name.split("-")}
    values = {word for _, _, typed in every for word in re.findall(r"[A-Za-z]+", str(typed))}
    values |= {word.upper() for word in values}
    found: dict[str, set[str]] = {}
    for path, text, _ in every:
        free = TYPED.sub(" ", re.sub(r"ZEREN_[A-Z_]+|-[A-Za-z]\b", " ", text))
        words = {word for word in re.findall(r"[A-Za-z_]{2,}", free) if word.upper() != word}
        words -= names | values | set(ALLOWED)
        places = re.findall(r"(?<![A-Za-z.@/_-])[A-Z][A-Z_]+(?![A-Za-z_=-]|\.[A-Za-z])", free)
        words |= {word for word in places if word in ARGUMENTS or word in {*METAVARS, "SHELL"}}
        if words:
            found[" ".join(path)] = words
    assert len(every) > 150
    assert found == {}


def test_each_word_allowed_has_its_reason() -> None:
    """The list is short."""
    assert all(ALLOWED.values())
    assert len(ALLOWED) < 60
