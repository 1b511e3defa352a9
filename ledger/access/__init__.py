"""The access ledger: tokens of readers, and what they read. The process that serves writes it, nobody else.

Not here: who may ask what at which address, which `api` says of its routes.
"""
