"""Finds every text that the program shows, for the catalogue: literal arguments of the translating calls, and tables.

`python -m projections.language.messages` lists those that the Chinese catalogue lacks.
"""

import ast
import importlib
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

from ledger import errors

ROOT = Path(__file__).parents[2]
PACKAGES = ("ledger", "projections", "api", "cli")
CALLS = {"_", "translate", "text", "N_"}
FAULTS = {"fault": 1, "add": 3}
"""Where the message stands among the arguments of what notes a fault of a scenario file."""
ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type)}
TABLES = {
    "projections.language.trace_words": (
        *("GROUNDS", "CATEGORIES", "SIDES", "LEVELS", "SUGGESTIONS", "STATUS", "KNOWLEDGE", "RED", "CULPABILITY"),
        *("ROUTES", "CHAIN", "VERDICTS", "EFFECTS", "TRACKS", "REGIMES", "LEAVES", "NOT_DONE", "MARKS"),
    ),
    "projections.language.duties": (
        *("OBLIGATION_STATUS", "REASONS", "VERDICTS", "OWNERS", "CLASSES", "WEIGHTS", "PARTS", "OCCASIONS"),
        *("ACTING", "CASE_KINDS"),
    ),
    "projections.signals.catalogue": ("FIRES", "BENIGN", "UNDECIDED", "INPUTS"),
    "cli.commands.case": ("STEPS",),
    "cli.commands.consent": ("SUMMARIES",),
    "cli.commands.consent_add": ("FATES",),
    "cli.showing.questions": ("CAPACITIES", "MEANINGS"),
    "ledger.scenario.shapes": ("NO_PERSON", "NO_UNIT", "NO_PARTY", "NO_EVENT"),
    "projections.language.titles": ("KINDS", "FIELDS", "WORDS", "SHAPES"),
    "projections.language.register_words": ("REGISTERS", "TASKS", "ISSUES", "RISKS", "LEADS", "CAPACITIES"),
    "projections.language.record_words": (*("MONTHS", "POSTS", "HELD", "REGULATIONS", "RULES", "EVENTS", "LESS"),),
}
WORDS = (
    *("invalid", "incomplete", "valid", "simulated", "one custodian only", "re-enrolled by custodian"),
    "erased, digest fits",
    *("no head known from elsewhere", "a head known from elsewhere cannot be read"),
    "the report is its maker's words",
    *("pending", "cosignature", "rfc3161", "doubtful", "partly_doubtful"),
    *("unpinned", "nobody else has recomputed the seal"),
    "anchor by nobody whom the policy names",
    *("unaccepted", "objects", "refused"),
    *("titular", "acting", "cover", "unmet", "partly_unmet", "late", "views", "keys", "held", "duty", "case"),
    *("permissions", "disk", "backup", "tokens", "fonts", "extras", "access"),
)
"""Words that reach a reader through a variable: verdicts, marks, capacities, statuses, kinds."""
CATALOGUE = ROOT / "projections/locale/zh_CN/LC_MESSAGES/zeren.po"


def messages() -> set[str]:
    """Every message id that the program can show."""
    found = set(WORDS)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found |= set(_in_source(path.read_text(encoding="utf-8")))
        for path in sorted((ROOT / package).rglob("*.html")):
            found |= set(_in_template(path.read_text(encoding="utf-8")))
    for module, names in TABLES.items():
        for name in names:
            table = getattr(importlib.import_module(module), name)
            found |= {table} if isinstance(table, str) else set(table.values())
    return found - {""}


def _in_source(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[0]
        if name in FAULTS and len(node.args) > FAULTS[name]:
            first = node.args[FAULTS[name]]
        elif name not in CALLS and name not in ERRORS:
            continue
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def _in_template(source: str) -> Iterator[str]:
    for found in extract("jinja2.ext:babel_extract", io.BytesIO(source.encode()), keywords=dict.fromkeys(CALLS)):
        yield found[1] if isinstance(found[1], str) else str(found[1][0])


def translated() -> set[str]:
    """The message ids that the Chinese catalogue translates."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    return {str(message.id) for message in catalogue if message.id and message.string}


if __name__ == "__main__":
    for message in sorted(messages() - (translated() if CATALOGUE.exists() else set())):
        print(repr(message))  # noqa: T201 - a command of the build
