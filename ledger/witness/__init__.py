"""Witnessing other ledgers' growth (C2SP tlog-witness): a person or an organ that remembers the last head and signs the
next one only if it continues it. It trusts nothing else of the log, so a file on a stick serves as well as HTTP.

`witness_store`: what a witness remembers, durably. `cosign`: the one decision. `service`: that decision over HTTP.
`client`: how a ledger asks.

Not here: what the entries of a log say: a witness sees heads and proofs.
"""
