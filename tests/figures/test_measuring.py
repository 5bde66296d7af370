"""Measuring against the slow count of every figure at every place; sums of towns; what was not known then."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import transaction

from figures.random_records import fill
from figures.slow_figures import Slow
from sangesan.figures.catalogue import COUNT, catalogue, figures_of
from sangesan.figures.counted import Parts
from sangesan.figures.measuring import GROUPS, Measured, measure
from sangesan.figures.queries import county_figures_on
from sangesan.kernel.period import Month, Period, Quarter, Week
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.models import Entry
from sangesan.regions.queries import county
from web.small_county import DAY, TOWN_A, TOWN_B, VILLAGE_A, SmallCounty

PERIODS = [
    (Week(2022, 36), date(2022, 9, 11)),
    (Week(2022, 36), date(2022, 9, 13)),
    (Week(2022, 31), date(2022, 8, 7)),
    (Week(2022, 37), DAY),
    (Month(2022, 8), date(2022, 8, 31)),
    (Month(2022, 8), date(2022, 9, 13)),
    (Month(2022, 9), DAY),
    (Quarter(2022, 3), DAY),
]
EXPANDED = ("clues_of_channel", "clues_of_risk", "open_of_risk")


class Undone(Exception):  # noqa: N818  nothing went wrong
    """Raised to take a random county away again."""


def shown(parts: Parts, *, people: bool) -> list[int]:
    return list(parts) if people else [*parts[:2], 0, 0]


def compare(measured: Measured, slow: Slow) -> None:
    expected = slow.count()
    for one in measured.figures:
        keys = {key for figure, key in expected if figure == one.code} | set(measured.parts[one.code])
        for key in keys:
            level = "department" if key.startswith("department:") else measured.places.levels.get(key)
            if level not in one.levels:
                assert key not in measured.parts[one.code]
                continue
            sums = expected.get((one.code, key), [0, 0, 0, 0])
            got = shown(measured.parts[one.code].get(key, Parts()), people=one.people)
            assert got == shown(Parts(*sums), people=one.people), (one.code, key)


@pytest.mark.parametrize("seed", range(4))
def test_every_figure_of_every_place_is_what_a_slow_count_finds(small_county: SmallCounty, seed: int) -> None:
    fill(seed)
    for period, as_of in PERIODS:
        compare(measure(period, as_of=as_of), Slow(period, as_of))


def test_the_random_counties_have_something_of_every_figure(small_county: SmallCounty) -> None:
    """Else the comparison above would prove nothing."""
    seen: set[str] = set()
    for seed in range(4):
        with suppress(Undone), transaction.atomic():
            fill(seed)
            for period, as_of in PERIODS:
                seen |= {code for code, items in measure(period, as_of=as_of).items.items() if items}
            raise Undone
    wanted = {one.code for one in catalogue().values() if one.group not in {"supervision", "checks"}}
    assert {code for code in wanted - seen if not code.startswith(EXPANDED)} == set()


@pytest.mark.parametrize("seed", range(3))
def test_the_county_is_the_sum_of_its_towns_and_a_town_that_of_its_villages(
    small_county: SmallCounty, seed: int
) -> None:
    fill(seed)
    measured = measure(Quarter(2022, 3), as_of=DAY)
    top = county().code
    for one in measured.figures:
        parts = measured.parts[one.code]
        for above, below in (("county", "town"), ("town", "village"), ("village", "grid")):
            if not {above, below} <= set(one.levels) or (below == "grid" and one.record == "clue"):
                continue
            for place in measured.places.of_level(above):
                total = Parts()
                for child in measured.places.children(place):
                    total = total.plus(parts.get(child, Parts()))
                assert total == parts.get(place, Parts()), (one.code, place)
        assert set(parts) <= {top, *measured.places.levels} | {k for k in parts if k.startswith("department:")}


@pytest.mark.parametrize("seed", range(3))
def test_headline_figures_have_one_definition(small_county: SmallCounty, seed: int) -> None:
    """What the front page's figures say of a day is what the statistics say of it."""
    fill(seed)
    measured = measure(Month(2022, 9), as_of=DAY)
    known = county_figures_on(DAY)
    top = county().code
    for code in ("rural", "formerly_poor"):
        value = measured.value(code, top)
        assert (value.numerator, value.people) == (getattr(known, code).households, getattr(known, code).people)
    rate = measured.value("elimination_rate", top)
    assert rate.number == rate.by_people
    assert rate.parts.of == measured.value("monitored", top).numerator


def test_what_was_written_down_later_was_not_known_then(small_county: SmallCounty) -> None:
    fill(0)
    week, as_of = Week(2022, 36), date(2022, 9, 11)
    before = measure(week, as_of=as_of)
    late = Entry.objects.filter(on__range=(week.first_day(), week.last_day())).first() or Entry.objects.first()
    late.pk, late.on, late.result = None, week.last_day(), "same"
    late.recorded_at = late.recorded_at.replace(year=2022, month=9, day=12, hour=0)
    late.save()
    assert measure(week, as_of=as_of).parts == before.parts
    assert measure(week, as_of=DAY).items["grids_reported"]


def test_a_unit_is_asked_for_by_its_key_or_its_code(small_county: SmallCounty) -> None:
    fill(0)
    measured = measure(Month(2022, 8), as_of=DAY)
    assert measured.value("clues_new", f"town:{TOWN_A}") == measured.value("clues_new", TOWN_A)
    pushed = [measured.value("pushed_on_time", key) for key in measured.parts["pushed_on_time"]]
    assert all(value.number is None or 0 <= value.number <= 100 for value in pushed)
    with pytest.raises(Refusal, match="指标"):
        measured.value("no_such", TOWN_B)


@pytest.mark.parametrize("seed", range(4))
def test_reading_only_what_changed_since_an_earlier_week_finds_the_same(small_county: SmallCounty, seed: int) -> None:
    fill(seed)
    homes = None
    for back in (9, 6, 5, 4, 1, 3):  # the last lies before: it has to be read anew
        week = Week(2022, 37 - back)
        fresh = measure(week, as_of=week.last_day())
        again = measure(week, as_of=week.last_day(), earlier=homes)
        assert again.parts == fresh.parts
        assert again.homes.all == fresh.homes.all
        homes = again.homes


def test_every_figure_is_counted_by_exactly_one_group() -> None:
    counted = [code for group in GROUPS for code in group.FIGURES]
    assert sorted(counted) == sorted(catalogue())


def test_a_period_that_has_not_begun_is_refused(small_county: SmallCounty) -> None:
    with pytest.raises(Refusal, match="还没有开始"):
        measure(Week(2022, 38), as_of=DAY)


@pytest.mark.parametrize("cycle", ["week", "month", "quarter"])
def test_one_figure_measured_alone_is_the_same(small_county: SmallCounty, cycle: str) -> None:
    fill(2)
    period: Period = {"week": Week.of(DAY), "month": Month.of(DAY), "quarter": Quarter.of(DAY)}[cycle]
    whole = measure(period, as_of=DAY)
    for one in figures_of(cycle):
        alone = measure(period, as_of=DAY, codes=(one.code,))
        assert alone.items[one.code] == whole.items[one.code]
        assert one.shape != COUNT or alone.value(one.code, VILLAGE_A).denominator is None


def test_queries_do_not_grow_with_the_county(small_county: SmallCounty, django_assert_max_num_queries) -> None:
    fill(3)
    with django_assert_max_num_queries(60):
        measure(Quarter(2022, 3), as_of=DAY - timedelta(days=1))
