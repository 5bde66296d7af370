"""The register as screening sees it on a day: numbers, places, dates and flags; no names.

Schemas (also the contract of the facts): people, households, divisions as Arrow tables.
"""

from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import connection

from sangesan.regions.models import Division
from sangesan.registry.queries import dates

PEOPLE_SQL = """
SELECT p.id, m.household_id, m.relation, p.sex, p.birth_date, p.died_on, p.left_on,
       c.labour, c.health, c.education, c.schooling, m.kind
FROM registry_person p
JOIN registry_membership m ON m.person_id = p.id
 AND m.valid_from <= %s AND (m.valid_to IS NULL OR m.valid_to > %s) AND m.recorded_at <= %s
LEFT JOIN registry_condition c ON c.person_id = p.id
 AND c.valid_from <= %s AND (c.valid_to IS NULL OR c.valid_to > %s) AND c.recorded_at <= %s
ORDER BY p.id
"""
HOUSEHOLDS_SQL = """
SELECT h.id, r.village, r.residence, r.grid, h.formerly_poor, s.stage, s.category, r.moved_on, l.house_grade, l.safe_water
FROM registry_household h
JOIN registry_residence r ON r.household_id = h.id
 AND r.valid_from <= %s AND (r.valid_to IS NULL OR r.valid_to > %s) AND r.recorded_at <= %s
LEFT JOIN registry_standing s ON s.household_id = h.id
 AND s.valid_from <= %s AND (s.valid_to IS NULL OR s.valid_to > %s) AND s.recorded_at <= %s
LEFT JOIN registry_living l ON l.household_id = h.id
 AND l.valid_from <= %s AND (l.valid_to IS NULL OR l.valid_to > %s) AND l.recorded_at <= %s
ORDER BY h.id
"""


def snapshot(*, as_of: date, known_at: datetime) -> dict[str, pa.Table]:
    """people, households and divisions on `as_of` as far as recorded by `known_at`."""
    divisions = _divisions(as_of)
    return {
        "people": _people(as_of, known_at),
        "households": _households(
            as_of, known_at, dict(zip(*(divisions.column(c).to_pylist() for c in ("code", "parent")), strict=True))
        ),
        "divisions": divisions,
    }


def _rows(sql: str, as_of: date, known_at: datetime) -> list[tuple[Any, ...]]:
    marks = sql.count("%s") // 3
    on = connection.ops.adapt_datefield_value(as_of)
    known = connection.ops.adapt_datetimefield_value(known_at)
    with connection.cursor() as cursor:
        cursor.execute(sql, [on, on, known] * marks)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _columns(rows: list[tuple[Any, ...]], width: int) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _text(values: tuple[Any, ...]) -> pa.Array:
    """Text, with nothing known as null."""
    return pa.array([v or None for v in values], pa.string())


def _flags(values: tuple[Any, ...]) -> pa.Array:
    return pa.array([None if v is None else bool(v) for v in values], pa.bool_())


def _people(as_of: date, known_at: datetime) -> pa.Table:
    c = _columns(_rows(PEOPLE_SQL, as_of, known_at), 12)
    return pa.table(
        {
            "person_no": pa.array(c[0], pa.int64()),
            "household_no": pa.array(c[1], pa.int64()),
            "relation": _text(c[2]),
            "sex": _text(c[3]),
            "birth_date": dates(c[4]),
            "died_on": dates(c[5]),
            "left_on": dates(c[6]),
            "labour": _text(c[7]),
            "health": _text(c[8]),
            "education": _text(c[9]),
            "schooling": _text(c[10]),
            "registered": pa.array([v == "registered" for v in c[11]], pa.bool_()),
        }
    )


def _households(as_of: date, known_at: datetime, parents: dict[str, str]) -> pa.Table:
    c = _columns(_rows(HOUSEHOLDS_SQL, as_of, known_at), 10)
    return pa.table(
        {
            "household_no": pa.array(c[0], pa.int64()),
            "village": pa.array(c[1], pa.string()),
            "town": pa.array([parents.get(v) for v in c[1]], pa.string()),
            "residence": pa.array(c[2], pa.string()),
            "grid": _text(c[3]),
            "formerly_poor": _flags(c[4]),
            "monitored": pa.array([bool(s) for s in c[5]], pa.bool_()),
            "stage": _text(c[5]),
            "category": _text(c[6]),
            "relocated": pa.array([v != r for v, r in zip(c[1], c[2], strict=True)], pa.bool_()),
            "resettled_on": dates(c[7]),
            "house_grade": _text(c[8]),
            "safe_water": _flags(c[9]),
        }
    )


def _divisions(as_of: date) -> pa.Table:
    held = Division.objects.filter(valid_from__lte=as_of).order_by("code", "-valid_from")
    rows: dict[str, Division] = {}
    for d in held:
        if d.valid_to is None or d.valid_to > as_of:
            rows.setdefault(d.code, d)
    return pa.table(
        {
            "code": pa.array(list(rows), pa.string()),
            "name": pa.array([d.name for d in rows.values()], pa.string()),
            "level": pa.array([d.level for d in rows.values()], pa.string()),
            "parent": pa.array([d.parent or None for d in rows.values()], pa.string()),
        }
    )
