"""What a plan, a delivery, a request must say; raises Refusal naming the field and the remedy. Plain Python."""

from dataclasses import dataclass
from datetime import date

from sangesan.assistance.catalogue import Catalogue, Labour
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES

SHORTEST = 2
EARLIEST = date(2010, 1, 1)
LONGEST = {
    "具体措施": 120,
    "政策依据": 200,
    "责任单位": 80,
    "责任人": 60,
    "凭据": 300,
    "困难": 300,
    "请求": 300,
    "理由": 300,
}


@dataclass(frozen=True)
class Plan:
    """A line of a plan as somebody writes it. Amounts in fen; risk: code or ""; need: kind of a need or ""."""

    group: str
    item: str
    title: str
    unit: str
    person: str
    begins_on: date
    due_on: date | None
    amount_fen: int | None = None
    basis: str = ""
    risk: str = ""
    need: str = ""


def check_plan(plan: Plan, catalogue: Catalogue, *, can_work: bool | None) -> None:
    """can_work: whether somebody in the household can, None where that is not known."""
    item = catalogue.group(plan.group).item(plan.item)
    written("具体措施", plan.title)
    written("责任单位", plan.unit)
    written("责任人", plan.person)
    _short("政策依据", plan.basis)
    if plan.risk and plan.risk not in RISK_TYPES:
        raise Refusal("没有这种风险类型", place="针对", remedy="请重选")
    if not plan.risk and not plan.need:
        raise Refusal("没有写针对哪个风险或需求", place="针对", remedy="缺什么补什么：请选要回应的风险或需求")
    if can_work is False and _needs_labour(catalogue.group(plan.group).labour, item.labour):
        raise Refusal("这一户没有劳动力", place="措施类别", remedy="请改选低保、特困等兜底措施；登记有误的先更正劳动力")
    if plan.begins_on < EARLIEST:
        raise Refusal("开始日期太早", place="开始日期", remedy="请核对年份")
    if plan.due_on is not None and plan.due_on < plan.begins_on:
        raise Refusal("完成期限早于开始日期", place="完成期限", remedy="请改正其中一个日期")
    amount("金额", plan.amount_fen)


def check_landing(*, on: date, today: date, begins_on: date, amount_fen: int | None, evidence: str) -> None:
    """A delivery: not in the future, not before the measure begins, with what proves it."""
    past("落实日期", on, today)
    if on < begins_on:
        raise Refusal("落实日期早于措施的开始日期", place="落实日期", remedy=f"这项措施从 {begins_on} 开始")
    amount("金额", amount_fen)
    written("凭据", evidence, "如“一卡通打卡记录”“施工验收单”“上岗协议”")


def past(place: str, on: date, today: date) -> None:
    """Raises Refusal for a day that has not come."""
    if on > today:
        raise Refusal(f"{place}晚于今天", place=place, remedy=f"请填 {today.isoformat()} 或更早的日期")


def amount(place: str, fen: int | None) -> None:
    """Raises Refusal for a negative amount."""
    if fen is not None and fen < 0:
        raise Refusal("金额不能小于 0", place=place, remedy="请填正数；没有金额的留空")


def written(place: str, text: str, example: str = "") -> None:
    """Raises Refusal for a text that says nothing, or more than its field holds."""
    if len(text.strip()) < SHORTEST:
        raise Refusal(f"没有写{place}", place=place, remedy=example or f"请填写{place}")
    _short(place, text)


def _short(place: str, text: str) -> None:
    if len(text.strip()) > LONGEST[place]:
        raise Refusal(f"{place}太长", place=place, remedy=f"请写在{LONGEST[place]}字以内")


def _needs_labour(of_group: Labour, of_item: Labour) -> bool:
    return "needed" in {of_group, of_item}
