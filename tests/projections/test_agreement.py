"""Numbers and nouns agree in English, in every message that there is: `1 entry is`, `2 entries are`."""

import re
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import BadInput
from ledger.messages import Told
from ledger.singulars import NOUNS, agreed
from projections.language.catalogue import explain_error, translate
from tests.support.messages import translated

VERBS_AND_OTHERS = frozenset(
    (
        *("appeals", "as", "asks", "bears", "belongs", "calls", "carries", "changes", "claims", "consents"),
        *("contradicts", "covers", "decides", "declares", "does", "ends", "fits", "goes", "has", "holds", "is", "its"),
        *("knows", "lasts", "lets", "lies", "lists", "moves", "names", "needs", "opens", "owns", "pass", "passes"),
        *("reads", "repeats", "requires", "rests", "says", "shows", "signs", "stands", "takes", "tells", "this"),
        *("unpacks", "was"),
    )
)
"""Words with an `s` that stand behind a value and count nothing: what a person, an entry or a file does."""
JOINING = frozenset(["of", "to", "and", "in", "from", "or", "as"])
SINGULAR = frozenset(NOUNS.values())
FIELD = re.compile(r"\{(\w*)[^}]*\}((?: [a-z]+){1,3})")
PLURAL_AFTER_ONE = re.compile(
    rf"(?<![\w#.,-])1(?: (?!(?:{'|'.join(JOINING | SINGULAR)})\b)[a-z]+){{0,2}} ({'|'.join(NOUNS)})\b"
)


def counted(message: str) -> set[str]:
    """The first word with an `s` behind each value, if it is among the next three and none of `of` and the like is."""
    found: set[str] = set()
    for field in FIELD.finditer(message):
        for word in field[2].split():
            if word in JOINING | VERBS_AND_OTHERS | SINGULAR:
                break
            if word.endswith("s"):
                found.add(word)
                break
    return found


def ones(message: str) -> str:
    """The message with a one in each of its places."""
    names = [name for _, name, _, _ in Formatter().parse(message) if name]
    values = [1] * sum(name == "" for _, name, _, _ in Formatter().parse(message))
    return agreed(message, *values, **dict.fromkeys(names, 1))


def test_every_noun_that_a_message_counts_has_its_singular() -> None:
    """A new message with a noun that is not known here fails: it is added to the nouns, or said to be a verb."""
    unknown = {message: counted(message) - set(NOUNS) for message in translated()}
    assert {message: words for message, words in unknown.items() if words} == {}


def test_no_message_says_one_and_a_plural() -> None:
    """Each message of the catalogue with ones in it, as far as its values are numbers."""
    plain = [message for message in translated() if counted(message) and not re.search(r"\{[^}]*:[^}]+\}", message)]
    assert len(plain) > 100
    wrong = [ones(message) for message in plain if PLURAL_AFTER_ONE.search(ones(message))]
    assert wrong == []


@pytest.mark.parametrize(
    ("message", "values", "said"),
    [
        ("{amount} in {number} acts", {"amount": 1200, "number": 1}, "1200 in 1 act"),
        ("{amount} in {number} acts", {"amount": 1, "number": 12}, "1 in 12 acts"),
        ("{number} acts are found, {amount} in all", {"number": 1, "amount": 3}, "1 act is found, 3 in all"),
        ("{who} ({days} days): acts {acts}", {"who": "A", "days": 1, "acts": "9"}, "A (1 day): act 9"),
        ("{version}: acts {acts}", {"version": "a", "acts": "2, 3"}, "a: acts 2, 3"),
        ("{n} rows of {kind} pass; {m} files", {"n": 1, "kind": "talk", "m": 2}, "1 row of talk passes; 2 files"),
        ("{members} members {present} were present", {"members": 5, "present": 1}, "5 members 1 was present"),
        ("list {number} of event types is in force", {"number": 1}, "list 1 of event types is in force"),
        ("{n} entries: those of {who} are there", {"n": 1, "who": "A"}, "1 entry: those of A are there"),
        ("{n} organs have grown, or are new; {m} are not", {"n": 1, "m": 2}, "1 organ has grown, or is new; 2 are not"),
        ("{n} entries", {"n": 0}, "0 entries"),
        ("{n} entries", {"n": 21}, "21 entries"),
        ("{n} bodies stand without an entry", {"n": "1"}, "1 body stands without an entry"),
    ],
)  # fmt: skip
def test_the_number_of_a_noun_is_that_of_its_number(message: str, values: dict[str, object], said: str) -> None:
    """One is singular, with its verb in the same clause; none and many are plural; a list of one act is *act*."""
    assert agreed(message, **values) == said
    assert translate(message, "en").format(**values) == said


def test_a_fault_and_a_told_text_agree_too() -> None:
    """Wherever the values are put in: when it is raised, when it is explained, when it is told again."""
    fault = BadInput("there is no entry {}; the ledger has {} entries", 7, 1)
    assert str(fault) == explain_error(fault, "en") == "there is no entry 7; the ledger has 1 entry"
    assert Told("{} entries", 1) == translate(Told("{} entries", 1), "en") == "1 entry"
    assert explain_error(BadInput("{} bodies stand without an entry", 1), "zh_CN") != str(fault)


PARTS = ("{n} entries", "{}", " are ", "{x!r}", "{{", "}}", "{n:>3}", "; ", "text")


@given(st.lists(st.sampled_from(PARTS), max_size=6))
def test_with_many_it_is_what_format_gives(parts: list[str]) -> None:
    """Nothing but the number of nouns and verbs is ever touched: with twos, a message is as `str.format` has it."""
    message = "".join(parts)
    values = [2] * message.count("{}")
    assert agreed(message, *values, n=2, x="2, 3") == message.format(*values, n=2, x="2, 3")
