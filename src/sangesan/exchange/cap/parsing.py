"""From bytes to a message: the schema's rules, and those that the standard states in words."""

from __future__ import annotations

import re
from datetime import datetime

from sangesan.exchange.cap.checking import SHOWN, at, check, read_time
from sangesan.exchange.cap.elements import SIGNATURES, VERSIONS, titled
from sangesan.exchange.cap.model import Alert, Area, Circle, Info, Named, Point, Reference, Resource
from sangesan.exchange.cap.xml_tree import Node, read_tree
from sangesan.kernel.refusal import Refusal

DEFAULT_LANGUAGE = "en-US"  # of the schema, where none is written
FEWEST_POINTS = 4
NEEDS_REFERENCES = {"Update": "更新", "Cancel": "解除", "Ack": "确认", "Error": "退回"}
_FORBIDDEN = re.compile(r"[\s,<&]")
_FARTHEST_KM = 20_040.0  # half of the earth's circumference
_ELSEWHERE = "请按“纬度,经度”填写，如 32.52,108.53"


def parse_alert(data: bytes) -> Alert:
    """The message. Raises a Refusal that names element and line, says what is expected and what to do."""
    root = read_tree(data)
    return _Reader(root, check(root)).alert()


class _Reader:
    """One tree that the schema takes, on its way to a message."""

    def __init__(self, root: Node, namespace: str) -> None:
        self.root, self.namespace = root, namespace

    def alert(self) -> Alert:
        root = self.root
        sent = self.time(root, "sent", "alert")
        assert sent is not None  # noqa: S101  the schema requires it
        kind, references = root.get("msgType"), self.references()
        if kind in NEEDS_REFERENCES and not references:
            raise Refusal(
                f"{NEEDS_REFERENCES[kind]}（{kind}）没有写所引用的预警 references",
                place=at("alert", root),
                remedy="请补上 references：发布单位标识,预警标识,发布时间",
            )
        for scope, needed in (("Restricted", "restriction"), ("Private", "addresses")):
            if root.get("scope") == scope and not root.get(needed):
                raise Refusal(
                    f"发布范围为 {scope}，缺少{titled(needed)}",
                    place=at("alert", root),
                    remedy=f"请补上 alert/{needed}",
                )
        if kind in {"Alert", "Update"} and not root.all("info"):
            raise Refusal(f"缺少{titled('info')}", place=at("alert", root), remedy="请补上 alert/info")
        return Alert(
            version=VERSIONS[self.namespace],
            identifier=self.word("identifier"),
            sender=self.word("sender"),
            sent=sent,
            status=root.get("status"),
            msg_type=kind,
            scope=root.get("scope"),
            source=root.get("source"),
            restriction=root.get("restriction"),
            addresses=_listed(root.get("addresses")),
            codes=tuple(n.text.strip() for n in root.all("code")),
            note=root.get("note"),
            references=references,
            incidents=_listed(root.get("incidents")),
            infos=tuple(self.info(n, f"alert/info[{i}]") for i, n in enumerate(root.all("info"), 1)),
            signed=any(c.namespace == SIGNATURES and c.name == "Signature" for c in root.children),
        )

    def word(self, name: str) -> str:
        """Identifier and sender: not empty, without what the standard forbids (spaces, commas, < and &)."""
        node = self.root.all(name)[0]
        text, place = node.text.strip(), at(f"alert/{name}", node)
        if not text:
            raise Refusal(f"{titled(name)} 是空的", place=place, remedy="请填写")
        if wrong := _FORBIDDEN.search(text):
            raise Refusal(
                f"{titled(name)}“{text[:SHOWN]}”里有“{wrong[0]}”", place=place, remedy="不能有空格、逗号、< 和 &"
            )
        return text

    def time(self, node: Node, name: str, path: str) -> datetime | None:
        found = node.all(name)
        return read_time(found[0].text, self.namespace, name, at(f"{path}/{name}", found[0])) if found else None

    def references(self) -> tuple[Reference, ...]:
        found = []
        for node in self.root.all("references"):
            place = at("alert/references", node)
            for text in node.text.split():
                parts = text.split(",")
                if len(parts) != 3 or not all(parts):
                    raise Refusal(
                        f"所引用的预警“{text[:SHOWN]}”认不出",
                        place=place,
                        remedy="应为：发布单位标识,预警标识,发布时间",
                    )
                found.append(Reference(parts[0], parts[1], read_time(parts[2], self.namespace, "references", place)))
        return tuple(dict.fromkeys(found))

    def info(self, node: Node, path: str) -> Info:
        event = node.all("event")[0]
        if not event.text.strip():
            raise Refusal(f"{titled('event')} 是空的", place=at(f"{path}/event", event), remedy="请填写，如 暴雨")
        areas = node.all("area")
        return Info(
            language=node.get("language", DEFAULT_LANGUAGE),
            categories=tuple(n.text for n in node.all("category")),
            event=event.text.strip(),
            urgency=node.get("urgency"),
            severity=node.get("severity"),
            certainty=node.get("certainty"),
            response_types=tuple(n.text for n in node.all("responseType")),
            audience=node.get("audience"),
            event_codes=_named(node, "eventCode"),
            effective=self.time(node, "effective", path),
            onset=self.time(node, "onset", path),
            expires=self.time(node, "expires", path),
            sender_name=node.get("senderName"),
            headline=node.get("headline"),
            description=node.get("description"),
            instruction=node.get("instruction"),
            web=node.get("web"),
            contact=node.get("contact"),
            parameters=_named(node, "parameter"),
            resources=tuple(_resource(n) for n in node.all("resource")),
            areas=tuple(_area(n, f"{path}/area[{i}]") for i, n in enumerate(areas, 1)),
        )


def _named(node: Node, name: str) -> tuple[Named, ...]:
    return tuple(Named(n.get("valueName"), n.get("value")) for n in node.all(name))


def _listed(text: str) -> tuple[str, ...]:
    """Words apart by spaces; a word with spaces stands in quotation marks."""
    return tuple(a or b for a, b in re.findall(r'"([^"]*)"|(\S+)', text))


def _resource(node: Node) -> Resource:
    size = node.get("size")
    return Resource(
        description=node.get("resourceDesc"),
        mime_type=node.get("mimeType"),
        size=int(size) if size else None,
        uri=node.get("uri"),
        digest=node.get("digest"),
    )


def _area(node: Node, path: str) -> Area:
    named = node.all("areaDesc")[0]
    if not named.text.strip():
        raise Refusal(f"{titled('areaDesc')} 是空的", place=at(f"{path}/areaDesc", named), remedy="请写县、镇、村名")
    polygons, circles = node.all("polygon"), node.all("circle")
    return Area(
        description=named.text.strip(),
        polygons=tuple(_polygon(n, f"{path}/polygon[{i}]") for i, n in enumerate(polygons, 1)),
        circles=tuple(_circle(n, f"{path}/circle[{i}]") for i, n in enumerate(circles, 1)),
        geocodes=_named(node, "geocode"),
        altitude=node.get("altitude"),
        ceiling=node.get("ceiling"),
    )


def _polygon(node: Node, path: str) -> tuple[Point, ...]:
    place = at(path, node)
    points = tuple(_point(text, place) for text in node.text.split())
    if len(points) < FEWEST_POINTS:
        raise Refusal(
            f"多边形只有 {len(points)} 个点",
            place=place,
            remedy=f"至少 {FEWEST_POINTS} 个点，首尾相同，点与点之间空一格",
        )
    if points[0] != points[-1]:
        raise Refusal("多边形没有闭合", place=place, remedy="最后一个点应与第一个点相同")
    return points


def _circle(node: Node, path: str) -> Circle:
    place, parts = at(path, node), node.text.split()
    if len(parts) != 2:
        raise Refusal(f"圆“{node.text.strip()[:SHOWN]}”认不出", place=place, remedy="应为“纬度,经度 半径公里数”")
    radius = _number(parts[1], place)
    if not 0 <= radius <= _FARTHEST_KM:
        raise Refusal(f"半径“{parts[1][:SHOWN]}”超出范围", place=place, remedy="请填公里数，如 5")
    return Circle(_point(parts[0], place), radius)


def _point(text: str, place: str) -> Point:
    parts = text.split(",")
    if len(parts) != 2:
        raise Refusal(f"坐标“{text[:SHOWN]}”认不出", place=place, remedy=_ELSEWHERE)
    latitude, longitude = _number(parts[0], place), _number(parts[1], place)
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        hint = "像是经度写在了前面；" if -90 <= longitude <= 90 and -180 <= latitude <= 180 else ""
        raise Refusal(f"坐标“{text[:SHOWN]}”超出范围", place=place, remedy=hint + _ELSEWHERE)
    return (latitude, longitude)


def _number(text: str, place: str) -> float:
    if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", text):
        raise Refusal(f"“{text[:SHOWN]}”不是数", place=place, remedy=_ELSEWHERE)
    return float(text)
