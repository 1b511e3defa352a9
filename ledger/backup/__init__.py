"""A directory of ledgers copied while they are in use, and put back elsewhere: verified before anybody relies on it.

Nothing here changes a ledger, and nothing is ever written over something.

Not here: a rule of verification: a copy is verified by `ledger.verify`.
"""
