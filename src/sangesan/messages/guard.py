"""The last look at a text before it leaves: every line must be made of a template, and hold nothing that leads to a person.

It reads the finished text anew and knows nothing of how it was made, so that a mistake on the way is found all the same.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from string import Formatter

from sangesan.documents.numbers_in_text import numbers_in
from sangesan.kernel.refusal import Refusal
from sangesan.messages.templates import COLOURS, Template, templates

PATTERNS = {
    "count": r"[0-9]{1,7}",
    "day": r"[0-9]{1,2}月[0-9]{1,2}日",
    "place": r"(?P<place>[^\s，。：:0-9]{1,40})",
    "colour": "|".join(COLOURS.values()),
}
HEADING = "防返贫提醒"
MORE = "另有 {count} 项，请打开系统查看"
NUMBER = "编号 {number}"
_MORE = re.compile(r"另有 [0-9]{1,3} 项，请打开系统查看")
_NUMBER = re.compile(r"编号 [0-9]{1,9}")
_PATH = re.compile(r"/[a-z0-9_/-]{0,80}(?:\?[a-z0-9_=&-]{1,80})?")


def ensure_sayable(text: str, *, address: str, county: str, places: Collection[str], roles: Collection[str]) -> None:
    """Raises Refusal where any line is not one that may go out.

    address: of the system, without a path; places: names of the county's divisions; roles: their titles, which may stand
    in front of a sentence. The refusal names the line's number, never its words.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line == f"{county}{HEADING}" or _MORE.fullmatch(line) or _NUMBER.fullmatch(line):
            continue
        if line.startswith(address) and _PATH.fullmatch(line.removeprefix(address)):
            continue
        if not _of_template(line, places, roles) or any(True for _ in numbers_in(line)):
            raise Refusal("有一行不是通知模板里的话，没有发出", place=f"第{number}行", remedy="请联系管理员查看日志")


def _of_template(line: str, places: Collection[str], roles: Collection[str]) -> bool:
    role, colon, rest = line.partition("：")
    said = rest if colon and role in roles else line
    return any(_said(pattern, said, places) for pattern in _patterns())


def _said(pattern: re.Pattern[str], said: str, places: Collection[str]) -> bool:
    found = pattern.fullmatch(said)
    if found is None:
        return False
    place = found.groupdict().get("place")
    return place is None or place in places


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(template) for template in templates().values() if not template.inside_only)


def _pattern(template: Template) -> re.Pattern[str]:
    """The template's text with each field as what it may look like."""
    made = ""
    for words, name, _spec, _conversion in Formatter().parse(template.text):
        made += re.escape(words)
        if name is not None:
            made += f"(?:{PATTERNS[template.fields[name]]})"
    return re.compile(made)
