"""A ledger that continues a lost one: what a directory's duty or case ledger was, read with its successor as one."""

import shutil
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from ledger.application import Command
from ledger.clock import SimulatedClock
from ledger.core.encoding import b64encode
from ledger.events.base import Payload
from ledger.events.case_parts import OffenceAct, Offender, Rulebook
from ledger.events.case_work import CaseOpened, MeasureTaken
from ledger.events.register import PersonRegistered, PostRegistered, UnitRegistered
from ledger.events.tenure import AssignmentMade
from ledger.home.directory import Home
from ledger.home.genesis import Continued, Founder, create_ledger
from tests.support.builders import signer_named

LOST = 5
"""Entries that are lost, as genesis says."""
WRITES = {"duty": "recorder", "case": "inspector"}
NEXT = "zeren.simulated/next/duty-0123abcd"


def succeeded(old: Home, target: Path, kind: str = "duty") -> Home:
    """A copy of a directory in which a ledger was lost, restored, and continued by a new one."""
    shutil.copytree(old.directory, target)
    for path in (*target.glob("views*"), *target.glob(f"{kind}.*")):
        if path.name != f"{kind}.db":
            path.unlink()
    (target / "continued").mkdir(mode=0o700)
    (target / f"{kind}.db").rename(target / "continued" / f"{kind}.db")
    with closing(old.open(kind)) as ledger:
        size, root, genesis = ledger.size(), b64encode(ledger.tree_head().root), ledger.genesis
        kept = Continued(ledger.origin, [ledger.fingerprint, size, root], [size + LOST, root])
        clock = SimulatedClock(ledger.at(size - 1).recorded_at)
    create_ledger(
        target / f"{kind}.db",
        origin=NEXT,
        title=genesis.title or "",
        kind=kind,
        time_zone=genesis.time_zone,
        founders=[Founder("cus-1", signer_named(f"{NEXT}/cus-1"), ("custodian", WRITES[kind]))],
        log=signer_named(NEXT),
        clock=clock,
        simulated=True,
        continued=kept,
    ).close()
    return Home(target)


def registered_anew(home: Home, *more: Payload, kind: str = "duty") -> None:
    """The successor registers one of the case's persons anew, records more, and is sealed."""
    cus, clock = signer_named(f"{NEXT}/cus-1"), SimulatedClock(datetime(2027, 1, 1, tzinfo=UTC))
    with closing(home.open(kind, read_only=False, clock=clock)) as ledger:
        for payload in (PersonRegistered(person="p-he", name="name", ref="p-he"), *more):
            ledger.record(Command(payload, (cus,)))
        ledger.seal(cus)
        ledger.sign_checkpoint(signer_named(NEXT))


CITED = (
    UnitRegistered(unit="c-aid", kind="department", ref="c-aid"),
    PostRegistered(post="head", exclusive=True, ref="head"),
    AssignmentMade(ref="LATER", person="p-he", post="head", scope=("c-aid",), valid_from=date(2024, 3, 1)),
)
"""What the successor of a duty ledger records for a case's trace to cite it: a tenure in the days of the offence."""
OPENED_ANEW = (
    CITED[0],
    CaseOpened(
        ref="K1",
        case="K1",
        unit="c-aid",
        period_from=date(2023, 5, 10),
        period_to=date(2024, 9, 20),
        offenders=(Offender(person="p-he", valid_from=date(2023, 5, 10), valid_to=date(2024, 9, 20)),),
        acts=(OffenceAct(id="b1", day=date(2024, 3, 1), amount=Decimal("12.5")),),
        rulebooks=(Rulebook(id="wenze-2019"),),
    ),
    MeasureTaken(ref="M9", case="K1", person="p-he", status="detained", occurred_at=date(2026, 12, 1)),
)
"""Work on the scenario's case that goes on where its case ledger was lost: opened anew with its facts as they stand."""
