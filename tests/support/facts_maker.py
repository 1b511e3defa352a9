"""Facts from a handful of hand-made entries: a duty ledger and a case ledger straight into views in memory.

Entries have no signatures and a made-up leaf hash; everything else is what a ledger would hand to the views.
"""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ledger.core.encoding import b64encode
from ledger.events.acts import MeetingHeld, TalkHeld
from ledger.events.base import Payload
from ledger.events.case_parts import OffenceAct, Offender
from ledger.events.case_work import CaseOpened
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.register import PersonRegistered, PostRegistered, UnitRegistered
from ledger.events.tenure import ActingBegun, AssignmentEnded, AssignmentMade
from ledger.events.trust import LedgerOpened, RulesAdopted
from projections.views.facts import ViewFacts
from projections.views.view_store import Views

ZONE = ZoneInfo("Asia/Shanghai")
UNITS = {"group": "party_group", "aid": "centre", "office": "department"}
PERSONS = ("sec", "mem", "mem2", "head", "head2", "clerk", "handler")
JUDGED_ON = date(2025, 12, 31)


def at(text: str) -> datetime:
    """`2024-03-01 09:00` in the organ's zone; a day alone is nine o'clock."""
    moment = datetime.fromisoformat(text if len(text) > 10 else f"{text} 09:00")
    return moment.replace(tzinfo=ZONE)


class Organ:
    """A small organ with a Party group, a centre, an office, and a recorder `clerk`."""

    def __init__(self, *, opened: str = "2023-01-01", **settings: Any) -> None:
        self.entries: dict[str, list[Recorded]] = {"duty": [], "case": []}
        self.opened = opened
        for kind in ("duty", "case"):
            self._open(kind)
        self.duty(
            RulesAdopted(layer="organ", version="1", settings={"judged_on": JUDGED_ON.isoformat(), **settings}), opened
        )
        for id_, unit_kind in UNITS.items():
            self.duty(UnitRegistered(ref=id_, unit=id_, kind=unit_kind, name=id_), opened)
        for id_ in PERSONS:
            self.duty(PersonRegistered(ref=id_, person=id_, name=id_), opened)
        for post in ("secretary", "head", "member", "handler"):
            self.duty(PostRegistered(ref=post, post=post, exclusive=post in ("secretary", "head")), opened)

    def staffed(self) -> "Organ":
        """With a secretary, two members (`mem` supervises the centre, `mem2` the office) and two heads since 2022."""
        for person, post, more in (
            ("sec", "secretary", {"scope": ("group",)}),
            ("mem", "member", {"supervises": ("aid",)}),
            ("mem2", "member", {"supervises": ("office",)}),
            ("head", "head", {"scope": ("aid",)}),
            ("head2", "head", {"scope": ("office",)}),
        ):
            self.assign(person, post, "2022-01-01", legacy=True, recorded=self.opened, **more)
        return self

    def branch(self, payload: Payload, recorded: str, *signers: str) -> Recorded:
        """An entry of another organ's duty ledger, which is opened by the first one."""
        if "branch" not in self.entries:
            self.entries["branch"] = []
            self._open("branch", "duty")
        return self._record("branch", payload, recorded, signers or ("clerk",))

    # --- recording ---

    def duty(self, payload: Payload, recorded: str, *signers: str) -> Recorded:
        """An entry of the duty ledger; the recorder is `clerk` where no signer is named."""
        return self._record("duty", payload, recorded, signers or ("clerk",))

    def case(self, payload: Payload, recorded: str, *, of: Recorded | None = None) -> Recorded:
        """An entry of the case ledger, in the thread `of` another where one is given."""
        return self._record("case", payload, recorded, ("inspector",), of)

    def assign(
        self, person: str, post: str, valid_from: str, *signers: str, recorded: str | None = None, **more: Any
    ) -> Recorded:
        """An assignment, recorded on its first day unless said otherwise."""
        first = date.fromisoformat(valid_from)
        last = date.fromisoformat(more.pop("valid_to")) if "valid_to" in more else None
        number = more.pop("ref", f"A{len(self.entries['duty'])}")
        payload = AssignmentMade(
            ref=number, person=person, post=post, valid_from=first, valid_to=last, occurred_at=first, **more
        )
        return self.duty(payload, recorded or valid_from, *(signers or ("clerk", person)))

    def act(self, person: str, post: str, valid_from: str, mode: str = "in_charge", **more: Any) -> Recorded:
        """An acting, recorded on its first day unless said otherwise."""
        first = date.fromisoformat(valid_from)
        last = date.fromisoformat(more.pop("valid_to")) if "valid_to" in more else None
        recorded = more.pop("recorded", valid_from)
        payload = ActingBegun(
            ref=f"A{len(self.entries['duty'])}", person=person, post=post, mode=mode, valid_from=first, valid_to=last,
            occurred_at=first, **more,
        )  # fmt: skip
        return self.duty(payload, recorded, "clerk", person)

    def end(
        self,
        person: str,
        on: str,
        leaves: str | None = None,
        made: Recorded | None = None,
        recorded: str | None = None,
    ) -> Recorded:
        """An assignment or acting of the person (by default the latest) ends, recorded on the day itself unless said
        otherwise."""
        ended = made or next(
            entry
            for entry in reversed(self.entries["duty"])
            if isinstance(entry.payload, AssignmentMade | ActingBegun) and entry.payload.person == person
        )
        payload = AssignmentEnded(
            ref=f"END{len(self.entries['duty'])}",
            ends=self.reference(ended),
            person=person,
            valid_to=date.fromisoformat(on),
            leaves=leaves,
            occurred_at=date.fromisoformat(on),
        )
        return self.duty(payload, recorded or on)

    def talk(
        self, talker: str, counterpart: str, occurred: str, *signers: str, recorded: str | None = None, **more: Any
    ) -> Recorded:
        """A talk, recorded in the evening of its day and signed by both unless said otherwise."""
        payload = TalkHeld(
            ref=more.pop("ref", f"T{len(self.entries['duty'])}"),
            talker=talker,
            counterpart=counterpart,
            occurred_at=at(occurred),
            ends_at=at(more.pop("ends")) if "ends" in more else None,
            **more,
        )
        return self.duty(payload, recorded or f"{occurred[:10]} 20:00", *(signers or (talker, counterpart)))

    def meeting(
        self, occurred: str, attendees: tuple[str, ...], *, recorded: str | None = None, **more: Any
    ) -> Recorded:
        """A meeting of the Party group chaired by the first attendee, recorded in the evening of its day."""
        payload = MeetingHeld(
            **{
                "ref": f"M{len(self.entries['duty'])}",
                "body": "group",
                "chair": attendees[0],
                "attendees": attendees,
                "occurred_at": at(occurred),
                "minutes": True,
                **more,
            }
        )
        return self.duty(payload, recorded or f"{occurred[:10]} 20:00", attendees[0], "clerk")

    def open_case(
        self, opened: str, lead: str, *, decisions: tuple[Recorded, ...] = (), offender: str = "handler", **more: Any
    ) -> Recorded:
        """A case on the centre, its offence from 2024-01-01 to 2024-06-30 unless said otherwise."""
        period = more.pop("period", ("2024-01-01", "2024-06-30"))
        first, last = (date.fromisoformat(day) for day in period)
        payload = CaseOpened(
            **{
                "ref": "K",
                "case": "K1",
                "unit": "aid",
                "occurred_at": at(opened).date(),
                "period_from": first,
                "period_to": last,
                "first_lead_at": at(lead),
                "offenders": (Offender(person=offender, valid_from=first, valid_to=last),),
                "acts": (OffenceAct(id="a1", day=first, amount=Decimal(1)),),
                "enabling_decisions": tuple(self.reference(each, across=True) for each in decisions) or None,
                "rulebooks": (),
                **more,
            }
        )
        return self.case(payload, opened)

    # --- reading ---

    def reference(self, record: Recorded, *, across: bool = False) -> EntryReference:
        """A reference to an entry, `across` from the other ledger."""
        genesis = self.entries["duty" if record.ledger.endswith("duty") else "case"][0]
        return EntryReference(b64encode(genesis.leaf_hash) if across else "", record.position, record.leaf_hash)

    def facts(self, known_at: datetime | None = None) -> ViewFacts:
        """The facts of what was recorded so far, as the first organ has them."""
        views = Views()
        for entries in self.entries.values():
            views.apply(entries)
        return ViewFacts(views, known_at, self.entries["duty"][0].ledger)

    def _open(self, name: str, kind: str = "") -> None:
        kind = kind or name
        payload = LedgerOpened(
            origin=f"example.org/{name}",
            title=name,
            kind=kind,
            time_zone="Asia/Shanghai",
            clock="simulated",
            log="",
            log_possession="",
            types="",
            keys=(),
        )
        self._record(name, payload, self.opened, ("clerk",))

    def _record(
        self, kind: str, payload: Payload, recorded: str, signers: tuple[str, ...], of: Recorded | None = None
    ) -> Recorded:
        entries = self.entries[kind]
        position = len(entries)
        about = getattr(payload, payload.JOINS, None) if payload.JOINS is not None else None
        if of is None and isinstance(about, EntryReference):
            of = entries[about.position]
        stream = of.originator_id if of is not None else f"entry/{position}"
        version = 1 + sum(entry.originator_id == stream for entry in entries)
        moment = at(recorded).astimezone(UTC)
        if entries and moment < entries[-1].recorded_at:
            raise AssertionError(f"{recorded} goes back; record in order")
        digest = hashlib.sha256(f"{kind}/{position}".encode()).digest()
        entry = Recorded(f"example.org/{kind}", stream, version, payload, position, moment, signers, digest)
        entries.append(entry)
        return entry
