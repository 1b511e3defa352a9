"""A city to try: many organs' ledgers with a registry, `python -m tests.tools.city DIR --organs 1000 --entries 5000`.

The same ledgers each time, whatever they are called upon in: organs of three kinds and sizes, talks as offices write
them, meetings with minutes, problems found, people who move to the next organ, and in every tenth organ a
case ledger with a case. Keys are those of the tests, which anybody can make: nothing here is a secret.
"""

import argparse
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from ledger.application import Command
from ledger.clock import SimulatedClock
from ledger.events.acts import IssueFound, MeetingHeld, TalkHeld
from ledger.events.base import Payload
from ledger.events.case_parts import OffenceAct, Offender, Rulebook
from ledger.events.case_work import CaseOpened
from ledger.events.register import Identity, PersonLinked, PersonRegistered, PostRegistered, UnitLinked, UnitRegistered
from ledger.events.tenure import AssignmentMade
from ledger.home.directory import Home
from ledger.home.genesis import Founder, create_ledger
from ledger.home.ledger_list import ListedLedger, add_rows
from tests.support.builders import Desk, randomness_of, signer_named
from tests.tools.formulaic import NAMES, formulaic

START = datetime(2023, 1, 3, 1, tzinfo=UTC)
BATCH = 500
CASE_EVERY = 10
"""One organ in so many has a case."""
MOVED = "p-moved"
"""Who leaves an organ for the next one, where he has the id p-came."""
UNITS = (8, 14, 30)
"""Units of an organ of each kind: federation, bureau, hospital."""
KINDS = ("federation", "bureau", "hospital")


@dataclass(slots=True)
class CityDesk(Desk):
    """The desk of one organ's ledger."""

    name: str = ""

    @property
    def origin(self) -> str:
        return f"zeren.test/{self.name}/{self.kind}"


@dataclass(frozen=True, slots=True)
class MadeOrgan:
    """What the registry has to know of an organ: (kind, origin, fingerprint) of each ledger."""

    number: int
    ledgers: tuple[tuple[str, str, str], ...]


def name_of(number: int) -> str:
    """What the organ of this number is called."""
    return f"{KINDS[number % len(KINDS)]}-{number:04}"


def make_city(directory: Path, organs: int, entries: int, *, case_every: int = CASE_EVERY, workers: int = 2) -> None:
    """Makes so many organs of about so many entries each, and the registry over them, in an empty directory."""
    Home(directory).create()
    numbers = range(organs)
    make = partial(make_organ, directory, entries=entries)
    if workers == 1:
        made = [make(number) for number in numbers]
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            made = list(pool.map(make, numbers, chunksize=4))
    duty = {each.number: each.ledgers[0] for each in made}
    for number in range(case_every, organs, case_every):
        made[number] = _with_case(directory, number, duty[number], duty[number - 1])
    rows = []
    for each in made:
        title = f"{NAMES[each.number % len(NAMES)]}单位{each.number}"
        rows += [
            ListedLedger(origin, f"organs/{name_of(each.number)}", fingerprint, kind, title)
            for kind, origin, fingerprint in each.ledgers
        ]
    add_rows(directory, rows)


def make_organ(directory: Path, number: int, *, entries: int) -> MadeOrgan:
    """The duty ledger of one organ: registrations, then acts until it has so many entries, then a seal."""
    name = name_of(number)
    home = Home(directory / "organs" / name)
    home.create()
    desk = _found(home, "duty", name, ("rec", ("recorder",)))
    rng = random.Random(number)  # noqa: S311 - test data
    units = UNITS[number % len(UNITS)]
    for payloads in (_registered(number, units), _assigned(number, units)):
        desk.ledger.record(*(desk.command(payload, "rec") for payload in payloads))
    first = desk.ledger.size()
    for start in range(first, entries - 1, BATCH):
        stop = min(start + BATCH, entries - 1)
        desk.ledger.record(*(_act(desk, at, units, rng) for at in range(start, stop)))
    desk.ledger.seal(desk.signer("svc"))
    desk.ledger.sign_checkpoint(desk.log)
    made = MadeOrgan(number, (("duty", desk.origin, desk.ledger.fingerprint),))
    desk.close()
    return made


def _found(home: Home, kind: str, name: str, *further: tuple[str, tuple[str, ...]]) -> CityDesk:
    clock = SimulatedClock(START)
    desk_origin = f"zeren.test/{name}/{kind}"
    founders = (("cus-1", ("custodian",)), ("cus-2", ("custodian",)), ("svc", ("service",)), *further)
    ledger = create_ledger(
        home.database(kind),
        origin=desk_origin,
        title=name,
        kind=kind,
        time_zone="Asia/Shanghai",
        founders=[Founder(person, signer_named(f"{desk_origin}/{person}"), roles) for person, roles in founders],
        log=signer_named(desk_origin),
        clock=clock,
        simulated=True,
        randomness=randomness_of(desk_origin),
    )
    return CityDesk(kind, home.database(kind), ledger, clock, name)


def _registered(number: int, units: int) -> Iterator[Payload]:
    """Units, posts and people."""
    yield UnitRegistered(ref="u-group", unit="u-group", kind="party_group")
    yield from (UnitRegistered(ref=f"u-{n}", unit=f"u-{n}", kind="department") for n in range(units))
    yield PostRegistered(ref="secretary", post="secretary", exclusive=True)
    yield PostRegistered(ref="member", post="member", exclusive=False)
    yield PostRegistered(ref="head", post="head", exclusive=False)
    people = ["p-sec", "p-dep", MOVED, *(f"h-{n}" for n in range(units)), *(["p-came"] if number else [])]
    for n, person in enumerate(people):
        yield PersonRegistered(ref=person, person=person, name=f"{NAMES[(number + n) % len(NAMES)]}{n}")


def _assigned(number: int, units: int) -> Iterator[Payload]:
    """Who holds which post, and who supervises which units."""
    since = date(2023, 1, 3)
    half = units // 2
    yield AssignmentMade(ref="A-sec", person="p-sec", post="secretary", scope=("u-group",), valid_from=since)
    yield AssignmentMade(
        ref="A-dep", person="p-dep", post="member", supervises=tuple(f"u-{n}" for n in range(half)), valid_from=since
    )
    yield AssignmentMade(
        ref="A-moved",
        person=MOVED,
        post="member",
        supervises=tuple(f"u-{n}" for n in range(half, units)),
        valid_from=since,
        valid_to=date(2024, 6, 30),
    )
    if number:
        yield AssignmentMade(
            ref="A-came",
            person="p-came",
            post="member",
            supervises=tuple(f"u-{n}" for n in range(half, units)),
            valid_from=date(2024, 7, 1),
        )
    for n in range(units):
        yield AssignmentMade(ref=f"A-h{n}", person=f"h-{n}", post="head", scope=(f"u-{n}",), valid_from=since)


def _act(desk: CityDesk, number: int, units: int, rng: random.Random) -> Command:
    """One act; nine in ten are talks."""
    desk.clock.moment += timedelta(minutes=rng.randint(60, 420))
    moment, unit = desk.clock.moment, number % units
    if number % 20 == 0:
        heads = tuple(f"h-{n}" for n in rng.sample(range(units), 3))
        held = MeetingHeld(
            ref=f"M{number}",
            body="u-group",
            kind="party_group",
            chair="p-sec",
            attendees=("p-dep", *heads),
            occurred_at=moment,
            minutes=True,
            text=formulaic(number, rng),
        )
        return desk.command(held, "rec")
    if number % 20 == 10:
        found = IssueFound(
            ref=f"I{number}", finder="p-dep", owner=f"u-{unit}", occurred_at=moment, text=formulaic(number, rng)
        )
        return desk.command(found, "rec")
    talker = "p-dep" if unit < units // 2 else "p-sec"
    claims = ("A2b",) if number % 7 == 0 else None
    return desk.command(
        TalkHeld(
            ref=f"T{number}",
            talker=talker,
            counterpart=f"h-{unit}",
            occurred_at=moment,
            text=formulaic(number, rng),
            claims=claims,
        ),
        "rec",
    )


def _with_case(directory: Path, number: int, own: tuple[str, str, str], before: tuple[str, str, str]) -> MadeOrgan:
    """The organ with a case ledger beside: a case about its first unit, and who came from the organ before."""
    name = name_of(number)
    home = Home(directory / "organs" / name)
    desk = _found(home, "case", name, ("insp", ("inspector", "signer")))
    first, last = date(2023, 2, 1), date(2023, 12, 31)
    desk.clock.moment = datetime(2025, 6, 3, 1, tzinfo=UTC)
    people = {"h-0": ((own[2], "h-0"),), "p-came": ((own[2], "p-came"), (before[2], MOVED))}
    desk.record(UnitRegistered(ref="u-0", unit="u-0", kind="department"), "insp")
    desk.record(UnitLinked(identities=_same("u-0", (own[2], "u-0"))), "insp")
    for person, elsewhere in people.items():
        desk.record(PersonRegistered(ref=person, person=person, name=NAMES[number % len(NAMES)]), "insp")
        desk.record(PersonLinked(identities=_same(person, *elsewhere)), "insp")
    desk.record(
        CaseOpened(
            ref="K1",
            case="K1",
            unit="u-0",
            period_from=first,
            period_to=last,
            offenders=(Offender(person="h-0", valid_from=first, valid_to=last),),
            acts=(OffenceAct(id="a1", day=date(2023, 5, 10), amount=Decimal("1200")),),
            rulebooks=(Rulebook(id="wz", name="问责条例"),),
        ),
        "insp",
    )
    desk.ledger.seal(desk.signer("svc"))
    found = ("case", desk.origin, desk.ledger.fingerprint)
    desk.close()
    return MadeOrgan(number, (own, found))


def _same(own: str, *elsewhere: tuple[str, str]) -> tuple[Identity, ...]:
    """The id here and those of the ledgers with these fingerprints."""
    return tuple(Identity(fingerprint=fingerprint, id=id_) for fingerprint, id_ in (("", own), *elsewhere))


def main(arguments: list[str] | None = None) -> None:
    """Makes the city that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--organs", type=int, default=100)
    parser.add_argument("--entries", type=int, default=2_000)
    asked = parser.parse_args(arguments)
    make_city(asked.directory, asked.organs, asked.entries)


if __name__ == "__main__":
    main()
