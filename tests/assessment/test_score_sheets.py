"""Score sheets: what is refused, what points come out, and that identifying more never gives more. Plain decisions."""

from __future__ import annotations

import copy
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangesan.assessment.domain import (
    Accepted,
    Effect,
    Operand,
    Part,
    Record,
    Standing,
    as_json,
    from_json,
    score,
    shifted,
    total,
    with_objections,
)
from sangesan.assessment.guarding import check_sheet
from sangesan.assessment.operands import operands
from sangesan.assessment.sheets import OF, REST, Kind, parse_sheet, shipped_sheets
from sangesan.figures.catalogue import catalogue
from sangesan.kernel.refusal import Refusal


def content(**more) -> dict:
    """A sheet of two shares and a deduction."""
    sheet = {
        "kind": "town", "title": "表", "period": "quarter", "source": "default", "missing": "spread", "floor": 10,
        "indicators": [
            {"code": "a", "title": "甲", "points": 50, "figure": "households_visited", "from": 20, "to": 95, "least": 10, "source": "default"},
            {"code": "b", "title": "乙", "points": 30, "deduct": {"clues_in_time_rest": 0.5, "sheets_red": 4}, "source": "default"},
            {"code": "c", "title": "丙", "points": 20, "figure": "pushed_bands", "bands": [{"at_least": 90, "percent": 100}, {"at_least": 60, "percent": 50}], "source": "default"},
        ],
        "bonus": {"most": 3, "items": [{"code": "m", "title": "表扬", "each": {"merits": 2}, "most": 3, "source": "default"}]},
        "penalty": {"most": 8, "items": [{"code": "f", "title": "造假", "each": {"finding_fabricated": 5}, "most": 10, "source": "default"}]},
    }  # fmt: skip
    return sheet | more


def sheet(**more):
    return parse_sheet(content(**more), "表")


def rec(kind: str, n: int) -> list[Record]:
    return [Record(kind, str(i), f"{kind}{i}") for i in range(1, n + 1)]


# visited, clues (in time, of), band share, red sheets, merits, fabricated -> total in hundredths, done by hand
CASES = [
    ((950, 1000), (9, 10), (95, 100), 0, 0, 0, 9950),
    ((575, 1000), (10, 10), (70, 100), 0, 0, 0, 6500),  # 25 + 30 + 10
    ((200, 1000), (10, 10), (10, 100), 0, 0, 0, 3000),
    ((1000, 1000), (10, 10), (90, 100), 2, 1, 0, 9400),  # 50 + 22 + 20 + 2
    ((1000, 1000), (10, 10), (90, 100), 9, 9, 0, 7300),  # 50 + 0 + 20 + 3: deduction and bonus capped
    ((1000, 1000), (10, 10), (90, 100), 0, 0, 3, 9200),  # penalty 8 at the most
    ((0, 1000), (0, 90), (0, 100), 0, 0, 2, 1000),  # the floor
    ((5, 9), (8, 10), (90, 100), 0, 0, 0, 9800),  # too few: (29 + 20) of 50 made a hundred
]


@pytest.mark.parametrize(("visited", "clues", "band", "reds", "merits", "fakes", "expected"), CASES)
def test_points_as_counted_by_hand(visited, clues, band, reds, merits, fakes, expected):
    figures = {"households_visited": Operand(*visited), "clues_in_time": Operand(*clues), "pushed_bands": Operand(*band)}
    records = {"sheets_red": rec("sheet", reds), "merits": rec("proceeding", merits), "finding_fabricated": rec("finding", fakes)}
    assert score(sheet(), figures, records).total == expected


def test_neutral_gives_a_set_share_of_what_cannot_be_judged():
    figures = {"households_visited": Operand(5, 9), "clues_in_time": Operand(10, 10), "pushed_bands": Operand(9, 10)}
    none = {"sheets_red": [], "merits": [], "finding_fabricated": []}
    result = score(sheet(missing="neutral", neutral=60), figures, none)
    assert result.total == 8000  # 30 + 20 + 60 % of 50
    assert result.lines[0].standing == Standing.TOO_FEW


def test_a_figure_that_is_not_known_is_not_judged_and_nothing_at_all_is_no_score():
    result = score(sheet(indicators=[{**content()["indicators"][0], "points": 100}]), {}, {"merits": rec("p", 1), "finding_fabricated": []})
    assert (result.total, result.lines[0].standing) == (None, Standing.UNKNOWN)


def test_deductions_are_scaled_to_the_mean_size():
    one = sheet(indicators=[{**content()["indicators"][1], "points": 100, "scaled": True}])
    figures = {"clues_in_time": Operand(0, 10)}
    none = {"sheets_red": [], "merits": [], "finding_fabricated": []}
    assert score(one, figures, none).total == 9500
    assert score(one, figures, none, scale=Fraction(1, 2)).total == 9750


def test_value_may_be_an_expression_over_figures():
    one = {"code": "a", "title": "甲", "points": 100, "value": "(urgent_visits + grids_reported) / (urgent_visits_of + grids_reported_of)",
           "from": 0, "to": 100, "least": 5, "source": "default"}  # fmt: skip
    made = sheet(indicators=[one])
    figures = {"urgent_visits": Operand(3, 4), "grids_reported": Operand(6, 8)}
    result = score(made, figures, {"merits": [], "finding_fabricated": []})
    assert (result.total, result.lines[0].value) == (7500, (9, 12))


def changed(path: list, value) -> dict:
    """The sheet with one place changed; value ... takes the key away."""
    made = copy.deepcopy(content())
    at = made
    for key in path[:-1]:
        at = at[key]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return made


BROKEN = [
    (["indicators", 0, "points"], 49, "各项分值合计"),
    (["indicators", 0, "points"], 0, "大于0"),
    (["indicators", 0, "from"], 95, "from 应小于 to"),
    (["indicators", 0, "form"], 1, "不认识的键"),
    (["indicators", 0, "source"], ..., "缺少"),
    (["indicators", 0, "value"], "a / b", "只写一个"),
    (["indicators", 1, "deduct"], {}, "大于0"),
    (["indicators", 1, "least"], 3, "扣分的指标不写"),
    (["indicators", 2, "bands"], [{"at_least": 90, "percent": 40}, {"at_least": 60, "percent": 50}], "分档不成立"),
    (["indicators", 1, "code"], "a", "代码重复"),
    (["period"], "week", "周期"),
    (["kind"], "county", "不认识"),
    (["missing"], "guess", "不认识"),
    (["floor"], 101, "超过100"),
]


@pytest.mark.parametrize(("path", "value", "words"), BROKEN)
def test_a_broken_sheet_is_refused_with_its_place(path, value, words):
    with pytest.raises(Refusal) as refusal:
        parse_sheet(changed(path, value), "表")
    assert words in refusal.value.message
    assert refusal.value.place.startswith("表")


def test_a_number_in_an_expression_is_refused():
    one = {"code": "a", "title": "甲", "points": 100, "value": "urgent_visits / 7", "from": 0, "to": 100, "source": "default"}
    with pytest.raises(Refusal, match="数字"):
        sheet(indicators=[one])


# --- nobody is rewarded for the number identified --------------------------------------------------------------------

REWARDING = [
    {"figure": "decided_in_time", "from": 0, "to": 100},
    {"figure": "clues_in_time", "from": 0, "to": 100},
    {"figure": "clues_confirmed", "from": 0, "to": 100},
    {"figure": "alerts_valid", "from": 0, "to": 100},
    {"value": "enrolled / rural", "from": 0, "to": 1},
    {"value": "monitored / rural", "from": 0, "to": 1},
    {"value": "eliminated / monitored", "from": 0, "to": 1},
    {"value": "urgent_visits / open", "from": 0, "to": 1},
    {"deduct": {"enrolled": 1}},  # nor punished: that makes people hide
    {"deduct": {"monitored": 0.01}},
    {"deduct": {"elimination_rate_rest": 0.01}},
]


@pytest.mark.parametrize("how", REWARDING)
def test_indicators_that_move_with_identified_households_are_refused(how):
    one = {"code": "x", "title": "甲", "points": 100, "source": "default"} | how
    made = parse_sheet(content(indicators=[one], bonus=None, penalty=None), "表")
    with pytest.raises(Refusal, match="识别户数"):
        check_sheet(made)


def test_bonus_for_a_figure_is_refused():
    bonus = {"most": 5, "items": [{"code": "x", "title": "识别", "each": {"enrolled": 1}, "most": 5, "source": "default"}]}
    one = {"code": "d", "title": "丁", "points": 100, "deduct": {"sheets_red": 1}, "source": "default"}
    with pytest.raises(Refusal, match="只能按记录计"):
        check_sheet(parse_sheet(content(indicators=[one], bonus=bonus), "表"))


def test_an_unknown_figure_and_one_without_such_subjects_are_refused():
    one = {"code": "x", "title": "甲", "points": 100, "source": "default", "from": 0, "to": 100}
    with pytest.raises(Refusal, match="没有“no_such”"):
        check_sheet(parse_sheet(content(indicators=[one | {"figure": "no_such"}]), "表"))
    with pytest.raises(Refusal, match="一级的数"):
        check_sheet(parse_sheet(content(indicators=[one | {"figure": "pushed_on_time"}]), "表"))


@pytest.mark.parametrize("kind", list(Kind))
def test_the_shipped_sheets_may_be_used_and_say_where_they_come_from(kind):
    one = check_sheet(shipped_sheets()[kind])
    assert sum(i.points for i in one.indicators) == 100
    assert all(i.source for i in one.indicators)
    assert "[S103c]" in str([i.source for i in shipped_sheets()[Kind.TEAM].indicators])


def test_every_figure_listed_is_in_the_catalogue():
    assert set(operands().effects) - set(operands().shares) <= set(catalogue())


def _figures(draw, names):
    of = {name: draw(st.integers(0, 60)) for name in names}
    return {name: Operand(draw(st.integers(0, of[name])), of[name]) for name in names}


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(list(Kind)), st.integers(1, 5))
def test_one_more_identified_household_in_time_never_raises_a_score(data, kind, households):
    """Whatever the figures are: the same again with more identified households, all in time, never scores higher."""
    one, known = shipped_sheets()[kind], operands()
    names = sorted({n.removesuffix(OF).removesuffix(REST) for n in one.names()} - set(known.records))
    figures = _figures(data.draw, names)
    records = {name: rec(name, data.draw(st.integers(0, 3))) for name in known.records}
    before = score(one, figures, records)
    after = score(one, shifted(figures, known.effects, households), records)
    assert (after.total or 0) <= (before.total or 0)
    assert [line.standing for line in after.lines] == [line.standing for line in before.lines]


def test_the_property_can_fail():
    """A share of what was decided in time rises with each more that is in time: that is why it is refused."""
    one = {"code": "x", "title": "甲", "points": 100, "figure": "decided_in_time", "from": 0, "to": 100, "source": "default"}
    made = parse_sheet(content(indicators=[one], bonus=None, penalty=None), "表")
    figures = {"decided_in_time": Operand(8, 10)}
    assert score(made, shifted(figures, {"decided_in_time": Effect(1, 1)}), {}).total > score(made, figures, {}).total


# --- objections ------------------------------------------------------------------------------------------------------


def judged():
    figures = {"households_visited": Operand(575, 1000), "clues_in_time": Operand(10, 10), "pushed_bands": Operand(90, 100)}
    records = {"sheets_red": rec("sheet", 2), "merits": [], "finding_fabricated": rec("finding", 1)}
    return sheet(), score(sheet(), figures, records)


ACCEPTED = [
    ([], 6200),  # 25 + 22 + 20 - 5
    ([Accepted("b", "sheet:1")], 6600),
    ([Accepted("b", "sheet:1"), Accepted("b", "sheet:2")], 7000),
    ([Accepted("b", "sheet:9")], 6200),  # a record that is not there changes nothing
    ([Accepted("a", "", 1000)], 7200),
    ([Accepted("a", "", 9999)], 8700),  # never more than the line has
    ([Accepted("f", "finding:1")], 6700),
    ([Accepted("f", "", 200)], 6400),
]


@pytest.mark.parametrize(("accepted", "expected"), ACCEPTED)
def test_only_accepted_objections_change_a_score(accepted, expected):
    made, result = judged()
    assert with_objections(made, result.lines, accepted).total == expected


def test_a_line_kept_and_read_again_is_the_same():
    made, result = judged()
    again = [from_json(as_json(line)) for line in result.lines]
    assert tuple(again) == result.lines
    assert total(made, again) == result.total


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_objections_never_lower_a_score(data):
    made, result = judged()
    possible = [Accepted(line.code, r.key) for line in result.lines if line.part != Part.BONUS for r in line.records]
    chosen = data.draw(st.lists(st.sampled_from(possible), max_size=4))
    chosen += [Accepted(data.draw(st.sampled_from("abcf")), "", data.draw(st.integers(1, 3000)))]
    assert with_objections(made, result.lines, chosen).total >= result.total
