"""Drafts kept as files beside a ledger: one file each, read back strictly."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger.consents.drafts import Draft
from ledger.consents.request import check_members, typed
from ledger.core.body import format_body, parse_body
from ledger.core.consent import parse_consent
from ledger.core.consent_to import Place
from ledger.core.encoding import b64decode, b64encode, parse_json
from ledger.core.entry import format_time, parse_time
from ledger.core.names import check_origin, check_person_id
from ledger.errors import BadInput, Malformed, ZerenError
from ledger.frozen import dataclass
from ledger.writing import private_folder, replace_private, write_private

FORMAT = "draft/v1"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def format_draft(draft: Draft) -> bytes:
    """The file of a draft; `parse_draft` reads it back."""
    data: dict[str, Any] = {
        "zeren": FORMAT,
        "origin": draft.origin,
        "fingerprint": b64encode(draft.fingerprint),
        "type": draft.type,
        "author": draft.author,
        "signers": list(draft.signers),
        "body": format_body(draft.body).decode("ascii"),
        "made_at": format_time(draft.made_at),
        "not_after": format_time(draft.not_after),
    }
    if draft.after is not None:
        data["after"] = [draft.after.position, b64encode(draft.after.leaf_hash)]
    if draft.possession is not None:
        data["possession"] = draft.possession.data.decode()
    if draft.files is not None:
        data["files"] = draft.files
    if draft.answered:
        data["answered"] = [note.data.decode() for note in draft.answered]
    return (json.dumps(data, indent=1, sort_keys=True) + "\n").encode()


def parse_draft(name: str, data: bytes) -> Draft:
    """The draft in a file. Raises Malformed, or what its body and its note raise."""
    value = typed(parse_json(data), dict)
    always = {"zeren", "origin", "fingerprint", "type", "author", "signers", "body", "made_at", "not_after"}
    check_members(value, always, {"after", "possession", "files", "answered"})
    if value["zeren"] != FORMAT:
        raise Malformed("this is no draft that this version knows")
    files = value.get("files")
    if files is not None and not _NAME.fullmatch(typed(files, str)):
        raise Malformed("a draft's attachments wait in a directory beside it")
    body = parse_body(typed(value["body"], str).encode())
    if body.missing:
        raise Malformed("a draft holds all of its fields")
    check_origin(typed(value["origin"], str))
    check_person_id(typed(value["author"], str))
    return Draft(
        name=name,
        origin=value["origin"],
        fingerprint=b64decode(typed(value["fingerprint"], str)),
        type=typed(value["type"], str),
        author=value["author"],
        signers=tuple(typed(each, str) for each in typed(value["signers"], list)),
        body=body,
        after=_place(value["after"]) if "after" in value else None,
        made_at=parse_time(typed(value["made_at"], str)),
        not_after=parse_time(typed(value["not_after"], str)),
        possession=parse_consent(typed(value["possession"], str).encode()) if "possession" in value else None,
        files=files,
        answered=tuple(parse_consent(typed(note, str).encode()) for note in typed(value.get("answered", []), list)),
    )


def _place(value: object) -> Place:
    position, leaf_hash = typed(value, list)
    return Place(typed(position, int), b64decode(typed(leaf_hash, str)))


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of one ledger, each a file in this directory."""

    directory: Path

    def file(self, name: str) -> Path:
        """Where a draft is kept. Raises BadInput for what is no name of one."""
        if not _NAME.fullmatch(name):
            raise BadInput("there is no draft {}; see: zeren draft list", name)
        return self.directory / f"{name}.json"

    def waiting(self, draft: Draft) -> Path | None:
        """The directory in which its attachments wait."""
        return None if draft.files is None else self.directory / draft.files

    def save(self, draft: Draft) -> Path:
        """Keeps a new draft. Raises BadInput where there is one of that name."""
        private_folder(self.directory)
        target = self.file(draft.name)
        write_private(target, format_draft(draft))
        return target

    def replace(self, draft: Draft) -> None:
        """Keeps a draft in the place of the one of that name."""
        replace_private(self.file(draft.name), format_draft(draft))

    def load(self, name: str) -> Draft:
        """The draft of this name. Raises BadInput where there is none, or it is damaged."""
        file = self.file(name)
        try:
            return parse_draft(name, file.read_bytes())
        except FileNotFoundError:
            raise BadInput("there is no draft {}; see: zeren draft list", name) from None
        except OSError as error:
            raise BadInput("the file {} cannot be read: {}", file, error.strerror) from None
        except (ZerenError, ValueError) as error:
            raise BadInput("the draft {} is damaged: {}; drop it and record anew", name, error) from error

    def names(self) -> list[str]:
        """The names of all drafts."""
        if not self.directory.is_dir():
            return []
        return sorted(path.stem for path in self.directory.glob("*.json") if _NAME.fullmatch(path.stem))

    def all(self) -> Iterator[Draft]:
        """Every draft, the oldest first. Raises BadInput for a damaged one."""
        yield from sorted(map(self.load, self.names()), key=lambda draft: (draft.made_at, draft.name))

    def drop(self, name: str) -> None:
        """Removes a draft and the attachments that wait with it."""
        file = self.file(name)
        if not file.exists():
            raise BadInput("there is no draft {}; see: zeren draft list", name)
        try:
            files = self.waiting(self.load(name))
        except BadInput:  # damaged: it goes all the same
            files = None
        file.unlink()
        if files is not None:
            shutil.rmtree(files, ignore_errors=True)
