"""A ledger in one SQLite file.

All that only SQLite has stands here: its file and connections, its tables, how it runs the statements that stores
share, what it stored cell by cell. `library` alone touches what the eventsourcing library keeps to itself.

Not here: a statement that any other store could share (`ledger.store.named_reads`).
"""
