"""A county's folder in the import form: county.yaml, divisions.csv, grids.csv, households.csv, people.csv, and for
the map boundary.geojson, which may be missing.
"""

import csv
from datetime import date
from pathlib import Path

from django.utils import timezone

from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, read_yaml
from sangesan.regions.actions import load_divisions, load_grids, set_county
from sangesan.regions.domain import DivisionRow
from sangesan.regions.outline import load_outline
from sangesan.registry.actions import import_register
from sangesan.registry.inserting import Progress


def first_day(folder: Path) -> date | None:
    """The day from which the register holds, where county.yaml says `register_from`."""
    value = mapping(read_yaml(folder / "county.yaml"), "county.yaml").get("register_from")
    return value if isinstance(value, date) else None


def load_places(folder: Path, on: date) -> None:
    """County, divisions, grids and outline as of a day; again with the same files changes nothing. Raises Refusal."""
    set_county(mapping(read_yaml(folder / "county.yaml"), "county.yaml"), place="county.yaml")
    rows = [DivisionRow(*row) for row in _rows(folder / "divisions.csv", ["code", "name", "level", "parent_code"])]
    load_divisions(rows, on=on, now=timezone.now())
    boundary = folder / "boundary.geojson"
    if boundary.exists():
        load_outline(boundary)
    grids = folder / "grids.csv"
    if grids.exists():
        load_grids(((a, b, c) for a, b, c in _rows(grids, ["网格编号", "村编码", "网格名称"])), on=on)


def load_register(folder: Path, on: date, *, post: Post, progress: Progress) -> dict[str, int]:
    """Households and people, holding from a day on; counts. Raises Refusal."""
    return import_register(post=post, folder=folder, on=on, now=timezone.now(), progress=progress)


def _rows(path: Path, columns: list[str]) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [c for c in columns if c not in (reader.fieldnames or [])]
            if missing:
                raise Refusal(
                    f"缺少列“{'、'.join(missing)}”", place=path.name, remedy=f"列名应为：{'、'.join(columns)}"
                )
            return [[(row[c] or "").strip() for c in columns] for row in reader]
    except FileNotFoundError:
        raise Refusal("没有这个文件", place=str(path), remedy="请核对目录") from None
    except UnicodeDecodeError:
        raise Refusal("不是UTF-8编码", place=path.name, remedy="请另存为UTF-8的CSV") from None
