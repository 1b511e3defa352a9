"""The report of an accountability investigation, built once for every form: text, page, Word and PDF."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from ledger.errors import ZerenError
from projections.facts.protocol import Facts
from projections.language.record_words import RULES
from projections.language.trace import Explainer
from projections.questions.heads import LedgerHead
from projections.reports.document import Block, Report, Section
from projections.reports.inquiry import annex, beside, brief, front, offence, people
from projections.reports.inquiry.brief_room import STEPS, goes_on_two_pages
from projections.reports.inquiry.telling import Telling
from projections.reports.sentences import as_sentences
from projections.trace.model import Trace

Form = Literal["full", "brief"]


def trace_report(
    found: Trace,
    explain: Explainer,
    facts: Facts,
    heads: Sequence[LedgerHead],
    *,
    charts: bool = True,
    texts: bool = True,
    form: Form = "full",
    why_not: ZerenError | None = None,
    cut: Facts | None = None,
) -> Report:
    """The report of a trace in the explainer's language. Without `charts` the
    drawings are left out (text needs none), without `texts` those of the entries cited. `why_not` is why its PDF
    carries no evidence; `cut` are the case's facts as known at the cut-off, without which those by now stand for them.

    The form `brief` is for the meeting: two pages that name entries by their numbers; what they say is in the full one,
    and so is what two pages have no room for.
    """
    told = Telling(found, facts, explain.speech, cut=cut)
    text, say = told.text, told.say
    whole = Report(
        title=text("Report of the accountability investigation"),
        subtitle=text("on {unit}").format(unit=say.name(found.unit)),
        as_of=(
            text("as known at {moment}; the engine advises, people decide").format(moment=say.moment(found.known_at)),
        ),
        sections=(),
        language=explain.speech,
        page_of=text("— {page} —"),
        names=tuple(person.name for person in facts.persons.values() if person.name),
    )
    if form == "brief":
        return _brief(whole, told, heads)
    chapters = [
        Section(told.chapter(number, name), tuple(blocks))
        for number, (name, blocks) in enumerate(_chapters(told, charts=charts), 1)
    ]
    annexes = [
        *([(text("Annex 1: the entries cited"), annex.entries(told))] if texts else ()),
        (text("Annex 2: the rules of the trace"), annex.rules(told)),
        (text("Annex 3: ledgers, and how to check"), annex.checking(told, heads, why_not)),
    ]
    full = replace(
        whole,
        sections=(
            Section("", (front.points(told, heads),)),
            *chapters,
            *(Section(name, tuple(blocks), annex=True) for name, blocks in annexes),
        ),
        cover=tuple(front.cover(told)),
        places=(
            *((say.number(cite), f"entry-{number}") for number, cite in enumerate(told.cited, 1)),
            *((rule, f"rule-{rule}") for rule in RULES),
        ),
    )
    return as_sentences(full)


def _brief(whole: Report, told: Telling, heads: Sequence[LedgerHead]) -> Report:
    """The short form: as much as goes on two pages, what matters least left out first."""
    short = replace(
        whole,
        title=told.text("Report of the accountability investigation, short form"),
        compact=True,
        narrow=not told.language.startswith("zh"),
    )
    for room in STEPS:
        form = as_sentences(replace(short, cover=brief.cover(told, room), sections=brief.sections(told, heads, room)))
        if goes_on_two_pages(form):
            break
    return form


def _chapters(told: Telling, *, charts: bool) -> list[tuple[str, Iterator[Block]]]:
    text = told.text
    return [
        (text("Basic facts and source of the lead"), front.basics(told)),
        (text("What was done, act by act"), offence.acts(told, charts=charts)),
        (text("Warnings"), offence.warned(told)),
        (text("Collective decisions"), offence.decisions(told)),
        (text("Who answers: overview"), people.overview(told, charts=charts)),
        (text("Responsibility person by person"), people.persons(told)),
        (text("Collective responsibility"), people.bodies(told)),
        (text("Vertical chain"), beside.chain(told)),
        (text("Recorded later, and what it would change"), beside.later(told)),
        (text("After the cut-off: decisions and appeals"), beside.after(told)),
        (text("Signing of the report"), beside.signatures(told)),
    ]
