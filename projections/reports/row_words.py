"""The rows of a list in words: each value as people read it, for sheets that leave the program.

Names stand for persons and units, words for codes, local time for moments; days and numbers stay what they are.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ledger.messages import N_
from projections.facts.protocol import Facts
from projections.facts.values import Citation, Reason
from projections.language import agenda_words, local_moments, office_words
from projections.language.codes import LEDGERS
from projections.language.column_words import FILTERS, HEADINGS, LEFT_OUT
from projections.language.duty_words import OBLIGATION_STATUS, REASONS, VERDICTS
from projections.language.narrator import Narrator
from projections.language.record_words import HELD
from projections.language.register_words import COLUMNS, STATUSES
from projections.language.signal_words import detail_title, detail_word
from projections.language.titles import fixed_word, known_title
from projections.language.trace_words import LEVELS, RED
from projections.questions.agenda import AgendaLine
from projections.questions.office_lines import OfficeLine
from projections.questions.registers import REGISTERS

Plain = str | int | Decimal | date | None
"""What a cell of a sheet may hold: text, number or day."""
_CODE = re.compile(r"[a-z][a-z0-9_.]*")
_AS_THEY_ARE = frozenset(
    {
        *("title", "name", "words", "excerpt", "what", "in_vain", "done_when", "do", "clause", "occasion"),
        *("id", "ref", "case", "obligation", "grade", "fires", "inputs", "benign", "fingerprint", "origin", "token"),
        *("with_whom", "state_words", "measure", "remarks", "address", "organ", "holder", "ledger", "trigger"),
    }
)
"""Columns whose words are a record's or ours already, or that name something by its number."""
ROLES: Mapping[str, str] = {"none": N_("no such role")}
ANCHORED: Mapping[str, str] = {"resting": N_("not needed"), "pending": N_("pending"), "confirmed": N_("confirmed")}
"""How an entry stands to the anchors behind it."""
_MOMENTS = frozenset({"recorded_at", "opened_at", "known_at", "not_before", "not_after"})


class RowWords:
    """Says the rows of one list in one language."""

    def __init__(self, facts: Facts, language: str, row_type: type) -> None:
        self._members = frozenset(getattr(row_type, "__dataclass_fields__", ()))
        self.say = Narrator(facts, language)
        kind = next((name for name, register in REGISTERS.items() if register.row is row_type), None)
        self._statuses: Mapping[str, str] = STATUSES[kind] if kind is not None else {}
        self._own: Mapping[str, Mapping[str, str]] = (
            {"state": agenda_words.STATES, "kind": agenda_words.KINDS} if row_type is AgendaLine else {}
        )
        own = {column.member: column.title for column in COLUMNS[kind]} if kind is not None else {}
        self._headings = {**HEADINGS, **own, **(office_words.COLUMNS if row_type is OfficeLine else {})}

    def text(self, message: str) -> str:
        """A message in the language."""
        return self.say.text(message)

    def labelled(self, label: str, said: str) -> str:
        """What is said under a label."""
        return self.say.labelled(label, said)

    def heading(self, member: str) -> str:
        """What a column is called; that of amounts with their unit."""
        said = self.say.text(self._headings[member])
        return f"{said}{self.say.aside(self.say.unit_of_amounts())}" if member == "amount" else said

    def shown(self, columns: Sequence[str]) -> list[str]:
        """The columns that people are shown, in their order: what an obligation is called stands beside its number."""
        named = self._members & {"person", "case"}
        found = [member for member in columns if member not in LEFT_OUT and not (member == "name" and named)]
        for first, beside in (("obligation", "title"), ("obligation", "unit")):
            if {first, beside} <= set(found):
                found.remove(beside)
                found.insert(found.index(first) + 1, beside)
        return found

    def cell(self, member: str, value: Any) -> Plain:
        """A value as one cell."""
        if isinstance(value, bool):
            return self.say.text("yes") if value else self.say.text("no")
        if value is None or isinstance(value, int | Decimal):
            return value
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        return self._text(member, value)

    def _text(self, member: str, value: Any) -> str:
        if isinstance(value, datetime) or (isinstance(value, str) and member in _MOMENTS):
            return local_moments.local(value, self.say.facts.zone)
        if isinstance(value, str):
            return self.question(value) if member == "asked" else self.word(member, value)
        if isinstance(value, tuple | list | frozenset | set):
            return self.say.text("; ").join(self._text(member, each) for each in value)
        return self._thing(member, value)

    def _thing(self, member: str, value: Any) -> str:
        if isinstance(value, Citation):
            return value.label
        if isinstance(value, Reason):
            return self._reason(value)
        if isinstance(value, Mapping):
            told = (self.say.labelled(detail_title(self.say, name), self._detail(name, v)) for name, v in value.items())
            return self.say.text("; ").join(told)
        entry = getattr(value, "entry", None)
        return entry.label if isinstance(entry, Citation) else str(self.cell(member, value))

    def _detail(self, name: str, value: Any) -> str:
        if isinstance(value, Citation):
            return value.label
        if isinstance(value, tuple | list | frozenset | set):
            return self.say.text(", ").join(self._detail(name, each) for each in value) or self.say.text("none")
        return detail_word(self.say, name, value)

    def _reason(self, reason: Reason) -> str:
        why = (self.say.text(REASONS[code]) if code in REASONS else self.say.signals((code,)) for code in reason.codes)
        said = f"{self.say.text(VERDICTS[reason.verdict])}{self.say.aside(self.say.text('; ').join(why))}"
        return self.say.labelled(reason.entry.label, said)

    def word(self, member: str, word: str) -> str:
        """A word of a column: a name, a fixed word, a period; else as it stands."""
        say = self.say
        if member in _AS_THEY_ARE:
            return (say.vacancy(word) if member == "trigger" else None) or word
        if member in ("half", "period"):
            return say.span(word) if word[:4].isdigit() or member == "period" else word
        if member in ("post", "posts"):
            return say.post(word)
        if member in ("missing", "pairs_met"):
            return "–".join(map(say.part, word.split("/")))
        if member in ("type", "field"):
            return say.kind(word) if member == "type" else known_title(word, say.speech) or word
        named = word in say.facts.persons or word in say.facts.units or not _CODE.fullmatch(word)
        return say.name(word) if named else self._code(member, word)

    def question(self, asked: str) -> str:
        """What was asked, as a reading has it on record (words searched for, and `name=value` of each limit)."""
        return self.say.text("; ").join(map(self._limit, asked.split("; ")))

    def _limit(self, said: str) -> str:
        name, is_limit, value = said.partition("=")
        if not is_limit or name not in FILTERS:
            return said
        values = (self.limit(name, each) for each in value.split(","))
        return self.say.labelled(self.say.text(FILTERS[name]), self.say.text(", ").join(values))

    def limit(self, name: str, value: str) -> str:
        """The value of a limit of a question."""
        say = self.say
        by_name = {
            "kind": lambda: say.text(LEDGERS.get(value, value)),
            "code": lambda: say.signals((value,)),
            "obligation": lambda: f"{say.title(value)}{say.aside(value)}",
            "type": lambda: say.kind(value),
        }
        said = by_name.get(name)
        return said() if said is not None else self.word(name, value)

    def _code(self, member: str, word: str) -> str:
        """What is not a name: a fixed word."""
        tables: tuple[Mapping[str, str], ...] = (
            self._statuses if member == "status" else {},
            OBLIGATION_STATUS if member == "status" else {},
            LEVELS if member == "duty" else {},
            office_words.PARTS if member == "part" else {},
            LEDGERS if member == "kind" else {},
            RED if member == "red" else {},
            ROLES if member == "role" else {},
            ANCHORED if member == "state" else {},
            self._own.get(member, {}),
            HELD,
        )
        found = next((table[word] for table in tables if word in table), None)
        if found is not None:
            return self.say.text(found)
        said = self.say.name(word)
        return said if said != word else self.say.text(fixed_word(word)).replace("_", " ")
