"""Text to tree: sqlglot reads it, a whitelist decides what may stay. Nothing is ever run from text."""

from collections.abc import Callable

import sqlglot
from sqlglot import expressions as sql
from sqlglot.errors import SqlglotError

from sangesan.facts.functions import NAMED, OPERATIONS
from sangesan.facts.syntax import Literal, Name, Node, Operation
from sangesan.kernel.refusal import Refusal

BINARY: dict[type[sql.Expr], str] = {
    sql.EQ: "=", sql.NEQ: "<>", sql.LT: "<", sql.LTE: "<=", sql.GT: ">", sql.GTE: ">=",
    sql.Add: "+", sql.Sub: "-", sql.Mul: "*", sql.Div: "/",
}  # fmt: skip
JOINED: dict[type[sql.Expr], str] = {sql.And: "and", sql.Or: "or"}
CALLED: dict[type[sql.Expr], str] = {
    sql.Abs: "abs", sql.Floor: "floor", sql.Min: "min", sql.Max: "max", sql.Coalesce: "coalesce",
}  # fmt: skip
REMEDY = (
    "表达式只能用已声明的事实、参数，比较（= <> < <= > >=）、四则运算、and、or、not、is null、in，"
    f"以及函数 {'、'.join(NAMED)}"
)


def parse(text: object, *, place: str, numbers: bool = False, texts: bool = False) -> Node:
    """The tree of an expression; raises Refusal that names `place` and the part that is refused.

    numbers=False: no figure but 0 and 1 may stand in it (figures are parameters); texts: 'codes' may.
    """
    if not isinstance(text, str) or not text.strip():
        raise Refusal("表达式是空的", place=place, remedy=REMEDY)
    try:
        statements = sqlglot.parse(text)
    except SqlglotError as error:
        raise Refusal(f"表达式“{text}”读不懂（{_position(error)}）", place=place, remedy=REMEDY) from None
    if len(statements) != 1 or statements[0] is None:
        raise Refusal(f"“{text}”不是一个表达式", place=place, remedy=REMEDY)
    return _Reader(place, numbers=numbers, texts=texts).read(statements[0])


def _position(error: SqlglotError) -> str:
    found = getattr(error, "errors", None) or [{}]
    column = found[0].get("col")
    return f"第{column}个字符附近" if column else "请检查括号和引号"


class _Reader:
    """Turns a sqlglot tree into ours, refusing whatever is not listed."""

    def __init__(self, place: str, *, numbers: bool, texts: bool) -> None:
        self.place = place
        self.numbers = numbers
        self.texts = texts

    def read(self, tree: sql.Expr) -> Node:
        kind = type(tree)
        if kind in BINARY:
            return Operation(BINARY[kind], (self.read(tree.this), self.read(tree.expression)))
        if kind in JOINED:
            return Operation(JOINED[kind], tuple(self.read(part) for part in _flat(tree, kind)))
        if kind in CALLED:
            return self._call(tree, CALLED[kind], [tree.this, *tree.expressions])
        read = READERS.get(kind)
        if read is None:
            raise self.refuse(tree)
        return read(self, tree)

    def _call(self, tree: sql.Expr, name: str, args: list[sql.Expr]) -> Node:
        function = OPERATIONS[name]
        least = 2 if function.variadic else len(function.takes)
        if len(args) < least or (not function.variadic and len(args) > least):
            raise Refusal(f"函数 {name} 的参数个数不对：“{tree.sql()}”", place=self.place, remedy=f"应有{least}个")
        return Operation(name, tuple(self.read(arg) for arg in args))

    def anonymous(self, tree: sql.Expr) -> Node:
        name = str(tree.this).lower()
        if name not in NAMED:
            raise Refusal(f"不能调用函数“{tree.this}”", place=self.place, remedy=f"可用的函数：{'、'.join(NAMED)}")
        return self._call(tree, name, list(tree.expressions))

    def literal(self, tree: sql.Expr) -> Node:
        if tree.args["is_string"]:
            if not self.texts:
                raise Refusal(f"这里不能写文字“{tree.this}”", place=self.place, remedy="请改用已声明的事实")
            return Literal(str(tree.this))
        if not str(tree.this).isdigit() or (not self.numbers and str(tree.this) not in {"0", "1"}):
            raise Refusal(
                f"表达式里不能写数字“{tree.this}”", place=self.place, remedy="请把它定为参数，写明出处，再用参数的代码"
            )
        return Literal(int(tree.this))

    def column(self, tree: sql.Expr) -> Node:
        if tree.args.get("table") or not isinstance(tree.this, sql.Identifier) or tree.this.args.get("quoted"):
            raise self.refuse(tree)
        return Name(str(tree.name))

    def refuse(self, tree: sql.Expr) -> Refusal:
        name = type(tree).__name__
        if isinstance(tree, sql.Func):
            return Refusal(
                f"不能调用函数“{tree.sql_name()}”：“{tree.sql()}”",
                place=self.place,
                remedy=f"可用的函数：{'、'.join(NAMED)}",
            )
        return Refusal(f"不允许的写法“{tree.sql()}”（{name}）", place=self.place, remedy=REMEDY)


def _flat(tree: sql.Expr, kind: type[sql.Expr]) -> list[sql.Expr]:
    left = _flat(tree.this, kind) if type(tree.this) is kind else [tree.this]
    return [*left, tree.expression]


def _is(reader: _Reader, tree: sql.Expr) -> Node:
    if not isinstance(tree.expression, sql.Null):
        raise reader.refuse(tree)
    return Operation("is_null", (reader.read(tree.this),))


def _in(reader: _Reader, tree: sql.Expr) -> Node:
    listed = tree.expressions
    if not listed or not all(isinstance(item, sql.Literal) for item in listed):
        raise reader.refuse(tree)
    return Operation("in", (reader.read(tree.this), *(reader.read(item) for item in listed)))


READERS: dict[type[sql.Expr], Callable[[_Reader, sql.Expr], Node]] = {
    sql.Paren: lambda reader, tree: reader.read(tree.this),
    sql.Not: lambda reader, tree: Operation("not", (reader.read(tree.this),)),
    sql.Neg: lambda reader, tree: Operation("neg", (reader.read(tree.this),)),
    sql.Boolean: lambda _, tree: Literal(bool(tree.this)),
    sql.Literal: _Reader.literal,
    sql.Column: _Reader.column,
    sql.Anonymous: _Reader.anonymous,
    sql.Is: _is,
    sql.In: _in,
}
