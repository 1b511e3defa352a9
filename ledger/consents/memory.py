"""What a signer's computer remembers beside a key: the newest history that it was shown, and what it signed.

A file `<key file>.seen`, and a directory `<key file>.answers` with a copy of every answer. So a second history shown
later, an older one, and the same content a second time are noticed where no ledger is at hand (FORMAT.md section 16).
"""

import json
import os
from collections.abc import Iterable
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.consents.request import Request, check_members, typed
from ledger.consents.shown import ShownQuestion, content_digest
from ledger.core.consent_to import Place
from ledger.core.encoding import b64decode, b64encode, parse_json
from ledger.core.entry import format_time
from ledger.errors import BadInput, Malformed, Refused
from ledger.frozen import dataclass
from ledger.keys.labels import Label
from ledger.writing import replace_private, write_private

FORMAT = "seen/v1"


@dataclass(slots=True)
class Memory:
    """The memory beside one key file or token file."""

    key_file: Path
    highest: dict[str, Place] = field(default_factory=dict)
    """By fingerprint in base64: the last place of that ledger's history that was shown."""
    signed: dict[str, str] = field(default_factory=dict)
    """By digest of the content: when it was signed."""
    label: Label | None = None
    """Whose key it is, where its file cannot say so (a token)."""

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return self.key_file.with_name(f"{self.key_file.name}.seen")

    @property
    def answers(self) -> Path:
        """Where copies of answers are kept."""
        return self.key_file.with_name(f"{self.key_file.name}.answers")

    def check(self, request: Request, shown: Iterable[ShownQuestion]) -> None:
        """The history shown is the one shown before, and no older one. Raises Refused."""
        highest = self.highest.get(b64encode(request.fingerprint))
        seen = {} if highest is None else {highest.position: highest.leaf_hash}
        for each in shown:
            for place in each.known:
                if seen.setdefault(place.position, place.leaf_hash) != place.leaf_hash:
                    raise Refused(
                        "another history was shown before: entry #{} was another; sign nothing, and ask an inspector",
                        place.position,
                    )
            after = each.ask.after
            if after is not None and highest is not None and after.header.position < highest.position:
                raise Refused(
                    "the request rests on entry #{}, and #{} was shown before; ask for a new request",
                    after.header.position,
                    highest.position,
                )

    def signed_before(self, request: Request, shown: ShownQuestion) -> str | None:
        """When the same content was signed with this key, under whatever salt or number."""
        return self.signed.get(content_digest(request, shown))

    def remember(self, request: Request, shown: Iterable[ShownQuestion]) -> None:
        """Keeps the newest place that was shown."""
        fingerprint = b64encode(request.fingerprint)
        places = [place for each in shown for place in each.known]
        if fingerprint in self.highest:
            places.append(self.highest[fingerprint])
        if places:
            self.highest[fingerprint] = max(places, key=lambda place: place.position)

    def remember_signed(self, request: Request, shown: ShownQuestion, made_at: datetime) -> None:
        """Keeps that this content was signed."""
        self.signed.setdefault(content_digest(request, shown), format_time(made_at))

    def save(self) -> None:
        """Writes it: whole, or not at all."""
        data: dict[str, Any] = {
            "zeren": FORMAT,
            "highest": {
                fingerprint: [place.position, b64encode(place.leaf_hash)] for fingerprint, place in self.highest.items()
            },
            "signed": self.signed,
        }
        if self.label is not None:
            fingerprint = self.label.fingerprint
            data["label"] = [self.label.person, self.label.ledger, b64encode(fingerprint or b"")]
        replace_private(self.file, (json.dumps(data, indent=1, sort_keys=True) + "\n").encode())

    def keep(self, name: str, answer: bytes) -> Path:
        """Keeps a copy of an answer under a name of its own."""
        self.answers.mkdir(mode=0o700, exist_ok=True)
        target = self.answers / name
        number = 1
        while target.exists():
            number += 1
            target = self.answers / f"{Path(name).stem}-{number}{Path(name).suffix}"
        write_private(target, answer)
        return target


def recall(key_file: Path) -> Memory:
    """The memory beside a key; an empty one where there is none yet.

    Raises BadInput for a damaged one: without it an older history would go unnoticed.
    """
    memory = Memory(key_file)
    try:
        data = memory.file.read_bytes()
    except FileNotFoundError:
        return memory
    except OSError as error:
        raise BadInput("the file {} cannot be read: {}", memory.file, error.strerror or os.strerror(1)) from None
    try:
        value = typed(parse_json(data), dict)
        check_members(value, {"zeren", "highest", "signed"}, {"label"})
        memory.highest = {fingerprint: _place(place) for fingerprint, place in typed(value["highest"], dict).items()}
        memory.signed = {digest: typed(when, str) for digest, when in typed(value["signed"], dict).items()}
        if "label" in value:
            person, ledger, fingerprint = (typed(each, str) for each in typed(value["label"], list))
            memory.label = Label(person, ledger, b64decode(fingerprint) or None)
    except (Malformed, ValueError):
        raise BadInput("{} is damaged: it says what was signed with this key; restore a copy", memory.file) from None
    return memory


def _place(value: object) -> Place:
    position, leaf_hash = typed(value, list)
    return Place(typed(position, int), b64decode(typed(leaf_hash, str)))
