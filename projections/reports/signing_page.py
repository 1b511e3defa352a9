"""The signing page: one HTML file that makes keys and answers requests, for whoever has no zeren installed.

A person keeps it; it never travels with a request, for whoever asks for a signature must not supply the program that
takes the key. So its bytes are the same for one version of zeren, and their SHA-256 is published beside it
(`page_digest`). It loads nothing: its policy forbids every connection, and script and style are named by their hashes.
"""

import base64
import hashlib
import html
import json
import re
from functools import cache
from importlib import resources
from typing import Any

from ledger.events.registry import TYPES, specs
from ledger.recording.forms import columns_of, forms
from projections.language.capacity_words import CAPACITIES, MEANINGS
from projections.language.catalogue import translate
from projections.language.kind_titles import type_title
from projections.language.titles import field_words, fixed_words
from projections.obligations.table import table

_SENTENCE = re.compile(r"""\{\{ _\((['"])(.*?)\1\) \}\}""")
"""A sentence of the page's frame, written as Babel finds it in templates."""
_SAID = re.compile(r'\b(?:_|N_)\("((?:[^"\\]|\\.)*)"')
"""A sentence of the script: the literal argument of the calls that translate or mark, as Babel finds it."""


@cache
def page() -> bytes:
    """The page's bytes, the same for one version of zeren."""
    words = json.dumps(_words(), ensure_ascii=False, separators=(",", ":"))
    table = words.replace("</", "<\\u002f")  # no text may end the script
    script = "\n".join([_asset("bytes.js"), f"const WORDS = {table};", _asset("sign.js")])
    style = _asset("sign.css")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return "\n".join(
        [
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>zeren</title><style>{style}</style></head><body>",
            _SENTENCE.sub(lambda found: html.escape(found[2]), _asset("sign.html")),
            f"<script>{script}</script></body></html>",
            "",
        ]
    ).encode()


def page_digest() -> str:
    """SHA-256 of the page in hex: what FORMAT.md and `zeren --version --verbose` publish."""
    return hashlib.sha256(page()).hexdigest()


def _words() -> dict[str, Any]:
    return {
        "types": {name: _type(name) for name in TYPES},
        "fields": {name: _both(title) for name, title in field_words().items()},
        "words": {word: _both(title) for word, title in fixed_words().items()},
        "obligations": {
            id_: [obligation.title.of("zh_CN"), obligation.title.of("en")]
            for id_, obligation in table().obligations.items()
        },
        "capacities": {
            word: {"title": _both(title), "meaning": _both(MEANINGS[word])} for word, title in CAPACITIES.items()
        },
        "messages": {said: translate(said, "zh_CN") for said in _sentences()},
    }


def _sentences() -> list[str]:
    return [said for _, said in _SENTENCE.findall(_asset("sign.html"))] + _SAID.findall(_asset("sign.js"))


def _type(name: str) -> dict[str, Any]:
    columns = {column.name: column for column in columns_of(name)} if name in {f.type for f in forms().values()} else {}
    fields: dict[str, dict[str, bool]] = {}
    for pattern, spec in specs(name).items():
        column = columns.get(pattern)
        row = {
            "about": spec.about is not None,
            "reference": spec.reference is not None,
            "closed": column is not None and bool(column.choices),
            "day": column is not None and column.kind in ("day", "moment", "when"),
        }
        fields[pattern] = {what: True for what, holds in row.items() if holds}
    return {"title": [type_title(name, language) for language in ("zh_CN", "en")], "fields": fields}


def _both(message: str) -> list[str]:
    return [translate(message, language) for language in ("zh_CN", "en")]


def _asset(name: str) -> str:
    return resources.files("projections").joinpath("data", name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
