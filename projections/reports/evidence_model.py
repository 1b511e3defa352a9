"""What the PDF of a report carries: the evidence of its case, and what it says as a model that follows from it.

The model holds the trace, the posts that the report names, and every entry cited by ledger, position and leaf hash.
`check_carried` reads nothing but the two: it checks the bundle, computes the trace anew from the entries shown, and
compares. Pages are pictures of words; that they say what the model says is the word of whoever issues the file.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import field
from datetime import datetime
from typing import Any

from ledger.bundle.bundle_report import BundleReport, PartReport, ShownEntry
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.encoding import b64encode
from ledger.core.note import parse_note
from ledger.errors import BadInput, Incomplete, Invalid, ZerenError
from ledger.frozen import dataclass
from projections.facts.protocol import Facts
from projections.facts.values import Tenure
from projections.questions.desk import Desk
from projections.questions.heads import LedgerHead
from projections.questions.plain import plain
from projections.reports.inquiry.telling import Telling
from projections.trace.model import Trace
from projections.views.view_store import Views

FORMAT = "zeren/report-model/v1"
EVIDENCE, MODEL = "evidence.zip", "model.json"
"""The names of the two attachments."""


def model_of(told: Telling, heads: Sequence[LedgerHead]) -> bytes:
    """What the report says, for programs: the same bytes for the same report."""
    found, facts = told.found, told.facts
    model = {
        "format": FORMAT,
        "heads": [_head(head) for head in heads],
        "entries": list(_cited(told)),
        "tenures": _tenures(found, facts),
        "trace": plain(found),
    }
    return json.dumps(model, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _head(head: LedgerHead) -> dict[str, Any]:
    """What commits to the ledger; not what is known of it at one place only."""
    return {name: getattr(head, name) for name in ("origin", "kind", "fingerprint", "entries", "root")}


def _cited(told: Telling) -> Iterator[dict[str, Any]]:
    for cite in told.cited:
        record = told.facts.cited(cite)
        if record is not None:
            yield {
                "number": told.say.number(cite),
                "ledger": cite.stands[0],
                "position": cite.stands[1],
                "type": record.type,
                "recorded_at": plain(record.recorded_at),
                "leaf_hash": b64encode(record.leaf_hash),
            }


def _tenures(found: Trace, facts: Facts) -> list[Any]:
    """The posts of each person of the trace, as known at its cut-off."""
    held: list[Tenure] = []
    for row in found.persons:
        held += [each for each in facts.tenures(person=row.person) if each.recorded_at <= found.known_at]
    return [plain(each) for each in held]


@dataclass(slots=True)
class CarriedReport:
    """What was found of a model: how much of it follows from the evidence, and what rests on entries outside it."""

    entries: int = 0
    """Entries cited that stand in the evidence, byte for byte those that the report cites."""
    intervals: int = 0
    acts: int = 0
    amounts: int = 0
    statements: int = 0
    """Grounds and duties that are computed from the evidence as the report has them."""
    outside: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    """(ledger, head) and what is taken from it: numbers of entries that the evidence does not hold."""
    unproved: int = 0
    """Statements that rest on entries outside the evidence."""


def check_carried(model: bytes, bundle: BundleReport) -> CarriedReport:
    """Whether each entry, interval, act and amount of a model follows from the evidence, whose check is `bundle`.

    What does not is a finding of the bundle's report, under the model's name.
    """
    said = CarriedReport()
    try:
        _Check(said, bundle, _parsed(model)).run()
    except ZerenError as error:
        bundle.add(error, MODEL)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        bundle.add(Invalid("the model is not one that a report of this version carries: {}", repr(error)), MODEL)
    return said


def _parsed(data: bytes) -> dict[str, Any]:
    model = json.loads(data)
    if not isinstance(model, dict) or model.get("format") != FORMAT:
        raise Invalid("the model is not of the format {}", FORMAT)
    if model.keys() != {"format", "heads", "entries", "tenures", "trace"}:
        raise Invalid("the model has other members than a report's: {}", ", ".join(sorted(model)))
    return model


@dataclass(slots=True)
class _Check:
    said: CarriedReport
    bundle: BundleReport
    model: dict[str, Any]
    shown: dict[tuple[str, int], ShownEntry] = field(default_factory=dict)

    def run(self) -> None:
        for part in self.bundle.parts:
            for each in part.shown:
                self.shown[part.claims.origin, each.header.position] = each
        heads = {head["origin"]: head for head in self.model["heads"]}
        for part in self.bundle.parts:
            self._head(part, heads.get(part.claims.origin))
        for row in self.model["entries"]:
            self._entry(row, heads)
        self._trace()

    def add(self, fault: Invalid) -> None:
        self.bundle.add(fault, MODEL)

    def _head(self, part: PartReport, head: Mapping[str, Any] | None) -> None:
        """The model was made from the ledger that the evidence is of, and from no other history of it."""
        claims = part.claims
        if head is None or head["fingerprint"] != claims.fingerprint:
            self.add(Invalid("the model was made from another ledger than the evidence of {}", claims.origin))
            return
        note = self.bundle.files.get(f"{claims.path}/checkpoint", b"")
        if head["entries"] == claims.size and b64encode(parse_checkpoint(parse_note(note).text).root) != head["root"]:
            self.add(Invalid("the model names another root of {} entries of {}", claims.size, claims.origin))

    def _entry(self, row: Mapping[str, Any], heads: Mapping[str, Any]) -> None:
        origin, position = row["ledger"], row["position"]
        shown = self.shown.get((origin, position))
        if shown is None:
            if origin not in heads or position >= heads[origin]["entries"]:
                self.add(Invalid("{} is cited from beyond what the model was made from", row["number"]))
                return
            self.said.outside.setdefault((origin, heads[origin]["entries"]), []).append(row["number"])
            return
        is_it = (
            b64encode(shown.leaf_hash) == row["leaf_hash"]
            and shown.header.type == row["type"]
            and shown.header.recorded_at == datetime.fromisoformat(row["recorded_at"])
        )
        if is_it:
            self.said.entries += 1
        else:
            self.add(Invalid("{} is another entry in the evidence than in the model", row["number"]))

    # --- computed anew ---

    def _trace(self) -> None:
        told = self.model["trace"]
        books = told["rulebooks"]
        with closing(Views()) as views:
            for part in self.bundle.parts:
                views.apply(list(part.events()))
            desk = Desk(views)
            try:
                found = desk.trace(
                    told["case"],
                    known_at=datetime.fromisoformat(told["known_at"]),
                    rulebook=books[0]["id"] if len(books) == 1 else None,
                )
            except BadInput as error:
                raise Incomplete("the trace cannot be computed from the evidence: {}", error) from error
            anew, held = plain(found), _tenures(found, desk.facts())
        for name in ("case", "unit", "period", "opened_at", "rulebooks", "unit_of_money"):
            if anew[name] != told[name]:
                self.add(Invalid("the model's {} does not follow from the evidence", name))
        self._rows("acts", told["acts"], anew["acts"])
        self._rows("shares", told["shares"], anew["shares"])
        self._rows("gaps", told["gaps"], anew["gaps"])
        self._rows("tenures", self.model["tenures"], held)
        self.said.acts = len(anew["acts"])
        self.said.intervals = len(anew["shares"]) + len(anew["gaps"]) + len(held)
        self._amounts(told, anew)

    def _rows(self, name: str, told: list[Any], anew: list[Any]) -> None:
        """Each row of the model is one of those computed, and none is left out."""
        for row in told:
            if row not in anew:
                self.add(Invalid("a row of the model's {} does not follow from the evidence: {}", name, _brief(row)))
        for row in anew:
            if row not in told:
                self.add(Invalid("the model leaves out of its {}: {}", name, _brief(row)))

    def _amounts(self, told: Mapping[str, Any], anew: Mapping[str, Any]) -> None:
        if told["total"] != anew["total"]:
            self.add(Invalid("the model's {} does not follow from the evidence", "total"))
        self.said.amounts = 1 + len(anew["acts"]) + len(anew["shares"])
        rows = {row["person"]: row for row in anew["persons"]}
        for row in told["persons"]:
            own = rows.pop(row["person"], None)
            if own is None:
                self.add(Invalid("the model names {}, whom the evidence does not", row["person"]))
                continue
            for name in ("interval", "also_acting_secretary", "conduct", "acts", "amount", "shares"):
                if row[name] != own[name]:
                    self.add(Invalid("the model's {} of {} does not follow from the evidence", name, row["person"]))
            self.said.amounts += 1
            self.said.intervals += sum(row[name] is not None for name in ("interval", "conduct"))
            self._statements(row, own)
        for person in rows:
            self.add(Invalid("the model leaves {} out", person))
        bodies = {row["body"]: row for row in anew["bodies"]}
        for row in told["bodies"]:
            self._statements(row, bodies.get(row["body"], {}))

    def _statements(self, row: Mapping[str, Any], own: Mapping[str, Any]) -> None:
        """Grounds and duties may rest on entries that the evidence has not: then they are the ledger's word."""
        for name in ("grounds", "unmet", "sham", "categories"):
            for each in row.get(name, ()):
                if each in own.get(name, ()):
                    self.said.statements += 1
                else:
                    self.said.unproved += 1


def _brief(row: Any) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)[:200]
