"""A hit in one Chinese sentence, with the values it had and the parameters that held."""

import json
from collections.abc import Mapping
from datetime import date

from sangesan.facts.model import UNITS as FACT_UNITS
from sangesan.facts.model import FactBook
from sangesan.kernel.money import format_yuan
from sangesan.policy.parameters import UNITS as PARAMETER_UNITS
from sangesan.policy.parameters import ParameterBook
from sangesan.screening.rules import Rule


def explain(
    rule: Rule, operands: str | Mapping[str, object], *, as_of: date, parameters: ParameterBook, book: FactBook
) -> str:
    """The rule's sentence with its facts' values (from the hit) and its parameters' values (on the day)."""
    values = json.loads(operands) if isinstance(operands, str) else operands
    shown = {code: _text(value, book[code].unit, FACT_UNITS) for code, value in values.items() if code in book}
    for code in rule.parameters:
        found = parameters.value(code, as_of)
        if found is not None:
            shown[code] = _text(found.value, found.unit, PARAMETER_UNITS)
    return rule.sentence.format_map(_Known(shown))


def _text(value: object, unit: str, words: Mapping[str, str]) -> str:
    if value is None:
        return "未知"
    if isinstance(value, bool):
        return "是" if value else "否"
    if unit == "fen" and isinstance(value, int):
        text = format_yuan(value)
        return text if text.endswith("元") else f"{text}元"
    return f"{value}{words.get(unit, '')}"


class _Known(dict[str, str]):
    def __missing__(self, code: str) -> str:
        return "未知"
