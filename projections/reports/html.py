"""A report as HTML: fragments for pages, a whole document for print."""

from collections.abc import Iterator
from html import escape

from projections.reports.model import Block, Chart, Listing, Paragraph, Report, Section, Table

_STYLE = """
@page { size: A4; margin: 22mm 16mm 20mm 16mm;
  @top-left { content: string(title); font-size: 8pt; color: #595959 }
  @top-right { content: "AS_OF"; font-size: 8pt; color: #595959 }
  @bottom-center { content: PAGES; font-size: 8pt; color: #595959 } }
body { font-family: "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", sans-serif; font-size: 9.5pt;
  line-height: 1.5; color: #1a1a1a }
h1 { font-size: 18pt; margin: 0; string-set: title content() }
h2 { font-size: 12.5pt; margin: 14pt 0 4pt; border-bottom: 0.6pt solid #24527a; break-after: avoid }
p.subtitle { font-size: 11pt; margin: 2pt 0 6pt }
p, li { margin: 0 0 4pt; overflow-wrap: anywhere }
ul { margin: 0; padding-left: 14pt }
ul.as-of { list-style: none; padding: 5pt 8pt; margin: 6pt 0; background: #f0efe9; font-size: 8.5pt }
.strong { font-weight: 700; color: #8b1a1f }
table { border-collapse: collapse; width: 100%; margin: 4pt 0 8pt; font-size: 8.5pt }
caption { text-align: left; font-weight: 700; padding-bottom: 2pt; break-after: avoid }
th, td { border: 0.5pt solid #9a9a9a; padding: 2pt 4pt; text-align: left; vertical-align: top;
  overflow-wrap: anywhere }
th { background: #e6eef5 }
thead { display: table-header-group } tr { break-inside: avoid }
figure { margin: 4pt 0 8pt; break-inside: avoid } figcaption { font-size: 8.5pt; color: #595959 }
svg { width: 100%; height: auto }
"""


def section_html(section: Section, level: int = 2) -> str:
    """A section as a fragment; every word is escaped, charts are our own drawings."""
    inner = "".join(part for block in section.blocks for part in _block(block))
    return f"<section><h{level}>{escape(section.title)}</h{level}>{inner}</section>"


def document(report: Report) -> str:
    """A whole document for print: title, as-of lines, sections; page numbers come with the pages."""
    lang = report.language.replace("_", "-")
    as_of = "".join(f"<li>{escape(line)}</li>" for line in report.as_of)
    sections = "\n".join(section_html(section) for section in report.sections)
    before, _, rest = report.page_of.partition("{page}")
    between, _, after = rest.partition("{pages}")
    pages = f"{_css(before)} counter(page) {_css(between)} counter(pages) {_css(after)}"
    style = _STYLE.replace('"AS_OF"', _css(report.as_of[0] if report.as_of else "")).replace("PAGES", pages)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(report.title)}</title>'
        f"<style>{style}</style></head><body><h1>{escape(report.title)}</h1>"
        f'<p class="subtitle">{escape(report.subtitle)}</p><ul class="as-of">{as_of}</ul>{sections}</body></html>'
    )


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text=text, strong=strong):
            yield f'<p class="strong">{escape(text)}</p>' if strong else f"<p>{escape(text)}</p>"
        case Listing(items=items):
            yield "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"
        case Table():
            yield _table(block)
        case Chart(svg=svg, caption=caption):
            yield f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _table(table: Table) -> str:
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    widths = ""
    if table.widths:
        whole = sum(table.widths)
        widths = "".join(f'<col width="{100 * width / whole:.1f}%">' for width in table.widths)
        widths = f"<colgroup>{widths}</colgroup>"
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in table.heads)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    return f"<table>{caption}{widths}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _css(text: str) -> str:
    """A text as a CSS string."""
    hidden = "".join(char if char.isalnum() or char in " ,.:;/()-" else f"\\{ord(char):x} " for char in text)
    return f'"{hidden}"'
