"""What the demonstration answers, an example for each address that answers in JSON; lists are cut to their first row.

Written by `python -m tests.api.test_examples`, never by hand; the tests hold each to its schema.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

FILE = "examples.json"


@dataclass(frozen=True, slots=True)
class Example:
    """An address with what it answers."""

    address: str
    answer: Any

    @property
    def text(self) -> str:
        """The answer as it is read."""
        return json.dumps(self.answer, ensure_ascii=False, indent=2)


@cache
def examples() -> Mapping[str, Example]:
    """By the path of the route."""
    text = resources.files("api.answering").joinpath(FILE).read_text(encoding="utf-8")
    return {path: Example(**each) for path, each in json.loads(text).items()}
