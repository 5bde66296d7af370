"""What a first visit's record must say, as a table."""

from datetime import date

import pytest

from sangesan.kernel.refusal import Refusal
from sangesan.visits.domain import Conclusion, check_first_visit

GOOD = {
    "visited_on": date(2022, 9, 13), "today": date(2022, 9, 13), "opened_on": date(2022, 9, 10),
    "conclusion": "no_risk", "reason": "自付已报销",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "result"),
    [
        ({}, Conclusion.NO_RISK),
        ({"conclusion": "needs_procedure", "reason": ""}, Conclusion.NEEDS_PROCEDURE),
        ({"visited_on": date(2022, 9, 10)}, Conclusion.NO_RISK),
        ({"visited_on": date(2022, 9, 9)}, "入户日期：.*早于线索产生"),
        ({"visited_on": date(2022, 9, 14)}, "入户日期：.*晚于今天.*2022-09-13"),
        ({"reason": "  无 "}, "理由：.*为什么无风险"),
        ({"conclusion": ""}, "核查结果：.*没有选择"),
    ],
)
def test_first_visit(changed: dict[str, object], result: Conclusion | str) -> None:
    if isinstance(result, Conclusion):
        assert check_first_visit(**{**GOOD, **changed}) == result
        return
    with pytest.raises(Refusal, match=result):
        check_first_visit(**{**GOOD, **changed})
