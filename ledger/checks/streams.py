"""In which stream an entry stands, and that nothing is opened twice: recomputed from what stood before it (section 3).

The same functions are asked inside the append transaction and at verify; each raises Invalid and changes nothing.
"""

import re
from collections.abc import Callable
from typing import NoReturn

from ledger.checks.entry_rules import check_stream
from ledger.core.entry import Header
from ledger.decisions.state import Register
from ledger.errors import Invalid, Refused
from ledger.events.base import Payload
from ledger.events.case_work import CaseOpened, CaseWork
from ledger.events.register import PersonRegistered, PostRegistered, UnitRegistered
from ledger.events.trust import LedgerOpened
from ledger.messages import N_
from ledger.placement import MAIN, StreamOf, place

TWICE = N_("opened a second time under list 1")
_CASE = re.compile(r"case/[0-9a-f]{32}")


def check_place(
    header: Header,
    payload: Payload,
    kind: str,
    register: Register,
    stream_of: StreamOf,
    taken: Callable[[str], bool],
) -> None:
    """The entry stands in the stream that its type, number and references give it, first where it opens one.

    `register`, `stream_of` and `taken` tell what stands before it.
    """
    check_stream(header, payload)
    if isinstance(payload, CaseWork) and payload.OPENS:  # any name of this form that is not in use: it is at version 1
        if not _CASE.fullmatch(header.stream):
            raise Invalid("{} stands in the stream {}, which is no name of a case's", header.type, header.stream)
        return
    if isinstance(payload, LedgerOpened):
        expected = MAIN
    else:
        try:
            expected = place(payload, kind, register, stream_of, taken, _no_random)
        except Refused as error:
            raise Invalid("{}", error) from error
    if expected.endswith("/"):
        expected += f"n{header.position}"
    if header.stream != expected:
        raise Invalid("{} stands in the stream {}; it belongs in {}", header.type, header.stream, expected)


def opens_id(payload: Payload) -> tuple[str, str] | None:
    """What is registered or opened under an id of its own, once in a ledger: a party, a post, a case."""
    match payload:
        case PersonRegistered(person=id_) | UnitRegistered(unit=id_):
            return "party", id_
        case PostRegistered(post=id_):
            return "post", id_
        case CaseOpened(case=str(id_)):
            return "case", id_
    return None


def check_opened_once(payload: Payload, register: Register) -> None:
    """What the entry registers or opens was not before it."""
    opened = opens_id(payload)
    if opened is None:
        return
    kind, id_ = opened
    before = {"party": register.kinds, "post": register.posts, "case": register.cases}[kind]
    if id_ in before:
        raise Invalid("{} opens {} a second time", payload.TYPE, id_)


def _no_random(_: int, /) -> NoReturn:
    raise AssertionError("only a case's first entry has a name by chance")
