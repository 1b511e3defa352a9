"""How a command shows: tables, JSON, reports, codes, exit codes.

Not here: asking or recording: what is shown is handed in.
"""
