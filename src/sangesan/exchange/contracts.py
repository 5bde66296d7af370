"""Departments, feeds and the columns each feed promises: read from YAML, never from code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import yaml

from sangesan.kernel.refusal import Refusal

SHIPPED = Path(__file__).with_name("feeds.yaml")

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "person_id": pa.string(),
    "date": pa.date32(),
    "month": pa.date32(),
    "money": pa.int64(),
    "int": pa.int32(),
    "decimal": pa.decimal128(14, 2),
    "bool": pa.bool_(),
    "code": pa.string(),
    "division": pa.string(),
}
KINDS = ("events", "register", "changes")
CYCLES = ("monthly", "quarterly", "yearly", "event")
GRAINS = ("person", "division")
FORMATS = ("table", "cap")
RESERVED = frozenset({"person_no", "household_no", "delivery", "row_no", "period", "sheet"})


@dataclass(frozen=True)
class Department:
    """One reporting department."""

    code: str
    name: str


@dataclass(frozen=True)
class ColumnContract:
    """One promised column: its heading in files, its name in the system and what it may hold."""

    heading: str
    as_name: str
    type: str
    codes: tuple[str, ...] = ()
    optional: bool = False
    free_text: bool = False
    identifying: bool = False
    also: tuple[str, ...] = ()

    @property
    def sealed(self) -> bool:
        """True where the column's values stay encrypted in the database and never reach Parquet."""
        return self.free_text or self.identifying

    @property
    def arrow_type(self) -> pa.DataType:
        """The column's type in Parquet and in the feed's view."""
        return ARROW_TYPES[self.type]


@dataclass(frozen=True)
class FeedContract:
    """One feed. `columns`: its own columns by heading; `identity_columns`: those every person feed has."""

    code: str
    department: str
    title: str
    kind: Literal["events", "register", "changes"]
    key: tuple[str, ...]
    cycle: Literal["monthly", "quarterly", "yearly", "event"]
    grain: Literal["person", "division"]
    format: Literal["table", "cap"]
    columns: Mapping[str, ColumnContract]
    identity_columns: Mapping[str, ColumnContract] = field(default_factory=dict)

    @property
    def all_columns(self) -> tuple[ColumnContract, ...]:
        """Identity columns first, then the feed's own: the order in which files usually carry them."""
        return (*self.identity_columns.values(), *self.columns.values())

    @property
    def open_columns(self) -> tuple[ColumnContract, ...]:
        """The columns that reach Parquet and the view `feed_<code>` (`division` of a division feed apart)."""
        skip = {"division"} if self.grain == "division" else set()
        return tuple(c for c in self.columns.values() if not c.sealed and c.as_name not in skip)

    @property
    def sealed_columns(self) -> tuple[ColumnContract, ...]:
        """The columns that stay encrypted in the database: identity and free text."""
        return tuple(c for c in self.all_columns if c.sealed)

    @property
    def view_schema(self) -> pa.Schema:
        """Shape of the view: subject, delivery int32, row_no int32, period date32, then the open columns."""
        subject = ("person_no", pa.int64()) if self.grain == "person" else ("division", pa.string())
        fields = [subject, ("delivery", pa.int32()), ("row_no", pa.int32()), ("period", pa.date32())]
        return pa.schema([*fields, *((c.as_name, c.arrow_type) for c in self.open_columns)])


@dataclass(frozen=True)
class Contracts:
    """All departments and feeds, by code, in the order of the file."""

    departments: Mapping[str, Department]
    feeds: Mapping[str, FeedContract]

    def feed(self, code: str) -> FeedContract:
        """The feed of that code; a Refusal with the nearest codes where there is none."""
        found = self.feeds.get(code)
        if found is None:
            near = get_close_matches(code, list(self.feeds), n=3, cutoff=0.5)
            hint = f"是否为：{'、'.join(near)}" if near else "用 sangesan feeds 查看全部数据项"
            raise Refusal(f"没有名为“{code}”的数据项", place="数据项", remedy=hint)
        return found

    def of_department(self, code: str) -> tuple[FeedContract, ...]:
        """The feeds a department delivers."""
        return tuple(f for f in self.feeds.values() if f.department == code)


def load_contracts(path: Path = SHIPPED) -> Contracts:
    """Read and check a contract file; any fault is a Refusal naming file, feed and column.

    A file without `person_columns` takes those shipped with the system.
    """
    if path == SHIPPED and _shipped:
        return _shipped[0]
    raw = _read(path)
    departments = _departments(raw.get("departments"), path)
    people = raw.get("person_columns") or _read(SHIPPED)["person_columns"]
    identity = {
        heading: _column(heading, body, place=f"{path.name} person_columns", identifying=True)
        for heading, body in people.items()
    }
    feeds: dict[str, FeedContract] = {}
    for number, body in enumerate(raw.get("feeds") or [], start=1):
        feed = _feed(body, number, departments, identity, path)
        if feed.code in feeds:
            raise Refusal(f"数据项代码 {feed.code} 重复", place=f"{path.name} 第 {number} 个数据项")
        feeds[feed.code] = feed
    if not feeds:
        raise Refusal("没有任何数据项", place=path.name, remedy="在 feeds 下列出数据项")
    contracts = Contracts(departments, feeds)
    if path == SHIPPED:
        _shipped.append(contracts)
    return contracts


_shipped: list[Contracts] = []


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Refusal("约定文件不存在", place=str(path)) from error
    except UnicodeDecodeError as error:
        raise Refusal("约定文件不是 UTF-8 编码", place=path.name) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" 第 {mark.line + 1} 行" if mark else ""
        raise Refusal("YAML 格式有误", place=f"{path.name}{line}", remedy="检查缩进、括号和冒号") from error
    if not isinstance(raw, dict):
        raise Refusal("内容应为 departments 和 feeds 两部分", place=path.name)
    return raw


def _departments(raw: object, path: Path) -> dict[str, Department]:
    if not isinstance(raw, list) or not raw:
        raise Refusal("没有列出部门", place=path.name, remedy="在 departments 下列出部门")
    result: dict[str, Department] = {}
    for number, body in enumerate(raw, start=1):
        place = f"{path.name} 第 {number} 个部门"
        if not isinstance(body, dict) or not body.get("code") or not body.get("name"):
            raise Refusal("部门缺少 code 或 name", place=place)
        code = str(body["code"])
        if code in result:
            raise Refusal(f"部门代码 {code} 重复", place=place)
        result[code] = Department(code, str(body["name"]))
    return result


def _feed(
    body: object,
    number: int,
    departments: Mapping[str, Department],
    identity: Mapping[str, ColumnContract],
    path: Path,
) -> FeedContract:
    place = f"{path.name} 第 {number} 个数据项"
    if not isinstance(body, dict) or not body.get("code"):
        raise Refusal("数据项缺少 code", place=place)
    code = str(body["code"])
    place = f"{path.name} {code}"
    if not code.isidentifier() or not code.isascii():
        raise Refusal("数据项代码只能用英文字母、数字和下划线", place=place)
    unknown = set(body) - {
        "code",
        "department",
        "title",
        "kind",
        "key",
        "cycle",
        "grain",
        "format",
        "columns",
    }
    if unknown:
        raise Refusal(f"不认识的设置“{min(unknown)}”", place=place)
    if body.get("department") not in departments:
        raise Refusal(f"部门“{body.get('department')}”不在部门表中", place=place)
    grain = _one_of(body.get("grain", "person"), GRAINS, "grain", place)
    columns = {
        str(heading): _column(str(heading), column, place=place)
        for heading, column in (body.get("columns") or {}).items()
    }
    feed = FeedContract(
        code=code,
        department=str(body["department"]),
        title=str(body.get("title") or code),
        kind=_one_of(body.get("kind"), KINDS, "kind", place),
        key=tuple(str(k) for k in body.get("key") or ()),
        cycle=_one_of(body.get("cycle"), CYCLES, "cycle", place),
        grain=grain,
        format=_one_of(body.get("format", "table"), FORMATS, "format", place),
        columns=columns,
        identity_columns=identity if grain == "person" else {},
    )
    _check_names(feed, place)
    return feed


def _column(heading: str, body: object, *, place: str, identifying: bool = False) -> ColumnContract:
    where = f"{place} 列“{heading}”"
    if not isinstance(body, dict) or not body.get("as") or not body.get("type"):
        raise Refusal("列缺少 as 或 type", place=where)
    unknown = set(body) - {"as", "type", "list", "optional", "free_text", "identifying", "also"}
    if unknown:
        raise Refusal(f"不认识的设置“{min(unknown)}”", place=where)
    kind = _one_of(body["type"], tuple(ARROW_TYPES), "type", where)
    codes = tuple(str(c) for c in body.get("list") or ())
    if (kind == "code") != bool(codes):
        raise Refusal("code 类型须列出取值 list，其他类型不得有 list", place=where)
    name = str(body["as"])
    if not name.isidentifier() or not name.isascii() or name in RESERVED:
        raise Refusal(f"as 名“{name}”不可用", place=where, remedy="用英文小写和下划线，避开系统保留名")
    return ColumnContract(
        heading=heading,
        as_name=name,
        type=kind,
        codes=codes,
        optional=bool(body.get("optional", False)),
        free_text=bool(body.get("free_text", False)),
        identifying=identifying or bool(body.get("identifying", False)),
        also=tuple(str(a) for a in body.get("also") or ()),
    )


def _check_names(feed: FeedContract, place: str) -> None:
    if not feed.columns and feed.kind != "events" and feed.format != "cap":
        raise Refusal("没有列", place=place)
    names = [c.as_name for c in feed.columns.values()]
    if len(set(names)) != len(names):
        raise Refusal("两列用了同一个 as 名", place=place)
    for key in feed.key:
        if key not in names and not (key == "id_number" and feed.grain == "person"):
            raise Refusal(f"主键“{key}”不是本数据项的列", place=place)
    if feed.kind == "changes" and not feed.key:
        raise Refusal("changes 类数据项须写明主键 key", place=place)
    if feed.grain == "division" and feed.columns:
        subject = next((c for c in feed.columns.values() if c.as_name == "division"), None)
        if subject is None or subject.type != "division":
            raise Refusal("按村报送的数据项须有一列 as: division、type: division", place=place)


def _one_of(value: object, allowed: tuple[str, ...], setting: str, place: str) -> Any:
    if value not in allowed:
        raise Refusal(f"{setting} 的值“{value}”不可用", place=place, remedy=f"可用：{'、'.join(allowed)}")
    return value
