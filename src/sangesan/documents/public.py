"""What may hang on the village's board: an allow-list of fields, and a look at the produced file itself.

The allow-list keeps personal data out; the scan finds what came in all the same, in a free text or by a mistake. It reads
text only: what a photo shows it cannot see.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sangesan.documents.numbers_in_text import numbers_in
from sangesan.documents.reading_text import Line, lines
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

POLICY = Path(__file__).with_name("public.yaml")
HEALTH = "健康状况"
MOST_NAMED = 5  # leaks in one refusal


@dataclass(frozen=True)
class Leak:
    """Something that must not be public. what: its kind; place: where in the file; shown: never the number itself."""

    what: str
    place: str
    shown: str


@dataclass(frozen=True)
class PublicPolicy:
    """fields: what may be shown, with titles; neutral_risks: by risk code; health and harmless: words and phrases."""

    fields: Mapping[str, str]
    neutral_risks: Mapping[str, str]
    health: tuple[str, ...]
    harmless: tuple[str, ...]


@cache
def public_policy() -> PublicPolicy:
    """public.yaml; raises Refusal where it is incomplete."""
    data = mapping(read_yaml(POLICY), POLICY.name)
    no_others(data, {"fields", "neutral_risks", "health"}, POLICY.name)
    sections: dict[str, dict[str, Any]] = {key: mapping(data.get(key), f"{POLICY.name} {key}") for key in data}
    for name, section in sections.items():
        required(section, "source", f"{POLICY.name} {name}")
    return PublicPolicy(
        fields=MappingProxyType(sections["fields"]["titles"]),
        neutral_risks=MappingProxyType(sections["neutral_risks"]["words"]),
        health=tuple(sections["health"]["words"]),
        harmless=tuple(sections["health"]["harmless"]),
    )


PUBLIC_FIELDS: Mapping[str, str] = public_policy().fields


def neutral_risk(code: str) -> str:
    """The words for a risk type (policy/risks.py) that may be public; raises Refusal for a code without."""
    try:
        return public_policy().neutral_risks[code]
    except KeyError:
        raise Refusal(f"风险类型“{code}”没有可以公开的说法", remedy=f"请在 {POLICY.name} 中补上") from None


def neutral_risks(codes: Iterable[str]) -> str:
    """The words for several risk types, each once, in their order: 家庭刚性支出较大、缺少劳动能力."""
    return "、".join(dict.fromkeys(map(neutral_risk, codes)))


def only_public(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """(title, value) in the order of the allow-list; raises Refusal where a field is not on it."""
    others = sorted(set(values) - set(PUBLIC_FIELDS))
    if others:
        raise Refusal(f"“{'、'.join(others)}”不能公开", remedy=f"可以公开的只有：{'、'.join(PUBLIC_FIELDS.values())}")
    return [(title, values[name]) for name, title in PUBLIC_FIELDS.items() if name in values]


def scan(data: bytes, kind: str, *, allowed_phones: Iterable[str] = ()) -> list[Leak]:
    """What must not be public in a produced docx, pdf or xlsx, in reading order, each once per place.

    allowed_phones: of the office that takes objections, with their area codes. Raises Refusal where the file cannot be read.
    """
    allowed = frozenset(re.sub(r"[^0-9]", "", phone) for phone in allowed_phones)
    found: dict[Leak, None] = {}
    for line in lines(data, kind):
        found.update(dict.fromkeys(_leaks(line, allowed)))
    return list(found)


def ensure_public(data: bytes, kind: str, *, allowed_phones: Iterable[str] = ()) -> None:
    """Raises Refusal where the scan finds anything; it tells kinds and places, never a number."""
    leaks = scan(data, kind, allowed_phones=allowed_phones)
    if not leaks:
        return
    named = "；".join(f"{leak.place}有{leak.what}（{leak.shown}）" for leak in leaks[:MOST_NAMED])
    more = f"，另有{len(leaks) - MOST_NAMED}处" if len(leaks) > MOST_NAMED else ""
    raise Refusal(f"不能公开：{named}{more}", remedy="请从填写的内容中删去身份证号、电话、账号和健康状况，再重新生成")


def _leaks(line: Line, allowed: frozenset[str]) -> Iterator[Leak]:
    for number in numbers_in(line.text):
        if not any(phone.endswith(number.digits) for phone in allowed):
            yield Leak(number.what, line.place, f"{len(number.digits)}位")
    text = re.sub(r"\s+", "", line.text).upper()
    for phrase in public_policy().harmless:
        text = text.replace(phrase, " ")
    for word in public_policy().health:
        if word in text:
            yield Leak(HEALTH, line.place, f"“{word}”")
