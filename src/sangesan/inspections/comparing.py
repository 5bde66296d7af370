"""What the record says of a subject, in words, one for each point of its checklist: what an inspector holds it against."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Count, Q

from sangesan.accounts.queries import holding, system_post
from sangesan.assistance.models import Measure
from sangesan.cases.models import Meeting, Notice
from sangesan.clues.domain import State as ClueState
from sangesan.clues.models import Clue
from sangesan.exchange.queries import feed_statuses
from sangesan.inspections.models import Target
from sangesan.inspections.subjects import kind_of
from sangesan.kernel.money import format_yuan
from sangesan.patrols.models import Entry
from sangesan.policy.risks import RISK_TYPES
from sangesan.projects.models import Project
from sangesan.projects.queries import rows_of
from sangesan.regions.queries import tree
from sangesan.registry.domain import STAGE_TITLES
from sangesan.registry.models import Household, Standing
from sangesan.registry.standing import MONITORING
from sangesan.responsibility.chain import chain_of
from sangesan.responsibility.queries import answering_rows
from sangesan.screening.reading import load_rules
from sangesan.village_work.queries import missing
from sangesan.visits.income import catalogue
from sangesan.visits.models import Visit

NOTHING = "系统没有记录"
HALF_YEAR = timedelta(days=182)
SAID = {True: "安全（有保障）", False: "不安全（没有保障）", None: "没有核实"}
MOST_NAMED = 6
Record = Mapping[str, str]


def record_of(target: Target, on: date) -> Record:
    """The record's words by point of the checklist; points that the system knows nothing of are left out."""
    kind = kind_of(target.subject)
    if kind == "household" and target.household is not None:
        return of_household(target.household, on)
    if kind in {"village", "town"}:
        return of_place(target.place, on)
    if kind == "department":
        return of_department(target.subject.partition(":")[2], on)
    return of_project(target.project or 0, on)


def of_household(home: Household, on: date) -> Record:
    """A household's side: its newest check, standing, measures, who answers for it, who was there last. Six queries."""
    visits = list(Visit.objects.filter(household=home, visited_on__lte=on).order_by("-visited_on", "-pk")[:20])
    with_income = next((v for v in visits if v.income_per_head_fen is not None), None)
    with_tests = next((v for v in visits if v.tests), None)
    found = {
        "income": _income(with_income),
        "standing": _standing(home, on),
        "measures": _measures(home),
        "helper": _helpers(home, on),
        "last_visit": _last_visit(home, visits, on),
    }
    for test in ("housing", "schooling", "insurance", "water"):
        known = with_tests is not None and test in with_tests.tests
        found[test] = (
            f"{SAID[with_tests.tests[test]]}（{with_tests.visited_on} 入户）" if known and with_tests else NOTHING
        )
    return found


def of_place(place: str, on: date) -> Record:
    """A village's or town's side: duties, plans, minutes, notices, clues, measures, people."""
    within = [place, *tree().children.get(place, ())]
    lacking = missing(on, place)
    plans = [one for one in lacking if one.finding.startswith("未建立") or "复核" in one.finding]
    logs = [one for one in lacking if one not in plans]
    meetings = Meeting.objects.filter(division__in=within, held_on__range=(on - HALF_YEAR, on)).order_by("-held_on")
    notices = Notice.objects.filter(village__in=within, posted_on__range=(on - HALF_YEAR, on)).order_by("-posted_on")
    late = Clue.objects.filter(division__in=within, state=ClueState.OPEN, due_on__lt=on)
    waiting = Clue.objects.filter(division__in=within, state=ClueState.OPEN)
    found = {
        "duties": _some([one.finding for one in logs], "各项职责没有超期"),
        "plans": _some([one.finding for one in plans], "应建的方案都已建立"),
        "minutes": _dated([m.held_on for m in meetings], "场会议"),
        "notices": _dated([n.posted_on for n in notices], "次公示"),
        "clues": f"待核查 {waiting.count()} 条，其中超期 {late.count()} 条",
        "measures": _unassisted(within),
        "people": _people(place, on),
    }
    if tree().levels.get(place) == "town":
        reviews = [m.held_on for m in meetings if m.kind == Meeting.Kind.TOWN_REVIEW]
        found["reviews"] = _dated(reviews, "次会审")
    return found


def of_department(code: str, on: date) -> Record:
    """A department's side: what it delivered when, who its liaison is, how its warnings stood the check."""
    rows = [row for row in feed_statuses(system_post(), on) if row.department.code == code]
    late = [f"{row.feed.title}逾期{row.due.days_late}天" for row in rows if row.due.days_late]
    newest = max((row.last_at.date() for row in rows if row.last_at), default=None)
    posts = holding(on).filter(role="department", department=code)
    names = "、".join(f"{p.title} {p.user.name if p.user else ''}".strip() for p in posts[:MOST_NAMED])
    return {
        "deliveries": _some(late, "各项数据没有逾期") + (f"；最近报送 {newest}" if newest else "；没有报送过"),
        "liaison": names or NOTHING,
        "feedback": _warned(code, on),
    }


def of_project(number: int, on: date) -> Record:
    """A project's side: what was reported last, which milestones by when, who answers, what was paid."""
    project = Project.objects.filter(pk=number).first()
    row = next(iter(rows_of([project], on)), None) if project else None
    if row is None:
        return {}
    last = row.last
    reached = set(last.milestones) if last else set()
    late = [
        f"{one['title']}（应于{one['due_on']}）"
        for one in row.plan.milestones
        if one["code"] not in reached and date.fromisoformat(one["due_on"]) < on
    ]
    return {
        "progress": f"{last.as_of} 报送 {last.percent}%，完成 {last.done}{row.plan.unit_word}" if last else NOTHING,
        "milestones": _some(late, "到期节点都已完成"),
        "owner": f"{row.owner_title}，{row.plan.person.title}",
        "money": f"已支付 {format_yuan(last.money_paid)} 元" if last else NOTHING,
    }


def _warned(department: str, on: date) -> str:
    """What became of half a year's clues that the department's rules raised."""
    rules = [rule.code for rule in load_rules() if rule.department == department]
    rows = Clue.objects.filter(rule__in=rules, opened_on__range=(on - HALF_YEAR, on))
    states = dict(rows.values_list("state").annotate(n=Count("pk")).order_by())
    late = rows.filter(state=ClueState.OPEN, due_on__lt=on).count()
    true = sum(states.get(state, 0) for state in (ClueState.CONFIRMED, ClueState.TAKEN, ClueState.SETTLED))
    return (
        f"近半年按本部门数据产生线索 {sum(states.values())} 条：有风险 {true} 条，无风险 {states.get(ClueState.CLEARED, 0)} 条，"
        f"待核查 {states.get(ClueState.OPEN, 0)} 条（超期 {late} 条）"
    )


def _income(visit: Visit | None) -> str:
    if visit is None or visit.income_per_head_fen is None:
        return NOTHING
    titles = {item.code: item.title for code in catalogue().groups for item in catalogue().of_group(code)}
    largest = sorted((line for line in visit.income if line.get("fen")), key=lambda line: -line["fen"])[:3]
    parts = [f"{titles.get(line['item'], line['item'])} {format_yuan(line['fen'])}元" for line in largest]
    return f"人均 {format_yuan(visit.income_per_head_fen)} 元（{visit.visited_on} 入户）" + (
        f"；主要是{'、'.join(parts)}" if parts else ""
    )


def _standing(home: Household, on: date) -> str:
    row = Standing.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), household=home).order_by("-valid_from").first()
    if row is None or row.stage not in STAGE_TITLES:
        return "不是监测对象"
    risks = "、".join(RISK_TYPES.get(code, code) for code in row.risks)
    since = f"，{row.enrolled_on} 纳入" if row.enrolled_on else ""
    gone = f"，{row.eliminated_on} 消除" if row.eliminated_on else ""
    return f"{STAGE_TITLES[row.stage]}{since}{gone}" + (f"；{risks}" if risks else "")


def _measures(home: Household) -> str:
    rows = list(
        Measure.objects.filter(household=home).exclude(state=Measure.State.STOPPED).order_by("-pk")[:MOST_NAMED]
    )
    words = [f"{m.title}（{m.get_state_display()}{f' {m.landed_on}' if m.landed_on else ''}）" for m in rows]
    return "；".join(words) or "没有帮扶措施"


def _helpers(home: Household, on: date) -> str:
    rows = [row for row in answering_rows(home, on) if row.post is not None]
    words = dict.fromkeys(f"{row.post.title} {row.name}".strip() for row in rows if row.post)
    return "；".join(words) or "没有明确责任人"


def _last_visit(home: Household, visits: list[Visit], on: date) -> str:
    entry = (
        Entry.objects.filter(household=home, on__lte=on)
        .exclude(result=Entry.Result.ABSENT)
        .order_by("-on", "-pk")
        .first()
    )
    visit = visits[0] if visits else None
    if entry is not None and (visit is None or entry.on > visit.visited_on):
        return f"{entry.on} 排查，{entry.post_title}"
    return f"{visit.visited_on} 入户，{visit.checkers or visit.post_title}" if visit else "没有入户和排查记录"


def _unassisted(within: list[str]) -> str:
    rows = Standing.objects.filter(valid_to=None, stage=MONITORING, household__residence__in=within)
    helped = Measure.objects.filter(state=Measure.State.LANDED).values("household")
    return f"监测中 {rows.count()} 户，其中没有已落实措施 {rows.exclude(household__in=helped).count()} 户"


def _people(place: str, on: date) -> str:
    if tree().levels.get(place) == "town":
        return NOTHING
    vacant = [link.title for link in chain_of(place, on).vacant]
    return f"缺人：{'、'.join(vacant)}" if vacant else "各级都有责任人"


def _some(words: list[str], none: str) -> str:
    if not words:
        return none
    more = f"等 {len(words)} 项" if len(words) > MOST_NAMED else ""
    return "；".join(words[:MOST_NAMED]) + more


def _dated(days: list[date], unit: str) -> str:
    return f"近半年 {len(days)} {unit}，最近 {days[0]}" if days else f"近半年没有{unit.lstrip('场次')}记录"
