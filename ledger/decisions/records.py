"""Deciding on events about other entries."""

from ledger.decisions.state import Standing
from ledger.errors import Refused
from ledger.events.base import Payload
from ledger.events.records import RecordAccepted, RecordCorrected, RecordExplained, RecordRefused, TextErased
from ledger.events.registry import spec_of, specs


def decide_record(payload: Payload, standing: Standing) -> None:
    """What is corrected, accepted, refused, explained or erased is on record, and has what is said of it."""
    match payload:
        case RecordCorrected(corrects=reference):
            corrected = standing.entry(reference).payload
            _check_field(payload.field, corrected)
            if payload.new_value is None and payload.new_text is None:
                raise Refused("the correction of {} says no new value", payload.field)
        case RecordAccepted(accepts=reference) | RecordRefused(refuses=reference) | RecordExplained(explains=reference):
            concerned = standing.entry(reference).payload
            if isinstance(concerned, RecordAccepted | RecordRefused):
                raise Refused("an acceptance or refusal is not itself accepted or refused")
        case TextErased(entry=reference, names=names):
            erased = standing.entry(reference)
            for name in names:
                spec = spec_of(erased.type, name)
                if spec is None or spec.field_class != "erasable":
                    raise Refused(
                        "{} of {} is not an erasable text; verification or a view rests on it", name, erased.type
                    )


def _check_field(name: str, corrected: Payload) -> None:
    known = {spec.partition(".")[0] for spec in specs(corrected.TYPE)}
    if name.partition(".")[0] not in known:
        raise Refused(
            "{} has no field {!r}; it has {}", corrected.ref or corrected.TYPE, name, ", ".join(sorted(known))
        )
