"""Each question once: its function, its filter, its answer class; shown alike by command line, API, pages, exports.

No SQL (`projections.views`), no rule (`projections.facts` and the engines), no sentence (`projections.language`).

Not here: what a face adds: heads, pages of a list, cells of a table.
"""
