"""An organ whose people have a folder each and share nothing but files: recorder, custodians, leader, counterpart."""

import json
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.test_keys import ok
from tests.support.command import zeren

ORIGIN = "zeren.test/organ/duty"
CONSENT = ("consent", "give")


@dataclass(slots=True)
class Office:
    """One person's folder: a key and a passphrase, and what others hand over."""

    person: str
    folder: Path

    @property
    def key(self) -> Path:
        return self.folder / f"{self.person}.pem"

    def run(self, *words: str, home: Path | None = None) -> Any:
        """A command in this folder, with this passphrase; its JSON."""
        with chdir(self.folder):
            return ok(home, *words, "--passphrase-file", "secret")

    def fails(self, *words: str, home: Path | None = None) -> str:
        """What is said where it does not succeed."""
        with chdir(self.folder):
            outcome = zeren(home, *words, "--passphrase-file", "secret")
        assert outcome.code != 0, outcome.out
        return outcome.err

    def receive(self, file: str | Path, other: "Office") -> str:
        """A file is handed over; the name under which it arrives."""
        source = other.folder / file
        (self.folder / source.name).write_bytes(source.read_bytes())
        return source.name

    def answer(self, request: str, *more: str) -> str:
        """Answers a request, agreeing where nothing else is said; the file of the answer."""
        said = self.run("consent", "give", request, "--key", self.key.name, *(more or ("--agree",)))
        return str(said["file"])


def office(root: Path, person: str) -> Office:
    """A person's own folder."""
    folder = root / person
    folder.mkdir()
    (folder / "secret").write_text(f"the own words of {person}\n")
    return Office(person, folder)


@dataclass(slots=True)
class Organ:
    """A founded duty ledger at the desk of its recorder, who keeps custodian c-1's key too; c-2 is elsewhere."""

    desk: Office
    home: Path
    people: dict[str, Office]

    def __getitem__(self, person: str) -> Office:
        return self.people[person]

    def run(self, *words: str) -> Any:
        return self.desk.run(*words, home=self.home)

    def fails(self, *words: str) -> str:
        return self.desk.fails(*words, home=self.home)

    @property
    def fingerprint(self) -> str:
        return json.loads((self.desk.folder / "founded.json").read_text())["fingerprint"]  # type: ignore[no-any-return]

    def enrol(self, person: str, *roles: str) -> Office:
        """A person makes a key in a folder of their own, and is enrolled by the file that comes of it."""
        own = office(self.desk.folder.parent, person)
        words = [word for role in roles for word in ("--role", role)]
        own.run("keys", "request", person, "--origin", ORIGIN, "--fingerprint", self.fingerprint, *words)
        self.run("keys", "enrol", "--possession", self.desk.receive(f"{person}.possession", own))
        self.people[person] = own
        return own

    def ask(self, person: str, request: str) -> str:
        """Hands a request to a person and brings the answer back."""
        own = self.people[person]
        return self.desk.receive(own.answer(own.receive(request, self.desk)), own)


def organ(root: Path) -> Organ:
    """The organ, with a leader and a counterpart who each keep their own key."""
    desk = office(root, "desk")
    home = desk.folder / "ledgers"
    founding = ("init", "--origin", ORIGIN, "--title", "机关", "--custodian", "c-1", "--recorder", "r-1")
    founded = desk.run(*founding, "--custodian", "c-2", home=home)
    (desk.folder / "founded.json").write_text(json.dumps(founded))
    made = Organ(desk, home, {})
    second = office(root, "c-2")
    (home / "keys/duty/c-2.pem").rename(second.key)
    second.folder.joinpath("secret").write_bytes(desk.folder.joinpath("secret").read_bytes())
    made.people["c-2"] = second
    made.enrol("p-li", "signer")
    made.enrol("p-zhang", "signer")
    for person, name in (("p-li", "李"), ("p-zhang", "张")):
        made.run("record", "person", "--as", "r-1", "--person", person, "--name", name)
    made.run("record", "unit", "--as", "r-1", "--unit", "u-1", "--kind", "department", "--name", "办公室")
    return made
