"""The same rules as Spark SQL: for a province and up, where one machine is not enough."""

from collections.abc import Sequence
from datetime import date

from sqlglot import expressions as sql
from sqlglot import parse_one

from sangesan.facts.model import FactBook
from sangesan.facts.moment import Moment
from sangesan.facts.planning import plan
from sangesan.facts.reading import load_facts
from sangesan.policy.parameters import ParameterBook
from sangesan.screening.compiling import compile_rule
from sangesan.screening.rules import Rule


def spark_sql(
    rules: Sequence[Rule], *, as_of: date, parameters: ParameterBook, facts: FactBook | None = None
) -> dict[str, str]:
    """Queries in the order in which they run: each fact table as run_<name>, then each rule's hits by its code.

    rules: those that can run on the day (see `waiting.split`). The text is compiled from the same trees as DuckDB's.
    """
    book, moment = facts or load_facts(), Moment(as_of, parameters)
    made = plan([f for rule in rules for f in rule.facts], book, moment)
    queries = {f"run_{step.table}": step.select.text() for step in made.steps}
    queries |= {rule.code: compile_rule(rule, made, moment).select.text() for rule in rules}
    return {name: to_spark(text) for name, text in queries.items()}


def to_spark(text: str) -> str:
    """A compiled query as Spark writes it: run.<name> as run_<name>; max_by keeps nulls as arg_max_null does here."""
    return parse_one(text, dialect="duckdb").transform(_spark_only).sql(dialect="spark")


def _spark_only(tree: sql.Expr) -> sql.Expr:
    if isinstance(tree, sql.Table) and tree.db == "run":
        return sql.to_table(f"run_{tree.name}", alias=tree.alias or None)
    if isinstance(tree, sql.Anonymous) and str(tree.this).upper() == "ARG_MAX_NULL":
        value, order = tree.expressions
        return sql.ArgMax(this=value, expression=order)
    return tree
