"""Persons, units and posts are found by id, number and every name they had, where these are unambiguous."""

from dataclasses import dataclass, field
from datetime import date

import pytest

from ledger.decisions.state import Register
from ledger.errors import BadInput
from ledger.events.register import PersonRegistered, PersonRenamed, PostRegistered, UnitRegistered, UnitRenamed
from ledger.recording.party_finder import Parties


@dataclass
class Known:
    """What is registered, without a ledger."""

    kinds: dict[str, str] = field(default_factory=lambda: {"p-1": "person", "p-2": "person", "c-1": "unit"})
    words: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"p-1": ("贺立新", "E001"), "p-2": ("罗佩珊",), "c-1": ("援助中心", "艾滋中心")}
    )
    posts: tuple[str, ...] = ("secretary", "head")
    post_words: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"secretary": ("党组书记",)})


@pytest.mark.parametrize(
    ("text", "about", "id_"),
    [
        ("p-1", "person", "p-1"),
        ("贺立新", "person", "p-1"),
        ("贺 立 新", "party", "p-1"),
        ("E001", "party", "p-1"),
        ("援助中心", "unit", "c-1"),
        ("艾滋中心", "unit", "c-1"),
    ],
)
def test_an_id_a_number_or_any_name_finds(text: str, about: str, id_: str) -> None:
    """Whatever people call somebody finds the id."""
    assert Parties(Known()).find(text, about) == id_  # type: ignore[arg-type]  # words of the table above


def test_a_post_is_found_by_id_or_title() -> None:
    """The title of a post stands for its id."""
    parties = Parties(Known())
    assert parties.post("党组书记") == parties.post("secretary") == "secretary"


@pytest.mark.parametrize(
    ("text", "about", "said"),
    [("贺立", "person", "贺立新 (p-1)"), ("c-1", "person", "registered unit"), ("罗佩珊", "unit", "援助中心")],
)
def test_who_is_not_there_is_refused_with_those_like_him(text: str, about: str, said: str) -> None:
    """A near miss names who may be meant; one of the other kind says so."""
    with pytest.raises(BadInput) as caught:
        Parties(Known()).find(text, about)  # type: ignore[arg-type]  # words of the table above
    assert said in str(caught.value)


def test_two_of_one_name_are_told_apart_by_id() -> None:
    """A name of two is refused with both ids."""
    known = Known()
    known.words["p-2"] = ("贺立新",)
    with pytest.raises(BadInput, match="p-1, p-2"):
        Parties(known).find("贺立新", "person")


def test_the_register_of_a_ledger_keeps_every_name() -> None:
    """After a renaming the new name finds, the former still does, and the new one is what people are called."""
    register = Register()
    parties = Parties(register)
    register.note("unit/1", UnitRegistered(ref="U1", unit="c-1", kind="centre", name="旧中心"))
    register.note("person/1", PersonRegistered(ref="P1", person="p-1", name="甲"))
    register.note("post/1", PostRegistered(ref="Z1", post="chief", exclusive=True, title="主任"))
    assert parties.find("旧中心", "unit") == "c-1"
    register.note("unit/1", UnitRenamed(unit="c-1", name="新中心", valid_from=date(2024, 1, 1)))
    register.note("person/1", PersonRenamed(person="p-1", name="乙", valid_from=date(2024, 1, 1)))
    assert [parties.find(text, "party") for text in ("新中心", "旧中心", "U1", "甲", "乙")] == [
        *("c-1", "c-1", "c-1", "p-1", "p-1"),
    ]
    assert (parties.name("c-1"), parties.name("p-1"), parties.post("主任")) == ("新中心", "乙", "chief")
