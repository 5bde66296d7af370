"""Confirmed households: which line saw each first, how late the others were, which saw nothing. Set-based SQL.

A household counts once a visit confirmed one of its clues or a case enrolled it. What was seen: the clues that a visit
confirmed or a case took (their opening, every rule's first hit, every sighting), and a household's own application. Cleared
clues and those still to be visited say nothing of a confirmed risk.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from sangesan.accounts.permissions import require
from sangesan.cases.opening import APPLICATION
from sangesan.clues.domain import State, channels
from sangesan.clues.models import Clue
from sangesan.clues.refreshing import CHANNEL as OF_RULES
from sangesan.figures.domain import Count
from sangesan.figures.lines_clues import as_day, days, quoted
from sangesan.figures.lines_domain import (
    FIRST,
    HOWS,
    LATER,
    MISSED_LATER,
    MISSED_NEVER,
    NOBODY,
    OWN,
    SHARED,
    UNKNOWN,
    UNSEEN,
    HouseholdFigures,
    Key,
    Seen,
    plus,
    seen_by,
)
from sangesan.figures.selecting import PLACE_OF_HOUSEHOLD, Selection
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household

MISSED = "missed"
STANDS = (OWN, MISSED, MISSED_LATER, MISSED_NEVER, UNKNOWN)

# Whoever was first seen within a period has no earlier clue: that leaves few households before hits are looked at (CROSS
# JOIN keeps SQLite to that order; PostgreSQL sees a plain join).
_BASE = """
took AS NOT MATERIALIZED (
  SELECT c.id, c.household_id, c.channel, c.opened_on, c.visited_on, c."case" AS case_id FROM clues_clue c
  WHERE c.household_id IS NOT NULL AND c.state IN ('confirmed', 'taken', 'settled'){mine_c}),
base AS MATERIALIZED (
  SELECT household_id, MIN(enrolled_on) AS enrolled_on FROM (
    SELECT t.household_id, MIN(t.opened_on) AS opened_on, CAST(NULL AS date) AS enrolled_on,
      MAX(CASE WHEN t.visited_on IS NOT NULL THEN 1 WHEN t.case_id IS NULL THEN 0 WHEN EXISTS (
        SELECT 1 FROM visits_visit v WHERE v."case" = t.case_id AND v.visited_on >= t.opened_on
        AND v.conclusion <> 'no_risk') THEN 1 ELSE 0 END) AS sure
    FROM took t GROUP BY t.household_id{since}
    UNION ALL SELECT k.household_id, CAST(NULL AS date), k.enrolled_on, {sure_of_case} FROM cases_case k
      WHERE k.enrolled_on IS NOT NULL{mine_k}) both_ways
  GROUP BY household_id HAVING MAX(sure) = 1),
theirs AS MATERIALIZED (SELECT * FROM took WHERE household_id IN (SELECT household_id FROM base)),
seen AS (
  SELECT t.household_id, t.channel, t.opened_on AS day FROM theirs t
  UNION ALL SELECT t.household_id, %(of_rules)s, e.first_seen_on FROM theirs t CROSS JOIN clues_evidence e
    WHERE e.clue_id = t.id
  UNION ALL SELECT t.household_id, s.channel, s.seen_on FROM theirs t CROSS JOIN clues_sighting s WHERE s.clue_id = t.id
  UNION ALL SELECT k.household_id, k.channel, k.began_on FROM cases_case k
    WHERE k.channel = %(application)s AND k.enrolled_on IS NOT NULL AND k.began_on >= %(record_from)s)"""
_SINCE = " HAVING MIN(t.opened_on) >= %(first)s"
_NOT_EARLIER = "CASE WHEN EXISTS (SELECT 1 FROM took o WHERE o.household_id = k.household_id AND o.opened_on < %(first)s) THEN 0 ELSE 1 END"


@dataclass
class PlaceFigures:
    """The confirmed households of a place. first: by key, those it saw before all others; shared: several on one day."""

    every: int = 0
    unknown: int = 0
    missed: int = 0
    first: dict[str, int] = field(default_factory=dict)

    @property
    def shared(self) -> int:
        return self.every - self.unknown - sum(self.first.values())


@dataclass
class Households:
    """All confirmed households of a selection. stands: how they came to be known (STANDS); by_key: lines or channels."""

    every: Count
    known: Count
    stands: dict[str, Count]
    by_key: dict[str, HouseholdFigures]
    by_place: dict[str, PlaceFigures] = field(default_factory=dict)

    @property
    def missed(self) -> Count:
        """Households that no grid and no department had seen before somebody said so."""
        later, never = self.stands[MISSED_LATER], self.stands[MISSED_NEVER]
        return plus(later, never.households, never.people)

    def add(self, place: str, stand: str, households: int, people: int) -> None:
        """Counts households of a place that came to be known in one of STANDS."""
        self.stands[stand] = plus(self.stands[stand], households, people)
        self.every = plus(self.every, households, people)
        there = self.by_place.setdefault(place, PlaceFigures())
        there.every += households
        if stand == UNKNOWN:
            there.unknown += households
        else:
            self.known = plus(self.known, households, people)
            there.missed += 0 if stand == OWN else households


@dataclass(frozen=True)
class SeenHousehold:
    """One confirmed household with each line's first day. counted_on: the day by which it falls into a period."""

    household: Household
    counted_on: date
    seen: Sequence[Seen]

    @property
    def known(self) -> bool:
        return any(one.first for one in self.seen)


def household_figures(chosen: Selection, keys: list[Key]) -> Households:
    """Counts of the selection by key (lines or channels) and by the places below, in one query; raises NotAllowed."""
    require(chosen.post, "clues.see")
    parts = [
        f"""SELECT '{key.code}' AS of_key, place, CASE WHEN k{n} IS NULL THEN '{UNSEEN}' WHEN k{n} > first_on THEN '{LATER}'
  WHEN firsts > 1 THEN '{SHARED}' ELSE '{FIRST}' END AS how, {days(f"k{n}", "first_on")} AS late, COUNT(*), SUM(size)
FROM kept WHERE first_on IS NOT NULL GROUP BY place, how, late"""  # noqa: S608  our keys
        for n, key in enumerate(keys)
    ]
    stands = f"""SELECT '' AS of_key, place, {_STAND} AS how, NULL AS late, COUNT(*), SUM(size) FROM kept
GROUP BY place, how"""  # noqa: S608  ours
    text = f"{_with(chosen, keys)} {' UNION ALL '.join([stands, *parts])}"
    found = Households(NOBODY, NOBODY, dict.fromkeys(STANDS, NOBODY), {key.code: HouseholdFigures() for key in keys})
    for of_key, place, how, late, households, people in _rows(text, chosen):
        if not of_key:
            found.add(place, how, households, people)
            continue
        found.by_key[of_key].add(how, households, people, late)
        if how == FIRST:
            firsts = found.by_place.setdefault(place, PlaceFigures()).first
            firsts[of_key] = firsts.get(of_key, 0) + households
    return found


def seen_households(
    chosen: Selection,
    keys: list[Key],
    *,
    of_key: str = "",
    how: str = "",
    stand: str = "",
    after: tuple[date, int] | None = None,
    limit: int,
) -> list[SeenHousehold]:
    """The households behind a figure, the newest first. of_key, how: which line stood how (HOWS); stand: of STANDS.

    after: the key (day, number) of the last one shown. Raises Refusal for what is no figure, NotAllowed.
    """
    require(chosen.post, "clues.see")
    where, more = _narrowed(keys, of_key, how, stand), {}
    if after is not None:
        where.append("counted_on <= %(after_day)s AND (counted_on < %(after_day)s OR household_id < %(after_id)s)")
        more = {"after_day": after[0], "after_id": after[1]}
    columns = ", ".join(f"k{n}" for n in range(len(keys)))
    text = f"""{_with(chosen, keys)} SELECT household_id, counted_on, {columns} FROM kept
WHERE {" AND ".join(where) or "1 = 1"} ORDER BY counted_on DESC, household_id DESC LIMIT {int(limit)}"""  # noqa: S608  ours
    rows = _rows(text, chosen, more)
    homes = Household.objects.in_bulk([row[0] for row in rows])
    return [
        SeenHousehold(homes[number], as_day(counted) or date.min, _seen(keys, [as_day(day) for day in firsts]))
        for number, counted, *firsts in rows
    ]


def household_total(chosen: Selection, keys: list[Key], *, of_key: str = "", how: str = "", stand: str = "") -> int:
    """How many households are behind a figure; as `seen_households`, all pages together."""
    require(chosen.post, "clues.see")
    where = " AND ".join(_narrowed(keys, of_key, how, stand)) or "1 = 1"
    return int(_rows(f"{_with(chosen, keys)} SELECT COUNT(*) FROM kept WHERE {where}", chosen)[0][0])  # noqa: S608  ours


def _seen(keys: list[Key], firsts: list[date | None]) -> list[Seen]:
    own = [Key(key.code, key.title, (key.code,)) for key in keys]
    found = seen_by([(key.code, day) for key, day in zip(keys, firsts, strict=True) if day is not None], own)
    return [Seen(key, one.on, one.late, one.first) for key, one in zip(keys, found, strict=True)]


def who_saw(household: int, keys: list[Key]) -> list[Seen]:
    """For one household's page: each line's first day, over what a visit confirmed or a case took; while there is nothing
    of that kind, over what is still to be visited.

    [] where nothing is on record, as for households that were enrolled before clues were kept. Permission: the caller's.
    """
    every = Clue.objects.filter(household=household).exclude(state=State.CLEARED)
    states = set(every.values_list("state", flat=True))
    clues = every.exclude(state=State.OPEN) if states - {State.OPEN} else every
    found: list[tuple[str, date]] = list(clues.values_list("channel", "opened_on"))
    found += [(OF_RULES, day) for day in clues.values_list("evidence__first_seen_on", flat=True) if day]
    found += [(c, day) for c, day in clues.values_list("sightings__channel", "sightings__seen_on") if c]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT channel, began_on FROM cases_case WHERE household_id = %s AND channel = %s AND began_on >= %s",
            [household, APPLICATION, _record_from()],
        )
        found += [(channel, as_day(day) or date.max) for channel, day in cursor.fetchall()]
    return seen_by(found, keys) if found else []


_STAND = f"""CASE WHEN first_on IS NULL THEN '{UNKNOWN}' WHEN own_on IS NULL THEN '{MISSED_NEVER}'
  WHEN own_on > first_on THEN '{MISSED_LATER}' ELSE '{OWN}' END"""


def _narrowed(keys: list[Key], of_key: str, how: str, stand: str) -> list[str]:
    conditions = {
        "": [],
        OWN: ["first_on IS NOT NULL", "own_on = first_on"],
        MISSED: ["first_on IS NOT NULL", "(own_on IS NULL OR own_on > first_on)"],
        MISSED_LATER: ["own_on > first_on"],
        MISSED_NEVER: ["first_on IS NOT NULL", "own_on IS NULL"],
        UNKNOWN: ["first_on IS NULL"],
    }
    places = {key.code: f"k{n}" for n, key in enumerate(keys)}
    if (
        stand not in conditions
        or (how and how not in HOWS)
        or (of_key and of_key not in places)
        or bool(of_key) != bool(how)
    ):
        raise Refusal("没有这项数字", place="范围", remedy="请从三道防线页面点开")
    if not how:
        return conditions[stand]
    column = places[of_key]
    of_line = {
        FIRST: [f"{column} = first_on", "firsts = 1"],
        SHARED: [f"{column} = first_on", "firsts > 1"],
        LATER: [f"{column} > first_on"],
        UNSEEN: ["first_on IS NOT NULL", f"{column} IS NULL"],
    }
    return [*conditions[stand], *of_line[how]]


def _with(chosen: Selection, keys: list[Key]) -> str:
    """The confirmed households with each key's first day (k0, k1 …), the first of all, and that of the county's own."""
    first_days = [
        f"MIN(CASE WHEN s.channel IN ({quoted(key.channels)}) THEN s.day END) AS k{n}" for n, key in enumerate(keys)
    ]
    own = quoted(tuple(channel.code for channel in channels().values() if channel.own))
    firsts = " + ".join(f"CASE WHEN k{n} = first_on THEN 1 ELSE 0 END" for n in range(len(keys)))
    where = " AND ".join(chosen.households()) or "1 = 1"
    period = " AND ".join(chosen.period.where("COALESCE(first_on, enrolled_on)")) or "1 = 1"
    mine = f" AND {{}}.household_id IN (SELECT h.id FROM registry_household h WHERE {where})" if chosen.households() else ""  # noqa: S608
    since, sure = (_SINCE, _NOT_EARLIER) if chosen.period.first else ("", "1")
    base = _BASE.format(since=since, sure_of_case=sure, mine_c=mine.format("c"), mine_k=mine.format("k"))
    return f"""WITH {base},
stood AS (
  SELECT h.id AS household_id, h.size, {PLACE_OF_HOUSEHOLD[chosen.level]} AS place, b.enrolled_on, MIN(s.day) AS first_on,
    MIN(CASE WHEN s.channel IN ({own}) THEN s.day END) AS own_on, {", ".join(first_days)}
  FROM base b JOIN registry_household h ON h.id = b.household_id LEFT JOIN seen s ON s.household_id = h.id
  GROUP BY h.id, h.size, place, b.enrolled_on),
kept AS MATERIALIZED (
  SELECT stood.*, COALESCE(first_on, enrolled_on) AS counted_on, {firsts} AS firsts FROM stood WHERE {period})"""  # noqa: S608  ours


def _rows(text: str, chosen: Selection, more: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    given = {"of_rules": OF_RULES, "application": APPLICATION, "record_from": _record_from()}
    with connection.cursor() as cursor:
        cursor.execute(text, chosen.parameters | given | (more or {}))
        return list(cursor.fetchall())


def _record_from() -> date:
    """Since when every line that looks by itself has left clues: an application before that day does not mean that
    nobody had seen the household. A line that never left one does not count.
    """
    own = {channel.code: channel.line_code for channel in channels().values() if channel.own}
    parts = (f"SELECT '{code}', MIN(opened_on) FROM clues_clue WHERE channel = '{code}'" for code in own)  # noqa: S608  ours
    lines: dict[str, date] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        for code, found in cursor.fetchall():
            first = as_day(found)
            if first is not None:
                lines[own[code]] = min(first, lines.get(own[code], first))
    return max(lines.values(), default=date.max)
