"""Sentences for people, built from grounds: one model for command line, pages and reports.

Each ground's `code` names a template in the catalogue; `values`, the period and the cited entries fill it in. The
English template is the message id, the Chinese one its translation.
"""

from collections.abc import Iterable
from dataclasses import replace

from projections.facts.values import Citation, Elsewhere
from projections.language.duty_words import DutySentences
from projections.language.trace_words import (
    CATEGORIES,
    CULPABILITY,
    GROUNDS,
    KNOWLEDGE,
    LEVELS,
    NOT_DONE,
    REGIMES,
    ROUTES,
    SIDES,
    STATUS,
    SUGGESTIONS,
)
from projections.trace.model import BodyTrace, Ground, PersonTrace, Share, Trace, Variant
from projections.trace.regimes import VersionUse


class Explainer(DutySentences):
    """Builds sentences in one language, with names of persons and units."""

    def values_of(self, ground: Ground) -> dict[str, str]:
        """What a ground's sentence tells beside period and entries: person and level by name."""
        values = dict(ground.values)
        if "person" in values:
            values["person"] = self.name(values["person"])
        if "level" in values:
            values["level"] = self.text(LEVELS[values["level"]])
        return values

    def ground(self, ground: Ground) -> str:
        """One ground as a sentence part with its rule and entries."""
        values = self.values_of(ground)
        if not values.get("acts", "x"):
            values["acts"] = self.text("none")
        sentence = self.text(GROUNDS[ground.code]).format(
            period=self.period(ground.period), cites=self.cites(ground.cites), **values
        )
        return f"{sentence.replace('()', '').replace('（）', '').rstrip()} [{ground.rule}]"

    def grounds(self, grounds: Iterable[Ground]) -> list[str]:
        """A line per statement, basis first; what is said of several entries in the same words is said once."""
        joined: dict[Ground, list[Citation]] = {}
        for ground in grounds:
            joined.setdefault(replace(ground, cites=()), []).extend(ground.cites)
        return [
            f"  {self.text(title)}{self.text(': ')}{self.ground(replace(ground, cites=tuple(dict.fromkeys(cites))))}"
            for side, title in SIDES.items()
            for ground, cites in joined.items()
            if ground.side == side
        ]

    def act_label(self, act: str) -> str:
        """An act of the offence, in a drawing."""
        return act

    def act_list(self, acts: Iterable[str]) -> str:
        """Acts of the offence."""
        return ", ".join(acts)

    def signals(self, codes: Iterable[str]) -> str:
        """Signals by their codes."""
        return ", ".join(codes)

    def category(self, category: str) -> str:
        """A category's name."""
        return self.text(CATEGORIES[category])

    def share(self, share: Share, unit: str) -> str:
        """One row of the attribution."""
        acts = ", ".join(share.acts) or self.text("none")
        text = self.text("{who}, {period} ({days} days): acts {acts}, {amount}")
        if share.person is None:
            who = self.text("vacant")
            if share.falls_to is not None:
                who += self.text(", falls to {name}").format(name=self.name(share.falls_to))
        else:
            who = self.name(share.person) + (self.text(" (acting)") if share.acting else "")
        return text.format(
            who=who,
            period=self.period(share.period),
            days=share.period.days,
            acts=acts,
            amount=self.amount(share.amount, unit),
        )

    def person(self, row: PersonTrace, trace: Trace) -> list[str]:
        """A person's paragraph, a line per statement."""
        lines = [f"{self.name(row.person)} — " + self.text("; ").join(self.heads(row, trace))]
        lines += self.grounds(row.grounds)
        for kind, rows in (("unmet", row.unmet), ("sham", row.sham)):
            if rows:
                lines.append(
                    f"  {self.text(NOT_DONE[kind])}{self.text(': ')}" + self.text("; ").join(map(self.instance, rows))
                )
        return [*lines, f"  {self.text('; ').join(self.closing(row))}"]

    def heads(self, row: PersonTrace, trace: Trace) -> list[str]:
        """Category under each rulebook, own interval, acts and amount inside it."""
        heads = [self.category_line(row.categories, trace)]
        if row.interval is not None:
            heads.append(self.text("own interval {period}").format(period=self.period(row.interval)))
        if row.conduct is not None:
            heads.append(
                self.text("own conduct {period}: acts {acts}").format(
                    period=self.period(row.conduct), acts=", ".join(row.acts) or self.text("none")
                )
            )
        if row.also_acting_secretary is not None:
            heads.append(
                self.text("also acting secretary {period}").format(period=self.period(row.also_acting_secretary))
            )
        return heads

    def closing(self, row: PersonTrace) -> list[str]:
        """Knowledge, culpability, what became of the person, by which way a consequence would come, suggestion."""
        closing = []
        if row.knowledge is not None:
            closing.append(self.labelled(self.text("knowledge"), self.text(KNOWLEDGE[row.knowledge])) + " [R20]")
        if row.culpability is not None:
            closing.append(f"{self.text(CULPABILITY[row.culpability])} [R19]")
        if row.status_now is not None:
            closing.append(self.labelled(self.text("now"), self.text(STATUS.get(row.status_now, row.status_now))))
        if row.lifelong:
            closing.append(self.text("stays answerable for life"))
        closing.append(self.text(", ").join(self.text(ROUTES[code]) for code in row.route) + " [R17]")
        closing += [self.other_post(other) for other in row.elsewhere]
        if row.suggestion is not None:
            closing.append(self.labelled(self.text("suggestion"), self.text(SUGGESTIONS[row.suggestion])))
        closing += self.versions(row)
        return closing

    def other_post(self, other: Elsewhere) -> str:
        """A post held in another organ."""
        return self.text("in {organ}: {post} {first}–{last} ({cites})").format(
            organ=other.organ,
            post=other.post,
            first=other.valid_from.isoformat(),
            last=other.valid_to.isoformat() if other.valid_to is not None else self.text("today"),
            cites=self.cites([other.entry]),
        )

    def versions(self, row: PersonTrace) -> list[str]:
        """R23: where more than one version, or another than the rulebook names, was in force."""
        said = []
        for book in dict.fromkeys(use.rulebook for use in row.versions):
            uses = [use for use in row.versions if use.rulebook == book]
            if len(uses) == 1 and uses[0].named:
                continue
            parts = [
                self.text("{version}: acts {acts}").format(
                    version=self.version(use), acts=", ".join(use.acts) or self.text("none")
                )
                + (self.text(", in force at the end") if use.governing else "")
                for use in uses
            ]
            said.append(
                self.text("{book}: a person checks old rule or lighter rule ({versions})").format(
                    book=book, versions=self.text("; ").join(parts)
                )
                + " [R23]"
            )
        return said

    def version(self, use: VersionUse) -> str:
        """A version of a regulation."""
        if use.version is None:
            return self.text("no version known")
        return self.text(REGIMES[use.version.regime]).format(year=use.version.year)

    def body(self, row: BodyTrace, trace: Trace) -> list[str]:
        """A body's paragraph."""
        lines = [f"{self.name(row.body)} — {self.category_line(row.categories, trace)}", *self.grounds(row.grounds)]
        if row.unmet:
            lines.append(
                f"  {self.text(NOT_DONE['unmet'])}{self.text(': ')}"
                + self.text("; ").join(map(self.instance, row.unmet))
            )
        return lines

    def category_line(self, categories: Iterable[tuple[str, str]], trace: Trace) -> str:
        """The category under each rulebook."""
        names = {book.id: book.id for book in trace.rulebooks}
        return self.text("; ").join(f"{names[id_]}: {self.category(category)}" for id_, category in categories)

    def variant(self, variant: Variant, unit: str) -> str:
        """What a disputed later assignment would change."""
        return self.text(
            "had {because} counted: act {act} at level {level} would fall to {name}, {period} ({days} days), {amount}"
        ).format(
            because=self.cites([variant.because]),
            act=variant.act,
            level=self.text(LEVELS[variant.level]),
            name=self.name(variant.person),
            period=self.period(variant.period),
            days=variant.period.days,
            amount=self.amount(variant.amount, unit),
        )
