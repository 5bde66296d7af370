"""What pages show of checks: facts in words, records with a way to their own page, a check's condition in words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import may
from sangesan.amendments.queries import parameter_book
from sangesan.checks.engine import fact_words
from sangesan.checks.models import Flag
from sangesan.checks.reading import Check
from sangesan.web.labels import titled

# kind -> what it is called, the act that its page takes, the page ("" for the household's own), its number's kind
KINDS: Mapping[str, tuple[str | Promise, str, str]] = {
    "standing": (gettext_lazy("监测情况"), "registry.see", "household"),
    "register": (gettext_lazy("登记"), "registry.see", "household"),
    "measure": (gettext_lazy("帮扶措施"), "assistance.see", "household"),
    "clue": (gettext_lazy("线索"), "clues.see", "clue"),
    "visit": (gettext_lazy("入户"), "visits.see", "visit"),
    "case": (gettext_lazy("办理件"), "cases.see", "case"),
    "irregularity": (gettext_lazy("材料问题"), "cases.see", ""),
    "meeting": (gettext_lazy("会议"), "cases.see", "meeting"),
    "notice": (gettext_lazy("公示"), "cases.see", "notice"),
    "duty": (gettext_lazy("日常职责"), "village_work.see", "village-duties"),
    "round": (gettext_lazy("排查轮次"), "patrols.see", "patrol-rounds"),
    "feed": (gettext_lazy("部门数据"), "exchange.see", "departments"),
    "delivery": (gettext_lazy("报送"), "exchange.see", "delivery"),
    "request": (gettext_lazy("帮扶请求"), "assistance.see", "asked"),
    "list_row": (gettext_lazy("名单"), "cases.reconcile", "national"),
}
OF_HOUSEHOLD = frozenset({"standing", "register", "measure"})
ALONE = frozenset({"patrol-rounds", "departments", "national"})  # pages that take no number


@dataclass(frozen=True)
class RecordLine:
    """A record as a page shows it. address: "" where it has no page of its own that the post may open."""

    kind: str
    number: str
    words: str
    address: str


def record_lines(flag: Flag, records: Sequence[Mapping[str, Any]], post: Post | None) -> list[RecordLine]:
    """The records behind a flag, each with the way to where it stands."""
    return [_line(flag, row, post) for row in records]


def _line(flag: Flag, row: Mapping[str, Any], post: Post | None) -> RecordLine:
    kind, number = str(row["kind"]), str(row["number"])
    title, act, route = KINDS.get(kind, (kind, "", ""))
    address = _address(flag, kind, route, number) if route and may(post, act) else ""
    if kind == "irregularity" and flag.subject.startswith("case:") and may(post, act):
        address = reverse("case", args=[int(flag.subject.partition(":")[2])])
    return RecordLine(str(title), "" if kind in OF_HOUSEHOLD else number, str(row["words"]), address)


def _address(flag: Flag, kind: str, route: str, number: str) -> str:
    if route in ALONE:
        return reverse(route)
    if kind in OF_HOUSEHOLD:
        return reverse(route, args=[flag.household_id]) if flag.household_id else ""
    if kind == "duty":
        village, _colon, duty = number.partition(":")
        return f"{reverse(route, args=[village])}#{duty}"
    return reverse(route, args=[int(number)]) if number.isdecimal() else ""


def fact_lines(check: Check, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(title, value) of the facts that a flag rests on."""
    known = check.grain.facts
    return [
        (titled(known[code].title), fact_words(known[code], value)) for code, value in values.items() if code in known
    ]


def in_words(check: Check) -> str:
    """The check's condition with the titles of facts and parameters in place of their codes."""
    facts, book = check.grain.facts, parameter_book()
    words = {"and": _("且"), "or": _("或"), "not": _("非"), ">=": "≥", "<=": "≤", "<>": "≠"}

    def title(found: re.Match[str]) -> str:
        code = found[0]
        if code in facts:
            return _("「%(title)s」") % {"title": titled(facts[code].title)}
        if code in check.parameters:
            return _("「%(title)s」") % {"title": titled(book.parameter(code).title)}
        return words.get(code, code)

    return re.sub(r"[a-z_][a-z0-9_]*|>=|<=|<>", title, " ".join(check.when_text.split()))
