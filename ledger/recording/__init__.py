"""From what a person types or a spreadsheet holds to typed payloads, one record at a time or many.

`forms` says which fields a kind of record has, `party_finder` knows ids and names, `typed_values` reads one value,
`raw_record` one record. `preview` shows what would be signed, `attachments` keeps files beside the log. Nothing here
knows a command line or a spreadsheet.

Not here: files of many records (`ledger.importing`), a command line, and what may be recorded (`ledger.decisions`).
"""
