"""The figures of the lines of defence: against an oracle in plain Python, on what is known by hand, and their speed."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from statistics import median as plain_median

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from figures.line_rows import CHANNELS, LINES, CaseRow, ClueRow, Rows, day, hows_of, stand_of
from sangesan.accounts.permissions import NotAllowed
from sangesan.cases.opening import open_by_application
from sangesan.clues.domain import STATES, channels
from sangesan.clues.models import Clue
from sangesan.clues.raising import raise_clue
from sangesan.figures.line_queries import line_figures
from sangesan.figures.lines_clues import STEPS, clue_cells, clue_numbers
from sangesan.figures.lines_domain import HOWS, Key, definitions, folded, folded_by_place, median, seen_by
from sangesan.figures.lines_households import (
    STANDS,
    household_figures,
    seen_households,
    who_saw,
)
from sangesan.figures.selecting import Period, Selection, by_channel, by_line, key_of_channel, known_place
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.registry.permissions import visible_households
from web.small_county import COMMUNITY, DAY, GRID_A, NOW, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty

BACK = st.sampled_from([0, 1, 2, 3, 4, 10, 20, 40]).map(day)  # few days, so that ties are common
CHANNEL = st.sampled_from(sorted(channels()))
CLUES = st.builds(
    ClueRow,
    home=st.sampled_from([0, 0, 1, 2, 3, 3, None]),
    channel=CHANNEL,
    state=st.sampled_from([str(state) for state in STATES]),
    opened=BACK,
    due=BACK,
    visited=st.none() | BACK,
    in_case=st.booleans(),
    event=st.none() | BACK,
    hits=st.lists(BACK, max_size=2).map(tuple),
    sightings=st.lists(st.tuples(CHANNEL, BACK), max_size=2).map(tuple),
)
CASES = st.builds(
    CaseRow,
    channel=CHANNEL,
    began=BACK,
    enrolled=st.none() | BACK,
    visits=st.lists(
        st.tuples(BACK, st.sampled_from(["no_risk", "needs_procedure", "risk_remains"])), max_size=2
    ).map(tuple),
)
PERIODS = st.sampled_from([Period(), Period(day(20), DAY), Period(day(30), day(10)), Period(last=day(15)), Period(day(5))])
KEYS: dict[str, tuple[Callable[[], list[Key]], dict[str, set[str]]]] = {
    "line": (by_line, LINES), "channel": (by_channel, CHANNELS),
}  # fmt: skip


def inside(on: date, period: Period) -> bool:
    return (period.first is None or on >= period.first) and (period.last is None or on <= period.last)


def lives_in(place: str, division: str, grid: str) -> bool:
    return not place or place in {division, grid} or tree().town_of(division) == place


def all_pages(ask: Callable[..., list], key: Callable[..., tuple[date, int]]) -> list:
    """The whole list, two rows a page."""
    found, after = [], None
    while rows := ask(after=after, limit=2):
        found += rows
        after = key(rows[-1])
    return found


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    clues=st.lists(CLUES, max_size=7),
    cases=st.dictionaries(st.integers(0, 3), CASES, max_size=3),
    period=PERIODS,
    place=st.sampled_from(["", "", TOWN_A, TOWN_B, VILLAGE_A, COMMUNITY, GRID_A]),
    role=st.sampled_from(["county", "county", "town", "village", "grid"]),
    by=st.sampled_from(sorted(KEYS)),
)
def test_every_figure_is_what_plain_counting_gives(small_county: SmallCounty, clues, cases, period, place, role, by):
    with transaction.atomic():
        rows = Rows(list(Household.objects.order_by("code")), clues, cases)
        rows.put(VILLAGE_B)
        chosen = Selection(small_county.posts[role], period, DAY, place)
        make, codes = KEYS[by]
        _check_clues(rows, chosen, make(), codes)
        _check_households(rows, chosen, make(), codes)
        transaction.set_rollback(True)


def _check_clues(rows: Rows, chosen: Selection, keys: list[Key], codes: dict[str, set[str]]) -> None:
    scope = {"county": "county", "grid": chosen.post.grid}.get(chosen.post.role, chosen.post.division)
    found = Clue.objects.filter(scopes__scope=scope).in_bulk(rows.numbers)
    kept = [
        n for n, number in enumerate(rows.numbers)
        if number in found and inside(rows.clues[n].opened, chosen.period)
        and lives_in(chosen.place, found[number].division, found[number].grid)
    ]  # fmt: skip
    cells = clue_cells(chosen)
    by_key = folded(cells, key_of_channel(keys))
    for key in keys:
        wanted = rows.clue_figures(kept, codes[key.code])
        assert {name: by_key[key.code].to_dict()[name] for name in wanted} == wanted
    for place, figures in folded_by_place(cells).items():
        there = [n for n in kept if place in {found[rows.numbers[n]].town, found[rows.numbers[n]].division, found[rows.numbers[n]].grid}]
        wanted = rows.clue_figures(there, set(channels()))
        assert {name: figures.to_dict()[name] for name in wanted} == wanted
    tests = {
        "clues": lambda _: True, "visited": rows.visited, "unvisited": lambda r: not rows.visited(r),
        "confirmed": rows.confirmed, "enrolled": rows.enrolled, "in_time": lambda r: rows.in_time(r) is True,
        "late": lambda r: rows.in_time(r) is False, "event_known": lambda r: r.event,
    }  # fmt: skip
    assert set(tests) == set(STEPS)
    opened = dict(zip(rows.numbers, (r.opened for r in rows.clues), strict=True))
    for step, test in tests.items():
        wanted_rows = [n for n in kept if test(rows.clues[n])]
        wanted_rows.sort(key=lambda n: (rows.clues[n].opened, rows.numbers[n]), reverse=True)
        listed = all_pages(
            lambda step=step, **page: clue_numbers(chosen, step=step, **page), lambda row: (opened[row[0]], row[0])
        )
        assert listed == [(rows.numbers[n], rows.visited(rows.clues[n])) for n in wanted_rows]


def _check_households(rows: Rows, chosen: Selection, keys: list[Key], codes: dict[str, set[str]]) -> None:
    mine = set(visible_households(chosen.post).values_list("pk", flat=True))
    kept = {
        n: (min(first.values()) if first else enrolled, first)
        for n, (enrolled, first) in rows.firsts().items()
        if rows.homes[n].pk in mine and lives_in(chosen.place, rows.homes[n].residence, rows.homes[n].grid)
        and inside(min(first.values()) if first else enrolled, chosen.period)
    }  # fmt: skip
    figures = household_figures(chosen, keys)
    stands = Counter(stand_of(first) for _, first in kept.values())
    assert {code: figures.stands[code].households for code in stands} == stands
    assert figures.every.households == len(kept)
    assert figures.every.people == sum(rows.homes[n].size for n in kept)
    assert figures.missed.households == stands["missed_later"] + stands["missed_never"]
    hows = {n: hows_of(first, codes) for n, (_, first) in kept.items() if first}
    for key in keys:
        of_key = figures.by_key[key.code]
        for how in HOWS:
            there = [n for n, found in hows.items() if found[key.code][0] == how]
            assert getattr(of_key, how).households == len(there)
            assert getattr(of_key, how).people == sum(rows.homes[n].size for n in there)
            assert _listed(chosen, keys, of_key=key.code, how=how) == _ordered(rows, kept, there)
        late = [found[key.code][1] for found in hows.values() if found[key.code][0] == "later"]
        assert of_key.days_later == (plain_median(late) if late else None)
    for stand in ("", *STANDS):
        there = [n for n, (_, first) in kept.items() if stand in {"", stand_of(first), stand_of(first).partition("_")[0]}]
        assert _listed(chosen, keys, stand=stand) == _ordered(rows, kept, there)
    by_place = figures.by_place
    assert sum(row.every for row in by_place.values()) == len(kept)
    assert sum(row.missed for row in by_place.values()) == figures.missed.households
    for place, row in by_place.items():
        there = {n: found for n, found in hows.items() if _is_there(rows.homes[n], place)}
        firsts = Counter(key for found in there.values() for key, (how, _) in found.items() if how == "first")
        assert (row.first, row.shared) == (firsts, len(there) - sum(firsts.values()))
        assert row.unknown == sum(1 for n, (_, first) in kept.items() if not first and _is_there(rows.homes[n], place))


def _is_there(home: Household, place: str) -> bool:
    return place in {home.residence_town, home.residence, home.grid}


def _listed(chosen: Selection, keys: list[Key], **narrowed: str) -> list[int]:
    rows = all_pages(
        lambda **page: seen_households(chosen, keys, **narrowed, **page), lambda row: (row.counted_on, row.household.pk)
    )
    return [row.household.pk for row in rows]


def _ordered(rows: Rows, kept: dict[int, tuple[date, object]], there: list[int]) -> list[int]:
    return [rows.homes[n].pk for n in sorted(there, key=lambda n: (kept[n][0], rows.homes[n].pk), reverse=True)]


# What is known by hand. --------------------------------------------------------------------------------------------


@pytest.fixture
def told(small_county: SmallCounty) -> Rows:
    """Four households: the grid first and a rule three days later; the household itself first; two on one day; one
    enrolled before anything was on record.
    """
    rows = Rows(
        list(Household.objects.order_by("code")),
        [
            ClueRow(0, "GRID", "confirmed", day(9), day(6), visited=day(7), event=day(12), hits=(day(6),)),
            ClueRow(1, "SELF", "confirmed", day(8), day(5), visited=day(4), sightings=(("SELF", day(8)),)),
            ClueRow(2, "DEPT", "settled", day(5), day(2), visited=day(5), hits=(day(5),), sightings=(("GRID", day(5)),)),
            ClueRow(0, "DEPT", "cleared", day(30), day(27), visited=day(29), hits=(day(30),)),
        ],
        {3: CaseRow("PLATFORM", day(200), day(190))},
    )
    rows.put(VILLAGE_B)
    return rows


def test_who_saw_first_how_late_and_who_never(small_county: SmallCounty, told: Rows) -> None:
    found = household_figures(Selection(small_county.posts["county"], Period(), DAY), by_line())
    first, second, third, backstop = (found.by_key[key.code] for key in by_line())
    assert (first.first.households, first.shared.households, first.unseen.households) == (1, 1, 1)
    assert (third.later.households, third.days_later, third.shared.households, third.unseen.households) == (1, 3, 1, 1)
    assert (second.first.households, second.unseen.households) == (1, 2)
    assert (backstop.unseen.households, backstop.days_later) == (3, None)
    assert found.missed.households == found.stands["missed_never"].households == 1
    assert found.stands["unknown"].households == 1, "nothing is invented for who was there before"


def test_a_cleared_clue_says_nothing_of_a_confirmed_risk(small_county: SmallCounty, told: Rows) -> None:
    seen = {one.key.code: (one.on, one.late) for one in who_saw(told.homes[0].pk, by_line())}
    assert seen == {"first": (day(9), 0), "second": (None, None), "third": (day(6), 3), "backstop": (None, None)}
    assert who_saw(told.homes[3].pk, by_line()) == []


def test_an_open_clue_is_shown_until_something_is_confirmed(small_county: SmallCounty) -> None:
    rows = Rows(list(Household.objects.order_by("code")), [ClueRow(0, "GRID", "open", day(2), day(-1))])
    rows.put(VILLAGE_B)
    assert [one.on for one in who_saw(rows.homes[0].pk, by_line()) if one.first] == [day(2)]
    assert household_figures(Selection(small_county.posts["county"], Period(), DAY), by_line()).every.households == 0


def test_an_application_is_what_nobody_had_seen(small_county: SmallCounty, told: Rows) -> None:
    """Once clues are on record, a household that applied and was seen by nobody counts as found by itself."""
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    Clue.objects.filter(household=home).delete()
    case = open_by_application(
        post=small_county.posts["village"], household_id=home.pk, reason="户主住院，家中没有收入", today=DAY, now=NOW
    )
    type(case).objects.filter(pk=case.pk).update(enrolled_on=DAY)
    seen = {one.key.code: one.on for one in who_saw(home.pk, by_line())}
    assert seen == {"first": None, "second": DAY, "third": None, "backstop": None}


def test_an_application_from_before_both_lines_kept_clues_says_nothing(small_county: SmallCounty) -> None:
    homes = list(Household.objects.order_by("code"))
    rows = Rows(
        homes,
        [ClueRow(0, "GRID", "open", day(90), day(87)), ClueRow(0, "DEPT", "open", day(20), day(17), hits=(day(20),))],
        {1: CaseRow("SELF", day(60), day(50)), 2: CaseRow("SELF", day(20), day(10)), 3: CaseRow("GRID", day(15), day(5))},
    )
    rows.put(VILLAGE_B)
    found = household_figures(Selection(small_county.posts["county"], Period(), DAY), by_line())
    assert found.stands["unknown"].households == 2, "before the departments screened; and a finder without a sighting"
    assert found.by_key["second"].first.households == 1
    assert [len(who_saw(home.pk, by_line())) for home in homes] == [4, 0, 4, 0]


def test_the_doors_themselves_keep_what_the_figures_need(small_county: SmallCounty) -> None:
    """raise_clue by two lines: the clue is the first's, the second is so many days late, the earliest event counts."""
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    given = {"household_id": home.pk, "risk": "01", "now": NOW, "words": "父亲住院，自付两万多元"}
    grid, village = small_county.posts["grid"], small_county.posts["village"]
    raise_clue(post=grid, channel="GRID", source="entry:1", seen_on=day(3), event_on=day(8), today=day(3), **given)
    raise_clue(post=village, channel="SELF", source="self_report:1", seen_on=DAY, event_on=day(10), today=DAY, **given)
    clue = Clue.objects.get()
    assert (clue.channel, clue.event_on, clue.sightings.count()) == ("GRID", day(10), 2)
    seen = {one.key.code: one.late for one in who_saw(home.pk, by_line())}
    assert seen == {"first": 0, "second": 3, "third": None, "backstop": None}
    figures = line_figures(Selection(small_county.posts["county"], Period(), DAY), by_line())
    assert figures["rows"][0]["clues"]["days_to_clue"] == 7
    assert figures["rows"][1]["clues"]["clues"] == 0, "a clue counts once, for the line that opened it"


@pytest.mark.parametrize(("enrolled", "counted"), [(day(5), 1), (day(4), 1), (day(6), 0), (None, 0)])
def test_what_was_enrolled_before_is_not_the_clues_doing(small_county: SmallCounty, enrolled: date, counted: int) -> None:
    clue = ClueRow(0, "DEPT", "taken", day(5), day(2), visited=day(4), in_case=True)
    rows = Rows(list(Household.objects.order_by("code")), [clue], {0: CaseRow("DEPT", day(5), enrolled)})
    rows.put(VILLAGE_B)
    figures = line_figures(Selection(small_county.posts["county"], Period(), DAY), by_line())["total"]
    assert (figures["confirmed"], figures["enrolled"]) == (1, counted)


# Small things. ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "middle"),
    [({}, None), ({3: 1}, 3), ({1: 1, 2: 1}, 1.5), ({0: 2, 9: 1}, 0), ({0: 2, 9: 2}, 4.5), ({1: 1, 2: 1, 40: 1}, 2)],
)
def test_median(days: dict[int, int], middle: float | None) -> None:
    assert median(days) == middle


@given(st.lists(st.integers(0, 9), min_size=1))
def test_median_is_the_plain_one(days: list[int]) -> None:
    assert median(Counter(days)) == plain_median(days)


def test_a_line_that_saw_nothing_is_not_late() -> None:
    keys = [Key("a", "甲", ("X", "Y")), Key("b", "乙", ("Z",)), Key("c", "丙", ("W",))]
    seen = seen_by([("Y", day(3)), ("X", day(5)), ("Z", day(5)), ("Q", day(9))], keys)
    assert [(one.on, one.late, one.first) for one in seen] == [
        (day(5), 0, True), (day(5), 0, True), (None, None, False)
    ]  # fmt: skip


def test_every_figure_says_what_it_counts() -> None:
    assert len(definitions()) >= 12
    for one in definitions().values():
        assert one.of in {"clues", "households"}
        assert one.numerator
        assert one.source
        assert bool(one.denominator) or "%" not in one.unit


@pytest.mark.parametrize(
    "narrowed",
    [{"how": "first"}, {"of_key": "first"}, {"of_key": "x", "how": "first"}, {"of_key": "first", "how": "x"}, {"stand": "'"}],
)
def test_a_list_of_no_figure_is_refused(small_county: SmallCounty, narrowed: dict[str, str]) -> None:
    chosen = Selection(small_county.posts["county"], Period(), DAY)
    with pytest.raises(Refusal, match="没有这项数字"):
        seen_households(chosen, by_line(), **narrowed, limit=1)
    with pytest.raises(Refusal, match="没有这项数字"):
        clue_numbers(chosen, step="x", limit=1)


def test_bad_periods_and_places_are_refused() -> None:
    with pytest.raises(Refusal, match="起始日期晚于截止日期"):
        Period(DAY, day(1))


def test_a_place_that_is_none_is_refused(small_county: SmallCounty) -> None:
    assert (known_place(""), known_place(TOWN_A), known_place(GRID_A)) == ("", TOWN_A, GRID_A)
    with pytest.raises(Refusal, match="没有这个镇"):
        known_place("1'; DROP TABLE clues_clue")


def test_departments_see_none(small_county: SmallCounty) -> None:
    chosen = Selection(small_county.posts["department"], Period(), DAY)
    for ask in (clue_cells, lambda c: household_figures(c, by_line()), lambda c: seen_households(c, by_line(), limit=1)):
        with pytest.raises(NotAllowed):
            ask(chosen)


def test_few_queries_whatever_the_number(small_county: SmallCounty, told: Rows) -> None:
    chosen = Selection(small_county.posts["county"], Period(), DAY)
    tree()
    with CaptureQueriesContext(connection) as asked:
        clue_cells(chosen)
        household_figures(chosen, by_line())
        seen_households(chosen, by_line(), limit=50)
    assert len(asked) <= 9
