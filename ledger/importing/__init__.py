"""Many records from one file: all rows checked before any is written, written in transactions of bounded size.

`source` is what a file of rows is to the rest; `json_lines` reads JSON lines, `documents` YAML. `row_checks` goes over
all rows and collects findings, `staging` keeps those that pass, `write` records them. Spreadsheets are read by
`projections.importing`, which knows the headings.

A file is one batch: `batch.registered/1` holds its digest, its kind and how many rows it has, and each row's entry
names the batch and the row. Entries go in transactions of at most 1,000, so a crash in between leaves a part of the
rows; the same command then goes on behind the last one. A file whose rows all stand is never taken twice.

Not here: how one record is read (`ledger.recording`), and any workbook (`projections.importing`).
"""
