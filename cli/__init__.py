"""The command line `zeren`. It parses, asks one question of `projections` or gives one command to `ledger`, prints.

Not here: a rule, a sentence that an answer is told in, or SQL.
"""
