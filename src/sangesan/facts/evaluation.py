"""A tree's value for one subject in Python, with SQL's three-valued logic; and what it could be at all."""

from collections.abc import Mapping
from itertools import product

from sangesan.facts.functions import OPERATIONS, Value
from sangesan.facts.syntax import Column, Literal, Name, Node, Operation

Truth = bool | None


def evaluate(tree: Node, values: Mapping[str, Value]) -> Value:
    """The value of the tree; None is unknown. Raises KeyError for a name without a value."""
    if isinstance(tree, Literal):
        return tree.value
    if isinstance(tree, Name):
        return values[tree.code]
    if isinstance(tree, Column):
        return values[tree.code]
    function = OPERATIONS[tree.op]
    args = [evaluate(arg, values) for arg in tree.args]
    if not function.sees_null and None in args:
        return None
    return function.compute(*args)


def possible_truths(tree: Node, known: Mapping[str, Value]) -> set[Truth]:
    """Every truth value the tree could take when only `known` names have their value and all others any."""
    if isinstance(tree, Operation) and tree.op in {"and", "or", "not"}:
        parts = [possible_truths(arg, known) for arg in tree.args]
        if tree.op == "not":
            return {None if truth is None else not truth for truth in parts[0]}
        return {_joined(tree.op, choice) for choice in product(*parts)}
    try:
        return {_truth(evaluate(tree, known))}
    except KeyError:
        return {None} if _surely_null(tree, known) else {True, False, None}


def _joined(op: str, choice: tuple[Truth, ...]) -> Truth:
    return _truth(OPERATIONS[op].compute(*choice))


def _truth(value: Value) -> Truth:
    return None if value is None else bool(value)


def _surely_null(tree: Node, known: Mapping[str, Value]) -> bool:
    if isinstance(tree, Name):
        return tree.code in known and known[tree.code] is None
    if isinstance(tree, Operation) and not OPERATIONS[tree.op].sees_null:
        return any(_surely_null(arg, known) for arg in tree.args)
    return isinstance(tree, Literal) and tree.value is None
