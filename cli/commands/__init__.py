"""One module per command; each exposes `command`.

Not here: what two commands need (`acting`, `showing`), and any rule.
"""
