"""The whitelist: every operator and function an expression may use, with its meaning in Python and in SQL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from sqlglot import expressions as sql

NUMBER, TRUTH, TEXT, DAY, ANY = "number", "truth", "text", "day", "any"
Value = int | Fraction | str | bool | date | None


@dataclass(frozen=True)
class Function:
    """Kinds taken and given; `compute` gets no None unless `sees_null`; `build` makes the sqlglot tree."""

    takes: tuple[str, ...]
    gives: str
    compute: Callable[..., Value]
    build: Callable[..., sql.Expr]
    sees_null: bool = False
    variadic: bool = False
    word: str = ""


def wrapped(tree: sql.Expr) -> sql.Expr:
    """The tree in parentheses, unless it is a name or a value."""
    return tree if isinstance(tree, sql.Column | sql.Literal | sql.Boolean) else sql.Paren(this=tree)


def _and(*values: Value) -> Value:
    if any(v is False for v in values):
        return False
    return None if None in values else True


def _or(*values: Value) -> Value:
    if any(v is True for v in values):
        return True
    return None if None in values else False


def _pick(choose: Callable[[Sequence[Any]], Value]) -> Callable[..., Value]:
    def compute(*values: Value) -> Value:
        known = [v for v in values if v is not None]
        return choose(known) if known else None

    return compute


def _divide(left: int, right: int) -> Value:
    return None if right == 0 else Fraction(left) / Fraction(right)


def _first(*values: Value) -> Value:
    return next((v for v in values if v is not None), None)


def _chain(kind: type[sql.And] | type[sql.Or]) -> Callable[..., sql.Expr]:
    def build(*args: sql.Expr) -> sql.Expr:
        tree = wrapped(args[0])
        for arg in args[1:]:
            tree = kind(this=tree, expression=wrapped(arg))
        return tree

    return build


def _binary(kind: type[sql.Binary]) -> Callable[..., sql.Expr]:
    return lambda left, right: kind(this=wrapped(left), expression=wrapped(right))


def _listed(kind: type[sql.Func], **kept: bool) -> Callable[..., sql.Expr]:
    return lambda first, *others: kind(this=first, expressions=list(others), **kept)


def _ratio(top: sql.Expr, bottom: sql.Expr) -> sql.Expr:
    """A quotient in double precision, null for a zero divisor; exact enough to compare with whole fen."""
    double = sql.Cast(this=wrapped(top), to=sql.DataType.build("double"))
    return sql.Div(this=double, expression=sql.Nullif(this=bottom, expression=sql.Literal.number(0)))


def _percent(percent: sql.Expr, amount: sql.Expr) -> sql.Expr:
    product = sql.Mul(this=wrapped(percent), expression=wrapped(amount))
    return sql.Div(this=wrapped(product), expression=sql.Literal.number("100.0"))


def _days(start: sql.Expr, end: sql.Expr) -> sql.Expr:
    return sql.DateDiff(this=end, expression=start, unit=sql.var("DAY"))


def _as_number(day: sql.Expr) -> sql.Expr:
    """A day as year, month and day written together, 20220913: whole years between two are the difference's first
    digits, on every engine alike.
    """

    def times(part: sql.Expr, factor: str) -> sql.Expr:
        return sql.Mul(this=part, expression=sql.Literal.number(factor))

    typed = sql.Cast(this=day, to=sql.DataType.build("date"))  # so that an empty value, too, is a day's
    months = sql.Add(this=times(sql.Year(this=typed), "10000"), expression=times(sql.Month(this=typed), "100"))
    return sql.Paren(this=sql.Add(this=months, expression=sql.Day(this=typed)))


def _years(start: sql.Expr, end: sql.Expr) -> sql.Expr:
    apart = sql.Paren(this=sql.Sub(this=_as_number(end), expression=_as_number(start)))
    whole = sql.Floor(this=sql.Div(this=apart, expression=sql.Literal.number("10000.0")))
    return sql.Cast(this=whole, to=sql.DataType.build("bigint"))


def _whole_years(start: date, end: date) -> int:
    """Whole years gone by; one born on 29 February is a year older on 1 March of a common year."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _comparison(compute: Callable[[Any, Any], bool], build: type[sql.Binary]) -> Function:
    return Function((ANY, ANY), TRUTH, compute, _binary(build))


def _arithmetic(compute: Callable[[Any, Any], Value], build: Callable[..., sql.Expr]) -> Function:
    return Function((NUMBER, NUMBER), NUMBER, compute, build)


OPERATIONS: Mapping[str, Function] = {
    "and": Function((TRUTH,), TRUTH, _and, _chain(sql.And), sees_null=True, variadic=True),
    "or": Function((TRUTH,), TRUTH, _or, _chain(sql.Or), sees_null=True, variadic=True),
    "not": Function((TRUTH,), TRUTH, lambda v: not v, lambda a: sql.Not(this=wrapped(a))),
    "is_null": Function(
        (ANY,), TRUTH, lambda v: v is None, lambda a: sql.Is(this=wrapped(a), expression=sql.Null()), sees_null=True
    ),
    "in": Function(
        (TEXT,),
        TRUTH,
        lambda v, *listed: v in listed,
        lambda a, *listed: sql.In(this=a, expressions=list(listed)),
        variadic=True,
    ),
    "=": _comparison(lambda a, b: bool(a == b), sql.EQ),
    "<>": _comparison(lambda a, b: bool(a != b), sql.NEQ),
    "<": _comparison(lambda a, b: bool(a < b), sql.LT),
    "<=": _comparison(lambda a, b: bool(a <= b), sql.LTE),
    ">": _comparison(lambda a, b: bool(a > b), sql.GT),
    ">=": _comparison(lambda a, b: bool(a >= b), sql.GTE),
    "+": _arithmetic(lambda a, b: a + b, _binary(sql.Add)),
    "-": _arithmetic(lambda a, b: a - b, _binary(sql.Sub)),
    "*": _arithmetic(lambda a, b: a * b, _binary(sql.Mul)),
    "/": _arithmetic(_divide, _ratio),
    "neg": Function((NUMBER,), NUMBER, lambda a: -a, lambda a: sql.Neg(this=wrapped(a))),
    "abs": Function((NUMBER,), NUMBER, abs, lambda a: sql.Abs(this=a), word="abs"),
    "floor": Function(
        (NUMBER,),
        NUMBER,
        floor,
        lambda a: sql.Cast(this=sql.Floor(this=a), to=sql.DataType.build("bigint")),
        word="floor",
    ),
    "min": Function(
        (ANY,), ANY, _pick(min), _listed(sql.Least, ignore_nulls=True), sees_null=True, variadic=True, word="min"
    ),
    "max": Function(
        (ANY,), ANY, _pick(max), _listed(sql.Greatest, ignore_nulls=True), sees_null=True, variadic=True, word="max"
    ),
    "coalesce": Function((ANY,), ANY, _first, _listed(sql.Coalesce), sees_null=True, variadic=True, word="coalesce"),
    "percent_of": Function((NUMBER, NUMBER), NUMBER, lambda p, a: Fraction(p * a, 100), _percent, word="percent_of"),
    "years_between": Function((DAY, DAY), NUMBER, _whole_years, _years, word="years_between"),
    "days_between": Function((DAY, DAY), NUMBER, lambda a, b: (b - a).days, _days, word="days_between"),
}
NAMED = tuple(sorted(f.word for f in OPERATIONS.values() if f.word))
