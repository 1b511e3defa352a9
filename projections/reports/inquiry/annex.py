"""The annexes: every entry cited with its text, the rules of the trace a sentence each, the ledgers, how to check."""

from collections.abc import Iterator, Sequence

from ledger.errors import ZerenError
from ledger.events.records import RecordAccepted, RecordCorrected
from projections.facts.values import Citation
from projections.language.catalogue import explain_error
from projections.language.contents import contents
from projections.language.record_words import RULES
from projections.questions.heads import LedgerHead
from projections.reports.document import AnnexEntry, Block, Bullets, Pairs, Paragraph
from projections.reports.inquiry.telling import Telling


def entries(told: Telling) -> Iterator[Block]:
    """Every entry that the report names: number, kind, day, when and by whom recorded, by whom signed, its text.

    An entry stands as it was recorded; what corrections make of it stands behind it.
    """
    yield Paragraph(
        told.text("{number} entries are cited. The texts are those of the ledgers, unchanged.").format(
            number=len(told.cited)
        )
    )
    for cite in told.cited:
        yield _entry(told, cite)


def _entry(told: Telling, cite: Citation) -> AnnexEntry:
    say, text = told.say, told.text
    record = told.facts.cited(cite)
    if record is None:
        return AnnexEntry(say.number(cite), text("an entry that is not at hand"), ())
    when = getattr(record.payload, "occurred_at", None)
    recorded = text("recorded {moment} by {name}; signed by {names}; entry {position} of its ledger").format(
        moment=say.moment(record.recorded_at),
        name=say.name(record.author),
        names=say.names(record.signed),
        position=told.facts.cite(record).stands[1],
    )
    lines = [told.line(text("happened"), say.when(when))] if when is not None else []
    lines += [recorded, *contents(say, told.facts.uncorrected(record))]
    for event in told.facts.followers(record, withdrawn=True):
        if event.payload.REMARK or isinstance(event.payload, RecordAccepted):
            said = text("since: {kind} by {name}, recorded {moment}").format(
                kind=say.kind(event.type), name=say.name(event.author), moment=say.moment(event.recorded_at)
            )
            changed = contents(say, event) if isinstance(event.payload, RecordCorrected) else ()
            lines.append(text("; ").join((said, *changed)))
    return AnnexEntry(say.number(cite), say.event(record), tuple(lines))


def rules(told: Telling) -> Iterator[Block]:
    """The rules of the trace, a sentence each."""
    yield Pairs(tuple((rule, told.text(sentence)) for rule, sentence in RULES.items()))


def checking(told: Telling, heads: Sequence[LedgerHead], why_not: ZerenError | None = None) -> Iterator[Block]:
    """The ledgers that it was computed from, and how anyone checks it; `why_not`: why the PDF carries no evidence."""
    text = told.text
    for head in heads:
        rows = (
            (text("Ledger"), head.origin + (text(" (simulated)") if head.simulated else "")),
            (text("Kind"), text(head.kind)),
            (text("Entries read"), str(head.entries)),
            (text("Fingerprint"), head.fingerprint),
            (text("Root hash"), head.root),
        )
        yield Pairs(rows)
    yield Bullets(
        (
            text("Whoever has the ledgers checks every signature and link with: zeren verify"),
            text(
                "Whoever has none asks for the evidence bundle of the case and checks it offline: zeren verify FILE.zip"
            ),
            _carried(told, why_not),
            text("The same trace is computed anew with: zeren trace {case} --known-at {moment}").format(
                case=told.found.case, moment=_typed(told)
            ),
            text("Compare fingerprint and root hash with those that were deposited outside the organ."),
        )
    )


def _typed(told: Telling) -> str:
    """The cut-off as a command takes it, exact."""
    at = told.found.known_at.astimezone(told.facts.zone)
    return at.isoformat(timespec="milliseconds" if at.microsecond else "seconds")


def _carried(told: Telling, why_not: ZerenError | None) -> str:
    if why_not is not None:
        said = told.text("The PDF of this report carries no evidence: {why}")
        return said.format(why=explain_error(why_not, told.language))
    return told.text(
        "The PDF of this report carries that evidence and its own model, and is checked likewise: zeren verify FILE.pdf"
    )
