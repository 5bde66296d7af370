"""Tree to SQL: through sqlglot's own tree, so that quoting and functions are its business."""

from datetime import date
from functools import lru_cache

from sqlglot import expressions as sql

from sangesan.facts.functions import OPERATIONS
from sangesan.facts.syntax import Column, Literal, Name, Node, Scalar


def to_sqlglot(tree: Node) -> sql.Expr:
    """The sqlglot tree; a name that was not bound is a column without a relation."""
    if isinstance(tree, Literal):
        return _literal(tree.value)
    if isinstance(tree, Name):
        return sql.column(tree.code, quoted=True)
    if isinstance(tree, Column):
        return sql.column(tree.code, table=tree.relation, quoted=True)
    return OPERATIONS[tree.op].build(*(to_sqlglot(arg) for arg in tree.args))


@lru_cache(maxsize=8192)
def to_sql(tree: Node) -> str:
    """The tree as DuckDB's SQL."""
    return to_sqlglot(tree).sql(dialect="duckdb", copy=False)


def _literal(value: Scalar) -> sql.Expr:
    if isinstance(value, bool):
        return sql.Boolean(this=value)
    if value is None:
        return sql.Null()
    if isinstance(value, date):
        return sql.Cast(this=sql.Literal.string(value.isoformat()), to=sql.DataType.build("date"))
    if isinstance(value, int):  # facts are 64-bit; a bare number is 32-bit to an engine, and a product of two may not be
        return sql.Cast(this=sql.Literal.number(value), to=sql.DataType.build("bigint"))
    return sql.Literal.string(value)
