"""Typed events: payloads by room of the domain, their fields, and the registry of frozen names.

Not here: what is done with a record: no rule, no I/O, no sentence but titles.
"""
