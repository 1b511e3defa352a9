"""Evidence bundles: what is handed out of ledgers so that anyone can check it without them (FORMAT.md section 15).

`select` chooses positions and claims, `packing` makes the files and packs them, `checking` reads a bundle back with
nothing else at hand; `standalone.py` is the small verifier that lies inside every bundle.

Not here: what any entry must satisfy (`ledger.checks`), but for `standalone`, which writes it once more on purpose.
"""
