"""How a command shows: tables, JSON, reports, codes, exit codes."""
