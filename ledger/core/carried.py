"""The reserved names of a body: consents in it, who was asked, and the proof of a new key (FORMAT.md section 16).

`consent.<i>` is a note verbatim, `asked_of.<i>` is [person, capacity], `possession.0` stands where a key is enrolled;
i runs from 0 without gaps, by rising person id. They are in no type's list, structural and never withheld.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.core.consent import CAPACITIES, ConsentNote, parse_consent
from ledger.core.consent_check import WITHOUT
from ledger.core.consent_to import ToDraft
from ledger.core.names import check_person_id
from ledger.errors import Invalid, Malformed
from ledger.frozen import dataclass

MAX_CONSENTS = 255
"""Of one body."""


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """Who is asked for a consent, and as what."""

    person: str
    capacity: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What stands under the reserved names of one body: consents, proof of possession, who was asked."""

    consents: tuple[ConsentNote, ...] = ()
    possession: ConsentNote | None = None
    asked: tuple[AskedPerson, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.consents or self.possession or self.asked)

    def fields(self) -> list[tuple[str, Any]]:
        """Names and values as they stand in a body; `read_carried` reads them back."""
        asked = sorted(self.asked, key=lambda each: each.person)
        notes = sorted(self.consents, key=lambda note: note.consent.person)
        proofs = [self.possession] if self.possession is not None else []
        return [
            *((f"asked_of.{i}", [each.person, each.capacity]) for i, each in enumerate(asked)),
            *((f"consent.{i}", note.data.decode()) for i, note in enumerate(notes)),
            *((f"possession.{i}", note.data.decode()) for i, note in enumerate(proofs)),
        ]


NOTHING = Carried()


def read_carried(type_: str, values: Mapping[str, Any]) -> Carried:
    """The reserved names among the values of a body of this type, their form and their order checked.

    Raises Invalid or Malformed: a gap, an order that is not that of person ids, a person twice, a consent that answers
    nobody's question, or a name in a type that has none.
    """
    notes = [parse_consent(_note(value)) for value in _numbered("consent", values)]
    proofs = [parse_consent(_note(value)) for value in _numbered("possession", values)]
    asked = [_asked(value) for value in _numbered("asked_of", values)]
    if (notes or asked) and type_.startswith(WITHOUT):
        raise Invalid("an entry of type {} carries no consents and asks nobody", type_)
    if len(proofs) > 1 or (proofs and not type_.startswith("key.enrolled/")):
        raise Invalid("a proof of possession stands once, where a key is enrolled")
    if len(notes) > MAX_CONSENTS:
        raise Invalid("a body has at most {} consents, this one has {}", MAX_CONSENTS, len(notes))
    _check_rising([note.consent.person for note in notes])
    _check_rising([each.person for each in asked])
    for note in notes:
        if not isinstance(note.consent.to, ToDraft):
            raise Invalid("in an entry stand consents to its draft alone")
        if AskedPerson(note.consent.person, str(note.consent.capacity)) not in asked:
            raise Invalid("{} was not asked as {}", note.consent.person, note.consent.capacity)
    return Carried(tuple(notes), proofs[0] if proofs else None, tuple(asked))


def _numbered(name: str, values: Mapping[str, Any]) -> list[Any]:
    """The values of `name.0`, `name.1`, …, of which none may be missing."""
    prefix = f"{name}."
    count = sum(1 for each in values if each == name or each.startswith(prefix))
    try:
        return [values[f"{prefix}{number}"] for number in range(count)]
    except KeyError:
        raise Invalid("the fields {}.<i> do not run from 0 without gaps", name) from None


def _note(value: object) -> bytes:
    if not isinstance(value, str):
        raise Malformed("a consent stands in a body as the text of its note")
    return value.encode("utf-8")


def _asked(value: object) -> AskedPerson:
    match value:
        case [str(person), str(capacity)] if capacity in CAPACITIES:
            check_person_id(person)
            return AskedPerson(person, capacity)
    raise Malformed("who is asked is named by [person, capacity]")


def _check_rising(persons: Sequence[str]) -> None:
    if list(persons) != sorted(set(persons)):
        raise Invalid("consents and those asked stand by rising person id, each once")
