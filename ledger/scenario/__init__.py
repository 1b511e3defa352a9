"""Scenario files: the strict loader, and the replay into simulated ledgers (FORMAT.md section 13).

`ledger.strict_yaml` reads YAML without losing a digit, `scenario_keys` says which keys each event type takes, `load`
checks a file whole, `payloads` turns events into typed payloads, `replay` records them.

Not here: any rule of the domain: a scenario is recorded through the same doors as everything else.
"""
