"""Charts as SVG text, drawn by ourselves: links, titles and words stay under our control, no script, no style sheet.

`svg` builds escaped elements, `tenure` draws who held what when, `graph` who answers through what. They know no
ledger and no language: words come in, one drawing goes out. Looks are presentation attributes, which a strict content
security policy allows and a page's own classes override. Every chart stands beside a table with the same data.
"""
