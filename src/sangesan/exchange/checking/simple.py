"""int, decimal, bool, code and text columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa

from sangesan.exchange.checking.outcome import Outcome, by_distinct, distinct_numbers, overlay, plain
from sangesan.exchange.reading.raw import RawColumn, number_text
from sangesan.kernel.refusal import Refusal

YES = frozenset({"是", "有", "已", "1", "y", "yes", "t", "true", "√", "✓", "对"})
NO = frozenset({"否", "无", "没有", "未", "0", "n", "no", "f", "false", "×", "x", "不是"})
_INT = re.compile(r"([+-]?[0-9]{1,9})(?:\.0+)?\s*(?:级|年度|年|天|日|岁|个月|月|人|户|次)?")
_CHINESE_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")}
_DECIMAL = re.compile(r"([+-]?[0-9]{1,12}(?:\.[0-9]+)?)\s*(?:平方米|㎡|m2|平米|亩|公里|米)?")
# From 10**15 on Excel shows no more than 15 digits: the last ones are lost and can't be mended.
EXACT_TO = 1e15


def int_of(text: str) -> int:
    """A whole number, with a counting word allowed: 3, 3.0, 3级, 三级, 2022年."""
    word = plain(text).replace(",", "")
    if word[:1] in _CHINESE_DIGITS and word[1:] in {"", "级"}:
        return _CHINESE_DIGITS[word[0]]
    form = _INT.fullmatch(word)
    if not form or abs(int(form[1])) >= 2**31:
        raise Refusal(f"“{text}”不是整数")
    return int(form[1])


def decimal_of(text: str) -> Decimal:
    """A number of at most two decimals, with a unit of area or length allowed."""
    form = _DECIMAL.fullmatch(plain(text).replace(",", ""))
    if not form:
        raise Refusal(f"“{text}”不是数字")
    value = Decimal(form[1])
    if value != value.quantize(Decimal("0.01")):
        raise Refusal(f"“{text}”超过两位小数")
    return value.quantize(Decimal("0.01"))


def bool_of(text: str) -> bool:
    """是/否 and the ways people write them."""
    word = plain(text).lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Refusal(f"“{text}”不是是或否")


def code_key(text: str) -> str:
    """A code without width differences and inner space, for comparison only."""
    return re.sub(r"\s+", "", plain(text)).casefold()


def check_int(column: RawColumn) -> Outcome:
    """int32 from texts and number cells."""
    return _texts_and_numbers(column, int_of, pa.int32())


def check_decimal(column: RawColumn) -> Outcome:
    """decimal(14,2) from texts and number cells."""
    return _texts_and_numbers(column, decimal_of, pa.decimal128(14, 2))


def check_bool(column: RawColumn) -> Outcome:
    """Boolean from texts (true and false cells come as 是 and 否) and the numbers 1 and 0."""
    return _texts_and_numbers(column, bool_of, pa.bool_())


def check_code(column: RawColumn, codes: Sequence[str]) -> Outcome:
    """One of the listed codes, in its listed writing."""
    known = {code_key(code): code for code in codes}

    def code_of(text: str) -> str:
        key = code_key(text)
        found = known.get(key) or known.get(key.removesuffix("级"))
        if found is None:
            raise Refusal(f"“{text}”不在代码表中")
        return found

    return _texts_and_numbers(column, code_of, pa.string())


def check_text(column: RawColumn) -> Outcome:
    """Any text; a number cell as Excel shows it, unless Excel has already lost its last digits."""
    if column.numbers is None and column.days is None and column.odd is None:
        return Outcome(column.text, np.zeros(len(column), dtype=np.bool_))
    bad = np.zeros(len(column), dtype=np.bool_)
    if column.numbers is not None:
        bad = bad | (np.abs(np.nan_to_num(column.numbers)) >= EXACT_TO)
    if column.odd is not None:
        bad = bad | column.odd
    return Outcome(column.as_text(), bad)


def _texts_and_numbers(column: RawColumn, parse: object, kind: pa.DataType) -> Outcome:
    texts = by_distinct(column.text, parse, kind)  # type: ignore[arg-type]
    if column.numbers is None:
        return texts
    numbers = distinct_numbers(column, lambda n: parse(number_text(n)), kind)  # type: ignore[operator]
    return Outcome(overlay(texts.values, column.is_number(), numbers.values), texts.bad | numbers.bad)
