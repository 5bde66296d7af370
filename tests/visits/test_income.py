"""The account of income: by table where people would calculate by hand, by property for the rest."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.kernel.refusal import Refusal
from sangesan.visits.income import Line, SelfPaid, account, catalogue, income_period

ITEMS = list(catalogue().items)
amounts = st.integers(0, 10**9)
lines = st.lists(st.builds(Line, st.sampled_from(ITEMS), amounts, st.booleans()), max_size=40)
costs = st.lists(st.builds(SelfPaid, st.just("住院自付"), amounts), max_size=4)
people = st.integers(1, 12)


@pytest.mark.parametrize(
    ("rows", "claims", "paid", "heads", "expected"),
    [
        # 务工 80,400 元，自付 50,000 元，四口人（贵州案例 [S32b]）
        ([("wage_work", 8_040_000)], 0, [5_000_000], 4, (8_040_000, 3_040_000, 2_010_000, 760_000)),
        ([("business_crops", 600_000), ("cost_crops", 250_000)], 0, [], 1, (350_000, 350_000, 350_000, 350_000)),
        ([("transfer_pension", 180_000)], 30_000, [], 2, (180_000, 210_000, 90_000, 105_000)),
        ([("wage_work", 100)], 0, [], 3, (100, 100, 33, 33)),
        ([("cost_livestock", 100)], 0, [], 3, (-100, -100, -34, -34)),
        ([], 0, [], 2, (0, 0, 0, 0)),
    ],
)
def test_by_hand(rows, claims, paid, heads, expected) -> None:
    made = account(
        [Line(item, fen) for item, fen in rows],
        claims=claims,
        self_paid=[SelfPaid("自付", fen) for fen in paid],
        people=heads,
    )
    assert (made.net, made.reference, made.net_per_head, made.reference_per_head) == expected


@given(lines, costs, amounts, people)
def test_net_is_the_sum_of_its_groups_and_reference_follows(rows, paid, claims, heads) -> None:
    made = account(rows, claims=claims, self_paid=paid, people=heads)
    signs = {"wage": 1, "business": 1, "property": 1, "transfer": 1, "business_cost": -1}
    assert made.net == sum(signs[line.group] * line.fen for line in rows if line.counted)
    assert made.reference == made.net + claims - sum(cost.fen for cost in paid)
    assert made.net_per_head * heads <= made.net < (made.net_per_head + 1) * heads
    assert made.reference_per_head * heads <= made.reference < (made.reference_per_head + 1) * heads


@given(lines, costs, amounts, people, st.integers())
def test_the_order_of_lines_never_matters(rows, paid, claims, heads, seed) -> None:
    mixed = random.Random(seed).sample(rows, len(rows))
    assert account(mixed, claims=claims, self_paid=paid, people=heads) == account(
        rows, claims=claims, self_paid=paid, people=heads
    )


@given(lines, lines, people)
def test_lines_that_are_not_counted_never_count(rows, more, heads) -> None:
    silent = [Line(line.item, line.fen, counted=False) for line in more]
    assert account([*rows, *silent], claims=0, self_paid=[], people=heads) == account(
        rows, claims=0, self_paid=[], people=heads
    )


def test_nobody_has_no_income_per_head() -> None:
    with pytest.raises(Refusal, match="家庭人口"):
        account([], claims=0, self_paid=[], people=0)


def test_an_unknown_item_is_refused() -> None:
    with pytest.raises(Refusal, match="没有这个收入项目"):
        account([Line("lottery", 1)], claims=0, self_paid=[], people=1)


@pytest.mark.parametrize(
    ("visited_on", "period"),
    [
        (date(2023, 5, 20), (date(2022, 5, 1), date(2023, 4, 30))),  # [S26c]
        (date(2022, 1, 1), (date(2021, 1, 1), date(2021, 12, 31))),
        (date(2024, 3, 31), (date(2023, 3, 1), date(2024, 2, 29))),
        (date(2022, 12, 31), (date(2021, 12, 1), date(2022, 11, 30))),
    ],
)
def test_the_twelve_months_before(visited_on, period) -> None:
    assert income_period(visited_on) == period


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)))
def test_the_period_is_twelve_whole_months_ended_before_the_visit(day) -> None:
    first, last = income_period(day)
    assert first.day == 1
    assert last < day
    assert (last - first).days in {364, 365}


def test_the_catalogue_holds_each_group_once_and_every_item_in_a_group() -> None:
    book = catalogue()
    assert list(book.groups) == ["wage", "business", "business_cost", "property", "transfer"]
    assert sum(len(book.of_group(code)) for code in book.groups) == len(book.items) == 33
    assert not book.items["transfer_donation"].counted
