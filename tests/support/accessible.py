"""What axe finds fault with on a page in a browser."""

import json
from functools import cache
from importlib import resources
from typing import Any

PUT_ASIDE = (
    *("aria-roledescription", "duplicate-id", "duplicate-id-active", "identical-links-same-purpose"),
    "landmark-complementary-is-top-level",
)
"""Rules that axe no longer asks of itself, and we do."""
HOW = {"resultTypes": ["violations"], "rules": {rule: {"enabled": True} for rule in PUT_ASIDE}}


@cache
def _source() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def faults_of(page: Any) -> list[tuple[str, list[str]]]:
    """Each rule that the page breaks, and where. What judges is put in from outside: the policy of the page, which
    forbids it, stays in force."""
    page.evaluate(_source())
    found = page.evaluate(f"axe.run(document, {json.dumps(HOW)})")
    assert found["passes"], page.url
    return [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found["violations"]]
