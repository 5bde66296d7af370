"""The forms of a household's plan and of requests: what they begin with, and what was written in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest

from sangesan.assistance.actions import Plan
from sangesan.assistance.catalogue import catalogue
from sangesan.assistance.queries import Overview, limits
from sangesan.kernel.dates import parse_date
from sangesan.kernel.money import FEN_PER_YUAN, parse_fen
from sangesan.kernel.refusal import Refusal
from sangesan.web.form_values import date_of
from sangesan.web.labels import department_name

PART = "|"  # between a group's code and an item, and between "risk" or "need" and its code
MOST_PHOTOS = 6


@dataclass(frozen=True)
class Against:
    """A choice of what a measure is for. value: "risk|01" or "need|housing"."""

    value: str
    of: str
    code: str


def against_of(overview: Overview) -> list[Against]:
    """The household's risks, then its needs."""
    pairs = [("risk", code) for code in overview.seen.situation.risks]
    pairs += [("need", str(need.kind)) for need in overview.found]
    return [Against(f"{of}{PART}{code}", of, code) for of, code in pairs]


def adopted(overview: Overview, asked: Mapping[str, str], today: date, *, person: str = "") -> dict[str, str]:
    """The form's first values: those of a suggestion that was adopted ("?group=…"), few without. person: who helps."""
    _, missing = limits(today)
    due = (today + timedelta(days=missing)).isoformat() if missing else ""
    first = {"begins_on": today.isoformat(), "due_on": due, "person": person}
    suggestion = next((s for s in overview.suggestions if s.group.code == asked.get("group")), None)
    if suggestion is None:
        return first
    item = next((t for t in suggestion.items if t == asked.get("item")), next(iter(suggestion.items), ""))
    fitting = suggestion.group.item(item) if item else None
    reasons = [r for r in suggestion.reasons if fitting is None or fitting.answers(r.code)] or list(suggestion.reasons)
    gap = next((need.amount_fen for need in overview.found if need.kind == reasons[0].code), None)
    return first | {
        "what": f"{suggestion.group.code}{PART}{item}",
        "title": item,
        "unit": department_name(suggestion.group.department),
        "against": f"{reasons[0].of}{PART}{reasons[0].code}",
        "amount": str(gap // FEN_PER_YUAN) if gap and suggestion.group.floor else "",
    }


def plan_of(given: Mapping[str, str]) -> Plan:
    """The line of a plan as written; raises Refusal naming a field that cannot be read."""
    group, _, item = given.get("what", "").partition(PART)
    of, _, code = given.get("against", "").partition(PART)
    return Plan(
        group=group,
        item=item,
        title=given.get("title", ""),
        unit=given.get("unit", ""),
        person=given.get("person", ""),
        begins_on=date_of(given, "begins_on", "开始日期"),
        due_on=optional_date(given, "due_on", "完成期限"),
        amount_fen=money_of(given, "amount", "金额"),
        basis=given.get("basis", ""),
        risk=code if of == "risk" else "",
        need=code if of == "need" else "",
    )


def money_of(given: Mapping[str, str], name: str, place: str) -> int | None:
    """Fen of a field in yuan, None where nothing is written; raises Refusal naming the field."""
    text = given.get(name, "").strip()
    try:
        return parse_fen(text) if text else None
    except Refusal as refusal:
        raise refusal.at(place) from None


def optional_date(given: Mapping[str, str], name: str, place: str) -> date | None:
    """The field's day, None where nothing is written; raises Refusal naming the field."""
    text = given.get(name, "").strip()
    try:
        return parse_date(text) if text else None
    except Refusal as refusal:
        raise refusal.at(place) from None


def photos_of(request: HttpRequest) -> list[tuple[str, bytes]]:
    """The photos that were chosen, with their names."""
    files = request.FILES.getlist("photos")
    if len(files) > MOST_PHOTOS:
        raise Refusal("照片太多", place="照片", remedy=f"一次最多 {MOST_PHOTOS} 张")
    return [(file.name or "photo.jpg", file.read()) for file in files]


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups with their items as the form offers them: title, then (value, title of the item)."""
    return [
        (group.title, [(f"{group.code}{PART}{item.title}", item.title) for item in group.items])
        for group in catalogue().groups.values()
    ]
