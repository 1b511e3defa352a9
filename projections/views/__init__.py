"""The views database: rebuilt from the ledgers at any time, never trusted (DESIGN.md, promise 7).

`view_tables` states the tables, `project` turns one recorded event into rows, `view_store` applies batches of them
together with the position in one transaction. `facts` answers the rules' questions from the rows: it is a cut (`cut`)
with its records as corrections make them read (`cut_records`, `amended`), its rule sets (`ruled`), parties
(`registered_parties`), posts (`posts`) and cases; `view_reads` answers lists and pages. `catch_up` makes a rebuild and
proves it equal. Erasable texts stand in a table of their own, which no rule rests on and no digest covers. No SQL of
these tables stands outside this room.

Not here: a rule: rows are what entries say, and what is asked of them comes from `projections.facts`.
"""
