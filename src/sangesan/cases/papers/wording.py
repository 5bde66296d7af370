"""Values put into the words of a paper. What is not known becomes an empty place to fill in by hand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sangesan.documents.form import DATE_TO_FILL, boxes
from sangesan.kernel.dates import day_in_full
from sangesan.kernel.money import format_yuan
from sangesan.policy.regimes import Regime
from sangesan.policy.risks import RISK_TYPES

YES, NO = "是", "否"
ORDINALS = ("第一风险", "第二风险", "第三风险", "第四风险", "第五风险")


def day(value: date | None) -> str:
    """2022年9月13日; an empty date to fill in where it is not known."""
    return day_in_full(value) if value else DATE_TO_FILL


def iso(value: date | None) -> str:
    """2022-09-13, for narrow columns; "" where it is not known."""
    return value.isoformat() if value else ""


def yuan(fen: int | None) -> str:
    """The amount with “元”; "" where it is not known."""
    return f"{format_yuan(fen)}元" if fen is not None else ""


def bare_yuan(fen: int | None) -> str:
    """The amount alone, under a heading that names the unit."""
    return format_yuan(fen) if fen is not None else ""


def number(value: object, unit: str = "") -> str:
    """A number with its unit; "" where it is not known."""
    return f"{value}{unit}" if value is not None and value != "" else ""


def yes_no(value: bool | None, yes: str = YES, no: str = NO) -> str:
    """Both boxes; one is ticked where the answer is known."""
    return boxes([yes, no], [] if value is None else [yes if value else no])


def one_of(titles: Mapping[str, str], code: str) -> str:
    """The boxes of a code list, the one that holds ticked."""
    return boxes(list(titles.values()), [titles[code]] if code in titles else [])


def risk_words(codes: Iterable[str]) -> str:
    """因病、缺劳动力: for papers that stay in the offices. Public ones: documents.public.neutral_risks."""
    return "、".join(RISK_TYPES.get(code, code) for code in codes)


def risk_boxes(codes: Sequence[str]) -> str:
    """All risk types to tick; those that hold are ticked."""
    return boxes(list(RISK_TYPES.values()), [RISK_TYPES[c] for c in codes if c in RISK_TYPES])


def ranked_risks(codes: Sequence[str]) -> list[tuple[str, str]]:
    """(第一风险, 因病) and so on: five fields, empty where there is none."""
    words = [RISK_TYPES.get(code, code) for code in codes[:5]]
    return list(zip(ORDINALS, words + [""] * (5 - len(words)), strict=True))


def category_of(regime: Regime, code: str) -> str:
    """The category's official word; "" where none is confirmed."""
    return {c.code: c.title for c in regime.categories}.get(code, "")


def category_boxes(regime: Regime, code: str) -> str:
    """The regime's categories to tick."""
    return one_of({c.code: c.title for c in regime.categories}, code)


def padded(rows: Sequence[Sequence[str]], least: int, columns: int) -> list[Sequence[str]]:
    """The rows, and empty ones to write in by hand until there are `least`."""
    return [*rows, *([""] * columns for _ in range(least - len(rows)))]


def numbered(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Each row with its order number in front."""
    return [[str(n), *row] for n, row in enumerate(rows, start=1)]


def lines_to_write(count: int) -> str:
    """Room for so many lines by hand in one cell."""
    return "\n" * count
