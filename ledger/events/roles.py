"""What a post is in the organ: its role. Rules ask the role, never the post's id.

A registration may say it (from list 2 on). Where it does not, the id does: an id that is a role's word, in English or
in Chinese, has that role; `deputy_head` is a deputy; any other id has none, whatever its title (titles can be erased,
and nothing may rest on what can be erased).
"""

from collections.abc import Mapping
from typing import Literal, get_args

Role = Literal["secretary", "member", "head", "deputy", "supervisor", "none"]
"""`supervisor` supervises units and stands in their line, but is not of the full membership."""
ROLES: tuple[Role, ...] = get_args(Role)
"""班子书记、成员、单位负责人、副职、分管而不入班子、无."""
ROLE_WORDS: Mapping[Role, tuple[str, ...]] = {
    "secretary": ("书记", "党组书记"),
    "member": ("成员", "党组成员", "班子成员"),
    "head": ("负责人", "主要负责人"),
    "deputy": ("副职", "deputy_head"),
    "supervisor": ("分管领导",),
    "none": (),
}
"""Other words by which an id says its role."""
BY_ID: Mapping[str, Role] = {
    word: role for role, words in ROLE_WORDS.items() for word in (role, *words) if role != "none"
}
"""The ids that have a role."""


def role_of_id(post: str) -> Role:
    """The role that a post's id gives it."""
    return BY_ID.get(post, "none")


def role_of(post: str, stated: str | None = None) -> Role:
    """The role of a post: as its registration states it, else as its id says."""
    return next((role for role in ROLES if role == stated), None) or role_of_id(post)
