"""Parts of the tables of an office: what is owed and how it stands, posts, duties of each post.

What is owed is judged by `projections.questions.obligations`; nothing here changes a status or says one of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from projections.facts.footing import footing, taken_on
from projections.facts.holdings import holders_on
from projections.facts.protocol import day
from projections.facts.values import Instance, Period, Tenure
from projections.language.office_words import EVERY, FOOTINGS
from projections.language.titles import fixed_word
from projections.obligations.table import Obligation, Rule, table
from projections.questions.heat import BAD, DOUBTFUL, GOOD
from projections.questions.obligations import ObligationFilter, ObligationRow, is_nobodys, rows
from projections.questions.office_lines import Gathering, OfficeLine, unfinished
from projections.questions.tenures import rows as tenures_of


def owed(at: Gathering) -> Iterator[OfficeLine]:
    """What was owed in the period, and how it stands; of a duty owed in pairs each pair."""
    wanted = ObligationFilter(period=at.period, owner=at.person)
    if at.person is not None or at.unit is not None:
        found = [row for party in sorted(at.parties) for row in rows(at.over, replace(wanted, owner=party), at.judged)]
    else:
        found = list(rows(at.over, wanted, at.judged))
    for row in found:
        for part in row.pairs or (row,):
            if part.status != "not_applicable" and at.is_mine(part.owner) and not is_nobodys(part, at.judged):
                yield _owed(at, row, part)


def open_duties(at: Gathering) -> Iterator[OfficeLine]:
    """What is owed and not done."""
    return unfinished(owed(at))


def owed_by_group(at: Gathering) -> Iterator[OfficeLine]:
    """What the Party group owed in the period, and its secretary."""
    facts = at.over.facts
    secretary = next((each.person for each in holders_on(facts, "secretary", None, at.last)), None)
    return owed(replace(at, person=secretary, unit=facts.party_group))


def _owed(at: Gathering, row: ObligationRow, part: Instance) -> OfficeLine:
    explain = at.over.explain
    days = [on for _, on in at.records(part.met_by)]
    occasion = explain.occasion(part if part.period or part.trigger else row)
    remarks = [at.say.reason(reason) for reason in part.reasons]
    remarks += [explain.fitting(part)] if part.fitting else []
    lacking = [explain.part(each.partition("/")[2] or each) for each in part.missing if part.subject is None]
    remarks += [at.text("missing: {parts}").format(parts=at.text(", ").join(lacking))] if lacking else []
    return OfficeLine(
        part="owed",
        what=f"{row.title}{explain.aside(occasion)}" if occasion else row.title,
        obligation=row.obligation,
        clause=at.clauses([row.obligation]),
        unit=part.unit,
        unit_name=at.name(part.unit),
        owner=part.owner,
        owner_name=at.name(part.owner),
        with_whom=at.names([part.subject]) if part.subject is not None else (),
        due=part.due,
        done_on=max(days, default=None) if part.status in GOOD else None,
        tone=tone_of(part.status),
        state_words=explain.status(part.status),
        measure=_counted(at, part),
        remarks=tuple(remarks),
        sources=part.met_by,
    )


def _counted(at: Gathering, part: Instance) -> str | None:
    if part.required is None or part.required == 1:
        return None
    return at.text("{done} of {all}").format(done=part.credited or 0, all=part.required)


def tone_of(status: str) -> str:
    """How an obligation's status is coloured."""
    if status in GOOD:
        return "done"
    return "overdue" if status in BAD else "doubtful" if status in DOUBTFUL else "open"


# --- posts ---


def posts(at: Gathering) -> Iterator[OfficeLine]:
    """Posts held in the period, over which units, and whether who holds them took them on."""
    for tenure in _tenures(at):
        facts = at.over.facts
        opening = facts.cited(tenure.entry)
        said = taken_on(facts, opening, tenure.person) if opening is not None else None
        stands = footing(facts, tenure)
        yield OfficeLine(
            part="posts",
            what=_post(at, tenure),
            owner=tenure.person,
            owner_name=at.name(tenure.person),
            with_whom=at.names((*tenure.scope, *tenure.supervises)),
            on=tenure.valid_from,
            due=tenure.valid_to,
            done_on=day(facts, said.counts_from) if said is not None else None,
            tone="done" if stands == "formal" else "doubtful" if stands == "pending" else "overdue",
            state_words=at.text(FOOTINGS[stands]),
            sources=(tenure.entry,),
        )


def _tenures(at: Gathering) -> list[Tenure]:
    until = Period(at.during.first, at.last) if at.last >= at.during.first else at.during
    return [
        tenure
        for tenure in tenures_of(at.over.facts, person=at.person, unit=at.unit)
        if (held := tenure.period(until.last)) is not None and held.meet(until) is not None
    ]


def _post(at: Gathering, tenure: Tenure) -> str:
    title = at.wording.post(tenure.post)
    return f"{title}{at.over.explain.aside(at.text(fixed_word(tenure.acting)))}" if tenure.acting is not None else title


ROLE_OWES: Mapping[str, tuple[str, ...]] = {
    "secretary": ("group", "secretary", "person"),
    "member": ("member", "person"),
    "supervisor": ("member",),
    "head": ("unit", "head", "person"),
}
"""Whose duties the holder of a post answers for, by its role: the secretary for the group's, a head for the unit's."""


def duties(at: Gathering) -> Iterator[OfficeLine]:
    """The duties of each holder of a post on the last day, by the role of the post: clause, cadence, what counts."""
    own: dict[str, dict[str, list[Tenure]]] = {}
    for tenure in _tenures(at):
        if tenure.covers_day(at.held_on) and tenure.acting != "cover":
            for owner in ROLE_OWES.get(tenure.role, ()):
                own.setdefault(tenure.person, {}).setdefault(owner, []).append(tenure)
    for person, owners in own.items():
        for obligation in table().obligations.values():
            held = owners.get(obligation.owner)
            if held:
                yield _duty(at, person, obligation, held)


def _duty(at: Gathering, person: str, obligation: Obligation, held: list[Tenure]) -> OfficeLine:
    units = held[0].scope if obligation.owner == "unit" else ()
    return OfficeLine(
        part="duties",
        what=obligation.title.of(at.over.explain.speech),
        obligation=obligation.id,
        clause=at.clauses([obligation.id]),
        unit=units[0] if units else None,
        unit_name=at.name(units[0]) if units else None,
        owner=person,
        owner_name=at.name(person),
        with_whom=tuple(at.say.counterparts(obligation.id)),
        state_words=at.text("; ").join(dict.fromkeys(_cadence(at, rule) for rule in obligation.rules))
        or at.text(EVERY["standing"]),
        measure=at.say.evidence(obligation.id, ()),
        sources=tuple(dict.fromkeys(tenure.entry for tenure in held)),
    )


def _cadence(at: Gathering, rule: Rule) -> str:
    form = "trigger" if rule.trigger is not None else "pairs" if rule.pairs is not None else "tenure"
    said = at.text(EVERY[rule.every or form])
    return at.text("{n} times {period}").format(n=rule.times, period=said) if rule.times > 1 else said
