"""One feed, one scan: all facts over the feed's rows as columns of a single aggregate query by person or division."""

from collections.abc import Iterable

from sangesan.facts.conditions import from_feed, hull, known_rows, row_condition, row_value
from sangesan.facts.model import Fact, Source
from sangesan.facts.moment import Moment
from sangesan.facts.queries import Select, quoted
from sangesan.facts.rendering import Dialect, to_sql
from sangesan.facts.syntax import TRUE, Literal, Node, any_of, names_in
from sangesan.facts.windows import Span, within

EPOCH = "DATE '2000-01-01'"
ORDER = "(DATEDIFF('day', {epoch}, period) * 140737488355328 + CAST(delivery AS BIGINT) * 33554432 + row_no)"
ORDER_SPARK = "(DATEDIFF(period, {epoch}) * 140737488355328 + CAST(delivery AS BIGINT) * 33554432 + row_no)"


def order_key(dialect: Dialect) -> str:
    """Later is greater: month (16 bits of days since 2000), delivery (22 bits), row (25 bits), as one BIGINT."""
    return (ORDER if dialect == "duckdb" else ORDER_SPARK).format(epoch=EPOCH)


def scan(facts: tuple[Fact, ...], moment: Moment, dialect: Dialect = "duckdb") -> Select:
    """The aggregate query of one feed: a row per subject with at least one row that some fact counts."""
    source = from_feed(facts[0]).source
    conditions = [row_condition(fact, moment) for fact in facts]
    kept = _kept(facts, conditions, moment)
    aggregates = tuple(
        (_aggregate(fact, TRUE if condition == kept else condition, moment, dialect), fact.code)
        for fact, condition in zip(facts, conditions, strict=True)
    )
    needed = needed_columns([*conditions, *(row_value(fact, moment) for fact in facts)])
    subject = quoted(source.subject)
    return Select(
        columns=((subject, source.subject), *aggregates),
        source=rows_of(source, needed, hull(facts, moment), moment, dialect),
        where=(kept,),
        group=(subject,),
    )


def _kept(facts: tuple[Fact, ...], conditions: list[Node], moment: Moment) -> Node:
    """The rows worth grouping: those that some fact counts, said as shortly as possible."""
    common = hull(facts, moment)
    if common is not None and len(facts) > 1:
        return within(*common)
    return any_of(*conditions)


def needed_columns(trees: Iterable[Node]) -> list[str]:
    """The columns named in the trees, sorted."""
    return sorted({code for tree in trees for code in names_in(tree)})


def rows_of(
    source: Source, needed: list[str], common: tuple[str, Span] | None, moment: Moment, dialect: Dialect
) -> str:
    """The feed's rows that hold on the day, as a FROM item: the view itself, or its rows collapsed."""
    if source.contract.kind == "register":
        return f"({_newest_register(source, needed, moment).text(dialect)}) AS newest"
    if source.keys:
        return f"({_latest(source, needed, common, moment, dialect).text(dialect)}) AS latest"
    return source.view


def _newest_register(source: Source, needed: list[str], moment: Moment) -> Select:
    known = known_rows(source, moment)
    newest = Select(((f"MAX({_PERIOD_DELIVERY})", "newest"),), source.view, where=(known,)).text()
    columns = tuple((quoted(c), c) for c in [source.subject, *needed])
    rows = Select(columns, source.view, where=(known,))
    return Select(
        columns=rows.columns, source=source.view, joins=(f"JOIN ({newest}) AS n ON {_PERIOD_DELIVERY} = n.newest",),
        where=rows.where,
    )


_PERIOD_DELIVERY = "((YEAR(period) * 12 + MONTH(period)) * CAST(4194304 AS BIGINT) + delivery)"


def _latest(
    source: Source, needed: list[str], common: tuple[str, Span] | None, moment: Moment, dialect: Dialect
) -> Select:
    """The latest row of each key; a window on a key column is applied before, any other after."""
    keys = [quoted(key) for key in source.keys]
    function = "ARG_MAX_NULL" if dialect == "duckdb" else "MAX_BY"
    order = order_key(dialect)
    values = tuple((f"{function}({quoted(c)}, {order})", c) for c in needed if c not in source.keys)
    before = within(*common) if common is not None and common[0] in source.keys else TRUE
    return Select(
        columns=(*((key, name) for key, name in zip(keys, source.keys, strict=True)), *values),
        source=source.view,
        where=(known_rows(source, moment), before),
        group=tuple(keys),
    )


def _aggregate(fact: Fact, condition: Node, moment: Moment, dialect: Dialect) -> str:
    function = from_feed(fact).aggregate
    value = row_value(fact, moment)
    return aggregate(function, value, condition, fact.empty, dialect)


def aggregate(function: str, value: Node, condition: Node, empty: object, dialect: Dialect) -> str:
    """The SQL of one aggregate over the rows for which `condition` is true; BIGINT, or BOOLEAN for `any`."""
    text = to_sql(value, dialect)
    chosen = text if condition == TRUE else f"CASE WHEN {to_sql(condition, dialect)} THEN {text} END"
    if function in {"count", "any"}:
        counted = f"COUNT({chosen})"
        return f"({counted} > 0)" if function == "any" else counted
    result = f"CAST({function.upper()}({chosen}) AS BIGINT)"
    return result if empty is None else f"COALESCE({result}, {to_sql(scalar(empty), dialect)})"


def scalar(empty: object) -> Literal:
    """A fact's value for nobody's rows as a literal."""
    return Literal(empty if isinstance(empty, bool | int | str) else None)


