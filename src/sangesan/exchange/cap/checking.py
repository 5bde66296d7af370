"""A tree against its schema: what the schema refuses is refused, with the element named and what should stand there."""

from __future__ import annotations

import re
from datetime import datetime

from sangesan.exchange.cap.elements import SCHEMAS, SIGNATURES, V10, V12, VERSIONS, Element, Kind, Sequence, titled
from sangesan.exchange.cap.xml_tree import AGAIN, PLACE, Node
from sangesan.kernel.refusal import Refusal

SHOWN = 30
_SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance "
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_TIME_12 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[-,+][0-9]{2}:[0-9]{2}")
_TIME_11 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_TIME_SHAPE = "如 2022-08-20T15:00:00+08:00"
_FURTHEST = 14 * 60  # minutes: no clock on earth is further from UTC


def check_root(root: Node) -> str:
    """The namespace, where it is one that can be read. Raises a Refusal."""
    if root.name != "alert":
        raise Refusal(f"根元素是“{root.name[:SHOWN]}”，不是 alert", place=PLACE, remedy="请上传 CAP 1.2 预警文件")
    if root.namespace == V10:
        raise Refusal("是 CAP 1.0 的预警", place=f"{PLACE} alert", remedy="请从预警平台导出 CAP 1.2（1.1 也可）")
    if root.namespace not in VERSIONS:
        raise Refusal(
            f"命名空间“{root.namespace[:60]}”不是 CAP 1.2 或 1.1",
            place=f"{PLACE} alert",
            remedy=f'alert 应写 xmlns="{V12}"',
        )
    return root.namespace


def check(root: Node) -> str:
    """The namespace of a tree that its schema takes. Raises a Refusal naming the element's path and line."""
    namespace = check_root(root)
    _check_element(root, "ALERT", namespace, "alert")
    return namespace


def at(path: str, node: Node) -> str:
    """Where: path and line."""
    return f"{PLACE} {path}（第 {node.line} 行）"


def _check_element(node: Node, kind: Kind, namespace: str, path: str) -> None:
    extra = sorted(name for name in node.attributes if not name.startswith(_SCHEMA_INSTANCE))
    if extra:
        raise Refusal(f"不应有属性“{extra[0][:SHOWN]}”", place=at(path, node), remedy="请去掉")
    sequences = SCHEMAS[namespace]
    if isinstance(kind, str) and kind in sequences:
        if node.text.strip():
            raise Refusal("元素之间有文字", place=at(path, node), remedy=f"请去掉“{node.text.strip()[:SHOWN]}”")
        _check_children(node, sequences[kind], namespace, path)
        return
    if node.children:
        raise Refusal(f"里面不应有元素“{node.children[0].name[:SHOWN]}”", place=at(path, node), remedy="这里只写文字")
    check_value(node, kind, namespace, path)


def _check_children(node: Node, sequence: Sequence, namespace: str, path: str) -> None:
    names = [element[0] for element in sequence]
    position, counts = 0, dict.fromkeys(names, 0)
    for child in node.children:
        if child.namespace == SIGNATURES and path == "alert" and namespace == V12:
            position = len(sequence)
            continue
        if child.namespace != namespace:
            raise Refusal(f"元素“{child.name[:SHOWN]}”的命名空间不是 {namespace}", place=at(path, child), remedy=AGAIN)
        if child.name not in names:
            raise Refusal(
                f"不认识的元素“{child.name[:SHOWN]}”", place=at(path, child), remedy="请对照 CAP 的元素名去掉或改正"
            )
        index = names.index(child.name)
        if index < position:
            raise Refusal(
                f"元素“{child.name}”的位置不对", place=at(path, child), remedy=f"应按次序：{'、'.join(names)}"
            )
        _require(node, sequence[position:index], counts, path)
        position = index
        counts[child.name] += 1
        _check_count(child, sequence[index], counts[child.name], path)
        _check_element(child, sequence[index][1], namespace, _path(path, child, counts[child.name], sequence[index]))
    _require(node, sequence[position:], counts, path)


def _path(path: str, child: Node, number: int, element: Element) -> str:
    many = element[3] != 1
    return f"{path}/{child.name}[{number}]" if many else f"{path}/{child.name}"


def _check_count(child: Node, element: Element, number: int, path: str) -> None:
    if element[3] is not None and number > element[3]:
        raise Refusal(
            f"{titled(child.name)} 写了 {number} 次", place=at(f"{path}/{child.name}", child), remedy="请只留一个"
        )


def _require(node: Node, elements: Sequence, counts: dict[str, int], path: str) -> None:
    for name, kind, least, _most in elements:
        if counts[name] < least:
            words = f"，可填：{'、'.join(kind)}" if isinstance(kind, tuple) else ""
            shape = f"，{_TIME_SHAPE}" if kind == "time" else ""
            raise Refusal(f"缺少{titled(name)}", place=at(path, node), remedy=f"请补上 {path}/{name}{words}{shape}")


def check_value(node: Node, kind: Kind, namespace: str, path: str) -> None:
    """Raises a Refusal where the text is none of the kind. A text may be empty: what must not be is asked later."""
    text, place = node.text, at(path, node)
    if isinstance(kind, tuple):
        if text not in kind:
            raise Refusal(
                f"{titled(node.name)}“{text[:SHOWN]}”不在取值之列", place=place, remedy=f"可填：{'、'.join(kind)}"
            )
        return
    word = " ".join(text.split())
    if kind == "time":
        read_time(text, namespace, node.name, place)
    elif kind == "language" and not _LANGUAGE.fullmatch(word):
        raise Refusal(f"语言“{word[:SHOWN]}”认不出", place=place, remedy="应如 zh-CN")
    elif kind == "integer" and not _INTEGER.fullmatch(word):
        raise Refusal(f"“{word[:SHOWN]}”不是整数", place=place, remedy="请填字节数，如 2048")
    elif kind == "decimal" and not _DECIMAL.fullmatch(word):
        raise Refusal(f"“{word[:SHOWN]}”不是数", place=place, remedy="请填英尺数，如 2000")
    elif kind == "uri" and not _is_uri(word):
        raise Refusal(f"“{word[:SHOWN]}”不是网址", place=place, remedy="应如 http://www.example.gov.cn/alert/1")


def _is_uri(word: str) -> bool:
    """xs:anyURI is lenient; what no URI can hold is refused: broken escapes, two fragments, no scheme before a colon."""
    if re.search(r"%(?![0-9A-Fa-f]{2})|[\x00-\x1f\[\]]", word) or word.count("#") > 1:
        return False
    first = re.split(r"[/?#]", word, maxsplit=1)[0]
    scheme, colon, _ = first.partition(":")
    if colon and not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]*", scheme):
        return False
    authority = re.match(r"(?:[A-Za-z][A-Za-z0-9+.\-]*:)?//([^/?#]*)", word)
    return not authority or bool(re.fullmatch(r"[^:]*(?::[^@:]*@[^:]*)?(?::[0-9]*)?", authority[1]))


def read_time(text: str, namespace: str, name: str, place: str) -> datetime:
    """An instant with its offset from UTC. Raises a Refusal."""
    word = " ".join(text.split())
    form = _TIME_12 if namespace == V12 else _TIME_11
    if not form.fullmatch(word):
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z?", word):
            raise Refusal(f"{titled(name)} 的时间“{word}”没有写时区", place=place, remedy=f"应{_TIME_SHAPE}")
        raise Refusal(f"{titled(name)} 的时间“{word[:SHOWN]}”认不出", place=place, remedy=f"应{_TIME_SHAPE}")
    try:
        instant = datetime.fromisoformat(word)
    except ValueError:
        raise Refusal(f"{titled(name)} 的时间“{word}”不存在", place=place, remedy=f"应{_TIME_SHAPE}") from None
    offset = instant.utcoffset()
    if offset is None:
        raise Refusal(f"{titled(name)} 的时间“{word}”没有写时区", place=place, remedy=f"应{_TIME_SHAPE}")
    if abs(offset.total_seconds()) > _FURTHEST * 60 or re.search(r":[6-9][0-9]$", word):
        raise Refusal(f"{titled(name)} 的时区“{word[-6:]}”不存在", place=place, remedy=f"应{_TIME_SHAPE}")
    return instant
