"""What every entry must satisfy given the entries before it. Pure; used inside the append transaction and by verify."""
