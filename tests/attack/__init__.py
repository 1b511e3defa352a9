"""The attack suite: `make attack`. Everything that an owner of the files, a crash, a crowd or a forger can do.

Each class counts what it tried, what was found by the ledger alone, what only a head held elsewhere found, what changed
nothing, and what passed in silence, was lost, or needed a hand: those three are to be 0. `python -m tests.attack CLASS`
runs one class; ATTACK_SCALE makes it smaller or larger, ATTACK_SEED another one. RESULTS.md is written by the run.
"""
