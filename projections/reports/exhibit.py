"""The page in a bundle: for people what the files say, in Chinese and English, and a check in the browser.

Made from the bundle's own check, so that whoever checks the bundle can make the same page again and compare. It loads
nothing: its policy forbids every connection, and script and style are named by their hashes.
"""

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Sequence
from importlib import resources

from ledger.bundle.bundle_report import BundleReport, PartReport, ShownEntry
from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from projections.language.catalogue import translate

MOST = 2000
"""Entries of a part that the page shows in words; a page of tens of thousands no browser lays out."""


def page(report: BundleReport) -> bytes:
    """The page `index.html` of the bundle that this report is about; the same bytes for the same files."""
    code, style = script(), _asset("exhibit.css")
    policy = (
        f"default-src 'none'; script-src '{_hash(code)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    body = [_head(report), _check(), *(_part(part) for part in report.parts), _proved(report)]
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


def text(message: str, **values: object) -> str:
    """A sentence in both languages, Chinese first, as HTML; values are escaped."""
    shown = {name: html.escape(str(value)) for name, value in values.items()}
    both = [html.escape(translate(message, language)).format(**shown) for language in ("zh_CN", "en")]
    return f'<span lang="zh-CN">{both[0]}</span> <span lang="en">{both[1]}</span>'


def _in(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>"


def _items(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _head(report: BundleReport) -> str:
    purpose = text(
        "This file holds signed entries of accountability ledgers with their proofs. Whoever has it can check it "
        "without a network and without the ledgers."
    )
    lines = [_in("h1", text("Evidence bundle")) + _in("p", purpose)]
    if any(part.simulated for part in report.parts):
        lines.append(_in("p", _in("strong", text("simulated ledgers"))))
    return "\n".join(lines)


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
<div id="outcome" role="status" aria-live="polite"></div><noscript><p>{without}</p></noscript>
<p>{distrust} <code>python3 verify.py BUNDLE.zip --fingerprint F</code>,
<code>zeren verify BUNDLE.zip --fingerprint F</code></p></section>"""


def _part(part: PartReport) -> str:
    claims = part.claims
    facts = {
        "Ledger": claims.origin,
        "Kind": claims.kind,
        "Fingerprint": claims.fingerprint,
        "Entries under the checkpoint": claims.size,
        "Position of the seal": claims.seal,
    }
    rows = "".join(f"<tr><th>{text(name)}</th><td>{html.escape(str(value))}</td></tr>" for name, value in facts.items())
    return "\n".join(
        [
            f"<section><h2>{text('Ledger')}: {html.escape(claims.origin)}</h2><table>{rows}</table>",
            _in("h3", text("Claimed complete up to the seal")),
            _items(html.escape(str(claim)) for claim in claims.complete) or "",
            _in("p", text("Single entries, no claim that nothing else exists.")) if not claims.complete else "",
            _in("h3", text("Who signed these entries (person and key)")) + _items(map(html.escape, part.signers)),
            _in("h3", text("Entries")),
            _cut(part.asked),
            *(_entry(shown) for shown in part.asked[:MOST]),
            "<details>" + _in("summary", text("Entries that support these: opening, keys, policies, seal, anchors")),
            _cut(part.beside),
            _items(_line(shown) for shown in part.beside[:MOST]),
            "</details>",
            _recomputed(part),
            "</section>",
        ]
    )


def _cut(entries: Sequence[ShownEntry]) -> str:
    """Where the page shows not all of them, that it does not."""
    if len(entries) <= MOST:
        return ""
    return _in(
        "p",
        text(
            "Of {count} entries the first {most} stand here in words. All of them are in the files, and every check is "
            "of all of them.",
            count=len(entries),
            most=MOST,
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


def _entry(shown: ShownEntry) -> str:
    header = shown.header
    rows = [
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(_value(value))}</td></tr>"
        for name, value in shown.values.items()
    ]
    withheld = text("withheld or erased; its digest is signed")
    rows += [f"<tr><th>{html.escape(name)}</th><td><em>{withheld}</em></td></tr>" for name in sorted(shown.missing)]
    number = shown.values.get("ref")
    title = f"#{header.position} {header.type}" + (f" {number}" if number else "")
    return "\n".join(
        [
            f"<article><h4>{html.escape(title)}</h4>",
            f"<p>{html.escape(_line(shown))}<br><code>{b64encode(shown.leaf_hash)}</code><br>{_times(shown)}</p>",
            f"<table>{''.join(rows)}</table></article>",
        ]
    )


def _times(shown: ShownEntry) -> str:
    before, after = shown.bounds.not_before, shown.bounds.not_after
    if after is None:
        return text("Pending: no outside evidence says by when it was recorded.")
    if before is None:
        return text("Recorded not after {after}, by outside evidence.", after=format_time(after))
    earliest, latest = format_time(before), format_time(after)
    return text(
        "Recorded not before {before} and not after {after}, by outside evidence.", before=earliest, after=latest
    )


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


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
