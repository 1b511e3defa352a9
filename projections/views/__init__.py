"""The views database: rebuilt from the ledgers at any time, never trusted (DESIGN.md, promise 7).

`schema` states the tables, `project` turns one recorded event into rows, `store` applies batches of them together
with the position in one transaction. `facts` answers the rules' questions from the rows: it is a cut (`cut`) with its
records as corrections make them read (`records`, `changes`), its rule sets (`ruled`), parties (`parties`), posts
(`posts`) and cases; `reads` answers lists and pages. `catch_up` makes a rebuild and proves it equal. Erasable
texts stand in a table of their own, which no rule rests on and no digest covers. No SQL of these tables stands outside
this room.

Not here: a rule: rows are what entries say, and what is asked of them comes from `projections.facts`.
"""
