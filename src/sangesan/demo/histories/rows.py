"""Rows of many tables gathered in memory under their own ids, then inserted at once."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from sangesan.registry.bulk import insert_rows, move_sequence, next_id


class Rows:
    """Rows of one model. Values by attribute name of the field (foreign keys with _id); what is left out has its default."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        fields = model._meta.concrete_fields  # noqa: SLF001  Django documents _meta as its public model API
        self._columns = [str(field.column) for field in fields]
        self.names = [field.attname for field in fields]
        self._json = {field.attname for field in fields if isinstance(field, models.JSONField)}
        self._defaults = {field.attname: field.get_default() for field in fields}
        self._next = next_id(model)
        self.rows: list[dict[str, Any]] = []

    def add(self, **values: Any) -> int:
        """Keeps a row; its id. Raises KeyError for a name that the model does not have."""
        for name in values:
            if name not in self._defaults:
                raise KeyError(name)
        number = self._next
        self._next += 1
        self.rows.append({**values, "id": number})
        return number

    def insert(self) -> int:
        """All rows into the table, in the caller's transaction; how many."""
        insert_rows(self.model, self._columns, (self._values(row) for row in self.rows))
        move_sequence(self.model)
        return len(self.rows)

    def _values(self, row: dict[str, Any]) -> list[Any]:
        values = []
        for name in self.names:
            value = row.get(name, self._defaults[name])
            if name in self._json and value is not None:
                value = json.dumps(value, ensure_ascii=False)
            values.append(value)
        return values
