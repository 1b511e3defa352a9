"""The directory of an organ: which ledgers lie where, how one is founded, and the heads that are known of it.

No question is answered here; `rollback` only refuses to write on a ledger that is shorter than a head known of it.

Not here: what is inside a ledger, and the bytes of a store.
"""
