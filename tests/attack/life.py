"""A ledger under everything that happens to it, against a plain model that wrote everything down.

The machine of the tests, gone on with: consents in drafts and late ones, to drafts and to entries, by keys that may be
gone when they arrive; refusals, corrections, withdrawals by custodians and by everybody who agreed, witnesses, backups
that are restored, an older copy put back, views that are built anew and tampered with. After each step the ledger
verifies, what was written stands, and who agreed to what is what the model wrote down.
"""

import shutil
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from ledger.application import Command
from ledger.backup.make import make_backup
from ledger.backup.restore import restore_backup
from ledger.core.carried import AskedPerson
from ledger.core.consent import Answer, Capacity, Consent, ConsentNote, sign_consent
from ledger.core.consent_to import Place, ToEntry
from ledger.errors import Invalid, Refused
from ledger.events.fields import EntryReference
from ledger.events.records import ConsentRecorded, RecordCorrected, RecordRefused, RecordWithdrawn
from ledger.events.trust import PolicyAdopted
from ledger.home.directory import Home
from projections.views.catch_up import digest, rebuild, views_of
from projections.whole_proof import prove
from tests.attack.tally import Tally
from tests.ledger.test_stateful import TALK, LedgerLife, verdict
from tests.support.anchoring import WITNESSES, cosigned, policy_text
from tests.support.builders import open_desk
from tests.support.drafting import body_of_draft, consent_to, drafted

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
        self.said: dict[int, dict[str, tuple[datetime, bool]]] = {}
        """What each person said last of a talk, by its position: when, and whether it refuses, which wins in a tie."""
        self.late: list[tuple[int, ConsentNote, int]] = []
        """Consents that are on their way: the entry, the note, and of which generation its key is."""
        self.copied: tuple[Path, int] | None = None
        """A copy of the database from earlier, and how many entries it has."""

    def answered(self, position: int, person: str, at: datetime, *, refuses: bool) -> None:
        """Writes an answer down; the latest stands."""
        said = self.of_talk(position)
        said[person] = max(said.get(person, (at, refuses)), (at, refuses))

    def of_talk(self, position: int) -> dict[str, tuple[datetime, bool]]:
        """What was said of a talk; of one that was not written down yet, that its recorder and `p-a` signed it."""
        at = self.desk.ledger.at(position).recorded_at
        return self.said.setdefault(position, dict.fromkeys(("rec", "p-a"), (at, False)))

    def agree(self, position: int) -> set[str]:
        """Whose signature stands for a talk."""
        return {person for person, (_, refuses) in self.of_talk(position).items() if not refuses}

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
        to = body_of_draft(talk, [AskedPerson(asked, capacities[asked])], named)
        consent = consent_to(self.desk, to, talk, "rec", asked, capacity=capacities[asked])
        position = self.desk.ledger.record(command)[0].position
        self.took()
        signed = {"rec", *([asked] if answering else [])}
        self.said[position] = dict.fromkeys(signed, (self.desk.ledger.at(position).recorded_at, False))
        if not answering:
            self.late.append((position, sign_consent(consent, [self.signer(asked)]), self.generation[asked]))

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1000), person=st.sampled_from(["p-a", "p-b"]), refusing=st.booleans())
    def answer_elsewhere(self, which: int, person: str, refusing: bool) -> None:
        """Somebody signs an answer to an entry, which arrives later or never."""
        position = self.talks[which % len(self.talks)]
        self.desk.clock.moment += timedelta(seconds=1)
        to = ToEntry(Place(position, self.leaves[position]))
        capacity: Capacity = "holder" if person == "p-a" else "counterpart"
        answer: Answer = "refuse" if refusing else "agree"
        fingerprint = self.desk.ledger.opened.leaf_hash
        consent = Consent(person, fingerprint, to, answer, self.desk.clock.moment, capacity)
        self.late.append((position, sign_consent(consent, [self.signer(person)]), self.generation[person]))

    @precondition(lambda self: self.late)
    @rule(which=st.integers(0, 1000), twice=st.booleans())
    def record_a_late_answer(self, which: int, twice: bool) -> None:
        """It counts where its key is still in force, once."""
        position, note, generation = self.late.pop(which % len(self.late))
        consent = note.consent
        recorded = ConsentRecorded(note=note.data.decode(), of=self.told(position))
        command = Command(recorded, (self.signer("rec"),))
        if generation != self.generation[consent.person]:
            with pytest.raises((Refused, Invalid)):
                self.desk.ledger.record(command)
            return
        self.desk.ledger.record(command)
        self.took()
        self.answered(position, consent.person, consent.made_at, refuses=consent.answer == "refuse")
        if twice:
            with pytest.raises((Refused, Invalid)):
                self.desk.ledger.record(command)

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1000))
    def accept(self, which: int) -> None:
        """As ever, and written down."""
        position = self.talks[which % len(self.talks)]
        super().accept(which)
        self.answered(position, "p-b", self.desk.ledger.at(len(self.leaves) - 1).recorded_at, refuses=False)

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1000), missing=st.booleans())
    def withdraw_by_all(self, which: int, missing: bool) -> None:
        """Everybody who agreed signs the withdrawal; with one of them missing it is refused, and changes nothing."""
        position = self.talks[which % len(self.talks)]
        others = sorted(self.agree(position) - {"rec"})
        withdrawn = RecordWithdrawn(of=self.told(position), ground="error")
        if missing and others:
            with pytest.raises(Refused):
                self.desk.ledger.record(Command(withdrawn, tuple(map(self.signer, ["rec", *others[1:]]))))
            self.took(0)
            return
        self.desk.ledger.record(Command(withdrawn, tuple(map(self.signer, ["rec", *others]))))
        self.took()
        self.talks.remove(position)
        self.late = [each for each in self.late if each[0] != position]

    @precondition(lambda self: self.talks)
    @rule(which=st.integers(0, 1000))
    def refuse(self, which: int) -> None:
        """The counterpart refuses what stands."""
        position = self.talks[which % len(self.talks)]
        refused = RecordRefused(refuses=self.told(position), reason="not so")
        self.desk.ledger.record(Command(refused, (self.signer("p-b"),)))
        self.took()
        self.answered(position, "p-b", self.desk.ledger.at(len(self.leaves) - 1).recorded_at, refuses=True)

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

    @rule(spoil=st.integers(0, 10**6))
    def tamper_with_views(self, spoil: int) -> None:
        """One cell is named by the proof; built anew the views are right again."""
        home = Home(self.directory)
        views_of(home).close()
        with closing(sqlite3.connect(home.views)) as connection, connection:
            rows = connection.execute("SELECT count(*) FROM records").fetchone()[0]
            one = "SELECT ledger, position FROM records ORDER BY ledger, position LIMIT 1 OFFSET ?"
            row = connection.execute(one, (spoil % rows,)).fetchone()
            connection.execute("UPDATE records SET type = type || 'x' WHERE (ledger, position) = (?, ?)", row)
        with pytest.raises(Invalid):
            list(prove(home))
        rebuild(home).close()
        assert list(prove(home))

    @rule()
    def keep_a_copy(self) -> None:
        """A copy of the database, as a plain backup has it."""
        self.desk.ledger.store.forget()
        path = self.directory.with_name(f"{self.directory.name}-copy.db")
        shutil.copy(self.desk.path, path)
        self.copied = path, len(self.leaves)

    @precondition(lambda self: self.copied)
    @rule()
    def put_an_older_copy_back(self) -> None:
        """It is found out by any head of a later entry that somebody holds; by nobody where there is none."""
        assert self.copied is not None
        path, size = self.copied
        later = any(head.size > size for head in self.held)
        assert verdict(path, self.held) == (3 if later else 0)

    @invariant()
    def who_agreed_is_what_was_written_down(self) -> None:
        for position in list(self.said)[-3:]:
            assert self.desk.ledger.agreed(position) == self.agree(position), position

    def teardown(self) -> None:
        if self.copied is not None:
            for path in self.directory.parent.glob(f"{self.directory.name}-copy.db*"):
                path.unlink()
        super().teardown()


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
