"""Dataclasses whose methods are made when they are first used.

`dataclasses.dataclass` compiles up to six functions for every class as it is defined. A command loads some hundred
classes and makes objects of a few: four tenths of what it took to start went there. `dataclass` here is the same to a
type checker and to whoever uses the class: equality, order, hash, repr, pickling, `fields`, `replace`, matching. The
two kinds inherit from each other. It is worth its line in rooms whose classes every command loads.
"""

import dataclasses
import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

PARAMS = "__dataclass_params__"

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(**said: bool) -> Callable[[type], type]:
        """The decorator, called as the library's."""
        return lambda cls: _lazily(cls, **said)


def _lazily(
    cls: Any,
    *,
    frozen: bool = False,
    slots: bool = False,
    eq: bool = True,
    order: bool = False,
    kw_only: bool = False,
) -> Any:
    own = vars(cls)
    eq_alone = "__eq__" in own and own.get("__hash__") is None  # Python then says that it has no hash
    hash_said = "__hash__" in own and not eq_alone
    cls.__doc__ = cls.__doc__ or cls.__name__  # the library would work one out of a signature
    with _loose_bases(cls):
        cls = dataclasses.dataclass(cls, init=False, repr=False, eq=False, kw_only=kw_only, slots=slots)
    params = cls.__dataclass_params__
    params.init, params.repr, params.eq, params.order, params.frozen = True, True, eq, order, frozen
    every = dataclasses.fields(cls)
    values = _values(tuple(field.name for field in every if field.compare))
    made: dict[str, Callable[..., Any]] = {
        "__init__": _first_init(cls),
        "__repr__": _repr(tuple(field.name for field in every if field.repr)),
    }
    if eq:
        made["__eq__"] = _comparison(values, operator.eq)
    for name in ("__lt__", "__le__", "__gt__", "__ge__") if order else ():
        made[name] = _comparison(values, getattr(operator, name))
    if frozen:
        made |= {"__setattr__": _setattr(cls), "__delattr__": _delattr(cls)}
    if frozen and slots:
        made |= {"__getstate__": _getstate, "__setstate__": _setstate}
    for name, function in made.items():
        if name not in vars(cls):
            function.__name__, function.__qualname__ = name, f"{cls.__qualname__}.{name}"
            setattr(cls, name, function)
    if eq and not hash_said:
        hashed = tuple(field.name for field in every if (field.compare if field.hash is None else field.hash))
        cls.__hash__ = _hash(hashed) if frozen else None
    return cls


@contextmanager
def _loose_bases(cls: type) -> Iterator[None]:
    """Within the block no base says that it is frozen: the library makes none of the methods by which a class is."""
    said = [vars(base)[PARAMS] for base in cls.__mro__[1:] if PARAMS in vars(base)]
    frozen = [each for each in said if each.frozen]
    for each in frozen:
        each.frozen = False
    try:
        yield
    finally:
        for each in frozen:
            each.frozen = True


def _first_init(cls: Any) -> Callable[..., None]:
    def first(self: Any, /, *given: Any, **named: Any) -> None:
        cls.__init__ = real = _init(cls)
        real(self, *given, **named)

    return first


def _init(cls: Any) -> Callable[..., None]:
    """The function that fills an object: one assignment a field, past what a frozen class refuses."""
    names: dict[str, Any] = {"_anew": _FACTORY, "_object_set": object.__setattr__}
    positional: list[str] = []
    keyword: list[str] = []
    lines: list[str] = ["_set = _object_set"]
    for number, field in enumerate(dataclasses.fields(cls)):
        value, default = field.name, ""
        if field.default is not dataclasses.MISSING:
            names[f"_default{number}"] = field.default
            default = f"_default{number}"
        elif field.default_factory is not dataclasses.MISSING:
            names[f"_factory{number}"] = field.default_factory
            default = "_anew"
            value = f"_factory{number}() if {field.name} is _anew else {field.name}"
        if field.init:
            (keyword if field.kw_only else positional).append(field.name + (f"={default}" if default else ""))
        elif default:
            value = default if field.default is not dataclasses.MISSING else f"_factory{number}()"
        else:
            continue
        lines.append(f"_set(_self, {field.name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("_self.__post_init__()")
    parameters = ", ".join(["_self", "/", *positional, *(["*", *keyword] if keyword else [])])
    exec(f"def __init__({parameters}):\n " + "\n ".join(lines), names)  # noqa: S102 - names of fields alone
    made: Callable[..., None] = names["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


_FACTORY = object()
"""Stands where an argument was left out whose default is made anew each time."""


def _values(names: tuple[str, ...]) -> Callable[[Any], Any]:
    return attrgetter(*names) if names else lambda _: ()


def _comparison(values: Callable[[Any], Any], compare: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def compared(self: Any, other: Any) -> Any:
        return compare(values(self), values(other)) if other.__class__ is self.__class__ else NotImplemented

    return compared


def _hash(names: tuple[str, ...]) -> Callable[..., int]:
    values = _values(names)

    def hashed(self: Any) -> int:
        return hash(values(self))

    return hashed


def _repr(names: tuple[str, ...]) -> Callable[..., str]:
    def repr_(self: Any) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({said})"

    return repr_


def _setattr(cls: Any) -> Callable[..., None]:
    def setattr_(self: Any, name: str, value: Any) -> None:
        if type(self) is cls or name in cls.__dataclass_fields__:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    return setattr_


def _delattr(cls: Any) -> Callable[..., None]:
    def delattr_(self: Any, name: str) -> None:
        if type(self) is cls or name in cls.__dataclass_fields__:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return delattr_


def _getstate(self: Any) -> list[Any]:  # the default would set slots by what a frozen class refuses
    return [getattr(self, name) for name in _names(self.__class__)]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(_names(self.__class__), state, strict=True):
        object.__setattr__(self, name, value)


@cache
def _names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))
