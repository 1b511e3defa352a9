"""The SHA-256 of the programs that travel are published: those of this version, and what the command says.

The READMEs have those that no kind of record changes; that of the signing page, which has the words of every kind in
it, stands in FORMAT.md beside the list of kinds, so that a new kind touches no README.
"""

import re
from pathlib import Path

import pytest

from projections.reports.published import digests
from tests.support.command import zeren

ROOT = Path(__file__).parents[2]
OF_KINDS = ("sign.html",)
"""What changes with every kind of record."""
PLACES = {"README.md": False, "README.zh.md": False, "ledger/FORMAT.md": True}
"""Where digests are published, and whether they are those that change with every kind."""
BLOCK = re.compile(r"(<!-- published -->\n```text\n)(.*?)(```\n)", re.DOTALL)


def lines(*, of_kinds: bool | None = None) -> str:
    """What is published, all of it or one half, a line for each program."""
    return "".join(
        f"{digest}  {name}\n"
        for name, digest in digests().items()
        if of_kinds is None or (name in OF_KINDS) == of_kinds
    )


def stated(place: str) -> str:
    """What a document publishes."""
    found = BLOCK.search((ROOT / place).read_text(encoding="utf-8"))
    assert found is not None
    return found[2]


@pytest.mark.parametrize("place", PLACES)
def test_a_document_says_what_this_version_hands_out(place: str) -> None:
    """Write them anew by `python -m tests.docs.test_published` where a program or a word of it changed."""
    assert stated(place) == lines(of_kinds=PLACES[place])


def test_the_command_says_all_that_is_published() -> None:
    """What an installation that is trusted says can be held against the documents."""
    assert zeren(None, "--version", "--verbose").out.endswith(lines())


def main() -> None:
    """Writes the digests into each."""
    for place, of_kinds in PLACES.items():
        text = (ROOT / place).read_text(encoding="utf-8")
        made = text.replace(stated(place), lines(of_kinds=of_kinds))
        (ROOT / place).write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
