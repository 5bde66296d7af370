"""Points from figures and records: each line with what it rests on, the total, what an accepted objection changes.

Plain Python, exact: shares are fractions, points are kept in hundredths and rounded half up once a line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any

from sangesan.assessment.sheets import OF, REST, WHOLE, Bands, Deduct, Indicator, Item, Missing, Share, Sheet
from sangesan.facts.evaluation import evaluate
from sangesan.facts.functions import Value
from sangesan.facts.syntax import Node, Operation, names_in

FIGURE = "figure"  # the kind of a record that stands for all cases of a figure
HUNDREDTHS = 100


class Part(StrEnum):
    """Where a line belongs."""

    BASE = "base"
    BONUS = "bonus"
    PENALTY = "penalty"


class Standing(StrEnum):
    """Whether a line was judged."""

    SCORED = "scored"
    TOO_FEW = "too_few"
    UNKNOWN = "unknown"


STANDING_TITLES = {
    Standing.SCORED: "已评分",
    Standing.TOO_FEW: "数量不足，不评分",
    Standing.UNKNOWN: "没有数据，不评分",
}


@dataclass(frozen=True)
class Operand:
    """A figure of one subject: cases, and of how many (None: a plain count)."""

    numerator: int
    denominator: int | None = None


@dataclass(frozen=True)
class Record:
    """Something that stands in the record: "sheet" 12, in words, on a day (ISO); minus: hundredths that it cost or gave."""

    kind: str
    number: str
    words: str
    on: str = ""
    minus: int = 0
    count: int = 1

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.number}"


@dataclass(frozen=True)
class Line:
    """One line of a score. points: what can be had; got: what was (bonus: added, penalty: taken off), in hundredths.

    value: numerator and denominator behind a share; figures: their codes; most: how much its records may move it.
    """

    part: Part
    code: str
    title: str
    points: int
    got: int
    standing: Standing
    how: str
    value: tuple[int, int] | None = None
    figures: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()
    restored: int = 0


@dataclass(frozen=True)
class Result:
    """A subject's lines and total in hundredths; None where no line could be judged."""

    lines: tuple[Line, ...]
    total: int | None


@dataclass(frozen=True)
class Accepted:
    """An accepted objection: a record left out of a line, or so many hundredths given back."""

    indicator: str
    record: str = ""
    restored: int = 0


def score(
    sheet: Sheet,
    figures: Mapping[str, Operand],
    records: Mapping[str, Sequence[Record]],
    *,
    scale: Fraction = Fraction(1),
) -> Result:
    """The score of one subject. scale: mean size over own size, for deductions that are scaled."""
    lines = [_line(one, figures, records, scale) for one in sheet.indicators]
    lines += [_item(one, Part.BONUS, figures, records) for one in sheet.bonus.items]
    lines += [_item(one, Part.PENALTY, figures, records) for one in sheet.penalty.items]
    return Result(tuple(lines), total(sheet, lines))


def total(sheet: Sheet, lines: Iterable[Line]) -> int | None:
    """The total of lines: what was judged made into a hundred (or neutral points given), bonus, penalty, floor."""
    parts: dict[Part, list[Line]] = {part: [] for part in Part}
    for line in lines:
        parts[line.part].append(line)
    judged = [line for line in parts[Part.BASE] if line.standing == Standing.SCORED]
    if not judged:
        return None
    got, of = sum(line.got for line in judged), sum(line.points for line in judged)
    if sheet.missing == Missing.SPREAD:
        base = Fraction(got * WHOLE * HUNDREDTHS, of)
    else:
        left = sum(line.points for line in parts[Part.BASE]) - of
        base = got + left * sheet.neutral
    added = min(sum(line.got for line in parts[Part.BONUS]), cents(sheet.bonus.most))
    taken = min(sum(line.got for line in parts[Part.PENALTY]), cents(sheet.penalty.most))
    return max(half_up(base) + added - taken, cents(sheet.floor))


def with_objections(sheet: Sheet, lines: Sequence[Line], accepted: Iterable[Accepted]) -> Result:
    """The lines with accepted objections laid over; nothing else can change an announced score."""
    left_out: dict[str, set[str]] = {}
    given_back: dict[str, int] = {}
    for one in accepted:
        if one.record:
            left_out.setdefault(one.indicator, set()).add(one.record)
        else:
            given_back[one.indicator] = given_back.get(one.indicator, 0) + one.restored
    changed = [_changed(line, left_out.get(line.code, set()), given_back.get(line.code, 0)) for line in lines]
    return Result(tuple(changed), total(sheet, changed))


def _changed(line: Line, left_out: set[str], given_back: int) -> Line:
    if not left_out and not given_back:
        return line
    kept = tuple(one for one in line.records if one.key not in left_out)
    got = line.got
    if kept != line.records:
        moved = min(sum(one.minus for one in kept), line.points)
        got = line.points - moved if line.part == Part.BASE else moved
    # a penalty is given back by taking off less; everything else by adding
    got = max(got - given_back, 0) if line.part == Part.PENALTY else min(got + given_back, line.points)
    fields = {**vars(line), "records": kept, "got": got, "restored": given_back}
    return Line(**fields)


def cents(points: Fraction) -> int:
    """Points in hundredths, half up."""
    return half_up(points * HUNDREDTHS)


def half_up(value: Fraction | int) -> int:
    """The nearest whole number, a half upwards."""
    return floor(Fraction(value) + Fraction(1, 2))


def _line(
    one: Indicator, figures: Mapping[str, Operand], records: Mapping[str, Sequence[Record]], scale: Fraction
) -> Line:
    points = cents(one.points)
    if isinstance(one.how, Deduct):
        found = _moved(one.how.each, figures, records, scale if one.how.scaled else Fraction(1))
        got = max(points - sum(record.minus for record in found), 0)
        return Line(Part.BASE, one.code, one.title, points, got, Standing.SCORED, "deduct", records=found)
    names = tuple(sorted(one.figures))
    plain = Line(Part.BASE, one.code, one.title, points, 0, Standing.UNKNOWN, _word(one), figures=names)
    if any(name not in figures for name in names):
        return plain
    parts = _parts(one.how.value, figures)
    if parts is None or parts[1] < max(one.least, 1):
        return Line(**{**vars(plain), "standing": Standing.TOO_FEW, "value": parts})
    share = Fraction(*parts)
    got = half_up(points * _share_of_points(one.how, share))
    return Line(**{**vars(plain), "standing": Standing.SCORED, "value": parts, "got": got})


def _share_of_points(how: Share | Bands, value: Fraction) -> Fraction:
    if isinstance(how, Bands):
        return next((given for reached, given in how.steps if value >= reached), Fraction(0))
    return min(max((value - how.low) / (how.high - how.low), Fraction(0)), Fraction(1))


def _parts(tree: Node, figures: Mapping[str, Operand]) -> tuple[int, int] | None:
    """Above and below the line of a quotient; None where either is unknown. Anything else is over one."""
    values: dict[str, Value] = {}
    for name in names_in(tree):
        operand = figures[name.removesuffix(OF)]
        values[name] = operand.denominator if name.endswith(OF) else operand.numerator
    above, below = tree.args if isinstance(tree, Operation) and tree.op == "/" else (tree, None)
    top, bottom = evaluate(above, values), 1 if below is None else evaluate(below, values)
    if not isinstance(top, int | Fraction) or not isinstance(bottom, int | Fraction):
        return None
    if bottom == 0:
        return 0, 0
    exact = Fraction(bottom)
    # both sides multiplied by the same number, so that they are whole and their quotient stays
    by = Fraction(top).denominator * exact.denominator
    return int(Fraction(top) * by), int(exact * by)


def _moved(
    each: Mapping[str, Fraction],
    figures: Mapping[str, Operand],
    records: Mapping[str, Sequence[Record]],
    scale: Fraction,
) -> tuple[Record, ...]:
    """The records that move a line, each with its hundredths; a figure's cases as one record with their number."""
    found: list[Record] = []
    for name, points in each.items():
        if name in records:
            one_each = cents(points * scale)
            found += [Record(r.kind, r.number, r.words, r.on, one_each * r.count, r.count) for r in records[name]]
        elif (count := _cases(name, figures)) > 0:
            found.append(Record(FIGURE, name, "", "", cents(points * scale * count), count))
    return tuple(found)


def _cases(name: str, figures: Mapping[str, Operand]) -> int:
    one = figures.get(name.removesuffix(REST))
    if one is None:
        return 0
    return (one.denominator or 0) - one.numerator if name.endswith(REST) else one.numerator


def _item(one: Item, part: Part, figures: Mapping[str, Operand], records: Mapping[str, Sequence[Record]]) -> Line:
    found = _moved(one.each, figures, records, Fraction(1))
    most = cents(one.most)
    got = min(sum(record.minus for record in found), most)
    return Line(part, one.code, one.title, most, got, Standing.SCORED, "each", records=found)


def _word(one: Indicator) -> str:
    return "bands" if isinstance(one.how, Bands) else "share"


def as_json(line: Line) -> dict[str, Any]:
    """A line as it is kept."""
    return asdict(line) | {"part": str(line.part), "standing": str(line.standing)}


def from_json(kept: Mapping[str, Any]) -> Line:
    """The line that `as_json` kept."""
    fields = dict(kept)
    return Line(
        **fields
        | {
            "part": Part(fields["part"]),
            "standing": Standing(fields["standing"]),
            "value": tuple(fields["value"]) if fields["value"] else None,
            "figures": tuple(fields["figures"]),
            "records": tuple(Record(**one) for one in fields["records"]),
        }
    )


@dataclass(frozen=True)
class Effect:
    """What one more identified household, everything about it in time, adds to a figure: cases, and of how many."""

    numerator: int = 0
    denominator: int = 0


def shifted(figures: Mapping[str, Operand], effects: Mapping[str, Effect], households: int = 1) -> dict[str, Operand]:
    """The figures after so many more households were identified, all in time."""
    moved = {}
    for name, one in figures.items():
        effect = effects.get(name, Effect())
        below = None if one.denominator is None else one.denominator + households * effect.denominator
        moved[name] = Operand(one.numerator + households * effect.numerator, below)
    return moved
