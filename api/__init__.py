"""The read-only web side: JSON under /api/v1 and pages for people, over one set of stores.

`app` puts it together: `asking` finds out who asks what and gives each request one consistent state of the stores,
`v1` answers programs and `pages` people, `answering` sends it, every fault in one form. Nothing here writes to a
ledger: the ledgers are opened read-only, only the views are brought up to date.

Not here: a rule, a sentence or SQL: a route reads what is asked, asks one question of `projections`, and shows the
answer.
"""
