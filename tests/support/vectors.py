"""Published test vectors: data that lies beside the project and is never part of it.

`vectors("merkle/inclusion.json")` reads `../shared/vectors/merkle/inclusion.json`, seen from the project's root; where
the data is not there the test skips and says so. Its SOURCES.md tells where each file comes from.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"


def vectors(name: str) -> Any:
    """The parsed JSON file of this name; skips the test where the vectors are not at hand."""
    if not (VECTORS / name).is_file():
        pytest.skip(f"no test vectors at {VECTORS / name}")
    return _read(name)


@cache
def _read(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))
