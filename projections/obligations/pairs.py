"""Half-yearly talks between the holders of two posts (A2a, A2b).

The duty follows the posts: a pair of posts and a period make one row, and a talk by anyone who held the post on that
day, titular or acting in charge, fulfils it. The row names who held the talk, else who has more days in the post (on a
tie the later): against him it stands unmet. Days on leave with somebody acting in charge are the acting holder's.
Several holders at once are seats of their own; a member's seat is the person's, so that of A2a only the secretary's
side passes on, and who stands in for a member sits in his. A pair is not owed where one person holds or acts in both
posts on the last day, where a member's seat is empty on it, and where nobody held one of the posts for
`min_days_for_pair` days: done it counts, undone it is nobody's. With `pair_follows: holder` each holder who held it
long enough owes his own talks.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TypeVar

from ledger.events.acts import MeetingHeld, TalkHeld
from ledger.events.record import Recorded
from ledger.events.words import is_other, kind_of
from projections.facts.holdings import MEMBER, SECRETARY
from projections.facts.noted import EntriesAsked, note
from projections.facts.values import Citation, Instance, Period, Reason
from projections.obligations.claims import Claim, JudgedClaim, Sorted, sort_acts
from projections.obligations.docket import Docket
from projections.obligations.periods import Due, dues
from projections.obligations.seats import Pair, days_so_far, pairs_of_secretary, pairs_of_supervisors
from projections.obligations.table import Obligation, Rule
from projections.signals.subject import doers

T = TypeVar("T")
COLLECTIVE = "collective_talk"
"""Kind of a meeting that is a talk with several at once."""
HALF_YEARS = Rule(every="half_year")


def talks(
    docket: Docket,
    obligation: Obligation,
    rule: Rule,
    owners: AbstractSet[str] | None = None,
    falling: Period | None = None,
) -> Iterator[Instance]:
    """One instance per half-year and owner, of these owners only where they are given, and of the half-years that end
    in certain days; its pairs stay inside it."""
    post = SECRETARY if rule.pairs == "secretary_member" else MEMBER
    asked = [
        (due, pair)
        for due in dues(docket, HALF_YEARS, falling=falling)
        for pair in (pairs_of_secretary(docket, due) if post == SECRETARY else pairs_of_supervisors(docket, due))
        if owners is None or not owners.isdisjoint(_seated(pair))
    ]
    if owners is None or post == SECRETARY:  # of whom also what others did astray is told
        acts = docket.claims(obligation.id)
    else:
        acts = docket.claims_of(obligation.id, {person for _, pair in asked for person in _seated(pair)})
    by_owner: dict[tuple[Due, str], list[tuple[Pair, Instance]]] = {}
    for due, pair in asked:
        row = _kept_pair(docket, obligation, due, pair, post, [act for act in acts if act.on in due.period])
        by_owner.setdefault((due, row.owner), []).append((pair, row))
    everywhere: dict[Due, list[Pair]] = {}
    for due, pair in asked:
        everywhere.setdefault(due, []).append(pair)
    for (due, owner), rows in by_owner.items():
        if owners is None or owner in owners:
            in_period = [act for act in acts if act.on in due.period]
            yield from _together(docket, obligation, owner, post, rows, everywhere[due], in_period)


def _seated(pair: Pair) -> frozenset[str]:
    """Everybody whose talk could be the pair's, and who may owe it."""
    return frozenset({pair.owner, *(holding.person for holding in pair.seats[0].holdings)})


def _kept_pair(
    docket: Docket, obligation: Obligation, due: Due, pair: Pair, post: str, acts: Sequence[Claim]
) -> Instance:
    """The same as `_pair`, kept until something touches it: of the claims, those of who may have talked for it."""

    def compute() -> Instance:
        for person in _seated(pair):
            note(lambda person=person: EntriesAsked((), (person,), due.period, obligation.id))  # type: ignore[misc]  # bound now
        return _pair(docket, obligation, due, pair, post, acts)

    return docket.keep(("pair", obligation.id, due, pair, post), compute)


def _pair(docket: Docket, obligation: Obligation, due: Due, pair: Pair, post: str, acts: Sequence[Claim]) -> Instance:
    """One pair: done by a talk between holders of the two posts inside the period."""
    between = docket.judged(obligation.id, [act for act in acts if _between(pair, act) is not None])
    own = sort_acts(between, lambda act: _collective(docket, due, act))
    done = bool(own.credited)
    held = next(iter(own.undeclared or own.credited or own.doubtful), None)
    owner, other = (_between(pair, held) if held is not None else None) or (pair.owner, pair.other)
    if done:
        status = "met" if own.undeclared else "met_late_declared"
    elif not pair.owed or due.due > docket.judged_on:
        status = "not_due"
    else:
        status = "doubtful" if own.doubtful else "unmet"
    return Instance(
        obligation=obligation.id,
        owner=owner,
        post=post,
        period=due.name,
        trigger=None,
        subject=other,
        due=due.due,
        status=status,
        met_by=docket.cites(own.credited),
        rejected=docket.cites(own.rejected),
        doubtful=() if done else docket.cites(own.doubtful),
        not_counted=docket.cites(own.not_counted),
        missing=() if done or own.doubtful or not pair.owed else (f"{owner}/{other}",),
        pairs_met=(f"{owner}/{other}",) if done else (),
        unit=pair.unit,
        reasons=(*docket.reasons(own), *_weak(docket, own)),
        fitting=() if done or not pair.owed else _fitting(docket, obligation, due, pair, acts),
    )


def _fitting(
    docket: Docket, obligation: Obligation, due: Due, pair: Pair, claimed: Sequence[Claim]
) -> tuple[Citation, ...]:
    """Talks of the two posts inside the period that do not claim the duty."""
    talks = [
        talk
        for person in dict.fromkeys(holding.person for holding in pair.seats[0].holdings)
        for talk in _talks_of(docket, person, days_so_far(docket, due))
    ]

    def fits(act: Claim) -> bool:
        return not is_other(act.payload) and _between(pair, act) is not None and _collective(docket, due, act) is None

    return docket.fitting(obligation.id, talks, fits, claimed)


def _talks_of(docket: Docket, person: str, during: Period) -> Sequence[Recorded]:
    """Talks that name a person, and meetings where these may count as talks; read once for all pairs of the person."""
    key = ("talks", person, during)
    collective = docket.facts.rules_on(during.first).collective_talks_count
    kinds = (TalkHeld, MeetingHeld) if collective else (TalkHeld,)
    return docket.share(key, lambda: docket.facts.records(*kinds, person=person, occurred=during))


def _between(pair: Pair, act: Claim) -> tuple[str, str] | None:
    """Who talked with whom where an act is a talk of these two posts: both held them on its day."""
    talk = act.payload
    if isinstance(talk, TalkHeld):
        other = pair.talked(talk.talker, (talk.counterpart,), act.on)
        return (talk.talker, other) if other is not None else None
    if isinstance(talk, MeetingHeld) and kind_of(talk) == COLLECTIVE and talk.chair is not None:
        others = [person for person in talk.attendees or () if person != talk.chair]
        other = pair.talked(talk.chair, others, act.on)
        return (talk.chair, other) if other is not None else None
    return None


def _collective(docket: Docket, due: Due, act: Claim) -> str | None:
    collective = isinstance(act.payload, MeetingHeld)
    return "collective" if collective and not docket.facts.rules_on(due.period.first).collective_talks_count else None


def _weak(docket: Docket, own: Sorted) -> tuple[Reason, ...]:
    return tuple(
        Reason(docket.facts.cite(act.record), "weak", ("collective",))
        for act in own.credited
        if isinstance(act.payload, MeetingHeld)
    )


def _together(
    docket: Docket,
    obligation: Obligation,
    owner: str,
    post: str,
    found: Sequence[tuple[Pair, Instance]],
    everywhere: Sequence[Pair],
    acts: Sequence[Claim],
) -> Iterator[Instance]:
    """The pairs of one owner as one instance, with the acts of the owner that are of no pair of the period.

    Pairs that are not owed are listed with the others, and summed with them only where they were done or nothing else
    is; none is there where they never could be.
    """
    owed = [row for pair, row in found if row.pairs_met or pair.owed]
    rows = owed or [row for _, row in found]
    statuses = {row.status for row in owed} or {"not_due"}
    others = [
        act
        for act in acts
        if (post == SECRETARY or owner in doers(act.record)) and all(_between(pair, act) is None for pair in everywhere)
    ]
    astray = [
        JudgedClaim(act.record, act.on, "not_counted", ("wrong_level",))
        for act in docket.judged(obligation.id, others)
        if act.verdict != "rejected"
    ]
    strays = Sorted((), (), (), tuple(astray))
    yield replace(
        rows[0],
        owner=owner,
        subject=None,
        status=_united(statuses),
        met_by=_joined(row.met_by for row in rows),
        rejected=_joined(row.rejected for row in rows),
        doubtful=_joined(row.doubtful for row in rows),
        not_counted=_joined([*(row.not_counted for row in rows), docket.cites(astray)]),
        missing=_joined(row.missing for row in rows),
        pairs_met=_joined(row.pairs_met for row in rows),
        pairs=tuple(row for _, row in found),
        unit=None,
        reasons=_joined([*(row.reasons for row in rows), docket.reasons(strays)]),
        required=len(owed),
        credited=sum(bool(row.pairs_met) for row in rows),
        fitting=_joined(row.fitting for row in rows),
    )


def _united(statuses: set[str]) -> str:
    done = statuses & {"met", "met_late_declared"}
    if "not_due" in statuses:
        return "not_due"
    if "unmet" in statuses:
        return "partly_unmet" if done else "unmet"
    if "doubtful" in statuses:
        return "partly_doubtful" if done else "doubtful"
    return "met_late_declared" if "met_late_declared" in statuses else "met"


def _joined(rows: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    """All items of all rows, each once, in order."""
    return tuple(dict.fromkeys(item for row in rows for item in row))
