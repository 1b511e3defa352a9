"""Where entries are kept: an eventsourcing recorder that chains and signs inside the insert transaction.

Decisions: the library is the frame (Application, mapper, repository, recorder interfaces); the append path is ours,
because the chain needs the head read under the lock and every signature covers the predecessor's hash. The library's
own SQLite insert begins with a deferred BEGIN, which fails at once when a reading transaction wants to write.
"""
