"""The classes of attacks: how much of each is tried at scale 1, and where it stands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.attack import faults, forging, guided, kills, life, mutants, mutated, mutations, parsers, seen, writers
from tests.attack.tally import Tally


@dataclass(frozen=True, slots=True)
class AttackClass:
    """What a class does, how many attempts it makes at scale 1, and in words what an attempt is."""

    title: str
    attempt: str
    number: int
    run: Callable[[Tally], Iterator[None]]
    """Goes on from `done`, and yields after each attempt."""
    by: str = "the ledger itself"
    """What finds an attempt that is found with nothing held elsewhere."""

    def module_run(self, tally: Tally) -> None:
        """Every attempt that is still to be made."""
        for _ in self.run(tally):
            tally.step()


CLASSES = {
    "mutations": AttackClass(
        "Changes by whoever owns the files", "one change of a whole copy, then verified", 10_000, mutations.run
    ),
    "views": AttackClass("Changes of the views", "one change, then compared and built anew", 500, seen.run),
    "kills": AttackClass("SIGKILL", "one work killed at a random moment, looked at and begun again", 1_000, kills.run),
    "writers": AttackClass(
        "Eight writers, a reader, a verifier and a rebuild", "one entry of eight writers", 8_000, writers.run
    ),
    "faults": AttackClass(
        "The machine fails", "three commands while it fails, one when it is well again", 280, faults.run
    ),
    "parsers": AttackClass("Wrong inputs", "one input of one parser", 100_000, parsers.run),
    "guided": AttackClass(
        "Wrong inputs that coverage leads on",
        "one input of one parser, made of what reached new code",
        100_000,
        guided.run,
    ),
    "forging": AttackClass("Writers who sign and break a rule", "one rule", len(forging.TABLE), forging.run),
    "life": AttackClass("Everything in any order", "one ledger's life of up to forty steps", 100, life.run),
    "mutants": AttackClass(
        "Mutants of ledger/core and ledger/checks",
        "one small change of the program, against the tests that reach it",
        min(1_000, len(mutated.mutants())),
        mutants.run,
        by="a test",
    ),
}


def wanted(name: str, scale: float) -> int:
    """How many attempts a class makes at a scale; one at least."""
    return max(1, round(CLASSES[name].number * scale))
