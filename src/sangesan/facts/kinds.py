"""What kind of value a tree gives; a tree that compares days with money or adds truths is refused."""

from collections.abc import Mapping
from datetime import date

from sangesan.facts.functions import ANY, DAY, NUMBER, OPERATIONS, TEXT, TRUTH
from sangesan.facts.syntax import Column, Literal, Name, Node
from sangesan.kernel.refusal import Refusal

WORDS = {NUMBER: "数", TRUTH: "是否", TEXT: "文字", DAY: "日期", ANY: "任意"}
ORDERED = {"<", "<=", ">", ">="}


def kind_of(tree: Node, kinds: Mapping[str, str], *, place: str) -> str:
    """The kind of the tree, given those of its names; raises Refusal for an unknown name or a mixture."""
    if isinstance(tree, Literal):
        return _literal(tree)
    if isinstance(tree, Name):
        if tree.code not in kinds:
            raise Refusal(f"没有名为“{tree.code}”的事实或参数", place=place, remedy="请核对代码的拼写")
        return kinds[tree.code]
    if isinstance(tree, Column):
        return ANY
    function = OPERATIONS[tree.op]
    given = [kind_of(arg, kinds, place=place) for arg in tree.args]
    if function.variadic or tree.op in {"=", "<>", *ORDERED}:
        _alike(tree.op, given, place)
    for position, kind in enumerate(given):
        wanted = function.takes[min(position, len(function.takes) - 1)]
        if ANY not in {wanted, kind} and wanted != kind:
            raise Refusal(
                f"“{tree.op}”要{WORDS[wanted]}，给的是{WORDS[kind]}", place=place, remedy="请核对所用事实的单位"
            )
    return given[0] if function.gives == ANY else function.gives


def _literal(tree: Literal) -> str:
    if isinstance(tree.value, bool):
        return TRUTH
    if isinstance(tree.value, int):
        return NUMBER
    if isinstance(tree.value, date):
        return DAY
    return ANY if tree.value is None else TEXT


def _alike(op: str, given: list[str], place: str) -> None:
    known = {kind for kind in given if kind != ANY}
    if len(known) > 1:
        words = "和".join(WORDS[kind] for kind in sorted(known))
        raise Refusal(f"“{op}”的两边不是一类（{words}）", place=place, remedy="请核对所用事实的单位")
    if op in ORDERED and known & {TRUTH}:
        raise Refusal(f"是否类的事实不能用“{op}”比大小", place=place, remedy="请直接写事实的代码")
