"""A ledger under everything that happens to it, against a plain model that wrote everything down.

The machine of the tests, gone on with: consents in drafts and late ones, refusals, corrections, withdrawals, witnesses,
backups that are restored, views that are built anew. After each step the ledger verifies and what was written stands.
"""

import shutil
import sys
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from ledger.application import Command
from ledger.backup.make import make_backup
from ledger.backup.restore import restore_backup
from ledger.core.consent import Capacity
from ledger.events.fields import EntryReference
from ledger.events.records import RecordCorrected, RecordRefused, RecordWithdrawn
from ledger.events.trust import PolicyAdopted
from ledger.home.directory import Home
from projections.views.catch_up import digest, rebuild, views_of
from tests.attack.tally import Tally
from tests.ledger.test_stateful import TALK, LedgerLife
from tests.support.anchoring import WITNESSES, cosigned, policy_text
from tests.support.builders import open_desk
from tests.support.drafting import drafted

STEPS, BATCH = 40, 10


class WholeLife(LedgerLife):
    """The ledger's life with everybody in it."""

    def __init__(self) -> None:
        super().__init__()
        Home(self.directory).mark()
        self.copies = 0
        self.adopted = False
        self.alone: list[int] = []
        """Talks that nobody but their recorder signed."""

    def told(self, position: int) -> EntryReference:
        return EntryReference("", position, self.leaves[position])

    @rule(asked=st.sampled_from(["p-a", "p-b"]), answering=st.booleans())
    def draft_with_a_consent(self, asked: str, answering: bool) -> None:
        """Somebody elsewhere signs before it is recorded, or is asked and stays silent."""
        if self.generation[asked] > 1 or self.generation["rec"] > 1:
            return
        capacities: dict[str, Capacity] = {"p-a": "holder", "p-b": "counterpart"}
        talk = replace(TALK, text=f"drafted at {len(self.leaves)}")
        own = {asked: capacities[asked]}
        named = f"draft {len(self.leaves)}"
        command = drafted(self.desk, talk, "rec", own, answering=[asked] if answering else [], seed=named)
        self.desk.ledger.record(command)
        self.took()

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1000))
    def refuse(self, which: int) -> None:
        """The counterpart refuses what stands."""
        position = self.talks[which % len(self.talks)]
        refused = RecordRefused(refuses=self.told(position), reason="not so")
        self.desk.ledger.record(Command(refused, (self.signer("p-b"),)))
        self.took()

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1000), text=st.sampled_from(["room 1", "room 2", "room 3"]))
    def correct(self, which: int, text: str) -> None:
        """A field of a talk is corrected; the record stays."""
        position = self.talks[which % len(self.talks)]
        corrected = RecordCorrected(corrects=self.told(position), field="place", new_text=f"{text} {len(self.leaves)}")
        self.desk.ledger.record(Command(corrected, (self.signer("rec"),)))
        self.took()

    @rule()
    def append_alone(self) -> None:
        """A talk that its recorder alone signed."""
        receipt = self.desk.ledger.record(Command(TALK, (self.signer("rec"),)))[0]
        self.alone.append(receipt.position)
        self.took()

    @precondition(lambda self: self.alone)
    @rule(which=st.integers(0, 1000))
    def withdraw(self, which: int) -> None:
        """Two custodians withdraw a record; it stands, struck through."""
        position = self.alone.pop(which % len(self.alone))
        withdrawn = RecordWithdrawn(of=self.told(position), ground="error")
        self.desk.ledger.record(Command(withdrawn, (self.signer("cus-1"), self.signer("cus-2"))))
        self.took()

    @rule(number=st.integers(0, 2))
    def witness(self, number: int) -> None:
        """A witness cosigns the last checkpoint, under a policy adopted before."""
        if not self.adopted:
            adopted = PolicyAdopted(policy=policy_text(1))
            self.desk.ledger.record(Command(adopted, (self.signer("cus-1"), self.signer("cus-2"))))
            self.adopted = True
            self.took()
        note = self.desk.ledger.sign_checkpoint(self.log()).decode()
        self.desk.clock.moment += timedelta(seconds=1)
        made = cosigned(note, WITNESSES[number], self.desk.clock.moment)
        self.desk.ledger.record(Command(made, (self.signer("svc"),)))
        self.took()

    @rule()
    def back_up_and_restore(self) -> None:
        """A backup is made while the ledger is open, and the life goes on in what was restored from it."""
        self.copies += 1
        tar = self.directory.parent / f"{self.directory.name}-{self.copies}.tar"
        make_backup(Home(self.directory), tar)
        self.desk.close()
        place = Path(f"{self.directory}-{self.copies}")
        restore_backup(tar, place)
        tar.unlink()
        shutil.copy(place / "duty.db", self.desk.path)
        shutil.rmtree(place)
        for ending in ("-wal", "-shm"):
            self.desk.path.with_name(self.desk.path.name + ending).unlink(missing_ok=True)
        self.desk = open_desk("duty", self.desk.path)
        assert self.desk.ledger.size() == len(self.leaves)

    @rule()
    def build_views(self) -> None:
        """Views brought up to date equal views built anew."""
        home = Home(self.directory)
        with closing(views_of(home)) as standing:
            before = digest(standing)
        with closing(rebuild(home)) as made:
            assert digest(made) == before


def run(tally: Tally) -> Iterator[None]:
    """Lives in batches of ten, each batch from a beginning of its own; a life that fell ends its batch."""
    while tally.done < tally.wanted:
        ended, fault = batch(min(BATCH, tally.wanted - tally.done), f"{tally.seed}/life/{tally.done}")
        for _ in range(ended):
            tally.count("lives", "found")
            yield
        if fault:
            tally.count("lives", "hands", ("hands", fault))
            yield


def batch(number: int, beginning: str) -> tuple[int, str]:
    """Lives that many lives at most: how many came to their end, and what the one after them fell over, if it did."""
    ended = 0

    class Counted(WholeLife):
        def teardown(self) -> None:
            nonlocal ended
            ended += sys.exc_info()[0] is None  # it is torn down with its exception where it has one
            super().teardown()

    try:
        run_state_machine_as_test(
            seed(beginning)(Counted),
            settings=settings(
                max_examples=number, stateful_step_count=STEPS, deadline=None, database=None,
                phases=[Phase.generate], suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding of this run
        return ended, " ".join("".join(traceback.format_exception_only(error)).split())[:1500]
    return ended, "" if ended else "not one life came to its end"
