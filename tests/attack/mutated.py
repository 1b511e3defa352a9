"""The mutants themselves: every small change of `ledger/core` and `ledger/checks` that a program makes by itself.

A mutant is named by where it stands and what it is, not by a line, so that a name lives on while the code around it
moves: `core/merkle.py prove_inclusion: index < size -> index <= size`, with a number where one function has it twice.
"""

import ast
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("core", "checks")
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_JOINED: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
_EQUALITIES = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)
SHOWN = 70
"""Characters of a changed expression in the name of its mutant."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: in which file and function, of which kind, and which node of the file's tree in order of a walk."""

    file: str
    """Below `ledger`: `core/merkle.py`."""
    function: str
    """Its qualified name; empty for what is done when the file is read."""
    kind: str
    said: str
    node: int
    """Its number in `ast.walk`."""
    part: int = 0
    """Which operator of a chain of comparisons."""
    lines: tuple[int, int] = (0, 0)
    number: int = 1
    """Which of those of one function that read alike."""

    @property
    def name(self) -> str:
        """What survivors are listed by."""
        again = f" ({self.number})" if self.number > 1 else ""
        return f"{self.file} {self.function or 'at the top'}: {self.said}{again}"

    @property
    def room(self) -> str:
        """core or checks."""
        return self.file.partition("/")[0]

    @property
    def path(self) -> Path:
        """The file."""
        return ROOT / "ledger" / self.file

    def tree(self) -> ast.Module:
        """The file's tree with this one change."""
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        for number, node in enumerate(ast.walk(tree)):
            if number == self.node:
                CHANGES[self.kind](node, self.part)
                return ast.fix_missing_locations(_without(tree))
        raise LookupError(self.name)


def _without(tree: ast.Module) -> ast.Module:
    _Removed().visit(tree)
    return tree


class _Removed(ast.NodeTransformer):
    """Puts `pass` where a statement was marked as removed."""

    def visit_Raise(self, node: ast.Raise) -> ast.stmt:
        return ast.copy_location(ast.Pass(), node) if getattr(node, "removed", False) else node


def _compare(node: ast.AST, part: int) -> None:
    assert isinstance(node, ast.Compare)
    node.ops[part] = _COMPARED[type(node.ops[part])]()


def _boolean(node: ast.AST, _: int) -> None:
    assert isinstance(node, ast.BoolOp)
    node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()


def _constant(node: ast.AST, _: int) -> None:
    assert isinstance(node, ast.Constant)
    node.value = not node.value if isinstance(node.value, bool) else int(str(node.value)) + 1


def _arithmetic(node: ast.AST, _: int) -> None:
    assert isinstance(node, ast.BinOp)
    node.op = _JOINED[type(node.op)]()


def _raise(node: ast.AST, _: int) -> None:
    node.removed = True  # type: ignore[attr-defined]


def _returned(node: ast.AST, _: int) -> None:
    assert isinstance(node, ast.Return)
    node.value = ast.Constant(None)


def _negated(node: ast.AST, _: int) -> None:
    assert isinstance(node, ast.If | ast.While | ast.IfExp)
    node.test = ast.UnaryOp(ast.Not(), node.test)


CHANGES: dict[str, Callable[[ast.AST, int], None]] = {
    "a comparison": _compare,
    "and for or, or for and": _boolean,
    "a number one more, a truth turned": _constant,
    "plus for minus, minus for plus": _arithmetic,
    "a refusal removed": _raise,
    "nothing returned": _returned,
    "a condition turned": _negated,
}
"""What each kind of mutant does to a node."""


def mutants() -> tuple[Mutant, ...]:
    """All mutants, by file and by where they stand."""
    return _all()


@cache
def _all() -> tuple[Mutant, ...]:
    files = [path for room in ROOMS for path in sorted((ROOT / "ledger" / room).glob("*.py"))]
    return tuple(each for path in files for each in _of_file(path))


def in_order(seed: str) -> list[Mutant]:
    """All mutants in an order that a seed alone decides, so that a part of them is a fair one."""
    return sorted(mutants(), key=lambda each: hashlib.sha256(f"{seed} {each.name}".encode()).digest())


def _of_file(path: Path) -> Iterator[Mutant]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    where, spared = dict(_functions(tree, "")), set(_spared(tree))
    around = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    names = Counter[tuple[str, str]]()
    for number, node in enumerate(ast.walk(tree)):
        if node in spared:
            continue
        for kind, part, said in _changes(node, around.get(node)):
            function = where.get(node, "")
            names[function, said] += 1
            yield Mutant(
                f"{path.parent.name}/{path.name}", function, kind, said, number, part, _lines(node),
                names[function, said],
            )  # fmt: skip


def _functions(node: ast.AST, within: str, *, function: bool = False) -> Iterator[tuple[ast.AST, str]]:
    """The function in which each node's code runs, by qualified name; defaults and decorators run around it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            name = f"{within}.{child.name}".lstrip(".")
            for each in child.body:
                yield each, name
                yield from _functions(each, name, function=True)
        elif isinstance(child, ast.ClassDef) and not function:
            yield from _functions(child, f"{within}.{child.name}".lstrip("."))
        else:
            if function:
                yield child, within
            yield from _functions(child, within, function=function)


def _spared(tree: ast.AST) -> Iterator[ast.AST]:
    """What decides nothing: annotations, and that instances are frozen and have slots, a habit of the house."""
    for node in ast.walk(tree):
        for decorator in getattr(node, "decorator_list", ()):
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "dataclass":
                yield from ast.walk(decorator)
        for said in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(said, ast.AST):
                yield from ast.walk(said)


def _changes(node: ast.AST, around: ast.AST | None) -> Iterator[tuple[str, int, str]]:
    """(kind, part, in words) of every change of a node."""
    match node:
        case ast.Compare():
            for part, op in enumerate(node.ops):
                if type(op) in _COMPARED:
                    yield "a comparison", part, _said(node, "a comparison", part)
        case ast.BoolOp():
            yield "and for or, or for and", 0, _said(node, "and for or, or for and")
        case ast.Constant() if isinstance(node.value, int):
            changed = not node.value if isinstance(node.value, bool) else node.value + 1
            yield "a number one more, a truth turned", 0, f"{node.value} -> {changed} in {_short(around or node)}"
        case ast.BinOp() if type(node.op) in _JOINED and not _text(node.left) and not _text(node.right):
            yield "plus for minus, minus for plus", 0, _said(node, "plus for minus, minus for plus")
        case ast.Raise():
            yield "a refusal removed", 0, f"without {_short(node)}"
        case ast.Return() if node.value is not None and not isinstance(node.value, ast.Constant):
            yield "nothing returned", 0, f"{_short(node)} -> None"
        case ast.If() | ast.While() | ast.IfExp() if not _is_equality(node.test):
            yield "a condition turned", 0, f"not ({_short(node.test)})"


def _is_equality(test: ast.expr) -> bool:
    """A turned equality is what the change of its operator is already."""
    return isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], _EQUALITIES)


def _text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr | ast.List | ast.Tuple) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    )


def _said(node: ast.expr, kind: str, part: int = 0) -> str:
    before = _short(node)
    copy = ast.parse(ast.unparse(node), mode="eval").body
    CHANGES[kind](copy, part)
    return f"{before} -> {_short(copy)}"


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _lines(node: ast.AST) -> tuple[int, int]:
    seen = node.test if isinstance(node, ast.If | ast.While | ast.IfExp) else node
    return getattr(seen, "lineno", 0), getattr(seen, "end_lineno", 0) or 0
