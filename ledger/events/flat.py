"""The flat form of a payload: the named values that become disclosures, written and read back (FORMAT.md section 2).

How a payload class is laid out is read off its fields once, and is its frozen field list.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, Literal, Union

from ledger.errors import Malformed
from ledger.events.fields import ERASED_TEXT, SCALARS, EntryReference, FieldSpec, Json, exact, same
from ledger.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """How one dataclass field is laid out: a scalar, a list of items, or a nested record."""

    name: str
    optional: bool
    many: bool
    record: type[Any] | None
    item: Any
    """The type of one value (of one element where there are many)."""
    write: Callable[[Any], Json]
    read: Callable[[Any], Any]
    meta: Mapping[str, Any]
    in_one: bool = dataclasses.field(init=False)
    """Whether a list is one value instead of a field per element."""
    null: bool = dataclasses.field(init=False)
    """Whether None is written as null."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "in_one", bool(self.meta.get("whole")) and self.item is not Json)
        object.__setattr__(self, "null", bool(self.meta.get("null")))


def _strip_optional(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (Union, types.UnionType) and type(None) in typing.get_args(hint):
        rest = tuple(part for part in typing.get_args(hint) if part is not type(None))
        return (rest[0] if len(rest) == 1 else Union[rest]), True  # noqa: UP007 - built at run time
    return hint, False


def _is_json(hint: Any) -> bool:
    return any(typing.get_origin(part) is dict for part in typing.get_args(hint))


def _shape(field: dataclasses.Field[Any], hint: Any) -> Shape:
    hint, optional = (Json, field.default is not dataclasses.MISSING) if _is_json(hint) else _strip_optional(hint)
    whole = bool(field.metadata["whole"])
    many = typing.get_origin(hint) is tuple and not whole
    item = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else hint
    if _is_json(item):
        item = Json
    if typing.get_origin(item) is Literal:
        item = str
    name = field.name.rstrip("_")  # `from_` and the like: Python keywords as field names
    if dataclasses.is_dataclass(item) and item is not EntryReference:
        return Shape(name, optional, many, typing.cast("type[Any]", item), item, same, same, field.metadata)
    write, read = SCALARS[item]
    if whole and typing.get_origin(hint) is tuple:
        one = read
        write, read = list, lambda value: tuple(one(element) for element in exact(list)(value))
    return Shape(name, optional, many, None, item, write, read, field.metadata)


def _find_shapes(cls: type[Any]) -> tuple[tuple[str, Shape], ...]:
    fields = [field for field in dataclasses.fields(cls) if field.metadata]
    if any(isinstance(field.type, str) for field in fields):  # walks every base, so only where it has to
        hints = typing.get_type_hints(cls)
        return tuple((field.name, _shape(field, hints[field.name])) for field in fields)
    return tuple((field.name, _shape(field, field.type)) for field in fields)


_cached_shapes = cache(_find_shapes)


def shapes(cls: Any) -> tuple[tuple[str, Shape], ...]:
    """How the fields of a payload class are laid out, in order: (attribute, shape)."""
    return _cached_shapes(cls)


def field_specs(cls: type[Any], prefix: str = "") -> tuple[FieldSpec, ...]:
    """The frozen field list of a payload class, in order, list numbers written `*`."""
    specs: list[FieldSpec] = []
    for _, shape in shapes(cls):
        name = prefix + shape.name + (".*" if shape.many else "")
        if shape.record is not None:
            specs += field_specs(shape.record, name + ".")
        else:
            meta = shape.meta
            specs.append(
                FieldSpec(name, meta["class"], meta["about"], meta["reference"], meta["registers"], meta["words"])
            )
    return tuple(specs)


@cache
def _getter(cls: Any) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[Shape, ...]]:
    """How the values of a payload class or of a record within one are got all at once, and how each is laid out."""
    rows = shapes(cls)
    names = [attribute for attribute, _ in rows]
    get: Callable[[Any], Any] = attrgetter(*names) if names else lambda _: ()
    return (lambda payload: (get(payload),)) if len(names) == 1 else get, tuple(shape for _, shape in rows)


def flatten(payload: Any, prefix: str = "") -> list[tuple[str, Json]]:
    """The payload's fields as (name, value), in the order of its field list."""
    found: list[tuple[str, Json]] = []
    _flatten(payload, prefix, found)
    return found


def _flatten(payload: Any, prefix: str, found: list[tuple[str, Json]]) -> None:
    get, rows = _getter(payload.__class__)
    for value, shape in zip(get(payload), rows, strict=True):
        if value is None:  # as most fields of most records
            if shape.null:
                found.append((prefix + shape.name, None))
        elif not shape.many:
            _flatten_item(prefix + shape.name, value, shape, found)
        elif value == ():
            found.append((prefix + shape.name, []))
        else:
            for number, item in enumerate(value):
                _flatten_item(f"{prefix}{shape.name}.{number}", item, shape, found)


def _flatten_item(name: str, value: Any, shape: Shape, found: list[tuple[str, Json]]) -> None:
    if shape.record is not None:
        _flatten(value, name + ".", found)
    else:
        found.append((name, shape.write(value)))


def unflatten(cls: type[Any], values: Mapping[str, Json], missing: frozenset[str] = frozenset()) -> Any:
    """The payload of class `cls` with these field values; the exact inverse of `flatten`.

    `missing` are names of texts that are withheld or erased; they read as ERASED_TEXT.
    Raises Malformed for an unknown, missing or misplaced field, or a value of the wrong kind.
    """
    kind: Any = cls
    plan = None if missing or len(values) > PLANNED else _plan_of(kind, tuple(values))
    if plan is not None:
        return plan.read(values)
    reader = _Reader(dict(values), missing)
    payload = reader.record(cls, "")
    unknown = sorted((values.keys() | missing) - reader.used)
    if unknown:
        raise Malformed("unknown field {!r} in {}", unknown[0], getattr(cls, "TYPE", cls.__name__))
    return payload


PLANNED = 100
"""Fields up to which a payload is read by a plan: more are rare, and their names would fill what is kept of plans."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How payloads of a class are read whose fields have just these names: most of a ledger's have few sets of them."""

    cls: type[Any]
    ones: tuple[tuple[str, str, Callable[[Any], Any]], ...]
    """(attribute, name, how its value is read)."""
    lists: tuple[tuple[str, tuple[str, ...], Callable[[Any], Any]], ...]
    """(attribute, names of the elements, how each is read)."""

    def read(self, values: Mapping[str, Json]) -> Any:
        """The payload; the same as `_Reader` reads."""
        arguments = {attribute: read(values[name]) for attribute, name, read in self.ones}
        for attribute, names, read in self.lists:
            arguments[attribute] = tuple([read(values[name]) for name in names])
        return self.cls(**arguments)


@lru_cache(maxsize=1024)
def _plan_of(cls: type[Any], names: tuple[str, ...]) -> _Plan | None:
    """The plan for fields of these names; None where they are to be read one by one, or cannot be read."""
    left, ones, lists = set(names), [], []
    for attribute, shape in shapes(cls):
        if shape.null:
            return None
        if shape.record is not None:
            if any(name == shape.name or name.startswith(shape.name + ".") for name in names):
                return None
            found = []
        elif shape.many:
            found = [name for number in range(len(names)) if (name := f"{shape.name}.{number}") in left]
            if found != [f"{shape.name}.{number}" for number in range(len(found))]:
                return None
            lists += [(attribute, tuple(found), shape.read)] if found else []
        else:
            found = [shape.name] if shape.name in left else []
            ones += [(attribute, shape.name, shape.read)] if found else []
        if not found and not (shape.optional and cls.__dataclass_fields__[attribute].default is None):
            return None
        left.difference_update(found)
    return _Plan(cls, tuple(ones), tuple(lists)) if not left else None


class _Reader:
    def __init__(self, values: dict[str, Json], missing: frozenset[str]) -> None:
        self.values, self.missing = values, missing
        self.used: set[str] = set()
        names = values.keys() | missing
        self.prefixes = {name[:end] for name in names if "." in name for end in range(len(name)) if name[end] == "."}
        self.known = self.prefixes | names

    def record(self, cls: type[Any], prefix: str) -> Any:
        arguments: dict[str, Any] = {}
        for attribute, shape in shapes(cls):
            name = prefix + shape.name
            if name not in self.known and shape.optional and not shape.null:
                arguments[attribute] = None  # as most fields of most records
                continue
            if shape.many:
                value = self._many(name, shape)
            elif self._present(name):
                value = self._item(name, shape)
            else:
                value = None
            if value is None and (not shape.optional or (shape.null and name not in self.used)):
                raise Malformed("field {!r} is missing in {}", name, getattr(cls, "TYPE", cls.__name__))
            arguments[attribute] = value
        try:
            return cls(**arguments)
        except TypeError as error:  # pragma: no cover - a payload class with a non-field argument is our own bug
            raise RuntimeError(str(error)) from error

    def _present(self, name: str) -> bool:
        return name in self.values or name in self.missing or name in self.prefixes

    def _many(self, name: str, shape: Shape) -> tuple[Any, ...] | None:
        if name in self.values:
            if self.values[name] != []:
                raise Malformed("field {!r} stands for an empty list and should be []", name)
            self.used.add(name)
            return ()
        if name in self.missing and shape.meta["class"] == "erasable":
            self.used.add(name)
            return ()  # the bare name says by itself that the list is empty
        items: list[Any] = []
        while self._present(numbered := f"{name}.{len(items)}"):
            items.append(self._item(numbered, shape))
        return tuple(items) or None

    def _item(self, name: str, shape: Shape) -> Any:
        if shape.record is not None:
            return self.record(shape.record, name + ".")
        if name in self.missing and shape.meta["class"] == "erasable":
            self.used.add(name)
            return ERASED_TEXT
        if name not in self.values:
            raise Malformed("field {!r} is missing", name)
        self.used.add(name)
        value = self.values[name]
        return None if value is None and shape.null else shape.read(value)
