"""One feed, one scan: all facts over the feed's rows as columns of a single aggregate query by person or division."""

from collections.abc import Iterable

from sangesan.facts.conditions import from_feed, hull, known_rows, row_condition, row_value
from sangesan.facts.marks import Mark, mark_of, marks_of
from sangesan.facts.model import Fact, Source
from sangesan.facts.moment import Moment
from sangesan.facts.queries import Select, quoted
from sangesan.facts.rendering import to_sql
from sangesan.facts.syntax import TRUE, Literal, Name, Node, Operation, any_of, names_in
from sangesan.facts.windows import Span, within

NO_DAY = "DATE '9999-12-31'"
# Later is greater: days of the month since 2000 (16 bits), delivery (22 bits), row (25 bits), as one BIGINT.
ORDER = "(DATEDIFF('day', DATE '2000-01-01', period) * 140737488355328 + CAST(delivery AS BIGINT) * 33554432 + row_no)"


def scan(facts: tuple[Fact, ...], moment: Moment) -> Select:
    """The aggregate query of one feed: a row per subject with at least one row that some fact counts."""
    source = from_feed(facts[0]).source
    if source.keys and len(marks := marks_of(facts, source, moment)) <= len(_plain_columns(facts, source, moment)):
        return _scan_marked(facts, source, marks, moment)
    conditions = [row_condition(fact, moment) for fact in facts]
    kept = _kept(facts, conditions, moment)
    aggregates = tuple(
        (_aggregate(fact, TRUE if condition == kept else condition, moment), fact.code)
        for fact, condition in zip(facts, conditions, strict=True)
    )
    needed = needed_columns([*conditions, *(row_value(fact, moment) for fact in facts)])
    subject = quoted(source.subject)
    return Select(
        columns=((subject, source.subject), *aggregates),
        source=rows_of(source, needed, hull(facts, moment), moment),
        where=(kept,),
        group=(subject,),
    )


def _scan_marked(facts: tuple[Fact, ...], source: Source, marks: list[Mark], moment: Moment) -> Select:
    """The same, where the latest row of each key is reduced to what the facts need before it is chosen."""
    names = {mark: f"mark_{number}" for number, mark in enumerate(marks)}
    chosen = [(_latest_value(mark.sql()), name) for mark, name in names.items()]
    latest = _latest(source, chosen, hull(facts, moment), moment)
    aggregates = []
    for fact in facts:
        mark, after = mark_of(fact, source, moment)
        text = aggregate(from_feed(fact).aggregate, Name(names[mark]), after, fact.empty)
        aggregates.append((text, fact.code))
    subject = quoted(source.subject)
    marked = [Operation("not", (Operation("is_null", (Name(name),)),)) for name in names.values()]
    return Select(
        columns=((subject, source.subject), *aggregates),
        source=f"({latest.text()}) AS latest",
        where=(any_of(*marked),),
        group=(subject,),
    )


def _plain_columns(facts: tuple[Fact, ...], source: Source, moment: Moment) -> set[str]:
    trees = [tree for fact in facts for tree in (row_condition(fact, moment), row_value(fact, moment))]
    return set(needed_columns(trees)) - set(source.keys)


def _kept(facts: tuple[Fact, ...], conditions: list[Node], moment: Moment) -> Node:
    """The rows worth grouping: those that some fact counts, said as shortly as possible."""
    common = hull(facts, moment)
    if common is not None and len(facts) > 1:
        return within(*common)
    return any_of(*conditions)


def needed_columns(trees: Iterable[Node]) -> list[str]:
    """The columns named in the trees, sorted."""
    return sorted({code for tree in trees for code in names_in(tree)})


def rows_of(source: Source, needed: list[str], common: tuple[str, Span] | None, moment: Moment) -> str:
    """The feed's rows that hold on the day, as a FROM item: the view itself, or its rows collapsed."""
    if source.contract.kind == "register":
        return f"({_newest_register(source, needed, moment).text()}) AS newest"
    if source.keys:
        columns = [(_chosen(source, c), c) for c in needed if c not in source.keys]
        return f"({_latest(source, columns, common, moment).text()}) AS latest"
    return source.view


def _newest_register(source: Source, needed: list[str], moment: Moment) -> Select:
    known = known_rows(source, moment)
    newest = Select(((f"MAX({_PERIOD_DELIVERY})", "newest"),), source.view, where=(known,)).text()
    columns = tuple((quoted(c), c) for c in [source.subject, *needed])
    rows = Select(columns, source.view, where=(known,))
    return Select(
        columns=rows.columns,
        source=source.view,
        joins=(f"JOIN ({newest}) AS n ON {_PERIOD_DELIVERY} = n.newest",),
        where=rows.where,
    )


_PERIOD_DELIVERY = "((YEAR(period) * 12 + MONTH(period)) * CAST(4194304 AS BIGINT) + delivery)"


def _latest(
    source: Source,
    columns: list[tuple[str, str]],
    common: tuple[str, Span] | None,
    moment: Moment,
) -> Select:
    """The latest row of each key; a window on a key column is applied before, any other after."""
    keys = [quoted(key) for key in source.keys]
    before = within(*common) if common is not None and common[0] in source.keys else TRUE
    return Select(
        columns=(*zip(keys, source.keys, strict=True), *columns),
        source=source.view,
        where=(known_rows(source, moment), before),
        group=tuple(keys),
    )


def _latest_value(text: str) -> str:
    """The latest row's value, null where it is null there."""
    return f"ARG_MAX_NULL({text}, {ORDER})"


def _chosen(source: Source, column: str) -> str:
    """The latest row's column; an empty day travels as the last day there is, which DuckDB compares faster than null."""
    days = {c.as_name for c in source.contract.open_columns if c.type in {"date", "month"}}
    if column not in days:
        return _latest_value(quoted(column))
    return f"NULLIF(ARG_MAX(COALESCE({quoted(column)}, {NO_DAY}), {ORDER}), {NO_DAY})"


def _aggregate(fact: Fact, condition: Node, moment: Moment) -> str:
    function = from_feed(fact).aggregate
    value = row_value(fact, moment)
    return aggregate(function, value, condition, fact.empty)


def aggregate(function: str, value: Node, condition: Node, empty: object) -> str:
    """The SQL of one aggregate over the rows for which `condition` is true; BIGINT, or BOOLEAN for `any`."""
    text = to_sql(value)
    chosen = text if condition == TRUE else f"CASE WHEN {to_sql(condition)} THEN {text} END"
    if function in {"count", "any"}:
        counted = f"COUNT({chosen})"
        return f"({counted} > 0)" if function == "any" else counted
    result = f"CAST({function.upper()}({chosen}) AS BIGINT)"
    return result if empty is None else f"COALESCE({result}, {to_sql(scalar(empty))})"


def scalar(empty: object) -> Literal:
    """A fact's value for nobody's rows as a literal."""
    return Literal(empty if isinstance(empty, bool | int | str) else None)
