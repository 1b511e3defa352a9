"""The build's one step of its own: the message catalogues are compiled, for wheels and editable installations alike.

Only the build imports this (`tool.setuptools.cmdclass` in pyproject.toml); the program needs neither package.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    """Compiles every `.po` to the `.mo` beside it before the package's files are listed."""

    def run(self) -> None:
        """The compiled file lies in the source tree, from where an editable installation reads it."""
        for source in sorted(Path("projections/locale").glob("*/LC_MESSAGES/*.po")):
            with source.open("rb") as file:
                catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
            with source.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalogue)
        super().run()
