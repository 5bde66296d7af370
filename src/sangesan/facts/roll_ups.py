"""People's facts taken together over a household or a town."""

from sangesan.facts.model import Fact, RollUp
from sangesan.facts.queries import Select
from sangesan.facts.scanning import aggregate
from sangesan.facts.syntax import TRUE, Literal, Name, Node, all_of, compare


def living() -> Node:
    """The condition that a person row is of somebody living and present."""
    return compare("=", Name("state"), Literal(0))


def roll_up(facts: tuple[Fact, ...], source: str) -> Select:
    """The facts by household_no, or by division where their grain is the division (the household's town)."""
    everyone = any(isinstance(f.body, RollUp) and f.body.counts == "everyone" for f in facts)
    columns = tuple((rolled(f, filtered=everyone), f.code) for f in facts)
    where = () if everyone else (living(),)
    if facts[0].grain == "household":
        return Select(
            (("household_no", "household_no"), *columns), f"run.{source}", where=where, group=("household_no",)
        )
    towns = "JOIN run.households AS h USING (household_no)"
    return Select((("town", "division"), *columns), f"run.{source}", (towns,), where, ("town",))


def rolled(fact: Fact, *, filtered: bool = False) -> str:
    """One aggregate over people; `filtered`: the rows are not limited to the living yet."""
    body = fact.body
    if not isinstance(body, RollUp):
        raise TypeError(fact.code)
    value: Node = Name(body.of)
    condition = living() if filtered and body.counts == "living" else TRUE
    if body.by in {"count", "any"}:
        return aggregate(body.by, Literal(1), all_of(condition, value), fact.empty)
    return aggregate(body.by, value, condition, fact.empty)
