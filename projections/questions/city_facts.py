"""What the city index holds of an organ, asked of that organ by the questions that everybody asks it."""

from collections.abc import Iterable, Sequence
from datetime import date

from ledger.events.register import PersonLinked
from ledger.home.organs_at_hand import Organ
from projections.facts.values import Citation
from projections.questions.cases import CasesFilter, cases
from projections.questions.city import stamp_of
from projections.questions.countersigned import countersigned
from projections.questions.desk import Desk
from projections.questions.signals import found
from projections.questions.tenures import TenureFilter, tenures
from projections.questions.vacancies import VacancyFilter, vacancies
from projections.views.catch_up import views_to_ask
from projections.views.city_rows import CaseHeld, CountersignedHeld, OrganFacts, PostHeld, SamePerson, SignalHeld
from projections.views.facts import ViewFacts


def organ_facts(organ: Organ, day: date) -> OrganFacts:
    """What the index holds of an organ, judged as on a day. Raises as opening its ledgers does."""
    stamp = stamp_of(organ.home)
    with organ.home.all_open() as opened:
        organ.home.check_heads(opened)
        views = views_to_ask(organ.home, opened)
    try:
        desk, own = Desk(views), organ.fingerprint
        over = desk.over(TenureFilter())
        facts = over.facts
        posts = tuple(
            PostHeld(own, row.person, row.name, row.post, row.acting is not None, row.valid_from, row.valid_to)
            for row in tenures(over, TenureFilter()).items
        )
        called = {id_: each.name for known in (facts.persons, facts.units) for id_, each in known.items()}
        raised = tuple(
            SignalHeld(
                own,
                signal.code,
                signal.weight,
                signal.events[0].ref if signal.events else "",
                tuple(called.get(id_) or id_ for id_ in concerns),
                *_place(facts, signal.events),
            )
            for signal, concerns, _ in found(over, day)
        )
        held = tuple(
            CaseHeld(own, row.case, row.name or row.unit, row.opened_at, row.red, row.points)
            for row in cases(over, CasesFilter()).items
        )
        links = tuple(
            SamePerson(own, number, identity.fingerprint or case_ledger, identity.id)
            for number, (case_ledger, link) in enumerate(_links(desk))
            for identity in link.identities
        )
        signed = tuple(
            CountersignedHeld(
                own,
                pair.signer,
                called.get(pair.signer) or pair.signer,
                pair.other,
                called.get(pair.other) or pair.other,
                pair.times,
                pair.first,
                pair.last,
            )
            for pair in countersigned(facts)
        )
        vacant = len(vacancies(over, VacancyFilter(first=day, last=day)).items)
        entries = sum(views.position(row.origin) for row in facts.ledgers)
    finally:
        views.close()
    parts = (posts, links, held, raised, signed)
    return OrganFacts(own, organ.name, organ.title, stamp, day, entries, vacant, None, *parts)


def _place(facts: ViewFacts, entries: Sequence[Citation]) -> tuple[str, int | None]:
    """(kind of ledger, position) of the first entry; of none, or one in a ledger that is not at hand, ("", None)."""
    if entries:
        origin, position = entries[0].stands
        for row in facts.ledgers:
            kind = row.called(origin)
            if kind is not None:
                return kind, position
    return "", None


def _links(desk: Desk) -> Iterable[tuple[str, PersonLinked]]:
    facts = desk.facts()
    fingerprints = {row.origin: row.fingerprint for row in facts.ledgers}
    for event in facts.records(PersonLinked, ledger="case"):
        if isinstance(event.payload, PersonLinked):
            yield fingerprints[event.ledger], event.payload
