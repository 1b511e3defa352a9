"""Private keys: files and tokens that hold them, rotation of the log key, and the marks that a key's history leaves.

Which key may sign what is a rule of `ledger.checks`, never of this room.

Not here: which key may sign what (`ledger.checks`), and what a signature covers (`ledger.core`).
"""
