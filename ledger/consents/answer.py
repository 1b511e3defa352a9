"""An answer to a request: one consent as it is, or a JSON file with all of them, their reasons and what was declined.

    {"zeren":"answer/v1","consents":[<note>],"reasons":[<disclosure>],"declined":[<to>]}

`declined` are drafts that were not agreed to; that proves nothing, for nothing is signed about a draft but consent.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from ledger.consents.request import ANSWER, FORMAT, check_members, parse_file, typed
from ledger.core.body import body_of
from ledger.core.consent import FORMAT_LINE, ConsentNote, parse_consent
from ledger.core.consent_to import ToDraft, format_to, parse_to
from ledger.core.encoding import canonical_json
from ledger.errors import BadInput, Invalid, Malformed
from ledger.frozen import dataclass

REASON = "reason"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answered. Raises Malformed for a reason that is no consent's, and a consent that stands twice.

    `reasons`: disclosures of field `reason` by their SHA-256, which the consents name.
    """

    consents: tuple[ConsentNote, ...] = ()
    reasons: Mapping[bytes, str] = field(default_factory=dict)
    declined: tuple[ToDraft, ...] = ()

    def __post_init__(self) -> None:
        if len({note.text for note in self.consents}) != len(self.consents):
            raise Malformed("the answer holds one consent twice")
        named = {note.consent.reason for note in self.consents}
        if not self.reasons.keys() <= named:
            raise Malformed("the answer holds a reason that no consent in it names")

    def reason_of(self, note: ConsentNote) -> str | None:
        """The disclosure of a consent's reason, where it names one and the answer holds it."""
        return None if note.consent.reason is None else self.reasons.get(note.consent.reason)


def reason_digest(disclosure: str) -> bytes:
    """What a consent names of its reason."""
    return hashlib.sha256(disclosure.encode("ascii")).digest()


def reason_text(disclosure: str) -> str:
    """The text of a reason. Raises BodyInvalid, or Malformed where it is no text."""
    return typed(body_of([(REASON, disclosure)]).values()[REASON], str)


def format_answer(answer: Answer) -> bytes:
    """The file of an answer; `parse_answer` reads it back."""
    data = {
        "zeren": ANSWER,
        "consents": [note.data.decode() for note in answer.consents],
        "reasons": list(answer.reasons.values()),
        "declined": [format_to(to) for to in answer.declined],
    }
    return canonical_json(data) + b"\n"


def parse_answer(data: bytes) -> Answer:
    """The answer in a file, which may also be one consent's note. Raises Malformed, telling a request from other bytes.

    Signatures are not checked here.
    """
    if data.startswith(FORMAT_LINE.encode().rpartition(b"/")[0]):
        return Answer((parse_consent(data),))
    value = parse_file(data)
    if value.get("zeren") == FORMAT:
        raise Malformed("this is a request, not an answer: whom it asks answers it with zeren consent give")
    if value.get("zeren") != ANSWER:
        raise Malformed("this is no answer to a request that this version knows")
    check_members(value, {"zeren", "consents"}, {"reasons", "declined"})
    disclosures = [typed(each, str) for each in typed(value.get("reasons", []), list)]
    for disclosure in disclosures:
        if not disclosure.isascii():
            raise Malformed("a reason stands in an answer as its disclosure")
        reason_text(disclosure)
    declined = [parse_to(each) for each in typed(value.get("declined", []), list)]
    if not all(isinstance(each, ToDraft) for each in declined):
        raise Malformed("only drafts are declined; an entry is refused by a consent")
    return Answer(
        tuple(parse_consent(typed(note, str).encode()) for note in typed(value["consents"], list)),
        {reason_digest(disclosure): disclosure for disclosure in disclosures},
        tuple(each for each in declined if isinstance(each, ToDraft)),
    )


def read_answer(file: Path) -> Answer:
    """The answer in a file. Raises BadInput naming the file."""
    try:
        return parse_answer(file.read_bytes())
    except OSError as error:
        raise BadInput("the file {} cannot be read: {}", file, error.strerror) from None
    except Invalid as error:
        raise BadInput("{}: {}", file, error) from error


def read_possession(file: Path) -> ConsentNote:
    """The note in the file of a proof of possession; what it says is not checked here. Raises BadInput."""
    try:
        return parse_consent(file.read_bytes())
    except OSError as error:
        raise BadInput("the file {} cannot be read: {}", file, error.strerror) from None
    except Invalid as error:
        raise BadInput("{} is no proof of possession: {}", file, error) from error
