"""How a command acts: reading forms, signing, recording, saying what was recorded.

Not here: how an answer is shown (`showing`), or what may be recorded, which `ledger.decisions` says.
"""
