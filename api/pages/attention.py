"""What needs attention, for the first page: each matter with how many there are, the first few, and the way on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import url_for

from api.asking.current import computed, explainer, facts, reader, reading
from api.asking.filters import ask, over
from api.asking.language import language
from api.pages.frame import LOOKED_THROUGH
from api.pages.links import kind_of
from api.pages.signatures import drafts_of
from api.v1.health import ledgers_health
from ledger.clock import today
from ledger.home.known_heads import UNKNOWN, UNREADABLE
from ledger.messages import N_
from ledger.recording.moments import read_period
from projections.facts.holdings import LEVELS, governed_units, line_holders
from projections.facts.values import Citation, Period
from projections.language.case_words import CLOCKS
from projections.language.codes import LEDGERS
from projections.language.narrator import Narrator
from projections.language.trace_words import LEVELS as LEVEL_WORDS
from projections.language.trace_words import MARKS
from projections.questions.case_folder import case_folder
from projections.questions.cases import CasesFilter, cases
from projections.questions.obligations import ObligationFilter, Obligations, half_of, owed
from projections.questions.over import Judged
from projections.questions.registers import RegisterFilter, register
from projections.questions.signals import SignalFilter, Signals, found, raised
from projections.questions.signatures import LEDGERS as SIGNED_IN
from projections.questions.signatures import OwedSignatures, SignatureFilter, owed_signatures
from projections.questions.talks_owed import TalkOwed, half_year_duties, talks_owed
from projections.questions.waiting_drafts import WaitingDrafts
from projections.views.rows import base_kind

FEW = 5
SOON = 30
"""Days ahead from which a duty is told as about to fall due."""
AFTERWARDS: tuple[tuple[str, str], ...] = (
    ("AFTER_LEAD", N_("Records made after a lead had come")),
    ("AFTER_CASE_OPENED", N_("Records made after a case was opened")),
    ("RETRO_ASSIGNMENT", N_("Assignments recorded long after their first day")),
    ("LATE_RECORD", N_("Records made later than their kind allows")),
)
"""Signals of records that were made after the fact, the gravest first, and what they are called where they wait."""
UNREAD = N_("the draft {name} cannot be read; see: zeren draft list")
REGISTERS: tuple[tuple[str, str, str, str, str], ...] = (
    ("issues", "overdue", N_("Issues overdue"), "owner", "due"),
    ("tasks", "overdue", N_("Tasks overdue"), "owner", "due"),
    ("warnings", "unanswered", N_("Warnings without an answer"), "addressees", "due"),
    ("warnings", "open", N_("Warnings still to be answered"), "addressees", "due"),
    ("talks", "overdue", N_("Talks not followed up"), "talker", "follow_up_due"),
    ("handovers", "one_sided", N_("Handovers not signed by both"), "outgoing", "held"),
)
"""Register, status, title, who has to do it, by when."""
LEADS: tuple[tuple[str, str, str, str, str], ...] = (
    ("leads", "overdue", N_("Leads not disposed of in time"), "concerns", "due"),
    ("leads", "open", N_("Leads whose thirty days run"), "concerns", "due"),
)


@dataclass(frozen=True, slots=True)
class MatterLine:
    """One of a matter: which entry, whom it concerns, in words, by when or since when."""

    words: str = ""
    entry: Citation | None = None
    parties: tuple[str, ...] = ()
    on: date | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that waits: what, how many, where all of it stands, and the first few."""

    title: str
    count: int
    address: str
    lines: tuple[MatterLine, ...]
    grave: bool = True
    """Overdue or missing, not only about to fall due."""


def matters() -> list[Matter]:
    """What waits, of what this reader may know of; the gravest first."""
    asks, cut = reader(), facts()
    found: list[Matter] = []
    if asks.may("cases") and "case" in reading().ledgers:
        found += [*_of_cases(), *(_registered(*row) for row in LEADS)]
    if asks.may("organ", "duties"):
        found += [_vacancies(), *(_registered(*row) for row in REGISTERS), _signatures()]
        if cut.cut <= LOOKED_THROUGH:
            found += [*_talks(), _high(), *_afterwards(), _soon()]
    found += [_drafts(kind) for kind in SIGNED_IN]
    if asks.may("organ", "verify"):
        found += [*_of_ledgers()]
    return sorted((each for each in found if each.count), key=lambda each: not each.grave)


def _of_ledgers() -> Iterator[Matter]:
    """What a ledger lacks so that its end could be cut, or its times moved, without anybody's notice."""
    stand = ledgers_health().items
    unseen = {head.origin for head in reading().heads if UNKNOWN in head.marks}
    damaged = {head.origin for head in reading().heads if UNREADABLE in head.marks}
    for title, rows, grave in (
        (N_("Ledgers without a checkpoint"), [row for row in stand if not row.checkpoint_size], True),
        (N_("Ledgers of which no head is known elsewhere"), [row for row in stand if row.origin in unseen], True),
        (N_("Ledgers beside which a known head cannot be read"), [row for row in stand if row.origin in damaged], True),
        (N_("Ledgers whose times nothing outside bounds"), [row for row in stand if not row.anchors], False),
    ):
        lines = tuple(MatterLine(explainer().text(LEDGERS[base_kind(row.kind)])) for row in rows[:FEW])
        address = url_for("pages.entry_list", kind=rows[0].kind) if rows else ""
        yield Matter(title, len(rows), address, lines, grave=grave)


def _of_cases() -> Iterator[Matter]:
    """Points of procedure to settle in cases, times that have run out, and those that run: a line for each."""
    cut, say = facts(), Narrator(facts(), language(), places=True)
    on = today(cut.zone)
    ids = [row.case for row in ask(cases, CasesFilter, {}).items]
    files = computed(("cases", on), lambda: tuple((case, case_folder(cut, case, on)) for case in ids))
    points: list[MatterLine] = []
    clocks: dict[bool, list[MatterLine]] = {True: [], False: []}
    for case, file in files:
        marks = {(mark.code, mark.party): mark for mark in file.marks}
        for mark in marks.values():
            cited, whom = next(iter(mark.cites), None), (mark.party,) if mark.party is not None else ()
            points.append(MatterLine(say.text(MARKS[mark.code]), cited, whom, case=case))
        for clock in sorted(file.clocks, key=lambda clock: clock.due):
            said = say.text(CLOCKS[clock.what]).format(
                day=say.day(clock.due), entry=say.called(clock.entry), names=say.names(clock.parties)
            )
            clocks[clock.overdue].append(MatterLine(said, clock.entry, case=case))
    address = url_for("pages.case_page", case=ids[0]) if len(ids) == 1 else url_for("pages.case_list")
    yield Matter(N_("Points of procedure open in cases"), len(points), address, tuple(points[:FEW]))
    for overdue, title in ((True, N_("Times of cases that have run out")), (False, N_("Times of cases that run"))):
        found = clocks[overdue]
        yield Matter(title, len(found), address, tuple(found[:FEW]), grave=overdue)


def _vacancies() -> Matter:
    cut, explain = facts(), explainer()
    on = today(cut.zone)
    now = Period(on, on)

    def find() -> list[tuple[str, str]]:
        return [
            (unit, level)
            for unit in governed_units(cut)
            for level in LEVELS[:2]
            if not line_holders(cut, level, unit, now, primary=False)
        ]

    rows = computed(("vacancies", on), find)
    lines = tuple(MatterLine(explain.text(LEVEL_WORDS[level]), parties=(unit,)) for unit, level in rows[:FEW])
    return Matter(N_("Duties that nobody holds today"), len(rows), url_for("pages.timeline"), lines)


def _registered(name: str, status: str, title: str, who: str, by: str) -> Matter:
    found = ask(register(name), RegisterFilter, {"status": (status,)})
    lines = []
    for row in found.items[:FEW]:
        parties = getattr(row, who)
        whom = parties if isinstance(parties, tuple) else (parties,)
        lines.append(MatterLine(row.title or "", row.entry, tuple(each for each in whom if each), getattr(row, by)))
    address = url_for(f"pages.{name}_page", status=status)
    return Matter(title, len(found.items), address, tuple(lines), grave="open" not in status)


def _signatures() -> Matter:
    found: OwedSignatures = ask(owed_signatures, SignatureFilter, {})
    lines = tuple(
        MatterLine(row.title, row.entry, (row.person,), row.occurred_on) for row in found.items[-1 : -FEW - 1 : -1]
    )
    return Matter(N_("Signatures that wait"), len(found.items), url_for("pages.signature_list"), lines, grave=False)


def _drafts(kind: str) -> Matter:
    """Records that wait in the folder that is served for answers, those of the case ledger for inspectors alone."""
    waiting, said = drafts_of(kind) or WaitingDrafts(()), explainer().text(UNREAD)
    rows, zone = sorted(waiting.items, key=lambda row: row.not_after), facts().zone
    lines = (
        *(MatterLine(said.format(name=name)) for name in waiting.unread),
        *(
            MatterLine(kind_of(row.type), None, row.lacking or (row.author,), row.not_after.astimezone(zone).date())
            for row in rows
        ),
    )
    title = N_("Drafts that wait") if kind == "duty" else N_("Drafts that wait for the case ledger")
    address = url_for("pages.signature_list", kind=None if kind == "duty" else kind, _anchor="drafts")
    return Matter(title, len(lines), address, lines[:FEW], grave=any(row.over for row in rows) or bool(waiting.unread))


def _talks() -> Iterator[Matter]:
    """Talks owed each half-year: those not held in the two half-years that ended last, and those still to be held in
    one that is about to end. What fell due before the ledger was opened is not called undone."""
    asked, say = over(Judged()), explainer()
    judged, began = asked.judging_day(Judged()), facts().began_on
    halves: dict[str, list[TalkOwed]] = {}
    for talk in talks_owed(asked, judged):
        if talk.obligation in half_year_duties() and talk.due is not None and (began is None or talk.due >= began):
            halves.setdefault(talk.half, []).append(talk)
    running = half_of(judged)
    ended = [half for half in sorted(halves) if half < running or read_period(half).last <= judged]
    for half in reversed(ended[-2:]):
        title = say.text(N_("Talks of the {half} that were not held in time"))
        yield _of_talks(title, half, "missing", halves[half])
    if (read_period(running).last - judged).days <= SOON:
        title = say.text(N_("Talks of the {half} still to be held"))
        yield _of_talks(title, running, "open", halves.get(running, []))


def _of_talks(title: str, half: str, state: str, owed: list[TalkOwed]) -> Matter:
    say, rows = explainer(), [talk for talk in owed if talk.state == state]
    said = say.text(N_("with {name}"))
    lines = tuple(
        MatterLine(said.format(name=row.other_name or row.about_name), None, (row.owner,), row.due)
        for row in sorted(rows, key=lambda row: row.due or date.max)[:FEW]
    )
    address = url_for("pages.talk_matrix_page", period=half, state=state)
    return Matter(title.format(half=say.span(half)), len(rows), address, lines, grave=state == "missing")


def _high() -> Matter:
    """Records by how many signals of weight high they have; each with what the signals say."""
    by_record: dict[Citation, dict[str, None]] = {}
    raised_high: Signals = ask(raised, SignalFilter, {"weight": "high"})
    for row in raised_high.items:
        for event in row.events[:1]:
            by_record.setdefault(event, {})[row.fires] = None
    ranked = sorted(by_record.items(), key=lambda pair: -len(pair[1]))
    explain = explainer()
    lines = tuple(MatterLine(explain.text("; ").join(said), event) for event, said in ranked[:FEW])
    address = url_for("pages.signal_list", weight="high")
    return Matter(N_("Records with signals of weight high"), len(ranked), address, lines)


def _afterwards() -> Iterator[Matter]:
    """Records made after the fact, each kind of signal with its own list; the newest first."""
    asked = over(Judged())
    signals = found(asked, asked.judging_day(Judged()))
    for code, title in AFTERWARDS:
        told = [(signal.events[:1], concerns) for signal, concerns, _ in signals if signal.code == code]
        lines = tuple(MatterLine(entry=next(iter(of), None), parties=tuple(who)) for of, who in told[: -FEW - 1 : -1])
        yield Matter(title, len(told), url_for("pages.signal_list", code=code), lines, grave=False)


def _soon() -> Matter:
    found: Obligations = ask(owed, ObligationFilter, {"upcoming": SOON})
    rows = sorted(found.items, key=lambda row: row.due or date.max)
    lines = tuple(MatterLine(row.title, None, (row.owner,), row.due) for row in rows[:FEW])
    address = url_for("pages.obligation_map", upcoming=SOON)
    return Matter(N_("Duties that fall due within thirty days"), len(rows), address, lines, grave=False)
