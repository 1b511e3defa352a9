"""Parts of the tables of an office: the talks that are owed, as a matrix by half-year, counted, and those missing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ledger.messages import N_
from projections.questions.office_lines import Gathering, OfficeCell, OfficeLine
from projections.questions.talks_owed import TalkOwed, talk_duties, talks_owed

MARKS: Mapping[str, str] = {"held": "✓", "missing": "✗", "doubtful": "?", "open": "○"}
"""How a talk stands, and the sign of each."""
STATES: Mapping[str, str] = {
    "held": N_("talk held"),
    "missing": N_("no talk in time"),
    "doubtful": N_("doubtful"),
    "open": N_("not due yet"),
}
TONES: Mapping[str, str] = {"held": "done", "missing": "overdue", "doubtful": "doubtful", "open": "open"}
WORST = ("missing", "doubtful", "open", "held")
"""Which state several talks have together."""


def matrix(at: Gathering) -> Iterator[OfficeLine]:
    """A line for each duty towards a unit or a person, a cell for each half-year in which a talk of it falls due."""
    return matrix_of(at, _talks(at))


def matrix_of(at: Gathering, owed: Iterable[TalkOwed]) -> Iterator[OfficeLine]:
    """The lines that these talks make."""
    places: dict[tuple[str, str], list[TalkOwed]] = {}
    for talk in owed:
        places.setdefault((talk.obligation, talk.about), []).append(talk)
    order = {id_: number for number, id_ in enumerate(talk_duties())}
    for (obligation, about), talks in sorted(places.items(), key=lambda place: order[place[0][0]]):
        yield OfficeLine(
            part="matrix",
            what=talks[0].title,
            obligation=obligation,
            clause=at.clauses([obligation]),
            unit=about if about in at.over.facts.units else None,
            unit_name=talks[0].about_name if about in at.over.facts.units else None,
            with_whom=(talks[0].about_name,),
            tone=TONES[_worst(talks)],
            sources=tuple(dict.fromkeys(cite for talk in talks for cite in talk.met_by)),
            cells=tuple(_cells(at, talks)),
        )


def missing(at: Gathering) -> Iterator[OfficeLine]:
    """Each talk that was not held in time, with what is on record of it and does not count, or does not claim it."""
    for talk in _talks(at):
        if talk.state != "missing":
            continue
        cites, said = at.over.explain.cites, []
        if talk.set_aside:
            said.append(at.text("recorded and set aside: {entries}").format(entries=cites(talk.set_aside)))
        if talk.unclaimed:
            said.append(at.text("recorded, but not as this duty: {entries}").format(entries=cites(talk.unclaimed)))
        yield OfficeLine(
            part="missing_talks",
            what=talk.title,
            obligation=talk.obligation,
            clause=at.clauses([talk.obligation]),
            unit=talk.about if talk.about in at.over.facts.units else None,
            unit_name=talk.about_name if talk.about in at.over.facts.units else None,
            owner=talk.owner,
            owner_name=talk.owner_name,
            with_whom=(talk.other_name or talk.about_name,),
            due=talk.due,
            tone=TONES[talk.state],
            state_words=at.over.explain.status(talk.status),
            remarks=tuple(said),
            sources=tuple(dict.fromkeys((*talk.set_aside, *talk.unclaimed))),
        )


def counted(at: Gathering) -> Iterator[OfficeLine]:
    """How many talks were owed and held, by duty and half-year; which are missing, by name."""
    places: dict[tuple[str, str], list[TalkOwed]] = {}
    for talk in _talks(at):
        places.setdefault((talk.obligation, talk.half), []).append(talk)
    for (obligation, half), own in places.items():
        held = [talk for talk in own if talk.state == "held"]
        lacking = [talk for talk in own if talk.state == "missing"]
        yield OfficeLine(
            part="talks",
            what=f"{own[0].title}{at.over.explain.aside(at.over.speech.span(half))}",
            obligation=obligation,
            clause=at.clauses([obligation]),
            tone="overdue" if lacking else "done" if len(held) == len(own) else "open",
            state_words=at.text("{done} of {all}").format(done=len(held), all=len(own)),
            remarks=tuple(
                at.text("missing: {parts}").format(parts=f"{talk.owner_name}–{talk.other_name or talk.about_name}")
                for talk in lacking
            ),
            sources=tuple(dict.fromkeys(cite for talk in held for cite in talk.met_by)),
        )


def legend(at: Gathering) -> str:
    """What the signs in the cells mean, in a line."""
    return "   ".join(f"{MARKS[state]} {at.text(words)}" for state, words in STATES.items())


def _talks(at: Gathering) -> Iterator[TalkOwed]:
    """What falls due in the period, and is of whom or what the table is about."""
    for talk in talks_owed(at.over, at.judged):
        falls = talk.due is not None and at.during.first <= talk.due <= at.during.last
        if falls and at.is_mine(talk.owner, talk.other, talk.about):
            yield talk


def _cells(at: Gathering, talks: Sequence[TalkOwed]) -> Iterator[OfficeCell]:
    for half in sorted({talk.half for talk in talks}):
        own = [talk for talk in talks if talk.half == half]
        yield OfficeCell(
            span=half,
            words=tuple(_words(at, talk) for talk in own),
            tone=TONES[_worst(own)],
            on=tuple(sorted({on for talk in own for on in talk.held})),
            sources=tuple(dict.fromkeys(cite for talk in own for cite in talk.met_by)),
        )


def _words(at: Gathering, talk: TalkOwed) -> str:
    """Its sign, who with whom, and on which days it was held."""
    who = talk.owner_name if talk.other_name in (None, talk.about_name) else f"{talk.owner_name}–{talk.other_name}"
    days = at.text(", ").join(day.isoformat() for day in talk.held)
    return " ".join(filter(None, (MARKS[talk.state], who, days)))


def _worst(talks: Sequence[TalkOwed]) -> str:
    return next(state for state in WORST if any(talk.state == state for talk in talks))
