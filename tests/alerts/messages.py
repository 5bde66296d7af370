"""CAP messages for tests, made of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

V11, V12 = "urn:oasis:names:tc:emergency:cap:1.1", "urn:oasis:names:tc:emergency:cap:1.2"
SENDER = "qxj@shiyan.example"
MORNING = "2022-09-13T08:00:00+08:00"
TONIGHT = "2022-09-13T23:59:00+08:00"
SEVERITY = {"红色": "Extreme", "橙色": "Severe", "黄色": "Moderate", "蓝色": "Minor"}


def cap(
    identifier: str = "A1",
    *,
    kind: str = "Alert",
    sent: str = MORNING,
    colour: str = "橙色",
    event: str = "暴雨",
    area: str = "<areaDesc>东河镇</areaDesc>",
    references: Sequence[tuple[str, str]] = (),
    expires: str = TONIGHT,
    sender: str = SENDER,
    status: str = "Actual",
    more: str = "",
    headline: str | None = None,
) -> bytes:
    """One message. references: (identifier, sent); area: what stands in area."""
    named = " ".join(f"{sender},{i},{s}" for i, s in references)
    refs = f"<references>{named}</references>" if named else ""
    title = headline if headline is not None else f"县气象台发布{event}{colour}预警信号"
    info = f"""<info><language>zh-CN</language><category>Met</category><event>{escape(event)}</event>
<urgency>Immediate</urgency><severity>{SEVERITY.get(colour, "Unknown")}</severity><certainty>Likely</certainty>{more}
<effective>{sent}</effective><expires>{expires}</expires><senderName>县气象台</senderName>
<headline>{escape(title)}</headline><description>预计未来六小时有较强降水。</description>
<instruction>请远离山洪沟和隐患点。</instruction><area>{area}</area></info>"""
    body = "" if kind == "Cancel" else info
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="{V12}"><identifier>{identifier}</identifier><sender>{sender}</sender><sent>{sent}</sent>
<status>{status}</status><msgType>{kind}</msgType><scope>Public</scope>{refs}{body}</alert>""".encode()


def at(hour: int, minute: int = 0) -> str:
    return f"2022-09-13T{hour:02d}:{minute:02d}:00+08:00"
