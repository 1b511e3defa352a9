"""Replaying a scenario into a simulated duty ledger and case ledger (FORMAT.md section 13).

Every event is appended in file order with the scenario's recorded_at, signed by those who signed it then. Duty
checkpoints are signed and delivered to the discipline side at the end of each local day that had entries, never
because of a case event. The `expected` block is not looked at.
"""

import heapq
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path

from ledger.clock import Randomness, system_randomness
from ledger.core.encoding import b64decode
from ledger.core.entry import MAX_SIGNERS
from ledger.core.merkle import prove_consistency, prove_inclusion
from ledger.errors import BadInput, ZerenError
from ledger.events.records import RecordAccepted
from ledger.home.directory import Home
from ledger.home.held import Delivery, Holdings
from ledger.recording.expand import expand
from ledger.scenario.case_side import add_decision, record_case_event
from ledger.scenario.loaded import Scenario, ScenarioEvent
from ledger.scenario.payloads import payload_of
from ledger.scenario.run import Placed, Run, names_in, signers_of
from ledger.scenario.sides import ledger_ids, open_side, received, register_organ
from ledger.writing import private_folder, write_private


def replay(
    scenario: Scenario,
    into: Path,
    *,
    randomness: Randomness = system_randomness,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Placed]:
    """Replays the scenario into a new directory; where that fails nothing of it is left. Events by their id.

    Raises BadInput (naming the event) where a rule refuses an event or the directory is not empty.
    """
    home = Home(into)
    existed = into.exists()
    home.create()
    try:
        run = _prepare(scenario, home, randomness)
        try:
            for number, event in enumerate(scenario.events):
                _step(run, event)
                if progress is not None:
                    progress(number + 1, len(scenario.events))
            _acknowledge_until(run, None)
            _end_day(run)
            if run.case is not None:
                run.case.seal(run.case.clock.moment)
                run.case.ledger.sign_checkpoint(run.case.log)
        finally:
            run.duty.ledger.close()
            if run.case is not None:
                run.case.ledger.close()
    except BaseException:
        shutil.rmtree(into)
        if existed:
            into.mkdir(mode=0o700)
        raise
    return run.placed


def _prepare(scenario: Scenario, home: Home, randomness: Randomness) -> Run:
    ids = ledger_ids(scenario)
    passphrase = randomness(32).hex().encode()
    private_folder(home.passphrase.parent)
    write_private(home.passphrase, passphrase + b"\n")
    start = scenario.events[0].recorded_at
    suffix = randomness(4).hex()
    by_kind = {kind: [event for event in scenario.events if event.ledger == kind] for kind in ("duty", "case")}
    duty = open_side("duty", scenario, home, randomness, suffix, passphrase, start, by_kind["duty"], ids)
    case = None
    if by_kind["case"]:
        case = open_side("case", scenario, home, randomness, suffix, passphrase, start, by_kind["case"], ids)
    opened = duty.ledger.opened
    holdings = Holdings(home.held, duty.log.verify_key, opened.leaf_hash)
    register_organ(scenario, duty, ids, start)
    return Run(scenario, ids, duty, case, holdings)


def _step(run: Run, event: ScenarioEvent) -> None:
    _acknowledge_until(run, event.recorded_at)
    _turn_day(run, event)
    try:
        if event.ledger == "case":
            record_case_event(run, event)
        else:
            _record_duty_event(run, event)
    except ZerenError as error:
        raise BadInput(
            "{}:{}: event {} ({}): {}", run.scenario.path.name, event.line, event.id, event.type, error
        ) from error
    if (signature := received(event)) is not None:
        person, at = signature
        # received on paper before it was recorded: signed for as soon as there is a record, dated when it was received
        due = max(at, event.recorded_at)
        heapq.heappush(run.pending, (due, len(run.pending), event.id, run.ids[person], at))


def _record_duty_event(run: Run, event: ScenarioEvent) -> None:
    payload = payload_of(event, names_in(run, "duty"))
    signers = signers_of(run, event)
    commands = [(each, signers[:MAX_SIGNERS]) for each in expand(run.duty.ledger, payload)]
    receipt = run.duty.record_all(event.recorded_at, commands)[-1]
    run.placed[event.id] = Placed("duty", receipt, payload)
    for person in signers[MAX_SIGNERS:]:  # an entry carries at most 16 lines; the others sign by entries of their own
        accepted = RecordAccepted(accepts=receipt.reference, capacity="attendee", occurred_at=event.recorded_at)
        run.duty.record(event.recorded_at, accepted, (person,))
    for block in run.scenario.cases:
        if (block.id, event.id) in run.late_decisions:
            add_decision(run, event, block)


def _acknowledge_until(run: Run, moment: datetime | None) -> None:
    """Records the acknowledgements that come before `moment` (all for None)."""
    while run.pending and (moment is None or run.pending[0][0] <= moment):
        due, _, event_id, person, at = heapq.heappop(run.pending)
        placed = run.placed[event_id]
        _turn_day_to(run, due)
        side = run.duty if placed.kind == "duty" or run.case is None else run.case
        accepted = RecordAccepted(accepts=placed.receipt.reference, capacity="receipt", occurred_at=at)
        side.record(due, accepted, (person,))


def _turn_day(run: Run, event: ScenarioEvent) -> None:
    _turn_day_to(run, event.recorded_at, opens=event.ledger == "duty")


def _turn_day_to(run: Run, moment: datetime, *, opens: bool = True) -> None:
    """Ends the last local day with duty entries before the first event of a later day."""
    if run.day_end is not None and moment > run.day_end:
        _end_day(run)
    if opens and run.day_end is None:
        local = moment.astimezone(run.scenario.meta.zone)
        run.day_end = datetime.combine(local.date(), time(23, 59, 59), tzinfo=run.scenario.meta.zone)


def _end_day(run: Run) -> None:
    """Signs the duty ledger's checkpoint and delivers it to the discipline side, with its proofs."""
    if run.day_end is None:
        return
    ledger = run.duty.ledger
    run.duty.seal(run.day_end)
    note = ledger.sign_checkpoint(run.duty.log)
    size = ledger.size()
    get = ledger.hashes(size)
    held = run.holdings.latest()
    consistency = prove_consistency(held.checkpoint.size, size, get) if held is not None else ()
    delivery = Delivery(note, b64decode(ledger.fingerprint), prove_inclusion(0, size, get), consistency)
    run.holdings.accept(delivery, run.day_end.astimezone(UTC))
    run.day_end = None
