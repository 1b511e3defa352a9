"""What a bundle about a case holds: the case's stream, and of the duty ledger what its trace rests on."""

from collections.abc import Iterable, Iterator, Sequence

from ledger.application import Ledger
from ledger.bundle.case_bundle import DutyWanted, case_parts, select_case, stream_of_case
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import Part, Show, show_all
from ledger.bundle.select import SealedCheckpoint, last_sealed
from ledger.events.registry import spec_of
from ledger.frozen import dataclass
from projections.facts.values import Citation
from projections.trace.model import Trace


def structure_only(_position: int, type_name: str, name: str) -> bool:
    """Shows no names, texts and notes; their digests stay."""
    spec = spec_of(type_name, name)
    return spec is None or spec.field_class == "structural"


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is handed out beside what the case or the entries named ask for."""

    cited_only: bool = False
    """Only what is cited, a selection; else all about the case's unit and each person of its trace."""
    with_texts: bool = False
    """Texts and names that are not cited, too."""
    without_texts: bool = False

    @property
    def show(self) -> Show:
        """Which fields of entries asked for are shown."""
        return structure_only if self.without_texts else show_all


def case_evidence(
    case: Ledger,
    duty: Ledger | None,
    found: Trace,
    cited: Iterable[Citation],
    extent: Extent,
    claims: Sequence[CompleteClaim] = (),
    beside: Iterable[Citation] = (),
) -> list[Part]:
    """The parts of a case's bundle: its stream, of the duty ledger what is cited and all about those whom it names.

    Of what is named `beside` the structure is shown and no text.

    Raises BadInput where nothing is sealed yet, or an entry that is asked for is not.
    """
    chosen = select_case(case, stream_of_case(case, found.case))
    show = extent.show
    if duty is None:
        return case_parts(chosen, None, show)
    shown = _positions(duty, cited)
    if not extent.cited_only:
        concerned = list(_concerned(found, last_sealed(duty), duty))
        claims = [*claims, *concerned, *_streams(shown, concerned, last_sealed(duty), duty)]

    def of_duty(position: int, type_name: str, name: str) -> bool:
        """Texts that are not cited stay withheld: a bundle speaks of its case."""
        own = extent.with_texts or position in shown
        return show(position, type_name, name) and (own or structure_only(position, type_name, name))

    asked = shown | _positions(duty, beside)
    return case_parts(chosen, DutyWanted(duty, tuple(sorted(asked)), tuple(claims), of_duty), show)


def _positions(duty: Ledger, cited: Iterable[Citation]) -> set[int]:
    """Those of its own entries: what a lost ledger holds that it continues is in a bundle of that one."""
    return {cite.position for cite in cited if cite.ledger == duty.origin and cite.place is None}


def _streams(
    cited: set[int], concerned: list[CompleteClaim], sealed: SealedCheckpoint, duty: Ledger
) -> Iterator[CompleteClaim]:
    """The streams of cited entries that are about others: what corrects or refuses one of them belongs to it, too."""
    covered = {position for claim in concerned for position in duty.store.about(claim.kind, claim.id, sealed.seal)}
    for position in sorted(cited - covered):
        if position < sealed.seal:
            yield CompleteClaim("stream", duty.entry_at(position)[0].header.stream)


def _concerned(found: Trace, sealed: SealedCheckpoint, duty: Ledger) -> Iterator[CompleteClaim]:
    """The case's unit and each person whom the trace names, as far as the duty ledger speaks of them."""
    named = [("unit", found.unit), *(("person", row.person) for row in found.persons)]
    for kind, id_ in dict.fromkeys(named):
        if any(position < sealed.seal for position in duty.store.about(kind, id_, sealed.seal)):
            yield CompleteClaim(kind, id_)
