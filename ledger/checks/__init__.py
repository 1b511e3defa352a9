"""What every entry must satisfy given the entries before it. Pure; used inside the append transaction and by verify.

Not here: I/O, reports, or what may be recorded (`ledger.decisions`): an entry that fails here is invalid for ever.
"""
