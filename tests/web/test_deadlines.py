"""How far off a last day is, in words and colour."""

from datetime import date

import pytest

from sangesan.web.deadlines import standing

TODAY = date(2022, 9, 13)


@pytest.mark.parametrize(
    ("day", "soon", "said"),
    [
        (date(2022, 9, 10), 0, ("超期 3 天", "red")), (TODAY, 0, ("今天到期", "orange")),
        (date(2022, 9, 14), 0, ("还有 1 天", "secondary")), (date(2022, 9, 14), 1, ("还有 1 天", "orange")),
        (date(2022, 9, 15), 1, ("还有 2 天", "secondary")),
    ],
)  # fmt: skip
def test_it_is_said_how_far_off_a_day_is(day: date, soon: int, said: tuple[str, str]) -> None:
    assert standing(day, TODAY, soon=soon) == said
