"""Our dataclasses are the library's but for the moment at which their methods are made (`ledger.frozen`)."""

import copy
import dataclasses
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ledger.frozen import dataclass

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ours:
    """A class as most are."""

    name: str
    many: list[int] = dataclasses.field(default_factory=list, compare=False)
    note: str | None = dataclasses.field(default=None, repr=False)
    made: str = dataclasses.field(init=False, default="made")

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("no name")


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """The same by the library."""

    name: str
    many: list[int] = dataclasses.field(default_factory=list, compare=False)
    note: str | None = dataclasses.field(default=None, repr=False)
    made: str = dataclasses.field(init=False, default="made")

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("no name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wider(Ours):
    """One that inherits."""

    more: int
    unit: str = "u"


@dataclass(frozen=True, slots=True, order=True)
class Ordered:
    """One in order."""

    first: int
    second: str


@dataclass(frozen=True, slots=True, eq=False)
class Itself:
    """One that is equal to itself alone."""

    value: int


@dataclass(slots=True)
class Loose:
    """One that changes."""

    value: int = 0
    seen: set[int] = dataclasses.field(default_factory=set)


def outcome(function: Any) -> Any:
    try:
        return function()
    except (TypeError, ValueError, AttributeError) as error:
        return type(error)


USES: dict[str, Any] = {
    "made": lambda c: [getattr(c("a", [1]), f.name) for f in dataclasses.fields(c)],
    "by name": lambda c: c(name="a", note="n").note,
    "default anew": lambda c: c("a").many is c("b").many,
    "too few": lambda c: c(),
    "too many": lambda c: c("a", [], "n", "made"),
    "unknown": lambda c: c("a", other=1),
    "after init": lambda c: c(""),
    "repr": lambda c: repr(c("a", [1], "n")).partition("(")[2],
    "equal": lambda c: (c("a", [1]) == c("a", [2]), c("a") == c("b"), c("a") == "a", c("a") != c("a")),
    "hash": lambda c: (hash(c("a", [1])) == hash(c("a", [2])), len({c("a"), c("b"), c("a")})),
    "set": lambda c: setattr(c("a"), "name", "b"),
    "delete": lambda c: delattr(c("a"), "name"),
    "replace": lambda c: dataclasses.replace(c("a", [1]), name="b").name,
    "replace what init has not": lambda c: dataclasses.replace(c("a"), made="x"),
    "dict": lambda c: dataclasses.asdict(c("a", [1])),
    "tuple": lambda c: dataclasses.astuple(c("a", [1])),
    "pickle": lambda c: pickle.loads(pickle.dumps(c("a", [1], "n"))) == c("a", [1], "n"),  # noqa: S301 - its own
    "deep copy": lambda c: copy.deepcopy(c("a", [1])).many,
    "match": lambda c: c.__match_args__,
    "slots": lambda c: (c.__slots__, hasattr(c("a"), "__dict__")),
    "order": lambda c: c("a") < c("b"),
    "fields": lambda c: [(f.name, f.type, f.init, f.repr, f.compare) for f in dataclasses.fields(c)],
    "is one": lambda c: (dataclasses.is_dataclass(c), dataclasses.is_dataclass(c("a"))),
    "words": lambda c: (c.__init__.__qualname__.partition(".")[2], c.__eq__.__name__, c.__module__),
}


@pytest.mark.parametrize("use", USES)
def test_one_of_ours_is_used_as_the_librarys(use: str) -> None:
    """The library's own class is the oracle: values, faults and names alike."""
    assert outcome(lambda: USES[use](Ours)) == outcome(lambda: USES[use](Theirs))


def test_what_inherits_has_the_fields_of_both() -> None:
    """By keyword alone where the class says so; equal to none of the base; frozen in every field."""
    made = Wider(name="a", more=3)

    assert (made.name, made.more, made.unit, made.made) == ("a", 3, "u", "made")
    assert made == Wider(name="a", more=3)
    assert made != Ours("a")
    assert hash(made) == hash(Wider(name="a", more=3))
    with pytest.raises(TypeError):
        Wider("a", 3)  # type: ignore[arg-type,call-arg]
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.name = "b"  # type: ignore[misc]


def test_the_two_kinds_inherit_from_each_other() -> None:
    """Whatever a room takes, its classes are bases for every other room's, and as frozen as they say."""

    @dataclasses.dataclass(frozen=True, slots=True)
    class Below(Ours):
        """By the library, of ours."""

        more: int = 1

    @dataclass(frozen=True, slots=True)
    class Above(Theirs):
        """Ours, of the library's."""

        more: int = 1

    for kind in (Below, Above):
        made = kind("a", more=2)
        assert (made.name, made.more, made.made) == ("a", 2, "made")
        assert made == kind("a", more=2) != kind("a")
        for name in ("name", "more"):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(made, name, "b")
    for base in (Ours, Theirs, Wider):
        assert base.__dataclass_params__.frozen  # type: ignore[union-attr]


def test_order_identity_and_change_are_as_the_class_says() -> None:
    """Ordered by its fields, never with another class; equal by identity; changed in place and so without hash."""
    assert sorted([Ordered(2, "a"), Ordered(1, "b"), Ordered(1, "a")])[0] == Ordered(1, "a")
    assert Ordered(1, "a") <= Ordered(1, "a") < Ordered(1, "b")
    with pytest.raises(TypeError):
        Ordered(1, "a") < (1, "a")  # type: ignore[operator]  # noqa: B015
    one = Itself(1)
    assert one == one  # noqa: PLR0124
    assert one != Itself(1)
    assert hash(one) != hash(Itself(1))
    loose = Loose()
    loose.value = 4
    assert loose == Loose(4)
    assert loose.seen is not Loose().seen
    with pytest.raises(TypeError):
        hash(loose)


def test_a_class_without_slots_takes_what_it_has_not_declared() -> None:
    """As the library's: fields frozen, kept in the object's own dictionary, with their defaults on the class."""

    @dataclass(frozen=True, kw_only=True)
    class Open:
        """One without slots."""

        value: int = 3

    assert Open().value == Open.value == 3
    assert Open(value=4) == Open(value=4) != Open()
    assert vars(Open(value=4)) == {"value": 4}
    with pytest.raises(dataclasses.FrozenInstanceError):
        Open().value = 5  # type: ignore[misc]


def test_methods_of_ones_own_stand() -> None:
    """What a class defines itself is not put aside."""

    @dataclass(frozen=True, slots=True)
    class Named:
        """One with methods of its own."""

        value: int

        def __repr__(self) -> str:
            return "mine"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    assert repr(Named(1)) == "mine"
    assert Named(1) == Named(2)
    assert hash(Named(1)) == 7


def test_no_class_of_a_payload_is_compiled_before_it_is_used() -> None:
    """The event types alone are a hundred classes: loading them compiles no method."""
    code = (
        "import ledger.events.registry as r\n"
        "print({cls.__init__.__code__.co_name for cls in r.TYPES.values()}, r.TYPES['talk.held/1'].__init__.__name__)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stdout

    assert said == "{'first'} __init__\n"


def test_the_rooms_that_every_command_loads_make_their_classes_so() -> None:
    """A hundred classes of events and values are no cost to a command that uses five."""
    used = [
        str(path.relative_to(ROOT))
        for room in ("ledger/events", "ledger/core", "projections/facts")
        for path in (ROOT / room).rglob("*.py")
        if "import dataclass" in (source := path.read_text(encoding="utf-8"))
        and "from ledger.frozen import dataclass" not in source
    ]

    assert used == []
