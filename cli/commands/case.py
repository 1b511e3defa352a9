"""zeren case STEP: the work on a case from lead to appeal, in the case ledger; the duty ledger shows nothing of it.

    zeren case lead --kind complaint --concerns c-aid --matter "..."
    zeren case open K1 --unit c-aid --period-from 2023-05-10 --period-to 2024-09-20 --acts a1 2023-05-10 6.8 ...
    zeren case finding --case K1 --track second --findings p-he "" wenze-2019 main_leadership knew_and_ignored ""

Persons and units are those of the duty ledger: a step that names one for the first time registers it in the case
ledger and says who it is. Numbers of entries are looked up in the case ledger, then in the duty ledger.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import click

from cli.acting.form_commands import Raw, form_command
from cli.acting.recording import open_ledger_for, record_quietly, take_asked
from cli.asking import home, open_views
from cli.showing.command_groups import CommandGroup, in_words
from cli.showing.output import note
from ledger.application import Ledger
from ledger.before import check_opened_here
from ledger.errors import BadInput, NoLedger, Refused
from ledger.events.base import Payload
from ledger.events.case_parts import Pin
from ledger.events.case_work import CaseOpened, LeadReceived, SecondInvestigationOpened
from ledger.events.fields import About, EntryReference
from ledger.events.register import Identity, PersonLinked, PersonRegistered, UnitLinked, UnitRegistered
from ledger.home.directory import Home
from ledger.messages import N_
from ledger.recording.forms import Column, Form, form_of, forms
from ledger.recording.numbers import context_of, find_before, find_entry
from ledger.recording.party_finder import Parties
from ledger.recording.typed_values import Context, split
from projections.facts.values import Period
from projections.language.catalogue import _
from projections.language.titles import Labels
from projections.questions.desk import Desk
from projections.trace.case_facts import case_facts
from projections.trace.procedure import conflicts

PIN = ("pin.fingerprint", "pin.checkpoint", "pin.held_since")
STEPS: Mapping[str, str] = {
    "lead": N_("Register a lead: a complaint, a notice, a find of an inspection."),
    "open": N_("Open a case under the number CASE; it pins the duty ledger's checkpoint held last."),
    "measure": N_("Record a measure against a person, or another change of a person's status."),
    "fact": N_("Record what the first investigation found: each field given takes the place of what stood before."),
    "second": N_("Open the second investigation: the leaders whose duty it was."),
    "none": N_("Close the second track with a reasoned none."),
    "finding": N_("Record a finding of responsibility, signed by those who made it."),
    "decide": N_("Record a decision on persons and bodies, with its forms."),
    "serve": N_("Record that the decision DECISION was served."),
    "appeal": N_("Record an appeal against the decision AGAINST."),
    "appeal-decision": N_("Record how the appeal APPEAL was decided."),
    "rectify-review": N_("Record the review of a rectification, with its result."),
}
_FORMS = {
    "measure": "measure-taken",
    "fact": "case-facts-found",
    "second": "second-investigation-opened",
    "none": "second-investigation-declined",
    "finding": "finding-made",
    "decide": "decision-made",
    "serve": "decision-served",
    "appeal": "appeal-made",
    "appeal-decision": "appeal-decided",
    "rectify-review": "rectification-reviewed",
}
_ARGUMENTS = {"open": "case", "serve": "decision", "appeal": "against", "appeal-decision": "appeal"}


class Steps(CommandGroup):
    """The steps in the order in which they follow one another."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(STEPS)

    def find(self, ctx: click.Context, name: str) -> click.Command | None:
        return step(name) if name in STEPS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line per step, without making their options."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, in_words(_(text), (_ARGUMENTS.get(name, ""),))) for name, text in STEPS.items()])


command = Steps("case", help=N_("Work on a case, from lead to appeal, in the case ledger."))


def step(name: str) -> click.Command:
    """The command of a step."""
    form = {"lead": form_of(LeadReceived), "open": form_of(CaseOpened)}.get(name) or forms()[_FORMS[name]]
    made = form_command(
        form,
        name=name,
        help=_(STEPS[name]),
        argument=_ARGUMENTS.get(name),
        omit=(*PIN, "ref") if name == "open" else PIN,
        complete=None if name in ("lead", "open") else _with_case,
        context=_context,
        finish=_finish,
    )
    run = made.callback
    if run is None:  # pragma: no cover - every form has one
        raise RuntimeError("a form has no callback")
    made.callback = _introducing(form, run)
    return made


# --- what a step reads ---


def _duty() -> Ledger | None:
    """The duty ledger, for reading; None where it is not in this directory."""
    here = home()
    try:
        return here.ask("duty")
    except NoLedger:
        return None


def _context(ledger: Ledger) -> Context:
    """Ids of the case ledger; numbers of entries in it, then in the duty ledger."""
    own = context_of(ledger, Labels())

    def in_duty(find: Callable[[str], EntryReference]) -> Callable[[str], EntryReference]:
        def entry(number: str) -> EntryReference:
            try:
                return find(number)
            except BadInput:
                duty = _duty()
                if duty is None:
                    raise
                with closing(duty):
                    fingerprint, event = find_before(duty, number) or (duty.fingerprint, find_entry(duty, number))
                    return EntryReference(fingerprint, event.position, event.leaf_hash)

        return entry

    return replace(own, entry=in_duty(own.entry), cited=in_duty(own.cited))


def _with_case(ledger: Ledger, raw: Raw) -> Raw:
    """The only case there is, where none was named; a step on an entry of a case belongs to that case."""
    cases = list(ledger.register().cases)
    if (named := raw.get("case")) and named not in cases:
        check_opened_here(ledger, str(named))
    if raw.get("case") or raw.get("against") or raw.get("appeal") or raw.get("decision"):
        return raw
    if len(cases) != 1:
        raise BadInput("say which case with --case; open are: {}", ", ".join(cases) or "none")
    return {**raw, "case": cases[0]}


# --- what a step adds ---


def _finish(ledger: Ledger, payload: Payload) -> Payload:
    """Pin, number and leads of what opens; investigators checked."""
    if isinstance(payload, LeadReceived | CaseOpened):
        payload = replace(payload, pin=_pin(home()))
    if isinstance(payload, CaseOpened):
        payload = replace(payload, ref=payload.ref or payload.case, leads=payload.leads or _leads(ledger, payload))
    if isinstance(payload, CaseOpened | SecondInvestigationOpened):
        _check_recusal(payload)
    return payload


def _pin(here: Home) -> Pin | None:
    """The duty ledger's checkpoint held last; it is not fetched now, so that no fetch betrays the case."""
    duty = _duty()
    if duty is None:
        note(_("unpinned: the duty ledger is not in this directory"))
        return None
    try:
        held = here.holdings(duty).latest()
        if held is None:
            note(_("unpinned: no checkpoint of the duty ledger is held"))
            return Pin(fingerprint=duty.fingerprint)
        return Pin(fingerprint=duty.fingerprint, checkpoint=held.note.decode(), held_since=held.since)
    finally:
        duty.close()


def _leads(ledger: Ledger, case: CaseOpened) -> tuple[EntryReference, ...] | None:
    """The leads on record that concern the case's unit, and that no case opened before has taken."""
    openings = [ledger.at(ledger.store.stream(stream)[0]).payload for stream in ledger.register().cases.values()]
    taken = {lead for each in openings if isinstance(each, CaseOpened) for lead in each.leads or ()}
    found = []
    for stream in ledger.register().leads:
        found_at = ledger.store.stream(stream)
        event = ledger.at(found_at[0]) if found_at else None
        lead = event.payload if event is not None else None
        if event is not None and isinstance(lead, LeadReceived) and case.unit in (lead.concerns or ()):
            reference = EntryReference("", event.position, event.leaf_hash)
            found += [reference] if reference not in taken else []
    return tuple(found) or None


def _check_recusal(payload: CaseOpened | SecondInvestigationOpened) -> None:
    """Investigators who held a post of the line in the offence period are refused. The author's is marked by the trace.

    Raises Refused naming them and their posts.
    """
    team = payload.team or ()
    if not team:
        return
    with open_views() as views:
        facts = Desk(views).facts()
        if isinstance(payload, CaseOpened):
            unit, period = payload.unit, Period(payload.period_from, payload.period_to)
        else:
            known = case_facts(facts, payload.case or "")
            unit, period = known.unit, known.period
        held = conflicts(facts, team, unit, period)
    if held:
        posts = ", ".join(f"{tenure.person}: {tenure.post} ({tenure.entry.ref})" for tenure in held)
        raise Refused("these investigators held posts of the line in that time and must recuse themselves: {}", posts)


# --- whom a step names ---


def _introducing(form: Form, run: Callable[..., Any]) -> Callable[..., Any]:
    """Registers in the case ledger whom the step names and the duty ledger knows, then takes the step."""

    def step_with_introductions(**parameters: Any) -> Any:
        asked = take_asked(dict(parameters))
        named = list(_named(form, parameters))
        if named:
            with open_ledger_for("case", asked) as (here, ledger):
                payloads = dict.fromkeys(each for text, about in named for each in _introduction(ledger, text, about))
                if payloads and asked.dry_run:
                    raise BadInput(
                        "a dry run cannot register whom the case ledger does not know yet ({}); run the step itself",
                        ", ".join(each.ref or "" for each in payloads if each.ref is not None),
                    )
                if payloads:
                    record_quietly(here, ledger, list(payloads), asked)
        return run(**parameters)

    return step_with_introductions


def _named(form: Form, parameters: Mapping[str, Any]) -> Iterator[tuple[str, About]]:
    """(text, person | unit | party) of every option that names someone."""
    for column in form.columns:
        if column.about is None or column.registers:
            continue
        for text in _given(form, column, parameters):
            if text:
                yield text, column.about


def _given(form: Form, column: Column, parameters: Mapping[str, Any]) -> Iterator[str]:
    if column.group is not None and column not in form.together(column.group):
        return  # no member that came later names anybody
    name = "field_" + (column.group or column.base).replace(".", "__")
    value = parameters.get(name, parameters.get(column.base))
    if value is None:
        return
    if column.group is not None:
        number = form.together(column.group).index(column)
        yield from (str(row[number]) for row in value)
    elif column.is_list:
        for given in value:
            yield from (str(item) for item in split(column, given))
    else:
        yield str(value)


def _introduction(ledger: Ledger, text: str, about: About) -> Iterator[Payload]:
    """The registration and the link of someone whom only the duty ledger knows; nothing for anybody else."""
    duty = None if len(Parties(ledger.register()).matching(text, about)) == 1 else _duty()
    if duty is None:
        return
    try:
        register, fingerprint = duty.register(), duty.fingerprint
    finally:
        duty.close()
    parties = Parties(register)
    found = parties.matching(text, about)
    if len(found) != 1:
        return  # the step itself says that nobody, or that more than one, is called so
    (id_,) = found
    same = (Identity(fingerprint=fingerprint, id=id_), Identity(fingerprint="", id=id_))
    if register.kinds[id_] == "unit":
        yield UnitRegistered(ref=id_, unit=id_, kind=register.unit_kinds[id_], name=parties.name(id_))
        yield UnitLinked(identities=same)
    else:
        yield PersonRegistered(ref=id_, person=id_, name=parties.name(id_))
        yield PersonLinked(identities=same)
