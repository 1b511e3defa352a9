"""Both READMEs publish the SHA-256 of the programs that travel: those of this version, and what the command says."""

import re
from pathlib import Path

import pytest

from projections.reports.published import digests
from tests.support.command import zeren

READMES = [Path(__file__).parents[2] / name for name in ("README.md", "README.zh.md")]
BLOCK = re.compile(r"(<!-- published -->\n```text\n)(.*?)(```\n)", re.DOTALL)


def lines() -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in digests().items())


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_readme_and_command_say_what_this_version_hands_out(readme: Path) -> None:
    """Write them anew by `python -m tests.docs.test_published` where a program or a word of it changed."""
    found = BLOCK.search(readme.read_text(encoding="utf-8"))
    assert found is not None
    assert found[2] == lines()
    assert zeren(None, "--version", "--verbose").out.endswith(lines())


def main() -> None:
    """Writes the digests into both."""
    for readme in READMES:
        text = readme.read_text(encoding="utf-8")
        readme.write_text(BLOCK.sub(lambda found: found[1] + lines() + found[3], text), encoding="utf-8")


if __name__ == "__main__":
    main()
