"""What people say for the fixed words of records: which code of which list a searched word may mean."""

from collections.abc import Iterator, Mapping
from functools import cache

from ledger.events.words import chinese, lists, words_of
from ledger.messages import N_
from projections.language.catalogue import LANGUAGES, translate
from projections.language.record_words import HELD
from projections.language.titles import WORDS, choices_of_fields, fixed_word
from projections.language.trace_words import CATEGORIES, KNOWLEDGE

THINGS: Mapping[str, str] = {
    "entry": N_("entry"),
    "person": N_("person"),
    "unit": N_("unit"),
    "obligation": N_("obligation"),
    "signal": N_("signal"),
    "type": N_("kind"),
    "case": N_("case"),
}
"""What bears a name, number or code."""
LEAST = 2
"""Characters that a word has at least to be looked for among the fixed words."""


def coded(name: str, code: str) -> str:
    """A fixed word as the index has it: the list or field that it is of, then the code."""
    return f"{name}.{code}"


@cache
def titles() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """By list or field and code what the word is called in each language."""
    return {key: tuple(dict.fromkeys(each.casefold() for each in said)) for key, said in _titles()}


def _titles() -> Iterator[tuple[tuple[str, str], list[str]]]:
    for name in lists():
        for word in words_of(name):
            yield (name, word), [chinese(name, word), *_said(fixed_word(word, name))]
    for name, choices in choices_of_fields().items():
        for word in choices:
            yield (name, word), _said(fixed_word(word))
    for name in ("category", "category_before", "category_after"):
        for word, title in CATEGORIES.items():
            yield (name, word), _said(title)
    for word, title in KNOWLEDGE.items():
        yield ("knowledge", word), _said(title)
    for name in ("functions", "post"):
        for word, title in HELD.items():
            yield (name, word), _said(title)
    for word in ("complaint",):
        yield ("kind", word), _said(HELD[word])


def _said(title: str) -> list[str]:
    return [translate(title, language) for language in LANGUAGES]


def meant_by(word: str) -> tuple[str, ...]:
    """The fixed words, as the index has them, whose title contains this word."""
    said = word.casefold()
    if len(said) < LEAST or said in WORDS:
        return ()
    return tuple(coded(*key) for key, names in titles().items() if any(said in name for name in names))


def called(name: str, code: str, language: str | None) -> str | None:
    """What a fixed word is called; None where it is none."""
    known = titles().get((name, code))
    if known is None:
        return None
    of_list = name in lists()
    title = fixed_word(code, name if of_list else None)
    return translate(title if of_list or title != code else HELD.get(code, code), language)
