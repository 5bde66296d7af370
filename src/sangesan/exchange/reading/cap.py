"""Weather warnings (CAP 1.2, also 1.1) as a feed of records: one per warning and village, for rules to count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

import numpy as np
import pyarrow as pa

from sangesan.exchange.cap.model import Alert, Info
from sangesan.exchange.cap.parsing import parse_alert
from sangesan.exchange.cap.places import area_names, by_code, by_name
from sangesan.exchange.cap.xml_tree import PLACE
from sangesan.exchange.checking.divisions import Directory
from sangesan.exchange.reading.raw import RawColumn
from sangesan.exchange.reading.table import RawTable, ReadFile
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal

_BEIJING = timezone(timedelta(hours=8))
_KIND = {"Test": "测试", "Exercise": "演练", "System": "系统消息", "Draft": "草稿"}


def is_cap(data: bytes) -> bool:
    """Whether the bytes begin as XML (a broken warning is told as such, not as a broken table)."""
    begin = data[:400].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    return begin.startswith(b"<")


def read_cap(data: bytes, directory: Directory) -> ReadFile:
    """Records of one warning, one per village of its areas. Raises a Refusal where it is none for this county.

    An area given by shapes alone has no villages here: positions are asked where the alert itself is kept.
    """
    alert = parse_alert(data)
    if alert.status != "Actual":
        word = _KIND.get(alert.status, alert.status)
        raise Refusal(f"预警状态为“{word}”，不是实际预警", place=PLACE, remedy="只报送实际预警")
    if alert.msg_type not in {"Alert", "Update"}:
        raise Refusal(f"消息类型“{alert.msg_type}”不是发布或更新", place=PLACE, remedy="解除、确认等请从“预警”页面接收")
    sent = _day(alert.sent)
    records = [
        _record(info, alert.identifier, code, sent)
        for info in _told_once(alert)
        for code in sorted(_villages(info, directory))
    ]
    if not records:
        names = area_names(a for i in alert.infos for a in i.areas)
        raise Refusal(f"预警区域“{names}”不在本县", place=PLACE, remedy="区域写本县镇、村名，或在 geocode 填区划代码")
    return ReadFile([_table(records)], [], Month.of(sent))


def _told_once(alert: Alert) -> Iterable[Info]:
    """The blocks of one language: the same warning in a second language is no second warning."""
    first = alert.info
    return [i for i in alert.infos if first is not None and i.language == first.language]


def _record(info: Info, identifier: str, division: str, sent: date) -> dict[str, object]:
    """Without a time of its own a warning takes effect when it is sent, says the standard."""
    return {
        "identifier": identifier,
        "division": division,
        "event": info.event,
        "urgency": info.urgency,
        "severity": info.severity,
        "certainty": info.certainty,
        "sent_on": sent.isoformat(),
        "began_on": (_day(info.effective) if info.effective else sent).isoformat(),
        "ended_on": _day(info.expires).isoformat() if info.expires else "",
    }


def _villages(info: Info, directory: Directory) -> set[str]:
    """Villages and communities of the warning's areas: by geocode, else by the names in areaDesc."""
    return {v for area in info.areas for v in by_code(area, directory) or by_name(area, directory)}


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


def _day(instant: datetime) -> date:
    """The day in Beijing of an instant."""
    return instant.astimezone(_BEIJING).date()
