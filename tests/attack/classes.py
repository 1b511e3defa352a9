"""The classes of attacks: how much of each is tried at scale 1, and where it stands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.attack import mutations
from tests.attack.tally import Tally


@dataclass(frozen=True, slots=True)
class AttackClass:
    """What a class does, how many attempts it makes at scale 1, and in words what an attempt is."""

    title: str
    attempt: str
    number: int
    run: Callable[[Tally], Iterator[None]]
    """Goes on from `done`, and yields after each attempt."""

    def module_run(self, tally: Tally) -> None:
        """Every attempt that is still to be made."""
        for _ in self.run(tally):
            tally.step()


CLASSES = {
    "mutations": AttackClass(
        "Changes by whoever owns the files", "one change of a whole copy, then verified", 10_000, mutations.run
    ),
}


def wanted(name: str, scale: float) -> int:
    """How many attempts a class makes at a scale; one at least."""
    return max(1, round(CLASSES[name].number * scale))
