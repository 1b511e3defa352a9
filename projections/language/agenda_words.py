"""What is to be done, in words: one sentence for each line of the agenda, and what its states and kinds are called."""

from collections.abc import Mapping, Sequence
from datetime import date

from ledger.messages import N_
from projections.facts.values import Reason
from projections.language.duty_words import REASONS, VERDICTS, DutySentences
from projections.obligations.table import table
from projections.signals.signal_kinds import FIRES

KINDS: Mapping[str, str] = {
    "obligation": N_("obligation"),
    "warning": N_("warning to answer"),
    "signature": N_("signature still owed"),
    "withdrawal": N_("withdrawal to look at"),
    "task": N_("task"),
}
STATES: Mapping[str, str] = {
    "overdue": N_("overdue"),
    "near": N_("due soon"),
    "due": N_("due later"),
    "waiting": N_("waiting"),
}
COUNTERPARTS: Mapping[str, str] = {
    "bodies": N_("bodies"),
    "cadres": N_("cadres"),
    "co_units": N_("co-units"),
    "group": N_("Party group"),
    "head": N_("head"),
    "heads": N_("heads of units"),
    "leaders": N_("leaders"),
    "leading_group": N_("leading group"),
    "member": N_("member"),
    "members": N_("members"),
    "organisation": N_("organisation"),
    "party_members": N_("party members"),
    "person": N_("the person"),
    "persons": N_("the persons"),
    "post_holders": N_("holders of the posts"),
    "public": N_("the public"),
    "secretary": N_("secretary"),
    "staff": N_("staff"),
    "superiors": N_("superiors"),
    "supervisor": N_("supervising member"),
    "unit": N_("unit"),
    "unit_cadres": N_("cadres of the unit"),
    "units": N_("units"),
}


class AgendaWords:
    """The sentences of an agenda in one language; days are counted from `judged`."""

    def __init__(self, say: DutySentences, judged: date) -> None:
        self.say, self.judged = say, judged

    def when(self, due: date | None, *, provisional: bool = False) -> str:
        """By when, and how far that is."""
        text = self.say.text
        if due is None:
            return text("no day is set")
        days = (due - self.judged).days
        if days < 0:
            said = text("was due on {day}, {n} days ago").format(day=due.isoformat(), n=-days)
        elif days == 0:
            said = text("due today, {day}").format(day=due.isoformat())
        else:
            said = text("due on {day}, in {n} days").format(day=due.isoformat(), n=days)
        return f"{said}{self.say.aside(text('provisional'))}" if provisional else said

    def owed(self, owner: str, what: str, when: str) -> str:
        """Who owes what by when."""
        return self.say.text("{owner}: {what}; {when}").format(owner=owner, what=what, when=when)

    def signature(self, name: str, entry: str, kind: str, capacity: str, since: date) -> str:
        """A signature that is owed."""
        return self.say.text("{name} has not yet signed {entry} ({kind}) as {capacity}; it stands since {day}").format(
            name=name, entry=entry, kind=kind, capacity=self.say.text(capacity), day=since.isoformat()
        )

    def withdrawal(self, name: str, entry: str, kind: str, ground: str) -> str:
        """A withdrawal that whoever signed has not answered."""
        return self.say.text("{entry} ({kind}), which {name} had signed, was withdrawn: {ground}").format(
            name=name, entry=entry, kind=kind, ground=self.say.text(ground)
        )

    def warning(self, entry: str, unit: str) -> str:
        """A warning that is to be answered."""
        return self.say.text("answer the warning {entry} about {unit}").format(entry=entry, unit=unit)

    def task(self, entry: str, title: str) -> str:
        """A task that is to be done."""
        return self.say.text("task {entry} {title}").format(entry=entry, title=title).rstrip()

    def clause(self, obligation: str) -> str:
        """The clause of the plan."""
        rows = table()
        return rows.clause(rows.obligations[obligation], self.say.speech)

    def evidence(self, obligation: str, lacking: Sequence[str]) -> str:
        """What counts as done, at least, and what of it is still lacking."""
        said = table().obligations[obligation].evidence.of(self.say.speech)
        if not lacking:
            return said
        text = self.say.text
        return f"{said}{text('; ')}{text('missing: {parts}').format(parts=text(', ').join(lacking))}"

    def counterparts(self, obligation: str) -> list[str]:
        """With whom an obligation is done, where no name is known."""
        return [self.say.text(COUNTERPARTS[word]) for word in table().obligations[obligation].counterpart]

    def before(self, began: date, count: int) -> str:
        """What fell due before the ledger was opened."""
        return self.say.text(
            "The ledger was opened on {day}: what had fallen due before that day is not called undone here ({n})"
        ).format(day=began.isoformat(), n=count)

    def reason(self, reason: Reason) -> str:
        """Why an act that claims an obligation does not count for it, or not without doubt."""
        text = self.say.text
        words = {**REASONS, **FIRES}
        why = (text(words[code]) if code in words else code for code in reason.codes)
        return text("{entry}, {verdict}: {why}").format(
            entry=self.say.cites([reason.entry]), verdict=text(VERDICTS[reason.verdict]), why=text("; ").join(why)
        )

    def in_vain(self, entries: str, obligation: str, began: date | None = None) -> str:
        """Claims that nothing looked at; `began` is the day the ledger was opened, for what lies before it."""
        said = self.say.text(
            "{obligation} {title}, claimed in vain by {entries}: whoever did it did not owe it, or not in that time"
        )
        if began is not None:
            said = self.say.text(
                "{obligation} {title}, claimed by {entries} for a time before the ledger was opened ({day}): nothing "
                "that fell due then is judged"
            )
        title = self.say.title(obligation)
        return said.format(entries=entries, obligation=obligation, title=title, day=began)
