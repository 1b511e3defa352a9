"""The build's steps of its own: the message catalogues are compiled, for wheels and editable installations alike; a
wheel has the demonstration.

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
        demonstration = Path("tests/scenarios/yunxi.yaml")
        if not self.editable_mode and demonstration.is_file():  # who has the project's files has it there
            self.copy_file(str(demonstration), str(Path(self.build_lib) / "projections" / "data" / demonstration.name))
