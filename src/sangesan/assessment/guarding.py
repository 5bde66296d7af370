"""No sheet may reward the number of households identified. Plain Python.

Scores that rise with the number found make people pad the lists; scores that fall with it make them hide. So whatever one
more identified household moves by itself, with everything about it in time, may not stand in an indicator at all, except
as what is late of it: one more household in time leaves that as it was.
"""

from collections.abc import Iterable, Mapping

from sangesan.assessment.domain import Effect
from sangesan.assessment.operands import Operands, operands
from sangesan.assessment.sheets import KIND_TITLES, OF, REST, Deduct, Extra, Indicator, Kind, Sheet
from sangesan.facts.syntax import names_in
from sangesan.figures.catalogue import DEPARTMENT, GRID, TOWN, VILLAGE, catalogue
from sangesan.kernel.refusal import Refusal

LEVEL = {Kind.TOWN: TOWN, Kind.DEPARTMENT: DEPARTMENT, Kind.TEAM: VILLAGE, Kind.CADRE: GRID}
REMEDY = "请改用“超期的每例扣分”（如 clues_in_time_rest）或与识别户数无关的指标"


def check_sheet(sheet: Sheet, known: Operands | None = None) -> Sheet:
    """The sheet, when it may be used; raises Refusal naming the indicator: unknown figures, or identified households."""
    have = known or operands()
    _levels(sheet)
    for one in sheet.indicators:
        _indicator(one, have)
    for title, extra in (("加分", sheet.bonus), ("减分", sheet.penalty)):
        _extra(title, extra, have)
    return sheet


def _levels(sheet: Sheet) -> None:
    """Figures of the catalogue have to be given of such subjects, or every one of them would have none."""
    for name in sorted(sheet.names()):
        one = catalogue().get(name.removesuffix(OF).removesuffix(REST))
        if one is not None and LEVEL[sheet.kind] not in one.levels:
            raise Refusal(f"“{one.title}”没有{KIND_TITLES[sheet.kind]}一级的数", place=name, remedy="请换一个指标")


def _indicator(one: Indicator, known: Operands) -> None:
    place = f"指标“{one.title}”"
    if isinstance(one.how, Deduct):
        _counted(one.how.each, known, place)
        return
    for name in dict.fromkeys(names_in(one.how.value)):
        code = name.removesuffix(OF)
        if code not in known.effects:
            raise Refusal(f"没有“{code}”这个指标，或不能用于考核", place=place, remedy="可用的见 operands.yaml")
        if known.effects[code] != Effect():
            raise Refusal(f"“{code}”会随识别户数变动，识别得越多分数就会变", place=place, remedy=REMEDY)


def _counted(names: Iterable[str], known: Operands, place: str) -> None:
    for name in names:
        code = name.removesuffix(REST)
        if not known.known(code):
            raise Refusal(f"没有“{name}”这类记录或指标", place=place, remedy="可用的见 operands.yaml")
        if moves(name, known.effects):
            raise Refusal(f"“{name}”会随识别户数变动", place=place, remedy=REMEDY)


def _extra(title: str, extra: Extra, known: Operands) -> None:
    for item in extra.items:
        place = f"{title}“{item.title}”"
        if figures := sorted(name for name in item.each if name not in known.records):
            raise Refusal(
                f"{title}只能按记录计，不能按“{figures[0]}”", place=place, remedy="可用的记录见 operands.yaml"
            )


def moves(name: str, effects: Mapping[str, Effect]) -> bool:
    """Whether one more identified household, in time, changes how many cases a name counts."""
    effect = effects.get(name.removesuffix(REST), Effect())
    return bool(effect.denominator - effect.numerator if name.endswith(REST) else effect.numerator)
