"""Many rows into one table at once: COPY on PostgreSQL, executemany on SQLite. For imports and machine-made rows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from django.db import connection, models


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Inserts rows of values in the order of `columns` (database column names), inside the caller's transaction.

    Values: dates, instants, ints, booleans, text, bytes; decimals as text.
    """
    table = model._meta.db_table  # noqa: SLF001  Django documents _meta as its public model API
    names = ", ".join(f'"{c}"' for c in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        # executemany draws from any iterable; its annotation asks for a sequence
        plain = cast("Sequence[Sequence[Any]]", _adapted(model, columns, rows))
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', plain)  # noqa: S608  the model's names


def _adapted(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Rows as SQLite stores them: dates and instants as Django writes them. Few differ, so each is turned once."""
    fields = {field.column: field for field in model._meta.fields}  # noqa: SLF001
    turns: list[tuple[int, Callable[[Any], Any]]] = []
    for n, column in enumerate(columns):
        if isinstance(fields[column], models.DateTimeField):
            turns.append((n, lru_cache(10_000)(connection.ops.adapt_datetimefield_value)))
        elif isinstance(fields[column], models.DateField):
            turns.append((n, lru_cache(100_000)(connection.ops.adapt_datefield_value)))
    for row in rows:
        values = list(row)
        for n, turn in turns:
            if values[n] is not None:
                values[n] = turn(values[n])
        yield values


def next_id(model: type[models.Model]) -> int:
    """The first free id; the caller holds the write lock (an import is one transaction)."""
    newest = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()  # noqa: SLF001
    return int(newest or 0) + 1


def move_sequence(model: type[models.Model]) -> None:
    """After ids were given by hand: PostgreSQL's sequence goes on behind them."""
    if connection.vendor != "postgresql":
        return
    table = model._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), (SELECT MAX(id) FROM \"{table}\"))"  # noqa: S608
        )
