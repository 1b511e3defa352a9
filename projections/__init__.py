"""The read side: what follows from the ledgers. Everything here can be made anew from them and is never trusted.

Nothing is recorded here, and no face is known. At the root stands only what looks after the whole: `follow` keeps the
views up to date, `doctor` (with `installation`) tells what an administrator has to look after.

Not here: recording, a face, or a verdict: engines tell what follows from the record, people decide.
"""
