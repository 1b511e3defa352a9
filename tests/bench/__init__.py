"""Speed against limits and peers, measured in one run and written to RESULTS.md by `make bench`.

Nothing here passes or fails: figures depend on the machine, so each is a ratio of two works that were done in turn, in
small pieces, on the same machine. `timing` measures, `data` makes records of a real organ's kind, `writing`,
`checking`, `asking`, `processes` and `web` hold the measures, `table` writes them.
"""
