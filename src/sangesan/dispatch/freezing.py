"""How a snapshot is written down so that it can be compared: packed lists, frozen parts, the digest over both. Plain Python."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise, repeat
from typing import Any

from sangesan.figures.counted import Item, Parts
from sangesan.kernel.digest import digest_bytes, digest_json, digest_rows

Packed = bytes | memoryview
NOTHING = Parts()
LEVEL = 6  # of compression


def frozen_parts(parts: Mapping[str, Mapping[str, Parts]], key: str) -> dict[str, list[int]]:
    """By figure, the parts of one place, without figures that have nothing there."""
    found = {code: of_place[key] for code, of_place in parts.items() if key in of_place}
    return {code: list(one) for code, one in found.items() if one != NOTHING}


def pack(items: Mapping[str, Sequence[Item]]) -> bytes:
    """The items of one village, by figure: differences of sorted numbers, so that a thousand households take little."""
    content = {code: _columns(of_figure) for code, of_figure in sorted(items.items()) if of_figure}
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), LEVEL)


def unpack(village: str, packed: Packed, figure: str) -> list[Item]:
    """The items of one figure in a village, by number; [] where it has none."""
    columns = json.loads(zlib.decompress(bytes(packed))).get(figure)
    return _items(village, columns) if columns else []


def unpack_all(village: str, packed: Packed) -> dict[str, list[Item]]:
    """The items of every figure in a village."""
    return {code: _items(village, columns) for code, columns in json.loads(zlib.decompress(bytes(packed))).items()}


def digest(
    head: Mapping[str, Any], rows: Iterable[tuple[str, Mapping[str, Any]]], behind: Iterable[tuple[str, Packed]]
) -> str:
    """SHA-256 over what a snapshot says of itself, its rows by place, and its lists by village; in any order."""
    places = digest_rows(f"{key} {digest_json(values)}" for key, values in rows)
    lists = digest_rows(f"{village} {digest_bytes(bytes(packed))}" for village, packed in behind)
    return digest_json({"head": dict(head), "places": places, "lists": lists})


def _columns(items: Sequence[Item]) -> dict[str, Any]:
    """One list per field; fields that say the same of every item stand once."""
    ordered = sorted(items, key=lambda item: (str(type(item.number)), item.number))
    numbers = [item.number for item in ordered if isinstance(item.number, int)]
    steps = [later - earlier for earlier, later in pairwise([0, *numbers])]
    columns: dict[str, Any] = {"n": steps if len(steps) == len(ordered) else [item.number for item in ordered]}
    for name in Item._fields[2:]:
        values = [getattr(item, name) for item in ordered]
        columns[name] = values[0] if all(value == values[0] for value in values) else values
    return columns


def _items(village: str, columns: Mapping[str, Any]) -> list[Item]:
    numbers = columns["n"]
    if isinstance(numbers[0], int):
        numbers = list(accumulate(numbers))
    values = (columns[name] for name in Item._fields[2:])
    spread = [value if isinstance(value, list) else repeat(value, len(numbers)) for value in values]
    return [Item(number, village, *rest) for number, *rest in zip(numbers, *spread, strict=True)]
