"""How PostgreSQL runs the statements that all stores share: on the rows of one ledger, in its own words."""

import re
from functools import cache

_TABLES = re.compile(r"\b(FROM|JOIN) (entries|bodies|subjects|refs|tiles|checkpoints|erasures) (\w)\b")
_RULES = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"%", "%%"),
        (r"\?", "%s"),
        (r"CAST\((\w\.\w+) AS BLOB\)", r"\1"),
        (r"\binstr\(([\w.]+), (%s)\)", r"position(\2 in \1)"),
        (r"\bIN \(\)", "IN (NULL)"),
    )
)


@cache
def in_postgres(statement: str, ledger: int) -> str:
    """The statement as PostgreSQL runs it: each table is that of all ledgers, looked at for this one."""
    for pattern, form in _RULES:
        statement = pattern.sub(form, statement)
    return _TABLES.sub(rf"\1 (SELECT * FROM zeren.\2 WHERE ledger = {ledger:d}) \3", statement)
