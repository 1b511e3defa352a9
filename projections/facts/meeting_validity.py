"""Quorum, votes, dissent and recusal, from the body's membership on the day of the meeting (党组工作条例).

More than half of the members make a quorum, two thirds for cadres and discipline; a decision needs more than half of
the *full* membership. Written opinions of absent members are never votes; non-voting attendees are no deciders. Each
person counts once; whoever the record has both present and absent, or attending without a vote, is not counted as
present; who voted on two sides has cast no vote, but took part. By circulation, where nobody meets, whoever voted took
part; at a meeting whose attendance is not on record, whoever voted was present.
"""

from collections import Counter
from fractions import Fraction
from itertools import chain

from ledger.events.act_parts import Votes
from ledger.events.acts import MeetingHeld
from ledger.events.record import Recorded
from ledger.events.words import kind_of
from ledger.frozen import dataclass
from projections.facts.holdings import membership
from projections.facts.protocol import Facts, day, rules_of
from projections.facts.rule_sets import RuleSet

BREACHES = {
    "circulation": "decided_by_circulation",
    "off_agenda": "decided_off_agenda",
}
"""Kinds of decision that no body makes validly, however many took part, and the breach that each is (R14)."""
STRICT_KINDS = ("cadre", "discipline", "democratic_life")
"""Kinds of meeting that need the stricter quorum: on cadres and discipline, and the democratic life meeting."""


@dataclass(frozen=True, slots=True)
class MeetingValidity:
    """What a meeting amounts to. Persons are in the order of the record."""

    members: tuple[str, ...]
    """Full membership on the day; empty for a body whose membership is not on record."""
    present: tuple[str, ...]
    absent: tuple[str, ...]
    non_voting: tuple[str, ...]
    quorum_met: bool
    agree: tuple[str, ...]
    oppose: tuple[str, ...]
    abstain: tuple[str, ...]
    voters: tuple[str, ...]
    """Who took part in deciding: those who voted or, where no votes are recorded, the members present."""
    silent: tuple[str, ...]
    """Members present without a recorded vote where votes are recorded: they took part (R12)."""
    adopted: bool
    votes_recorded: bool
    breach: str | None = None
    """What bars it from deciding beside a missing quorum: circulation, or a matter off the agenda (R14)."""

    @property
    def valid(self) -> bool:
        """Whether it could decide as a body at all (R14)."""
        return self.quorum_met and self.breach is None


def meeting_standing(facts: Facts, meeting: Recorded) -> MeetingValidity:
    """The standing of a meeting; raises TypeError for another kind of entry."""
    held = meeting.payload
    if not isinstance(held, MeetingHeld):
        raise TypeError("only meetings have a standing")
    on = day(facts, held.occurred_at or meeting.recorded_at)
    members = membership(facts, on, body=held.body) if held.body is not None else ()
    votes = held.votes or Votes()
    sides = [votes.agree or (), votes.oppose or (), votes.abstain or ()]
    cast, voting = [{*side} for side in sides], dict.fromkeys(chain(*sides))
    circulated = kind_of(held) == "circulation"
    listed = voting if held.attendees is None and not circulated else held.attendees or ()
    attendees, recused = dict.fromkeys(listed), set(held.recused or ())
    elsewhere = {*(held.absent or ()), *(held.non_voting or ())}
    present = tuple(p for p in attendees if p not in elsewhere and (not members or p in members))
    outside = tuple(p for p in attendees if members and p not in members and p not in elsewhere)
    others = [p for p in voting if p not in present and p not in (held.non_voting or ())] if circulated else []
    took_part = (*present, *(p for p in others if not members or p in members))
    left = [p for p in members if p not in took_part and p not in recused and p not in (held.non_voting or ())]
    absent = tuple(p for p in dict.fromkeys([*(held.absent or ()), *left]) if p not in took_part)
    times = Counter(person for side in cast for person in side)
    eligible = {person for person in took_part if person not in recused and times[person] <= 1}
    agree, oppose, abstain = (tuple(p for p in took_part if p in side and p in eligible) for side in cast)
    recorded = any(cast)
    voters = (
        tuple(p for p in took_part if p in {*agree, *oppose, *abstain})
        if recorded
        else tuple(person for person in took_part if person not in recused)
    )
    full = len(members) or len(took_part) + len(absent)
    return MeetingValidity(
        members=members,
        present=present,
        absent=absent,
        non_voting=tuple(dict.fromkeys([*(held.non_voting or ()), *outside])),
        quorum_met=_quorum_met(rules_of(facts, meeting), kind_of(held), len(present), full),
        agree=agree if recorded else voters,
        oppose=oppose,
        abstain=abstain,
        voters=voters,
        silent=tuple(p for p in took_part if p not in voters and p not in recused),
        adopted=not recorded or _passes(rules_of(facts, meeting), len(agree), full, len(present)),
        votes_recorded=recorded,
        breach=BREACHES.get(kind_of(held) or ""),
    )


_SHARES = {"half": Fraction(1, 2), "two_thirds": Fraction(2, 3), "more_than_half": Fraction(1, 2)}


def _quorum_met(rules: RuleSet, kind: str | None, present: int, members: int) -> bool:
    rule = rules.quorum_cadre_or_discipline if kind in STRICT_KINDS else rules.quorum_ordinary
    return _reaches(rule, present, members)


def _passes(rules: RuleSet, agree: int, members: int, present: int) -> bool:
    rule = rules.pass_rule
    whole = present if rule.endswith("of_present") else members
    return _reaches(rule.removesuffix("_of_present").removesuffix("_of_full_membership"), agree, whole)


def _reaches(rule: str, part: int, whole: int) -> bool:
    """`more_than_half` is strict, `half` and `two_thirds` include the share itself."""
    if whole == 0:
        return part > 0
    share = _SHARES.get(rule, Fraction(1, 2))
    return Fraction(part, whole) > share if rule.startswith("more_than") else Fraction(part, whole) >= share
