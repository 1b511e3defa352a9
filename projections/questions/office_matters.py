"""Parts of the tables of an office: tasks, issues, warnings and signatures, whole or still open; units as checked."""

from collections.abc import Iterator
from datetime import date

from ledger.events.acts import InspectionHeld
from ledger.events.record import Recorded
from projections.facts.holdings import governed_units, holders_on
from projections.facts.protocol import happened
from projections.facts.values import Citation
from projections.language.register_words import STATUSES
from projections.language.titles import fixed_word
from projections.questions.office_lines import Gathering, OfficeLine, unfinished
from projections.questions.over import Over
from projections.questions.registers import RegisterFilter, register
from projections.questions.signatures import SignatureFilter, owed_signatures


def tasks(at: Gathering) -> Iterator[OfficeLine]:
    """Tasks handed out in the period, and those of before that were not done when it began."""
    tones = {"done": "done", "overdue": "overdue", "open": "open"}
    for row in register("tasks")(at.over, RegisterFilter(judged_on=at.judged)).items:
        on = _day_of(at.over, row.entry)
        done = max((when for _, when in row.done_by), default=None) if row.status == "done" else None
        if on is None or not at.stands_in(on, done) or not at.is_within(row.owner, row.unit, *row.co_units):
            continue
        yield OfficeLine(
            part="tasks",
            what=row.title or at.text("task {entry} {title}").format(entry=row.entry.label, title="").rstrip(),
            unit=row.unit,
            unit_name=at.name(row.unit),
            owner=row.owner,
            owner_name=at.name(row.owner),
            with_whom=at.names(row.co_units),
            on=on,
            due=row.due,
            done_on=done,
            tone=tones[row.status],
            state_words=at.text(STATUSES["tasks"][row.status]),
            remarks=tuple(
                at.text("{name} reported it done on {day}").format(name=at.name(who), day=when.isoformat())
                for who, when in row.done_by
            ),
            sources=(row.entry, *row.reports),
        )


def issues(at: Gathering) -> Iterator[OfficeLine]:
    """Issues found in the period, and those of before that were not closed when it began (整改、销号)."""
    tones = {"open": "open", "overdue": "overdue", "rectified": "doubtful", "closed": "done"}
    for row in register("issues")(at.over, RegisterFilter(judged_on=at.judged)).items:
        found = _day_of(at.over, row.entry)
        right, verified = list(at.records(row.rectified)), list(at.records(row.verified))
        closed = max((on for _, on in verified), default=None) if row.status == "closed" else None
        if found is None or not at.stands_in(found, closed) or not at.is_within(row.owner, row.unit, row.finder):
            continue
        words = [at.words_of(record, "measure", "title", "text") for record, _ in right]
        by = [getattr(record.payload, "by", None) for record, _ in verified]
        yield OfficeLine(
            part="issues",
            what=row.title or at.over.explain.kind("issue.found/1"),
            unit=row.unit,
            unit_name=at.name(row.unit),
            owner=row.owner,
            owner_name=at.name(row.owner),
            with_whom=at.names([row.finder]),
            on=found,
            due=row.due,
            answered_on=max((on for _, on in right), default=None),
            done_on=closed,
            tone=tones[row.status],
            state_words=at.text(STATUSES["issues"][row.status]),
            measure=at.text("; ").join(word for word in words if word) or None,
            remarks=tuple(
                at.text("verified by {name}").format(name=name) for name in at.names(each for each in by if each)
            ),
            sources=(row.entry, *row.rectified, *row.verified),
        )


def warnings(at: Gathering) -> Iterator[OfficeLine]:
    """Warnings made in the period, and those of before that nobody had answered when it began."""
    tones = {"open": "open", "unanswered": "overdue", "answered": "done", "answered_late": "doubtful"}
    for row in register("warnings")(at.over, RegisterFilter(judged_on=at.judged)).items:
        if at.stands_in(row.warned_on, row.answered_on) and at.is_within(row.unit, row.author, *row.addressees):
            yield OfficeLine(
                part="warnings",
                what=row.title or at.over.explain.kind("warning.reported/1"),
                unit=row.unit,
                unit_name=at.name(row.unit),
                owner=row.author,
                owner_name=at.name(row.author),
                with_whom=at.names(row.addressees),
                on=row.warned_on,
                due=row.due,
                done_on=row.answered_on,
                tone=tones[row.status],
                state_words=at.text(STATUSES["warnings"][row.status]),
                sources=(row.entry, *((row.answered_by,) if row.answered_by is not None else ())),
            )


def open_tasks(at: Gathering) -> Iterator[OfficeLine]:
    """Tasks that are not done."""
    return unfinished(tasks(at))


def open_issues(at: Gathering) -> Iterator[OfficeLine]:
    """Issues that are not closed."""
    return unfinished(issues(at))


def open_warnings(at: Gathering) -> Iterator[OfficeLine]:
    """Warnings that are not answered."""
    return unfinished(warnings(at))


def signatures(at: Gathering) -> Iterator[OfficeLine]:
    """Signatures that the person still owes."""
    if at.person is None:
        return
    for row in owed_signatures(at.over, SignatureFilter(person=at.person, judged_on=at.judged)).items:
        yield OfficeLine(
            part="signatures",
            what=row.title,
            owner=row.person,
            owner_name=row.name,
            on=row.occurred_on,
            state_words=at.text("signature still owed"),
            sources=(row.entry,),
        )


def units(at: Gathering) -> Iterator[OfficeLine]:
    """Each unit: when it was checked for the year and by whom, its assessment and what that was used for, its tasks."""
    facts, over, year = at.over.facts, at.over, at.during.first.year
    held = [
        (record, happened(facts, record))
        for record in facts.records(InspectionHeld)
        if isinstance(record.payload, InspectionHeld)
        and not facts.is_withdrawn(record)
        and (record.payload.for_year or happened(facts, record).year) == year
        and record.payload.kind in (None, "annual")
    ]
    made = register("assessments")(over, RegisterFilter(judged_on=at.judged)).items
    everything = Gathering(over, at.judged, at.during, at.period, None, None)
    duty, issue = list(tasks(everything)), list(issues(everything))
    for unit in governed_units(facts):
        if not facts.units[unit].lives_on(at.last) or not at.is_mine(unit):
            continue
        own = [(r, on) for r, on in held if unit in (getattr(r.payload, "covers", None) or ()) or _unit(r) == unit]
        grades = [row for row in made if row.of == unit and row.for_year == year]
        heads = [each.person for each in holders_on(facts, "head", unit, at.last)]
        mine = [line for line in duty if unit in (line.owner, line.unit) or line.owner in heads]
        wrong = [line for line in issue if line.unit == unit and line.done_on is None]
        uses = at.text(", ").join(at.text(fixed_word(use)) for row in grades for use in row.uses)
        done = sum(line.tone == "done" for line in mine)
        remarks = [
            at.text("tasks done: {done} of {all}").format(done=done, all=len(mine)),
            at.text("issues open: {n}").format(n=len(wrong)),
            *([at.text("result used for: {uses}").format(uses=uses)] if uses else []),
        ]
        yield OfficeLine(
            part="units",
            what=over.explain.name(unit),
            unit=unit,
            unit_name=at.name(unit),
            owner=heads[0] if heads else None,
            owner_name=at.name(heads[0]) if heads else None,
            with_whom=at.names(lead for r, _ in own if (lead := getattr(r.payload, "lead", None)) is not None),
            on=max((on for _, on in own), default=None),
            tone="done" if own else "overdue",
            state_words=at.text("checked") if own else at.text("not checked this year"),
            measure=at.text(", ").join(row.grade for row in grades) or None,
            remarks=tuple(remarks),
            sources=tuple(dict.fromkeys((*(facts.cite(r) for r, _ in own), *(row.entry for row in grades)))),
        )


def _unit(record: Recorded) -> str | None:
    return getattr(record.payload, "unit", None)


def _day_of(over: Over, cite: Citation) -> date | None:
    record = over.facts.cited(cite)
    return happened(over.facts, record) if record is not None else None
