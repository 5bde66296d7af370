"""Windows by name: which days they hold on a given day."""

from datetime import date

import pytest

from sangesan.facts.evaluation import evaluate
from sangesan.facts.windows import Span, Window, condition, span

D = date


@pytest.mark.parametrize(
    ("name", "months", "as_of", "first", "last"),
    [
        ("last_month", 0, D(2022, 9, 13), D(2022, 8, 1), D(2022, 8, 31)),
        ("last_month", 0, D(2022, 1, 1), D(2021, 12, 1), D(2021, 12, 31)),
        ("last_month", 0, D(2022, 3, 31), D(2022, 2, 1), D(2022, 2, 28)),
        ("year_to_last_month", 0, D(2022, 9, 13), D(2022, 1, 1), D(2022, 8, 31)),
        ("year_to_last_month", 0, D(2022, 1, 15), D(2021, 1, 1), D(2021, 12, 31)),
        ("trailing_months", 12, D(2022, 9, 13), D(2021, 9, 1), D(2022, 8, 31)),
        ("trailing_months", 1, D(2024, 3, 31), D(2024, 2, 1), D(2024, 2, 29)),
        ("recent_months", 1, D(2022, 9, 13), D(2022, 8, 1), D(2022, 9, 13)),
        ("recent_months", 3, D(2022, 1, 31), D(2021, 10, 1), D(2022, 1, 31)),
        ("this_year", 0, D(2022, 9, 13), 2022, 2022),
        ("last_year", 0, D(2022, 9, 13), 2021, 2021),
        ("year_before_last", 0, D(2022, 9, 13), 2020, 2020),
    ],
)
def test_spans(name: str, months: int, as_of: date, first: date | int, last: date | int) -> None:
    assert span(Window(name), as_of, months) == Span(first, last)


@pytest.mark.parametrize(
    ("name", "began", "ended", "inside"),
    [
        ("open", D(2022, 9, 13), None, True),
        ("open", D(2022, 9, 14), None, False),
        ("open", D(2022, 1, 1), D(2022, 9, 13), True),
        ("open", D(2022, 1, 1), D(2022, 9, 12), False),
        ("open_at_last_month_end", D(2022, 8, 31), None, True),
        ("open_at_last_month_end", D(2022, 1, 1), D(2022, 8, 30), False),
        ("open_at_end_of_month_before", D(2022, 7, 31), D(2022, 7, 31), True),
        ("open_at_end_of_month_before", D(2022, 8, 1), None, False),
        ("overlaps_recent_months", D(2022, 7, 1), D(2022, 8, 1), True),
        ("overlaps_recent_months", D(2022, 7, 1), D(2022, 7, 31), False),
        ("always", D(2030, 1, 1), None, True),
    ],
)
def test_states(name: str, began: date, ended: date | None, inside: bool) -> None:
    tree = condition(Window(name), on="began_on", interval=("began_on", "ended_on"), as_of=D(2022, 9, 13), months=1)
    assert evaluate(tree, {"began_on": began, "ended_on": ended}) is inside
