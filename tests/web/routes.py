"""The URL table, walked: each route with its view and an address made from harmless arguments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

ANYTHING: dict[type, Any] = {IntConverter: 999_999, UUIDConverter: UUID(int=9)}


@dataclass(frozen=True)
class Route:
    name: str
    view: Any
    arguments: dict[str, Any]

    @property
    def address(self) -> str:
        return reverse(self.name, kwargs=self.arguments)


def routes() -> list[Route]:
    """Every route of the project."""
    return list(_walk(get_resolver().url_patterns))


def _walk(patterns: list[URLPattern | URLResolver]) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns)
            continue
        arguments = {
            name: ANYTHING.get(type(converter), "no_such")
            for name, converter in pattern.pattern.converters.items()
        }
        yield Route(pattern.name or "", pattern.callback, arguments)
