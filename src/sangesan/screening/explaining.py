"""A hit in one Chinese sentence, with the values it had and the parameters that held."""

import json
from collections.abc import Iterable, Mapping
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
    shown = {code: shown_value(value, book[code].unit) for code, value in values.items() if code in book}
    return filled(rule.sentence, shown, rule.parameters, as_of=as_of, parameters=parameters)


def filled(
    sentence: str, shown: Mapping[str, str], codes: Iterable[str], *, as_of: date, parameters: ParameterBook
) -> str:
    """A sentence's template with facts as they are shown and the parameters named in `codes` as they hold on the day."""
    words = dict(shown)
    for code in codes:
        found = parameters.value(code, as_of)
        if found is not None:
            words[code] = shown_value(found.value, found.unit, PARAMETER_UNITS)
    return sentence.format_map(_Known(words))


def shown_value(value: object, unit: str, words: Mapping[str, str] = FACT_UNITS) -> str:
    """A value with its unit as a sentence says it: 未知 for what is not known, 是 or 否, money in yuan."""
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
