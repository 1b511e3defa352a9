"""Numbers and nouns that agree in English: `{n} entries are` reads *1 entry is* where the number is one.

Messages are written in the plural, once, and this puts them right when their values are put in; Chinese has one form
for every number, and its translations pass through unchanged.
"""

import re
from functools import cache
from string import Formatter

NOUNS = {
    each: each.removesuffix("s")
    for each in (
        *("acts", "amounts", "anchors", "answers", "attachments", "bytes", "cells", "characters", "checkpoints"),
        *("days", "drafts", "elements", "events", "faults", "files", "findings", "hours", "intervals", "keys"),
        *("ledgers", "lines", "logs", "members", "minutes", "obligations", "organs", "parts", "persons", "places"),
        *("questions", "records", "rows", "seals", "seconds", "signals", "signatures", "signers", "statements"),
        *("tiles", "times", "units", "votes"),
    )
} | {
    "bodies": "body",
    "copies": "copy",
    "directories": "directory",
    "duties": "duty",
    "entries": "entry",
    "hashes": "hash",
    "queries": "query",
}
"""Plural to singular, of whatever a message counts."""
_VERBS = {"are": "is", "were": "was", "have": "has", "do": "does", "stand": "stands", "lack": "lacks", "pass": "passes"}
_JOINING = r"(?!(?:of|to|and|in|from|or|as)\b)"
"""A word of these stands between a number and something that is not counted: `1 of the entries`."""
COUNTED = re.compile(rf"^(?P<between>(?: {_JOINING}[a-z]+){{0,2}}?) (?P<noun>{'|'.join(NOUNS)})\b")
"""What follows a number that counts: up to two words, and the noun."""
_VERB = re.compile(rf"(?<![a-z])({'|'.join(_VERBS)})(?![a-z])")
_ENDS = re.compile(r"[.;:(]|,(?! or )")
_LISTED = re.compile(r"\b(acts) $")
"""A noun before a list of its own numbers: `acts 3`, `acts 3, 5`."""
_SEVERAL = re.compile(r"[,;、–-]| and ")


class Agreeing(str):
    """A message in English that agrees with its numbers when they are put in."""

    __slots__ = ()

    def format(self, *values: object, **named: object) -> str:
        """The text with its values; as `str.format` gives it, but in the singular after a one."""
        return _agreed(self, values, named) if may_count(self) else str.format(self, *values, **named)


@cache
def may_count(message: str) -> bool:
    """Whether a message counts something."""
    try:
        pieces = _pieces(message)
    except ValueError:  # braces that are no places for values
        return False
    return any(COUNTED.search(after) for _, after in pieces) or any(_LISTED.search(text) for text in _texts(message))


def agreed(message: str, *values: object, **named: object) -> str:
    """A message in English with its values, in the singular after a one."""
    return Agreeing(message).format(*values, **named)


def _texts(message: str) -> list[str]:
    return [literal for literal, *_ in Formatter().parse(message)]


@cache
def _pieces(message: str) -> tuple[tuple[str, str], ...]:
    """Each field as it stands (numbered where it has no name), with the text that follows it."""
    found, count = [("", "")], 0
    for literal, name, spec, conversion in Formatter().parse(message):
        found[-1] = (found[-1][0], found[-1][1] + literal)
        if name is None:
            continue
        called = name or str(count)
        count += not name
        found.append((f"{{{called}{f'!{conversion}' if conversion else ''}{f':{spec}' if spec else ''}}}", ""))
    return tuple(found)


def _agreed(message: str, values: tuple[object, ...], named: dict[str, object]) -> str:
    written, one = "", False
    for field, after in _pieces(message):
        value = str.format(field, *values, **named)
        if value.isdecimal():
            one = value == "1" and (COUNTED.search(after) or _VERB.match(after, 1)) is not None
        if value and not _SEVERAL.search(value):
            written = _LISTED.sub(lambda found: f"{NOUNS[found[1]]} ", written)
        told, one = _singular(after) if one else (after, one)
        written += value + told
    return written


def _singular(text: str) -> tuple[str, bool]:
    """The text behind a one, or behind a name in a clause that began with one; and whether the clause goes on."""
    text = COUNTED.sub(lambda found: f"{found['between']} {NOUNS[found['noun']]}", text, count=1)
    end = _ENDS.search(text)
    clause, rest = (text[: end.start()], text[end.start() :]) if end else (text, "")
    clause = _VERB.sub(lambda found: _VERBS[found[1]], clause)
    return clause + rest, end is None
