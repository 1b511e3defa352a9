"""Roles of posts: what an id says, and a registration whose title says more than its id."""

import pytest

from ledger.decisions.register import decide_registration
from ledger.decisions.state import Register, Standing
from ledger.errors import Refused
from ledger.events.register import PostRegistered
from ledger.events.roles import BY_ID, ROLES, role_of, role_of_id


@pytest.mark.parametrize(
    ("post", "role"),
    [
        ("secretary", "secretary"),
        ("书记", "secretary"),
        ("党组书记", "secretary"),
        ("member", "member"),
        ("supervisor", "supervisor"),
        ("head", "head"),
        ("deputy_head", "deputy"),
        ("deputy", "deputy"),
        ("handler", "none"),
        ("discipline_secretary", "none"),
        ("支部书记", "none"),
        ("none", "none"),
    ],
)
def test_an_id_that_is_a_roles_word_has_it(post: str, role: str) -> None:
    """The word of a role, English or Chinese, is an id with that role; every other id has none."""
    assert role_of_id(post) == role


def test_no_word_has_two_roles() -> None:
    """The table of ids holds each role but none under its own name."""
    assert {word for word in BY_ID if word in ROLES} == set(ROLES) - {"none"}


def registered(post: str, title: str, role: str | None = None) -> None:
    standing = Standing("duty", Register(), None, entry=lambda _: pytest.fail("no entry is looked at"))
    decide_registration(PostRegistered(ref=post, post=post, exclusive=True, title=title, role=role), standing)


def test_a_title_that_promises_what_the_id_does_not_is_refused() -> None:
    """Nobody would owe anything by a post titled 书记 under an id without role: it is told under which id it counts."""
    for post in ("p1", "member"):
        with pytest.raises(Refused, match="register it as secretary"):
            registered(post, "书记")
    for post, title in (("书记", "书记"), ("secretary", "党组书记"), ("p2", "采购经办"), ("head", "主任")):
        registered(post, title)
    registered("p1", "书记", "secretary")
    with pytest.raises(Refused, match="no role of a post"):
        registered("p1", "书记", "boss")


def test_what_the_registration_states_outranks_the_id() -> None:
    """A stated role counts, whatever the id; without one, or with a word that is none, the id says it."""
    assert role_of("secretary", "none") == "none"
    assert role_of("p1", "secretary") == "secretary"
    assert role_of("head") == role_of("head", "boss") == "head"
