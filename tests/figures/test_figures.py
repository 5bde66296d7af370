"""The headline figures: the seed's own arithmetic, and counting."""

import pytest

from sangesan.figures.domain import Count, CountyFigures, percent
from sangesan.figures.queries import county_figures
from web.small_county import SmallCounty


def test_the_published_rate_is_by_people() -> None:
    figures = CountyFigures(
        rural=Count(83056, 283542), formerly_poor=Count(39319, 130286), monitored=Count(3210, 11062),
        eliminated=Count(2380, 8298), open=Count(830, 2764),
    )  # fmt: skip
    assert figures.to_dict()["elimination_rate"] == {"by_people": 75.01, "by_households": 74.14}


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(1, 3, 33.33), (2, 3, 66.67), (0, 5, 0.0), (5, 5, 100.0), (1, 0, None), (1, 800, 0.13)]
)
def test_percent_rounds_half_up(part: int, whole: int, shown: float | None) -> None:
    assert percent(part, whole) == shown


def test_counting(small_county: SmallCounty) -> None:
    figures = county_figures()
    assert (figures.rural, figures.formerly_poor) == (Count(4, 7), Count(2, 5))
    assert (figures.monitored, figures.eliminated, figures.open) == (Count(1, 2), Count(0, 0), Count(1, 2))
