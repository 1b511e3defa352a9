"""A report as an HTML document for print, on the page of Chinese official documents (GB/T 9704-2012).

Text block of 156 by 225 mm, body in size 3 FangSong at 22 lines a page, headings in HeiTi and KaiTi, title in size 2
XiaoBiaoSong, page number between dashes on the outer side. Fonts are asked for by name, free ones stand in for them.
"""

from collections.abc import Iterator
from html import escape

from projections.reports.column_widths import column_widths
from projections.reports.document import (
    AnnexEntry,
    Blanks,
    Block,
    Box,
    Bullets,
    Chart,
    FactSheet,
    Heading,
    Pairs,
    Paragraph,
    Report,
    Section,
    Table,
)
from projections.reports.runs import Marks

_FANGSONG = '"仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "STFangsong", "Noto Serif CJK SC", serif'
_HEI = '"黑体", "SimHei", "STHeiti", "Noto Sans CJK SC", sans-serif'
_KAI = '"楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "STKaiti", "Noto Serif CJK SC", serif'
_TITLE = '"方正小标宋简体", "FZXiaoBiaoSong-B05S", "STZhongsong", "Noto Serif CJK SC", serif'
_SONG = '"宋体", "SimSun", "STSong", "Noto Serif CJK SC", serif'
_ACROSS_CM, _NARROW_CM, _LETTERS = 15.6, 17.0, 0.9
"""The text block, and that between narrow margins; how wide letters are in the fonts asked for here."""
_SHORT_NAME = 4
"""Characters of a name that has room on one line of every column; a longer one goes on below in a table."""
_STYLE = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm;
  @top-left { content: string(title) "  AS_OF"; font: 8pt SONG; color: #595959; vertical-align: bottom;
    padding-bottom: 6mm; width: 100% } }
@page :right { @bottom-right { content: BEFORE counter(page) AFTER; font: 14pt SONG; vertical-align: top;
  padding: 7mm 5mm 0 0 } }
@page :left { @bottom-left { content: BEFORE counter(page) AFTER; font: 14pt SONG; vertical-align: top;
  padding: 7mm 0 0 5mm } }
@page annex { margin: 25mm 20mm 25mm 20mm }
@page :first { @top-left { content: none } }
html { font: SIZEpt/PITCHpt FANGSONG; color: #000 }
body { margin: 0; text-align: left; overflow-wrap: anywhere; orphans: 2; widows: 2 }
h1 { font: 700 HEADpt/1.5 TITLE; text-align: center; margin: 4mm 0 1mm; string-set: title content() }
p.subtitle { font-family: KAI; text-align: center; text-indent: 0; margin: 0 0 4mm }
h2 { font: 400 SIZEpt/PITCHpt HEI; margin: 0.5em 0 0; text-indent: 2em; break-after: avoid }
h3 { font: 400 SIZEpt/PITCHpt KAI; margin: 0; text-indent: 2em; break-after: avoid }
h4 { font: 700 SIZEpt/PITCHpt FANGSONG; margin: 0; text-indent: 2em; break-after: avoid }
p { margin: 0; text-indent: 2em }
ul { list-style: none; margin: 0; padding: 0 } ul li { text-indent: 2em;
  font-size: LISTpt; line-height: ROWSpt }
.strong { font-weight: 700 }
.annex { page: annex } .commands li { text-align: left }
.name { white-space: nowrap } td .long { white-space: normal }
a { color: #24527a; text-decoration: none; font-size: 0.72em; white-space: nowrap }
dl { margin: 0 0 4mm; font-size: 12pt; line-height: 17pt; display: table; width: 100% }
dl div { display: table-row; break-inside: avoid }
dt, dd { display: table-cell; padding: 0.7mm 2mm; border-bottom: 0.4pt solid #b0b0b0 }
dt { font-family: HEI; white-space: nowrap; width: 1%; text-align: left } dd { margin: 0 }
aside { border: 1.2pt solid #8b1a1f; padding: 3mm 5mm; margin: 4mm 0; font-size: 12pt; line-height: 19pt;
  box-decoration-break: clone }
aside p { font-family: HEI; color: #8b1a1f; text-indent: 0; break-after: avoid }
aside li { text-indent: 0; margin-top: 1mm; font-size: 12pt; line-height: 18pt }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: 2mm 0 4mm; font-size: 10.5pt;
  line-height: 15pt }
caption { font-family: HEI; text-align: center; padding-bottom: 1mm; break-after: avoid }
th, td { border: 0.5pt solid #6a6a6a; padding: 1mm 1.2mm; text-align: left; vertical-align: top; text-indent: 0 }
th { font: 400 10.5pt/15pt HEI; background: #f0f0f0; text-align: center }
thead { display: table-header-group } tr { break-inside: avoid }
figure { margin: 3mm 0 4mm } figure div { break-inside: avoid }
figcaption { font: 10.5pt/15pt HEI; text-align: center; text-indent: 0; break-before: avoid }
svg { display: block; width: 100%; height: auto; max-height: 205mm }
.sheet { line-height: 15.5pt } .sheet tr { break-inside: auto } .sheet col.title { width: 17% }
.sheet th { text-align: left; break-inside: avoid } .sheet td p { text-indent: 0; orphans: 2; widows: 2 }
.sheet td p + p { margin-top: 0.6mm }
.annex dl, .annex li, .annex > p { font-size: 9pt; line-height: 13pt } .annex dt, .annex dd { padding: 0.3mm 2mm }
.entry { font-size: 9pt; line-height: 12.5pt; margin: 0 0 1.2mm; orphans: 3; widows: 3 }
.entry p { text-indent: 0 } .entry p.head { font-family: HEI; break-after: avoid }
.entry p.head b { display: inline-block; min-width: 13mm; font-weight: 400 }
.entry p.line { padding-left: 13mm }
.blanks, .kept { break-inside: avoid } .blank { margin: 5mm 0 0 2em; text-indent: 0 }
.blank span { display: inline-block; width: 70mm; border-bottom: 0.6pt solid #000; margin-left: 4mm }
"""


_ENGLISH = """
html { hyphenate-character: "-" } @page { @top-left { font-size: 7pt } }
table { font-size: 9pt; line-height: 12.5pt } th { font-size: 9pt; line-height: 12.5pt }
th, td { hyphens: auto; overflow-wrap: break-word } .sheet td { hyphens: manual }
dl { font-size: 10.5pt; line-height: 14pt }
aside, aside li { font-size: 10.5pt; line-height: 14.5pt }
"""
"""Words of letters are wider: smaller in narrow columns, and divided where they must be."""


def document(report: Report) -> str:
    """A whole document for print: title, cover, sections; page numbers and as-of line come with the pages."""
    lang = report.language.replace("_", "-")
    writer = _Writer(report)
    cover = writer.pairs(report.cover) if report.cover else ""
    sections = "\n".join(writer.section(section) for section in report.sections)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(report.title)}</title>'
        f"<style>{_style(report)}</style></head><body><h1>{escape(report.title)}</h1>"
        f'<p class="subtitle">{escape(report.subtitle)}</p>{cover}{sections}</body></html>'
    )


def _style(report: Report) -> str:
    before, _, after = report.page_of.partition("{page}")
    chinese = report.language.startswith("zh")
    sizes = (16.0, 28.95, 14.0, 24.0) if chinese else (12.0, 19.0, 11.0, 16.5)
    if report.compact:
        sizes = (12.0, 18.0, 10.5, 15.0) if chinese else (10.5, 14.0, 9.5, 12.5)
    size, pitch, items, rows = sizes
    style = _STYLE.replace('"  AS_OF"', _css(f"  {report.as_of[0]}" if report.as_of else ""))
    style = style.replace("BEFORE", _css(before)).replace("AFTER", _css(after))
    for name, value in (
        *(("FANGSONG", _FANGSONG), ("HEI", _HEI), ("KAI", _KAI), ("TITLE", _TITLE), ("SONG", _SONG)),
        *(("SIZE", str(size)), ("PITCH", str(pitch)), ("LIST", str(items)), ("ROWS", str(rows))),
        ("HEADpt", "22pt" if chinese else "15pt" if report.compact else "17pt"),
    ):
        style = style.replace(name, value)
    narrow = "@page { margin: 25mm 20mm }" if report.narrow else ""
    return style + ("" if chinese else _ENGLISH) + (_COMPACT if report.compact else "") + narrow


_COMPACT = """
table, th { font-size: 8.5pt; line-height: 11pt } th, td { padding: 0.6mm 1mm }
aside { margin: 2mm 0; padding: 2mm 3mm } aside, aside li { font-size: 9.5pt; line-height: 12.5pt }
dl { font-size: 10pt; line-height: 13pt; margin: 0 } h1 { margin: 0 } p.subtitle { margin: 0 0 2mm }
"""


def joined(lines: tuple[str, ...], between: str) -> str:
    """Statements as one paragraph; one that ends its sentence needs nothing between it and the next."""
    said = ""
    for line in lines:
        said += (("" if said.endswith(("。", "。”")) else between) if said else "") + line
    return said


class _Writer:
    def __init__(self, report: Report) -> None:
        self.marks, self.places = Marks(report), dict(report.places)
        chinese = report.language.startswith("zh")
        self.between = "；" if chinese else "; "
        self.small = 8.5 if report.compact else 10.5 if chinese else 9.0
        self.wide = _NARROW_CM if report.narrow else _ACROSS_CM

    def section(self, section: Section) -> str:
        inner = "".join(part for block in section.blocks for part in self.block(block))
        title = f"<h2>{escape(section.title)}</h2>" if section.title else ""
        kept = any(isinstance(block, Blanks) for block in section.blocks)
        kinds = " ".join(["annex"] * section.annex + ["commands"] * ("zeren " in inner) + ["kept"] * kept)
        named = f' class="{kinds}"' if kinds else ""
        return f"<section{named}>{title}{inner}</section>"

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph(text=text, strong=strong):
                yield f'<p class="strong">{self.text(text)}</p>' if strong else f"<p>{self.text(text)}</p>"
            case Heading(text=text, level=level):
                yield f"<h{level + 1}>{self.text(text)}</h{level + 1}>"
            case Bullets(items=items):
                yield self.items(items)
            case Box(title=title, items=items):
                yield f"<aside><p>{escape(title)}</p>{self.items(items)}</aside>"
            case Pairs(rows=rows):
                yield self.pairs(rows)
            case FactSheet():
                yield self.sheet(block)
            case AnnexEntry(number=number, title=title, lines=lines):
                line = self.text(joined(lines, self.between))
                place = escape(self.places.get(number, number))
                head = f'<p class="head"><b>{escape(number)}</b> {self.text(title)}</p>'
                yield f'<div class="entry" id="{place}">{head}<p class="line">{line}</p></div>'
            case Blanks(labels=labels):
                blanks = "".join(f'<p class="blank">{escape(label)}<span></span></p>' for label in labels)
                yield f'<div class="blanks">{blanks}</div>'
            case Table():
                yield self.table(block)
            case Chart(svg=svg, caption=caption, below=below):
                parts = "".join(f"<div>{part}</div>" for part in (svg, *below))
                yield f"<figure>{parts}<figcaption>{escape(caption)}</figcaption></figure>"

    def text(self, text: str) -> str:
        """Escaped words; numbers lead to their place, names stay on one line."""
        parts = []
        for run in self.marks.runs(text):
            said = escape(run.text)
            if run.kind == "number":
                said = f'<a href="#{escape(run.place)}">{said}</a>'
            elif run.kind == "name":
                kind = "name long" if len(run.text) > _SHORT_NAME else "name"
                said = f'<span class="{kind}">{said}</span>'
            parts.append(said)
        return "".join(parts)

    def items(self, items: tuple[str, ...]) -> str:
        return "<ul>" + "".join(f"<li>{self.text(item)}</li>" for item in items) + "</ul>"

    def pairs(self, rows: tuple[tuple[str, str], ...]) -> str:
        lines = []
        for name, value in rows:
            place = f' id="{escape(self.places[name])}"' if name in self.places else ""
            lines.append(f"<div{place}><dt>{escape(name)}</dt><dd>{self.text(value)}</dd></div>")
        return f"<dl>{''.join(lines)}</dl>"

    def sheet(self, sheet: FactSheet) -> str:
        rows = []
        for kind, title, lines in sheet.rows:
            strong = ' class="strong"' if kind == "category" else ""
            said = "".join(f"<p{strong}>{self.text(line)}</p>" for line in lines)
            rows.append(f'<tr><th scope="row">{escape(title)}</th><td>{said}</td></tr>')
        return f'<table class="sheet"><colgroup><col class="title"><col></colgroup>{"".join(rows)}</table>'

    def table(self, table: Table) -> str:
        caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
        found = column_widths(table, self.wide, self.small, _LETTERS)
        widths = "".join(f'<col style="width: {100 * width / sum(found):.1f}%">' for width in found)
        widths = f"<colgroup>{widths}</colgroup>"
        heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in table.heads)
        rows = "".join("<tr>" + "".join(f"<td>{self.text(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
        return f"<table>{caption}{widths}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _css(text: str) -> str:
    """A text as a CSS string."""
    hidden = "".join(char if char.isalnum() or char in " ,.:;/()-" else f"\\{ord(char):x} " for char in text)
    return f'"{hidden}"'
