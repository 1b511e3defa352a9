"""Rows from YAML: a list of maps, read item by item, so that a long file does not fill the memory."""

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from ledger.errors import BadInput
from ledger.frozen import dataclass
from ledger.importing.source import FileBytes, Row, decode
from ledger.strict_yaml import LINE, StrictLoader, naming, without_lines


@dataclass(frozen=True, slots=True)
class YamlList:
    """A YAML file whose document is a list of maps."""

    file: FileBytes
    sheet: str = ""
    notes: Sequence[BadInput] = ()

    def rows(self) -> Iterator[Row]:
        """A row for each item. Raises BadInput naming the line: broken YAML, aliases, tags, keys that stand twice."""
        loader = None
        try:
            with naming(self.file.name):
                loader = StrictLoader(decode(self.file))  # which looks at the first characters at once
                yield from self._items(loader)
        finally:
            if loader is not None:
                loader.dispose()

    def _items(self, loader: Any) -> Iterator[Row]:
        loader.get_event()  # start of the stream
        if not loader.check_event(yaml.DocumentStartEvent):
            raise BadInput("it holds no list")
        loader.get_event()
        if not loader.check_event(yaml.SequenceStartEvent):
            raise BadInput("it should be a list of maps: - ref: T1")
        loader.get_event()
        while not loader.check_event(yaml.SequenceEndEvent):
            node = loader.compose_node(None, None)
            loader.anchors.clear()
            line = node.start_mark.line + 1
            item = loader.construct_document(node)
            if not isinstance(item, dict):
                raise BadInput("line {}: each item is a map such as ref: T1", line)
            yield Row(line, str(line), without_lines({key: value for key, value in item.items() if key != LINE}), {})
        loader.get_event()
        loader.get_event()  # end of the document
        if not loader.check_event(yaml.StreamEndEvent):
            raise BadInput("it holds several documents; make it one list")
