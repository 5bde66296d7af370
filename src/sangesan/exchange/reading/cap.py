"""Weather warnings in the Common Alerting Protocol (CAP 1.2, also 1.1): one record per warning and village."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from xml.etree import ElementTree as ET

import numpy as np
import pyarrow as pa

from sangesan.exchange.checking.divisions import Directory
from sangesan.exchange.reading.raw import RawColumn
from sangesan.exchange.reading.table import RawTable, ReadFile
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal

_BEIJING = timezone(timedelta(hours=8))
_PLACE = "CAP 预警"
_KIND = {"Test": "测试", "Exercise": "演练", "System": "系统消息", "Draft": "草稿"}


def is_cap(data: bytes) -> bool:
    """Whether the bytes begin as XML (a broken warning is told as such, not as a broken table)."""
    return data[:400].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


def read_cap(data: bytes, directory: Directory) -> ReadFile:
    """Records of one warning, one per village of its areas. Raises a Refusal where it is none for this county."""
    root = _parse(data)
    status, kind = _text(root, "status"), _text(root, "msgType")
    if status != "Actual":
        raise Refusal(f"预警状态为“{_KIND.get(status, status)}”，不是实际预警", place=_PLACE, remedy="只报送实际预警")
    if kind not in {"Alert", "Update"}:
        raise Refusal(f"消息类型“{kind}”不是发布或更新", place=_PLACE, remedy="解除预警请撤回原来的报送")
    sent = _day(root, "sent")
    if sent is None:
        raise Refusal("缺少发布时间 sent", place=_PLACE, remedy="从预警平台重新导出")
    identifier = _text(root, "identifier")
    records: list[dict[str, object]] = []
    for info in _all(root, "info"):
        records += [_record(info, identifier, code, sent) for code in sorted(_villages(info, directory))]
    if not records:
        names = "、".join(_text(a, "areaDesc") for a in root.iter() if _name(a) == "area")
        raise Refusal(
            f"预警区域“{names[:60]}”不在本县", place=_PLACE, remedy="区域写本县镇、村名，或在 geocode 填区划代码"
        )
    return ReadFile([_table(records)], [], Month.of(sent))


def _parse(data: bytes) -> ET.Element:
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
        raise Refusal("XML 含有实体声明，不予读取", place=_PLACE, remedy="从预警平台重新导出")
    try:
        root = ET.fromstring(data)  # noqa: S314  entities are refused above
    except ET.ParseError as error:
        raise Refusal(
            "XML 不完整或有误", place=f"{_PLACE} 第 {error.position[0]} 行", remedy="从预警平台重新导出"
        ) from error
    if _name(root) != "alert":
        raise Refusal(f"根元素是“{_name(root)}”，不是 alert", place=_PLACE, remedy="请上传 CAP 1.2 预警文件")
    return root


def _record(info: ET.Element, identifier: str, division: str, sent: date) -> dict[str, object]:
    begins = _day(info, "onset") or _day(info, "effective")
    return {
        "identifier": identifier,
        "division": division,
        "event": _text(info, "event"),
        "urgency": _text(info, "urgency"),
        "severity": _text(info, "severity"),
        "certainty": _text(info, "certainty"),
        "sent_on": sent.isoformat(),
        "began_on": begins.isoformat() if begins else "",
        "ended_on": ends.isoformat() if (ends := _day(info, "expires")) else "",
    }


def _villages(info: ET.Element, directory: Directory) -> set[str]:
    """Villages and communities of the warning's areas: by geocode, else by the names in areaDesc."""
    found: set[str] = set()
    for area in _all(info, "area"):
        codes = [_text(g, "value") for g in _all(area, "geocode")]
        below = [v for code in codes for v in directory.below(code)]
        if not below:
            names = re.split(r"[、,，;；\s]+", _text(area, "areaDesc"))
            below = [v for name in names if name for code in _named(name, directory) for v in directory.below(code)]
        found.update(below)
    return found


def _named(name: str, directory: Directory) -> list[str]:
    upper = [
        code for code, (known, level, _) in directory.rows.items() if level in {"county", "town"} and known == name
    ]
    if upper:
        return upper
    try:
        return [directory.resolve(name)]
    except Refusal:
        return []


def _table(records: list[dict[str, object]]) -> RawTable:
    def column(name: str) -> RawColumn:
        return RawColumn(pa.array([r[name] or None for r in records], pa.string()))

    return RawTable(
        sheet="CAP",
        columns={name: column(name) for name in records[0]},
        units={},
        headings={},
        rows=np.arange(1, len(records) + 1, dtype=np.int32),
    )


def _name(element: ET.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _all(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (child for child in element if _name(child) == name)


def _text(element: ET.Element, name: str) -> str:
    child = next(_all(element, name), None)
    return (child.text or "").strip() if child is not None else ""


def _day(element: ET.Element, name: str) -> date | None:
    """The day in Beijing of an instant; CAP's instants carry their offset."""
    text = _text(element, name)
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(
            f"{name} 的时间“{text[:30]}”认不出", place=_PLACE, remedy="应如 2022-08-20T15:00:00+08:00"
        ) from None
    return (instant.astimezone(_BEIJING) if instant.tzinfo else instant).date()
