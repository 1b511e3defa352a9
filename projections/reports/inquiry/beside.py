"""The vertical chain, what was recorded later, what followed the cut-off, and the signatures."""

from collections.abc import Iterator
from datetime import date

from ledger.events.case_work import AppealDecided, AppealMade, DecisionAnnounced, DecisionMade
from ledger.events.record import Recorded
from projections.facts.protocol import happened
from projections.facts.values import Citation
from projections.language.narrator import Brief
from projections.language.trace_words import CATEGORIES, CHAIN, EFFECTS, LEVELS, TRACKS, VERDICTS
from projections.questions.case_folder import DecidedItem, case_folder
from projections.reports.document import Blanks, Block, Bullets, Heading, Paragraph, Table
from projections.reports.inquiry.people import became, categories
from projections.reports.inquiry.telling import Telling
from projections.trace.model import ChainLevel
from projections.trace.procedure import month_later
from projections.trace.status import standing


def chain(told: Telling) -> Iterator[Block]:
    """Level by level, each tested for itself."""
    found, say, text = told.found, told.say, told.text
    yield Paragraph(text("Each level is tested for itself; none inherits the responsibility of another [R18]."))
    yield Table(
        text("The line above the unit"),
        (text("level"), text("who"), text("what was found")),
        tuple(level(told, row) for row in found.chain),
        (28, 30, 98),
    )
    for unit in found.co_responsible:
        said = text("{unit} shared the task ({cites}) and answers for its own part only; head: {names}").format(
            unit=say.name(unit.unit), cites=say.cites(unit.entries), names=say.names(unit.heads)
        )
        yield Paragraph(say.ruled(said, "R11"))


def level(told: Telling, row: ChainLevel) -> tuple[str, str, str]:
    """A level of the chain, who stands there, and what was found of it."""
    say, text = Brief.of(told.say), told.text
    who = say.names(row.parties) if row.parties else text("nobody on record")
    what = text("; ").join(dict.fromkeys(map(say.ground, row.grounds))) or text("nothing on record")
    return text(CHAIN[row.level]), who, what


def later(told: Telling) -> Iterator[Block]:
    """What was recorded after the cut-off about days before it, and what it would change; never the answer."""
    found, say, text = told.found, told.say, told.text
    if not found.effects and not found.variants:
        yield Paragraph(text("Nothing was recorded later about these persons, posts or decisions."))
        return
    yield Paragraph(text("None of these records changes what is advised above [R16]."))
    if found.effects:
        yield Table(
            text("Records made after the cut, and what each would change had it counted"),
            (text("record"), text("recorded"), text("whom it concerns"), text("doubts"), text("what it would change")),
            tuple(
                (
                    say.entry(row.entry),
                    say.moment(row.recorded_at),
                    say.names(row.persons),
                    say.signals(row.signals) or text("none"),
                    text(EFFECTS[row.effect]),
                )
                for row in found.effects
            ),
            (36, 29, 16, 47, 28),
        )
    if found.variants:
        yield Heading(text("Disputed variants (not the answer)"))
        yield Bullets(
            tuple(
                text(
                    "had {because} counted: act {act} at level {level} would fall to {name}, {period} ({days} days),"
                    " {amount}; {categories}"
                ).format(
                    because=say.entry(row.because),
                    act=say.acts([row.act]),
                    level=text(LEVELS[row.level]),
                    name=say.name(row.person),
                    period=say.period(row.period),
                    days=row.period.days,
                    amount=say.amount(row.amount, found.unit_of_money),
                    categories=categories(told, row.categories),
                )
                for row in found.variants
            )
        )


def after(told: Telling) -> Iterator[Block]:
    """Decisions, appeals and whatever else was recorded of the case since the cut-off, and how it meets the trace."""
    found, say, text, file = told.found, told.say, told.text, told.file
    since = file.after(found.known_at)
    yield Paragraph(
        text("What stands here was recorded after {moment} and is no ground of what is advised above.").format(
            moment=say.moment(found.known_at)
        ),
        strong=True,
    )
    changed = tuple(_changed(told))
    if changed:
        yield Heading(text("What has become of persons since"))
        yield Bullets(changed)
    decided = [(event, event.payload) for event in file.works if isinstance(event.payload, DecisionMade)]
    rows = [
        (
            say.name(item.person or item.body),
            text(TRACKS.get(made.track, made.track)),
            text(CATEGORIES[item.category]) if item.category in CATEGORIES else say.quoted(item.category),
            text("; ").join(map(say.quoted, filter(None, (item.form, item.note)))) or text("none"),
            f"{say.day(happened(told.facts, event))}{say.aside(say.number(told.facts.cite(event)))}",
        )
        for event, made in decided
        for item in made.decisions
    ]
    if rows:
        yield Table(
            text("Decisions"),
            (text("person or body"), text("track"), text("category"), text("form"), text("decision")),
            tuple(rows),
            (22, 20, 26, 46, 42),
        )
        yield Heading(text("Who decided"))
        yield Bullets(tuple(_decided_by(told, event) for event, _ in decided))
    served = tuple(_service(told))
    if served:
        yield Heading(text("Service, and until when an appeal is possible"))
        yield Bullets(served)
    appeals = [line for event in file.works for line in _appeal(told, event)]
    if appeals:
        yield Heading(text("Appeals"))
        yield Bullets(tuple(appeals))
    striking = [
        told.line(
            say.name(row.party),
            text("{verdict} (trace: {traced}; decided: {decided})").format(
                verdict=text(VERDICTS[row.verdict]),
                traced=categories(told, row.traced) or text("none"),
                decided=say.listed(
                    text(CATEGORIES[each.category]) if each.category in CATEGORIES else say.quoted(each.category)
                    for each in row.decided
                )
                or text("none"),
            ),
        )
        for row in found.compared
        if row.verdict in ("differs", "not_decided", "not_traced")
    ]
    yield Heading(text("Decisions against the trace"))
    yield Bullets(tuple(striking) or (text("Every decision is by a category that the trace has."),))
    rest = [event for event in since if not isinstance(event.payload, DecisionMade | AppealMade | AppealDecided)]
    if rest:
        yield Heading(text("Other steps"))
        yield Bullets(tuple(_step(told, event) for event in rest))


def _changed(told: Telling) -> Iterator[str]:
    """Who has left, was detained or released since the cut-off, and that the way of a consequence follows that."""
    say, text = told.say, told.text
    for row in told.found.persons:
        now, then = (standing(told.facts, row.person, moment) for moment in (None, told.found.known_at))
        if now is None or now == then:
            continue
        said = became(told, now.status) if now.status else text("no longer so")
        yield text("{name}: {status} ({entry}); the way of a consequence above is told as it is by this").format(
            name=say.name(row.person), status=said, entry=say.cites([now.entry])
        )


def _decided_by(told: Telling, event: Recorded) -> str:
    """Which body decided, as far as the record says: it names one where a decision was announced, else only who
    recorded and signed it, which is said so that nobody takes the one for the other."""
    say, text, facts = told.say, told.text, told.facts
    cite = facts.cite(event)
    announced = [
        (each, made)
        for each in told.file.works
        if isinstance(made := each.payload, DecisionAnnounced) and cite in facts.refs(each, made.of)
    ]
    bodies = [
        text("announced on {day}, body named: {body} ({entry})").format(
            day=say.when(made.at),
            body=say.name(made.body) if made.body is not None else say.quoted(made.body_text or text("none")),
            entry=say.number(facts.cite(each)),
        )
        for each, made in announced
    ]
    said = bodies or [
        text("the record does not name the body that decided; it is to be taken from the decision itself")
    ]
    recorded = text("recorded by {name}, signed by {names}").format(
        name=say.name(event.author), names=say.names(event.signed)
    )
    return told.line(say.entry(cite), text("; ").join((*said, recorded)))


def _step(told: Telling, event: Recorded) -> str:
    """A step of the case, with whom it is about and what came of it."""
    said = [told.say.name(who)] if (who := getattr(event.payload, "person", None)) else []
    if result := getattr(event.payload, "result", None) or getattr(event.payload, "status", None):
        said.append(told.say.word(result))
    entry = told.say.entry(told.facts.cite(event))
    return told.line(entry, told.text(", ").join(said)) if said else entry


def _service(told: Telling) -> Iterator[str]:
    """Whether and when each decision reached whom it is about, and until when he could or can appeal."""
    say, text = told.say, told.text
    groups: dict[tuple[Citation, date | None], list[DecidedItem]] = {}
    for item in case_folder(told.facts, told.found.case, date.max).decisions:
        groups.setdefault((item.entry, item.served_on), []).append(item)
    for (entry, on), items in groups.items():
        names = say.names(item.party for item in items)
        if on is None:
            said = text("no service on {names} is on record; the month for an appeal begins with it").format(
                names=names
            )
        else:
            said = text("served on {names} on {day}; an appeal is possible until {until}").format(
                names=names, day=say.day(on), until=say.day(month_later(on))
            )
        done = (
            (text("announced on {day}"), items[0].announced_on),
            (text("carried out on {day}"), items[0].enforced_on),
        )
        parts = (said, *(words.format(day=say.day(day)) for words, day in done if day is not None))
        yield told.line(say.entry(entry), text("; ").join(parts))


def _appeal(told: Telling, event: Recorded) -> Iterator[str]:
    say, text = told.say, told.text
    match event.payload:
        case AppealMade(person=person, against=against, reason=reason):
            said = text("{entry}: {name} appeals against {decision}").format(
                entry=say.entry(told.facts.cite(event)),
                name=say.name(person),
                decision=say.entries(told.facts.refs(event, against)),
            )
            yield told.line(said, say.quoted(reason)) if reason else said
        case AppealDecided(result=result, reason=reason) as decided:
            on = text("{entry}, on the {appeal}").format(
                entry=say.entry(told.facts.cite(event)), appeal=say.entries(told.facts.refs(event, decided.appeal))
            )
            said = told.line(on, text("; ").join(map(say.quoted, filter(None, (result, reason)))))
            if decided.category_before and decided.category_after:
                said += text("; category before: {before}, after: {after}").format(
                    before=say.word(decided.category_before), after=say.word(decided.category_after)
                )
            if decided.restored is not None:
                scope = decided.restored.scope
                said += text("; name restored on {day} before {scope}").format(
                    day=say.day(decided.restored.day), scope=say.quoted(scope) if scope else text("nobody named")
                )
            yield said


def signatures(told: Telling) -> Iterator[Block]:
    """Where the team signs."""
    team = dict.fromkeys(person for _, persons, _ in told.file.teams() for person in persons)
    yield Paragraph(told.text("The undersigned have checked this report against the entries that it cites."))
    labels = [told.say.name(person) for person in team] or [
        told.text("Investigator"),
        told.text("Investigator"),
    ]
    yield Blanks((*labels, told.text("Head of the team"), told.text("Date")))
