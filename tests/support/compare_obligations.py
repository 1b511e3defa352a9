"""Comparing a row of `expected.obligations` with the instances that the engine derives."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from projections.facts.values import Citation, Instance
from tests.support.compare import Names, differ, instance_fits, unknown_keys

KEYS = (
    *("id", "period", "owner", "trigger", "subject", "pair", "status", "required", "credited", "days_after_case"),
    *(
        "since",
        "met_by",
        "missing",
        "rejected",
        "not_counted",
        "doubtful",
        "not_covered",
        "pairs_met",
        "by",
        "provisional",
        "fitting",
    ),
)
_CITED = ("met_by", "rejected", "not_counted", "doubtful", "fitting")
_NAMED = ("missing", "pairs_met", "not_covered")


def compare_obligation(row: Mapping[str, Any], instances: Sequence[Instance], names: Names) -> list[str]:
    """The faults of one row; every key that it states is compared, lists as sets.

    Where several instances have the row's name (two vacancies of one day, filled on different days; one person as head
    of two units), it is about one that is as it says in all else.
    """
    faults = unknown_keys(row, KEYS)
    found = [instance for instance in instances if instance_fits(row, instance, names)]
    if "pair" in row:
        found = [pair for instance in found for pair in instance.pairs if row["pair"] in _pair_of(pair, names)]
    if len(found) > 1 and any(not _differences(row, each, names) for each in found):
        return faults
    if len(found) != 1:
        near = [(i.owner, i.period, i.trigger, i.subject, i.status) for i in instances if i.obligation == row["id"]]
        return [*faults, f"{len(found)} instances fit; there are {near}"]
    return faults + _differences(row, found[0], names)


def _differences(row: Mapping[str, Any], instance: Instance, names: Names) -> list[str]:
    """What the row states otherwise than the instance."""
    faults: list[str] = []
    for key in ("status", "required", "credited", "days_after_case", "provisional"):
        if key in row:
            faults += differ(key, row[key], getattr(instance, key))
    if "since" in row:
        faults += differ("since", str(row["since"]), instance.since.isoformat() if instance.since else None)
    if "by" in row:
        faults += differ("by", row["by"], instance.by.ref if instance.by else None)
    for key in _CITED:
        if key in row:
            faults += differ(key, sorted(row[key]), _refs(getattr(instance, key)))
    for key in _NAMED:
        if key in row:
            faults += differ(key, sorted(row[key]), sorted(names.pair(item) for item in getattr(instance, key)))
    return faults


def _refs(cites: Iterable[Citation]) -> list[str]:
    return sorted({cite.ref for cite in cites})


def _pair_of(instance: Instance, names: Names) -> list[str]:
    return [names.pair(f"{instance.owner}/{instance.subject}")]
