"""Whether a plan is whole: what each of its items has."""

from typing import Any

from projections.obligations.claims import JudgedClaim, Sorted

ITEM_PARTS = ("goal", "measures", "responsible", "due")
"""What an item of a plan has where it is whole."""


def lacking_parts(own: Sorted) -> tuple[str, ...]:
    """The parts that any item of the plan lacks; one without items is judged as a whole, and one whole plan is enough.

    That a text is there is told by the record although the text may be erased; one that says nothing is none.
    """
    plans = [_lacking(act) for act in own.credited]
    return min(plans, key=len, default=())


def _lacking(plan: JudgedClaim) -> tuple[str, ...]:
    def there(item: Any, part: str) -> bool:
        return _says(getattr(item, part)) or (part == "responsible" and _says(item.responsible_text))

    items = getattr(plan.payload, "items", None) or ()
    return tuple(part for part in ITEM_PARTS if any(not there(item, part) for item in items))


def _says(value: Any) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))
