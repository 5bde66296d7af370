"""What a visit may conclude."""

from datetime import date
from enum import StrEnum

from sangesan.kernel.refusal import Refusal


class Conclusion(StrEnum):
    """The result of a visit to check a clue."""

    NO_RISK = "no_risk"
    NEEDS_PROCEDURE = "needs_procedure"


CONCLUSIONS = {Conclusion.NO_RISK: "无风险", Conclusion.NEEDS_PROCEDURE: "有风险，需进入程序"}
SHORTEST_REASON = 4  # characters; "无" or "好的" explains nothing


def check_first_visit(*, visited_on: date, today: date, opened_on: date, conclusion: str, reason: str) -> Conclusion:
    """The conclusion when the record is in order; raises Refusal naming the field and the remedy."""
    if conclusion not in set(Conclusion):
        raise Refusal("没有选择核查结果", place="核查结果", remedy="请选“无风险”或“有风险，需进入程序”")
    if visited_on > today:
        raise Refusal("入户日期晚于今天", place="入户日期", remedy=f"请填 {today.isoformat()} 或更早的日期")
    if visited_on < opened_on:
        raise Refusal(
            f"入户日期早于线索产生的日期（{opened_on.isoformat()}）",
            place="入户日期",
            remedy="请填线索产生之后的入户日期；之前的走访不能代替本次核查",
        )
    if conclusion == Conclusion.NO_RISK and len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(
            "没有写清为什么无风险", place="理由", remedy="请写明看到的情况，如“费用已由大病保险报销，自付不足千元”"
        )
    return Conclusion(conclusion)
