"""Ledgers on a PostgreSQL server: many of them in one database, many writers, each from a computer of his own.

`tables.sql`, `functions.sql` and `roles.sql` are what `zeren db init` makes there. Whoever writes may do so through
the functions alone, which take every indexed column from the bytes of the entry and refuse what does not follow from
the entry before it. What the server's owner can do, chain and checkpoints tell, as for a file.

The driver (psycopg) is an extra, `zeren[postgres]`; only `ledger.store.opening` leads here, where a place asks for it.

Not here: a statement that any other store could share (`ledger.store.named_reads`).
"""
