"""Which elements stand where, how often, of what kind: the schemas of CAP 1.1 and 1.2 as data.

Each element: (name, kind, at least, at most); most None is without bound. A kind is a type's name, a tuple of the
words allowed, or the name of another sequence in capitals. Order matters: the schemas say `sequence`.
"""

from __future__ import annotations

from collections.abc import Mapping

Kind = str | tuple[str, ...]
Element = tuple[str, Kind, int, int | None]
Sequence = tuple[Element, ...]

V11 = "urn:oasis:names:tc:emergency:cap:1.1"
V12 = "urn:oasis:names:tc:emergency:cap:1.2"
V10 = "http://www.incident.com/cap/1.0"
SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"
VERSIONS = {V11: "1.1", V12: "1.2"}

STATUS = ("Actual", "Exercise", "System", "Test", "Draft")
MSG_TYPE = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPE = ("Public", "Restricted", "Private")
CATEGORY = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other",
)  # fmt: skip
URGENCY = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITY = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTY = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
RESPONSE_11 = ("Shelter", "Evacuate", "Prepare", "Execute", "Monitor", "Assess", "None")
RESPONSE_12 = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None")

NAMED: Sequence = (("valueName", "string", 1, 1), ("value", "string", 1, 1))


def _sequences(version: str) -> Mapping[str, Sequence]:
    newer = version == V12
    height = "decimal" if newer else "string"
    return {
        "NAMED": NAMED,
        "ALERT": (
            ("identifier", "string", 1, 1),
            ("sender", "string", 1, 1),
            ("sent", "time", 1, 1),
            ("status", STATUS, 1, 1),
            ("msgType", MSG_TYPE, 1, 1),
            ("source", "string", 0, 1),
            ("scope", SCOPE, 1, 1),
            ("restriction", "string", 0, 1),
            ("addresses", "string", 0, 1),
            ("code", "string", 0, None),
            ("note", "string", 0, 1),
            ("references", "string", 0, 1),
            ("incidents", "string", 0, 1),
            ("info", "INFO", 0, None),
        ),
        "INFO": (
            ("language", "language", 0, 1),
            ("category", CATEGORY, 1, None),
            ("event", "string", 1, 1),
            ("responseType", RESPONSE_12 if newer else RESPONSE_11, 0, None),
            ("urgency", URGENCY, 1, 1),
            ("severity", SEVERITY, 1, 1),
            ("certainty", CERTAINTY, 1, 1),
            ("audience", "string", 0, 1),
            ("eventCode", "NAMED", 0, None),
            ("effective", "time", 0, 1),
            ("onset", "time", 0, 1),
            ("expires", "time", 0, 1),
            ("senderName", "string", 0, 1),
            ("headline", "string", 0, 1),
            ("description", "string", 0, 1),
            ("instruction", "string", 0, 1),
            ("web", "uri", 0, 1),
            ("contact", "string", 0, 1),
            ("parameter", "NAMED", 0, None),
            ("resource", "RESOURCE", 0, None),
            ("area", "AREA", 0, None),
        ),
        "RESOURCE": (
            ("resourceDesc", "string", 1, 1),
            ("mimeType", "string", 1 if newer else 0, 1),
            ("size", "integer", 0, 1),
            ("uri", "uri", 0, 1),
            ("derefUri", "string", 0, 1),
            ("digest", "string", 0, 1),
        ),
        "AREA": (
            ("areaDesc", "string", 1, 1),
            ("polygon", "string", 0, None),
            ("circle", "string", 0, None),
            ("geocode", "NAMED", 0, None),
            ("altitude", height, 0, 1),
            ("ceiling", height, 0, 1),
        ),
    }


SCHEMAS: Mapping[str, Mapping[str, Sequence]] = {V11: _sequences(V11), V12: _sequences(V12)}

TITLES = {
    "identifier": "预警标识", "sender": "发布单位标识", "sent": "发布时间", "status": "状态", "msgType": "消息类型",
    "scope": "发布范围", "references": "所引用的预警", "info": "预警内容", "category": "类别", "event": "事件",
    "urgency": "紧急程度", "severity": "严重程度", "certainty": "确定程度", "effective": "生效时间", "onset": "开始时间",
    "expires": "失效时间", "headline": "标题", "area": "区域", "areaDesc": "区域名称", "polygon": "多边形",
    "circle": "圆", "geocode": "区划代码", "valueName": "名称", "value": "取值", "language": "语言",
    "responseType": "应对措施类型", "resource": "附件", "resourceDesc": "附件说明", "mimeType": "附件类型",
    "restriction": "限制说明", "addresses": "接收人",
}  # fmt: skip


def titled(name: str) -> str:
    """“发布时间 sent”: an element with what officials call it."""
    return f"{TITLES[name]} {name}" if name in TITLES else name
