"""The page in a bundle: for people what the files say, in Chinese and English, and a check in the browser.

Made from the bundle's own check, so that whoever checks the bundle can make the same page again and compare. It loads
nothing: its policy forbids every connection, and script and style are named by their hashes. Long because all parts of
one page stand here.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources

from ledger.bundle.bundle_report import BundleReport, PartReport, ShownEntry
from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from ledger.events.registry import spec_of
from ledger.singulars import agreed
from projections.language.catalogue import LANGUAGES, translate
from projections.language.codes import LEDGERS
from projections.language.entry_words import FOLDED
from projections.language.kind_titles import type_title
from projections.language.titles import choices_of_fields, fixed_word, known_title
from projections.views.full_text import leaf_of

UNTOLD = FOLDED | {"subject"}
"""Fields that only a program reads."""
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:[.]\d+)?)?(Z|[+-]\d\d:\d\d)?")
MOST = 2000
"""Entries of a part that the page shows in words; a page of tens of thousands no browser lays out."""


def page(report: BundleReport) -> bytes:
    """The page `index.html` of the bundle that this report is about; the same bytes for the same files."""
    code, style = script(), _asset("exhibit.css")
    policy = (
        f"default-src 'none'; script-src '{_hash(code)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    names = _names(report)
    body = [
        _head(report), _check(), _contents(report), *(_part(part, names) for part in report.parts), _proved(report)
    ]  # fmt: skip
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
    both = [
        html.escape(translate(message, "zh_CN")).format(**shown),
        agreed(html.escape(translate(message, "en")), **shown),
    ]
    return f'<span lang="zh-CN">{both[0]}</span> <span lang="en">{both[1]}</span>'


def both(said: Iterable[str]) -> str:
    """What is said in each of the languages, as HTML; once where they say the same."""
    words = list(dict.fromkeys(map(html.escape, said)))
    if len(words) == 1:
        return words[0]
    return " ".join(f'<span lang="{tag}">{each}</span>' for tag, each in zip(("zh-CN", "en"), words, strict=True))


def _names(report: BundleReport) -> Mapping[str, str]:
    """The names of persons and units, as far as the bundle shows their registration."""
    found: dict[str, str] = {}
    for part in report.parts:
        for shown in (*part.asked[:MOST], *part.beside[:MOST]):
            kind = shown.header.type.partition(".registered/")[0]
            if kind in ("person", "unit") and isinstance(name := shown.values.get("name"), str):
                found[str(shown.values.get(kind))] = name
    return found


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
    title = text(LEDGERS[part.claims.kind]) if part.claims.kind in LEDGERS else html.escape(part.claims.kind)
    whole = (
        text("a selection: what is not shown here may exist")
        if not part.claims.complete
        else text("complete up to the seal in what is named beneath ({n})", n=len(part.claims.complete))
    )
    shown = text("entries shown: {n}", n=len(part.asked))
    return f"<strong>{title}</strong> {shown}; {whole}"


def _contents(report: BundleReport) -> str:
    """Links to the entries, folded."""
    found = [
        f'<li><a href="#{_anchor(part, shown)}">{_title(shown)}</a></li>'
        for part in report.parts
        for shown in part.asked[:MOST]
    ]
    return (
        f"<nav><details><summary>{text('Contents')} ({len(found)})</summary><ol>{''.join(found)}</ol></details></nav>"
    )


def _anchor(part: PartReport, shown: ShownEntry) -> str:
    return f"{html.escape(part.claims.kind)}-{shown.header.position}"


def _title(shown: ShownEntry) -> str:
    """Number, kind in words and day."""
    number, day = shown.values.get("ref"), shown.values.get("occurred_at")
    kind = both(type_title(shown.header.type, language) for language in LANGUAGES)
    label = html.escape(f"{number or ''}#{shown.header.position}")
    return f"{label} {kind} {html.escape(str(day)[:10]) if day else ''}".rstrip()


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


def _part(part: PartReport, names: Mapping[str, str]) -> str:
    claims = part.claims
    facts = {
        "Ledger": claims.origin,
        "Kind": claims.kind,
        "Fingerprint": claims.fingerprint,
        "Entries under the checkpoint": claims.size,
        "Position of the seal": claims.seal,
    }
    rows = "".join(f"<tr><th>{text(name)}</th><td>{html.escape(str(value))}</td></tr>" for name, value in facts.items())
    title = text(LEDGERS[claims.kind]) if claims.kind in LEDGERS else html.escape(claims.kind)
    return "\n".join(
        [
            f"<section><h2>{title}: {html.escape(claims.origin)}</h2>",
            "<details>" + _in("summary", text("Fingerprint, checkpoint, what is claimed and who signed")),
            f"<table>{rows}</table>",
            _in("h3", text("Claimed complete up to the seal")),
            _items(html.escape(str(claim)) for claim in claims.complete) or "",
            _in("p", text("Single entries, no claim that nothing else exists.")) if not claims.complete else "",
            _in("h3", text("Who signed these entries (person and key)")),
            _items(html.escape(_named(signer, names)) for signer in part.signers),
            "</details>",
            _in("h3", text("Entries")),
            _cut(part.asked),
            *(_entry(shown, names, _anchor(part, shown)) for shown in part.asked[:MOST]),
            "<details>" + _in("summary", text("Entries that support these: opening, keys, policies, seal, anchors")),
            _cut(part.beside),
            _items(_line(shown) for shown in part.beside[:MOST]),
            "</details>",
            _recomputed(part),
            "</section>",
        ]
    )


def _named(signer: str, names: Mapping[str, str]) -> str:
    """A signer `person+key`, by name where the bundle has it."""
    person = signer.partition("+")[0]
    return f"{names[person]} {signer}" if person in names else signer


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


def _entry(shown: ShownEntry, names: Mapping[str, str], anchor: str) -> str:
    """An entry in words; as it is stored it stands folded beneath."""
    header = shown.header
    said = "".join(
        f"<tr><th>{_field(name)}</th><td>{_said(header.type, name, value, names)}</td></tr>"
        for name, value in shown.values.items()
        if name != "ref" and name.partition(".")[0] not in UNTOLD and value not in (None, [], "")
    )
    withheld = text("withheld or erased; its digest is signed")
    missing = "".join(f"<tr><th>{_field(name)}</th><td><em>{withheld}</em></td></tr>" for name in sorted(shown.missing))
    stored = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(_value(value))}</td></tr>"
        for name, value in shown.values.items()
    )
    signed = html.escape(", ".join(names.get(each.person, each.person) for each in header.signers))
    recorded = html.escape(_moment(format_time(header.recorded_at)))
    return "\n".join(
        [
            f'<article id="{anchor}"><h4>{_title(shown)}</h4>',
            f"<table>{said}{missing}</table>",
            f"<p>{text('recorded at')} {recorded}; {text('signed by')} {signed}<br>{_times(shown)}</p>",
            "<details>" + _in("summary", text("As stored")),
            f"<p>{_line(shown)}<br><code>{b64encode(shown.leaf_hash)}</code></p>",
            f"<table>{stored}</table></details></article>",
        ]
    )


def _field(name: str) -> str:
    """What a field is called in both languages; by its stored name where nothing calls it otherwise."""
    return both(known_title(name, language) or name for language in LANGUAGES)


def _said(type_: str, name: str, value: object, names: Mapping[str, str]) -> str:
    """A value in words: names, fixed words, yes and no, moments; else as the record has it."""
    if isinstance(value, bool):
        return text("yes") if value else text("no")
    match value:
        case [str(), int(position), str()]:  # a reference to another entry
            return f"#{position}"
        case str():
            pass
        case _:
            return html.escape(_value(value))
    if value in names:
        return html.escape(f"{names[value]} ({value})")
    spec = spec_of(type_, name)
    own = choices_of_fields().get(leaf_of(name), ())
    if (spec is not None and spec.words) or value in own:
        return text(fixed_word(value, spec.words if spec is not None and spec.words else None))
    return html.escape(_moment(value))


def _moment(value: str) -> str:
    """A moment as people read it, with its offset from UTC."""
    found = _MOMENT.fullmatch(value)
    if found is None:
        return value
    zone = {"Z": " UTC", None: ""}.get(found[3], f" {found[3]}")
    return f"{found[1]} {found[2]}{zone}"


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
