"""Where entries are kept: the one room that knows SQL.

- `store_protocol`: what a store is (`Store`); `named_reads`: its named reads, each written once in the SQL that stores
  share.
- `recorder`, `appending`, `factory`, `mapper`: between the eventsourcing library's application and a store. An append
  reads its *slot*, makes and signs the entries, and *puts* them. The library is the frame; this path is ours, because
  the chain needs the head read under the lock and every signature covers the predecessor's hash.
- `derived`, `sealed_heads`, `subject_numbers`, `tree`: what is signed next, derived from the bytes of the entries.
- `sqlite`: a ledger in one SQLite file. `postgres`: ledgers on a server. `pointer`: the file in a folder that says on
  which; `opening` leads to either.
- `witness`: the memory of a witness, a database of its own that is no ledger.
- `faults`: what a fault of any of these databases means.

Elsewhere in `ledger`, `cli` and `api` stands no SQL, no table's name and no driver; the access ledger is a ledger.

Not here: what an entry means: a store knows bytes, positions and the columns derived from them.
"""
