"""From what a person types or a spreadsheet holds to typed payloads, one record at a time or many.

`columns` says which fields a kind of record has, `parties` knows ids and names, `values` reads one value, `rows` one
record. `concerned` says who is to sign, `preview` shows what would be signed, `attachments` keeps files beside the log.
Nothing here knows a command line or a spreadsheet.
"""
