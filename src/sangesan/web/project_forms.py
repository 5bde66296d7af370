"""What the forms of projects hold: a report, a plan with its milestones; a field that cannot be read is named."""

from typing import Any

from django.http import QueryDict

from sangesan.accounts.models import Post
from sangesan.kernel.dates import parse_date
from sangesan.kernel.money import parse_fen
from sangesan.kernel.refusal import Refusal
from sangesan.projects.domain import Milestone, Told
from sangesan.projects.models import Plan, Project
from sangesan.projects.planning import Given
from sangesan.web.form_values import date_of, number_of

MILESTONE_ROWS = 4
PERCENT = 100


def told_of(given: QueryDict) -> Told:
    """A progress report."""
    return Told(
        as_of=date_of(given, "as_of", "截至日期"),
        done=_whole(given, "done", "累计完成"),
        milestones=tuple(dict.fromkeys(given.getlist("milestone"))),
        money_paid=_money(given, "money_paid", "累计支付"),
        words=given.get("words", ""),
        problem=given.get("problem", ""),
        need=given.get("need", ""),
    )


def plan_given(given: QueryDict, project: Project | None = None) -> Given:
    """A plan; of a project that there is, its number, kind and owner stand."""
    number = number_of(given.get("person", ""))
    person = Post.objects.filter(pk=number).select_related("user").first() if number else None
    return Given(
        reference=project.reference if project else given.get("reference", ""),
        kind=project.kind if project else given.get("kind", ""),
        title=project.title if project else given.get("title", ""),
        owner=project.owner if project else given.get("owner", ""),
        place=project.place if project else given.get("place", ""),
        person=person,
        start_on=date_of(given, "start_on", "计划开工"),
        end_on=date_of(given, "end_on", "计划完工"),
        milestones=_milestones(given),
        quantity=_whole(given, "quantity", "任务数量"),
        unit_word=given.get("unit_word", ""),
        money_plan=_money(given, "money_plan", "计划资金"),
        document=given.get("document", ""),
    )


def milestone_rows(given: QueryDict, plan: Plan | None) -> list[dict[str, Any]]:
    """The lines of the form: as typed, else the plan's, with empty ones to spare."""
    if given:
        columns = [given.getlist(name) for name in ("m_code", "m_title", "m_due", "m_percent")]
        rows = [
            dict(zip(("code", "title", "due_on", "percent"), line, strict=True)) for line in zip(*columns, strict=False)
        ]
    else:
        rows = list(plan.milestones) if plan else []
    empty = {"code": "", "title": "", "due_on": "", "percent": ""}
    return [*rows, *[empty] * max(1, MILESTONE_ROWS - len(rows))]


def _milestones(given: QueryDict) -> tuple[Milestone, ...]:
    """The lines that are filled; each keeps its code, a new one takes one that is free."""
    lines = list(zip(*(given.getlist(name) for name in ("m_code", "m_title", "m_due", "m_percent")), strict=False))
    taken = {code for code, *_ in lines if code}
    found = []
    for number, (code, title, due, percent) in enumerate(lines, start=1):
        if not (title.strip() or due or percent.strip()):
            continue
        place = f"第{number}个节点"
        try:
            day = parse_date(due)
        except Refusal as refusal:
            raise refusal.at(place) from None
        share = number_of(percent.strip())
        if share is None or share > PERCENT:
            raise Refusal("应完成的比例不对", place=place, remedy="请填0至100的整数")
        fresh = code or next(f"m{n}" for n in range(1, len(lines) + len(taken) + 2) if f"m{n}" not in taken)
        taken.add(fresh)
        found.append(Milestone(fresh, title.strip()[:40], day, share))
    return tuple(found)


def _whole(given: QueryDict, name: str, place: str) -> int:
    number = number_of(given.get(name, "").strip().replace(",", ""))
    if number is None:
        raise Refusal(f"“{given.get(name, '')}”不是整数", place=place, remedy="请填整数")
    return number


def _money(given: QueryDict, name: str, place: str) -> int:
    text = given.get(name, "").strip()
    if not text:
        return 0
    try:
        return parse_fen(text)
    except Refusal as refusal:
        raise refusal.at(place) from None
