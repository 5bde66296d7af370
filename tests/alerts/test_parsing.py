"""Messages of real issuers are read whole; damaged ones are refused with element, expectation and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from alerts.messages import V11, V12, cap
from sangesan.exchange.cap.parsing import parse_alert
from sangesan.exchange.cap.xml_tree import MOST_BYTES
from sangesan.exchange.reading.cap import is_cap
from sangesan.kernel.refusal import Refusal

DATA = Path(__file__).parent / "data"
REAL = sorted([*DATA.glob("*.cap"), *DATA.glob("*.xml")], key=lambda p: p.name)


@pytest.mark.parametrize("path", REAL, ids=lambda p: p.name)
def test_every_real_message_is_read(path: Path) -> None:
    told = parse_alert(path.read_bytes())
    root = etree.fromstring(path.read_bytes())
    assert told.identifier == root.findtext("{*}identifier").strip()
    assert len(told.infos) == len(root.findall("{*}info"))
    assert len([a for i in told.infos for a in i.areas]) == len(root.findall("{*}info/{*}area"))
    assert len([p for i in told.infos for p in i.parameters]) == len(root.findall("{*}info/{*}parameter"))
    assert is_cap(path.read_bytes())


def test_all_of_a_message_is_kept() -> None:
    told = parse_alert((DATA / "australia.cap").read_bytes())
    first = told.infos[0]
    assert (told.version, told.msg_type, told.codes) == ("1.2", "Alert", ("urn:oasis:names:tc:emergency:cap:1.2:profile:CAP-AU:1.0",))
    assert (first.language, first.categories, first.response_types) == ("en-AU", ("Fire", "Met"), ("Evacuate",))
    assert first.areas[0].circles[0].radius_km == 25
    both = parse_alert((DATA / "example4.xml").read_bytes())
    assert [i.language for i in both.infos] == ["en-US", "es-US"]
    tsunami = parse_alert((DATA / "wcatwc-warning.cap").read_bytes())
    assert tsunami.references[0].identifier == "PAAQ-1-lqw6d6"
    assert tsunami.incidents == ("lqw6d6",)
    storm = parse_alert((DATA / "thunderstorm.cap").read_bytes())
    assert storm.infos[0].areas[0].polygons[0][0] == (38.47, -120.14)


FULL = cap(
    more="<eventCode><valueName>事件</valueName><value>11B03</value></eventCode>",
    area="<areaDesc>东河镇</areaDesc><polygon>32.5,108.5 32.6,108.5 32.6,108.6 32.5,108.5</polygon>"
    "<circle>32.5,108.5 5</circle><geocode><valueName>区划</valueName><value>610998</value></geocode>",
).decode()
UPDATE = cap(kind="Update", references=[("A0", "2022-09-13T07:00:00+08:00")]).decode()


def swap(old: str, new: str, text: str = FULL) -> Callable[[], bytes]:
    assert old in text, old
    return lambda: text.replace(old, new, 1).encode()


def without(name: str) -> Callable[[], bytes]:
    changed = re.sub(rf"<{name}>.*?</{name}>", "", FULL, count=1, flags=re.DOTALL)
    assert changed != FULL, name
    return changed.encode


BOMB = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><alert>&b;</alert>'
DAMAGES: dict[str, tuple[Callable[[], bytes], str]] = {
    "no identifier": (without("identifier"), "缺少预警标识 identifier"),
    "no sender": (without("sender"), "缺少发布单位标识 sender"),
    "no sent": (without("sent"), "缺少发布时间 sent"),
    "no status": (without("status"), "缺少状态 status"),
    "no msgType": (without("msgType"), "缺少消息类型 msgType"),
    "no scope": (without("scope"), "缺少发布范围 scope"),
    "no info": (without("info"), "缺少预警内容 info"),
    "no category": (without("category"), "alert/info[1]（第 3 行）：缺少类别 category"),
    "no event": (without("event"), "缺少事件 event"),
    "no urgency": (without("urgency"), "缺少紧急程度 urgency"),
    "no severity": (without("severity"), "缺少严重程度 severity"),
    "no certainty": (without("certainty"), "缺少确定程度 certainty"),
    "no areaDesc": (without("areaDesc"), "alert/info[1]/area[1]"),
    "a code without its name": (swap("<valueName>区划</valueName>", ""), "geocode[1]"),
    "a status unknown": (swap("Actual", "Real"), "可填：Actual、Exercise"),
    "a msgType unknown": (swap(">Alert<", ">Warning<"), "消息类型 msgType“Warning”不在取值之列"),
    "a scope unknown": (swap(">Public<", ">public<"), "“public”不在取值之列"),
    "a category unknown": (swap(">Met<", ">Weather<"), "category[1]"),
    "an urgency unknown": (swap(">Immediate<", ">Now<"), "紧急程度 urgency“Now”"),
    "a severity unknown": (swap(">Severe<", ">橙色<"), "可填：Extreme、Severe、Moderate、Minor、Unknown"),
    "a certainty of version 1.0": (swap(">Likely<", ">Very Likely<"), "确定程度 certainty“Very Likely”"),
    "a responseType unknown": (
        swap("<urgency>", "<responseType>Run</responseType><urgency>"), "应对措施类型 responseType“Run”"),
    "spaces around a word": (swap(">Actual<", "> Actual <"), "不在取值之列"),
    "a time without offset": (swap("<sent>2022-09-13T08:00:00+08:00", "<sent>2022-09-13T08:00:00"), "没有写时区"),
    "a time in Z": (swap("<sent>2022-09-13T08:00:00+08:00", "<sent>2022-09-13T08:00:00Z"), "没有写时区"),
    "a time in words": (swap("<sent>2022-09-13T08:00:00+08:00", "<sent>九月十三日"), "认不出"),
    "a day that never was": (swap("<sent>2022-09-13", "<sent>2022-02-30"), "不存在"),
    "an offset that never was": (swap("<expires>2022-09-13T23:59:00+08:00", "<expires>2022-09-13T23:59:00+15:00"), "时区"),
    "half seconds": (swap("<sent>2022-09-13T08:00:00+", "<sent>2022-09-13T08:00:00.5+"), "认不出"),
    "an expiry in words": (swap("<expires>2022-09-13T23:59:00+08:00", "<expires>明天"), "alert/info[1]/expires"),
    "a polygon not closed": (swap("32.6,108.6 32.5,108.5<", "32.6,108.6 32.5,108.4<"), "多边形没有闭合"),
    "a polygon of three points": (swap("32.6,108.5 32.6,108.6 ", "32.6,108.5 "), "多边形只有 3 个点"),
    "a latitude beyond the pole": (swap("<polygon>32.5", "<polygon>92.5"), "超出范围"),
    "a longitude first": (swap("<circle>32.5,108.5", "<circle>108.5,32.5"), "像是经度写在了前面"),
    "a longitude beyond the date line": (swap("<circle>32.5,108.5", "<circle>32.5,188.5"), "circle[1]"),
    "a coordinate in words": (swap("<circle>32.5,108.5", "<circle>北纬32.5,108.5"), "不是数"),
    "a coordinate not a number": (swap("<circle>32.5", "<circle>NaN"), "不是数"),
    "a circle without radius": (swap("108.5 5<", "108.5<"), "圆“32.5,108.5”认不出"),
    "a negative radius": (swap("108.5 5<", "108.5 -5<"), "半径“-5”超出范围"),
    "an empty identifier": (swap(">A1<", "> <"), "预警标识 identifier 是空的"),
    "an identifier with a comma": (swap(">A1<", ">A,1<"), "里有“,”"),
    "a sender with a space": (swap("qxj@", "县 气象@"), "里有“ ”"),
    "an empty event": (swap(">暴雨<", "> <"), "事件 event 是空的"),
    "an empty area": (swap("<areaDesc>东河镇", "<areaDesc> "), "区域名称 areaDesc 是空的"),
    "two identifiers": (swap("<sender>", "<identifier>A2</identifier><sender>"), "identifier"),
    "elements out of order": (
        swap("<category>Met</category><event>暴雨</event>", "<event>暴雨</event><category>Met</category>"), "缺少类别"),
    "an order broken later": (swap("<status>Actual</status><msgType>Alert</msgType>", "<msgType>Alert</msgType><status>Actual</status>"), "缺少状态 status"),
    "an element unknown": (swap("<urgency>", "<colour>red</colour><urgency>"), "不认识的元素“colour”"),
    "an element of another namespace": (swap("<urgency>", '<x:a xmlns:x="http://x"/><urgency>'), "命名空间不是"),
    "an attribute": (swap("<status>", '<status kind="1">'), "不应有属性“kind”"),
    "an element inside a word": (swap("<event>暴雨", "<event><b/>暴雨"), "里面不应有元素“b”"),
    "text between elements": (swap("<status>", "你好<status>"), "元素之间有文字"),
    "a size that is no number": (
        swap("<area>", "<resource><resourceDesc>图</resourceDesc><mimeType>image/png</mimeType><size>大</size></resource><area>"), "不是整数"),
    "a resource without type": (swap("<area>", "<resource><resourceDesc>图</resourceDesc></resource><area>"), "缺少附件类型 mimeType"),
    "a height in words": (swap("</geocode>", "</geocode><altitude>高</altitude>"), "不是数"),
    "a language in words": (swap("<language>zh-CN", "<language>中文"), "语言“中文”认不出"),
    "an update of nothing": (lambda: re.sub("<references>.*</references>", "", UPDATE).encode(), "没有写所引用的预警"),
    "a reference in two parts": (swap(",A0,", ",A0;", UPDATE), "所引用的预警"),
    "a reference without offset": (swap("2022-09-13T07:00:00+08:00<", "2022-09-13T07:00:00<", UPDATE), "没有写时区"),
    "restricted without restriction": (swap(">Public<", ">Restricted<"), "缺少限制说明 restriction"),
    "private without addresses": (swap(">Public<", ">Private<"), "缺少接收人 addresses"),
    "another root": (lambda: b"<rss/>", "根元素是“rss”，不是 alert"),
    "no namespace": (swap(f' xmlns="{V12}"', ""), "命名空间“”不是 CAP 1.2 或 1.1"),
    "another namespace": (swap(V12, "urn:oasis:names:tc:emergency:cap:1.3"), "不是 CAP 1.2 或 1.1"),
    "version 1.0": (swap(V12, "http://www.incident.com/cap/1.0"), "是 CAP 1.0"),
    "an entity bomb": (BOMB.encode, "实体声明"),
    "an entity bomb in UTF-16": (lambda: BOMB.encode("utf-16"), "实体声明"),
    "an outside entity": (lambda: b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><alert/>', "实体声明"),
    "a doctype after a long comment": (lambda: b"<!--" + b"x" * 9000 + b"--><!DOCTYPE a><a/>", "实体声明"),
    "too deep": (lambda: f'<alert xmlns="{V12}">'.encode() + b"<info>" * 60, "嵌套过深"),
    "too many elements": (lambda: f'<alert xmlns="{V12}">'.encode() + b"<code/>" * 30_000 + b"</alert>", "元素过多"),
    "a huge file": (lambda: FULL.encode() + b" " * MOST_BYTES, "超过 5 MB"),
    "an empty file": (lambda: b" \n", "文件是空的"),
    "cut in the middle": (lambda: FULL.encode()[:700], "XML 不完整或有误"),
    "cut in a character": (lambda: FULL.encode()[: FULL.encode().index("暴雨".encode()) + 2], "XML 不完整或有误"),
    "in GBK, said to be UTF-8": (lambda: FULL.encode("gbk"), "不是声明的编码"),
    "an encoding unknown": (swap('encoding="UTF-8"', 'encoding="martian"'), "编码"),
    "said to be GBK, in UTF-8": (lambda: FULL.replace("UTF-8", "GBK").encode() + b"\xff\xff", "内容却不是"),
    "two roots": (lambda: FULL.encode() + b"<alert/>", "XML 不完整或有误"),
    "a photograph": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64), "请上传 CAP 1.2 的 .xml 或 .cap 文件"),
    "a table": ("村,预警\n".encode, "这不是预警文件"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(64), "这不是预警文件"),
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGES)
def test_damaged_messages_are_refused_with_place_and_remedy(case: str) -> None:
    make, expected = DAMAGES[case]
    with pytest.raises(Refusal) as refusal:
        parse_alert(make())
    assert expected in str(refusal.value), str(refusal.value)
    assert refusal.value.place.startswith("CAP 预警")
    assert refusal.value.remedy


def test_the_undamaged_ones_are_taken() -> None:
    parse_alert(FULL.encode())
    parse_alert(UPDATE.encode())
    assert parse_alert(FULL.replace("UTF-8", "GB18030").encode("gb18030")).infos[0].event == "暴雨"
    assert parse_alert(FULL.replace("UTF-8", "UTF-16").encode("utf-16")).infos[0].event == "暴雨"
    assert parse_alert(b"\xef\xbb\xbf" + FULL.encode()).infos[0].event == "暴雨"
    old = FULL.replace(V12, V11).replace("2022-09-13T08:00:00+08:00", "2022-09-13T00:00:00.25Z")
    assert parse_alert(old.encode()).version == "1.1"


SCHEMAS = {V: etree.XMLSchema(etree.parse(DATA / name)) for V, name in ((V11, "cap11.xsd"), (V12, "cap12.xsd"))}
# Spaces around a time are left out: the standard collapses them, libxml2 does so in restricted types only.
VALUES = st.sampled_from([
    "Actual", "Alert", "Update", "Public", "Met", "Geo", "Immediate", "Severe", "Unknown", "Likely", "None", "AllClear",
    "2022-09-13T08:00:00+08:00", "2022-09-13T08:00:00-00:00", "2022-09-13T08:00:00", "2022-13-13T08:00:00+08:00",
    "2022-09-13T08:00:00+08:75", "2022-09-13T08:00:00,08:00", "0000-09-13T08:00:00+08:00",
    "2022-09-13T24:00:00+08:00", "2022-09-13T08:00:60+08:00", "zh-CN", "zh_CN", "中文", "", " ", "12", "+12", "1.5", ".5",
    "1e5", "NaN", "http://a.b/c", "http://a b", "%zz", "a#b#c", "::", "x:y", "http://[", "#", "文件", "\n12\n",
])  # fmt: skip
NAMES = [
    "identifier", "sender", "sent", "status", "msgType", "source", "scope", "code", "note", "incidents", "info",
    "language", "category", "event", "responseType", "urgency", "severity", "certainty", "eventCode", "effective",
    "expires", "headline", "web", "parameter", "resource", "resourceDesc", "mimeType", "size", "uri", "area",
    "areaDesc", "geocode", "altitude", "ceiling", "valueName", "value", "extra",
]  # fmt: skip
RICH = FULL.replace(
    "<area>",
    "<web>http://a.b/</web><parameter><valueName>n</valueName><value>v</value></parameter><resource><resourceDesc>图"
    "</resourceDesc><mimeType>image/png</mimeType><size>12</size><uri>http://a.b/1</uri></resource><area>",
    1,
).replace("</geocode>", "</geocode><altitude>100</altitude><ceiling>200</ceiling>", 1)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """The rich message with some elements removed, doubled, moved, renamed, or given another text."""
    version = draw(st.sampled_from([V11, V12]))
    root = etree.fromstring(RICH.replace(V12, version).encode())
    for _ in range(draw(st.integers(0, 3))):
        elements = [e for e in root.iter() if e is not root]
        if not elements:
            break
        element = draw(st.sampled_from(elements))
        parent = element.getparent()
        act = draw(st.sampled_from(["text", "text", "remove", "double", "move", "rename", "insert", "attribute"]))
        if act == "text":
            element.text = draw(VALUES)
        elif act == "remove":
            parent.remove(element)
        elif act == "double":
            parent.insert(parent.index(element), etree.fromstring(etree.tostring(element)))
        elif act == "move":
            parent.insert(draw(st.integers(0, len(parent))), element)
        elif act == "rename":
            element.tag = f"{{{version}}}{draw(st.sampled_from(NAMES))}"
        elif act == "insert":
            made = etree.SubElement(parent, f"{{{version}}}{draw(st.sampled_from(NAMES))}")
            made.text = draw(VALUES)
        else:
            element.set(draw(st.sampled_from(["a", "{http://www.w3.org/XML/1998/namespace}lang"])), "zh")
    return version, etree.tostring(root, xml_declaration=True, encoding="UTF-8")


@settings(max_examples=1500, deadline=None)
@given(mutated())
def test_what_the_schema_refuses_we_refuse(given_: tuple[str, bytes]) -> None:
    version, data = given_
    valid = SCHEMAS[version].validate(etree.fromstring(data))
    try:
        parse_alert(data)
        read = True
    except Refusal as refusal:
        read = False
        assert refusal.place
        assert refusal.remedy
    assert valid or not read, (SCHEMAS[version].error_log.last_error, data.decode())


def test_the_schema_takes_the_rich_message() -> None:
    for version, schema in SCHEMAS.items():
        data = RICH.replace(V12, version).encode()
        assert schema.validate(etree.fromstring(data)), schema.error_log.last_error
        parse_alert(data)


@pytest.mark.parametrize("path", REAL, ids=lambda p: p.name)
def test_the_schema_takes_what_we_take_of_real_issuers(path: Path) -> None:
    root = etree.fromstring(path.read_bytes())
    schema = SCHEMAS[etree.QName(root).namespace]
    assert schema.validate(root), schema.error_log.last_error
