"""The access ledger: tokens of readers, and what they read. The process that serves writes it, nobody else."""
