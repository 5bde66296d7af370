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
from django.db.models import Min

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

_BASE = """
took AS (
  SELECT c.id, c.household_id, c.channel, c.opened_on, c.visited_on, c."case" AS case_id FROM clues_clue c
  WHERE c.household_id IS NOT NULL AND c.state IN ('confirmed', 'taken', 'settled')),
base AS (
  SELECT household_id, MIN(enrolled_on) AS enrolled_on FROM (
    SELECT t.household_id, CAST(NULL AS date) AS enrolled_on FROM took t
    WHERE t.visited_on IS NOT NULL OR EXISTS (
      SELECT 1 FROM visits_visit v
      WHERE v."case" = t.case_id AND v.visited_on >= t.opened_on AND v.conclusion <> 'no_risk')
    UNION ALL SELECT k.household_id, k.enrolled_on FROM cases_case k WHERE k.enrolled_on IS NOT NULL) both_ways
  GROUP BY household_id),
seen AS (
  SELECT t.household_id, t.channel, t.opened_on AS day FROM took t
  UNION ALL SELECT t.household_id, %(of_rules)s, e.first_seen_on FROM took t JOIN clues_evidence e ON e.clue_id = t.id
  UNION ALL SELECT t.household_id, s.channel, s.seen_on FROM took t JOIN clues_sighting s ON s.clue_id = t.id
  UNION ALL SELECT k.household_id, k.channel, k.began_on FROM cases_case k
    WHERE k.channel = %(application)s AND k.enrolled_on IS NOT NULL AND k.began_on >= %(record_from)s)"""


@dataclass
class Households:
    """All confirmed households of a selection. stands: how they came to be known (STANDS); lines: by key."""

    every: Count
    known: Count
    stands: dict[str, Count]
    by_key: dict[str, HouseholdFigures]

    @property
    def missed(self) -> Count:
        """Households that no grid and no department had seen before somebody said so."""
        later, never = self.stands[MISSED_LATER], self.stands[MISSED_NEVER]
        return plus(later, never.households, never.people)


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
    """Counts of the selection by key (lines or channels), in one query; raises NotAllowed."""
    require(chosen.post, "clues.see")
    parts = [
        f"""SELECT '{key.code}' AS of_key, CASE WHEN k{n} IS NULL THEN '{UNSEEN}' WHEN k{n} > first_on THEN '{LATER}'
  WHEN firsts > 1 THEN '{SHARED}' ELSE '{FIRST}' END AS how, {days(f"k{n}", "first_on")} AS late, COUNT(*), SUM(size)
FROM kept WHERE first_on IS NOT NULL GROUP BY how, late"""  # noqa: S608  our keys
        for n, key in enumerate(keys)
    ]
    stands = f"SELECT '' AS of_key, {_STAND} AS how, NULL AS late, COUNT(*), SUM(size) FROM kept GROUP BY how"  # noqa: S608
    text = f"{_with(chosen, keys)} {' UNION ALL '.join([stands, *parts])}"
    found = Households(NOBODY, NOBODY, dict.fromkeys(STANDS, NOBODY), {key.code: HouseholdFigures() for key in keys})
    for of_key, how, late, households, people in _rows(text, chosen):
        if of_key:
            found.by_key[of_key].add(how, households, people, late)
            continue
        found.stands[how] = Count(households, people)
        found.every = plus(found.every, households, people)
        if how != UNKNOWN:
            found.known = plus(found.known, households, people)
    return found


@dataclass
class PlaceFigures:
    """The confirmed households of a place. first: by key, those it saw before all others; shared: several on one day."""

    every: int = 0
    unknown: int = 0
    missed: int = 0
    shared: int = 0
    first: dict[str, int] = field(default_factory=dict)


def households_by_place(chosen: Selection, keys: list[Key]) -> dict[str, PlaceFigures]:
    """Which line saw how many households first, by the places below; one query."""
    require(chosen.post, "clues.see")
    firsts = " ".join(f"WHEN k{n} = first_on THEN '{key.code}'" for n, key in enumerate(keys))
    text = f"""{_with(chosen, keys)}
SELECT place, CASE WHEN first_on IS NULL THEN '' WHEN firsts > 1 THEN '' {firsts} END AS who, {_STAND} AS how, COUNT(*)
FROM kept GROUP BY place, who, how"""  # noqa: S608  our keys
    found: dict[str, PlaceFigures] = {}
    for place, who, how, number in _rows(text, chosen):
        row = found.setdefault(place, PlaceFigures())
        row.every += number
        row.unknown += number if how == UNKNOWN else 0
        row.missed += number if how in {MISSED_LATER, MISSED_NEVER} else 0
        row.shared += number if how != UNKNOWN and not who else 0
        if who:
            row.first[who] = row.first.get(who, 0) + number
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
    return f"""WITH {_BASE},
stood AS (
  SELECT h.id AS household_id, h.size, {PLACE_OF_HOUSEHOLD[chosen.level]} AS place, b.enrolled_on, MIN(s.day) AS first_on,
    MIN(CASE WHEN s.channel IN ({own}) THEN s.day END) AS own_on, {", ".join(first_days)}
  FROM base b JOIN registry_household h ON h.id = b.household_id LEFT JOIN seen s ON s.household_id = h.id
  WHERE {where} GROUP BY h.id, h.size, place, b.enrolled_on),
kept AS MATERIALIZED (
  SELECT stood.*, COALESCE(first_on, enrolled_on) AS counted_on, {firsts} AS firsts FROM stood WHERE {period})"""  # noqa: S608  ours


def _rows(text: str, chosen: Selection, more: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    given = {"of_rules": OF_RULES, "application": APPLICATION, "record_from": _record_from()}
    with connection.cursor() as cursor:
        cursor.execute(text, chosen.parameters | given | (more or {}))
        return list(cursor.fetchall())


def _record_from() -> date:
    """Since when clues are on record: an application before it says nothing of what the lines would have seen."""
    return Clue.objects.aggregate(day=Min("opened_on"))["day"] or date.max
