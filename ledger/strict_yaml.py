"""YAML read strictly: no value is guessed, no key may stand twice, and each mapping knows its line.

The YAML 1.1 resolver would turn 2024-07-09 into a date, +08:00 times into naive UTC, 6.8 into a binary float, `on` into
true and 12:30 into a number. Here only true, false, null and plain integers are resolved; the rest stays as written
and is typed by the schema.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from ledger.errors import BadInput

MAX_BYTES = 50_000_000
LINE = "\0line"
"""Key under which a mapping keeps its line number; no YAML text can contain it."""


class StrictLoader(yaml.SafeLoader):
    """The safe loader with a resolver of four plain types."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the library's own class attribute

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise BadInput("line {}: aliases (*name) are not used here; write the value out", mark.line + 1)
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "tag", None) is not None:
            problem = f"the tag {event.tag} is not used here; leave it out"
            raise yaml.constructor.ConstructorError(None, None, problem, event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        del deep  # a scenario is small enough to construct at once
        mapping: dict[Any, Any] = {LINE: node.start_mark.line + 1}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise BadInput("line {}: the key {!r} is not a word", key_node.start_mark.line + 1, key)
            if key in mapping:
                raise BadInput("line {}: the key {!r} stands twice; remove one", key_node.start_mark.line + 1, key)
            mapping[key] = self.construct_object(value_node, deep=True)
        return mapping


def _construct_map(loader: StrictLoader, node: yaml.MappingNode) -> Any:
    return loader.construct_mapping(node, deep=True)


StrictLoader.add_constructor("tag:yaml.org,2002:map", _construct_map)
StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
StrictLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]{0,14})$"), list("-0123456789")
)


def read_yaml(path: Path) -> Any:
    """The document of a file: maps (with their LINE), lists, texts, whole numbers, true, false, null.

    Raises BadInput: not there, too large, not UTF-8, broken YAML, duplicate keys, aliases, tags.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput("{} is larger than {} bytes; make several files of it", path, MAX_BYTES)
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput("{} cannot be read: {}", path, error.strerror) from None
    except UnicodeDecodeError as error:
        raise BadInput("{} is not UTF-8 text (byte {}); save it as UTF-8", path, error.start) from None
    with naming(path.name):
        return yaml.load(text, Loader=StrictLoader)  # noqa: S506 - a subclass of the safe loader


@contextmanager
def naming(file: str) -> Iterator[None]:
    """What is wrong with a file is said with its name and, where it is known, line and column. Raises BadInput."""
    try:
        yield
    except BadInput as error:
        raise BadInput("{}: {}", file, error) from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is nested too deeply"
        raise BadInput("{}{}: this is not valid YAML: {}", file, where, problem) from None


def without_lines(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_lines(item) for key, item in value.items() if key != LINE}
    return [without_lines(item) for item in value] if isinstance(value, list) else value
