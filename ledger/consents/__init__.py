"""Asking for a signature and answering from another computer, by files alone (FORMAT.md section 16).

`request` and `answer` are the two files, `shown` the checks of what a request shows against what is to be signed,
`give` makes the answer, `memory` what a signer's computer remembers from one time to the next. Nothing here needs a
ledger or a network.

Not here: the signature itself (`ledger.core.consent`) and what an entry that carries one must satisfy
(`ledger.checks`).
"""
