"""The ledger: what was recorded, by whom and when, so that nobody can change it unseen; write side and checks.

Nothing here knows a face or a question: `projections` reads what is recorded here, `cli` and `api` show it. At the root
stands only what every room stands on (`application`, `errors`, `clock`, `placement`, `messages`, `outgoing`,
`timestamp`, `writing`).

Not here: a question about what the record means, or words of a report.
"""
