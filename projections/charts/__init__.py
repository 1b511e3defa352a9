"""Charts as SVG text, drawn by ourselves: links, titles and words stay under our control, no script, no style sheet.

`svg` builds escaped elements, `tenure_chart` draws who held what when, `levels` who answers through what, `heatmap`
when what was due. They know no ledger and no language: words come in, one drawing goes out. Looks are presentation
attributes, which a strict content security policy allows and a page's own classes override. Every chart stands beside a
table with the same data.

Not here: what is drawn: numbers and words are handed in.
"""
