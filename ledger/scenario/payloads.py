"""From a scenario's event to the typed payload (FORMAT.md section 13). Pure: it knows shapes, not ledgers.

`event_forms` says for each scenario type which event type it becomes and which keys change their name. Everything
else goes by name: the value of a field that refers to an entry is looked up, the id in a field about a person or unit
is mapped, and the rest is taken over as the loader typed it.
"""

import dataclasses
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ledger.errors import BadInput
from ledger.events import acts, case_parts, case_work, office, records, trust
from ledger.events.base import Attachment, Fact, Payload
from ledger.events.fields import EntryReference
from ledger.events.registry import spec_of
from ledger.events.words import kept_word
from ledger.scenario.event_forms import COMMON_RENAMED, IN_RECORDS, forms
from ledger.scenario.loaded import CaseBlock, ScenarioEvent

ENVELOPED = ("occurred_at", "legacy", "claims", "refers", "declared_late", "late_reason", "restricted", "attachments")
"""Words of the envelope that say nothing of an event that is no fact."""
SUPERVISED_UNITS = "supervised_units"
"""The word for a meeting of a member with the units supervised: not a unit, so the payload's body stays empty."""


@dataclass(frozen=True, slots=True)
class Names:
    """How a scenario's ids read in the ledger: persons and units, references to entries, and what an entry is."""

    party: Callable[[str], str]
    entry: Callable[[str], EntryReference]
    type_of: Callable[[str], type[Payload]]
    is_party: Callable[[str], bool]
    """Whether an id is a person's or a unit's."""


def payload_of(event: ScenarioEvent, names: Names, *, extra: Mapping[str, Any] | None = None) -> Payload:
    """The typed payload of a scenario event; `extra` are ready payload fields beside it (a case's facts, a pin)."""
    form = forms()["refusal" if event.type == "consent" and event.values["answer"] == "refuse" else event.type]
    values: dict[str, Any] = {"ref": event.id, "occurred_at": event.occurred_at, **form.implied}
    if event.legacy:
        values["legacy"] = True
    for key, value in event.values.items():
        values[form.renamed.get(key, COMMON_RENAMED.get(key, key))] = value
    if values.get("body") == SUPERVISED_UNITS and form.payload is acts.MeetingHeld:
        del values["body"]
    if (photo := values.pop("photo_sha256", None)) is not None:
        values["attachments"] = (Attachment(sha256=photo),)
    _keep_words(values, form.payload)
    values.pop("received_signature", None)  # an entry of its own, at its own time
    if form.payload is office.OpinionGiven:  # who says nothing else gave the opinion is who signed it
        values.setdefault("by", next(iter(event.signatures), event.recorder))
    if isinstance(values.get("online"), tuple):
        values["online_persons"] = values.pop("online")
    if form.payload is acts.PlanMade and "items" in values:
        values["items"] = tuple(_plan_item(item, names) for item in values["items"])
    if form.payload in (case_work.DecisionAnnounced, case_work.DecisionEnforced) and not names.is_party(
        values.get("body", "")
    ):
        values["body_text"] = values.pop("body", None)
    if form.payload is trust.RulesAdopted:
        values["settings"] = plain_settings(values["settings"])
    if not issubclass(form.payload, Fact):
        _only_own(values, form.payload)
    if form.payload is records.RecordCorrected:
        _split_correction(values, names)
    fields = _build_fields(form.payload, values, names, f"event {event.id}")
    return form.payload(**{**fields, **(extra or {})})


def _keep_words(values: dict[str, Any], payload: type[Payload]) -> None:
    """Puts the kept word of a closed list; one that no list has stands as it is, for files are older than the lists."""
    for key, value in values.items():
        if isinstance(value, str):
            values[key] = kept_word(payload.TYPE, key, value) or value


def _plan_item(item: Mapping[str, Any], names: Names) -> Mapping[str, Any]:
    """Who is responsible is somebody registered, or words."""
    responsible = item.get("responsible")
    if responsible is None or names.is_party(responsible):
        return item
    return {**{key: value for key, value in item.items() if key != "responsible"}, "responsible_text": responsible}


def _only_own(values: dict[str, Any], payload: type[Payload]) -> None:
    """What is no fact has no day, and who accepts, refuses or consents is its author."""
    own = {field.name for field in dataclasses.fields(payload)}
    for key in (*ENVELOPED, "by", "answer", "capacity"):
        if key not in own:
            values.pop(key, None)
    if payload is records.RecordAccepted:
        if values.get("capacity") != "receipt":
            values.pop("by", None)
            values.pop("answer", None)
        if not isinstance(values["occurred_at"], datetime):
            values.setdefault("arrived", values["occurred_at"])
            del values["occurred_at"]


def plain_settings(value: Any) -> Any:
    """Settings as JSON: decimals as strings."""
    match value:
        case Mapping():
            return {str(key): plain_settings(item) for key, item in value.items()}
        case tuple() | list():
            return [plain_settings(item) for item in value]
        case Decimal():
            return format(value, "f")
    return value


def case_facts(case: CaseBlock, names: Names, *, enabling: Sequence[str]) -> dict[str, Any]:
    """The fields of `case.opened` that the scenario's case block holds; `enabling` are the decisions on record.

    What is written of an act beside its day and amount is for the reader of the file where the ledger has no field.
    """
    kept = {item.name for item in dataclasses.fields(case_parts.OffenceAct)} | {"date"}
    values = {
        "case": case.id,
        "matter": case.subject,
        "unit": case.unit,
        "period_from": case.period_from,
        "period_to": case.period_to,
        "first_lead_at": case.first_lead_at,
        "offenders": case.offenders,
        "acts": tuple({key: value for key, value in act.items() if key in kept} for act in case.acts),
        "functions": case.functions,
        "enabling_decisions": tuple(enabling),
        "rulebooks": case.rulebooks,
    }
    return _build_fields(case_work.CaseOpened, values, names, f"case {case.id}")


def _split_correction(values: dict[str, Any], names: Names) -> None:
    """A corrected record's members part into structural values and texts (FORMAT.md section 2)."""
    payload = names.type_of(values["corrects"])
    corrected = payload.TYPE
    field_name = values["field"] = _field_of(payload, values["field"])
    new = values.pop("new_value", None)
    if payload is case_work.CaseOpened:
        new = _as_in_case(field_name, new)
    if isinstance(new, str):
        new = kept_word(corrected, field_name, new) or new
    if values["field"] == "attachments" and isinstance(new, str):
        new = ({"sha256": new},)
    if isinstance(new, Mapping):
        texts = {
            key
            for key in new
            if _is_text(corrected, f"{field_name}.{key}") or _is_text(corrected, f"{field_name}.0.{key}")
        }
        values["new_value"] = {key: _plain(item, names) for key, item in new.items() if key not in texts} or None
        values["new_text"] = {key: _plain(new[key], names) for key in sorted(texts)} or None
    else:
        values["new_text" if _is_text(corrected, field_name) else "new_value"] = _plain(new, names)


CASE_FIELDS: Mapping[str, str] = {"period.from": "period_from", "period.to": "period_to", "subject": "matter"}
"""Fields of a case block that the entry which opens the case names otherwise."""
_RECORDS_OF_A_CASE: Mapping[str, type[Any]] = {
    "acts": case_parts.OffenceAct,
    "offenders": case_parts.Offender,
    "rulebooks": case_parts.Rulebook,
}


def _as_in_case(field_name: str, value: Any) -> Any:
    """A corrected fact of a case, its records with the names that the entry has."""
    match value:
        case tuple() | list():
            return tuple(_as_in_case(field_name, item) for item in value)
        case Mapping() if field_name in _RECORDS_OF_A_CASE:
            known = _names_of(_RECORDS_OF_A_CASE[field_name])
            named = {new if (new := IN_RECORDS.get(key, key)) in known else key: item for key, item in value.items()}
            return {key: item for key, item in named.items() if key in known}
    return value


def _field_of(payload: type[Payload], key: str) -> str:
    """The payload's field that a scenario's key of its event type became; of `votes.agree` the first part alone."""
    renamed = next((form.renamed for form in forms().values() if form.payload is payload), {})
    if payload is case_work.CaseOpened and key in CASE_FIELDS:
        return CASE_FIELDS[key]
    head, dot, rest = key.partition(".")
    return renamed.get(head, {**COMMON_RENAMED, "photo_sha256": "attachments"}.get(head, head)) + dot + rest


def _is_text(type_name: str, field_name: str) -> bool:
    spec = spec_of(type_name, field_name)
    return spec is not None and spec.field_class == "erasable"


def _plain(value: Any, names: Names) -> Any:
    """A value as JSON holds it."""
    match value:
        case str():
            return names.party(value)
        case tuple() | list():
            return [_plain(item, names) for item in value]
        case Mapping():
            return {key: _plain(item, names) for key, item in value.items()}
        case None | bool() | int():
            return value
    return value.isoformat() if hasattr(value, "isoformat") else format(value, "f")


def _build_fields(cls: type[Any], values: Mapping[str, Any], names: Names, where: str) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    known = {item.name: item for item in dataclasses.fields(cls)}
    built = {}
    for name, value in values.items():
        if value is None:
            continue
        if name not in known:
            raise BadInput("{}: {} has no field {!r}", where, cls.TYPE if hasattr(cls, "TYPE") else cls.__name__, name)
        built[name] = _build(hints[name], value, known[name].metadata, names, where)
    return built


def _build(hint: Any, value: Any, meta: Mapping[str, Any], names: Names, where: str) -> Any:
    if isinstance(value, (tuple, list)) and not meta["whole"]:
        return tuple(_build(_item_of(hint), item, meta, names, where) for item in value)
    if isinstance(value, Mapping) and not meta["whole"]:
        record = _record_of(hint)
        if record is not None:
            known = _names_of(record)
            renamed = {new if (new := IN_RECORDS.get(k, k)) in known else k: v for k, v in value.items()}
            return record(**_build_fields(record, renamed, names, where))
    if meta["reference"] is not None:
        return names.entry(value)
    if meta["about"] is not None:
        return names.party(value)
    return tuple(value) if isinstance(value, list) else value


def _names_of(record: type[Any]) -> set[str]:
    return {item.name for item in dataclasses.fields(record)}


def _item_of(hint: Any) -> Any:
    """`tuple[X, ...] | None` -> X."""
    for part in (hint, *typing.get_args(hint)):
        if typing.get_origin(part) is tuple:
            return typing.get_args(part)[0]
    return hint


def _record_of(hint: Any) -> type[Any] | None:
    """The record class in `R`, `R | None`."""
    for part in (hint, *typing.get_args(hint)):
        if isinstance(part, type) and dataclasses.is_dataclass(part):
            return part
    return None
