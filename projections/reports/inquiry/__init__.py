"""The report of an accountability investigation (问责调查报告), part by part: what a committee reads to decide.

`front` holds cover, points of procedure, basic facts; `offence` acts and collective decisions; `people` who answers and
why; `beside` the chain, later records, what followed the cut-off, signatures; `annex` every entry cited, the rules, the
ledgers and how to check. `telling` is what all of them tell from.

Not here: a format; which parts a report has, and how they are told, is all.
"""
