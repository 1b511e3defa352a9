"""The read-only web side: JSON under /api/v1 and pages for people, over one set of stores.

`app` puts it together; `sources` opens the stores, `request_state` gives each request one consistent state of them,
`security` lets only reading through, `problems` turns every fault into one form, `v1` answers programs and `pages`
people. Nothing here writes to a ledger: the ledgers are opened read-only, only the views are brought up to date.
"""
