"""The tree of an expression: literals, names and operations, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

Scalar = int | str | bool | date | None


@dataclass(frozen=True)
class Literal:
    """A value known when the tree is built. Money is integer fen. `of` keeps 1 and true apart: Python calls them equal."""

    value: Scalar
    of: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "of", type(self.value).__name__)


@dataclass(frozen=True)
class Name:
    """A fact, parameter or column by its code."""

    code: str


@dataclass(frozen=True)
class Column:
    """A column of a relation in a query, bound from a name."""

    relation: str
    code: str


@dataclass(frozen=True)
class Operation:
    """An operator or named function with its operands; `op` is a key of `functions.OPERATIONS`."""

    op: str
    args: tuple[Node, ...]


Node = Literal | Name | Column | Operation
TRUE = Literal(value=True)


def all_of(*conditions: Node) -> Node:
    """The conditions joined by `and`; true where there is none."""
    kept = tuple(c for c in conditions if c != TRUE)
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else Operation("and", kept)


def any_of(*conditions: Node) -> Node:
    """The conditions joined by `or`, each once; true where one of them is."""
    kept = tuple(dict.fromkeys(conditions))
    if TRUE in kept:
        return TRUE
    return kept[0] if len(kept) == 1 else Operation("or", kept)


def compare(op: str, left: Node, right: Node) -> Operation:
    """`left op right`, op one of = <> < <= > >=."""
    return Operation(op, (left, right))


def names_in(tree: Node) -> Iterator[str]:
    """Every name, in order of appearance, repeated as often as it stands there."""
    if isinstance(tree, Name):
        yield tree.code
    elif isinstance(tree, Operation):
        for arg in tree.args:
            yield from names_in(arg)


def substitute(tree: Node, replace: Callable[[str], Node]) -> Node:
    """The tree with each name put in place by what `replace` gives for it."""
    if isinstance(tree, Name):
        return replace(tree.code)
    if isinstance(tree, Operation):
        return Operation(tree.op, tuple(substitute(arg, replace) for arg in tree.args))
    return tree


def with_values(tree: Node, values: Mapping[str, Node]) -> Node:
    """The tree with the names in `values` replaced; other names stay."""
    return substitute(tree, lambda code: values.get(code, Name(code)))
