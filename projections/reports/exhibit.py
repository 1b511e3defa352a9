"""The page in a bundle: for people what the files say, in Chinese and English, and a check in the browser.

Made from the bundle's own check, so that whoever checks the bundle can make the same page again and compare. It loads
nothing: its policy forbids every connection, and script and style are named by their hashes. Long because all parts of
one page stand here.
"""

import base64
import hashlib
import html
from collections.abc import Iterable, Sequence
from importlib import resources

from ledger.bundle.bundle_report import BundleReport, PartReport, ShownEntry
from ledger.bundle.layout import CompleteClaim
from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from ledger.messages import N_
from projections.language.catalogue import translate
from projections.language.codes import LEDGERS
from projections.reports import exhibit_words
from projections.reports.exhibit_words import (
    CLAIMED,
    EntryInWords,
    ToldByBundle,
    anchor_of,
    known_of,
    moment,
    name_of,
    recorded,
    stored,
    text,
    title_of,
    whom,
)


def page(report: BundleReport) -> bytes:
    """The page `index.html` of the bundle that this report is about; the same bytes for the same files."""
    code, style = script(), _asset("exhibit.css")
    policy = (
        f"default-src 'none'; script-src '{_hash(code)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    known = known_of(report)
    parts = (_part(part, known) for part in report.parts)
    body = [_head(report), _check(), _contents(report, known), *parts, _proved(report)]
    return "\n".join(
        [
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_plain('Evidence bundle')}</title><style>{style}</style></head><body>",
            *body,
            f"<script>{code}</script></body></html>",
            "",
        ]
    ).encode()


def script() -> str:
    """The page's script, the same in every bundle of one version."""
    return _asset("bytes.js") + "\n" + _asset("exhibit.js")


def _asset(name: str) -> str:
    return resources.files("projections").joinpath("data", name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def _plain(message: str) -> str:
    return f"{translate(message, 'zh_CN')} / {translate(message, 'en')}"


def _in(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>"


def _items(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _head(report: BundleReport) -> str:
    purpose = text(
        "This file holds signed entries of accountability ledgers with their proofs. Whoever has it can check it "
        "without a network and without the ledgers."
    )
    unchecked = text("Not checked yet: choose the bundle below, and the verdict stands here.")
    lines = [
        _in("h1", text("Evidence bundle")),
        f'<div id="outcome" role="status" aria-live="polite"><p>{unchecked}</p></div>',
        _items(map(_held, report.parts)),
        _in("p", purpose),
    ]
    if any(part.simulated for part in report.parts):
        lines.append(_in("p", _in("strong", text("simulated ledgers"))))
    return "\n".join(lines)


def _held(part: PartReport) -> str:
    """What of a ledger is in it, and whether that is a selection."""
    whole = (
        text("a selection: what is not shown here may exist")
        if not part.claims.complete
        else text("complete up to the seal in what is named beneath ({n})", n=len(part.claims.complete))
    )
    shown = text("entries shown: {n}", n=len(part.asked))
    return f"<strong>{_kind(part.claims.kind)}</strong> {shown}; {whole}"


def _contents(report: BundleReport, known: ToldByBundle) -> str:
    """Links to the entries, folded."""
    found = [
        f'<li><a href="#{anchor_of(part, shown)}">{title_of(shown)}</a>{whom(shown, known)}</li>'
        for part in report.parts
        for shown in part.asked[: exhibit_words.MOST]
    ]
    return (
        f"<nav><details><summary>{text('Contents')} ({len(found)})</summary><ol>{''.join(found)}</ol></details></nav>"
    )


def _check() -> str:
    choose = text(
        "Choose the bundle (the ZIP file) that this page came in; with it a report and its issuer's note, where you "
        "have them. What you choose is read here and sent nowhere."
    )
    learnt = text("Fingerprint, learnt elsewhere")
    without = text("Scripts are off: this page shows what the bundle says, and checks nothing.")
    distrust = text(
        "This page comes with the bundle, so it can only show damage. Whoever distrusts the sender checks with a "
        "program from elsewhere:"
    )
    title, bundle = text("Check"), text("Bundle")
    return f"""<section><h2>{title}</h2><p>{choose}</p>
<p><label>{bundle} <input type="file" id="file" multiple></label></p>
<p><label>{learnt} <input id="fingerprint" size="50" autocomplete="off"></label></p>
<noscript><p>{without}</p></noscript>
<p>{distrust} <code>python3 verify.py BUNDLE.zip --fingerprint F</code>,
<code>zeren verify BUNDLE.zip --fingerprint F</code></p></section>"""


def _part(part: PartReport, known: ToldByBundle) -> str:
    claims = part.claims
    facts = {
        N_("Ledger"): html.escape(claims.origin),
        N_("Kind"): _kind(claims.kind),
        N_("Fingerprint"): html.escape(claims.fingerprint),
        N_("Entries under the checkpoint"): str(claims.size),
        N_("Position of the seal"): str(claims.seal),
    }
    rows = "".join(f"<tr><th>{text(name)}</th><td>{value}</td></tr>" for name, value in facts.items())
    return "\n".join(
        [
            f"<section><h2>{_kind(claims.kind)}: {html.escape(claims.origin)}</h2>",
            "<details>" + _in("summary", text("Fingerprint, checkpoint, what is claimed and who signed")),
            f"<table>{rows}</table>",
            _in("h3", text("Claimed complete up to the seal")),
            _items(_claim(claim, known) for claim in claims.complete),
            _in("p", text("Single entries, no claim that nothing else exists.")) if not claims.complete else "",
            _in("h3", text("Who signed these entries (person and key)")),
            _items(_signer(signer, known) for signer in part.signers),
            "</details>",
            _in("h3", text("Entries")),
            _nameless(part, known),
            _cut(part.asked),
            *(_entry(part, shown, known) for shown in part.asked[: exhibit_words.MOST]),
            "<details>"
            + _in("summary", text("Entries that support these: opening, keys, names, policies, seal, anchors")),
            _cut(part.beside),
            _items(_supporting(shown, known) for shown in part.beside[: exhibit_words.MOST]),
            "</details>",
            _recomputed(part),
            "</section>",
        ]
    )


def _kind(kind: str) -> str:
    return text(LEDGERS[kind]) if kind in LEDGERS else html.escape(kind)


def _claim(claim: CompleteClaim, known: ToldByBundle) -> str:
    """All about whom, or of which stream, by name where the bundle has it."""
    name = f"{name_of(claim.id, known)} " if claim.id in known.names else ""
    return f"{text(CLAIMED[claim.kind])} {name}<code>{html.escape(claim.id)}</code>"


def _signer(signer: str, known: ToldByBundle) -> str:
    """A signer `person+key`, by name where the bundle has it."""
    person = signer.partition("+")[0]
    name = f"{name_of(person, known)} " if person in known.names else ""
    return f"{name}<code>{html.escape(signer)}</code>"


def _nameless(part: PartReport, known: ToldByBundle) -> str:
    """Why who signed in a case ledger may stand by an id: it shows nothing but the case and what is the ledger's."""
    if part.claims.kind != "case" or all(signer.partition("+")[0] in known.names for signer in part.signers):
        return ""
    return _in(
        "p",
        text(
            "Whose name is registered in the case ledger alone stands by role and id: of that ledger a bundle shows "
            "this case and nothing beside it."
        ),
    )


def _cut(entries: Sequence[ShownEntry]) -> str:
    """Where the page shows not all of them, that it does not."""
    if len(entries) <= exhibit_words.MOST:
        return ""
    return _in(
        "p",
        text(
            "Of {count} entries the first {most} stand here in words. All of them are in the files, and every check is "
            "of all of them.",
            count=len(entries),
            most=exhibit_words.MOST,
        ),
    )


def _recomputed(part: PartReport) -> str:
    if not part.verified_by:
        return _in("p", text("Who recomputed the seal beside its signer: nobody else"))
    return _in("p", text("Who recomputed the seal beside its signer:")) + _items(map(html.escape, part.verified_by))


def _line(shown: ShownEntry) -> str:
    header = shown.header
    signed = ", ".join(map(str, header.signers))
    return html.escape(f"#{header.position} {format_time(header.recorded_at)} {header.type} {header.stream}: {signed}")


def _signed(shown: ShownEntry, known: ToldByBundle) -> str:
    """When it was recorded and who signed it, in words."""
    names = ", ".join(name_of(each.person, known) for each in shown.header.signers)
    return f"{text('recorded at')} {recorded(shown, known)}; {text('signed by')} {names}"


def _supporting(shown: ShownEntry, known: ToldByBundle) -> str:
    """An entry that supports others, in one line; whom it is about where it says so."""
    about = [str(shown.values[name]) for name in ("person", "unit") if name in shown.values]
    whom = "".join(f" {name_of(each, known)}" for each in about)
    return f"{title_of(shown)}{whom}; {_signed(shown, known)}"


def _entry(part: PartReport, shown: ShownEntry, known: ToldByBundle) -> str:
    """An entry in words; as it is stored it stands folded beneath."""
    said = "".join(
        f"<tr><th>{title}</th><td>{words}</td></tr>" for title, words in EntryInWords(part, shown, known).rows()
    )
    as_stored = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(stored(value))}</td></tr>"
        for name, value in shown.values.items()
    )
    return "\n".join(
        [
            f'<article id="{anchor_of(part, shown)}"><h4>{title_of(shown)}</h4>',
            f"<table>{said}</table>",
            f"<p>{_signed(shown, known)}<br>{_times(shown, known)}</p>",
            "<details>" + _in("summary", text("As stored")),
            f"<p>{_line(shown)}<br><code>{b64encode(shown.leaf_hash)}</code></p>",
            f"<table>{as_stored}</table></details></article>",
        ]
    )


def _times(shown: ShownEntry, known: ToldByBundle) -> str:
    before, after = shown.bounds.not_before, shown.bounds.not_after
    if after is None:
        return text("Pending: no outside evidence says by when it was recorded.")
    latest = moment(after, shown, known)
    if before is None:
        return text("Recorded not after {after}, by outside evidence.", after=latest)
    return text(
        "Recorded not before {before} and not after {after}, by outside evidence.",
        before=moment(before, shown, known),
        after=latest,
    )


def _proved(report: BundleReport) -> str:
    proved = [
        text("Each entry shown is signed by the keys it names and stands at its position in its ledger."),
        text("Each field shown is the one that was signed; withheld fields cannot be exchanged later."),
        text("No entry was left out of what is claimed complete, up to the seal."),
        text("The keys were in force, and no later revocation below the seal is hidden."),
    ]
    unproved = [
        text("That what the entries say is true: they prove who said it, and when it was recorded."),
        text("That the seal is right, beyond its signer's word and that of whoever recomputed it."),
        text("That nothing was recorded after the seal."),
        text("Which ledger this is: only a fingerprint learnt elsewhere proves it."),
    ]
    if any(part.claims.kind == "case" for part in report.parts):
        unproved.append(text("That something does not exist in the case ledger: its bundles never claim absence."))
    proves = _in("h2", text("What the check proves")) + _items(proved)
    return _in("section", proves + _in("h2", text("What it does not prove")) + _items(unproved))
