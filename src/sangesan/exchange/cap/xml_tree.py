"""XML of strangers as a small tree with line numbers; anything that could explode or reach outside is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from sangesan.exchange.cap.elements import SIGNATURES
from sangesan.kernel.refusal import Refusal

PLACE = "CAP 预警"
MOST_BYTES = 5 * 1024 * 1024
MOST_ELEMENTS = 20_000
DEEPEST = 40
AGAIN = "从预警平台重新导出"
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CHINESE = {"gbk", "gb2312", "gb18030", "gb_2312-80", "cp936"}


@dataclass
class Node:
    """An element. text: all its own text; signatures are leaves, their inside is not read here."""

    namespace: str
    name: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, name: str) -> list[Node]:
        """The children of a name, in order."""
        return [child for child in self.children if child.name == name]

    def get(self, name: str, default: str = "") -> str:
        """The text of the first child of a name, trimmed."""
        found = self.all(name)
        return found[0].text.strip() if found else default


def read_tree(data: bytes) -> Node:
    """The root. Raises a Refusal naming the line for what is no XML, too big, too deep, or declares entities."""
    if len(data) > MOST_BYTES:
        raise Refusal(
            f"文件有 {len(data) / 1048576:.1f} MB，超过 {MOST_BYTES // 1048576} MB",
            place=PLACE,
            remedy="附件请写网址（uri），不要放在预警里",
        )
    if not data.strip():
        raise Refusal("文件是空的", place=PLACE, remedy=AGAIN)
    if not _begins_as_xml(data):
        raise Refusal("这不是预警文件", place=PLACE, remedy="请上传 CAP 1.2 的 .xml 或 .cap 文件")
    builder = _Builder()
    try:
        builder.parser.Parse(_in_utf8(data), True)
    except expat.ExpatError as error:
        raise _not_well_formed(error, data) from None
    except LookupError:  # expat asks Python for the encoding by its name
        raise Refusal("声明的编码认不出", place=PLACE, remedy="请另存为 UTF-8 后再交") from None
    assert builder.root is not None  # noqa: S101  expat refuses a document without a root
    return builder.root


def _begins_as_xml(data: bytes) -> bool:
    """Whether the first sign is "<", in UTF-8 or UTF-16: a picture, a table or plain words are no broken warning."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe\x00 \r\n\t").startswith(b"<")


def _in_utf8(data: bytes) -> bytes:
    """Chinese encodings turned into UTF-8, which expat reads; all else as it is."""
    found = _DECLARED.match(data)
    if not found or found[1].decode().lower() not in _CHINESE:
        return data
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise Refusal(
            f"声明的编码是 {found[1].decode()}，内容却不是", place=PLACE, remedy="请另存为 UTF-8 后再交"
        ) from None
    return re.sub(r"""(<\?xml[^>]*?encoding\s*=\s*["'])[^"']+""", r"\1utf-8", text, count=1).encode()


def _not_well_formed(error: expat.ExpatError, data: bytes) -> Refusal:
    place = f"{PLACE} 第 {error.lineno} 行"
    if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]:
        return Refusal("声明的编码认不出", place=place, remedy="请另存为 UTF-8 后再交")
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as wrong:
            if wrong.end < len(data):  # a character cut in two at the very end is a cut file, not another encoding
                return Refusal("内容不是声明的编码（UTF-8）", place=place, remedy="请另存为 UTF-8 后再交")
    return Refusal("XML 不完整或有误", place=place, remedy=AGAIN)


class _Builder:
    """Expat's handlers."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.open: list[Node] = []
        self.count = 0
        self.in_signature = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def doctype(self, *_: object) -> None:
        raise Refusal("XML 含有实体声明，不予读取", place=PLACE, remedy=AGAIN)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        self.count += 1
        if self.count > MOST_ELEMENTS or len(self.open) + self.in_signature > DEEPEST:
            raise Refusal("元素过多或嵌套过深，不予读取", place=f"{PLACE} 第 {line} 行", remedy=AGAIN)
        if self.in_signature:
            self.in_signature += 1
            return
        namespace, _, name = tag.rpartition(" ")
        node = Node(namespace, name, line, attributes)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        if namespace == SIGNATURES:
            self.in_signature = 1
        else:
            self.open.append(node)

    def end(self, _tag: str) -> None:
        if self.in_signature:
            self.in_signature -= 1
        else:
            self.open.pop()

    def text(self, data: str) -> None:
        if not self.in_signature and self.open:
            self.open[-1].text += data
