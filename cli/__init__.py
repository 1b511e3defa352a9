"""The command line `zeren`. It parses, asks one question of `projections` or gives one command to `ledger`, prints."""
