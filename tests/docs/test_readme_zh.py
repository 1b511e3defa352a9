"""The Chinese README is the English one in Chinese: what runs, is linked or is looked up by name is the same."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md"))
QUOTED = re.compile(r"`[^`\n]+`|[A-Z][A-Z0-9]+_[A-Z_]+|\b[A-Z]{1,2}[0-9][a-z]?\b")
"""What stands for itself in any language: code, signals, obligations."""


def blocks(text: str) -> list[str]:
    """What is typed or copied, without the comments beside it."""
    found = re.findall(r"```(?:sh|ini|toml|nginx)\n(.*?)```", text, re.DOTALL)
    return [re.sub(r"[ \t]+#.*$", "", block, flags=re.MULTILINE) for block in found]


def heads(text: str) -> list[str]:
    """The levels of the headings, in their order."""
    return re.findall(r"^(#+) ", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)


def rows(text: str) -> list[set[str]]:
    """Of each row of a table what stands for itself."""
    return [set(QUOTED.findall(line)) for line in text.splitlines() if line.startswith("|")]


def test_the_same_commands_and_files_stand_in_it() -> None:
    """In the same order, letter by letter: what the test of the English one runs is what a Chinese reader types."""
    assert blocks(CHINESE) == blocks(ENGLISH)


def test_it_has_the_same_chapters_pictures_and_rows() -> None:
    """Nothing is told to the readers of one language alone."""
    assert heads(CHINESE) == heads(ENGLISH)
    shown = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")
    assert shown.findall(CHINESE) == shown.findall(ENGLISH)
    assert rows(CHINESE) == rows(ENGLISH)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_every_link_within_it_leads_somewhere(text: str) -> None:
    """A link to a chapter names a chapter; a link to a file names one that is there."""
    anchors = {
        re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in anchors
        else:
            assert (ROOT / target).is_file()
