"""What a bundle about a case holds: the case's stream, and of the duty ledger what its trace rests on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ledger.application import Ledger
from ledger.bundle.case_bundle import DutyWanted, HandedOut, case_parts, last_seal_of, select_case, stream_of_case
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import Part, Show, show_all
from ledger.bundle.select import last_sealed, naming, select
from ledger.errors import BadInput
from ledger.events.registry import spec_of
from ledger.frozen import dataclass
from ledger.store.named_reads import ALL
from projections.facts.values import Citation
from projections.trace.model import Trace
from projections.views.rows import base_kind


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
    ledgers: Mapping[str, Ledger],
    found: Trace,
    cited: Iterable[Citation],
    extent: Extent,
    claims: Sequence[CompleteClaim] = (),
    beside: Iterable[Citation] = (),
) -> HandedOut:
    """A case's bundle: its stream, of the duty ledger what is cited and all about those whom it names.

    `ledgers` by what they are called: those that one of them continues are named behind it (`duty`, `duty-before`), and
    the case is in the one that opened it first; what was recorded where it was opened anew is handed out beside.

    Of what is named `beside` the structure is shown and no text.

    Raises BadInput where nothing is sealed yet, or an entry that is asked for is not.
    """
    *later, (path, case) = case_ledgers(ledgers, found.case)
    chosen = select_case(case, stream_of_case(case, found.case))
    duties = {name: each for name, each in ledgers.items() if base_kind(name) == "duty"}
    unknown = [claim for claim in claims if not any(_about(each, claim) for each in duties.values())]
    wanted = [
        _wanted(name, each, found, cited, extent, [claim for claim in claims if _about(each, claim)], beside)
        for name, each in duties.items()
    ]
    if unknown and wanted:
        wanted[0] = replace(wanted[0], complete=(*wanted[0].complete, *unknown))  # which says that there is none
    handed = case_parts(chosen, wanted, extent.show, path)
    anew = [Part(name, select_case(each, stream_of_case(each, found.case)), extent.show) for name, each in later]
    return replace(handed, beside=(*handed.beside, *anew))


def parts_of(
    ledgers: Mapping[str, Ledger], entries: Sequence[Citation], claims: Sequence[CompleteClaim], extent: Extent
) -> list[Part]:
    """The parts of a bundle of entries and of all about somebody: of the duty ledger, and of those that it continues as
    far as they hold any of it; where texts are shown, with the names of whom they name.

    Raises BadInput where an entry is under no seal, or nothing is about whom or what is asked for.
    """
    duties = {name: each for name, each in ledgers.items() if base_kind(name) == "duty"}
    parts = []
    for name, duty in duties.items():
        mine, own = _positions(duty, entries), [claim for claim in claims if _about(duty, claim)]
        if name == "duty":  # which says that there is none
            own += [claim for claim in claims if not any(_about(each, claim) for each in duties.values())]
        if mine or own:
            parts.append(Part(name, select(duty, mine, own, names=not extent.without_texts), extent.show))
    return parts


def case_ledgers(ledgers: Mapping[str, Ledger], case: str) -> list[tuple[str, Ledger]]:
    """The ledgers that opened a case, by what they are called: last the one in which it was opened first, before it
    those that continue that one and opened it anew. Where none did, the case ledger."""
    own = [(name, each) for name, each in ledgers.items() if base_kind(name) == "case"]
    if not own:
        raise BadInput("there is no case ledger here")
    return [(name, each) for name, each in own if case in each.register().cases] or own[:1]


def _wanted(
    name: str,
    duty: Ledger,
    found: Trace,
    cited: Iterable[Citation],
    extent: Extent,
    claims: Sequence[CompleteClaim],
    beside: Iterable[Citation],
) -> DutyWanted:
    """What is wanted of one duty ledger; of one that was lost as far as it was sealed."""
    kept, shown = base_kind(name) != name, _positions(duty, cited)
    named = [("unit", found.unit), *(("person", row.person) for row in found.persons)]
    spoken = [CompleteClaim(*each) for each in dict.fromkeys(named) if duty.store.about(*each, ALL)]
    if kept:
        seal = last_seal_of(duty)
        claims = [claim for claim in claims if _about(duty, claim, seal)]
    elif shown or spoken:
        seal = last_sealed(duty).seal
    if not extent.cited_only and (shown or spoken):
        concerned = [claim for claim in spoken if _about(duty, claim, seal)]
        claims = [*claims, *concerned, *_streams(shown, concerned, seal, duty)]

    told = set[int]() if extent.without_texts or not (shown or spoken) else naming(duty, shown, seal, spoken)

    def of_duty(position: int, type_name: str, name: str) -> bool:
        """Texts that are not cited stay withheld: a bundle speaks of its case, and of those whom it names by name."""
        own = extent.with_texts or position in shown or position in told
        return extent.show(position, type_name, name) and (own or structure_only(position, type_name, name))

    asked = shown | _positions(duty, beside)
    return DutyWanted(name, duty, tuple(sorted(asked)), tuple(claims), of_duty, tuple(sorted(told)), kept)


def _positions(duty: Ledger, cited: Iterable[Citation]) -> set[int]:
    """Those of the entries cited that the ledger holds."""
    return {position for origin, position in (cite.stands for cite in cited) if origin == duty.origin}


def _about(duty: Ledger, claim: CompleteClaim, seal: int = ALL) -> bool:
    """Whether any entry under the seal is what a claim is of."""
    store = duty.store
    return bool(store.stream(claim.id, 0, seal) if claim.kind == "stream" else store.about(claim.kind, claim.id, seal))


def _streams(cited: set[int], concerned: list[CompleteClaim], seal: int, duty: Ledger) -> Iterator[CompleteClaim]:
    """The streams of cited entries that are about others: what corrects or refuses one of them belongs to it, too."""
    covered = {position for claim in concerned for position in duty.store.about(claim.kind, claim.id, seal)}
    for position in sorted(cited - covered):
        if position < seal:
            yield CompleteClaim("stream", duty.entry_at(position)[0].header.stream)
