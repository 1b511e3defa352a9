"""Time from outside: what witnesses and time-stamp authorities said, read (`book`) and recorded (`taking`).

What counts under which policy is decided in `ledger.checks.anchor_rules`; nothing here talks to a network.

Not here: a socket (`ledger.witness`, `ledger.timestamp`), or a rule of what counts (`ledger.checks.anchor_rules`).
"""
