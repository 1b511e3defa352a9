"""Workbooks of records: a template for each kind, and reading one back, hostile ones included.

`template` writes (XlsxWriter), `container` looks at the file before anything parses it, `sheet` reads (openpyxl), all
under the headings of `headings`. The libraries are loaded when a workbook is at hand.

Not here: what a value means (`ledger.recording`) and whether a row may be recorded (`ledger.importing`).
"""
