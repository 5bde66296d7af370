"""Checks facts against each other, the feeds' columns and the parameters they name."""

from collections.abc import Mapping

from sangesan.exchange.contracts import ColumnContract
from sangesan.facts import windows
from sangesan.facts.functions import DAY, NUMBER, TEXT, TRUTH
from sangesan.facts.kinds import kind_of
from sangesan.facts.model import Derived, Fact, FactBook, FromFeed, FromSnapshot, RollUp, Source
from sangesan.facts.syntax import Node, names_in
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterBook

KINDS = {
    "text": TEXT, "code": TEXT, "division": TEXT, "person_id": TEXT, "date": DAY, "month": DAY,
    "money": NUMBER, "int": NUMBER, "decimal": NUMBER, "bool": TRUTH,
}  # fmt: skip
SNAPSHOT: Mapping[str, Mapping[str, str]] = {
    "people": {
        "person_no": NUMBER, "household_no": NUMBER, "relation": TEXT, "sex": TEXT, "birth_date": DAY,
        "labour": TEXT, "health": TEXT, "education": TEXT, "schooling": TEXT, "registered": TRUTH,
    },
    "households": {
        "household_no": NUMBER, "village": TEXT, "town": TEXT, "residence": TEXT, "grid": TEXT,
        "formerly_poor": TRUTH, "monitored": TRUTH, "stage": TEXT, "category": TEXT, "relocated": TRUTH,
        "resettled_on": DAY, "house_grade": TEXT, "safe_water": TRUTH,
    },
}  # fmt: skip
TODAY = "today"


def column_kinds(source: Source) -> dict[str, str]:
    """The kind of each column that a feed's facts may name."""
    columns: tuple[ColumnContract, ...] = source.contract.open_columns
    return {"period": DAY, **{c.as_name: KINDS[c.type] for c in columns}}


def check(book: FactBook, parameters: ParameterBook) -> None:
    """Raises Refusal for the first fact that names something that does not exist or is of the wrong kind."""
    for fact in book.facts.values():
        _check(fact, book)
        for code in sorted(parameters_of(fact)):
            if code not in parameters:
                raise Refusal(f"“{code}”既不是列也不是参数", place=f"事实 {fact.code}", remedy="请核对代码的拼写")


def parameters_of(fact: Fact) -> set[str]:
    """The parameters that the fact itself names (not those of facts it is made of)."""
    body = fact.body
    if not isinstance(body, FromFeed):
        return set()
    columns = {*column_kinds(body.source), TODAY}
    trees = [body.where, *([body.of] if body.of else [])]
    named = {code for tree in trees for code in names_in(tree)} - columns
    return named | ({body.window.length} if isinstance(body.window.length, str) else set())


def _check(fact: Fact, book: FactBook) -> None:
    place, body = f"事实 {fact.code}", fact.body
    if isinstance(body, FromFeed):
        _check_feed(fact, body, place)
    elif isinstance(body, FromSnapshot):
        _must_be(fact.kind, body.value, {**SNAPSHOT[body.table], TODAY: DAY}, place)
    elif isinstance(body, RollUp):
        part = book.facts.get(body.of)
        if part is None or part.grain != "person" or fact.grain == "person":
            raise Refusal(f"“{body.of}”不是可以汇总的个人事实", place=place, remedy="rolls_up 要写个人一级的事实")
        if (body.by in {"count", "any"}) != (part.kind == TRUTH):
            raise Refusal(
                f"“{body.of}”不能用 {body.by} 汇总", place=place, remedy="是否类用 count、any，数用 sum、max、min"
            )
    elif isinstance(body, Derived):
        known = {f.code: f.kind for f in book.facts.values() if f.grain == fact.grain}
        _must_be(fact.kind, body.value, known, place)


def _check_feed(fact: Fact, body: FromFeed, place: str) -> None:
    kinds = column_kinds(body.source)
    needed = set(body.source.interval) if body.window.name in windows.INTERVALS else {body.on}
    if fact.grain != body.source.contract.grain:
        raise Refusal(f"grain 应为 {body.source.contract.grain}", place=place, remedy="户一级的用 rolls_up 汇总")
    for missing in sorted(needed - set(kinds)):
        raise Refusal(f"数据项 {body.source.code} 没有列“{missing}”", place=place, remedy="请写明 dated_by 或 interval")
    open_names = dict.fromkeys(parameters_of(fact), NUMBER)
    _must_be(TRUTH, body.where, {**open_names, **kinds, TODAY: DAY}, place)
    if body.of is not None:
        _must_be(NUMBER, body.of, {**open_names, **kinds, TODAY: DAY}, place)


def _must_be(wanted: str, tree: Node, kinds: Mapping[str, str], place: str) -> None:
    if kind_of(tree, kinds, place=place) not in {wanted, "any"}:
        raise Refusal("表达式的结果与单位不符", place=place, remedy="是否类的单位写 truth，其余写 fen、count、days 等")
