"""A question that cannot be read, as its form again: what was typed stays, and the fault stands at its field."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g, request, url_for

from api.routes import SHOWING, Parameter
from ledger.errors import BadInput
from ledger.messages import N_

LABELS: Mapping[str, str] = {
    "valid_at": N_("Day"),
    "known_at": N_("Known at"),
    "judged_on": N_("Judged on"),
    "from": N_("from"),
    "to": N_("to"),
    "unit": N_("unit"),
    "of_unit": N_("unit"),
    "person": N_("person or unit"),
    "about": N_("person or unit"),
    "owner": N_("owner"),
    "period": N_("period"),
    "half": N_("half-year"),
    "status": N_("status"),
    "obligation": N_("obligation"),
    "code": N_("signal"),
    "weight": N_("weight"),
    "type": N_("kind"),
    "ref": N_("number"),
    "day": N_("Day"),
    "words": N_("Words"),
    "token": N_("token"),
    "function": N_("function held"),
    "rulebook": N_("rulebook"),
}
"""What fields are called; another by what its parameter means."""
DAYS = ("day", "moment", "when")


@dataclass(frozen=True, slots=True)
class TypedField:
    """A field of the form with what was typed; `faulty` where the fault is its."""

    name: str
    label: str
    text: str
    is_day: bool
    choices: tuple[str, ...]
    faulty: bool


@dataclass(frozen=True, slots=True)
class TypedForm:
    """The form of a question, as it was asked."""

    action: str
    kept: tuple[tuple[str, str], ...]
    """What goes along without a field: language, and how the answer is shown."""
    fields: tuple[TypedField, ...]


def typed_form(error: Exception | None, parameters: tuple[Parameter, ...]) -> TypedForm | None:
    """The form again; None where what is wrong is not in it."""
    if not isinstance(error, BadInput) or request.endpoint is None:
        return None
    typed = {name: [text for text in texts if text.strip()] for name, texts in request.args.lists()}
    at = _at(error, typed)
    known = {parameter.name: parameter for parameter in parameters if parameter.kind not in SHOWING}
    if at not in known:  # what no field of the form says, as which part of a list
        return None
    wanted = [name for name, parameter in known.items() if typed.get(name) or parameter.required or name == at]
    fields = [_field(known[name], text, name == at) for name in wanted for text in typed.get(name) or [""]]
    along = {"lang", *(parameter.name for parameter in parameters if parameter.kind in ("sort", "among"))}
    kept = [(name, text) for name, texts in typed.items() if name in along for text in texts]
    return TypedForm(url_for(request.endpoint, **(request.view_args or {})), tuple(kept), tuple(fields))


def _at(error: BadInput, typed: Mapping[str, list[str]]) -> str | None:
    """Which parameter is at fault: that which was being read, else the one that the message quotes."""
    found = g.get("reading_parameter")
    if isinstance(found, str):
        return found
    quoted = {str(value) for value in error.values}
    return next((name for name, texts in typed.items() if quoted & {text.strip() for text in texts}), None)


def _field(parameter: Parameter, text: str, faulty: bool) -> TypedField:
    label = LABELS.get(parameter.name, parameter.meaning)
    return TypedField(parameter.name, label, text, parameter.kind in DAYS, parameter.choices, faulty)
