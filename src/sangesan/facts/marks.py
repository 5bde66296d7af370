"""What is left of a row when only its value for a fact matters: narrow, so that the latest is chosen cheaply."""

from dataclasses import dataclass

from sangesan.facts.conditions import row_condition, row_value
from sangesan.facts.model import Fact, Source
from sangesan.facts.moment import Moment
from sangesan.facts.rendering import to_sql
from sangesan.facts.syntax import TRUE, Node, Operation, all_of, names_in


@dataclass(frozen=True)
class Mark:
    """The row's value where the condition holds, null elsewhere."""

    value: Node
    condition: Node

    def sql(self) -> str:
        """The mark as SQL over a raw row."""
        value = to_sql(self.value)
        if self.condition == TRUE:
            return value
        return f"CASE WHEN {to_sql(self.condition)} THEN {value} END"


def mark_of(fact: Fact, source: Source, moment: Moment) -> tuple[Mark, Node]:
    """The fact's mark, and what of its condition looks at key columns only and can wait until the row is chosen."""
    parts = _parts(row_condition(fact, moment))
    after = [part for part in parts if set(names_in(part)) <= set(source.keys)]
    before = [part for part in parts if part not in after]
    return Mark(row_value(fact, moment), all_of(*before)), all_of(*after)


def marks_of(facts: tuple[Fact, ...], source: Source, moment: Moment) -> list[Mark]:
    """The different marks that the facts need, in their order."""
    return list(dict.fromkeys(mark_of(fact, source, moment)[0] for fact in facts))


def _parts(tree: Node) -> list[Node]:
    if isinstance(tree, Operation) and tree.op == "and":
        return [part for arg in tree.args for part in _parts(arg)]
    return [tree]
